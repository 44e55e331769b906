"""The outbox: which ops wait, which are under way, and what the hub said about each.

An op counts as delivered only when a receipt for that very op is stored here; never because a
later one was acknowledged, and never because it was sent. What is not delivered is counted by its
index, and the length of the log by the database itself: no count reads the whole log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from sqlite_utils import Database

from offline_sync.answers import ack_ranges
from offline_sync.canonical import canonical_json
from offline_sync.oplog import (
    ERASED_BODY,
    OP_COLUMNS,
    OpReceipt,
    OpRejection,
    OpState,
    OutgoingOp,
    ReadyOp,
    op_from_row,
)
from offline_sync.wire import KEPT_COLUMNS, MAX_BODY_BYTES, encode_kept

_MOST_BYTES: Final = MAX_BODY_BYTES // 2
_BEHIND_A_STUCK_ONE: Final = (
    "AND NOT EXISTS (SELECT 1 FROM op_out AS ahead WHERE ahead.tbl = waiting.tbl"
    " AND ahead.rid = waiting.rid AND ahead.state = 4 AND ahead.position < waiting.position)"
)
_KEPT_RUNS: Final = 1_000
_KEPT_CLOCK_SAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """The four numbers of the sync page, which add up to `total`."""

    unsent: int
    sent: int
    acknowledged: int
    needs_attention: int
    total: int


@dataclass(frozen=True, slots=True)
class ClockSample:
    """The hub's time beside the kiosk's own, taken on one contact."""

    boot_id: str
    mono_ms: int
    wall_ms: int
    hub_ms: int
    rtt_ms: int


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One try to reach the hub. `error` is empty when it went well; `error_kind` is the name of
    the error's type, by which a page finds its words."""

    started_ms: int
    ended_ms: int
    ok: bool
    sent: int = 0
    received: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    error: str = ""
    error_kind: str = ""
    clock: ClockSample | None = None


@dataclass(frozen=True, slots=True)
class LastContact:
    """When the hub was last reached, when it was last tried, and why that failed."""

    success_ms: int | None
    try_ms: int | None
    error: str
    error_kind: str = ""


def outbox_counts(db: Database) -> OutboxCounts:
    """The counts as they are now, in one statement. Works on a reader's connection too.

    Ops that were delivered long ago, and are no more in the table, are counted all the same.
    """
    unsent, sent, needs_attention, total = db.execute(
        "SELECT (SELECT count(*) FROM op_out WHERE state = 0),"
        " (SELECT count(*) FROM op_out WHERE state = 1),"
        " (SELECT count(*) FROM op_out WHERE state IN (3, 4)),"
        " (SELECT ops FROM op_log)"
        " + coalesce((SELECT number FROM pruned WHERE tbl = 'op_out'), 0)"
    ).fetchone()
    return OutboxCounts(
        unsent=unsent,
        sent=sent,
        acknowledged=total - unsent - sent - needs_attention,
        needs_attention=needs_attention,
        total=total,
    )


def last_contact(db: Database) -> LastContact:
    """The last success and the last try, which are two things. Works on a reader too."""
    success = db.execute(
        "SELECT ended_ms FROM sync_run WHERE ok = 1 ORDER BY id DESC LIMIT 1"
    ).fetchone()
    latest = db.execute(
        "SELECT ended_ms, err, err_kind FROM sync_run ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return LastContact(
        success_ms=success[0] if success else None,
        try_ms=latest[0] if latest else None,
        error=(latest[1] or "") if latest else "",
        error_kind=(latest[2] or "") if latest else "",
    )


def unsent_ops(db: Database, limit: int) -> list[OutgoingOp]:
    """The next ops to send, oldest first; those behind a stuck op of their record wait."""
    return [op_from_row(row) for row in _waiting(db, OP_COLUMNS, limit)]


