"""Weaknesses over time: what a look changes."""

from __future__ import annotations

from monitor.domain.finding import Severity
from monitor.domain.site import Site
from monitor.domain.weakness import (
    Again,
    Look,
    Sighting,
    missed,
    sighted,
)
from monitor.services.tx import Tx
from monitor.services.tx_weaknesses import OwaspRun
from scanners.api import ScanOutcome, ScanResult, clip
from scanners.owasp.evidence import Finding as Seen
from scanners.owasp.evidence import OwaspFacts
from scanners.owasp.rules import path_template

HISTORY = 5


def note_look(tx: Tx, site: Site, result: ScanResult) -> None:
    """Write down a look at the OWASP Top 10 and what it means for each known weakness."""
    facts = _facts(result)
    if facts is None:
        return
    complete = result.outcome is ScanOutcome.COMPLETE
    tx.add_run(_run(site, result, facts))
    look = Look(
        facts.engine.name,
        facts.profile,
        result.started_at,
        complete,
        {run.rule for run in facts.rules_run if run.complete} if facts.rules_run else None,
        set(facts.paths) if facts.paths else None,
    )
    known = {one.seen.fingerprint: one for one in tx.weaknesses(site.site_id)}
    shown = {found.fingerprint: found for found in facts.findings}
    after = [
        sighted(site.site_id, known.get(key), _sighting(facts, found), look)
        for key, found in shown.items()
    ]
    after += [missed(one, look) for key, one in known.items() if key not in shown]
    tx.put_weaknesses(one for one in after if one != known.get(one.seen.fingerprint))


def pages_before(tx: Tx, site_id: str, engine: str, profile: str) -> list[int]:
    """How many pages earlier whole looks of that kind reached, the oldest first."""
    reached = [
        run.urls_visited
        for run in tx.runs(site_id)
        if (run.engine, run.profile, run.outcome) == (engine, profile, ScanOutcome.COMPLETE)
    ]
    return reached[:HISTORY][::-1]


def _facts(result: ScanResult) -> OwaspFacts | None:
    found = (e.facts for e in result.evidence)
    return next((f for f in found if isinstance(f, OwaspFacts)), None)


def _run(site: Site, result: ScanResult, facts: OwaspFacts) -> OwaspRun:
    return OwaspRun(
        site.site_id, result.started_at, facts.engine.name, clip(facts.engine.version, 100),
        facts.profile, result.outcome, facts.coverage.urls_known, facts.coverage.urls_visited,
        result.requests, result.duration_s,
    )  # fmt: skip


def _sighting(facts: OwaspFacts, found: Seen) -> Sighting:
    return Sighting(
        found.fingerprint,
        facts.engine.name,
        found.rule,
        found.name,
        Severity(found.severity.value),
        found.owasp_2021,
        found.owasp_2025,
        found.cwe,
        found.url,
        path_template(found.url),
        found.method,
        found.param,
        found.excerpt,
        None if found.again is None else Again(found.again.value),
        found.again_why,
    )
