"""Security headers of a page as received, without what differs at every answer.

Content-Security-Policy (W3C CSP level 3) by directive, nonces and digests as one word;
Strict-Transport-Security (RFC 6797), X-Frame-Options (RFC 7034), X-Content-Type-Options and
Referrer-Policy (WHATWG Fetch, W3C Referrer Policy).
"""

from __future__ import annotations

import re

from scanners.content.read import CrawledPage
from scanners.drift.counting import words
from scanners.drift.stable_urls import plain_host

CSP, HSTS, FRAMES = "content-security-policy", "strict-transport-security", "x-frame-options"
DIRECTIVES = words(
    "default-src script-src script-src-elem script-src-attr style-src frame-src child-src"
    " connect-src form-action frame-ancestors base-uri object-src worker-src"
    " upgrade-insecure-requests"
)
CSP_MAX_CHARS = 8_000
SOURCES_MAX = 60
DAY_S = 86_400
_PLAIN = ("x-content-type-options", "referrer-policy")
_MAX_AGE = re.compile(r"max-age\s?=\s?\"?(\d{1,12})")


def shields_of(page: CrawledPage, own: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """(name, normalised value), sorted; ``own`` registrable domains count as ``'self'``."""
    exchange = page.exchange
    found: dict[str, str] = {}
    policies = [value for name, value in exchange.headers if name == CSP]
    policies += _metas(page)
    if policies:
        found[CSP] = plain_policy(policies, own)
    hsts = _MAX_AGE.search(exchange.header(HSTS).lower()[:400])
    if hsts is not None and int(hsts[1]) > 0:
        found[HSTS] = "on" if int(hsts[1]) >= DAY_S else "short"
    frames = exchange.header(FRAMES).strip().lower()[:40]
    if frames in ("deny", "sameorigin"):
        found[FRAMES] = frames
    for name in _PLAIN:
        value = exchange.header(name).strip().lower()[:80]
        if value:
            found[name] = value
    return tuple(sorted((name, value) for name, value in found.items() if value))


def _metas(page: CrawledPage) -> list[str]:
    if page.html is None:
        return []
    nodes = page.html.css("meta[http-equiv]")[:20]
    return [
        node.attributes.get("content") or ""
        for node in nodes
        if (node.attributes.get("http-equiv") or "").strip().lower() == CSP
    ]


def plain_policy(policies: list[str], own: frozenset[str]) -> str:
    """Policies as ``directive source source; ...``, sorted.

    Of several that a browser obeys at once the first that names a directive is kept for it.
    """
    found: dict[str, tuple[str, ...]] = {}
    for policy in (piece for text in policies for piece in text[:CSP_MAX_CHARS].split(",")):
        for part in policy.split(";"):
            said = part.lower().split()
            if said and said[0] in DIRECTIVES and said[0] not in found:
                sources = {_source(word, own) for word in said[1:]}
                found[said[0]] = tuple(sorted(sources)[:SOURCES_MAX])
    return "; ".join(" ".join((name, *found[name])) for name in sorted(found))


def _source(word: str, own: frozenset[str]) -> str:
    if word.startswith("'nonce-"):
        return "'nonce'"
    if word.startswith(("'sha256-", "'sha384-", "'sha512-")):
        return "'hash'"
    if word.startswith("'") or word.endswith(":") or word == "*":
        return word
    host = word.partition("://")[2] if "://" in word else word
    host = host.partition("/")[0].partition(":")[0]
    bare = host.removeprefix("*.")
    if any(bare == domain or bare.endswith(f".{domain}") for domain in own):
        return "'self'"
    return ("*." if host.startswith("*.") else "") + plain_host(bare) if bare else "*"
