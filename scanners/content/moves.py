"""Pages that send a visitor on without a redirect: refresh and script (HTML 7.4, 4.2.5.3)."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from scanners.content.html import absolute, base_of, is_program
from scanners.net.fetch import Exchange

REFRESH_MAX_S = 60
SCRIPTS_MAX = 60
CODE_MAX_CHARS = 20_000
# Longer code decides for itself where, or whether, to go.
PLAIN_CODE_MAX_CHARS = 400
_REFRESH = re.compile(
    r"\s{0,20}(\d{0,6})(?:\.\d{0,9})?\s{0,20}[;,\s]\s{0,20}(?:url\s{0,20}=\s{0,20})?['\"]?\s{0,20}"
    r"([^'\"\s][^'\"]{0,2000})",
    re.IGNORECASE,
)
# A page that frees itself from a frame goes nowhere else.
_MOVE = re.compile(
    r"(?<!top\.)(?<!parent\.)\blocation(?:\.href)?\s{0,20}=(?!=)"
    r"|\blocation\.(?:replace|assign)\s{0,20}\(|\bwindow\.open\s{0,20}\("
)
_LITERAL = re.compile(r"\s{0,20}(['\"])([^'\"\\\s<>]{1,2000})\1\s{0,20}(?:[,)];?|;|\}|$)")
_CONDITION = re.compile(r"\b(?:if|switch|case|while)\b|\?|&&|\|\|")
_AT_ONCE = re.compile(r"\bsetTimeout\b|\bonload\b|\bready\b|^\s{0,100}[(!$]")


def refresh_of(exchange: Exchange, tree: LexborHTMLParser) -> tuple[int, str]:
    """Seconds and target of a Refresh header or ``<meta http-equiv=refresh>``; (0, "") without.

    One that waits longer than ``REFRESH_MAX_S``, or is for visitors without script, is none.
    """
    base = base_of(tree, exchange.final_url)
    said = [exchange.header("refresh")]
    for node in tree.css("meta[http-equiv]")[:100]:
        if (node.attributes.get("http-equiv") or "").strip().lower() == "refresh":
            parent = node.parent
            if parent is None or parent.tag != "noscript":
                said.append(node.attributes.get("content") or "")
    for text in said:
        match = _REFRESH.match(text[:3_000])
        delay_s = int(match.group(1) or 0) if match else 0
        target = absolute(base, match.group(2)) if match else ""
        if target and delay_s <= REFRESH_MAX_S:
            return delay_s, target
    return 0, ""


def literal_move(code: str, base: str) -> str | None:
    """Where a line of script leads: a URL, "" when that is not said plainly, None for nowhere."""
    found = _MOVE.search(code[:CODE_MAX_CHARS])
    if found is None:
        return None
    literal = _LITERAL.match(code, found.end())
    return absolute(base, literal.group(2)) if literal is not None else ""


def script_move(tree: LexborHTMLParser, url: str) -> str | None:
    """Where a page without text goes by script: as ``literal_move``, inline code only."""
    base = base_of(tree, url)
    nodes = [n for n in tree.css("script:not([src])")[:SCRIPTS_MAX] if is_program(n)]
    codes = [n.text(deep=True)[:CODE_MAX_CHARS] for n in nodes]
    body = tree.body
    codes.append((body.attributes.get("onload") or "") if body is not None else "")
    unclear = False
    for code in codes:
        target = literal_move(code, base)
        if target is None:
            continue
        short = len(code.strip()) <= PLAIN_CODE_MAX_CHARS and not _CONDITION.search(
            code[: code.find("location")]
        )
        at_once = "function" not in code or _AT_ONCE.search(code)
        if target and short and at_once:
            return target
        unclear = True
    return "" if unclear else None
