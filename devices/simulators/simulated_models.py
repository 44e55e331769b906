"""The instruments that `village-devices simulate` offers, and what a person does with each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from devices.simulators.and_cuff import SimulatedAndCuff
from devices.simulators.beurer_scale import SimulatedBeurerScale
from devices.simulators.blood_pressure_monitor import SimulatedCuff, SimulatedReading
from devices.simulators.glucose_meter import SimulatedGlucose, SimulatedGlucoseMeter
from devices.simulators.omron_cuff import SimulatedOmronCuff
from devices.simulators.peripheral import SimulatedInstrument
from devices.simulators.pulse_oximeter import SimulatedOximeter, SimulatedSaturation
from devices.simulators.thermometer import SimulatedTemperature, SimulatedThermometer
from devices.simulators.weight_scale import (
    SimulatedComposition,
    SimulatedScale,
    SimulatedWeight,
)
from devices.simulators.xiaomi_scale import SimulatedXiaomiScale

_MEASURING_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Model:
    """`make` takes what an instrument's constructor takes; `use(instrument, readings)` is what
    the person does, and returns when the instrument is off again."""

    what: str
    make: Callable[..., SimulatedInstrument]
    use: Callable[[Any, int], Awaitable[object]]
    pairs: bool = True


async def _press_start(one: SimulatedCuff, readings: int) -> None:
    await one.measure(_pressures(readings), _MEASURING_S)


async def _press_start_at_once(one: SimulatedAndCuff | SimulatedOmronCuff, readings: int) -> None:
    await one.measure(_pressures(readings))


async def _hold_to_the_ear(one: SimulatedThermometer, readings: int) -> None:
    await one.measure(
        [SimulatedTemperature(Decimal("36.4") + Decimal(n) / 10) for n in range(readings)]
    )


async def _spot_check(one: SimulatedOximeter, readings: int) -> None:
    await one.measure([SimulatedSaturation(97 - n % 3, 62 + n) for n in range(readings)])


async def _put_finger_in(one: SimulatedOximeter, readings: int) -> None:
    for _ in range(readings):
        await one.finger_in(97, 64)


async def _step_on(one: SimulatedScale | SimulatedBeurerScale, readings: int) -> None:
    composition = SimulatedComposition(Decimal("27.5"), Decimal("34.1"), impedance_ohm=512)
    await one.measure(
        [
            SimulatedWeight(Decimal("61.35") + n, user=1, composition=composition)
            for n in range(readings)
        ]
    )


async def _stand_still(one: SimulatedXiaomiScale, readings: int) -> None:
    for n in range(readings):
        await one.step_on(Decimal("61.35") + n, impedance_ohm=512)


async def _prick(one: SimulatedGlucoseMeter, readings: int) -> None:
    await one.measure([SimulatedGlucose(mg_dl=Decimal(98 + n), meal=1) for n in range(readings)])


def _pressures(readings: int) -> list[SimulatedReading]:
    return [SimulatedReading(132 - n % 8, 82 - n % 5, 71 + n % 4) for n in range(readings)]


def _clip(**given: Any) -> SimulatedOximeter:
    return SimulatedOximeter(spot_check=False, **given)


def _body_scale(**given: Any) -> SimulatedXiaomiScale:
    return SimulatedXiaomiScale(composition=True, **given)


MODELS: Final = {
    "cuff": Model("blood pressure, live cuff pressure", SimulatedCuff, _press_start),
    "and-cuff": Model(
        "as an A&D: clock within 5 s, bonded", SimulatedAndCuff, _press_start_at_once
    ),
    "omron-cuff": Model(
        "as an Omron: clock once, when it says so", SimulatedOmronCuff, _press_start_at_once
    ),
    "thermometer": Model("temperature of the ear", SimulatedThermometer, _hold_to_the_ear),
    "oximeter": Model("oxygen saturation, spot checks", SimulatedOximeter, _spot_check),
    "oximeter-clip": Model("oxygen saturation, continuous", _clip, _put_finger_in),
    "scale": Model("weight and body composition", SimulatedScale, _step_on),
    "beurer-scale": Model(
        "as a Beurer BF720: bonded, clock, consent 3752 of user 1", SimulatedBeurerScale, _step_on
    ),
    "mi-scale": Model(
        "weight in the advertisement only", SimulatedXiaomiScale, _stand_still, pairs=False
    ),
    "mi-body-scale": Model(
        "weight and impedance in the advertisement only", _body_scale, _stand_still, pairs=False
    ),
    "glucose-meter": Model("glucose, records asked for", SimulatedGlucoseMeter, _prick),
}
