"""A program on the simulated system bus, without bleak: it calls BlueZ, and may be an agent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Self

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.encoding import assigned
from devices.simulators.peripheral import SimulatedCharacteristic, SimulatedInstrument

ADAPTER = "org.bluez.Adapter1"
DEVICE = "org.bluez.Device1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
MANAGER = "org.bluez.AgentManager1"
PROPERTIES = "org.freedesktop.DBus.Properties"

SERVICE = assigned(0x1810)
VALUE = assigned(0x2A35)
OTHER = assigned(0x2A52)

NEVER: Final = object()  # an agent's answer that does not come
Answer = Any | DBusError | Callable[[], Any]


class Program:
    """One D-Bus connection. `heard` has every value that BlueZ told of, `asked` what it asked
    the agent (member and arguments); `calls` to the agent are answered from `answers`."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.asked: list[tuple[str, list[Any]]] = []
        self.question = asyncio.Event()
        self.job_done = asyncio.Event()
        self.answers: dict[str, Answer] = {}
        self._bus: MessageBus | None = None

    async def __aenter__(self) -> Self:
        self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        self._bus.add_message_handler(self._on_message)
        for rule in (
            f"type='signal',interface='{PROPERTIES}',path_namespace='/org/bluez'",
            "type='signal',member='JobRemoved'",
        ):
            await self.call("/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", rule)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Leave the bus, as a program that was killed does."""
        assert self._bus is not None
        if self._bus.connected:
            self._bus.disconnect()
            await self._bus.wait_for_disconnect()

    async def call(
        self, path: str, interface: str, member: str, signature: str = "", *body: Any
    ) -> list[Any]:
        """Raises DBusError with BlueZ's error name and text."""
        assert self._bus is not None
        destination = "org.bluez" if interface != "org.freedesktop.DBus" else interface
        if interface.startswith("org.freedesktop.systemd1"):
            destination = "org.freedesktop.systemd1"
        reply = await self._bus.call(
            Message(
                destination=destination,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        if reply.message_type is MessageType.ERROR:
            raise DBusError(reply.error_name or "", str(reply.body[0]) if reply.body else "")
        return list(reply.body)

    async def caught_up(self) -> None:
        """Return when everything that BlueZ has said before has been heard."""
        await self.call("/", "org.freedesktop.DBus.Peer", "Ping")

    async def be_agent(self, capability: str = "KeyboardDisplay", **answers: Answer) -> None:
        """Register as the default agent."""
        self.answers |= answers
        await self.call("/org/bluez", MANAGER, "RegisterAgent", "os", "/agent", capability)
        await self.call("/org/bluez", MANAGER, "RequestDefaultAgent", "o", "/agent")

    async def set(self, path: str, interface: str, name: str, value: Variant) -> None:
        await self.call(path, PROPERTIES, "Set", "ssv", interface, name, value)

    def members_asked(self) -> list[str]:
        return [member for member, _ in self.asked]

    def _on_message(self, message: Message) -> Message | bool | None:
        if message.message_type is MessageType.SIGNAL and message.member == "PropertiesChanged":
            interface, changed, _ = message.body
            if interface == CHARACTERISTIC and "Value" in changed:
                self.heard.append(bytes(changed["Value"].value))
            return None
        if message.member == "JobRemoved":
            self.job_done.set()
        if message.interface != "org.bluez.Agent1":
            return None
        self.asked.append((message.member or "", list(message.body)))
        self.question.set()
        answer = self.answers.get(message.member or "")
        if callable(answer):
            answer = answer()
        if isinstance(answer, DBusError):
            return Message.new_error(message, answer.type, answer.text)
        if answer is NEVER:
            return True
        if answer is None:
            return Message.new_method_return(message)
        return Message.new_method_return(message, "u", [answer])


def instrument(address: str = "02:00:00:00:00:99", **given: Any) -> SimulatedInstrument:
    """An instrument with one value it sends, and one that is read and written."""
    protected = given.pop("protected", False)
    value = SimulatedCharacteristic(VALUE, ("indicate",), needs_pairing=protected)
    other = SimulatedCharacteristic(
        OTHER,
        ("read", "write", "write-without-response", "notify"),
        b"\x07",
        needs_pairing=protected,
    )
    return SimulatedInstrument(address, "Scripted", (SERVICE,), {SERVICE: (value, other)}, **given)


async def found(
    bluez: SimulatedBluez, one: SimulatedInstrument, adapter: str = "hci0"
) -> BLEDevice:
    """The instrument as bleak knows it once it was heard."""
    heard: asyncio.Queue[BLEDevice] = asyncio.Queue()
    async with BleakScanner(lambda device, _: heard.put_nowait(device), bluez={"adapter": adapter}):
        bluez.advertise(one)
        while True:
            device = await heard.get()
            if device.address == one.address:
                return device
