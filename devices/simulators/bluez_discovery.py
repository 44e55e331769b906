"""Discovery in a simulated BlueZ: who searches, and what is heard while somebody does.

A program that leaves the bus stops searching. Nothing is remembered of an advertisement that
nobody searched for.
"""

from __future__ import annotations

import asyncio

from dbus_fast import Message

from devices.simulators.bluez_objects import DEVICE, advertised_properties
from devices.simulators.bluez_state import (
    NOTHING,
    Adapter,
    BluezState,
    Wedge,
    bluez_error,
)
from devices.simulators.object_tree import Reply
from devices.simulators.peripheral import SimulatedInstrument


class Discovery:
    """`heard_at_start` lists instruments that are heard once, the moment a discovery starts and
    before StartDiscovery has answered, and then are silent."""

    def __init__(self, state: BluezState) -> None:
        self.heard_at_start: list[SimulatedInstrument] = []
        self._state = state

    def advertise(self, instrument: SimulatedInstrument) -> None:
        """One advertisement: heard by every adapter that is discovering."""
        if instrument.connected.is_set():
            return
        for adapter in self._state.adapters.values():
            if adapter.hears:
                self._hear(adapter, instrument)

    def sender_left(self, sender: str) -> None:
        for adapter in self._state.adapters.values():
            if sender in adapter.sessions:
                self._end_session(adapter, sender)

    # D-Bus

    async def start(self, message: Message) -> Reply:
        adapter = self._powered(message)
        match adapter.wedge:
            case Wedge.IN_PROGRESS:
                raise bluez_error("InProgress", "Operation already in progress")
            case Wedge.HANGS:
                await asyncio.Event().wait()
        adapter.sessions.add(message.sender or "")
        self._state.set_discovering(adapter, True)
        if adapter.wedge is Wedge.SILENT:
            self._state.set_discovering(adapter, False)
        elif self.heard_at_start:
            for instrument in self.heard_at_start:
                self.advertise(instrument)
            self.heard_at_start.clear()
        return NOTHING

    async def stop(self, message: Message) -> Reply:
        adapter, sender = self._powered(message), message.sender or ""
        if adapter.wedge is Wedge.IN_PROGRESS:
            raise bluez_error("InProgress", "Operation already in progress")
        if sender not in adapter.sessions:
            raise bluez_error("Failed", "No discovery started")
        self._end_session(adapter, sender)
        return NOTHING

    async def set_filter(self, message: Message) -> Reply:
        self._powered(message)
        return NOTHING

    def _powered(self, message: Message) -> Adapter:
        adapter = self._state.adapters[message.path or ""]
        if not adapter.powered:
            raise bluez_error("NotReady", "Resource Not Ready")
        return adapter

    def _hear(self, adapter: Adapter, instrument: SimulatedInstrument) -> None:
        path, said = self._state.device_path(adapter, instrument), advertised_properties(instrument)
        objects = self._state.tree.objects
        if path not in objects:
            self._state.publish_device(adapter, instrument, said)
            return
        known = objects[path][DEVICE]
        news = {
            name: value
            for name, value in said.items()
            if name == "RSSI" or known.get(name) != value
        }
        self._state.tree.change(path, DEVICE, news)

    def _end_session(self, adapter: Adapter, sender: str) -> None:
        adapter.sessions.discard(sender)
        if adapter.sessions:
            return
        self._state.set_discovering(adapter, False)
        for instrument in self._state.instruments.values():
            # BlueZ knows no signal strength without a scan
            path = self._state.device_path(adapter, instrument)
            device = self._state.tree.objects.get(path, {}).get(DEVICE, {})
            if device.pop("RSSI", None) is not None:
                self._state.tree.change(path, DEVICE, {}, ["RSSI"])
