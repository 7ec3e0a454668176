"""One look without a database: what runs, what it says, with which exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from monitor.domain.label import Label, Obligation, Trace
from monitor.domain.site import Certification, Standing, SubjectType
from monitor.domain.verdict import Verdict
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from monitor.services.once import (
    CheckReport,
    LabelReport,
    OneLook,
    certifications_for,
    report_json,
    rfc3339,
)
from monitor.services.surveillance import WorkSettings
from scanners.api import Evidence, ScanKind, Scanner, ScanOutcome, ScanRequest, ScanResult
from scanners.seal.evidence import SealFacts
from tests.builders import (
    DAY,
    MONDAY,
    Spotted,
    certified,
    condition,
    judge,
    label,
    member,
    site,
)
from tests.unit.test_assess import YEARLY

CONTENT, TLS, DRIFT, SEAL = ScanKind.CONTENT, ScanKind.TLS, ScanKind.DRIFT, ScanKind.SEAL
ALL_KINDS = (CONTENT, TLS, DRIFT, SEAL)


class StillClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return MONDAY


class Eyes:
    """A scanner of one kind that sees ``word``; nothing when it is empty."""

    kind: ClassVar[ScanKind] = CONTENT

    def __init__(self, kind: ScanKind, word: str = "seen") -> None:
        self._kind = kind
        self._word = word
        self.requests: list[ScanRequest] = []

    async def scan(self, request: ScanRequest) -> ScanResult:
        self.requests.append(request)
        await asyncio.sleep(0)
        facts = SealFacts(request.url, 1, complete=True, reason=self._word)
        seen = Evidence(facts, request.url, MONDAY, self._word)
        outcome = ScanOutcome.COMPLETE if self._word else ScanOutcome.UNREACHABLE
        detail = {} if self._word else {"reason": "No route."}
        return ScanResult(self._kind, outcome, (seen,), MONDAY, 0.12345, 2, detail)


def spot(kind: ScanKind) -> Judge:
    """Found when the scan of ``kind`` saw "seen", absent when it saw something else."""

    def run(seen: Seen, subject: Subject) -> Observation:
        newest = seen.newest(kind, SealFacts)
        if newest is None:
            return Observation(Spotted.UNSEEN, "Nothing ran.")
        good = Spotted.FOUND if newest[1].reason == "seen" else Spotted.ABSENT
        return Observation(good, "A summary.", (newest[0],), note="A note.")

    return judge(run, name=kind.value, kinds=(kind,))


def looker(
    *labels: Label,
    scanners: Mapping[ScanKind, Scanner] | None = None,
    given: tuple[Judge, ...] | None = None,
) -> OneLook:
    own = given or tuple(spot(kind) for kind in ALL_KINDS)
    return OneLook(
        {x.label_id: x for x in labels},
        {j.name: j for j in own},
        {kind: Eyes(kind) for kind in ALL_KINDS} if scanners is None else scanners,
        StillClock(),
        WorkSettings("check"),
    )


WIDE = label(*(condition(kind.value, uses=kind.value) for kind in ALL_KINDS))


@pytest.mark.asyncio
async def test_one_look_runs_what_the_labels_ask_for_but_never_drift() -> None:
    told: list[tuple[ScanKind, bool]] = []
    report = await looker(WIDE).check(
        site(), member(), progress=lambda kind, done: told.append((kind, done is not None))
    )
    assert [scan.kind for scan in report.scans] == [CONTENT, SEAL, TLS]
    assert sorted(told) == sorted((k, done) for k in (CONTENT, SEAL, TLS) for done in (False, True))
    (row,) = report.labels
    assert {f.condition_id: f.outcome for f in row.findings} == {
        "content": "found",
        "tls": "found",
        "drift": "incomplete",
        "seal": "found",
    }
    assert (report.observations, report.url, report.checked_at) == (
        1,
        "https://shop.example/",
        MONDAY,
    )


@pytest.mark.asyncio
async def test_only_named_kinds_run_and_the_other_conditions_are_left_out() -> None:
    report = await looker(WIDE).check(site(), member(), frozenset({TLS, DRIFT}))
    assert [scan.kind for scan in report.scans] == [DRIFT, TLS]
    assert [f.condition_id for f in report.labels[0].findings] == ["tls", "drift"]
    assert (report.labels[0].verdict, report.exit_code) == (Verdict.MET, 0)


@pytest.mark.asyncio
async def test_a_kind_nobody_can_scan_is_not_met_with_a_guess() -> None:
    report = await looker(WIDE, scanners={}).check(site(), member(), frozenset({TLS}))
    assert report.scans == ()
    assert (report.labels[0].verdict, report.exit_code) == (Verdict.UNKNOWN, 4)


@pytest.mark.asyncio
async def test_a_kind_that_is_wanted_and_missing_is_our_trouble() -> None:
    report = await looker(WIDE, scanners={CONTENT: Eyes(CONTENT)}).check(site(), member())
    assert [(s.kind, s.outcome) for s in report.scans] == [
        (CONTENT, ScanOutcome.COMPLETE),
        (SEAL, ScanOutcome.SCANNER_ERROR),
        (TLS, ScanOutcome.SCANNER_ERROR),
    ]
    assert report.exit_code == 4


@pytest.mark.asyncio
async def test_a_seller_is_never_scanned_technically_even_when_asked() -> None:
    seller = site(subject=SubjectType.SELLER, profile_urls=("https://shop.example/s/1",))
    report = await looker(WIDE).check(seller, member(), frozenset({TLS, CONTENT}))
    assert [scan.kind for scan in report.scans] == [CONTENT]


@pytest.mark.asyncio
async def test_one_observation_decides_and_documents_and_duties_are_not_assessed() -> None:
    duty = Obligation("obligation", Trace("f"), ScanKind.OWASP, "full", 2, DAY, DAY, 0.7, DAY)
    mark = label(
        condition("content", uses="content", confirm="C2"),
        condition("tz-1.1", attestation=YEARLY),
        obligations=(duty,),
    )
    scanners = {CONTENT: Eyes(CONTENT, "other")}
    report = await looker(mark, scanners=scanners).check(site(), member())
    assert {f.condition_id: f.finding.value for f in report.labels[0].findings} == {
        "content": "not_met",
        "tz-1.1": "not_applicable",
        "obligation": "not_applicable",
    }
    assert report.exit_code == 3


@pytest.mark.asyncio
async def test_parameters_reach_the_scanner_and_the_judge() -> None:
    heard: list[object] = []

    def run(seen: Seen, subject: Subject) -> Observation:
        heard.append(subject.params["start_page_min_chars"])
        return Observation(Spotted.FOUND, "")

    reading = judge(run, name="content", params={"start_page_min_chars": Param("int", 400, "")})
    eyes = Eyes(CONTENT)
    look = looker(
        label(condition("content", uses="content")), scanners={CONTENT: eyes}, given=(reading,)
    )
    await look.check(site(), member(), overrides={"start_page_min_chars": 10})
    assert eyes.requests[0].options == {"start_page_min_chars": 10}
    assert heard == [10]


def row(verdict: Verdict) -> LabelReport:
    return LabelReport(label(), verdict, ())


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([Verdict.MET, Verdict.MET], 0),
        ([Verdict.MET, Verdict.UNKNOWN], 4),
        ([Verdict.UNKNOWN, Verdict.NOT_MET], 3),
        ([], 4),
    ],
)
def test_the_exit_code_is_that_of_the_worst_label(verdicts: list[Verdict], code: int) -> None:
    report = CheckReport("u", MONDAY, tuple(row(v) for v in verdicts), ())
    assert report.exit_code == code


@pytest.mark.parametrize(
    ("wanted", "own", "expected"),
    [
        pytest.param(["b", "a"], ["a"], [("b", "certified"), ("a", "ended")], id="those asked for"),
        pytest.param([], ["a"], [("a", "ended")], id="else the site's own"),
        pytest.param([], [], [("a", "certified"), ("c", "certified")], id="else all that fit"),
    ],
)
def test_labels_to_look_at(
    wanted: list[str], own: list[str], expected: list[tuple[str, str]]
) -> None:
    sellers = frozenset({SubjectType.SELLER})
    labels = {
        "a": label(label_id="a"),
        "b": label(label_id="b", subjects=sellers),
        "c": label(label_id="c"),
    }
    shop = replace(site(), certifications=tuple(Certification(i, Standing.ENDED) for i in own))
    found = certifications_for(shop, wanted, labels)
    assert [(c.label_id, c.standing.value) for c in found] == expected


@pytest.mark.parametrize(
    ("wanted", "customers", "expected"),
    [
        pytest.param([], frozenset(), ["a", "c", "d"], id="an opt-in label is not taken unasked"),
        pytest.param(["b"], frozenset(), ["b"], id="it is when it is asked for"),
        pytest.param([], frozenset({"b2b"}), ["a", "c"], id="nor one for other customers"),
        pytest.param([], frozenset({"b2b", "b2c"}), ["a", "c", "d"], id="both kinds of customers"),
        pytest.param(["d"], frozenset({"b2b"}), ["d"], id="who asks is not contradicted"),
    ],
)
def test_a_label_that_is_not_meant_for_a_shop_is_looked_at_only_when_asked_for(
    wanted: list[str], customers: frozenset[str], expected: list[str]
) -> None:
    labels = {
        "a": replace(label(label_id="a"), audience="b2b"),
        "b": replace(label(label_id="b"), opt_in=True),
        "c": replace(label(label_id="c"), audience=""),
        "d": replace(label(label_id="d"), audience="b2c"),
    }
    found = certifications_for(replace(site(), certifications=()), wanted, labels, customers)
    assert [c.label_id for c in found] == expected


@pytest.mark.asyncio
async def test_a_label_file_sets_the_thresholds_of_the_scanners() -> None:
    mark = label(condition("content", uses="content"), parameters={"start_page_min_chars": 40})
    eyes = Eyes(CONTENT, "other")
    look = looker(mark, scanners={CONTENT: eyes})
    await look.check(site(), member())
    await look.check(site(), member(), overrides={"start_page_min_chars": 7})
    asked = [request.options["start_page_min_chars"] for request in eyes.requests]
    assert asked == [40, 7]


@pytest.mark.asyncio
async def test_the_json_of_a_look_is_what_the_contract_says() -> None:
    mark = label(condition("content", uses="content"))
    scanners = {CONTENT: Eyes(CONTENT, "other")}
    document = report_json(await looker(mark, scanners=scanners).check(site(), member()))
    facts = SealFacts("https://shop.example/", 1, complete=True, reason="other")
    assert document == {
        "schema": "keurwacht/check@1",
        "url": "https://shop.example/",
        "checked_at": "2026-03-02T09:00:00Z",
        "observations": 1,
        "labels": [
            {
                "label": "mark",
                "framework": "2017-01-01",
                "revision": 1,
                "verdict": "not_met",
                "conditions": [
                    {
                        "id": "content",
                        "rev": 1,
                        "finding": "not_met",
                        "outcome": "absent_complete",
                        "summary": "A summary. A note.",
                        "review": False,
                        "evidence": [
                            {
                                "kind": "seal.facts@1",
                                "source_url": "https://shop.example/",
                                "seen_at": "2026-03-02T09:00:00Z",
                                "excerpt": "other",
                                "sha256": Evidence(facts, "", MONDAY).sha256,
                            }
                        ],
                    }
                ],
            }
        ],
        "scans": [
            {
                "kind": "content",
                "outcome": "complete",
                "started_at": "2026-03-02T09:00:00Z",
                "duration_s": 0.123,
                "requests": 2,
                "detail": {},
            }
        ],
    }


def test_moments_are_written_in_utc_to_the_second() -> None:
    assert rfc3339(MONDAY + timedelta(milliseconds=999)) == "2026-03-02T09:00:00Z"


@pytest.mark.asyncio
async def test_an_unreachable_site_is_not_known() -> None:
    report = await looker(
        label(condition("x", uses="both")),
        scanners={CONTENT: Eyes(CONTENT, "")},
        given=(judge(Spotted.UNSEEN, name="both"),),
    ).check(site(certified()), member())
    assert (report.labels[0].verdict, report.exit_code) == (Verdict.UNKNOWN, 4)
    assert report.scans[0].detail == {"reason": "No route."}
