"""A simulated upper-arm cuff: it measures, shows its pressure live, keeps and sends readings.

The frames are encoded here, apart from the decoder in `devices.health`, after BLS 1.1.1
section 3. Like a real cuff it keeps a reading until it has been sent, and sends the rest at
the next connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from devices.health.date_time import HONG_KONG
from devices.health.gatt import (
    BLOOD_PRESSURE,
    CURRENT_TIME,
    MANUFACTURER_NAME,
    MODEL_NUMBER,
    SERIAL_NUMBER,
    sig_uuid,
)
from devices.simulators.peripheral import Faults, SimulatedCharacteristic, SimulatedInstrument

MEASUREMENT: Final = sig_uuid(0x2A35)
CUFF_PRESSURE: Final = sig_uuid(0x2A36)
_FEATURE: Final = sig_uuid(0x2A49)
_DEVICE_INFORMATION: Final = sig_uuid(0x180A)
_BATTERY_SERVICE: Final = sig_uuid(0x180F)
_BATTERY_LEVEL: Final = sig_uuid(0x2A19)
_TIME_SERVICE: Final = sig_uuid(0x1805)

_NOT_A_NUMBER: Final = b"\xff\x07"
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
        body += encode_date_time(reading.taken_at or now)
    if reading.pulse is not None:
        flags |= 0x04
        body += _sfloat(reading.pulse, 0)
    if reading.user is not None:
        flags |= 0x08
        body += bytes((reading.user,))
    status = (0x01 if reading.moved else 0) | (0x04 if reading.irregular_pulse else 0)
    return bytes((flags,)) + body + status.to_bytes(2, "little")


def encode_cuff_pressure(mmhg: int) -> bytes:
    """The 0x2A36 frame of a pressure in the cuff."""
    return b"\x00" + _sfloat(mmhg, 0) + _NOT_A_NUMBER * 2


def encode_date_time(time: datetime) -> bytes:
    """Seven bytes, as in 0x2A08."""
    return time.year.to_bytes(2, "little") + bytes(
        (time.month, time.day, time.hour, time.minute, time.second)
    )


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
        has_live_pressure: bool = True,
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.stored: list[bytes] = []
        self._now_without_error = now or _hong_kong_time
        self._clock_ahead = clock_ahead
        self._advertise_every_s = advertise_every_s
        self._awake_s = awake_s
        self._linger_s = linger_s
        measurement = SimulatedCharacteristic(
            MEASUREMENT, ("indicate",), needs_pairing=needs_pairing
        )
        live = SimulatedCharacteristic(CUFF_PRESSURE, ("notify",))
        feature = SimulatedCharacteristic(_FEATURE, ("read",), _FEATURES_ALL)
        super().__init__(
            address,
            name,
            advertised=(BLOOD_PRESSURE.service,),
            services={
                BLOOD_PRESSURE.service: (measurement, live, feature)
                if has_live_pressure
                else (measurement, feature),
                _DEVICE_INFORMATION: (
                    _readable(MANUFACTURER_NAME, b"Smart Village Kiosk\x00"),
                    _readable(MODEL_NUMBER, b"SVK-CUFF"),
                    _readable(SERIAL_NUMBER, b"SIM-0001 "),
                ),
                _BATTERY_SERVICE: (_readable(_BATTERY_LEVEL, b"\x55"),),
                _TIME_SERVICE: (
                    SimulatedCharacteristic(
                        CURRENT_TIME,
                        ("read",),
                        lambda: encode_date_time(self._cuff_time()) + b"\0\0\0",
                    ),
                ),
            },
            faults=faults,
        )
        self._measurement = measurement
        self._live = live if has_live_pressure else None

    async def measure(
        self, readings: Sequence[SimulatedReading | bytes], seconds: float = 30.0
    ) -> bool:
        """Press start: wait for the kiosk, measure for `seconds`, send, and switch off.

        A reading given as bytes is sent as it is. True when everything stored has been sent;
        what has not stays in `stored` for the next time. `seconds` scales the measuring only.
        """
        loop = asyncio.get_running_loop()
        awake_until = loop.time() + self._awake_s
        to_measure = list(readings)
        while to_measure or self.stored:
            if not await self._call_the_kiosk(awake_until):
                self.stored += self._frames(to_measure)
                return False
            if to_measure:
                first = next((one for one in to_measure if not isinstance(one, bytes)), None)
                await self._inflate(first or SimulatedReading(120, 80), seconds)
                self.stored += self._frames(to_measure)
                to_measure = []
            await self._send_stored()
        await self._wait_for_farewell()
        return True

    def switch_off(self) -> None:
        """End the connection from the cuff's side."""
        if self.radio is not None:
            self.radio.drop(self)

    def _cuff_time(self) -> datetime:
        return self._now_without_error() + self._clock_ahead

    def _frames(self, readings: Sequence[SimulatedReading | bytes]) -> list[bytes]:
        now = self._cuff_time()
        return [one if isinstance(one, bytes) else encode_measurement(one, now) for one in readings]

    async def _call_the_kiosk(self, awake_until: float) -> bool:
        """Advertise until the kiosk has subscribed; False when the cuff fell asleep before."""
        loop = asyncio.get_running_loop()
        while not self._measurement.subscribed.is_set():
            if loop.time() > awake_until or self.radio is None:
                return False
            self.radio.advertise(self)
            try:
                async with asyncio.timeout(self._advertise_every_s):
                    await self._measurement.subscribed.wait()
            except TimeoutError:
                continue
        return True

    async def _inflate(self, reading: SimulatedReading, seconds: float) -> None:
        top = reading.systolic + _OVER_SYSTOLIC
        bottom = max(reading.diastolic - _UNDER_DIASTOLIC, 0)
        for step in range(_STEPS):
            if step < _STEPS_UP:
                pressure = top * (step + 1) // _STEPS_UP
            else:
                fallen = (step - _STEPS_UP + 1) / (_STEPS - _STEPS_UP)
                pressure = round(top - (top - bottom) * fallen)
            if self.radio is not None and self._live is not None:
                self.radio.send(self, CUFF_PRESSURE, encode_cuff_pressure(pressure))
            await self._stay_reachable(seconds / _STEPS)

    async def _stay_reachable(self, seconds: float) -> None:
        """Pass the time; a kiosk that was lost meanwhile may connect again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            if self.radio is not None:
                self.radio.advertise(self)  # heard only while there is no connection
            await asyncio.sleep(min(max(until - loop.time(), 0), self._advertise_every_s))
            if loop.time() >= until:
                return

    async def _send_stored(self) -> None:
        sent = 0
        while self.stored and self.radio is not None:
            if not self.radio.send(self, MEASUREMENT, self.stored[0]):
                return
            self.stored.pop(0)
            sent += 1
            await self.radio.confirmed()
            if sent == self.faults.drop_after_frames:
                self.faults.drop_after_frames = None
                self.switch_off()
                return

    async def _wait_for_farewell(self) -> None:
        """Stay a moment for late questions of the kiosk, then switch off."""
        try:
            async with asyncio.timeout(self._linger_s):
                await self.left.wait()
        except TimeoutError:
            self.switch_off()


def _hong_kong_time() -> datetime:
    return datetime.now(HONG_KONG)


def _readable(uuid: str, value: bytes) -> SimulatedCharacteristic:
    return SimulatedCharacteristic(uuid, ("read",), value)


def _pressure(mmhg: int, *, in_kpa: bool) -> bytes:
    if not in_kpa:
        return _sfloat(mmhg, 0)
    return _sfloat(round(Decimal(mmhg) / Decimal("7.50061683") * 10), -1)


def _sfloat(mantissa: int, exponent: int) -> bytes:
    return ((exponent & 0xF) << 12 | mantissa & 0xFFF).to_bytes(2, "little")
