"""Thermometer frames (0x2A1C, 0x2A1E intermediate, 0x2A1D type) to readings. Pure.

A temperature that no living body has (a thermometer in the drawer) is no value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from devices.health.date_time import (
    DATE_TIME_BYTES,
    NO_TIME,
    ClockQuality,
    decode_date_time,
    read_date_time,
)
from devices.health.frame_numbers import AsSent, Fields, FrameNumbers, NoValues, float_32, too_short
from devices.health.plausible import TEMPERATURE_C, TEMPERATURE_F

DECODER: Final = "temperature/1"
INTERMEDIATE_DECODER: Final = "temperature_intermediate/1"
TYPE_DECODER: Final = "temperature_type/1"

_FAHRENHEIT, _TIME, _TYPE = 0x01, 0x02, 0x04  # flags, HTS 1.0 section 3.1.1
_TEMPERATURE_BYTES: Final = 5  # flags and a FLOAT: always there
_MEASURED: Final = (float_32(TEMPERATURE_C), float_32(TEMPERATURE_F))
_HUNDREDTH: Final = Decimal("0.01")


class TemperatureUnit(StrEnum):
    """The unit the instrument sent."""

    CELSIUS = "C"
    FAHRENHEIT = "F"


class TemperatureSite(StrEnum):
    """Where it was measured (GATT Temperature Type)."""

    ARMPIT = "armpit"
    BODY = "body"
    EAR_LOBE = "ear_lobe"
    FINGER = "finger"
    GASTROINTESTINAL = "gastrointestinal"
    MOUTH = "mouth"
    RECTUM = "rectum"
    TOE = "toe"
    TYMPANUM = "tympanum"


_UNITS: Final = (TemperatureUnit.CELSIUS, TemperatureUnit.FAHRENHEIT)
_SITES: Final = dict(enumerate(TemperatureSite, start=1))


@dataclass(frozen=True, slots=True)
class TemperatureReading:
    """One measurement as the instrument gave it. `site` is None when not sent or not known."""

    temperature: Decimal | None
    unit: TemperatureUnit
    device_time: datetime | None
    device_time_quality: ClockQuality
    site: TemperatureSite | None
    site_code: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class TemperatureType:
    """Where this thermometer always measures (0x2A1D)."""

    site: TemperatureSite | None
    site_code: int


def in_celsius(temperature: Decimal, unit: TemperatureUnit) -> Decimal:
    """A temperature in degrees Celsius; from Fahrenheit rounded to a hundredth, half up."""
    if unit is TemperatureUnit.CELSIUS:
        return temperature
    return ((temperature - 32) * 5 / 9).quantize(_HUNDREDTH, ROUND_HALF_UP)


def decode_temperature(raw: bytes, feature: int | None = None) -> TemperatureReading:
    """Decode one Temperature Measurement (0x2A1C, and 0x2A1E; HTS 1.0 section 3.1).

    `feature` is the Temperature Type (0x2A1D) when it was read: where a thermometer measures
    that does not say so in its frames.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    fields, numbers = Fields(raw), FrameNumbers()
    flags = fields.byte()
    in_fahrenheit = flags & _FAHRENHEIT
    temperature = numbers.number("temperature", fields.number(4), _MEASURED[in_fahrenheit])
    time = decode_date_time(raw, fields.skip(DATE_TIME_BYTES)) if flags & _TIME else NO_TIME
    site_code = fields.byte() if flags & _TYPE else None
    if site_code is None and feature in _SITES:
        site_code = feature
    return TemperatureReading(
        temperature=temperature,
        unit=_UNITS[in_fahrenheit],
        device_time=time.value,
        device_time_quality=time.quality,
        site=None if site_code is None else _SITES.get(site_code),
        site_code=site_code,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_temperature_type(raw: bytes) -> TemperatureType:
    """Decode the Temperature Type (0x2A1D).

    Raises:
        FrameCorrupt: no byte at all.
    """
    if not raw:
        raise too_short(raw, 1)
    return TemperatureType(_SITES.get(raw[0]), raw[0])


def time_of_temperature(raw: bytes) -> datetime | None:
    """The time stamp of a measurement frame, without decoding the rest of it."""
    return read_date_time(raw, _TEMPERATURE_BYTES) if raw and raw[0] & _TIME else None
