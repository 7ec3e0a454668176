"""``status`` and ``cases``: what the daemon knows, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from monitor import bootstrap
from monitor.cli import EXIT_NOT_MET, EXIT_UNKNOWN, Context
from monitor.commands.common import echo_json, open_store, settings_of, site_of, table
from monitor.domain.case import Case
from monitor.domain.finding import Finding
from monitor.domain.site import Site
from monitor.services.once import rfc3339
from monitor.services.records import CurrentFinding, DueRow, FleetNumbers, ScanRow
from monitor.services.tx import Tx

_VERDICTS = {Finding.MET: "met", Finding.NOT_MET: "not_met"}


@click.command()
@click.argument("site", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def status(context: Context, site: str | None, as_json: bool) -> int:
    """Show the fleet, or the verdicts, findings and next looks of SITE.

    For one site the exit code is that of its verdicts: 0, 3 or 4.
    """
    settings = settings_of(context)
    with open_store(settings) as store:
        if site is None:
            now = bootstrap.system_clock().now()
            numbers = store.transact(lambda tx: tx.fleet(now))
            echo_json(_fleet_json(numbers)) if as_json else _show_fleet(numbers)
            return 0
        view = store.transact(lambda tx: _SiteView(tx, site_of(tx, site)))
    echo_json(view.document()) if as_json else view.show()
    return view.exit_code


class _SiteView:
    """Everything about one site, read in one transaction."""

    def __init__(self, tx: Tx, site: Site) -> None:
        self.site = site
        rows = tx.findings(site.site_id)
        self.labels = [row for row in rows if not row.condition_id]
        self.findings = [row for row in rows if row.condition_id]
        self.due: Sequence[DueRow] = tx.due_rows(site.site_id)
        self.scans: Sequence[ScanRow] = tx.scans(site.site_id)
        self.cases = tuple(tx.active_cases(site.site_id).values())

    @property
    def exit_code(self) -> int:
        verdicts = {_verdict(row) for row in self.labels}
        if "not_met" in verdicts:
            return EXIT_NOT_MET
        return EXIT_UNKNOWN if "unknown" in verdicts or not verdicts else 0

    def document(self) -> dict[str, object]:
        """``keurwacht/status@1``."""
        return {
            "schema": "keurwacht/status@1",
            "site": self.site.site_id,
            "url": self.site.url,
            "labels": [
                {
                    "label": row.label_id,
                    "verdict": _verdict(row),
                    "since": rfc3339(row.first_at),
                    "last_look": rfc3339(row.last_at),
                    "conditions": [
                        {
                            "id": f.condition_id,
                            "finding": f.finding.value,
                            "outcome": f.outcome,
                            "review": f.review,
                            "decided_by": f.decided_by,
                            "summary": f.summary,
                            "since": rfc3339(f.first_at),
                            "last_look": rfc3339(f.last_at),
                            "looks": f.looks,
                        }
                        for f in self.findings
                        if f.label_id == row.label_id
                    ],
                }
                for row in self.labels
            ],
            "cases": [case_json(case) for case in self.cases],
            "scans": [
                {
                    "kind": scan.kind.value,
                    "outcome": scan.outcome.value,
                    "started_at": rfc3339(scan.started_at),
                    "duration_s": round(scan.duration_s, 3),
                    "requests": scan.requests,
                    "detail": dict(scan.detail),
                }
                for scan in self.scans
            ],
            "due": [
                {
                    "kind": row.kind.value,
                    "ready_at": rfc3339(row.ready_at),
                    "running": row.lease_until is not None,
                    "attempt": row.attempt,
                    "last_error": row.last_error,
                }
                for row in self.due
            ],
        }

    def show(self) -> None:
        """Three tables."""
        table(
            ("label", "condition", "finding", "outcome", "since", "what was seen"),
            [
                (r.label_id, r.condition_id or "= verdict",
                 r.finding.value if r.condition_id else _verdict(r),
                 r.outcome, _day(r.first_at), r.summary)
                for r in sorted(
                    [*self.labels, *self.findings], key=lambda r: (r.label_id, r.condition_id)
                )
            ],
        )  # fmt: skip
        scans = {scan.kind: scan for scan in self.scans}
        table(
            ("scan", "last", "outcome", "next"),
            [
                (row.kind.value,
                 _moment(scans[row.kind].started_at) if row.kind in scans else "-",
                 scans[row.kind].outcome.value if row.kind in scans else "-",
                 "now" if row.lease_until is not None else _moment(row.ready_at))
                for row in self.due
            ],
        )  # fmt: skip
        if self.cases:
            _show_cases(self.cases)


@click.command()
@click.argument("site", required=False)
@click.option("--all", "everything", is_flag=True, help="Remedied cases as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def cases(context: Context, site: str | None, everything: bool, as_json: bool) -> None:
    """List nonconformities, of the fleet or of SITE."""
    with open_store(settings_of(context)) as store:

        def read(tx: Tx) -> Sequence[Case]:
            site_id = None if site is None else site_of(tx, site).site_id
            return tx.cases(site_id, active_only=not everything)

        found = store.transact(read)
    if as_json:
        echo_json({"schema": "keurwacht/cases@1", "cases": [case_json(case) for case in found]})
    else:
        _show_cases(found)


def case_json(case: Case) -> dict[str, object]:
    """One case as a document."""

    def when(moment: datetime | None) -> str | None:
        return None if moment is None else rfc3339(moment)

    return {
        "id": case.case_id,
        "site": case.site_id,
        "condition": case.condition_id,
        "labels": list(case.labels),
        "state": case.state.value,
        "severity": case.severity.value,
        "outcome": case.outcome,
        "summary": case.summary,
        "suspected_at": rfc3339(case.suspected_at),
        "opened_at": when(case.opened_at),
        "notified_at": when(case.notified_at),
        "due_at": when(case.due_at),
        "closed_at": when(case.closed_at),
        "waived_at": when(case.waived_at),
        "observations": len(case.observations),
        "postponements": case.postponements,
    }


def _show_cases(found: Sequence[Case]) -> None:
    table(
        ("case", "site", "condition", "state", "severity", "since", "due", "what was seen"),
        [
            (c.case_id, c.site_id, c.condition_id,
             c.state.value if c.waived_at is None else "waived", c.severity.value,
             _day(c.suspected_at), "-" if c.due_at is None else _moment(c.due_at), c.summary)
            for c in found
        ],
    )  # fmt: skip


def _verdict(row: CurrentFinding) -> str:
    return _VERDICTS.get(row.finding, "unknown")


def _fleet_json(numbers: FleetNumbers) -> dict[str, object]:
    return {
        "schema": "keurwacht/fleet@1",
        "members": numbers.members,
        "certified_sites": numbers.certified_sites,
        "sites": [
            {"label": label, "verdict": verdict, "count": count}
            for (label, verdict), count in sorted(numbers.sites.items())
        ],
        "failing": [
            {"label": label, "condition": condition, "count": count}
            for (label, condition), count in sorted(numbers.failing.items())
        ],
        "cases": dict(numbers.cases),
        "due": dict(numbers.due),
        "oldest_due_seconds": dict(numbers.oldest_due_s),
        "alerts": dict(numbers.alerts),
        "tickets": numbers.unassessed,
        "reviews_waiting": numbers.reviews,
        "waivers": numbers.waivers,
    }


def _show_fleet(numbers: FleetNumbers) -> None:
    labels = sorted({label for label, _ in numbers.sites})
    table(
        ("label", "met", "not met", "unknown"),
        [
            (label, *(numbers.sites.get((label, v), 0) for v in ("met", "not_met", "unknown")))
            for label in labels
        ],
    )
    table(("case state", "count"), sorted(numbers.cases.items()))
    table(
        ("scan", "due now", "oldest waits (s)"),
        [(k, n, round(numbers.oldest_due_s.get(k, 0))) for k, n in sorted(numbers.due.items())],
    )
    table(("mail and hooks", "count"), sorted(numbers.alerts.items()))
    table(
        ("people", "count"),
        [("reviews that wait", numbers.reviews), ("exceptions", numbers.waivers)],
    )


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%SZ")
