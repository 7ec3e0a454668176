"""Hosts that a script names, also those it does not want to be found.

Hidden is a host that stands in the text only when strings are joined, escapes undone, base64,
hexadecimal or character codes decoded, or letters turned round.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from scanners.drift.code import Text, unescaped
from scanners.drift.counting import words
from scanners.net.names import ascii_host

HOSTS_MAX = 40
DECODE_DEPTH = 3
DECODED_MAX = 400
PACKED_MAX_CHARS = 20_000
NOTATION_MIN_CHARS = 12
RAW_MAX_CHARS = 1_000_000

_ADDRESS = re.compile(
    r"(?:(?:https?|wss?):(?:\\?/){2}|(?<=[\"'`(=\s])(?:\\?/){2}|^//)"
    r"((?:[a-z0-9_\u0080-\uffff](?:[a-z0-9_\u0080-\uffff-]{0,62})\.){1,10}[a-z0-9\u0080-\uffff-]{2,30})"
    r"([^\s\"'`<>\\]{0,200})",
    re.IGNORECASE,
)
_PACKED = re.compile(r"[\"'`]([A-Za-z0-9+/_-]{12,20000}={0,2})[\"'`]")
# Not possessive: Python before 3.11.5 then ends a match in the middle of a repetition.
_CODES = re.compile(r"(?:\d{2,3}|0x[0-9a-fA-F]{2})(?:\s?,\s?(?:\d{2,3}|0x[0-9a-fA-F]{2})){7,4000}")
_HEX_TEXT = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_BASE64_TEXT = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_PERCENT = re.compile(r"%[2-7][0-9a-fA-F]")
_BARE = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,5}[a-z]{2,24}(?:[/:?][\x21-\x7e]{0,200})?", re.IGNORECASE
)
_JOINED = re.compile(
    r"\[((?:\s{0,4}[\"'][^\"'\\\n]{0,80}[\"']\s{0,4},?){2,60}+)\]\s?\.\s?(?:reverse\(\)\.)?join\(\s?[\"']([^\"']{0,3})[\"']"
)
_MEMBER = re.compile(r"[\"']([^\"'\\\n]{0,80})[\"']")
# File names and properties look like host names: these ends are no top-level domains here.
_NO_DOMAIN = words(
    "js mjs css json html htm php asp aspx png jpg jpeg gif svg webp avif ico woff ttf map xml txt"
    " min prototype length name id value style push call apply bind log"
)
# Pictures, films, fonts, documents, share buttons: shown, not run, and nothing is sent there.
_SHOWN = re.compile(
    r"\.(?:jpe?g|png|webp|avif|svg|ico|mp4|webm|mp3|pdf|woff2?|ttf|eot)(?:[?#)]|$)"
    r"|^/(?:sharer|share|intent|pin/create)\b"
)
# Named for what they mean (name spaces, licences, manuals), never asked for anything.
_NAMES_ONLY = words(
    "w3.org w.org schema.org ogp.me purl.org json-schema.org example.com example.org xmlsoap.org"
    " github.com reactjs.org react.dev mozilla.org npmjs.com vuejs.org angular.io angularjs.org"
    " stackoverflow.com opensource.org momentjs.com getbootstrap.com popper.js.org lodash.com"
    " feross.org mths.be underscorejs.org wordpress.org apache.org sizzlejs.com jquery.org"
    " mootools.net caniuse.com webkit.org chromium.org whatwg.org ietf.org unicode.org fb.me"
    " nextjs.org svelte.dev mathiasbynens.be ecma-international.org gnu.org creativecommons.org"
    " swiperjs.com greensock.com gsap.com adobe.com inkscape.org sodipodi.sourceforge.net"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Hosts of a script, A-labels, sorted; ``hidden`` are among them.  ``decoded`` is text."""

    hosts: tuple[str, ...]
    hidden: tuple[str, ...]
    decoded: str


