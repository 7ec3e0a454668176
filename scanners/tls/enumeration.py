"""Which versions, suites and groups a server accepts, asked one ClientHello at a time.

Offer everything, drop what was chosen, repeat until the server says no.  An alert that
means no is an answer; a reset or silence is not, and is asked again.  What was refused
counts only when, after all, the server still answers what it answered before: else a
limiter, not the configuration, said no.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from scanners.net.guard import Endpoint
from scanners.tls.certificates import read
from scanners.tls.evidence import SSL2, SSL3, TLS10, TLS11, TLS12, TLS13, VERSIONS
from scanners.tls.hello import (
    EMS,
    RENEGOTIATION_INFO,
    SIGNATURES,
    WEAK_SIGNATURES,
    Learnt,
    Reply,
    client_hello,
    is_ssl2_server_hello,
    ssl2_hello,
)
from scanners.tls.suites import (
    BRAINPOOL,
    CURVES,
    GROUP_NAME,
    TLS13_GROUPS,
    WEAK_CURVES,
    WIRE,
    chunks,
    suites_of,
)
from scanners.tls.target import Deadline
from scanners.tls.wire import ask, ask_raw

TIMEOUT_S = 5.0
TRIES = 3
GIVE_UP_AFTER = 4
SUITES_MAX = 200
# handshake_failure, illegal_parameter, protocol_version, insufficient_security, internal_error
# (OpenSSL at a high security level), inappropriate_fallback, missing and unsupported extension,
# decode_error and unexpected_message (old stacks).  Not access_denied: that is a limiter.
REFUSALS = frozenset({40, 47, 70, 71, 80, 86, 109, 110, 50, 10})
PROTOCOL_VERSION = 70
# A limiter that turns away every second or third visitor does not let three in a row pass.
CONTROLS = 3
# RFC 7919 appendix A: the size of each group and the X of its formula.
_FFDHE_X = {2048: 560_316, 3072: 2_625_351, 4096: 5_736_041, 6144: 15_705_020, 8192: 10_965_728}


@dataclass(slots=True)
class Enumerated:
    """What the questions taught so far; see TlsFacts for the fields."""

    protocols: dict[str, bool | None] = field(default_factory=lambda: dict.fromkeys(VERSIONS))
    suites: dict[str, list[str]] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)
    groups: list[str] | None = None
    dh: tuple[int, str] | None = None
    weak_signatures: list[str] | None = None
    compression: bool | None = None
    secure_renegotiation: bool | None = None
    extended_master_secret: bool | None = None
    fallback_scsv: bool | None = None
    leaves: dict[str, bytes] = field(default_factory=dict)
    connections: int = 0
    doubtful: int = 0
    problems: list[str] = field(default_factory=list)


class _GaveUpError(Exception):
    """The server or the deadline leaves no room for more questions."""


class Enumeration:
    """Questions to one server, one connection at a time."""

    def __init__(self, endpoint: Endpoint, sni: str, deadline: Deadline) -> None:
        self.found = Enumerated()
        self._endpoint = endpoint
        self._sni = sni
        self._deadline = deadline
        self._unanswered = 0
        self._newest_groups: set[str] = set()

    async def run(self) -> Enumerated:
        """Ask everything that fits in the deadline; what does not stays None."""
        found = self.found
        try:
            for version in (TLS13, TLS12, TLS11, TLS10, SSL3):
                await self._version(version)
            await self._ssl2()
            await self._groups()
            await self._signatures()
            await self._fallback()
        except _GaveUpError as error:
            found.problems.append(str(error))
        await self._confirm()
        if found.fallback_scsv is None and len(self._older()) < 2 and self._older_known():  # noqa: PLR2004
            # There is no older version to fall back to.
            found.fallback_scsv = True
        return found

    def _older(self) -> list[str]:
        return [v for v in (TLS12, TLS11, TLS10, SSL3) if self.found.protocols[v]]

    def _older_known(self) -> bool:
        return all(self.found.protocols[v] is not None for v in (TLS12, TLS11, TLS10, SSL3))

    async def _fallback(self) -> None:
        """Is a client turned away that fell back below what both could speak (RFC 7507)?"""
        older = self._older()
        if len(older) < 2:  # noqa: PLR2004 (nowhere to fall back to)
            return
        suites = self.found.suites[older[1]]
        answer = await self._ask(older[1], suites, (*CURVES, *WEAK_CURVES), fallback=True)
        if answer is not None:
            # Some load balancers refuse in other words.
            self.found.fallback_scsv = answer.reply is Reply.ALERT

    async def _ask(
        self,
        version: str,
        suites: Sequence[str],
        groups: Sequence[str],
        signatures: Sequence[int] = SIGNATURES,
        *,
        fallback: bool = False,
    ) -> Learnt | None:
        """The server's answer, or None when it gave no clear one in several tries."""
        hello = client_hello(self._sni, version, suites, groups, signatures, fallback=fallback)
        last = Learnt()
        for attempt in range(TRIES):
            left = self._deadline.left_s
            if left <= 0:
                raise _GaveUpError("The time for the scan was over before all was asked.")
            self.found.connections += 1
            last = await ask(self._endpoint, hello, min(TIMEOUT_S, left))
            if _is_answer(last, suites):
                self._unanswered = 0
                return last
            if last.reply is Reply.TIMED_OUT and attempt:
                break
            await asyncio.sleep(min(0.1 * attempt, self._deadline.left_s))
        self._doubt(f"{version}: {last.reply or Reply.CLOSED}")
        return None

    def _doubt(self, what: str) -> None:
        self.found.doubtful += 1
        self.found.problems.append(f"No clear answer to a hello ({what}).")
        self._unanswered += 1
        if self._unanswered >= GIVE_UP_AFTER:
            raise _GaveUpError("The server stopped answering.")

    async def _version(self, version: str) -> None:
        found, accepted = self.found, self.found.suites.setdefault(version, [])
        groups = TLS13_GROUPS if version == TLS13 else (*CURVES, *WEAK_CURVES)
        for part in chunks(suites_of(version)):
            left = list(part)
            while left and len(accepted) < SUITES_MAX:
                answer = await self._ask(version, left, groups)
                if answer is None:
                    # One open question leaves the version open: asking on would only annoy.
                    found.known[version] = False
                    return
                if not _chose(answer, version):
                    if answer.alert == PROTOCOL_VERSION and not accepted:
                        # Off whatever the suites: no need to offer the rest of them.
                        found.known[version], found.protocols[version] = True, False
                        return
                    break
                chosen = answer.suite or ""
                accepted.append(chosen)
                left.remove(chosen)
                self._learn(version, answer)
                found.protocols[version] = True
        found.known[version] = True
        if not accepted:
            found.protocols[version] = False

    def _learn(self, version: str, answer: Learnt) -> None:
        found = self.found
        if answer.certificates:
            der = answer.certificates[0]
            found.leaves.setdefault(hashlib.sha256(der).hexdigest(), der)
        if answer.group is not None:
            self._add_group(answer.group)
            if version == TLS13:
                self._newest_groups.add(GROUP_NAME.get(answer.group, ""))
        if answer.dh_prime is not None:
            bits, name = dh_group(answer.dh_prime, answer.dh_generator or b"")
            if found.dh is None or bits < found.dh[0]:
                found.dh = (bits, name)
        if version == TLS13:
            return
        found.compression = bool(found.compression) or answer.compression != 0
        found.secure_renegotiation = RENEGOTIATION_INFO in answer.extensions or version == SSL3
        if version == TLS12:
            found.extended_master_secret = EMS in answer.extensions

    def _add_group(self, code: int) -> None:
        name = GROUP_NAME.get(code, "explicit" if code < 0 else f"group-{code}")
        if self.found.groups is None:
            self.found.groups = []
        if name not in self.found.groups:
            self.found.groups.append(name)

    async def _ssl2(self) -> None:
        """SSL 2.0 knows no alert: whatever answers otherwise, or hangs up, does not speak it."""
        for _ in range(TRIES):
            left = self._deadline.left_s
            if left <= 0:
                raise _GaveUpError("The time for the scan was over before all was asked.")
            self.found.connections += 1
            reply, data = await ask_raw(self._endpoint, ssl2_hello(), min(TIMEOUT_S, left))
            if reply in (Reply.HELLO, Reply.CLOSED):
                self.found.protocols[SSL2] = is_ssl2_server_hello(data)
                return
        self._doubt(f"{SSL2}: {reply}")

    async def _groups(self) -> None:
        """Every group of TLS 1.3, then what is taken below it."""
        found = self.found
        if found.protocols[TLS13] and found.suites[TLS13]:
            left = [name for name in TLS13_GROUPS if name not in self._newest_groups]
            while left:
                answer = await self._ask(TLS13, found.suites[TLS13], left)
                if answer is None or not _chose(answer, TLS13) or answer.group is None:
                    break
                self._add_group(answer.group)
                name = GROUP_NAME.get(answer.group, "")
                if name not in left:
                    break
                left.remove(name)
        await self._older_groups()

    async def _older_groups(self) -> None:
        """Every curve below TLS 1.3; where that is on too, those it does not have."""
        older = self._older()
        suites = self.found.suites.get(older[0], []) if older else []
        suites = [name for name in suites if name.startswith("TLS_ECDHE_")]
        if not suites:
            return
        # An ECDSA server needs the curve of its certificate offered: it stays, and stands last.
        own = self._own_curves()
        usual = (
            () if self.found.protocols[TLS13] else tuple(c for c in CURVES if c not in BRAINPOOL)
        )
        kept = own or (("secp256r1", "secp384r1") if self.found.protocols[TLS13] else ())
        left = [c for c in (*WEAK_CURVES, *BRAINPOOL, *usual) if c not in kept]
        while left or kept:
            answer = await self._ask(older[0], suites, (*left, *kept))
            if answer is None or not _chose(answer, older[0]) or answer.group is None:
                return
            self._add_group(answer.group)
            name = GROUP_NAME.get(answer.group, "")
            if name not in left:
                return
            left.remove(name)

    def _own_curves(self) -> tuple[str, ...]:
        found = (read(der) for der in self.found.leaves.values())
        curves = (leaf.key_curve for leaf in found if leaf is not None)
        return tuple(dict.fromkeys(c.replace("R1", "r1") for c in curves if c))

    async def _signatures(self) -> None:
        """Does TLS 1.2 sign its key exchange with SHA-1 or SHA-224 when only they are offered?"""
        found = self.found
        signed = [s for s in found.suites.get(TLS12, []) if "DHE_" in s and "anon" not in s]
        if found.protocols[TLS12] is not True or not signed:
            return
        answer = await self._ask(TLS12, signed, CURVES, WEAK_SIGNATURES)
        if answer is None:
            return
        weak = _chose(answer, TLS12) and answer.signature in WEAK_SIGNATURES
        found.weak_signatures = [_hash(answer.signature or 0)] if weak else []

    async def _still(self, version: str) -> bool:
        groups = TLS13_GROUPS if version == TLS13 else (*CURVES, *WEAK_CURVES)
        try:
            answer = await self._ask(version, self.found.suites[version], groups)
        except _GaveUpError:
            return False
        return answer is not None and _chose(answer, version)

    async def _confirm(self) -> None:
        """Ask again what was accepted; without that answer no refusal counts."""
        found = self.found
        known = [v for v in (TLS13, TLS12, TLS11, TLS10, SSL3) if found.protocols[v]]
        still = bool(known)
        for _ in range(CONTROLS):
            still = still and await self._still(known[0])
        if still:
            return
        for version, accepted in found.protocols.items():
            if accepted is False:
                found.protocols[version] = None
        found.known = dict.fromkeys(found.known, False)
        found.fallback_scsv = None
        found.doubtful += 1
        found.problems.append("The server no longer answered at the end: refusals do not count.")


