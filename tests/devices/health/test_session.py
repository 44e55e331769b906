"""A measuring session over real bleak: what the person gets when all goes well."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from devices.health.errors import FrameCorrupt, FrameNotKept, InstrumentNotFound
from devices.health.events import (
    Connected,
    CuffPressure,
    Disconnected,
    Ended,
    Frame,
    InstrumentIdentity,
    Searching,
)
from devices.health.profiles.blood_pressure import decode_blood_pressure, in_mmhg
from devices.simulators.blood_pressure_monitor import (
    MEASUREMENT,
    SimulatedReading,
    encode_measurement,
)
from tests.devices.health.bench import READING, Bench, quick_cuff, run, shorter

NOON = datetime.fromisoformat("2026-11-21T12:00:00")


def systolics(frames: tuple[Frame, ...]) -> list[int]:
    return [int(decode_blood_pressure(frame.raw).systolic or 0) for frame in frames]


def several(*given: int) -> list[SimulatedReading]:
    return [SimulatedReading(systolic, 80) for systolic in given]


def test_a_reading_arrives_with_live_pressure_before_it() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(READING, seconds=0.1)
            report = await bench.measure()

            events = bench.listener.events
            assert isinstance(events[0], Searching)
            assert isinstance(events[1], Connected)
            assert isinstance(events[-1], Disconnected)
            frame_at = next(at for at, event in enumerate(events) if isinstance(event, Frame))
            pressures = [event.mmhg for event in bench.listener.of(CuffPressure)]
            assert all(at < frame_at for at, e in enumerate(events) if isinstance(e, CuffPressure))
            top = pressures.index(max(pressures))
            assert pressures[top] == READING.systolic + 30
            assert pressures[: top + 1] == sorted(pressures[: top + 1])
            assert pressures[top:] == sorted(pressures[top:], reverse=True)

            assert report.ended is Ended.INSTRUMENT_LEFT
            assert report.frames == tuple(bench.listener.of(Frame))
            reading = decode_blood_pressure(report.frames[0].raw, report.frames[0].feature)
            assert (reading.systolic, reading.diastolic, reading.pulse) == (142, 84, 72)
            assert bench.cuff.stored == []

    run(scenario())


def test_the_frame_says_who_sent_it_and_how_its_clock_stands() -> None:
    async def scenario() -> None:
        cuff = quick_cuff(clock_ahead=timedelta(hours=-3))
        async with Bench(cuff=cuff) as bench:
            bench.press(seconds=0.3)
            report = await bench.measure()
            [frame] = report.frames
            assert frame.identity == InstrumentIdentity(
                cuff.address, "Simulated cuff", "Smart Village Kiosk", "SVK-CUFF", "SIM-0001", "1.0"
            )
            assert frame.characteristic == "2A35"
            assert frame.boot_id == "boot"
            assert frame.device_clock_offset_s == pytest.approx(-3 * 3600, abs=5)
            assert frame.feature == 0x1F
            assert report.identity == frame.identity

    run(scenario())


def test_three_sessions_in_a_row_on_one_scanner() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            for systolic in (131, 128, 126):
                bench.press(*several(systolic))
                report = await bench.measure()
                assert systolics(report.frames) == [systolic]
            assert len(bench.listener.of(Connected)) == 3

    run(scenario())


def test_a_whole_simulated_measurement_takes_less_than_half_a_second() -> None:
    async def scenario() -> float:
        async with Bench() as bench:
            await bench.instruments.start()
            began = asyncio.get_running_loop().time()
            bench.press()
            await bench.measure()
            return asyncio.get_running_loop().time() - began

    assert min(run(scenario()) for _ in range(3)) < 0.5


def test_scanning_pauses_for_the_connection_and_the_reading_is_subscribed_to_first() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press()
            await bench.measure()
            await bench.instruments.disconnected()
            bench.press()
            await bench.measure()
            one = ["StartDiscovery", "StopDiscovery", "Connect"]
            assert bench.called(*one)[:6] == one * 2
            members = [member for member, _ in bench.bluez.calls]
            after_connect = bench.bluez.calls[members.index("Connect") + 1]
            assert after_connect == ("StartNotify", bench.cuff.characteristic(MEASUREMENT).path)

    run(scenario())


def test_an_instrument_switched_on_before_anyone_asked_is_found() -> None:
    async def scenario() -> None:
        async with Bench(cuff=quick_cuff(advertise_every_s=60)) as bench:
            await bench.instruments.start()
            while not bench.called("StartDiscovery"):
                await asyncio.sleep(0)
            bench.press()  # says once that it is there, and nothing more
            while not bench.bluez.knows(bench.cuff):
                await asyncio.sleep(0)
            report = await bench.measure()
            assert len(report.frames) == 1

    run(scenario())


def test_an_instrument_that_bluez_knew_before_the_scan_is_found_when_it_is_heard_again() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press()
            await bench.measure()  # now BlueZ has its object
            await bench.instruments.close()
            bench.press()
            report = await bench.measure()
            assert len(report.frames) == 1

    run(scenario())


def test_an_instrument_that_bluez_only_remembers_is_not_called() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press()
            await bench.measure()
            await bench.instruments.disconnected()
            while bench.called("StartDiscovery").count("StartDiscovery") < 2:
                await asyncio.sleep(0)
            bench.bluez.mention(bench.cuff)
            failure = await bench.fails(InstrumentNotFound, timeout_s=0.3)
            assert failure.report.connections == 0

    run(scenario())


def test_stored_readings_all_arrive_in_their_order() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(*several(*range(100, 356)))
            report = await bench.measure()
            assert systolics(report.frames) == list(range(100, 356))

    run(scenario())


def test_what_a_dropped_connection_left_comes_with_the_next_one() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.drop_after_frames = 2
        async with Bench(cuff=cuff) as bench:
            bench.press(*several(111, 112, 113, 114, 115))
            first = await bench.measure()
            second = await bench.measure()
            assert systolics(first.frames) == [111, 112]
            assert systolics(second.frames) == [113, 114, 115]

    run(scenario())


def test_a_frame_delivered_twice_is_reported_once() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.deliver_twice = True
        async with Bench(cuff=cuff) as bench:
            bench.press(READING, SimulatedReading(118, 76, time_stamped=False))
            report = await bench.measure()
            assert systolics(report.frames) == [142, 118]
            assert len(bench.listener.of(Frame)) == 2
            assert report.duplicates == 2

    run(scenario())


def test_equal_frames_without_a_time_stamp_are_two_readings_when_time_has_passed() -> None:
    async def scenario() -> None:
        unstamped = SimulatedReading(118, 76, time_stamped=False)
        async with Bench(limits=shorter(same_delivery_s=0.0)) as bench:
            bench.press(unstamped, unstamped)
            report = await bench.measure()
            assert systolics(report.frames) == [118, 118]

    run(scenario())


HOSTILE = (b"", b"\x1e", b"\x1e\x7d\x00\x4e\x00\x5e", bytes(range(7, 17)), b"\xff" * 9)


def test_hostile_frames_are_reported_as_they_came_and_the_session_goes_on() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(*HOSTILE, READING)
            report = await bench.measure()
            assert [frame.raw for frame in report.frames[:-1]] == list(HOSTILE)
            for frame in report.frames[:-1]:
                with pytest.raises(FrameCorrupt):
                    decode_blood_pressure(frame.raw)
            assert systolics(report.frames[-1:]) == [142]

    run(scenario())


def test_kilopascals_are_shown_in_mmhg() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(SimulatedReading(120, 80, in_kpa=True))
            report = await bench.measure()
            reading = decode_blood_pressure(report.frames[0].raw)
            assert reading.systolic == Decimal("16.0")
            assert in_mmhg(reading.systolic, reading.unit) == 120

    run(scenario())


def test_an_instrument_that_stays_connected_is_let_go_when_it_falls_silent() -> None:
    async def scenario() -> None:
        async with Bench(cuff=quick_cuff(linger_s=30)) as bench:
            bench.press()
            report = await bench.measure()
            assert report.ended is Ended.QUIET
            await asyncio.wait_for(bench.cuff.left.wait(), 5)
            assert bench.called("StopNotify", "Disconnect") == ["StopNotify", "Disconnect"]

    run(scenario())


def test_an_instrument_without_live_pressure_gives_its_reading() -> None:
    async def scenario() -> None:
        async with Bench(cuff=quick_cuff(has_live_pressure=False)) as bench:
            bench.press()
            report = await bench.measure()
            assert systolics(report.frames) == [142]
            assert bench.listener.of(CuffPressure) == []

    run(scenario())


def test_nothing_follows_a_frame_until_its_callback_has_returned() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            committing, committed = asyncio.Event(), asyncio.Event()

            async def commit(frame: Frame) -> None:
                committing.set()
                await committed.wait()

            bench.listener.at_frame = commit
            bench.press(*several(121, 122))
            measuring = asyncio.create_task(bench.measure())
            await committing.wait()
            await bench.cuff.left.wait()  # the whole rest of the session has happened
            await bench.instruments.disconnected()
            assert not measuring.done()
            assert bench.listener.of(Frame) == []
            assert bench.listener.of(Disconnected) == []
            committed.set()
            report = await measuring
            assert systolics(report.frames) == [121, 122]
            assert report.not_kept == ()
            assert len(bench.listener.of(Frame)) == 2

    run(scenario())


def test_a_frame_that_could_not_be_kept_is_in_the_report_and_the_cause_is_told() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            full = OSError(28, "No space left on device")

            async def commit(frame: Frame) -> None:
                if systolics((frame,)) == [121]:
                    raise full

            bench.listener.at_frame = commit
            bench.press(*several(121, 122))
            failure = await bench.fails(FrameNotKept)
            assert failure.__cause__ is full
            assert systolics(failure.report.not_kept) == [121]
            assert systolics(failure.report.frames)[0] == 121
            reported = [frame.raw for frame in failure.report.frames]
            both = reported + bench.cuff.stored
            assert sorted(raw[1] for raw in both) == [121, 122]

    run(scenario())


def test_a_listener_that_fails_at_another_event_is_heard_and_the_frames_still_arrive() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            kept: list[Frame] = []

            async def on_event(event: object) -> None:
                if isinstance(event, Connected):
                    raise LookupError("a fault of the screen")
                if isinstance(event, Frame):
                    kept.append(event)

            bench.press(seconds=0)
            with pytest.raises(LookupError, match="a fault of the screen"):
                await bench.instruments.measure(on_event=on_event, stop=bench.stop, timeout_s=20)
            assert len(kept) + len(bench.cuff.stored) <= 1

    run(scenario())


def test_a_listener_that_fails_before_any_instrument_ends_the_session_at_once() -> None:
    async def scenario() -> None:
        async with Bench() as bench:

            async def on_event(event: object) -> None:
                raise LookupError(type(event).__name__)

            with pytest.raises(LookupError, match="Searching"):
                await asyncio.wait_for(
                    bench.instruments.measure(on_event=on_event, stop=bench.stop, timeout_s=600),
                    timeout=10,
                )

    run(scenario())


def test_a_stored_reading_does_not_end_the_session_of_a_cuff_that_is_measuring() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(SimulatedReading(142, 84), seconds=1.5)
            measuring = asyncio.create_task(bench.measure())
            await bench.listener.until(CuffPressure)
            stored = encode_measurement(SimulatedReading(118, 76), NOON)
            assert bench.bluez.send(bench.cuff, MEASUREMENT, stored)
            assert systolics((await measuring).frames) == [118, 142]

    run(scenario())


def test_two_sessions_at_once_take_turns() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            first = asyncio.create_task(bench.measure())
            second = asyncio.create_task(bench.measure())
            bench.press(*several(131))
            await asyncio.wait({first})
            bench.press(*several(132))
            assert systolics((await first).frames) == [131]
            assert systolics((await second).frames) == [132]

    run(scenario())


def test_the_time_stamp_is_the_instruments_own() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            taken = datetime.fromisoformat("2026-11-21T08:30:05")
            bench.press(SimulatedReading(120, 80, taken_at=taken))
            report = await bench.measure()
            assert decode_blood_pressure(report.frames[0].raw).device_time == taken

    run(scenario())
