"""Instruments with the manners of their makers (devices/health/quirks.py): Omron, Beurer, A&D."""

import asyncio
import sys
from datetime import timedelta

from lab import AttError, Char, Device, Drop, Send, Service, Wait, weight

sys.path.append("/project/tests/bluez/models")
from behaviour import Clock, cuff, measure, now, send_stored, stored_readings

# Omron: tells its clock once for each connection; may be set once then, when it is far off.
omron_clock = Clock(timedelta(hours=-1))
told = [False]


async def tell_clock(ctx) -> None:
    told[0] = True
    await ctx.send("2A2B", omron_clock.shown())


async def set_omron(ctx, value: bytes) -> None:
    if not told[0] or abs(omron_clock.off) < timedelta(minutes=10):
        await ctx.drop(0x13)  # it misbehaves
        raise AttError(0x80)
    told[0] = False
    await omron_clock.set_by_kiosk(ctx, value)


omron = cuff(
    "BLESmart_0001",
    "F0:00:00:00:07:01",
    [Wait(0.5), *measure([131, 132]), Wait(6.0), Drop(0x13)],
    services=[
        Service(
            "1805",
            [
                Char(
                    "2A2B",
                    "read|write|notify",
                    value=lambda _: omron_clock.shown(),
                    on_write=set_omron,
                    on_subscribe=[tell_clock],
                )
            ],
            advertise=False,
        )
    ],
    on_connect=[lambda _: told.__setitem__(0, False)],
)

# Beurer: says nothing before its clock was written and one of its users consented to.
beurer_clock = Clock(timedelta(minutes=-7))
consented = asyncio.Event()
codes: dict[int, bytes] = {}


async def user_control(ctx, value: bytes) -> None:
    operation, result, rest = value[0], 2, b""
    if operation == 1:
        user = len(codes) + 1
        codes[user] = value[1:3]
        result, rest = 1, bytes((user,))
    elif operation == 2:
        right = codes.get(value[1]) == value[2:4]
        result = 1 if right and beurer_clock.was_set.is_set() else 5
        if result == 1:
            consented.set()
    ctx.spawn(ctx.send("2A9F", bytes((0x20, operation, result)) + rest))


async def until_consented(_) -> None:
    await consented.wait()


def greet_anew(_) -> None:
    consented.clear()
    beurer_clock.was_set.clear()


beurer = Device(
    "BF720",
    [
        Service(
            "181D",
            [
                Char(
                    "2A9D",
                    "indicate",
                    security="encrypt",
                    on_subscribe=[
                        until_consented,
                        Send(weight(64.2, when=now(), user=1)),
                        Wait(0.5),
                        Drop(0x13),
                    ],
                ),
                Char("2A9E", "read", b"\x00\x00\x00\x00"),
            ],
        ),
        Service(
            "181C",
            [Char("2A9F", "write|indicate", security="encrypt", on_write=user_control)],
            advertise=False,
        ),
        Service("1805", [beurer_clock.char(security="encrypt")], advertise=False),
    ],
    address="F0:00:00:00:07:02",
    on_air=False,
    on_connect=[greet_anew],
)

# A&D: bonded; its stored readings come when its clock is set in the first seconds.
and_clock = Clock(timedelta(days=-400), "2A08")


async def until_set(_) -> None:
    await and_clock.was_set.wait()


a_and_d = cuff(
    "A&D_UA-651BLE_02",
    "F0:00:00:00:07:03",
    [until_set, *send_stored(stored_readings(6), at_most=3), Wait(0.5), Drop(0x13)],
    more=[and_clock.char(security="encrypt")],
    security="encrypt",
    on_connect=[lambda _: and_clock.was_set.clear()],
)

DEVICES = [omron, beurer, a_and_d]
