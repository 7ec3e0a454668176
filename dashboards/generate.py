"""Writes dashboards/fleet.json: ``python -m dashboards.generate``.

The committed JSON is what this program writes; a test compares them and asks a
real Prometheus every query.
"""

from __future__ import annotations

import json
from pathlib import Path

from dashboards.model import DATASOURCE, Json, Panel, Query, Row, Step, placed

FOLDER = Path(__file__).parent
SCHEMA_VERSION = 39
BAD_FROM_ONE = (Step("green"), Step("red", 1))


def now(expr: str, legend: str = "") -> tuple[Query, ...]:
    """The value at the end of the time range."""
    return (Query(expr, legend, instant=True),)


def over_time(expr: str, legend: str = "") -> tuple[Query, ...]:
    """The line over the time range."""
    return (Query(expr, legend),)


# Several daemons on one database say the same: max, never sum, over instances.
FLEET = Row(
    "Fleet",
    (
        Panel(
            "Members",
            "Members on file.",
            "short",
            now("max(keurwacht_members{SEL})"),
            "stat",
            4,
            4,
        ),
        Panel(
            "Certified sites",
            "Sites with at least one certification in force.",
            "short",
            now("max(keurwacht_certified_sites{SEL})"),
            "stat",
            4,
            4,
        ),
        Panel(
            "Meet their label",
            "Share of site and label pairs with the verdict met. Unknown is not met here, "
            "but it is no breach either.",
            "percentunit",
            now(
                'sum(max by (label, verdict) (keurwacht_sites{SEL,label=~"$label",verdict="met"}))'
                ' / sum(max by (label, verdict) (keurwacht_sites{SEL,label=~"$label"}))'
            ),
            "stat",
            4,
            4,
            steps=(Step("red"), Step("orange", 0.8), Step("green", 0.95)),
        ),
        Panel(
            "Cannot be evaluated",
            "Share of site and label pairs with the verdict unknown. A sudden rise is more "
            "often our network than theirs.",
            "percentunit",
            now(
                "sum(max by (label, verdict) "
                '(keurwacht_sites{SEL,label=~"$label",verdict="unknown"}))'
                ' / sum(max by (label, verdict) (keurwacht_sites{SEL,label=~"$label"}))'
            ),
            "stat",
            4,
            4,
            steps=(Step("green"), Step("orange", 0.05), Step("red", 0.2)),
        ),
        Panel(
            "Tickets: not assessed",
            "Open staff tickets for sites that could not be evaluated for long.",
            "short",
            now("max(keurwacht_unassessed{SEL})"),
            "stat",
            4,
            4,
            steps=(Step("green"), Step("orange", 1)),
        ),
        Panel(
            "Mail valve",
            "Closed: too many sites turned not_met at once, member mail is held until staff "
            "release or drop it.",
            "short",
            now("max(keurwacht_valve_closed{SEL})"),
            "stat",
            4,
            4,
            steps=BAD_FROM_ONE,
            words={"0": "open", "1": "closed"},
        ),
        Panel(
            "Verdicts",
            "Sites by label and verdict.",
            "short",
            over_time(
                'max by (label, verdict) (keurwacht_sites{SEL,label=~"$label"})',
                "{{label}} {{verdict}}",
            ),
            width=12,
            height=8,
            stacked=True,
            colors={" not_met": "red", " unknown": "orange", " met": "green"},
        ),
        Panel(
            "Conditions not met most",
            "The ten conditions that most sites do not meet, of those that count.",
            "short",
            now(
                "topk(10, max by (condition, label) "
                '(keurwacht_conditions_failing{SEL,label=~"$label"}))',
                "{{condition}} ({{label}})",
            ),
            "bargauge",
            12,
            8,
        ),
        Panel(
            "Cases",
            "Cases that are not remedied, by state.",
            "short",
            over_time('max by (state) (keurwacht_cases{SEL,state!="remedied"})', "{{state}}"),
            width=12,
            stacked=True,
        ),
        Panel(
            "Oldest case",
            "Age of the oldest case in each state.",
            "s",
            over_time("max by (state) (keurwacht_case_oldest_age_seconds{SEL})", "{{state}}"),
            width=12,
        ),
    ),
)
WORK = Row(
    "Work",
    (
        Panel(
            "Due checks",
            "Checks that are due and wait for a place.",
            "short",
            over_time("max by (check) (keurwacht_schedule_due{SEL})", "{{check}}"),
            stacked=True,
        ),
        Panel(
            "Longest wait",
            "How long the oldest due check has waited. It should stay far below the cadence.",
            "s",
            over_time("max by (check) (keurwacht_oldest_due_seconds{SEL})", "{{check}}"),
        ),
        Panel(
            "Places for scans",
            "Busy and free places of each process.",
            "short",
            over_time("sum by (state) (keurwacht_workers{SEL})", "{{state}}"),
            stacked=True,
        ),
        Panel(
            "Scans by outcome",
            "Finished scans a second. Everything but complete could prove nothing.",
            "ops",
            over_time(
                "sum by (outcome) (max by (kind, outcome) "
                "(rate(keurwacht_evaluations_total{SEL}[$__rate_interval]))) > 0",
                "{{outcome}}",
            ),
            stacked=True,
        ),
        Panel(
            "Duration of scans, 95 %",
            "Nineteen of twenty scans took at most so long.",
            "s",
            over_time(
                "histogram_quantile(0.95, max by (kind, le) "
                "(rate(keurwacht_evaluation_duration_seconds_bucket{SEL}[$__rate_interval])))",
                "{{kind}}",
            ),
        ),
        Panel(
            "Lag of scans, 95 %",
            "Nineteen of twenty scans started at most so long after they were due.",
            "s",
            over_time(
                "histogram_quantile(0.95, max by (le) "
                "(rate(keurwacht_evaluation_lag_seconds_bucket{SEL}[$__rate_interval])))",
                "lag",
            ),
        ),
        Panel(
            "Requests to sites",
            "What the fleet sees of us: requests and connections a second.",
            "reqps",
            over_time(
                "sum by (engine) (max by (engine, outcome) "
                "(rate(keurwacht_scanner_requests_total{SEL}[$__rate_interval])))",
                "{{engine}}",
            ),
            stacked=True,
        ),
        Panel(
            "Lost and given up",
            "Per hour: jobs whose worker was lost, results thrown away, jobs given up. "
            "All three should be zero.",
            "short",
            (
                Query("max(increase(keurwacht_leases_expired_total{SEL}[1h]))", "leases expired"),
                Query("max(increase(keurwacht_jobs_discarded_total{SEL}[1h]))", "discarded"),
                Query(
                    "sum(max by (kind) (increase(keurwacht_poison_jobs_total{SEL}[1h])))",
                    "given up",
                ),
            ),
        ),
        Panel(
            "Scanners that time out",
            "Scans per hour that ran out of their time, by engine. All at once: look at our "
            "own network first.",
            "short",
            over_time(
                "max by (engine) (increase(keurwacht_scanner_timeouts_total{SEL}[1h]))",
                "{{engine}}",
            ),
        ),
        Panel(
            "Queue",
            "Checks that wait, by lane: a rescan that staff asked for goes before a "
            "confirmation, and that before the ordinary round.",
            "short",
            over_time("max by (lane) (keurwacht_queue_depth{SEL})", "{{lane}}"),
            stacked=True,
        ),
        Panel(
            "Longest wait in the queue",
            "How long the oldest check of each lane has waited.",
            "s",
            over_time("max by (lane) (keurwacht_queue_oldest_age_seconds{SEL})", "{{lane}}"),
        ),
        Panel(
            "Scanners",
            "Down: the newest scan of that engine ended by trouble of our own.",
            "short",
            now("max by (engine) (keurwacht_scanner_up{SEL})", "{{engine}}"),
            "stat",
            words={"0": "down", "1": "up"},
            steps=(Step("red"), Step("green", 1)),
        ),
    ),
)
MAIL = Row(
    "Mail",
    (
        Panel(
            "Attempts to send",
            "Mail per hour by outcome.",
            "short",
            over_time(
                "sum by (outcome) (max by (template, outcome) "
                "(increase(keurwacht_mail_sent_total{SEL}[1h])))",
                "{{outcome}}",
            ),
        ),
        Panel(
            "Outbox",
            "Alerts by state; held ones wait for the valve.",
            "short",
            over_time(
                'max by (state) (keurwacht_alerts{SEL,state=~"pending|held|dead"})', "{{state}}"
            ),
        ),
        Panel(
            "Oldest waiting alert",
            "Age of the oldest alert that waits to be sent.",
            "s",
            over_time("max(keurwacht_mail_oldest_deferred_age_seconds{SEL})", "oldest"),
        ),
    ),
)
DAEMON = Row(
    "Daemon",
    (
        Panel(
            "Last good tick",
            "Seconds since the schedule was last looked at with success.",
            "s",
            now("time() - max(keurwacht_last_successful_tick_timestamp_seconds{SEL})"),
            "stat",
            6,
            5,
            steps=(Step("green"), Step("orange", 30), Step("red", 120)),
        ),
        Panel(
            "Version",
            "Version of each process.",
            "short",
            now("max by (version, instance) (keurwacht_build_info{SEL})", "{{version}}"),
            "stat",
            6,
            5,
            words={"1": "runs"},
        ),
        Panel(
            "Database",
            "Size of the database.",
            "bytes",
            now("max(keurwacht_database_size_bytes{SEL})"),
            "stat",
            6,
            5,
        ),
        Panel(
            "Housekeeping that went wrong",
            "Runs that failed, were missed or skipped in the time range.",
            "short",
            now('sum(increase(keurwacht_housekeeping_runs_total{SEL,outcome!="done"}[$__range]))'),
            "stat",
            6,
            5,
            steps=BAD_FROM_ONE,
        ),
        Panel(
            "Duration of a tick, 99 %",
            "A tick only claims and hands over; above 20 ms the database is slow.",
            "s",
            over_time(
                "histogram_quantile(0.99, sum by (instance, le) "
                "(rate(keurwacht_tick_duration_seconds_bucket{SEL}[$__rate_interval])))",
                "{{instance}}",
            ),
        ),
        Panel(
            "Memory",
            "Resident memory of each process.",
            "bytes",
            over_time("keurwacht_process_resident_memory_bytes{SEL}", "{{instance}}"),
        ),
        Panel(
            "Processor",
            "Processor time of each process; 100 % is one core.",
            "percentunit",
            over_time(
                "rate(keurwacht_process_cpu_seconds_total{SEL}[$__rate_interval])", "{{instance}}"
            ),
        ),
    ),
)
ROWS = (FLEET, WORK, MAIL, DAEMON)


