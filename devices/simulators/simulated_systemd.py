"""A fake org.freedesktop.systemd1 on the private bus: restarts the simulated bluetoothd.

It answers only what a program needs to ask for a restart of bluetooth.service, or refuses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

SYSTEMD: Final = "org.freedesktop.systemd1"
MANAGER: Final = "org.freedesktop.systemd1.Manager"
MANAGER_PATH: Final = "/org/freedesktop/systemd1"
BLUETOOTH_UNIT: Final = "bluetooth.service"


Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Refusal(StrEnum):
    """Why systemd does not restart a unit for everybody."""

    ACCESS_DENIED = "org.freedesktop.DBus.Error.AccessDenied"
    INTERACTIVE = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"


class SimulatedSystemd:
    """`asked` lists every RestartUnit as (unit, mode). `refusal` is scripted by the test."""

    def __init__(self, restart_bluetooth: Callable[[], Awaitable[None]]) -> None:
        self.asked: list[tuple[str, str]] = []
        self.refusal: Refusal | None = None
        self._restart_bluetooth = restart_bluetooth
        self._bus: MessageBus | None = None
        self._jobs = 0

    async def start(self, spawn: Spawn) -> None:
        """Appear on the system bus; `spawn` runs a job in the background."""
        bus = MessageBus(bus_type=BusType.SYSTEM)
        self._bus = await bus.connect()

        def on_message(message: Message) -> Message | None:
            return self._answer(message, spawn)

        self._bus.add_message_handler(on_message)
        await self._bus.request_name(SYSTEMD)

    async def stop(self) -> None:
        """Leave the bus."""
        if self._bus is not None and self._bus.connected:
            self._bus.disconnect()
            with suppress(OSError, EOFError):
                await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        self._bus = None

    def _answer(self, message: Message, spawn: Spawn) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != MANAGER:
            return None
        if message.member in ("Subscribe", "Unsubscribe"):
            return Message.new_method_return(message)
        if message.member != "RestartUnit":
            return None
        unit, mode = message.body
        self.asked.append((unit, mode))
        if self.refusal is not None:
            return Message.new_error(message, self.refusal, "Permission denied")
        if unit != BLUETOOTH_UNIT:
            return Message.new_error(
                message, "org.freedesktop.systemd1.NoSuchUnit", f"Unit {unit} not found."
            )
        self._jobs += 1
        job = f"{MANAGER_PATH}/job/{self._jobs}"
        spawn(self._run(self._jobs, job, unit))
        return Message.new_method_return(message, "o", [job])

    async def _run(self, number: int, job: str, unit: str) -> None:
        await self._restart_bluetooth()
        if self._bus is not None and self._bus.connected:
            self._bus.send(
                Message(
                    message_type=MessageType.SIGNAL,
                    path=MANAGER_PATH,
                    interface=MANAGER,
                    member="JobRemoved",
                    signature="uoss",
                    body=[number, job, unit, "done"],
                )
            )
