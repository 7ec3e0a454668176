"""Lasting counters: names and buckets, the same for who counts and who shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.services.tx import Tx
from scanners.api import ScanKind, ScanOutcome, ScanResult

DURATION_BUCKETS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
# How the beats of scanners are named: one for each engine's newest good and bad end.
ENGINE_WORKED, ENGINE_FAILED = "engine_worked:", "engine_failed:"
ENGINES = frozenset({"passive", "zap", "wapiti"})
_USUAL: Mapping[str, str] = {ScanKind.OWASP: "passive"}
_FAILED = frozenset({ScanOutcome.SCANNER_ERROR, ScanOutcome.ENGINE_ERROR})
LAG_BUCKETS = (1.0, 10.0, 60.0, 300.0, 900.0, 3600.0, 21600.0, 86400.0)


def bucket(bounds: tuple[float, ...], value: float) -> str:
    """The ``le`` of the narrowest bucket that holds ``value``: ``"5"``, ``"+Inf"``."""
    return next((f"{bound:g}" for bound in bounds if value <= bound), "+Inf")


def observe(
    tx: Tx, name: str, labels: Mapping[str, str], seconds: float, bounds: tuple[float, ...]
) -> None:
    """Add one observation to a lasting histogram."""
    tx.count(f"{name}_bucket", {**labels, "le": bucket(bounds, seconds)})
    tx.count(f"{name}_sum", labels, seconds)


def engine_of(result: ScanResult) -> str:
    """What looked: a named engine where a kind of scan has several, else the kind's own."""
    named = str(result.detail.get("engine", ""))
    return named if named in ENGINES else usual_engine(result.kind.value)


def usual_engine(kind: str) -> str:
    """The engine of that kind of scan when the scan names none."""
    return _USUAL.get(kind, kind)


def count_scan(tx: Tx, result: ScanResult, now: datetime) -> None:
    """Count a scan that ended, what it cost, and whether its engine works."""
    kind, engine = {"kind": result.kind.value}, {"engine": engine_of(result)}
    outcome = {"outcome": result.outcome.value}
    tx.count("evaluations_total", {**kind, **outcome})
    tx.count("scanner_requests_total", {**engine, **outcome}, result.requests)
    if result.outcome is ScanOutcome.TIMED_OUT or result.detail.get("overstayed"):
        tx.count("scanner_timeouts_total", engine)
    observe(tx, "evaluation_duration_seconds", kind, result.duration_s, DURATION_BUCKETS)
    failed = result.outcome in _FAILED
    tx.beat(f"{ENGINE_FAILED if failed else ENGINE_WORKED}{engine['engine']}", now)
