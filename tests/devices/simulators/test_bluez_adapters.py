"""Several adapters, power over D-Bus, and discovery that is stuck."""

from __future__ import annotations

import asyncio

import pytest
from bleak import BleakScanner
from bleak.exc import BleakDBusError
from dbus_fast import Variant
from dbus_fast.errors import DBusError

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.bluez_state import Cure, PowerFault, Wedge
from tests.devices.health.bench import nothing_left, run
from tests.devices.simulators.program import ADAPTER, PROPERTIES, Program, found, instrument

HCI0 = "/org/bluez/hci0"


def test_each_adapter_is_on_off_and_unplugged_by_itself() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            bluez.plug("hci1", powered=False)
            one = instrument()
            bluez.add(one)
            with pytest.raises(BleakDBusError, match="NotReady"):
                await found(bluez, one, "hci1")
            bluez.power(True, "hci1")
            bluez.power(False)
            assert not bluez.powered
            await found(bluez, one, "hci1")
            bluez.unplug()
            assert not bluez.plugged
            [objects] = await program.call(
                "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"
            )
            assert HCI0 not in objects
            assert objects["/org/bluez/hci1"][ADAPTER]["Powered"].value
        await nothing_left()

    run(scenario())


def test_power_is_set_and_read_over_dbus_and_recorded() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            for on in (False, True):
                await program.set(HCI0, ADAPTER, "Powered", Variant("b", on))
                assert bluez.powered is on
                [value] = await program.call(HCI0, PROPERTIES, "Get", "ss", ADAPTER, "Powered")
                assert value.value is on
            assert bluez.power_requests == [("hci0", False), ("hci0", True)]
            [everything] = await program.call(HCI0, PROPERTIES, "GetAll", "s", ADAPTER)
            assert everything["Discovering"].value is False
            with pytest.raises(DBusError, match="no property"):
                await program.call(HCI0, PROPERTIES, "Get", "ss", ADAPTER, "Mood")
            with pytest.raises(DBusError, match="Address"):
                await program.set(HCI0, ADAPTER, "Address", Variant("s", "x"))

    run(scenario())


def test_power_may_be_ignored_or_blocked() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            bluez.script_power(PowerFault.IGNORED)
            await program.set(HCI0, ADAPTER, "Powered", Variant("b", False))
            assert bluez.powered
            bluez.script_power(PowerFault.BLOCKED)
            with pytest.raises(DBusError, match="rfkill"):
                await program.set(HCI0, ADAPTER, "Powered", Variant("b", False))
            assert len(bluez.power_requests) == 2

    run(scenario())


@pytest.mark.parametrize("cure", Cure)
def test_a_discovery_in_progress_for_ever_has_its_cure(cure: Cure) -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            bluez.wedge(Wedge.IN_PROGRESS, cure=cure)
            scanner = BleakScanner(bluez={"adapter": "hci0"})
            for _ in range(2):
                with pytest.raises(BleakDBusError, match="InProgress"):
                    await scanner.start()
            bluez.power(False)
            bluez.power(True)
            if cure is Cure.RESTART:
                with pytest.raises(BleakDBusError, match="InProgress"):
                    await scanner.start()
                await bluez.restart_service()
            await scanner.start()
            await scanner.stop()
        await nothing_left()

    run(scenario())


def test_a_discovery_that_hangs_answers_after_the_service_was_restarted_only() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            bluez.wedge(Wedge.HANGS, cure=Cure.RESTART)
            starting = asyncio.create_task(BleakScanner(bluez={"adapter": "hci0"}).start())
            done, _ = await asyncio.wait({starting}, timeout=0.05)
            assert not done
            await bluez.restart_service()
            with pytest.raises(BleakDBusError, match="NoReply"):
                await starting
        await nothing_left()

    run(scenario())


def test_a_discovery_that_hears_nothing_says_it_has_stopped() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            one = instrument()
            bluez.add(one)
            heard: list[str] = []
            async with BleakScanner(lambda device, _: heard.append(device.address)):
                bluez.wedge(Wedge.SILENT)
                bluez.advertise(one)
                [on] = await program.call(HCI0, PROPERTIES, "Get", "ss", ADAPTER, "Discovering")
                assert not on.value
            async with BleakScanner(lambda device, _: heard.append(device.address)):
                bluez.advertise(one)
                [on] = await program.call(HCI0, PROPERTIES, "Get", "ss", ADAPTER, "Discovering")
                assert not on.value
            assert heard == []
            bluez.power(False)
            bluez.power(True)
            await found(bluez, one)
        await nothing_left()

    run(scenario())


def test_a_program_that_leaves_the_bus_stops_searching() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program, Program() as other:
            await program.call(HCI0, ADAPTER, "StartDiscovery")
            await program.leave()
            while True:
                [on] = await other.call(HCI0, PROPERTIES, "Get", "ss", ADAPTER, "Discovering")
                if not on.value:
                    break
            one = instrument()
            bluez.add(one)
            bluez.advertise(one)
            assert not bluez.knows(one)

    run(scenario())
