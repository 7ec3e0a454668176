"""What is not known of a delivery: was it taken, is it still wanted; and its case's origin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the marks; an attempt that was under way counts as not known."""
    for name in ("unclear", "unwanted"):
        op.add_column(
            "alert", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("alert", sa.Column("origin", sa.Text(), nullable=False, server_default=""))
    marked = sa.table(
        "alert", sa.column("unclear", sa.Boolean()), sa.column("lease_until", sa.BigInteger())
    )
    op.execute(marked.update().where(marked.c.lease_until.is_not(None)).values(unclear=True))


def downgrade() -> None:
    """Restore the backup made before the upgrade."""
    raise NotImplementedError
