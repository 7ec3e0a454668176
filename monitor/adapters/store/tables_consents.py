"""The tables of consent to scans; see ``tables`` for what holds for all."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Table, Text

from monitor.adapters.store.codec import Hostile, Moment
from monitor.adapters.store.columns import CODE, OBJECT, SERIAL, STRINGS, WORDS, metadata, site_key

consent = Table(
    "consent",
    metadata,
    Column("number", SERIAL, primary_key=True),
    site_key(),
    Column("member_id", Text, nullable=False),
    Column("level", CODE, nullable=False),
    Column("given_by", Hostile, nullable=False),
    Column("contact", Hostile, nullable=False),
    Column("reference", Hostile, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("hosts", STRINGS, nullable=False),
    Column("window", WORDS),
    Column("recorded_by", Hostile, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", Hostile, nullable=False),
    Index("ix_consent_site_id", "site_id"),
)

control = Table(
    "control",
    metadata,
    site_key(primary=True),
    Column("token", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("method", CODE),
    Column("proven_at", Moment),
    Column("lost_at", Moment),
)

# No key to members: a switch may be turned on for one that is not (or no longer) on file.
kill_switch = Table(
    "kill_switch",
    metadata,
    Column("member_id", Text, primary_key=True),
    Column("on_at", Moment, nullable=False),
    Column("by", Hostile, nullable=False),
    Column("reason", Hostile, nullable=False),
)

scan_order = Table(
    "scan_order",
    metadata,
    site_key(primary=True),
    Column("level", CODE, nullable=False),
    Column("engine", CODE, nullable=False),
    Column("by", Hostile, nullable=False),
    Column("at", Moment, nullable=False),
    Column("planned", Boolean, nullable=False),
)

scan_progress = Table(
    "scan_progress",
    metadata,
    site_key(primary=True),
    Column("at", Moment, nullable=False),
    Column("progress", OBJECT, nullable=False),
)
