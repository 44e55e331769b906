"""Pulse oximeter frames (0x2A5E spot check, 0x2A5F continuous, 0x2A60 features). Pure.

A saturation is never taken from one continuous value: `devices.health.settling` waits until
values agree. What is `trustworthy` here is only what the instrument does not itself doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from devices.health.date_time import (
    CLOCK_NOT_SET,
    DATE_TIME_BYTES,
    NO_TIME,
    ClockQuality,
    decode_date_time,
    read_date_time,
)
from devices.health.frame_numbers import (
    AsSent,
    Fields,
    FrameNumbers,
    NoValues,
    sfloat,
    too_short,
)
from devices.health.plausible import PULSE, PULSE_AMPLITUDE, SATURATION
from devices.health.status_bits import EVERY_BIT, conditions

SPOT_DECODER: Final = "oximeter_spot_check/1"
CONTINUOUS_DECODER: Final = "oximeter_continuous/1"
FEATURES_DECODER: Final = "oximeter_features/1"

# Flags of the spot check, PLXS 1.0.1 table 3.2, and of the continuous measurement, table 3.5.
_SPOT_TIME, _SPOT_STATUS, _SPOT_SENSOR, _SPOT_AMPLITUDE, _SPOT_CLOCK_NOT_SET = 1, 2, 4, 8, 16
_FAST, _SLOW, _STATUS, _SENSOR, _AMPLITUDE = 1, 2, 4, 8, 16
_NORMAL_BYTES: Final = 5  # flags and two SFLOATs: always there
_STATUS_SUPPORT_PRESENT, _SENSOR_SUPPORT_PRESENT = 0x01, 0x02  # of 0x2A60

_SATURATION: Final = sfloat(SATURATION)
_PULSE_RATE: Final = sfloat(PULSE)
_PULSE_AMPLITUDE: Final = sfloat(PULSE_AMPLITUDE)


class MeasurementStatus(StrEnum):
    """What an oximeter says of its measurement (PLXS 1.0.1 table 3.3)."""

    ONGOING = "ongoing"
    EARLY_ESTIMATE = "early_estimate"
    VALIDATED = "validated"
    FULLY_QUALIFIED = "fully_qualified"
    FROM_STORAGE = "from_storage"
    DEMONSTRATION = "demonstration"
    TESTING = "testing"
    CALIBRATING = "calibrating"
    UNAVAILABLE = "unavailable"
    QUESTIONABLE = "questionable"
    INVALID = "invalid"


class SensorStatus(StrEnum):
    """What an oximeter says of itself and its sensor (PLXS 1.0.1 table 3.4)."""

    EXTENDED_DISPLAY_UPDATE = "extended_display_update"
    EQUIPMENT_MALFUNCTION = "equipment_malfunction"
    PROCESSING_IRREGULAR = "processing_irregular"
    INADEQUATE_SIGNAL = "inadequate_signal"
    POOR_SIGNAL = "poor_signal"
    LOW_PERFUSION = "low_perfusion"
    ERRATIC_SIGNAL = "erratic_signal"
    NON_PULSATILE = "non_pulsatile"
    QUESTIONABLE_PULSE = "questionable_pulse"
    ANALYSIS_ONGOING = "analysis_ongoing"
    INTERFERENCE = "interference"
    UNCONNECTED_TO_USER = "unconnected_to_user"
    UNKNOWN_SENSOR = "unknown_sensor"
    DISPLACED = "displaced"
    SENSOR_MALFUNCTION = "sensor_malfunction"
    DISCONNECTED = "disconnected"


_MEASUREMENT_BITS: Final = dict(enumerate(MeasurementStatus, start=5))
_SENSOR_BITS: Final = dict(enumerate(SensorStatus))
_NO_MEASUREMENT: Final = frozenset(
    {
        MeasurementStatus.DEMONSTRATION,
        MeasurementStatus.TESTING,
        MeasurementStatus.CALIBRATING,
        MeasurementStatus.UNAVAILABLE,
        MeasurementStatus.QUESTIONABLE,
        MeasurementStatus.INVALID,
    }
)
_NO_SENSOR: Final = frozenset(
    {
        SensorStatus.EQUIPMENT_MALFUNCTION,
        SensorStatus.INADEQUATE_SIGNAL,
        SensorStatus.NON_PULSATILE,
        SensorStatus.QUESTIONABLE_PULSE,
        SensorStatus.UNCONNECTED_TO_USER,
        SensorStatus.UNKNOWN_SENSOR,
        SensorStatus.DISPLACED,
        SensorStatus.SENSOR_MALFUNCTION,
        SensorStatus.DISCONNECTED,
    }
)


@dataclass(frozen=True, slots=True)
class SpotCheckReading:
    """One finished measurement: SpO2 in %, pulse per minute, pulse amplitude index in %.

    `status` and `sensor` are None when they were not sent. `stated_time` is the stamp as sent;
    `device_time` is the same, but None where the oximeter says that its clock was never set.
    """

    spo2: Decimal | None
    pulse: Decimal | None
    pulse_amplitude: Decimal | None
    device_time: datetime | None
    device_time_quality: ClockQuality
    stated_time: datetime | None
    clock_not_set: bool
    status: frozenset[MeasurementStatus] | None
    status_bits: int | None
    sensor: frozenset[SensorStatus] | None
    sensor_bits: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)

    @property
    def trustworthy(self) -> bool:
        """Both numbers are there and the oximeter does not say that they mean nothing."""
        return _trustworthy(self.spo2, self.pulse, self.status, self.sensor)


@dataclass(frozen=True, slots=True)
class ContinuousReading:
    """The values of one moment, with the oximeter's quick and slow averages where it has them."""

    spo2: Decimal | None
    pulse: Decimal | None
    fast_spo2: Decimal | None
    fast_pulse: Decimal | None
    slow_spo2: Decimal | None
    slow_pulse: Decimal | None
    pulse_amplitude: Decimal | None
    status: frozenset[MeasurementStatus] | None
    status_bits: int | None
    sensor: frozenset[SensorStatus] | None
    sensor_bits: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)

    @property
    def trustworthy(self) -> bool:
        """Both numbers are there and the oximeter does not say that they mean nothing."""
        return _trustworthy(self.spo2, self.pulse, self.status, self.sensor)


