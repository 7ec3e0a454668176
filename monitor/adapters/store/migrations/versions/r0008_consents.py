"""Consent to scans, proof of control, kill switches, orders of scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _consent()
    _control()
    _kill_switch()
    _orders()


def downgrade() -> None:
    """Restore the backup made before the upgrade."""
    raise NotImplementedError


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("hosts", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=False),
        _site_key("consent"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_site_id", "consent", ["site_id"])


def _control() -> None:
    op.create_table(
        "control",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=True),
        sa.Column("proven_at", sa.BigInteger(), nullable=True),
        sa.Column("lost_at", sa.BigInteger(), nullable=True),
        _site_key("control"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_control")),
    )


def _kill_switch() -> None:
    op.create_table(
        "kill_switch",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("on_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_kill_switch")),
    )


def _orders() -> None:
    op.create_table(
        "scan_order",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("engine", sa.String(length=32), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        _site_key("scan_order"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_scan_order")),
    )
    op.create_table(
        "scan_progress",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        _site_key("scan_progress"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_scan_progress")),
    )


def _site_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site_id"], ["site.site_id"], name=op.f(f"fk_{table}_site_id_site"), ondelete="CASCADE"
    )
