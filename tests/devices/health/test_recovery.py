"""A stuck adapter: said, turned off and on, restarted; never when the cause is another one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bleak import BleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)
from dbus_fast.errors import DBusError

from devices.health.adapter_state import AdapterState
from devices.health.errors import AdapterReason
from devices.health.limits import Limits
from devices.health.recovery import Recovery
from devices.simulators.bluez_state import Cure, PowerFault, Wedge
from devices.simulators.simulated_systemd import Refusal
from tests.devices.health.bench import TEST_LIMITS, run, shorter
from tests.devices.health.bluez_bench import LineBench, until

STUCK = BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"])
OFF_AND_ON = [("hci0", False), ("hci0", True)]


class RecoveryBench(LineBench):
    """A recovery, and what the adapter's state was over time."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits=limits)
        self.recovery = Recovery(self.line, self.adapters, limits)
        self.states: list[AdapterState] = []

    async def watch(self) -> None:
        while True:
            self.states.append(now := self.adapters.state)
            await self.adapters.until(lambda state: state != now)

    async def fail(self, times: int = 1, error: Exception = STUCK) -> None:
        for _ in range(times):
            await self.recovery.scan_failed("hci0", error)

    @property
    def cycles(self) -> int:
        """How often the adapter was turned off and on."""
        requests = self.bluez.power_requests
        assert requests == OFF_AND_ON * (len(requests) // 2)
        return len(requests) // 2


@asynccontextmanager
async def recovery_bench(limits: Limits = TEST_LIMITS) -> AsyncIterator[RecoveryBench]:
    async with RecoveryBench(limits) as bench:
        await bench.line.start()
        watching = asyncio.create_task(bench.watch())
        try:
            yield bench
        finally:
            watching.cancel()
            await asyncio.wait({watching})


def test_two_failed_scans_are_nothing_yet() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(2)
            assert bench.cycles == 0
            assert not bench.adapters.state.stuck

    run(scenario())


def test_three_failed_scans_in_a_row_are_said_and_the_adapter_is_turned_off_and_on() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(3)
            assert bench.cycles == 1
            assert bench.bluez.powered
            assert bench.adapters.state.name == "hci0"
            assert bench.adapters.state.stuck

    run(scenario())


def test_while_the_kiosk_turns_it_off_and_on_nobody_is_told_to_turn_it_on() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(3)
            await until(lambda: bench.states[-1] == bench.adapters.state)
            seen = [(state.name, state.reason, state.stuck) for state in bench.states]
            assert seen == [
                ("hci0", None, True),
                (None, AdapterReason.STUCK, False),
                ("hci0", None, True),
            ]

    run(scenario())


def test_a_scan_that_starts_ends_the_trouble_and_the_count() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(2)
            bench.recovery.scan_started("hci0")
            await bench.fail(2)
            assert bench.cycles == 0
            await bench.fail(1)
            assert (bench.cycles, bench.adapters.state.stuck) == (1, True)
            bench.recovery.scan_started("hci0")
            assert not bench.adapters.state.stuck
            await bench.fail(2)
            assert bench.cycles == 1

    run(scenario())


@pytest.mark.parametrize(
    "plain",
    [
        BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF),
        BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]),
        BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["no bluetoothd"]),
        DBusError("org.freedesktop.DBus.Error.AccessDenied", "not for you"),
        ConnectionError("no bus"),
        EOFError(),
    ],
    ids=repr,
)
def test_another_cause_is_no_reason_to_touch_the_adapter(plain: Exception) -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(9, plain)
            assert bench.bluez.power_requests == []
            assert bench.bluez.systemd.asked == []
            assert not bench.adapters.state.stuck

    run(scenario())


@pytest.mark.parametrize(
    "stuck",
    [
        STUCK,
        TimeoutError(),
        BleakError("the scan ended by itself"),
        DBusError("org.bluez.Error.Failed", "Failed"),
    ],
    ids=repr,
)
def test_whatever_has_no_plain_cause_is_an_adapter_that_is_stuck(stuck: Exception) -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(3, stuck)
            assert bench.cycles == 1

    run(scenario())


@pytest.mark.parametrize("how", ["off", "gone"])
def test_an_adapter_that_a_person_turned_off_or_pulled_out_is_left_alone(how: str) -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(2)
            if how == "off":
                bench.bluez.power(False)
            else:
                bench.bluez.unplug()
            await bench.adapters.until(lambda state: state.name is None)
            await bench.fail(5)
            assert bench.bluez.power_requests == []
            assert bench.adapters.state.reason in {
                AdapterReason.POWERED_OFF,
                AdapterReason.NO_ADAPTER,
            }

    run(scenario())


