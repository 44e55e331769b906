"""A simulated thermometer (Health Thermometer 1.0): it keeps temperatures and sends them.

- `SimulatedThermometer(address=, name=, pairing=, passkey=, clock_ahead=, habits=, faults=,
  now=)`; `await measure([SimulatedTemperature(Decimal("36.8")), ...])` is the person holding it.
  A reading given as bytes is sent as it is. True when everything stored has been sent.
- `stored`: frames not yet sent; `clock`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from devices.simulators.encoding import FLOAT_NAN, assigned, date_time, float32
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import (
    Faults,
    PairingMethod,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.standard_services import readable, standard_services
from devices.simulators.transmission import Habits, Memory, transmit

THERMOMETER_SERVICE: Final = assigned(0x1809)
TEMPERATURE: Final = assigned(0x2A1C)
_TEMPERATURE_TYPE: Final = assigned(0x2A1D)
EAR: Final = 3


@dataclass(frozen=True, slots=True)
class SimulatedTemperature:
    """What it is to find, in degrees Celsius; None is a measurement without a value."""

    celsius: Decimal | None
    site: int | None = EAR
    taken_at: datetime | None = None  # None is the thermometer's own now
    time_stamped: bool = True
    in_fahrenheit: bool = False


def encode_temperature(reading: SimulatedTemperature, now: datetime) -> bytes:
    """The 0x2A1C frame of a reading."""
    flags, body = 0x01 if reading.in_fahrenheit else 0, FLOAT_NAN
    if reading.celsius is not None:
        fahrenheit = reading.celsius * 9 / 5 + 32
        body = float32(fahrenheit if reading.in_fahrenheit else reading.celsius, -1)
    if reading.time_stamped:
        flags |= 0x02
        body += date_time(reading.taken_at or now)
    if reading.site is not None:
        flags |= 0x04
        body += bytes((reading.site,))
    return bytes((flags,)) + body


class SimulatedThermometer(SimulatedInstrument):
    """An ear thermometer."""

    def __init__(
        self,
        *,
        address: str = "02:00:00:00:18:09",
        name: str = "Simulated thermometer",
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
        self._temperature = SimulatedCharacteristic(
            TEMPERATURE, ("indicate",), needs_pairing=pairing is not PairingMethod.NONE
        )
        super().__init__(
            address,
            name,
            advertised=(THERMOMETER_SERVICE,),
            services={
                THERMOMETER_SERVICE: (
                    self._temperature,
                    readable(_TEMPERATURE_TYPE, bytes((EAR,))),
                ),
                **standard_services("Smart Village Kiosk", "SVK-THERM", "SIM-0002"),
            },
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def stored(self) -> list[bytes]:
        """Frames that have not been sent, oldest first."""
        return self._memory.values

    async def measure(self, readings: Sequence[SimulatedTemperature | bytes]) -> bool:
        """Measure, and send everything stored."""
        for one in readings:
            frame = one if isinstance(one, bytes) else encode_temperature(one, self.clock.now())
            self._memory.store(self._temperature, frame)
        return await transmit(self, self._memory, self.habits)
