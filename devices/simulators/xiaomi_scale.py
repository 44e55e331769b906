"""A simulated scale that only advertises, as Xiaomi's do: nobody connects to it.

While somebody stands on it the weight in its advertisement changes; then it is stable, and at
last the person has stepped off. Service data layouts: 0x181D ten bytes (weight), 0x181B thirteen
(with impedance); openScale MiScaleHandler, lolouk44/hassio-addons#14; vectors/ble.json.

- `SimulatedXiaomiScale(composition=False, address=, name=, clock_ahead=, habits=, faults=, now=)`.
- `await step_on(Decimal("70.85"), impedance_ohm=489, seconds=3.0)`: what the person does.
- `encode_advertised_weight(...)`, `encode_advertised_composition(...)`: the frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from devices.simulators.encoding import date_time, u16
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import Faults, SimulatedInstrument
from devices.simulators.transmission import Habits
from devices.simulators.weight_scale import COMPOSITION_SERVICE, SCALE_SERVICE

_STABLE, _REMOVED, _IMPEDANCE_MEASURED = 0x20, 0x80, 0x02
_KILOGRAMS: Final = 0x02  # first byte of 181B
_STEPS: Final = 5  # wobbling weights before it is stable
_TOLD_AGAIN: Final = 3  # how often the last advertisement is repeated


def encode_advertised_weight(
    kilograms: Decimal, time: datetime, *, stable: bool, removed: bool = False
) -> bytes:
    """Service data 181D: flags, weight in steps of 0.005 kg, date and time."""
    flags = (_STABLE if stable else 0) | (_REMOVED if removed else 0) | _KILOGRAMS
    return bytes((flags,)) + u16(round(kilograms * 200)) + date_time(time)


def encode_advertised_composition(
    kilograms: Decimal,
    time: datetime,
    *,
    impedance_ohm: int | None = None,
    stable: bool,
    removed: bool = False,
) -> bytes:
    """Service data 181B: unit, flags, date and time, impedance, weight in steps of 0.005 kg."""
    flags = (_STABLE if stable else 0) | (_REMOVED if removed else 0)
    if impedance_ohm is not None:
        flags |= _IMPEDANCE_MEASURED
    return (
        bytes((_KILOGRAMS, flags))
        + date_time(time)
        + u16(impedance_ohm or 0)
        + u16(round(kilograms * 200))
    )


class SimulatedXiaomiScale(SimulatedInstrument):
    """An advertisement-only scale."""

    def __init__(
        self,
        *,
        composition: bool = False,
        address: str = "02:00:00:00:1D:18",
        name: str | None = None,
        clock_ahead: timedelta = timedelta(0),
        habits: Habits | None = None,
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.clock = InstrumentClock(clock_ahead, now)
        self.habits = habits or Habits()
        self._composition = composition
        super().__init__(
            address,
            name or ("MIBCS" if composition else "MI_SCALE"),
            advertised=(COMPOSITION_SERVICE if composition else SCALE_SERVICE,),
            services={},
            faults=faults,
            connectable=False,
        )

    async def step_on(
        self, kilograms: Decimal, impedance_ohm: int | None = None, seconds: float = 3.0
    ) -> None:
        """Step on, stand still for `seconds`, and step off."""
        for step in range(_STEPS):
            wobbling = kilograms * (step + 1) / (_STEPS + 1)
            self._say(wobbling, None, stable=False)
            await asyncio.sleep(seconds / _STEPS)
        self._say(kilograms, None, stable=True)
        await asyncio.sleep(self.habits.advertise_every_s)
        for _ in range(_TOLD_AGAIN):
            self._say(kilograms, impedance_ohm, stable=True, removed=True)
            await asyncio.sleep(self.habits.advertise_every_s)

    def _say(
        self,
        kilograms: Decimal,
        impedance_ohm: int | None,
        *,
        stable: bool,
        removed: bool = False,
    ) -> None:
        now = self.clock.now()
        if self._composition:
            self.service_data[COMPOSITION_SERVICE] = encode_advertised_composition(
                kilograms, now, impedance_ohm=impedance_ohm, stable=stable, removed=removed
            )
        else:
            self.service_data[SCALE_SERVICE] = encode_advertised_weight(
                kilograms, now, stable=stable, removed=removed
            )
        if self.radio is not None:
            self.radio.advertise(self)
