"""The https of every own host: certificate and configuration (tz-12.7b).

What was seen to be wrong stands, however little else is known; what is not known keeps
the rest from being called sound.  The worst address of the worst host decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.finding import Severity
from monitor.policy.conditions.numbers import fraction
from monitor.policy.conditions.tls_hosts import Host, addresses, host_of, note_of
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind, clip
from scanners.tls.evidence import (
    SSL2,
    SSL3,
    TLS10,
    TLS11,
    TLS12,
    TLS13,
    VERSIONS,
    Certificate,
    CertificateFacts,
    TlsFacts,
)
from scanners.tls.evidence import CertificateReason as Why
from scanners.tls.rating import EDITIONS, Level, Rating


class TlsSeen(StrEnum):
    """What was seen, the most serious first; then what was not known; then sound."""

    EXPIRED = "expired"
    VULNERABLE = "vulnerable"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    SELF_SIGNED = "self_signed"
    UNTRUSTED_CHAIN = "untrusted_chain"
    MISSING_INTERMEDIATE = "missing_intermediate"
    WEAK_KEY = "weak_key"
    OLD_PROTOCOL = "old_protocol"
    WEAK_SUITES = "weak_suites"
    NORM_NOT_MET = "norm_not_met"
    EXPIRES_NOW = "expires_now"
    NO_HANDSHAKE = "no_handshake"
    NOT_SCANNED = "not_scanned"
    INCOMPLETE = "incomplete"
    EXPIRES_SOON = "expires_soon"
    SOUND = "sound"


_RANK = {outcome: rank for rank, outcome in enumerate(TlsSeen)}
_OF_CERTIFICATE = {
    Why.EXPIRED: TlsSeen.EXPIRED,
    # The authority's own signed word; trust ends with it (RFC 5280 6.1.3).
    Why.REVOKED: TlsSeen.UNTRUSTED_CHAIN,
    Why.NOT_YET_VALID: TlsSeen.NOT_YET_VALID,
    Why.SELF_SIGNED: TlsSeen.SELF_SIGNED,
    Why.DISTRUSTED: TlsSeen.UNTRUSTED_CHAIN,
    Why.UNTRUSTED_ROOT: TlsSeen.UNTRUSTED_CHAIN,
    Why.CHAIN_EXPIRED: TlsSeen.UNTRUSTED_CHAIN,
    Why.INVALID_CHAIN: TlsSeen.UNTRUSTED_CHAIN,
    Why.MISSING_INTERMEDIATE: TlsSeen.MISSING_INTERMEDIATE,
    Why.WRONG_HOST: TlsSeen.WRONG_HOST,
}
_OLD = (SSL2, SSL3, TLS10, TLS11)
_OLD_AS_NEGOTIATED = {"SSLv3": SSL3, "TLSv1": TLS10, "TLSv1.1": TLS11}
# tz-12.7b names RC4, 3DES, NULL and EXPORT; single DES is weaker than 3DES, and a suite
# without a certificate (anon) protects from nobody.
_WEAK = ("_RC4_", "_3DES_", "_NULL_", "_EXPORT_", "_DES_", "_DES40_", "_RC2_", "_anon_")
RSA_MIN_BITS, EC_MIN_BITS = 2048, 256
VALUES = ("host", "not_after", "days_left", "reason")


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing to say of one host, ``at`` one of its addresses when they differ."""

    outcome: TlsSeen
    host: Host
    text: str
    at: str = ""

    @property
    def said(self) -> str:
        where = f"{self.host.name} at {self.at}" if self.at else self.host.name
        return clip(f"{where}: {self.text}", 300)


@dataclass(frozen=True, slots=True)
class _Terms:
    """The parameters in force."""

    notice: timedelta
    warn: timedelta
    not_met: timedelta
    norm: str
    not_met_at: frozenset[Level]


