"""Meters that leave, are busy, or fall silent: every record comes all the same, and once."""

from __future__ import annotations

import asyncio

import pytest

from devices.health.errors import SessionTimeout
from devices.health.events import (
    Connected,
    Ended,
    Frame,
    Searching,
)
from devices.health.gatt import ALL_KINDS, GLUCOSE_METER
from devices.simulators.glucose_meter import (
    BEFORE_MEAL,
    SimulatedGlucoseMeter,
)
from devices.simulators.peripheral import AttError
from devices.simulators.record_access import RecordFaults
from tests.devices.health.bench import run, shorter
from tests.devices.health.engine_bench import QUICK, EngineBench, raws
from tests.devices.health.meters import (
    ABORT,
    ALL,
    LIMITS,
    fingers,
    from_number,
    keeps_calling,
    meter_with,
    numbers,
)


def test_a_link_that_breaks_in_the_middle_is_made_again_and_each_record_comes_once() -> None:
    async def scenario() -> None:
        meter = meter_with(
            fingers(20, meal=BEFORE_MEAL), record_faults=RecordFaults(drop_after_records=7)
        )
        async with EngineBench(meter, limits=shorter(same_delivery_s=0)) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert numbers(report) == list(range(1, 21))
            contexts = [f.raw for f in report.frames if f.characteristic == "2A34"]
            assert len(contexts) == len(set(contexts)) == 20
            assert len(bench.listener.of(Frame)) == 40
            assert report.connections == len(bench.listener.of(Connected)) == 2
            assert meter.record_access.asked == [ALL, from_number(7)]

    run(scenario())


def test_records_without_a_believable_time_come_once_too_when_the_link_breaks() -> None:
    async def scenario() -> None:
        no_time = bytes((0x02,)) + b"%c\x00" + bytes(7) + b"\x5a\xb0\x11"
        records = [no_time.replace(b"%c", bytes((n,))) for n in range(1, 11)]
        meter = SimulatedGlucoseMeter(
            habits=QUICK, record_faults=RecordFaults(drop_after_records=7)
        )
        meter.prick(records)
        async with EngineBench(meter, limits=shorter(same_delivery_s=0)) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert raws(report.frames) == records

    run(scenario())


def test_a_meter_that_hangs_up_with_its_last_word_has_said_all() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(3))
        async with EngineBench(meter, limits=LIMITS) as bench:

            async def leaves_at_once() -> None:
                deliver = meter.deliver

                async def deliver_and_leave(uuid: str, value: bytes) -> bool:
                    if value[:1] != b"\x06":
                        return await deliver(uuid, value)
                    assert meter.radio is not None
                    sent = meter.radio.send(meter, uuid, value)
                    meter.radio.drop(meter)
                    return sent

                meter.deliver = deliver_and_leave  # type: ignore[method-assign]
                await meter.connect_to_kiosk()

            bench.meanwhile(leaves_at_once())
            report = await bench.measure((GLUCOSE_METER,), timeout_s=5)
            assert numbers(report) == [1, 2, 3]
            assert report.connections == 1
            assert report.ended is not Ended.TIME_UP

    run(scenario())


@pytest.mark.parametrize("code", [0x80, 0xFE])
def test_a_procedure_that_is_in_progress_is_waited_for(code: int) -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(3))
        refusals, on_write = [code] * 4, meter.record_access.characteristic.on_write

        def refuses_first(request: bytes) -> None:
            if refusals:
                raise AttError(refusals.pop())
            assert on_write is not None
            on_write(request)

        meter.record_access.characteristic.on_write = refuses_first
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert numbers(report) == [1, 2, 3]
            assert report.connections == 1

    run(scenario())


def test_a_subscription_during_a_procedure_is_made_on_the_next_connection() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(3))
        meter.faults.att_errors[meter.record_access.characteristic.uuid] = [0xFE]
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            bench.meanwhile(keeps_calling(bench, meter))
            report = await bench.measure((GLUCOSE_METER,))
            assert numbers(report) == [1, 2, 3]
            assert report.connections == 2

    run(scenario())


