"""One look at the certificate of one host, at every address: ask, and judge at our own time.

A ClientHello of TLS 1.2 first: the server shows its chain and OCSP response in clear, and
nobody computes more than one signature.  A handshake only where that shows no chain: the
server speaks TLS 1.3 alone, or what stands before it dislikes the hello.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from scanners.api import Clock, clip
from scanners.net.guard import AddressGuard, Endpoint, RefusedAddressError, ResolveError
from scanners.tls.addresses import Looked, Paths, chosen, shared_paths, views
from scanners.tls.certificates import read
from scanners.tls.evidence import TLS12, Certificate, CertificateFacts, StapleStatus
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.hello import Learnt, Reply, client_hello
from scanners.tls.staple import judge_staple
from scanners.tls.suites import COMMON, CURVES, WEAK_CURVES, WIRE, chunks, suites_of
from scanners.tls.target import Deadline, Target, server_name, targets_of
from scanners.tls.trust import TrustStore, name_matches
from scanners.tls.wire import Handshake, WireError, ask, shake_hands

__all__ = ["CertificateProbe", "Deadline", "Looked", "Target", "server_name", "targets_of"]
HANDSHAKE_MAX_S = 10.0
REMEMBERED_FOR = timedelta(days=1)
REMEMBERED_MAX = 20_000
TEXTS = {
    Why.OK: "The certificate is valid.",
    Why.EXPIRED: "The certificate expired on {end}.",
    Why.REVOKED: "The authority that issued the certificate has revoked it ({issuer}).",
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


class CertificateProbe:
    """Looks at certificates; keeps what it verified."""

    def __init__(
        self, guard: AddressGuard, store: TrustStore, clock: Clock, paths: Paths | None = None
    ) -> None:
        self._guard = guard
        self._store = store
        self._clock = clock
        self._paths = paths or shared_paths()
        # Where a TLS 1.2 hello showed no chain and TLS 1.3 did: asked with it first for a day.
        self._newest_only: dict[tuple[str, Endpoint], datetime] = {}

    async def look(self, target: Target, deadline: Deadline) -> tuple[Looked, ...]:
        """One view for each different sight at the host's addresses; at least one, in time.

        Addresses are asked one after the other, each in its share of the time left.
        """
        try:
            async with asyncio.timeout(deadline.left_s):
                found = await self._guard.resolve(target.host, target.port)
        except TimeoutError:
            return (_unseen(target, "", Why.UNREACHABLE, "its name did not resolve in time"),)
        except ResolveError as error:
            return (_unseen(target, "", Why.UNREACHABLE, str(error)),)
        except RefusedAddressError as error:
            return (_unseen(target, "", Why.NOT_PERMITTED, str(error)),)
        endpoints, left_out = chosen(found)
        routed = [e for e in endpoints if self._paths.leads_to(e.address)]
        not_routed = [e.address for e in endpoints if e not in routed]
        looks = []
        for index, endpoint in enumerate(routed):
            share = Deadline(deadline.left_s / (len(routed) - index))
            looks.append(await self._at(target, endpoint, share))
        seen = views(looks, self._paths, not_routed, left_out)
        if seen:
            return seen
        said = "no way leads there from here" if not_routed else "it has no address"
        return (_unseen(target, "", Why.UNREACHABLE, said),)

    async def _at(self, target: Target, endpoint: Endpoint, deadline: Deadline) -> Looked:
        name = server_name(target.host)
        limit = Deadline(min(HANDSHAKE_MAX_S, deadline.left_s))
        remembered = self._newest_only.get((target.host, endpoint))
        if remembered is not None and self._clock.now() < remembered:
            look = await self._with_handshake(target, endpoint, Deadline(limit.left_s / 2), None)
            if look.facts.handshake:
                self._paths.heard(endpoint.address)
                return look
            del self._newest_only[target.host, endpoint]
        hello = client_hello(name, TLS12, COMMON, CURVES, status=True)
        learnt = await ask(endpoint, hello, limit.left_s / 2)
        if learnt.reply in (Reply.REFUSED, Reply.UNREACHABLE):
            if learnt.reply is Reply.REFUSED:
                self._paths.heard(endpoint.address)
            said = "the network leads nowhere"
            return _unseen(target, endpoint, REPLIES[learnt.reply], said, 1)
        if _shows_chain(learnt) and learnt.version == WIRE[TLS12]:
            self._paths.heard(endpoint.address)
            shown = Handshake("TLSv1.2", learnt.suite or "", tuple(learnt.certificates))
            look = self._seen(target, endpoint, shown, 1, asked=True, staple=learnt.staple)
            return replace(look, hello=learnt)
        look = await self._with_handshake(target, endpoint, limit, learnt)
        if look.facts.reason is not Why.TIMED_OUT:
            self._paths.heard(endpoint.address)
        return look

    async def _with_handshake(
        self, target: Target, endpoint: Endpoint, limit: Deadline, learnt: Learnt | None
    ) -> Looked:
        """``learnt`` is what a hello before it taught, None when none was sent."""
        name, asked = server_name(target.host), 1 if learnt is None else 2
        try:
            agreed = await shake_hands(endpoint, name, limit.left_s)
        except WireError as error:
            tries = asked
            chain = tuple(learnt.certificates) if learnt and _shows_chain(learnt) else ()
            if learnt is not None and error.reply is Reply.ALERT and not chain:
                chain, more = await self._in_clear(endpoint, name, limit)
                tries += more
            if chain:
                shown = Handshake("", "", chain)
                return self._seen(target, endpoint, shown, tries, error=error.library)
            return _unseen(target, endpoint, REPLIES[error.reply], error.library, tries)
        if not agreed.chain:
            return _unseen(target, endpoint, Why.UNREADABLE, "no certificate", asked)
        if agreed.protocol == "TLSv1.3" and learnt is not None and learnt.reply is Reply.ALERT:
            if len(self._newest_only) >= REMEMBERED_MAX:
                self._newest_only.clear()
            self._newest_only[target.host, endpoint] = self._clock.now() + REMEMBERED_FOR
        return self._seen(target, endpoint, agreed, asked, handshake=True)

    async def _in_clear(
        self, endpoint: Endpoint, name: str, deadline: Deadline
    ) -> tuple[tuple[bytes, ...], int]:
        """The chain of a server no library agrees with any more, and how often it was asked."""
        tries = 0
        for tries, part in enumerate(chunks(suites_of(TLS12)), start=1):
            hello = client_hello(name, TLS12, part, (*CURVES, *WEAK_CURVES))
            learnt = await ask(endpoint, hello, deadline.left_s)
            if _shows_chain(learnt) or learnt.reply is not Reply.ALERT:
                return (tuple(learnt.certificates) if _shows_chain(learnt) else ()), tries
        return (), tries

    def _seen(
        self,
        target: Target,
        endpoint: Endpoint,
        shown: Handshake,
        tries: int,
        *,
        handshake: bool = False,
        asked: bool = False,
        staple: bytes | None = None,
        error: str = "",
    ) -> Looked:
        trust = self._store.judge(shown.chain, self._clock.now())
        fits = name_matches(target.host, shown.chain[0])
        chain = tuple(found for found in map(read, shown.chain) if found is not None)
        problems = (*trust.problems, *((Why.WRONG_HOST,) if fits is False else ()))
        leaf = chain[0] if chain and Why.UNREADABLE not in problems else None
        reason = problems[0] if problems else Why.OK
        facts = CertificateFacts(
            host=target.host,
            port=target.port,
            address=endpoint.address,
            handshake=handshake,
            reason=reason,
            reason_text=_say(reason, target, leaf, trust.detail),
            protocol=shown.protocol,
            cipher=shown.cipher,
            chain=chain,
            trusted=None if leaf is None else trust.trusted,
            host_matches=fits,
            problems=problems,
            not_after=None if leaf is None else leaf.not_after,
            path_not_after=trust.path_not_after,
            tls_error=clip(error, 200),
            connections=tries,
        )
        served = shown.chain if leaf is not None else ()
        look = Looked(target, facts, (endpoint,), served, trust.issuer)
        return self.with_staple(look, staple) if asked else look

    def with_staple(self, look: Looked, staple: bytes | None) -> Looked:
        """The same view, with what the OCSP response says; None when asked and not sent."""
        if not look.chain:
            return look
        at = self._clock.now()
        said = judge_staple(staple, look.chain[0], look.issuer, at)
        facts = replace(
            look.facts, staple=said.status, staple_from=said.since, staple_until=said.until
        )
        if said.status is StapleStatus.REVOKED and Why.REVOKED not in facts.problems:
            # Signed by the authority and current: what RFC 5280 6.1.3 (a) (3) asks about.
            problems = tuple(sorted((*facts.problems, Why.REVOKED), key=_WEIGHT.index))
            text = _say(problems[0], look.target, facts.leaf, "")
            text = text if problems[0] is Why.REVOKED else facts.reason_text
            facts = replace(facts, problems=problems, reason=problems[0], reason_text=text)
        return replace(look, facts=facts)


# The most serious first, as the enumeration says them.
_WEIGHT = tuple(Why)


def _shows_chain(learnt: Learnt) -> bool:
    return learnt.reply is Reply.HELLO and learnt.whole and bool(learnt.certificates)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _say(reason: Why, target: Target, leaf: Certificate | None, detail: str) -> str:
    if reason is Why.OK:
        return TEXTS[reason]
    filled = {"host": target.host, "port": target.port, "detail": detail}
    if leaf is not None:
        filled |= {
            "start": _day(leaf.not_before),
            "end": _day(leaf.not_after),
            "issuer": leaf.issuer,
            "names": ", ".join(leaf.names[:5]) or "no host at all",
        }
    return clip(TEXTS[reason].format_map(filled))


def _unseen(target: Target, at: Endpoint | str, reason: Why, detail: str, tries: int = 0) -> Looked:
    address = at.address if isinstance(at, Endpoint) else at
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
    return Looked(target, facts, (at,) if isinstance(at, Endpoint) else ())
