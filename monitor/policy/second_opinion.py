"""Our view of a host's cipher suites beside that of SSLyze.  Pure.

Either may be blind: a difference is a reason to look closer, never a breach by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from scanners.api import ScanOutcome, ScanResult
from scanners.tls.evidence import VERSIONS, TlsFacts


@dataclass(frozen=True, slots=True)
class VersionOpinions:
    """What both say of one version.

    ``ours`` is None when the list is not known in full, ``theirs`` when SSLyze did not
    answer; what only one saw is empty then.  ``agrees`` is None when one of them is not
    known.  Of SSL 2.0 our look lists no suites: there ``ours`` is None when it is on, and
    ``agrees`` tells whether both see it on.
    """

    version: str
    ours: tuple[str, ...] | None
    theirs: tuple[str, ...] | None
    both: tuple[str, ...]
    only_ours: tuple[str, ...]
    only_theirs: tuple[str, ...]
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both views of one host at one address, by version, oldest first."""

    host: str
    address: str
    versions: tuple[VersionOpinions, ...]

    @property
    def agrees(self) -> bool | None:
        """False when some version differs, None when none does but one is not known."""
        return _all(v.agrees for v in self.versions)


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """One full look: how it ended (``reason`` in words) and both views of every host."""

    outcome: ScanOutcome
    reason: str
    hosts: tuple[Comparison, ...]

    @property
    def agrees(self) -> bool | None:
        """False when some host differs, None when not everything could be seen."""
        whole = self.outcome is ScanOutcome.COMPLETE and bool(self.hosts)
        return _all((True if whole else None, *(h.agrees for h in self.hosts)))


def second_opinion(result: ScanResult) -> SecondOpinion:
    """Both views out of one TLS scan of the tier ``full``.

    SSLyze's view is kept once per host.  Where addresses of a host differ it stands
    beside the first of them, and only when nothing failed there: else it may be of
    another, and is beside none.
    """
    kept: object = result.detail.get("second_opinion", {})
    theirs = msgspec.convert(kept, dict[str, dict[str, tuple[str, ...]]])
    views = [e.facts for e in result.evidence if isinstance(e.facts, TlsFacts)]
    hosts = tuple(
        compare(facts, theirs.get(facts.host) if _theirs_is_of(facts, views) else None)
        for facts in views
    )
    return SecondOpinion(result.outcome, str(result.detail.get("reason", "")), hosts)


def compare(facts: TlsFacts, theirs: Mapping[str, Sequence[str]] | None) -> Comparison:
    """``facts`` beside the suites SSLyze saw, by version; None when it saw nothing."""
    versions = tuple(_version(facts, v, (theirs or {}).get(v)) for v in VERSIONS)
    return Comparison(facts.host, facts.address, versions)


def _version(facts: TlsFacts, version: str, seen: Sequence[str] | None) -> VersionOpinions:
    listed = version in facts.suites
    accepted = facts.protocols.get(version)
    if listed:
        ours = facts.suites[version] if facts.suites_known.get(version) else None
    else:
        ours = () if accepted is False else None
    theirs = None if seen is None else tuple(seen)
    if ours is None or theirs is None:
        on = None if listed or theirs is None or accepted is None else bool(theirs)
        return VersionOpinions(version, ours, theirs, (), (), (), on)
    both = tuple(name for name in ours if name in theirs)
    only_ours = tuple(name for name in ours if name not in theirs)
    only_theirs = tuple(name for name in theirs if name not in ours)
    agrees = not only_ours and not only_theirs
    return VersionOpinions(version, ours, theirs, both, only_ours, only_theirs, agrees)


def _theirs_is_of(facts: TlsFacts, views: Sequence[TlsFacts]) -> bool:
    same = [view for view in views if view.host == facts.host]
    return len(same) == 1 or (facts is same[0] and not facts.problems)


def _all(values: Iterable[bool | None]) -> bool | None:
    """False when one is false, None when none is but one is not known, else True."""
    found = set(values)
    if False in found:
        return False
    return None if None in found else True
