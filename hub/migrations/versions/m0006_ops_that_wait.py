"""Ops that came before the record they edit."""

from __future__ import annotations

from typing import Final

from hub.migrations.statements import run

revision: Final = "0006"
down_revision: Final = "0005"
branch_labels: Final = None
depends_on: Final = None

_STATEMENTS: Final = (
    """
    CREATE TABLE waiting (
        record_type TEXT NOT NULL,
        record_id TEXT NOT NULL,
        op_id TEXT NOT NULL,
        bucket TEXT NOT NULL,
        PRIMARY KEY (record_type, record_id, op_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX ix_waiting_record_id ON waiting (record_id)",
)


def upgrade() -> None:
    """Bring the tables to this version."""
    run(_STATEMENTS)


def downgrade() -> None:
    """Kept records need what this version added."""
    raise NotImplementedError("a hub's database is not taken back to an older version")