def test_after_six_failures_systemd_is_asked_and_bluetoothd_comes_back() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.fail(5)
            assert bench.bluez.systemd.asked == []
            turn = bench.adapters.state.turn
            await bench.fail(1)
            assert bench.bluez.systemd.asked == [("bluetooth.service", "replace")]
            await bench.adapters.until(lambda state: state.turn > turn and state.name is not None)
            assert bench.cycles == 3
            assert bench.adapters.state.stuck  # no scan has shown that it works

    run(scenario())


def test_no_new_scan_runs_into_a_restart_that_has_only_been_promised() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            restart, let_it = bench.bluez.systemd._restart_bluetooth, asyncio.Event()

            async def later() -> None:
                await let_it.wait()
                await restart()

            bench.bluez.systemd._restart_bluetooth = later
            await bench.fail(5)
            failing = asyncio.create_task(bench.fail(1))
            await until(lambda: bool(bench.bluez.systemd.asked))
            await bench.line.objects()  # the promise has come too
            assert not failing.done()
            let_it.set()
            await failing

    run(scenario())


def test_when_neither_helps_both_go_on_by_turns_at_growing_intervals() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            attempts = []
            for failure in range(1, 80):
                before = (bench.cycles, len(bench.bluez.systemd.asked))
                await bench.adapters.until(lambda state: state.name is not None)
                await bench.fail(1)
                after = (bench.cycles, len(bench.bluez.systemd.asked))
                if after[0] > before[0]:
                    attempts.append((failure, "cycle"))
                if after[1] > before[1]:
                    attempts.append((failure, "restart"))
            assert attempts == [
                (3, "cycle"),
                (4, "cycle"),
                (5, "cycle"),
                (6, "restart"),
                (7, "cycle"),
                (9, "restart"),
                (13, "cycle"),
                (21, "restart"),
                (37, "cycle"),
                (53, "restart"),
                (69, "cycle"),
            ]

    run(scenario())


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_restart_that_is_refused_is_logged_once_and_power_cycles_go_on(
    refusal: Refusal, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            bench.bluez.systemd.refusal = refusal
            await bench.fail(13)
            assert len(bench.bluez.systemd.asked) == 1
            assert bench.cycles == 3 + 4  # and after 6, 7, 9 and 13 failures
            # the next trouble asks again: a technician may have installed the rule
            bench.recovery.scan_started("hci0")
            await bench.fail(6)
            assert len(bench.bluez.systemd.asked) == 2

    run(scenario())
    refused = [record for record in caplog.records if "may not restart" in record.message]
    assert len(refused) == 2
    assert all(record.levelno == logging.WARNING for record in refused)


def test_without_systemd_power_cycles_go_on() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            await bench.bluez.systemd.stop()
            await bench.fail(7)
            assert bench.cycles == 5

    run(scenario())


def test_an_adapter_that_can_not_be_turned_off_is_told_to_be_on_all_the_same() -> None:
    async def scenario() -> None:
        async with recovery_bench(shorter(bus_call_s=0.05)) as bench:
            bench.bluez.script_power(PowerFault.IGNORED)
            await bench.fail(3)
            assert bench.cycles == 1
            assert bench.adapters.state.stuck

    run(scenario())


def test_a_bluez_that_is_just_switching_is_asked_again() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            set_property, busy = bench.line.set_property, [True, True]

            async def busy_at_first(*asked: Any) -> None:
                if busy:
                    busy.pop()
                    raise DBusError("org.bluez.Error.Busy", "")
                await set_property(*asked)

            bench.line.set_property = busy_at_first  # type: ignore[method-assign]
            await bench.fail(3)
            assert bench.cycles == 1

    run(scenario())


def test_an_adapter_that_rfkill_blocks_is_no_reason_to_stop_trying() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            bench.bluez.script_power(PowerFault.BLOCKED)
            await bench.fail(4)
            assert bench.cycles == 2

    run(scenario())


def test_the_adapter_is_turned_on_when_it_is_really_off_and_no_earlier() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            bench.bluez.script_power(PowerFault.IGNORED)  # it takes its time
            await bench.fail(2)
            failing = asyncio.create_task(bench.fail(1))
            await until(lambda: bool(bench.bluez.power_requests))
            await bench.line.objects()  # the answer to the first request has come too
            assert bench.bluez.power_requests == OFF_AND_ON[:1]
            bench.bluez.power(False)
            await until(lambda: bench.bluez.power_requests == OFF_AND_ON)
            assert not failing.done()
            bench.bluez.power(True)
            await failing

    run(scenario())


def test_an_adapter_that_does_not_come_on_again_is_said_to_be_off() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            bench.bluez.script_power(PowerFault.IGNORED)
            await bench.fail(2)
            failing = asyncio.create_task(bench.fail(1))
            await until(lambda: bool(bench.bluez.power_requests))
            bench.bluez.script_power(PowerFault.BLOCKED)
            bench.bluez.power(False)
            await failing
            assert bench.adapters.state.reason is AdapterReason.POWERED_OFF
            bench.bluez.power(True)
            state = await bench.adapters.until(lambda state: state.name is not None)
            assert state.stuck

    run(scenario())


def test_a_kiosk_that_is_closed_in_the_middle_never_leaves_the_adapter_off() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            bench.bluez.script_power(PowerFault.IGNORED)
            await bench.fail(2)
            failing = asyncio.create_task(bench.fail(1))
            await until(lambda: bool(bench.bluez.power_requests))
            failing.cancel()
            await asyncio.wait({failing})
            assert bench.bluez.power_requests == OFF_AND_ON

    run(scenario())


def test_another_adapter_is_used_while_the_first_is_off_and_has_a_count_of_its_own() -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            bench.bluez.plug("hci1")
            await bench.fail(3)
            assert bench.cycles == 1
            assert bench.adapters.state.name == "hci1"
            assert not bench.adapters.state.stuck
            await bench.recovery.scan_failed("hci1", STUCK)
            await bench.recovery.scan_failed("hci1", STUCK)
            assert bench.cycles == 1
            await bench.recovery.scan_failed("hci1", STUCK)
            assert bench.bluez.power_requests[2:] == [("hci1", False), ("hci1", True)]

    run(scenario())


@pytest.mark.parametrize(
    ("wedge", "cure", "failures"),
    [
        (Wedge.IN_PROGRESS, Cure.POWER_CYCLE, 3),
        (Wedge.HANGS, Cure.POWER_CYCLE, 3),
        (Wedge.IN_PROGRESS, Cure.RESTART, 6),
        (Wedge.HANGS, Cure.RESTART, 6),
    ],
)
def test_a_wedged_discovery_is_cured_and_bleak_scans_again(
    wedge: Wedge, cure: Cure, failures: int
) -> None:
    async def scenario() -> None:
        async with recovery_bench() as bench:
            bench.bluez.wedge(wedge, cure=cure)
            failed = 0
            while failed < 20:
                await bench.adapters.until(lambda state: state.name is not None)
                scanner = BleakScanner(bluez={"adapter": "hci0"})
                try:
                    async with asyncio.timeout(0.2):
                        await scanner.start()
                except (BleakError, TimeoutError) as error:
                    failed += 1
                    await bench.fail(1, error)
                else:
                    bench.recovery.scan_started("hci0")
                    await scanner.stop()
                    break
            assert failed == failures
            assert not bench.adapters.state.stuck

    run(scenario())


def test_a_scan_that_died_in_silence_is_noticed() -> None:
    async def scenario() -> None:
        async with recovery_bench(shorter(discovery_gap_s=0.02)) as bench:
            scanner = BleakScanner(bluez={"adapter": "hci0"})
            await scanner.start()
            await bench.adapters.until_discovering("hci0")
            died = asyncio.create_task(bench.adapters.until_scan_died("hci0"))
            bench.bluez.wedge(Wedge.SILENT)
            await died
            await scanner.stop()

    run(scenario())


def test_a_short_gap_is_no_death_of_a_scan() -> None:
    async def scenario() -> None:
        async with recovery_bench(shorter(discovery_gap_s=50)) as bench:
            scanner = BleakScanner(bluez={"adapter": "hci0"})
            await scanner.start()
            await bench.adapters.until_discovering("hci0")
            died = asyncio.create_task(bench.adapters.until_scan_died("hci0"))
            bench.bluez.wedge(Wedge.SILENT)
            await bench.adapters.until_discovery_stops("hci0")
            bench.bluez.wedge(None)
            await scanner.stop()
            await scanner.start()
            await bench.adapters.until_discovering("hci0")
            assert not died.done()
            died.cancel()
            await scanner.stop()

    run(scenario())
