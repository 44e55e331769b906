"""The reading inbox: what an instrument said, kept before anybody sees it.

A row here has no resident. It becomes a vital (and leaves) in one transaction, or stays for
staff, with the reason why it is nobody's. What a person wanted to measure without saving never
comes here. Nothing of it ever leaves this kiosk, and nothing that staff set aside is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlite_utils

from offline_sync.clock import Instant
from offline_sync.store import Store


class Why(StrEnum):
    """Why a frame is nobody's, as the code that the page turns into words."""

    EARLIER = "earlier"  # taken before the person began
    CAME_BEFORE = "came_before"  # the same again, of an instrument whose clock is not set
    EXTRA = "extra"  # one measurement is one reading: this came with another
    UNREADABLE = "unreadable"
    LEFT = "left"  # the person had left, or the kiosk was cut off
    STRAY = "stray"  # sent while nobody measured
    OLDER_VERSION = "older_version"  # kept before the kiosk wrote down why


@dataclass(frozen=True, slots=True)
class InboxReading:
    """One frame as it came over the air, with everything needed to read it later."""

    id: str
    session_id: str
    characteristic: str
    raw: bytes
    instrument: Mapping[str, Any]  # address, name, maker, model, serial as read
    device_time: str | None  # filled by whoever decodes; the inbox keeps bytes, not meaning
    clock_offset_s: float | None
    received_at: int
    mono_ms: int
    boot_id: str
    check_in_id: str | None  # the sitting it arrived in; None when it is nobody's
    kind: str = "blood_pressure"
    feature: int | None = None
    started_by: str | None = None  # "resident": who pressed start; None when nobody did
    why: Why | None = None  # it is nobody's

    @property
    def address(self) -> str:
        """Of the instrument; "" when it said none."""
        return str(self.instrument.get("address", ""))

    @property
    def names(self) -> tuple[str | None, ...]:
        """What the instrument is called, for its quirks: advertised name, model."""
        return self.instrument.get("name"), self.instrument.get("model")


@dataclass(frozen=True, slots=True)
class GoneWeight:
    """A weight that does not wait any more: it is a vital, or was set aside."""

    address: str  # of the scale
    received_at: int
    raw: bytes


_COLUMNS: Final = (
    "id, session_id, characteristic, raw, instrument, device_time, clock_offset_s, received_at,"
    " mono_ms, boot_id, check_in_id, kind, feature, started_by, why"
)

_WEIGHT: Final = "2A9D"
_BODY_COMPOSITION: Final = "2A9C"  # the only addition that comes in more than one frame
# As the index vital_by_addition has it: written otherwise, every row would be read.
_FIRST_ADDED: Final = "json_extract(reading, '$.also[0]')"


def keep(store: Store, reading: InboxReading, identity: bytes) -> None:
    """Commit one frame. Keeping the same frame again changes nothing.

    `identity` is the part of its bytes by which it is known again (`kiosk.readings`).
    """
    with store.transaction():
        store.connection.execute(
            f"INSERT INTO reading_inbox ({_COLUMNS}, identity)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            [
                reading.id,
                reading.session_id,
                reading.characteristic,
                reading.raw,
                json.dumps(dict(reading.instrument), ensure_ascii=False),
                reading.device_time,
                reading.clock_offset_s,
                reading.received_at,
                reading.mono_ms,
                reading.boot_id,
                reading.check_in_id,
                reading.kind,
                reading.feature,
                reading.started_by,
                reading.why,
                identity,
            ],
        )


def leave_unattributed(store: Store, reading_id: str, why: Why) -> None:
    """The frame belongs to no sitting. The first reason that was given stays."""
    with store.transaction():
        store.connection.execute(
            "UPDATE reading_inbox SET check_in_id = NULL, why = coalesce(why, ?) WHERE id = ?",
            [why, reading_id],
        )


def leave_interrupted(store: Store, before: Instant) -> int:
    """What waits for a sitting since before this moment waits in vain: it is for staff.

    Call it once when the kiosk starts. Returns how many there were.
    """
    with store.transaction() as db:
        return db.execute(
            "UPDATE reading_inbox SET check_in_id = NULL, why = ? WHERE check_in_id IS NOT NULL"
            " AND NOT (boot_id = ? AND mono_ms >= ?)",
            [Why.LEFT, before.boot_id, before.mono_ms],
        ).rowcount


def note_clock(store: Store, session_id: str, address: str, clock_offset_s: float) -> None:
    """The instrument's clock was read after some of its frames had come."""
    with store.transaction():
        store.connection.execute(
            "UPDATE reading_inbox SET clock_offset_s = ? WHERE session_id = ?"
            " AND clock_offset_s IS NULL AND instrument ->> 'address' = ?",
            [clock_offset_s, session_id, address],
        )


def remove(store: Store, reading_ids: Iterable[str]) -> None:
    """Take frames out: they are a vital now, or no new reading. Call inside a transaction."""
    for reading_id in reading_ids:
        store.connection.execute("DELETE FROM reading_inbox WHERE id = ?", [reading_id])


def set_aside(store: Store, reading_id: str, at_ms: int, by: str, reason: str) -> bool:
    """A worker says that it is no resident's: it leaves the list, and is never deleted.

    False when it does not wait any more. Call inside a transaction, with its audit entry.
    """
    done = store.connection.execute(
        "UPDATE reading_inbox SET set_aside = ? WHERE id = ? AND set_aside IS NULL",
        [json.dumps({"at": at_ms, "by": by, "reason": reason}), reading_id],
    )
    return done.rowcount == 1


