"""Lays what stands at the hub over this kiosk's records: from a snapshot, or after a comparison.

A line here is a whole record as it stands at the hub at number `upto` of its feed, not one op. As
with the feed, an own edit that the hub has not merged by then stays in sight, and a line that
cannot be applied is kept raw. The cursor never moves here. Records that this kiosk does not have
yet are written many at a time, for a village has thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from sqlite_utils import Database

from offline_sync import conflicts, feed
from offline_sync.answers import FeedLine, feed_entry
from offline_sync.canonical import canonical_json
from offline_sync.catalogue import CATALOGUE
from offline_sync.erasure import erased_among
from offline_sync.feed import FeedOutcome
from offline_sync.oplog import UNREADABLE, FeedEntry
from offline_sync.whole_records import WholeRecord, insert, whole_record

_decoder: Final = msgspec.json.Decoder(FeedLine)
_start: Final = msgspec.json.Decoder(list[msgspec.Raw])
_number: Final = msgspec.json.Decoder(int)
_NOT_A_LINE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class AsOf:
    """Of which village's feed, in which history of the hub, and up to which number."""

    bucket: str
    hub_epoch: str
    upto: int


def entry_of_line(line: bytes, as_of: AsOf) -> FeedEntry:
    """The entry of a line; of kind UNREADABLE when only its number, or nothing, can be read.

    A record whose op nobody has to know comes without one, and is named by its own id then.
    """
    try:
        read = _decoder.decode(line)
    except _NOT_A_LINE as error:
        why = {"text": line.decode(errors="backslashreplace"), "why": str(error)}
    else:
        entry = feed_entry(read)
        return entry if entry.op_id else replace(entry, op_id=entry.record_id)
    return FeedEntry(_number_of(line, as_of), UNREADABLE, "", "", "", why)


def _number_of(line: bytes, as_of: AsOf) -> int:
    try:
        return _number.decode(_start.decode(line)[0])
    except (*_NOT_A_LINE, IndexError):
        return as_of.upto


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read and checked; `new` is None where it is no whole record that fits."""

    entry: FeedEntry
    new: WholeRecord | None


def read_line(line: bytes, as_of: AsOf) -> Line:
    """Read a line and work out what can be without the database, which others wait for."""
    entry = entry_of_line(line, as_of)
    if entry.kind != "put" or entry.record_type not in CATALOGUE:
        return Line(entry, None)
    try:
        return Line(entry, whole_record(entry))
    except feed.UNFIT:
        return Line(entry, None)  # it fails again when it is laid, and is then kept raw


def lay(db: Database, lines: Sequence[Line], as_of: AsOf, now_ms: int) -> FeedOutcome:
    """Lay whole records over this kiosk's own; the caller holds the transaction."""
    new = _that_are_new(db, lines)
    try:
        with db.atomic():
            insert(db, [line.new for line in new.values() if line.new is not None])
            for (name, record_id), line in new.items():
                # What was settled before this kiosk knew the record may still be told of.
                conflicts.close(db, name, record_id, line.entry.settles, line.entry.op_id)
    except feed.UNFIT:
        new = {}  # one of them does not fit: all go singly, so that it alone is kept raw
    others = [line.entry for line in lines if new.get(_key(line)) is not line]
    outcome = _lay_singly(db, others, as_of, now_ms)
    changed = frozenset(new) | outcome.changed
    _stands_now(db, changed, as_of)
    return FeedOutcome(changed, outcome.set_aside)


def _stands_now(db: Database, laid: Iterable[tuple[str, str]], as_of: AsOf) -> None:
    """What was kept raw of these records, from before they stood like this, is in them now."""
    if db.execute("SELECT 1 FROM inbox_quarantine LIMIT 1").fetchone():
        db.conn.executemany(
            "DELETE FROM inbox_quarantine WHERE hub_epoch = ? AND bucket = ? AND seq <= ?"
            " AND json_extract(raw, '$.kind') = 'put' AND json_extract(raw, '$.record_type') = ?"
            " AND json_extract(raw, '$.record_id') = ?",
            [(as_of.hub_epoch, as_of.bucket, as_of.upto, *key) for key in laid],
        )


def _key(line: Line) -> tuple[str, str]:
    return line.entry.record_type, line.entry.record_id


def _that_are_new(db: Database, lines: Sequence[Line]) -> dict[tuple[str, str], Line]:
    """The lines of records that this kiosk has nothing of, by record."""
    found: dict[tuple[str, str], Line] = {}
    ids: dict[str, list[str]] = {}
    for line in lines:
        if line.new is not None and found.setdefault(_key(line), line) is line:
            ids.setdefault(line.entry.record_type, []).append(line.entry.record_id)
    for name, of_type in ids.items():
        for record_id in erased_among(db, name, of_type):
            del found[name, record_id]
        known = db.execute(
            f'SELECT id FROM "{name}" WHERE id IN (SELECT value FROM json_each(?))',
            (canonical_json(of_type),),
        )
        for (record_id,) in known.fetchall():
            found.pop((name, record_id), None)
    return found


def _lay_singly(
    db: Database, entries: Iterable[FeedEntry], as_of: AsOf, now_ms: int
) -> FeedOutcome:
    changed: set[tuple[str, str]] = set()
    set_aside: list[int] = []
    for entry in entries:
        try:
            with db.atomic():
                # The number tells which own edits the hub has merged by then.
                if feed.apply_entry(db, replace(entry, seq=as_of.upto), now_ms):
                    changed.add((entry.record_type, entry.record_id))
                elif entry.record_type not in CATALOGUE:
                    set_aside.append(entry.seq)
        except feed.UNFIT as error:
            feed.keep_raw(db, as_of.bucket, as_of.hub_epoch, entry, str(error), now_ms)
            set_aside.append(entry.seq)
    return FeedOutcome(frozenset(changed), tuple(set_aside))
