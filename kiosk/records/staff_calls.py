"""Calls for staff, as task acts: one when somebody calls, one when a worker answers.

A call stands until a worker has answered it. Only where no worker can sign in may the page be
closed without one, and that is on record too.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils

from offline_sync.identity import new_record_id
from offline_sync.store import Change

CALL = "call_staff"
ANSWER = "answer_call"
CLOSE = "close"


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call of this kiosk that nobody has answered."""

    id: str
    reason: str
    called_at: int


def call(call_id: str, resident_id: str | None, about: str | None, reason: str, at: int) -> Change:
    """Somebody called: `about` is the sitting it happened in, when there is one."""
    fields: dict[str, object] = {"act": CALL, "reason": reason, "acted_at": at}
    if resident_id:
        fields["resident_id"] = resident_id
    if about:
        fields["about"] = about
    return Change("task_act", call_id, fields)


def answer(call_id: str, staff_id: str, at: int) -> Change:
    """A worker has come."""
    return Change(
        "task_act",
        new_record_id(),
        {"act": ANSWER, "about": call_id, "staff_id": staff_id, "acted_at": at},
    )


def close(call_id: str, at: int) -> Change:
    """Somebody closed the page of a call that nobody could have answered."""
    return Change("task_act", new_record_id(), {"act": CLOSE, "about": call_id, "acted_at": at})


def open_calls(db: sqlite_utils.Database, since_ms: int) -> list[OpenCall]:
    """The calls made at this kiosk since then that nobody has answered or closed, oldest first.

    A call that came with the feed was made at another kiosk, where it stands on the screen.
    """
    rows = db.query(
        "SELECT id, reason, acted_at FROM task_act AS made WHERE act = ? AND acted_at >= ?"
        " AND EXISTS (SELECT 1 FROM op_out WHERE tbl = 'task_act' AND rid = made.id)"
        " AND NOT EXISTS (SELECT 1 FROM task_act WHERE act IN (?, ?) AND about = made.id)"
        " ORDER BY acted_at, id",
        [CALL, since_ms, ANSWER, CLOSE],
    )
    return [OpenCall(row["id"], row["reason"] or "", row["acted_at"]) for row in rows]
