"""Connections of a simulated BlueZ: made, broken, and what is known of services meanwhile.

An instrument that is not paired loses its service objects with the connection; one that is
paired keeps them, as in BlueZ, and its notify sessions with them.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dbus_fast import Message, Variant
from dbus_fast.errors import DBusError

from devices.simulators.bluez_objects import (
    CHARACTERISTIC,
    DEVICE,
    SERVICE,
    characteristic_properties,
    resolved_properties,
    service_properties,
)
from devices.simulators.bluez_state import NOTHING, BluezState, bluez_error
from devices.simulators.bluez_subscriptions import Subscriptions
from devices.simulators.object_tree import Reply
from devices.simulators.peripheral import ConnectFault, SimulatedInstrument

_BROKEN_LINK_LASTS_S: Final = 0.01


class Connections:
    """`Device1.Connect` and `Disconnect`, and the instrument's own leaving."""

    def __init__(self, state: BluezState, subscriptions: Subscriptions) -> None:
        self._state = state
        self._subscriptions = subscriptions

    async def connect(self, message: Message) -> Reply:
        await self.open(message.path or "")
        return NOTHING

    async def disconnect(self, message: Message) -> Reply:
        path = message.path or ""
        _, instrument = self._state.device_at(path)
        if instrument.link in (None, path):
            self.drop(instrument, path)
        return NOTHING

    async def open(self, path: str) -> None:
        """Connect, unless it is connected.

        Raises:
            DBusError: whatever the next fault of the instrument's script says.
        """
        adapter, instrument = self._state.device_at(path)
        if not adapter.powered:
            raise bluez_error("NotReady", "Resource Not Ready")
        if instrument.connected.is_set() and instrument.link == path:
            return
        if instrument.link is not None:
            raise bluez_error("InProgress", "Operation already in progress")
        fault = instrument.faults.connect.pop(0) if instrument.faults.connect else None
        await self._refuse(path, instrument, fault)
        self._state.tree.change(path, DEVICE, {"Connected": Variant("b", True)})
        give_up = partial(self.drop, instrument, path)
        if fault is ConnectFault.ABORT_BY_LOCAL:
            self._state.later(_BROKEN_LINK_LASTS_S, give_up)
            raise bluez_error("Failed", "le-connection-abort-by-local")
        keys_differ = self._state.is_bonded(path) and adapter.path not in instrument.bonds
        if fault is ConnectFault.DROPPED or keys_differ:
            self._state.later(_BROKEN_LINK_LASTS_S, give_up)
            return
        instrument.turn += 1
        instrument.connected.set()
        self._state.tell(instrument, "connected")
        self._subscriptions.connected(instrument)
        resolve = partial(self._resolve, instrument, path, instrument.turn)
        self._state.later(instrument.faults.resolve_delay_s, resolve)

    async def _refuse(
        self, path: str, instrument: SimulatedInstrument, fault: ConnectFault | None
    ) -> None:
        """The faults that come before there is a link; without one, takes the link."""
        match fault:
            case ConnectFault.AUTHENTICATION_FAILED:
                raise bluez_error("AuthenticationFailed", "Authentication Failed")
            case ConnectFault.CANCELED:
                raise bluez_error("Failed", "br-connection-canceled")
            case ConnectFault.NOT_FOUND:
                self.forget(path)
                raise DBusError("org.freedesktop.DBus.Error.UnknownObject", "no such object")
        instrument.left.clear()
        instrument.link = path
        if fault is ConnectFault.HANG or not instrument.connectable:
            await instrument.left.wait()
            raise bluez_error("Failed", "Operation aborted")

    def drop(self, instrument: SimulatedInstrument, path: str | None = None) -> None:
        """End the connection, whoever wanted it."""
        path = path or instrument.link
        if instrument.connected.is_set():
            self._state.tell(instrument, "disconnected")
        instrument.connected.clear()
        instrument.link = None
        instrument.left.set()
        for characteristic in instrument.characteristics():
            characteristic.subscribed.clear()
        if path is None or not self._state.tree.is_true(path, DEVICE, "Connected"):
            return
        self._state.tree.change(path, DEVICE, {"ServicesResolved": Variant("b", False)})
        self._state.tree.change(path, DEVICE, {"Connected": Variant("b", False)})
        if not self._state.is_bonded(path):
            self._subscriptions.withdrawn(path)
            self._state.withdraw_services(path)

    def forget(self, path: str) -> None:
        """Drop the object of an instrument, unless it is paired."""
        if not self._state.is_bonded(path):
            self._subscriptions.withdrawn(path)
            self._state.withdraw(path)

    async def remove(self, message: Message) -> Reply:
        """`Adapter1.RemoveDevice`: the bond is forgotten on BlueZ's side."""
        path = message.body[0]
        if path not in self._state.tree.objects:
            raise bluez_error("DoesNotExist", "Does Not Exist")
        adapter, instrument = self._state.device_at(path)
        if instrument.link == path:
            self.drop(instrument, path)
        self._state.bonds.discard((adapter.path, instrument.address))
        self.forget(path)
        return NOTHING

    def _resolve(self, instrument: SimulatedInstrument, device: str, turn: int) -> None:
        """Publish services and characteristics, as at the end of service discovery."""
        if not instrument.connected.is_set() or instrument.turn != turn:
            return
        handle = 1
        for uuid, characteristics in instrument.services.items():
            service = f"{device}/service{handle:04x}"
            handle += 1
            if service not in self._state.tree.objects:
                self._state.tree.add(service, {SERVICE: service_properties(uuid, device)})
            for one in characteristics:
                one.path = path = f"{service}/char{handle:04x}"
                handle += 2
                self._state.characteristics[path] = (instrument, one)
                if path not in self._state.tree.objects:
                    properties = characteristic_properties(one, service)
                    self._state.tree.add(path, {CHARACTERISTIC: properties})
        self._state.tree.change(device, DEVICE, resolved_properties(instrument))
