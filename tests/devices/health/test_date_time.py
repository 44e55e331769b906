"""Time stamps of instruments: an impossible date never becomes a possible one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import (
    ClockQuality,
    DeviceTime,
    clock_offset_s,
    decode_date_time,
    encode_date_time,
    judge_clock,
)

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NOW = datetime.fromisoformat("2026-11-22T09:00:00")


def test_a_time_stamp_is_read_as_local_time() -> None:
    time = decode_date_time(bytes.fromhex("dd07081a090a14"))
    assert time == DeviceTime(datetime.fromisoformat("2013-08-26T09:10:20"), ClockQuality.UNCHECKED)


@pytest.mark.parametrize(
    "raw",
    [
        "00000000000000",  # all unknown
        "ea07000c123536",  # month 0
        "ea07041f0c0000",  # 31 April
        "ea07040a180000",  # 24:00
        "ea07040a0c003c",  # second 60
        "ffffffffffffff",
        "2d0601010c0000",  # 1581, before the calendar
        "ea0702",  # cut short
    ],
)
def test_an_unknown_or_impossible_date_means_a_clock_that_is_not_set(raw: str) -> None:
    assert decode_date_time(bytes.fromhex(raw)) == DeviceTime(None, ClockQuality.NOT_SET)


@pytest.mark.parametrize(
    ("told", "quality"),
    [
        (datetime.fromisoformat("2026-11-22T08:59:00"), ClockQuality.SET),
        (datetime.fromisoformat("2026-11-23T08:59:00"), ClockQuality.SET),
        (datetime.fromisoformat("2026-11-23T09:01:00"), ClockQuality.NOT_SET),
        (datetime.fromisoformat("2016-01-01T00:00:00"), ClockQuality.NOT_SET),
        (datetime.fromisoformat("1970-01-01T00:00:00"), ClockQuality.NOT_SET),
    ],
)
def test_a_clock_is_judged_against_the_kiosk(told: datetime, quality: ClockQuality) -> None:
    assert judge_clock(DeviceTime(told, ClockQuality.UNCHECKED), NOW) is quality


@pytest.mark.parametrize("quality", [ClockQuality.ABSENT, ClockQuality.NOT_SET])
def test_without_a_time_there_is_nothing_to_judge(quality: ClockQuality) -> None:
    assert judge_clock(DeviceTime(None, quality), NOW) is quality


def test_the_offset_is_the_instruments_clock_minus_the_kiosks() -> None:
    kiosk_ms = int(datetime(2026, 11, 22, 9, 0, tzinfo=HONG_KONG).timestamp() * 1000)
    raw = bytes.fromhex("ea070b16080000") + b"\x00\x00\x00"
    assert clock_offset_s(raw, kiosk_ms, HONG_KONG) == -3600
    assert clock_offset_s(None, kiosk_ms, HONG_KONG) is None
    assert clock_offset_s(raw[:6], kiosk_ms, HONG_KONG) is None
    assert clock_offset_s(bytes(10), kiosk_ms, HONG_KONG) is None


@given(st.datetimes(min_value=datetime.fromisoformat("1582-01-01T00:00:00")))
def test_every_real_time_comes_back(time: datetime) -> None:
    raw = time.year.to_bytes(2, "little") + bytes(
        (time.month, time.day, time.hour, time.minute, time.second)
    )
    assert decode_date_time(raw).value == time.replace(microsecond=0)
    assert encode_date_time(time) == raw
