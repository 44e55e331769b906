"""A simulated pulse oximeter (Pulse Oximeter 1.0.1): spot checks, and a finger in the clip.

- `SimulatedOximeter(spot_check=True, continuous=True, address=, name=, pairing=, passkey=,
  clock_ahead=, habits=, faults=, now=)`.
- `await measure([SimulatedSaturation(97, 61), ...])`: spot checks (0x2A5E), kept until sent.
- `await finger_in(97, 61, unstable=8, stable=30, every_s=1.0)`: continuous values (0x2A5F), wild
  and marked doubtful at first, then steady; never kept. False when nobody came to listen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from devices.simulators.encoding import SFLOAT_NAN, assigned, date_time, sfloat, u16
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import (
    Faults,
    PairingMethod,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.standard_services import readable, standard_services
from devices.simulators.transmission import (
    Habits,
    Memory,
    call_the_kiosk,
    transmit,
    wait_for_farewell,
)

OXIMETER_SERVICE: Final = assigned(0x1822)
SPOT_CHECK: Final = assigned(0x2A5E)
CONTINUOUS: Final = assigned(0x2A5F)
_FEATURES: Final = assigned(0x2A60)

# Measurement status bits (PLXS 3.2.1.4): ongoing, early estimate, validated, fully qualified.
_ONGOING, _EARLY, _VALIDATED, _QUALIFIED = 0x0020, 0x0040, 0x0080, 0x0100
# Device and sensor status bits: poor signal, questionable pulse.
_POOR_SIGNAL, _QUESTIONABLE_PULSE = 0x000010, 0x000100
_STATUS_BITS: Final = _ONGOING | _EARLY | _VALIDATED | _QUALIFIED
_SENSOR_BITS: Final = _POOR_SIGNAL | _QUESTIONABLE_PULSE
# Supported: measurement status, sensor status, storage, time stamps; then which bits of the two.
_FEATURE_WORD: Final = u16(0x000F) + u16(_STATUS_BITS) + _SENSOR_BITS.to_bytes(3, "little")
# How far the first values are off, in turn: percentage points and beats per minute.
_WILD: Final = ((-14, 40), (-9, -18), (3, 25), (-6, 12), (-12, -9), (2, -15), (-4, 8), (-3, 5))


@dataclass(frozen=True, slots=True)
class SimulatedSaturation:
    """A spot check: oxygen saturation in percent, pulse per minute; None is no value."""

    spo2: int | None
    pulse: int | None
    taken_at: datetime | None = None
    time_stamped: bool = True
    clock_set: bool = True


def encode_spot_check(reading: SimulatedSaturation, now: datetime) -> bytes:
    """The 0x2A5E frame of a reading, with measurement status."""
    flags, body = 0x02, _value(reading.spo2) + _value(reading.pulse)
    if reading.time_stamped:
        flags |= 0x01
        body += date_time(reading.taken_at or now)
    if not reading.clock_set:
        flags |= 0x10
    return bytes((flags,)) + body + u16(_VALIDATED | _QUALIFIED)


def encode_continuous(spo2: int | None, pulse: int | None, *, settled: bool) -> bytes:
    """The 0x2A5F frame of one moment, with measurement status and sensor status."""
    status = _VALIDATED | _QUALIFIED if settled else _ONGOING | _EARLY
    sensor = 0 if settled else _POOR_SIGNAL | _QUESTIONABLE_PULSE
    return b"\x0c" + _value(spo2) + _value(pulse) + u16(status) + sensor.to_bytes(3, "little")


class SimulatedOximeter(SimulatedInstrument):
    """A finger clip."""

    def __init__(
        self,
        *,
        spot_check: bool = True,
        continuous: bool = True,
        address: str = "02:00:00:00:18:22",
        name: str = "Simulated oximeter",
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
        self._spot = SimulatedCharacteristic(SPOT_CHECK, ("indicate",), needs_pairing=protected)
        self._continuous = SimulatedCharacteristic(CONTINUOUS, ("notify",), needs_pairing=protected)
        offered = [
            *([self._spot] if spot_check else []),
            *([self._continuous] if continuous else []),
        ]
        super().__init__(
            address,
            name,
            advertised=(OXIMETER_SERVICE,),
            services={
                OXIMETER_SERVICE: (*offered, readable(_FEATURES, _FEATURE_WORD)),
                **standard_services("Smart Village Kiosk", "SVK-OXI", "SIM-0003"),
            },
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def stored(self) -> list[bytes]:
        """Spot checks that have not been sent, oldest first."""
        return self._memory.values

    async def measure(self, readings: Sequence[SimulatedSaturation | bytes]) -> bool:
        """Spot checks: measure, and send everything stored."""
        for one in readings:
            frame = one if isinstance(one, bytes) else encode_spot_check(one, self.clock.now())
            self._memory.store(self._spot, frame)
        return await transmit(self, self._memory, self.habits)

    async def finger_in(
        self,
        spo2: int,
        pulse: int,
        *,
        unstable: int = 8,
        stable: int = 30,
        every_s: float = 1.0,
    ) -> bool:
        """A finger in the clip, for `unstable` + `stable` values; ends early with the link."""
        if not await call_the_kiosk(self, self._continuous.subscribed, self.habits):
            return False
        for number in range(unstable + stable):
            settled = number >= unstable
            off, hurried = (0, 0) if settled else _WILD[number % len(_WILD)]
            frame = encode_continuous(min(spo2 + off, 100), pulse + hurried, settled=settled)
            if not await self.deliver(CONTINUOUS, frame):
                return True
            await asyncio.sleep(every_s)
        await wait_for_farewell(self, self.habits)
        return True


def _value(value: int | None) -> bytes:
    return SFLOAT_NAN if value is None else sfloat(value)
