"""From a kept frame to a reading on record, for every kind of instrument: decode, place in time,
know it again, and write the vital.

Pure. Nothing here decides whose reading it is, or shows or saves anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from devices.health import decoding
from devices.health.date_time import ClockQuality, DeviceTime, judge_clock
from devices.health.decoding import UnknownCharacteristic
from devices.health.profiles.blood_pressure import BloodPressureReading
from devices.health.profiles.glucose import GlucoseContext, GlucoseReading
from devices.health.profiles.pulse_oximeter import ContinuousReading, SpotCheckReading
from kiosk.civil_time import HONG_KONG, civil_time
from kiosk.records.reading_inbox import InboxReading
from offline_sync.store import Change

GLUCOSE: Final = "2A18"
GLUCOSE_CONTEXT: Final = "2A34"
WEIGHT: Final = "2A9D"
BODY_COMPOSITION: Final = "2A9C"
ADDITIONS: Final = frozenset({GLUCOSE_CONTEXT, BODY_COMPOSITION})
"""What says more about another frame of the same measurement."""

_RECORD_BYTES: Final = 10  # flags, sequence number, base time: GLS 1.0.1 section 3.1
_NOT_OF_THE_READING: Final = frozenset(
    {
        *("device_time", "device_time_quality", "stated_time", "base_time", "no_value", "as_sent"),
        *("unit", "height_unit", "mg_dl", "mmol_l", "excluded", "context_follows"),
        *("several_packets", "stabilized", "removed", "clock_not_set"),
    }
)


class Recognised(StrEnum):
    """By what a frame is known again when it comes once more."""

    BY_RECORD = "by_record"  # sequence number and base time of a glucose record
    BY_SEQUENCE = "by_sequence"  # what a meter says about one of its records
    BY_DATE = "by_date"  # all its bytes, among them a believable date
    BY_UNSURE_DATE = "by_unsure_date"  # all its bytes, with a date that nobody can have set
    BY_NOTHING = "by_nothing"  # without a date two measurements may be alike


@dataclass(frozen=True, slots=True)
class Decoded:
    """A kept frame and what it says."""

    kept: InboxReading
    said: Any  # one of the readings of `devices.health.profiles`

    @property
    def device_time(self) -> datetime | None:
        """What the instrument's clock showed, local, without a zone."""
        stamp: datetime | None = getattr(self.said, "device_time", None)
        return stamp

    @property
    def decoder(self) -> str:
        """Which version of which decoder it was."""
        return decoding.decoder_for(self.kept.characteristic).name

    @property
    def clock_quality(self) -> ClockQuality:
        """How far the instrument's time stamp is to be believed."""
        quality = getattr(self.said, "device_time_quality", ClockQuality.ABSENT)
        return judge_clock(DeviceTime(self.device_time, quality), _local(self.kept.received_at))


def decode(kept: InboxReading) -> Decoded:
    """Decode a kept frame with all that was known.

    Raises:
        FrameCorrupt, UnknownCharacteristic
    """
    said = decoding.decode(kept.characteristic, kept.raw, feature=kept.feature, names=kept.names)
    stamp = getattr(said, "device_time", None)
    return Decoded(replace(kept, device_time=stamp.isoformat() if stamp else None), said)


def identity_of(kept: InboxReading) -> bytes:
    """The bytes of a frame that make it this reading and no other."""
    if how_recognised(kept) is Recognised.BY_RECORD:
        return kept.raw[decoding.identity_slice(kept.characteristic)]
    return kept.raw


def how_recognised(kept: InboxReading) -> Recognised:
    """Whether, and by what, the same frame is known again in another session."""
    if kept.characteristic == GLUCOSE and len(kept.raw) >= _RECORD_BYTES:
        return Recognised.BY_RECORD
    if kept.characteristic == GLUCOSE_CONTEXT:
        return Recognised.BY_SEQUENCE
    try:
        stamp = decoding.frame_time(kept.characteristic, kept.raw)
    except UnknownCharacteristic:  # it is to be kept all the same
        stamp = None
    if stamp is None:
        return Recognised.BY_NOTHING
    judged = judge_clock(DeviceTime(stamp, ClockQuality.UNCHECKED), _local(kept.received_at))
    return Recognised.BY_DATE if judged is ClockQuality.SET else Recognised.BY_UNSURE_DATE


