"""Glucose frames: exact concentrations, the time a meter shows, and what is not blood."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.glucose import (
    GlucoseContext,
    GlucoseReading,
    GlucoseStatus,
    Meal,
    decode_glucose,
    decode_glucose_context,
    decode_glucose_feature,
    time_of_glucose,
)
from tests.devices.health.wire import (
    bytes_,
    number,
    sfloat,
    sfloat_parts,
    stamp,
    stamps,
    word,
    words,
)

# dotintent/react-native-ble-plx issue #652 and nordicsemi/Android-BLE-Library issue #130.
MASS = bytes.fromhex("030600e407040d10260a000078b0f1")
MOLES = bytes.fromhex("070100e3070815061f0db4003bc0f1")
TIME = datetime.fromisoformat("2020-04-13T16:38:10")


def test_a_whole_frame() -> None:
    assert decode_glucose(MASS) == GlucoseReading(
        sequence=6,
        mg_dl=Decimal(120),
        mmol_l=None,
        base_time=TIME,
        time_offset_min=0,
        device_time=TIME,
        device_time_quality=ClockQuality.UNCHECKED,
        sample_type=1,
        sample_location=15,
        excluded=False,
        status=None,
        status_bits=None,
        context_follows=False,
    )


def test_both_units_are_exact() -> None:
    assert str(decode_glucose(MASS).mg_dl) == "120"
    assert decode_glucose(MOLES).mmol_l == Decimal("5.9")
    assert decode_glucose(MOLES).mg_dl is None


@pytest.mark.parametrize("length", range(len(MOLES)))
def test_every_truncation_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_glucose(MOLES[:length])


def test_the_meter_shows_base_time_and_offset() -> None:
    reading = decode_glucose(MOLES)
    assert reading.base_time == datetime.fromisoformat("2019-08-21T06:31:13")
    assert reading.time_offset_min == 180
    assert reading.device_time == datetime.fromisoformat("2019-08-21T09:31:13")
    assert time_of_glucose(MOLES) == reading.device_time


@pytest.mark.parametrize(
    ("offset", "reason"),
    [(b"\xff\x7f", NoValue.ABOVE_RANGE), (b"\x00\x80", NoValue.BELOW_RANGE)],
)
def test_an_offset_that_ran_over_makes_the_time_unknown(offset: bytes, reason: NoValue) -> None:
    raw = MASS[:10] + offset + MASS[12:]
    reading = decode_glucose(raw)
    assert (reading.time_offset_min, reading.base_time) == (None, TIME)
    assert (reading.device_time, reading.device_time_quality) == (None, ClockQuality.NOT_SET)
    assert reading.no_value == {"time_offset_min": reason}
    assert reading.mg_dl == 120
    assert time_of_glucose(raw) is None


@pytest.mark.parametrize(
    ("base", "minutes"),
    [
        (datetime.fromisoformat("9999-12-31T23:59:00"), 1),
        (datetime.fromisoformat("1582-01-01T00:00:00"), -32767),
    ],
)
def test_an_offset_never_leaves_the_calendar(base: datetime, minutes: int) -> None:
    raw = b"\x01\x01\x00" + stamp(base) + minutes.to_bytes(2, "little", signed=True)
    expected = None if base.year == 9999 else base + timedelta(minutes=minutes)
    assert decode_glucose(raw).device_time == expected
    assert time_of_glucose(raw) == expected


@pytest.mark.parametrize(
    ("kind_and_place", "excluded"), [(0x1A, True), (0x41, True), (0x11, False)]
)
def test_control_solution_is_excluded(kind_and_place: int, excluded: bool) -> None:
    assert decode_glucose(MASS[:-1] + bytes((kind_and_place,))).excluded is excluded


def test_without_a_concentration_there_is_none() -> None:
    reading = decode_glucose(b"\x08" + MASS[1:10] + b"\x01\x00")
    assert (reading.mg_dl, reading.mmol_l, reading.sample_type) == (None, None, None)
    assert not reading.excluded
    assert reading.no_value == {}


@pytest.mark.parametrize("concentration", [0x07FF, 0x07FE, 0x0802])
def test_high_and_low_are_no_value_with_a_reason(concentration: int) -> None:
    reading = decode_glucose(MASS[:12] + word(concentration) + MASS[14:])
    assert reading.mg_dl is None
    assert reading.no_value["mg_dl"] is not NoValue.IMPLAUSIBLE


@pytest.mark.parametrize(("bit", "status"), list(enumerate(GlucoseStatus)))
def test_every_status_bit(bit: int, status: GlucoseStatus) -> None:
    raw = b"\x08" + MASS[1:10] + word(1 << bit)
    assert decode_glucose(raw).status == {status}
    assert decode_glucose(raw, feature=0).status == frozenset()
    feature_bit = (0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 8, 9)[bit]
    assert decode_glucose(raw, feature=1 << feature_bit).status == {status}


def test_reserved_bits_and_trailing_bytes_are_ignored() -> None:
    reading = decode_glucose(b"\xe8" + MASS[1:10] + b"\x00\xf0\xaa")
    assert reading.status == frozenset()


def test_feature() -> None:
    feature = decode_glucose_feature(word(0x0420))
    assert feature.tells == {GlucoseStatus.RESULT_TOO_HIGH, GlucoseStatus.RESULT_TOO_LOW}
    assert feature.several_bonds
    with pytest.raises(FrameCorrupt):
        decode_glucose_feature(b"\x00")


@given(
    words,
    stamps,
    st.none() | st.integers(-32768, 32767),
    st.none() | st.tuples(sfloat_parts, st.booleans(), bytes_),
    st.none() | words,
    st.booleans(),
)
def test_every_measurement_comes_back(
    sequence: int,
    base: datetime,
    offset: int | None,
    concentration: tuple[tuple[int, int], bool, int] | None,
    status: int | None,
    context: bool,
) -> None:
    moles = concentration is not None and concentration[1]
    flags = (offset is not None) | (concentration is not None) << 1 | moles << 2
    raw = bytes((flags | (status is not None) << 3 | context << 4,)) + word(sequence) + stamp(base)
    raw += b"" if offset is None else offset.to_bytes(2, "little", signed=True)
    raw += b"" if concentration is None else sfloat(concentration[0]) + bytes((concentration[2],))
    raw += b"" if status is None else word(status)
    reading = decode_glucose(raw)
    assert (reading.sequence, reading.base_time) == (sequence, base)
    assert reading.context_follows is context
    assert reading.status_bits == status
    assert reading.device_time == time_of_glucose(raw)
    if offset not in (None, 32767, -32768):
        assert reading.time_offset_min == offset
    if concentration is None:
        return
    (mantissa, exponent), _, kind = concentration
    name, shift, highest = ("mmol_l", 3, 56) if moles else ("mg_dl", 5, 1000)
    value = number((mantissa, exponent + shift))
    assert reading.as_sent.get(name, getattr(reading, name)) == value
    assert (getattr(reading, name) is not None) == (0 < value <= highest)
    assert (reading.sample_type, reading.sample_location) == (kind & 0xF, kind >> 4)


def test_a_whole_context() -> None:
    """Every field: 20 g before a meal, tested oneself, an hour of exercise, 8 mg, HbA1c 6.5 %."""
    raw = (
        b"\xdf"
        + word(6)
        + b"\xaa"  # extended flags, reserved
        + b"\x02"
        + sfloat((20, -3))
        + b"\x01"
        + b"\x21"
        + word(3600)
        + b"\x32"
        + b"\x04"
        + sfloat((8, -6))
        + sfloat((65, -1))
    )
    assert decode_glucose_context(raw) == GlucoseContext(
        sequence=6,
        carbohydrate_kind=2,
        carbohydrate_g=Decimal(20),
        meal=Meal.BEFORE,
        meal_code=1,
        tester=1,
        health=2,
        exercise_s=3600,
        exercise_share=50,
        medication_kind=4,
        medication_mg=Decimal(8),
        medication_ml=None,
        hba1c_share=Decimal("6.5"),
    )
    for length in range(len(raw)):
        with pytest.raises(FrameCorrupt):
            decode_glucose_context(raw[:length])


def test_medication_in_litres_and_exercise_that_ran_over() -> None:
    raw = b"\x38" + word(7) + b"\xff\xff" + b"\xc8" + b"\x01" + sfloat((15, -4))
    context = decode_glucose_context(raw)
    assert (context.medication_ml, context.medication_mg) == (Decimal("1.5"), None)
    assert (context.exercise_s, context.exercise_share) == (None, None)
    assert context.no_value["exercise_s"] is NoValue.ABOVE_RANGE
    assert context.as_sent == {"exercise_share": 200}


def test_a_context_of_nothing_but_its_number() -> None:
    context = decode_glucose_context(b"\x00\x09\x00")
    assert context.sequence == 9
    assert (context.meal, context.meal_code, context.tester) == (None, None, None)


@given(
    words,
    st.none() | bytes_,
    st.none() | st.tuples(bytes_, sfloat_parts),
    st.none() | bytes_,
    st.none() | bytes_,
    st.none() | st.tuples(words, bytes_),
    st.none() | st.tuples(bytes_, sfloat_parts, st.booleans()),
    st.none() | sfloat_parts,
)
def test_every_context_comes_back(
    sequence: int,
    extended: int | None,
    carbohydrate: tuple[int, tuple[int, int]] | None,
    meal: int | None,
    tester: int | None,
    exercise: tuple[int, int] | None,
    medication: tuple[int, tuple[int, int], bool] | None,
    hba1c: tuple[int, int] | None,
) -> None:
    optional = (carbohydrate, meal, tester, exercise, medication, None, hba1c, extended)
    flags = sum((field is not None) << bit for bit, field in enumerate(optional))
    litres = medication is not None and medication[2]
    raw = bytes((flags | litres << 5,)) + word(sequence)
    raw += b"" if extended is None else bytes((extended,))
    raw += b"" if carbohydrate is None else bytes((carbohydrate[0],)) + sfloat(carbohydrate[1])
    raw += b"".join(bytes((field,)) for field in (meal, tester) if field is not None)
    raw += b"" if exercise is None else word(exercise[0]) + bytes((exercise[1],))
    raw += b"" if medication is None else bytes((medication[0],)) + sfloat(medication[1])
    raw += b"" if hba1c is None else sfloat(hba1c)
    context = decode_glucose_context(raw)

    def sent(name: str) -> object:
        return context.as_sent.get(name, getattr(context, name))

    def shifted(parts: tuple[int, int], by: int) -> Decimal:
        return number((parts[0], parts[1] + by))

    assert context.sequence == sequence
    assert context.meal_code == meal
    if carbohydrate is not None:
        assert context.carbohydrate_kind == carbohydrate[0]
        assert sent("carbohydrate_g") == shifted(carbohydrate[1], 3)
    if tester is not None:
        assert (context.tester, context.health) == (tester & 0xF, tester >> 4)
    if exercise is not None and exercise[0] != 0xFFFF:
        assert (context.exercise_s, sent("exercise_share")) == exercise
    if medication is not None:
        assert context.medication_kind == medication[0]
        name, by = ("medication_ml", 3) if litres else ("medication_mg", 6)
        assert sent(name) == shifted(medication[1], by)
    if hba1c is not None:
        assert sent("hba1c_share") == number(hba1c)
