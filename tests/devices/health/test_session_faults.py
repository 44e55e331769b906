"""A measuring session over real bleak when instrument, adapter or bus misbehave."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    ConnectionLost,
    InstrumentNotFound,
    InstrumentRefused,
    SessionTimeout,
)
from devices.health.events import Connected, CuffPressure, Disconnected, Ended, Frame, Searching
from devices.health.session import Instruments
from devices.simulators.blood_pressure_monitor import MEASUREMENT
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import ConnectFault
from devices.simulators.private_bus import SYSTEM_BUS_VARIABLE, PrivateBus
from tests.devices.health.bench import (
    TEST_LIMITS,
    Bench,
    TestClock,
    adapter_is_back,
    quick_cuff,
    run,
    shorter,
)


def cuff_with(*faults: ConnectFault, **given: Any) -> Any:
    cuff = quick_cuff()
    cuff.faults.connect.extend(faults)
    for name, value in given.items():
        setattr(cuff.faults, name, value)
    return cuff


def test_a_connection_disturbed_twice_still_gives_the_reading() -> None:
    async def scenario() -> None:
        cuff = cuff_with(ConnectFault.ABORT_BY_LOCAL, ConnectFault.ABORT_BY_LOCAL)
        async with Bench(cuff=cuff) as bench:
            bench.press()
            report = await bench.measure()
            assert len(report.frames) == 1
            assert len(bench.listener.of(Connected)) == 1
            assert len(bench.listener.of(Disconnected)) == 1

    run(scenario())


def test_a_connection_that_hangs_is_tried_again() -> None:
    async def scenario() -> None:
        async with Bench(cuff=cuff_with(ConnectFault.HANG), limits=shorter(connect_s=1.0)) as bench:
            bench.press()
            report = await bench.measure()
            assert len(report.frames) == 1
            assert report.connections == 2

    run(scenario())


def test_a_connection_that_always_hangs_ends_after_three_tries() -> None:
    async def scenario() -> None:
        async with Bench(
            cuff=cuff_with(*[ConnectFault.HANG] * 9), limits=shorter(connect_s=0.1)
        ) as bench:
            bench.press()
            failure = await bench.fails(SessionTimeout)
            assert failure.step == "connect"
            assert failure.report.connections == 3
            await bench.instruments.disconnected()
            assert bench.called("Connect").count("Connect") == 3

    run(scenario())


def test_connecting_has_one_budget_for_all_tries() -> None:
    async def scenario() -> None:
        async with Bench(
            cuff=cuff_with(*[ConnectFault.HANG] * 9),
            limits=shorter(connect_s=0.4, connect_total_s=0.5),
        ) as bench:
            bench.press()
            failure = await bench.fails(SessionTimeout)
            assert failure.report.connections <= 2

    run(scenario())


def test_a_subscription_that_hangs_is_tried_again_on_a_new_connection() -> None:
    async def scenario() -> None:
        async with Bench(
            cuff=cuff_with(hung_subscriptions=1), limits=shorter(subscribe_s=0.3)
        ) as bench:
            bench.press()
            report = await bench.measure()
            assert len(report.frames) == 1
            assert report.connections == 2

    run(scenario())


def test_a_subscription_that_always_hangs_is_a_timeout_of_its_step() -> None:
    async def scenario() -> None:
        async with Bench(
            cuff=cuff_with(hung_subscriptions=9), limits=shorter(subscribe_s=0.1)
        ) as bench:
            bench.press()
            assert (await bench.fails(SessionTimeout)).step == "subscribe"

    run(scenario())


def test_an_instrument_that_fails_authentication_asks_for_pairing_at_once() -> None:
    async def scenario() -> None:
        async with Bench(cuff=cuff_with(ConnectFault.AUTHENTICATION_FAILED)) as bench:
            bench.press()
            failure = await bench.fails(InstrumentRefused)
            assert failure.pairing
            assert failure.report.connections == 1

    run(scenario())


def test_an_instrument_that_refuses_the_subscription_asks_for_pairing() -> None:
    async def scenario() -> None:
        async with Bench(cuff=quick_cuff(needs_pairing=True)) as bench:
            bench.press()
            assert (await bench.fails(InstrumentRefused)).pairing

    run(scenario())


def test_after_a_refusal_the_next_session_works() -> None:
    async def scenario() -> None:
        async with Bench(cuff=cuff_with(ConnectFault.AUTHENTICATION_FAILED)) as bench:
            bench.press()
            await bench.fails(InstrumentRefused)
            assert len((await bench.measure()).frames) == 1

    run(scenario())


def test_services_that_resolve_slowly_are_waited_for() -> None:
    async def scenario() -> None:
        async with Bench(cuff=cuff_with(resolve_delay_s=0.3)) as bench:
            bench.press()
            assert len((await bench.measure()).frames) == 1

    run(scenario())


def test_details_that_can_not_be_read_cost_no_reading() -> None:
    async def scenario() -> None:
        async with Bench(cuff=cuff_with(hung_reads=True), limits=shorter(read_s=0.02)) as bench:
            bench.press(seconds=0.3)
            report = await bench.measure()
            assert len(report.frames) == 1
            assert report.frames[0].device_clock_offset_s is None
            assert report.identity is not None
            assert report.identity.model is None
            assert report.identity.name == "Simulated cuff"

    run(scenario())


def test_an_instrument_that_leaves_while_measuring_is_waited_for_again() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(seconds=0.4)
            measuring = asyncio.create_task(bench.measure())
            await bench.listener.until(CuffPressure)
            bench.cuff.switch_off()
            report = await measuring
            assert len(report.frames) == 1
            assert report.connections == 2
            assert len(bench.listener.of(Searching)) == 2

    run(scenario())


def test_an_instrument_that_leaves_every_time_is_a_lost_connection() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(seconds=20)
            measuring = asyncio.create_task(bench.fails(ConnectionLost))
            for times in (1, 2, 3):
                await bench.listener.until(Connected, times)
                await bench.cuff.characteristic(MEASUREMENT).subscribed.wait()
                bench.cuff.switch_off()
                await bench.listener.until(Disconnected, times)
            assert (await measuring).report.connections == 3

    run(scenario())


def test_when_nothing_is_heard_the_time_ends_the_search() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            failure = await bench.fails(InstrumentNotFound, timeout_s=0.2)
            assert failure.report.connections == 0
            assert failure.report.ended is Ended.TIME_UP

    run(scenario())


def test_when_no_reading_comes_the_time_ends_the_session() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            await bench.instruments.start()
            bench.press(seconds=20)
            failure = await bench.fails(SessionTimeout, timeout_s=2)
            assert failure.step == "reading"
            await bench.instruments.disconnected()
            assert bench.cuff.left.is_set()

    run(scenario())


@pytest.mark.parametrize("after", [Searching, Connected, CuffPressure])
def test_the_person_can_stop_at_any_time(after: type) -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(seconds=20)
            measuring = asyncio.create_task(bench.measure())
            await bench.listener.until(after)
            bench.stop.set()
            report = await asyncio.wait_for(measuring, 10)
            assert report.ended is Ended.STOPPED
            assert report.frames == ()

    run(scenario())


def test_a_cancelled_session_still_hands_over_what_has_arrived() -> None:
    async def scenario() -> None:
        async with Bench(cuff=quick_cuff(linger_s=30), limits=shorter(quiet_s=20)) as bench:
            bench.press()
            measuring = asyncio.create_task(bench.measure())
            await bench.listener.until(Frame)
            measuring.cancel()
            with pytest.raises(asyncio.CancelledError):
                await measuring
            await asyncio.wait_for(bench.cuff.left.wait(), 10)
            assert len(bench.listener.of(Disconnected)) == 1

    run(scenario())


def test_an_adapter_that_is_off_is_said_and_scanning_resumes_when_it_is_on() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.bluez.power(False)
            failure = await bench.fails(AdapterUnavailable)
            assert failure.reason is AdapterReason.POWERED_OFF
            bench.press()
            bench.bluez.power(True)
            await adapter_is_back(bench.instruments)
            assert len((await bench.measure()).frames) == 1

    run(scenario())


def test_an_adapter_that_goes_off_while_measuring_ends_the_session_and_comes_back() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(seconds=0.5)
            measuring = asyncio.create_task(bench.fails(AdapterUnavailable))
            await bench.listener.until(CuffPressure)
            bench.bluez.power(False)
            assert (await measuring).reason is AdapterReason.POWERED_OFF
            bench.bluez.power(True)
            await adapter_is_back(bench.instruments)
            assert len((await bench.measure()).frames) == 1

    run(scenario())


def test_a_short_absence_of_the_adapter_is_not_even_noticed_by_the_person() -> None:
    async def scenario() -> None:
        async with Bench(limits=shorter(adapter_grace_s=10)) as bench:
            measuring = asyncio.create_task(bench.measure())
            await bench.listener.until(Searching)
            bench.bluez.power(False)
            bench.bluez.power(True)
            bench.press()
            assert len((await measuring).frames) == 1
            assert len(bench.listener.of(Searching)) == 2

    run(scenario())


@pytest.mark.parametrize("during", [Searching, CuffPressure])
def test_an_unplugged_adapter_is_said_and_scanning_resumes_when_it_is_plugged_in(
    during: type,
) -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            measuring = asyncio.create_task(bench.fails(AdapterUnavailable))
            if during is CuffPressure:
                bench.press(seconds=0.5)
            await bench.listener.until(during)
            bench.bluez.unplug()
            assert (await measuring).reason is AdapterReason.NO_ADAPTER
            if during is Searching:
                bench.press()
            bench.bluez.plug()
            await adapter_is_back(bench.instruments)
            assert len((await bench.measure()).frames) == 1

    run(scenario())


def test_a_frame_that_came_before_the_adapter_went_is_not_lost_with_it() -> None:
    async def scenario() -> None:
        async with Bench(cuff=quick_cuff(linger_s=30), limits=shorter(quiet_s=20)) as bench:
            bench.press()
            measuring = asyncio.create_task(bench.measure())
            await bench.listener.until(Frame)
            bench.bluez.unplug()
            report = await asyncio.wait_for(measuring, 10)
            assert len(report.frames) == 1

    run(scenario())


def test_the_pinned_adapter_is_the_only_one_that_will_do() -> None:
    async def scenario() -> None:
        async with SimulatedBluez(adapter="hci0"):
            instruments = Instruments(TestClock(), adapter="hci1", limits=TEST_LIMITS)
            async with instruments:
                assert instruments.adapter.reason is AdapterReason.NO_ADAPTER

    run(scenario())


def test_without_a_system_bus_the_person_is_told_and_it_recovers_when_the_bus_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        monkeypatch.setenv(SYSTEM_BUS_VARIABLE, f"unix:path={tmp_path / 'nothing'}")
        bench = Bench()
        failure = await bench.fails(AdapterUnavailable)
        assert failure.reason is AdapterReason.NO_SYSTEM_BUS
        async with bench:
            await adapter_is_back(bench.instruments)
            bench.press()
            assert len((await bench.measure()).frames) == 1

    run(scenario())


def test_a_system_bus_that_is_restarted_while_measuring_is_found_again() -> None:
    async def scenario() -> None:
        async with Bench() as bench:
            bench.press(seconds=20)
            measuring = asyncio.create_task(bench.fails(AdapterUnavailable))
            await bench.listener.until(CuffPressure)
            await bench.bluez.__aexit__(None, None, None)
            assert (await measuring).reason is AdapterReason.NO_SYSTEM_BUS
            bench.bluez, bench.cuff = SimulatedBluez(), quick_cuff(address="02:00:00:00:18:11")
            await bench.bluez.__aenter__()
            bench.bluez.add(bench.cuff)
            await adapter_is_back(bench.instruments)
            bench.press()
            assert len((await bench.measure()).frames) == 1

    run(scenario())


def test_a_bus_without_bluetooth_service_is_told_apart() -> None:
    async def scenario() -> None:
        bus = PrivateBus()
        bus.start()
        try:
            async with Instruments(TestClock(), limits=TEST_LIMITS) as instruments:
                assert instruments.adapter.reason is AdapterReason.NO_BLUETOOTH_SERVICE
        finally:
            bus.stop()
        assert SYSTEM_BUS_VARIABLE in os.environ

    run(scenario())
