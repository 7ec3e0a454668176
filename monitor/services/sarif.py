"""Weaknesses as SARIF 2.1.0 (OASIS), which code hosts and trackers of findings read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from monitor.domain.finding import Severity
from monitor.domain.weakness import SET_ASIDE, Weakness, WeaknessState

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# 3.27.10 of the standard knows four levels.
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# As readers of SARIF rank findings: a CVSS-like number per severity.
_RANKS = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "1.0",
}
_BASELINE = {
    WeaknessState.NEW: "new",
    WeaknessState.REOPENED: "new",
    WeaknessState.RESOLVED: "absent",
}


def document(
    url: str, weaknesses: Sequence[Weakness], looked: Iterable[str] = ()
) -> dict[str, object]:
    """One run per engine; ``url`` is the start of the site they are of.

    Engines that ``looked`` at the whole site and have nothing to tell have a run without
    results: readers then take what they have of the last one away.
    """
    engines = sorted({one.seen.engine for one in weaknesses} | set(looked))
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            _run(url, engine, [one for one in weaknesses if one.seen.engine == engine])
            for engine in engines
        ],
    }


def _run(url: str, engine: str, mine: Sequence[Weakness]) -> dict[str, object]:
    rules = {one.seen.rule: one for one in mine}
    places = {rule: place for place, rule in enumerate(rules)}
    return {
        "tool": {
            "driver": {
                "name": f"keurwacht ({engine})",
                "informationUri": "https://keurwacht.example/",
                "rules": [_rule(one) for one in rules.values()],
            }
        },
        "automationDetails": {"id": f"{engine}/{url}"},
        "results": [_result(one, places[one.seen.rule]) for one in mine],
    }


def _rule(one: Weakness) -> dict[str, object]:
    seen = one.seen
    return {
        "id": seen.rule,
        "name": seen.name,
        "shortDescription": {"text": seen.name},
        "defaultConfiguration": {"level": _LEVELS[seen.severity]},
        "properties": {
            "tags": list(_tags(one)),
            "security-severity": _RANKS[seen.severity],
        },
    }


def _tags(one: Weakness) -> Iterable[str]:
    yield "security"
    if one.seen.owasp_2021:
        yield f"OWASP-2021-{one.seen.owasp_2021}"
    if one.seen.owasp_2025:
        yield f"OWASP-2025-{one.seen.owasp_2025}"
    if one.seen.cwe:
        yield one.seen.cwe


def _uri(url: str) -> str:
    """An address of a site with nothing in it that RFC 3986 does not allow."""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")


def _result(one: Weakness, rule_index: int) -> dict[str, object]:
    seen = one.seen
    about = f" ({seen.param})" if seen.param else ""
    found: dict[str, object] = {
        "ruleId": seen.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[seen.severity],
        "message": {"text": f"{seen.name}{about}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(seen.url)}}}],
        "partialFingerprints": {"keurwacht/v1": seen.fingerprint},
        "baselineState": _BASELINE.get(one.state, "unchanged"),
        "properties": {
            "state": one.state.value,
            "method": seen.method,
            "times": one.times,
            "secondLook": None if one.again is None else one.again.value,
        },
    }
    if one.state in SET_ASIDE:
        # 3.35.3: an accepted suppression with the words of who accepted it.
        found["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": one.reason}
        ]
    return found
