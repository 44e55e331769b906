"""Frames that are nobody's, as staff see them: which belong together, what they say, since when.

Pure. A worker says whose a reading is; nothing here guesses, and what is no measurement of a
person (control solution, a failed weighing) can not be given to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from devices.health.date_time import ClockQuality
from devices.health.decoding import UnknownCharacteristic
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.advertised_scale import AdvertisedWeight
from devices.health.profiles.blood_pressure import BloodPressureReading, in_mmhg
from devices.health.profiles.body_composition import BodyComposition
from devices.health.profiles.glucose import GlucoseReading, GlucoseStatus
from devices.health.profiles.pulse_oximeter import ContinuousReading, SpotCheckReading
from devices.health.profiles.scale import WeightReading, in_kg
from devices.health.profiles.thermometer import TemperatureReading, in_celsius
from kiosk import readings
from kiosk.belonging import TOGETHER_MS, additions_of
from kiosk.readings import (
    ADDITIONS,
    GLUCOSE_CONTEXT,
    Decoded,
    composition_of,
    corrected_time,
    in_ms,
)
from kiosk.records.reading_inbox import GoneWeight, InboxReading
from offline_sync.store import Change

_MG_DL_PER_MMOL_L: Final = Decimal("18.016")  # glucose: 180.16 g/mol
_WHOLE, _TENTH = Decimal(1), Decimal("0.1")


class State(StrEnum):
    """What can become of it."""

    READING = "reading"  # a measurement of a person: whose?
    NO_VALUE = "no_value"  # it failed, or the instrument itself does not trust it
    CONTROL = "control"  # control solution: nobody's blood
    ADDITION = "addition"  # says more about a measurement that is not here
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Leftover:
    """One measurement that is nobody's. `shown` has its main values in the units of the page."""

    kept: InboxReading
    decoded: Decoded | None
    state: State
    additions: tuple[Decoded, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def id(self) -> str:
        return self.kept.id

    @property
    def frame_ids(self) -> tuple[str, ...]:
        """Every frame in the inbox that belongs to it."""
        return (self.kept.id, *(one.kept.id for one in self.additions))

    @property
    def can_be_filed(self) -> bool:
        return self.state is State.READING

    @property
    def taken_by_its_clock(self) -> bool:
        """Whether `taken_at` is what the instrument's clock says, and not just the arrival."""
        if self.decoded is None or self.decoded.device_time is None:
            return False
        by_ours = self.kept.clock_offset_s is not None
        return by_ours or self.decoded.clock_quality is ClockQuality.SET

    @property
    def taken_at(self) -> int:
        """The best known time in ms UTC; a believable date that nobody compared is believed."""
        stamp = self.decoded.device_time if self.decoded else None
        if stamp is None or not self.taken_by_its_clock:
            return self.kept.received_at
        if self.kept.clock_offset_s is not None:
            return corrected_time(stamp, self.kept)
        return min(self.kept.received_at, in_ms(stamp))

    @property
    def pressures(self) -> tuple[Decimal, Decimal] | None:
        """Upper and lower blood pressure in mmHg, when that is what it is."""
        said = self.decoded.said if self.decoded else None
        if not isinstance(said, BloodPressureReading) or not said.usable:
            return None
        if said.systolic is None or said.diastolic is None:
            return None
        return in_mmhg(said.systolic, said.unit), in_mmhg(said.diastolic, said.unit)


def leftovers(
    frames: Iterable[InboxReading],
    *,
    older_wait: bool = False,
    gone: Sequence[GoneWeight] = (),
) -> list[Leftover]:
    """What waits for a worker's word, in the order of `frames`; what belongs together is one.

    `older_wait`: older frames wait that are not among these. An addition at their edge, whose
    main reading may be one of those, is then left out: it comes with them.
    `gone`: weights of that time that have left the list; what may be theirs is joined to no other.
    """
    decoded: dict[str, Decoded] = {}
    kept = list(frames)
    for frame in kept:
        try:
            decoded[frame.id] = readings.decode(frame)
        except (FrameCorrupt, UnknownCharacteristic):
            continue
    added = additions_of(kept, decoded, gone)
    mine = {one.kept.id for ones in added.values() for one in ones}
    alone = [frame for frame in kept if frame.id not in mine]
    if older_wait:
        edge_ms = min((frame.received_at for frame in kept), default=0) + TOGETHER_MS
        inside = [
            frame
            for frame in alone
            if frame.characteristic not in ADDITIONS or frame.received_at > edge_ms
        ]
        alone = inside or alone  # an empty page would be no way on
    return [
        _leftover(frame, decoded.get(frame.id), tuple(added.get(frame.id, ()))) for frame in alone
    ]


def vital_of(leftover: Leftover, resident_id: str, by: str, *, in_mean: bool) -> Change:
    """The vital that a worker's word makes of it: complete, for no sitting follows.

    Raises:
        ValueError: it is no measurement of a person.
    """
    if leftover.decoded is None or not leftover.can_be_filed:
        raise ValueError(f"a frame that is {leftover.state} becomes no vital")
    # With it come the decoders: the first page does not wait for them.
    from kiosk import reading_documents

    return reading_documents.vital_change(
        leftover.decoded,
        resident_id=resident_id,
        started_by=by,
        taken_at=leftover.taken_at,
        completeness="complete",
        additions=leftover.additions,
        in_mean=int(in_mean) if leftover.pressures is not None else None,
    )


def _leftover(
    frame: InboxReading, decoded: Decoded | None, additions: tuple[Decoded, ...]
) -> Leftover:
    if decoded is None:
        return Leftover(frame, None, State.UNREADABLE)
    if frame.characteristic == GLUCOSE_CONTEXT:
        return Leftover(frame, decoded, State.ADDITION)
    packets = [one for one in additions if one.kept.characteristic == frame.characteristic]
    shown = _shown(composition_of((decoded, *packets)) if packets else decoded.said)
    if isinstance(decoded.said, GlucoseReading) and decoded.said.excluded:
        return Leftover(frame, decoded, State.CONTROL, additions, shown)
    state = State.READING if shown and _is_trusted(decoded.said) else State.NO_VALUE
    return Leftover(frame, decoded, state, additions, shown)


def _is_trusted(said: Any) -> bool:
    match said:
        case SpotCheckReading() | ContinuousReading():
            return said.trustworthy
        case BloodPressureReading():
            return said.usable
        case AdvertisedWeight():
            return said.stabilized
    return True


def _shown(said: Any) -> dict[str, str]:
    """The main values of a reading, rounded as a page shows them; empty when there are none."""
    match said:
        case BloodPressureReading():
            values = {
                "systolic": None if said.systolic is None else in_mmhg(said.systolic, said.unit),
                "diastolic": None if said.diastolic is None else in_mmhg(said.diastolic, said.unit),
            }
            return _rounded(values, _WHOLE) | _rounded({"pulse": said.pulse}, _WHOLE)
        case TemperatureReading(temperature=Decimal() as temperature):
            return _rounded({"temperature": in_celsius(temperature, said.unit)}, _TENTH)
        case SpotCheckReading() | ContinuousReading():
            return _rounded({"spo2": said.spo2, "pulse": said.pulse}, _WHOLE)
        case (
            WeightReading(weight=Decimal() as weight) | AdvertisedWeight(weight=Decimal() as weight)
        ):
            return _rounded({"weight": in_kg(weight, said.unit)}, _TENTH)
        case BodyComposition():
            return _composition(said)
        case GlucoseReading():
            return _glucose(said)
    return {}


def _composition(said: BodyComposition) -> dict[str, str]:
    weight = None if said.weight is None else in_kg(said.weight, said.unit)
    return _rounded({"weight": weight, "fat": said.fat_share}, _TENTH)


def _glucose(said: GlucoseReading) -> dict[str, str]:
    if said.mmol_l is not None:
        return _rounded({"glucose": said.mmol_l}, _TENTH)
    if said.mg_dl is not None:
        return _rounded({"glucose": said.mg_dl / _MG_DL_PER_MMOL_L}, _TENTH)
    # "HI" and "LO" are results, and grave ones.
    why = said.no_value.get("mmol_l", said.no_value.get("mg_dl"))
    status = said.status or frozenset()
    if GlucoseStatus.RESULT_TOO_HIGH in status or why is NoValue.ABOVE_RANGE:
        return {"glucose": "HI"}
    if GlucoseStatus.RESULT_TOO_LOW in status or why is NoValue.BELOW_RANGE:
        return {"glucose": "LO"}
    return {}


def _rounded(values: Mapping[str, Decimal | None], step: Decimal) -> dict[str, str]:
    return {
        name: str(value.quantize(step, ROUND_HALF_UP))
        for name, value in values.items()
        if value is not None
    }
