"""The kiosk's store: `save()` writes record and op in one transaction, or nothing at all.

One Store has the only writing connection and belongs to one thread. Nothing else writes a table
of the record catalogue. "Saved" is true when `save()` has returned (outside a `transaction()`)
or when the transaction has ended: then it survives a power cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, Self

from sqlite_utils import Database

from offline_sync import conflicts, feed, outbox, records
from offline_sync.catalogue import Merge, RecordType
from offline_sync.changes import (
    Change,
    check_id,
    checked_fields,
    record_type_named,
    refuse_missing,
)
from offline_sync.clock import Clock
from offline_sync.conflicts import OpenConflict
from offline_sync.database import (
    create_database,
    journal_path,
    open_writer,
    refuse_remains,
    translated_errors,
)
from offline_sync.erasure import refuse_erased
from offline_sync.errors import TransactionLeftOpen
from offline_sync.feed import FeedOutcome
from offline_sync.feed_page import apply_page
from offline_sync.laying_out import lay_out_kept
from offline_sync.marker import leave_marker, read_marker, refuse_set_back, refuse_vanished
from offline_sync.migrations import migrate
from offline_sync.oplog import (
    Cursor,
    FeedEntry,
    OpReceipt,
    OpRejection,
    OpState,
    OutgoingOp,
    Stream,
    append_op,
    create_stream,
    read_stream,
)
from offline_sync.outbox import OutboxCounts, SyncRun, outbox_counts
from offline_sync.writer_lock import WriterLock

GIVEN_BACK: Final = "given-back"
"""The author of ops by which a kiosk gives a hub its records back (`Store.give_back`)."""


class Store:
    """The one writer. Open it with `Store.open`, in the thread that will use and close it."""

    def __init__(self, path: Path, connection: Database, clock: Clock, lock: WriterLock) -> None:
        self._path = path
        self._db = connection
        self._clock = clock
        self._lock = lock
        self._depth = 0

    @classmethod
    def open(cls, path: Path | str, key: bytes, clock: Clock) -> Self:
        """Open the store, making and migrating its database where needed.

        Raises a StoreError with a next step; a database that does not open stays as it is.
        """
        path = Path(path)
        lock = WriterLock(path)
        try:
            if not path.exists():
                refuse_remains(path)
                refuse_vanished(path)
                create_database(path, key, lambda db: _lay_out(db, clock))
            connection = open_writer(path, key, partial(_refuse_set_back, path, lock))
            store = cls(path, connection, clock, lock)
        except BaseException:
            lock.release()
            raise
        try:
            with translated_errors():
                migrate(store.connection)
            with store.transaction() as db:
                outbox.release_all_sent(db)
                lay_out_kept(db, clock.now().wall_ms)
            leave_marker(store.connection, path)
            lock.note_open()
        except BaseException:
            store._let_go()
            raise
        return store

    @property
    def connection(self) -> Database:
        """The writing connection, for local tables and reads. Write inside `transaction()`."""
        return self._db

    def close(self) -> None:
        """Close the database and let another program write. Closing again does nothing."""
        if not self._lock.held:
            return
        try:
            self._db.rollback()  # a unit of work that was cut short is not counted in the marker
            leave_marker(self._db, self._path)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        try:
            self._lock.note_closing()
            self._db.close()
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """One unit of work: all of it is kept when the block ends, none of it when it raises.

        Nested blocks, and `save()` within, join the outer one; one of them that raises undoes only
        its own part. Raises StoreFull, StoreUnavailable or DatabaseDamaged when the disk refuses.
        """
        if self._db.conn.in_transaction != (self._depth > 0):
            # Joining it would report as saved what nobody will ever commit.
            self._db.rollback()
            raise TransactionLeftOpen("An earlier unit of work was left open; it was undone.")
        with translated_errors():
            if self._depth == 0:
                # IMMEDIATE, for a deferred BEGIN that reads first cannot wait for a lock later.
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                with self._outermost() if self._depth == 1 else self._db.atomic():
                    yield self._db
            finally:
                self._depth -= 1

    @contextmanager
    def _outermost(self) -> Iterator[None]:
        try:
            yield
            if not self._db.conn.in_transaction:
                raise TransactionLeftOpen("The unit of work was ended from within.")
            self._db.execute("COMMIT")
        except BaseException:
            self._db.rollback()  # does nothing when SQLite has already rolled back
            raise
        if self._db.conn.in_transaction:
            self._db.rollback()
            raise TransactionLeftOpen("The unit of work did not end; it was undone.")

    def save(self, changes: Sequence[Change], by: str) -> tuple[str, ...]:
        """Write the changes and their ops together; returns the op ids in the same order.

        `by` is a staff id, "resident" or the name of a program part. Raises InvalidChange, with
        nothing saved, when one of the changes does not fit the record catalogue.
        """
        by = check_id(by, "The author of a change")
        with self.transaction():
            return tuple(self._save_one(change, by) for change in changes)

    def settle(self, conflict: OpenConflict, values: Mapping[str, object], by: str) -> str:
        """Let `values` stand in the place of all values of a conflict; returns the op id.

        Raises ConflictMoved, with nothing saved, when somebody has changed the record meanwhile.
        """
        with self.transaction() as db:
            return self.save([conflicts.settling(db, conflict, values)], by)[0]

    def _save_one(self, change: Change, by: str) -> str:
        record_type = record_type_named(change.record_type)
        record_id = check_id(change.record_id, "A record id")
        fields = checked_fields(record_type, change.fields)
        refuse_erased(self._db, record_type.name, record_id, fields)
        if records.exists(self._db, record_type, record_id):
            fields = records.with_their_groups(self._db, record_type, record_id, fields)
            records.refuse_rewriting(self._db, record_type, record_id, fields)
            records.update(self._db, record_type, record_id, fields)
        else:
            refuse_missing(record_type, fields)
            records.insert(self._db, record_type, record_id, fields)
        editable = _editable(record_type, fields)
        op = append_op(
            self._db,
            record_type=record_type.name,
            record_id=record_id,
            fields=fields,
            base=records.shown_ops(self._db, record_type, record_id, editable),
            by=by,
            now=self._clock.now(),
            settles=change.settles,
        )
        records.show_op(self._db, record_type, record_id, editable, op.op_id)
        if change.settles:
            conflicts.close(self._db, record_type.name, record_id, change.settles, op.op_id)
        return op.op_id

    def give_back(self, record_type: str, record_id: str) -> bool:
        """Save all that a record shows as a new op, for a hub that lost it after its ops were
        pruned here, or that had it from another kiosk. Says whether that could be done: never
        again beside such an op that still waits, or that the hub will not have.
        """
        with self.transaction() as db:
            left = db.execute(
                'SELECT 1 FROM op_out WHERE tbl = ? AND rid = ? AND "by" = ? AND state <> ?',
                (record_type, record_id, GIVEN_BACK, OpState.ACKNOWLEDGED),
            ).fetchone()
            known = record_type_named(record_type)
            if left is not None or not records.exists(db, known, record_id):
                return False
            shown = records.values(db, known, record_id, known.by_name)
            fields = {name: value for name, value in shown.items() if value is not None}
            self.save([Change(record_type, record_id, fields)], by=GIVEN_BACK)
            return True

    # What the sync client asks for.

    def stream(self) -> Stream:
        """The identity of this kiosk's ops and how far they go."""
        return read_stream(self._db)

    def unsent(self, limit: int) -> list[OutgoingOp]:
        """The next ops to send, oldest first, at most `limit`."""
        return outbox.unsent_ops(self._db, limit)

    def mark_sending(self, op_ids: Sequence[str]) -> None:
        """These ops are handed to the wire and have no receipt yet."""
        with self.transaction() as db:
            outbox.mark_sending(db, op_ids)

    def release(self, op_ids: Sequence[str]) -> None:
        """Ops that were sent without a receipt, or are stuck, are unsent again."""
        with self.transaction() as db:
            outbox.release(db, op_ids)

    def acknowledge(self, acks: Sequence[OpReceipt]) -> int:
        """Store receipts; returns how many ops they newly delivered."""
        with self.transaction() as db:
            return outbox.acknowledge(db, acks, self._clock.now().wall_ms)

    def quarantine(self, rejections: Sequence[OpRejection]) -> None:
        """The hub has these ops and keeps them aside for a person."""
        with self.transaction() as db:
            outbox.quarantine(db, rejections)

    def set_aside(self, rejections: Sequence[OpRejection]) -> None:
        """The hub would not take these ops; later ops of the same records wait behind them."""
        with self.transaction() as db:
            outbox.set_aside(db, rejections)

    def apply_feed(
        self, bucket: str, hub_epoch: str, entries: Sequence[FeedEntry], next_after: int
    ) -> FeedOutcome:
        """Apply a page of the hub's feed and move the cursor, together."""
        with self.transaction() as db:
            return apply_page(db, bucket, hub_epoch, entries, next_after, self._clock.now().wall_ms)

    def cursor(self, bucket: str) -> Cursor:
        """How far the feed of `bucket` was applied."""
        return feed.read_cursor(self._db, bucket)

    def record_sync_run(self, run: SyncRun) -> None:
        """Keep one try to reach the hub in the history."""
        with self.transaction() as db:
            outbox.record_run(db, run)

    def outbox_counts(self) -> OutboxCounts:
        """Unsent, sent, acknowledged, needs attention and their total, as they are now."""
        return outbox_counts(self._db)


def _refuse_set_back(path: Path, lock: WriterLock, db: Database) -> None:
    lost = lock.last_was_cut_off and not journal_path(path).exists()
    refuse_set_back(db, read_marker(path), journal_lost=lost)


def _lay_out(db: Database, clock: Clock) -> None:
    migrate(db)
    create_stream(db, clock.now(), "first run")


def _editable(record_type: RecordType, fields: Mapping[str, object]) -> list[str]:
    """The fields that can be edited by two people and so carry a base."""
    return [f.name for f in record_type.fields if f.merge is not Merge.NEVER and f.name in fields]


__all__ = ["Change", "OutboxCounts", "Store", "SyncRun", "outbox_counts"]
