"""The tables of the outbox and its valve; see ``tables`` for what holds for all."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from monitor.adapters.store.codec import Hostile, Moment
from monitor.adapters.store.columns import CODE, OBJECT, SERIAL, metadata

# ``number`` is the order in which alerts of a thread are said.
alert = Table(
    "alert",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("alert_id", String(32), nullable=False),
    Column("thread", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("audience", CODE, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("site_id", Text, nullable=False, index=True),
    Column("case_id", Text),
    Column("created_at", Moment, nullable=False, index=True),
    Column("context", OBJECT, nullable=False),
    Column("state", CODE, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("owner", Text),
    Column("token", BigInteger, nullable=False),
    Column("sent_at", Moment),
    Column("reply", Hostile, nullable=False),
    Column("error", Hostile, nullable=False),
    # An attempt ended without an answer: the other side may have taken it.
    Column("unclear", Boolean, nullable=False, server_default=false()),
    # Withdrawn while its fate is not known: it ends as soon as that is.
    Column("unwanted", Boolean, nullable=False, server_default=false()),
    Column("origin", Text, nullable=False, server_default=""),
    UniqueConstraint("alert_id"),
    Index("ix_alert_thread", "thread", "recipient", "channel", "number"),
)
Index(
    "ix_alert_pending",
    alert.c.created_at,
    alert.c.number,
    sqlite_where=alert.c.state == text("'pending'"),
    postgresql_where=alert.c.state == text("'pending'"),
)

valve = Table(
    "valve",
    metadata,
    Column("valve_id", Integer, primary_key=True, autoincrement=False),
    Column("closed", Boolean, nullable=False),
    Column("changed_at", Moment),
    Column("counted_from", Moment),
    Column("reason", Text, nullable=False),
)
