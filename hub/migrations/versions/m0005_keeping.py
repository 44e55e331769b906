"""Erasure, retention and the audit of both."""

from __future__ import annotations

from typing import Final

from alembic import op

from hub.migrations.statements import run

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None

_STATEMENTS: Final = (
    """
    CREATE TABLE audit (
        no INTEGER NOT NULL PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE erasure (
        record_type TEXT NOT NULL,
        record_id TEXT NOT NULL,
        why TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (record_type, record_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX ix_erasure_record_id ON erasure (record_id)",
    """
    CREATE TABLE kept_out (
        stream INTEGER NOT NULL,
        record_type TEXT NOT NULL,
        record_id TEXT NOT NULL,
        why TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (stream, record_type, record_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX ix_kept_out_record_id ON kept_out (record_id)",
)

_APPEND_ONLY: Final = {
    "sqlite": (
        "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END",
        "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$",
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
    ),
}


def upgrade() -> None:
    """Bring the tables to this version."""
    run(_STATEMENTS)
    for statement in _APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Kept records need what this version added."""
    raise NotImplementedError("a hub's database is not taken back to an older version")
