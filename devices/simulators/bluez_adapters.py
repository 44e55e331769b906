"""Adapters of a simulated BlueZ: plugged in, pulled out, on, off, by hand or over D-Bus."""

from __future__ import annotations

from dbus_fast import Message, Variant
from dbus_fast.errors import DBusError

from devices.simulators.bluez_connections import Connections
from devices.simulators.bluez_objects import ADAPTER, DEVICE
from devices.simulators.bluez_state import (
    NOTHING,
    Adapter,
    BluezState,
    Cure,
    PowerFault,
    Wedge,
    bluez_error,
)
from devices.simulators.object_tree import Reply


class Adapters:
    """`power_requests` lists every Powered that was set over D-Bus, as (adapter name, on)."""

    def __init__(self, state: BluezState, connections: Connections) -> None:
        self.power_requests: list[tuple[str, bool]] = []
        self._state = state
        self._connections = connections

    def plug(self, name: str, *, powered: bool) -> None:
        """Put an adapter in; it is on, as BlueZ's AutoEnable makes it."""
        path = f"/org/bluez/{name}"
        if path not in self._state.adapters:
            adapter = Adapter(path, powered)
            self._state.adapters[path] = adapter
            self._state.publish_adapter(adapter)

    def unplug(self, name: str) -> None:
        """Pull it out: its objects go, its bonds stay in BlueZ's state folder."""
        if (adapter := self.named(name)) is not None:
            self._stop_everything(adapter)
            self._state.withdraw(adapter.path)
            del self._state.adapters[adapter.path]

    def power(self, name: str, on: bool) -> None:
        """Turn it on or off."""
        adapter = self.named(name)
        if adapter is None or on == adapter.powered:
            return
        if on:
            if adapter.cure is Cure.POWER_CYCLE:
                adapter.wedge = None
        else:
            self._stop_everything(adapter)
        adapter.powered = on
        self._state.tree.change(adapter.path, ADAPTER, {"Powered": Variant("b", on)})

    def wedge(self, name: str, wedge: Wedge | None, cure: Cure) -> None:
        """Discovery gets stuck from now on, also one that is running; None ends it."""
        adapter = self.named(name)
        if adapter is None:
            raise LookupError(f"no adapter {name} is plugged in")
        adapter.wedge, adapter.cure = wedge, cure
        if wedge is Wedge.SILENT:
            self._state.set_discovering(adapter, False)

    def named(self, name: str) -> Adapter | None:
        return self._state.adapters.get(f"/org/bluez/{name}")

    # D-Bus

    async def set_property(self, message: Message) -> Reply:
        """`Properties.Set`: of an adapter Powered and Alias, of a device Trusted and such."""
        interface, name, value = message.body
        path = message.path or ""
        if (interface, name) == (ADAPTER, "Powered"):
            self._set_powered(self._state.adapters[path], bool(value.value))
        elif (interface, name) in _WRITABLE:
            self._state.tree.change(path, interface, {name: value})
        else:
            raise DBusError("org.freedesktop.DBus.Error.PropertyReadOnly", name)
        return NOTHING

    def _set_powered(self, adapter: Adapter, on: bool) -> None:
        self.power_requests.append((adapter.name, on))
        match adapter.power_fault:
            case PowerFault.BLOCKED:
                raise bluez_error("Failed", "Blocked through rfkill")
            case PowerFault.IGNORED:
                return
            case None:
                self.power(adapter.name, on)

    def _stop_everything(self, adapter: Adapter) -> None:
        for instrument in self._state.instruments.values():
            path = self._state.device_path(adapter, instrument)
            if instrument.link == path or self._state.tree.is_true(path, DEVICE, "Connected"):
                self._connections.drop(instrument, path)
        adapter.sessions.clear()
        self._state.set_discovering(adapter, False)


_WRITABLE = {(ADAPTER, "Alias"), (DEVICE, "Trusted"), (DEVICE, "Blocked"), (DEVICE, "Alias")}
