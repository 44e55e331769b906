"""Who hears an instrument's values, and which are confirmed although nobody does."""

from __future__ import annotations

import asyncio

from bleak import BleakClient

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import PairingMethod, SimulatedInstrument
from tests.devices.health.bench import nothing_left, run
from tests.devices.simulators.program import (
    CHARACTERISTIC,
    DEVICE,
    VALUE,
    Program,
    found,
    instrument,
)


async def start_notify(program: Program, one: SimulatedInstrument) -> None:
    await program.call(one.characteristic(VALUE).path, CHARACTERISTIC, "StartNotify")


async def stop_notify(program: Program, one: SimulatedInstrument) -> None:
    await program.call(one.characteristic(VALUE).path, CHARACTERISTIC, "StopNotify")


def paired() -> SimulatedInstrument:
    return instrument(protected=True, pairing=PairingMethod.JUST_WORKS)


def test_two_programs_that_listen_each_hear_every_value_twice() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            one = instrument()
            bluez.add(one)
            frames: list[bytes] = []
            async with BleakClient(await found(bluez, one)) as client:
                await client.start_notify(VALUE, lambda _, value: frames.append(bytes(value)))
                assert await one.deliver(VALUE, b"\x01")
                await start_notify(program, one)
                assert await one.deliver(VALUE, b"\x02")
            assert frames == [b"\x01", b"\x02", b"\x02"]
            await program.caught_up()
            assert program.heard == frames
        await nothing_left()

    run(scenario())


def test_a_program_that_leaves_the_bus_no_longer_listens() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program, Program() as other:
            one = instrument()
            bluez.add(one)
            path = (await found(bluez, one)).details["path"]
            await program.call(path, DEVICE, "Connect")
            while not one.characteristic(VALUE).path:
                await asyncio.sleep(0.001)
            await start_notify(other, one)
            await other.leave()
            while one.characteristic(VALUE).subscribed.is_set():
                await asyncio.sleep(0.001)
            assert not await one.deliver(VALUE, b"\x01")
            await start_notify(program, one)
            assert await one.deliver(VALUE, b"\x02")
            await program.caught_up()
            assert program.heard == [b"\x02"]
            await stop_notify(program, one)
            assert not one.characteristic(VALUE).subscribed.is_set()
            assert not await one.deliver(VALUE, b"\x03")
            assert bluez.confirmed_unheard == []
        await nothing_left()

    run(scenario())


def test_a_paired_instrument_that_sends_at_once_is_confirmed_and_heard_by_nobody() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = paired()
            bluez.bond(one, remembered=[VALUE])
            frames: list[bytes] = []
            device = await found(bluez, one)
            connecting = asyncio.create_task(BleakClient(device).connect())
            await one.characteristic(VALUE).subscribed.wait()
            assert await one.deliver(VALUE, b"\x01")
            await connecting
            assert frames == []
            assert bluez.confirmed_unheard == [(one.address, VALUE, b"\x01")]
        await nothing_left()

    run(scenario())


def test_a_session_kept_by_another_program_hears_what_a_paired_instrument_sends_at_once() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            one = paired()
            bluez.bond(one)
            async with BleakClient(await found(bluez, one)):
                pass
            await one.left.wait()
            await start_notify(program, one)  # not connected: success, for the next time
            assert not one.characteristic(VALUE).subscribed.is_set()
            connecting = asyncio.create_task(BleakClient(await found(bluez, one)).connect())
            await one.characteristic(VALUE).subscribed.wait()
            assert await one.deliver(VALUE, b"\x01")
            await connecting
            await program.caught_up()
            assert program.heard == [b"\x01"]
            assert bluez.confirmed_unheard == []
        await nothing_left()

    run(scenario())


def test_a_paired_instrument_remembers_its_subscription_and_another_does_not() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            for one, remembers in ((paired(), True), (instrument("02:00:00:00:00:98"), False)):
                if remembers:
                    bluez.bond(one)
                bluez.add(one)
                async with BleakClient(await found(bluez, one)) as client:
                    await client.start_notify(VALUE, lambda *_: None)
                await one.left.wait()
                assert not one.characteristic(VALUE).subscribed.is_set()
                async with BleakClient(await found(bluez, one)):
                    assert one.characteristic(VALUE).subscribed.is_set() is remembers
        await nothing_left()

    run(scenario())


def test_unsubscribing_is_remembered_too() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = paired()
            bluez.bond(one)
            async with BleakClient(await found(bluez, one)) as client:
                await client.start_notify(VALUE, lambda *_: None)
                await client.stop_notify(VALUE)
            await one.left.wait()
            async with BleakClient(await found(bluez, one)):
                assert not one.characteristic(VALUE).subscribed.is_set()
        await nothing_left()

    run(scenario())


def test_an_instrument_that_nobody_subscribed_to_keeps_its_value() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument()
            bluez.add(one)
            async with BleakClient(await found(bluez, one)):
                assert not await one.deliver(VALUE, b"\x01")
            assert bluez.confirmed_unheard == []
        await nothing_left()

    run(scenario())
