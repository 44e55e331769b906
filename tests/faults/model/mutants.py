"""Bugs planted in the real program, one at a time: what the search must be able to find.

Each is a mistake that sync programs have really made. A search that lets one of them through is
not worth its time; so each is found once, and the run that found it is kept and played for ever.
A mutant changes nothing on the disk and is gone when its block ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool, Table
from sqlite_utils import Database

import hub.database
import hub.feed
import hub.ledger
import hub.merge
import hub.restore
import hub.sequencer
import hub.sync_api
import hub.tables
from hub.feed import Page
from hub.ledger import Delivery
from hub.merge import FieldValue, Merged
from hub.sequencer import Taken
from hub.set_based import Key
from offline_sync import conflicts, epochs, feed, feed_page, outbox, sync_jobs
from offline_sync.catalogue import RecordType
from offline_sync.feed import FeedOutcome
from offline_sync.oplog import Cursor, FeedEntry
from offline_sync.store import Store
from offline_sync.sync_jobs import Settled
from offline_sync.wire import OpLine, PoisonLine

Plant = Callable[[ExitStack], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A planted bug: its name, what it does wrong, and how it is planted."""

    name: str
    wrong: str
    plant: Plant

    @contextmanager
    def planted(self) -> Iterator[None]:
        with ExitStack() as stack:
            self.plant(stack)
            yield


MUTANTS: dict[str, Mutant] = {}


def _mutant(name: str, wrong: str) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        MUTANTS[name] = Mutant(name, wrong, plant)
        return plant

    return keep


def _put(stack: ExitStack, where: object, name: str, what: object) -> None:
    stack.enter_context(mock.patch.object(where, name, what))


def _nothing(*_: object, **__: object) -> None:
    return None


# The hub.


@_mutant("dedup_by_seq", "the hub takes an op whose number it knows for a repeated one")
def _dedup_by_seq(stack: ExitStack) -> None:
    take_whole = hub.sequencer._take_whole

    def take(
        connection: Connection, delivery: Delivery, lines: Sequence[OpLine | PoisonLine]
    ) -> Taken:
        rows = connection.exec_driver_sql(
            "SELECT seq, feed_seq FROM op WHERE stream = ?", (delivery.stream,)
        )
        known = {row[0]: row[1] for row in rows}
        taken = take_whole(connection, delivery, [one for one in lines if one.seq not in known])
        again = tuple((one.seq, known[one.seq]) for one in lines if one.seq in known)
        return replace(taken, acknowledged=tuple(sorted(taken.acknowledged + again)))

    _put(stack, hub.sequencer, "_take_whole", take)
    _put(stack, hub.sequencer, "refuse_fork", _nothing)
    _put(stack, hub.sequencer, "extended", lambda _connection, stream, _push: (stream, frozenset()))


def _all_of(
    arriving: Mapping[str, FieldValue],
    base: Mapping[str, str | None],
    current: Mapping[str, FieldValue],
    record_type: RecordType | None,
) -> Merged:
    """The later value shows, whoever saw what; the other one is gone."""
    merged = hub.merge.merge(arriving, base, current, record_type)
    met = {conflict.field for conflict in merged.conflicts} | arriving.keys()
    applied, standing = dict(merged.applied), dict(merged.standing)
    for name in met & arriving.keys() & current.keys():
        later = max(arriving[name], current[name], key=hub.merge._time_order)
        won = later is arriving[name]
        (applied if won else standing)[name] = later
        (standing if won else applied).pop(name, None)
    return Merged(applied, standing, ())


@_mutant("blind_last_write", "the hub lets the later clock win, whatever the editor was looking at")
def _blind_last_write(stack: ExitStack) -> None:
    _put(stack, hub.sequencer, "merge", _all_of)


@_mutant("loser_dropped", "the hub keeps no value that lost")
def _loser_dropped(stack: ExitStack) -> None:
    def merge(*given: Any, **named: Any) -> Merged:
        return replace(hub.merge.merge(*given, **named), conflicts=())

    _put(stack, hub.sequencer, "merge", merge)


@_mutant("no_record_lock", "a hub process believes what it read of a record at an earlier push")
def _no_record_lock(stack: ExitStack) -> None:
    """What the lost update of two hub processes comes to: one decides on values that the other
    has changed since."""
    lock = hub.sequencer._lock
    read: WeakKeyDictionary[Pool, dict[Key, dict[str, FieldValue]]] = WeakKeyDictionary()

    def locked(connection: Connection, delivery: Delivery, ready: Sequence[Any]) -> Any:
        records = lock(connection, delivery, ready)
        known = read.setdefault(connection.engine.pool, {})
        for key in records.values:
            records.values[key] = known.setdefault(key, records.values[key])
        return records

    _put(stack, hub.sequencer, "_lock", locked)


@_mutant("no_hub_epoch", "a hub that was put back goes on as if nothing had happened")
def _no_hub_epoch(stack: ExitStack) -> None:
    _put(stack, hub.restore, "take_new_epoch", hub.database.hub_epoch)
    _put(stack, hub.sync_api, "refuse_unknown_receipt", _nothing)
    _put(stack, hub.sync_api, "refuse_set_back", _nothing)
    _let_pages_be_believed(stack)


def _let_pages_be_believed(stack: ExitStack) -> None:
    """A cursor beyond the feed is taken for the end of it."""
    read_page = hub.feed.read_page

    def read(connection: Connection, bucket: str, epoch: str, after: int, *more: Any) -> Page:
        head = hub.feed._head(connection, bucket)
        return read_page(connection, bucket, epoch, min(after, head), *more)

    _put(stack, hub.sync_api, "read_page", read)