@dataclass(frozen=True, slots=True)
class OximeterFeatures:
    """What an oximeter says it can do (0x2A60). `..._bits` are None when it does not tell."""

    stores: bool
    time_stamps: bool
    fast_values: bool
    slow_values: bool
    pulse_amplitude: bool
    several_bonds: bool
    bits: int
    status_bits: int | None
    sensor_bits: int | None


def decode_spot_check(raw: bytes, feature: int | None = None) -> SpotCheckReading:
    """Decode one PLX Spot-check Measurement (0x2A5E; PLXS 1.0.1 section 3.1).

    `feature` is the whole PLX Features value (0x2A60), read as one little endian number: it
    holds the words that say which status bits to believe.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    if len(raw) < _NORMAL_BYTES:
        raise too_short(raw, _NORMAL_BYTES)
    fields, numbers = Fields(raw), FrameNumbers()
    flags = fields.byte()
    spo2 = numbers.number("spo2", fields.word(), _SATURATION)
    pulse = numbers.number("pulse", fields.word(), _PULSE_RATE)
    stated = decode_date_time(raw, fields.skip(DATE_TIME_BYTES)) if flags & _SPOT_TIME else NO_TIME
    status_bits = fields.word() if flags & _SPOT_STATUS else None
    sensor_bits = fields.number(3) if flags & _SPOT_SENSOR else None
    amplitude = _amplitude(fields, numbers) if flags & _SPOT_AMPLITUDE else None
    clock_not_set = bool(flags & _SPOT_CLOCK_NOT_SET)
    time = CLOCK_NOT_SET if clock_not_set and flags & _SPOT_TIME else stated
    return SpotCheckReading(
        spo2=spo2,
        pulse=pulse,
        pulse_amplitude=amplitude,
        device_time=time.value,
        device_time_quality=time.quality,
        stated_time=stated.value,
        clock_not_set=clock_not_set,
        status=_measurement_status(status_bits, feature),
        status_bits=status_bits,
        sensor=_sensor_status(sensor_bits, feature),
        sensor_bits=sensor_bits,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_continuous(raw: bytes, feature: int | None = None) -> ContinuousReading:
    """Decode one PLX Continuous Measurement (0x2A5F; PLXS 1.0.1 section 3.2).

    `feature` is as in `decode_spot_check`.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    if len(raw) < _NORMAL_BYTES:
        raise too_short(raw, _NORMAL_BYTES)
    fields, numbers = Fields(raw), FrameNumbers()
    flags = fields.byte()

    def pair(prefix: str) -> tuple[Decimal | None, Decimal | None]:
        saturation = numbers.number(f"{prefix}spo2", fields.word(), _SATURATION)
        return saturation, numbers.number(f"{prefix}pulse", fields.word(), _PULSE_RATE)

    spo2, pulse = pair("")
    fast_spo2, fast_pulse = pair("fast_") if flags & _FAST else (None, None)
    slow_spo2, slow_pulse = pair("slow_") if flags & _SLOW else (None, None)
    status_bits = fields.word() if flags & _STATUS else None
    sensor_bits = fields.number(3) if flags & _SENSOR else None
    amplitude = _amplitude(fields, numbers) if flags & _AMPLITUDE else None
    return ContinuousReading(
        spo2=spo2,
        pulse=pulse,
        fast_spo2=fast_spo2,
        fast_pulse=fast_pulse,
        slow_spo2=slow_spo2,
        slow_pulse=slow_pulse,
        pulse_amplitude=amplitude,
        status=_measurement_status(status_bits, feature),
        status_bits=status_bits,
        sensor=_sensor_status(sensor_bits, feature),
        sensor_bits=sensor_bits,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_features(raw: bytes) -> OximeterFeatures:
    """Decode PLX Features (0x2A60; PLXS 1.0.1 section 3.3).

    Raises:
        FrameCorrupt: shorter than its first word says.
    """
    fields = Fields(raw)
    bits = fields.word()
    status_bits = fields.word() if bits & _STATUS_SUPPORT_PRESENT else None
    sensor_bits = fields.number(3) if bits & _SENSOR_SUPPORT_PRESENT else None
    return OximeterFeatures(
        stores=bool(bits & 0x04),
        time_stamps=bool(bits & 0x08),
        fast_values=bool(bits & 0x10),
        slow_values=bool(bits & 0x20),
        pulse_amplitude=bool(bits & 0x40),
        several_bonds=bool(bits & 0x80),
        bits=bits,
        status_bits=status_bits,
        sensor_bits=sensor_bits,
    )


def time_of_spot_check(raw: bytes) -> datetime | None:
    """The time stamp of a spot check whose oximeter does not say that its clock is not set."""
    if not raw or not raw[0] & _SPOT_TIME or raw[0] & _SPOT_CLOCK_NOT_SET:
        return None
    return read_date_time(raw, _NORMAL_BYTES)


def _amplitude(fields: Fields, numbers: FrameNumbers) -> Decimal | None:
    return numbers.number("pulse_amplitude", fields.word(), _PULSE_AMPLITUDE)


def _measurement_status(
    bits: int | None, feature: int | None
) -> frozenset[MeasurementStatus] | None:
    if bits is None:
        return None
    supported = EVERY_BIT
    if feature is not None:
        supported = feature >> 16 & 0xFFFF if feature & _STATUS_SUPPORT_PRESENT else 0
    return conditions(bits, supported, _MEASUREMENT_BITS)


def _sensor_status(bits: int | None, feature: int | None) -> frozenset[SensorStatus] | None:
    if bits is None:
        return None
    supported = EVERY_BIT
    if feature is not None:
        after = 32 if feature & _STATUS_SUPPORT_PRESENT else 16
        # Support announced and none named is a word cut short: doubts are then believed.
        supported = (feature >> after or EVERY_BIT) if feature & _SENSOR_SUPPORT_PRESENT else 0
    return conditions(bits, supported, _SENSOR_BITS)


def _trustworthy(
    spo2: Decimal | None,
    pulse: Decimal | None,
    status: frozenset[MeasurementStatus] | None,
    sensor: frozenset[SensorStatus] | None,
) -> bool:
    return (
        spo2 is not None
        and pulse is not None
        and not (status and status & _NO_MEASUREMENT)
        and not (sensor and sensor & _NO_SENSOR)
    )
