"""Purpose notices that residents agreed to. A notice once agreed to is not shown again."""

from __future__ import annotations

import sqlite_utils

from kiosk.records.validity import valid
from offline_sync.identity import new_record_id
from offline_sync.store import Change

PURPOSE = "purpose"


def has_agreed(db: sqlite_utils.Database, resident_id: str, notice: str, version: str) -> bool:
    """True when the resident's latest valid decision about this version of the notice was to
    agree."""
    rows = db.query(
        "SELECT decision FROM consent AS c"
        f" WHERE resident_id = ? AND notice = ? AND notice_version = ? AND {valid('consent', 'c')}"
        " ORDER BY decided_at DESC, id DESC LIMIT 1",
        [resident_id, notice, version],
    )
    return any(row["decision"] == "agreed" for row in rows)


def agreed(resident_id: str, notice: str, version: str, at_ms: int) -> Change:
    """The resident agreed at the screen."""
    return Change(
        "consent",
        new_record_id(),
        {
            "resident_id": resident_id,
            "notice": notice,
            "notice_version": version,
            "decision": "agreed",
            "decided_at": at_ms,
            "recorded_by": "resident",
        },
    )
