"""Alerts of ZAP as findings: named the same in every scan, without other people's data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.owasp.evidence import Confidence, Severity
from scanners.owasp.zap.alerts import Alert, finding_of, findings_of, fingerprint, read_alert

ROW: dict[str, object] = {
    "id": "7",
    "pluginId": "40018",
    "alertRef": "40018",
    "name": "SQL Injection",
    "risk": "High",
    "confidence": "Medium",
    "url": "https://shop.example/product?id=1%27",
    "method": "GET",
    "param": "id",
    "evidence": "SQL syntax",
    "attack": "1'",
    "cweid": "89",
    "messageId": "12",
    "tags": {"OWASP_2021_A03": "", "OWASP_2025_A05": ""},
}


def alert(**changes: object) -> Alert:
    found = read_alert({**ROW, **changes})
    assert found is not None
    return found


def print_of(**changes: object) -> str:
    return fingerprint(alert(**changes), "shop.example")


def test_an_alert_becomes_a_finding_with_both_editions_and_its_cwe() -> None:
    found = finding_of(alert(), "shop.example")
    assert found is not None
    assert (found.rule, found.severity, found.confidence) == (
        "40018", Severity.HIGH, Confidence.MEDIUM,
    )  # fmt: skip
    assert (found.owasp_2021, found.owasp_2025, found.cwe) == ("A03", "A05", "CWE-89")
    assert found.attack == "1'"


def test_what_zap_calls_false_is_no_finding() -> None:
    assert finding_of(alert(confidence="False Positive"), "shop.example") is None


def test_request_forgery_by_the_server_is_broken_access_control_in_2025() -> None:
    found = finding_of(alert(pluginId="40046", alertRef="40046", tags={}), "shop.example")
    assert found is not None
    assert (found.owasp_2021, found.owasp_2025) == ("A10", "A01")


def test_a_rule_the_table_does_not_know_takes_the_tags_of_its_alert() -> None:
    found = finding_of(alert(pluginId="990009", alertRef="990009-2", cweid="-1"), "shop.example")
    assert found is not None
    assert (found.owasp_2021, found.owasp_2025, found.cwe) == ("A03", "A05", "")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"url": "https://shop.example/product?id=2"}, id="another value in the query"),
        pytest.param({"evidence": "ORA-00933", "attack": '1"'}, id="another evidence"),
        pytest.param({"id": "99", "messageId": "3"}, id="other numbers of the daemon"),
        pytest.param({"confidence": "High"}, id="surer than last time"),
    ],
)
def test_the_same_weakness_has_the_same_fingerprint(changes: dict[str, object]) -> None:
    assert print_of(**changes) == print_of()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"alertRef": "40018-2"}, id="another variant of the rule"),
        pytest.param({"param": "name"}, id="another parameter"),
        pytest.param({"url": "https://shop.example/search?id=1"}, id="another page"),
        pytest.param({"method": "POST"}, id="another method"),
    ],
)
def test_another_weakness_has_another_fingerprint(changes: dict[str, object]) -> None:
    assert print_of(**changes) != print_of()


def test_numbers_in_a_path_do_not_make_another_weakness() -> None:
    one = print_of(url="https://shop.example/product/1/view?id=1")
    assert one == print_of(url="https://shop.example/product/22/view?id=1")


def test_a_missing_header_is_one_weakness_of_the_whole_site() -> None:
    header = {"pluginId": "10021", "alertRef": "10021", "param": "x-content-type-options"}
    alerts = [alert(**header, id=str(n), url=f"https://shop.example/page{n}") for n in range(9)]
    found = findings_of(alerts, "shop.example")
    assert [pair[0].url for pair in found] == ["https://shop.example/page0"]


def test_the_gravest_alert_stands_for_a_weakness_and_comes_first() -> None:
    alerts = [
        alert(id="1", risk="Low", pluginId="10202", alertRef="10202", param="form"),
        alert(id="2", confidence="Low"),
        alert(id="3", confidence="High"),
    ]
    found = findings_of(alerts, "shop.example")
    assert [(f.rule, f.confidence) for f, _ in found] == [
        ("40018", Confidence.HIGH), ("10202", Confidence.MEDIUM),
    ]  # fmt: skip


@given(st.permutations(range(12)))
def test_the_order_of_zaps_alerts_changes_nothing(order: list[int]) -> None:
    rows = [
        alert(id=str(n), url=f"https://shop.example/p{n % 4}?x={n}", evidence=f"e{n % 3}")
        for n in range(12)
    ]
    expected = [found for found, _ in findings_of(rows, "shop.example")]
    assert [f for f, _ in findings_of([rows[n] for n in order], "shop.example")] == expected


def test_cookies_and_people_do_not_stay_in_a_finding() -> None:
    found = finding_of(
        alert(
            url="https://shop.example/konto?token=s3cr3tvalue&mail=anna@example.nl",
            evidence="Set-Cookie: sid=0123456789abcdef; anna@example.nl 4111 1111 1111 1111",
        ),
        "shop.example",
    )
    assert found is not None
    for secret in ("s3cr3tvalue", "anna", "0123456789abcdef", "4111"):
        assert secret not in f"{found.url} {found.excerpt}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(ROW)), JSON))
def test_no_answer_of_a_daemon_breaks_the_reading(changes: dict[str, object]) -> None:
    found = read_alert({**ROW, **changes})
    if found is not None:
        finding = finding_of(found, "shop.example")
        assert finding is None or len(finding.fingerprint) == 64


@given(JSON)
def test_what_is_no_alert_is_passed_over(row: object) -> None:
    assert read_alert(row) is None
