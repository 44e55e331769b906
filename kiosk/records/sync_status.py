"""How far this kiosk's records have come: four numbers that add up, and what needs a person.

Last success and last try are two times, for a kiosk that tries every minute and reaches
nobody looks busy and is not. Read only.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import sqlite_utils

from kiosk.records.settings import hub
from offline_sync.conflicts import conflicts_of, open_conflicts
from offline_sync.feed import unread_entries
from offline_sync.filling import FillProgress, fill_progress
from offline_sync.oplog import OpState
from offline_sync.outbox import (
    ClockSample,
    LastContact,
    OutboxCounts,
    last_contact,
    outbox_counts,
)
from offline_sync.parity_rows import ParityRun, last_parity
from offline_sync.receipts import held_receipt

Record = tuple[str, str]
"""A record by (type, id)."""

_ATTENTION: Final = f"({int(OpState.QUARANTINED)}, {int(OpState.STUCK)})"
_NOT_CONFIRMED: Final = str(
    tuple(int(state) for state in OpState if state is not OpState.ACKNOWLEDGED)
)


class RecordState(StrEnum):
    """How far one record has come; the first that is true of it, in this order."""

    REFUSED = "refused"  # the hub keeps a change of it aside, or did not take it
    IN_CONFLICT = "in_conflict"  # two people set one field of it, and nobody has settled that
    UNSENT = "unsent"
    SENT = "sent"  # handed to the line, without a receipt
    ACKNOWLEDGED = "acknowledged"  # the hub has all of it and said so, or it came from the hub


@dataclass(frozen=True, slots=True)
class RecordSync:
    """The state of a record; `reason` is the hub's or the kiosk's own for a refused one."""

    state: RecordState
    reason: str = ""


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
    kept, and cannot be read by this version; it is none of the four numbers, and neither are
    `conflicts`, which are open here. `fill` is None while nothing was asked for, `parity` before
    the first comparison, and `receipt`, the number of the hub's last one, before the first."""

    counts: OutboxCounts
    contact: LastContact
    unread: int
    conflicts: int
    fill: FillProgress | None
    parity: ParityRun | None
    receipt: int | None
    connected: bool  # whether this kiosk was ever told of a hub
    clock: ClockSample | None  # the hub's time beside the kiosk's own, at the last contact


def sync_status(db: sqlite_utils.Database) -> SyncStatus:
    """The state of sync now."""
    belongs_to = hub(db)
    village = "" if belongs_to is None else belongs_to.village
    held = held_receipt(db)
    return SyncStatus(
        counts=outbox_counts(db),
        contact=last_contact(db),
        unread=unread_entries(db),
        conflicts=len(open_conflicts(db)),
        fill=fill_progress(db, village),
        parity=last_parity(db, village),
        receipt=None if held is None else held.no,
        connected=belongs_to is not None,
        clock=_last_clock_sample(db),
    )


def _last_clock_sample(db: sqlite_utils.Database) -> ClockSample | None:
    row = db.execute(
        # By the hub's time: the kiosk's own may have been set back since.
        "SELECT boot_id, mono_ms, wall_ms, hub_ms, rtt_ms FROM clock_sample"
        " ORDER BY hub_ms DESC LIMIT 1"
    ).fetchone()
    return None if row is None else ClockSample(*row)


def record_sync(db: sqlite_utils.Database, record: Record) -> RecordSync:
    """How far one record has come. One without changes of this kiosk came from the hub, or was
    delivered long ago."""
    rows = db.execute(
        # SQLite takes the bare column from the row that has the minimum: the oldest reason.
        "SELECT state, coalesce(why, ''), min(position) FROM op_out WHERE tbl = ? AND rid = ?"
        " GROUP BY state",
        record,
    ).fetchall()
    why = {OpState(state): reason for state, reason, _ in rows}
    for refused in (OpState.STUCK, OpState.QUARANTINED):
        if refused in why:
            return RecordSync(RecordState.REFUSED, why[refused])
    if conflicts_of(db, *record):
        return RecordSync(RecordState.IN_CONFLICT)
    if OpState.UNSENT in why:
        return RecordSync(RecordState.UNSENT)
    if OpState.SENT in why:
        return RecordSync(RecordState.SENT)
    return RecordSync(RecordState.ACKNOWLEDGED)


def visits_sync(db: sqlite_utils.Database, visit_ids: Collection[str]) -> dict[str, RecordSync]:
    """How far visits have come, each with its answers, which are one with it to a person: as far
    as the part that has come least."""
    parts: dict[str, list[Record]] = {visit_id: [("visit", visit_id)] for visit_id in visit_ids}
    for visit_id, answer_id in db.execute(
        # Answers are never edited, so only what was not confirmed says more than the visit does;
        # the plus keeps SQLite from looking through all answers that were.
        "SELECT DISTINCT a.visit_id, a.id FROM op_out AS o JOIN answer AS a ON a.id = o.rid"
        f" WHERE o.state IN {_NOT_CONFIRMED} AND +o.tbl = 'answer'"
        " AND a.visit_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(visit_ids)),),
    ).fetchall():
        parts[visit_id].append(("answer", answer_id))
    return together_sync(db, parts)


def together_sync(
    db: sqlite_utils.Database, groups: Mapping[str, Sequence[Record]]
) -> dict[str, RecordSync]:
    """How far records have come that are one thing to a person, as the readings of a sitting are:
    as far as the one that has come least. No group may be empty."""
    order = list(RecordState)
    return {
        name: min(
            (record_sync(db, record) for record in records),
            key=lambda one: order.index(one.state),
        )
        for name, records in groups.items()
    }


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
