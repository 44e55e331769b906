"""A kiosk of a few lines for the tests of simulated instruments: it hears, connects, subscribes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import SimulatedInstrument
from devices.simulators.transmission import Habits
from tests.devices.health.bench import nothing_left, run
from tests.devices.simulators.program import Program

QUICK = Habits(advertise_every_s=0.005, awake_s=20, linger_s=0.02)
DROWSY = Habits(advertise_every_s=0.005, awake_s=0.05, linger_s=0.02)

Act = Callable[[SimulatedBluez, Any], Awaitable[None]]


def around(make: Callable[[], SimulatedInstrument], act: Act) -> None:
    """Run `act` with an instrument in range and an agent that agrees to everything."""

    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            await program.be_agent("NoInputNoOutput")
            one = make()
            bluez.add(one)
            await act(bluez, one)
        await nothing_left()

    run(scenario())


async def heard(one: SimulatedInstrument) -> BLEDevice:
    """Wait until the instrument calls."""
    found: asyncio.Queue[BLEDevice] = asyncio.Queue()
    async with BleakScanner(lambda device, _: found.put_nowait(device)):
        while True:
            device = await found.get()
            if device.address == one.address:
                return device


@asynccontextmanager
async def listening(
    one: SimulatedInstrument, *uuids: str
) -> AsyncIterator[tuple[BleakClient, asyncio.Queue[bytes]]]:
    """Connect when it calls, and subscribe in this order; its values come in the queue."""
    values: asyncio.Queue[bytes] = asyncio.Queue()
    async with BleakClient(await heard(one)) as client:
        for uuid in uuids:
            await client.start_notify(uuid, lambda _, value: values.put_nowait(bytes(value)))
        yield client, values


async def take(values: asyncio.Queue[bytes], count: int) -> list[bytes]:
    """The next `count` values; too few is a failure."""
    async with asyncio.timeout(10):
        return [await values.get() for _ in range(count)]
