"""Sittings that were left, or could not be closed: noted for staff, once each.

A note is a task act, so that it travels and stays. It changes no reading.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from offline_sync.store import Change, Store

UNFINISHED: Final = "check_in_unfinished"
LEFT_ALONE_FOR_MS: Final = 30 * 60 * 1000

_IDS: Final = UUID("5f0c2b8e-8d0f-4a53-9a57-0f3c6f1f9b6a")  # makes ids of notes from sittings
_REASON: Final = "readings_incomplete"
_BY: Final = "kiosk"


def note_id(check_in_id: str) -> str:
    """The id of a sitting's note: always the same, so that there is never a second one."""
    return str(uuid5(_IDS, check_in_id))


def note_unfinished(store: Store, now_ms: int) -> int:
    """Note every sitting of this kiosk that is incomplete and that nobody can still be in.

    Returns how many were noted now.
    """
    rows = store.connection.execute(
        "SELECT check_in_id, min(resident_id) FROM vital"
        " WHERE completeness = 'incomplete' AND check_in_id IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM op_out WHERE tbl = 'vital' AND rid = vital.id)"
        " GROUP BY check_in_id HAVING max(received_at) < ? ORDER BY check_in_id",
        [now_ms - LEFT_ALONE_FOR_MS],
    ).fetchall()
    noted = {
        row[0]
        for row in store.connection.execute("SELECT id FROM task_act WHERE act = ?", [UNFINISHED])
    }
    notes = [
        Change(
            "task_act",
            note_id(check_in_id),
            {
                "act": UNFINISHED,
                "about": check_in_id,
                "resident_id": resident_id,
                "reason": _REASON,
                "acted_at": now_ms,
            },
        )
        for check_in_id, resident_id in rows
        if note_id(check_in_id) not in noted
    ]
    if notes:
        store.save(notes, _BY)
    return len(notes)
