"""The tables of drift; see ``tables`` for what holds for all."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from monitor.adapters.store.codec import Doc
from monitor.adapters.store.columns import metadata, site_key
from monitor.domain.drifting import DriftMemory

drift_memory = Table(
    "drift_memory",
    metadata,
    site_key(primary=True),
    Column("memory", Doc(DriftMemory), nullable=False),
)

drift_part = Table(
    "drift_part",
    metadata,
    site_key(primary=True),
    Column("feature", Text, primary_key=True),
)
Index("ix_drift_part_feature", drift_part.c.feature)
