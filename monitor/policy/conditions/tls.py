"""Is the https connection technically sound (tz-12.7b, with expiry in stages)?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.tls.evidence import (
    CertificateFacts,
    CertificateSeen,
    ChainReason,
    HostCertificate,
    TlsFacts,
)

RSA_MIN_BITS = 2048
EC_MIN_BITS = 256
OLD = ("SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1")
GOOD = ("TLS 1.2", "TLS 1.3")
FATAL_WEAKNESSES = ("heartbleed", "ccs_injection", "robot")
_WEAK_WORDS = ("RC4", "3DES", "_DES_", "DES40", "NULL", "EXPORT", "anon", "RC2", "_MD5")


class Configuration(StrEnum):
    """Outcomes of ``tls.configuration``, most serious first."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    SELF_SIGNED = "self_signed"
    MISSING_INTERMEDIATE = "missing_intermediate"
    UNTRUSTED_CHAIN = "untrusted_chain"
    VULNERABLE = "vulnerable"
    EXPIRES_NOW = "expires_now"
    OLD_PROTOCOL = "old_protocol"
    WEAK_SUITES = "weak_suites"
    WEAK_KEY = "weak_key"
    NORM_NOT_MET = "norm_not_met"
    NO_HANDSHAKE = "no_handshake"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"
    EXPIRES_SOON = "expires_soon"
    SOUND = "sound"


_CHAIN = {
    ChainReason.EXPIRED: Configuration.EXPIRED,
    ChainReason.NOT_YET_VALID: Configuration.NOT_YET_VALID,
    ChainReason.WRONG_HOST: Configuration.WRONG_HOST,
    ChainReason.SELF_SIGNED: Configuration.SELF_SIGNED,
    ChainReason.MISSING_INTERMEDIATE: Configuration.MISSING_INTERMEDIATE,
    ChainReason.UNTRUSTED_ROOT: Configuration.UNTRUSTED_CHAIN,
    ChainReason.NO_HANDSHAKE: Configuration.NO_HANDSHAKE,
}


@dataclass(frozen=True, slots=True)
class _Remark:
    """One thing seen on one host."""

    outcome: Configuration
    host: str
    text: str
    evidence: Evidence | None
    not_after: datetime | None = None


def configuration(seen: Seen, subject: Subject) -> Observation:
    """The worst remark over all own hosts decides; nothing unknown is ever sound.

    Certificates come from the newest look of either kind; protocols, suites and
    weaknesses from the tls scan.  Without it being asked for (``--only
    certificate``) the certificate alone is judged, and the summary says so.
    """
    remarks = [*_certificate_remarks(seen, subject), *_tls_remarks(seen)]
    order = list(Configuration)
    worst = min(remarks, key=lambda r: order.index(r.outcome), default=None)
    certificates = _certificates(seen)
    first = next(iter(certificates.values()), None)
    if worst is None:
        worst = _Remark(
            Configuration.SOUND, subject.site.host, "everything looked at is sound", None
        )
    cited = worst.evidence or (None if first is None else first[0])
    ends = worst.not_after or (None if first is None else first[1].not_after)
    same = [r for r in remarks if r.outcome is worst.outcome and r is not worst]
    more = f" (and {len(same)} more like it)" if same else ""
    only = "" if ScanKind.TLS in seen.asked else " Only the certificate was looked at."
    return Observation(
        outcome=worst.outcome,
        summary=clip(f"{worst.host}: {worst.text}{more}.{only}"),
        cited=() if cited is None else (cited,),
        values=_values(worst, ends, seen.at),
        note=_notes(seen, certificates),
    )


