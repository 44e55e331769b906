"""What several emulated instruments do, beyond the words of the guest's `lab` vocabulary.

Runs in the guest, inside the program that plays the instruments; the model files import it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from lab import Char, Device, Drop, Service, Wait, blood_pressure, date_time

import __main__ as player  # the guest's peripheral.py

HONG_KONG = timezone(timedelta(hours=8))
TYPED = Path("/run/lab/typed")  # the digits that the person types on an instrument

Step = Callable[[Any], Awaitable[None]]


def now() -> datetime:
    """What a right clock on the wall of the village centre shows."""
    return datetime.now(HONG_KONG)


def stored_readings(count: int, first_systolic: int = 111) -> list[bytes]:
    """Blood pressures of this morning, a minute apart, each with another systolic."""
    begin = now() - timedelta(hours=3)
    return [
        blood_pressure(
            first_systolic + n, 71, 84, when=begin + timedelta(minutes=n), pulse=60 + n % 40
        )
        for n in range(count)
    ]


def send_stored(
    stored: list[bytes],
    char: str = "2A35",
    lost_after: int | None = None,
    at_most: int | None = None,
) -> list[Step]:
    """Send what is stored, `at_most` so many in one connection; a reading is erased when it was
    confirmed, never before.

    After `lost_after` of them the link is lost, once.
    """
    loses = [lost_after]

    async def step(ctx: Any) -> None:
        sent = 0
        while stored and sent != at_most:
            if sent == loses[0]:
                loses[0] = None
                await _leave(ctx, 0x08)
            if not await ctx.send(char, stored[0]):
                return
            stored.pop(0)
            sent += 1

    return [step]


def measure(systolics: list[int], char: str = "2A35", *, time_stamped: bool = True) -> list[Step]:
    """Take the next of these systolics as a new reading, and send it."""

    async def step(ctx: Any) -> None:
        if systolics:
            when = now() if time_stamped else None
            if await ctx.send(char, blood_pressure(systolics[0], 81, 97, when=when, pulse=66)):
                systolics.pop(0)

    return [step]


def cuff(name: str, address: str, on_subscribe: list[Any], **given: Any) -> Device:
    """A blood pressure monitor; `security` and whatever `lab.Device` takes may be given."""
    security = given.pop("security", "none")
    more = given.pop("more", [])
    return Device(
        name,
        [
            Service(
                "1810",
                [
                    Char("2A35", "indicate", security=security, on_subscribe=on_subscribe),
                    Char("2A49", "read", b"\x1f\x00", security=security),
                    *more,
                ],
            ),
            *given.pop("services", []),
        ],
        address=address,
        on_air=False,
        **given,
    )


class Clock:
    """A clock that is off, until it is set."""

    def __init__(self, off: timedelta, uuid: str = "2A2B") -> None:
        self.off = off
        self.was_set = asyncio.Event()
        self._uuid = uuid

    def char(self, security: str = "none") -> Char:
        return Char(
            self._uuid,
            "read|write",
            value=lambda _: self.shown(),
            security=security,
            on_write=self.set_by_kiosk,
        )

    def shown(self) -> bytes:
        tail = b"\x00\x00\x00" if self._uuid == "2A2B" else b""
        return date_time(now() + self.off) + tail

    async def set_by_kiosk(self, _: Any, value: bytes) -> None:
        year, (month, day, hour, minute, second) = int.from_bytes(value[:2], "little"), value[2:7]
        told = datetime(year, month, day, hour, minute, second, tzinfo=HONG_KONG)
        self.off = told - now()
        self.was_set.set()


def goes_away_once(reason: int) -> list[Step]:
    """At the first connection the link ends at once; at the next it does not."""
    already: list[bool] = []

    async def step(ctx: Any) -> None:
        if not already:
            already.append(True)
            await _leave(ctx, reason)

    return [step]


def shaky(stored: list[bytes], chance: random.Random) -> tuple[list[Step], list[Step]]:
    """Steps at the connection and at the subscription of an instrument at the edge of range.

    One connection in six fails at once; three readings go out in each, and before and after each
    of them the link may be lost. A reading whose confirmation was lost is sent again.
    """

    async def connected(ctx: Any) -> None:
        if chance.random() < 1 / 6:
            await _leave(ctx, 0x3E)

    async def subscribed(ctx: Any) -> None:
        for reading in stored[:3]:
            if chance.random() < 1 / 8:
                await _leave(ctx, 0x08)
            if not await ctx.send("2A35", reading):
                return
            if chance.random() < 1 / 8:
                await _leave(ctx, 0x08)
            stored.remove(reading)
        await ctx.run([Wait(0.3), Drop(0x13)], "2A35")

    return [connected], [subscribed]


async def _leave(ctx: Any, reason: int) -> None:
    """End the link; the steps that would have followed are not taken."""
    await ctx.drop(reason)
    raise asyncio.CancelledError


def person_types_on_the_instrument() -> None:
    """Let an instrument with a keyboard take the digits that the check writes to `TYPED`."""

    async def get_number(_: Any) -> int:
        while not TYPED.exists():
            await asyncio.sleep(0.05)
        return int(TYPED.read_text())

    player.Delegate.get_number = get_number


def indicates_as_soon_as_encrypted(device: Device, step: Step, delay_s: float) -> None:
    """A bonded instrument remembers who subscribed: it sends when the link is encrypted, and
    waits for no new subscription."""
    remembered: dict[tuple[str, int], bytes] = {}
    lab_class = player.Lab
    connected, subscribed = lab_class.on_connection, lab_class.on_subscription

    def on_connection(lab: Any, conn: Any) -> None:
        connected(lab, conn)
        if lab.spec is device:
            conn.on("connection_encryption_change", lambda: encrypted(lab, conn))

    def on_subscription(lab: Any, conn: Any, char: Char, notify: bool, indicate: bool) -> None:
        if lab.spec is device:
            key = (str(conn.peer_address), lab.chars[char.uuid.upper()][0].handle)
            remembered[key] = bytes((notify | indicate << 1, 0))
        subscribed(lab, conn, char, notify, indicate)

    def encrypted(lab: Any, conn: Any) -> None:
        values = {
            handle: value
            for (peer, handle), value in remembered.items()
            if peer == str(conn.peer_address) and value[0]
        }
        if not conn.is_encrypted or not values or getattr(conn, "has_sent", False):
            return
        conn.has_sent = True
        lab.b.gatt_server.subscribers.setdefault(conn, {}).update(values)
        ctx = player.Ctx(lab, conn)

        async def send() -> None:
            await asyncio.sleep(delay_s)
            await step(ctx)

        ctx.spawn(send())

    lab_class.on_connection, lab_class.on_subscription = on_connection, on_subscription
