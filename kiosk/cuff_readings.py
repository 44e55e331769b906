"""From a kept frame to a reading on record: decode, place in time, and write the vital.

Pure. Nothing here decides whose reading it is, or shows or saves anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from devices.health.date_time import ClockQuality, DeviceTime, judge_clock
from devices.health.errors import FrameCorrupt
from devices.health.profiles.blood_pressure import (
    DECODER,
    BloodPressureReading,
    decode_blood_pressure,
    in_mmhg,
)
from devices.health.quirks import quirk_of
from kiosk.civil_time import HONG_KONG, civil_time
from kiosk.records.reading_inbox import InboxReading
from kiosk.records.vitals import BLOOD_PRESSURE
from offline_sync.store import Change

# Of the instruments, not of care: a cuff needs under two minutes for one measurement, and some
# stamp its beginning.
_STALE_AFTER_MS: Final = 5 * 60 * 1000
# A clock that was read to the second, and a button pressed when the cuff had begun already.
_CLOCK_SLACK_MS: Final = 60 * 1000


@dataclass(frozen=True, slots=True)
class CuffReading:
    """A decoded frame. Pressures in mmHg; `systolic` is None when it cannot be read."""

    kept: InboxReading
    said: BloodPressureReading
    systolic: Decimal | None
    diastolic: Decimal | None
    pulse: Decimal | None
    taken_at: int  # best known time, ms UTC
    stale: bool = False  # `settled` has found that it is not of this measuring step

    @property
    def usable(self) -> bool:
        """Both pressures are there and make sense together."""
        return self.said.usable


def decode(kept: InboxReading, feature: int | None) -> CuffReading:
    """Decode a kept frame. Raises `devices.health.errors.FrameCorrupt`."""
    quirk = quirk_of(kept.instrument.get("name"), kept.instrument.get("model"))
    said = decode_blood_pressure(kept.raw, feature, quirk)
    return CuffReading(
        kept=replace(kept, device_time=said.device_time.isoformat() if said.device_time else None),
        said=said,
        systolic=None if said.systolic is None else in_mmhg(said.systolic, said.unit),
        diastolic=None if said.diastolic is None else in_mmhg(said.diastolic, said.unit),
        pulse=said.pulse,
        taken_at=_taken_at(said.device_time, kept),
    )


def is_time_stamped(raw: bytes) -> bool:
    """True for a frame that says when it was taken: the same bytes again are the same reading."""
    try:
        return decode_blood_pressure(raw).device_time is not None
    except FrameCorrupt:
        return False


def settled(
    reading: CuffReading, clock_offset_s: float | None, seen_measuring: bool, listened_ms: int
) -> CuffReading:
    """A stamped reading placed in time, now that the instrument's clock has been read (or not).

    With its clock, what was taken before the measuring step began, `listened_ms` before the
    reading came, is stale. Without it an old stamp is believed, and the reading is stale, unless
    the clock is plainly not set, or the cuff was `seen_measuring` before the frame came.
    """
    if clock_offset_s is None:
        clock_offset_s = reading.kept.clock_offset_s
    kept = replace(reading.kept, clock_offset_s=clock_offset_s)
    taken_at = _taken_at(reading.said.device_time, kept)
    if clock_offset_s is None:
        is_set = _clock_quality(reading) is ClockQuality.SET
        stale = is_set and not seen_measuring and _stamped_before_ms(reading) > _STALE_AFTER_MS
    else:
        of_this_step_ms = min(_STALE_AFTER_MS, listened_ms + _CLOCK_SLACK_MS)
        stale = kept.received_at - taken_at > of_this_step_ms
    return replace(reading, kept=kept, taken_at=taken_at, stale=stale)


def vital_change(
    reading: CuffReading, resident_id: str, check_in_id: str, taken_on: str, started_by: str
) -> Change:
    """The vital of a decoded frame, incomplete until its sitting ends. Same id as in the inbox."""
    kept, said = reading.kept, reading.said
    fields: dict[str, object] = {
        "resident_id": resident_id,
        "check_in_id": check_in_id,
        "vital": BLOOD_PRESSURE,
        "reading": _document(said),
        "taken_at": reading.taken_at,
        "received_at": kept.received_at,
        "clock_quality": str(_clock_quality(reading)),
        "instrument": dict(kept.instrument),
        "raw": kept.raw.hex(),
        "decoder": DECODER,
        "source": "measured",
        "started_by": started_by,
        "taken_on": taken_on,
        "completeness": "incomplete",
    }
    if kept.device_time is not None:
        fields["device_time"] = kept.device_time
    if kept.clock_offset_s is not None:
        fields["clock_offset_s"] = kept.clock_offset_s
    return Change("vital", kept.id, fields)


def _document(said: BloodPressureReading) -> Mapping[str, object]:
    numbers = {
        "systolic": said.systolic,
        "diastolic": said.diastolic,
        "mean_arterial": said.mean_arterial,
        "pulse": said.pulse,
    }
    status = {
        "moved": said.moved,
        "cuff_loose": said.cuff_loose,
        "irregular_pulse": said.irregular_pulse,
        "pulse_range": None if said.pulse_range is None else str(said.pulse_range),
        "wrong_position": said.wrong_position,
        "bits": said.status_bits,
    }
    document: dict[str, object] = {
        name: str(number) for name, number in numbers.items() if number is not None
    }
    document["unit"] = str(said.unit)
    document["status"] = {name: flag for name, flag in status.items() if flag is not None}
    if said.no_value:
        document["no_value"] = {name: str(why) for name, why in said.no_value.items()}
    if said.user is not None:
        document["user"] = said.user
    return document


def _clock_quality(reading: CuffReading) -> ClockQuality:
    received = civil_time(reading.kept.received_at).replace(tzinfo=None)
    return judge_clock(
        DeviceTime(reading.said.device_time, reading.said.device_time_quality), received
    )


def _stamped_before_ms(reading: CuffReading) -> int:
    """How long before its arrival a frame was taken, if its stamp were the kiosk's own time."""
    stamp = reading.said.device_time
    return 0 if stamp is None else reading.kept.received_at - _in_ms(stamp)


def _in_ms(device_time: datetime) -> int:
    return int(device_time.replace(tzinfo=HONG_KONG).timestamp() * 1000)


def _taken_at(device_time: datetime | None, kept: InboxReading) -> int:
    """The instrument's own time when its clock could be compared with ours, else the arrival."""
    if device_time is None or kept.clock_offset_s is None:
        return kept.received_at
    return min(kept.received_at, _in_ms(device_time) - int(kept.clock_offset_s * 1000))