def tls_configuration(seen: Seen, subject: Subject) -> Observation:
    """Judge certificate and configuration of every own host at ``seen.at`` (tz-12.7b).

    When only certificates were asked for, they alone are judged and the summary says so.
    """
    terms = _terms(subject)
    hosts = [host_of(seen, name) for name in subject.site.all_hosts]
    configured = ScanKind.TLS in seen.asked
    if not any(host.cited for host in hosts):
        return _nothing(seen, hosts)
    points = [p for host in hosts for p in _points(host, seen.at, terms, configured=configured)]
    worst = min(points, key=lambda p: _RANK[p.outcome], default=None)
    note = note_of(hosts, seen.at, terms.warn, terms.notice, configured=configured)
    if worst is None:
        what = "the certificate" if not configured else "certificate and configuration"
        said = f"Of {len(hosts)} host{'s' if len(hosts) != 1 else ''}, {what} are in order."
        said = said.replace("the certificate are", "the certificate is")
        first = min(hosts, key=lambda h: h.end or datetime.max.replace(tzinfo=seen.at.tzinfo))
        cited = tuple(e for host in hosts for e in host.cited)
        told = _values(first, seen.at, "")
        return Observation(TlsSeen.SOUND, _limit(said, configured), cited, told, note=note)
    severity, remedy = _weight(worst.outcome)
    return Observation(
        worst.outcome,
        _limit(worst.said, configured),
        worst.host.cited,
        _values(worst.host, seen.at, f"{worst.text} ({worst.at})" if worst.at else worst.text),
        severity,
        remedy,
        note,
    )


def _limit(said: str, configured: bool) -> str:
    return said if configured else f"{said} (Only the certificate was looked at.)"


def _terms(subject: Subject) -> _Terms:
    params = subject.params
    strict = params.get("tls_not_met_at") == "phase_out"
    bad = {Level.INSUFFICIENT, *((Level.PHASE_OUT,) if strict else ())}
    return _Terms(
        notice=timedelta(days=fraction(params, "certificate_notice_days", 30)),
        warn=timedelta(days=fraction(params, "certificate_warn_days", 14)),
        not_met=timedelta(days=fraction(params, "certificate_not_met_days", 5)),
        norm=str(params.get("tls_norm", "list")),
        not_met_at=frozenset(bad),
    )


def _points(host: Host, at: datetime, terms: _Terms, *, configured: bool) -> Iterator[_Point]:
    if not host.certificates:
        yield _Point(TlsSeen.NOT_SCANNED, host, "The certificate was not looked at.")
    seen = any(facts.leaf is not None for _, facts in host.certificates)
    for _, facts in host.certificates:
        where = _where(host, facts)
        if facts.leaf is None or facts.not_after is None:
            # Elsewhere the host was seen: what is here stays open.
            outcome = TlsSeen.INCOMPLETE if seen else TlsSeen.NO_HANDSHAKE
            yield _Point(outcome, host, facts.reason_text, where)
        else:
            yield from _of_certificate(host, facts, at, terms)
    if not configured:
        return
    if not host.configurations:
        yield _Point(TlsSeen.INCOMPLETE, host, "The configuration has not been looked at.")
        return
    for gap in host.gaps:
        yield _Point(TlsSeen.INCOMPLETE, host, "The configuration was not seen here.", gap)
    for _, found in host.configurations:
        yield from _of_configuration(host, found, terms)


def _where(host: Host, facts: CertificateFacts | TlsFacts) -> str:
    return ", ".join(sorted(addresses(facts))[:3]) if host.differs else ""


