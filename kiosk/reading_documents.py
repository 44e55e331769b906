"""What an instrument said, as the `reading` document of a vital, and the vital itself.

Numbers are exact decimals as text, with the unit, the status, and for every number that is no
value the reason.

Pure. Loaded with the decoders, which the first page does not need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from devices.health.profiles.blood_pressure import BloodPressureReading
from devices.health.profiles.glucose import GlucoseContext, GlucoseReading
from devices.health.profiles.pulse_oximeter import ContinuousReading, SpotCheckReading
from kiosk.readings import BODY_COMPOSITION, GLUCOSE_CONTEXT, Decoded, composition_of
from offline_sync.store import Change

_NOT_OF_THE_READING: Final = frozenset(
    {
        *("device_time", "device_time_quality", "stated_time", "base_time", "no_value", "as_sent"),
        *("unit", "height_unit", "mg_dl", "mmol_l", "excluded", "context_follows"),
        *("several_packets", "stabilized", "removed", "clock_not_set"),
    }
)
_ADDED_AS: Final[Mapping[str, str]] = {
    GLUCOSE_CONTEXT: "context",
    BODY_COMPOSITION: "composition",
}


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
    """All that the instrument said, with exact decimals as text; `also` has further frames.

    The two packets of a body composition are written as the one measurement that they are.
    """
    packets = [one for one in (reading, *additions) if one.kept.characteristic == BODY_COMPOSITION]
    composition = composition_of(packets) if packets else None
    written = _written(composition if reading in packets else reading.said)
    for one in additions:
        if one not in packets:
            written[_ADDED_AS[one.kept.characteristic]] = _written(one.said)
        elif reading not in packets:
            written[_ADDED_AS[BODY_COMPOSITION]] = _written(composition)
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
