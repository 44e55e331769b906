"""Blood pressure frames: known ones, built ones and hostile ones."""

from __future__ import annotations

import json
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.health.date_time import ClockQuality, decode_date_time
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue, decode_sfloat
from devices.health.profiles.blood_pressure import (
    BloodPressureReading,
    PressureUnit,
    PulseRange,
    decode_blood_pressure,
    decode_blood_pressure_feature,
    decode_cuff_pressure,
    in_mmhg,
)
from devices.health.quirks import Quirk, quirk_of
from devices.simulators.blood_pressure_monitor import (
    SimulatedReading,
    encode_cuff_pressure,
    encode_measurement,
)

# A file of captured frames that developers may have beside their checkout; not shipped.
VECTORS = Path(__file__).parents[4].parent / "shared" / "vectors" / "ble.json"
NOW = datetime.fromisoformat("2026-11-22T09:00:00")
BOSO = bytes.fromhex("167c0056006100e807060f11111b33000000")
BM85 = bytes.fromhex("56760050000000ea07080b141b00003c000004")


def vectors(*characteristics: str) -> list[Any]:
    if not VECTORS.exists():
        reason = "the captured frames are not beside this checkout"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    items = json.loads(VECTORS.read_text("utf-8"))
    items = items["items"] if isinstance(items, dict) else items
    return [
        pytest.param(item, id=f"{item['device']} {item['hex']}")
        for item in items
        if item["characteristic"] in characteristics
    ]


@pytest.mark.parametrize("vector", vectors("2A35"))
def test_captured_frames_decode_as_their_displays_showed(vector: dict[str, Any]) -> None:
    quirk = quirk_of(vector["device"])
    reading = decode_blood_pressure(bytes.fromhex(vector["hex"]), quirk=quirk)
    said = {
        "unit": reading.unit.value,
        "systolic": reading.systolic,
        "diastolic": reading.diastolic,
        "map": reading.mean_arterial,
        "pulse": reading.pulse,
        "user": reading.user,
        "time": reading.device_time and reading.device_time.isoformat(),
        "status": reading.status_bits,
    }
    expected = dict(vector["expect"])
    if expected.get("map") == 0:  # what the BM85 sends instead of a mean pressure is no value
        expected["map"] = None
        assert reading.no_value == {"mean_arterial": NoValue.IMPLAUSIBLE}
    assert {name: said[name] for name in expected} == expected


