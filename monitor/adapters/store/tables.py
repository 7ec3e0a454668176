"""The tables, one definition for SQLite and PostgreSQL.

Enums are stored as their codes without a CHECK: a new member needs no migration.
Moments are integer microseconds (see codec).  Every constraint has a name, so
that a batch migration on SQLite loses none.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    text,
)

from monitor.adapters.store import (  # noqa: F401 - one metadata, all of it
    tables_consents,
    tables_drifting,
    tables_outbox,
    tables_procedures,
    tables_reviews,
    tables_weaknesses,
)
from monitor.adapters.store.codec import Doc, Hostile, Moment
from monitor.adapters.store.columns import (
    CODE,
    MOMENTS,
    OBJECT,
    REFS,
    SERIAL,
    SHA,
    STRING_SET,
    STRINGS,
    WORDS,
    blob_key,
    metadata,
    site_key,
)
from monitor.domain.member import Category, Contact

member = Table(
    "member",
    metadata,
    Column("member_id", Text, primary_key=True),
    Column("legal_name", Text, nullable=False),
    Column("trade_names", STRINGS, nullable=False),
    Column("kvk", Text),
    Column("kbo", Text),
    Column("vat", Text),
    Column("address", Text),
    Column("customers", STRING_SET, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("languages", STRINGS, nullable=False),
    Column("flags", STRING_SET, nullable=False),
    Column("size", Text),
    Column("categories", Doc(tuple[Category, ...]), nullable=False),
    Column("contacts", Doc(tuple[Contact, ...]), nullable=False),
)

site = Table(
    "site",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("member_id", Text, ForeignKey("member.member_id"), nullable=False, index=True),
    Column("url", Text, nullable=False, index=True),
    Column("subject", CODE, nullable=False),
    Column("hosts", STRINGS, nullable=False),
    Column("certificate_url", Text),
    Column("profile_urls", STRINGS, nullable=False),
    Column("platform", Text),
)

site_host = Table(
    "site_host",
    metadata,
    site_key(primary=True),
    Column("host", Text, primary_key=True, index=True),
)

certification = Table(
    "certification",
    metadata,
    site_key(primary=True),
    Column("label_id", Text, primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("standing", CODE, nullable=False),
    Column("since", Date),
    Column("valid_until", Date),
)

due = Table(
    "due",
    metadata,
    site_key(primary=True),
    Column("kind", CODE, primary_key=True),
    Column("cadence_us", BigInteger, nullable=False),
    Column("phase_us", BigInteger, nullable=False),
    Column("ready_at", Moment, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("pkey", Text, nullable=False),
    Column("lease_until", Moment),
    Column("owner", Text),
    Column("token", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("requested_by", Text, nullable=False),
    # A rescan asked for while the job runs; taken over when the row is freed.
    Column("wanted_by", Text),
    Column("wanted_at", Moment),
    Column("last_error", Hostile, nullable=False),
    sqlite_with_rowid=False,
)
# The last three stand in the index so that passing over rows reads no table pages
# (SQLite looks at lease_until again, although the index holds no other value).
Index(
    "ix_due_free",
    due.c.priority.desc(),
    due.c.ready_at,
    due.c.attempt,
    due.c.pkey,
    due.c.lease_until,
    sqlite_where=due.c.lease_until.is_(None),
    postgresql_where=due.c.lease_until.is_(None),
)
Index(
    "ix_due_leased",
    due.c.lease_until,
    due.c.pkey,
    sqlite_where=due.c.lease_until.is_not(None),
    postgresql_where=due.c.lease_until.is_not(None),
)

Index(  # poison is rare: without it the tick reads every due row to find none
    "ix_due_tried",
    due.c.attempt,
    sqlite_where=text("lease_until IS NULL AND attempt > 1"),
    postgresql_where=text("lease_until IS NULL AND attempt > 1"),
)

serial = Table(
    "serial",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

blob = Table(
    "blob",
    metadata,
    Column("sha", SHA, primary_key=True),
    Column("codec", CODE, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

scan = Table(
    "scan",
    metadata,
    site_key(primary=True),
    Column("kind", CODE, primary_key=True),
    Column("outcome", CODE, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("detail", OBJECT, nullable=False),
)

# ``role``: newest (of the scan kind), kept (pinned, of an older scan), proposed, baseline.
evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", SERIAL, primary_key=True),
    site_key(),
    Column("role", CODE, nullable=False),
    Column("scan_kind", CODE, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_url", Hostile, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("excerpt", Hostile, nullable=False),
    blob_key("facts_sha", nullable=False),
    blob_key("body_sha", nullable=True),
    Index("ix_evidence_site_id_role", "site_id", "role"),
    Index("ix_evidence_facts_sha", "facts_sha"),
    Index("ix_evidence_body_sha", "body_sha"),
)

# What an interval or case points to; evidence of that name is not dropped.
pin = Table(
    "pin",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("sha", SHA, primary_key=True, index=True),
)

finding = Table(
    "finding",
    metadata,
    site_key(primary=True),
    Column("label_id", Text, primary_key=True),
    Column("condition_id", Text, primary_key=True),
    Column("finding", CODE, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("review", Boolean, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("summary", Hostile, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("looks", Integer, nullable=False),
    # When the finding itself last changed: a gap starts an interval, not a turn.
    Column("turned_at", Moment, nullable=False),
    Column("number", Integer, nullable=False),
    Column("evidence", REFS, nullable=False),
    Column("pinned", REFS, nullable=False),
    Column("detail", OBJECT, nullable=False),
    # A reviewer's look is wanted, also where an open case decides meanwhile.
    Column("waits", Boolean, nullable=False, server_default=false()),
)
_BAD = finding.c.finding == text("'not_met'")
Index(
    "ix_finding_bad",
    finding.c.label_id,
    finding.c.condition_id,
    sqlite_where=_BAD,
    postgresql_where=_BAD,
)
Index(
    "ix_finding_waits",
    finding.c.first_at,
    sqlite_where=text("waits = 1"),
    postgresql_where=text("waits"),
)
_MISSING = text("outcome = 'missing'")
Index(
    "ix_finding_missing",
    finding.c.site_id,
    finding.c.label_id,
    finding.c.condition_id,
    sqlite_where=_MISSING,
    postgresql_where=_MISSING,
)
Index("ix_finding_condition_id", finding.c.condition_id, finding.c.label_id, finding.c.finding)

# Closed intervals; the open one is the row in ``finding``.
interval = Table(
    "finding_interval",
    metadata,
    site_key(primary=True),
    Column("label_id", Text, primary_key=True),
    Column("condition_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("finding", CODE, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("looks", Integer, nullable=False),
    Column("turned_at", Moment, nullable=False),
    Column("evidence", REFS, nullable=False),
    Column("detail", OBJECT, nullable=False),
)

baseline = Table(
    "baseline",
    metadata,
    site_key(primary=True),
    Column("role", CODE, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
)

attestation = Table(
    "attestation",
    metadata,
    Column("number", SERIAL, primary_key=True),
    site_key(),
    Column("condition_id", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("file_sha256", SHA),
    blob_key("document_sha", nullable=True),
    Column("under_review", Boolean, nullable=False, server_default=false()),
    Column("role", Text, nullable=False, server_default=""),
    Column("meanwhile", Date),
    Column("note", Text, nullable=False, server_default=""),
    Column("dated", Date),
    # Another owner: what was handed in before counts no more.
    Column("void_at", Moment),
    Index("ix_attestation_site_id_condition_id", "site_id", "condition_id"),
    Index("ix_attestation_document_sha", "document_sha"),
)

case_file = Table(
    "case_file",
    metadata,
    Column("case_id", Text, primary_key=True),
    site_key(),
    Column("condition_id", Text, nullable=False),
    Column("labels", STRINGS, nullable=False),
    Column("state", CODE, nullable=False, index=True),
    Column("severity", CODE, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("confirm", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("suspected_at", Moment, nullable=False),
    Column("candidate", Boolean, nullable=False),
    Column("observations", MOMENTS, nullable=False),
    Column("good", MOMENTS, nullable=False),
    Column("opened_at", Moment),
    Column("notified_at", Moment),
    Column("due_at", Moment),
    Column("postponements", Integer, nullable=False),
    Column("reminders", Integer, nullable=False),
    Column("silence_told", Boolean, nullable=False),
    Column("worse", Integer, nullable=False),
    Column("closed_at", Moment),
    Column("wake_at", Moment),
    Column("evidence", REFS, nullable=False),
    Column("summary", Hostile, nullable=False),
    Column("fill", WORDS, nullable=False),
    Column("waived_at", Moment),
    Index("ix_case_file_site_id", "site_id", "suspected_at"),
)
_ACTIVE = case_file.c.state != text("'remedied'")
Index(
    "uq_case_file_active",
    case_file.c.site_id,
    case_file.c.condition_id,
    unique=True,
    sqlite_where=_ACTIVE,
    postgresql_where=_ACTIVE,
)
Index(
    "ix_case_file_wake_at",
    case_file.c.wake_at,
    sqlite_where=_ACTIVE,
    postgresql_where=_ACTIVE,
)
Index(
    "ix_case_file_closed_at",
    case_file.c.closed_at,
    sqlite_where=case_file.c.closed_at.is_not(None),
    postgresql_where=case_file.c.closed_at.is_not(None),
)

unassessed = Table(
    "unassessed",
    metadata,
    site_key(primary=True),
    Column("label_id", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    Column("ticket_at", Moment),
    Column("told_at", Moment),
)

audit = Table(
    "audit",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("detail", OBJECT, nullable=False),
)

beat = Table(
    "beat",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("labels", Text, primary_key=True),
    Column("value", Float, nullable=False),
)
