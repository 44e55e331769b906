"""One-time codes, keys of kiosks, numbers of requests, and signed receipts."""

from __future__ import annotations

from typing import Final

from hub.migrations.statements import run

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None

_STATEMENTS: Final = (
    # Tokens go. A kiosk that had one keeps its name and its records, and needs a one-time code.
    "CREATE TABLE kiosk_before AS"
    " SELECT kiosk_id, name, village, last_contact_ms, longest_wait_ms FROM kiosk",
    "DROP TABLE kiosk",
    """
    CREATE TABLE kiosk (
        kiosk_id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        village TEXT NOT NULL,
        public_key TEXT,
        enrolled_ms INTEGER,
        revoked_ms INTEGER,
        last_contact_ms INTEGER,
        longest_wait_ms INTEGER,
        sealed_store_key TEXT,
        receipt_no INTEGER NOT NULL DEFAULT 0,
        receipt_digest TEXT NOT NULL DEFAULT '',
        CONSTRAINT uq_kiosk_name UNIQUE (name),
        CONSTRAINT uq_kiosk_public_key UNIQUE (public_key)
    ) STRICT
    """,
    "INSERT INTO kiosk (kiosk_id, name, village, last_contact_ms, longest_wait_ms)"
    " SELECT kiosk_id, name, village, last_contact_ms, longest_wait_ms FROM kiosk_before",
    "DROP TABLE kiosk_before",
    """
    CREATE TABLE enrolment_code (
        code_sha256 TEXT NOT NULL PRIMARY KEY,
        kiosk_id TEXT NOT NULL,
        made_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        used_ms INTEGER,
        used_by TEXT
    ) STRICT
    """,
    "CREATE INDEX ix_enrolment_code_kiosk_id ON enrolment_code (kiosk_id)",
    """
    CREATE TABLE former_key (
        public_key TEXT NOT NULL PRIMARY KEY,
        kiosk_id TEXT NOT NULL,
        ended_ms INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX ix_former_key_kiosk_id ON former_key (kiosk_id)",
    """
    CREATE TABLE request_number (
        kiosk_id TEXT NOT NULL,
        epoch TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (kiosk_id, epoch)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE receipt (
        kiosk_id TEXT NOT NULL,
        no INTEGER NOT NULL,
        text TEXT NOT NULL,
        signature TEXT NOT NULL,
        PRIMARY KEY (kiosk_id, no)
    ) STRICT, WITHOUT ROWID
    """,
)


def upgrade() -> None:
    """Bring the tables to this version."""
    run(_STATEMENTS)


def downgrade() -> None:
    """Kept records need what this version added."""
    raise NotImplementedError("a hub's database is not taken back to an older version")
