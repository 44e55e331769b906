"""The table of decoders: how characteristics are named, and the cheap questions about frames."""

from __future__ import annotations

from datetime import datetime

import pytest

from devices.health.decoding import (
    KNOWN,
    UnknownCharacteristic,
    decode,
    decoder_for,
    frame_time,
    identity_slice,
)
from devices.health.profiles.advertised_scale import AdvertisedWeight
from devices.health.profiles.blood_pressure import DECODER, BloodPressureReading
from devices.health.profiles.body_composition import BodyComposition
from devices.health.profiles.pulse_oximeter import ContinuousReading, SpotCheckReading
from devices.health.profiles.scale import WeightReading
from devices.health.profiles.thermometer import TemperatureReading, TemperatureSite

BOSO = bytes.fromhex("167c0056006100e807060f11111b33000000")
BM85 = bytes.fromhex("56760050000000ea07080b141b00003c000004")
GLUCOSE = bytes.fromhex("070100e3070815061f0db4003bc0f1")
XIAOMI_WEIGHT = bytes.fromhex("a24c63e20702010f2f1c")
XIAOMI_COMPOSITION = bytes.fromhex("02a6e40709060d232ee9015a37")


@pytest.mark.parametrize(
    "name",
    [
        "2A35",
        "2a35",
        "0x2a35",
        "0X2A35",
        " 2A35 ",
        "00002a35-0000-1000-8000-00805f9b34fb",
        "00002A35-0000-1000-8000-00805F9B34FB",
    ],
)
def test_a_characteristic_is_known_however_it_is_written(name: str) -> None:
    assert decoder_for(name).name == DECODER
    assert isinstance(decode(name, BOSO), BloodPressureReading)


@pytest.mark.parametrize(
    ("name", "decoder"),
    [
        ("cdeacb81-5235-4c07-8846-93a37ee6b86d", "jumper_oximeter/1"),
        ("CDEACB81", "jumper_oximeter/1"),
        ("352e3001-28e9-40b8-a361-6db4cca4147c", "soehnle_scale/1"),
        ("0000fff1-0000-1000-8000-00805f9b34fb", "jumper_cuff/1"),
        ("00008a24-0000-1000-8000-00805f9b34fb", "trisa_scale/1"),
        ("sfloat", "number/1"),
        ("adv", "xiaomi_scale/1"),
        ("eeprom", "omron_memory/1"),
        ("0000181b-0000-1000-8000-00805f9b34fb", "xiaomi_scale/1"),
    ],
)
def test_makers_own_characteristics_are_known_by_short_and_whole_names(
    name: str, decoder: str
) -> None:
    assert decoder_for(name).name == decoder


@pytest.mark.parametrize(
    "name", ["", "2A99", "2A3", "cdeacb81-0000-1000-8000-000000000000", "\n", "2A35\n2A36"]
)
def test_an_unknown_characteristic_is_said_in_one_line(name: str) -> None:
    with pytest.raises(UnknownCharacteristic) as caught:
        decode(name, BOSO)
    assert "\n" not in str(caught.value)
    assert caught.value.next_step
    with pytest.raises(UnknownCharacteristic):
        frame_time(name, BOSO)


def test_every_decoder_has_a_name_and_a_version() -> None:
    for characteristic in KNOWN:
        name, version = decoder_for(characteristic).name.split("/")
        assert name
        assert int(version) >= 1


def test_names_decide_whether_a_quirk_applies() -> None:
    as_standard = decode("2A35", BM85)
    in_order = decode("2A35", BM85, names=("Beurer BM85", None))
    assert isinstance(as_standard, BloodPressureReading)
    assert isinstance(in_order, BloodPressureReading)
    assert as_standard.pulse is None
    assert (in_order.pulse, in_order.user, in_order.irregular_pulse) == (60, 0, True)


