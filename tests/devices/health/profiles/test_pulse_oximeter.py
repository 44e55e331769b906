"""Oximeter frames: what is measured, what the oximeter doubts, and what it cannot know."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.pulse_oximeter import (
    MeasurementStatus,
    SensorStatus,
    decode_continuous,
    decode_features,
    decode_spot_check,
    time_of_spot_check,
)
from tests.devices.health.wire import (
    number,
    sfloat,
    sfloat_parts,
    stamp,
    stamps,
    status_triples,
    word,
    words,
)

# A ChoiceMMed: stackoverflow 71264072. Its clock was never set, and it says so.
SPOT = bytes.fromhex("1761006000e10701010122132000200000")
CONTINUOUS = bytes.fromhex("0c62004e002000000000")
STEADY = bytes.fromhex("0062004e00")
EVERY_STATUS = 0xFFE0


def continuous(status: int, sensor: int = 0) -> bytes:
    return b"\x0c" + STEADY[1:] + word(status) + sensor.to_bytes(3, "little")


def test_a_spot_check_whose_clock_was_never_set() -> None:
    reading = decode_spot_check(SPOT)
    assert (reading.spo2, reading.pulse) == (97, 96)
    assert (reading.status_bits, reading.sensor_bits) == (32, 32)
    assert reading.status == {MeasurementStatus.ONGOING}
    assert reading.sensor == {SensorStatus.LOW_PERFUSION}
    assert reading.clock_not_set
    assert reading.stated_time == datetime.fromisoformat("2017-01-01T01:34:19")
    assert (reading.device_time, reading.device_time_quality) == (None, ClockQuality.NOT_SET)
    assert time_of_spot_check(SPOT) is None


def test_a_spot_check_with_a_clock_that_is_set() -> None:
    set_clock = bytes((SPOT[0] & ~0x10,)) + SPOT[1:]
    reading = decode_spot_check(set_clock)
    assert reading.device_time == reading.stated_time == time_of_spot_check(set_clock)
    assert reading.device_time_quality is ClockQuality.UNCHECKED


def test_a_clock_that_is_not_set_and_not_sent_is_absent() -> None:
    reading = decode_spot_check(b"\x10" + STEADY[1:])
    assert reading.device_time_quality is ClockQuality.ABSENT


def test_a_continuous_value() -> None:
    reading = decode_continuous(CONTINUOUS)
    assert (reading.spo2, reading.pulse, reading.status_bits, reading.sensor_bits) == (
        98,
        78,
        32,
        0,
    )
    assert (reading.fast_spo2, reading.slow_pulse, reading.pulse_amplitude) == (None, None, None)
    assert reading.trustworthy


@pytest.mark.parametrize("length", range(len(SPOT)))
def test_every_truncated_spot_check_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_spot_check(SPOT[:length])


@pytest.mark.parametrize("length", range(len(CONTINUOUS)))
def test_every_truncated_continuous_value_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_continuous(CONTINUOUS[:length])


@pytest.mark.parametrize("bit", range(10, 16))
def test_a_measurement_that_the_oximeter_doubts_is_not_trustworthy(bit: int) -> None:
    reading = decode_continuous(continuous(1 << bit))
    assert not reading.trustworthy
    assert reading.spo2 == 98


@pytest.mark.parametrize("bit", range(5, 10))
def test_the_other_states_of_a_measurement_are_no_doubt(bit: int) -> None:
    assert decode_continuous(continuous(1 << bit)).trustworthy


@pytest.mark.parametrize("bit", [1, 3, 7, 8, 11, 12, 13, 14, 15])
def test_a_sensor_that_is_not_where_it_should_be_is_not_trustworthy(bit: int) -> None:
    assert not decode_continuous(continuous(0, 1 << bit)).trustworthy


def test_reserved_status_bits_mean_nothing() -> None:
    reading = decode_continuous(continuous(0x001F, 0xFF0000))
    assert (reading.status, reading.sensor) == (frozenset(), frozenset())
    assert reading.trustworthy


def test_status_bits_are_believed_only_where_the_oximeter_supports_them() -> None:
    doubtful = continuous(0x8020, 0x8020)
    ongoing_and_perfusion = int.from_bytes(bytes.fromhex("03002000200000"), "little")
    reading = decode_continuous(doubtful, feature=ongoing_and_perfusion)
    assert reading.status == {MeasurementStatus.ONGOING}
    assert reading.sensor == {SensorStatus.LOW_PERFUSION}
    assert reading.trustworthy
    nothing_told = decode_continuous(doubtful, feature=0x0004)
    assert (nothing_told.status, nothing_told.sensor) == (frozenset(), frozenset())
    assert nothing_told.status_bits == 0x8020


def test_sensor_bits_alone_follow_the_feature_word_directly() -> None:
    only_sensor = int.from_bytes(bytes.fromhex("0200008000"), "little")
    reading = decode_continuous(continuous(0x8000, 0x8000), feature=only_sensor)
    assert (reading.status, reading.sensor) == (frozenset(), {SensorStatus.DISCONNECTED})


def test_a_feature_value_that_was_cut_short_silences_no_doubt() -> None:
    cut_at_four_bytes = int.from_bytes(bytes.fromhex("0300e0ff"), "little")
    assert not decode_continuous(continuous(0, 0x8000), feature=cut_at_four_bytes).trustworthy


@pytest.mark.parametrize(
    ("saturation", "reason"),
    [
        (0x07FF, NoValue.NOT_A_NUMBER),
        (0x0000, NoValue.IMPLAUSIBLE),
        (0x0065, NoValue.IMPLAUSIBLE),
        (0x007F, NoValue.IMPLAUSIBLE),
    ],
)
def test_a_sensor_without_finger_gives_no_value(saturation: int, reason: NoValue) -> None:
    reading = decode_continuous(b"\x00" + word(saturation) + STEADY[3:])
    assert reading.spo2 is None
    assert reading.no_value == {"spo2": reason}
    assert not reading.trustworthy


def test_reserved_flags_and_trailing_bytes_are_ignored() -> None:
    assert decode_spot_check(bytes((SPOT[0] | 0xE0,)) + SPOT[1:] + b"\xff") == (
        decode_spot_check(SPOT)
    )
    assert decode_continuous(bytes((CONTINUOUS[0] | 0xE0,)) + CONTINUOUS[1:] + b"\xff") == (
        decode_continuous(CONTINUOUS)
    )


def test_features_with_and_without_their_words() -> None:
    features = decode_features(bytes.fromhex("4f00e0ffffff00"))
    assert (features.stores, features.time_stamps, features.pulse_amplitude) == (True, True, True)
    assert (features.fast_values, features.several_bonds) == (False, False)
    assert (features.status_bits, features.sensor_bits) == (EVERY_STATUS, 0xFFFF)
    plain = decode_features(bytes.fromhex("8000"))
    assert (plain.status_bits, plain.sensor_bits, plain.several_bonds) == (None, None, True)
    with pytest.raises(FrameCorrupt):
        decode_features(bytes.fromhex("0300e0ff"))


def sent(reading: object, name: str) -> object:
    return reading.as_sent.get(name, getattr(reading, name))


pairs = st.tuples(sfloat_parts, sfloat_parts)


@given(
    pairs,
    st.none() | pairs,
    st.none() | pairs,
    st.none() | words,
    st.none() | status_triples,
    st.none() | sfloat_parts,
)
def test_every_continuous_value_comes_back(
    normal: tuple[tuple[int, int], tuple[int, int]],
    fast: tuple[tuple[int, int], tuple[int, int]] | None,
    slow: tuple[tuple[int, int], tuple[int, int]] | None,
    status: int | None,
    sensor: int | None,
    amplitude: tuple[int, int] | None,
) -> None:
    optional = (fast, slow, status, sensor, amplitude)
    raw = bytes((sum((field is not None) << bit for bit, field in enumerate(optional)),))
    raw += b"".join(map(sfloat, normal))
    raw += b"".join(map(sfloat, fast or ())) + b"".join(map(sfloat, slow or ()))
    raw += b"" if status is None else word(status)
    raw += b"" if sensor is None else sensor.to_bytes(3, "little")
    raw += b"" if amplitude is None else sfloat(amplitude)
    reading = decode_continuous(raw)
    for prefix, pair in (("", normal), ("fast_", fast), ("slow_", slow)):
        for name, parts in zip(("spo2", "pulse"), pair or (None, None), strict=True):
            assert sent(reading, prefix + name) == (None if parts is None else number(parts))
    assert (reading.status_bits, reading.sensor_bits) == (status, sensor)
    assert sent(reading, "pulse_amplitude") == (None if amplitude is None else number(amplitude))
    if reading.trustworthy:
        assert 0 < number(normal[0]) <= 100
        assert 0 < number(normal[1]) <= 400


@given(
    sfloat_parts,
    sfloat_parts,
    st.none() | stamps,
    st.none() | words,
    st.none() | status_triples,
    st.none() | sfloat_parts,
    st.booleans(),
)
def test_every_spot_check_comes_back(
    saturation: tuple[int, int],
    pulse: tuple[int, int],
    time: datetime | None,
    status: int | None,
    sensor: int | None,
    amplitude: tuple[int, int] | None,
    clock_not_set: bool,
) -> None:
    optional = (time, status, sensor, amplitude)
    flags = sum((field is not None) << bit for bit, field in enumerate(optional))
    raw = bytes((flags | clock_not_set << 4,)) + sfloat(saturation) + sfloat(pulse)
    raw += b"" if time is None else stamp(time)
    raw += b"" if status is None else word(status)
    raw += b"" if sensor is None else sensor.to_bytes(3, "little")
    raw += b"" if amplitude is None else sfloat(amplitude)
    reading = decode_spot_check(raw)
    assert sent(reading, "spo2") == number(saturation)
    assert sent(reading, "pulse") == number(pulse)
    assert sent(reading, "pulse_amplitude") == (None if amplitude is None else number(amplitude))
    assert (reading.status_bits, reading.sensor_bits) == (status, sensor)
    assert reading.stated_time == time
    assert reading.device_time == (None if clock_not_set else time) == time_of_spot_check(raw)
    assert (reading.spo2 is None) == (not 0 < number(saturation) <= Decimal(100))
