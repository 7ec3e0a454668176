"""Which versions, suites and groups a server accepts, asked one ClientHello at a time.

Offer everything, drop what was chosen, repeat until the server says no.  What was
refused counts only when, after all, the server still answers what it answered before:
else a limiter, not the configuration, said no.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

from scanners.net.guard import Endpoint
from scanners.tls.certificates import read
from scanners.tls.dialogue import Dialogue, GaveUpError, agreed
from scanners.tls.evidence import SSL2, SSL3, TLS10, TLS11, TLS12, TLS13, VERSIONS
from scanners.tls.groups import Rotation, dh_group
from scanners.tls.hello import EMS, RENEGOTIATION_INFO, WEAK_SIGNATURES, Learnt, Reply
from scanners.tls.suites import (
    CHUNK,
    CHUNK_NEWER,
    CURVES,
    GROUP_NAME,
    HYBRIDS,
    LIKELY_GROUPS,
    LIKELY_TLS13,
    TLS13_GROUPS,
    WEAK_CURVES,
    suites_of,
)
from scanners.tls.target import Deadline

SUITES_MAX = 200
PROTOCOL_VERSION = 70
# A limiter that turns away every second or third visitor does not let three in a row pass.
CONTROLS = 3
_BELOW_13 = (*CURVES, *WEAK_CURVES)


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


class Enumeration:
    """Questions to one server, one connection at a time."""

    def __init__(self, endpoint: Endpoint, sni: str, deadline: Deadline) -> None:
        self.found = Enumerated()
        self._talk = Dialogue(endpoint, sni, deadline)
        self._long_lists = True

    async def run(self) -> Enumerated:
        """Ask everything that fits in the deadline; what does not stays None."""
        found = self.found
        try:
            for version in (TLS13, TLS12, TLS11, TLS10, SSL3):
                await self._version(version)
            found.protocols[SSL2] = await self._talk.ask_ssl2()
            await self._fallback()
            await self._signatures()
            # What is mostly granted stands last: it shows that refusals were meant.
            await self._older_groups()
            await self._newest_groups()
        except GaveUpError as error:
            self._talk.problems.append(str(error))
        await self._confirm()
        if found.fallback_scsv is None and len(self._older()) < 2 and self._older_known():  # noqa: PLR2004
            # There is no older version to fall back to.
            found.fallback_scsv = True
        found.connections, found.doubtful = self._talk.connections, self._talk.doubtful
        found.problems = self._talk.problems
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
        answer = await self._talk.ask(older[1], suites, _BELOW_13, fallback=True)
        if answer is not None:
            # Some load balancers refuse in other words.
            self.found.fallback_scsv = answer.reply is Reply.ALERT

    async def _version(self, version: str) -> None:
        found, accepted = self.found, self.found.suites.setdefault(version, [])
        rotation = _rotation(version, found.groups or ())
        rest = list(suites_of(version))
        while rest:
            size = self._chunk()
            left, rest = rest[:size], rest[size:]
            if not await self._part(version, left, rotation):
                return
            if len(left) > CHUNK_NEWER and not accepted:
                # Refused for its length, perhaps: once more in parts that everybody reads.
                self._long_lists = False
                rest = left + rest
        found.known[version] = True
        if not accepted:
            found.protocols[version] = False

    def _chunk(self) -> int:
        """How many suites to offer at once: servers of our days read long lists."""
        on = self.found.protocols
        if not self._long_lists:
            return CHUNK
        if on[TLS13]:
            return SUITES_MAX
        return CHUNK_NEWER if on[TLS12] else CHUNK

    async def _part(self, version: str, left: list[str], rotation: Rotation) -> bool:
        """Ask for some suites until the server says no; False: the version needs no more."""
        found, accepted = self.found, self.found.suites[version]
        while left and len(accepted) < SUITES_MAX:
            worthwhile = rotation.turning and _shows_groups(version, left)
            kept = self._own_curves() if worthwhile and version != TLS13 else ()
            groups = rotation.offer(worthwhile=worthwhile, kept=kept)
            answer = await self._talk.ask(version, left, groups)
            if rotation.turning and (answer is None or answer.group is None):
                # Perhaps for want of a group, not of a suite: the order tells the favourites,
                # and some servers just hang up.
                rotation.stop()
                continue
            if answer is None:
                # One open question leaves the version open: asking on would only annoy.
                found.known[version] = False
                return False
            if not agreed(answer, version):
                if answer.alert == PROTOCOL_VERSION and not accepted:
                    # Off whatever the suites: no need to offer the rest of them.
                    found.known[version], found.protocols[version] = True, False
                    return False
                return True
            chosen = answer.suite or ""
            accepted.append(chosen)
            left.remove(chosen)
            self._learn(version, answer)
            rotation.saw(None if answer.group is None else _group_name(answer.group))
            found.protocols[version] = True
        return True

    def _learn(self, version: str, answer: Learnt) -> None:
        found = self.found
        if answer.certificates:
            der = answer.certificates[0]
            if der not in found.leaves.values():
                found.leaves[hashlib.sha256(der).hexdigest()] = der
        if answer.group is not None:
            self._add_group(answer.group)
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

    def _add_group(self, code: int) -> str:
        name = _group_name(code)
        if self.found.groups is None:
            self.found.groups = []
        if name not in self.found.groups:
            self.found.groups.append(name)
        return name

    async def _newest_groups(self) -> None:
        """What TLS 1.3 takes beyond the groups that were seen already."""
        found = self.found
        if not found.protocols[TLS13] or not found.suites[TLS13]:
            return
        left = [name for name in TLS13_GROUPS if name not in (found.groups or ())]
        if not await self._take_group(TLS13, found.suites[TLS13], left):
            return
        rare = [name for name in HYBRIDS if name in left]
        while await self._take_group(TLS13, found.suites[TLS13], rare):
            pass
        usual = [name for name in left if name not in HYBRIDS]
        while await self._take_group(TLS13, found.suites[TLS13], usual):
            pass

    async def _older_groups(self) -> None:
        """Every curve below TLS 1.3 that was not seen; where 1.3 is on, those it does not have."""
        older = self._older()
        suites = self.found.suites.get(older[0], []) if older else []
        suites = [name for name in suites if name.startswith("TLS_ECDHE_")]
        if not suites:
            return
        # An ECDSA server needs the curve of its certificate offered: it stays, and stands last.
        kept = self._own_curves()
        passed_over = {*kept, *(self.found.groups or ())}
        if self.found.protocols[TLS13]:
            passed_over |= set(TLS13_GROUPS)
        left = [name for name in (*WEAK_CURVES, *reversed(CURVES)) if name not in passed_over]
        while await self._take_group(older[0], suites, left, kept):
            pass

    async def _take_group(
        self, version: str, suites: list[str], left: list[str], kept: tuple[str, ...] = ()
    ) -> bool:
        """Ask for one more group of ``left`` and take it out; False when none was shown."""
        if not left:
            return False
        answer = await self._talk.ask(version, suites, (*left, *kept))
        if answer is None or not agreed(answer, version) or answer.group is None:
            return False
        name = self._add_group(answer.group)
        if name not in left:
            return False
        left.remove(name)
        return True

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
        answer = await self._talk.ask(TLS12, signed, CURVES, WEAK_SIGNATURES)
        if answer is None:
            return
        weak = agreed(answer, TLS12) and answer.signature in WEAK_SIGNATURES
        found.weak_signatures = [_hash(answer.signature or 0)] if weak else []

    async def _still(self, version: str) -> bool:
        groups = TLS13_GROUPS if version == TLS13 else _BELOW_13
        try:
            answer = await self._talk.ask(version, self.found.suites[version], groups)
        except GaveUpError:
            return False
        return answer is not None and agreed(answer, version)

    async def _confirm(self) -> None:
        """Ask again what was accepted until enough is granted in a row.

        Without that no refusal counts.
        """
        found = self.found
        known = [v for v in (TLS13, TLS12, TLS11, TLS10, SSL3) if found.protocols[v]]
        still = bool(known)
        while still and self._talk.granted < CONTROLS:
            still = await self._still(known[0])
        if still:
            return
        for version, accepted in found.protocols.items():
            if accepted is False:
                found.protocols[version] = None
        found.known = dict.fromkeys(found.known, False)
        found.fallback_scsv = None
        self._talk.doubtful += 1
        said = "The server no longer answered at the end: refusals do not count."
        self._talk.problems.append(said)


def _rotation(version: str, seen: Collection[str]) -> Rotation:
    if version == TLS13:
        return Rotation(TLS13_GROUPS, LIKELY_GROUPS, seen)
    likely = tuple(name for name in LIKELY_GROUPS if name in CURVES)
    return Rotation(_BELOW_13, likely, seen)


def _shows_groups(version: str, suites: Collection[str]) -> bool:
    """Is one of these suites likely to be taken, and shows a group then?"""
    if version == TLS13:
        return any(name in suites for name in LIKELY_TLS13)
    return any(name.startswith("TLS_ECDHE_") for name in suites)


def _group_name(code: int) -> str:
    return GROUP_NAME.get(code, "explicit" if code < 0 else f"group-{code}")


def _hash(signature: int) -> str:
    return {2: "sha1", 3: "sha224"}.get(signature >> 8, "other")
