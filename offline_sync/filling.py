"""How far the first fill has come, kept in the transaction of what it has applied.

Nothing here speaks to a hub. The caller holds the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlite_utils import Database

from offline_sync import epochs, feed
from offline_sync.feed import FeedOutcome
from offline_sync.oplog import Cursor
from offline_sync.standing import AsOf, Line, lay

_COLUMNS: Final = (
    "bucket, etag, hub_epoch, upto, taken, total, lines, finished_ms IS NOT NULL, samples"
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot of a hub, and how much of it is applied: `taken` of its `total` bytes, up to the
    end of a frame, and `lines` lines. `etag` names its very bytes (RFC 9110 section 8.8.3).
    `samples` are what its frames are packed with, until it is finished."""

    bucket: str
    etag: str
    hub_epoch: str
    upto: int
    taken: int
    total: int
    lines: int
    finished: bool = False
    samples: bytes = b""

    @property
    def as_of(self) -> AsOf:
        """Which moment of the hub it shows."""
        return AsOf(self.bucket, self.hub_epoch, self.upto)


@dataclass(frozen=True, slots=True)
class FillProgress:
    """What a page can say of the first fill. The denominator is fixed for one snapshot."""

    bytes_taken: int
    bytes_total: int
    records: int
    finished: bool

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.bytes_taken / self.bytes_total if self.bytes_total else 0.0


def read_snapshot(db: Database, bucket: str) -> Snapshot | None:
    """The snapshot that is being taken, or was taken last."""
    row = db.execute(f"SELECT {_COLUMNS} FROM first_fill WHERE bucket = ?", (bucket,)).fetchone()
    return replace(Snapshot(*row), finished=bool(row[-2])) if row else None


def fill_progress(db: Database, bucket: str) -> FillProgress | None:
    """How far the fill has come; None when this kiosk never took a snapshot. Works on a reader."""
    snapshot = read_snapshot(db, bucket)
    if snapshot is None:
        return None
    return FillProgress(snapshot.taken, snapshot.total, snapshot.lines, snapshot.finished)


def fill_is_due(db: Database, bucket: str) -> bool:
    """Whether a snapshot was begun and not finished, or nothing was ever read of this village."""
    snapshot = read_snapshot(db, bucket)
    if snapshot is not None and not snapshot.finished:
        return True
    return not feed.read_cursor(db, bucket).hub_epoch


def goes_on_at(db: Database, bucket: str) -> Cursor:
    """Where the feed goes on: after the snapshot that is being taken, or at the cursor."""
    snapshot = read_snapshot(db, bucket)
    if snapshot is not None and not snapshot.finished:
        return Cursor(snapshot.hub_epoch, snapshot.upto)
    return feed.read_cursor(db, bucket)


def begin(db: Database, snapshot: Snapshot, now_ms: int) -> None:
    """Take this snapshot from here on, whatever was taken before."""
    if epochs.history(db, snapshot.bucket) not in ("", snapshot.hub_epoch):
        feed.forget_order(db, now_ms)
        feed.move_cursor(db, snapshot.bucket, Cursor(snapshot.hub_epoch, 0), now_ms)
    db.execute("DELETE FROM first_fill WHERE bucket = ?", (snapshot.bucket,))
    db.execute(
        "INSERT INTO first_fill (bucket, etag, hub_epoch, upto, taken, total, lines, samples,"
        " started_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(snapshot.bucket, snapshot.etag, snapshot.hub_epoch, snapshot.upto),
            *(snapshot.taken, snapshot.total, snapshot.lines, snapshot.samples, now_ms, now_ms),
        ),
    )


def forget(db: Database, bucket: str) -> None:
    """The snapshot that was begun is of no use: the next one is taken from its beginning."""
    db.execute(
        "UPDATE first_fill SET etag = '', taken = 0, lines = 0, samples = x'' WHERE bucket = ?"
        " AND finished_ms IS NULL",
        (bucket,),
    )


def apply_frames(
    db: Database, before: Snapshot, lines: Sequence[Line], end: int, now_ms: int
) -> tuple[Snapshot, FeedOutcome]:
    """Lay the lines of some frames, of which the last ends at byte `end`; the snapshot's last one
    moves the feed's cursor."""
    outcome = lay(db, lines, before.as_of, now_ms)
    after = replace(
        before, taken=end, lines=before.lines + len(lines), finished=end == before.total
    )
    db.execute(
        "UPDATE first_fill SET taken = ?, lines = ?, updated_ms = ?, finished_ms = ?"
        " WHERE bucket = ?",
        (after.taken, after.lines, now_ms, now_ms if after.finished else None, after.bucket),
    )
    if after.finished:
        db.execute("UPDATE first_fill SET samples = x'' WHERE bucket = ?", (after.bucket,))
        feed.move_cursor(db, after.bucket, Cursor(after.hub_epoch, after.upto), now_ms)
    return after, outcome