@_mutant("quarantine_forgotten", "the hub says that it keeps an op aside, and does not keep it")
def _quarantine_forgotten(stack: ExitStack) -> None:
    insert = hub.ledger.insert

    def keep(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        if table is not hub.tables.quarantine:
            insert(connection, table, rows)

    _put(stack, hub.ledger, "insert", keep)


# The kiosk.


def _delivered(db: Database, where: str, *values: object) -> None:
    db.execute(
        "UPDATE op_out SET state = 2, hub_seq = coalesce(hub_seq, 0), acked_ms = 0"
        f" WHERE state IN (0, 1, 4) AND {where}",
        values,
    )


@_mutant("ack_by_high", "a kiosk takes all below the highest receipt for delivered")
def _ack_by_high(stack: ExitStack) -> None:
    deliver = outbox.deliver

    def all_below(db: Database, acked: Sequence[tuple[int, int]], now_ms: int) -> None:
        deliver(db, acked, now_ms)
        _delivered(db, "position < ?", max((position for position, _ in acked), default=0))

    _put(stack, outbox, "deliver", all_below)


@_mutant("ack_without_receipt", "a kiosk takes what it has sent for delivered, answer or not")
def _ack_without_receipt(stack: ExitStack) -> None:
    def release(self: Store, op_ids: Sequence[str]) -> None:
        with self.transaction() as db:
            for op_id in op_ids:
                _delivered(db, "state = 1 AND op_id = ?", op_id)

    _put(stack, Store, "release", release)


@_mutant("edit_during_push", "a receipt for an edit counts for what was typed while it was sent")
def _edit_during_push(stack: ExitStack) -> None:
    deliver = outbox.deliver

    def the_record(db: Database, acked: Sequence[tuple[int, int]], now_ms: int) -> None:
        deliver(db, acked, now_ms)
        for position, _ in acked:
            same = "(SELECT tbl, rid FROM op_out WHERE position = ?)"
            _delivered(db, f"(tbl, rid) IN {same}", position)

    _put(stack, outbox, "deliver", the_record)


@_mutant("cursor_outside_transaction", "a kiosk moves its cursor before it has applied the page")
def _cursor_outside_transaction(stack: ExitStack) -> None:
    apply_feed = Store.apply_feed

    def apply(
        self: Store, bucket: str, epoch: str, entries: Sequence[FeedEntry], next_after: int
    ) -> FeedOutcome:
        before = self.cursor(bucket)
        if before.hub_epoch != epoch:
            return apply_feed(self, bucket, epoch, entries, next_after)
        with self.transaction() as db:
            feed.move_cursor(db, bucket, Cursor(epoch, next_after), 0)
        with self.transaction() as db:
            feed.move_cursor(db, bucket, before, 0)
            return apply_feed(self, bucket, epoch, entries, next_after)

    _put(stack, Store, "apply_feed", apply)


@_mutant("cursor_gap", "a kiosk takes the number of its own op for the end of what it has read")
def _cursor_gap(stack: ExitStack) -> None:
    settle = sync_jobs.settle

    def settled(store: Store, settled: Settled, *more: Any) -> Any:
        with store.transaction() as db:
            changed = settle(store, settled, *more)
            for bucket, epoch, after in db.execute(
                "SELECT bucket, hub_epoch, after_seq FROM sync_state"
            ).fetchall():
                highest = max((number for _, number in settled.acknowledged), default=0)
                feed.move_cursor(db, bucket, Cursor(epoch, max(after, highest)), 0)
        return changed

    _put(stack, sync_jobs, "settle", settled)


@_mutant("no_resend", "a kiosk sends nothing again to a hub that was put back")
def _no_resend(stack: ExitStack) -> None:
    _put(stack, epochs, "send_all_again", _nothing)
    _put(stack, feed, "send_all_again", _nothing)


@_mutant("feed_over_unsent", "the feed is laid over edits that were not sent yet")
def _feed_over_unsent(stack: ExitStack) -> None:
    _put(stack, feed, "_is_on_its_way", lambda *_: False)


@_mutant("renumber_loses_one", "a kiosk that begins an epoch takes its first op for delivered")
def _renumber_loses_one(stack: ExitStack) -> None:
    begin_epoch = epochs.begin_epoch

    def begin(db: Database, reason: str, now_ms: int) -> int:
        count = begin_epoch(db, reason, now_ms)
        _delivered(db, "seq = 1 AND epoch = (SELECT epoch FROM stream WHERE live = 1)")
        return count

    _put(stack, epochs, "begin_epoch", begin)


@_mutant("past_the_stuck_one", "what follows a stuck op of its record goes ahead of it")
def _past_the_stuck_one(stack: ExitStack) -> None:
    _put(stack, outbox, "_BEHIND_A_STUCK_ONE", "")


@_mutant("newer_fields_dropped", "a kiosk drops the fields that its version does not know")
def _newer_fields_dropped(stack: ExitStack) -> None:
    sorted_fields = feed.sorted_fields

    def known_only(*given: Any) -> Any:
        return sorted_fields(*given)[0], {}

    _put(stack, feed, "sorted_fields", known_only)


@_mutant("settled_on_one_side", "a kiosk does not follow what another one has settled")
def _settled_on_one_side(stack: ExitStack) -> None:
    _put(stack, conflicts, "follow", _nothing)


@_mutant("history_of_the_cursor", "a kiosk that has read nothing yet forgets who gave it receipts")
def _history_of_the_cursor(stack: ExitStack) -> None:
    def by_cursor(db: Database, bucket: str) -> str:
        return feed.read_cursor(db, bucket).hub_epoch

    _put(stack, epochs, "history", by_cursor)
    _put(stack, feed_page, "history", by_cursor)
