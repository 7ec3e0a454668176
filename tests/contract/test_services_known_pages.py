"""What is known of a site goes with the order to look at it, a little and the telling first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.domain.finding import Severity
from monitor.domain.weakness import Sighting, Weakness, WeaknessState
from monitor.services.known_pages import PAGES_MAX, PER_ROLE, URL_MAX, WEAK_MAX, known_pages
from scanners.api import Evidence, ScanKind, ScanOutcome, ScanResult
from scanners.content.evidence import PageFacts
from tests.builders import MONDAY, condition, label, site
from tests.contract.services_world import SHOP, World, open_world

BASE = f"https://{SHOP}"
MARK = label(condition("sec", uses="weak"))
PAGE = PageFacts(
    f"{BASE}/contact", f"{BASE}/contact", ("contact",), 200, "nl", "", True, "Contact", "Bel ons."
)
XSS = Sighting(
    "a" * 64, "zap", "40012", "XSS", Severity.HIGH, "A03", "A05", "CWE-79",
    f"{BASE}/zoek?q=%22attack", "/zoek", "GET", "q",
)  # fmt: skip


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    opened = open_world(sqlite_template, tmp_path, MARK)
    yield opened
    opened.store.close()


def read(world: World, *pages: PageFacts, kind: ScanKind = ScanKind.CONTENT) -> None:
    evidence = tuple(Evidence(page, page.url, MONDAY) for page in pages)
    result = ScanResult(kind, ScanOutcome.COMPLETE, evidence, MONDAY, 1.0, 1)
    world.do(lambda tx: tx.save_scan(SHOP, result))


def page(path: str, *roles: str, **more: object) -> PageFacts:
    made = replace(PAGE, url=f"{BASE}{path}", final_url=f"{BASE}{path}", roles=roles)
    return replace(made, **more)  # type: ignore[arg-type]


def weak(world: World, *sightings: Sighting, state: WeaknessState = WeaknessState.OPEN) -> None:
    rows = [
        Weakness(SHOP, replace(one, fingerprint=f"{place:064d}"), state, "baseline", MONDAY, MONDAY)
        for place, one in enumerate(sightings)
    ]
    world.do(lambda tx: tx.put_weaknesses(rows))


def known(world: World) -> list[str]:
    return world.do(lambda tx: known_pages(tx, site()))


def test_of_a_new_site_nothing_is_known(world: World) -> None:
    assert known(world) == []


def test_pages_that_content_looks_read_are_known_a_few_of_each_role(world: World) -> None:
    products = [page(f"/p/{number}#top", "product") for number in range(9)]
    read(world, page("/contact", "contact"), *products, page("/zoeken?q=pen"))
    read(world, page("/js", "about", rendered=True), kind=ScanKind.RENDERED)
    assert known(world) == [
        f"{BASE}/contact", *(f"{BASE}/p/{number}" for number in range(PER_ROLE)),
        f"{BASE}/zoeken?q=pen", f"{BASE}/js",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    [
        page("/a", own=False), page("/a", document=True), page("/a", problem="wall"),
        page("/a", final_url="ftp://a.example/"), page("/a", final_url="https://[half"),
        page("/a", final_url=f"{BASE}/{'x' * URL_MAX}"), page("/a", final_url="https:///a"),
    ],
)  # fmt: skip
def test_what_is_no_page_of_the_site_is_not_known(world: World, bad: PageFacts) -> None:
    read(world, bad)
    assert known(world) == []


def test_where_a_weakness_stands_comes_first_and_never_the_attack_itself(world: World) -> None:
    read(world, page("/contact", "contact"))
    mixed = replace(XSS, engine="passive", url=f"{BASE}/folder?id=1", param="")
    weak(world, XSS, mixed, replace(XSS, method="POST"), replace(XSS, url="x" * URL_MAX))
    assert known(world) == [f"{BASE}/zoek", f"{BASE}/folder?id=1", f"{BASE}/contact"]


def test_what_is_gone_or_set_aside_is_not_looked_for(world: World) -> None:
    weak(world, XSS, state=WeaknessState.RESOLVED)
    assert known(world) == []


def test_there_are_never_too_many(world: World) -> None:
    weak(world, *(replace(XSS, url=f"{BASE}/w{number}") for number in range(40)))
    read(world, *(page(f"/c{number}", f"role-{number}") for number in range(40)))
    found = known(world)
    assert len(found) == PAGES_MAX
    assert [url.startswith(f"{BASE}/w") for url in found].count(True) == WEAK_MAX
