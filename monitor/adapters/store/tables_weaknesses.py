"""The tables of weaknesses; see ``tables`` for what holds for all."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, Table, text

from monitor.adapters.store.codec import Doc, Hostile, Moment
from monitor.adapters.store.columns import CODE, SHA, metadata, site_key
from monitor.domain.weakness import Sighting

weakness = Table(
    "weakness",
    metadata,
    site_key(primary=True),
    Column("fingerprint", SHA, primary_key=True),
    Column("state", CODE, nullable=False),
    Column("severity", CODE, nullable=False),
    Column("seen", Doc(Sighting), nullable=False),
    Column("profile", CODE, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("decided_by", Hostile, nullable=False),
    Column("decided_at", Moment),
    Column("reason", Hostile, nullable=False),
    Column("until", Date),
)
Index(
    "ix_weakness_until",
    weakness.c.until,
    sqlite_where=text("until IS NOT NULL"),
    postgresql_where=text("until IS NOT NULL"),
)

owasp_run = Table(
    "owasp_run",
    metadata,
    site_key(primary=True),
    Column("at", Moment, primary_key=True),
    Column("engine", CODE, nullable=False),
    Column("version", Hostile, nullable=False),
    Column("profile", CODE, nullable=False),
    Column("outcome", CODE, nullable=False),
    Column("urls_known", Integer, nullable=False),
    Column("urls_visited", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("duration_s", Float, nullable=False),
)
