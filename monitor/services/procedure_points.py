"""What an applicant still has to put right: the open breaches of one label on one site."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.domain.case import CONFIRMED, Case
from monitor.domain.finding import Finding, Severity
from monitor.domain.site import Site
from monitor.services.catalogue import Catalogue
from monitor.services.messages import said_of
from monitor.services.tx import Tx

_SERIOUS = (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)


def points(tx: Tx, catalogue: Catalogue, site: Site, label_id: str) -> tuple[str, ...]:
    """The ids of conditions that are not met, in force, as the label's verdict counts them."""
    return tuple(sorted(_open(tx, catalogue, site, label_id)))


def breaches(tx: Tx, catalogue: Catalogue, site: Site, label_id: str) -> tuple[str, ...]:
    """Those of medium severity or more: with one of them there is no certificate (bc-2.9)."""
    found = _open(tx, catalogue, site, label_id)
    return tuple(sorted(name for name, severity in found.items() if severity in _SERIOUS))


def _open(tx: Tx, catalogue: Catalogue, site: Site, label_id: str) -> Mapping[str, Severity]:
    found: dict[str, Severity] = {}
    for row in tx.findings(site.site_id):
        bad = row.finding is Finding.NOT_MET and row.counts and not row.review
        pair = catalogue.condition(label_id, row.condition_id)
        if bad and row.label_id == label_id and pair is not None:
            found[row.condition_id] = pair[1].severity
    for case in tx.active_cases(site.site_id).values():
        if case.state in CONFIRMED and label_id in case.labels:
            found[case.condition_id] = case.severity
    return found


def point_lines(
    tx: Tx, catalogue: Catalogue, site: Site, label_id: str, ids: str, language: str
) -> str:
    """The points in words, one a line: what the label file says of each."""
    cases = tx.active_cases(site.site_id)
    outcomes = {row.condition_id: row.outcome for row in tx.findings(site.site_id)
                if row.label_id == label_id}  # fmt: skip
    lines = []
    for name in filter(None, (part.strip() for part in ids.split(","))):
        pair = catalogue.condition(label_id, name)
        if pair is not None:
            case: Case | None = cases.get(name)
            outcome = outcomes.get(name, "") if case is None else case.outcome
            values = {"site": site.url, **({} if case is None else case.values)}
            lines.append(f"- {name}: {said_of(*pair, outcome, values, language)}")
    return "\n".join(lines)
