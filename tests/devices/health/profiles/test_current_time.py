"""Clocks of instruments: read exactly, written as each of them wants it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality, encode_date_time
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.current_time import (
    decode_current_time,
    decode_date_time_value,
    decode_local_time,
    encode_current_time,
)
from tests.devices.health.wire import bytes_, stamp, stamps

# An Omron HEM-7155T: eigger/hass-omron issue #67.
OMRON = bytes.fromhex("ea07060c143008000001")
TIME = datetime.fromisoformat("2026-06-12T20:48:08")


def test_a_clock_that_does_not_know_its_weekday() -> None:
    clock = decode_current_time(OMRON)
    assert (clock.device_time, clock.device_time_quality) == (TIME, ClockQuality.UNCHECKED)
    assert (clock.weekday, clock.weekday_code, clock.fraction, clock.adjust_reason) == (
        None,
        0,
        0,
        1,
    )


@pytest.mark.parametrize("length", range(len(OMRON)))
def test_every_truncation_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_current_time(OMRON[:length])


def test_an_impossible_date_is_no_time() -> None:
    for raw in ("00000000000000", "ea07000c123536", "ea07021e000000", "2c06010100000000"):
        value = decode_date_time_value(bytes.fromhex(raw))
        assert (value.device_time, value.device_time_quality) == (None, ClockQuality.NOT_SET)
    with pytest.raises(FrameCorrupt):
        decode_date_time_value(bytes(6))


def test_what_is_written_is_what_is_read() -> None:
    written = encode_current_time(TIME.replace(microsecond=500_000))
    assert written == stamp(TIME) + bytes((5, 128, 1))  # a Friday, set by hand
    assert encode_date_time(TIME) == stamp(TIME)


@pytest.mark.parametrize(
    ("raw", "zone_min", "summer_time_min"),
    [
        ("2000", 480, 0),
        ("ec04", -300, 60),
        ("3808", 840, 120),
        ("d002", -720, 30),
        ("1700", 345, 0),
    ],
)
def test_where_the_instrument_believes_to_be(raw: str, zone_min: int, summer_time_min: int) -> None:
    information = decode_local_time(bytes.fromhex(raw))
    assert (information.zone_min, information.summer_time_min) == (zone_min, summer_time_min)
    assert information.no_value == {}


def test_an_unknown_and_a_reserved_zone_are_told_apart() -> None:
    unknown = decode_local_time(b"\x80\xff")
    assert (unknown.zone_min, unknown.summer_time_min) == (None, None)
    assert set(unknown.no_value.values()) == {NoValue.UNKNOWN}
    assert set(decode_local_time(b"\x39\x03").no_value.values()) == {NoValue.RESERVED}
    with pytest.raises(FrameCorrupt):
        decode_local_time(b"\x20")


@given(stamps, bytes_, bytes_, bytes_, st.binary(max_size=4))
def test_every_clock_comes_back(
    time: datetime, weekday: int, fraction: int, reason: int, trailing: bytes
) -> None:
    clock = decode_current_time(stamp(time) + bytes((weekday, fraction, reason)) + trailing)
    assert clock.device_time == time
    assert (clock.weekday_code, clock.fraction, clock.adjust_reason) == (weekday, fraction, reason)
    assert clock.weekday == (weekday if 1 <= weekday <= 7 else None)


@given(stamps)
def test_every_time_that_is_written_comes_back(time: datetime) -> None:
    clock = decode_current_time(encode_current_time(time))
    assert (clock.device_time, clock.weekday) == (time, time.isoweekday())
    assert decode_date_time_value(encode_date_time(time)).device_time == time
