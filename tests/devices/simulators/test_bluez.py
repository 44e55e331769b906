"""The simulated BlueZ by itself, as any D-Bus program sees it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakDBusError, BleakError

from devices.simulators.blood_pressure_monitor import MEASUREMENT, SimulatedReading
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.private_bus import (
    SYSTEM_BUS_VARIABLE,
    PrivateBus,
    SimulatorUnavailable,
)
from tests.devices.health.bench import nothing_left, quick_cuff, run


def test_the_system_bus_is_the_simulated_one_only_while_it_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(SYSTEM_BUS_VARIABLE, "unix:path=/nowhere")

    async def scenario() -> None:
        async with SimulatedBluez():
            assert os.environ[SYSTEM_BUS_VARIABLE] != "unix:path=/nowhere"
        assert os.environ[SYSTEM_BUS_VARIABLE] == "unix:path=/nowhere"

    run(scenario())


def test_a_machine_without_dbus_daemon_gets_a_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(SYSTEM_BUS_VARIABLE, raising=False)
    with pytest.raises(SimulatorUnavailable) as caught:
        PrivateBus().start()
    assert "dbus" in caught.value.next_step
    assert SYSTEM_BUS_VARIABLE not in os.environ


def test_a_killed_program_leaves_no_daemon_behind() -> None:
    program = (
        "import os, signal\n"
        "from devices.simulators.private_bus import PrivateBus\n"
        "PrivateBus().start()\n"
        "print(os.environ['DBUS_SYSTEM_BUS_ADDRESS'], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    folder = Path(killed.stdout.split("path=")[1].split(",")[0]).parent
    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert not folder.exists()


def test_bleak_finds_connects_subscribes_and_reads() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            cuff = quick_cuff()
            bluez.add(cuff)
            heard: asyncio.Queue[BLEDevice] = asyncio.Queue()
            frames: asyncio.Queue[bytes] = asyncio.Queue()
            async with BleakScanner(lambda device, _: heard.put_nowait(device)):
                pressed = asyncio.create_task(cuff.measure([SimulatedReading(120, 80)], 0))
                device = await heard.get()
            async with BleakClient(device) as client:
                await client.start_notify(
                    MEASUREMENT, lambda _, value: frames.put_nowait(bytes(value))
                )
                assert (await frames.get())[1] == 120
            assert await pressed
        await nothing_left()

    run(scenario())


def test_nobody_scans_with_an_adapter_that_is_off() -> None:
    async def scenario() -> None:
        async with SimulatedBluez(powered=False) as bluez:
            assert not bluez.powered
            with pytest.raises(BleakDBusError, match="NotReady"):
                await BleakScanner(bluez={"adapter": "hci0"}).start()
            bluez.power(True)
            scanner = BleakScanner(bluez={"adapter": "hci0"})
            await scanner.start()
            await scanner.stop()
        await nothing_left()

    run(scenario())


def test_an_unplugged_adapter_is_gone_for_bleak() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            bluez.unplug()
            assert not bluez.plugged
            with pytest.raises(BleakError, match="not found"):
                await BleakScanner(bluez={"adapter": "hci0"}).start()
        await nothing_left()

    run(scenario())


def test_an_instrument_that_bluez_has_forgotten_can_not_be_called() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            cuff = quick_cuff()
            bluez.add(cuff)
            heard: asyncio.Queue[BLEDevice] = asyncio.Queue()
            async with BleakScanner(lambda device, _: heard.put_nowait(device)):
                bluez.advertise(cuff)
                device = await heard.get()
            bluez.forget(cuff)
            assert not bluez.knows(cuff)
            with pytest.raises(BleakError, match="not found"):
                await BleakClient(device).connect()
        await nothing_left()

    run(scenario())


def test_a_cuff_that_nobody_answers_keeps_its_reading() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            cuff = quick_cuff(awake_s=0.05)
            bluez.add(cuff)
            assert not await cuff.measure([SimulatedReading(120, 80)], 0)
            assert len(cuff.stored) == 1

    run(scenario())