def named_hosts(raw: str, texts: Iterable[Text]) -> Named:
    """Hosts in a script's ``raw`` text and in its strings, as read by ``read_code``."""
    raw = raw[:RAW_MAX_CHARS]
    lower = raw.replace("\\/", "/").lower()
    open_hosts, hidden = set(_hosts(raw)), set[str]()
    decoded = [_joined(match) for match in _JOINED.finditer(raw)]
    strings = [text.value for text in texts]
    prefixes = {"http://", "https://", "//", "wss://", "https:", "http:"}
    bare = not prefixes.isdisjoint(strings)
    for value in strings:
        hidden.update(_hosts(f'"{value}"' if len(value) < PACKED_MAX_CHARS else value))
        if bare and "." in value:
            hidden.update(_bare(value))
    decoded += _decoded([*(m[1] for m in _PACKED.finditer(raw)), *strings])
    decoded += [_of_codes(m[0]) for m in _CODES.finditer(raw)]
    if "\\x" in raw or "\\u" in raw:
        decoded.append(unescaped(raw))
    for text in decoded[:DECODED_MAX]:
        hidden.update(_hosts(f'"{text}"'))
        hidden.update(_bare(text))
    # A name that stands there whole was put together with its scheme, not hidden.
    open_hosts |= {host for host in hidden if host in lower}
    hidden -= open_hosts
    return Named(
        tuple(sorted(open_hosts | hidden)[:HOSTS_MAX]),
        tuple(sorted(hidden)[:HOSTS_MAX]),
        "\n".join(decoded[:DECODED_MAX])[:PACKED_MAX_CHARS],
    )


def _hosts(text: str) -> Iterator[str]:
    for match in _ADDRESS.finditer(text):
        if _SHOWN.search(match[2].lower()):
            continue
        yield from _host(match[1])


def _host(name: str) -> Iterator[str]:
    try:
        host = ascii_host(name)
    except ValueError:
        return
    last = host.rpartition(".")[2]
    if last in _NO_DOMAIN or "." not in host:
        return
    if not any(host == known or host.endswith(f".{known}") for known in _NAMES_ONLY):
        yield host


def _bare(text: str) -> Iterator[str]:
    """A decoded text that is nothing but a host name, perhaps with a path."""
    found = _BARE.fullmatch(text.strip()[:400])
    if found is not None and "." in found[0]:
        yield from _host(re.split(r"[/:?]", found[0])[0])


def _decoded(strings: Iterable[str]) -> list[str]:
    """Readable texts that strings hold in another notation."""
    found: list[str] = []
    waiting = [(text, 0) for text in dict.fromkeys(strings) if len(text) >= NOTATION_MIN_CHARS]
    while waiting and len(found) < DECODED_MAX:
        text, depth = waiting.pop()
        for plain in _plain(text[:PACKED_MAX_CHARS]):
            found.append(plain)
            if depth < DECODE_DEPTH:
                waiting.append((plain, depth + 1))
    return found


def _plain(text: str) -> Iterator[str]:
    if _HEX_TEXT.fullmatch(text):
        yield from _readable(bytes.fromhex(text))
    if _BASE64_TEXT.fullmatch(text):
        packed = text.rstrip("=").replace("-", "+").replace("_", "/")
        with contextlib.suppress(binascii.Error, ValueError):
            yield from _readable(base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True))
    if len(_PERCENT.findall(text)) >= 4:  # noqa: PLR2004 - more than an odd space
        yield unquote(text)
    if "//:" in text:
        yield text[::-1]
    if _CODES.fullmatch(text):
        yield _of_codes(text)


def _readable(data: bytes) -> Iterator[str]:
    """Bytes that are text; anything else was no notation of text."""
    if data.isascii() and all(byte >= 32 or byte in b"\t\r\n" for byte in data):  # noqa: PLR2004
        yield data.decode("ascii")


def _of_codes(text: str) -> str:
    words = (word.strip().lower() for word in text.split(","))
    return "".join(chr(int(word, 16 if word.startswith("0x") else 10)) for word in words)


def _joined(match: re.Match[str]) -> str:
    members = _MEMBER.findall(match[1])
    if "reverse()" in match[0]:
        members.reverse()
    return match[2].join(members)
