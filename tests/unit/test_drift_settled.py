"""Against all that was accepted: what comes back is known, what was not always there not missed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.drifting.change import Kind, Leeway, Weight
from monitor.policy.drifting.compare import alarms, confirmed, features, settled
from monitor.policy.drifting.meaning import binds, only_spelling
from monitor.policy.drifting.pairing import marked
from scanners.drift.evidence import DriftFacts, RoleFacts, Sentence
from scanners.drift.wording import sentences_of

URL = "https://shop.example/"
LINES = (
    "U heeft 14 dagen bedenktijd.",
    "Wij betalen binnen twee weken terug.",
    "Onze aansprakelijkheid is niet beperkt.",
    "De verzendkosten zijn voor onze rekening.",
    "Geschillen gaan naar de rechter te Utrecht.",
)


def seen(lines: Iterable[str]) -> DriftFacts:
    read = sorted(sentences_of(lines).values(), key=lambda one: one.key)
    sentences = tuple(Sentence(one.skeleton, one.terms, one.text) for one in read)
    terms = RoleFacts("terms", (f"{URL}terms",), sentences=sentences)
    return DriftFacts(URL, URL, "Shop", ("nl",), ("terms",), (terms,))


def test_nothing_is_told_without_a_baseline() -> None:
    assert settled((), seen(LINES)) == ()


def test_a_sentence_that_any_accepted_look_had_is_not_new() -> None:
    assert settled((seen(LINES), seen(LINES[:4])), seen(LINES)) == ()


def test_a_sentence_that_not_every_accepted_look_had_is_not_missed() -> None:
    assert settled((seen(LINES[:4]), seen(LINES)), seen(LINES[:4])) == ()


def test_what_every_accepted_look_had_is_missed() -> None:
    (change,) = settled((seen(LINES), seen(LINES)), seen(LINES[:4]))
    assert (change.kind, change.weight) == (Kind.CLAUSE_REMOVED, Weight.HIGH)


@given(st.lists(st.sets(st.sampled_from(LINES), min_size=1), min_size=1, max_size=5))
def test_no_accepted_look_ever_alarms(sets: list[set[str]]) -> None:
    accepted = [seen(sorted(one)) for one in sets]
    for one in accepted:
        assert settled(accepted, one) == ()


@given(st.sets(st.sampled_from(LINES)), st.sets(st.sampled_from(LINES)))
def test_what_moved_is_among_the_features(before: set[str], after: set[str]) -> None:
    then, now = seen(sorted(before)), seen(sorted(after))
    for change in settled((then,), now):
        assert set(change.lost) <= features(then) - features(now)
        assert set(change.came) <= features(now) - features(then)
        assert change.key == settled((then,), now)[0].key or len(settled((then,), now)) > 1


def test_what_the_site_moves_by_habit_is_for_review() -> None:
    before, after = seen(LINES), seen(LINES[:4])
    (change,) = settled((before,), after)
    (same,) = settled((before,), after, Leeway(quiet=frozenset(change.lost)))
    assert (same.kind, same.weight, same.key) == (change.kind, Weight.REVIEW, change.key)
    (other,) = settled((before,), after, Leeway(common=frozenset({"sentence:another"})))
    assert other.weight is Weight.HIGH


def test_a_change_counts_when_two_looks_told_it() -> None:
    gone = settled((seen(LINES),), seen(LINES[:4]))
    shorter = settled((seen(LINES),), seen(("U heeft 7 dagen bedenktijd.", *LINES[1:])))
    assert confirmed(gone, gone) == gone
    assert confirmed(gone, shorter) == ()
    assert alarms(confirmed(shorter, (*gone, *shorter))) == shorter


@pytest.mark.parametrize(
    "text",
    [
        "De klant draagt de kosten van de retourzending.",
        "Wij verstrekken uw gegevens aan onze partners.",
        "Les frais de retour sont à la charge du client.",
        "Nous vendons vos données à des tiers choisis.",
        "We may share your data with our partners.",
        "Returns are charged with a fee of 15%.",
        "Die Kosten der Rücksendung trägt der Kunde selbst.",
        "Der Gerichtsstand ist immer in Panama City.",
        "Bel ons niet op zondag of maandag graag.",
        "lorem ipsum dolor sit amet voor 25 euro",
        "… kleine letters zonder begin of einde",
    ],
)
def test_what_gives_or_takes_binds(text: str) -> None:
    assert binds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Print deze voorwaarden voor uw eigen archief.",
        "Was deze pagina nuttig voor u en anderen?",
        "Heeft u nog vragen over deze pagina?",
        "Avez-vous encore des questions sur cette page ?",
        "Imprimez cette page pour vos archives personnelles.",
        "Read more about the team behind our shop",
        "Lesen Sie auch unsere Geschichte über Bonn",
        "Volg ons ook via Instagram en Facebook",
    ],
)
def test_pointers_and_buttons_bind_nobody(text: str) -> None:
    assert not binds(text)


def test_a_mended_typing_error_is_spelling_and_a_turned_word_is_not() -> None:
    one = "Wij ontvagen het artikel graag in goede staat terug."
    assert only_spelling(one, "Wij ontvangen het artikel graag in goede staat terug.")
    assert not only_spelling("Prijzen zijn inclusief btw.", "Prijzen zijn exclusief btw.")
    assert not only_spelling("Dit is verplicht voor u.", "Dit is niet verplicht voor u.")
    assert not only_spelling("U krijgt 100 euro terug.", "U krijgt 10 euro terug.")
    assert not only_spelling("Binnen 100000 dagen.", "Binnen 100001 dagen.")
    assert not only_spelling("Wij verkopen uw adres.", "Wij verkorten uw adres.")
    assert not only_spelling("Wij verzamelen dit…", "Wij verzamelden dit…")
    assert not only_spelling("Retourneren is gratis.", "Retourneren is mogelijk.")
    assert not only_spelling("Wij bezorgen bij u.", "Wij berekenen bij u.")


def test_a_mended_typing_error_is_for_review() -> None:
    before = seen(("Wij ontvagen het artikel graag in goede staat terug.",))
    after = seen(("Wij ontvangen het artikel graag in goede staat terug.",))
    (change,) = settled((before,), after)
    assert (change.kind, change.weight) == (Kind.CLAUSE_CHANGED, Weight.REVIEW)


def test_both_texts_are_shown_in_one() -> None:
    assert marked("binnen 14 dagen", "binnen 7 dagen gratis") == (
        "binnen [-14-] {+7+} dagen {+gratis+}"
    )
    assert marked("", "nieuw") == "{+nieuw+}"
    assert marked("oud", "") == "[-oud-]"
