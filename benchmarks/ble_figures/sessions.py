"""Whether the kiosk's memory stays flat over thousands of measuring sessions in a row.

The session engine alone, over real bleak, in this process; instruments and D-Bus in other ones.
The limits are short, so that a session takes tens of milliseconds; nothing else differs. Some
hundreds of sessions fill caches and free lists: whether memory is flat, only thousands tell.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from pathlib import Path
from typing import Final

from ble_figures.instruments import NextDoor
from devices.health.events import SessionEvent
from devices.health.limits import Limits
from devices.health.session import Instruments
from offline_sync.clock import SystemClock

_LIMITS: Final = Limits(
    connect_s=10,
    connect_total_s=20,
    disconnect_s=5,
    quiet_s=0.3,
    adapter_grace_s=0.2,
    sighting_age_s=5,
    retry_first_s=0.02,
    retry_longest_s=0.2,
)
_TIME_S: Final = 30.0
_POINTS: Final = 20
_PAGE_KB: Final = 4


def session_figures(sessions: int) -> dict[str, object]:
    """Resident memory after a collection at fixed points; growth is the slope of the later half.

    `sessions` is at least 20, the number of points.
    """
    with NextDoor() as next_door:
        began = time.monotonic()
        points = asyncio.run(_measure(next_door, sessions))
        took_s = time.monotonic() - began
    grown = [point for point in points if point[0] >= sessions / 2]
    slope, _ = statistics.linear_regression(*zip(*grown, strict=True))
    return {
        "sessions": sessions,
        "first_mb": _mb(points[0][1]),
        "last_mb": _mb(points[-1][1]),
        "growth_kb_per_1000_sessions": round(slope * 1000, 1),
        "ms_per_session": round(took_s * 1000 / sessions, 1),
        "mb_after": {str(done): _mb(kb) for done, kb in points},
    }


async def _measure(next_door: NextDoor, sessions: int) -> list[tuple[int, int]]:
    """(sessions so far, kilobytes) at every point."""
    points: list[tuple[int, int]] = []
    every = sessions // _POINTS
    async with Instruments(SystemClock(), limits=_LIMITS) as instruments:
        for number in range(1, sessions + 1):
            # No two alike: the second would be taken for the first, sent twice.
            systolic, diastolic = 110 + number % 61, 60 + number % 37
            next_door.tell("measure", "quick", systolic, diastolic, 0)
            report = await instruments.measure(
                on_event=_hear, stop=asyncio.Event(), timeout_s=_TIME_S
            )
            if len(report.frames) != 1:
                raise AssertionError(f"session {number}: {len(report.frames)} frames")
            if number % every == 0:
                await instruments.disconnected()
                gc.collect()
                points.append((number, _resident_kb()))
    return points


async def _hear(event: SessionEvent) -> None:
    """The commit to the inbox is another figure's matter."""


def _resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_KB


def _mb(kilobytes: int) -> float:
    return round(kilobytes / 1024, 2)
