"""Sentences, durations and noise: what is read from a legal text, and what never matters."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanners.api import encode_facts
from scanners.drift.counting import NUMBERS
from scanners.drift.durations import durations_in
from scanners.drift.evidence import DriftFacts, RoleFacts, Sentence
from scanners.drift.noise import noise_spans, without_noise
from scanners.drift.wording import SENTENCE_LONG_CHARS, sentences_of


def values(text: str) -> list[str]:
    return [duration.value for duration in durations_in(text)]


def keys(*lines: str) -> set[str]:
    return set(sentences_of(lines))


# Durations


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14 dagen", "14 days"), ("veertien dagen", "14 days"), ("Veertien Dagen", "14 days"),
        ("14 (veertien) dagen", "14 days"), ("veertien (14) dagen", "14 days"),
        ("14-daagse", "14 days"), ("14 daagse", "14 days"), ("veertiendaagse", "14 days"),
        ("quatorze jours", "14 days"), ("14 jours", "14 days"), ("vierzehn Tage", "14 days"),
        ("vierzehntägige", "14 days"), ("14-tägigen", "14 days"), ("fourteen days", "14 days"),
        ("14-day", "14 days"), ("één dag", "1 day"), ("1 dag", "1 day"), ("un jour", "1 day"),
        ("ein Tag", "1 day"), ("a day", "1 day"), ("één week", "1 week"), ("2 weken", "2 weeks"),
        ("twee weken", "2 weeks"), ("deux semaines", "2 weeks"), ("zwei Wochen", "2 weeks"),
        ("eine Woche", "1 week"), ("een maand", "1 month"), ("trois mois", "3 months"),
        ("drei Monaten", "3 months"), ("1 an", "1 year"), ("deux ans", "2 years"),
        ("une année", "1 year"), ("een jaar", "1 year"), ("tweejarige", "2 years"),
        ("zwei Jahre", "2 years"), ("zweijährige", "2 years"), ("two years", "2 years"),
        ("tweeëntwintig dagen", "22 days"), ("quatre-vingt-dix jours", "90 days"),
        ("vingt et un jours", "21 days"), ("septante-deux heures", "72 hours"),
        ("twenty-one days", "21 days"), ("dreißig Tagen", "30 days"),
        ("achtundvierzig Stunden", "48 hours"), ("24 uur", "24 hours"), ("1,5 jaar", "1.5 years"),
        ("2-3 werkdagen", "2-3 working days"), ("2 tot 3 werkdagen", "2-3 working days"),
        ("deux à trois jours", "2-3 days"), ("2 – 3 days", "2-3 days"),
        ("5 jours ouvrés", "5 business days"), ("5 jours ouvrables", "5 working days"),
        ("5 business days", "5 business days"), ("14 kalenderdagen", "14 calendar days"),
        ("14 (zeven) dagen", "14 (7) days"),
    ],
)  # fmt: skip
def test_a_duration_is_a_number_and_a_unit_whatever_its_wording(text: str, value: str) -> None:
    assert values(f"Binnen {text} na ontvangst.") == [value]


@pytest.mark.parametrize(
    "text",
    ["mis à jour le 3 mars", "onze dagen", "12 an uns", "voor 17 uur besteld", "om 9 uur open",
     "17.00 uur", "17:00 uur", "12345 dagen", "dagen", "(14) dagen", "x) dagen", "- dagen",
     "een mooie dag", "dag 3", "vandaag", "ordinairtägig", "14 () dagen", "over ) 3) dagen"],
)  # fmt: skip
def test_what_only_looks_like_a_duration_is_none(text: str) -> None:
    assert values(text) == []


def test_two_durations_of_a_sentence_keep_their_order() -> None:
    assert values("Binnen 14 dagen bericht, binnen 1 maand terugbetaald.") == ["14 days", "1 month"]


def test_numbers_up_to_a_hundred_are_known_in_every_language() -> None:
    for language, numbers in NUMBERS.items():
        assert set(range(1, 101)) <= set(numbers.values()), language


@given(st.text())
def test_durations_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for duration in durations_in(text):
        assert end <= duration.start < duration.end <= len(text)
        end = duration.end


@given(
    st.sampled_from(sorted(NUMBERS["nl"].items())),
    st.sampled_from([("dagen", "day"), ("weken", "week"), ("maanden", "month"), ("jaar", "year")]),
)
def test_word_and_figure_are_the_same_duration(
    word: tuple[str, int], unit: tuple[str, str]
) -> None:
    said, number = word
    wanted = [f"{number} {unit[1]}{'' if number == 1 else 's'}"]
    assert values(f"binnen {said} {unit[0]}") == values(f"binnen {number} {unit[0]}") == wanted
    assert values(f"binnen {number} ({said}) {unit[0]} na") == wanted


# Noise


@pytest.mark.parametrize(
    "text",
    ["3 maart 2026", "3 mars 2026", "1er mars 2026", "March 3, 2026", "3. März 2026", "3 mrt. 2026",
     "maart 2026", "dinsdag 3 maart 2026", "Tuesday, March 3, 2026", "3rd of March 2026", "3 maart",
     "2026-03-01", "01-03-2026", "1/3/26", "1.3.2026", "03/2026", "17:30", "17.30 uur", "17h30",
     "17 Uhr", "om 17 uur", "vóór 23 uur", "6,95 euro", "€ 6,-", "€6,95", "6,95 EUR", "EUR 6.95",
     "6,-", "5,– euro", "6 euro", "€ 1.250,00", "1 250,00 €", "$ 5", "© 2026", "© 2010-2026",
     "Copyright 2026", "Copyright © 2026", "(c) 2026", "EUROS 6"],
)  # fmt: skip
def test_dates_times_and_prices_are_noise(text: str) -> None:
    assert without_noise(f"Dit geldt {text} voor ons.") == "Dit geldt # voor ons."


@pytest.mark.parametrize(
    "text",
    ["artikel 3", "6:230o BW", "14 dagen", "50 procent", "30198127", "25%", "maart", "NEN 2026",
     "10.5.2 van", "tel. 030 234 56 78", "eurovision 6", "5 europa"],
)  # fmt: skip
def test_other_numbers_are_no_noise(text: str) -> None:
    assert without_noise(text) == text
    assert noise_spans(text) == ()


_PARTS = (
    "1 2 03 12 2026 3 . , - – / : € EUR euro # maart March may mars h u uur © ( ) c de er 1er "
    "maandag copyright of 000 ; 17 Uhr am"
)
_NOISY = st.lists(st.sampled_from((*_PARTS.split(), " ", "  ")), max_size=14).map("".join)


@settings(max_examples=600)
@given(st.one_of(_NOISY, st.text()))
@example("1€1€")
@example("€1€5")
def test_taking_noise_away_twice_is_taking_it_away_once(text: str) -> None:
    once = without_noise(text)
    assert without_noise(once) == once


# Sentences

BASE = "De klant kan binnen 14 dagen na 3 maart 2026 voor € 6,95 van de koop af."


@pytest.mark.parametrize(
    "same",
    [
        "De klant kan binnen veertien dagen na 3 maart 2026 voor € 6,95 van de koop af.",
        "De klant kan binnen 14 dagen na 12 april 2027 voor 7,50 euro van de koop af.",
        "3.2 De klant kan binnen 14 dagen na 3 maart 2026 voor EUR 6.95 van de koop af",
        "a) De klant kan binnen 14 dagen na 3. März 2026 voor € 6,- van de koop af;",
        "• DE KLANT kan  binnen 14-dagen na March 3, 2026 voor € 6,95 van de koop af!",
        "Artikel 7. De klant kan binnen 14 dagen na 3 maart 2026 voor € 6,95 van de koop af.",
    ],
)
def test_wording_of_dates_prices_terms_and_numbering_make_no_difference(same: str) -> None:
    assert keys(same) == keys(BASE)


@pytest.mark.parametrize(
    "other",
    [
        "De klant kan binnen 7 dagen na 3 maart 2026 voor € 6,95 van de koop af.",
        "De klant kan binnen 14 werkdagen na 3 maart 2026 voor € 6,95 van de koop af.",
        "De klant kan niet binnen 14 dagen na 3 maart 2026 voor € 6,95 van de koop af.",
    ],
)
def test_every_other_word_makes_a_difference(other: str) -> None:
    assert keys(other).isdisjoint(keys(BASE))


def test_only_the_term_differs_so_the_skeleton_is_the_same() -> None:
    (one,) = sentences_of([BASE]).values()
    (other,) = sentences_of([BASE.replace("14", "7")]).values()
    assert (one.skeleton, one.terms, other.terms) == (other.skeleton, ("14 days",), ("7 days",))
    assert one.text == BASE


def test_a_change_after_the_first_600_characters_is_seen() -> None:
    long = "de ondernemer levert het product " * 30
    assert keys(f"{long}gratis af") != keys(f"{long}betaald af")
    commas = "de ondernemer levert het product, " * 10
    read = sentences_of([f"{commas}{commas} en daarna nooit meer gratis, punt"]).values()
    assert max(len(one.text) for one in read) < SENTENCE_LONG_CHARS


def test_menus_and_headings_are_no_sentences_but_a_table_with_terms_is() -> None:
    assert keys("Contact", "Over ons", "Laatst gewijzigd: 3 maart 2026") == set()
    rows = ("Bedenktijd", "14 dagen", "Garantie", "2 jaar")
    assert [one.text for one in sentences_of(rows).values()] == [
        "Bedenktijd 14 dagen", "Garantie 2 jaar",
    ]  # fmt: skip
    turned = (*rows[2:], *rows[:2])
    assert keys(*turned) == keys(*rows)
    assert len(keys("Bedenktijd", "14 dagen", "Garantie", "14 dagen")) == 2


def test_the_point_of_a_german_date_ends_no_sentence() -> None:
    line = "Diese Bedingungen gelten ab dem 3. März 2026 für alle Kunden. Alles andere gilt nicht."
    assert len(keys(line)) == 2


@pytest.mark.parametrize(("limit", "inside"), [(160, True), (40, True), (20, True), (0, False)])
def test_a_fragment_shows_the_duration(limit: int, inside: bool) -> None:
    (read,) = sentences_of(["Heel veel woorden " * 15 + "binnen 14 dagen na ontvangst"]).values()
    assert ("14" in read.fragment(limit)) is inside
    assert len(read.fragment(limit)) <= limit
    (short,) = sentences_of([BASE]).values()
    assert short.fragment(400) == BASE


_LINES = st.lists(
    st.sampled_from(
        [BASE, "Wij leveren in heel Nederland. Retour is gratis voor u.", "Menu", "",
         "U betaalt binnen twee weken na de levering; daarna volgt een rekening.",
         "Op deze overeenkomst is Nederlands recht van toepassing."]
    )
)  # fmt: skip


@given(_LINES, st.randoms())
def test_the_order_of_lines_does_not_matter(lines: list[str], chance: random.Random) -> None:
    mixed = list(lines)
    chance.shuffle(mixed)
    assert keys(*mixed) == keys(*lines)


@given(st.lists(st.text()))
def test_any_text_can_be_read(lines: list[str]) -> None:
    for key, read in sentences_of(lines).items():
        assert key == read.key
        assert read.text
        assert len(read.fragment(80)) <= 80


HOSTILE = {
    "digits": "1" * 100_000, "spaces": " " * 100_000, "letters": "a" * 100_000,
    "dotted": "1." * 50_000, "prices": "€1" * 50_000, "months": "maart " * 17_000,
    "brackets": "(1) " * 25_000, "hyphens": "vingt-" * 17_000, "days": "1 dag " * 17_000,
    "commas": "1," * 50_000, "stops": "a. " * 33_000, "dates": "3. " * 33_000,
    "weekdays": "maandag " * 12_000, "signs": "(c) " * 25_000, "thousands": "1 111 " * 17_000,
    "marks": "\ue000" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_costs_time_in_proportion(text: str) -> None:
    """Quadratic work on 100 kB would take minutes."""
    started = time.perf_counter()
    sentences_of([text])
    durations_in(text)
    without_noise(text)
    assert time.perf_counter() - started < 15


# Facts


def test_the_rules_of_reading_have_a_version() -> None:
    """Digests of other rules cannot be compared: change the rules and KIND together."""
    text = "1.2 De “klant” heeft veertien dagen, tot 3 maart 2026, voor € 6,- de tijd – altijd."
    assert (DriftFacts.KIND, sorted(keys(text))) == (
        "drift.facts@3",
        ["23251a6a4bf6eb83|14 days"],
    )


def test_a_role_names_each_duration_once() -> None:
    sentences = (Sentence("a", ("2 weeks", "14 days")), Sentence("b", ("14 days",)))
    role = RoleFacts("terms", ("https://shop.example/t",), sentences=sentences)
    assert role.durations == ("14 days", "2 weeks")
    assert b"durations" not in encode_facts(role)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        (("Na ontvangst heeft de", "consument veertien dagen de tijd."),
         "Na ontvangst heeft de consument veertien dagen de tijd."),
        (("Nach Erhalt hat der", "Verbraucher vierzehn Tage Zeit."),
         "Nach Erhalt hat der Verbraucher vierzehn Tage Zeit."),
        (("Le client dispose", "de quatorze jours pour se rétracter."),
         "Le client dispose de quatorze jours pour se rétracter."),
    ],
)  # fmt: skip
def test_a_line_break_inside_a_sentence_changes_nothing(
    broken: tuple[str, ...], whole: str
) -> None:
    assert keys(*broken) == keys(whole)


def test_lines_that_are_whole_stay_apart() -> None:
    lines = ("Wij leveren snel en netjes thuis", "Retour is 14 dagen gratis")
    assert keys(*lines) == keys(lines[0]) | keys(lines[1])
    assert len(keys("Wij leveren:", "a) altijd binnen 3 dagen thuis")) == 1
