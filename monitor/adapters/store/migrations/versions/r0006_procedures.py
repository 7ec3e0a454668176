"""Procedures with their history, owners of a site and seal rights over time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _procedure()
    _procedure_step()
    _member_link()
    _seal_right()


def downgrade() -> None:
    """Restore the backup made before the upgrade."""
    raise NotImplementedError


def _procedure() -> None:
    op.create_table(
        "procedure",
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("waiting_since", sa.BigInteger(), nullable=True),
        sa.Column("waited_us", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("postponements", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        _site_key("procedure"),
        sa.PrimaryKeyConstraint("procedure_id", name=op.f("pk_procedure")),
    )
    op.create_index("ix_procedure_site_id", "procedure", ["site_id", "opened_at"])
    op.create_index(
        "ix_procedure_active",
        "procedure",
        ["kind"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _procedure_step() -> None:
    op.create_table(
        "procedure_step",
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procedure_id"],
            ["procedure.procedure_id"],
            name=op.f("fk_procedure_step_procedure_id_procedure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("procedure_id", "number", name=op.f("pk_procedure_step")),
    )


def _member_link() -> None:
    op.create_table(
        "member_link",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        _site_key("member_link"),
        sa.PrimaryKeyConstraint("site_id", "number", name=op.f("pk_member_link")),
    )


def _seal_right() -> None:
    op.create_table(
        "seal_right",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        _site_key("seal_right"),
        sa.PrimaryKeyConstraint("site_id", "label_id", "since", name=op.f("pk_seal_right")),
    )


def _site_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site_id"], ["site.site_id"], name=op.f(f"fk_{table}_site_id_site"), ondelete="CASCADE"
    )
