"""bluetoothd, systemd and the D-Bus daemon of the simulation, going away and coming back."""

from __future__ import annotations

import asyncio
import gc
import os
import select

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakDBusError
from dbus_fast.errors import DBusError

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.private_bus import SYSTEM_BUS_VARIABLE
from devices.simulators.simulated_systemd import MANAGER, MANAGER_PATH, Refusal
from tests.devices.health.bench import loop_complaints, nothing_left, run
from tests.devices.simulators.program import Program, found, instrument

OBJECTS = "org.freedesktop.DBus.ObjectManager"
RESTART = (MANAGER_PATH, MANAGER, "RestartUnit", "ss")


@pytest.mark.parametrize("crash", [False, True])
def test_a_restart_of_the_service_forgets_all_but_bonds(crash: bool) -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one, bonded = instrument(), instrument("02:00:00:00:00:98")
            bluez.add(one)
            bluez.bond(bonded)
            gone = asyncio.Event()
            client = BleakClient(await found(bluez, one), lambda _: gone.set())
            await client.connect()
            scanner = BleakScanner()
            await scanner.start()
            await bluez.restart_service(crash=crash)
            assert one.left.is_set()
            assert not bluez.knows(one)
            assert bluez.knows(bonded)
            bluez.advertise(one)
            assert not bluez.knows(one)  # nobody searches any more
            with pytest.raises(BleakDBusError, match="No discovery started"):
                await scanner.stop()
            if crash:  # then bleak has been told of nothing
                assert not gone.is_set()
                with pytest.raises(BleakDBusError):
                    await client.disconnect()
            await gone.wait()
        await nothing_left()

    run(scenario())


def test_a_question_that_arrives_as_the_service_ends_is_not_answered() -> None:
    async def scenario() -> None:
        complaints = loop_complaints()
        async with SimulatedBluez() as bluez, Program() as program:
            question = asyncio.create_task(program.call("/", OBJECTS, "GetManagedObjects"))
            await asyncio.sleep(0)  # sent; without the loop, only the daemon's process goes on
            assert bluez._bus is not None
            select.select([bluez._bus._sock], [], [], 10)
            await bluez.stop_service(crash=True)
            with pytest.raises(DBusError):
                await question
        await nothing_left()
        gc.collect()
        assert complaints == []

    run(scenario())


def test_systemd_restarts_bluetooth_when_asked() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            one = instrument()
            bluez.add(one)
            await found(bluez, one)
            [job] = await program.call(*RESTART, "bluetooth.service", "replace")
            assert job.startswith("/org/freedesktop/systemd1/job/")
            assert bluez.systemd.asked == [("bluetooth.service", "replace")]
            while bluez.knows(one):
                await asyncio.sleep(0.001)
            await program.job_done.wait()
            await found(bluez, one)
        await nothing_left()

    run(scenario())


@pytest.mark.parametrize("refusal", Refusal)
def test_systemd_may_refuse(refusal: Refusal) -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            bluez.systemd.refusal = refusal
            with pytest.raises(DBusError) as caught:
                await program.call(*RESTART, "bluetooth.service", "replace")
            assert caught.value.type == refusal
            bluez.systemd.refusal = None
            with pytest.raises(DBusError, match="not found"):
                await program.call(*RESTART, "kettle.service", "replace")

    run(scenario())


def test_the_bus_dies_and_comes_back_under_the_same_address() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument()
            bluez.bond(one)
            address = os.environ[SYSTEM_BUS_VARIABLE]
            gone = asyncio.Event()
            client = BleakClient(await found(bluez, one), lambda _: gone.set())
            await client.connect()
            await bluez.lose_bus()
            await gone.wait()
            with pytest.raises((OSError, EOFError)):
                await Program().__aenter__()
            await bluez.regain_bus()
            assert os.environ[SYSTEM_BUS_VARIABLE] == address
            assert bluez.is_bonded(one)
            async with BleakClient(await found(bluez, one)) as again:
                assert again.is_connected
            async with Program() as program:
                await program.call(*RESTART, "bluetooth.service", "replace")
        await nothing_left()

    run(scenario())
