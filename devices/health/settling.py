"""When a continuous oximeter is to be believed: not at its first value, but when it is stable.

Pure: values in, a verdict out.
"""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import Final

from devices.health.decoding import decode
from devices.health.errors import FrameCorrupt
from devices.health.profiles.pulse_oximeter import ContinuousReading

_SATURATION_WITHIN: Final = Decimal(2)  # percentage points between the samples of a stable run
_PULSE_WITHIN: Final = Decimal(8)  # beats per minute


class Settling:
    """Counts samples that agree with one another; one that does not starts the count anew."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        self._alike: deque[tuple[Decimal, Decimal]] = deque(maxlen=needed)

    @property
    def alike(self) -> int:
        """How many samples in a row agree by now."""
        return len(self._alike)

    def add(self, characteristic: str, raw: bytes, feature: int | None) -> bool:
        """Take one value of PLX Continuous Measurement (0x2A5F); what is no value starts anew.

        True when it may be taken for the measurement.
        """
        sample = _sample(characteristic, raw, feature)
        if sample is None:
            self._alike.clear()
            return False
        self._alike.append(sample)
        while not self._agree():
            self._alike.popleft()
        return self.alike == self.needed

    def _agree(self) -> bool:
        saturations = [saturation for saturation, _ in self._alike]
        pulses = [pulse for _, pulse in self._alike]
        return (
            max(saturations) - min(saturations) <= _SATURATION_WITHIN
            and max(pulses) - min(pulses) <= _PULSE_WITHIN
        )


def _sample(characteristic: str, raw: bytes, feature: int | None) -> tuple[Decimal, Decimal] | None:
    try:
        reading = decode(characteristic, raw, feature=feature)
    except FrameCorrupt:
        return None
    if not isinstance(reading, ContinuousReading) or not reading.trustworthy:
        return None
    if reading.spo2 is None or reading.pulse is None:
        return None
    return reading.spo2, reading.pulse
