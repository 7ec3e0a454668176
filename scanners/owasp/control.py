"""Does whoever consents control the site?  A token where only its owner can put one.

Three places, any one of which will do: a TXT record at ``_keurwacht.<domain>``, the file
``/.well-known/keurwacht-verification.txt`` (RFC 8615) over https, or a meta element in the
head of the start page.  What could not be asked is unknown, never lost.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import dns.rdatatype
from dns.rdtypes.txtbase import TXTBase
from selectolax.lexbor import LexborHTMLParser

from scanners.api import Clock, NetOptions, ScanOutcome
from scanners.mail.lookup import Found, Lookup
from scanners.net.fetch import Fetcher, FetchError
from scanners.net.names import is_address, registrable_domain

RECORD = "_keurwacht"
RECORD_PREFIX = "keurwacht-verification="
FILE = "/.well-known/keurwacht-verification.txt"
META = "keurwacht-verification"
FILE_MAX_BYTES = 1_000
METAS_MAX = 50
OK = 200
# The server says that there is no such file (RFC 9110 15.5.5, 15.5.11).
GONE = frozenset({404, 410})


class Sight(StrEnum):
    """What was seen in one place."""

    FOUND = "found"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ControlSeen:
    """What was seen in each place (``dns``, ``well_known``, ``meta``), with the reasons."""

    places: dict[str, Sight]
    reasons: dict[str, str]

    @property
    def method(self) -> str:
        """The first place the token was found in, "" when in none."""
        return next((name for name, seen in self.places.items() if seen is Sight.FOUND), "")

    @property
    def lost(self) -> bool:
        """Every place could be asked, and none has the token."""
        return all(seen is Sight.ABSENT for seen in self.places.values())

    @property
    def why(self) -> str:
        """One sentence on what was seen where it was not found."""
        return "; ".join(f"{name}: {reason}" for name, reason in self.reasons.items())


async def look_for(
    token: str, url: str, options: NetOptions, clock: Clock, deadline_s: float = 30.0
) -> ControlSeen:
    """Ask all three places at once; at most five requests and two names."""
    host = urlsplit(url).hostname or ""
    lookup = Lookup(options.dns_server)
    async with Fetcher(options, clock) as fetcher:
        answers = await asyncio.gather(
            _in_dns(token, host, lookup),
            _in_file(token, url, fetcher, deadline_s),
            _in_page(token, url, fetcher, deadline_s),
        )
    names = ("dns", "well_known", "meta")
    return ControlSeen(
        {name: seen for name, (seen, _) in zip(names, answers, strict=True)},
        {name: said for name, (seen, said) in zip(names, answers, strict=True) if said},
    )


async def _in_dns(token: str, host: str, lookup: Lookup) -> tuple[Sight, str]:
    if is_address(host) or not host:
        return Sight.ABSENT, "an address has no records"
    seen, said = Sight.ABSENT, ""
    for name in dict.fromkeys((registrable_domain(host), host)):
        answer = await lookup.ask(f"{RECORD}.{name}", dns.rdatatype.TXT)
        if answer.found is Found.UNKNOWN:
            seen, said = Sight.UNKNOWN, answer.reason
            continue
        for record in answer.records:
            if isinstance(record, TXTBase) and _is(b"".join(record.strings), RECORD_PREFIX + token):
                return Sight.FOUND, ""
    return seen, said or f"no TXT record at {RECORD}.{registrable_domain(host)} has the token"


async def _in_file(token: str, url: str, fetcher: Fetcher, deadline_s: float) -> tuple[Sight, str]:
    parts = urlsplit(url)
    if parts.scheme != "https":
        return Sight.ABSENT, "the site has no https"
    own = frozenset({registrable_domain(parts.hostname or "")})
    try:
        found = await fetcher.get(
            f"https://{parts.netloc}{FILE}", within=own, max_bytes=FILE_MAX_BYTES,
            deadline_s=deadline_s,
        )  # fmt: skip
    except FetchError as error:
        return _trouble(error)
    if found.tls_error:
        return Sight.UNKNOWN, f"the certificate is not accepted: {found.tls_error}"
    if found.status == OK and _is(found.body, token):
        return Sight.FOUND, ""
    if found.status == OK or found.status in GONE:
        return Sight.ABSENT, f"{FILE} does not hold the token"
    return Sight.UNKNOWN, f"{FILE} answered {found.status}"


async def _in_page(token: str, url: str, fetcher: Fetcher, deadline_s: float) -> tuple[Sight, str]:
    own = frozenset({registrable_domain(urlsplit(url).hostname or "")})
    try:
        page = await fetcher.get(url, within=own, deadline_s=deadline_s)
    except FetchError as error:
        return _trouble(error)
    if page.tls_error:
        return Sight.UNKNOWN, f"the certificate is not accepted: {page.tls_error}"
    if page.status != OK:
        return Sight.UNKNOWN, f"the start page answered {page.status}"
    # In the head alone: a review or a comment can put an element into the body.
    head = LexborHTMLParser(page.text()).head
    metas = head.css(f'meta[name="{META}" i]')[:METAS_MAX] if head is not None else []
    if any(_is((one.attributes.get("content") or "").encode(), token) for one in metas):
        return Sight.FOUND, ""
    if page.truncated:
        return Sight.UNKNOWN, "the start page was not read to its end"
    return Sight.ABSENT, f"the start page has no meta element {META} with the token"


def _trouble(error: FetchError) -> tuple[Sight, str]:
    if error.outcome is ScanOutcome.REDIRECTED_OUT:
        return Sight.ABSENT, "it leads to somebody else's site"
    return Sight.UNKNOWN, error.reason


def _is(seen: bytes, wanted: str) -> bool:
    return hmac.compare_digest(seen.strip(), wanted.encode())
