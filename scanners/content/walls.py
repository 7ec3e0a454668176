"""Telling a page from what stands in front of it: walls, shells, parking, soft 404."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

from scanners.content.html import bounded, parse
from scanners.content.vocabulary import fold_plain
from scanners.content.wall_words import (
    CHALLENGE_MARKUP,
    CHALLENGE_WORDS,
    CONSENT_WORDS,
    MAINTENANCE_WORDS,
    NOT_FOUND_WORDS,
    PARKING_WORDS,
)
from scanners.net.fetch import Exchange

WALL_STATUSES = frozenset({401, 403, 406, 429})
GONE_STATUSES = frozenset({404, 410})
WALL_TEXT_MAX = 1_500
PARKING_TEXT_MAX = 2_500
SIMILAR_AT = 0.95
OWN_TEXT_MIN = 200
MAINTENANCE_TEXT_MAX = 3_000
WAYS_MIN = 4


def is_bot_wall(exchange: Exchange, text: str) -> bool:
    """A challenge or refusal instead of the page, whatever its status (rule AB 4)."""
    if exchange.status in WALL_STATUSES or exchange.header("cf-mitigated"):
        return True
    if len(text) > WALL_TEXT_MAX:
        return False
    folded = fold_plain(text)
    head = exchange.body[:60_000].decode("utf-8", "replace").lower()
    if any(mark in head for mark in CHALLENGE_MARKUP) or _title_is_challenge(head):
        return True
    if not any(word in folded for word in CHALLENGE_WORDS):
        return False
    if exchange.status != 200:  # noqa: PLR2004
        return True
    return len(text) < 600 and not _is_question_of_a_form(exchange)  # noqa: PLR2004


def _is_question_of_a_form(exchange: Exchange) -> bool:
    """A page with ways to go on whose forms alone ask whether a human fills them in."""
    tree = parse(bounded(exchange.text()))
    ways = {node.attributes.get("href") or "" for node in tree.css("a[href]")[:500]}
    if len({way for way in ways if way and not way.startswith(("#", "javascript:"))}) < WAYS_MIN:
        return False
    for node in tree.css("script, style, noscript, template, form, label, fieldset, button")[
        :2_000
    ]:
        node.decompose()
    rest = tree.body.text(deep=True, separator=" ") if tree.body is not None else ""
    folded = fold_plain(rest[: WALL_TEXT_MAX * 4])
    return not any(word in folded for word in CHALLENGE_WORDS)


def is_maintenance(text: str, title: str, ways: int) -> bool:
    """A notice that the shop is closed for now; ``ways`` is how many pages it leads to."""
    if len(text) > MAINTENANCE_TEXT_MAX or ways >= WAYS_MIN:
        return False
    return says_maintenance(f"{title} {text}")


def says_maintenance(text: str) -> bool:
    """Do the words say that something is closed for now, or being worked on?"""
    folded = fold_plain(text)
    return any(word in folded for word in MAINTENANCE_WORDS)


def _title_is_challenge(head: str) -> bool:
    start = head.find("<title")
    title = fold_plain(head[start : start + 200].partition("</title")[0]) if start >= 0 else ""
    return any(word in title for word in CHALLENGE_WORDS)


def is_consent_wall(text: str, max_chars: int) -> bool:
    """Almost nothing but a question for consent (rule AB 4)."""
    if not 0 < len(text) < max_chars:
        return False
    folded = fold_plain(text)
    return sum(word in folded for word in CONSENT_WORDS) >= 2  # noqa: PLR2004


def is_parking(text: str, title: str) -> bool:
    """A domain for sale, parked, expired, or a server's default page."""
    if len(text) > PARKING_TEXT_MAX:
        return False
    folded = fold_plain(f"{title} {text}")
    return any(word in folded for word in PARKING_WORDS)


def own_lines(lines: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that do not stand on the other page as well (menus, footers)."""
    shared = frozenset(others)
    return tuple(line for line in lines if line not in shared)


def similarity(first: str, second: str) -> float:
    """Share of words two texts have in common (Dice on word counts), 0 to 1."""
    a, b = Counter(first.split()), Counter(second.split())
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def is_soft_404(
    lines: tuple[str, ...], title: str, final_path: str, probe: tuple[str, ...] | None
) -> bool:
    """Status 200, but the home page or the page every unknown path gets (rule AB 5).

    ``probe`` are the lines of the answer to a made-up path, None when that was
    answered honestly.  Text of its own saves a page whose menu outweighs it.
    """
    own = own_lines(lines, probe or ())
    if probe is not None and similarity(" ".join(lines), " ".join(probe)) >= SIMILAR_AT:
        return sum(map(len, own)) < OWN_TEXT_MIN
    if final_path in ("", "/"):
        return True
    said = fold_plain(title)
    if any(word in said for word in NOT_FOUND_WORDS[1:]):
        return True
    text = " ".join(lines)
    # Folding takes accents away, no text.
    body = fold_plain(text) if len(text) < OWN_TEXT_MIN * 4 else text
    return len(body) < OWN_TEXT_MIN and any(word in body for word in NOT_FOUND_WORDS)


def probe_url(url: str) -> str:
    """A path of the site that nobody made: how it is answered tells a soft 404."""
    digest = hashlib.sha256(url.encode()).digest()[:10]
    name = base64.b32encode(digest).decode().lower()
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", "", ""))
