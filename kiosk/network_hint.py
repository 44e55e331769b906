"""A hint from NetworkManager that a network came up, so that the sync need not wait for its turn.

Only a hint: it wakes the sync and decides nothing. A computer without D-Bus or NetworkManager, and
a bus that fails, change nothing; the sync tries at its own pace as before. Nothing is polled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

from devices.health.bluez_line import BUS_ERRORS

log = logging.getLogger(__name__)

_MANAGER: Final = "org.freedesktop.NetworkManager"
_PATH: Final = "/org/freedesktop/NetworkManager"
_RULE: Final = f"type='signal',sender='{_MANAGER}',path='{_PATH}',member='StateChanged'"
_CONNECTED: Final = 50
"""NM_STATE_CONNECTED_LOCAL: a hub may stand in the village's own network. Above it are 60 (site)
and 70 (global); NetworkManager D-Bus API, NMState."""
_CALL_S: Final = 10.0


async def watch_network(on_up: Callable[[], None]) -> None:
    """Call `on_up` whenever a network came up. Ends when the bus does; raises nothing."""
    bus: MessageBus | None = None
    try:
        bus = MessageBus(bus_type=BusType.SYSTEM)  # raises on an address that is none
        async with asyncio.timeout(_CALL_S):
            await bus.connect()
            bus.add_message_handler(lambda message: _heard(message, on_up))
            await bus.call(
                Message(
                    destination="org.freedesktop.DBus",
                    path="/org/freedesktop/DBus",
                    interface="org.freedesktop.DBus",
                    member="AddMatch",
                    signature="s",
                    body=[_RULE],
                )
            )
        await _left(bus)
    except BUS_ERRORS as error:
        log.debug("no hints from the network: %r", error)
    finally:
        if bus is not None and bus.connected:
            bus.disconnect()
            with suppress(*BUS_ERRORS):
                await asyncio.wait_for(_left(bus), _CALL_S)


async def _left(bus: MessageBus) -> None:
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


def _heard(message: Message, on_up: Callable[[], None]) -> None:
    if (
        message.message_type is MessageType.SIGNAL
        and (message.interface, message.path) == (_MANAGER, _PATH)
        and message.member == "StateChanged"
        and message.signature == "u"
        and message.body[0] >= _CONNECTED
    ):
        on_up()
