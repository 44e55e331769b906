"""What several hub processes need on one PostgreSQL, and how forks are noticed."""

from __future__ import annotations

from typing import Final

from hub.migrations.statements import run

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None

_STATEMENTS: Final = (
    "ALTER TABLE origin ADD COLUMN highest_seq INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE origin ADD COLUMN verified_seq INTEGER NOT NULL DEFAULT 0",
    f"ALTER TABLE origin ADD COLUMN verified_chain TEXT NOT NULL DEFAULT '{'0' * 64}'",
    """
    CREATE TABLE op_alias (
        stream INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        op_id TEXT NOT NULL,
        PRIMARY KEY (stream, seq)
    ) STRICT
    """,
    """
    CREATE TABLE chain_claim (
        stream INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        chain TEXT NOT NULL,
        after INTEGER,
        why TEXT NOT NULL,
        PRIMARY KEY (stream, seq)
    ) STRICT
    """,
)


def upgrade() -> None:
    """Bring the tables to this version."""
    run(_STATEMENTS)


def downgrade() -> None:
    """Kept records need what this version added."""
    raise NotImplementedError("a hub's database is not taken back to an older version")
