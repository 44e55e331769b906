"""When a continuous oximeter is to be believed: not at its first value, but when it is stable.

Pure: values in, a verdict out.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from devices.health.decoding import decode
from devices.health.errors import FrameCorrupt
from devices.health.profiles.pulse_oximeter import ContinuousReading

_SATURATION_WITHIN: Final = Decimal(2)  # percentage points between the samples of a stable run
_PULSE_WITHIN: Final = Decimal(8)  # beats per minute


@dataclass(frozen=True, slots=True)
class _Sample:
    saturation: Decimal
    pulse: Decimal
    mono_ms: int


class Settling:
    """Counts samples that agree with one another; one that does not starts the count anew.

    Enough of them are believed only when they span `seconds`: an oximeter may send ten in a
    second, and BlueZ may hand each over twice.
    """

    def __init__(self, needed: int, seconds: float) -> None:
        self.needed = needed
        self._span_ms = seconds * 1000
        self._alike: deque[_Sample] = deque()

    @property
    def alike(self) -> int:
        """How many samples in a row agree by now, of those that are needed."""
        return min(len(self._alike), self.needed)

    def add(self, characteristic: str, raw: bytes, feature: int | None, mono_ms: int) -> bool:
        """Take one value of PLX Continuous Measurement (0x2A5F); what is no value starts anew.

        True when it may be taken for the measurement.
        """
        sample = _sample(characteristic, raw, feature, mono_ms)
        if sample is None:
            self._alike.clear()
            return False
        self._alike.append(sample)
        while not self._agree():
            self._alike.popleft()
        spanned_ms = sample.mono_ms - self._alike[0].mono_ms
        return len(self._alike) >= self.needed and spanned_ms >= self._span_ms

    def _agree(self) -> bool:
        saturations = [sample.saturation for sample in self._alike]
        pulses = [sample.pulse for sample in self._alike]
        return (
            max(saturations) - min(saturations) <= _SATURATION_WITHIN
            and max(pulses) - min(pulses) <= _PULSE_WITHIN
        )


def _sample(characteristic: str, raw: bytes, feature: int | None, mono_ms: int) -> _Sample | None:
    try:
        reading = decode(characteristic, raw, feature=feature)
    except FrameCorrupt:
        return None
    if not isinstance(reading, ContinuousReading) or not reading.trustworthy:
        return None
    if reading.spo2 is None or reading.pulse is None:
        return None
    return _Sample(reading.spo2, reading.pulse, mono_ms)