def dashboard() -> Json:
    """The Fleet dashboard."""
    return {
        "annotations": {"list": []},
        "description": "Verdicts, cases, work and mail of the whole fleet.",
        "editable": True,
        "graphTooltip": 1,
        "links": [],
        "panels": list(placed(ROWS)),
        "refresh": "1m",
        "schemaVersion": SCHEMA_VERSION,
        "tags": ["keurwacht"],
        "templating": {"list": _variables()},
        "time": {"from": "now-24h", "to": "now"},
        "timezone": "utc",
        "title": "keurwacht / Fleet",
        "uid": "keurwacht-fleet",
        "version": 1,
    }


def text() -> str:
    """The file as it is committed."""
    return json.dumps(dashboard(), indent=2, ensure_ascii=False) + "\n"


def _variables() -> list[Json]:
    return [
        {
            "label": "Data source",
            "name": "datasource",
            "query": "prometheus",
            "type": "datasource",
        },
        _choice("job", "Job", "label_values(keurwacht_build_info, job)"),
        _choice("instance", "Process", 'label_values(keurwacht_build_info{job=~"$job"}, instance)'),
        _choice("label", "Label", 'label_values(keurwacht_sites{job=~"$job"}, label)'),
    ]


def _choice(name: str, label: str, query: str) -> Json:
    return {
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "datasource": DATASOURCE,
        "definition": query,
        "includeAll": True,
        "label": label,
        "multi": True,
        "name": name,
        "query": {"qryType": 1, "query": query, "refId": f"variable-{name}"},
        "refresh": 2,
        "sort": 1,
        "type": "query",
    }


def main() -> None:
    """Write the file."""
    (FOLDER / "fleet.json").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
