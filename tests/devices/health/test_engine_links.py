"""Links that fail, listeners that fail, and sessions that are ended at every stage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from devices.health.errors import ConnectionLost, FrameNotKept, SessionTimeout
from devices.health.events import Connected, Ended, Frame, SessionEvent
from devices.health.gatt import BATTERY_LEVEL, BLOOD_PRESSURE, GLUCOSE_METER
from devices.health.limits import Limits
from devices.simulators.and_cuff import DATE_TIME, SimulatedAndCuff
from devices.simulators.blood_pressure_monitor import MEASUREMENT, SimulatedReading
from devices.simulators.glucose_meter import SimulatedGlucose, SimulatedGlucoseMeter
from devices.simulators.peripheral import ConnectFault, SimulatedInstrument
from devices.simulators.record_access import RecordFaults
from devices.simulators.standard_services import BATTERY_SERVICE, readable
from tests.devices.health.bench import READING, quick_cuff, run, shorter
from tests.devices.health.bluez_bench import until
from tests.devices.health.engine_bench import QUICK, EngineBench, raws

BP = (BLOOD_PRESSURE,)


@pytest.mark.parametrize(
    "fault",
    [
        ConnectFault.CANCELED,
        ConnectFault.DROPPED,
        ConnectFault.NOT_FOUND,  # the object has expired between hearing and calling
        ConnectFault.ABORT_BY_LOCAL,
    ],
)
def test_one_connection_that_fails_is_made_again(fault: ConnectFault) -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.connect.append(fault)
        async with EngineBench(cuff) as bench:
            bench.meanwhile(cuff.measure([READING], 0.05))
            report = await bench.measure(BP)
            assert len(report.frames) == 1
            assert report.connections == (1 if fault is ConnectFault.ABORT_BY_LOCAL else 2)
            assert len(bench.listener.of(Connected)) == 1

    run(scenario())


def test_an_instrument_that_bluez_forgets_before_it_is_called_is_waited_for() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            await bench.ready()
            bench.bluez.advertise(cuff)
            await until(lambda: bool(bench.instruments._scanner._sightings))
            bench.bluez.forget(cuff)
            measuring = asyncio.create_task(bench.measure(BP))
            await until(lambda: bench.called("StartDiscovery").count("StartDiscovery") == 2)
            bench.meanwhile(cuff.measure([READING], 0.05))
            assert len((await measuring).frames) == 1

    run(scenario())


def test_an_instrument_heard_before_the_scan_was_answered_and_then_silent_is_found() -> None:
    async def scenario() -> None:
        cuff = quick_cuff(advertise_every_s=60)
        async with EngineBench(cuff) as bench:
            bench.bluez.heard_at_start.append(cuff)
            measuring = bench.meanwhile(bench.measure(BP))
            await bench.listener.until(Connected)
            bench.meanwhile(cuff.measure([READING], 0.01))
            assert len((await measuring).frames) == 1

    run(scenario())


def test_every_connection_that_fails_at_once_is_three_tries_and_no_more() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.connect.extend([ConnectFault.CANCELED] * 9)
        async with EngineBench(cuff) as bench:
            bench.meanwhile(cuff.measure([READING], 0.05))
            failure = await bench.fails(ConnectionLost, kinds=BP)
            assert failure.report.connections == 3

    run(scenario())


def test_a_try_that_failed_does_not_explain_a_later_one_that_listens_in_vain() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.connect.append(ConnectFault.CANCELED)
        async with EngineBench(cuff) as bench:
            bench.meanwhile(cuff.measure([READING], 20))
            failure = await bench.fails(SessionTimeout, kinds=BP, timeout_s=1)
            assert failure.step == "reading"
            assert failure.report.connections == 2

    run(scenario())


def test_connecting_takes_less_than_45_seconds_however_it_goes_on() -> None:
    assert Limits().connect_total_s < 45
    assert Limits().connect_s * 2 < Limits().connect_total_s  # there is time for a second try


def test_a_clock_that_hangs_when_it_is_written_costs_a_try_and_no_reading() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_within_s=1, clock_ahead=timedelta(hours=1), habits=QUICK)
        cuff.faults.hung_writes = 1
        async with EngineBench(cuff, limits=shorter(write_s=0.2)) as bench:
            bench.bluez.bond(cuff)
            bench.meanwhile(cuff.measure([READING]))
            report = await bench.measure(BP)
            assert len(report.frames) == 1
            assert report.connections == 2
            assert cuff.characteristic(DATE_TIME).uuid in dict(cuff.writes)

    run(scenario())


def test_an_instrument_with_two_batteries_tells_of_the_first() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.services["0000180f-0000-1000-8000-00805f9b34fa"] = (readable(BATTERY_LEVEL, b"\x07"),)
        assert BATTERY_SERVICE in cuff.services
        async with EngineBench(cuff) as bench:
            bench.meanwhile(cuff.measure([READING], 0.1))
            report = await bench.measure(BP)
            assert report.battery_percent == 85

    run(scenario())


def test_a_listener_that_is_slow_holds_up_no_frame_of_a_burst() -> None:
    async def scenario() -> None:
        meter = SimulatedGlucoseMeter(habits=QUICK)
        meter.prick([SimulatedGlucose(mg_dl=Decimal(60 + n)) for n in range(256)])
        async with EngineBench(meter) as bench:

            async def commit(frame: Frame) -> None:
                await asyncio.sleep(0.002)

            bench.listener.at_frame = commit
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert len(report.frames) == 256
            assert raws(bench.listener.of(Frame)) == raws(report.frames)
            assert report.not_kept == ()

    run(scenario())


def test_a_commit_that_is_cancelled_is_a_frame_that_was_not_kept() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:

            async def commit(frame: Frame) -> None:
                writing = asyncio.get_running_loop().create_future()
                writing.cancel()  # the writer has been stopped
                await writing

            bench.listener.at_frame = commit
            bench.meanwhile(cuff.measure([READING, SimulatedReading(118, 76)], 0.05))
            failure = await bench.fails(FrameNotKept, kinds=BP)
            assert failure.report.not_kept
            assert failure.report.not_kept == failure.report.frames[: len(failure.report.not_kept)]

    run(scenario())


def hangs_in_connect() -> SimulatedInstrument:
    cuff = quick_cuff()
    cuff.faults.connect.append(ConnectFault.HANG)
    return cuff


def hangs_in_subscribe() -> SimulatedInstrument:
    cuff = quick_cuff()
    cuff.faults.hung_subscriptions = 1
    return cuff


def hangs_in_reads() -> SimulatedInstrument:
    cuff = quick_cuff()
    cuff.faults.hung_reads = True
    return cuff


def silent_meter() -> SimulatedInstrument:
    meter = SimulatedGlucoseMeter(habits=QUICK, record_faults=RecordFaults(silent=True))
    meter.prick([SimulatedGlucose(mg_dl=Decimal(99))])
    return meter


STAGES = [
    pytest.param(quick_cuff, lambda bench: bool(bench.listener.events), id="searching"),
    pytest.param(hangs_in_connect, lambda bench: bool(bench.called("Connect")), id="connecting"),
    pytest.param(
        hangs_in_subscribe, lambda bench: bool(bench.called("StartNotify")), id="subscribing"
    ),
    pytest.param(hangs_in_reads, lambda bench: bool(bench.called("ReadValue")), id="reading"),
    pytest.param(silent_meter, lambda bench: bool(bench.called("WriteValue")), id="asking"),
]


@pytest.mark.parametrize("how", ["stop", "cancel", "time"])
@pytest.mark.parametrize(("make", "reached"), STAGES)
def test_a_session_ends_at_every_stage_and_the_next_one_works(
    make: Callable[[], SimulatedInstrument], reached: Callable[[EngineBench], bool], how: str
) -> None:
    async def scenario() -> None:
        first, cuff = make(), quick_cuff(address="02:00:00:00:18:FF", name="the next one")
        async with EngineBench(first, cuff) as bench:
            await bench.ready()
            measuring = asyncio.create_task(
                bench.measure(
                    (BLOOD_PRESSURE, GLUCOSE_METER), timeout_s=0.5 if how == "time" else 30
                )
            )
            await until(lambda: bool(bench.listener.events))
            if not reached(bench):
                await calls_until_heard(bench, first)
                await until(lambda: reached(bench))
            if how == "stop":
                bench.stop.set()
            elif how == "cancel":
                measuring.cancel()
            done, _ = await asyncio.wait({measuring}, timeout=10)
            assert done
            if how == "stop":
                assert measuring.result().ended is Ended.STOPPED
            elif how == "cancel":
                assert measuring.cancelled()
            else:
                assert measuring.exception() is not None
            bench.stop.clear()
            await bench.instruments.disconnected()
            assert first.left.is_set()
            assert bench.instruments._scanner._pauses == 0
            bench.meanwhile(cuff.measure([READING], 0.02))
            assert len((await bench.measure(BP)).frames) == 1

    run(scenario())


async def calls_until_heard(bench: EngineBench, instrument: SimulatedInstrument) -> None:
    while not bench.called("Connect"):
        bench.bluez.advertise(instrument)
        await bench.bluez.confirmed()


def test_stopping_in_the_middle_of_a_replay_leaves_the_rest_in_the_instrument() -> None:
    async def scenario() -> None:
        cuff = quick_cuff(linger_s=30)
        async with EngineBench(cuff) as bench:
            stored = [SimulatedReading(100 + n, 80) for n in range(100)]
            bench.meanwhile(cuff.measure(stored, 0))

            async def enough(frame: Frame) -> None:
                if len(bench.listener.of(Frame)) == 9:
                    bench.stop.set()

            bench.listener.at_frame = enough
            report = await bench.measure(BP)
            await bench.instruments.disconnected()
            assert report.ended is Ended.STOPPED
            assert len(report.frames) + len(bench.strays) + len(cuff.stored) == 100
            assert bench.bluez.confirmed_unheard == []

    run(scenario())


def test_an_instrument_that_never_stops_sending_ends_with_the_time() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:

            async def sends_for_ever() -> None:
                number = 0
                await calls_until_heard(bench, cuff)
                await cuff.characteristic(MEASUREMENT).subscribed.wait()
                while await cuff.deliver(MEASUREMENT, b"\x00" + number.to_bytes(6, "little")):
                    number += 1
                    await asyncio.sleep(0.01)

            await bench.ready()
            bench.meanwhile(sends_for_ever())
            report = await bench.measure(BP, timeout_s=0.5)
            assert report.ended is Ended.TIME_UP
            assert len(report.frames) > 5
            await asyncio.wait_for(cuff.left.wait(), 5)

    run(scenario())


def test_a_service_that_hangs_at_every_try_names_the_step() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.resolve_delay_s = 30
        async with EngineBench(cuff, limits=shorter(connect_s=0.1)) as bench:
            bench.meanwhile(cuff.measure([READING], 0.05))
            failure = await bench.fails(SessionTimeout, kinds=BP)
            assert failure.step == "connect"

    run(scenario())


def test_events_come_in_the_order_in_which_they_happened() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            names: list[str] = []

            async def note(event: SessionEvent) -> None:
                names.append(type(event).__name__)

            bench.meanwhile(cuff.measure([READING], 0.05))
            await bench.instruments.measure(BP, on_event=note, stop=bench.stop, timeout_s=20)
            plain = [name for name in names if name not in ("CuffPressure", "BatteryLevel")]
            assert plain == ["Searching", "Connected", "Frame", "Disconnected"]

    run(scenario())
