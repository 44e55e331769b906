"""A simulated scale (Weight Scale 1.0.1, Body Composition 1.0): it keeps weights and sends them.

- `SimulatedScale(composition=True, address=, name=, pairing=, passkey=, clock_ahead=, habits=,
  faults=, now=)`; `await measure([SimulatedWeight(Decimal("71.35"), ...)])` is the person who
  stepped on it. True when everything stored has been sent. `stored`, `clock`.
- `encode_weight`, `encode_composition`: the frames, also for other scales.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from devices.simulators.encoding import assigned, date_time, u16
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import (
    Faults,
    PairingMethod,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.standard_services import readable, standard_services
from devices.simulators.transmission import Habits, Memory, transmit

SCALE_SERVICE: Final = assigned(0x181D)
COMPOSITION_SERVICE: Final = assigned(0x181B)
WEIGHT: Final = assigned(0x2A9D)
COMPOSITION: Final = assigned(0x2A9C)
SCALE_FEATURE: Final = assigned(0x2A9E)
COMPOSITION_FEATURE: Final = assigned(0x2A9B)
# Time stamp, several users, BMI; weight in steps of 0.005 kg, height of 0.001 m
SCALE_FEATURES: Final = (0x07 | 7 << 3 | 3 << 7).to_bytes(4, "little")
# Time stamp, users, muscle percentage, water, impedance, weight; steps of 0.005 kg
COMPOSITION_FEATURES: Final = (0x038B | 7 << 11).to_bytes(4, "little")

_UNSUCCESSFUL: Final = 0xFFFF
_KG_IN_POUNDS: Final = Decimal("0.45359237")
_SEVERAL_PACKETS: Final = 0x1000


@dataclass(frozen=True, slots=True)
class SimulatedComposition:
    """Fat and muscle in percent, water in kg, impedance in ohm; fat None is unsuccessful."""

    fat_percent: Decimal | None
    muscle_percent: Decimal | None = None
    water_kg: Decimal | None = None
    impedance_ohm: int | None = None
    in_two_packets: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedWeight:
    """What the scale is to find; a weight of None is an unsuccessful measurement."""

    kilograms: Decimal | None
    user: int | None = None
    bmi: Decimal | None = None
    height_m: Decimal | None = None
    composition: SimulatedComposition | None = None
    taken_at: datetime | None = None
    time_stamped: bool = True
    in_pounds: bool = False


def encode_weight(reading: SimulatedWeight, now: datetime) -> bytes:
    """The 0x2A9D frame of a reading."""
    flags = 0x01 if reading.in_pounds else 0
    body = u16(_UNSUCCESSFUL)
    if reading.kilograms is not None:
        body = _mass(reading.kilograms, in_pounds=reading.in_pounds)
    if reading.time_stamped:
        flags |= 0x02
        body += date_time(reading.taken_at or now)
    if reading.user is not None:
        flags |= 0x04
        body += bytes((reading.user,))
    if reading.bmi is not None and reading.height_m is not None:
        flags |= 0x08
        step = Decimal("0.00254") if reading.in_pounds else Decimal("0.001")
        body += u16(round(reading.bmi * 10)) + u16(round(reading.height_m / step))
    return bytes((flags,)) + body


def encode_composition(reading: SimulatedWeight, now: datetime) -> list[bytes]:
    """The 0x2A9C frame of a reading's composition, or the two that belong together.

    Time and user are in the first packet only; the fat percentage, being mandatory, in both.
    """
    found = reading.composition
    if found is None:
        return []
    fat = u16(_UNSUCCESSFUL if found.fat_percent is None else round(found.fat_percent * 10))
    who, who_flags = b"", 0x01 if reading.in_pounds else 0
    if reading.time_stamped:
        who_flags |= 0x02
        who += date_time(reading.taken_at or now)
    if reading.user is not None:
        who_flags |= 0x04
        who += bytes((reading.user,))
    fields: list[tuple[int, bytes]] = []
    if found.muscle_percent is not None:
        fields.append((0x0010, u16(round(found.muscle_percent * 10))))
    if found.water_kg is not None:
        fields.append((0x0100, _mass(found.water_kg, in_pounds=reading.in_pounds)))
    if found.impedance_ohm is not None:
        fields.append((0x0200, u16(found.impedance_ohm * 10)))
    if reading.kilograms is not None:
        fields.append((0x0400, _mass(reading.kilograms, in_pounds=reading.in_pounds)))
    if not found.in_two_packets:
        return [_packet(who_flags, fat + who, fields)]
    half = (len(fields) + 1) // 2
    units = who_flags & 0x01
    return [
        _packet(who_flags | _SEVERAL_PACKETS, fat + who, fields[:half]),
        _packet(units | _SEVERAL_PACKETS, fat, fields[half:]),
    ]


class SimulatedScale(SimulatedInstrument):
    """A bathroom scale."""

    def __init__(
        self,
        *,
        composition: bool = True,
        address: str = "02:00:00:00:18:1D",
        name: str = "Simulated scale",
        pairing: PairingMethod = PairingMethod.NONE,
        passkey: int = 42100,
        clock_ahead: timedelta = timedelta(0),
        habits: Habits | None = None,
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.clock = InstrumentClock(clock_ahead, now)
        self.habits = habits or Habits()
        self._memory = Memory()
        protected = pairing is not PairingMethod.NONE
        self._weight = SimulatedCharacteristic(WEIGHT, ("indicate",), needs_pairing=protected)
        self._composition = SimulatedCharacteristic(
            COMPOSITION, ("indicate",), needs_pairing=protected
        )
        services = {
            SCALE_SERVICE: (self._weight, readable(SCALE_FEATURE, SCALE_FEATURES)),
            **standard_services("Smart Village Kiosk", "SVK-SCALE", "SIM-0004"),
        }
        if composition:
            services[COMPOSITION_SERVICE] = (
                self._composition,
                readable(COMPOSITION_FEATURE, COMPOSITION_FEATURES),
            )
        super().__init__(
            address,
            name,
            advertised=(SCALE_SERVICE, *([COMPOSITION_SERVICE] if composition else [])),
            services=services,
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def stored(self) -> list[bytes]:
        """Frames that have not been sent, oldest first."""
        return self._memory.values

    async def measure(self, readings: Sequence[SimulatedWeight | bytes]) -> bool:
        """Step on the scale, and send everything stored. Bytes are sent as a weight frame."""
        for one in readings:
            if isinstance(one, bytes):
                self._memory.store(self._weight, one)
                continue
            self._memory.store(self._weight, encode_weight(one, self.clock.now()))
            for frame in encode_composition(one, self.clock.now()):
                self._memory.store(self._composition, frame)
        return await transmit(self, self._memory, self.habits)


def _packet(flags: int, head: bytes, fields: Sequence[tuple[int, bytes]]) -> bytes:
    for bit, _ in fields:
        flags |= bit
    return u16(flags) + head + b"".join(value for _, value in fields)


def _mass(kilograms: Decimal, *, in_pounds: bool) -> bytes:
    if in_pounds:
        return u16(round(kilograms / _KG_IN_POUNDS * 100))
    return u16(round(kilograms * 200))
