"""One set of facts out of the hellos and the engine, and what the engine must be asked.  Pure.

What either saw counts, what neither did stays not known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from scanners.api import clip
from scanners.net.guard import Endpoint
from scanners.tls.addresses import Looked
from scanners.tls.certificates import read
from scanners.tls.enumerated import Enumerated
from scanners.tls.evidence import SSL2, SSL3, TLS10, TLS11, TLS12, TLS13, VERSIONS, TlsFacts
from scanners.tls.job import Command, EngineJob, EngineResult
from scanners.tls.target import Target

PROBLEMS_MAX = 12
OWN_ENGINE = "keurwacht hello 3"
_OLDER = (TLS12, TLS11, TLS10, SSL3)
_AGREED = {"TLSv1.3": TLS13, "TLSv1.2": TLS12, "TLSv1.1": TLS11, "TLSv1": TLS10}


def job_for(
    target: Target, endpoint: Endpoint, found: Enumerated, *, full: bool, deadline_s: float
) -> EngineJob:
    """The engine's job: only what no hello can answer, or everything.

    A version that was not known to be off is asked for; a test that can find nothing (RSA
    key exchange where none is taken) is not run.
    """
    version = next((v for v in _OLDER if found.protocols[v]), "")
    commands: list[Command] = []
    if version:
        commands.append(Command.CLIENT_RENEGOTIATION)
        if found.compression is None:
            commands.append(Command.COMPRESSION)
        if found.robot is None and no_rsa(found.protocols, found.suites, found.known) is None:
            commands.append(Command.ROBOT)
        if found.protocols[TLS13] is not True:
            commands += (Command.HEARTBLEED, Command.CCS_INJECTION)
    if found.protocols[TLS13] is not False and found.early_data is None:
        commands.append(Command.EARLY_DATA)
    return EngineJob(
        target.host, endpoint.port, endpoint.address, full, deadline_s,
        tuple(commands), version, tuple(found.suites.get(version, ())),
    )  # fmt: skip


def together(look: Looked, endpoint: Endpoint, found: Enumerated, engine: EngineResult) -> TlsFacts:
    """One set of facts out of both looks; what either saw counts, what neither did is None.

    What the handshake itself negotiated contradicts a refusal of that version: then the
    refusal is not known.
    """
    protocols = dict(found.protocols)
    negotiated = _AGREED.get(look.facts.protocol)
    known, doubtful = dict(found.known), found.doubtful
    if negotiated is not None and protocols[negotiated] is not True:
        protocols[negotiated], known[negotiated] = True, False
        doubtful += 1
    modern = protocols[TLS13] is True
    own = hashlib.sha256(look.chain[0]).hexdigest() if look.chain else ""
    newest_only = modern and all(protocols[v] is False for v in _OLDER)
    compression = False if newest_only else found.compression
    secure = True if newest_only else found.secure_renegotiation
    counted, none_at_all = engine.client_renegotiations is not None, 0 if newest_only else None
    leaves = tuple(
        certificate
        for digest, der in found.leaves.items()
        if digest != own and (certificate := read(der)) is not None
    )
    suites = {v: tuple(found.suites[v]) if v in found.suites else None for v in VERSIONS
              if v != SSL2}  # fmt: skip
    return TlsFacts(
        host=look.target.host,
        port=look.target.port,
        address=endpoint.address,
        protocols=protocols,
        suites={v: names if names or known.get(v) else None for v, names in suites.items()},
        suites_known={v: known.get(v, False) for v in suites},
        groups=None if found.groups is None else tuple(found.groups),
        dh_bits=None if found.dh is None else found.dh[0],
        dh_group="" if found.dh is None else found.dh[1],
        weak_signatures=None if found.weak_signatures is None else tuple(found.weak_signatures),
        # Both bugs were gone from every library years before it could speak TLS 1.3.
        heartbleed=_either(engine.heartbleed, False if modern else None),
        ccs_injection=_either(engine.ccs_injection, False if modern else None),
        robot=_robot(found, engine, no_rsa(protocols, suites, known)),
        # TLS 1.3 has neither compression nor renegotiation.
        compression=_either(engine.compression, compression),
        secure_renegotiation=_first(engine.secure_renegotiation, secure),
        client_renegotiations=engine.client_renegotiations if counted else none_at_all,
        early_data=_either(
            engine.early_data,
            _first(found.early_data, False if protocols[TLS13] is False else None),
        ),
        fallback_scsv=_first(found.fallback_scsv, engine.fallback_scsv),
        extended_master_secret=found.extended_master_secret,
        leaves=leaves,
        connections=found.connections + engine.connections,
        doubtful=doubtful,
        engines={"hello": OWN_ENGINE, "handshake": engine.engine},
        problems=tuple(clip(p, 160) for p in (*found.problems, *engine.problems))[:PROBLEMS_MAX],
        addresses=(endpoint.address,),
    )


def _robot(found: Enumerated, engine: EngineResult, none_taken: bool | None) -> bool | None:
    """Only the engine accuses; where its one suite showed nothing and ours did, nobody knows."""
    if found.oracle_like:
        return engine.robot or None
    return _either(engine.robot, _either(found.robot, none_taken))


def _first(first: bool | None, second: bool | None) -> bool | None:
    return second if first is None else first


def _either(first: bool | None, second: bool | None) -> bool | None:
    """True when either saw it, False when one saw that it is not, else not known."""
    if first or second:
        return True
    return None if first is None and second is None else False


def no_rsa(
    protocols: Mapping[str, bool | None],
    suites: Mapping[str, Sequence[str] | None],
    known: Mapping[str, bool],
) -> bool | None:
    """False when no version at all takes RSA key exchange: ROBOT has nothing to work on."""
    for version in (TLS13, *_OLDER):
        if not known.get(version) or protocols[version] is None:
            return None
        if any(name.startswith("TLS_RSA_") for name in suites.get(version) or ()):
            return None
    return False