def ready_ops(db: Database, limit: int) -> list[ReadyOp]:
    """As `unsent_ops`, but as they are sent; no more than fit a push, and at least one."""
    ready: list[ReadyOp] = []
    size = 0
    for position, chain, *row in _waiting(db, f"position, chain, {KEPT_COLUMNS}", limit):
        line = encode_kept(row)
        size += len(line)
        if ready and size > _MOST_BYTES:
            break
        ready.append(ReadyOp(position, row[0], row[1], line, chain))
    return ready


def chains_around(db: Database, ops: Sequence[ReadyOp]) -> dict[int, str]:
    """The chain (hex) where numbers are missing among ops that are sent together, so that the hub
    can compare what follows: at the op before a hole, and at the last one in it if that has no
    receipt."""
    holes = [(a, b) for a, b in pairwise(ops) if a.seq + 1 != b.seq]
    before = [ops[0].seq - 1, *(b.seq - 1 for _, b in holes)]
    rows = db.execute(
        "SELECT seq, chain FROM op_out WHERE epoch = (SELECT epoch FROM stream WHERE live = 1)"
        " AND seq IN (SELECT value FROM json_each(?)) AND state NOT IN (2, 3)",
        (canonical_json(before),),
    ).fetchall()
    return {a.seq: a.chain.hex() for a, _ in holes} | {seq: chain.hex() for seq, chain in rows}


def none_waits(db: Database) -> bool:
    """Whether no op is unsent or under way."""
    row = db.execute("SELECT 1 FROM op_out WHERE state IN (0, 1) LIMIT 1").fetchone()
    return row is None


def are_as_taken(db: Database, ops: Sequence[ReadyOp]) -> bool:
    """Whether these ops, which were marked as sent, are all still so, and none of them erased: no
    other op may be marked so meanwhile."""
    row = db.execute(
        "SELECT count(*) FROM op_out WHERE position BETWEEN ? AND ? AND state = 1 AND body <> ?",
        (ops[0].position, ops[-1].position, ERASED_BODY),
    ).fetchone()
    return bool(row[0] == len(ops))


def _waiting(db: Database, columns: str, limit: int) -> list[tuple[Any, ...]]:
    stuck = db.execute("SELECT 1 FROM op_out WHERE state = 4 LIMIT 1").fetchone()
    behind = _BEHIND_A_STUCK_ONE if stuck else ""
    rows: list[tuple[Any, ...]] = db.execute(
        f"SELECT {columns} FROM op_out AS waiting WHERE state = 0 {behind}"
        " ORDER BY position LIMIT ?",
        (limit,),
    ).fetchall()
    return rows


def mark_ready_sent(db: Database, ops: Sequence[ReadyOp]) -> None:
    """As `mark_sending`, run by run of the order of saving."""
    runs = ack_ranges([(op.position, op.position) for op in ops])
    db.conn.executemany(
        "UPDATE op_out SET state = 1, tries = tries + 1 WHERE position BETWEEN ? AND ?"
        " AND state = 0",
        [(first, last) for first, last, _ in runs],
    )


def deliver(db: Database, numbers: Sequence[tuple[int, int]], now_ms: int) -> int:
    """Store that the hub has the ops at these places, each with its number in the hub's feed;
    returns how many ops that newly delivers."""
    cursor = db.conn.executemany(
        "UPDATE op_out SET state = 2, hub_seq = ? + position, acked_ms = ?, why = NULL"
        " WHERE position BETWEEN ? AND ? AND state <> 2",
        [(number - first, now_ms, first, last) for first, last, number in ack_ranges(numbers)],
    )
    return max(cursor.rowcount, 0)


def mark_sending(db: Database, op_ids: Sequence[str]) -> None:
    """These ops are handed to the wire. Without a receipt they are unsent again at next start."""
    db.conn.executemany(
        "UPDATE op_out SET state = 1, tries = tries + 1 WHERE op_id = ? AND state = 0",
        [(op_id,) for op_id in op_ids],
    )


