"""Did a host's TLS set-up change between two looks at its certificate?"""

from __future__ import annotations

from collections.abc import Iterable

from scanners.api import Evidence
from scanners.tls.evidence import CertificateFacts


def configurations(evidence: Iterable[Evidence]) -> dict[str, set[str]]:
    """By host the set-ups its addresses showed; nothing of what was not asked or not clear."""
    found: dict[str, set[str]] = {}
    for item in evidence:
        if isinstance(item.facts, CertificateFacts) and item.facts.configuration:
            found.setdefault(item.facts.host, set()).add(item.facts.configuration)
    return found


def reconfigured(before: Iterable[Evidence], after: Iterable[Evidence]) -> frozenset[str]:
    """The hosts that show a set-up they did not show before.

    A host of which nothing was known before is not among them: the next whole look is
    on the schedule already.
    """
    known = configurations(before)
    return frozenset(
        host
        for host, shown in configurations(after).items()
        if host in known and not shown <= known[host]
    )