def test_a_scale_of_xiaomi_speaks_its_own_layout_when_connected() -> None:
    for characteristic, raw, standard in (
        ("2A9D", XIAOMI_WEIGHT, WeightReading),
        ("2A9C", XIAOMI_COMPOSITION, BodyComposition),
    ):
        assert isinstance(decode(characteristic, raw, names=("MI_SCALE",)), AdvertisedWeight)
        longer = raw + b"\x00\x00\x00\x00\x00\x00\x00"
        assert isinstance(decode(characteristic, longer, names=("MI_SCALE",)), standard)


def test_an_empty_composition_of_a_bf788_is_recognised_by_its_name() -> None:
    stub = bytes.fromhex("9803000096230000000000000000")
    reading = decode("2A9C", stub, names=("Beurer BF788",))
    assert isinstance(reading, BodyComposition)
    assert reading.basal_metabolism_kj is None


def test_the_feature_word_reaches_the_decoder() -> None:
    doubted = bytes.fromhex("0c62004e0000808000000000")[:10]
    believed = decode("2A5F", doubted)
    silenced = decode("2A5F", doubted, feature=0)
    assert isinstance(believed, ContinuousReading)
    assert isinstance(silenced, ContinuousReading)
    assert (believed.trustworthy, silenced.trustworthy) == (False, True)
    body = decode("2A1C", b"\x00" + bytes.fromhex("680100ff"), feature=2)
    assert isinstance(body, TemperatureReading)
    assert body.site is TemperatureSite.BODY
    cuff = decode("2A35", BOSO[:-2] + b"\x01\x00", feature=0)
    assert isinstance(cuff, BloodPressureReading)
    assert cuff.moved is None


@pytest.mark.parametrize(
    ("characteristic", "raw", "time"),
    [
        ("2A35", BOSO.hex(), "2024-06-15T17:17:27"),
        ("2A35", BM85.hex(), "2026-08-11T20:27:00"),
        ("2A1C", "06680100ffe207030a15340002", "2018-03-10T21:52:00"),
        ("2A9D", "0e783eea07050c12353601ee002607", "2026-05-12T18:53:54"),
        ("2A9C", "0200c200ea07050c123536", "2026-05-12T18:53:54"),
        ("2A18", GLUCOSE.hex(), "2019-08-21T09:31:13"),
        ("181D", XIAOMI_WEIGHT.hex(), "2018-02-01T15:47:28"),
        ("181B", XIAOMI_COMPOSITION.hex(), "2020-09-06T13:35:46"),
        ("2A35", "007c0056006100", None),  # no time stamp
        ("2A35", "", None),
        ("2A35", "167c0056006100e807", None),  # cut short
        ("2A35", "067c0056006100e8070d0f11111b3300", None),  # month 13
        ("2A5E", "1761006000e10701010122132000200000", None),  # its clock was never set
        ("2A5F", "0c62004e002000000000", None),
        ("2A34", "000600", None),
        ("2A52", "06000101", None),
    ],
)
def test_the_time_of_a_frame_is_found_without_decoding_it(
    characteristic: str, raw: str, time: str | None
) -> None:
    found = frame_time(characteristic, bytes.fromhex(raw))
    assert found == (None if time is None else datetime.fromisoformat(time))


def test_a_glucose_record_is_the_same_when_only_its_context_flag_changes() -> None:
    marks = identity_slice("2A18")
    sent_again = bytes((GLUCOSE[0] | 0x10,)) + GLUCOSE[1:]
    assert GLUCOSE[marks] == sent_again[marks]
    other_record = GLUCOSE[:1] + b"\x02" + GLUCOSE[2:]
    other_time = GLUCOSE[:9] + b"\x0e" + GLUCOSE[10:]
    assert len({GLUCOSE[marks], other_record[marks], other_time[marks]}) == 3


def test_other_frames_are_the_same_when_all_their_bytes_are() -> None:
    assert BOSO[identity_slice("2A35")] == BOSO
    assert BOSO[identity_slice("00002a9d-0000-1000-8000-00805f9b34fb")] == BOSO


def test_a_spot_check_is_a_spot_check() -> None:
    raw = bytes.fromhex("1761006000e10701010122132000200000")
    assert isinstance(decode("2A5E", raw), SpotCheckReading)