def _is_answer(learnt: Learnt, offered: Sequence[str]) -> bool:
    if learnt.reply is Reply.HELLO:
        return learnt.suite is None or learnt.suite in offered or not offered
    if learnt.reply is Reply.ALERT:
        return learnt.alert in REFUSALS
    return False


def _chose(answer: Learnt, version: str) -> bool:
    return (
        answer.reply is Reply.HELLO and answer.version == WIRE[version] and answer.suite is not None
    )


def _hash(signature: int) -> str:
    return {2: "sha1", 3: "sha224"}.get(signature >> 8, "other")


def dh_group(prime: bytes, generator: bytes) -> tuple[int, str]:
    """Size in bits and name of a finite-field group: RFC 7919 or ``own``."""
    number = int.from_bytes(prime, "big")
    bits = number.bit_length()
    standard = bits in _FFDHE_X and number == ffdhe_prime(bits)
    standard = standard and int.from_bytes(generator, "big") == 2  # noqa: PLR2004 (RFC 7919 2)
    return bits, f"ffdhe{bits}" if standard else "own"


@cache
def ffdhe_prime(bits: int) -> int:
    """P = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1 (RFC 7919 appendix A)."""
    guard = bits
    term = total = 1 << guard
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    digits = total >> (guard - (bits - 130))
    return (1 << bits) - (1 << (bits - 64)) + ((digits + _FFDHE_X[bits]) << 64) - 1
