"""Mail to the domains of a site goes over a secured connection (tz-12.4).

The row decides: met when every mail server offers STARTTLS with TLS 1.2 or newer, not met
when one has no STARTTLS, not known otherwise.  Port 25 closed says nothing: it may be our
own network that blocks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.policy.judge import Judge, Observation, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.mail.evidence import (
    NOT_DIALLED,
    DaneState,
    DmarcFacts,
    HostState,
    MailDomainFacts,
    MailHost,
    MtaStsFacts,
    MxState,
    RecordState,
    SpfFacts,
)
from scanners.tls.evidence import TLS10, TLS11, TLS12, TLS13, CertificateReason

NOTE_MAX_CHARS = 600


class MailSeen(StrEnum):
    """What was seen, the most serious first; then what was not known; then sound.

    ``old_tls_only``: a server agrees on TLS 1.1 or older at best.  ``untrusted_certificate``:
    all is encrypted, but a certificate neither leads to a known authority nor stands in DANE.
    ``null_mx``: no domain of the site takes mail, and says so (RFC 7505).  ``no_mx``: no mail
    server is published.
    """

    NO_STARTTLS = "no_starttls"
    OLD_TLS_ONLY = "old_tls_only"
    PORT_CLOSED = "port_closed"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"
    NO_MX = "no_mx"
    UNTRUSTED_CERTIFICATE = "untrusted_certificate"
    SECURED = "secured"
    NULL_MX = "null_mx"


_RANK = {outcome: rank for rank, outcome in enumerate(MailSeen)}
_NEW, _OLD = (TLS13, TLS12), (TLS11, TLS10)
VALUES = ("domain", "host", "reason", "checked_at")

Domain = tuple[Evidence, MailDomainFacts]


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing to say of one domain, and of one of its mail servers ("" for the domain)."""

    outcome: MailSeen
    domain: Domain
    host: str
    text: str


def mail_transport(seen: Seen, subject: Subject) -> Observation:
    """Judge every mail server of every mail domain of the site (tz-12.4)."""
    domains = seen.all_of(ScanKind.MAIL, MailDomainFacts)
    if not domains:
        return _nothing(seen, subject)
    note = clip(" ".join(_note(facts) for _, facts in domains), NOTE_MAX_CHARS)
    hosts = [host for _, facts in domains for host in facts.hosts]
    points = [point for domain in domains for point in _points(domain, seen.at)]
    if hosts and all(host.state in NOT_DIALLED for host in hosts):
        point = next(p for p in points if p.host)
        text = "No mail server could be reached; our own network may block port 25."
        points = [_Point(MailSeen.PORT_CLOSED, point.domain, point.host, text)]
    worst = min(points, key=lambda p: _RANK[p.outcome], default=None)
    if worst is not None:
        said = f"{worst.host or worst.domain[1].domain}: {worst.text}"
        told = _values(worst.domain[1].domain, worst.host, worst.text, seen.at)
        return Observation(worst.outcome, clip(said, 300), (worst.domain[0],), told, note=note)
    outcome, said = _sound(domains, len(hosts))
    told = _values(domains[0][1].domain, "", said, seen.at)
    return Observation(outcome, said, tuple(evidence for evidence, _ in domains), told, note=note)


def _sound(domains: tuple[Domain, ...], hosts: int) -> tuple[MailSeen, str]:
    """Nothing speaks against it: secured, or no domain takes mail at all."""
    if hosts:
        counted = "1 mail server" if hosts == 1 else f"{hosts} mail servers"
        return MailSeen.SECURED, f"STARTTLS with TLS 1.2 or newer on {counted}."
    if all(facts.mx is MxState.NULL for _, facts in domains):
        return MailSeen.NULL_MX, "The domain takes no mail (null MX)."
    return MailSeen.NO_MX, "No mail server is published for the domain."


def _points(domain: Domain, at: datetime) -> Iterator[_Point]:
    facts = domain[1]
    if facts.mx is MxState.UNKNOWN:
        text = f"The mail servers are not known: {facts.mx_reason}."
        yield _Point(MailSeen.INCOMPLETE, domain, "", text)
    if facts.hosts_total > len(facts.hosts):
        text = f"Of {facts.hosts_total} mail servers {len(facts.hosts)} were looked at."
        yield _Point(MailSeen.INCOMPLETE, domain, "", text)
    for host in facts.hosts:
        outcome, text = _of_host(host, at)
        if outcome is not MailSeen.SECURED:
            yield _Point(outcome, domain, host.host, text)


