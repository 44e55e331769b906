"""Is there a Bluetooth adapter, and is it on? Told by BlueZ over D-Bus signals, never polled.

bleak does not say when a scan died with its adapter; this watch does, on a connection of its
own. It only listens: it never powers, resets or configures an adapter.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from devices.health.errors import AdapterReason
from devices.health.limits import Limits

_log = logging.getLogger(__name__)

_BLUEZ: Final = "org.bluez"
_ADAPTER: Final = "org.bluez.Adapter1"
_OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_RULES: Final = (
    f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{_BLUEZ}'",
    f"type='signal',sender='{_BLUEZ}',interface='{_OBJECTS}'",
    f"type='signal',sender='{_BLUEZ}',interface='{_PROPERTIES}',arg0='{_ADAPTER}'",
)

# All that a D-Bus connection raises when the daemon is absent, leaves or answers nonsense.
BUS_ERRORS: Final = (OSError, EOFError, TimeoutError, DBusFastError)


@dataclass(frozen=True, slots=True)
class AdapterState:
    """The adapter to use ("hci0"), or why there is none.

    `turn` grows with every change: an adapter that went off and on again is another state,
    for whatever was running on it is gone.
    """

    name: str | None
    reason: AdapterReason | None
    turn: int = 0


class AdapterWatch:
    """Keeps `state` true from `start()` to `close()`. Runs on one asyncio loop."""

    def __init__(self, pinned: str | None, limits: Limits) -> None:
        """`pinned` is the only adapter that will do ("hci1"); None takes the lowest-numbered
        adapter that is on, and stays with it for as long as it is on."""
        self.state = AdapterState(None, AdapterReason.NO_SYSTEM_BUS)
        self._pinned = pinned
        self._limits = limits
        self._adapters: dict[str, tuple[bool, bool]] = {}  # name: (powered, low energy)
        self._changed = asyncio.Event()
        self._known = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._service_changed = asyncio.Event()

    async def start(self) -> None:
        """Begin to watch; returns when the first state is known."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="bluetooth adapter watch")
        await self._known.wait()

    async def close(self) -> None:
        """Stop watching and close the D-Bus connection."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None

    async def until(self, holds: Callable[[AdapterState], bool]) -> AdapterState:
        """Return the state as soon as `holds` is true of it."""
        while not holds(self.state):
            await self._changed.wait()
        return self.state

    async def _watch(self) -> None:
        delay = self._limits.retry_first_s
        while True:
            bus = MessageBus(bus_type=BusType.SYSTEM)
            try:
                async with asyncio.timeout(self._limits.bus_call_s):
                    await bus.connect()
                    bus.add_message_handler(self._on_message)
                    for rule in _RULES:
                        await bus.call(_to_daemon("AddMatch", rule))
                delay = self._limits.retry_first_s
                await self._follow(bus)
            except BUS_ERRORS as error:
                _log.info("no system bus: %r", error)
            finally:
                await _release(bus)
            self._adapters.clear()
            self._publish(None, AdapterReason.NO_SYSTEM_BUS)
            await asyncio.sleep(delay)
            delay = min(delay * 2, self._limits.retry_longest_s)

    async def _follow(self, bus: MessageBus) -> None:
        """Read the adapters now and whenever bluetoothd starts, until the bus goes away."""
        gone = asyncio.ensure_future(_left(bus))
        try:
            while not gone.done():
                self._service_changed.clear()
                await self._read_adapters(bus)
                changed = asyncio.ensure_future(self._service_changed.wait())
                try:
                    await asyncio.wait({gone, changed}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
            gone.result()
        finally:
            gone.cancel()

    async def _read_adapters(self, bus: MessageBus) -> None:
        self._adapters.clear()
        async with asyncio.timeout(self._limits.bus_call_s):
            reply = await bus.call(
                Message(
                    destination=_BLUEZ, path="/", interface=_OBJECTS, member="GetManagedObjects"
                )
            )
        if reply.message_type is MessageType.ERROR:
            _log.info("no Bluetooth service: %s", reply.error_name)
            self._publish(None, AdapterReason.NO_BLUETOOTH_SERVICE)
            return
        for path, interfaces in reply.body[0].items():
            if _ADAPTER in interfaces:
                self._note(path, interfaces[_ADAPTER])
        self._choose()

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        match message.member:
            case "NameOwnerChanged" if message.body[0] == _BLUEZ:
                self._adapters.clear()
                if message.body[2]:
                    self._service_changed.set()
                else:
                    self._publish(None, AdapterReason.NO_BLUETOOTH_SERVICE)
            case "InterfacesAdded" if _ADAPTER in message.body[1]:
                self._note(message.body[0], message.body[1][_ADAPTER])
                self._choose()
            case "InterfacesRemoved" if _ADAPTER in message.body[1]:
                self._adapters.pop(_name_of(message.body[0]), None)
                self._choose()
            case "PropertiesChanged" if message.body[0] == _ADAPTER:
                self._note(message.path or "", message.body[1])
                self._choose()

    def _note(self, path: str, properties: dict[str, Variant]) -> None:
        powered, low_energy = self._adapters.get(_name_of(path), (False, True))
        if "Powered" in properties:
            powered = bool(properties["Powered"].value)
        if "Roles" in properties:  # absent before BlueZ 5.51: then only trying tells
            low_energy = "central" in properties["Roles"].value
        self._adapters[_name_of(path)] = (powered, low_energy)

    def _choose(self) -> None:
        candidates = sorted(
            (name for name in self._adapters if self._pinned in (None, name)), key=_number_of
        )
        usable = [name for name in candidates if self._adapters[name] == (True, True)]
        if self.state.name in usable:
            return
        if usable:
            self._publish(usable[0], None)
        elif not candidates:
            self._publish(None, AdapterReason.NO_ADAPTER)
        elif any(low_energy for _, low_energy in map(self._adapters.__getitem__, candidates)):
            self._publish(None, AdapterReason.POWERED_OFF)
        else:
            self._publish(None, AdapterReason.NOT_LOW_ENERGY)

    def _publish(self, name: str | None, reason: AdapterReason | None) -> None:
        self._known.set()
        if (name, reason) != (self.state.name, self.state.reason):
            self.state = AdapterState(name, reason, self.state.turn + 1)
            self._changed.set()
            self._changed = asyncio.Event()


def _to_daemon(member: str, argument: str) -> Message:
    return Message(
        destination="org.freedesktop.DBus",
        path="/org/freedesktop/DBus",
        interface="org.freedesktop.DBus",
        member=member,
        signature="s",
        body=[argument],
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


def _name_of(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _number_of(name: str) -> tuple[int, str]:
    digits = re.search(r"\d+$", name)
    return (int(digits.group()) if digits else 0, name)
