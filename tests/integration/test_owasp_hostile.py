"""A shop that aims at whoever reads what was found: terminals, logs, SARIF, metrics."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest

from monitor.adapters.store.store import SqlStore
from monitor.services.tx import Tx
from monitor.services.weaknesses import note_look
from scanners.api import ScanKind, ScanRequest, ScanResult
from scanners.owasp.fleet import Daemons, RemoteZap, ZapFleet
from scanners.owasp.scanner import OwaspScanner
from scanners.registry import FACTS
from tests.integration.cli_kit import Office, office
from tests.integration.net_server import RealClock
from tests.integration.zap_lab import OPTIONS
from tests.shops.vulnerable import Shop, serve_vulnerable
from tests.shops.vulnerable.pages import HTML, Answer
from tests.zap.kit import fake_zap

SITE = """\
url: een.example
member:
  legal_name: Een B.V.
  kvk: "30198121"
  labels: {thuiswinkel-zakelijk: certified}
"""
ESCAPE = "\x1b]0;owned\x07\x1b[31m\u202egnp"
LONG = "a" * 100_000
TEXT_MAX = 4_000
TRACE = (
    f"<html><body><b>Fatal error</b>: Uncaught PDOException: SQLSTATE[42000] {ESCAPE}\r\n"
    f"<script>alert(1)</script> in /var/www/{LONG}/shop.php:12 Stack trace: #0 {{main}}"
)
START = f"""<html><head><title>{ESCAPE}</title>
<script src="http://kwaad.example/{ESCAPE}/x.js?{LONG}"></script></head><body>
<p>{"Pennen en papier, morgen in huis. " * 20}</p>
<a href="/fout?a=%1b%5b31m%0d%0aX-Evil:%20yes&amp;{LONG}=1">one</a>
<a href="/fout?b={ESCAPE}">two</a> <a href="/zoeken?q=1&#10;2&{ESCAPE}=3">three</a>
<a href="/zoeken?q=%0a%1b%5b2J">four</a><a href="/fout/{"b" * 3_000}?c=<b>">five</a>
<form action="http://shop.example/{ESCAPE}" method="post"><input name="{ESCAPE}{LONG}"></form>
</body></html>"""


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    assert made.run("sites", "add", str(made.file("een.yaml", SITE))).code == 0
    return made


@pytest.fixture
def shop() -> Iterator[Shop]:
    cookie = ("Set-Cookie", f"session\x1b[31m{'s' * 500}={LONG[:900]}")
    with serve_vulnerable() as running:
        headers = (*HTML, cookie, ("Server", f"Apache/2.4 \x1b[31m{'v' * 900}"))
        running.behaviour.pages.update({
            "/": Answer(START.encode(), headers), "/fout": Answer(TRACE.encode(), headers, 500),
        })  # fmt: skip
        yield running


def looked(shop: Shop, fleet: ZapFleet, **options: object) -> ScanResult:
    """One look with those options."""
    request = ScanRequest(
        ScanKind.OWASP, shop.url, (str(urlsplit(shop.url).hostname),),
        options={"authorised": True, **options}, deadline_s=60.0,
    )  # fmt: skip

    async def scan() -> ScanResult:
        scanner = OwaspScanner(OPTIONS, RealClock(), daemons=Daemons(fleet))
        try:
            return await scanner.scan(request)
        finally:
            await scanner.aclose()

    return asyncio.run(scan())


def strings(value: object) -> Iterator[str]:
    """Every text in a document, keys as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from strings(key)
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("engine", ["passive", "zap"])
def test_what_a_hostile_shop_says_reaches_nobody_as_it_is(
    desk: Office, shop: Shop, engine: str
) -> None:
    with fake_zap() as zap:
        fleet = ZapFleet(remote=(RemoteZap(zap.url, zap.key),))
        active = {"profile": "active-low"} if engine == "zap" else {}
        result = looked(shop, fleet, engine=engine, **active)
    assert result.evidence, result
    assert all(text.isprintable() for text in strings(json.loads(json.dumps(dict(result.detail)))))
    store = SqlStore(f"sqlite:///{desk.database}", facts_types=FACTS)

    def keep(tx: Tx) -> None:
        site = tx.find_site("een.example")
        assert site is not None
        note_look(tx, site, result)

    store.transact(keep)
    store.close()
    listed = desk.run("findings", "list", "--json").document
    rows = cast("list[dict[str, object]]", listed["findings"])
    assert len(rows) > 2
    if engine == "passive":
        assert any(str(row["param"]).startswith("session") for row in rows)
    else:
        assert any("zoeken" in str(row["url"]) for row in rows)
    sarif = desk.run("findings", "export", "een.example", "--format", "sarif").document
    for text in (*strings(listed), *strings(sarif)):
        assert text.isprintable(), ascii(text[:200])
        assert len(text) < TEXT_MAX
    for run in cast("list[dict[str, list[dict[str, object]]]]", sarif["runs"]):
        for found in run["results"]:
            place = cast("list[dict[str, dict[str, dict[str, str]]]]", found["locations"])[0]
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            # RFC 3986: what is no character of an address is written with percent signs.
            assert uri.isascii(), uri
            assert not set(uri) & set(' "<>\\^`{|}'), uri
    table = desk.run("findings", "list").out
    assert all(line.isprintable() for line in table.splitlines())
    shown = desk.run("findings", "show", "een.example", str(rows[0]["fingerprint"])[:12])
    assert "\x1b" not in shown.out
