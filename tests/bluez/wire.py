"""Two ledgers to hold the kiosk's against: what the instruments did, and what BlueZ handed out.

The emulated instruments keep a record of their own (JSON lines). BlueZ announces every value to
the whole bus, so a connection that only listens sees all that any client could have received.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

BLUETOOTHD = "/usr/libexec/bluetooth/bluetoothd"
_RECORD = Path("/out/peripheral.events")
_CONTROL = "/run/lab/ctl"
_CHARACTERISTIC = "org.bluez.GattCharacteristic1"
_ADAPTER = "org.bluez.Adapter1"
_PROPERTIES = "org.freedesktop.DBus.Properties"

Happening = dict[str, Any]
"""One line of the record: "t", "dev", "ev" and what belongs to that event."""


@dataclass(frozen=True)
class Sent:
    """A value that an instrument put on the air."""

    characteristic: str
    raw: bytes
    confirmed: bool  # an indication that was acknowledged


class Wire:
    """Speaks with the emulator and listens to BlueZ. `mark()` begins a new page in both ledgers."""

    def __init__(self) -> None:
        self._bus = MessageBus(bus_type=BusType.SYSTEM)
        self._begin = 0
        self._delivered: list[tuple[str, bytes]] = []  # address, value

    async def __aenter__(self) -> Self:
        await self._bus.connect()
        self._bus.add_message_handler(self._hear)
        await self._call(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "AddMatch",
            "s",
            [
                f"type='signal',sender='org.bluez',interface='{_PROPERTIES}',"
                f"arg0='{_CHARACTERISTIC}'"
            ],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._bus.disconnect()

    def mark(self) -> None:
        """Forget what happened so far."""
        self._begin = _RECORD.stat().st_size
        self._delivered.clear()

    def happened(self, name: str, *kinds: str) -> list[Happening]:
        """What an instrument recorded since the mark, in order."""
        with _RECORD.open("rb") as record:
            record.seek(self._begin)
            whole_lines = record.read().rpartition(b"\n")[0].splitlines()
        lines = [json.loads(line) for line in whole_lines]
        return [one for one in lines if one["dev"] == name and (not kinds or one["ev"] in kinds)]

    def sent(self, name: str, *characteristics: str) -> list[Sent]:
        """The values that an instrument sent since the mark."""
        sent: list[Sent] = []
        for one in self.happened(name, "send", "confirmed"):
            if one["ev"] == "send":
                sent.append(Sent(one["char"], bytes.fromhex(one["data"]), confirmed=False))
            else:
                last = max(n for n, value in enumerate(sent) if value.characteristic == one["char"])
                sent[last] = Sent(sent[last].characteristic, sent[last].raw, confirmed=True)
        return [one for one in sent if not characteristics or one.characteristic in characteristics]

    def delivered(self, address: str) -> list[bytes]:
        """The values of this instrument that BlueZ announced since the mark."""
        return [value for sender, value in self._delivered if sender == address]

    async def until(self, name: str, kind: str, within_s: float = 20.0) -> Happening:
        """Wait until an instrument has recorded an event of this kind."""
        async with asyncio.timeout(within_s):
            while not (found := self.happened(name, kind)):
                await asyncio.sleep(0.05)
        return found[-1]

    async def tell(self, *words: str) -> None:
        """Tell the emulator something (guest: ctl.py)."""
        reader, writer = await asyncio.open_unix_connection(_CONTROL)
        writer.write((" ".join(words) + "\n").encode())
        answer = (await reader.readline()).decode().strip()
        writer.close()
        if answer != "ok":
            raise RuntimeError(f"{words}: {answer}")

    async def set_powered(self, on: bool) -> None:
        """Switch the adapter."""
        await self._call(
            "org.bluez",
            "/org/bluez/hci0",
            _PROPERTIES,
            "Set",
            "ssv",
            [_ADAPTER, "Powered", Variant("b", on)],
        )

    async def is_powered(self) -> bool:
        """Whether there is an adapter that is on."""
        try:
            [powered] = await self._call(
                "org.bluez", "/org/bluez/hci0", _PROPERTIES, "Get", "ss", [_ADAPTER, "Powered"]
            )
        except RuntimeError:
            return False
        return bool(powered.value)

    async def _call(
        self, to: str, path: str, interface: str, member: str, signature: str, body: list[Any]
    ) -> list[Any]:
        reply = await self._bus.call(
            Message(
                destination=to,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=body,
            )
        )
        if reply is None or reply.message_type is MessageType.ERROR:
            raise RuntimeError(f"{member}: {reply and reply.error_name}")
        return list(reply.body)

    def _hear(self, message: Message) -> None:
        if (
            message.message_type is MessageType.SIGNAL
            and message.member == "PropertiesChanged"
            and message.body[0] == _CHARACTERISTIC
            and "Value" in message.body[1]
            and message.path
        ):
            address = message.path.split("/")[4].removeprefix("dev_").replace("_", ":")
            self._delivered.append((address, bytes(message.body[1]["Value"].value)))


async def bluetoothd_starts_anew(wire: Wire) -> None:
    """End bluetoothd and start it again, as `systemctl restart bluetooth` does (no systemd here).

    Returns when its adapter is on.
    """
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "bluetoothd":
                os.kill(int(process.name), signal.SIGTERM)
        except (FileNotFoundError, ProcessLookupError):
            continue
    async with asyncio.timeout(20):
        while await wire.is_powered():
            await asyncio.sleep(0.05)
        with Path("/out/bluetoothd-again.log").open("ab") as log:
            await asyncio.create_subprocess_exec(
                BLUETOOTHD, "-n", stdout=log, stderr=log, start_new_session=True
            )
        while not await wire.is_powered():
            try:
                await wire.set_powered(True)
            except RuntimeError:  # not there yet, or busy switching it on
                await asyncio.sleep(0.05)
