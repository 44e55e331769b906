"""Connections that a killed program has left open in BlueZ: an instrument in one can not be heard.

BlueZ keeps the link of a program that is no more. The instrument believes itself connected, so
it does not advertise, and a kiosk that starts again would wait for it in vain.
"""

from __future__ import annotations

import asyncio
import logging

from dbus_fast.errors import DBusError

from devices.health.bluez_line import BUS_ERRORS, DEVICE, BluezLine

_log = logging.getLogger(__name__)


async def release(line: BluezLine, services: frozenset[str], limit_s: float) -> None:
    """End every connection to an instrument that has one of these services.

    What the instrument has not sent by then stays in it, and comes with the next connection.
    """
    try:
        objects = await line.objects()
    except BUS_ERRORS as error:
        _log.info("connections left open are not known: %r", error)
        return
    left = [
        path
        for path, interfaces in objects.items()
        if (device := interfaces.get(DEVICE)) is not None
        and device.get("Connected")
        and services.intersection(device.get("UUIDs", ()))
    ]
    if left:
        _log.warning("%d connections were left open by a program that is no more", len(left))
        await asyncio.gather(*(_disconnect(line, path, limit_s) for path in left))


async def _disconnect(line: BluezLine, path: str, limit_s: float) -> None:
    try:
        await line.call(path, DEVICE, "Disconnect", limit_s=limit_s)
    except (DBusError, *BUS_ERRORS) as error:
        _log.warning("%s stays connected: %r", path, error)
