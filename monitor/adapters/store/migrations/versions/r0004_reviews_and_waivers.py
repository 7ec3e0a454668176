"""Reviews, waivers, and which findings wait for a reviewer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables; what is a candidate now waits for a reviewer."""
    _review()
    _waiver()
    op.add_column("case_file", sa.Column("waived_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "finding", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_finding_waits",
        "finding",
        ["first_at"],
        unique=False,
        sqlite_where=sa.text("waits = 1"),
        postgresql_where=sa.text("waits"),
    )
    marked = sa.table(
        "finding", sa.column("waits", sa.Boolean()), sa.column("review", sa.Boolean())
    )
    op.execute(marked.update().where(marked.c.review).values(waits=True))


def downgrade() -> None:
    """Restore the backup made before the upgrade."""
    raise NotImplementedError


def _review() -> None:
    op.create_table(
        "review",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("condition_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_review_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_review")),
    )
    op.create_index("ix_review_site_id_condition_id", "review", ["site_id", "condition_id"])


def _waiver() -> None:
    op.create_table(
        "waiver",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("condition_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.site_id"], name=op.f("fk_waiver_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_waiver")),
    )
    op.create_index(
        "uq_waiver_running",
        "waiver",
        ["site_id", "condition_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_waiver_site_id", "waiver", ["site_id"])
