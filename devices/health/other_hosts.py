"""The Bluetooth of a Windows or macOS computer: what bleak gives there, and nothing more.

The kiosk is made for Linux; here it measures with the same engine and with less around it.
It must import nothing of D-Bus. What is different (reference: bleak 3.1.0, backends/winrt and
backends/corebluetooth; its issues 1434 and 1528; docs/troubleshooting):

Both
- No signal says that Bluetooth was switched off or on: only scanning tells. "Off" is believed
  for a while that grows, then scanning is tried again. An adapter that is switched off in the
  middle of a scan is noticed at the next connection, or when the scan is started anew
  (`Limits.rescan_every_s`).
- One adapter: the system's default. It can not be chosen, and an adapter that is stuck can
  only be spoken of, not restarted.
- Bonds are kept by the system and bleak does not list them. Between sessions nothing listens to
  a bonded instrument: what it sends before the engine has subscribed may be lost.

Windows (11)
- `pair()` does "Just Works" only. An instrument with a number is paired in the Windows
  settings, where the dialog closes by itself after less than 2 s if it is not answered.
- bleak wants a thread without a window (MTA), and one asyncio loop for the life of the process.

macOS
- There is no `pair()`: the system asks by itself, at the first read or subscription that needs
  it, and the subscription waits meanwhile.
- There are no addresses. An instrument is known by a UUID that this computer made up for it:
  the same instrument has another one at another kiosk.
- An application needs `NSBluetoothAlwaysUsageDescription` in its Info.plist, and the user's
  permission: without it, the adapter is `NOT_ALLOWED`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from typing import Final, Literal

from bleak import BleakClient, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakError,
)

from devices.health.adapter_state import AdapterState
from devices.health.errors import AdapterReason, PairingFailed, PairingReason
from devices.health.hosts import OnHeard, OnKeptValue
from devices.health.limits import Limits
from devices.health.pairing import AskPerson, Bond

_log = logging.getLogger(__name__)

DEFAULT_ADAPTER: Final = "default"
_RSSI_OUT_OF_RANGE: Final = -127  # Windows' number for an instrument that is no longer heard

_Why = BleakBluetoothNotAvailableReason
_REASONS: Final = {
    _Why.NO_BLUETOOTH: AdapterReason.NO_ADAPTER,
    _Why.NO_BLE_CENTRAL_ROLE: AdapterReason.NOT_LOW_ENERGY,
    _Why.POWERED_OFF: AdapterReason.POWERED_OFF,
    _Why.DENIED_BY_USER: AdapterReason.NOT_ALLOWED,
    _Why.DENIED_BY_SYSTEM: AdapterReason.NOT_ALLOWED,
    _Why.DENIED_BY_UNKNOWN: AdapterReason.NOT_ALLOWED,
    _Why.UNKNOWN: AdapterReason.NO_BLUETOOTH_SERVICE,  # macOS: its service is restarting
}


class ToldByScanning:
    """The system's adapter, as far as starting a scan tells."""

    def __init__(self, limits: Limits) -> None:
        self.state = AdapterState(DEFAULT_ADAPTER, None)
        self._limits = limits
        self._changed = asyncio.Event()
        self._believed_s = limits.retry_first_s
        self._doubting: asyncio.TimerHandle | None = None
        self._failed = 0

    async def until(self, holds: Callable[[AdapterState], bool]) -> AdapterState:
        """Return the state as soon as `holds` is true of it."""
        while not holds(self.state):
            await self._changed.wait()
        return self.state

    async def until_scan_died(self, name: str) -> None:
        """Never returns: a scan that has ended by itself does not say so here."""
        await asyncio.Event().wait()

    def scan_started(self) -> None:
        """There is an adapter, and it works."""
        self._believed_s = self._limits.retry_first_s
        self._failed = 0
        self._announce(replace(self.state, stuck=False))

    def scan_failed(self, error: Exception) -> None:
        """Believe why, for a while; an unknown reason, again and again, is a stuck adapter."""
        if isinstance(error, BleakBluetoothNotAvailableError):
            reason = _REASONS[error.reason]
            self._announce(AdapterState(None, reason, self.state.turn + 1))
            self.close()
            self._doubting = asyncio.get_running_loop().call_later(self._believed_s, self._doubt)
            self._believed_s = min(self._believed_s * 2, self._limits.retry_longest_s)
            return
        self._failed += 1
        if self._failed >= self._limits.power_cycle_after and not self.state.stuck:
            _log.warning("Bluetooth does not scan: %r", error)
            self._announce(replace(self.state, stuck=True))

    def close(self) -> None:
        """Doubt nothing any more."""
        if self._doubting is not None:
            self._doubting.cancel()

    def _doubt(self) -> None:
        """It may have been switched on: scanning will tell."""
        self._announce(AdapterState(DEFAULT_ADAPTER, None, self.state.turn + 1))

    def _announce(self, state: AdapterState) -> None:
        if state != self.state:
            self.state = state
            self._changed.set()
            self._changed = asyncio.Event()


