"""What the kiosk's Bluetooth costs while nobody measures: a scanner that listens all day.

The session engine alone, over real bleak, with the limits of the kiosk. The figure is the
processor time of this whole process; the instruments and the D-Bus daemon are other ones.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from typing import Final

from ble_figures.instruments import ADVERTISE_EVERY_S, NextDoor
from devices.health.session import Instruments
from offline_sync.clock import SystemClock

_OVER_S: Final = 20.0
_WARM_UP_S: Final = 1.0
_HEARD: Final = 3
_WITHIN_S: Final = 20.0
_AIM_PERCENT: Final = 2.0


def scan_figures() -> dict[str, object]:
    """Percent of one core, with nothing on the air and with instruments that call all the time."""
    with NextDoor() as next_door:
        return asyncio.run(_scan(next_door))


async def _scan(next_door: NextDoor) -> dict[str, object]:
    async with Instruments(SystemClock()) as instruments:
        await asyncio.sleep(_WARM_UP_S)
        silent = await _cpu_percent()
        next_door.tell("advertise")
        await _hear_all(instruments)
        began = time.monotonic()
        calling = await _cpu_percent()
        took_s = time.monotonic() - began
        [calls] = next_door.ask("silence")
    return {
        "aim": _AIM_PERCENT,
        "over_s": _OVER_S,
        "nothing_on_the_air": silent,
        "instruments_calling": calling,
        "instruments": _HEARD,
        "advertise_every_s": ADVERTISE_EVERY_S,
        "advertisements_per_s": round(calls / took_s, 1),
    }


async def _cpu_percent() -> float:
    before, began = time.process_time(), time.monotonic()
    await asyncio.sleep(_OVER_S)
    used_s = time.process_time() - before
    return round(100 * used_s / (time.monotonic() - began), 3)


async def _hear_all(instruments: Instruments) -> None:
    """Return when all that call are heard: a figure of a deaf scanner would say nothing."""
    heard: set[str] = set()
    async with asyncio.timeout(_WITHIN_S), aclosing(instruments.nearby()) as near:
        async for one in near:
            heard.add(one.address)
            if len(heard) == _HEARD:
                return
