"""A continuous oximeter through the session engine: only a stable value becomes a frame."""

from __future__ import annotations

import asyncio

from devices.health.decoding import decode
from devices.health.errors import ConnectionLost
from devices.health.events import Ended, Frame, SignalSettling
from devices.health.gatt import OXIMETER
from devices.simulators.pulse_oximeter import (
    CONTINUOUS,
    SPOT_CHECK,
    SimulatedOximeter,
    SimulatedSaturation,
    encode_continuous,
    encode_spot_check,
)
from tests.devices.health.bench import TEST_LIMITS, run, shorter
from tests.devices.health.engine_bench import QUICK, STAYS, EngineBench

OLD = SimulatedSaturation(93, 88)


def test_values_that_are_not_stable_never_become_a_frame() -> None:
    async def scenario() -> None:
        clip = SimulatedOximeter(habits=QUICK)
        async with EngineBench(clip, limits=shorter(connect_tries=1)) as bench:
            bench.meanwhile(
                clip.finger_in(
                    97, 61, unstable=20, stable=TEST_LIMITS.stable_samples - 1, every_s=0
                )
            )
            failure = await bench.fails(ConnectionLost, kinds=(OXIMETER,))
            assert failure.report.frames == ()
            assert bench.listener.of(Frame) == []
            told = [event.alike for event in bench.listener.of(SignalSettling)]
            assert told == list(range(1, TEST_LIMITS.stable_samples))

    run(scenario())


def test_the_stable_value_is_the_only_frame() -> None:
    async def scenario() -> None:
        clip = SimulatedOximeter(habits=QUICK)
        async with EngineBench(clip) as bench:
            bench.meanwhile(clip.finger_in(97, 61, stable=40, every_s=0))
            report = await bench.measure((OXIMETER,))
            [frame] = report.frames
            assert frame.characteristic == "2A5F"
            reading = decode(frame.characteristic, frame.raw, feature=frame.feature)
            assert (reading.spo2, reading.pulse, reading.trustworthy) == (97, 61, True)
            last = bench.listener.of(SignalSettling)[-1]
            assert (last.alike, last.needed) == (7, 8)

    run(scenario())


def test_the_session_ends_although_the_finger_stays_in_the_clip() -> None:
    async def scenario() -> None:
        clip = SimulatedOximeter(spot_check=False, habits=STAYS)
        async with EngineBench(clip) as bench:
            bench.meanwhile(clip.finger_in(97, 61, stable=100_000, every_s=0.01))
            report = await bench.measure((OXIMETER,))
            assert report.ended is Ended.QUIET
            assert len(report.frames) == 1
            await clip.left.wait()

    run(scenario())


def test_a_spot_check_of_earlier_does_not_hide_the_finger_that_is_in_the_clip_now() -> None:
    async def scenario() -> None:
        clip = SimulatedOximeter(habits=QUICK)
        async with EngineBench(clip) as bench:

            async def sends_what_it_has_and_measures() -> None:
                while not clip.characteristic(CONTINUOUS).subscribed.is_set():
                    bench.bluez.advertise(clip)
                    await asyncio.sleep(0.01)
                await clip.deliver(SPOT_CHECK, encode_spot_check(OLD, clip.clock.now()))
                await clip.finger_in(97, 61, every_s=0.02)

            bench.meanwhile(sends_what_it_has_and_measures())
            report = await bench.measure((OXIMETER,))
            assert [frame.characteristic for frame in report.frames] == ["2A5E", "2A5F"]

    run(scenario())


def test_the_oximeters_own_spot_check_of_this_finger_is_enough() -> None:
    """It says itself what it has found: no second reading is made of the same finger."""

    async def scenario() -> None:
        clip = SimulatedOximeter(habits=QUICK)
        async with EngineBench(clip) as bench:

            async def measures() -> None:
                while not clip.characteristic(CONTINUOUS).subscribed.is_set():
                    bench.bluez.advertise(clip)
                    await asyncio.sleep(0.01)
                value = encode_continuous(97, 61, settled=True)
                for _ in range(3):
                    await clip.deliver(CONTINUOUS, value)
                found = SimulatedSaturation(97, 61)
                await clip.deliver(SPOT_CHECK, encode_spot_check(found, clip.clock.now()))
                while await clip.deliver(CONTINUOUS, value):
                    await asyncio.sleep(0.01)

            bench.meanwhile(measures())
            report = await bench.measure((OXIMETER,))
            assert [frame.characteristic for frame in report.frames] == ["2A5E"]

    run(scenario())


def test_values_from_before_a_broken_link_do_not_count_for_the_next_one() -> None:
    async def scenario() -> None:
        clip = SimulatedOximeter(habits=QUICK)
        async with EngineBench(clip, limits=shorter(stable_samples=6)) as bench:

            async def loses_the_link_once() -> None:
                await clip.finger_in(97, 61, unstable=0, stable=5, every_s=0)
                await clip.finger_in(97, 61, unstable=0, stable=5, every_s=0)
                await clip.finger_in(97, 61, unstable=0, stable=40, every_s=0.01)

            bench.meanwhile(loses_the_link_once())
            report = await bench.measure((OXIMETER,))
            assert len(report.frames) == 1
            assert report.connections == 3

    run(scenario())
