"""Each kind of instrument through the session engine, over real bleak."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

import pytest

from devices.health.decoding import decode
from devices.health.errors import InstrumentNotFound, InstrumentRefused
from devices.health.events import Connected, Ended
from devices.health.gatt import (
    ALL_KINDS,
    BLOOD_PRESSURE,
    GLUCOSE_METER,
    OXIMETER,
    SCALE,
    THERMOMETER,
    InstrumentKind,
)
from devices.simulators.glucose_meter import SimulatedGlucose, SimulatedGlucoseMeter
from devices.simulators.peripheral import SimulatedInstrument
from devices.simulators.pulse_oximeter import SimulatedOximeter, SimulatedSaturation
from devices.simulators.thermometer import SimulatedTemperature, SimulatedThermometer
from devices.simulators.weight_scale import (
    SimulatedComposition,
    SimulatedScale,
    SimulatedWeight,
)
from tests.devices.health.bench import READING, quick_cuff, run
from tests.devices.health.engine_bench import QUICK, EngineBench

FEVER = SimulatedTemperature(Decimal("38.4"))
SATURATION = SimulatedSaturation(97, 61)
WEIGHT = SimulatedWeight(Decimal("71.35"))
GLUCOSE = SimulatedGlucose(mg_dl=Decimal(111))

Person = Callable[[Any], Coroutine[Any, Any, Any]]


def test_a_temperature_and_a_measurement_without_a_value_both_arrive() -> None:
    async def scenario() -> None:
        thermometer = SimulatedThermometer(habits=QUICK)
        async with EngineBench(thermometer) as bench:
            bench.meanwhile(thermometer.measure([FEVER, SimulatedTemperature(None)]))
            report = await bench.measure((THERMOMETER,))
            fever, nothing = [
                decode(frame.characteristic, frame.raw, feature=frame.feature)
                for frame in report.frames
            ]
            assert fever.temperature == Decimal("38.4")
            assert nothing.temperature is None
            assert nothing.no_value
            assert thermometer.stored == []
            assert report.ended is Ended.INSTRUMENT_LEFT

    run(scenario())


def test_a_spot_check_arrives() -> None:
    async def scenario() -> None:
        oximeter = SimulatedOximeter(habits=QUICK)
        async with EngineBench(oximeter) as bench:
            bench.meanwhile(oximeter.measure([SATURATION]))
            [frame] = (await bench.measure((OXIMETER,))).frames
            reading = decode(frame.characteristic, frame.raw)
            assert (reading.spo2, reading.pulse) == (97, 61)

    run(scenario())


def test_weights_arrive_also_one_that_could_not_be_measured() -> None:
    async def scenario() -> None:
        scale = SimulatedScale(composition=False, habits=QUICK)
        async with EngineBench(scale) as bench:
            bench.meanwhile(scale.measure([WEIGHT, SimulatedWeight(None)]))
            report = await bench.measure((SCALE,))
            weights = [decode(frame.characteristic, frame.raw).weight for frame in report.frames]
            assert weights == [Decimal("71.35"), None]

    run(scenario())


def test_a_weight_comes_with_its_composition_in_one_packet_or_two() -> None:
    async def scenario() -> None:
        scale = SimulatedScale(habits=QUICK)
        whole = SimulatedComposition(Decimal("21.5"), Decimal("38.0"), Decimal("40.2"), 489)
        halves = SimulatedComposition(Decimal("22.5"), Decimal(37), in_two_packets=True)
        async with EngineBench(scale) as bench:
            bench.meanwhile(
                scale.measure(
                    [
                        SimulatedWeight(Decimal("71.35"), composition=whole),
                        SimulatedWeight(Decimal("71.30"), composition=halves),
                    ]
                )
            )
            report = await bench.measure((SCALE,))
            assert [f.characteristic for f in report.frames] == [
                "2A9D", "2A9C", "2A9D", "2A9C", "2A9C",
            ]  # fmt: skip
            fat = [
                decode(f.characteristic, f.raw).fat_share
                for f in report.frames
                if f.characteristic == "2A9C"
            ]
            assert fat == [Decimal("21.5"), Decimal("22.5"), Decimal("22.5")]

    run(scenario())


@pytest.mark.parametrize("twice", [False, True])
def test_equal_second_packets_of_two_weighings_are_two(twice: bool) -> None:
    """A second packet has no time stamp: it belongs to the one that came before it."""

    async def scenario() -> None:
        scale = SimulatedScale(habits=QUICK)
        scale.faults.deliver_twice = twice
        found = SimulatedComposition(Decimal("22.5"), impedance_ohm=489, in_two_packets=True)
        mornings = [
            SimulatedWeight(Decimal("71.30"), composition=found, taken_at=scale.clock.now()),
            SimulatedWeight(Decimal("71.30"), composition=found, taken_at=None),
        ]
        async with EngineBench(scale) as bench:
            scale.clock.ahead += scale.clock.ahead.resolution * 3_600_000_000
            bench.meanwhile(scale.measure(mornings))
            report = await bench.measure((SCALE,))
            assert len(report.frames) == 6
            assert report.duplicates == (6 if twice else 0)

    run(scenario())


EACH = [
    pytest.param(quick_cuff, lambda i: i.measure([READING], 0.05), BLOOD_PRESSURE, id="cuff"),
    pytest.param(
        lambda: SimulatedThermometer(habits=QUICK),
        lambda i: i.measure([FEVER]),
        THERMOMETER,
        id="thermometer",
    ),
    pytest.param(
        lambda: SimulatedOximeter(habits=QUICK),
        lambda i: i.measure([SATURATION]),
        OXIMETER,
        id="oximeter",
    ),
    pytest.param(
        lambda: SimulatedScale(habits=QUICK), lambda i: i.measure([WEIGHT]), SCALE, id="scale"
    ),
    pytest.param(
        lambda: SimulatedGlucoseMeter(habits=QUICK),
        lambda i: i.measure([GLUCOSE]),
        GLUCOSE_METER,
        id="glucose",
    ),
]


@pytest.mark.parametrize(("make", "use", "kind"), EACH)
def test_the_instrument_that_is_switched_on_is_recognised_among_all_kinds(
    make: Callable[[], SimulatedInstrument], use: Person, kind: InstrumentKind
) -> None:
    async def scenario() -> None:
        instrument = make()
        async with EngineBench(instrument) as bench:
            bench.meanwhile(use(instrument))
            report = await bench.measure(ALL_KINDS)
            [frame] = report.frames
            [connected] = bench.listener.of(Connected)
            assert frame.kind == connected.kind == kind.name
            assert report.battery_percent == 85
            assert report.identity is not None
            assert report.identity.serial is not None
            assert bench.strays == []

    run(scenario())


def test_instruments_of_other_kinds_are_left_alone() -> None:
    async def scenario() -> None:
        cuff, thermometer = quick_cuff(), SimulatedThermometer(habits=QUICK)
        async with EngineBench(cuff, thermometer) as bench:
            bench.meanwhile(cuff.measure([READING], 0.05))
            failure = await bench.fails(InstrumentNotFound, kinds=(THERMOMETER,), timeout_s=0.2)
            assert failure.report.connections == 0
            bench.meanwhile(thermometer.measure([FEVER]))
            assert len((await bench.measure((THERMOMETER,))).frames) == 1
            assert bench.connected_to() == {thermometer.address}

    run(scenario())


def test_of_two_instruments_on_the_air_each_gives_its_reading_in_its_turn() -> None:
    async def scenario() -> None:
        mine = quick_cuff(address="02:00:00:00:18:0A", name="mine")
        other = quick_cuff(address="02:00:00:00:18:0B", name="other")
        async with EngineBench(mine, other) as bench:
            await bench.ready()
            for cuff in (mine, other):
                bench.meanwhile(cuff.measure([READING], 0.05))
            first = await bench.measure((BLOOD_PRESSURE,))
            second = await bench.measure((BLOOD_PRESSURE,))
            names = {frame.identity.name for frame in first.frames + second.frames}
            assert names == {"mine", "other"}
            assert [len(first.frames), len(second.frames)] == [1, 1]

    run(scenario())


def test_an_instrument_that_is_not_accepted_is_never_called() -> None:
    async def scenario() -> None:
        mine = quick_cuff(address="02:00:00:00:18:0A", name="mine")
        other = quick_cuff(address="02:00:00:00:18:0B", name="other")
        async with EngineBench(mine, other) as bench:
            await bench.ready()
            bench.meanwhile(other.measure([READING], 0.05))
            bench.meanwhile(mine.measure([READING], 0.05))
            report = await bench.measure(
                (BLOOD_PRESSURE,), accept=lambda heard: heard.name == "mine"
            )
            assert [frame.identity.name for frame in report.frames] == ["mine"]
            assert bench.connected_to() == {mine.address}

    run(scenario())


def test_an_instrument_that_does_not_have_what_its_kind_measures_is_refused() -> None:
    async def scenario() -> None:
        clip = SimulatedOximeter(spot_check=False, continuous=False, habits=QUICK)
        async with EngineBench(clip) as bench:

            async def calls() -> None:
                while True:
                    bench.bluez.advertise(clip)
                    await asyncio.sleep(0.01)

            bench.meanwhile(calls())
            failure = await bench.fails(InstrumentRefused, kinds=(OXIMETER,))
            assert not failure.pairing
            assert failure.report.connections == 1

    run(scenario())
