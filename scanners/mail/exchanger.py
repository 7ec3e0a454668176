"""One mail server of a domain: as few conversations as it takes, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from scanners.api import Clock, clip
from scanners.mail.evidence import NOT_DIALLED, HostState, MailCertificate, MailHost
from scanners.mail.smtp import Manner, Talk, accepts, talk
from scanners.net.guard import AddressGuard, Endpoint, RefusedAddressError, ResolveError
from scanners.net.names import ascii_host
from scanners.net.pace import Pace
from scanners.tls.certificates import describe, load
from scanners.tls.evidence import TLS10, TLS11, TLS12, TLS13, Certificate, CertificateReason
from scanners.tls.target import Deadline, server_name
from scanners.tls.trust import TrustStore, name_matches

ADDRESSES_MAX = 3
TALKS_MAX = 3
# A list without STARTTLS counts when two properly answered EHLOs agree on it.
CONFIRMED = 2
PAUSE_S = 1.0
TALK_MAX_S = 20.0
OLD_VERSION_MAX_S = 8.0
NAMES_MAX = 10
_VERSIONS = (TLS13, TLS12, TLS11, TLS10)
# Seen once these may be an accident: a hidden keyword, a worn-out line, a restart.
_ASK_AGAIN = frozenset(
    {
        HostState.NO_STARTTLS,
        HostState.STARTTLS_REFUSED,
        HostState.HANDSHAKE_FAILED,
        HostState.CLOSED,
    }
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One mail server as DNS or ``--mx`` names it; ``problem``: why it cannot be asked."""

    host: str
    port: int
    preference: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class HostLook:
    """The facts, and the chain as served (DER, leaf first) for DANE."""

    facts: MailHost
    chain: tuple[bytes, ...] = ()


class Exchanger:
    """Looks at mail servers; every address is checked before it is dialled."""

    def __init__(
        self, guard: AddressGuard, store: TrustStore, clock: Clock, manner: Manner, pace: Pace
    ) -> None:
        self._guard = guard
        self._store = store
        self._clock = clock
        self._manner = manner
        self._pace = pace

    async def look(self, exchange: Exchange, deadline: Deadline) -> HostLook:
        """At most three conversations and two questions about old versions; always an answer."""
        if exchange.problem:
            return HostLook(_unseen(exchange, HostState.NO_ADDRESS, exchange.problem))
        try:
            name = ascii_host(exchange.host)
            async with asyncio.timeout(deadline.left_s):
                endpoints = await self._guard.resolve(name, exchange.port)
        except RefusedAddressError as error:
            return HostLook(_unseen(exchange, HostState.NOT_PERMITTED, str(error)))
        except (ResolveError, ValueError, EOFError) as error:
            return HostLook(_unseen(exchange, HostState.NO_ADDRESS, str(error)))
        except TimeoutError:
            text = "its address was not found in time"
            return HostLook(_unseen(exchange, HostState.NO_ADDRESS, text))
        endpoint, talks = await self._talks(endpoints[:ADDRESSES_MAX], server_name(name), deadline)
        if endpoint is None or not talks:
            text = "there was no time left for it"
            return HostLook(_unseen(exchange, HostState.NOT_LOOKED_AT, text))
        return await self._told(exchange, endpoint, talks, deadline)

    async def _talks(
        self, endpoints: Sequence[Endpoint], sni: str, deadline: Deadline
    ) -> tuple[Endpoint | None, list[Talk]]:
        """Conversations with the first address that lets itself be dialled."""
        used: Endpoint | None = None
        tries: list[Talk] = []
        for endpoint in endpoints:
            if deadline.left_s <= 0:
                break
            used = endpoint
            tries.append(await self._talk(endpoint, sni, deadline))
            if tries[-1].state not in NOT_DIALLED:
                break
        if used is None:
            return None, []
        while _ask_again(tries) and deadline.left_s > PAUSE_S:
            await asyncio.sleep(PAUSE_S)
            tries.append(await self._talk(used, sni, deadline))
        return used, tries

    async def _talk(self, endpoint: Endpoint, sni: str, deadline: Deadline) -> Talk:
        await self._pace.wait(endpoint.address)
        return await talk(endpoint, self._manner, sni, min(TALK_MAX_S, deadline.left_s))

    async def _told(
        self, exchange: Exchange, endpoint: Endpoint, talks: list[Talk], deadline: Deadline
    ) -> HostLook:
        best = _best(talks)
        listed = sum(t.listed is True for t in talks)
        missing = sum(t.listed is False for t in talks)
        versions, asked = await self._versions(best, endpoint, server_name(exchange.host), deadline)
        shown = self._shown(exchange.host, best.chain)
        return HostLook(
            MailHost(
                host=exchange.host,
                port=exchange.port,
                preference=exchange.preference,
                state=best.state,
                text=best.text,
                address=endpoint.address,
                code=best.code,
                starttls=True if listed else (False if missing >= CONFIRMED else None),
                listed=listed,
                missing=missing,
                protocol=best.protocol,
                cipher=best.cipher,
                accepts=versions,
                trusted=shown.trusted,
                host_matches=shown.matches,
                problems=shown.problems,
                certificate=shown.certificate,
                connections=len(talks) + asked,
            ),
            best.chain,
        )

    async def _versions(
        self, best: Talk, endpoint: Endpoint, sni: str, deadline: Deadline
    ) -> tuple[dict[str, bool | None], int]:
        """What is known of each version, and how many connections it took."""
        if best.protocol not in _VERSIONS:
            return {}, 0
        agreed, asked = _VERSIONS.index(best.protocol), 0
        # Everything was offered: what is newer than the version agreed on is not taken.
        found: dict[str, bool | None] = {
            version: None if index > agreed else index == agreed
            for index, version in enumerate(_VERSIONS)
        }
        for version in (TLS11, TLS10):
            if found[version] is None and deadline.left_s > 0:
                await self._pace.wait(endpoint.address)
                limit = min(OLD_VERSION_MAX_S, deadline.left_s)
                found[version] = await accepts(endpoint, self._manner, sni, version, limit)
                asked += 1
        return found, asked

    def _shown(self, host: str, chain: tuple[bytes, ...]) -> _Shown:
        leaf = load(chain[0]) if chain else None
        if leaf is None:
            return _Shown()
        trust = self._store.judge(chain, self._clock.now())
        fits = name_matches(host, chain[0])
        return _Shown(trust.trusted, fits, trust.problems, _short(describe(leaf, chain[0])))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the served chain says; nothing when none could be read."""

    trusted: bool | None = None
    matches: bool | None = None
    problems: tuple[CertificateReason, ...] = ()
    certificate: MailCertificate | None = None


def _short(full: Certificate) -> MailCertificate:
    return MailCertificate(
        full.subject, full.issuer, full.names[:NAMES_MAX], full.not_after, full.sha256
    )


def _ask_again(talks: Sequence[Talk]) -> bool:
    """Once more, until two conversations agree or three were had."""
    states = [t.state for t in talks if t.state not in NOT_DIALLED]
    if not states or len(states) >= TALKS_MAX or states[-1] not in _ASK_AGAIN:
        return False
    return len(states) == 1 or states[-1] is not states[-2]


def _best(talks: Sequence[Talk]) -> Talk:
    """The conversation that tells most: one that offered STARTTLS, else the last."""
    offered = [t for t in talks if t.listed]
    return offered[-1] if offered else talks[-1]


def _unseen(exchange: Exchange, state: HostState, text: str) -> MailHost:
    return MailHost(exchange.host, exchange.port, exchange.preference, state, clip(text, 200))
