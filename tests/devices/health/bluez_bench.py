"""Parts around BlueZ on one line to a simulated bluetoothd, and an instrument to pair."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from devices.health.adapter import AdapterWatch
from devices.health.bluez_line import ADAPTER, DEVICE, BluezLine, adapter_path, device_path
from devices.health.limits import Limits
from devices.health.pairing import Allowed, PairingAnswer, PairingQuestion
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import SimulatedInstrument
from tests.devices.health.bench import TEST_LIMITS, nothing_left


class LineBench:
    """A simulated bluetoothd and our line to it; a test adds the parts before `line.start()`."""

    def __init__(self, *, limits: Limits = TEST_LIMITS, pinned: str | None = None) -> None:
        self.bluez = SimulatedBluez()
        self.line = BluezLine(limits)
        self.adapters = AdapterWatch(self.line, pinned, discovery_gap_s=limits.discovery_gap_s)
        self._others: list[MessageBus] = []

    async def __aenter__(self) -> Self:
        await self.bluez.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.line.close()
        for bus in self._others:
            if bus.connected:
                bus.disconnect()
            with suppress(OSError, EOFError):  # what broke the bus, if it was lost before
                await bus.wait_for_disconnect()
        await self.bluez.__aexit__(kind, error, trace)
        await nothing_left()

    async def other_program(self) -> MessageBus:
        """Another connection to the bus, as bleak has one."""
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        self._others.append(bus)
        return bus

    async def hear(self, *instruments: SimulatedInstrument) -> MessageBus:
        """BlueZ hears these instruments, which are not paired; the program that searched."""
        program = await self.other_program()
        await call(program, adapter_path("hci0"), ADAPTER, "StartDiscovery")
        for instrument in instruments:
            self.bluez.add(instrument)
            self.bluez.advertise(instrument)
        return program


async def call(
    bus: MessageBus, path: str, interface: str, member: str, *values: Any, signature: str = ""
) -> list[Any]:
    """One method call to BlueZ over another program's connection. Raises DBusError."""
    reply = await bus.call(
        Message(
            destination="org.bluez",
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(values),
        )
    )
    assert reply is not None
    if reply.message_type is MessageType.ERROR:
        raise DBusError(reply.error_name or "", str(reply.body))
    return list(reply.body)


async def pair(bus: MessageBus, instrument: SimulatedInstrument) -> str:
    """Device1.Pair; "paired", or the last word of the error."""
    try:
        await call(bus, device_path("hci0", instrument.address), DEVICE, "Pair")
    except DBusError as error:
        return str(error.type).rsplit(".", 1)[-1]
    return "paired"


@dataclass
class Person:
    """Answers what the kiosk asks, as told, and remembers the questions."""

    answer: PairingAnswer | Callable[[PairingQuestion], Awaitable[PairingAnswer]] = field(
        default_factory=Allowed
    )
    asked: list[PairingQuestion] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    gave_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, question: PairingQuestion) -> PairingAnswer:
        self.asked.append(question)
        self.was_asked.set()
        try:
            if callable(self.answer):
                return await self.answer(question)
            return self.answer
        except asyncio.CancelledError:
            self.gave_up.set()
            raise


async def never(_: PairingQuestion) -> PairingAnswer:
    """A person who does not answer."""
    await asyncio.Event().wait()
    raise AssertionError


async def until(holds: Callable[[], bool]) -> None:
    """Return when it holds; the scenario's own time limit ends a wait for nothing."""
    while not holds():
        await asyncio.sleep(0.005)
