"""The dashboard asked against a real Prometheus, fed from the real exporter output."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashboards import generate
from monitor.adapters.metrics import Metrics
from monitor.adapters.metrics_catalogue import BY_NAME
from monitor.adapters.status_server import StatusServer
from monitor.services.measures import bucket
from monitor.services.records import FleetNumbers, ValveState

KINDS = ("certificate", "tls", "content", "drift", "owasp")
FOLDER = Path(generate.__file__).parent
JsonMap = dict[str, object]

needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None or shutil.which("promtool") is None,
    reason="the Debian package prometheus is not installed",
)


def numbers() -> FleetNumbers:
    return FleetNumbers(
        members=4980,
        certified_sites=5000,
        sites={("webwinkelkeur", "met"): 4700, ("webwinkelkeur", "not_met"): 100}
        | {("becommerce-b2b", "met"): 150, ("becommerce-b2b", "unknown"): 50},
        failing={("webwinkelkeur", "tz-12.7b"): 60, ("becommerce-b2b", "tz-10.1"): 4},
        cases={"open": 3, "notified": 90, "remedied": 400},
        oldest_case_s={"open": 500.0, "notified": 86_400.0},
        due=dict.fromkeys(KINDS, 3),
        oldest_due_s=dict.fromkeys(KINDS, 12.5),
        leased={"tls": 2},
        alerts={"pending": 4, "held": 1, "sent": 5000},
        oldest_alert_s=30.0,
        unassessed=7,
        database_bytes=123_456_789,
        queue={"rescan": 1, "cadence": 14},
        queue_oldest_s={"rescan": 0.5, "cadence": 12.5},
    )


def counters(turn: int) -> list[tuple[str, Mapping[str, str], float]]:
    rows: list[tuple[str, Mapping[str, str], float]] = [
        ("leases_expired_total", {}, turn),
        ("jobs_discarded_total", {}, turn),
        ("poison_jobs_total", {"kind": "tls"}, turn),
        (
            "deliveries_total",
            {"channel": "email", "template": "notice", "result": "sent"},
            3 * turn,
        ),
        ("evaluation_lag_seconds_sum", {}, 20.0 * turn),
        ("evaluation_lag_seconds_bucket", {"le": "10"}, 4 * turn),
    ]
    le = bucket(BY_NAME["evaluation_duration_seconds"].buckets, 12.0)
    for kind in KINDS:
        rows += [
            ("evaluations_total", {"kind": kind, "outcome": "complete"}, 10 * turn),
            ("scanner_requests_total", {"engine": kind, "outcome": "complete"}, 50 * turn),
            ("scanner_timeouts_total", {"engine": kind}, turn),
            ("evaluation_duration_seconds_bucket", {"kind": kind, "le": le}, 10 * turn),
            ("evaluation_duration_seconds_sum", {"kind": kind}, 120.0 * turn),
        ]
    return rows


def filled() -> Metrics:
    return Metrics("0.1.0", workers=lambda: {"busy": 2, "free": 6})


def turned(metrics: Metrics, turn: int, now: datetime) -> str:
    metrics.observe_tick(0.004)
    metrics.count_run("tick", "done")
    metrics.count_run("backup", "failed")
    beats = {"tick": now, "engine_worked:tls": now, "engine_failed:content": now}
    metrics.refresh(numbers(), beats, counters(turn), ValveState(closed=False), now)
    return metrics.render().decode()


def openmetrics(texts: list[tuple[float, str]]) -> str:
    """The scrapes as one OpenMetrics file, with the labels a scrape would add."""
    types: dict[str, str] = {}
    lines: dict[str, list[str]] = {}
    for at, text in texts:
        for family in text_string_to_metric_families(text):
            types[family.name] = family.type
            for sample in family.samples:
                labels = {**sample.labels, "job": "keurwacht", "instance": "127.0.0.1:9464"}
                shown = ",".join(f'{key}="{value}"' for key, value in labels.items())
                line = f"{sample.name}{{{shown}}} {sample.value} {at:.3f}"
                lines.setdefault(family.name, []).append(line)
    parts = [f"# TYPE {name} {types[name]}\n" + "\n".join(rows) for name, rows in lines.items()]
    return "\n".join(parts) + "\n# EOF\n"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Prometheus:
    def __init__(self, port: int) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    def get(self, path: str, **params: str | float) -> list[JsonMap]:
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        data = answer.json()["data"]
        found = data["result"] if isinstance(data, dict) else data
        assert isinstance(found, list)
        return found


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    now = datetime.now(UTC)
    metrics, texts = filled(), []
    for turn in range(121):
        at = now - timedelta(minutes=120 - turn)
        texts.append((at.timestamp(), turned(metrics, turn, at)))
    (folder / "in.om").write_text(openmetrics(texts))
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "in.om", "data"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    server = StatusServer("127.0.0.1", 0, ready=dict, metrics=metrics.render)
    server.start()
    scrape = (
        "global: {scrape_interval: 1s}\nscrape_configs:\n"
        f"  - job_name: live\n    static_configs: [{{targets: ['127.0.0.1:{server.port}']}}]\n"
    )
    (folder / "prometheus.yml").write_text(scrape)
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                "--storage.tsdb.retention.time=10y",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
        asked = Prometheus(port)
        try:
            wait_ready(asked, process)
            yield asked
        finally:
            asked.client.close()
            process.terminate()
            process.wait(20)
            server.stop()


def wait_ready(asked: Prometheus, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "prometheus ended by itself"
        try:
            if asked.client.get("/-/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("prometheus was not ready within 20 s")


def panels() -> list[JsonMap]:
    found = generate.dashboard()["panels"]
    assert isinstance(found, list)
    return [panel for panel in found if panel["type"] != "row"]


def targets() -> list[tuple[str, JsonMap]]:
    found = []
    for panel in panels():
        assert isinstance(panel["targets"], list)
        found += [(f"{panel['title']} {t['refId']}", t) for t in panel["targets"]]
    return found


def substituted(expr: str) -> str:
    for name, value in (
        ("$__rate_interval", "5m"),
        ("$__range", "1h"),
        ("$job", "keurwacht"),
        ("$instance", ".+"),
        ("$label", ".+"),
    ):
        expr = expr.replace(name, value)
    assert "$" not in expr
    return expr


@needs_prometheus
@pytest.mark.parametrize(("title", "target"), [pytest.param(*t, id=t[0]) for t in targets()])
def test_every_query_of_every_panel_finds_series_with_the_labels_of_its_legend(
    prometheus: Prometheus, title: str, target: JsonMap
) -> None:
    expr, now = substituted(str(target["expr"])), time.time()
    if target["instant"]:
        found = prometheus.get("/api/v1/query", query=expr, time=now)
    else:
        found = prometheus.get(
            "/api/v1/query_range", query=expr, start=now - 3600, end=now, step=60
        )
    assert found, f"{title}: nothing for {expr}"
    wanted = set(re.findall(r"{{(\w+)}}", str(target["legendFormat"])))
    for series in found:
        assert isinstance(series["metric"], dict)
        assert wanted <= set(series["metric"]), f"{title}: {series['metric']}"
        pairs = series.get("values") or [series["value"]]
        assert isinstance(pairs, list)
        assert not any(value == "NaN" for _, value in pairs[-3:]), f"{title}: {pairs[-3:]}"


@needs_prometheus
def test_every_variable_has_choices(prometheus: Prometheus) -> None:
    asked = 0
    templating = generate.dashboard()["templating"]
    assert isinstance(templating, dict)
    for variable in templating["list"]:
        if variable["type"] != "query":
            continue
        form = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"])
        assert form is not None
        series = substituted(form[1])
        found = prometheus.get(f"/api/v1/label/{form[2]}/values", **{"match[]": series})
        assert found, variable["name"]
        asked += 1
    assert asked == 3


@needs_prometheus
def test_prometheus_scrapes_the_status_server(prometheus: Prometheus) -> None:
    for _ in range(100):
        if prometheus.get("/api/v1/query", query='up{job="live"} == 1'):
            break
        time.sleep(0.1)
    found = prometheus.get("/api/v1/query", query='keurwacht_members{job="live"}')
    assert found[0]["value"][1] == "4980"  # type: ignore[index]


@needs_prometheus
def test_promtool_has_nothing_to_say_about_the_exposition() -> None:
    text = turned(filled(), 3, datetime(2026, 11, 21, tzinfo=UTC))
    command = ["promtool", "check", "metrics"]
    done = subprocess.run(
        command, check=False, input=text, text=True, capture_output=True, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_prometheus
def test_promtool_takes_the_scrape_configuration() -> None:
    file = FOLDER.parent / "config" / "prometheus" / "prometheus.yml"
    command = ["promtool", "check", "config", str(file)]
    done = subprocess.run(command, check=False, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr


def test_committed_dashboard_is_what_the_generator_writes() -> None:
    assert (FOLDER / "fleet.json").read_text(encoding="utf-8") == generate.text()


def test_every_panel_is_described_and_asks_the_chosen_data_source() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids) > 20
    for panel in panels():
        assert panel["title"], panel["id"]
        assert str(panel["description"]).endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]  # type: ignore[index]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    for title, target in targets():
        expr = str(target["expr"])
        assert 'job=~"$job"' in expr, title
        if "rate(" in expr:
            assert "[$__rate_interval]" in expr, title


def test_panels_lie_within_the_grid_and_never_over_each_other() -> None:
    cells: set[tuple[int, int]] = set()
    everything = generate.dashboard()["panels"]
    assert isinstance(everything, list)
    for panel in everything:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        mine = {
            (place["x"] + dx, place["y"] + dy)
            for dx in range(place["w"])
            for dy in range(place["h"])
        }
        assert not mine & cells, panel["title"]
        cells |= mine


def test_every_metric_of_the_dashboard_is_in_the_catalogue() -> None:
    suffix = re.compile(r"_(bucket|sum|count)$")
    for title, target in targets():
        for name in re.findall(r"keurwacht_(\w+)", re.sub(r'"[^"]*"', "", str(target["expr"]))):
            assert name in BY_NAME or suffix.sub("", name) in BY_NAME, f"{title}: {name}"


def test_the_file_is_plain_json_without_a_host_of_ours() -> None:
    text = (FOLDER / "fleet.json").read_text(encoding="utf-8")
    assert json.loads(text)["uid"] == "keurwacht-fleet"
    assert "://" not in text
