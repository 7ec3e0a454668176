"""Members, sites, the schedule, evidence and findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _blob()
    _member()
    _pin()
    _serial()
    _site()
    _attestation()
    _baseline()
    _certification()
    _due()
    _evidence()
    _finding()
    _finding_interval()
    _scan()
    _site_host()


def downgrade() -> None:
    """Nothing is older than the first tables."""
    raise NotImplementedError


def _blob() -> None:
    op.create_table(
        "blob",
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("codec", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_blob")),
    )


def _member() -> None:
    op.create_table(
        "member",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("trade_names", sa.Text(), nullable=False),
        sa.Column("kvk", sa.Text(), nullable=True),
        sa.Column("kbo", sa.Text(), nullable=True),
        sa.Column("vat", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("customers", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member")),
    )


def _pin() -> None:
    op.create_table(
        "pin",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("holder", "sha", name=op.f("pk_pin")),
    )
    op.create_index(op.f("ix_pin_sha"), "pin", ["sha"], unique=False)


def _serial() -> None:
    op.create_table(
        "serial",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_serial")),
    )


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("hosts", sa.Text(), nullable=False),
        sa.Column("certificate_url", sa.Text(), nullable=True),
        sa.Column("profile_urls", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.member_id"], name=op.f("fk_site_member_id_member")
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site")),
    )
    op.create_index(op.f("ix_site_member_id"), "site", ["member_id"], unique=False)
    op.create_index(op.f("ix_site_url"), "site", ["url"], unique=False)


def _attestation() -> None:
    op.create_table(
        "attestation",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("condition_id", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("document_sha", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_sha"], ["blob.sha"], name=op.f("fk_attestation_document_sha_blob")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.site_id"],
            name=op.f("fk_attestation_site_id_site"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_attestation")),
    )
    op.create_index("ix_attestation_document_sha", "attestation", ["document_sha"], unique=False)
    op.create_index(
        "ix_attestation_site_id_condition_id",
        "attestation",
        ["site_id", "condition_id"],
        unique=False,
    )


def _baseline() -> None:
    op.create_table(
        "baseline",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_baseline_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "role", name=op.f("pk_baseline")),
    )


def _certification() -> None:
    op.create_table(
        "certification",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.site_id"],
            name=op.f("fk_certification_site_id_site"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "label_id", name=op.f("pk_certification")),
    )
    op.create_index(op.f("ix_certification_label_id"), "certification", ["label_id"], unique=False)


def _due() -> None:
    op.create_table(
        "due",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("cadence_us", sa.BigInteger(), nullable=False),
        sa.Column("phase_us", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("pkey", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("wanted_by", sa.Text(), nullable=True),
        sa.Column("wanted_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_due_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "kind", name=op.f("pk_due")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_due_free",
        "due",
        [sa.literal_column("priority DESC"), "ready_at", "attempt", "pkey", "lease_until"],
        unique=False,
        sqlite_where=sa.text("lease_until IS NULL"),
        postgresql_where=sa.text("lease_until IS NULL"),
    )
    op.create_index(
        "ix_due_leased",
        "due",
        ["lease_until", "pkey"],
        unique=False,
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_index(
        "ix_due_tried",
        "due",
        ["attempt"],
        unique=False,
        sqlite_where=sa.text("lease_until IS NULL AND attempt > 1"),
        postgresql_where=sa.text("lease_until IS NULL AND attempt > 1"),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("evidence_id", SERIAL, nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scan_kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("facts_sha", sa.String(length=64), nullable=False),
        sa.Column("body_sha", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["body_sha"], ["blob.sha"], name=op.f("fk_evidence_body_sha_blob")),
        sa.ForeignKeyConstraint(
            ["facts_sha"], ["blob.sha"], name=op.f("fk_evidence_facts_sha_blob")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_evidence_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_body_sha", "evidence", ["body_sha"], unique=False)
    op.create_index("ix_evidence_facts_sha", "evidence", ["facts_sha"], unique=False)
    op.create_index("ix_evidence_site_id_role", "evidence", ["site_id", "role"], unique=False)


def _finding() -> None:
    op.create_table(
        "finding",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("condition_id", sa.Text(), nullable=False),
        sa.Column("finding", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("turned_at", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_finding_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "label_id", "condition_id", name=op.f("pk_finding")),
    )
    op.create_index(
        "ix_finding_bad",
        "finding",
        ["label_id", "condition_id"],
        unique=False,
        sqlite_where=sa.text("finding = 'not_met'"),
        postgresql_where=sa.text("finding = 'not_met'"),
    )
    op.create_index(
        "ix_finding_condition_id", "finding", ["condition_id", "label_id", "finding"], unique=False
    )


def _finding_interval() -> None:
    op.create_table(
        "finding_interval",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("condition_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("turned_at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.site_id"],
            name=op.f("fk_finding_interval_site_id_site"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "site_id", "label_id", "condition_id", "number", name=op.f("pk_finding_interval")
        ),
    )
    op.create_index(
        op.f("ix_finding_interval_last_at"), "finding_interval", ["last_at"], unique=False
    )


def _scan() -> None:
    op.create_table(
        "scan",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_scan_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "kind", name=op.f("pk_scan")),
    )


def _site_host() -> None:
    op.create_table(
        "site_host",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.site_id"],
            name=op.f("fk_site_host_site_id_site"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "host", name=op.f("pk_site_host")),
    )
    op.create_index(op.f("ix_site_host_host"), "site_host", ["host"], unique=False)
