"""Adapters and services that come and go under a session, several adapters, stuck ones."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from dbus_fast import BusType
from dbus_fast.aio import MessageBus

from devices.health.bluez_host import BluezHost
from devices.health.bluez_line import ADAPTER, DEVICE, device_path
from devices.health.errors import AdapterReason, AdapterUnavailable
from devices.health.events import CuffPressure, Searching
from devices.health.gatt import BLOOD_PRESSURE
from devices.health.session import Instruments
from devices.simulators.bluez_state import Cure, Wedge
from devices.simulators.peripheral import ConnectFault
from tests.devices.health.bench import (
    READING,
    TEST_LIMITS,
    TestClock,
    adapter_is_back,
    quick_cuff,
    run,
    shorter,
)
from tests.devices.health.bluez_bench import call
from tests.devices.health.engine_bench import EngineBench

PATIENT = shorter(adapter_grace_s=10)
BP = (BLOOD_PRESSURE,)


async def hangs_in_connect(bench: EngineBench) -> None:
    while not bench.called("Connect"):
        await asyncio.sleep(0.005)


def test_an_adapter_that_goes_off_and_on_ends_the_connect_that_nobody_will_answer() -> None:
    """BlueZ 5.82 never answers a Connect() that was in flight; bleak waits its whole 20 s."""

    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.connect.append(ConnectFault.HANG)
        async with EngineBench(cuff, limits=PATIENT) as bench:
            bench.meanwhile(cuff.measure([READING], 0.05))
            measuring = asyncio.create_task(bench.measure(BP, timeout_s=8))
            await hangs_in_connect(bench)
            bench.bluez.power(False)
            bench.bluez.power(True)
            assert len((await measuring).frames) == 1

    run(scenario())


@pytest.mark.parametrize("pinned", [None, "hci1"])
def test_of_two_adapters_the_lowest_is_used_or_the_pinned_one(pinned: str | None) -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff, adapter=pinned) as bench:
            bench.bluez.plug("hci1")
            bench.meanwhile(cuff.measure([READING], 0.05))
            assert len((await bench.measure(BP)).frames) == 1
            used = {path.split("/")[3] for member, path in bench.bluez.calls if member == "Connect"}
            assert used == {pinned or "hci0"}

    run(scenario())


def test_a_session_goes_on_with_the_other_adapter_when_one_is_pulled_out() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff, limits=PATIENT) as bench:
            bench.bluez.plug("hci1")
            bench.meanwhile(cuff.measure([READING], 0.3))
            measuring = asyncio.create_task(bench.measure(BP))
            await bench.listener.until(CuffPressure)
            bench.bluez.unplug("hci0")
            report = await measuring
            assert len(report.frames) == 1
            assert bench.instruments.adapter.name == "hci1"

    run(scenario())


def test_what_an_adapter_heard_before_it_was_pulled_out_is_not_called_through_the_other() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff, limits=PATIENT) as bench:
            bench.bluez.plug("hci1")
            await bench.ready()
            bench.bluez.advertise(cuff)
            while not bench.instruments._scanner._sightings:
                await asyncio.sleep(0.005)
            bench.bluez.unplug("hci0")
            await bench.instruments._host.adapters.until(lambda state: state.name == "hci1")
            while bench.called("StartDiscovery").count("StartDiscovery") < 2:
                await asyncio.sleep(0.005)
            bench.meanwhile(cuff.measure([READING], 0.05))
            report = await bench.measure(BP)
            assert (len(report.frames), report.connections) == (1, 1)

    run(scenario())


def test_the_pinned_adapter_is_waited_for_and_said_to_be_missing() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff, adapter="hci1") as bench:
            failure = await bench.fails(AdapterUnavailable, kinds=BP)
            assert failure.reason is AdapterReason.NO_ADAPTER
            bench.bluez.plug("hci1")
            await adapter_is_back(bench.instruments)
            bench.meanwhile(cuff.measure([READING], 0.05))
            assert len((await bench.measure(BP)).frames) == 1

    run(scenario())


@pytest.mark.parametrize("crash", [False, True])
def test_a_restart_of_bluetoothd_in_a_session_costs_no_reading(crash: bool) -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff, limits=PATIENT) as bench:
            bench.meanwhile(cuff.measure([READING], 0.4))
            measuring = asyncio.create_task(bench.measure(BP))
            await bench.listener.until(CuffPressure)
            await bench.bluez.restart_service(crash=crash)
            assert len((await measuring).frames) == 1

    run(scenario())


def test_a_restart_of_bluetoothd_that_takes_too_long_is_said() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            measuring = asyncio.create_task(bench.fails(AdapterUnavailable, kinds=BP))
            await bench.listener.until(Searching)
            await bench.bluez.stop_service()
            assert (await measuring).reason is AdapterReason.NO_BLUETOOTH_SERVICE
            await bench.bluez.start_service()
            await adapter_is_back(bench.instruments)
            bench.meanwhile(cuff.measure([READING], 0.05))
            assert len((await bench.measure(BP)).frames) == 1

    run(scenario())


@pytest.mark.parametrize("what", ["bluetoothd", "bluetoothd crashes", "the bus"])
def test_a_restart_between_two_sessions_is_not_noticed(what: str) -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff, limits=PATIENT) as bench:
            for _ in range(2):
                bench.meanwhile(cuff.measure([READING], 0.05))
                assert len((await bench.measure(BP)).frames) == 1
                await bench.instruments.disconnected()
                if what == "the bus":
                    await bench.bluez.lose_bus()
                    await bench.bluez.regain_bus()
                else:
                    await bench.bluez.restart_service(crash=what != "bluetoothd")

    run(scenario())


def test_a_stuck_adapter_is_said_to_be_stuck_and_not_that_nothing_was_heard() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        limits = shorter(power_cycle_after=2, restart_after=99, retry_longest_s=0.02)
        async with EngineBench(cuff, limits=limits) as bench:
            bench.bluez.wedge(Wedge.IN_PROGRESS, cure=Cure.RESTART)
            await bench.instruments.start()
            await bench.instruments._host.adapters.until(lambda state: state.stuck)
            failure = await bench.fails(AdapterUnavailable, kinds=BP)
            assert failure.reason is AdapterReason.STUCK

    run(scenario())


def test_an_adapter_that_gets_stuck_in_the_search_is_said_when_the_time_is_up() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        limits = shorter(
            power_cycle_after=1,
            restart_after=99,
            retry_longest_s=0.02,
            rescan_every_s=0.1,
            adapter_grace_s=20,
        )
        async with EngineBench(cuff, limits=limits) as bench:
            await bench.ready()
            measuring = asyncio.create_task(bench.fails(AdapterUnavailable, kinds=BP, timeout_s=1))
            await bench.listener.until(Searching)
            bench.bluez.wedge(Wedge.IN_PROGRESS, cure=Cure.RESTART)
            assert (await measuring).reason is AdapterReason.STUCK

    run(scenario())


@pytest.mark.parametrize(
    ("wedge", "cure"),
    [
        (Wedge.IN_PROGRESS, Cure.POWER_CYCLE),
        (Wedge.IN_PROGRESS, Cure.RESTART),
        (Wedge.HANGS, Cure.POWER_CYCLE),
        (Wedge.SILENT, Cure.POWER_CYCLE),
    ],
)
def test_a_stuck_discovery_is_cured_while_the_person_waits(wedge: Wedge, cure: Cure) -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        limits = shorter(
            power_cycle_after=2,
            restart_after=3,
            retry_longest_s=0.05,
            bus_call_s=1,
            discovery_gap_s=0.05,
            adapter_grace_s=20,
        )
        async with EngineBench(cuff, limits=limits) as bench:
            bench.bluez.wedge(wedge, cure=cure)
            bench.meanwhile(cuff.measure([READING], 0.05))
            assert len((await bench.measure(BP)).frames) == 1

    run(scenario())


@pytest.mark.parametrize("alone", [True, False])
def test_a_connection_that_a_killed_program_has_left_is_ended_by_who_is_alone(alone: bool) -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            bench.instruments = Instruments(TestClock(), limits=TEST_LIMITS, alone=alone)
            other = await MessageBus(bus_type=BusType.SYSTEM).connect()
            await call(other, "/org/bluez/hci0", ADAPTER, "StartDiscovery")
            bench.bluez.advertise(cuff)
            await call(other, device_path("hci0", cuff.address), DEVICE, "Connect")
            await bench.instruments.start()
            assert cuff.left.is_set() is alone
            other.disconnect()
            await other.wait_for_disconnect()

    run(scenario())


def test_a_fault_of_a_library_does_not_end_scanning_for_good(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Host(BluezHost):
        faults = 2

        def new_scanner(self, adapter: str, services: Any, on_heard: Any) -> Any:
            if self.faults:
                self.faults -= 1
                raise RuntimeError("a fault that nobody thought of")
            return super().new_scanner(adapter, services, on_heard)

    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            host = Host(None, TEST_LIMITS, frozenset())
            bench.instruments = Instruments(TestClock(), limits=TEST_LIMITS, host=host)
            bench.meanwhile(cuff.measure([READING], 0.05))
            assert len((await bench.measure(BP)).frames) == 1

    with caplog.at_level(logging.ERROR):
        run(scenario())
    assert "nobody thought of" in caplog.text


def test_a_client_that_can_not_be_made_leaves_the_scanner_running() -> None:
    class Host(BluezHost):
        faults = 1

        def new_client(self, *given: Any) -> Any:
            if self.faults:
                self.faults -= 1
                raise RuntimeError("a fault that nobody thought of")
            return super().new_client(*given)

    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            host = Host(None, TEST_LIMITS, frozenset())
            bench.instruments = Instruments(TestClock(), limits=TEST_LIMITS, host=host)
            bench.meanwhile(cuff.measure([READING], 0.05))
            with pytest.raises(RuntimeError):
                await bench.measure(BP)
            assert len((await bench.measure(BP)).frames) == 1

    run(scenario())
