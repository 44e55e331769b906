"""Glucose meters through the session engine: every stored record, asked for by RACP."""

from __future__ import annotations

from decimal import Decimal

import pytest

from devices.health.decoding import decode
from devices.health.events import (
    Ended,
    Frame,
    InstrumentIdentity,
)
from devices.health.gatt import GLUCOSE_METER
from devices.simulators.glucose_meter import (
    AFTER_MEAL,
    BEFORE_MEAL,
    SimulatedGlucose,
)
from devices.simulators.record_access import RecordFaults
from tests.devices.health.bench import run
from tests.devices.health.engine_bench import EngineBench, raws
from tests.devices.health.meters import (
    ALL,
    LIMITS,
    fingers,
    from_number,
    meter_with,
    newest,
    numbers,
)


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
            await bench.instruments.disconnected()
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
            await bench.instruments.disconnected()
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
            await bench.instruments.disconnected()
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
            await bench.instruments.disconnected()
            bench.meanwhile(meter.connect_to_kiosk())
            second = await bench.measure((GLUCOSE_METER,), last_known=lambda _: known)
            assert numbers(second) == [1, 2, 3, 4]
            assert meter.record_access.asked == [ALL, from_number(4), ALL]

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
