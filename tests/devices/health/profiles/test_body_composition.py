"""Body composition frames: known ones, built ones, empty ones, and those sent in two parts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.body_composition import (
    decode_body_composition,
    decode_composition_feature,
    joined,
    time_of_body_composition,
)
from devices.health.quirks import Quirk
from tests.devices.health.wire import bytes_, stamp, stamps, word, words

# A Beurer BF720 and a BF788: KristianP26/ble-scale-sync tests/scales/beurer-bf720.test.ts.
BF720 = bytes.fromhex("9803c200df1a9701cc2fca21a811")
STUB = bytes.fromhex("9803000096230000000000000000")
TIME = datetime.fromisoformat("2026-05-12T18:53:54")


def test_a_whole_frame() -> None:
    reading = decode_body_composition(BF720)
    assert reading.usable
    assert reading.fat_share == Decimal("19.4")
    assert reading.basal_metabolism_kj == 6879
    assert reading.muscle_share == Decimal("40.7")
    assert reading.soft_lean_mass == Decimal("61.18")
    assert reading.water_mass == Decimal("43.25")
    assert reading.impedance_ohm == Decimal("452.0")
    assert (reading.muscle_mass, reading.fat_free_mass, reading.weight) == (None, None, None)
    assert reading.device_time_quality is ClockQuality.ABSENT
    assert (reading.no_value, reading.as_sent) == ({}, {})


@pytest.mark.parametrize("length", range(len(BF720)))
def test_every_truncation_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_body_composition(BF720[:length])


def test_no_fat_is_no_composition() -> None:
    reading = decode_body_composition(STUB)
    assert not reading.usable
    assert (reading.fat_share, reading.muscle_share, reading.impedance_ohm) == (None, None, None)
    assert reading.as_sent["fat_share"] == 0


def test_an_empty_frame_of_a_bf788_has_no_metabolism_either() -> None:
    reading = decode_body_composition(STUB, Quirk.ZERO_COMPOSITION_STUB)
    assert reading.basal_metabolism_kj is None
    assert reading.no_value["basal_metabolism_kj"] is NoValue.IMPLAUSIBLE
    assert reading.as_sent["basal_metabolism_kj"] == 9110


def test_the_quirk_leaves_a_measured_composition_alone() -> None:
    quirk = Quirk.ZERO_COMPOSITION_STUB
    assert decode_body_composition(BF720, quirk) == decode_body_composition(BF720)
    impedance_only = STUB[:-2] + BF720[-2:]
    assert decode_body_composition(impedance_only, quirk).basal_metabolism_kj == 9110


def test_what_failed_is_no_value() -> None:
    reading = decode_body_composition(word(0x0018) + b"\xff\xff" * 3)
    assert not reading.usable
    assert set(reading.no_value.values()) == {NoValue.UNSUCCESSFUL}
    assert set(reading.no_value) == {"fat_share", "basal_metabolism_kj", "muscle_share"}


def test_reserved_flags_and_trailing_bytes_are_ignored() -> None:
    reserved = bytes((BF720[0], BF720[1] | 0xE0)) + BF720[2:] + b"\x00"
    assert decode_body_composition(reserved) == decode_body_composition(BF720)


def part(flags: int, fat: int, *fields: bytes) -> bytes:
    return word(0x1000 | flags) + word(fat) + b"".join(fields)


def test_two_indications_become_one_composition() -> None:
    first = part(0x0006, 194, stamp(TIME), b"\x02")
    second = part(0x0600, 194, word(4520), word(15_992))
    for one, other in ((first, second), (second, first)):
        reading = joined(one, other)
        assert reading.fat_share == Decimal("19.4")
        assert (reading.impedance_ohm, reading.weight) == (Decimal("452.0"), Decimal("79.96"))
        assert (reading.user, reading.device_time) == (2, TIME)
        assert reading.device_time_quality is ClockQuality.UNCHECKED
        assert reading.no_value == {}


def test_a_value_of_one_part_is_not_lost_to_the_other_that_failed() -> None:
    reading = joined(part(0, 0xFFFF), part(0x0200, 194, word(0)))
    assert reading.fat_share == Decimal("19.4")
    assert reading.no_value == {"impedance_ohm": NoValue.IMPLAUSIBLE}
    assert reading.as_sent == {"impedance_ohm": 0}


@pytest.mark.parametrize(
    "second",
    [
        BF720,  # complete by itself
        part(0x0001, 194),  # pounds
        part(0x0004, 194, b"\x03"),  # another user
        part(0x0002, 194, stamp(TIME.replace(minute=50))),  # another time
        b"\x00\x10\xc2",  # cut short
    ],
)
def test_parts_that_do_not_belong_together_are_corrupt(second: bytes) -> None:
    with pytest.raises(FrameCorrupt):
        joined(part(0x0006, 194, stamp(TIME), b"\x02"), second)


def test_feature() -> None:
    feature = decode_composition_feature((0x07FF | 6 << 11 | 1 << 15).to_bytes(4, "little"))
    assert feature.impedance
    assert feature.height
    assert feature.weight_resolution_kg == Decimal("0.01")
    assert feature.height_resolution_m == Decimal("0.01")
    with pytest.raises(FrameCorrupt):
        decode_composition_feature(bytes(3))


OPTIONAL = (
    ("basal_metabolism_kj", 3, "1", "1"),
    ("muscle_share", 4, "0.1", "0.1"),
    ("muscle_mass", 5, "0.005", "0.01"),
    ("fat_free_mass", 6, "0.005", "0.01"),
    ("soft_lean_mass", 7, "0.005", "0.01"),
    ("water_mass", 8, "0.005", "0.01"),
    ("impedance_ohm", 9, "0.1", "0.1"),
    ("weight", 10, "0.005", "0.01"),
    ("height", 11, "0.001", "0.1"),
)


@given(
    st.booleans(),
    words,
    st.none() | stamps,
    st.none() | bytes_,
    st.tuples(*[st.none() | words] * len(OPTIONAL)),
)
def test_every_composition_comes_back(
    imperial: bool,
    fat: int,
    time: datetime | None,
    user: int | None,
    counts: tuple[int | None, ...],
) -> None:
    flags = imperial | (time is not None) << 1 | (user is not None) << 2
    for (_, bit, _, _), count in zip(OPTIONAL, counts, strict=True):
        flags |= (count is not None) << bit
    raw = word(flags) + word(fat)
    raw += stamp(time) if time else b""
    raw += bytes((user,)) if user is not None else b""
    raw += b"".join(word(count) for count in counts if count is not None)
    reading = decode_body_composition(raw)
    steps = dict(zip([name for name, *_ in OPTIONAL], counts, strict=True)) | {"fat_share": fat}
    sizes = {name: pound if imperial else metric for name, _, metric, pound in OPTIONAL}
    for name, count in steps.items():
        value = reading.as_sent.get(name, getattr(reading, name))
        if count == 0xFFFF:
            assert reading.no_value[name] is NoValue.UNSUCCESSFUL
        else:
            size = Decimal(sizes.get(name, "0.1"))
            assert value == (None if count is None else count * size), name
    assert reading.user == (None if user == 0xFF else user)
    assert reading.device_time == time
    assert time_of_body_composition(raw) == time
