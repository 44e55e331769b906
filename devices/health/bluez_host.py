"""The Bluetooth of a Linux computer: bleak over BlueZ, and all that bleak leaves to the program.

The only place where the parts around BlueZ are put together. Imported on Linux only
(`devices.health.this_host`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from devices.health import left_connections
from devices.health.adapter import AdapterWatch
from devices.health.bluez_line import BUS_ERRORS, BluezLine
from devices.health.bonds import Bonds
from devices.health.hosts import OnHeard, OnKeptValue
from devices.health.kept_notifications import KeptNotifications
from devices.health.limits import Limits
from devices.health.pairing import AskPerson, Bond
from devices.health.pairing_agent import PairingAgent
from devices.health.recovery import Recovery

_RSSI_UNKNOWN = -127  # bleak's number for a device that BlueZ remembers and did not hear


class BluezHost:
    """A `devices.health.hosts.Host`. Runs on one asyncio loop."""

    errors: tuple[type[Exception], ...] = BUS_ERRORS

    def __init__(
        self, adapter: str | None, limits: Limits, characteristics: frozenset[str]
    ) -> None:
        """`adapter` pins one ("hci1"); None takes the first that is on.

        `characteristics` are the UUIDs whose values are readings: of bonded instruments they
        are listened to all the time.
        """
        self._limits = limits
        self._line = BluezLine(limits)
        self.adapters = AdapterWatch(self._line, adapter, discovery_gap_s=limits.discovery_gap_s)
        self.agent = PairingAgent(self._line)
        self.kept = KeptNotifications(self._line, characteristics, self._kept_value)
        self._bonds = Bonds(self._line)
        self._recovery = Recovery(self._line, self.adapters, limits)
        self._on_kept_value: OnKeptValue | None = None

    async def start(self) -> None:
        """Begin; returns when the state of the adapters is known."""
        await self._line.start()

    async def close(self) -> None:
        """Hang up. BlueZ drops the agent and the kept notifications with the connection."""
        await self.agent.close()
        await self.kept.close()
        await self._line.close()

    async def release_left_connections(self, services: frozenset[str]) -> None:
        await left_connections.release(self._line, services, self._limits.disconnect_s)

    def new_scanner(self, adapter: str, services: list[str], on_heard: OnHeard) -> BleakScanner:
        return BleakScanner(on_heard, service_uuids=services, bluez={"adapter": adapter})

    def new_client(
        self, adapter: str, device: BLEDevice, on_gone: Callable[[], None], timeout_s: float
    ) -> BleakClient:
        return BleakClient(
            device,
            disconnected_callback=lambda _: on_gone(),
            timeout=timeout_s,
            bluez={"adapter": adapter},
        )

    def is_news(self, heard: AdvertisementData) -> bool:
        """bleak tells every change of a device's properties, also the end of a connection: an
        instrument that BlueZ only remembers must not be called."""
        _, properties = heard.platform_data
        return heard.rssi != _RSSI_UNKNOWN and not properties.get("Connected")

    def scan_started(self, adapter: str) -> None:
        self._recovery.scan_started(adapter)

    async def scan_failed(self, adapter: str, error: Exception) -> None:
        await self._recovery.scan_failed(adapter, error)

    def wanted_pairing(self, address: str) -> bool:
        return self.agent.wanted_pairing(address)

    async def until_pairing_wanted(self, address: str) -> None:
        await self.agent.until_pairing_wanted(address)

    def allowing(self, address: str, ask: AskPerson) -> AbstractAsyncContextManager[None]:
        return self.agent.allowed(address, ask)

    async def paired(self, address: str) -> None:
        await self.kept.refresh()

    async def bonds(self, adapter: str) -> tuple[Bond, ...]:
        return await self._bonds.known(adapter)

    async def forget(self, adapter: str, address: str) -> None:
        await self._bonds.forget(adapter, address)

    def on_kept_value(self, listener: OnKeptValue) -> None:
        self._on_kept_value = listener

    def _kept_value(self, address: str, uuid: str, value: bytes) -> None:
        if self._on_kept_value is not None:
            self._on_kept_value(address, uuid, value)
