"""A worker's word about a reading that is nobody's, written down: filed, or set aside.

Between the worker's look and the worker's word the records may have changed: another session or
a sync has dealt with the reading, more of it has come, the resident has moved or died. So all of
it is looked at again inside the transaction that would file it. Never files what was not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import sqlite_utils

from kiosk.belonging import TOGETHER_MS
from kiosk.leftovers import Leftover, leftovers
from kiosk.readings import (
    BODY_COMPOSITION,
    WEIGHT,
    Recognised,
    how_recognised,
    identity_of,
)
from kiosk.records import reading_inbox, residents, vitals
from kiosk.records.reading_inbox import GoneWeight, InboxReading
from kiosk.records.residents import Resident
from offline_sync.store import Change, Store

_CERTAIN: Final = frozenset({Recognised.BY_RECORD, Recognised.BY_SEQUENCE, Recognised.BY_DATE})


class WhyNot(StrEnum):
    """Why a reading was not filed, as the code that the page turns into words."""

    GONE = "gone"  # it does not wait any more
    ALREADY_FILED = "already_filed"  # it is a vital, of `NotFiled.resident_id`
    CHANGED = "changed"  # it is not what was shown: more of it came, or a part has left
    MOVED = "moved"
    DIED = "died"
    UNKNOWN_RESIDENT = "unknown_resident"


@dataclass(frozen=True, slots=True)
class NotFiled:
    """What happened instead; `resident_id` is who it is about."""

    why: WhyNot
    resident_id: str = ""


def measurements(
    db: sqlite_utils.Database, kept: Sequence[InboxReading], most: int
) -> list[Leftover]:
    """What waits among `kept`, the latest of the inbox; those past the first `most` are older
    ones that are not shown yet."""
    shown = kept[:most]
    return leftovers(shown, older_wait=len(kept) > most, gone=_weights_gone(db, shown))


def _weights_gone(db: sqlite_utils.Database, kept: Sequence[InboxReading]) -> Sequence[GoneWeight]:
    """Those that a composition that waits may be of, if it could be given to another."""
    if all(one.characteristic != WEIGHT for one in kept):
        return ()
    times = [one.received_at for one in kept if one.characteristic == BODY_COMPOSITION]
    if not times:
        return ()
    return reading_inbox.weights_gone(db, min(times) - TOGETHER_MS, max(times) + TOGETHER_MS)


def why_not_for(person: Resident | None) -> WhyNot | None:
    """Why nothing can be filed for a resident; None when it can."""
    if person is None:
        return WhyNot.UNKNOWN_RESIDENT
    return {"active": None, "moved": WhyNot.MOVED, "died": WhyNot.DIED}.get(
        person.status, WhyNot.UNKNOWN_RESIDENT
    )


def file(
    store: Store, shown: Leftover, vital: Change, entry: Change, by: str, most: int
) -> NotFiled | None:
    """Inbox to vital, with the audit entry, in one transaction; None when that is done.

    `shown` is what the worker saw when choosing the resident, `most` how much of the inbox the
    list had.
    """
    with store.transaction() as db:
        instead = _instead(db, shown, str(vital.fields["resident_id"]), most)
        if instead is None:
            vitals.file_reading(store, vital, by)
            reading_inbox.remove(store, shown.frame_ids)
            store.save([entry], by)
    return instead


def set_aside(
    store: Store, shown: Leftover, entry: Change, now_ms: int, by: str, reason: str
) -> NotFiled | None:
    """It leaves the list with all its frames, and stays; None when that is done."""
    with store.transaction():
        done = [
            reading_inbox.set_aside(store, frame_id, now_ms, by, reason)
            for frame_id in shown.frame_ids
        ]
        if not any(done):
            return NotFiled(WhyNot.GONE)
        store.save([entry], by)
    return None


def _instead(
    db: sqlite_utils.Database, shown: Leftover, resident_id: str, most: int
) -> NotFiled | None:
    owner = _owner(db, shown)
    if owner is not None:
        return NotFiled(WhyNot.ALREADY_FILED, owner)
    if reading_inbox.waiting(db, shown.id) is None:
        return NotFiled(WhyNot.GONE)
    found = measurements(db, reading_inbox.nobodys(db, most + 1), most)
    if shown not in found:
        return NotFiled(WhyNot.CHANGED)
    why = why_not_for(residents.get(db, resident_id))
    return None if why is None else NotFiled(why, resident_id)


def _owner(db: sqlite_utils.Database, shown: Leftover) -> str | None:
    """Who has it on record already: under its own id, or the same sent to another kiosk."""
    mine = vitals.resident_of(db, shown.id)
    how = how_recognised(shown.kept)
    if mine is not None or how not in _CERTAIN:
        return mine
    return reading_inbox.vital_alike(
        db, shown.kept, identity_of(shown.kept), is_record=how is Recognised.BY_RECORD
    )
