"""Addresses inside inline code and inline style sheets: hostile text, linear time.

Comments are left out first: a widget that its owner commented out is gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CODE_MAX_CHARS = 200_000
STYLE_MAX_CHARS = 200_000

# Every alternative succeeds once it has begun (an open string or comment ends with the
# text), so no place is read twice.
_TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*"?'
    r"|'(?:\\.|[^'\\\n])*'?"
    r"|`(?:\\.|[^`\\])*`?"
    r"|(?<![:\"'`])//[^\n]*"
    r"|/\*(?:[^*]|\*(?!/))*(?:\*/)?",
    re.DOTALL,
)
_STYLE_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*(?:\*/)?")
_ADDRESS = re.compile(
    r"(?:https?:)?//([a-z0-9][a-z0-9.-]{2,252})([/?][^\s\"'`<>\\)]{0,300})?", re.IGNORECASE
)
_STYLE_URL = re.compile(r"url\(\s{0,20}[\"']?([^\"')\s]{1,2000})", re.IGNORECASE)
_ESCAPED_SLASHES = ("\\/", "\\u002F", "\\u002f", "\\x2F", "\\x2f")
# What code says when it brings in another script.
_LOADERS = (
    "createElement", "appendChild", "insertBefore", ".src", "import(", "getScript",
    "document.write", "setAttribute",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeAddress:
    """An absolute address in code; ``script``: named as a script by code that loads one."""

    url: str
    script: bool


def code_addresses(text: str) -> tuple[CodeAddress, ...]:
    """Absolute addresses of inline code in order; at most 200,000 characters are read."""
    code = text[:CODE_MAX_CHARS]
    for escaped in _ESCAPED_SLASHES:
        code = code.replace(escaped, "/")
    code = _TOKEN.sub(lambda m: " " if m[0].startswith("/") else m[0], code)
    loads = any(mark in code for mark in _LOADERS)
    found: dict[str, CodeAddress] = {}
    for match in _ADDRESS.finditer(code):
        host, rest = match[1], match[2] or "/"
        if "." not in host.strip("."):
            continue
        path = rest.partition("?")[0].partition("#")[0]
        url = f"https://{host}{rest if rest.startswith('/') else '/' + rest}"
        named = loads and path.lower().endswith((".js", ".mjs"))
        found.setdefault(url, CodeAddress(url, script=named))
    return tuple(found.values())


def style_addresses(text: str) -> tuple[str, ...]:
    """What ``url(...)`` names in a style sheet or attribute; comments are left out."""
    style = _STYLE_COMMENT.sub(" ", text[:STYLE_MAX_CHARS])
    return tuple(dict.fromkeys(_STYLE_URL.findall(style)))