def corrected_time(device_time: datetime | None, kept: InboxReading) -> int:
    """The instrument's own time when its clock could be compared with ours, else the arrival.

    In ms since 1970, UTC; never after the arrival.
    """
    if device_time is None or kept.clock_offset_s is None:
        return kept.received_at
    return min(kept.received_at, in_ms(device_time) - int(kept.clock_offset_s * 1000))


def in_ms(device_time: datetime) -> int:
    """A local time of Hong Kong in ms since 1970, UTC."""
    return int(device_time.replace(tzinfo=HONG_KONG).timestamp() * 1000)


def vital_change(
    reading: Decoded,
    *,
    resident_id: str,
    started_by: str,
    taken_at: int,
    completeness: str,
    additions: Sequence[Decoded] = (),
    **more: object,
) -> Change:
    """The vital of a decoded frame, under the id it has in the inbox.

    `additions` are other frames of the same measurement. `more` are further fields of the
    vital, left out when they are None.
    """
    kept = reading.kept
    values: dict[str, object | None] = {
        "resident_id": resident_id,
        "vital": kept.kind,
        "reading": document(reading, additions),
        "taken_at": taken_at,
        "received_at": kept.received_at,
        "device_time": kept.device_time,
        "clock_offset_s": kept.clock_offset_s,
        "clock_quality": str(reading.clock_quality),
        "instrument": dict(kept.instrument),
        "raw": kept.raw.hex(),
        "decoder": " ".join(one.decoder for one in (reading, *additions)),
        "source": "measured",
        "started_by": started_by,
        "completeness": completeness,
        **more,
    }
    return Change(
        "vital", kept.id, {name: value for name, value in values.items() if value is not None}
    )


def document(reading: Decoded, additions: Sequence[Decoded] = ()) -> dict[str, object]:
    """All that the instrument said, with exact decimals as text; `also` has further frames."""
    written = _written(reading.said)
    for one in additions:
        written[_ADDED_AS[one.kept.characteristic]] = _written(one.said)
    if additions:
        written["also"] = [f"{one.kept.characteristic}:{one.kept.raw.hex()}" for one in additions]
    return written


def _written(said: Any) -> dict[str, object]:
    if isinstance(said, BloodPressureReading):
        return _blood_pressure(said)
    written = {
        name: _plain(value)
        for name, value in _values(said).items()
        if value is not None and name not in _NOT_OF_THE_READING
    }
    written |= _quantity_with_unit(said)
    if said.no_value:
        written["no_value"] = {name: str(why) for name, why in said.no_value.items()}
    return written


def _quantity_with_unit(said: Any) -> dict[str, object]:
    if isinstance(said, GlucoseReading):
        if said.mmol_l is not None:
            return {"glucose": str(said.mmol_l), "unit": "mmol/L"}
        return {"glucose": str(said.mg_dl), "unit": "mg/dL"} if said.mg_dl is not None else {}
    if isinstance(said, SpotCheckReading | ContinuousReading):
        return {"unit": "%"}
    if isinstance(said, GlucoseContext):
        return {}
    written: dict[str, object] = {"unit": str(said.unit)}
    if getattr(said, "height", None) is not None:
        written["height_unit"] = str(said.height_unit)
    return written


def _blood_pressure(said: BloodPressureReading) -> dict[str, object]:
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
    written: dict[str, object] = {
        name: str(number) for name, number in numbers.items() if number is not None
    }
    written["unit"] = str(said.unit)
    written["status"] = {name: flag for name, flag in status.items() if flag is not None}
    if said.no_value:
        written["no_value"] = {name: str(why) for name, why in said.no_value.items()}
    if said.user is not None:
        written["user"] = said.user
    return written


def _values(said: Any) -> Mapping[str, Any]:
    return {one.name: getattr(said, one.name) for one in fields(said)}


def _plain(value: Any) -> object:
    match value:
        case Decimal() | StrEnum():
            return str(value)
        case frozenset():
            return sorted(map(str, value))
    return value


def _local(at_ms: int) -> datetime:
    return civil_time(at_ms).replace(tzinfo=None)


_ADDED_AS: Final[Mapping[str, str]] = {
    GLUCOSE_CONTEXT: "context",
    BODY_COMPOSITION: "composition",
}
