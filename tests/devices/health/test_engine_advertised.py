"""Scales that only advertise: one weighing is one frame, and it is this person's."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from devices.health.decoding import decode
from devices.health.errors import InstrumentNotFound
from devices.health.events import Connected, Ended, Frame, Searching
from devices.health.gatt import ALL_KINDS, BLOOD_PRESSURE, SCALE
from devices.simulators.weight_scale import COMPOSITION_SERVICE
from devices.simulators.xiaomi_scale import (
    SimulatedXiaomiScale,
    encode_advertised_composition,
)
from tests.devices.health.bench import READING, quick_cuff, run, shorter
from tests.devices.health.engine_bench import QUICK, EngineBench

MINE = Decimal("70.85")


@pytest.mark.parametrize("composition", [False, True])
def test_one_weighing_is_one_frame_and_nobody_connects(composition: bool) -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(composition=composition, habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()
            bench.meanwhile(scale.step_on(MINE, 489 if composition else None, seconds=0.05))
            report = await bench.measure((SCALE,))
            [frame] = report.frames
            assert frame.characteristic == ("181B" if composition else "181D")
            weight = decode(frame.characteristic, frame.raw)
            assert (weight.weight, weight.stabilized) == (MINE, True)
            assert weight.impedance_ohm == (489 if composition else None)
            assert report.ended is Ended.QUIET
            assert report.identity == frame.identity
            assert frame.identity.name == scale.name
            assert bench.connected_to() == set()
            assert bench.listener.of(Connected) == []

    run(scenario())


def test_somebody_with_shoes_on_is_weighed_without_impedance() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(composition=True, habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()
            bench.meanwhile(scale.step_on(MINE, None, seconds=0.05))
            [frame] = (await bench.measure((SCALE,))).frames
            assert decode(frame.characteristic, frame.raw).impedance_ohm is None

    run(scenario())


def test_a_scale_that_falls_silent_before_its_impedance_has_weighed_all_the_same() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(composition=True, habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()
            measuring = bench.meanwhile(bench.measure((SCALE,)))
            await bench.listener.until(Searching)
            says_once(bench, scale, MINE)
            [frame] = (await measuring).frames
            assert decode(frame.characteristic, frame.raw).weight == MINE

    run(scenario())


@pytest.mark.parametrize("how", ["stop", "cancel", "time"])
def test_a_weight_that_waits_for_its_impedance_is_given_when_the_session_ends(how: str) -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(composition=True, habits=QUICK)
        async with EngineBench(scale, limits=shorter(quiet_s=20)) as bench:
            await bench.ready()
            measuring = asyncio.create_task(
                bench.measure((SCALE,), timeout_s=0.3 if how == "time" else 20)
            )
            await bench.listener.until(Searching)
            says_once(bench, scale, MINE)
            await hears(bench, scale)
            if how == "stop":
                bench.stop.set()
            elif how == "cancel":
                measuring.cancel()
            await asyncio.wait({measuring})
            assert len(bench.listener.of(Frame)) == 1
            if how != "cancel":
                assert len(measuring.result().frames) == 1

    run(scenario())


def test_a_weight_that_is_not_stable_is_none() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(composition=True, habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()
            measuring = asyncio.create_task(
                bench.fails(InstrumentNotFound, kinds=(SCALE,), timeout_s=0.3)
            )
            await bench.listener.until(Searching)
            says_once(bench, scale, MINE, stable=False)
            assert (await measuring).report.connections == 0

    run(scenario())


def test_what_the_scale_goes_on_saying_of_the_person_before_is_not_of_this_one() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(composition=True, habits=QUICK)
        async with EngineBench(scale, limits=shorter(weighing_age_s=0)) as bench:
            await bench.ready()
            says_once(bench, scale, Decimal("93.20"), removed=True)  # nobody measures yet
            await hears(bench, scale)
            measuring = asyncio.create_task(bench.measure((SCALE,)))
            await bench.listener.until(Searching)
            says_once(bench, scale, Decimal("93.20"), removed=True)
            await hears(bench, scale)
            bench.meanwhile(scale.step_on(MINE, 489, seconds=0.05))
            [frame] = (await measuring).frames
            assert decode(frame.characteristic, frame.raw).weight == MINE

    run(scenario())


def test_who_steps_on_the_scale_a_moment_before_pressing_start_is_weighed_once() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()

            async def stands_there() -> None:
                while True:
                    scale._say(MINE, None, stable=True)
                    await hears(bench, scale)

            bench.meanwhile(stands_there())
            await hears(bench, scale)
            assert len((await bench.measure((SCALE,))).frames) == 1
            # it has been given: it is not of the next session as well
            failure = await bench.fails(InstrumentNotFound, kinds=(SCALE,), timeout_s=0.2)
            assert failure.report.frames == ()

    run(scenario())


def test_stepping_on_again_with_the_same_weight_is_a_weighing_of_its_own() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(habits=QUICK)
        async with EngineBench(scale, limits=shorter(weighing_age_s=0)) as bench:
            await bench.ready()
            await scale.step_on(MINE, seconds=0.05)  # nobody measures yet
            bench.meanwhile(scale.step_on(MINE, seconds=0.05))
            assert len((await bench.measure((SCALE,))).frames) == 1

    run(scenario())


def test_the_same_weight_at_another_time_is_another_weighing_even_if_no_step_was_heard() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(composition=True, habits=QUICK)
        async with EngineBench(scale, limits=shorter(weighing_age_s=0)) as bench:
            await bench.ready()
            says_once(bench, scale, MINE, removed=True)
            await hears(bench, scale)
            measuring = asyncio.create_task(bench.measure((SCALE,)))
            await bench.listener.until(Searching)
            scale.clock.ahead += timedelta(minutes=5)
            says_once(bench, scale, MINE, removed=True)
            assert len((await measuring).frames) == 1

    run(scenario())


def test_a_scale_that_is_known_to_only_advertise_is_not_called_for_want_of_data() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()
            bench.bluez.advertise(scale)  # its service data did not come with this one
            failure = await bench.fails(InstrumentNotFound, kinds=(SCALE,), timeout_s=0.3)
            assert failure.report.connections == 0

    run(scenario())


def test_a_scale_that_is_not_accepted_weighs_nobody() -> None:
    async def scenario() -> None:
        mine = SimulatedXiaomiScale(address="02:00:00:00:1D:0A", name="MI_SCALE", habits=QUICK)
        other = SimulatedXiaomiScale(address="02:00:00:00:1D:0B", name="MI_SCALE", habits=QUICK)
        async with EngineBench(mine, other) as bench:
            await bench.ready()
            bench.meanwhile(other.step_on(Decimal("93.20"), seconds=0.05))
            bench.meanwhile(mine.step_on(MINE, seconds=0.1))
            report = await bench.measure(
                (SCALE,), accept=lambda heard: heard.device.address == mine.address
            )
            assert [frame.identity.address for frame in report.frames] == [mine.address]

    run(scenario())


def test_a_session_of_another_kind_hears_no_weight() -> None:
    async def scenario() -> None:
        scale, cuff = SimulatedXiaomiScale(habits=QUICK), quick_cuff()
        async with EngineBench(scale, cuff) as bench:
            await bench.ready()
            bench.meanwhile(scale.step_on(MINE, seconds=0.01))
            bench.meanwhile(cuff.measure([READING], 0.1))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert [frame.kind for frame in report.frames] == ["blood_pressure"]
            assert bench.connected_to() == {cuff.address}

    run(scenario())


def test_among_all_kinds_the_scale_is_heard_while_a_cuff_is_looked_for() -> None:
    async def scenario() -> None:
        scale = SimulatedXiaomiScale(habits=QUICK)
        async with EngineBench(scale, quick_cuff()) as bench:
            await bench.ready()
            bench.meanwhile(scale.step_on(MINE, seconds=0.05))
            report = await bench.measure(ALL_KINDS)
            assert [frame.kind for frame in report.frames] == ["weight"]

    run(scenario())


def says_once(
    bench: EngineBench,
    scale: SimulatedXiaomiScale,
    kilograms: Decimal,
    *,
    stable: bool = True,
    removed: bool = False,
) -> None:
    """One advertisement of a scale with impedance that has measured none yet."""
    scale.service_data[COMPOSITION_SERVICE] = encode_advertised_composition(
        kilograms, scale.clock.now(), stable=stable, removed=removed
    )
    bench.bluez.advertise(scale)


async def hears(bench: EngineBench, scale: SimulatedXiaomiScale) -> None:
    """Return when the kiosk has heard what this scale said last."""
    heard = asyncio.Event()
    stop_listening = bench.instruments._scanner.listen(lambda _: heard.set())
    try:
        while not heard.is_set():
            bench.bluez.advertise(scale)
            await asyncio.sleep(0.005)
    finally:
        stop_listening()
