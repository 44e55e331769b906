"""Erasure, retention and the audit of both."""

from __future__ import annotations

from typing import Final

from hub.migrations.statements import run

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None

_STATEMENTS: Final[tuple[str, ...]] = ()


def upgrade() -> None:
    """Bring the tables to this version."""
    run(_STATEMENTS)


def downgrade() -> None:
    """Kept records need what this version added."""
    raise NotImplementedError("a hub's database is not taken back to an older version")
