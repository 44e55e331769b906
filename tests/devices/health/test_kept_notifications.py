"""Bonded instruments are listened to between sessions: over disconnections and restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from dbus_fast.aio import MessageBus

from devices.health.bluez_line import (
    ADAPTER,
    CHARACTERISTIC,
    DEVICE,
    Interfaces,
    adapter_path,
    device_path,
)
from devices.health.kept_notifications import KeptNotifications
from devices.health.limits import Limits
from devices.simulators.blood_pressure_monitor import MEASUREMENT
from devices.simulators.peripheral import PairingMethod
from tests.devices.health.bench import TEST_LIMITS, quick_cuff, run, shorter
from tests.devices.health.bluez_bench import LineBench, call, until

ONE, TWO = b"\x00\x78\x00\x50\x00\x5d\x00", b"\x00\x82\x00\x50\x00\x5d\x00"


class KeptBench(LineBench):
    """A line that keeps notifications, a cuff, and another program that connects to it."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits=limits)
        self.heard: list[tuple[str, str, bytes]] = []
        self.kept = KeptNotifications(
            self.line, frozenset({MEASUREMENT}), lambda *value: self.heard.append(value)
        )
        self.cuff = quick_cuff(pairing=PairingMethod.JUST_WORKS)
        self.program: MessageBus

    @property
    def path(self) -> str:
        return device_path("hci0", self.cuff.address)

    @property
    def standing(self) -> frozenset[tuple[str, str]]:
        return frozenset({(self.cuff.address, MEASUREMENT)})

    async def connect(self) -> None:
        """The cuff calls, and somebody connects; its characteristics are known."""
        await call(self.program, self.path, DEVICE, "Connect")
        measurement = self.cuff.characteristic(MEASUREMENT)
        await until(lambda: bool(measurement.path))

    async def connect_and_keep(self) -> None:
        await self.connect()
        await until(lambda: self.kept.kept == self.standing)

    async def leaves(self) -> None:
        self.cuff.switch_off()
        await self.cuff.left.wait()

    async def sends(self, value: bytes) -> None:
        assert self.bluez.send(self.cuff, MEASUREMENT, value)
        await self.everything_told()

    async def everything_told(self) -> None:
        """Whatever BlueZ had to say has arrived."""
        await self.bluez.confirmed()
        await self.line.call("/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")

    def subscriptions(self) -> int:
        return [member for member, _ in self.bluez.calls].count("StartNotify")


@asynccontextmanager
async def kept_bench(
    *, bonded: bool = True, limits: Limits = TEST_LIMITS
) -> AsyncIterator[KeptBench]:
    async with KeptBench(limits) as bench:
        if bonded:
            bench.bluez.bond(bench.cuff, remembered=[MEASUREMENT])
        bench.program = await bench.hear(bench.cuff)
        await bench.line.start()
        try:
            yield bench
        finally:
            await bench.kept.close()


def test_what_a_bonded_cuff_sends_at_once_after_connecting_is_heard() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            await bench.leaves()
            for value in (ONE, TWO):
                # nobody but BlueZ's kept subscription: the value comes before any new call
                await call(bench.program, bench.path, DEVICE, "Connect")
                await bench.sends(value)
                await bench.leaves()
            assert bench.heard == [
                (bench.cuff.address, MEASUREMENT, ONE),
                (bench.cuff.address, MEASUREMENT, TWO),
            ]
            assert bench.subscriptions() == 1
            assert bench.bluez.confirmed_unheard == []

    run(scenario())


def test_without_it_bluez_confirms_what_nobody_hears() -> None:
    """The fault that it is there for; when this fails, the simulated BlueZ has changed."""

    async def scenario() -> None:
        async with LineBench() as bench:
            cuff = quick_cuff()
            bench.bluez.bond(cuff, remembered=[MEASUREMENT])
            await bench.line.start()
            program = await bench.other_program()
            await call(program, device_path("hci0", cuff.address), DEVICE, "Connect")
            assert bench.bluez.send(cuff, MEASUREMENT, ONE)
            assert bench.bluez.confirmed_unheard == [(cuff.address, MEASUREMENT, ONE)]

    run(scenario())


def test_an_instrument_that_is_not_bonded_is_left_alone() -> None:
    async def scenario() -> None:
        async with kept_bench(bonded=False) as bench:
            bench.cuff.characteristic(MEASUREMENT).needs_pairing = False
            await bench.connect()
            measurement = bench.cuff.characteristic(MEASUREMENT)
            await bench.kept.refresh()
            await bench.everything_told()
            assert bench.subscriptions() == 0
            # and what another program hears of it is not passed on
            await call(bench.program, measurement.path, CHARACTERISTIC, "StartNotify")
            await bench.sends(ONE)
            assert bench.heard == []
            assert bench.kept.kept == frozenset()
            assert bench.subscriptions() == 1

    run(scenario())


def test_other_characteristics_are_left_alone() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            paths = [path for member, path in bench.bluez.calls if member == "StartNotify"]
            assert paths == [bench.cuff.characteristic(MEASUREMENT).path]

    run(scenario())


def test_a_refresh_after_pairing_begins_to_listen() -> None:
    async def scenario() -> None:
        async with kept_bench(bonded=False) as bench:
            await bench.connect()
            bench.bluez.bond(bench.cuff)
            await bench.kept.refresh()
            assert bench.kept.kept == bench.standing
            await bench.sends(ONE)
            assert bench.heard == [(bench.cuff.address, MEASUREMENT, ONE)]

    run(scenario())


