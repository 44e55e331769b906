"""Weight frames: known ones, built ones, failed weighings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.scale import (
    HeightUnit,
    MassUnit,
    WeightReading,
    decode_weight,
    decode_weight_feature,
    in_kg,
    time_of_weight,
)
from tests.devices.health.wire import bytes_, stamp, stamps, word, words

# A Beurer BF720: KristianP26/ble-scale-sync tests/scales/sig-wss.test.ts.
BF720 = bytes.fromhex("0e783eea07050c12353601ee002607")


def test_a_whole_frame() -> None:
    assert decode_weight(BF720) == WeightReading(
        weight=Decimal("79.96"),
        unit=MassUnit.KILOGRAM,
        device_time=datetime.fromisoformat("2026-05-12T18:53:54"),
        device_time_quality=ClockQuality.UNCHECKED,
        user=1,
        bmi=Decimal("23.8"),
        height=Decimal("1.83"),
        height_unit=HeightUnit.METRE,
    )


@pytest.mark.parametrize("length", range(len(BF720)))
def test_every_truncation_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_weight(BF720[:length])


def test_a_weighing_that_failed_is_no_weight_and_keeps_the_rest() -> None:
    reading = decode_weight(BF720[:1] + b"\xff\xff" + BF720[3:])
    assert reading.weight is None
    assert reading.no_value == {"weight": NoValue.UNSUCCESSFUL}
    assert reading.as_sent == {}
    assert (reading.user, reading.bmi) == (1, Decimal("23.8"))


def test_an_empty_scale_has_weighed_nobody() -> None:
    reading = decode_weight(b"\x00\x00\x00")
    assert reading.weight is None
    assert reading.no_value == {"weight": NoValue.IMPLAUSIBLE}


def test_pounds_and_inches() -> None:
    reading = decode_weight(b"\x09" + word(17_637) + word(238) + word(720))
    assert (reading.weight, reading.unit) == (Decimal("176.37"), MassUnit.POUND)
    assert (reading.height, reading.height_unit) == (Decimal("72.0"), HeightUnit.INCH)
    assert in_kg(Decimal("176.37"), MassUnit.POUND) == Decimal("80.00")
    assert in_kg(Decimal("120.5"), MassUnit.JIN) == Decimal("60.25")
    assert in_kg(Decimal("79.965"), MassUnit.KILOGRAM) == Decimal("79.965")


def test_an_unknown_user_is_none() -> None:
    assert decode_weight(b"\x04\x10\x27\xff").user is None
    assert decode_weight(b"\x04\x10\x27\x00").user == 0


def test_reserved_flags_and_trailing_bytes_are_ignored() -> None:
    assert decode_weight(bytes((BF720[0] | 0xF0,)) + BF720[1:] + b"\x00") == decode_weight(BF720)


def test_feature() -> None:
    feature = decode_weight_feature((0x07 | 7 << 3 | 3 << 7).to_bytes(4, "little"))
    assert (feature.time_stamps, feature.several_users, feature.bmi) == (True, True, True)
    assert feature.weight_resolution_kg == Decimal("0.005")
    assert feature.height_resolution_m == Decimal("0.001")
    silent = decode_weight_feature(bytes(4))
    assert (silent.weight_resolution_kg, silent.height_resolution_m) == (None, None)
    with pytest.raises(FrameCorrupt):
        decode_weight_feature(bytes(3))


@given(
    st.booleans(),
    words,
    st.none() | stamps,
    st.none() | bytes_,
    st.none() | st.tuples(words, words),
)
def test_every_weighing_comes_back(
    imperial: bool,
    weight: int,
    time: datetime | None,
    user: int | None,
    index_and_height: tuple[int, int] | None,
) -> None:
    flags = imperial | (time is not None) << 1 | (user is not None) << 2
    raw = bytes((flags | (index_and_height is not None) << 3,)) + word(weight)
    raw += stamp(time) if time else b""
    raw += bytes((user,)) if user is not None else b""
    raw += b"".join(map(word, index_and_height or ()))
    reading = decode_weight(raw)

    def sent(name: str) -> object:
        return reading.as_sent.get(name, getattr(reading, name))

    steps = {"weight": (weight, "0.01" if imperial else "0.005")}
    if index_and_height is not None:
        steps["bmi"] = (index_and_height[0], "0.1")
        steps["height"] = (index_and_height[1], "0.1" if imperial else "0.001")
    for name, (count, step) in steps.items():
        if count == 0xFFFF:
            assert reading.no_value[name] is NoValue.UNSUCCESSFUL
        else:
            assert sent(name) == count * Decimal(step)
    assert reading.user == (None if user == 0xFF else user)
    assert reading.device_time == time == time_of_weight(raw)
