"""Tells a reading that came again from one that is new, within what one listener has heard.

BlueZ hands every value over once for each program that listens, so once is never certain. Frames
that say when they were taken are the same when what makes them that reading is the same; of the
others, equal ones that come close together are one, delivered twice.
"""

from __future__ import annotations

from datetime import datetime

from devices.health.decoding import identity_slice


class Distinct:
    """Remembers what was heard."""

    def __init__(self, same_delivery_s: float) -> None:
        self._same_delivery_ms = same_delivery_s * 1000
        self._last_heard: dict[tuple[str, str, bytes], int] = {}  # on the monotonic clock

    def is_new(
        self,
        address: str,
        characteristic: str,
        raw: bytes,
        device_time: datetime | None,
        mono_ms: int,
    ) -> bool:
        """Whether this is a reading that was not heard before."""
        marks = raw if device_time is None else raw[identity_slice(characteristic)]
        key = (address, characteristic, marks)
        before = self._last_heard.get(key)
        self._last_heard[key] = mono_ms
        if before is None:
            return True
        return device_time is None and mono_ms - before >= self._same_delivery_ms
