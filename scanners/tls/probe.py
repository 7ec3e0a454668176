"""One look at the certificate of one host: dial, shake hands, judge at our own time."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from scanners.api import Clock, ScanOutcome, ScanRequest, clip
from scanners.net.guard import AddressGuard, Endpoint, RefusedAddressError, ResolveError
from scanners.net.names import ascii_host, is_address
from scanners.tls.certificates import describe, load
from scanners.tls.evidence import TLS12, Certificate, CertificateFacts
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.hello import Reply, client_hello
from scanners.tls.suites import CHUNK, CURVES, suites_of
from scanners.tls.trust import Trust, TrustStore, name_matches
from scanners.tls.wire import Handshake, WireError, ask, shake_hands

HTTPS_PORT = 443
HANDSHAKE_MAX_S = 10.0
TEXTS = {
    Why.OK: "The certificate is valid.",
    Why.EXPIRED: "The certificate expired on {end}.",
    Why.NOT_YET_VALID: "The certificate is valid only from {start}.",
    Why.SELF_SIGNED: "The certificate was signed by itself, not by a recognised authority.",
    Why.DISTRUSTED: "Browsers no longer trust the authority that issued it ({issuer}).",
    Why.UNTRUSTED_ROOT: "The authority that issued the certificate is not recognised ({issuer}).",
    Why.MISSING_INTERMEDIATE: "The server does not send the intermediate certificate of {issuer}.",
    Why.CHAIN_EXPIRED: "A certificate of the issuing authority, sent by the server, has expired.",
    Why.INVALID_CHAIN: "The chain of certificates does not hold: {detail}",
    Why.WRONG_HOST: "The certificate is for {names}, not for {host}.",
    Why.UNREADABLE: "The certificate cannot be read.",
    Why.NOT_TLS: "What answers on port {port} does not speak TLS.",
    Why.HANDSHAKE_FAILED: "No secured connection could be agreed ({detail}).",
    Why.CLOSED: "The server ended the connection before it was secured.",
    Why.REFUSED: "The server refused the connection on port {port}.",
    Why.TIMED_OUT: "The server did not finish the handshake in time.",
    Why.UNREACHABLE: "The host could not be reached ({detail}).",
    Why.NOT_PERMITTED: "The address of the host may not be dialled ({detail}).",
}
REPLIES = {
    Reply.ALERT: Why.HANDSHAKE_FAILED,
    Reply.HELLO: Why.HANDSHAKE_FAILED,
    Reply.NOT_TLS: Why.NOT_TLS,
    Reply.CLOSED: Why.CLOSED,
    Reply.RESET: Why.CLOSED,
    Reply.REFUSED: Why.REFUSED,
    Reply.TIMED_OUT: Why.TIMED_OUT,
    Reply.UNREACHABLE: Why.UNREACHABLE,
}
OUTCOMES = {
    Why.HANDSHAKE_FAILED: ScanOutcome.REFUSED,
    Why.NOT_TLS: ScanOutcome.UNREACHABLE,
    Why.CLOSED: ScanOutcome.REFUSED,
    Why.REFUSED: ScanOutcome.REFUSED,
    Why.TIMED_OUT: ScanOutcome.TIMED_OUT,
    Why.UNREACHABLE: ScanOutcome.UNREACHABLE,
    Why.UNREADABLE: ScanOutcome.PARTIAL,
    Why.NOT_PERMITTED: ScanOutcome.NOT_PERMITTED,
}


class Deadline:
    """A span of seconds that runs from its making (monotonic: no clock can turn it back)."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())


