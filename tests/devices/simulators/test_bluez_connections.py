"""Connections that fail, and what of an instrument BlueZ keeps, through real bleak."""

from __future__ import annotations

import asyncio

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakDBusError, BleakDeviceNotFoundError, BleakError

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.encoding import assigned
from devices.simulators.peripheral import ConnectFault, PairingMethod, SimulatedInstrument
from tests.devices.health.bench import nothing_left, run
from tests.devices.simulators.program import DEVICE, VALUE, Program, found, instrument


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (ConnectFault.CANCELED, BleakDBusError, "br-connection-canceled"),
        (ConnectFault.AUTHENTICATION_FAILED, BleakDBusError, "AuthenticationFailed"),
        (ConnectFault.NOT_FOUND, BleakDeviceNotFoundError, "not found"),
        (ConnectFault.DROPPED, BleakError, "device disconnected"),
    ],
)
def test_one_cause_has_several_exceptions(
    fault: ConnectFault, error: type[Exception], words: str
) -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument()
            one.faults.connect.append(fault)
            bluez.add(one)
            device = await found(bluez, one)
            with pytest.raises(error, match=words):
                await BleakClient(device).connect()
            assert bluez.knows(one) is (fault is not ConnectFault.NOT_FOUND)
            async with BleakClient(await found(bluez, one)) as client:
                assert client.is_connected
        await nothing_left()

    run(scenario())


def test_an_instrument_that_is_not_connectable_lets_the_connection_hang() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument(connectable=False)
            bluez.add(one)
            device = await found(bluez, one)
            with pytest.raises(TimeoutError):
                await BleakClient(device, timeout=0.1).connect()
            assert not one.connected.is_set()
        await nothing_left()

    run(scenario())


def test_services_stay_known_of_a_paired_instrument_only() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            stranger, friend = instrument(), instrument("02:00:00:00:00:98")
            bluez.add(stranger)
            bluez.bond(friend)
            kept = {}
            for one in (stranger, friend):
                async with BleakClient(await found(bluez, one)):
                    pass
                await one.left.wait()
                [objects] = await program.call(
                    "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"
                )
                kept[one.address] = one.characteristic(VALUE).path in objects
            assert kept == {stranger.address: False, friend.address: True}
        await nothing_left()

    run(scenario())


def test_an_instrument_heard_before_the_start_has_answered_is_heard_by_who_listens_early() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument()
            bluez.add(one)
            bluez.heard_at_start.append(one)
            # subscribes after the start: too late
            assert (
                await BleakScanner.find_device_by_filter(
                    lambda device, _: device.address == one.address, timeout=0.1
                )
                is None
            )
            bluez.forget(one)
            bluez.heard_at_start.append(one)
            heard: list[str] = []
            async with BleakScanner(lambda device, _: heard.append(device.address)):
                pass
            assert heard == [one.address]
        await nothing_left()

    run(scenario())


def test_an_advertisement_carries_service_and_maker_data() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument()
            bluez.add(one)
            heard: asyncio.Queue[AdvertisementData] = asyncio.Queue()
            async with BleakScanner(lambda device, said: heard.put_nowait(said)):
                for weight in (b"\x01", b"\x02"):
                    one.service_data[assigned(0x181D)] = weight
                    one.manufacturer_data[0x0157] = b"\xaa"
                    bluez.advertise(one)
                    said = await heard.get()
                    assert said.service_data == {assigned(0x181D): weight}
                    assert said.manufacturer_data == {0x0157: b"\xaa"}
        await nothing_left()

    run(scenario())


def test_after_the_first_connection_the_services_are_known_beside_the_advertised() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            one = instrument()
            bluez.add(one)
            device = await found(bluez, one)
            async with BleakClient(device):
                pass
            [uuids] = await program.call(
                device.details["path"],
                "org.freedesktop.DBus.Properties",
                "Get",
                "ss",
                DEVICE,
                "UUIDs",
            )
            assert assigned(0x1800) in uuids.value
        await nothing_left()

    run(scenario())


def test_an_instrument_connects_to_one_adapter_at_a_time() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            bluez.plug("hci1")
            one: SimulatedInstrument = instrument(pairing=PairingMethod.JUST_WORKS)
            bluez.add(one)
            first = await found(bluez, one, "hci0")
            second = await found(bluez, one, "hci1")
            assert first.details["path"].startswith("/org/bluez/hci0/")
            assert second.details["path"].startswith("/org/bluez/hci1/")
            async with BleakClient(second, bluez={"adapter": "hci1"}):
                with pytest.raises(Exception, match="in progress"):
                    await program.call(first.details["path"], DEVICE, "Connect")
                await program.call(first.details["path"], DEVICE, "Disconnect")
                assert one.connected.is_set()
        await nothing_left()

    run(scenario())
