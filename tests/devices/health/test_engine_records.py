"""Glucose meters through the session engine: every stored record, asked for by RACP."""

from __future__ import annotations

from decimal import Decimal

import pytest

from devices.health.decoding import decode, identity_slice
from devices.health.errors import SessionTimeout
from devices.health.events import (
    Connected,
    Ended,
    Frame,
    InstrumentIdentity,
    Searching,
    SessionReport,
)
from devices.health.gatt import ALL_KINDS, GLUCOSE_METER
from devices.simulators.glucose_meter import (
    AFTER_MEAL,
    BEFORE_MEAL,
    SimulatedGlucose,
    SimulatedGlucoseMeter,
)
from devices.simulators.peripheral import AttError
from devices.simulators.record_access import RecordFaults
from tests.devices.health.bench import run, shorter
from tests.devices.health.engine_bench import QUICK, EngineBench, raws

LIMITS = shorter(records_busy_s=0.01, records_silence_s=0.3)
ALL = bytes((1, 1))
ABORT = bytes((3, 0))


def from_number(number: int) -> bytes:
    return bytes((1, 3, 1)) + number.to_bytes(2, "little")


def fingers(count: int, **given: int) -> list[SimulatedGlucose]:
    return [SimulatedGlucose(mg_dl=Decimal(90 + n), **given) for n in range(count)]


def meter_with(records: list[SimulatedGlucose], **given: object) -> SimulatedGlucoseMeter:
    meter = SimulatedGlucoseMeter(habits=QUICK, **given)  # type: ignore[arg-type]
    meter.prick(records)
    return meter


def numbers(report: SessionReport) -> list[int]:
    return [
        int.from_bytes(frame.raw[1:3], "little")
        for frame in report.frames
        if frame.characteristic == "2A18"
    ]


def newest(report: SessionReport) -> bytes:
    return report.frames[-1].raw[identity_slice("2A18")]


def test_all_records_are_asked_for_and_all_arrive_in_their_order() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(20))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert report.ended is Ended.COMPLETE
            assert numbers(report) == list(range(1, 21))
            assert raws(report.frames) == raws(bench.listener.of(Frame))
            assert meter.record_access.asked == [ALL]
            assert meter.numbers == list(range(1, 21))  # nothing was deleted

    run(scenario())


def test_every_record_comes_with_what_the_meter_can_do_and_who_it_is() -> None:
    """Status bits mean nothing without the feature word: it is read before records are asked
    for, and the rest is waited for when they have come."""

    async def scenario() -> None:
        meter = meter_with(fingers(3))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert {frame.feature for frame in report.frames} == {0x03FF}
            assert report.battery_percent == 85
            assert report.identity is not None
            assert report.identity.model == "SVK-GLUCO"

    run(scenario())


def test_a_memory_without_records_is_complete_and_no_error() -> None:
    async def scenario() -> None:
        meter = meter_with([])
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert (report.frames, report.ended) == ((), Ended.COMPLETE)
            assert report.connections == 1

    run(scenario())


def test_only_newer_records_are_asked_for_when_the_last_one_is_known() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(5))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            first = await bench.measure((GLUCOSE_METER,))
            asked_of: list[InstrumentIdentity] = []

            def last_known(identity: InstrumentIdentity) -> bytes:
                asked_of.append(identity)
                return newest(first)

            bench.meanwhile(meter.measure(fingers(2)))
            second = await bench.measure((GLUCOSE_METER,), last_known=last_known)
            assert meter.record_access.asked == [ALL, from_number(5)]
            assert numbers(second) == [5, 6, 7]  # the known one proves that it is that memory
            assert [identity.address for identity in asked_of] == [meter.address]

    run(scenario())


def test_when_nothing_is_newer_the_known_record_alone_comes_again() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(3))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            known = newest(await bench.measure((GLUCOSE_METER,)))
            bench.meanwhile(meter.connect_to_kiosk())
            second = await bench.measure((GLUCOSE_METER,), last_known=lambda _: known)
            assert numbers(second) == [3]
            assert second.ended is Ended.COMPLETE

    run(scenario())


@pytest.mark.parametrize("since", [1, 9])
def test_after_the_memory_was_cleared_everything_is_asked_for(since: int) -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(5))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            known = newest(await bench.measure((GLUCOSE_METER,)))
            meter.reset_memory()
            meter.clock.ahead += meter.clock.ahead.resolution * 60_000_000
            bench.meanwhile(meter.measure(fingers(since)))
            second = await bench.measure((GLUCOSE_METER,), last_known=lambda _: known)
            assert meter.record_access.asked == [ALL, from_number(5), ALL]
            assert sorted(numbers(second)) == list(range(1, since + 1))

    run(scenario())


def test_a_meter_that_can_not_select_gives_all() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(4), record_faults=RecordFaults(only_all=True))
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            known = newest(await bench.measure((GLUCOSE_METER,)))
            bench.meanwhile(meter.connect_to_kiosk())
            second = await bench.measure((GLUCOSE_METER,), last_known=lambda _: known)
            assert numbers(second) == [1, 2, 3, 4]
            assert meter.record_access.asked == [ALL, from_number(4), ALL]

    run(scenario())


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


def test_control_solution_and_readings_at_meals_are_frames_like_any_other() -> None:
    async def scenario() -> None:
        records = [
            SimulatedGlucose(mg_dl=Decimal(110), control_solution=True),
            SimulatedGlucose(mmol_l=Decimal("7.1"), meal=AFTER_MEAL),
        ]
        meter = meter_with(records)
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert [f.characteristic for f in report.frames] == ["2A18", "2A18", "2A34"]
            control, _, _ = [decode(f.characteristic, f.raw) for f in report.frames]
            assert control.excluded

    run(scenario())


def test_a_meter_without_contexts_gives_its_records() -> None:
    async def scenario() -> None:
        meter = meter_with(fingers(2, meal=BEFORE_MEAL), context=False)
        async with EngineBench(meter, limits=LIMITS) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            assert numbers(await bench.measure((GLUCOSE_METER,))) == [1, 2]

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


async def keeps_calling(bench: EngineBench, meter: SimulatedGlucoseMeter) -> None:
    """The person presses the button again whenever the link is gone."""
    while True:
        await meter.left.wait()
        bench.bluez.advertise(meter)
        await bench.bluez.confirmed()
