"""The simulators' frames against frames that were captured from real instruments."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from devices.simulators.encoding import (
    FLOAT_NAN,
    current_time,
    date_time,
    float32,
    hong_kong_time,
    read_date_time,
    sfloat,
)
from devices.simulators.glucose_meter import SimulatedGlucose, encode_context, encode_glucose
from devices.simulators.pulse_oximeter import (
    SimulatedSaturation,
    encode_continuous,
    encode_spot_check,
)
from devices.simulators.thermometer import SimulatedTemperature, encode_temperature
from devices.simulators.weight_scale import (
    SimulatedComposition,
    SimulatedWeight,
    encode_composition,
    encode_weight,
)
from devices.simulators.xiaomi_scale import (
    encode_advertised_composition,
    encode_advertised_weight,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


ANY = at("2026-03-04T07:15:30")


def test_sfloats_and_floats_are_twos_complement() -> None:
    # IEEE 11073-20601: 36.4 with one decimal, -12, and 114 in the exponent's own way
    assert sfloat(Decimal("36.4"), -1) == b"\x6c\xf1"
    assert sfloat(-12) == b"\xf4\x0f"
    assert sfloat(114) == b"\x72\x00"
    assert float32(Decimal("-0.5"), -1) == b"\xfb\xff\xff\xff"
    with pytest.raises(ValueError, match="does not fit"):
        sfloat(2046)
    with pytest.raises(ValueError, match="does not fit"):
        float32(10**7, 0)


def test_times_are_written_and_read() -> None:
    time = at("2026-03-04T07:15:30")
    assert date_time(time) == bytes.fromhex("ea070304070f1e")
    assert read_date_time(current_time(time)) == time
    assert current_time(time)[7:] == b"\x03\x00\x00"  # a Wednesday
    with pytest.raises(ValueError, match="year"):
        read_date_time(bytes(7))
    assert hong_kong_time().tzinfo is None


def test_a_captured_temperature() -> None:
    # stackoverflow 54834439
    reading = SimulatedTemperature(Decimal("36.0"), site=2)
    assert encode_temperature(reading, at("2018-03-10T21:52:00")).hex() == (
        "06680100ffe207030a15340002"
    )


def test_other_temperatures() -> None:
    assert encode_temperature(
        SimulatedTemperature(Decimal("37"), site=None, time_stamped=False, in_fahrenheit=True), ANY
    ) == b"\x01" + float32(Decimal("98.6"), -1)
    nothing = SimulatedTemperature(None, site=None, time_stamped=False)
    assert encode_temperature(nothing, ANY) == b"\x00" + FLOAT_NAN


def test_saturations() -> None:
    reading = SimulatedSaturation(97, 96, clock_set=False)
    # values, flags and time of stackoverflow 71264072 (which also sends a sensor status)
    assert encode_spot_check(reading, at("2017-01-01T01:34:19")).hex() == (
        "136100" + "6000" + "e1070101012213" + "8001"
    )
    # stackoverflow 71264072, with other status bits
    assert encode_continuous(98, 78, settled=True).hex() == "0c62004e00" + "8001" + "000000"
    assert encode_continuous(98, 78, settled=False).hex() == "0c62004e00" + "6000" + "100100"
    absent = SimulatedSaturation(None, None, time_stamped=False)
    assert encode_spot_check(absent, ANY).hex() == "02" + "ff07" * 2 + "8001"


def test_captured_weights() -> None:
    # KristianP26/ble-scale-sync tests/scales/beurer-bf720.test.ts, sig-wss.test.ts
    time = at("2026-05-12T18:53:54")
    reading = SimulatedWeight(
        Decimal("79.96"), user=1, bmi=Decimal("23.8"), height_m=Decimal("1.83")
    )
    assert encode_weight(reading, time).hex() == "0e783eea07050c12353601ee002607"
    failed = SimulatedWeight(None, user=1, bmi=Decimal("23.8"), height_m=Decimal("1.83"))
    assert encode_weight(failed, time).hex() == "0effffea07050c12353601ee002607"
    pounds = SimulatedWeight(Decimal("45.359237"), time_stamped=False, in_pounds=True)
    assert encode_weight(pounds, time) == b"\x01" + (10_000).to_bytes(2, "little")


def test_compositions() -> None:
    # fields of the BF720's 9803c200df1a9701cc2fca21a811 that the simulator also sends
    found = SimulatedComposition(
        Decimal("19.4"), Decimal("40.7"), Decimal("43.25"), impedance_ohm=452
    )
    reading = SimulatedWeight(Decimal("79.96"), user=1, composition=found, time_stamped=False)
    [one] = encode_composition(reading, ANY)
    assert one.hex() == "1407" + "c200" + "01" + "9701" + "ca21" + "a811" + "783e"
    assert encode_composition(SimulatedWeight(Decimal(70)), ANY) == []


def test_a_composition_in_two_packets() -> None:
    found = SimulatedComposition(
        Decimal("19.4"), Decimal("40.7"), Decimal("43.25"), 452, in_two_packets=True
    )
    reading = SimulatedWeight(Decimal("79.96"), user=1, composition=found)
    first, second = encode_composition(reading, ANY)
    assert first.hex() == "1611" + "c200" + "ea070304070f1e" + "01" + "9701" + "ca21"
    assert second.hex() == "0016" + "c200" + "a811" + "783e"


def test_captured_glucose_records() -> None:
    # dotintent/react-native-ble-plx#652 and nordicsemi/Android-BLE-Library#130, but for the
    # place: theirs is unknown (15), the simulator's a finger (1)
    mg = SimulatedGlucose(mg_dl=Decimal(120))
    assert encode_glucose(mg, 6, at("2020-04-13T16:38:10")).hex() == (
        "030600e407040d10260a000078b011"
    )
    mmol = SimulatedGlucose(mmol_l=Decimal("5.9"), offset_minutes=180)
    assert encode_glucose(mmol, 1, at("2019-08-21T06:31:13")).hex() == (
        "070100e3070815061f0db4003bc011"
    )


def test_other_glucose_records() -> None:
    control = encode_glucose(
        SimulatedGlucose(Decimal(120), control_solution=True, offset_minutes=None), 1, ANY
    )
    assert control[0] == 0x02
    assert control[-1] == 0x4A
    late = encode_glucose(SimulatedGlucose(Decimal(120), offset_minutes=-60), 1, ANY)
    assert late[10:12] == b"\xc4\xff"
    failed = encode_glucose(SimulatedGlucose(status=0x0004, meal=1), 1, ANY)
    assert failed[0] == 0x19
    assert failed[-2:] == b"\x04\x00"
    assert encode_context(1, 7) == b"\x02\x07\x00\x01"


def test_captured_advertised_composition() -> None:
    # lolouk44/hassio-addons#14: 02a6..., whose flag 0x04 the simulator does not set
    frame = encode_advertised_composition(
        Decimal("70.85"), at("2020-09-06T13:35:46"), impedance_ohm=489, stable=True, removed=True
    )
    assert frame.hex() == "02a2e40709060d232ee9015a37"
    wobbling = encode_advertised_composition(Decimal("70.85"), ANY, stable=False)
    assert wobbling[1] == 0
    assert encode_advertised_weight(Decimal("70.85"), ANY, stable=True, removed=True).hex() == (
        "a25a37ea070304070f1e"
    )
