"""What the sync does with the store, each one a short unit of work on the thread that writes.

A receipt is stored together with what it delivers, and a cursor together with what it covers.
Nothing here speaks to a hub or waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from offline_sync import conflicts, epochs, feed, filling, outbox, sync_lock
from offline_sync.clock import Instant
from offline_sync.feed_page import FeedGap
from offline_sync.hub_errors import SyncElsewhere
from offline_sync.oplog import Cursor, OpRejection, ReadyOp, Stream, read_stream
from offline_sync.receipts import HeldReceipt, Receipt, held_receipt, keep_receipt, read_receipt
from offline_sync.store import Store


@dataclass(frozen=True, slots=True)
class Batch:
    """Ops marked as sent, with all that their push says of this kiosk.

    `filling` is set while a snapshot is to be taken: the cursor is then where the feed will go on
    after it, once that is known, and what comes with the answer is passed over. `said` is the
    chain where numbers are missing (`outbox.chains_around`).
    """

    ops: Sequence[ReadyOp]
    said: Mapping[int, str]
    stream: Stream
    cursor: Cursor
    history: str
    held: HeldReceipt | None
    filling: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What the hub said about the ops of one push, and the receipt that proves it, checked."""

    acknowledged: Sequence[tuple[ReadyOp, int]]
    quarantined: Sequence[tuple[ReadyOp, str]]
    receipt: Receipt
    text: str
    signature: str


@dataclass(frozen=True, slots=True)
class Passed:
    """An end of a village's feed up to which nothing came, as all of it is this kiosk's own."""

    bucket: str
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Changed:
    """The records, by (type, id), that show another value now, and whether the cursor moved."""

    records: frozenset[tuple[str, str]]
    passed: bool


def begin_run(store: Store, holder: str, now: Instant) -> None:
    """Become the one worker. Raises SyncElsewhere when another one is at work."""
    with store.transaction() as db:
        _be_the_worker(db, holder, now)


def end_run(store: Store, holder: str) -> None:
    """Let another worker begin."""
    with store.transaction() as db:
        sync_lock.release(db, holder)


def go_on_with(store: Store, kiosk_id: str, bucket: str, ahead: Sequence[ReadyOp]) -> Batch | None:
    """The ops that were taken while the batch before was under way; None when one of them cannot
    go as it was taken."""
    db = store.connection
    return _batch(db, kiosk_id, bucket, ahead) if outbox.are_as_taken(db, ahead) else None


def take_batch(
    store: Store, kiosk_id: str, bucket: str, limit: int, holder: str, now: Instant
) -> Batch | None:
    """The next ops to send, marked as sent; None when none wait."""
    db = store.connection
    if outbox.none_waits(db):
        return None
    with store.transaction():
        _be_the_worker(db, holder, now)
        # No batch is on the wire when the next one is asked for. What is still marked as sent was
        # never released, by a full disk or a fault, or cannot go as it was taken: it is unsent.
        outbox.release_all_sent(db)
        ops = outbox.ready_ops(db, limit)
        if not ops:
            return None
        outbox.mark_ready_sent(db, ops)
        return _batch(db, kiosk_id, bucket, ops)


def take_ahead(store: Store, limit: int, holder: str, now: Instant) -> Sequence[ReadyOp]:
    """The ops behind the batch that is under way, marked as sent."""
    with store.transaction() as db:
        _be_the_worker(db, holder, now)
        ops = outbox.ready_ops(db, limit)
        outbox.mark_ready_sent(db, ops)
        return ops


def _batch(db: Database, kiosk_id: str, bucket: str, ops: Sequence[ReadyOp]) -> Batch:
    is_filling = filling.fill_is_due(db, bucket)
    cursor = filling.goes_on_at(db, bucket)
    history = epochs.history(db, bucket)
    said = outbox.chains_around(db, ops)
    held = held_by(db, kiosk_id)
    return Batch(ops, said, read_stream(db), cursor, history, held, is_filling)


def held_by(db: Database, kiosk_id: str) -> HeldReceipt | None:
    """The last receipt that is stored, unless it was given under an earlier enrolment."""
    held = held_receipt(db)
    return held if held and read_receipt(held.text).kiosk == kiosk_id else None


def settle(
    store: Store, settled: Settled, read_up_to: int, passes: Passed | None = None
) -> Changed:
    """Store the receipt and what it delivers, together, at the time that the hub says. What the hub
    had before number `read_up_to` of its feed gives way to what the feed brought since. With
    `passes`, the cursor moves in the same commit, unless that would leave a gap."""
    known = [op.op_id for op, number in settled.acknowledged if number <= read_up_to]
    with store.transaction() as db:
        numbers = [(op.position, number) for op, number in settled.acknowledged]
        # By this kiosk's clock, which may be years off, an op could be old at once.
        outbox.deliver(db, numbers, settled.receipt.time_ms)
        outbox.quarantine(db, [OpRejection(op.op_id, why) for op, why in settled.quarantined])
        keep_receipt(db, settled.receipt, settled.text, settled.signature)
        told = (*settled.acknowledged, *settled.quarantined)
        conflicts.have_receipts(db, [op.op_id for op, _ in told])
        gave_way = feed.give_way(db, known) if known else frozenset()
        return Changed(gave_way, passes is not None and _pass(store, passes))


def _pass(store: Store, passes: Passed) -> bool:
    try:
        store.apply_feed(passes.bucket, passes.cursor.hub_epoch, (), passes.cursor.after)
    except FeedGap:
        return False
    return True


def begin_history(store: Store, bucket: str, hub_epoch: str, now_ms: int) -> None:
    """The hub goes on as another history: all that it may lack is unsent again, and its feed is
    read from the beginning."""
    with store.transaction() as db:
        if feed.read_cursor(db, bucket).hub_epoch != hub_epoch:
            epochs.send_all_again(db, now_ms)
            feed.move_cursor(db, bucket, Cursor(hub_epoch, 0), now_ms)


def begin_epoch(store: Store, reason: str, now_ms: int) -> int:
    """This kiosk's numbers were given twice, or are used up: number anew what has no receipt; gives
    how many."""
    with store.transaction() as db:
        outbox.release_all_sent(db)
        return epochs.begin_epoch(db, reason, now_ms)


def _be_the_worker(db: Database, holder: str, now: Instant) -> None:
    if not sync_lock.take(db, holder, now):
        raise SyncElsewhere("Another program on this computer is syncing just now.")
