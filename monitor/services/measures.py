"""Lasting counters: names and buckets, the same for who counts and who shows."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.services.tx import Tx

DURATION_BUCKETS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
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
