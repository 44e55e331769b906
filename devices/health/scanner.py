"""One Bluetooth scanner for the life of the kiosk, started again whenever it has to be.

It listens all the time, so an instrument switched on before anyone asked is known at once. It
is paused around a connection: scanning and connecting at once disturb each other on most
adapters. It hands out each sighting once; a `BLEDevice` is never kept for later.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from devices.health.adapter_state import AdapterState
from devices.health.hosts import Host
from devices.health.limits import Limits

_log = logging.getLogger(__name__)

_MOST_SIGHTINGS: Final = 256  # far more than a hall has; who sends more is no instrument


@dataclass(frozen=True, slots=True)
class Sighting:
    """An instrument heard just now."""

    device: BLEDevice
    name: str | None
    services: tuple[str, ...]
    service_data: Mapping[str, bytes]
    rssi: int  # dBm
    adapter: str
    heard_at: float  # the loop's clock


class Scanner:
    """Scans from `start()` to `close()`, except while paused or without an adapter."""

    def __init__(self, host: Host, services: list[str], limits: Limits) -> None:
        self._host = host
        self._services = services
        self._limits = limits
        self._errors: tuple[type[Exception], ...] = (BleakError, *host.errors)
        self._sightings: OrderedDict[str, Sighting] = OrderedDict()  # the oldest first
        self._heard = asyncio.Event()
        self._listeners: list[Callable[[Sighting], None]] = []
        self._pauses = 0
        self._wanted_changed = asyncio.Event()
        self._silent = asyncio.Event()
        self._silent.set()
        self._keeping: asyncio.Task[None] | None = None
        self._scanners: dict[str, BleakScanner] = {}  # one for each adapter that was ever used
        self._scanned: AdapterState | None = None  # what was heard was heard by this one
        self._on_trial = False  # a scan that follows one that died is not believed at once

    async def start(self) -> None:
        """Scan from now on; an absent adapter is waited for in the background."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_scanning(), name="bluetooth scanner")

    async def close(self) -> None:
        """Stop scanning for good."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
            self._keeping = None

    def listen(self, listener: Callable[[Sighting], None]) -> Callable[[], None]:
        """Call `listener` for whatever is heard, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def next_sighting(self, wanted: Callable[[Sighting], bool]) -> Sighting:
        """Wait for an instrument that is `wanted`; what was heard just before counts too."""
        while True:
            self._heard.clear()
            oldest = asyncio.get_running_loop().time() - self._limits.sighting_age_s
            for address, sighting in list(self._sightings.items()):
                if sighting.heard_at < oldest:
                    del self._sightings[address]
                elif wanted(sighting):
                    return self._sightings.pop(address)
            await self._heard.wait()

    async def pause(self) -> None:
        """Stop scanning until `resume()`; returns when the radio is free."""
        self._pauses += 1
        self._wanted_changed.set()
        try:
            await self._silent.wait()
        except asyncio.CancelledError:
            self.resume()
            raise
        self._sightings.clear()

    def resume(self) -> None:
        """Undo one `pause()`."""
        self._pauses -= 1
        self._wanted_changed.set()

    async def _keep_scanning(self) -> None:
        delay = self._limits.retry_first_s
        while True:
            state = await self._host.adapters.until(lambda state: state.name is not None)
            while self._pauses:
                self._wanted_changed.clear()
                await self._wanted_changed.wait()
            if state.name is None or not _same(state, self._host.adapters.state):
                continue
            if self._scanned is None or not _same(state, self._scanned):
                self._sightings.clear()  # another adapter can not call what this one heard
                self._scanned = state
            self._silent.clear()
            try:
                problem = await self._scan(state.name, state)
            except Exception as error:  # noqa: BLE001 - scanning outlives a library's faults
                _log.exception("scanning on %s failed", state.name)
                problem = error
            finally:
                self._silent.set()
            if problem is None:
                delay = self._limits.retry_first_s
                continue
            _log.info("scanning on %s failed: %r", state.name, problem)
            await self._host.scan_failed(state.name, problem)
            await asyncio.sleep(delay)  # although the adapter is said to be on: never at full speed
            delay = min(delay * 2, self._limits.retry_longest_s)

    async def _scan(self, name: str, state: AdapterState) -> Exception | None:
        """Scan until it is not wanted, or for `rescan_every_s`; what went wrong, if anything."""
        if name not in self._scanners:
            self._scanners[name] = self._host.new_scanner(
                name, self._services, lambda device, heard: self._on_heard(name, device, heard)
            )
        scanner = self._scanners[name]
        try:
            async with asyncio.timeout(self._limits.bus_call_s):
                await scanner.start()
        except self._errors as error:
            return error
        trial = None
        if self._on_trial:
            trial = asyncio.get_running_loop().call_later(
                self._limits.discovery_gap_s * 2, self._prove, name
            )
        else:
            self._host.scan_started(name)
        died = False
        try:
            died = await self._until_unwanted(name, state)
        finally:
            if trial is not None:
                trial.cancel()
            try:
                async with asyncio.timeout(self._limits.bus_call_s):
                    await scanner.stop()
            except self._errors as error:
                # An adapter that is off or gone has stopped by itself.
                _log.info("scanning on %s was not stopped by us: %r", name, error)
        if not died:
            return None
        self._on_trial = True
        return BleakError("the scan ended by itself")

    def _prove(self, name: str) -> None:
        """The scan works: it has lived long enough, or something was heard."""
        self._on_trial = False
        self._host.scan_started(name)

    async def _until_unwanted(self, name: str, state: AdapterState) -> bool:
        """Whether the scan died, rather than that it was not wanted any more.

        BlueZ can fall silent for good without a word; stopping and starting anew every few
        minutes finds that out (bluez issue 1554).
        """
        adapters = self._host.adapters
        lost = asyncio.ensure_future(adapters.until(lambda now: not _same(now, state)))
        died = asyncio.ensure_future(adapters.until_scan_died(name))
        until = asyncio.get_running_loop().time() + self._limits.rescan_every_s
        try:
            while not self._pauses and not lost.done() and not died.done():
                left_s = until - asyncio.get_running_loop().time()
                if left_s <= 0:
                    break
                self._wanted_changed.clear()
                changed = asyncio.ensure_future(self._wanted_changed.wait())
                try:
                    await asyncio.wait(
                        {lost, died, changed}, timeout=left_s, return_when=asyncio.FIRST_COMPLETED
                    )
                finally:
                    changed.cancel()
            return died.done() and not lost.done() and not self._pauses
        finally:
            lost.cancel()
            died.cancel()

    def _on_heard(self, adapter: str, device: BLEDevice, heard: AdvertisementData) -> None:
        if not self._host.is_news(heard):
            return
        if self._on_trial:
            self._prove(adapter)
        sighting = Sighting(
            device=device,
            name=heard.local_name or device.name,
            services=tuple(heard.service_uuids),
            service_data=dict(heard.service_data),
            rssi=heard.rssi,
            adapter=adapter,
            heard_at=asyncio.get_running_loop().time(),
        )
        self._sightings.pop(device.address, None)
        self._sightings[device.address] = sighting
        self._forget_old()
        self._heard.set()
        for listener in list(self._listeners):
            listener(sighting)

    def _forget_old(self) -> None:
        """Private addresses change: without this they would pile up over the months."""
        oldest = asyncio.get_running_loop().time() - self._limits.sighting_age_s
        while self._sightings:
            address, sighting = next(iter(self._sightings.items()))
            if sighting.heard_at >= oldest and len(self._sightings) <= _MOST_SIGHTINGS:
                return
            del self._sightings[address]


def _same(state: AdapterState, other: AdapterState) -> bool:
    """Whether it is the same adapter, never off in between."""
    return (state.name, state.turn) == (other.name, other.turn)
