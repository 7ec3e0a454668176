"""What counts as drift, and what never does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.policy.conditions.drift import Drift, material_change
from monitor.policy.drifting.change import Change, Weight
from monitor.policy.drifting.compare import changes, unseen_roles
from monitor.policy.drifting.pairing import fragments
from monitor.policy.judge import Baseline, Observation, ScanView, Seen, Subject
from scanners.api import Evidence, ScanKind, ScanOutcome
from scanners.drift.evidence import DriftFacts, RoleFacts, Sentence
from scanners.drift.wording import sentences_of
from scanners.seal.evidence import SealFacts
from tests.builders import certified, member, site

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
URL = "https://shop.example/"
CONTACT = RoleFacts("contact", (f"{URL}contact",), ("kvk:30198127",), ("info@shop.example",))
PERIOD = "U heeft 14 dagen bedenktijd."
REFUND = "Wij betalen binnen twee weken terug."
LIABLE = "Onze aansprakelijkheid is niet beperkt."


def said(*texts: str, at: tuple[int, ...] = (0,)) -> tuple[Sentence, ...]:
    read = sentences_of(texts).values()
    made = (Sentence(one.skeleton, one.terms, one.text, at) for one in read)
    return tuple(sorted(made, key=lambda sentence: sentence.key))


def role(name: str, *texts: str) -> RoleFacts:
    return RoleFacts(name, (f"{URL}{name}",), sentences=said(*texts))


TERMS = role("terms", PERIOD, REFUND, LIABLE)
BEFORE = DriftFacts(URL, URL, "Shop", ("nl",), ("contact", "terms"), (CONTACT, TERMS))


def with_roles(*roles: RoleFacts, **more: object) -> DriftFacts:
    return replace(BEFORE, roles=roles, **more)  # type: ignore[arg-type]


def kinds(found: Iterable[Change]) -> list[tuple[str, Weight]]:
    return [(change.kind, change.weight) for change in found]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (BEFORE, []),
        (with_roles(TERMS, CONTACT), []),
        (with_roles(replace(CONTACT, numbers=("kvk:99999999",)), TERMS),
         [("number_swapped", Weight.CRITICAL)]),
        (with_roles(replace(CONTACT, numbers=()), TERMS), [("number_gone", Weight.HIGH)]),
        (with_roles(replace(CONTACT, numbers=("kvk:30198127", "vat_nl:NL004495445B01")), TERMS),
         [("number_added", Weight.HIGH)]),
        (with_roles(replace(CONTACT, numbers=(), doubtful=("kvk:3019812",)), TERMS),
         [("number_swapped", Weight.CRITICAL)]),
        (with_roles(replace(CONTACT, doubtful=("vat_nl:NL1",)), TERMS), []),
        (with_roles(replace(CONTACT, numbers=()), replace(TERMS, numbers=CONTACT.numbers)), []),
        (with_roles(replace(CONTACT, emails=("other@shop.example",)), TERMS),
         [("email_changed", Weight.REVIEW)]),
        (with_roles(replace(CONTACT, emails=()), replace(TERMS, emails=CONTACT.emails)), []),
        (with_roles(replace(CONTACT, emails=("info@shop.example", "b@shop.example")), TERMS), []),
        (with_roles(CONTACT, role("terms", REFUND, LIABLE)), [("clause_removed", Weight.HIGH)]),
        (with_roles(CONTACT, role("terms", PERIOD, LIABLE, "Wij betalen nooit terug aan u.")),
         [("term_changed", Weight.HIGH)]),
        (with_roles(CONTACT, role("terms", PERIOD, REFUND, "Onze aansprakelijkheid is beperkt.")),
         [("clause_changed", Weight.HIGH)]),
        (with_roles(CONTACT, role("terms", PERIOD, REFUND, LIABLE, "Geen garantie op zondag.")),
         [("clause_added", Weight.HIGH)]),
        (with_roles(CONTACT, role("terms", PERIOD, REFUND, LIABLE, "Lees ook onze andere pagina.")),
         [("clause_added", Weight.REVIEW)]),
        (with_roles(CONTACT), [("page_gone", Weight.HIGH)]),
        (with_roles(CONTACT, complete_for=("contact",)), []),
        (with_roles(CONTACT, complete_for=(), gone=TERMS.urls), [("page_gone", Weight.HIGH)]),
        (with_roles(CONTACT, TERMS, languages=("en",)), [("language_changed", Weight.CRITICAL)]),
    ],
)  # fmt: skip
def test_only_material_changes_are_named(
    after: DriftFacts, found: list[tuple[str, Weight]]
) -> None:
    assert kinds(changes(BEFORE, after)) == found


# Durations


@pytest.mark.parametrize(
    ("new", "named"),
    [
        ("U heeft 7 dagen bedenktijd.", "return period 14 days -> 7 days"),
        ("U heeft zeven dagen bedenktijd.", "return period 14 days -> 7 days"),
        ("De bedenktijd is voor u 14 werkdagen.", "return period 14 days -> 14 working days"),
        ("Herroepen kan op zondag gedurende acht uur.", ""),
        ("De bedenktijd bedraagt bij ons 7 dagen.", "return period 14 days -> 7 days"),
        ("U heeft 14 dagen of één maand bedenktijd.", "return period 14 days -> 14 days, 1 month"),
    ],
)
def test_a_shorter_term_is_named_with_both_fragments(new: str, named: str) -> None:
    (change, *more) = changes(BEFORE, with_roles(CONTACT, role("terms", new, REFUND, LIABLE)))
    if named:
        assert (change.kind, change.named, more) == ("term_changed", named, [])
        assert (change.before, change.after) == (PERIOD, new)
        assert change.url == f"{URL}terms"
    else:
        assert kinds([change, *more]) == [
            ("clause_removed", Weight.HIGH),
            ("clause_added", Weight.HIGH),
        ]


@pytest.mark.parametrize("same", ["veertien dagen", "14 (veertien) dagen", "veertien (14) dagen"])
def test_another_wording_of_the_same_term_is_no_change(same: str) -> None:
    terms = role("terms", f"U heeft {same} bedenktijd.", REFUND, LIABLE)
    assert changes(BEFORE, with_roles(CONTACT, terms)) == ()


@pytest.mark.parametrize(
    ("name", "weight"),
    [("delivery", Weight.HIGH), ("contact", Weight.REVIEW), ("about", Weight.REVIEW)],
)
def test_outside_legal_texts_only_the_terms_count(name: str, weight: Weight) -> None:
    old = replace(BEFORE, roles=(role(name, "Wij leveren binnen 2 werkdagen."),))
    shorter = replace(old, roles=(role(name, "Wij leveren binnen 9 werkdagen."),))
    reworded = replace(old, roles=(role(name, "Na 2 werkdagen staat alles klaar, zegt men."),))
    moved = replace(old, roles=(role(name, "Over 2 werkdagen klaar op uw adres."),))
    silent = replace(old, roles=(role(name), CONTACT), complete_for=(name,))
    (change,) = changes(old, shorter)
    assert (change.kind, change.weight, change.named) == (
        "term_changed", weight, "delivery 2 working days -> 9 working days",
    )  # fmt: skip
    assert changes(old, reworded) == changes(old, moved) == ()
    found = [c for c in changes(old, silent) if c.kind == "term_changed"]
    gone = "delivery 2 working days -> none"
    assert [(c.named, c.weight, c.after) for c in found] == [(gone, weight, "")]


def test_a_term_that_moved_to_another_sentence_of_a_light_page_is_still_there() -> None:
    words = "Vragen per brief beantwoorden we na 3 dagen."
    old = replace(BEFORE, roles=(role("delivery", words),))
    new = replace(BEFORE, roles=(role("delivery", "Retour: 3 dagen"),))
    assert changes(old, new) == ()


# What may be called gone

SECOND = f"{URL}returns-2"
RETURNS = RoleFacts(
    "returns",
    (f"{URL}returns", SECOND),
    numbers=("kvk:30198127",),
    sentences=tuple(
        sorted(
            (*said(PERIOD, at=(0,)), *said(REFUND, "Retour is voor u gratis.", at=(1,))),
            key=lambda s: s.key,
        )
    ),
)
TWO_PAGES = replace(BEFORE, complete_for=("returns",), roles=(RETURNS,))


def without_second(*texts: str, **more: object) -> DriftFacts:
    now = replace(RETURNS, urls=RETURNS.urls[:1], sentences=said(*texts))
    fields = {"complete_for": (), **more}
    return replace(TWO_PAGES, roles=(now,), **fields)  # type: ignore[arg-type]


def test_a_clause_of_a_page_that_was_not_read_this_time_is_not_gone() -> None:
    after = without_second(PERIOD)
    assert changes(TWO_PAGES, after) == ()
    assert unseen_roles(TWO_PAGES, after) == ("returns",)


def test_what_stood_on_a_page_that_was_read_is_compared_all_the_same() -> None:
    found = changes(TWO_PAGES, without_second("U heeft 7 dagen bedenktijd."))
    assert [c.named for c in found] == ["return period 14 days -> 7 days"]
    assert kinds(changes(TWO_PAGES, without_second())) == [("clause_removed", Weight.HIGH)]


def test_the_same_words_with_another_term_need_no_proof_of_absence() -> None:
    after = without_second(PERIOD, "Wij betalen binnen drie weken terug.")
    assert [c.named for c in changes(TWO_PAGES, after)] == ["refund 2 weeks -> 3 weeks"]


def test_likeness_alone_proves_nothing_about_an_unread_page() -> None:
    after = without_second(PERIOD, "Retour is voor u soms gratis.")
    assert kinds(changes(TWO_PAGES, after)) == [("clause_added", Weight.REVIEW)]
    light = replace(RETURNS, role="delivery")
    then = replace(TWO_PAGES, roles=(light,))
    now = replace(after, roles=(replace(after.roles[0], role="delivery"),))
    assert changes(then, now) == ()


@pytest.mark.parametrize("proof", [{"complete_for": ("returns",)}, {"gone": (SECOND,)}])
def test_clauses_of_a_page_that_is_proven_gone_are_told_as_one(proof: dict[str, object]) -> None:
    (change,) = changes(TWO_PAGES, without_second(PERIOD, **proof))
    assert (change.kind, change.before, change.after) == ("page_gone", SECOND, "")
    assert unseen_roles(TWO_PAGES, without_second(PERIOD, **proof)) == ()


def test_a_text_that_moved_to_another_legal_page_is_not_gone() -> None:
    terms = replace(role("terms", PERIOD, REFUND, "Retour is voor u gratis."), urls=RETURNS.urls)
    after = replace(TWO_PAGES, complete_for=(), roles=(role("returns"), terms))
    assert changes(TWO_PAGES, after) == ()


@pytest.mark.parametrize("doubtful", [(), ("kvk:1",)])
def test_a_number_is_not_gone_because_a_page_was_unread(doubtful: tuple[str, ...]) -> None:
    start = RoleFacts("start", (URL,), doubtful=doubtful)
    before = replace(BEFORE, roles=(start, CONTACT))
    after = replace(before, roles=(start,), complete_for=())
    assert changes(before, after) == ()
    other = replace(start, numbers=("kvk:99999999",))
    (change,) = changes(before, replace(after, roles=(other,)))
    assert (change.kind, change.before, change.url) == ("number_added", "", URL)


def test_a_number_that_is_gone_is_told_where_it_stood() -> None:
    before = replace(BEFORE, roles=(CONTACT,))
    (change,) = changes(before, replace(before, roles=(replace(CONTACT, numbers=()),)))
    assert (change.kind, change.url) == ("number_gone", f"{URL}contact")
    bare = replace(before, roles=(replace(CONTACT, urls=()),))
    assert changes(bare, replace(before, roles=()))[0].url == URL


def test_a_mail_address_of_an_unread_page_is_not_gone() -> None:
    other = RoleFacts("contact", (f"{URL}help",), CONTACT.numbers, ("help@shop.example",))
    assert changes(BEFORE, with_roles(other, TERMS, complete_for=())) == ()


# Texts that are longer than what is kept


def test_lists_that_were_cut_off_are_compared_as_far_as_both_reach() -> None:
    texts = [f"Bepaling {word} geldt voor iedere koop." for word in "abcdefghijklmnopqrst"]
    whole = said(*texts)
    more = tuple(sorted((*whole, *said("Nieuw is deze zin alleen.")), key=lambda s: s.key))
    old = replace(BEFORE, roles=(replace(TERMS, sentences=whole[:10], truncated=True),))
    new = replace(BEFORE, roles=(replace(TERMS, sentences=more[:10], truncated=True),))
    assert "clause_removed" not in {c.kind for c in changes(old, new)}
    lost = replace(BEFORE, roles=(replace(TERMS, sentences=whole[1:11], truncated=True),))
    (change,) = changes(old, lost)
    assert (change.kind, change.before) == ("clause_removed", whole[0].text)


def test_a_page_that_is_longer_than_what_is_read_proves_no_absence() -> None:
    cut = replace(role("terms", "U heeft 7 dagen bedenktijd.", REFUND), cut=True)
    after = with_roles(CONTACT, cut)
    assert [c.named for c in changes(BEFORE, after)] == ["return period 14 days -> 7 days"]
    assert unseen_roles(BEFORE, after) == ()
    numbers = replace(BEFORE, roles=(replace(TERMS, numbers=("kvk:1",)),))
    assert "number_gone" not in {c.kind for c in changes(numbers, replace(after, roles=(cut,)))}


def test_a_sentence_that_became_part_of_the_start_page_is_no_change() -> None:
    (shared,) = said(LIABLE)
    less = role("terms", PERIOD, REFUND)
    assert changes(BEFORE, with_roles(CONTACT, less, shared=(shared.key,))) == ()
    before = with_roles(CONTACT, less, shared=(shared.key,))
    assert changes(before, BEFORE) == ()


# How it is told


def test_a_page_of_two_roles_tells_a_change_once() -> None:
    both = (f"{URL}service",)
    old = [replace(role(name, PERIOD), urls=both) for name in ("returns", "complaints")]
    new = [replace(one, sentences=said("U heeft 7 dagen bedenktijd.")) for one in old]
    before, after = (replace(BEFORE, roles=tuple(roles)) for roles in (old, new))
    assert len(changes(before, after)) == 1


def test_a_change_late_in_a_long_sentence_is_shown() -> None:
    start = "De ondernemer levert het bestelde product aan het opgegeven adres af in goede staat "
    end = " zodra de betaling binnen is en het product aan de vervoerder is gegeven door ons"
    old = replace(BEFORE, roles=(role("terms", f"{start * 2}gratis{end}"),))
    new = replace(BEFORE, roles=(role("terms", f"{start * 2}betaald{end}"),))
    (change,) = changes(old, new)
    assert change.kind == "clause_changed"
    assert change.before.startswith("…")
    assert "gratis" in change.before[:60]
    assert "betaald" in change.after[:60]


def test_two_changes_are_paired_with_their_likest() -> None:
    old = "De klant betaalt de kosten van retour", "De winkel levert elke bestelling zelf"
    new = "De klant betaalt soms de kosten van retour", "De winkel levert iedere bestelling zelf"
    before, after = (replace(BEFORE, roles=(role("terms", *texts),)) for texts in (old, new))
    pairs = {(c.kind, c.before, c.after) for c in changes(before, after)}
    assert pairs == {("clause_changed", a, b) for a, b in zip(old, new, strict=True)}


def test_a_fragment_that_was_not_kept_pairs_with_nothing() -> None:
    old, new = Sentence("a" * 16), Sentence("b" * 16)
    before, after = (
        replace(BEFORE, roles=(replace(TERMS, sentences=(one,)),)) for one in (old, new)
    )
    assert [c.kind for c in changes(before, after)] == ["clause_removed", "clause_added"]


def test_places_that_do_not_exist_do_no_harm() -> None:
    (one,) = said(LIABLE, at=(7,))
    nowhere = RoleFacts("terms", (), sentences=(one,))
    before = replace(BEFORE, roles=(nowhere,))
    after = replace(BEFORE, roles=(replace(nowhere, sentences=()),))
    (change,) = changes(before, after)
    assert (change.kind, change.url) == ("clause_removed", "")
    (gone,) = changes(before, replace(after, roles=()))
    assert (gone.kind, gone.url) == ("page_gone", URL)


# The judge


def look(after: DriftFacts | None, *, baseline: bool = True, ran: bool = True) -> Seen:
    evidence = () if after is None else (Evidence(after, URL, AT),)
    outcome = ScanOutcome.COMPLETE if evidence else ScanOutcome.BLOCKED
    scans = {ScanKind.DRIFT: ScanView(outcome, evidence, AT, "a wall")} if ran else {}
    accepted = Baseline((Evidence(BEFORE, URL, AT),), AT, "anna") if baseline else None
    return Seen(AT, scans, baseline=accepted)


def judged(seen: Seen) -> Observation:
    return material_change(seen, Subject(site(), member(), certified()))


OTHER = Baseline((Evidence(SealFacts(URL, 1, complete=True, reason=""), URL, AT),), AT, "anna")


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (look(BEFORE), Drift.UNCHANGED),
        (look(with_roles(CONTACT, role("terms", REFUND, LIABLE))), Drift.CHANGED),
        (look(BEFORE, baseline=False), Drift.NO_BASELINE),
        (look(None), Drift.INCOMPLETE),
        (look(with_roles(CONTACT, complete_for=())), Drift.INCOMPLETE),
        (look(None, ran=False), Drift.NOT_SCANNED),
        (replace(look(BEFORE), baseline=Baseline((), AT, "anna")), Drift.NO_BASELINE),
        (replace(look(BEFORE), baseline=OTHER), Drift.NO_BASELINE),
    ],
)
def test_drift_says_what_it_saw_and_fills_its_values(seen: Seen, outcome: Drift) -> None:
    found = judged(seen)
    assert found.outcome is outcome
    assert set(found.values) == {"url", "count", "before", "after"}


def test_what_was_not_read_is_named_and_never_unchanged() -> None:
    found = judged(look(with_roles(CONTACT, complete_for=())))
    assert found.summary == "Nothing changed in what was read; not read this time: terms."


def test_the_summary_names_the_term_and_both_fragments() -> None:
    terms = role("terms", "U heeft 7 dagen bedenktijd.", REFUND, LIABLE)
    found = judged(look(with_roles(CONTACT, terms)))
    assert "term_changed (terms) return period 14 days -> 7 days: U heeft 14 dagen" in found.summary
    assert found.values["before"] == PERIOD
    assert found.values["after"] == "U heeft 7 dagen bedenktijd."
    assert found.note == ""


def test_a_text_too_long_to_compare_whole_is_noted() -> None:
    found = judged(look(with_roles(CONTACT, replace(TERMS, truncated=True))))
    assert found.outcome is Drift.UNCHANGED
    assert found.note == "Too long to be compared whole: terms."


@pytest.mark.parametrize(
    ("review_at", "outcome"),
    [("critical", Drift.UNCHANGED), ("high", Drift.UNCHANGED), ("review", Drift.CHANGED),
     ("nonsense", Drift.UNCHANGED)],
)  # fmt: skip
def test_the_bar_decides_which_changes_ask_for_a_reviewer(review_at: str, outcome: Drift) -> None:
    after = with_roles(replace(CONTACT, emails=("other@shop.example",)), TERMS)
    subject = Subject(site(), member(), certified(), {"review_at": review_at})
    assert material_change(look(after), subject).outcome is outcome


def test_a_vat_number_is_never_shown_whole() -> None:
    """The old number of a sole trader holds a citizen number."""
    old = with_roles(replace(CONTACT, numbers=("vat_nl:NL123456782B01",)), TERMS)
    new = with_roles(replace(CONTACT, numbers=("vat_nl:NL004495445B01",)), TERMS)
    (change,) = changes(old, new)
    assert "123456782" not in change.before
    assert "004495445" not in change.after


def test_a_text_that_only_grew_is_shown_whole_or_from_shortly_before_its_end() -> None:
    assert fragments("een twee", "een twee drie") == ("een twee", "een twee drie")
    long = " ".join(f"woord{n}" for n in range(20))
    before, after = fragments(long, f"{long} erbij")
    assert (before[0], after[0]) == ("…", "…")
    assert after == f"{before} erbij"