def _of_host(host: MailHost, at: datetime) -> tuple[MailSeen, str]:
    if host.starttls is False:
        return MailSeen.NO_STARTTLS, "The mail server does not offer STARTTLS."
    if host.state is not HostState.SECURED:
        return MailSeen.INCOMPLETE, f"Not known: {clip(host.text, 200)}."
    if host.protocol in _OLD:
        return MailSeen.OLD_TLS_ONLY, f"The mail server agrees on {host.protocol} at best."
    if host.protocol not in _NEW:
        return MailSeen.INCOMPLETE, "Not known which version of TLS was agreed on."
    flaw = _flaw(host, at)
    if flaw and host.dane is not DaneState.MATCHES:
        return MailSeen.UNTRUSTED_CERTIFICATE, f"The certificate is not accepted ({flaw})."
    return MailSeen.SECURED, ""


def _flaw(host: MailHost, at: datetime) -> str:
    """What is wrong with the certificate at the time of judging; "" when nothing is."""
    if host.certificate is None:
        return "it cannot be read"
    if host.certificate.not_after < at:
        return "expired"
    lasting = [p for p in host.problems if p is not CertificateReason.EXPIRED]
    if lasting:
        return lasting[0].value.replace("_", " ")
    return "" if host.trusted else "untrusted"


def _nothing(seen: Seen, subject: Subject) -> Observation:
    told = _values(subject.site.host, "", "", seen.at)
    view = seen.scans.get(ScanKind.MAIL)
    if view is None:
        return Observation(MailSeen.NOT_SCANNED, "No scan has looked yet.", (), told)
    said = clip(view.reason, 200) or "The scan brought nothing to judge."
    return Observation(MailSeen.INCOMPLETE, said, (), told)


def _values(domain: str, host: str, reason: str, at: datetime) -> dict[str, str]:
    """What a member message may say, always all of it."""
    return {
        "domain": clip(domain, 253),
        "host": clip(host or domain, 253),
        "reason": clip(reason, 200),
        "checked_at": f"{at:%Y-%m-%d %H:%M} UTC",
    }


def _note(facts: MailDomainFacts) -> str:
    """SPF, DMARC and the rest of one domain in one line; none of it decides."""
    said = [_of_spf(facts.spf), _of_dmarc(facts.dmarc), _of_mta_sts(facts.mta_sts)]
    if facts.tls_rpt is RecordState.PRESENT:
        said.append("TLS-RPT present")
    dane = sorted({host.dane.value.replace("_", " ") for host in facts.hosts})
    if dane:
        said.append(f"DANE {', '.join(dane)}")
    old = {version for host in facts.hosts for version in _OLD if host.accepts.get(version)}
    if old:
        said.append(f"still accepted: {', '.join(sorted(old))}")
    names = [host.host for host in facts.hosts if host.host_matches is False]
    if names:
        said.append(f"certificate for another name: {', '.join(names[:3])}")
    return f"{facts.domain}: {'; '.join(said)}."


def _state(name: str, state: RecordState, problem: str) -> str:
    if state is RecordState.INVALID and problem:
        return f"{name} invalid ({problem})"
    return f"{name} {'not known' if state is RecordState.UNKNOWN else state.value}"


def _of_spf(spf: SpfFacts) -> str:
    if spf.state is not RecordState.PRESENT:
        return _state("SPF", spf.state, spf.problem)
    if spf.redirect:
        return f"SPF of {spf.redirect}"
    return f"SPF ends in {spf.all}all" if spf.all else "SPF without all"


def _of_dmarc(dmarc: DmarcFacts) -> str:
    if dmarc.state is not RecordState.PRESENT:
        return _state("DMARC", dmarc.state, dmarc.problem)
    share = f" for {dmarc.percent} %" if dmarc.percent < 100 else ""  # noqa: PLR2004
    return f"DMARC {dmarc.policy}{share}"


def _of_mta_sts(sts: MtaStsFacts) -> str:
    if sts.record is not RecordState.PRESENT:
        return _state("MTA-STS", sts.record, sts.problem)
    if sts.policy is not RecordState.PRESENT:
        return _state("MTA-STS policy", sts.policy, sts.problem)
    missing = " but not for every mail server" if sts.covers is False else ""
    return f"MTA-STS {sts.mode}{missing}"


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="mail.transport",
        version=1,
        kinds=(ScanKind.MAIL,),
        outcomes=MailSeen,
        run=mail_transport,
        values=VALUES,
        help="Every mail server of the site's domains offers STARTTLS with TLS 1.2 or newer.",
    ),
)
