"""Every metric we expose: name, type, labels and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.services.measures import DURATION_BUCKETS, LAG_BUCKETS, bucket

__all__ = ["BY_NAME", "PREFIX", "ROWS", "MetricRow", "MetricType", "Source", "bucket", "catalogue",
           "lasting_names"]  # fmt: skip

PREFIX = "keurwacht_"
# What the outbox counts, once per attempt, with channel, template and result.
DELIVERIES = "deliveries_total"
_BY_CHANNEL = {"email": "mail_sent_total", "webhook": "webhook_sent_total"}


class MetricType(StrEnum):
    """The types of the exposition format."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Source(StrEnum):
    """Where the value comes from.

    ``lasting``: counted in the database, survives restarts, the same from every
    process on it.  ``process``: since this process started.  ``fleet``: looked up
    at every refresh.
    """

    LASTING = "lasting"
    PROCESS = "process"
    FLEET = "fleet"


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric.  ``buckets`` are the upper bounds of a histogram, +Inf left out."""

    name: str
    type: MetricType
    labels: tuple[str, ...]
    help: str
    source: Source
    buckets: tuple[float, ...] = ()


_C, _G, _H = MetricType.COUNTER, MetricType.GAUGE, MetricType.HISTOGRAM
_L, _P, _F = Source.LASTING, Source.PROCESS, Source.FLEET

TICK_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)

ROWS: tuple[MetricRow, ...] = (
    MetricRow("build_info", _G, ("version", "python"), "Version of the program; always 1.", _P),
    MetricRow("members", _G, (), "Members on file.", _F),
    MetricRow("certified_sites", _G, (), "Sites with at least one certification in force.", _F),
    MetricRow("sites", _G, ("label", "verdict"), "Sites by label and current verdict.", _F),
    MetricRow(
        "conditions_failing",
        _G,
        ("condition", "label"),
        "Sites that do not meet a condition that counts.",
        _F,
    ),
    MetricRow("unassessed", _G, (), "Open staff tickets for sites that cannot be evaluated.", _F),
    MetricRow("reviews_waiting", _G, (), "Conditions of sites that wait for a reviewer.", _F),
    MetricRow(
        "review_oldest_age_seconds", _G, (), "How long the oldest of them has been as it is.", _F
    ),
    MetricRow("waivers", _G, (), "Exceptions that did not end.", _F),
    MetricRow(
        "weaknesses", _G, ("state", "severity"), "Weaknesses of sites, by state and severity.", _F
    ),
    MetricRow(
        "obligations",
        _G,
        ("obligation", "state"),
        "Duties of the organisation towards sites: in order, soon to be missed, missed.",
        _F,
    ),
    MetricRow(
        "scan_consents",
        _G,
        ("state",),
        "Sites that are owed qualifying OWASP scans, counted once an hour: ready, without "
        "consent, without control; unknown_no_consent are those whose last day passed so.",
        _F,
    ),
    MetricRow("kill_switches", _G, (), "Kill switches that are on.", _F),
    MetricRow("cases", _G, ("state",), "Cases by state.", _F),
    MetricRow(
        "case_oldest_age_seconds", _G, ("state",), "Age of the oldest case in that state.", _F
    ),
    MetricRow("schedule_due", _G, ("check",), "Checks that are due and wait for a worker.", _F),
    MetricRow(
        "oldest_due_seconds", _G, ("check",), "How long the oldest due check has waited.", _F
    ),
    MetricRow("schedule_leased", _G, ("check",), "Checks that are being worked on.", _F),
    MetricRow(
        "queue_depth", _G, ("lane",), "Checks that wait for a worker, by lane of priority.", _F
    ),
    MetricRow(
        "queue_oldest_age_seconds",
        _G,
        ("lane",),
        "How long the oldest check of the lane has waited.",
        _F,
    ),
    MetricRow("workers", _G, ("state",), "Places for scans in this process, busy or free.", _P),
    MetricRow("evaluations_total", _C, ("kind", "outcome"), "Finished scans by outcome.", _L),
    MetricRow(
        "evaluation_duration_seconds",
        _H,
        ("kind",),
        "How long scans took.",
        _L,
        DURATION_BUCKETS,
    ),
    MetricRow(
        "evaluation_lag_seconds",
        _H,
        (),
        "How long after its due time a scan started.",
        _L,
        LAG_BUCKETS,
    ),
    MetricRow(
        "scanner_up",
        _G,
        ("engine",),
        "1 when the engine's newest scan ended without trouble of our own, else 0.",
        _F,
    ),
    MetricRow(
        "scanner_requests_total",
        _C,
        ("engine", "outcome"),
        "Requests and connections sent to sites, by how the scan ended.",
        _L,
    ),
    MetricRow(
        "zap_daemon_up",
        _G,
        ("daemon",),
        "0 while a ZAP daemon could not be had, until it works again; else 1.",
        _P,
    ),
    MetricRow(
        "zap_daemons",
        _G,
        ("state",),
        "ZAP daemons: off, idle, busy, aside (failed), occupied (somebody else scans with it).",
        _P,
    ),
    MetricRow("scanner_timeouts_total", _C, ("engine",), "Scans that ran out of their time.", _L),
    MetricRow("leases_expired_total", _C, (), "Jobs whose worker was not heard of in time.", _L),
    MetricRow("jobs_discarded_total", _C, (), "Results thrown away: the job was lost.", _L),
    MetricRow("poison_jobs_total", _C, ("kind",), "Jobs given up after too many attempts.", _L),
    MetricRow(
        "mail_sent_total", _C, ("template", "outcome"), "Attempts to send mail by outcome.", _L
    ),
    MetricRow("webhook_sent_total", _C, ("outcome",), "Attempts to call a webhook by outcome.", _L),
    MetricRow("alerts", _G, ("state",), "Alerts in the outbox by state.", _F),
    MetricRow("mail_deferred", _G, (), "Alerts that wait to be sent.", _F),
    MetricRow(
        "mail_oldest_deferred_age_seconds", _G, (), "Age of the oldest alert that waits.", _F
    ),
    MetricRow("valve_closed", _G, (), "1 while member mail is held by the valve.", _F),
    MetricRow("audit_events_total", _C, ("action",), "What people did, by action.", _L),
    MetricRow("policy_revision", _G, ("label",), "Revision of the label file in force.", _P),
    MetricRow(
        "http_requests_total",
        _C,
        ("route", "method", "code"),
        "Requests answered by the status server; other routes are counted as other.",
        _P,
    ),
    MetricRow("database_size_bytes", _G, (), "Size of the database.", _F),
    MetricRow(
        "last_successful_tick_timestamp_seconds",
        _G,
        (),
        "When the schedule was last looked at with success.",
        _F,
    ),
    MetricRow(
        "last_successful_run_timestamp_seconds",
        _G,
        ("job",),
        "When a housekeeping job last succeeded.",
        _F,
    ),
    MetricRow(
        "metrics_refreshed_timestamp_seconds", _G, (), "When these numbers were looked up.", _P
    ),
    MetricRow(
        "tick_duration_seconds", _H, (), "How long a look at the schedule took.", _P, TICK_BUCKETS
    ),
    MetricRow("housekeeping_runs_total", _C, ("job", "outcome"), "Runs of housekeeping jobs.", _P),
    MetricRow("process_resident_memory_bytes", _G, (), "Resident memory size in bytes.", _P),
    MetricRow(
        "process_cpu_seconds_total", _C, (), "Total user and system CPU time spent in seconds.", _P
    ),
    MetricRow("process_open_fds", _G, (), "Number of open file descriptors.", _P),
    MetricRow(
        "process_start_time_seconds",
        _G,
        (),
        "Start time of the process since unix epoch in seconds.",
        _P,
    ),
)
BY_NAME = {row.name: row for row in ROWS}


def catalogue() -> tuple[MetricRow, ...]:
    """Every metric under its full name, in the order of the reference."""
    return tuple(
        MetricRow(PREFIX + r.name, r.type, r.labels, r.help, r.source, r.buckets) for r in ROWS
    )


def lasting_names() -> frozenset[str]:
    """The names services may give to ``Tx.count``.

    A histogram is counted as ``NAME_bucket`` (one count in the narrowest bucket
    that holds the value, label ``le``; see ``bucket``) and ``NAME_sum``.
    """
    names = {DELIVERIES}
    for row in ROWS:
        if row.source is not Source.LASTING:
            continue
        if row.type is MetricType.HISTOGRAM:
            names |= {f"{row.name}_bucket", f"{row.name}_sum"}
        else:
            names.add(row.name)
    return frozenset(names)


def shown_as(name: str, labels: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Metric and labels under which a lasting counter is shown: deliveries by their channel."""
    if name != DELIVERIES:
        return name, labels
    outcome = {"template": labels.get("template", ""), "outcome": labels.get("result", "")}
    return _BY_CHANNEL.get(labels.get("channel", ""), name), outcome