def _of_certificate(
    host: Host, facts: CertificateFacts, at: datetime, terms: _Terms
) -> Iterator[_Point]:
    where = _where(host, facts)
    for problem in facts.problems:
        outcome = _OF_CERTIFICATE.get(problem)
        # Dates are judged below, at the time of judging: evidence may be a day old.
        if outcome is not None and problem not in (Why.EXPIRED, Why.NOT_YET_VALID):
            yield _Point(outcome, host, _said_of(problem, facts), where)
    for leaf in facts.chain[:1]:
        yield from _of_dates(host, facts, leaf, at, terms)
    if facts.trusted is None or facts.host_matches is None:
        said = "Trust or host name could not be checked."
        yield _Point(TlsSeen.INCOMPLETE, host, said, where)
    old = _OLD_AS_NEGOTIATED.get(facts.protocol)
    if old is not None:
        said = f"The server agrees on {old} at best."
        yield _Point(TlsSeen.OLD_PROTOCOL, host, said, where)
    yield from _of_keys(host, facts.chain, where)


def _said_of(problem: Why, facts: CertificateFacts) -> str:
    if problem is facts.reason:
        return facts.reason_text
    leaf = facts.leaf
    if problem is Why.WRONG_HOST and leaf is not None:
        return f"The certificate is for {', '.join(leaf.names[:5]) or 'no host'}."
    return f"The certificate is not in order ({problem.value.replace('_', ' ')})."


def _of_dates(
    host: Host, facts: CertificateFacts, leaf: Certificate, at: datetime, terms: _Terms
) -> Iterator[_Point]:
    where = _where(host, facts)
    if at < leaf.not_before:
        said = f"The certificate begins {_day(leaf.not_before)}"
        yield _Point(TlsSeen.NOT_YET_VALID, host, said, where)
    end = min(leaf.not_after, facts.path_not_after or leaf.not_after)
    left = end - at
    whose = "certificate" if end == leaf.not_after else "certificate of its authority"
    if left < timedelta(0):
        yield _Point(TlsSeen.EXPIRED, host, f"The {whose} expired on {_day(end)}", where)
    elif left <= terms.not_met:
        yield _Point(TlsSeen.EXPIRES_NOW, host, f"The {whose} expires on {_day(end)}", where)
    elif left <= terms.warn:
        yield _Point(TlsSeen.EXPIRES_SOON, host, f"The {whose} expires on {_day(end)}", where)
    elif facts.path_not_after is None and facts.trusted:
        yield _Point(TlsSeen.INCOMPLETE, host, "The end of the chain is not known.", where)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC."


def _of_keys(host: Host, chain: Iterable[Certificate], where: str) -> Iterator[_Point]:
    for index, found in enumerate(chain):
        if found.self_signed and index:
            continue
        bits = found.key_bits
        weak = (
            (found.key_type == "RSA" and bits < RSA_MIN_BITS)
            or (found.key_type == "EC" and bits < EC_MIN_BITS)
            or found.key_type == "DSA"
        )
        if weak:
            said = f"The key of {found.subject} is too weak ({found.key_type}, {bits} bits)."
            yield _Point(TlsSeen.WEAK_KEY, host, said, where)
        elif found.key_type == "unknown":
            said = f"The kind of key of {found.subject} is odd."
            yield _Point(TlsSeen.INCOMPLETE, host, said, where)


def _of_configuration(host: Host, facts: TlsFacts, terms: _Terms) -> Iterator[_Point]:
    where = _where(host, facts)
    flaws = {"Heartbleed": facts.heartbleed, "CCS injection": facts.ccs_injection,
             "ROBOT": facts.robot}  # fmt: skip
    hit = [name for name, found in flaws.items() if found]
    if hit:
        said = f"The server has the flaw {', '.join(hit)}."
        yield _Point(TlsSeen.VULNERABLE, host, said, where)
    yield from _of_keys(host, facts.leaves, where)
    if terms.norm in EDITIONS:
        ratings = host.ratings(EDITIONS[terms.norm])
        yield from _of_norm(host, next(r for f, r in ratings if f is facts), terms, where)
    else:
        yield from _of_list(host, facts, where)
    unknown = [name for name, found in flaws.items() if found is None]
    if unknown:
        said = f"Not known whether the server has {', '.join(unknown)}."
        yield _Point(TlsSeen.INCOMPLETE, host, said, where)


