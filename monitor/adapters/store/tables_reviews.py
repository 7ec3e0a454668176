"""The tables of what people decided; see ``tables`` for what holds for all."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table, Text, text

from monitor.adapters.store.codec import Hostile, Moment
from monitor.adapters.store.columns import CODE, REFS, SERIAL, SHA, metadata, site_key

review = Table(
    "review",
    metadata,
    Column("number", SERIAL, primary_key=True),
    site_key(),
    Column("member_id", Text, nullable=False),
    Column("condition_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("fingerprint", SHA, nullable=False),
    Column("decision", CODE, nullable=False),
    Column("role", CODE, nullable=False),
    Column("reviewer", Hostile, nullable=False),
    Column("reason", Hostile, nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Date, nullable=False),
    Column("summary", Hostile, nullable=False),
    Column("evidence", REFS, nullable=False),
    Index("ix_review_site_id_condition_id", "site_id", "condition_id"),
)

waiver = Table(
    "waiver",
    metadata,
    Column("number", SERIAL, primary_key=True),
    site_key(),
    Column("member_id", Text, nullable=False),
    Column("condition_id", Text, nullable=False),
    Column("owner", Hostile, nullable=False),
    Column("reason", Hostile, nullable=False),
    Column("starts", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("recorded_by", Hostile, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("begun_at", Moment),
    Column("ended_at", Moment),
    Column("ended_by", Hostile, nullable=False),
)
Index(
    "uq_waiver_running",
    waiver.c.site_id,
    waiver.c.condition_id,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)
Index("ix_waiver_site_id", waiver.c.site_id)
