"""Numbers for operations: one snapshot, rendered once per refresh, never at scrape time.

Fleet aggregates and lasting counters come from the store, so they survive
restarts and are the same from every process; the rest is of this process.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from monitor.adapters.metrics_catalogue import (
    BY_NAME,
    PREFIX,
    ROWS,
    MetricRow,
    MetricType,
    Source,
    bucket,
    shown_as,
)
from monitor.domain.alert import DeliveryState
from monitor.domain.case import CaseState
from monitor.domain.finding import Severity
from monitor.domain.verdict import Verdict
from monitor.domain.weakness import WeaknessState
from monitor.services.measures import ENGINE_FAILED, ENGINE_WORKED, usual_engine
from monitor.services.records import FleetNumbers, Lane, ValveState
from scanners.api import ScanOutcome
from scanners.owasp.fleet import DaemonState, DaemonView

Counters = Sequence[tuple[str, Mapping[str, str], float]]
Series = dict[tuple[str, ...], float]
Histogram = tuple[dict[str, float], float]

_PROCESS = "process_"
_TICK = "tick"


@dataclass(slots=True)
class _Own:
    """What this process counted since it started."""

    ticks: dict[str, float] = field(default_factory=dict)
    ticks_s: float = 0.0
    runs: Series = field(default_factory=dict)
    asked: Series = field(default_factory=dict)
    last_tick_s: float = field(default_factory=time.monotonic)


class Metrics:
    """Holds the newest exposition text.  Safe to use from several threads.

    ``revisions`` are those of the label files in force.
    ``workers`` says how many places for scans are in which state; it is asked
    at every refresh, and so is ``zap``, the daemons of ZAP.
    """

    def __init__(
        self,
        version: str,
        workers: Callable[[], Mapping[str, int]] = dict,
        revisions: Mapping[str, int] | None = None,
        zap: Callable[[], Iterable[DaemonView]] = tuple,
    ) -> None:
        self._lock = threading.Lock()
        self._zap = zap
        self._workers = workers
        self._own = _Own()
        self._gauges: dict[str, Series] = {
            "build_info": {(version, platform.python_version()): 1},
            "policy_revision": {(name,): float(n) for name, n in (revisions or {}).items()},
        }
        self._counters: dict[str, Series] = {}
        self._histograms: dict[str, dict[tuple[str, ...], Histogram]] = {}
        self._registry = CollectorRegistry(auto_describe=False)
        # A registry of its own: we pass on only what the catalogue has.
        self._process = ProcessCollector(PREFIX.rstrip("_"), registry=CollectorRegistry())
        self._registry.register(_Snapshot(self._families))
        self._text = b""
        self._render()

    def refresh(
        self,
        numbers: FleetNumbers,
        beats: Mapping[str, datetime],
        counters: Counters,
        valve: ValveState,
        now: datetime,
    ) -> None:
        """Take over a snapshot of the store and render it."""
        with self._lock:
            self._gauges |= fleet_gauges(numbers, valve)
            self._gauges |= _beat_gauges(beats, now)
            self._gauges["workers"] = {(s,): float(n) for s, n in self._workers().items()}
            self._gauges |= _zap_gauges(self._zap())
            self._counters = _lasting_counters(counters, numbers.due)
            self._histograms = _lasting_histograms(counters)
            self._render()

    def show_consents(self, counts: Mapping[str, int]) -> None:
        """Take over how many sites could be scanned actively; seen after the next refresh."""
        with self._lock:
            self._gauges["scan_consents"] = {(state,): float(n) for state, n in counts.items()}

    def observe_tick(self, seconds: float) -> None:
        """Note how long a look at the schedule took; seen after the next refresh."""
        with self._lock:
            le = bucket(BY_NAME["tick_duration_seconds"].buckets, seconds)
            self._own.ticks[le] = self._own.ticks.get(le, 0) + 1
            self._own.ticks_s += seconds
            self._own.last_tick_s = time.monotonic()

    def silence_s(self) -> float:
        """Seconds since the last look at the schedule succeeded, or since the start."""
        return time.monotonic() - self._own.last_tick_s

    def count_request(self, route: str, method: str, code: int) -> None:
        """Count an answer of the status server; seen after the next refresh."""
        with self._lock:
            key = (route, method, str(code))
            self._own.asked[key] = self._own.asked.get(key, 0) + 1

    def count_run(self, job: str, outcome: str) -> None:
        """Count a run of a housekeeping job; seen after the next refresh."""
        with self._lock:
            key = (job, outcome)
            self._own.runs[key] = self._own.runs.get(key, 0) + 1

    def render(self) -> bytes:
        """The exposition text (version 0.0.4) of the newest refresh, from memory."""
        return self._text

    def _render(self) -> None:
        self._text = generate_latest(self._registry)

    def _families(self) -> Iterator[Metric]:
        own_counters = {
            "housekeeping_runs_total": self._own.runs,
            "http_requests_total": self._own.asked,
        }
        ticks: dict[tuple[str, ...], Histogram] = {(): (self._own.ticks, self._own.ticks_s)}
        for row in ROWS:
            if row.name.startswith(_PROCESS):
                continue
            if row.type is MetricType.GAUGE:
                yield _gauge(row, self._gauges.get(row.name, {}))
            elif row.type is MetricType.COUNTER:
                series = own_counters.get(row.name, self._counters.get(row.name, {}))
                yield _counter(row, series)
            else:
                lasting = row.source is Source.LASTING
                yield _histogram(row, self._histograms.get(row.name, {}) if lasting else ticks)
        for family in self._process.collect():
            name = family.name.removeprefix(PREFIX)
            if name in BY_NAME or f"{name}_total" in BY_NAME:
                yield family


class _Snapshot(Collector):
    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families()


def fleet_gauges(numbers: FleetNumbers, valve: ValveState) -> dict[str, Series]:
    """The gauges of a snapshot; closed sets of states are complete, with zeros."""
    labels = {label for label, _ in numbers.sites}
    return {
        "members": {(): numbers.members},
        "certified_sites": {(): numbers.certified_sites},
        "sites": {
            (label, verdict.value): numbers.sites.get((label, verdict.value), 0)
            for label in labels
            for verdict in Verdict
        },
        "conditions_failing": {
            (condition, label): count for (label, condition), count in numbers.failing.items()
        },
        "unassessed": {(): numbers.unassessed},
        "reviews_waiting": {(): numbers.reviews},
        "review_oldest_age_seconds": {(): numbers.oldest_review_s},
        "waivers": {(): numbers.waivers},
        "weaknesses": {
            (state.value, severity.value): numbers.weaknesses.get((state, severity), 0)
            for state in WeaknessState
            for severity in Severity
        },
        "obligations": {key: float(count) for key, count in numbers.obligations.items()},
        "kill_switches": {(): numbers.kill_switches},
        "cases": {(state.value,): numbers.cases.get(state.value, 0) for state in CaseState},
        "case_oldest_age_seconds": {
            (state.value,): numbers.oldest_case_s.get(state.value, 0.0)
            for state in CaseState
            if state is not CaseState.REMEDIED
        },
        "schedule_due": _by_one(numbers.due),
        "oldest_due_seconds": _by_one(numbers.oldest_due_s),
        "schedule_leased": _by_one(numbers.leased),
        "queue_depth": {(lane.value,): numbers.queue.get(lane, 0) for lane in Lane},
        "queue_oldest_age_seconds": {
            (lane.value,): numbers.queue_oldest_s.get(lane, 0.0) for lane in Lane
        },
        "alerts": {(state.value,): numbers.alerts.get(state.value, 0) for state in DeliveryState},
        "mail_deferred": {(): numbers.alerts.get(DeliveryState.PENDING.value, 0)},
        "mail_oldest_deferred_age_seconds": {(): numbers.oldest_alert_s},
        "valve_closed": {(): float(valve.closed)},
        "database_size_bytes": {(): numbers.database_bytes},
    }


def _beat_gauges(beats: Mapping[str, datetime], now: datetime) -> dict[str, Series]:
    tick = beats.get(_TICK)
    return {
        "last_successful_tick_timestamp_seconds": {} if tick is None else {(): tick.timestamp()},
        "last_successful_run_timestamp_seconds": {
            (name,): at.timestamp()
            for name, at in beats.items()
            if not name.startswith((ENGINE_WORKED, ENGINE_FAILED))
        },
        "scanner_up": _engines(beats),
        "metrics_refreshed_timestamp_seconds": {(): now.timestamp()},
    }


def _engines(beats: Mapping[str, datetime]) -> Series:
    """1 for each engine that worked as late as it failed, or later."""
    worked, failed = (
        {name.removeprefix(prefix): at for name, at in beats.items() if name.startswith(prefix)}
        for prefix in (ENGINE_WORKED, ENGINE_FAILED)
    )
    up: Series = {(engine,): 1.0 for engine in worked}
    for engine, at in failed.items():
        up[engine,] = float(engine in worked and worked[engine] >= at)
    return up


def _zap_gauges(views: Iterable[DaemonView]) -> dict[str, Series]:
    """Every daemon by name, also one that did not start yet."""
    found = tuple(views)
    return {
        "zap_daemon_up": {(view.name,): float(view.well) for view in found},
        "zap_daemons": {
            (state.value,): float(sum(view.state is state for view in found))
            for state in DaemonState
            if found
        },
    }


def _by_one(numbers: Mapping[str, float]) -> Series:
    return {(name,): float(value) for name, value in numbers.items()}


def _lasting_counters(counters: Counters, kinds: Iterable[str]) -> dict[str, Series]:
    found: dict[str, Series] = {}
    for row in ROWS:
        if row.source is Source.LASTING and row.type is MetricType.COUNTER:
            # A series that is born with its first count has no increase to show.
            found[row.name] = {} if row.labels else {(): 0.0}
    for kind in kinds:
        engine = usual_engine(kind)
        found["scanner_timeouts_total"][(engine,)] = 0.0
        found["scanner_requests_total"][(engine, ScanOutcome.COMPLETE.value)] = 0.0
        for outcome in ScanOutcome:
            found["evaluations_total"][(kind, outcome.value)] = 0.0
    for counted, own_labels, value in counters:
        name, labels = shown_as(counted, own_labels)
        series = found.get(name)
        # A row of an earlier version, with labels the metric no longer has, cannot be shown.
        if series is not None and set(labels) >= set(BY_NAME[name].labels):
            key = tuple(labels.get(label, "") for label in BY_NAME[name].labels)
            series[key] = series.get(key, 0.0) + value
    return found


def _lasting_histograms(counters: Counters) -> dict[str, dict[tuple[str, ...], Histogram]]:
    found: dict[str, dict[tuple[str, ...], Histogram]] = {}
    for name, labels, value in counters:
        base, _, part = name.rpartition("_")
        row = BY_NAME.get(base)
        if row is None or row.type is not MetricType.HISTOGRAM or part not in ("bucket", "sum"):
            continue
        key = tuple(labels.get(label, "") for label in row.labels)
        counts, total = found.setdefault(base, {}).get(key, ({}, 0.0))
        if part == "bucket":
            le = _known_bound(row, labels.get("le", ""))
            counts = {**counts, le: counts.get(le, 0.0) + value}
        else:
            total += value
        found[base][key] = (counts, total)
    return found


def _known_bound(row: MetricRow, le: str) -> str:
    """The bound a count belongs to now: bounds may have changed since it was made."""
    try:
        return bucket(row.buckets, float(le))
    except ValueError:
        return "+Inf"


def _gauge(row: MetricRow, series: Series) -> Metric:
    family = GaugeMetricFamily(PREFIX + row.name, row.help, labels=row.labels)
    for key in sorted(series):
        family.add_metric(key, series[key])
    return family


def _counter(row: MetricRow, series: Series) -> Metric:
    family = CounterMetricFamily(PREFIX + row.name, row.help, labels=row.labels)
    for key in sorted(series):
        family.add_metric(key, series[key])
    return family


def _histogram(row: MetricRow, series: Mapping[tuple[str, ...], Histogram]) -> Metric:
    family = HistogramMetricFamily(PREFIX + row.name, row.help, labels=row.labels)
    for key in sorted(series):
        counts, total = series[key]
        running, buckets = 0.0, []
        for le in (*(f"{bound:g}" for bound in row.buckets), "+Inf"):
            running += counts.get(le, 0.0)
            buckets.append((le, running))
        family.add_metric(key, buckets, total)
    return family
