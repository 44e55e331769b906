"""Heart rate frames (0x2A37) to readings. Pure.

The intervals between beats are as the belt sent them: missed and extra beats are among them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from struct import iter_unpack
from typing import Final

from devices.health.frame_numbers import AsSent, Fields, FrameNumbers, NoValues
from devices.health.plausible import PULSE

DECODER: Final = "heart_rate/1"

# Flags, HRS 1.0 section 3.1.1.
_WIDE, _TOUCHES, _TELLS_TOUCH, _ENERGY, _INTERVALS = 0x01, 0x02, 0x04, 0x08, 0x10
_MS_PER_UNIT: Final = Decimal(1000) / 1024


@dataclass(frozen=True, slots=True)
class HeartRateReading:
    """Beats per minute, energy since it was last reset in kJ, intervals in ms.

    `touches` is None when the belt cannot tell whether it lies on skin.
    """

    bpm: int | None
    touches: bool | None
    energy_kj: int | None
    intervals_ms: tuple[Decimal, ...]
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


def decode_heart_rate(raw: bytes) -> HeartRateReading:
    """Decode one Heart Rate Measurement (0x2A37; HRS 1.0 section 3.1). An odd last byte is
    ignored: belts send it.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    fields, numbers = Fields(raw), FrameNumbers()
    flags = fields.byte()
    bpm = numbers.whole("bpm", fields.word() if flags & _WIDE else fields.byte(), PULSE)
    energy_kj = fields.word() if flags & _ENERGY else None
    intervals: tuple[Decimal, ...] = ()
    if flags & _INTERVALS:
        rest = raw[fields.at : fields.at + (len(raw) - fields.at) // 2 * 2]
        intervals = tuple(units * _MS_PER_UNIT for (units,) in iter_unpack("<H", rest))
    return HeartRateReading(
        bpm=bpm,
        touches=bool(flags & _TOUCHES) if flags & _TELLS_TOUCH else None,
        energy_kj=energy_kj,
        intervals_ms=intervals,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )
