"""Every flaw of the seeded shop that can be seen from outside, over three scans, as numbers.

The numbers are those of ``docs/owasp.md``: a rule that sees less, or a flaw that is added, is
told there or fails here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import pytest
import trustme

from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.owasp.evidence import Finding, OwaspFacts
from scanners.owasp.fleet import Daemons, RemoteZap, ZapFleet
from scanners.owasp.scanner import OwaspScanner
from tests.integration.net_server import (
    HOST,
    RealClock,
    ca_file,
    options,
    routes,
    server_context,
    serving,
)
from tests.integration.test_owasp_passive import LIBRARIES, tells
from tests.integration.zap_lab import running
from tests.shops.vulnerable import Flaw, From, Shop, serve_vulnerable

pytestmark = pytest.mark.timeout(400)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "owasp.md"
SCANS = 3
STABLE = 0.95
ROW = re.compile(r"^\| (passive|zap|together) \| (\d+) of (\d+) \| (\d\.\d+) \|", re.MULTILINE)
# What ZAP calls otherwise than our own rules: by rule and parameter.
BY_ZAP = {
    "no-nosniff": "10021", "stack-trace": "90022-1", "xss-search": "40012",
    "sqli-product": "40018", "traversal-image": "6", "open-redirect": "20019",
}  # fmt: skip


def written() -> dict[str, tuple[int, int, float]]:
    """The table of the page: engine -> reported, seeded, stability."""
    found = ROW.findall(PAGE.read_text("utf-8"))
    return {name: (int(told), int(of), float(stable)) for name, told, of, stable in found}


@contextmanager
def secure(folder: Path) -> Iterator[tuple[Shop, NetOptions]]:
    """The shop over https, as shops are."""
    authority = trustme.CA()
    context = server_context(authority, HOST)
    with serve_vulnerable(context, HOST) as shop, serving(routes({})) as plain:
        pins = (HOST, 443, "127.0.0.1", shop.port), (HOST, 80, "127.0.0.1", plain.port)
        yield shop, options(*pins, ca=ca_file(authority, folder))


async def scans(
    shop: Shop, how: NetOptions, fleet: ZapFleet | None = None, **words: object
) -> list[tuple[Finding, ...]]:
    """Three scans in a row, each whole and without a finding twice."""
    found = []
    scanner = OwaspScanner(how, RealClock(), daemons=Daemons(fleet or ZapFleet()))
    try:
        for _ in range(SCANS):
            request = ScanRequest(
                ScanKind.OWASP, shop.url, (HOST,),
                options={"again_after_s": 0.1, **words}, deadline_s=90.0,
            )  # fmt: skip
            found.append(_whole(await scanner.scan(request)))
    finally:
        await scanner.aclose()
    return found


def _whole(result: ScanResult) -> tuple[Finding, ...]:
    assert result.outcome is ScanOutcome.COMPLETE, result.detail
    facts = result.evidence[0].facts
    assert isinstance(facts, OwaspFacts)
    assert len({one.fingerprint for one in facts.findings}) == len(facts.findings)
    return facts.findings


def stability(looks: list[tuple[Finding, ...]]) -> float:
    """The least that two of the scans have in common (Jaccard of the fingerprints)."""
    prints = [{one.fingerprint for one in found} for found in looks]
    return min(len(a & b) / len(a | b) for a, b in combinations(prints, 2))


def is_told(flaw: Flaw, found: tuple[Finding, ...], engine: str) -> bool:
    """In its place and in its category of both editions."""
    if engine == "passive":
        return any(tells(one, flaw) for one in found)
    return any(
        one.rule == BY_ZAP.get(flaw.id)
        and (one.owasp_2021, one.owasp_2025) == (flaw.owasp_2021, flaw.owasp_2025)
        and (flaw.path == "/" or flaw.path in one.url)
        for one in found
    )


def reported(shop: Shop, looks: list[tuple[Finding, ...]], engine: str) -> set[str]:
    """The seeded flaws that every one of the scans reported."""
    visible = [flaw for flaw in shop.flaws if flaw.detectable_from is not From.NEVER]
    return {f.id for f in visible if all(is_told(f, found, engine) for found in looks)}


@pytest.mark.parametrize("kind", ["fake", "true"])
@pytest.mark.asyncio
async def test_recall_and_stability_are_what_the_page_says(kind: str, tmp_path: Path) -> None:
    libraries = tmp_path / "libraries.json"
    libraries.write_text(json.dumps(LIBRARIES))
    with secure(tmp_path) as (shop, how), running(kind, tmp_path / "zap") as zap:
        visible = {f.id for f in shop.flaws if f.detectable_from is not From.NEVER}
        passive = await scans(shop, how, libraries=str(libraries))
        attacked = await scans(
            shop, how, ZapFleet(remote=(RemoteZap(zap.url, zap.key),)), engine="zap",
            profile="active-low", authorised=True,
        )  # fmt: skip
    seen = {"passive": reported(shop, passive, "passive"), "zap": reported(shop, attacked, "zap")}
    seen["together"] = seen["passive"] | seen["zap"]
    stable = {"passive": stability(passive), "zap": stability(attacked)}
    stable["together"] = min(stable.values())
    told = {name: (len(seen[name]), len(visible), round(stable[name], 2)) for name in seen}
    assert min(stable.values()) >= STABLE
    assert seen["together"] == visible
    assert told == written()