@pytest.mark.parametrize("crash", [False, True])
def test_listening_is_renewed_after_bluetoothd_restarted(crash: bool) -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            await bench.bluez.restart_service(crash=crash)
            await until(lambda: bench.kept.kept == frozenset())
            await bench.connect_and_keep()
            await bench.sends(ONE)
            assert bench.heard == [(bench.cuff.address, MEASUREMENT, ONE)]

    run(scenario())


def test_listening_is_renewed_after_the_bus_was_lost() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            await bench.bluez.lose_bus()
            await until(lambda: bench.kept.kept == frozenset())
            await bench.bluez.regain_bus()
            bench.program = await bench.other_program()
            await bench.connect_and_keep()
            await bench.sends(ONE)
            assert bench.heard == [(bench.cuff.address, MEASUREMENT, ONE)]

    run(scenario())


def test_what_bluez_keeps_of_an_earlier_start_is_listened_to_at_once() -> None:
    async def scenario() -> None:
        async with KeptBench(TEST_LIMITS) as bench:
            bench.bluez.bond(bench.cuff)
            bench.program = await bench.other_program()
            await bench.connect()
            await bench.leaves()  # its characteristics stay, for it is bonded
            await bench.line.start()
            await until(lambda: bench.kept.kept == bench.standing)
            await call(bench.program, bench.path, DEVICE, "Connect")
            await bench.sends(ONE)
            assert bench.heard == [(bench.cuff.address, MEASUREMENT, ONE)]
            await bench.kept.close()

    run(scenario())


def test_a_forgotten_instrument_is_no_longer_listened_to() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            await call(
                bench.program,
                adapter_path("hci0"),
                ADAPTER,
                "RemoveDevice",
                bench.path,
                signature="o",
            )
            await bench.everything_told()
            assert bench.kept.kept == frozenset()
            # and when it comes again, it is a stranger
            bench.cuff.characteristic(MEASUREMENT).needs_pairing = False
            bench.bluez.advertise(bench.cuff)
            await bench.connect()
            await bench.everything_told()
            assert bench.subscriptions() == 1

    run(scenario())


def test_an_instrument_whose_bond_was_lost_is_no_longer_listened_to() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            objects = bench.line.objects

            async def unbonded() -> Mapping[str, Interfaces]:
                known = {path: dict(one) for path, one in (await objects()).items()}
                known[bench.path][DEVICE] = {"Address": bench.cuff.address, "Bonded": False}
                return known

            bench.line.objects = unbonded  # type: ignore[method-assign]
            await bench.kept.refresh()
            assert bench.kept.kept == frozenset()
            await bench.sends(ONE)
            assert bench.heard == []

    run(scenario())


def test_an_adapter_that_is_pulled_out_and_plugged_in_is_listened_to_again() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            bench.bluez.unplug()
            await until(lambda: bench.kept.kept == frozenset())
            bench.bluez.plug()
            await bench.everything_told()
            await bench.connect_and_keep()

    run(scenario())


def test_a_subscription_that_hangs_is_given_up_and_made_when_somebody_else_can() -> None:
    async def scenario() -> None:
        async with kept_bench(limits=shorter(bus_call_s=0.05)) as bench:
            bench.cuff.faults.hung_subscriptions = 1
            await bench.connect()
            await until(lambda: bench.subscriptions() == 1)
            await bench.kept.refresh()  # returns: the time limit ended it
            assert bench.kept.kept == frozenset()
            path = bench.cuff.characteristic(MEASUREMENT).path
            await call(bench.program, path, CHARACTERISTIC, "StartNotify")
            await until(lambda: bench.kept.kept == bench.standing)

    run(scenario())


def test_a_subscription_that_is_refused_is_not_asked_for_again_and_again() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            bench.cuff.faults.att_errors[MEASUREMENT] = [0x80] * 5
            await bench.connect()
            await until(lambda: bench.subscriptions() == 1)
            for _ in range(3):
                await bench.everything_told()
            assert bench.subscriptions() == 1
            assert bench.kept.kept == frozenset()
            await bench.kept.refresh()
            assert bench.subscriptions() == 2

    run(scenario())


def test_values_come_twice_while_another_program_listens_too() -> None:
    """BlueZ tells each listener's share to all: the session collapses them."""

    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            path = bench.cuff.characteristic(MEASUREMENT).path
            await call(bench.program, path, CHARACTERISTIC, "StartNotify")
            await bench.sends(ONE)
            assert bench.heard == [(bench.cuff.address, MEASUREMENT, ONE)] * 2

    run(scenario())


def test_a_burst_is_heard_in_order() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.connect_and_keep()
            frames = [bytes((0, number)) for number in range(256)]
            for frame in frames:
                assert await bench.cuff.deliver(MEASUREMENT, frame)
            await bench.everything_told()
            assert [value for _, _, value in bench.heard] == frames

    run(scenario())


def test_a_refresh_without_bluetoothd_does_nothing() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            await bench.bluez.stop_service()
            await bench.kept.refresh()
            assert bench.kept.kept == frozenset()

    run(scenario())


def test_closing_ends_what_is_being_asked() -> None:
    async def scenario() -> None:
        async with kept_bench() as bench:
            bench.cuff.faults.hung_subscriptions = 1
            await bench.connect()
            await until(lambda: bench.subscriptions() == 1)
            await bench.kept.close()
            assert bench.kept.kept == frozenset()

    run(scenario())
