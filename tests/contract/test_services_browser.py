"""A breach that needs its last look in a browser (C3), over the real store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.case import CaseState
from monitor.domain.finding import Finding
from monitor.domain.label import Label
from monitor.domain.verdict import Verdict
from monitor.services.retry import Retry
from monitor.services.surveillance import Surveillance, WorkSettings
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.content.evidence import PageFacts
from tests.builders import DAY, HOUR, MINUTE, MONDAY, condition, judge, label
from tests.contract.services_world import (
    JUDGES,
    ORDERS,
    SHOP,
    PageScanner,
    World,
    on_page,
    open_world,
    read_page,
)

C3_LABEL = label(on_page(confirm="C3"))
Open = Callable[..., World]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path) -> Iterator[Open]:
    worlds: list[World] = []

    def make(*labels: Label) -> World:
        worlds.append(open_world(sqlite_template, tmp_path, *labels))
        return worlds[-1]

    yield make
    for world in worlds:
        world.store.close()


def look(world: World, *, rendered: bool, text: str = "absent") -> None:
    """One content scan whose page a browser made, or not."""
    at = world.clock.now()
    url = f"https://{SHOP}/"
    page = PageFacts(
        url, url, ("home",), 200, "nl", "", own=True, title="Shop", text=text, rendered=rendered
    )
    seen = (Evidence(page, url, at, text),)
    world.apply(
        world.claim(), ScanResult(ScanKind.CONTENT, ScanOutcome.COMPLETE, seen, at, 0.5, 3, {})
    )


def asked(world: World, kind: ScanKind = ScanKind.CONTENT) -> dict[str, object]:
    """The options of the request that the next scan of that kind gets."""
    scanner = PageScanner(world.clock)
    work = Surveillance(
        world.store,
        {kind: scanner},
        world.application,
        world.clock,
        WorkSettings("worker"),
        ORDERS,
    )
    asyncio.run(work.run_job(world.claim(kind)))
    return dict(scanner.requests[0].options)


def three_looks(world: World) -> None:
    look(world, rendered=False)
    look(world.after(HOUR), rendered=False)
    look(world.after(5 * HOUR), rendered=False)


def test_only_the_last_request_of_a_row_carries_rendered(opened: Open) -> None:
    world = opened(C3_LABEL)
    assert asked(world) == {}
    look(world, rendered=False)
    look(world.after(HOUR), rendered=False)
    assert "render" not in asked(world)


def test_the_last_request_asks_for_a_browser(opened: Open) -> None:
    world = opened(C3_LABEL)
    three_looks(world)
    assert world.due().ready_at == MONDAY + DAY
    world.after(18 * HOUR)
    assert asked(world) == {"render": "all"}


def test_the_look_in_a_browser_confirms_and_the_member_is_told(opened: Open) -> None:
    world = opened(C3_LABEL)
    three_looks(world)
    look(world.after(18 * HOUR), rendered=True)
    assert world.case().state is CaseState.OPEN
    assert "notice" in {step for _, step in world.said()}
    assert world.verdict().finding is Finding.NOT_MET


def test_a_browser_that_fails_confirms_nothing_and_is_tried_ever_more_rarely(
    opened: Open,
) -> None:
    world = opened(C3_LABEL)
    world = replace(world, application=replace(world.application, retry=Retry(HOUR)))
    three_looks(world)
    pauses = []
    world.after(18 * HOUR)
    for _ in range(5):
        look(world, rendered=False)
        assert world.case().state is CaseState.SUSPECTED
        assert world.verdict().finding is Finding.INCONCLUSIVE
        pause = world.due().ready_at - world.clock.now()
        pauses.append(pause)
        world.after(pause)
    assert pauses == [HOUR, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert world.said() == []


def test_without_any_browser_it_stays_unknown_and_operations_hear_of_it_once(
    opened: Open,
) -> None:
    world = opened(C3_LABEL)
    world = replace(world, application=replace(world.application, browser=False))
    three_looks(world)
    look(world.after(18 * HOUR), rendered=False)
    look(world.after(DAY), rendered=False)
    assert world.case().state is CaseState.SUSPECTED
    assert world.verdict().finding.value != Verdict.NOT_MET.value
    assert world.due().ready_at > world.clock.now() + HOUR
    told = world.deliver()
    assert [(alert.recipient, alert.step) for alert in told] == [("ops@office.example", "ops")]
    assert "net.browser" in str(told[0].context["summary"])
    assert "tz-3.1c" in str(told[0].context["reasons"])


def test_a_late_third_look_is_followed_by_the_one_in_a_browser_after_a_pause(
    opened: Open,
) -> None:
    world = opened(C3_LABEL)
    look(world, rendered=False)
    look(world.after(HOUR), rendered=False)
    look(world.after(2 * DAY), rendered=False)
    assert world.due().ready_at >= world.clock.now() + 30 * MINUTE


def test_what_the_judges_want_measured_goes_with_every_content_request(opened: Open) -> None:
    world = opened(label(on_page(confirm="C1")))
    wanting = replace(judge(read_page, name="page"), measures=("styles", "consent"))
    catalogue = replace(world.catalogue, judges={**JUDGES, "page": wanting})
    world = replace(world, application=replace(world.application, catalogue=catalogue))
    assert asked(world) == {"measure": ["consent", "styles"]}


def test_the_seal_is_looked_at_with_its_pictures_where_the_label_knows_them(opened: Open) -> None:
    mark = label(condition("seal-1", uses="seal"))
    known = replace(mark, seal=replace(mark.seal, artwork_phash=("3c7e66e3c7c36618",)))
    assert asked(opened(mark), ScanKind.SEAL) == {}
    assert asked(opened(known), ScanKind.SEAL) == {"artwork": True}


def test_drift_is_told_the_hosts_of_the_labels(opened: Open) -> None:
    mark = label(condition("drift-1", uses="title"))
    known = replace(mark, seal=replace(mark.seal, hosts=("mark.example", "b.example")))
    assert asked(opened(known), ScanKind.DRIFT) == {"label_hosts": ["b.example", "mark.example"]}


def test_other_kinds_of_scan_know_nothing_of_a_browser(opened: Open) -> None:
    world = opened(label(condition("tls", uses="both")))
    assert asked(world, ScanKind.TLS) == {}
