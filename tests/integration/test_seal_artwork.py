"""Marks on a site are fetched, decoded in the browser's sandbox and compared."""

from __future__ import annotations

import ipaddress
import struct
import zlib
from pathlib import Path

import pytest

from scanners.api import NetOptions, ScanKind, ScanRequest, ScanResult
from scanners.render.browser import find_browser
from scanners.seal.artwork import main
from scanners.seal.evidence import SealFacts
from scanners.seal.rating import distance, fingerprint_of, is_alike
from scanners.seal.scanner import SealScanner
from tests.integration.net_server import RealClock, http, serving

needs_browser = pytest.mark.skipif(not find_browser("auto"), reason="no Chromium or no playwright")
LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
HTML = ("Content-Type", "text/html; charset=utf-8")
SVG = ("Content-Type", "image/svg+xml")
TEXT = "Wij leveren gereedschap uit eigen voorraad aan bedrijven en scholen in het hele land. " * 8
GREEN, BLUE = "#28a03c", "#1e50c8"
THUMB = "M30 55h12V85H30zM46 55l12-28c8 0 8 8 6 20h16c6 0 6 8 3 14 2 5 0 9-3 11 1 5-2 8-5 9H46z"


def mark(
    colour: str, *, size: int = 100, box: str = "0 0 120 120", under: str = "", shape: str = THUMB
) -> str:
    """A thumb in a ring, white inside."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="{box}">'
        f'{under}<circle cx="60" cy="60" r="52" fill="#fff" stroke="{colour}" stroke-width="10"/>'
        f'<path d="{shape}" fill="{colour}"/></svg>'
    )


def png(side: int = 8) -> bytes:
    """Stripes, without any library."""
    rows = b"".join(
        b"\0" + (b"\x28\xa0\x3c" if y % 2 else b"\xff\xff\xff") * side for y in range(side)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


CHECK = "M35 62l16 16 34-38-8-8-26 30-9-9z"
OTHER = "M20 80L60 20 100 80zM40 95h40v8H40z"
PICTURES: dict[str, bytes] = {
    "/mark.svg": http(mark(BLUE), 200, SVG),
    "/small.svg": http(mark(BLUE, size=40), 200, SVG),
    "/edge.svg": http(mark(BLUE, box="-20 -20 160 160"), 200, SVG),
    "/white.svg": http(mark(BLUE, under='<rect width="120" height="120" fill="#fff"/>'), 200, SVG),
    "/sister.svg": http(mark(GREEN), 200, SVG),
    "/other.svg": http(mark(BLUE, shape=OTHER), 200, SVG),
    "/check.svg": http(mark(BLUE, shape=CHECK), 200, SVG),
    "/stripes.png": http(png(), 200, ("Content-Type", "image/png")),
    "/bomb.svg": http(
        '<svg xmlns="http://www.w3.org/2000/svg"><script>while(true){}</script></svg>', 200, SVG
    ),
    "/broken.png": http(b"no picture", 200, ("Content-Type", "image/png")),
    "/text.png": http(b"text", 200, ("Content-Type", "text/plain")),
}


async def look(browser: str, artwork: bool) -> ScanResult:
    pictures = "".join(f"<img src={name} alt=keurmerk>" for name in (*PICTURES, "/gone.png"))
    start = http(f"<!doctype html><html lang=nl><p>{TEXT}</p>{pictures}", 200, HTML)
    paths = {"/": start, **PICTURES}
    with serving(lambda path, _stop: (paths.get(path, http(b"", 404)),)) as server:
        options = NetOptions(allow_networks=(LOOPBACK,), requests_per_second=200, browser=browser)
        request = ScanRequest(
            ScanKind.SEAL,
            f"http://127.0.0.1:{server.port}/",
            ("127.0.0.1",),
            options={"artwork": artwork},
            deadline_s=60.0,
        )
        return await SealScanner(options, RealClock()).scan(request)


def prints_of(result: ScanResult) -> dict[str, str]:
    (facts,) = (e.facts for e in result.evidence if isinstance(e.facts, SealFacts))
    return {p.target.rpartition("/")[2]: p.fingerprint for p in facts.pictures}


@needs_browser
@pytest.mark.asyncio
async def test_a_mark_is_known_again_when_it_is_resized_padded_or_flattened() -> None:
    found = prints_of(await look("auto", artwork=True))
    assert set(found) == {
        "mark.svg", "small.svg", "edge.svg", "white.svg", "sister.svg", "other.svg",
        "check.svg", "stripes.png",
    }  # fmt: skip
    known = {name: one for name, text in found.items() if (one := fingerprint_of(text))}
    official = known["mark.svg"]
    for same in ("small.svg", "edge.svg", "white.svg"):
        assert is_alike(official, known[same]), same
    assert distance(official, known["sister.svg"]) <= 4
    assert not is_alike(official, known["sister.svg"])
    for unlike in ("other.svg", "check.svg", "stripes.png"):
        assert not is_alike(official, known[unlike]), unlike


@pytest.mark.asyncio
@pytest.mark.parametrize(("browser", "artwork"), [("auto", False), ("off", True)])
async def test_no_picture_is_fetched_without_a_label_that_asks_or_without_a_browser(
    browser: str, artwork: bool
) -> None:
    assert prints_of(await look(browser, artwork)) == {}


@needs_browser
def test_the_tool_prints_what_a_label_file_wants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mark.svg"
    file.write_text(mark(BLUE))
    (tmp_path / "text.png").write_text("no picture")
    assert main([str(file), str(tmp_path / "text.png")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    one = fingerprint_of(first.partition(" ")[0])
    assert one is not None
    assert one.hue == pytest.approx(222, abs=4)
    assert second.startswith("no picture")
