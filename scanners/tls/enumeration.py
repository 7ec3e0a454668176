"""Which versions, suites and groups a server accepts, asked one ClientHello at a time.

Offer everything, drop what was chosen, repeat until the server says no.  What was
refused counts only when, after all, the server still answers what it answered before:
else a limiter, not the configuration, said no.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from scanners.net.guard import Endpoint
from scanners.tls.certificates import read
from scanners.tls.dialogue import Dialogue, GaveUpError, agreed
from scanners.tls.enumerated import Enumerated
from scanners.tls.evidence import SSL2, SSL3, TLS10, TLS11, TLS12, TLS13
from scanners.tls.groups import Rotation, dh_group
from scanners.tls.hello import EMS, RENEGOTIATION_INFO, WEAK_SIGNATURES, Learnt, Reply
from scanners.tls.robot import finish_robot
from scanners.tls.suites import (
    CHUNK,
    CHUNK_NEWER,
    CODE,
    COMMON,
    CURVES,
    GROUP_NAME,
    HYBRIDS,
    LIKELY_GROUPS,
    LIKELY_TLS13,
    TLS13_GROUPS,
    WEAK_CURVES,
    Offer,
    offer_of,
)
from scanners.tls.target import Deadline

SUITES_MAX = 200
PROTOCOL_VERSION = 70
# A limiter that turns away every second or third visitor does not let three in a row pass.
CONTROLS = 3
_BELOW_13 = (*CURVES, *WEAK_CURVES)
_ECDHE = frozenset(name for name in CODE if name.startswith("TLS_ECDHE_"))


class Enumeration:
    """Questions to one server, one connection at a time.

    ``shown`` is what the server answered to a hello of TLS 1.2 with the suites of ``COMMON``.
    """

    def __init__(
        self, endpoint: Endpoint, sni: str, deadline: Deadline, shown: Learnt | None = None
    ) -> None:
        self.found = Enumerated()
        self._talk = Dialogue(endpoint, sni, deadline)
        self._long_lists = True
        # Every curve below TLS 1.3 was asked for; every group of 1.3 was listed by the server.
        self._curves_over = self._listed = False
        if shown is not None and shown.suite in COMMON and agreed(shown, TLS12):
            self.found.protocols[TLS12] = True
            self.found.suites[TLS12] = [shown.suite]
            self._learn(TLS12, shown)
            # It comes up again: only groups that nothing showed yet make a hello teach two things.
            self.found.groups = None

    async def run(self) -> Enumerated:
        """Ask everything that fits in the deadline; what does not stays None."""
        found = self.found
        try:
            for version in (TLS13, TLS12, TLS11, TLS10, SSL3):
                await self._version(version)
            found.protocols[SSL2] = await self._talk.ask_ssl2()
            await self._fallback()
            await self._older_groups()
            # What is mostly granted stands last: it shows that refusals were meant.
            await self._signatures()
            await self._newest()
            await self._newest_groups()
            found.robot, found.oracle_like = await finish_robot(self._talk, found.suites)
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
        shown = len(accepted)
        rest = offer_of(version)
        for name in accepted:
            rest.pop(name, None)
        while rest:
            left, rest = _split(rest, self._chunk())
            if not await self._part(version, left, rotation):
                return
            if len(left) > CHUNK_NEWER and len(accepted) == shown:
                # Refused for its length, perhaps: once more in parts that everybody reads.
                self._long_lists = False
                rest = left | rest
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

    async def _part(self, version: str, left: Offer, rotation: Rotation) -> bool:
        """Ask for some suites until the server says no; False: the version needs no more."""
        found, accepted = self.found, self.found.suites[version]
        began = len(accepted)
        while left and len(accepted) < SUITES_MAX:
            if suites := self._at_stake(version, accepted[began:], left):
                await self._curves_beside(version, suites, left)
                continue
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
            self._accept(version, answer, left)
            rotation.saw(None if answer.group is None else _group_name(answer.group))
        return True

    def _accept(self, version: str, answer: Learnt, left: Offer) -> None:
        chosen = answer.suite or ""
        if left.pop(chosen, None) is not None:
            self.found.suites[version].append(chosen)
        self.found.protocols[version] = True
        self._learn(version, answer)

    def _at_stake(self, version: str, chosen: Sequence[str], left: Collection[str]) -> list[str]:
        """The suites to offer, with curves not seen alone, before those that are left.

        The server preferred them to all of ``left`` (``chosen`` is what it took while that
        stood beside it): when it now takes something without a curve, it has none of these.
        Empty when an answer would not show that.
        """
        if self._curves_over or version not in self._older()[:1] or not chosen:
            return []
        signers = {_signer(name) for name in chosen if _is_ecdhe(name)}
        suites = [name for name in self.found.suites[version] if _is_ecdhe(name)]
        if _is_ecdhe(chosen[-1]) or not signers.issuperset(map(_signer, suites)):
            return []
        return suites if signers and not _ECDHE.issuperset(left) else []

    async def _curves_beside(self, version: str, suites: list[str], left: Offer) -> None:
        """One question about curves that shows a further suite when there is no such curve."""
        self._curves_over = True
        kept = self._own_curves()
        curves = self._open_curves(kept)
        if not curves:
            return
        answer = await self._talk.ask(version, (*suites, *left), (*curves, *kept))
        if answer is None or not agreed(answer, version):
            return
        self._accept(version, answer, left)
        self._curves_over = answer.group is None or _group_name(answer.group) not in curves

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

    async def _newest(self) -> None:
        """A handshake in TLS 1.3: early data, the OCSP response, and often a list of groups."""
        found = self.found
        if not found.protocols[TLS13]:
            return
        said = await self._talk.shake_newest()
        found.early_data, found.staple = said.early_data, said.staple
        if said.done and said.groups:
            self._listed = True
            known = found.groups or []
            found.groups = [*known, *(name for name in said.groups if name not in known)]

    async def _newest_groups(self) -> None:
        """What TLS 1.3 takes beyond the groups that were seen already."""
        found = self.found
        if not found.protocols[TLS13] or not found.suites[TLS13]:
            return
        left = [name for name in TLS13_GROUPS if name not in (found.groups or ())]
        if self._listed:
            # They are the best there are: a server that has them and does not list them loses
            # by it, and nobody else.
            left = [name for name in left if name not in HYBRIDS]
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
        suites = [name for name in suites if _is_ecdhe(name)]
        if not suites or self._curves_over:
            return
        # An ECDSA server needs the curve of its certificate offered: it stays, and stands last.
        kept = self._own_curves()
        left = self._open_curves(kept)
        while await self._take_group(older[0], suites, left, kept):
            pass

    def _open_curves(self, kept: Sequence[str]) -> list[str]:
        passed_over = {*kept, *(self.found.groups or ())}
        if self.found.protocols[TLS13]:
            passed_over |= set(TLS13_GROUPS)
        return [name for name in (*WEAK_CURVES, *reversed(CURVES)) if name not in passed_over]

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


def _split(suites: Offer, size: int) -> tuple[Offer, Offer]:
    """The first ``size`` ones, and those behind them."""
    if len(suites) <= size:
        return suites, {}
    every = list(suites.items())
    return dict(every[:size]), dict(every[size:])


def _rotation(version: str, seen: Collection[str]) -> Rotation:
    if version == TLS13:
        return Rotation(TLS13_GROUPS, LIKELY_GROUPS, seen)
    likely = tuple(name for name in LIKELY_GROUPS if name in CURVES)
    return Rotation(_BELOW_13, likely, seen)


def _shows_groups(version: str, suites: Collection[str]) -> bool:
    """Is one of these suites likely to be taken, and shows a group then?"""
    likely = LIKELY_TLS13 if version == TLS13 else _ECDHE
    return not likely.isdisjoint(suites)


def _is_ecdhe(name: str) -> bool:
    return name in _ECDHE


def _signer(name: str) -> str:
    """Who signs an ephemeral key: ``TLS_ECDHE_RSA``."""
    return name.partition("_WITH_")[0]


def _group_name(code: int) -> str:
    return GROUP_NAME.get(code, "explicit" if code < 0 else f"group-{code}")


def _hash(signature: int) -> str:
    return {2: "sha1", 3: "sha224"}.get(signature >> 8, "other")
