"""A simulated upper-arm cuff: it measures, shows its pressure live, keeps and sends readings.

The frames are encoded here, apart from the decoder in `devices.health`, after BLS 1.1.1
section 3. Like a real cuff it keeps a reading until it has been sent, and sends the rest at
the next connection.

- `SimulatedCuff(address=, name=, clock_ahead=, advertise_every_s=, awake_s=, linger_s=,
  needs_pairing=, pairing=, passkey=, has_live_pressure=, faults=, now=)`; `await
  measure([SimulatedReading(120, 80), ...], seconds=30.0)` is the start button; `switch_off()`;
  `stored`.
- `encode_measurement`, `encode_cuff_pressure`: the frames, also for other cuffs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from devices.simulators.encoding import (
    SFLOAT_NAN,
    assigned,
    current_time,
    date_time,
    hong_kong_time,
    sfloat,
    u16,
)
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
    hang_up,
    send_stored,
    wait_for_farewell,
)

BLOOD_PRESSURE_SERVICE: Final = assigned(0x1810)
MEASUREMENT: Final = assigned(0x2A35)
CUFF_PRESSURE: Final = assigned(0x2A36)
_FEATURE: Final = assigned(0x2A49)
_TIME_SERVICE: Final = assigned(0x1805)
_CURRENT_TIME: Final = assigned(0x2A2B)

_FEATURES_ALL: Final = b"\x1f\x00"  # movement, fit, irregular pulse, pulse range, position
_STEPS: Final = 24
_STEPS_UP: Final = 9
_OVER_SYSTOLIC: Final = 30
_UNDER_DIASTOLIC: Final = 15


@dataclass(frozen=True, slots=True)
class SimulatedReading:
    """What the cuff is to find. Pressures in mmHg; `taken_at` None is the cuff's own now."""

    systolic: int
    diastolic: int
    pulse: int | None = 72
    moved: bool = False
    irregular_pulse: bool = False
    user: int | None = None
    taken_at: datetime | None = None
    time_stamped: bool = True
    in_kpa: bool = False


def encode_measurement(reading: SimulatedReading, now: datetime) -> bytes:
    """The 0x2A35 frame of a reading, with measurement status."""
    mean = round(reading.diastolic + (reading.systolic - reading.diastolic) / 3)
    flags = 0x10 | (0x01 if reading.in_kpa else 0)
    body = b"".join(
        _pressure(value, in_kpa=reading.in_kpa)
        for value in (reading.systolic, reading.diastolic, mean)
    )
    if reading.time_stamped:
        flags |= 0x02
        body += date_time(reading.taken_at or now)
    if reading.pulse is not None:
        flags |= 0x04
        body += sfloat(reading.pulse)
    if reading.user is not None:
        flags |= 0x08
        body += bytes((reading.user,))
    status = (0x01 if reading.moved else 0) | (0x04 if reading.irregular_pulse else 0)
    return bytes((flags,)) + body + u16(status)


def encode_cuff_pressure(mmhg: int) -> bytes:
    """The 0x2A36 frame of a pressure in the cuff."""
    return b"\x00" + sfloat(mmhg) + SFLOAT_NAN * 2


class SimulatedCuff(SimulatedInstrument):
    """A blood pressure monitor. `measure` is the start button."""

    def __init__(
        self,
        *,
        address: str = "02:00:00:00:18:10",
        name: str = "Simulated cuff",
        clock_ahead: timedelta = timedelta(0),
        advertise_every_s: float = 0.1,
        awake_s: float = 60.0,
        linger_s: float = 0.2,
        needs_pairing: bool = False,
        pairing: PairingMethod = PairingMethod.NONE,
        passkey: int = 42100,
        has_live_pressure: bool = True,
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """With a pairing method the measurement is protected; `needs_pairing` alone protects it
        on an instrument that can not pair."""
        self._now_without_error = now or hong_kong_time
        self._clock_ahead = clock_ahead
        self.habits = Habits(advertise_every_s, awake_s, linger_s)
        self._memory = Memory()
        self._measurement = SimulatedCharacteristic(
            MEASUREMENT,
            ("indicate",),
            needs_pairing=needs_pairing or pairing is not PairingMethod.NONE,
        )
        self._live = SimulatedCharacteristic(CUFF_PRESSURE, ("notify",))
        self._has_live_pressure = has_live_pressure
        feature = readable(_FEATURE, _FEATURES_ALL)
        super().__init__(
            address,
            name,
            advertised=(BLOOD_PRESSURE_SERVICE,),
            services={
                BLOOD_PRESSURE_SERVICE: (self._measurement, self._live, feature)
                if has_live_pressure
                else (self._measurement, feature),
                **standard_services("Smart Village Kiosk", "SVK-CUFF", "SIM-0001"),
                _TIME_SERVICE: (readable(_CURRENT_TIME, lambda: current_time(self._cuff_time())),),
            },
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def stored(self) -> list[bytes]:
        """Frames that have not been sent, oldest first."""
        return self._memory.values

    async def measure(
        self, readings: Sequence[SimulatedReading | bytes], seconds: float = 30.0
    ) -> bool:
        """Press start: wait for the kiosk, measure for `seconds`, send, and switch off.

        A reading given as bytes is sent as it is. True when everything stored has been sent;
        what has not stays in `stored` for the next time. `seconds` scales the measuring only.
        """
        awake_until = asyncio.get_running_loop().time() + self.habits.awake_s
        ready, to_measure = self._measurement.subscribed, list(readings)
        while to_measure or self._memory.frames:
            if not await call_the_kiosk(self, ready, self.habits, awake_until):
                self._store(to_measure)
                return False
            if to_measure:
                first = next((one for one in to_measure if not isinstance(one, bytes)), None)
                await self._inflate(first or SimulatedReading(120, 80), seconds)
                self._store(to_measure)
                to_measure = []
            await send_stored(self, self._memory)
        await wait_for_farewell(self, self.habits)
        return True

    def switch_off(self) -> None:
        """End the connection from the cuff's side."""
        hang_up(self)

    def _cuff_time(self) -> datetime:
        return self._now_without_error() + self._clock_ahead

    def _store(self, readings: Sequence[SimulatedReading | bytes]) -> None:
        now = self._cuff_time()
        for one in readings:
            frame = one if isinstance(one, bytes) else encode_measurement(one, now)
            self._memory.store(self._measurement, frame)

    async def _inflate(self, reading: SimulatedReading, seconds: float) -> None:
        top = reading.systolic + _OVER_SYSTOLIC
        bottom = max(reading.diastolic - _UNDER_DIASTOLIC, 0)
        for step in range(_STEPS):
            if step < _STEPS_UP:
                pressure = top * (step + 1) // _STEPS_UP
            else:
                fallen = (step - _STEPS_UP + 1) / (_STEPS - _STEPS_UP)
                pressure = round(top - (top - bottom) * fallen)
            if self.radio is not None and self._has_live_pressure:
                self.radio.send(self, CUFF_PRESSURE, encode_cuff_pressure(pressure))
            await self._stay_reachable(seconds / _STEPS)

    async def _stay_reachable(self, seconds: float) -> None:
        """Pass the time; a kiosk that was lost meanwhile may connect again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            if self.radio is not None:
                self.radio.advertise(self)  # heard only while there is no connection
            await asyncio.sleep(min(max(until - loop.time(), 0), self.habits.advertise_every_s))
            if loop.time() >= until:
                return


def _pressure(mmhg: int, *, in_kpa: bool) -> bytes:
    if not in_kpa:
        return sfloat(mmhg)
    return sfloat(Decimal(mmhg) / Decimal("7.50061683"), -1)
