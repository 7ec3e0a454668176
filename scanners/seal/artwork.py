"""Fingerprints of pictures that may be a mark, for comparison with a label's own artwork.

``python -m scanners.seal.artwork FILE...`` prints those of the official files, for
``seal.artwork_phash`` of a label.  Pictures are decoded in a browser's sandbox (also SVG);
without a browser there are none.  A fingerprint is a hint for a person and no proof: marks
cut off, turned or drawn into a banner are not recognised.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import binascii
import colorsys
import math
import mimetypes
import operator
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from scanners.api import NetOptions
from scanners.content.second_look import SecondLook
from scanners.net.fetch import Fetcher, FetchError
from scanners.render.browser import AUTO, Browser, find_browser
from scanners.render.job import PICTURE_SIDE as SIDE
from scanners.seal.evidence import PictureSeen, Reference

PICTURES_MAX = 20
PICTURE_MAX_BYTES = 600_000
PICTURE_S = 8.0
DRAW_S = 10.0
MEDIA = frozenset(
    ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml")
)
_SMALL, _WAVES = SIDE // 2, 8
_COSINES = [
    [math.cos(math.pi * (2 * x + 1) * u / (2 * _SMALL)) for x in range(_SMALL)]
    for u in range(_WAVES)
]
# A picture without light and dark has a hash that fits any other such.
_FLAT = 6.0
_COLOURED_SHARE = 0.03
_SATURATION, _BRIGHTNESS, _AGREEING = 0.25, 0.2, 0.7
_KINDS = frozenset({"linked_image", "image", "background"})
_SUGGESTING = re.compile(
    r"(?i)keurmerk|label|seal|badge|trust|certif|logo|waarborg|commerce|member|lid|quality|secure"
)


def fingerprint(rgb: bytes) -> str:
    """The fingerprint (``scanners.seal.rating``) of 64 x 64 pixels; "" when there is none.

    Perceptual hash: which of the 64 longest waves are stronger than the middle one?
    (A difference hash took other drawings in the same ring for the mark: 5 to 11 bits
    apart, where this one has 16 to 30.)
    """
    if len(rgb) != SIDE * SIDE * 3:
        return ""
    grey = [0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2] for i in range(0, len(rgb), 3)]
    mean = sum(grey) / len(grey)
    if math.sqrt(sum((v - mean) ** 2 for v in grey) / len(grey)) < _FLAT:
        return ""
    waves = _waves(grey)
    middle = sorted(waves)[len(waves) // 2]
    bits = sum(1 << i for i, wave in enumerate(reversed(waves)) if wave > middle)
    hue = _hue(rgb)
    return f"{bits:016x}" + ("" if hue is None else f"/{hue}")


def _waves(grey: list[float]) -> list[float]:
    """The 8 x 8 longest waves of the picture at 32 x 32 (discrete cosine transform, type II)."""
    small = [
        sum(grey[2 * y * SIDE + 2 * x + i] for i in (0, 1, SIDE, SIDE + 1)) / 4
        for y in range(_SMALL)
        for x in range(_SMALL)
    ]
    rows = [
        [sum(map(operator.mul, small[y * _SMALL : (y + 1) * _SMALL], wave)) for wave in _COSINES]
        for y in range(_SMALL)
    ]
    columns = [[row[u] for row in rows] for u in range(_WAVES)]
    return [sum(map(operator.mul, column, wave)) for wave in _COSINES for column in columns]


def _hue(rgb: bytes) -> int | None:
    """The colour that most of the coloured pixels have, in degrees."""
    count, across, along = 0, 0.0, 0.0
    for i in range(0, len(rgb), 3):
        red, green, blue = (value / 255 for value in rgb[i : i + 3])
        hue, saturation, brightness = colorsys.rgb_to_hsv(red, green, blue)
        if saturation >= _SATURATION and brightness >= _BRIGHTNESS:
            count += 1
            across += math.cos(2 * math.pi * hue)
            along += math.sin(2 * math.pi * hue)
    if count < _COLOURED_SHARE * SIDE * SIDE or math.hypot(across, along) < _AGREEING * count:
        return None
    return round(math.degrees(math.atan2(along, across))) % 360


def candidates(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Pictures with an address, likely marks first, each address once, at most 20."""
    pictures = [r for r in references if r.kind in _KINDS and r.target.startswith("http")]
    pictures = [r for r in pictures if r.kind != "linked_image" or _is_picture(r.target)]
    pictures.sort(key=lambda r: not _SUGGESTING.search(f"{r.words} {r.target}"))
    return tuple({r.target: r for r in reversed(pictures)}.values())[::-1][:PICTURES_MAX]


def _is_picture(target: str) -> bool:
    kind, _ = mimetypes.guess_type(target.partition("?")[0])
    return kind in MEDIA


async def pictures_of(
    fetcher: Fetcher, second: SecondLook, references: Iterable[Reference]
) -> tuple[PictureSeen, ...]:
    """Fetch and decode pictures while there is time; what is no picture is left out."""
    found: list[PictureSeen] = []
    for reference in candidates(references):
        left_s = second.left_s()
        if left_s < PICTURE_S + DRAW_S:
            break
        try:
            answer = await fetcher.get(
                reference.target, max_bytes=PICTURE_MAX_BYTES, deadline_s=PICTURE_S
            )
        except FetchError:
            continue
        media = answer.header("content-type").partition(";")[0].strip().lower()
        if answer.status != 200 or answer.truncated or media not in MEDIA:  # noqa: PLR2004
            continue
        said = fingerprint(_bytes(await second.pixels(answer.body, media, DRAW_S)))
        if said:
            found.append(PictureSeen(reference.target, reference.page_url, said))
    return tuple(found)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


async def _of_files(files: Iterable[Path]) -> list[str]:
    lines = []
    async with Browser(NetOptions(), find_browser(AUTO)) as browser:
        for file in files:
            media = mimetypes.guess_type(file.name)[0] or "image/png"
            pixels = await browser.pixels(file.read_bytes(), media, DRAW_S)
            lines.append(f"{fingerprint(_bytes(pixels.rgb)) or 'no picture'}  {file}")
    return lines


def main(argv: list[str] | None = None) -> int:
    """Print the fingerprint of each file.  Exit 2 without a browser."""
    parser = argparse.ArgumentParser(prog="python -m scanners.seal.artwork")
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args(argv)
    if not find_browser(AUTO):
        sys.stderr.write("no browser: install chromium and keurwacht[browser]\n")
        return 2
    sys.stdout.write("\n".join(asyncio.run(_of_files(arguments.files))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
