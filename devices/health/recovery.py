"""What is done about an adapter that is on and does not scan: said, turned off and on, restarted.

BlueZ can lose its discovery after hours or days (reference: bluez issues 367, 1554, 343), and
nobody in a village centre can type `systemctl`. Each attempt here follows a scan that failed,
and the scanner paces those: nothing is polled, and there is no clock.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError
from dbus_fast import Variant
from dbus_fast.errors import DBusError

from devices.health.adapter import AdapterWatch
from devices.health.bluez_line import ADAPTER, BUS_ERRORS, BluezLine, adapter_path
from devices.health.limits import Limits

_log = logging.getLogger(__name__)

SERVICE: Final = "bluetooth.service"
_SYSTEMD: Final = "org.freedesktop.systemd1"
_LONGEST_GAP: Final = 16  # failed scans between two attempts: the scanner waits 30 s after each

# The cause is plain, and another than an adapter that is stuck.
_PLAIN: Final = frozenset(
    {
        "org.bluez.Error.NotReady",  # off
        "org.bluez.Error.NotAuthorized",
        "org.freedesktop.DBus.Error.AccessDenied",
        "org.freedesktop.DBus.Error.ServiceUnknown",
        "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.DBus.Error.UnknownObject",
        "org.freedesktop.DBus.Error.Disconnected",
    }
)


@dataclass(slots=True)
class _Trouble:
    """Scans that failed in a row on one adapter, and what was done about them."""

    adapter: str
    failed: int = 0
    next_attempt: int = 0  # not before so many have failed
    gap: int = 1
    restart_next: bool = True
    restart_refused: bool = False


class Recovery:
    """Told of each scan by the scanner; one trouble lasts until a scan starts."""

    def __init__(self, line: BluezLine, adapters: AdapterWatch, limits: Limits) -> None:
        self._line = line
        self._adapters = adapters
        self._limits = limits
        self._trouble: _Trouble | None = None

    def scan_started(self, adapter: str) -> None:
        """Whatever was wrong is over."""
        if self._trouble is not None and self._trouble.failed >= self._limits.power_cycle_after:
            _log.warning("%s scans again", adapter)
        self._trouble = None
        self._adapters.set_stuck(False)

    async def scan_failed(self, adapter: str, error: Exception) -> None:
        """Count it, and do what is to be done after so many.

        From `Limits.power_cycle_after` on the adapter is turned off and on each time; from
        `Limits.restart_after` on the Bluetooth service is asked to start again and the adapter
        turned off and on by turns, after 1, 2, 4... further failures. Where the service may
        not be restarted, only the latter.
        """
        if self._adapters.state.name != adapter or _is_plain(error):
            return
        if self._trouble is None or self._trouble.adapter != adapter:
            self._trouble = _Trouble(adapter)
        trouble = self._trouble
        trouble.failed += 1
        if trouble.failed < self._limits.power_cycle_after:
            return
        self._adapters.set_stuck(True)
        if trouble.failed < self._limits.restart_after:
            await self._power_cycle(trouble)
        elif trouble.failed >= trouble.next_attempt:
            trouble.next_attempt = trouble.failed + trouble.gap
            trouble.gap = min(trouble.gap * 2, _LONGEST_GAP)
            restart = trouble.restart_next and not trouble.restart_refused
            trouble.restart_next = not trouble.restart_next
            if not (restart and await self._restart_service(trouble)):
                await self._power_cycle(trouble)

    async def _power_cycle(self, trouble: _Trouble) -> None:
        _log.warning(
            "%s does not scan (%d times): turning it off and on", trouble.adapter, trouble.failed
        )
        with self._adapters.restarting(trouble.adapter):
            try:
                await self._switch(trouble.adapter, on=False)
            finally:  # also when the kiosk is closed meanwhile: never leave it off
                await self._switch(trouble.adapter, on=True)

    async def _switch(self, adapter: str, *, on: bool) -> None:
        try:
            async with asyncio.timeout(self._limits.bus_call_s):
                await self._set_powered(adapter, on)
                await self._adapters.until_powered(adapter, on)
        except BUS_ERRORS as error:
            _log.warning("%s was not turned %s: %r", adapter, "on" if on else "off", error)

    async def _set_powered(self, adapter: str, on: bool) -> None:
        """BlueZ is busy for a moment while it switches by itself (0.1 s after its start)."""
        while True:
            try:
                await self._line.set_property(
                    adapter_path(adapter), ADAPTER, "Powered", Variant("b", on)
                )
            except DBusError as error:
                if error.type != "org.bluez.Error.Busy":
                    raise
                await asyncio.sleep(self._limits.retry_first_s)
            else:
                return

    async def _restart_service(self, trouble: _Trouble) -> bool:
        """Ask systemd; False when it does not do that for us (it takes a polkit rule)."""
        turn = self._adapters.state.turn
        try:
            await self._line.call(
                "/org/freedesktop/systemd1",
                f"{_SYSTEMD}.Manager",
                "RestartUnit",
                "ss",
                [SERVICE, "replace"],
                destination=_SYSTEMD,
            )
            _log.warning(
                "%s does not scan (%d times): %s is starting again",
                trouble.adapter,
                trouble.failed,
                SERVICE,
            )
            async with asyncio.timeout(self._limits.bus_call_s):
                await self._adapters.until(lambda state: state.turn != turn)
        except DBusError as error:
            trouble.restart_refused = True
            _log.warning("the kiosk may not restart %s: %r", SERVICE, error)
            return False
        except BUS_ERRORS as error:
            _log.warning("%s was not restarted: %r", SERVICE, error)
            return False
        return True


def _is_plain(error: Exception) -> bool:
    match error:
        case BleakBluetoothNotAvailableError():
            return True  # off, or no adapter
        case BleakDBusError(dbus_error=name) | DBusError(type=name):
            return name in _PLAIN
        case TimeoutError():
            return False  # an OSError too
        case OSError() | EOFError():
            return True  # no bus
        case _:
            return False