def nobodys(db: sqlite_utils.Database, most: int = -1) -> list[InboxReading]:
    """What waits for a worker's word, latest first; not more than `most`, when that is given."""
    rows = db.query(
        f"SELECT {_COLUMNS} FROM reading_inbox WHERE check_in_id IS NULL AND set_aside IS NULL"
        " ORDER BY received_at DESC, id DESC LIMIT ?",
        [most],
    )
    return [_reading(row) for row in rows]


def count_nobodys(db: sqlite_utils.Database, except_of: Collection[str] = ()) -> int:
    """How many frames wait for a worker's word, but for those of these characteristics."""
    (count,) = db.execute(
        "SELECT count(*) FROM reading_inbox WHERE check_in_id IS NULL AND set_aside IS NULL"
        f" AND characteristic NOT IN ({', '.join('?' * len(except_of))})",
        list(except_of),
    ).fetchone()
    return int(count)


def waiting(db: sqlite_utils.Database, reading_id: str) -> InboxReading | None:
    """The frame of this id, if it still waits for a worker's word."""
    rows = db.query(
        f"SELECT {_COLUMNS} FROM reading_inbox"
        " WHERE id = ? AND check_in_id IS NULL AND set_aside IS NULL",
        [reading_id],
    )
    return next((_reading(row) for row in rows), None)


def weights_gone(db: sqlite_utils.Database, since_ms: int, until_ms: int) -> list[GoneWeight]:
    """The weights received in this time that have left the list, by whatever way.

    Reads every vital: ask only when a composition waits beside a weight.
    """
    rows = db.execute(
        "SELECT instrument ->> 'address', received_at, raw FROM vital WHERE vital = 'weight'"
        " AND raw IS NOT NULL AND received_at BETWEEN ? AND ?"
        " UNION ALL SELECT instrument ->> 'address', received_at, hex(raw) FROM reading_inbox"
        " WHERE set_aside IS NOT NULL AND characteristic = ? AND received_at BETWEEN ? AND ?",
        [since_ms, until_ms, _WEIGHT, since_ms, until_ms],
    )
    return [GoneWeight(str(address or ""), at, bytes.fromhex(raw)) for address, at, raw in rows]


def stands_already(
    db: sqlite_utils.Database, reading: InboxReading, identity: bytes, *, is_record: bool
) -> bool:
    """Whether the same reading of the same instrument is on record, or here, under another id.

    `identity` is all of its bytes; or, when it `is_record`, the sequence number and base time of
    a glucose record. Whether alike means the same is the caller's to say.
    """
    alike = db.execute(
        "SELECT 1 FROM reading_inbox WHERE identity = ? AND id <> ? AND characteristic = ?"
        " AND instrument ->> 'address' = ? LIMIT 1",
        [identity, reading.id, reading.characteristic, reading.address],
    )
    on_record = vital_alike(db, reading, identity, is_record=is_record)
    return alike.fetchone() is not None or on_record is not None


def vital_alike(
    db: sqlite_utils.Database, reading: InboxReading, identity: bytes, *, is_record: bool
) -> str | None:
    """The resident whose vital has the same bytes of the same instrument, under another id.

    `identity` and `is_record` as for `stands_already`.
    """
    for its_bytes, values in _on_record(reading, identity.hex(), is_record=is_record):
        found = db.execute(
            f"SELECT resident_id FROM vital WHERE {its_bytes} AND raw IS NOT NULL AND id <> ?"
            " AND instrument ->> 'address' = ? LIMIT 1",
            [*values, reading.id, reading.address],
        ).fetchone()
        if found is not None:
            return str(found[0])
    return None


def _on_record(
    reading: InboxReading, identity: str, *, is_record: bool
) -> Iterable[tuple[str, list[str]]]:
    """Where a vital would have it, as conditions that an index answers."""
    if is_record:
        return [("vital = 'glucose' AND substr(raw, 3, 18) = ?", [identity])]
    added = f"{reading.characteristic}:{identity}"
    found = [("raw = ?", [identity]), (f"{_FIRST_ADDED} = ?", [added])]
    if reading.characteristic == _BODY_COMPOSITION:
        # The second packet of a measurement: among those whose first addition is of its kind.
        kind = f"{_FIRST_ADDED} >= ? AND {_FIRST_ADDED} < ?"
        bounds = [f"{_BODY_COMPOSITION}:", f"{_BODY_COMPOSITION};"]  # ";" comes after ":"
        found.append((f"{kind} AND instr(reading, ?) > 0", [*bounds, f'"{added}"']))
    return found


def _reading(row: Mapping[str, Any]) -> InboxReading:
    return InboxReading(
        id=row["id"],
        session_id=row["session_id"],
        characteristic=row["characteristic"],
        raw=bytes(row["raw"]),
        instrument=json.loads(row["instrument"] or "{}"),
        device_time=row["device_time"],
        clock_offset_s=row["clock_offset_s"],
        received_at=row["received_at"],
        mono_ms=row["mono_ms"],
        boot_id=row["boot_id"],
        check_in_id=row["check_in_id"],
        kind=row["kind"],
        feature=row["feature"],
        started_by=row["started_by"],
        why=None if row["why"] is None else Why(row["why"]),
    )
