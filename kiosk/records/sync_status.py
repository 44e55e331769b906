"""How far this kiosk's records have come: four numbers that add up, and what needs a person.

Last success and last try are two times, for a kiosk that tries every minute and reaches
nobody looks busy and is not. Read only.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils

from offline_sync.feed import unread_entries
from offline_sync.oplog import OpState
from offline_sync.outbox import LastContact, OutboxCounts, last_contact, outbox_counts

_ATTENTION = f"({int(OpState.QUARANTINED)}, {int(OpState.STUCK)})"


@dataclass(frozen=True, slots=True)
class NeedsAttention:
    """A change that the hub keeps aside or would not take."""

    op_id: str
    record_type: str
    record_id: str
    reason: str
    saved_at: int
    stuck: bool


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Everything that the sync page says about now. `unread` counts what came from the hub, is
    kept, and cannot be read by this version; it is none of the four numbers."""

    counts: OutboxCounts
    contact: LastContact
    unread: int


def sync_status(db: sqlite_utils.Database) -> SyncStatus:
    """The state of sync now."""
    return SyncStatus(outbox_counts(db), last_contact(db), unread_entries(db))


def waiting_ops(db: sqlite_utils.Database) -> int:
    """How many changes have no receipt yet: what the badge on every staff page says."""
    waiting = (OpState.UNSENT, OpState.SENT)
    row = db.execute("SELECT count(*) FROM op_out WHERE state IN (?, ?)", waiting).fetchone()
    return int(row[0])


def acknowledged(db: sqlite_utils.Database, op_id: str) -> bool:
    """Whether the hub's receipt for this op is stored here."""
    row = db.execute("SELECT state FROM op_out WHERE op_id = ?", (op_id,)).fetchone()
    return row is not None and row[0] == OpState.ACKNOWLEDGED


def needs_attention(db: sqlite_utils.Database, limit: int) -> list[NeedsAttention]:
    """The changes that wait for a person, oldest first."""
    rows = db.execute(
        "SELECT op_id, tbl, rid, coalesce(why, ''), wall_ms, state FROM op_out"
        f" WHERE state IN {_ATTENTION} ORDER BY position LIMIT ?",
        (limit,),
    ).fetchall()
    return [
        NeedsAttention(row[0], row[1], row[2], row[3], row[4], row[5] == OpState.STUCK)
        for row in rows
    ]
