"""Documents that wait for a decision, what was said once, and duties of the organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and tables; what is on file counts as decided."""
    op.add_column(
        "attestation",
        sa.Column("under_review", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name in ("role", "note"):
        op.add_column("attestation", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("meanwhile", "dated"):
        op.add_column("attestation", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("attestation", sa.Column("void_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "said_once",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "stage", name=op.f("pk_said_once")),
    )
    op.create_index(
        "ix_finding_missing",
        "finding",
        ["site_id", "label_id", "condition_id"],
        unique=False,
        sqlite_where=sa.text("outcome = 'missing'"),
        postgresql_where=sa.text("outcome = 'missing'"),
    )
    _obligation()
    _obligation_done()


def downgrade() -> None:
    """Restore the backup made before the upgrade."""
    raise NotImplementedError


def _obligation() -> None:
    op.create_table(
        "obligation",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("obligation_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.site_id"],
            name=op.f("fk_obligation_site_id_site"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "label_id", "obligation_id", name=op.f("pk_obligation")),
    )


def _obligation_done() -> None:
    op.create_table(
        "obligation_done",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("obligation_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.site_id"],
            name=op.f("fk_obligation_done_site_id_site"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "site_id", "label_id", "obligation_id", "at", name=op.f("pk_obligation_done")
        ),
    )
