"""The kiosk's own line to BlueZ over D-Bus, beside the ones that bleak makes for itself.

It is connected for as long as the kiosk runs, and again by itself when the bus or bluetoothd
comes back. What BlueZ says arrives by signals; nothing is polled. The adapter watch, the pairing
agent, the kept notifications and the recovery all speak over it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from dbus_fast import BusType, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError, DBusFastError

from devices.health.limits import Limits

_log = logging.getLogger(__name__)

BLUEZ: Final = "org.bluez"
ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
CHARACTERISTIC: Final = "org.bluez.GattCharacteristic1"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"
_DAEMON: Final = "org.freedesktop.DBus"
_NAMELESS: Final = "org.freedesktop.DBus.Error.Failed"

# Device1 is left out on purpose: it changes with every advertisement, and bleak listens to it.
_RULES: Final = (
    f"type='signal',sender='{_DAEMON}',member='NameOwnerChanged',arg0='{BLUEZ}'",
    f"type='signal',sender='{BLUEZ}',interface='{_OBJECTS}'",
    f"type='signal',sender='{BLUEZ}',interface='{PROPERTIES}',arg0='{ADAPTER}'",
    f"type='signal',sender='{BLUEZ}',interface='{PROPERTIES}',arg0='{CHARACTERISTIC}'",
)

# All that a D-Bus connection raises when the daemon is absent, leaves or answers nonsense.
BUS_ERRORS: Final = (OSError, EOFError, TimeoutError, DBusFastError)

Properties = Mapping[str, Any]  # plain values, out of their D-Bus variants
Interfaces = Mapping[str, Properties]
Answer = tuple[str, list[Any]]  # D-Bus signature and values


@dataclass(frozen=True, slots=True)
class ServiceUp:
    """bluetoothd answers; these are all of its objects, by path."""

    objects: Mapping[str, Interfaces]


@dataclass(frozen=True, slots=True)
class ServiceDown:
    """bluetoothd is not running, or (`bus` false) there is not even a system bus."""

    bus: bool


@dataclass(frozen=True, slots=True)
class Added:
    """An object has appeared, or an object has more interfaces than before."""

    path: str
    interfaces: Interfaces


@dataclass(frozen=True, slots=True)
class Removed:
    """Interfaces of an object are gone."""

    path: str
    interfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Properties of an adapter or of a characteristic are different now."""

    path: str
    interface: str
    properties: Properties


News = ServiceUp | ServiceDown | Added | Removed | Changed


