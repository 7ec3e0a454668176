"""One running procedure of a kind for each site and label; older doubles are closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The newest runs on; of two begun at the same moment the one with the higher number.
_CLOSE = """
UPDATE procedure SET closed_at = changed_at, due_at = NULL
WHERE closed_at IS NULL AND EXISTS (
    SELECT 1 FROM procedure AS other
    WHERE other.closed_at IS NULL AND other.kind = procedure.kind
      AND other.site_id = procedure.site_id AND other.label_id = procedure.label_id
      AND (other.opened_at > procedure.opened_at
           OR (other.opened_at = procedure.opened_at
               AND other.procedure_id > procedure.procedure_id)))
"""


def upgrade() -> None:
    """Close doubles, then forbid them; an index for what retention looks for."""
    op.execute(sa.text(_CLOSE))
    op.create_index(
        "uq_procedure_running",
        "procedure",
        ["kind", "site_id", "label_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_said_once_at", "said_once", ["at"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_alert_created_at", "alert", ["created_at"])
    op.create_index(
        "ix_case_file_closed_at",
        "case_file",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_procedure_closed_at",
        "procedure",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Restore the backup made before the upgrade."""
    raise NotImplementedError