def release(db: Database, op_ids: Sequence[str]) -> None:
    """These ops found no receipt, or a person wants a stuck one tried again: unsent."""
    db.conn.executemany(
        "UPDATE op_out SET state = 0, why = NULL WHERE op_id = ? AND state IN (1, 4)",
        [(op_id,) for op_id in op_ids],
    )


def release_all_sent(db: Database) -> None:
    """Whatever was under way when the kiosk stopped is unsent; the hub recognises repeats."""
    db.execute("UPDATE op_out SET state = ? WHERE state = ?", (OpState.UNSENT, OpState.SENT))


def acknowledge(db: Database, receipts: Sequence[OpReceipt], now_ms: int) -> int:
    """Store the hub's receipts; returns how many ops they delivered. Unknown ids are no fault."""
    numbers = {receipt.op_id: receipt.hub_seq for receipt in receipts}
    rows = db.execute(
        "SELECT position, op_id FROM op_out WHERE op_id IN (SELECT value FROM json_each(?))",
        (canonical_json(list(numbers)),),
    ).fetchall()
    return deliver(db, [(position, numbers[op_id]) for position, op_id in rows], now_ms)


def quarantine(db: Database, rejections: Sequence[OpRejection]) -> None:
    """The hub keeps these ops aside: delivered, not applied, and listed for a person."""
    db.conn.executemany(
        "UPDATE op_out SET state = 3, why = ? WHERE op_id = ? AND state <> 2",
        [(rejection.reason, rejection.op_id) for rejection in rejections],
    )


def taken_after_all(db: Database, numbers: Mapping[str, int]) -> None:
    """The hub's feed brings these ops, by id with their numbers. Those that the hub had kept aside,
    as their record was not there yet, are delivered like any other, no earlier than the hub's last
    receipt."""
    if db.execute("SELECT 1 FROM op_out WHERE state = 3 LIMIT 1").fetchone():
        db.conn.executemany(
            "UPDATE op_out SET state = 2, hub_seq = ?, why = NULL,"
            " acked_ms = (SELECT max(kept_ms) FROM hub_receipt) WHERE op_id = ? AND state = 3",
            [(number, op_id) for op_id, number in numbers.items()],
        )


def set_aside(db: Database, rejections: Sequence[OpRejection]) -> None:
    """The hub does not take these ops at all: stuck, so that the others go on."""
    db.conn.executemany(
        "UPDATE op_out SET state = 4, why = ? WHERE op_id = ? AND state IN (0, 1)",
        [(rejection.reason, rejection.op_id) for rejection in rejections],
    )


def record_run(db: Database, run: SyncRun) -> None:
    """Keep one try in the history, whatever came of it; old ones go, the last success stays."""
    db.execute(
        "INSERT INTO sync_run"
        " (started_ms, ended_ms, ok, sent, got, bytes_up, bytes_down, err, err_kind)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(run.started_ms, run.ended_ms, int(run.ok), run.sent, run.received),
            *(run.bytes_up, run.bytes_down, run.error or None, run.error_kind or None),
        ),
    )
    db.execute(
        "DELETE FROM sync_run WHERE id <= (SELECT max(id) FROM sync_run) - ?"
        " AND id IS NOT (SELECT max(id) FROM sync_run WHERE ok = 1)",
        (_KEPT_RUNS,),
    )
    if run.clock is not None:
        _record_clock(db, run.clock)


def _record_clock(db: Database, sample: ClockSample) -> None:
    db.execute(
        "INSERT INTO clock_sample (boot_id, mono_ms, wall_ms, hub_ms, rtt_ms)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (boot_id, mono_ms) DO NOTHING",
        (sample.boot_id, sample.mono_ms, sample.wall_ms, sample.hub_ms, sample.rtt_ms),
    )
    db.execute(
        "DELETE FROM clock_sample WHERE boot_id = ? AND mono_ms < (SELECT mono_ms FROM clock_sample"
        " WHERE boot_id = ? ORDER BY mono_ms DESC LIMIT 1 OFFSET ?)",
        (sample.boot_id, sample.boot_id, _KEPT_CLOCK_SAMPLES),
    )