class BluezLine:
    """One D-Bus connection, shared. Runs on one asyncio loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._followers: list[Callable[[News], None]] = []
        self._served: dict[tuple[str, str], Callable[[Message], Awaitable[Answer]]] = {}
        self._bus: MessageBus | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._first_news = asyncio.Event()
        self._owner_changed = asyncio.Event()
        self._answering: set[asyncio.Task[None]] = set()
        self._all_objects_asked: int | None = None  # serial of the question

    def follow(self, follower: Callable[[News], None]) -> None:
        """Tell `follower` all news from now on. Call before `start()`; it must return at once."""
        self._followers.append(follower)

    def serve(
        self, path: str, interface: str, answer: Callable[[Message], Awaitable[Answer]]
    ) -> None:
        """Answer the method calls that BlueZ makes to our object at `path`.

        What `answer` raises as `dbus_fast.errors.DBusError` goes back as that error.
        """
        self._served[(path, interface)] = answer

    async def start(self) -> None:
        """Connect and stay connected; returns when the first news has been told."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(), name="line to bluez")
        await self._first_news.wait()

    async def close(self) -> None:
        """Hang up for good."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
            self._keeping = None

    async def call(
        self,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
        *,
        destination: str = BLUEZ,
        limit_s: float | None = None,
    ) -> list[Any]:
        """Call a method; its results, out of their variants.

        Raises:
            DBusError: the other side said no; `type` and `text` say why.
            ConnectionError, TimeoutError, OSError: it could not be asked, or does not answer
                within `limit_s` seconds (default: `Limits.bus_call_s`).
        """
        message = Message(
            destination=destination,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body or [],
        )
        reply = await self._reply_to(message, limit_s)
        if reply.message_type is MessageType.ERROR:
            raise DBusError(reply.error_name or _NAMELESS, str(reply.body[0]) if reply.body else "")
        return [_plain(value) for value in reply.body]

    async def _reply_to(self, message: Message, limit_s: float | None = None) -> Message:
        if self._bus is None:
            raise ConnectionError("there is no connection to the system bus")
        async with asyncio.timeout(limit_s or self._limits.bus_call_s):
            return await self._bus.call(message)

    async def objects(self) -> Mapping[str, Interfaces]:
        """All objects of BlueZ as they are now, by path. Raises as `call` does."""
        objects: Mapping[str, Interfaces]
        [objects] = await self.call("/", _OBJECTS, "GetManagedObjects")
        return objects

    async def set_property(self, path: str, interface: str, name: str, value: Variant) -> None:
        """Set one property. Raises as `call` does."""
        await self.call(path, PROPERTIES, "Set", "ssv", [interface, name, value])

    async def _keep(self) -> None:
        delay = self._limits.retry_first_s
        while True:
            bus: MessageBus | None = None
            try:
                bus = MessageBus(bus_type=BusType.SYSTEM)  # raises on an address that is none
                async with asyncio.timeout(self._limits.bus_call_s):
                    await bus.connect()
                    bus.add_message_handler(self._on_message)
                    for rule in _RULES:
                        await bus.call(_add_match(rule))
                self._bus = bus
                delay = self._limits.retry_first_s
                await self._until_bus_leaves(bus)
            except BUS_ERRORS as error:
                _log.info("no system bus: %r", error)
            finally:
                self._bus = self._all_objects_asked = None
                for task in self._answering:
                    task.cancel()
                if bus is not None:
                    await _release(bus)
            self._tell(ServiceDown(bus=False))
            await asyncio.sleep(delay)
            delay = min(delay * 2, self._limits.retry_longest_s)

    async def _until_bus_leaves(self, bus: MessageBus) -> None:
        """Read all objects now and whenever bluetoothd starts, until the bus goes away."""
        gone = asyncio.ensure_future(_left(bus))
        try:
            while not gone.done():
                self._owner_changed.clear()
                await self._tell_all_objects(bus)
                changed = asyncio.ensure_future(self._owner_changed.wait())
                try:
                    await asyncio.wait({gone, changed}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
            gone.result()
        finally:
            gone.cancel()

    async def _tell_all_objects(self, bus: MessageBus) -> None:
        """Ask for all objects; `_on_message` tells the answer.

        It has to be told in its turn among the signals: an adapter that appears right after the
        answer would else be forgotten with it, because a coroutine wakes up later than they come.
        """
        question = Message(
            destination=BLUEZ, path="/", interface=_OBJECTS, member="GetManagedObjects"
        )
        question.serial = self._all_objects_asked = bus.next_serial()
        reply = await self._reply_to(question)
        if reply.message_type is MessageType.ERROR:
            _log.info("no Bluetooth service: %s", reply.error_name)
            self._tell(ServiceDown(bus=True))

    def _on_message(self, message: Message) -> bool | None:
        if (
            message.message_type is MessageType.METHOD_RETURN
            and message.reply_serial == self._all_objects_asked
        ):
            self._all_objects_asked = None
            self._tell(ServiceUp(_plain(message.body[0])))
            return None
        if message.message_type is MessageType.METHOD_CALL:
            answer = self._served.get((message.path or "", message.interface or ""))
            if answer is None or self._bus is None:
                return None  # dbus-fast answers UnknownMethod
            task = asyncio.create_task(self._answer(self._bus, message, answer))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
            return True
        if message.message_type is MessageType.SIGNAL:
            self._on_signal(message)
        return None

    def _on_signal(self, message: Message) -> None:
        match message.member:
            case "NameOwnerChanged" if message.body[0] == BLUEZ:
                if message.body[1]:
                    self._tell(ServiceDown(bus=True))
                if message.body[2]:
                    self._owner_changed.set()
            case "InterfacesAdded":
                self._tell(Added(message.body[0], _plain(message.body[1])))
            case "InterfacesRemoved":
                self._tell(Removed(message.body[0], tuple(message.body[1])))
            case "PropertiesChanged":
                changed = Changed(message.path or "", message.body[0], _plain(message.body[1]))
                self._tell(changed)

    async def _answer(
        self, bus: MessageBus, message: Message, answer: Callable[[Message], Awaitable[Answer]]
    ) -> None:
        try:
            signature, body = await answer(message)
        except DBusError as error:
            reply = Message.new_error(message, error.type, error.text)
        else:
            reply = Message.new_method_return(message, signature, body)
        if bus.connected and MessageFlag.NO_REPLY_EXPECTED not in message.flags:
            try:
                await bus.send(reply)
            except BUS_ERRORS as error:  # the bus broke just now; `_keep` deals with that
                _log.info("BlueZ was not answered: %r", error)

    def _tell(self, news: News) -> None:
        for follower in self._followers:
            follower(news)
        self._first_news.set()


def name_of(path: str) -> str:
    """The last part of an object path: "hci0"."""
    return path.rsplit("/", 1)[-1]


def address_of(path: str) -> str | None:
    """The Bluetooth address in the path of a device or of anything below it."""
    _, found, rest = path.partition("/dev_")
    return rest.partition("/")[0].replace("_", ":") if found else None


def adapter_path(adapter: str) -> str:
    """The path at which BlueZ keeps an adapter."""
    return f"/org/bluez/{adapter}"


def device_path(adapter: str, address: str) -> str:
    """The path at which BlueZ keeps a device."""
    return f"{adapter_path(adapter)}/dev_{address.replace(':', '_')}"


def _plain(value: Any) -> Any:
    if isinstance(value, Variant):
        return _plain(value.value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _add_match(rule: str) -> Message:
    return Message(
        destination=_DAEMON,
        path="/org/freedesktop/DBus",
        interface=_DAEMON,
        member="AddMatch",
        signature="s",
        body=[rule],
    )


async def _left(bus: MessageBus) -> None:
    """Return when the bus has closed the connection; raises what broke it."""
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


async def _release(bus: MessageBus) -> None:
    """Close the connection now, so that no file is left to the garbage collector."""
    if bus.connected:
        bus.disconnect()
        with suppress(*BUS_ERRORS):
            await asyncio.wait_for(_left(bus), 1)
