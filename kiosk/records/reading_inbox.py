"""The reading inbox: what an instrument said, kept before anybody sees it.

A row here has no resident. It becomes a vital (and leaves) in one transaction, or stays for
staff. What a person wanted to measure without saving never comes here. Nothing of it ever
leaves this kiosk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlite_utils

from offline_sync.store import Store


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


def keep(store: Store, reading: InboxReading) -> None:
    """Commit one frame. Keeping the same frame again changes nothing."""
    with store.transaction():
        store.connection.execute(
            "INSERT INTO reading_inbox (id, session_id, characteristic, raw, instrument,"
            " device_time, clock_offset_s, received_at, mono_ms, boot_id, check_in_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
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
            ],
        )


def leave_unattributed(store: Store, reading_id: str) -> None:
    """The frame belongs to no sitting (an old one that the instrument had stored)."""
    with store.transaction():
        store.connection.execute(
            "UPDATE reading_inbox SET check_in_id = NULL WHERE id = ?", [reading_id]
        )


def remove(store: Store, reading_id: str) -> None:
    """Take a frame out: it is a vital now, or no new reading. Call inside a transaction."""
    store.connection.execute("DELETE FROM reading_inbox WHERE id = ?", [reading_id])


def stands_already(db: sqlite_utils.Database, reading: InboxReading) -> bool:
    """Whether the same bytes of the same instrument are on record, or here, under another id.

    Ask it of frames with a time stamp only: without one, two measurements may be alike.
    """
    address = reading.instrument.get("address")
    row = db.execute(
        "SELECT 1 FROM reading_inbox WHERE id <> ? AND raw = ? AND characteristic = ?"
        " AND instrument ->> 'address' = ?"
        " UNION ALL SELECT 1 FROM vital WHERE id <> ? AND raw = ? AND instrument ->> 'address' = ?"
        " LIMIT 1",
        [
            *(reading.id, reading.raw, reading.characteristic, address),
            *(reading.id, reading.raw.hex(), address),
        ],
    ).fetchone()
    return row is not None