class PlainHost:
    """A `devices.health.hosts.Host` for Windows and macOS. Runs on one asyncio loop."""

    errors: tuple[type[Exception], ...] = (OSError,)  # WinRT's own; TimeoutError is one too

    def __init__(
        self,
        limits: Limits,
        *,
        pairs: Literal["confirm_only", "never"],
        scanner_backend: type[BaseBleakScanner] | None = None,
        client_backend: type[BaseBleakClient] | None = None,
    ) -> None:
        """`pairs`: whether this system lets a program pair an instrument without a number.

        The backends are bleak's own for this system, unless a test brings others.
        """
        self.adapters = ToldByScanning(limits)
        self._pairs = pairs
        self._scanner_backend = scanner_backend
        self._client_backend = client_backend

    async def start(self) -> None:
        """Nothing is known before the first scan, so there is nothing to wait for."""

    async def close(self) -> None:
        self.adapters.close()

    async def release_left_connections(self, services: frozenset[str]) -> None:
        """These systems end the connections of a program together with it."""

    def new_scanner(self, adapter: str, services: list[str], on_heard: OnHeard) -> BleakScanner:
        return BleakScanner(on_heard, service_uuids=services, backend=self._scanner_backend)

    def new_client(
        self, adapter: str, device: BLEDevice, on_gone: Callable[[], None], timeout_s: float
    ) -> BleakClient:
        return BleakClient(
            device,
            disconnected_callback=lambda _: on_gone(),
            timeout=timeout_s,
            backend=self._client_backend,
        )

    def is_news(self, heard: AdvertisementData) -> bool:
        """These systems tell nothing but what was heard."""
        return heard.rssi != _RSSI_OUT_OF_RANGE

    def scan_started(self, adapter: str) -> None:
        self.adapters.scan_started()

    async def scan_failed(self, adapter: str, error: Exception) -> None:
        self.adapters.scan_failed(error)

    def wanted_pairing(self, address: str) -> bool:
        """Not told: the instrument's own refusal is all that is known."""
        return False

    async def until_pairing_wanted(self, address: str) -> None:
        """Never returns: not told."""
        await asyncio.Event().wait()

    def allowing(self, address: str, ask: AskPerson) -> AbstractAsyncContextManager[None]:
        """Asks nothing: "Just Works" is what bleak can do, and the person has started it.

        macOS's `pair()` raises NotImplementedError, which the session knows.
        """
        return nullcontext()

    async def paired(self, address: str) -> None:
        """Nothing to keep: see the module's text."""

    async def bonds(self, adapter: str) -> tuple[Bond, ...]:
        """Not told: bleak does not list them. The system's settings do."""
        return ()

    async def forget(self, adapter: str, address: str) -> None:
        """Undo pairing, where the system lets a program do it.

        Raises:
            PairingFailed: it is done in the system's settings.
        """
        if self._pairs == "never":
            raise PairingFailed("this system forgets instruments by itself", PairingReason.NOT_HERE)
        try:
            await BleakClient(address, backend=self._client_backend).unpair()
        except (BleakError, OSError) as error:
            raise PairingFailed(f"not forgotten: {error!r}", PairingReason.NOT_HERE) from error

    def on_kept_value(self, listener: OnKeptValue) -> None:
        """Nothing is kept here, so there is nothing to tell."""