def _of_norm(host: Host, rating: Rating, terms: _Terms, where: str) -> Iterator[_Point]:
    bad = [item for item in rating.items if item.level in terms.not_met_at]
    if bad:
        named = ", ".join(f"{item.what} {item.name} ({item.paragraph})" for item in bad[:4])
        said = f"Below {rating.edition}: {clip(named, 200)}."
        yield _Point(TlsSeen.NORM_NOT_MET, host, said, where)
    elif rating.level is Level.UNKNOWN:
        said = f"Not everything {rating.edition} asks is known."
        yield _Point(TlsSeen.INCOMPLETE, host, said, where)


def _of_list(host: Host, facts: TlsFacts, where: str) -> Iterator[_Point]:
    old = [version for version in _OLD if facts.protocols.get(version)]
    if old:
        said = f"The server still accepts {', '.join(old)}."
        yield _Point(TlsSeen.OLD_PROTOCOL, host, said, where)
    offered = {name: None for names in facts.suites.values() for name in names or ()}
    weak = [name for name in offered if any(word in f"{name}_" for word in _WEAK)]
    if weak:
        said = f"The server accepts weak encryption: {', '.join(weak[:4])}."
        yield _Point(TlsSeen.WEAK_SUITES, host, said, where)
    open_versions = [version for version in VERSIONS if facts.protocols.get(version) is None]
    modern = facts.protocols.get(TLS12) or facts.protocols.get(TLS13)
    incomplete = any(
        not facts.suites_known.get(version, False) for version in VERSIONS if version != SSL2
    )
    if open_versions or incomplete or not modern:
        what = ", ".join(open_versions) or "the list of suites"
        yield _Point(TlsSeen.INCOMPLETE, host, f"No clear answer about {what}.", where)


def _nothing(seen: Seen, hosts: list[Host]) -> Observation:
    kinds = [kind for kind in (ScanKind.CERTIFICATE, ScanKind.TLS) if kind in seen.scans]
    reasons = [seen.scans[kind].reason for kind in kinds if seen.scans[kind].reason]
    told = _values(hosts[0], seen.at, "") if hosts else {}
    if not kinds:
        return Observation(TlsSeen.NOT_SCANNED, "No scan has looked yet.", (), told)
    said = clip(reasons[0], 200) if reasons else "The scan brought nothing to judge."
    return Observation(TlsSeen.NO_HANDSHAKE, said, (), told)


def _weight(outcome: TlsSeen) -> tuple[Severity | None, str | None]:
    if outcome is TlsSeen.EXPIRED:
        return Severity.CRITICAL, "R2S"
    if _RANK[outcome] <= _RANK[TlsSeen.EXPIRES_NOW]:
        return Severity.HIGH, "R7S"
    return None, None


def _values(host: Host, at: datetime, reason: str) -> dict[str, str]:
    """What a member message may say; whole days, rounded down, never below zero."""
    end = host.end
    return {
        "host": host.name,
        "not_after": f"{end:%Y-%m-%d}" if end is not None else "",
        "days_left": str(max(0, (end - at).days)) if end is not None else "",
        "reason": clip(reason, 200),
    }


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="tls.configuration",
        version=1,
        kinds=(ScanKind.CERTIFICATE, ScanKind.TLS),
        outcomes=TlsSeen,
        run=tls_configuration,
        params={
            "certificate_notice_days": Param("int", 30, "days left at which a note says so"),
            "certificate_warn_days": Param("int", 14, "days left at which a note begins"),
            "certificate_not_met_days": Param("int", 5, "days left at which it is a breach"),
            "tls_norm": Param("str", "list", "what decides: list, ncsc-2025-05 or ncsc-2.1"),
            "tls_not_met_at": Param("str", "insufficient", "insufficient or phase_out"),
        },
        values=VALUES,
        help="Certificate and TLS configuration of every own host are in order.",
    ),
)
