"""What is known of the https of one own host, at all its addresses, and what is worth a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.naming import ascii_name
from monitor.policy.judge import Seen
from scanners.api import Evidence, ScanKind, clip
from scanners.tls.evidence import CertificateFacts, StapleStatus, TlsFacts
from scanners.tls.rating import EDITIONS, Edition, Level, Rating, rate

Shown = tuple[Evidence, CertificateFacts]
Configured = tuple[Evidence, TlsFacts]
NOTE_MAX_CHARS = 500


@dataclass(frozen=True, slots=True)
class Host:
    """One own host: a view of its certificate for each different sight, and configurations.

    ``certificates`` are those of the newest of both scans; ``gaps`` the addresses at which
    the scan of configurations met the host without seeing its configuration.
    """

    name: str
    certificates: tuple[Shown, ...]
    configurations: tuple[Configured, ...]
    gaps: tuple[str, ...] = ()

    @property
    def cited(self) -> tuple[Evidence, ...]:
        """Everything the judgement of this host rests on."""
        return tuple(pair[0] for pair in (*self.certificates, *self.configurations))

    @property
    def differs(self) -> bool:
        """Do its addresses show different things?"""
        return len(self.certificates) > 1 or len(self.configurations) > 1

    @property
    def end(self) -> datetime | None:
        """The earliest end of validity anywhere on the way to a root, None when none was seen."""
        ends = [e for _, f in self.certificates for e in (f.not_after, f.path_not_after) if e]
        return min(ends, default=None)

    def ratings(self, edition: Edition) -> Iterator[tuple[TlsFacts | None, Rating]]:
        """The level of each configuration, with the certificate shown at the same address."""
        for _, facts in self.configurations:
            found = (c for _, c in self.certificates if addresses(c) & addresses(facts))
            first = self.certificates[0][1] if self.certificates else None
            yield facts, rate(facts, next(found, first), edition)
        if not self.configurations:
            yield None, rate(None, None, edition)


def host_of(seen: Seen, name: str) -> Host:
    """What the newest scans saw of the own host ``name``."""
    by_scan = {
        kind: tuple(p for p in seen.all_of(kind, CertificateFacts) if _same(p[1].host, name))
        for kind in (ScanKind.CERTIFICATE, ScanKind.TLS)
        if kind in seen.asked
    }
    newest = max(by_scan.values(), key=_newest, default=())
    if ScanKind.TLS not in seen.asked:
        return Host(name, newest, ())
    configured = tuple(p for p in seen.all_of(ScanKind.TLS, TlsFacts) if _same(p[1].host, name))
    covered = {a for _, facts in configured for a in addresses(facts)}
    met = {a: None for _, facts in by_scan[ScanKind.TLS] for a in sorted(addresses(facts))}
    gaps = tuple(a for a in met if a not in covered) if covered else ()
    return Host(name, newest, configured, gaps)


def _newest(pairs: tuple[Shown, ...]) -> tuple[bool, float]:
    return (bool(pairs), max((e.seen_at.timestamp() for e, _ in pairs), default=0.0))


def addresses(facts: CertificateFacts | TlsFacts) -> frozenset[str]:
    """Where this was seen."""
    return frozenset(facts.addresses or ((facts.address,) if facts.address else ()))


def _same(seen: str, registered: str) -> bool:
    if seen == registered:
        return True
    try:
        return seen == ascii_name(registered)
    except UnicodeError:
        return False


def note_of(
    hosts: Iterable[Host], at: datetime, warn: timedelta, notice: timedelta, *, configured: bool
) -> str:
    """What decides nothing and is worth knowing: levels, an end in sight, odd addresses."""
    hosts = tuple(hosts)
    said = [_levels(hosts)] if configured else []
    for host in hosts:
        end = host.end
        if end is not None and warn < end - at <= notice:
            said.append(f"{host.name}: the certificate ends on {end:%Y-%m-%d}.")
        for _, facts in host.certificates:
            said += [f"{host.name}: {what}" for what in (*_of_staple(facts), *_of_places(facts))]
    return clip(" ".join(said), NOTE_MAX_CHARS)


_STAPLES = {
    StapleStatus.EXPIRED: "the OCSP response the server sends is over.",
    StapleStatus.INVALID: "the OCSP response the server sends is not valid.",
    StapleStatus.UNKNOWN: "the authority's OCSP response does not know the certificate.",
}


def _of_staple(facts: CertificateFacts) -> Iterator[str]:
    if facts.staple in _STAPLES:
        yield _STAPLES[facts.staple]
    leaf = facts.leaf
    if leaf is not None and leaf.must_staple and facts.staple is StapleStatus.NONE:
        yield "the certificate asks for an OCSP response, the server sends none."


def _of_places(facts: CertificateFacts) -> Iterator[str]:
    if facts.refused:
        yield f"closed at {', '.join(facts.refused)}."
    if facts.not_routed:
        yield f"not reachable from here: {', '.join(facts.not_routed)}."
    if facts.left_out:
        yield f"{facts.left_out} more addresses were not looked at."


def _levels(hosts: tuple[Host, ...]) -> str:
    """The worst NCSC level in each edition, over all hosts and addresses."""
    order = (Level.INSUFFICIENT, Level.UNKNOWN, Level.PHASE_OUT, Level.SUFFICIENT, Level.GOOD)
    said = []
    for name, edition in EDITIONS.items():
        levels = {rating.level for host in hosts for _, rating in host.ratings(edition)}
        worst = next((level for level in order if level in levels), Level.UNKNOWN)
        said.append(f"{name} {worst.value.replace('_', ' ')}")
    return f"NCSC-NL level: {'; '.join(said)}."
