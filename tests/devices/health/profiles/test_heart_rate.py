"""Heart rate frames."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.heart_rate import decode_heart_rate
from tests.devices.health.wire import bytes_, word, words


def test_an_odd_last_byte_is_ignored() -> None:
    """A belt, as posted in WebBluetoothCG/web-bluetooth issue #493."""
    reading = decode_heart_rate(bytes.fromhex("103eb103de"))
    assert reading.bpm == 62
    assert reading.intervals_ms == (Decimal("922.8515625"),)
    assert (reading.touches, reading.energy_kj) == (None, None)


@pytest.mark.parametrize(
    ("flags", "touches"), [(0x00, None), (0x02, None), (0x04, False), (6, True)]
)
def test_contact_is_known_only_to_a_belt_that_can_tell(flags: int, touches: bool | None) -> None:
    assert decode_heart_rate(bytes((flags, 60))).touches is touches


def test_no_beat_is_no_pulse() -> None:
    reading = decode_heart_rate(b"\x00\x00")
    assert reading.bpm is None
    assert reading.no_value == {"bpm": NoValue.IMPLAUSIBLE}
    assert reading.as_sent == {"bpm": 0}


@pytest.mark.parametrize("raw", ["", "00", "01", "013e", "083e", "083e01"])
def test_a_frame_cut_short_is_corrupt(raw: str) -> None:
    with pytest.raises(FrameCorrupt):
        decode_heart_rate(bytes.fromhex(raw))


@given(st.booleans(), words, st.none() | words, st.none() | st.lists(words, max_size=9), bytes_)
def test_every_measurement_comes_back(
    wide: bool, bpm: int, energy: int | None, intervals: list[int] | None, reserved: int
) -> None:
    bpm = bpm if wide else bpm & 0xFF
    flags = wide | (energy is not None) << 3 | (intervals is not None) << 4 | reserved & 0xE0
    raw = bytes((flags,)) + (word(bpm) if wide else bytes((bpm,)))
    raw += b"" if energy is None else word(energy)
    raw += b"".join(map(word, intervals or ()))
    reading = decode_heart_rate(raw)
    assert reading.as_sent.get("bpm", reading.bpm) == bpm
    assert (reading.bpm is None) == (not 0 < bpm <= 400)
    assert reading.energy_kj == energy
    assert [each * 1024 / 1000 for each in reading.intervals_ms] == (intervals or [])
