"""The configuration of every own host at every address: what one TLS scan gathers on its way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from scanners.api import Clock, Evidence, ScanRequest, clip
from scanners.net.guard import Endpoint
from scanners.tls.addresses import Looked
from scanners.tls.enumerated import Enumerated
from scanners.tls.enumeration import Enumeration
from scanners.tls.evidence import TlsFacts
from scanners.tls.fingerprints import fingerprint
from scanners.tls.helper import EngineError, Helper
from scanners.tls.job import EngineJob, EngineResult
from scanners.tls.join import job_for, together
from scanners.tls.probe import CertificateProbe
from scanners.tls.target import Deadline, Target, server_name

ENGINE_MAX_S = {"lean": 30.0, "full": 300.0, "fingerprint": 30.0}
# The rest of a host's time is for what its addresses then need.
FINGERPRINT_SHARE = 0.2


class Configurations:
    """Looks at one host after the other, one connection at a time.

    ``looks`` are the views of certificates, ``evidence`` what is to be kept, ``complete``
    tells whether every question got an answer, ``requests`` counts connections.
    """

    def __init__(
        self, request: ScanRequest, probe: CertificateProbe, helper: Helper, clock: Clock
    ) -> None:
        asked = request.options.get("tier")
        self.tier = asked if asked in ("full", "fingerprint") else "lean"
        known = request.options.get("fingerprints")
        self.known = frozenset(known) if isinstance(known, list | tuple | frozenset) else None
        self._probe, self._helper, self._clock = probe, helper, clock
        self.looks: list[Looked] = []
        self.evidence: list[Evidence] = []
        self.digests: dict[str, dict[str, str | None]] = {}
        self.second_opinion: dict[str, dict[str, list[str]]] = {}
        self.complete, self.requests = True, 0

    async def host(self, target: Target, deadline: Deadline) -> None:
        """Every address of one host.

        The whole look is at the first address and at those that answer the nine hellos of
        the fingerprint otherwise.
        """
        looks = list(await self._probe.look(target, deadline))
        self.requests += sum(look.facts.connections for look in looks)
        reached = [(i, e) for i, look in enumerate(looks) if look.chain for e in look.endpoints]
        prints: dict[str, str] = {}
        if len(reached) > 1 or self.tier == "fingerprint":
            for _, endpoint in reached:
                prints[endpoint.address] = await self._fingerprint(target, endpoint, deadline)
        if self.tier == "fingerprint" and self._needs_no_look(looks, prints):
            self.looks += looks
            return
        facts = await self._whole_looks(looks, reached, prints, deadline)
        self.looks += looks
        self.evidence += [certificate_evidence(look, self._clock) for look in looks]
        self.evidence += [self._tls_evidence(target, found) for found in facts]

    def _needs_no_look(self, looks: Sequence[Looked], prints: dict[str, str]) -> bool:
        """Nothing to compare with: the digests alone were asked for."""
        if self.known is None:
            self.complete = self.complete and all(prints.values())
            return True
        seen = bool(prints) and all(prints.values()) and all(look.chain for look in looks)
        return seen and self.known.issuperset(prints.values())

    async def _fingerprint(self, target: Target, endpoint: Endpoint, deadline: Deadline) -> str:
        share = Deadline(deadline.left_s * FINGERPRINT_SHARE)
        found = await fingerprint(endpoint, server_name(target.host), share)
        self.requests += found.connections
        table = self.digests.setdefault(target.host, {})
        table[endpoint.address] = found.digest or None
        return found.digest

    async def _whole_looks(
        self,
        looks: list[Looked],
        reached: Sequence[tuple[int, Endpoint]],
        prints: dict[str, str],
        deadline: Deadline,
    ) -> list[TlsFacts]:
        done: list[TlsFacts] = []
        for number, (index, endpoint) in enumerate(reached):
            printed = prints.get(endpoint.address, "")
            same = next((i for i, f in enumerate(done) if printed and f.fingerprint == printed), -1)
            if same >= 0:
                addresses = (*done[same].addresses, endpoint.address)
                done[same] = replace(done[same], addresses=addresses)
                continue
            share = Deadline(deadline.left_s / (len(reached) - number))
            facts, staple = await self._whole_look(looks[index], endpoint, share)
            done.append(replace(facts, fingerprint=printed))
            if looks[index].facts.staple is None and staple is not None:
                looks[index] = self._probe.with_staple(looks[index], staple or None)
        return done

    async def _whole_look(
        self, look: Looked, endpoint: Endpoint, deadline: Deadline
    ) -> tuple[TlsFacts, bytes | None]:
        """The facts, and the OCSP response if one was asked for (b"" when none came)."""
        # Enumeration first and on its own: limiters count connections open at once.
        questions = Deadline(deadline.left_s * 0.5)
        name = server_name(look.target.host)
        shown = look.hello if look.facts.address == endpoint.address else None
        found = await Enumeration(endpoint, name, questions, shown).run()
        limit = min(ENGINE_MAX_S[self.tier], deadline.left_s)
        job = job_for(look.target, endpoint, found, full=self.tier == "full", deadline_s=limit)
        engine = EngineResult()
        if job.full or job.commands:
            try:
                engine = await self._helper.run(job)
            except EngineError as error:
                engine = EngineResult(problems=[str(error)])
        facts = together(look, endpoint, found, engine)
        self.requests += facts.connections
        flaws = (facts.heartbleed, facts.ccs_injection, facts.robot)
        answered = not facts.doubtful and None not in flaws and _saw_anything(job, engine, found)
        self.complete = self.complete and answered
        if engine.suites:
            self.second_opinion.setdefault(look.target.host, dict(engine.suites))
        return facts, engine.staple if found.staple is None else found.staple

    def _tls_evidence(self, target: Target, facts: TlsFacts) -> Evidence:
        on = [version for version, accepted in facts.protocols.items() if accepted]
        unknown = [version for version, accepted in facts.protocols.items() if accepted is None]
        said = f"Accepts {', '.join(on) or 'nothing known'}"
        if unknown:
            said += f"; not known: {', '.join(unknown)}"
        return Evidence(facts, target.url, self._clock.now(), clip(f"{said}."))


async def with_configuration(look: Looked, deadline: Deadline) -> Looked:
    """The view with what its addresses' set-up comes to, whichever of them answer the same."""
    digests: set[str] = set()
    asked, name = 0, server_name(look.target.host)
    for number, endpoint in enumerate(look.endpoints if look.chain else ()):
        share = Deadline(deadline.left_s / (len(look.endpoints) - number))
        found = await fingerprint(endpoint, name, share)
        digests.add(found.digest)
        asked += found.connections
    known = bool(digests) and "" not in digests
    said = hashlib.sha256("/".join(sorted(digests)).encode()).hexdigest() if known else ""
    connections = look.facts.connections + asked
    return replace(look, facts=replace(look.facts, configuration=said, connections=connections))


def certificate_evidence(look: Looked, clock: Clock) -> Evidence:
    """What a view of a certificate is kept as."""
    return Evidence(look.facts, look.target.url, clock.now(), clip(look.facts.reason_text))


def _saw_anything(job: EngineJob, engine: EngineResult, found: Enumerated) -> bool:
    """An engine that hung, died or is not there leaves a scan partial, whatever else is known."""
    if not job.commands:
        return True
    # A whole handshake of ours counts like one of the engine's, when that came to its end.
    shaken = bool(engine.engine) and found.early_data is not None
    seen = (engine.heartbleed, engine.ccs_injection, engine.robot, engine.compression,
            engine.client_renegotiations, engine.early_data)  # fmt: skip
    return shaken or any(fact is not None for fact in seen)
