"""A simulated cuff with the manners of the A&D UA-651: a clock first, and little patience.

It is paired in a mode of its own. After a measurement it calls; whoever connects must write its
clock (Date Time 0x2A08, inside the blood pressure service) within seconds, or it hangs up. Then
it sends what it has stored, oldest first, and obeys the maker's command to disconnect.
Source: obniz/obniz src/parts/Ble/UA651BLE; quoted in the reference, ble.md 1.8.

- `SimulatedAndCuff(clock_within_s=5.0, address=, name=, pairing=JUST_WORKS, passkey=,
  clock_ahead=, habits=, faults=, now=)`.
- `await pairing_mode()`: True when it was paired. `await measure([SimulatedReading(...)])`: True
  when everything stored has been sent. `stored`, `clock.settings`, `hung_up` (how often it lost
  patience).
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
from devices.simulators.encoding import assigned, date_time
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import (
    AttError,
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
    hang_up,
    offer_pairing,
    send_stored,
    wait_for_farewell,
)

DATE_TIME: Final = assigned(0x2A08)
VENDOR_SERVICE: Final = "233bf000-5a34-1b6d-975c-000d5690abe4"
VENDOR_COMMAND: Final = "233bf001-5a34-1b6d-975c-000d5690abe4"
DISCONNECT: Final = b"\x02\x01\x03"
SEND_ALL: Final = b"\x02\x00\xe1"
_FEATURE: Final = assigned(0x2A49)
_FEATURES: Final = b"\x1f\x00"
_VALUE_NOT_ALLOWED: Final = 0x13


class SimulatedAndCuff(SimulatedInstrument):
    """An A&D-like blood pressure monitor."""

    def __init__(
        self,
        *,
        clock_within_s: float = 5.0,
        address: str = "02:00:00:00:06:51",
        name: str = "UA-651BLE_000001",
        pairing: PairingMethod = PairingMethod.JUST_WORKS,
        passkey: int = 42100,
        clock_ahead: timedelta = timedelta(0),
        habits: Habits | None = None,
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.clock = InstrumentClock(clock_ahead, now)
        self.hung_up = 0
        self._clock_within_s = clock_within_s
        self._clock_set = asyncio.Event()
        self.habits = habits or Habits()
        self._memory = Memory()
        protected = pairing is not PairingMethod.NONE
        self._measurement = SimulatedCharacteristic(
            MEASUREMENT, ("indicate",), needs_pairing=protected
        )
        super().__init__(
            address,
            name,
            advertised=(BLOOD_PRESSURE_SERVICE,),
            services={
                BLOOD_PRESSURE_SERVICE: (
                    self._measurement,
                    SimulatedCharacteristic(
                        DATE_TIME,
                        ("read", "write"),
                        lambda: date_time(self.clock.now()),
                        needs_pairing=protected,
                        on_write=self._set_clock,
                    ),
                    readable(_FEATURE, _FEATURES),
                ),
                VENDOR_SERVICE: (
                    SimulatedCharacteristic(
                        VENDOR_COMMAND,
                        ("write",),
                        needs_pairing=protected,
                        on_write=self._obey,
                    ),
                ),
                **standard_services("A&D Medical", "UA-651BLE", "SIM-0651", battery_percent=66),
            },
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def stored(self) -> list[bytes]:
        """Frames that have not been sent, oldest first."""
        return self._memory.values

    async def pairing_mode(self) -> bool:
        """The person holds the start button: it calls with the flags of its pairing mode."""
        return await offer_pairing(self, self.habits)

    async def measure(self, readings: Sequence[SimulatedReading | bytes]) -> bool:
        """Measure, call the kiosk, and send everything stored."""
        for one in readings:
            frame = one if isinstance(one, bytes) else encode_measurement(one, self.clock.now())
            self._memory.store(self._measurement, frame)
        asleep_at = asyncio.get_running_loop().time() + self.habits.awake_s
        while self._memory.frames:
            self._clock_set.clear()
            if not await call_the_kiosk(self, self.connected, self.habits, asleep_at):
                return False
            if await self._clock_is_set_in_time():
                await self._send(asleep_at)
        await wait_for_farewell(self, self.habits)
        return True

    async def _clock_is_set_in_time(self) -> bool:
        turn = self.turn
        try:
            async with asyncio.timeout(self._clock_within_s):
                await self._clock_set.wait()
        except TimeoutError:
            if self.turn == turn and self.connected.is_set():
                self.hung_up += 1
                hang_up(self)
            return False
        return self.connected.is_set()

    async def _send(self, asleep_at: float) -> None:
        """Send when subscribed to, until the memory is empty, the kiosk leaves or it sleeps."""
        ends = [asyncio.create_task(e.wait()) for e in (self._measurement.subscribed, self.left)]
        left_s = asleep_at - asyncio.get_running_loop().time()
        try:
            await asyncio.wait(ends, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        if self._measurement.subscribed.is_set():
            await send_stored(self, self._memory)
        else:
            hang_up(self)

    def _set_clock(self, raw: bytes) -> None:
        try:
            self.clock.set(raw)
        except (ValueError, TypeError) as error:
            raise AttError(_VALUE_NOT_ALLOWED) from error
        self._clock_set.set()

    def _obey(self, command: bytes) -> None:
        """The command to send all needs no deed: it sends all anyway."""
        if command == DISCONNECT:
            hang_up(self)
        elif command != SEND_ALL:
            raise AttError(_VALUE_NOT_ALLOWED)