@pytest.mark.parametrize("vector", vectors("2A08", "SFLOAT"))
def test_captured_numbers_and_dates_decode_as_published(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    if vector["characteristic"] == "2A08":
        time = decode_date_time(raw).value
        assert (time and time.isoformat()) == vector["expect"]["time"]
        return
    value = decode_sfloat(int.from_bytes(raw, "little"))
    expected = vector["expect"]["value"]
    if expected is None:
        assert isinstance(value, NoValue)
    else:
        assert value == Decimal(repr(expected))


def test_a_whole_frame() -> None:
    assert decode_blood_pressure(BOSO) == BloodPressureReading(
        systolic=Decimal(124),
        diastolic=Decimal(86),
        mean_arterial=Decimal(97),
        unit=PressureUnit.MMHG,
        pulse=Decimal(51),
        device_time=datetime.fromisoformat("2024-06-15T17:17:27"),
        device_time_quality=ClockQuality.UNCHECKED,
        user=None,
        moved=False,
        cuff_loose=False,
        irregular_pulse=False,
        pulse_range=PulseRange.WITHIN,
        wrong_position=False,
        status_bits=0,
        no_value={},
    )


def test_what_the_instrument_did_not_send_is_none() -> None:
    reading = decode_blood_pressure(bytes.fromhex("007c0056006100"))
    assert (reading.pulse, reading.device_time, reading.user) == (None, None, None)
    assert (reading.moved, reading.pulse_range, reading.status_bits) == (None, None, None)
    assert reading.device_time_quality is ClockQuality.ABSENT
    assert reading.no_value == {}


def test_status_bits() -> None:
    reading = decode_blood_pressure(BOSO[:-2] + b"\x2f\x00")
    assert reading.moved
    assert reading.cuff_loose
    assert reading.irregular_pulse
    assert reading.wrong_position
    assert reading.pulse_range is PulseRange.ABOVE


def test_status_bits_are_believed_only_where_the_feature_is_supported() -> None:
    reading = decode_blood_pressure(BOSO[:-2] + b"\x2f\x00", feature=0x0001)
    assert reading.moved is True
    assert reading.cuff_loose is None
    assert reading.irregular_pulse is None
    assert reading.pulse_range is None
    assert reading.wrong_position is None


def test_a_reserved_pulse_range_is_no_range() -> None:
    assert decode_blood_pressure(BOSO[:-2] + b"\x18\x00").pulse_range is None


def test_a_special_number_is_no_value_with_its_reason() -> None:
    reading = decode_blood_pressure(bytes.fromhex("04ff07000861000208"))
    assert (reading.systolic, reading.diastolic, reading.pulse) == (None, None, None)
    assert reading.no_value == {
        "systolic": NoValue.NOT_A_NUMBER,
        "diastolic": NoValue.NOT_AT_THIS_RESOLUTION,
        "pulse": NoValue.BELOW_RANGE,
    }
    assert not reading.usable


def test_a_number_that_nobody_can_have_is_kept_as_it_was_sent() -> None:
    reading = decode_blood_pressure(bytes.fromhex("0400004c10000091010000"))
    assert (reading.systolic, reading.diastolic, reading.pulse) == (None, None, None)
    assert set(reading.no_value.values()) == {NoValue.IMPLAUSIBLE}
    assert reading.as_sent == {
        "systolic": 0,
        "diastolic": 760,
        "mean_arterial": 0,
        "pulse": 401,
    }


def test_a_reading_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        decode_blood_pressure(BOSO).systolic = Decimal(120)  # type: ignore[misc]


def test_feature() -> None:
    feature = decode_blood_pressure_feature(b"\x05\x00\xff")
    assert (feature.movement, feature.irregular_pulse, feature.bits) == (True, True, 5)
    assert not any((feature.cuff_fit, feature.pulse_range, feature.position))
    with pytest.raises(FrameCorrupt):
        decode_blood_pressure_feature(b"\x05")


def test_a_clock_that_is_not_set_keeps_the_reading() -> None:
    reading = decode_blood_pressure(BOSO[:7] + bytes(7) + BOSO[14:])
    assert reading.device_time is None
    assert reading.device_time_quality is ClockQuality.NOT_SET
    assert reading.systolic == 124


def test_an_unknown_user_is_none() -> None:
    assert decode_blood_pressure(bytes.fromhex("087c0056006100ff")).user is None
    assert decode_blood_pressure(bytes.fromhex("087c005600610001")).user == 1


def test_reserved_flags_and_trailing_bytes_are_ignored() -> None:
    assert decode_blood_pressure(bytes((BOSO[0] | 0xE0,)) + BOSO[1:] + b"\xde\xad") == (
        decode_blood_pressure(BOSO)
    )


@pytest.mark.parametrize("length", range(len(BOSO)))
def test_every_truncation_is_corrupt_and_carries_its_bytes(length: int) -> None:
    with pytest.raises(FrameCorrupt) as caught:
        decode_blood_pressure(BOSO[:length])
    assert caught.value.raw == BOSO[:length]


@pytest.mark.parametrize("length", range(2, len(BOSO)))
def test_what_is_said_of_a_corrupt_frame_names_its_length_and_no_byte_of_it(length: int) -> None:
    with pytest.raises(FrameCorrupt, match=rf"^{length} bytes ") as caught:
        decode_blood_pressure(BOSO[:length])
    assert BOSO[:2].hex() not in str(caught.value)


def test_pressures_the_wrong_way_round_are_not_usable() -> None:
    assert decode_blood_pressure(BOSO).usable
    assert not decode_blood_pressure(bytes.fromhex("0056007c006100")).usable


def test_the_bm85_is_put_in_order() -> None:
    reading = decode_blood_pressure(BM85, quirk=quirk_of("BM85"))
    assert (reading.pulse, reading.user, reading.irregular_pulse) == (60, 0, True)


@pytest.mark.parametrize("name", ["BM85", "BM85 BT", "Beurer BM85"])
def test_the_bm85_is_known_by_its_name(name: str) -> None:
    assert quirk_of(None, name) is Quirk.PULSE_AND_STATUS_BIG_ENDIAN


def test_other_instruments_have_no_quirk() -> None:
    assert quirk_of("A&D_UA-651BLE", None) is None


@settings(max_examples=300)
@given(st.binary(max_size=30).filter(lambda raw: len(raw) != len(BM85)))
def test_a_quirk_leaves_frames_of_another_shape_alone(raw: bytes) -> None:
    def decoded(quirk: Quirk | None) -> object:
        try:
            return decode_blood_pressure(raw, quirk=quirk)
        except FrameCorrupt:
            return FrameCorrupt

    assert decoded(Quirk.PULSE_AND_STATUS_BIG_ENDIAN) == decoded(None)


def test_kilopascals_are_exact_and_shown_as_whole_mmhg() -> None:
    reading = decode_blood_pressure(bytes.fromhex("01a0f06bf07df0"))
    assert (reading.systolic, reading.unit) == (Decimal("16.0"), PressureUnit.KPA)
    assert in_mmhg(Decimal("16.0"), PressureUnit.KPA) == 120
    assert in_mmhg(Decimal(142), PressureUnit.MMHG) == 142


def test_live_cuff_pressure() -> None:
    assert decode_cuff_pressure(encode_cuff_pressure(137)).pressure == 137
    assert decode_cuff_pressure(encode_cuff_pressure(0)).pressure == 0
    assert decode_cuff_pressure(bytes.fromhex("00ff07ff07ff07")).pressure is None
    assert decode_cuff_pressure(bytes.fromhex("009101ff07ff07")).as_sent == {"pressure": 401}
    with pytest.raises(FrameCorrupt):
        decode_cuff_pressure(b"\x00\x10")


@given(
    st.builds(
        SimulatedReading,
        systolic=st.integers(1, 299),
        diastolic=st.integers(1, 299),
        pulse=st.none() | st.integers(1, 300),
        moved=st.booleans(),
        irregular_pulse=st.booleans(),
        user=st.none() | st.integers(0, 254),
        taken_at=st.datetimes(min_value=datetime.fromisoformat("2000-01-01T00:00:00")).map(
            lambda time: time.replace(microsecond=0)
        ),
        time_stamped=st.booleans(),
    )
)
def test_what_the_simulated_cuff_encodes_comes_back(given_reading: SimulatedReading) -> None:
    reading = decode_blood_pressure(
        encode_measurement(given_reading, datetime.fromisoformat("2026-11-22T00:00:00"))
    )
    assert reading.systolic == given_reading.systolic
    assert reading.diastolic == given_reading.diastolic
    assert reading.pulse == given_reading.pulse
    assert reading.user == given_reading.user
    assert reading.moved == given_reading.moved
    assert reading.irregular_pulse == given_reading.irregular_pulse
    assert reading.device_time == (given_reading.taken_at if given_reading.time_stamped else None)


def assert_plausible_or_corrupt(raw: bytes, feature: int | None, quirk: Quirk | None) -> None:
    try:
        reading = decode_blood_pressure(raw, feature, quirk)
    except FrameCorrupt:
        return
    highest = 400 if reading.unit is PressureUnit.MMHG else 54
    for name in ("systolic", "diastolic", "mean_arterial"):
        pressure = getattr(reading, name)
        assert pressure is None or 0 < pressure <= highest, raw.hex()
        assert (pressure is None) == (name in reading.no_value), raw.hex()
    assert reading.pulse is None or 0 < reading.pulse <= 400, raw.hex()


@settings(max_examples=300)
@example(BM85, None, Quirk.PULSE_AND_STATUS_BIG_ENDIAN)
@example(b"", 0, None)
@given(
    st.binary(max_size=32),
    st.none() | st.integers(0, 0xFFFF),
    st.none() | st.sampled_from(Quirk),
)
def test_no_bytes_give_anything_but_a_plausible_reading_or_a_corrupt_frame(
    raw: bytes, feature: int | None, quirk: Quirk | None
) -> None:
    assert_plausible_or_corrupt(raw, feature, quirk)


def test_twenty_thousand_damaged_frames_are_plausible_or_corrupt() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(20_000):
        frame = bytearray(chance.choice((BOSO, BM85, chance.randbytes(chance.randrange(32)))))
        for _ in range(min(chance.randrange(4), len(frame))):
            frame[chance.randrange(len(frame))] = chance.randrange(256)
        raw = bytes(frame[: chance.choice((len(frame), chance.randrange(len(frame) + 1)))])
        quirk = chance.choice((None, *Quirk))
        assert_plausible_or_corrupt(raw, chance.choice((None, chance.randrange(2**16))), quirk)
