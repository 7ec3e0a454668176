"""What is loaded, said about one site or case; one breach however many labels demand it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from monitor.domain.case import Case, begin
from monitor.domain.finding import ConditionFinding, Finding
from monitor.domain.label import Label
from monitor.policy.judge import Seen
from monitor.services.catalogue import Catalogue, merge
from scanners.api import ScanKind
from tests.builders import (
    C0,
    C1,
    C2,
    DAY,
    MONDAY,
    R2S,
    R14,
    certified,
    condition,
    finding,
    judge,
    label,
    member,
    next_monday,
    rules,
    site,
)

MARK = label(condition("a", confirm="C1"), condition("b"))
OTHER = label(condition("b"), condition("c"), label_id="other")


class Weekdays:
    """A calendar whose weekends move to Monday, in the country of the tests alone."""

    def next_working_day(self, moment: datetime, country: str) -> datetime:
        return next_monday(moment) if country == "NL" else moment

    def is_working_day(self, day: date, country: str) -> bool:
        return day.weekday() < 5

    def thaws(self, moment: datetime, country: str) -> datetime | None:
        return None


CATALOGUE = Catalogue(
    {"mark": MARK, "other": OTHER},
    {"test.judge": judge()},
    {ScanKind.CONTENT: 7 * DAY},
    Weekdays(),
)


def case_of(*labels: str, condition_id: str = "b") -> Case:
    return begin("KW-1", "s", finding(condition_id=condition_id), labels, rules(), MONDAY)[0]


def test_a_site_has_the_labels_that_are_loaded_in_its_own_order() -> None:
    shop = site(certified("other"), certified("gone"), certified("mark"))
    assert CATALOGUE.labels_of(shop) == (OTHER, MARK)
    assert CATALOGUE.kinds(shop) == {ScanKind.CONTENT}
    assert CATALOGUE.touched(MARK.conditions[0], ScanKind.CONTENT)


def test_a_condition_is_found_with_its_label_or_not_at_all() -> None:
    assert CATALOGUE.condition("mark", "a") == (MARK, MARK.conditions[0])
    assert CATALOGUE.condition("mark", "c") is None
    assert CATALOGUE.condition("gone", "a") is None


def test_a_case_follows_the_first_of_its_labels_that_still_has_the_condition() -> None:
    assert CATALOGUE.of_case(case_of("gone", "other", "mark")) == (OTHER, OTHER.conditions[0])
    assert CATALOGUE.of_case(case_of("mark", condition_id="c")) is None


@pytest.mark.parametrize(
    ("given", "confirmation", "remedy"),
    [
        pytest.param(finding(confirm="C2", remedy="R2S"), C2, R2S, id="those of the outcome"),
        pytest.param(finding(confirm="", remedy=""), C1, R14, id="else those of the condition"),
        pytest.param(finding(confirm="C9", remedy="R9"), C1, R14, id="also when dropped since"),
        pytest.param(case_of("mark"), C0, R14, id="those the case keeps"),
    ],
)
def test_the_profiles_in_force(
    given: ConditionFinding | Case, confirmation: object, remedy: object
) -> None:
    in_force = CATALOGUE.rules(MARK, MARK.conditions[0], given, member())
    assert (in_force.confirmation, in_force.remedy) == (confirmation, remedy)


@pytest.mark.parametrize(("country", "days"), [("NL", 2), ("BE", 0)])
def test_deadlines_follow_the_calendar_of_the_members_country(country: str, days: int) -> None:
    shop_of = member(jurisdiction=country)
    in_force = CATALOGUE.rules(MARK, MARK.conditions[0], finding(), shop_of)
    saturday = MONDAY + 5 * DAY
    assert in_force.move(saturday) == saturday + days * DAY


ROWS = {
    "certain": finding(Finding.NOT_MET),
    "candidate": finding(Finding.NOT_MET, review=True),
    "suspicion": finding(Finding.INCONCLUSIVE, review=True),
    "unknown": finding(Finding.INCONCLUSIVE),
    "met": finding(Finding.MET),
    "waived": finding(Finding.WAIVED),
    "not applicable": finding(Finding.NOT_APPLICABLE),
}
ORDER = [("certain",), ("candidate", "suspicion"), *((k,) for k in list(ROWS)[3:])]


@pytest.mark.parametrize("first", range(len(ORDER)))
@pytest.mark.parametrize("second", range(len(ORDER)))
def test_the_worst_finding_of_a_condition_stands_with_the_labels_that_share_it(
    first: int, second: int
) -> None:
    one, two = ROWS[ORDER[first][0]], ROWS[ORDER[second][-1]]
    worst, labels = merge([(MARK, one), (OTHER, two)])["tz-3.1c"]
    expected: tuple[Label, ...] = (MARK, OTHER)
    if first != second:
        expected = (MARK,) if first < second else (OTHER,)
    assert worst == (one if first <= second else two)
    assert labels == expected


def test_conditions_do_not_mix() -> None:
    other = replace(finding(Finding.MET), condition_id="x")
    merged = merge([(MARK, finding()), (MARK, other)])
    assert {key: found.finding for key, (found, _) in merged.items()} == {
        "tz-3.1c": Finding.NOT_MET,
        "x": Finding.MET,
    }


def test_a_finding_about_which_nothing_is_known_is_taken_as_it_comes() -> None:
    seen = Seen(MONDAY, {})
    assert CATALOGUE.anew(MARK, finding(condition_id="gone"), seen, ScanKind.CONTENT)
    assert CATALOGUE.anew(MARK, finding(condition_id="a"), seen, ScanKind.CONTENT)
