"""One Bluetooth scanner for the life of the kiosk, started again whenever it has to be.

It listens all the time, so an instrument switched on before anyone asked is known at once. It
is paused around a connection: scanning and connecting at once disturb each other on most
adapters. It hands out each sighting once; a `BLEDevice` is never kept for later.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from devices.health.adapter import BUS_ERRORS, AdapterState, AdapterWatch
from devices.health.limits import Limits

_log = logging.getLogger(__name__)

_RSSI_UNKNOWN = -127  # bleak's number for a device that BlueZ remembers and did not hear


@dataclass(frozen=True, slots=True)
class Sighting:
    """An instrument heard just now."""

    device: BLEDevice
    name: str | None
    services: tuple[str, ...]
    adapter: str
    heard_at: float  # the loop's clock


class Scanner:
    """Scans from `start()` to `close()`, except while paused or without an adapter."""

    def __init__(self, adapter: AdapterWatch, services: list[str], limits: Limits) -> None:
        self._adapter = adapter
        self._services = services
        self._limits = limits
        self._sightings: dict[str, Sighting] = {}
        self._heard = asyncio.Event()
        self._pauses = 0
        self._wanted_changed = asyncio.Event()
        self._silent = asyncio.Event()
        self._silent.set()
        self._keeping: asyncio.Task[None] | None = None
        self._scanners: dict[str, BleakScanner] = {}  # one for each adapter that was ever used

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

    async def next_sighting(self, service: str) -> Sighting:
        """Wait for an instrument with this service; what was heard just before counts too."""
        while True:
            self._heard.clear()
            oldest = asyncio.get_running_loop().time() - self._limits.sighting_age_s
            for address, sighting in list(self._sightings.items()):
                if sighting.heard_at < oldest:
                    del self._sightings[address]
                elif service in sighting.services:
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
            state = await self._adapter.until(lambda state: state.name is not None)
            while self._pauses:
                self._wanted_changed.clear()
                await self._wanted_changed.wait()
            if state.name is None or self._adapter.state != state:
                continue
            self._silent.clear()
            try:
                started = await self._scan(state.name, state)
            finally:
                self._silent.set()
            if started:
                delay = self._limits.retry_first_s
            else:  # refused although the adapter is said to be on: never at full speed
                await asyncio.sleep(delay)
                delay = min(delay * 2, self._limits.retry_longest_s)

    async def _scan(self, name: str, state: AdapterState) -> bool:
        """Scan until paused or until the adapter goes; False when it could not start."""
        if name not in self._scanners:
            self._scanners[name] = BleakScanner(
                lambda device, heard: self._on_heard(name, device, heard),
                service_uuids=self._services,
                bluez={"adapter": name},
            )
        scanner = self._scanners[name]
        try:
            async with asyncio.timeout(self._limits.bus_call_s):
                await scanner.start()
        except (BleakError, *BUS_ERRORS) as error:
            _log.info("scanning on %s did not start: %r", name, error)
            return False
        try:
            await self._until_unwanted(state)
        finally:
            try:
                async with asyncio.timeout(self._limits.bus_call_s):
                    await scanner.stop()
            except (BleakError, *BUS_ERRORS) as error:
                # An adapter that is off or gone has stopped by itself.
                _log.info("scanning on %s was not stopped by us: %r", name, error)
        return True

    async def _until_unwanted(self, state: AdapterState) -> None:
        lost = asyncio.ensure_future(self._adapter.until(lambda now: now != state))
        try:
            while not self._pauses and not lost.done():
                self._wanted_changed.clear()
                changed = asyncio.ensure_future(self._wanted_changed.wait())
                try:
                    await asyncio.wait({lost, changed}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
        finally:
            lost.cancel()

    def _on_heard(self, adapter: str, device: BLEDevice, heard: AdvertisementData) -> None:
        _, properties = heard.platform_data
        # bleak calls for every change of the device's properties, also for the end of a
        # connection: an instrument that BlueZ only remembers must not be called.
        if heard.rssi == _RSSI_UNKNOWN or properties.get("Connected"):
            return
        self._sightings[device.address] = Sighting(
            device,
            heard.local_name or device.name,
            tuple(heard.service_uuids),
            adapter,
            asyncio.get_running_loop().time(),
        )
        self._heard.set()
