"""Is there a Bluetooth adapter, is it on, does it still do its work? Told by BlueZ, never polled.

bleak does not say when a scan died with its adapter; this watch does. It only listens: what is
done about an adapter that is stuck is `devices.health.recovery`'s.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from devices.health.adapter_state import AdapterState
from devices.health.bluez_line import (
    ADAPTER,
    Added,
    BluezLine,
    Changed,
    News,
    Properties,
    Removed,
    ServiceDown,
    ServiceUp,
    name_of,
)
from devices.health.errors import AdapterReason


@dataclass(slots=True)
class _Adapter:
    powered: bool = False
    low_energy: bool = True  # absent before BlueZ 5.51: then only trying tells
    discovering: bool = False


class AdapterWatch:
    """Keeps `state` true for as long as its line is open."""

    def __init__(
        self, line: BluezLine, pinned: str | None, *, discovery_gap_s: float = 5.0
    ) -> None:
        """`pinned` is the only adapter that will do ("hci1"); None takes the lowest-numbered
        adapter that is on, and stays with it for as long as it is on. BlueZ may stop to
        discover for less than `discovery_gap_s`; for longer, the scan has died."""
        self.state = AdapterState(None, AdapterReason.NO_SYSTEM_BUS)
        self._pinned = pinned
        self._discovery_gap_s = discovery_gap_s
        self._stuck: str | None = None
        self._restarting: str | None = None
        self._adapters: dict[str, _Adapter] = {}
        self._changed = asyncio.Event()
        self._line = line
        line.follow(self._hear)

    async def start(self) -> None:
        """Begin to watch; returns when the first state is known."""
        await self._line.start()

    async def until(self, holds: Callable[[AdapterState], bool]) -> AdapterState:
        """Return the state as soon as `holds` is true of it."""
        while not holds(self.state):
            await self._changed.wait()
        return self.state

    async def until_discovery_stops(self, name: str) -> None:
        """Return when BlueZ says that this adapter no longer looks for instruments."""
        while (adapter := self._adapters.get(name)) is not None and adapter.discovering:
            await self._changed.wait()

    async def until_discovering(self, name: str) -> None:
        """Return when BlueZ says that this adapter looks for instruments."""
        while (adapter := self._adapters.get(name)) is None or not adapter.discovering:
            await self._changed.wait()

    async def until_scan_died(self, name: str) -> None:
        """Return when a scan that was started on this adapter has ended by itself."""
        while True:
            await self.until_discovery_stops(name)
            try:
                async with asyncio.timeout(self._discovery_gap_s):
                    await self.until_discovering(name)
            except TimeoutError:
                return

    async def until_powered(self, name: str, powered: bool) -> None:
        """Return when BlueZ says that this adapter is on; or that it is off, or gone."""
        while (name in self._adapters and self._adapters[name].powered) is not powered:
            await self._changed.wait()

    def set_stuck(self, stuck: bool) -> None:
        """Say that the adapter in use is on and does not scan, or that it does again.

        It stays so while the adapter is turned off and on: only a scan proves that it works.
        """
        self._stuck = self.state.name if stuck else None
        if self.state.name is not None and stuck != self.state.stuck:
            self._announce(replace(self.state, stuck=stuck))

    @contextmanager
    def restarting(self, name: str) -> Iterator[None]:
        """While the kiosk itself turns this adapter off and on: nobody is to turn it on."""
        self._restarting = name
        try:
            yield
        finally:
            self._restarting = None
            if self.state.reason is AdapterReason.STUCK:
                self._choose()

    def _hear(self, news: News) -> None:
        match news:
            case ServiceUp(objects=objects):
                self._adapters.clear()
                for path, interfaces in objects.items():
                    if ADAPTER in interfaces:
                        self._note(path, interfaces[ADAPTER])
                self._choose()
            case ServiceDown(bus=bus):
                self._adapters.clear()
                self._publish(
                    None,
                    AdapterReason.NO_BLUETOOTH_SERVICE if bus else AdapterReason.NO_SYSTEM_BUS,
                )
            case Added(path=path, interfaces=interfaces) if ADAPTER in interfaces:
                self._note(path, interfaces[ADAPTER])
                self._choose()
            case Removed(path=path, interfaces=gone) if ADAPTER in gone:
                self._adapters.pop(name_of(path), None)
                self._choose()
            case Changed(path=path, interface=interface, properties=properties):
                if interface == ADAPTER:
                    self._note(path, properties)
                    self._choose()
            case _:
                pass  # news of instruments

    def _note(self, path: str, properties: Properties) -> None:
        adapter = self._adapters.setdefault(name_of(path), _Adapter())
        adapter.powered = bool(properties.get("Powered", adapter.powered))
        adapter.discovering = bool(properties.get("Discovering", adapter.discovering))
        if "Roles" in properties:
            adapter.low_energy = "central" in properties["Roles"]

    def _choose(self) -> None:
        self._wake()
        candidates = sorted(
            (name for name in self._adapters if self._pinned in (None, name)), key=_number_of
        )
        usable = [
            name
            for name in candidates
            if self._adapters[name].powered and self._adapters[name].low_energy
        ]
        if self.state.name in usable:
            return
        if usable:
            self._publish(usable[0], None)
        elif not candidates:
            self._publish(None, AdapterReason.NO_ADAPTER)
        elif self._restarting in candidates:
            self._publish(None, AdapterReason.STUCK)
        elif any(self._adapters[name].low_energy for name in candidates):
            self._publish(None, AdapterReason.POWERED_OFF)
        else:
            self._publish(None, AdapterReason.NOT_LOW_ENERGY)

    def _publish(self, name: str | None, reason: AdapterReason | None) -> None:
        if (name, reason) != (self.state.name, self.state.reason):
            stuck = name is not None and name == self._stuck
            self._announce(AdapterState(name, reason, self.state.turn + 1, stuck))

    def _announce(self, state: AdapterState) -> None:
        self.state = state
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


_DIGITS: Final = re.compile(r"\d+$")


def _number_of(name: str) -> tuple[int, str]:
    digits = _DIGITS.search(name)
    return (int(digits.group()) if digits else 0, name)
