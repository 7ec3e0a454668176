"""Weaknesses as SARIF: what the standard asks for, and what readers of it use."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from monitor.domain.finding import Severity
from monitor.domain.weakness import Again, Sighting, Weakness, WeaknessState
from monitor.services.sarif import document

NOW = datetime(2026, 11, 4, 9, tzinfo=UTC)
XSS = Sighting(
    "a" * 64, "zap", "40012", "Cross-site scripting", Severity.HIGH, "A03", "A05", "CWE-79",
    "https://shop.example/zoek?q=%22", "/zoek", "GET", "q",
)  # fmt: skip
ONE = Weakness("s1", XSS, WeaknessState.OPEN, "active-low", NOW, NOW)
HEADER = replace(
    ONE,
    seen=replace(XSS, fingerprint="b" * 64, engine="passive", rule="hsts-missing", param="",
                 severity=Severity.LOW, cwe="", owasp_2021="", owasp_2025=""),
)  # fmt: skip


def runs(*weaknesses: Weakness) -> list[dict[str, Any]]:
    made = document("https://shop.example/", weaknesses)
    json.dumps(made)
    assert made["version"] == "2.1.0"
    return cast("list[dict[str, Any]]", made["runs"])


def test_each_engine_is_a_run_with_its_rules_once() -> None:
    again = replace(ONE, seen=replace(XSS, fingerprint="c" * 64, param="r"))
    passive, zap = runs(ONE, HEADER, again)
    assert passive["tool"]["driver"]["name"] == "keurwacht (passive)"
    assert [rule["id"] for rule in zap["tool"]["driver"]["rules"]] == ["40012"]
    assert [r["ruleIndex"] for r in zap["results"]] == [0, 0]
    assert [r["partialFingerprints"]["keurwacht/v1"] for r in zap["results"]] == [
        "a" * 64, "c" * 64
    ]  # fmt: skip


@pytest.mark.parametrize("again", [None, *Again])
def test_a_result_tells_whether_it_was_seen_twice(again: Again | None) -> None:
    (zap,) = runs(replace(ONE, seen=replace(XSS, again=again)))
    (result,) = zap["results"]
    assert result["properties"]["secondLook"] == (None if again is None else again.value)


def test_a_rule_carries_categories_and_weight() -> None:
    (zap,) = runs(ONE)
    (rule,) = zap["tool"]["driver"]["rules"]
    assert rule["properties"]["tags"] == ["security", "OWASP-2021-A03", "OWASP-2025-A05", "CWE-79"]
    assert float(rule["properties"]["security-severity"]) >= 7
    (passive,) = runs(HEADER)
    assert passive["tool"]["driver"]["rules"][0]["properties"]["tags"] == ["security"]


@pytest.mark.parametrize(
    ("severity", "level"), [("critical", "error"), ("high", "error"), ("medium", "warning"),
                            ("low", "note"), ("info", "note")],
)  # fmt: skip
def test_severities_become_levels(severity: str, level: str) -> None:
    (run,) = runs(replace(ONE, seen=replace(XSS, severity=Severity(severity))))
    assert run["results"][0]["level"] == level


@pytest.mark.parametrize(
    ("state", "baseline", "suppressed"),
    [
        (WeaknessState.NEW, "new", False),
        (WeaknessState.OPEN, "unchanged", False),
        (WeaknessState.REOPENED, "new", False),
        (WeaknessState.RESOLVED, "absent", False),
        (WeaknessState.FALSE_POSITIVE, "unchanged", True),
        (WeaknessState.RISK_ACCEPTED, "unchanged", True),
    ],
)
def test_states_are_told_in_the_standards_words(
    state: WeaknessState, baseline: str, suppressed: bool
) -> None:
    (run,) = runs(replace(ONE, state=state, reason="tried by hand"))
    (result,) = run["results"]
    assert result["baselineState"] == baseline
    assert ("suppressions" in result) is suppressed
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == XSS.url


def test_nothing_is_a_document_without_runs() -> None:
    assert runs() == []


def test_an_engine_that_found_nothing_has_a_run_without_results() -> None:
    made = document("https://shop.example/", [HEADER], {"passive", "zap"})
    passive, zap = cast("list[dict[str, Any]]", made["runs"])
    assert len(passive["results"]) == 1
    assert (zap["results"], zap["tool"]["driver"]["rules"]) == ([], [])
    assert zap["automationDetails"]["id"] == "zap/https://shop.example/"


def test_an_address_holds_nothing_that_no_address_may_hold() -> None:
    strange = "https://shop.example/zoek?q=a b\u202e\x1b<b>&amp=%22#é"
    (run,) = runs(replace(ONE, seen=replace(XSS, url=strange)))
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "https://shop.example/zoek?q=a%20b%E2%80%AE%1B%3Cb%3E&amp=%22#%C3%A9"