def _certificates(seen: Seen) -> Mapping[str, tuple[Evidence, HostCertificate]]:
    """The newest certificate per host from either kind of scan."""
    found: dict[str, tuple[Evidence, HostCertificate]] = {}
    rows: list[tuple[Evidence, HostCertificate]] = []
    for evidence, tls in seen.all_of(ScanKind.TLS, TlsFacts):
        rows.append((evidence, tls.certificate))
    for evidence, facts in seen.all_of(ScanKind.CERTIFICATE, CertificateFacts):
        rows.extend((evidence, host) for host in facts.hosts)
    for evidence, host in rows:
        known = found.get(host.host)
        if known is None or evidence.seen_at >= known[0].seen_at:
            found[host.host] = (evidence, host)
    return found


def _certificate_remarks(seen: Seen, subject: Subject) -> Iterator[_Remark]:
    certificates = _certificates(seen)
    kinds = {ScanKind.CERTIFICATE, ScanKind.TLS} & set(seen.asked)
    ran = [kind for kind in kinds if kind in seen.scans]
    if not certificates:
        outcome = Configuration.NO_HANDSHAKE if ran else Configuration.NOT_SCANNED
        reason = next((seen.scans[k].reason for k in ran if seen.scans[k].reason), "")
        text = f"no certificate could be read: {clip(reason, 200)}" if ran else "not looked at yet"
        yield _Remark(outcome, subject.site.host, text, None)
        return
    for evidence, host in certificates.values():
        yield from _host_remarks(evidence, host, seen.at, subject.params)


def _host_remarks(
    evidence: Evidence, host: HostCertificate, at: datetime, params: Mapping[str, object]
) -> Iterator[_Remark]:
    if not host.chain:
        text = f"no certificate could be read: {clip(host.error, 200)}"
        yield _Remark(Configuration.NO_HANDSHAKE, host.host, text, evidence)
        return
    leaf = host.chain[0]
    outcome = _CHAIN.get(host.reason)
    # Stored evidence grows old: whether it has expired is decided now.
    if at >= leaf.not_after:
        outcome = Configuration.EXPIRED
    if outcome is not None:
        text = f"{host.text.rstrip('.')}, valid until {leaf.not_after.date()}"
        if outcome is Configuration.EXPIRED:
            text = f"the certificate expired on {leaf.not_after.date()}"
        yield _Remark(outcome, host.host, text, evidence, leaf.not_after)
    else:
        yield from _expiry(evidence, host.host, leaf, at, params)
    yield from _keys(evidence, host)


def _expiry(
    evidence: Evidence,
    host: str,
    leaf: CertificateSeen,
    at: datetime,
    params: Mapping[str, object],
) -> Iterator[_Remark]:
    left = leaf.not_after - at
    text = f"the certificate ends on {leaf.not_after.date()}, in {_days(left)} days"
    if left <= _limit(params, "certificate_not_met_days", 5):
        yield _Remark(Configuration.EXPIRES_NOW, host, text, evidence, leaf.not_after)
    elif left <= _limit(params, "certificate_warn_days", 14):
        yield _Remark(Configuration.EXPIRES_SOON, host, text, evidence, leaf.not_after)


def _keys(evidence: Evidence, host: HostCertificate) -> Iterator[_Remark]:
    """Key sizes of what was received; a root among it is the reader's own business."""
    for certificate in host.chain:
        if certificate.self_signed and certificate.is_ca:
            continue
        small = (certificate.key == "rsa" and certificate.bits < RSA_MIN_BITS) or (
            certificate.key == "ec" and certificate.bits < EC_MIN_BITS
        )
        if small:
            text = f"a key of only {certificate.bits} bits ({certificate.key})"
            yield _Remark(Configuration.WEAK_KEY, host.host, text, evidence)
        if certificate.signature_hash in ("sha1", "md5"):
            text = f"a certificate signed with {certificate.signature_hash}"
            yield _Remark(Configuration.WEAK_KEY, host.host, text, evidence)


