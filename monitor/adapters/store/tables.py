"""The tables, one definition for SQLite and PostgreSQL.

Enums are stored as their codes without a CHECK: a new member needs no migration.
Moments are integer microseconds (see codec).  Every constraint has a name, so
that a batch migration on SQLite loses none.
"""

from __future__ import annotations

from typing import Any

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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from monitor.adapters.store.codec import Doc, Hostile, Moment
from monitor.domain.finding import EvidenceRef
from monitor.domain.member import Category, Contact

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CODE = String(32)
SHA = String(64)
# A BigInteger primary key does not number itself on SQLite.
SERIAL = BigInteger().with_variant(Integer, "sqlite")
STRINGS = Doc(tuple[str, ...])
STRING_SET = Doc(frozenset[str])
REFS = Doc(tuple[EvidenceRef, ...])
MOMENTS = Doc(tuple[int, ...])
OBJECT = Doc(dict[str, object])


def _site(*, primary: bool = False) -> Column[Any]:
    return Column(
        "site_id",
        Text,
        ForeignKey("site.site_id", ondelete="CASCADE"),
        primary_key=primary,
        nullable=False,
    )


def _blob(name: str, *, nullable: bool) -> Column[Any]:
    return Column(name, SHA, ForeignKey("blob.sha", ondelete="RESTRICT"), nullable=nullable)


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
    _site(primary=True),
    Column("host", Text, primary_key=True, index=True),
)

certification = Table(
    "certification",
    metadata,
    _site(primary=True),
    Column("label_id", Text, primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("standing", CODE, nullable=False),
    Column("since", Date),
    Column("valid_until", Date),
)

due = Table(
    "due",
    metadata,
    _site(primary=True),
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
# attempt and pkey stand in the index so that passing over rows reads no table pages.
Index(
    "ix_due_free",
    due.c.priority.desc(),
    due.c.ready_at,
    due.c.attempt,
    due.c.pkey,
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
    _site(primary=True),
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
    _site(),
    Column("role", CODE, nullable=False),
    Column("scan_kind", CODE, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_url", Hostile, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("excerpt", Hostile, nullable=False),
    _blob("facts_sha", nullable=False),
    _blob("body_sha", nullable=True),
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
    _site(primary=True),
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
)
Index(
    "ix_finding_bad",
    finding.c.label_id,
    finding.c.condition_id,
    sqlite_where=finding.c.finding == text("'not_met'"),
    postgresql_where=finding.c.finding == text("'not_met'"),
)
Index("ix_finding_condition_id", finding.c.condition_id, finding.c.label_id, finding.c.finding)

# Closed intervals; the open one is the row in ``finding``.
interval = Table(
    "finding_interval",
    metadata,
    _site(primary=True),
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
    _site(primary=True),
    Column("role", CODE, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
)

attestation = Table(
    "attestation",
    metadata,
    Column("number", SERIAL, primary_key=True),
    _site(),
    Column("condition_id", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("file_sha256", SHA),
    _blob("document_sha", nullable=True),
    Index("ix_attestation_site_id_condition_id", "site_id", "condition_id"),
    Index("ix_attestation_document_sha", "document_sha"),
)

case_file = Table(
    "case_file",
    metadata,
    Column("case_id", Text, primary_key=True),
    _site(),
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
    Index("ix_case_file_site_id", "site_id", "suspected_at"),
)
Index(
    "uq_case_file_active",
    case_file.c.site_id,
    case_file.c.condition_id,
    unique=True,
    sqlite_where=case_file.c.state != text("'remedied'"),
    postgresql_where=case_file.c.state != text("'remedied'"),
)
Index(
    "ix_case_file_wake_at",
    case_file.c.wake_at,
    sqlite_where=case_file.c.state != text("'remedied'"),
    postgresql_where=case_file.c.state != text("'remedied'"),
)

unassessed = Table(
    "unassessed",
    metadata,
    _site(primary=True),
    Column("label_id", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    Column("ticket_at", Moment),
    Column("told_at", Moment),
)

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
    Column("created_at", Moment, nullable=False),
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

audit = Table(
    "audit",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("at", Moment, nullable=False),
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
