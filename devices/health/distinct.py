"""Tells a reading that came again from one that is new, within what one listener has heard.

BlueZ hands every value over once for each program that listens, so once is never certain. Frames
that say when they were taken, or which record they are, are the same when what makes them that
reading is the same; of the others, equal ones that come close together are one, delivered twice.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Final

from devices.health.decoding import identity_slice

# They carry the number of a meter's record, also where its time is not known.
_NUMBERED: Final = frozenset({"2A18", "2A34"})
_COMPOSITION: Final = "2A9C"
_SEVERAL_PACKETS: Final = 0x10  # of the second byte of its flags


class Distinct:
    """Remembers what was heard: all of it, or the latest `most` frames."""

    def __init__(self, same_delivery_s: float, most: int | None = None) -> None:
        self._same_delivery_ms = same_delivery_s * 1000
        self._most = most
        self._last_heard: OrderedDict[tuple[str, str, bytes], int] = OrderedDict()  # monotonic
        self._first_packet: dict[str, bytes] = {}  # by address: the last composition with a time

    def is_new(
        self,
        address: str,
        characteristic: str,
        raw: bytes,
        device_time: datetime | None,
        mono_ms: int,
    ) -> bool:
        """Whether this is a reading that was not heard before."""
        marks, is_certain = raw, False
        if device_time is not None or characteristic in _NUMBERED:
            marks, is_certain = raw[identity_slice(characteristic)], True
        elif _is_second_packet(characteristic, raw) and address in self._first_packet:
            marks, is_certain = self._first_packet[address] + raw, True
        if device_time is not None and characteristic == _COMPOSITION:
            self._first_packet[address] = raw
        key = (address, characteristic, marks)
        before = self._last_heard.pop(key, None)
        self._last_heard[key] = mono_ms
        if self._most is not None and len(self._last_heard) > self._most:
            self._last_heard.popitem(last=False)
        if before is None:
            return True
        return not is_certain and mono_ms - before >= self._same_delivery_ms


def _is_second_packet(characteristic: str, raw: bytes) -> bool:
    """Whether it belongs to the packet before it, which alone has a time (BCS 1.0 section 3.2)."""
    return characteristic == _COMPOSITION and len(raw) > 1 and bool(raw[1] & _SEVERAL_PACKETS)
