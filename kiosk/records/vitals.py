"""Blood-pressure readings on record: filing one, closing a sitting, and reading the past.

A reading is filed once and never altered; only what was concluded from it (in the mean,
complete, band) is added when the sitting ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import sqlite_utils

from devices.health.profiles.blood_pressure import PressureUnit, in_mmhg
from kiosk.records import reading_inbox
from kiosk.records.validity import valid
from offline_sync.store import Change, Store

BLOOD_PRESSURE = "blood_pressure"
HISTORY_MS: Final = 731 * 24 * 60 * 60 * 1000
"""How far back the screen looks: two years, a leap day among them."""

_WHOLE: Final = Decimal(1)
_MOST_OF_A_SITTING: Final = 24
_SHOWN: Final = (
    "SELECT id, check_in_id, reading, taken_at, band FROM vital AS v"
    f" WHERE resident_id = ? AND vital = ? AND {valid('vital', 'v')}"
    " AND (in_mean = 1 OR (in_mean IS NULL AND source = 'typed'))"
)


@dataclass(frozen=True, slots=True)
class SittingMean:
    """One past sitting as it is shown: whole mmHg and beats per minute."""

    check_in_id: str
    taken_at: int
    systolic: int
    diastolic: int
    pulse: int | None
    readings: int
    band: str  # as it was shown then; "" when none was
    vital_ids: tuple[str, ...] = ()  # the readings behind the mean, where they are on record


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What was concluded from one reading when its sitting ended."""

    vital_id: str
    in_mean: bool
    band: str | None
    rules: str | None


def file_reading(store: Store, vital: Change, by: str) -> str:
    """Turn the inbox frame of the same id into a vital, in one transaction. Returns its id.

    Filing the same reading again (after a failure that came late) is a no-op for the store,
    since a vital's observed fields are written once and these are the same.
    """
    with store.transaction():
        store.save([vital], by)
        reading_inbox.remove(store, [vital.record_id])
    return vital.record_id


def is_on_record(db: sqlite_utils.Database, reading_id: str) -> bool:
    """Whether the inbox frame of this id has become a vital."""
    return resident_of(db, reading_id) is not None


def resident_of(db: sqlite_utils.Database, reading_id: str) -> str | None:
    """Whose vital the inbox frame of this id has become; None when it is none."""
    found = db.execute("SELECT resident_id FROM vital WHERE id = ?", [reading_id]).fetchone()
    return None if found is None else str(found[0])


def close_sitting(store: Store, conclusions: Iterable[Conclusion], by: str) -> None:
    """Mark every reading of a finished sitting complete, with what was concluded from it."""
    changes = []
    for conclusion in conclusions:
        fields: dict[str, object] = {
            "in_mean": int(conclusion.in_mean),
            "completeness": "complete",
        }
        if conclusion.band is not None:
            fields |= {"band": conclusion.band, "rules": conclusion.rules}
        changes.append(Change("vital", conclusion.vital_id, fields))
    if changes:
        store.save(changes, by)


def past_sittings(
    db: sqlite_utils.Database,
    resident_id: str,
    since_ms: int,
    leave_out: str = "",
) -> list[SittingMean]:
    """The resident's sittings since `since_ms`, oldest first, each with the mean it showed.

    Only readings that entered a mean count; a typed or single reading counts for itself.
    `leave_out` is the sitting that is going on.
    """
    rows = db.query(
        f"{_SHOWN} AND taken_at >= ? AND coalesce(check_in_id, '') IS NOT ? ORDER BY taken_at, id",
        [resident_id, BLOOD_PRESSURE, since_ms, leave_out or None],
    )
    sittings: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        sittings.setdefault(_sitting_key(row), []).append(row)
    return [_sitting_mean(key, rows_of) for key, rows_of in sittings.items()]


def last_sitting(db: sqlite_utils.Database, resident_id: str) -> SittingMean | None:
    """The resident's latest sitting, however long ago."""
    rows = list(
        db.query(
            f"{_SHOWN} ORDER BY taken_at DESC, id DESC LIMIT ?",
            [resident_id, BLOOD_PRESSURE, _MOST_OF_A_SITTING],
        )
    )
    if not rows:
        return None
    last = _sitting_key(rows[0])
    return _sitting_mean(last, [row for row in reversed(rows) if _sitting_key(row) == last])


def _sitting_key(row: Mapping[str, Any]) -> str:
    # A typed reading outside a check-in is a sitting of its own.
    return str(row["check_in_id"] or row["id"])


def _sitting_mean(check_in_id: str, rows: Sequence[Mapping[str, Any]]) -> SittingMean:
    readings = [json.loads(row["reading"]) for row in rows]
    pulses = [Decimal(reading["pulse"]) for reading in readings if reading.get("pulse")]
    return SittingMean(
        check_in_id=check_in_id,
        taken_at=int(rows[-1]["taken_at"]),
        systolic=_mean([_mmhg(reading, "systolic") for reading in readings]),
        diastolic=_mean([_mmhg(reading, "diastolic") for reading in readings]),
        pulse=_mean(pulses) if pulses else None,
        readings=len(rows),
        band=rows[-1]["band"] or "",
        vital_ids=tuple(str(row["id"]) for row in rows),
    )


def _mmhg(reading: Mapping[str, str], name: str) -> Decimal:
    return in_mmhg(Decimal(reading[name]), PressureUnit(reading.get("unit", "mmHg")))


def _mean(numbers: Sequence[Decimal]) -> int:
    return int((sum(numbers, Decimal(0)) / len(numbers)).quantize(_WHOLE, ROUND_HALF_UP))
