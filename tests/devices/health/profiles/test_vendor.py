"""Frames of makers' own: those that were published, and nothing that was only guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.vendor import (
    VendorBloodPressure,
    VendorWeight,
    decode_contec_oximeter,
    decode_jumper_cuff,
    decode_jumper_oximeter,
    decode_omron_memory,
    decode_soehnle_scale,
    decode_trisa_scale,
)
from tests.devices.health.wire import bytes_, float_32, float_parts, number, word, words

# eigger/hass-omron tests/test_record_parsers.py and docs/hn-300t2-memory-map.md
OMRON_PRESSURE = bytes.fromhex("6558541a331ade1800004c00ba00")
OMRON_WEIGHT = bytes.fromhex("08081a0a06123a2700017c046dff9aff")
JUMPER_OXIMETER = bytes.fromhex("81386344")
JUMPER_CUFF = bytes.fromhex("fdfdfc6339430d0a")
CONTEC = bytes.fromhex("eb010453637f0025")
SOEHNLE = bytes.fromhex("090107e001090a331c055501dc019d")
TRISA = bytes.fromhex("1f681f00fe")


@pytest.mark.parametrize(
    ("raw", "pressures", "pulse", "time", "record"),
    [
        (OMRON_PRESSURE.hex(), (126, 88), 84, "2026-06-17T19:35:30", 76),
        ("6457431a7316161c000046001900", (125, 87), 67, "2026-05-19T19:48:22", 70),
        ("645a611a7219041180000d006699", (125, 90), 97, "2026-06-11T18:04:04", 13),
    ],
)
def test_records_of_an_omron_cuff(
    raw: str, pressures: tuple[int, int], pulse: int, time: str, record: int
) -> None:
    reading = decode_omron_memory(bytes.fromhex(raw))
    assert isinstance(reading, VendorBloodPressure)
    assert (reading.systolic, reading.diastolic) == pressures
    assert (reading.pulse, reading.record) == (pulse, record)
    assert reading.device_time == datetime.fromisoformat(time)
    assert reading.experimental


def test_a_record_of_an_omron_scale() -> None:
    reading = decode_omron_memory(OMRON_WEIGHT)
    assert isinstance(reading, VendorWeight)
    assert (reading.weight, reading.record) == (Decimal("102.80"), 380)
    assert reading.device_time == datetime.fromisoformat("2026-10-06T18:58:39")
    assert reading.experimental


@pytest.mark.parametrize("raw", [b"\xff" * 14, bytes(14), b"\xe2" + OMRON_PRESSURE[1:]])
def test_an_empty_place_of_the_memory_is_no_reading(raw: bytes) -> None:
    reading = decode_omron_memory(raw)
    assert isinstance(reading, VendorBloodPressure)
    assert (reading.systolic, reading.diastolic, reading.pulse) == (None, None, None)
    assert set(reading.no_value.values()) == {NoValue.EMPTY}


def test_an_empty_place_of_a_scales_memory_is_no_weight() -> None:
    reading = decode_omron_memory(b"\xff" * 16)
    assert isinstance(reading, VendorWeight)
    assert (reading.weight, reading.no_value) == (None, {"weight": NoValue.EMPTY})


def test_a_weight_that_its_own_copy_contradicts_is_corrupt() -> None:
    """Such as a pressure record of sixteen bytes, which other models of the maker have."""
    with pytest.raises(FrameCorrupt):
        decode_omron_memory(OMRON_WEIGHT[:11] + b"\x05\x6d" + OMRON_WEIGHT[13:])
    with pytest.raises(FrameCorrupt):
        decode_omron_memory(OMRON_WEIGHT[:8] + b"\x01" + OMRON_WEIGHT[9:])


def test_an_impossible_date_keeps_the_record() -> None:
    month_13 = bytearray(OMRON_PRESSURE)
    month_13[5] = 0x36
    reading = decode_omron_memory(bytes(month_13))
    assert (reading.device_time, reading.device_time_quality) == (None, ClockQuality.NOT_SET)


def test_an_oximeter_of_jumper() -> None:
    reading = decode_jumper_oximeter(JUMPER_OXIMETER)
    assert (reading.pulse, reading.spo2, reading.finger) == (56, 99, None)
    no_finger = decode_jumper_oximeter(bytes.fromhex("81ff7f00"))
    assert no_finger.spo2 is None
    assert no_finger.as_sent == {"spo2": 127}
    with pytest.raises(FrameCorrupt):
        decode_jumper_oximeter(b"\x80" + JUMPER_OXIMETER[1:])


def test_a_cuff_of_jumper() -> None:
    reading = decode_jumper_cuff(JUMPER_CUFF)
    assert (reading.systolic, reading.diastolic, reading.pulse) == (99, 57, 67)
    assert reading.device_time_quality is ClockQuality.ABSENT
    with pytest.raises(FrameCorrupt):
        decode_jumper_cuff(b"\xfd\xfd\xfb" + JUMPER_CUFF[3:])


def test_an_oximeter_of_contec_without_and_with_a_finger() -> None:
    reading = decode_contec_oximeter(CONTEC)
    assert (reading.pulse, reading.spo2, reading.finger) == (83, 99, False)
    assert decode_contec_oximeter(bytes.fromhex("eb010653637f0027")).finger is True


def test_a_contec_frame_is_checked_by_its_sum() -> None:
    """Byte 7 is the sum of the others, in the frames of values and of waves of the source."""
    with pytest.raises(FrameCorrupt):
        decode_contec_oximeter(CONTEC[:4] + b"\x62" + CONTEC[5:])
    with pytest.raises(FrameCorrupt):
        decode_contec_oximeter(bytes.fromhex("eb000348093f0000"))


@pytest.mark.parametrize(
    ("raw", "weight", "time"),
    [
        (SOEHNLE.hex(), "136.5", "2016-01-09T10:51:28"),
        ("090107e30815081f37055312000000", "136.3", "2019-08-21T08:31:55"),  # the same issue
    ],
)
def test_a_scale_of_soehnle(raw: str, weight: str, time: str) -> None:
    reading = decode_soehnle_scale(bytes.fromhex(raw))
    assert (reading.weight, reading.user) == (Decimal(weight), 1)
    assert reading.device_time == datetime.fromisoformat(time)
    with pytest.raises(FrameCorrupt):
        decode_soehnle_scale(bytes.fromhex("0c0101270100c5055302ff"))


def test_a_scale_of_trisa() -> None:
    assert decode_trisa_scale(TRISA).weight == Decimal("80.40")
    with pytest.raises(FrameCorrupt):
        decode_trisa_scale(b"\x3f" + TRISA[1:])
    assert decode_trisa_scale(bytes.fromhex("1fffff7f00")).no_value == {
        "weight": NoValue.NOT_A_NUMBER
    }


@pytest.mark.parametrize(
    ("decode", "frame", "needed"),
    [
        (decode_omron_memory, OMRON_PRESSURE, 14),
        (decode_jumper_oximeter, JUMPER_OXIMETER, 3),
        (decode_jumper_cuff, JUMPER_CUFF, 6),
        (decode_contec_oximeter, CONTEC, 8),
        (decode_soehnle_scale, SOEHNLE, 11),
        (decode_trisa_scale, TRISA, 5),
    ],
)
def test_every_truncation_is_corrupt(
    decode: Callable[[bytes], object], frame: bytes, needed: int
) -> None:
    for length in range(needed):
        with pytest.raises(FrameCorrupt):
            decode(frame[:length])


@given(
    st.integers(0, 0xE1),
    bytes_,
    bytes_,
    st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2063-12-31")),
    words,
)
def test_every_omron_pressure_comes_back(
    systolic: int, diastolic: int, pulse: int, time: datetime, record: int
) -> None:
    time = time.replace(microsecond=0)
    raw = bytes((systolic, diastolic, pulse, time.year - 2000))
    raw += word(time.hour | time.day << 5 | time.month << 10)
    raw += word(time.second | time.minute << 6) + bytes(2) + word(record) + bytes(2)
    reading = decode_omron_memory(raw)
    assert isinstance(reading, VendorBloodPressure)
    assert reading.device_time == time
    assert reading.record == record
    assert reading.systolic == systolic + 25
    assert reading.as_sent.get("diastolic", reading.diastolic) == diastolic
    assert reading.as_sent.get("pulse", reading.pulse) == pulse


@given(float_parts)
def test_every_trisa_weight_comes_back(parts: tuple[int, int]) -> None:
    reading = decode_trisa_scale(b"\x1f" + float_32(parts))
    assert reading.as_sent.get("weight", reading.weight) == number(parts)
    assert (reading.weight is not None) == (0 < number(parts) <= 400)
