"""Reads, writes and their errors in the simulated BlueZ, through real bleak."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from bleak import BleakClient
from bleak.exc import BleakDBusError, BleakGATTProtocolError

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import AttError, SimulatedInstrument
from tests.devices.health.bench import nothing_left, run
from tests.devices.simulators.program import OTHER, VALUE, found, instrument


def scene(act: Callable[[SimulatedBluez, SimulatedInstrument, BleakClient], Any]) -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument()
            bluez.add(one)
            async with BleakClient(await found(bluez, one)) as client:
                await act(bluez, one, client)
        await nothing_left()

    run(scenario())


def test_a_write_reaches_the_instrument_before_it_returns() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        answered: list[bytes] = []

        async def on_write(value: bytes) -> None:
            await asyncio.sleep(0)
            answered.append(value)

        one.characteristic(OTHER).on_write = on_write
        await client.write_gatt_char(OTHER, b"\x01\x02", response=True)
        assert answered == [b"\x01\x02"]
        assert one.writes == [(OTHER, b"\x01\x02")]

    scene(act)


@pytest.mark.parametrize("code", [0x03, 0x08, 0x0D, 0x11, 0x80, 0x81, 0xFD, 0xFE])
def test_an_att_error_of_a_write_is_the_one_bleak_reads(code: int) -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        def refuse(value: bytes) -> None:
            raise AttError(code)

        one.characteristic(OTHER).on_write = refuse
        with pytest.raises(BleakGATTProtocolError) as caught:
            await client.write_gatt_char(OTHER, b"\x01", response=True)
        assert int(caught.value.code) == code
        await client.write_gatt_char(OTHER, b"\x01", response=False)  # a command has no answer

    scene(act)


def test_att_errors_of_the_script_are_used_up_one_by_one() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        one.faults.att_errors[OTHER] = [0x80, 0x81]
        one.faults.att_errors[VALUE] = [0x11]
        for code in (0x80, 0x81):
            with pytest.raises(BleakGATTProtocolError) as caught:
                await client.read_gatt_char(OTHER)
            assert int(caught.value.code) == code
        assert await client.read_gatt_char(OTHER) == b"\x07"
        with pytest.raises(BleakGATTProtocolError):
            await client.start_notify(VALUE, lambda *_: None)
        await client.start_notify(VALUE, lambda *_: None)

    scene(act)


def test_a_value_that_can_not_be_read_or_written_says_so() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        with pytest.raises(BleakGATTProtocolError) as caught:
            await client.read_gatt_char(VALUE)
        assert int(caught.value.code) == 0x02
        with pytest.raises(BleakGATTProtocolError) as caught:
            await client.write_gatt_char(VALUE, b"\x01", response=True)
        assert int(caught.value.code) == 0x06

    scene(act)


def test_a_read_during_a_subscription_is_heard_as_a_value_too() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        heard: list[bytes] = []
        await client.start_notify(OTHER, lambda _, value: heard.append(bytes(value)))
        assert await client.read_gatt_char(OTHER) == b"\x07"
        while not heard:
            await asyncio.sleep(0.001)
        assert heard == [b"\x07"]

    scene(act)


@pytest.mark.parametrize("call", ["write", "read"])
def test_a_call_that_hangs_ends_when_the_instrument_leaves(call: str) -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        if call == "write":
            one.faults.hung_writes = 1
            hung = asyncio.ensure_future(client.write_gatt_char(OTHER, b"\x01", response=True))
        else:
            one.faults.hung_reads = True
            hung = asyncio.ensure_future(client.read_gatt_char(OTHER))
        done, _ = await asyncio.wait({hung}, timeout=0.05)
        assert not done
        bluez.drop(one)
        with pytest.raises(BleakDBusError, match="Not connected"):
            await hung
        assert one.writes == []

    scene(act)


def test_a_burst_of_256_values_arrives_whole() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        heard: list[int] = []
        await client.start_notify(VALUE, lambda _, value: heard.append(value[0]))
        for number in range(256):
            assert await one.deliver(VALUE, bytes((number,)))
        while len(heard) < 256:
            await asyncio.sleep(0.001)
        assert heard == list(range(256))

    scene(act)


def test_a_link_that_breaks_before_the_confirmation_loses_the_value_for_the_kiosk() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        heard: list[bytes] = []
        one.faults.drop_before_confirmation = 1
        await client.start_notify(VALUE, lambda _, value: heard.append(bytes(value)))
        assert await one.deliver(VALUE, b"\x01")
        assert not await one.deliver(VALUE, b"\x02")
        assert one.left.is_set()
        while client.is_connected:
            await asyncio.sleep(0.001)
        assert heard == [b"\x01"]
        assert bluez.confirmed_unheard == []

    scene(act)


def test_a_confirmation_that_is_lost_makes_the_instrument_send_again() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument, client: BleakClient) -> None:
        heard: list[bytes] = []
        one.faults.lose_confirmation = 0
        await client.start_notify(VALUE, lambda _, value: heard.append(bytes(value)))
        assert not await one.deliver(VALUE, b"\x01")
        while not heard:
            await asyncio.sleep(0.001)
        assert heard == [b"\x01"]
        assert one.left.is_set()

    scene(act)
