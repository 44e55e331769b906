"""A simulated cuff with the manners of an Omron: its clock may be set once, and when it says so.

It notifies its Current Time (0x2A2B) once for each connection, to whoever subscribed. Only then
may the clock be written, once, and only when it is more than ten minutes off; any other write
makes it misbehave: it hangs up and keeps its readings for another time.
Source: weliem/blessed-android BluetoothHandler.java; quoted in the reference, ble.md 1.8.

- `SimulatedOmronCuff(address=, name=, pairing=, passkey=, clock_ahead=, habits=, faults=, now=)`.
- `await measure([SimulatedReading(...)])`: True when everything stored has been sent. `stored`,
  `clock.settings`, `misbehaved` (how often it was written at the wrong time).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from devices.simulators.blood_pressure_monitor import (
    BLOOD_PRESSURE_SERVICE,
    MEASUREMENT,
    SimulatedReading,
    encode_measurement,
)
from devices.simulators.encoding import assigned, current_time
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import (
    Faults,
    PairingMethod,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.standard_services import readable, standard_services
from devices.simulators.transmission import Habits, Memory, hang_up, transmit

CURRENT_TIME: Final = assigned(0x2A2B)
_TIME_SERVICE: Final = assigned(0x1805)
_FEATURE: Final = assigned(0x2A49)
_FEATURES: Final = b"\x1f\x00"
_MAY_BE_OFF: Final = timedelta(minutes=10)


class SimulatedOmronCuff(SimulatedInstrument):
    """An Omron-like blood pressure monitor."""

    def __init__(
        self,
        *,
        address: str = "02:00:00:00:73:22",
        name: str = "BLESmart_0000011F",
        pairing: PairingMethod = PairingMethod.NONE,
        passkey: int = 42100,
        clock_ahead: timedelta = timedelta(0),
        habits: Habits | None = None,
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.clock = InstrumentClock(clock_ahead, now)
        self.misbehaved = 0
        self._may_be_set = False
        self.habits = habits or Habits()
        self._memory = Memory()
        protected = pairing is not PairingMethod.NONE
        self._measurement = SimulatedCharacteristic(
            MEASUREMENT, ("indicate",), needs_pairing=protected
        )
        self._time = SimulatedCharacteristic(
            CURRENT_TIME,
            ("read", "write", "notify"),
            lambda: current_time(self.clock.now()),
            needs_pairing=protected,
            on_write=self._set_clock,
        )
        super().__init__(
            address,
            name,
            advertised=(BLOOD_PRESSURE_SERVICE,),
            services={
                BLOOD_PRESSURE_SERVICE: (self._measurement, readable(_FEATURE, _FEATURES)),
                _TIME_SERVICE: (self._time,),
                **standard_services("OMRON HEALTHCARE", "HEM-7322T", "SIM-7322"),
            },
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def stored(self) -> list[bytes]:
        """Frames that have not been sent, oldest first."""
        return self._memory.values

    async def measure(self, readings: Sequence[SimulatedReading | bytes]) -> bool:
        """Measure, and send everything stored."""
        for one in readings:
            frame = one if isinstance(one, bytes) else encode_measurement(one, self.clock.now())
            self._memory.store(self._measurement, frame)
        telling = asyncio.create_task(self._tell_the_time())
        try:
            return await transmit(self, self._memory, self.habits)
        finally:
            telling.cancel()

    async def _tell_the_time(self) -> None:
        """Notify the time once in each connection."""
        while True:
            await self._time.subscribed.wait()
            self._may_be_set = True
            await self.deliver(CURRENT_TIME, current_time(self.clock.now()))
            await self.left.wait()
            self._may_be_set = False

    def _set_clock(self, raw: bytes) -> None:
        in_turn, self._may_be_set = self._may_be_set, False
        if not in_turn or abs(self.clock.ahead) <= _MAY_BE_OFF:
            self.misbehaved += 1
            hang_up(self)
            return
        self.clock.set(raw)
