"""What is remembered of a site's drift between looks, and which parts sites have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "drift_memory",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("memory", sa.Text(), nullable=False),
        _site_key("drift_memory"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_drift_memory")),
    )
    op.create_table(
        "drift_part",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("feature", sa.Text(), nullable=False),
        _site_key("drift_part"),
        sa.PrimaryKeyConstraint("site_id", "feature", name=op.f("pk_drift_part")),
    )
    op.create_index("ix_drift_part_feature", "drift_part", ["feature"])


def downgrade() -> None:
    """Restore the backup made before the upgrade."""
    raise NotImplementedError


def _site_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["site_id"], ["site.site_id"], name=op.f(f"fk_{table}_site_id_site"), ondelete="CASCADE"
    )
