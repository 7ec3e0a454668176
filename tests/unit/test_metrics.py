"""The exposition: names, values, survival of restarts, number of series."""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from monitor.adapters.metrics import Metrics
from monitor.adapters.metrics_catalogue import (
    BY_NAME,
    MetricType,
    catalogue,
    lasting_names,
)
from monitor.domain.alert import DeliveryState
from monitor.domain.case import CaseState
from monitor.services.measures import DURATION_BUCKETS, LAG_BUCKETS, bucket
from monitor.services.records import FleetNumbers, Lane, ValveState, lane_of
from scanners.api import ScanKind, ScanOutcome
from scanners.owasp.fleet import DaemonState, DaemonView

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SERVICES = Path(__file__).parents[2] / "monitor" / "services"
Row = tuple[str, Mapping[str, str], float]
NOTHING = FleetNumbers(
    members=0,
    certified_sites=0,
    sites={},
    failing={},
    cases={},
    oldest_case_s={},
    due={},
    oldest_due_s={},
    leased={},
    alerts={},
    oldest_alert_s=0.0,
    unassessed=0,
    database_bytes=0,
)


def shown(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name.removeprefix("keurwacht_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
    }


def refreshed(
    numbers: FleetNumbers = NOTHING, counters: list[Row] | None = None, *, closed: bool = False
) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    metrics = Metrics("0.1.0", workers=lambda: {"busy": 3, "free": 5})
    metrics.refresh(numbers, {"tick": NOW}, counters or [], ValveState(closed=closed), NOW)
    return shown(metrics)


def full_house() -> tuple[FleetNumbers, list[Row]]:
    """Three labels, every kind, outcome and state, forty conditions, twenty templates."""
    labels, kinds = ("a", "b", "c"), [kind.value for kind in ScanKind]
    numbers = FleetNumbers(
        members=1,
        certified_sites=1,
        sites={(label, "met"): 1 for label in labels},
        failing={("a", f"condition-{i}"): i for i in range(40)},
        cases={state.value: 1 for state in CaseState},
        oldest_case_s={state.value: 1.0 for state in CaseState},
        due=dict.fromkeys(kinds, 1),
        oldest_due_s=dict.fromkeys(kinds, 1.0),
        leased=dict.fromkeys(kinds, 1),
        alerts={state.value: 1 for state in DeliveryState},
        oldest_alert_s=1.0,
        unassessed=1,
        database_bytes=1,
    )
    rows: list[Row] = []
    for kind in kinds:
        rows.append(("poison_jobs_total", {"kind": kind}, 1))
        rows.append(("evaluation_duration_seconds_bucket", {"kind": kind, "le": "5"}, 1))
    for template in range(20):
        for result in ("sent", "temporary", "permanent", "postponed"):
            row = {"channel": "email", "template": f"t{template}", "result": result}
            rows += [("deliveries_total", row, 1)]
    return numbers, rows


def test_numbers_of_the_fleet_are_shown_with_complete_states() -> None:
    numbers = FleetNumbers(
        members=9,
        certified_sites=8,
        sites={("ww", "met"): 5, ("ww", "unknown"): 2},
        failing={("ww", "tz-12.7b"): 1},
        cases={"open": 3},
        oldest_case_s={"open": 60.0},
        due={"tls": 4},
        oldest_due_s={"tls": 7.5},
        leased={"tls": 2},
        alerts={"pending": 6, "held": 1},
        oldest_alert_s=12.0,
        unassessed=2,
        database_bytes=4096,
    )
    found = refreshed(numbers, closed=True)
    assert found["members", ()] == 9
    assert found["certified_sites", ()] == 8
    assert found["sites", (("label", "ww"), ("verdict", "met"))] == 5
    assert found["sites", (("label", "ww"), ("verdict", "not_met"))] == 0
    assert found["conditions_failing", (("condition", "tz-12.7b"), ("label", "ww"))] == 1
    assert found["cases", (("state", "open"),)] == 3
    assert found["cases", (("state", "overdue"),)] == 0
    assert found["case_oldest_age_seconds", (("state", "open"),)] == 60
    assert found["schedule_due", (("check", "tls"),)] == 4
    assert found["oldest_due_seconds", (("check", "tls"),)] == 7.5
    assert found["schedule_leased", (("check", "tls"),)] == 2
    assert found["workers", (("state", "free"),)] == 5
    assert found["mail_deferred", ()] == 6
    assert found["alerts", (("state", "held"),)] == 1
    assert found["mail_oldest_deferred_age_seconds", ()] == 12
    assert found["valve_closed", ()] == 1
    assert found["unassessed", ()] == 2
    assert found["database_size_bytes", ()] == 4096
    assert found["last_successful_tick_timestamp_seconds", ()] == NOW.timestamp()
    assert found["last_successful_run_timestamp_seconds", (("job", "tick"),)] == NOW.timestamp()


def test_lasting_counters_come_from_the_store_and_not_from_the_process() -> None:
    rows: list[Row] = [
        ("evaluations_total", {"kind": "tls", "outcome": "complete"}, 41),
        ("leases_expired_total", {}, 2),
        ("poison_jobs_total", {"kind": "tls"}, 1),
        ("deliveries_total", {"channel": "email", "template": "notice", "result": "sent"}, 7),
        ("deliveries_total", {"channel": "webhook", "template": "notice", "result": "sent"}, 3),
        ("of_a_later_version_total", {}, 1),
    ]
    for _ in range(2):  # a second process shows the same
        found = refreshed(counters=rows)
        assert found["evaluations_total", (("kind", "tls"), ("outcome", "complete"))] == 41
        assert found["leases_expired_total", ()] == 2
        assert found["jobs_discarded_total", ()] == 0
        assert found["mail_sent_total", (("outcome", "sent"), ("template", "notice"))] == 7
        assert found["webhook_sent_total", (("outcome", "sent"),)] == 3
        assert not any("later_version" in name for name, _ in found)


def test_the_queue_is_shown_by_lane_and_every_lane_is_there() -> None:
    numbers = replace(NOTHING, queue={"rescan": 2}, queue_oldest_s={"rescan": 1.5})
    found = refreshed(numbers)
    depth = {k: v for (name, k), v in found.items() if name == "queue_depth"}
    assert depth == {
        (("lane", "rescan"),): 2,
        (("lane", "confirm"),): 0,
        (("lane", "cadence"),): 0,
    }
    assert found["queue_oldest_age_seconds", (("lane", "rescan"),)] == 1.5


@pytest.mark.parametrize(
    ("priority", "lane"),
    [(0, Lane.CADENCE), (49, Lane.CADENCE), (50, Lane.CONFIRM), (100, Lane.RESCAN)],
)
def test_every_priority_has_its_lane(priority: int, lane: Lane) -> None:
    assert lane_of(priority) is lane


def test_an_engine_is_up_when_it_worked_as_late_as_it_failed() -> None:
    metrics = Metrics("0.1.0")
    earlier = NOW - timedelta(hours=1)
    beats = {
        "tick": NOW,
        "engine_worked:tls": NOW,
        "engine_worked:content": earlier,
        "engine_failed:content": NOW,
        "engine_worked:seal": NOW,
        "engine_failed:seal": NOW,
        "engine_failed:zap": earlier,
    }
    metrics.refresh(NOTHING, beats, [], ValveState(), NOW)
    found = shown(metrics)
    up = {dict(k)["engine"]: v for (name, k), v in found.items() if name == "scanner_up"}
    assert up == {"tls": 1, "content": 0, "seal": 1, "zap": 0}
    jobs = [k for name, k in found if name == "last_successful_run_timestamp_seconds"]
    assert jobs == [(("job", "tick"),)]


def test_zap_daemons_are_shown_from_the_start_and_while_they_cannot_be_had() -> None:
    views = [
        DaemonView("http://zap-1:8080", DaemonState.BUSY),
        DaemonView("http://zap-2:8080", DaemonState.ASIDE, well=False),
    ]
    metrics = Metrics("0.1.0", zap=lambda: views)
    metrics.refresh(NOTHING, {}, [], ValveState(), NOW)
    found = shown(metrics)
    up = {dict(k)["daemon"]: v for (name, k), v in found.items() if name == "zap_daemon_up"}
    assert up == {"http://zap-1:8080": 1, "http://zap-2:8080": 0}
    states = {dict(k)["state"]: v for (name, k), v in found.items() if name == "zap_daemons"}
    assert states == {"off": 0, "idle": 0, "busy": 1, "aside": 1, "occupied": 0}


def test_requests_are_shown_by_engine_and_rows_of_an_older_version_are_left_out() -> None:
    rows: list[Row] = [
        ("scanner_requests_total", {"kind": "tls"}, 7),
        ("scanner_requests_total", {"engine": "tls", "outcome": "timed_out"}, 3),
        ("scanner_timeouts_total", {"engine": "tls"}, 1),
    ]
    found = refreshed(replace(NOTHING, due={"tls": 0, "owasp": 0}), rows)
    name = "scanner_requests_total"
    assert {dict(k)["engine"]: v for (n, k), v in found.items() if n == name and v} == {"tls": 3}
    assert found["scanner_timeouts_total", (("engine", "tls"),)] == 1
    assert found["scanner_timeouts_total", (("engine", "passive"),)] == 0


def test_revisions_and_requests_of_this_process_are_shown() -> None:
    metrics = Metrics("0.1.0", revisions={"ww": 4})
    metrics.count_request("/metrics", "GET", 200)
    metrics.count_request("/metrics", "GET", 200)
    metrics.refresh(NOTHING, {}, [], ValveState(), NOW)
    found = shown(metrics)
    assert found["policy_revision", (("label", "ww"),)] == 4
    about = (("code", "200"), ("method", "GET"), ("route", "/metrics"))
    assert found["http_requests_total", about] == 2


def test_silence_lasts_from_the_start_or_the_last_good_tick() -> None:
    metrics = Metrics("0.1.0")
    time.sleep(0.05)
    before = metrics.silence_s()
    assert before >= 0.05
    metrics.observe_tick(0.1)
    assert metrics.silence_s() < before


def test_scans_of_known_kinds_start_at_zero_for_every_outcome() -> None:
    numbers, _ = full_house()
    found = refreshed(numbers)
    for kind in ScanKind:
        for outcome in ScanOutcome:
            key = (("kind", kind.value), ("outcome", outcome.value))
            assert found["evaluations_total", key] == 0


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_a_lasting_histogram_is_cumulative_and_complete(values: list[float]) -> None:
    rows: list[Row] = [("evaluation_lag_seconds_sum", {}, sum(values))]
    rows += [
        ("evaluation_lag_seconds_bucket", {"le": bucket(LAG_BUCKETS, value)}, 1) for value in values
    ]
    found = refreshed(counters=rows)
    for bound in LAG_BUCKETS:
        le = (("le", f"{bound:g}"),)
        assert found["evaluation_lag_seconds_bucket", le] == sum(v <= bound for v in values)
    assert found["evaluation_lag_seconds_bucket", (("le", "+Inf"),)] == len(values)
    assert found["evaluation_lag_seconds_count", ()] == len(values)
    assert found["evaluation_lag_seconds_sum", ()] == pytest.approx(sum(values))


def test_a_bucket_of_an_older_version_goes_to_the_bucket_that_holds_it_now() -> None:
    rows: list[Row] = [
        ("evaluation_duration_seconds_bucket", {"kind": "tls", "le": "7"}, 2),
        ("evaluation_duration_seconds_bucket", {"kind": "tls", "le": "many"}, 1),
    ]
    found = refreshed(counters=rows)
    name = "evaluation_duration_seconds_bucket"
    assert found[name, (("kind", "tls"), ("le", "5"))] == 0
    assert found[name, (("kind", "tls"), ("le", "15"))] == 2
    assert found[name, (("kind", "tls"), ("le", "+Inf"))] == 3


def test_ticks_and_housekeeping_are_counted_since_the_start() -> None:
    metrics = Metrics("0.1.0")
    metrics.observe_tick(0.004)
    metrics.observe_tick(0.3)
    metrics.count_run("backup", "failed")
    metrics.count_run("backup", "failed")
    metrics.refresh(NOTHING, {}, [], ValveState(), NOW)
    found = shown(metrics)
    assert found["tick_duration_seconds_bucket", (("le", "0.005"),)] == 1
    assert found["tick_duration_seconds_count", ()] == 2
    assert found["tick_duration_seconds_sum", ()] == pytest.approx(0.304)
    assert found["housekeeping_runs_total", (("job", "backup"), ("outcome", "failed"))] == 2
    assert ("last_successful_tick_timestamp_seconds", ()) not in found


def test_rendering_is_from_memory_until_the_next_refresh() -> None:
    metrics = Metrics("0.1.0")
    before = metrics.render()
    metrics.count_run("tick", "done")
    assert metrics.render() is before
    metrics.refresh(NOTHING, {}, [], ValveState(), NOW)
    assert metrics.render() != before


def test_a_full_house_stays_under_500_series() -> None:
    found = refreshed(*full_house())
    assert 350 < len(found) < 500


def test_everything_shown_is_in_the_catalogue_with_its_type_and_labels() -> None:
    known = {row.name: row for row in catalogue()}
    metrics = Metrics("0.1.0", workers=lambda: {"busy": 1})
    numbers, rows = full_house()
    metrics.refresh(numbers, {"tick": NOW}, rows, ValveState(), NOW)
    seen = set()
    for family in text_string_to_metric_families(metrics.render().decode()):
        name = family.name + ("_total" if family.type == "counter" else "")
        row = known[name]
        assert (family.type, family.documentation) == (row.type.value, row.help)
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(row.labels), sample
        seen.add(name)
    assert seen == set(known)


def test_names_follow_the_habits_of_prometheus() -> None:
    for row in catalogue():
        assert row.name.startswith("keurwacht_")
        assert row.name.endswith("_total") == (row.type is MetricType.COUNTER), row.name
        assert row.help.endswith("."), row.name
        assert bool(row.buckets) == (row.type is MetricType.HISTOGRAM), row.name


def test_the_services_count_only_what_the_catalogue_has() -> None:
    counted = set()
    for file in SERVICES.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="count"), args=[ast.Constant(str(name)), *_]):
                    counted.add(name)
                case ast.Call(func=ast.Name("observe"), args=[_, ast.Constant(str(name)), *_]):
                    counted |= {f"{name}_bucket", f"{name}_sum"}
                case _:
                    pass
    assert {"evaluations_total", "evaluation_lag_seconds_sum"} <= counted
    assert counted <= lasting_names()


def test_refresh_and_render_bear_each_other_on_many_threads() -> None:
    metrics = Metrics("0.1.0")
    numbers, rows = full_house()
    broken: list[bytes] = []

    def write() -> None:
        for _ in range(10):
            metrics.observe_tick(0.001)
            metrics.refresh(numbers, {"tick": NOW}, rows, ValveState(), NOW)

    def read() -> None:
        for _ in range(200):
            text = metrics.render()
            if not text.endswith(b"\n") or b"keurwacht_build_info" not in text:
                broken.append(text)

    threads = [threading.Thread(target=work) for work in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert shown(metrics)["tick_duration_seconds_count", ()] == 20


def test_buckets_are_named_as_prometheus_writes_them() -> None:
    assert bucket(DURATION_BUCKETS, 0.0) == "1"
    assert bucket(DURATION_BUCKETS, 1.0) == "1"
    assert bucket(DURATION_BUCKETS, 1.01) == "5"
    assert bucket(DURATION_BUCKETS, 301) == "+Inf"
    assert BY_NAME["evaluation_duration_seconds"].buckets == DURATION_BUCKETS
