"""Bonded blood pressure monitors that send the moment the link is encrypted."""

import sys

from lab import Device, Drop, Wait

sys.path.append("/project/tests/bluez/models")
from behaviour import cuff, indicates_as_soon_as_encrypted, stored_readings


def bonded(name: str, last: int, delay_s: float, *, hangs_up: bool = True) -> Device:
    device = cuff(name, f"F0:00:00:00:06:{last:02X}", [], security="encrypt")
    readings = stored_readings(30)

    async def three_at_a_time(ctx) -> None:
        for reading in readings[:3]:
            await ctx.send("2A35", reading)
            readings.remove(reading)
        if hangs_up:
            await ctx.run([Wait(1.0), Drop(0x13)], "2A35")

    indicates_as_soon_as_encrypted(device, three_at_a_time, delay_s)
    return device


DEVICES = [
    bonded("AT-ONCE", 1, 0.0),
    bonded("SOON", 2, 0.15),
    bonded("LINGERS", 3, 0.0, hangs_up=False),
]