@dataclass(frozen=True, slots=True)
class Target:
    """One own host and the port its https lives at."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address people know it by."""
        return f"https://{self.host}/" if self.port == HTTPS_PORT else (
            f"https://{self.host}:{self.port}/"
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """The facts and what further looks at the same host need."""

    target: Target
    facts: CertificateFacts
    endpoint: Endpoint | None
    chain: tuple[bytes, ...] = ()

    @property
    def outcome(self) -> ScanOutcome:
        """Complete when a certificate was seen."""
        if self.chain:
            return ScanOutcome.COMPLETE
        return OUTCOMES.get(self.facts.reason, ScanOutcome.PARTIAL)


def targets_of(request: ScanRequest) -> tuple[Target, ...]:
    """The host of the URL at its port, every other own host at 443; A-labels, no repeats.

    A name that cannot be one keeps its writing: looking at it says so.
    """
    parts = urlsplit(request.url)
    first = parts.hostname or ""
    port = HTTPS_PORT
    if parts.scheme == "https" and parts.port is not None:
        port = parts.port
    found = {_written(first): port} if first else {}
    for host in request.hosts:
        found.setdefault(_written(host), HTTPS_PORT)
    return tuple(Target(host, number) for host, number in found.items())


def _written(host: str) -> str:
    try:
        return ascii_host(host)
    except ValueError:
        return host.strip().lower()


def server_name(host: str) -> str:
    """What to send as SNI: the name, nothing for an address (RFC 6066 3)."""
    return "" if is_address(host) else host


class CertificateProbe:
    """Looks at certificates; keeps what it verified."""

    def __init__(self, guard: AddressGuard, store: TrustStore, clock: Clock) -> None:
        self._guard = guard
        self._store = store
        self._clock = clock

    async def look(self, target: Target, deadline: Deadline) -> Looked:
        """One handshake with the first address that can be reached; always an answer."""
        try:
            async with asyncio.timeout(deadline.left_s):
                endpoints = await self._guard.resolve(target.host, target.port)
        except TimeoutError:
            return _unseen(target, "", Why.UNREACHABLE, "its name did not resolve in time")
        except ResolveError as error:
            return _unseen(target, "", Why.UNREACHABLE, str(error))
        except RefusedAddressError as error:
            return _unseen(target, "", Why.NOT_PERMITTED, str(error))
        tries, looked = 0, None
        for endpoint in endpoints:
            looked = await self._at(target, endpoint, deadline, tries)
            tries = looked.facts.connections
            if looked.facts.reason not in (Why.REFUSED, Why.UNREACHABLE, Why.TIMED_OUT):
                break
        return looked or _unseen(target, "", Why.UNREACHABLE, "it has no address")

    async def _at(
        self, target: Target, endpoint: Endpoint, deadline: Deadline, tries: int
    ) -> Looked:
        limit = min(HANDSHAKE_MAX_S, deadline.left_s)
        name = server_name(target.host)
        try:
            agreed = await shake_hands(endpoint, name, limit)
        except WireError as error:
            if error.reply is Reply.ALERT:
                chain = await self._in_clear(endpoint, name, deadline)
                if chain:
                    shake = Handshake("", "", chain)
                    return self._seen(target, endpoint, shake, tries + 2, error.library)
                tries += 1
            why = REPLIES[error.reply]
            return _unseen(target, endpoint.address, why, error.library, tries + 1, endpoint)
        if not agreed.chain:
            return _unseen(
                target, endpoint.address, Why.UNREADABLE, "no certificate", tries + 1, endpoint
            )
        return self._seen(target, endpoint, agreed, tries + 1, "")

    async def _in_clear(
        self, endpoint: Endpoint, name: str, deadline: Deadline
    ) -> tuple[bytes, ...]:
        """The chain of a server we cannot agree with, as TLS 1.2 and older show it to anyone."""
        hello = client_hello(name, TLS12, suites_of(TLS12)[:CHUNK], CURVES)
        learnt = await ask(endpoint, hello, min(HANDSHAKE_MAX_S, deadline.left_s))
        return tuple(learnt.certificates)

    def _seen(
        self, target: Target, endpoint: Endpoint, agreed: Handshake, tries: int, error: str
    ) -> Looked:
        at = self._clock.now()
        trust = self._store.judge(agreed.chain, at)
        fits = name_matches(target.host, agreed.chain[0])
        chain = tuple(
            describe(found, der) for der in agreed.chain if (found := load(der)) is not None
        )
        problems = _by_weight(trust, fits)
        leaf = chain[0] if chain and Why.UNREADABLE not in problems else None
        reason = problems[0] if problems else Why.OK
        facts = CertificateFacts(
            host=target.host,
            port=target.port,
            address=endpoint.address,
            handshake=bool(agreed.protocol),
            reason=reason,
            reason_text=_say(reason, target, leaf, trust.detail),
            protocol=agreed.protocol,
            cipher=agreed.cipher,
            chain=chain,
            trusted=None if leaf is None else trust.trusted,
            host_matches=fits,
            problems=problems,
            not_after=None if leaf is None else leaf.not_after,
            path_not_after=trust.path_not_after,
            tls_error=clip(error, 200),
            connections=tries,
        )
        return Looked(target, facts, endpoint, agreed.chain if leaf is not None else ())


def _by_weight(trust: Trust, fits: bool | None) -> tuple[Why, ...]:
    return (*trust.problems, *((Why.WRONG_HOST,) if fits is False else ()))


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _say(reason: Why, target: Target, leaf: Certificate | None, detail: str) -> str:
    filled = {"host": target.host, "port": target.port, "detail": detail}
    if leaf is not None:
        filled |= {
            "start": _day(leaf.not_before),
            "end": _day(leaf.not_after),
            "issuer": leaf.issuer,
            "names": ", ".join(leaf.names[:5]) or "no host at all",
        }
    return clip(TEXTS[reason].format_map(filled))


def _unseen(
    target: Target,
    address: str,
    reason: Why,
    detail: str,
    tries: int = 0,
    endpoint: Endpoint | None = None,
) -> Looked:
    facts = CertificateFacts(
        host=target.host,
        port=target.port,
        address=address,
        handshake=False,
        reason=reason,
        reason_text=_say(reason, target, None, clip(detail, 200)),
        problems=(reason,),
        tls_error=clip(detail, 200),
        connections=tries,
    )
    return Looked(target, facts, endpoint)


def fingerprint(chain: tuple[bytes, ...]) -> str:
    """SHA-256 of the leaf, "" without one."""
    return hashlib.sha256(chain[0]).hexdigest() if chain else ""
