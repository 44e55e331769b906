"""First tables: kiosks, their ops, the feed, the state of each field, conflicts, quarantine."""

from __future__ import annotations

from typing import Final

from hub.migrations.statements import run

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

_STATEMENTS: Final = (
    """
    CREATE TABLE hub_meta (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE kiosk (
        kiosk_id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        village TEXT NOT NULL,
        token_sha256 TEXT NOT NULL,
        blocked INTEGER NOT NULL,
        enrolled_ms INTEGER NOT NULL,
        last_contact_ms INTEGER,
        longest_wait_ms INTEGER,
        CONSTRAINT uq_kiosk_name UNIQUE (name),
        CONSTRAINT uq_kiosk_token_sha256 UNIQUE (token_sha256)
    ) STRICT
    """,
    """
    CREATE TABLE origin (
        stream INTEGER NOT NULL PRIMARY KEY,
        origin TEXT NOT NULL,
        epoch TEXT NOT NULL,
        kiosk_id TEXT NOT NULL,
        next_seq INTEGER NOT NULL,
        chain TEXT NOT NULL,
        last_seen_ms INTEGER NOT NULL,
        CONSTRAINT uq_origin_origin_epoch UNIQUE (origin, epoch)
    ) STRICT
    """,
    """
    CREATE TABLE op (
        op_id TEXT NOT NULL PRIMARY KEY,
        stream INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        record_type TEXT NOT NULL,
        record_id TEXT NOT NULL,
        hlc TEXT NOT NULL,
        eff_ms INTEGER NOT NULL,
        fields TEXT,
        base TEXT NOT NULL,
        settles TEXT,
        erased TEXT,
        "by" TEXT NOT NULL,
        version INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL,
        boot_id TEXT NOT NULL,
        received_ms INTEGER NOT NULL,
        feed_seq INTEGER NOT NULL,
        CONSTRAINT uq_op_stream_seq UNIQUE (stream, seq)
    ) STRICT
    """,
    "CREATE INDEX ix_op_record_id ON op (record_id)",
    """
    CREATE TABLE feed (
        bucket TEXT NOT NULL,
        seq INTEGER NOT NULL,
        op_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        winners TEXT,
        stream INTEGER NOT NULL,
        PRIMARY KEY (bucket, seq)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE feed_head (bucket TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL) STRICT",
    """
    CREATE TABLE record (
        record_type TEXT NOT NULL,
        record_id TEXT NOT NULL,
        bucket TEXT NOT NULL,
        first_op TEXT NOT NULL,
        PRIMARY KEY (record_type, record_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE field_state (
        record_type TEXT NOT NULL,
        record_id TEXT NOT NULL,
        field TEXT NOT NULL,
        op_id TEXT NOT NULL,
        value TEXT NOT NULL,
        eff_ms INTEGER NOT NULL,
        hlc TEXT NOT NULL,
        PRIMARY KEY (record_type, record_id, field)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE conflict (
        record_type TEXT NOT NULL,
        record_id TEXT NOT NULL,
        field TEXT NOT NULL,
        loser_op TEXT NOT NULL,
        winner_op TEXT NOT NULL,
        value TEXT NOT NULL,
        policy TEXT NOT NULL,
        seen_ms INTEGER NOT NULL,
        PRIMARY KEY (record_type, record_id, field, loser_op)
    ) STRICT
    """,
    """
    CREATE TABLE quarantine (
        op_id TEXT NOT NULL,
        beside TEXT NOT NULL,
        stream INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        reason TEXT NOT NULL,
        raw BLOB NOT NULL,
        received_ms INTEGER NOT NULL,
        PRIMARY KEY (op_id, beside)
    ) STRICT
    """,
    "CREATE INDEX ix_quarantine_stream_seq ON quarantine (stream, seq)",
)


def upgrade() -> None:
    """Build the first tables."""
    run(_STATEMENTS)


def downgrade() -> None:
    """There is nothing below the first version."""
    raise NotImplementedError("the first version of the hub's database has no older one")