def _tls_remarks(seen: Seen) -> Iterator[_Remark]:
    if ScanKind.TLS not in seen.asked:
        return
    rows = seen.all_of(ScanKind.TLS, TlsFacts)
    view = seen.scans.get(ScanKind.TLS)
    if view is None:
        yield _Remark(Configuration.NOT_SCANNED, "tls", "protocols were not looked at yet", None)
        return
    if not rows:
        text = f"protocols could not be looked at: {view.outcome.value} {clip(view.reason, 200)}"
        yield _Remark(Configuration.INCOMPLETE, "tls", text.strip(), None)
    for evidence, facts in rows:
        yield from _facts_remarks(evidence, facts)


def _facts_remarks(evidence: Evidence, facts: TlsFacts) -> Iterator[_Remark]:
    host = facts.host
    old = [name for name in OLD if facts.protocols.get(name)]
    if old:
        text = f"old protocol versions are on: {', '.join(old)}"
        yield _Remark(Configuration.OLD_PROTOCOL, host, text, evidence)
    states = [facts.protocols.get(name) for name in GOOD]
    if all(state is False for state in states):
        text = "neither TLS 1.2 nor TLS 1.3 is offered"
        yield _Remark(Configuration.OLD_PROTOCOL, host, text, evidence)
    weak = sorted({s for suites in facts.suites.values() for s in suites or () if _weak(s)})
    if weak:
        text = f"weak cipher suites are accepted: {', '.join(weak[:3])}"
        yield _Remark(Configuration.WEAK_SUITES, host, text, evidence)
    found = [word for word in FATAL_WEAKNESSES if facts.weaknesses.get(word)]
    if found:
        yield _Remark(Configuration.VULNERABLE, host, f"vulnerable to {', '.join(found)}", evidence)
    unknown = _open_questions(facts)
    if unknown:
        text = f"not known: {', '.join(unknown[:6])}"
        yield _Remark(Configuration.INCOMPLETE, host, text, evidence)


def _open_questions(facts: TlsFacts) -> list[str]:
    """Everything the verdict needs and the scan could not tell."""
    protocols = [name for name in (*OLD[1:], *GOOD) if facts.protocols.get(name) is None]
    suites = [f"suites of {name}" for name, found in facts.suites.items() if found is None]
    words = [word for word in FATAL_WEAKNESSES if facts.weaknesses.get(word) is None]
    return [*protocols, *suites, *words]


def _weak(suite: str) -> bool:
    return any(word in suite for word in _WEAK_WORDS)


def _notes(seen: Seen, certificates: Mapping[str, tuple[Evidence, HostCertificate]]) -> str:
    """Facts beside the verdict that a reader will want."""
    said = []
    for _, facts in seen.all_of(ScanKind.TLS, TlsFacts):
        on = [name for name, taken in facts.protocols.items() if taken]
        said.append(f"{facts.host}: {', '.join(on)}; {facts.connections} connections")
    for _, host in certificates.values():
        if host.not_after is not None and not said:
            said.append(f"{host.host}: valid until {host.not_after.date()}")
    return clip("; ".join(said), 300)


def _limit(params: Mapping[str, object], name: str, default: int) -> timedelta:
    value = params.get(name, default)
    return timedelta(days=value if isinstance(value, int | float) else default)


def _days(left: timedelta) -> int:
    return max(left // timedelta(days=1), 0)


def _values(worst: _Remark, ends: datetime | None, at: datetime) -> dict[str, str]:
    return {
        "host": worst.host,
        "reason": f"{worst.text}.",
        "not_after": "-" if ends is None else ends.date().isoformat(),
        "days_left": "-" if ends is None else str(_days(ends - at)),
    }


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="tls.configuration",
        version=1,
        kinds=(ScanKind.CERTIFICATE, ScanKind.TLS),
        outcomes=Configuration,
        run=configuration,
        params={
            "certificate_warn_days": Param("int", 14, "days left at which advice is given"),
            "certificate_not_met_days": Param("int", 5, "days left at which it is a breach"),
        },
        values=("host", "reason", "not_after", "days_left"),
        help="Certificate, protocol versions, suites, keys and known weaknesses of https.",
    ),
)
