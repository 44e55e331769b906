"""Listens to bonded instruments on a connection of the kiosk's own, also between sessions.

An instrument that is bonded remembers that its values are wanted, and sends them as soon as the
link is encrypted: before bleak has subscribed. BlueZ then confirms indications that nobody
hears, and the instrument takes them for delivered (measured on BlueZ 5.66: 3 of 3 lost).
A StartNotify that is kept over disconnections hears them. Nothing is ever kept for an
instrument that is not bonded, and nothing is polled.

It can not help with the first connection after bluetoothd has started, so after every boot:
BlueZ has no object to subscribe to before it, and an instrument that sends 150 ms after the
encryption loses what it sends until ours stands (measured on BlueZ 5.82: 1 of 3 heard, all from
the second connection on).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from dbus_fast.errors import DBusError

from devices.health.bluez_line import (
    BUS_ERRORS,
    CHARACTERISTIC,
    DEVICE,
    Added,
    BluezLine,
    Changed,
    Interfaces,
    News,
    Removed,
    ServiceDown,
    ServiceUp,
)
from devices.health.bonds import is_bond
from devices.health.hosts import OnKeptValue

_log = logging.getLogger(__name__)

# Ours is already there, or being made.
_ALREADY: Final = frozenset({"org.bluez.Error.InProgress", "org.bluez.Error.AlreadyExists"})


class KeptNotifications:
    """Keeps one subscription for each measurement characteristic of each bonded instrument.

    Not every value is a new one, for whoever takes them:
    - BlueZ announces a value once for each program that is subscribed: while bleak listens
      too, each value comes twice here (and twice to bleak);
    - the answer to a read of the characteristic, by whatever program, is announced the same way.
    """

    def __init__(
        self, line: BluezLine, characteristics: frozenset[str], on_value: OnKeptValue
    ) -> None:
        """`characteristics`: the UUIDs whose values are readings. `on_value` is called with
        each value, its address and its UUID; it must return at once and raise nothing. Call
        before `line.start()`."""
        self._line = line
        self._wanted = characteristics
        self._on_value = on_value
        self._bonded: dict[str, str] = {}  # device path: address
        self._uuids: dict[str, str] = {}  # path of a wanted characteristic: its UUID
        self._kept: set[str] = set()  # paths that BlueZ keeps a subscription of ours for
        self._starting: dict[str, asyncio.Task[None]] = {}
        line.follow(self._hear)

    @property
    def kept(self) -> frozenset[tuple[str, str]]:
        """(address, characteristic UUID) of each subscription that stands."""
        return frozenset((self._bonded[_device_of(path)], self._uuids[path]) for path in self._kept)

    async def refresh(self) -> None:
        """Look at the bonds again: call it after pairing, for BlueZ does not say so here.

        Returns when BlueZ has answered all the subscriptions, or has not in their time.
        """
        try:
            objects = await self._line.objects()
        except BUS_ERRORS as error:
            _log.info("bonded instruments are not known: %r", error)
            return
        self._learn_all(objects)
        if self._starting:
            await asyncio.wait(set(self._starting.values()))

    async def close(self) -> None:
        """Start nothing any more. The subscriptions end with the line."""
        tasks = set(self._starting.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _hear(self, news: News) -> None:
        match news:
            case ServiceUp(objects=objects):
                self._learn_all(objects)
            case ServiceDown():  # told before every ServiceUp but the first
                self._forget_all()
            case Added(path=path, interfaces=interfaces):
                self._learn(path, interfaces)
                self._keep(path)
            case Removed(path=path, interfaces=gone) if CHARACTERISTIC in gone:
                # A device that goes takes its characteristics along, and says what it is when
                # it comes again.
                self._drop(path)
                self._uuids.pop(path, None)
            case Changed(path=path, properties=properties) if path in self._uuids:
                if properties.get("Notifying") is False:  # BlueZ could not renew it
                    self._kept.discard(path)
                elif properties.get("Notifying"):  # somebody could: so may we
                    self._keep(path)
                if "Value" in properties and (address := self._bonded.get(_device_of(path))):
                    self._on_value(address, self._uuids[path], bytes(properties["Value"]))
            case _:
                pass  # news of adapters

    def _learn_all(self, objects: Mapping[str, Interfaces]) -> None:
        for path, interfaces in objects.items():
            self._learn(path, interfaces)
        self._kept = {path for path in self._kept if _device_of(path) in self._bonded}
        for path in self._uuids:
            self._keep(path)

    def _learn(self, path: str, interfaces: Interfaces) -> None:
        device = interfaces.get(DEVICE)
        if device is not None:
            self._bonded.pop(path, None)
            if is_bond(device):
                self._bonded[path] = device["Address"]
        characteristic = interfaces.get(CHARACTERISTIC)
        if characteristic is not None and characteristic["UUID"] in self._wanted:
            self._uuids[path] = characteristic["UUID"]

    def _keep(self, path: str) -> None:
        """Subscribe, when it is a characteristic that is wanted and not subscribed to yet."""
        if (
            path in self._uuids
            and _device_of(path) in self._bonded
            and path not in self._kept
            and path not in self._starting
        ):
            self._starting[path] = task = asyncio.create_task(
                self._start(path), name="kept notification"
            )
            task.add_done_callback(lambda done: self._started(path, done))

    async def _start(self, path: str) -> None:
        # BlueZ says yes at once for an instrument that is not connected, and renews the
        # subscription at each connection (BlueZ, src/gatt-client.c).
        try:
            await self._line.call(path, CHARACTERISTIC, "StartNotify")
        except DBusError as error:
            if error.type not in _ALREADY:
                _log.info("%s is not listened to between sessions: %r", path, error)
                return
        except BUS_ERRORS as error:
            _log.info("%s is not listened to between sessions: %r", path, error)
            return
        if self._starting.get(path) is asyncio.current_task():
            self._kept.add(path)

    def _started(self, path: str, task: asyncio.Task[None]) -> None:
        if self._starting.get(path) is task:
            del self._starting[path]

    def _drop(self, path: str) -> None:
        self._kept.discard(path)
        if (starting := self._starting.pop(path, None)) is not None:
            starting.cancel()

    def _forget_all(self) -> None:
        for path in list(self._uuids):
            self._drop(path)
        self._bonded.clear()
        self._uuids.clear()


def _device_of(path: str) -> str:
    """The path of the device that a characteristic belongs to."""
    return path.partition("/service")[0]
