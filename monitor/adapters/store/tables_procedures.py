"""The tables of documents said once, duties and procedures; see ``tables`` for what holds."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text

from monitor.adapters.store.codec import Moment
from monitor.adapters.store.columns import CODE, WORDS, metadata, site_key

# What was said once: a reminder of a document, a missing document, a digest of a quarter.
said_once = Table(
    "said_once",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

obligation = Table(
    "obligation",
    metadata,
    site_key(primary=True),
    Column("label_id", Text, primary_key=True),
    Column("obligation_id", Text, primary_key=True),
    Column("state", CODE, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
)

obligation_done = Table(
    "obligation_done",
    metadata,
    site_key(primary=True),
    Column("label_id", Text, primary_key=True),
    Column("obligation_id", Text, primary_key=True),
    Column("at", Moment, primary_key=True),
)

procedure = Table(
    "procedure",
    metadata,
    Column("procedure_id", Text, primary_key=True),
    Column("kind", CODE, nullable=False),
    site_key(),
    Column("member_id", Text, nullable=False),
    Column("label_id", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("state", CODE, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("waiting_since", Moment),
    Column("waited_us", BigInteger, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("postponements", Integer, nullable=False),
    Column("parts", WORDS, nullable=False),
    Column("closed_at", Moment),
    Index("ix_procedure_site_id", "site_id", "opened_at"),
)
Index(
    "ix_procedure_active",
    procedure.c.kind,
    sqlite_where=procedure.c.closed_at.is_(None),
    postgresql_where=procedure.c.closed_at.is_(None),
)
Index(
    "uq_procedure_running",
    procedure.c.kind,
    procedure.c.site_id,
    procedure.c.label_id,
    unique=True,
    sqlite_where=procedure.c.closed_at.is_(None),
    postgresql_where=procedure.c.closed_at.is_(None),
)
Index(
    "ix_procedure_closed_at",
    procedure.c.closed_at,
    sqlite_where=procedure.c.closed_at.is_not(None),
    postgresql_where=procedure.c.closed_at.is_not(None),
)

procedure_step = Table(
    "procedure_step",
    metadata,
    Column(
        "procedure_id",
        Text,
        ForeignKey("procedure.procedure_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("data", WORDS, nullable=False),
)

# Whose a site was; a row only for those that changed hands.
member_link = Table(
    "member_link",
    metadata,
    site_key(primary=True),
    Column("number", Integer, primary_key=True),
    Column("member_id", Text, nullable=False),
    Column("since", Date),
    Column("until", Date),
)

seal_right = Table(
    "seal_right",
    metadata,
    site_key(primary=True),
    Column("label_id", Text, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("host", Text, nullable=False),
    Column("until", Date),
)
