"""Thermometer frames: known ones, built ones, and the thermometer in the drawer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.thermometer import (
    TemperatureReading,
    TemperatureSite,
    TemperatureType,
    TemperatureUnit,
    decode_temperature,
    decode_temperature_type,
    in_celsius,
    time_of_temperature,
)
from tests.devices.health.wire import bytes_, float_32, float_parts, number, stamp, stamps

# A body thermometer: stackoverflow 54834439.
BODY = bytes.fromhex("06680100ffe207030a15340002")


def test_a_whole_frame() -> None:
    assert decode_temperature(BODY) == TemperatureReading(
        temperature=Decimal("36.0"),
        unit=TemperatureUnit.CELSIUS,
        device_time=datetime.fromisoformat("2018-03-10T21:52:00"),
        device_time_quality=ClockQuality.UNCHECKED,
        site=TemperatureSite.BODY,
        site_code=2,
    )


@pytest.mark.parametrize("length", range(len(BODY)))
def test_every_truncation_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt) as caught:
        decode_temperature(BODY[:length])
    assert caught.value.raw == BODY[:length]


def test_reserved_flags_and_trailing_bytes_are_ignored() -> None:
    assert decode_temperature(bytes((BODY[0] | 0xF8,)) + BODY[1:] + b"\x01") == (
        decode_temperature(BODY)
    )


def test_a_temperature_in_fahrenheit_keeps_its_unit() -> None:
    reading = decode_temperature(b"\x01" + float_32((986, -1)))
    assert (reading.temperature, reading.unit) == (Decimal("98.6"), TemperatureUnit.FAHRENHEIT)
    assert in_celsius(Decimal("98.6"), reading.unit) == 37
    assert in_celsius(Decimal("100.0"), TemperatureUnit.FAHRENHEIT) == Decimal("37.78")
    assert in_celsius(Decimal("36.55"), TemperatureUnit.CELSIUS) == Decimal("36.55")


@pytest.mark.parametrize(
    ("parts", "unit_flag"), [((195, -1), 0), ((451, -1), 0), ((366, -1), 1), ((-366, -1), 0)]
)
def test_what_no_living_body_has_is_no_value(parts: tuple[int, int], unit_flag: int) -> None:
    reading = decode_temperature(bytes((unit_flag,)) + float_32(parts))
    assert reading.temperature is None
    assert reading.no_value == {"temperature": NoValue.IMPLAUSIBLE}
    assert reading.as_sent == {"temperature": number(parts)}


def test_a_special_number_is_no_value_with_its_reason() -> None:
    reading = decode_temperature(bytes.fromhex("00ffff7f00"))
    assert reading.temperature is None
    assert reading.no_value == {"temperature": NoValue.NOT_A_NUMBER}
    assert reading.as_sent == {}


def test_an_impossible_date_keeps_the_temperature() -> None:
    reading = decode_temperature(BODY[:5] + bytes.fromhex("e2070d0a153400") + BODY[12:])
    assert (reading.device_time, reading.device_time_quality) == (None, ClockQuality.NOT_SET)
    assert reading.temperature == 36


def test_the_static_type_says_where_when_the_frame_does_not() -> None:
    silent = b"\x00" + BODY[1:5]
    assert decode_temperature(silent).site is None
    assert decode_temperature(silent, feature=9).site is TemperatureSite.TYMPANUM
    assert decode_temperature(BODY, feature=9).site is TemperatureSite.BODY
    assert decode_temperature(silent, feature=0).site_code is None


def test_a_reserved_type_is_kept_as_its_code() -> None:
    reading = decode_temperature(BODY[:-1] + b"\x2a")
    assert (reading.site, reading.site_code) == (None, 42)
    assert decode_temperature_type(b"\x04") == TemperatureType(TemperatureSite.FINGER, 4)
    with pytest.raises(FrameCorrupt):
        decode_temperature_type(b"")


@given(float_parts, st.booleans(), st.none() | stamps, st.none() | bytes_)
def test_every_measurement_comes_back(
    parts: tuple[int, int], fahrenheit: bool, time: datetime | None, site: int | None
) -> None:
    flags = fahrenheit | (time is not None) << 1 | (site is not None) << 2
    raw = bytes((flags,)) + float_32(parts)
    raw += stamp(time) if time else b""
    raw += bytes((site,)) if site is not None else b""
    reading = decode_temperature(raw)
    sent = reading.as_sent.get("temperature", reading.temperature)
    assert sent == number(parts)
    lowest, highest = (68, 113) if fahrenheit else (20, 45)
    assert (reading.temperature is not None) == (lowest <= number(parts) <= highest)
    assert reading.device_time == time == time_of_temperature(raw)
    assert reading.site_code == site
