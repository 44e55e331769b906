"""NetworkManager's hint wakes the sync; whatever else is on the bus, or no bus at all, does not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from dbus_fast import BusType, Message
from dbus_fast.aio import MessageBus

from devices.simulators.private_bus import SYSTEM_BUS_VARIABLE, PrivateBus
from kiosk.network_hint import watch_network

MANAGER = "org.freedesktop.NetworkManager"
PATH = "/org/freedesktop/NetworkManager"
WAIT_S = 10.0


@pytest.fixture
def private_bus() -> Iterator[PrivateBus]:
    bus = PrivateBus()
    bus.start()
    yield bus
    bus.stop()


class Manager:
    """What NetworkManager says on the bus."""

    async def start(self) -> None:
        self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        await self._bus.request_name(MANAGER)

    async def says(self, signature: str, *body: Any, member: str = "StateChanged") -> None:
        await self._bus.send(Message.new_signal(PATH, MANAGER, member, signature, list(body)))

    def stop(self) -> None:
        self._bus.disconnect()


async def _is_watched(bus: MessageBus) -> bool:
    """Whether somebody but the asking connection is on the bus: the watcher has connected."""
    reply = await bus.call(
        Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="ListNames",
        )
    )
    return len([name for name in reply.body[0] if name.startswith(":")]) > 1


def test_a_network_that_comes_up_is_told_and_one_that_goes_is_not(
    private_bus: PrivateBus,
) -> None:
    async def work() -> int:
        ups: asyncio.Queue[None] = asyncio.Queue()
        manager = Manager()
        await manager.start()
        watching = asyncio.create_task(watch_network(lambda: ups.put_nowait(None)))
        while ups.empty():  # said until it is heard: the watcher may not listen yet
            await manager.says("u", 70)
            await asyncio.wait([asyncio.create_task(ups.join())], timeout=0)
        heard = asyncio.create_task(ups.get())
        await heard
        while not ups.empty():
            ups.get_nowait()
        for state in (20, 30, 40):  # disconnected, disconnecting, connecting
            await manager.says("u", state)
        await manager.says("s", "nonsense")
        await manager.says("u", 70, member="DeviceAdded")
        await manager.says("u", 60)
        await asyncio.wait_for(ups.get(), WAIT_S)
        manager.stop()
        watching.cancel()
        await asyncio.wait([watching])
        return ups.qsize()

    assert asyncio.run(work()) == 0


def test_a_bus_that_goes_away_ends_the_watching_quietly(private_bus: PrivateBus) -> None:
    async def work() -> None:
        watching = asyncio.create_task(watch_network(lambda: None))
        other = await MessageBus(bus_type=BusType.SYSTEM).connect()
        while not await _is_watched(other):
            pass
        private_bus.die()
        await asyncio.wait_for(watching, WAIT_S)
        with pytest.raises(EOFError):
            await other.wait_for_disconnect()

    asyncio.run(work())


@pytest.mark.parametrize(
    "address", ["unix:path=/nowhere/at/all", "no address", "unix:path=/dev/null"]
)
def test_a_computer_without_a_bus_gives_no_hints_and_no_trouble(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(SYSTEM_BUS_VARIABLE, address)
    asyncio.run(asyncio.wait_for(watch_network(lambda: None), WAIT_S))
