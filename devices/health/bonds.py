"""The instruments that this computer is paired with, as BlueZ keeps them: listed and forgotten.

BlueZ is the only place where a bond is kept; the kiosk stores none, so the two can not differ.
A bond is made by pairing (`devices.health.pairing_agent`), never here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Final

from dbus_fast.errors import DBusError

from devices.health.bluez_line import (
    ADAPTER,
    BUS_ERRORS,
    DEVICE,
    BluezLine,
    Interfaces,
    Properties,
    adapter_path,
)
from devices.health.errors import AdapterReason, AdapterUnavailable
from devices.health.gatt import ALL_KINDS, kind_of
from devices.health.pairing import Bond

_log = logging.getLogger(__name__)

_ALREADY_GONE: Final = "org.bluez.Error.DoesNotExist"
_REASONS: Final = {
    "org.bluez.Error.NotReady": AdapterReason.POWERED_OFF,
    "org.bluez.Error.NotAuthorized": AdapterReason.NOT_ALLOWED,
    "org.freedesktop.DBus.Error.AccessDenied": AdapterReason.NOT_ALLOWED,
    "org.freedesktop.DBus.Error.UnknownObject": AdapterReason.NO_ADAPTER,
    "org.freedesktop.DBus.Error.UnknownMethod": AdapterReason.NO_ADAPTER,  # older BlueZ
    "org.freedesktop.DBus.Error.ServiceUnknown": AdapterReason.NO_BLUETOOTH_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": AdapterReason.NO_BLUETOOTH_SERVICE,
    "org.freedesktop.DBus.Error.NoReply": AdapterReason.NO_BLUETOOTH_SERVICE,
}


class Bonds:
    """Asks BlueZ each time: nothing is remembered here."""

    def __init__(self, line: BluezLine) -> None:
        self._line = line

    async def known(self, adapter: str) -> tuple[Bond, ...]:
        """Every bond of this adapter ("hci0"), by name.

        Raises:
            AdapterUnavailable: BlueZ can not be asked.
        """
        objects = await self._objects()
        bonds = [_bond(properties) for _, properties in _bonded(objects, adapter)]
        return tuple(sorted(bonds, key=lambda bond: (bond.name or "", bond.address)))

    async def is_bonded(self, adapter: str, address: str) -> bool:
        """Whether this adapter has a bond with the instrument. Raises as `known` does."""
        return any(bond.address == address.upper() for bond in await self.known(adapter))

    async def forget(self, adapter: str, address: str) -> None:
        """End the bond, and the connection with it. No bond is fine too.

        Raises:
            AdapterUnavailable: BlueZ can not be asked, or does not do it.
        """
        objects = await self._objects()
        for path, properties in _bonded(objects, adapter):
            if properties.get("Address") == address.upper():
                await self._remove(adapter, path)

    async def _remove(self, adapter: str, path: str) -> None:
        try:
            await self._line.call(adapter_path(adapter), ADAPTER, "RemoveDevice", "o", [path])
        except DBusError as error:
            if error.type != _ALREADY_GONE:
                raise _unavailable(error) from error
        except BUS_ERRORS as error:
            raise _unavailable(error) from error

    async def _objects(self) -> Mapping[str, Interfaces]:
        try:
            return await self._line.objects()
        except BUS_ERRORS as error:
            raise _unavailable(error) from error


def is_bond(device: Properties) -> bool:
    """Whether the Device1 properties are those of a bond.

    "Paired" alone can be a pairing whose keys were not kept; "Bonded" tells, from BlueZ 5.65 on
    (org.bluez.Device documentation).
    """
    return bool(device.get("Bonded", device.get("Paired", False)))


def _bonded(objects: Mapping[str, Interfaces], adapter: str) -> Iterator[tuple[str, Properties]]:
    for path, interfaces in objects.items():
        device = interfaces.get(DEVICE)
        if device is not None and path.startswith(f"{adapter_path(adapter)}/") and is_bond(device):
            yield path, device


def _bond(device: Properties) -> Bond:
    kind = kind_of(device.get("UUIDs", ()), ALL_KINDS)
    return Bond(
        # Not the address in the path: that one is of the day when it was first heard.
        address=device["Address"],
        name=device.get("Name"),
        kind=kind.name if kind is not None else None,
        connected=bool(device.get("Connected", False)),
    )


def _unavailable(error: Exception) -> AdapterUnavailable:
    _log.info("BlueZ did not tell or forget bonds: %r", error)
    if isinstance(error, DBusError):
        return AdapterUnavailable(_REASONS.get(error.type, AdapterReason.STUCK))
    if isinstance(error, TimeoutError):
        return AdapterUnavailable(AdapterReason.STUCK)
    return AdapterUnavailable(AdapterReason.NO_SYSTEM_BUS)