def test_a_meter_that_is_busy_for_a_moment_after_its_answer_is_asked_again() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(3), record_faults=RecordFaults(busy_s=0.05))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            gone = b"\xff\x00" + bytes(7)
            report = await bench.measure((GLUCOSE_METER,), last_known=lambda _: gone)
            assert numbers(report) == [1, 2, 3]

    run(scenario())


def test_a_silent_meter_is_a_timeout_of_its_step_and_is_told_to_stop() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(3), record_faults=RecordFaults(silent=True))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            bench.meanwhile(keeps_calling(bench, meter))
            failure = await bench.fails(SessionTimeout, kinds=(GLUCOSE_METER,))
            assert failure.step == "records"
            assert meter.record_access.asked[:2] == [ALL, ABORT]
            assert failure.report.connections == 3

    run(scenario())


def test_a_meter_that_takes_not_even_the_abort_is_silent_all_the_same() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(3), record_faults=RecordFaults(silent=True))
        write = meter.record_access.characteristic
        on_write = write.on_write

        async def hangs_at_abort(request: bytes) -> None:
            if request == ABORT:
                await meter.left.wait()
                return
            assert on_write is not None
            on_write(request)

        write.on_write = hangs_at_abort
        limits = shorter(records_silence_s=0.2, write_s=0.3, connect_tries=1)
        async with EngineBench(meter, limits=limits) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            failure = await bench.fails(SessionTimeout, kinds=(GLUCOSE_METER,))
            assert failure.step == "records"

    run(scenario())


def test_another_meter_is_not_asked_for_the_rest_of_the_first() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(5), record_faults=RecordFaults(drop_after_records=3))
        other = meter_with(fingers(9), address="02:00:00:00:18:0F", name="other meter")
        async with EngineBench(meter, other, limits=LIMITS) as bench:

            async def other_is_louder() -> None:
                await bench.listener.until(Frame)
                await other.connect_to_kiosk()

            async def first_comes_back_late() -> None:
                while True:
                    bench.bluez.advertise(meter)
                    await bench.bluez.confirmed()
                    if len(bench.listener.of(Searching)) > 1:
                        for _ in range(20):
                            await bench.bluez.confirmed()
                        return

            bench.meanwhile(other_is_louder())
            await bench.ready()
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert {frame.identity.address for frame in report.frames} == {meter.address}
            assert numbers(report) == [1, 2, 3, 4, 5]
            assert other.record_access.asked == []

    run(scenario())


def test_waiting_for_the_rest_of_the_records_is_no_busy_loop() -> None:
    """A meter that stays away after a part of its records, in a session of all kinds."""

    async def scenario() -> None:
        meter = meter_with(fingers(9), record_faults=RecordFaults(drop_after_records=3))
        async with EngineBench(meter, limits=shorter(quiet_s=0.05)) as bench:

            async def calls_once() -> None:
                while not meter.connected.is_set():
                    bench.bluez.advertise(meter)
                    await bench.bluez.confirmed()

            bench.meanwhile(calls_once())
            report = await bench.measure(ALL_KINDS, timeout_s=1)
            assert numbers(report) == [1, 2, 3]
            assert report.ended is Ended.TIME_UP
            assert len(bench.listener.of(Searching)) == 2

    run(scenario())


def test_a_meter_that_does_not_come_back_is_waited_for_only_as_long_as_connecting_may_take() -> (
    None
):
    async def scenario() -> None:
        meter = meter_with(fingers(9), record_faults=RecordFaults(drop_after_records=3))
        async with EngineBench(meter, limits=shorter(connect_total_s=0.2)) as bench:

            async def calls_once() -> None:
                while not meter.connected.is_set():
                    bench.bluez.advertise(meter)
                    await bench.bluez.confirmed()

            bench.meanwhile(calls_once())
            report = await asyncio.wait_for(bench.measure((GLUCOSE_METER,), timeout_s=60), 10)
            assert numbers(report) == [1, 2, 3]
            assert report.ended is not Ended.COMPLETE

    run(scenario())
