"""What the session engine needs of the operating system's Bluetooth, and how systems differ.

The engine is the same everywhere, for bleak is. What bleak does not do is here: to know whether
there is an adapter, to answer when an instrument wants to be paired, and to keep listening to
bonded instruments. `devices.health.bluez_host` is Linux, `devices.health.other_hosts` the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from devices.health.adapter_state import AdapterState
from devices.health.pairing import AskPerson, Bond

OnHeard = Callable[[BLEDevice, AdvertisementData], None]
OnKeptValue = Callable[[str, str, bytes], None]  # address, characteristic, value


class Adapters(Protocol):
    """Which adapter is to be used, or why none can be."""

    @property
    def state(self) -> AdapterState: ...

    async def until(self, holds: Callable[[AdapterState], bool]) -> AdapterState:
        """Return the state as soon as `holds` is true of it."""
        ...

    async def until_scan_died(self, name: str) -> None:
        """Return when a scan that was started on this adapter has ended by itself."""
        ...


class Host(Protocol):
    """The Bluetooth of one computer. All of it runs on one asyncio loop."""

    errors: tuple[type[Exception], ...]  # what its calls raise beside bleak's own errors

    @property
    def adapters(self) -> Adapters: ...

    async def start(self) -> None:
        """Begin; returns when the state of the adapters is known."""
        ...

    async def close(self) -> None: ...

    async def release_left_connections(self, services: frozenset[str]) -> None:
        """End the connections that a program before this one has left to such instruments."""
        ...

    def new_scanner(self, adapter: str, services: list[str], on_heard: OnHeard) -> BleakScanner: ...

    def new_client(
        self, adapter: str, device: BLEDevice, on_gone: Callable[[], None], timeout_s: float
    ) -> BleakClient: ...

    def is_news(self, heard: AdvertisementData) -> bool:
        """Whether this was heard on the air just now, and not only remembered."""
        ...

    def scan_started(self, adapter: str) -> None:
        """A scan runs: whatever was wrong with the adapter is over."""
        ...

    async def scan_failed(self, adapter: str, error: Exception) -> None:
        """A scan did not start, or ended by itself, with an adapter that is said to be on.

        Does what can be done about it (nothing, power cycle, restart of the service) and
        returns; the scanner then tries again, each time after a longer pause.
        """
        ...

    def wanted_pairing(self, address: str) -> bool:
        """Whether this instrument asked to be paired since the last call, and was refused."""
        ...

    async def until_pairing_wanted(self, address: str) -> None:
        """Return when this instrument has asked to be paired, and was refused."""
        ...

    def allowing(self, address: str, ask: AskPerson) -> AbstractAsyncContextManager[None]:
        """Let this one instrument be paired for as long as the context lasts."""
        ...

    async def paired(self, address: str) -> None:
        """This instrument has just been paired: begin to keep its notifications."""
        ...

    async def bonds(self, adapter: str) -> tuple[Bond, ...]:
        """The instruments that are paired. Raises `AdapterUnavailable`."""
        ...

    async def forget(self, adapter: str, address: str) -> None:
        """Undo pairing; nothing happens when there is none. Raises `AdapterUnavailable`."""
        ...

    def on_kept_value(self, listener: OnKeptValue) -> None:
        """Tell `listener` what bonded instruments send, session or not. Call before `start()`."""
        ...
