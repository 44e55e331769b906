"""Conflicts that a person settles, and ops that were stamped by a clock that is not trusted."""

from __future__ import annotations

from typing import Final

from hub.migrations.statements import run

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None

_STATEMENTS: Final = (
    "ALTER TABLE op ADD COLUMN clock_suspect INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX ix_op_clock_suspect ON op (stream) WHERE clock_suspect = 1",
    "CREATE INDEX ix_op_settles ON op (record_id) WHERE settles IS NOT NULL",
    "ALTER TABLE conflict ADD COLUMN settled_by_op TEXT",
    "ALTER TABLE conflict ADD COLUMN settled_ms INTEGER",
    "CREATE INDEX ix_conflict_open ON conflict (record_type, record_id)"
    " WHERE settled_by_op IS NULL",
)


def upgrade() -> None:
    """Bring the tables to this version."""
    run(_STATEMENTS)


def downgrade() -> None:
    """Kept records need what this version added."""
    raise NotImplementedError("a hub's database is not taken back to an older version")
