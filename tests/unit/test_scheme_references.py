"""Parameters in force: who overrules whom, what references give, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.label import Condition, JudgeUse, Label
from monitor.domain.member import Member
from monitor.policy.judge import Param
from monitor.policy.references import (
    NUMBER_MAX,
    ParameterError,
    check_reference,
    checked_overrides,
    converted,
    fits,
    holds_reference,
    known_parameters,
    misfit,
    reading_options,
    resolve_params,
)
from tests.builders import condition, label, member, site
from tests.unit.labels_kit import JUDGES

AMOUNT = JUDGES["probe.amount"]


def using(**params: object) -> Condition:
    return replace(condition(), judge=JudgeUse("probe.amount", 1, params))


def resolved(
    given: Condition,
    *,
    parameters: dict[str, object] | None = None,
    overrides: dict[str, object] | None = None,
    who: Member | None = None,
    vocabulary: dict[str, object] | None = None,
) -> dict[str, object]:
    mark: Label = replace(label(given, parameters=parameters), vocabulary=vocabulary or {})
    who = who or member()
    return dict(resolve_params(given, AMOUNT, mark, who, site(), overrides or {}))


def test_nearer_values_go_before_further_ones() -> None:
    assert resolved(using())["most"] == 5
    assert resolved(using(), parameters={"most": 6})["most"] == 6
    assert resolved(using(most=7), parameters={"most": 6})["most"] == 7
    assert resolved(using(most=7), parameters={"most": 6}, overrides={"most": "8"})["most"] == 8


def test_every_parameter_of_the_judge_has_a_value() -> None:
    assert set(resolved(using())) == set(AMOUNT.params)


def test_a_condition_without_a_judge_of_its_own_gets_the_defaults() -> None:
    assert resolved(replace(condition(), judge=None))["most"] == 5


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("$member.kvk", "30198127"),
        ("$member.legal_name", "Voorbeeld B.V."),
        ("$subject.url", "https://shop.example/"),
        ("$parameter.limit", 12),
        ("$vocabulary.contact", ["contact", "service"]),
    ],
)
def test_references_give_what_they_name(reference: str, value: object) -> None:
    who = replace(member(), kvk="30198127", legal_name="Voorbeeld B.V.")
    where = replace(site(), url="https://shop.example/")
    given = using(expected=reference)
    mark = replace(
        label(given, parameters={"limit": 12}), vocabulary={"contact": ["contact", "service"]}
    )
    assert resolve_params(given, AMOUNT, mark, who, where, {})["expected"] == value


def test_a_default_may_be_a_reference_and_nothing_on_file_gives_nothing() -> None:
    assert resolved(using(), who=replace(member(), kvk=None))["expected"] is None


def test_a_parameter_of_the_label_is_overruled_under_its_own_name() -> None:
    given = using(most="$parameter.limit")
    assert resolved(given, parameters={"limit": 12})["most"] == 12
    assert resolved(given, parameters={"limit": 12}, overrides={"limit": "13"})["most"] == 13
    with pytest.raises(ParameterError, match=r"^parameter limit: 'ten' is not a whole number$"):
        resolved(given, parameters={"limit": 12}, overrides={"limit": "ten"})


def test_overrides_for_other_judges_are_passed_over() -> None:
    assert resolved(using(), overrides={"of_another": "1"})["most"] == 5


@pytest.mark.parametrize(
    ("reference", "wrong"),
    [
        ("$member.kvk", ""),
        ("$subject.profile_urls", ""),
        ("$parameter.limit", ""),
        ("$vocabulary.contact", ""),
        ("$site.url", "'$site.url': a reference begins with member, parameter, subject,"),
        ("$member", "'$member': member has no ''; known: address, "),
        ("$member.contacts", "'$member.contacts': member has no 'contacts'; known: address, "),
        ("$subject.certifications", "'$subject.certifications': subject has no 'certifications'"),
        ("$parameter.other", "'$parameter.other': parameter has no 'other'; known: limit"),
        ("$vocabulary.kvk", "'$vocabulary.kvk': vocabulary has no 'kvk'; known: contact"),
        ("$member.kvk.x", "'$member.kvk.x': member has no 'kvk.x'"),
    ],
)
def test_only_known_references_are_right(reference: str, wrong: str) -> None:
    found = check_reference(reference, {"limit": 1}, {"contact": ["contact"]})
    assert found.startswith(wrong)
    assert bool(found) is bool(wrong)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("$member.kvk", True),
        ("5 $", False),
        (["a", "$member.kvk"], True),
        ({"a": {"b": ["$x"]}}, True),
        ({"a": [1, "b"]}, False),
        (7, False),
    ],
)
def test_references_are_found_at_any_depth(value: object, *, found: bool) -> None:
    assert holds_reference(value) is found


def param(kind: str, default: object = "") -> Param:
    return Param(kind, default, "")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", (0, -3, NUMBER_MAX, -NUMBER_MAX), (True, 1.0, "1", None, NUMBER_MAX + 1)),
        ("float", (0, 0.5, -2.5), (True, "0.5", None, float("nan"), float("inf"))),
        ("str", ("", "a"), (1, None, ["a"])),
        ("bool", (True, False), (1, "true", None)),
        ("list[str]", ([], ["a"]), ("a", [1], ["a", None], None)),
        ("dict", ({}, {"a": 1}), ([], "a", None)),
    ],
)
def test_a_value_fits_its_type_and_no_other(
    kind: str, good: tuple[object, ...], bad: tuple[object, ...]
) -> None:
    assert [value for value in good if not fits(param(kind), value)] == []
    assert [value for value in bad if fits(param(kind), value)] == []


def test_nothing_fits_where_nothing_is_the_default() -> None:
    assert fits(param("str", None), None)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "10", 10),
        ("int", "-1", -1),
        ("float", "0.25", 0.25),
        ("float", "1", 1.0),
        ("bool", "true", True),
        ("bool", "false", False),
        ("str", "10", "10"),
        ("list[str]", "a, b c", ["a", "b c"]),
        ("int", 11, 11),
        ("list[str]", ["a"], ["a"]),
    ],
)
def test_text_becomes_the_type_of_the_parameter(kind: str, text: object, value: object) -> None:
    found = converted("name", param(kind), text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("int", "ten", "'ten' is not a whole number"),
        ("int", "1.5", "'1.5' is not a whole number"),
        ("int", "9" * 5000, "is not a whole number"),
        ("int", "-1000001", "'-1000001' is not a whole number of at most 1000000"),
        ("int", 1_000_001, "'1000001' is not a whole number of at most 1000000"),
        ("float", "nan", "'nan' is not a number"),
        ("float", "wide", "'wide' is not a number"),
        ("bool", "yes", "'yes' is not true or false"),
        ("dict", "a=1", "'a=1' is not a mapping"),
        ("str", 3, "'3' is not text"),
        ("list[str]", [1], "'[1]' is not a list of texts"),
        ("int", None, "nothing is not a whole number"),
    ],
)
def test_a_value_of_another_type_is_named(kind: str, text: object, why: str) -> None:
    with pytest.raises(ParameterError) as caught:
        converted("limit", param(kind), text)
    assert str(caught.value).startswith("parameter limit: ")
    assert why in str(caught.value)
    assert len(str(caught.value)) < 200


def test_known_parameters_are_those_of_the_judges_in_use_and_of_the_scanners() -> None:
    mark = label(using(most="$parameter.limit"), parameters={"limit": 12})
    attested = replace(condition("tz-1.1"), judge=None)
    known = known_parameters([replace(mark, conditions=(*mark.conditions, attested))], JUDGES)
    assert set(AMOUNT.params) < set(known)
    assert known["limit"] == Param("int", 12, "at most so many")
    assert known["start_page_min_chars"].default == 400
    assert "limit" not in known_parameters([label(using())], JUDGES)


def test_overrides_are_checked_by_name_and_type_before_anything_is_scanned() -> None:
    labels = [label(using())]
    found = checked_overrides({"most": "10", "start_page_min_chars": "10"}, labels, JUDGES)
    assert found == {"most": 10, "start_page_min_chars": 10}
    with pytest.raises(ParameterError, match=r"^unknown parameter 'mosst'; known: .*most"):
        checked_overrides({"mosst": "10"}, labels, JUDGES)
    with pytest.raises(ParameterError, match=r"^parameter most: 'x' is not a whole number$"):
        checked_overrides({"most": "x"}, labels, JUDGES)


def test_the_limit_is_told_only_where_it_is_what_is_wrong() -> None:
    assert misfit(param("int"), 5.5) == "'5.5' is not a whole number"
    assert misfit(param("float"), 2e6).endswith("of at most 1000000")


def test_of_several_labels_the_largest_threshold_of_a_scanner_holds() -> None:
    one = replace(label(), parameters={"start_page_min_chars": 300, "limit": 5})
    other = replace(label(), parameters={"start_page_min_chars": 450, "pages": "x"})
    assert reading_options([one, other]) == {"start_page_min_chars": 450}
    assert reading_options([other, one]) == {"start_page_min_chars": 450}
    assert reading_options([]) == {}
    assert reading_options([replace(label(), parameters={"terms_min_chars": None})]) == {}
