"""Scales that nobody connects to: their advertisements, as others have heard them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.advertised_scale import (
    decode_advertised_composition,
    decode_advertised_weight,
    decode_any_advertised,
    time_of_advertised_composition,
    time_of_advertised_weight,
)
from devices.health.profiles.scale import MassUnit
from tests.devices.health.wire import stamp, stamps, word, words


@pytest.mark.parametrize(
    ("raw", "weight", "time", "stable", "removed"),
    [
        # sputnikdev/eclipse-smarthome-bluetooth-binding issue #42
        ("a24c63e20702010f2f1c", "127.1", "2018-02-01T15:47:28", True, True),
        ("a2fc62e20702010f3100", "126.7", "2018-02-01T15:49:00", True, True),
        # openScale wiki, Xiaomi-Bluetooth-Mi-Scale
        ("62ac49e0070c140d1c04", "94.3", "2016-12-20T13:28:04", True, False),
        # custom-components/ble_monitor issue #292: the factory's clock
        ("028642b20701010a1a29", "85.15", "1970-01-01T10:26:41", False, False),
        ("82de03b20701010a1a29", "4.95", "1970-01-01T10:26:41", False, True),
    ],
)
def test_weights_that_were_heard(
    raw: str, weight: str, time: str, stable: bool, removed: bool
) -> None:
    reading = decode_advertised_weight(bytes.fromhex(raw))
    assert (reading.weight, reading.unit) == (Decimal(weight), MassUnit.KILOGRAM)
    assert (reading.stabilized, reading.removed) == (stable, removed)
    assert reading.device_time == datetime.fromisoformat(time)
    assert time_of_advertised_weight(bytes.fromhex(raw)) == reading.device_time
    assert decode_any_advertised(bytes.fromhex(raw)) == reading


@pytest.mark.parametrize(
    ("raw", "weight", "impedance", "stable"),
    [
        ("02a6e40709060d232ee9015a37", "70.85", 489, True),  # lolouk44/hassio-addons issue #14
        ("0624b2070101002e3800004c04", "5.50", None, True),  # stackoverflow 68571845
        ("02a4b2070213063335fdffec09", "12.7", None, True),  # stackoverflow 59118489
        ("0284e307070312351700000c03", "3.9", None, False),  # AlCalzone/ioBroker.ble issue #148
    ],
)
def test_compositions_that_were_heard(
    raw: str, weight: str, impedance: int | None, stable: bool
) -> None:
    reading = decode_advertised_composition(bytes.fromhex(raw))
    assert (reading.weight, reading.impedance_ohm) == (Decimal(weight), impedance)
    assert reading.stabilized is stable
    assert decode_any_advertised(bytes.fromhex(raw)) == reading
    assert time_of_advertised_composition(bytes.fromhex(raw)) == reading.device_time


@pytest.mark.parametrize(
    ("flags", "weight", "unit"),
    [(0x20, "80", "kg"), (0x21, "160", "lb"), (0x30, "160", "jin")],
)
def test_a_scale_that_was_set_to_another_unit(flags: int, weight: str, unit: str) -> None:
    reading = decode_advertised_weight(bytes((flags,)) + word(16_000) + bytes(7))
    assert (reading.weight, reading.unit) == (Decimal(weight), MassUnit(unit))


def test_an_empty_scale_has_weighed_nobody() -> None:
    reading = decode_advertised_weight(b"\x22" + bytes(9))
    assert (reading.weight, reading.device_time) == (None, None)
    assert reading.no_value == {"weight": NoValue.IMPLAUSIBLE}


@pytest.mark.parametrize("length", [0, 9, 11, 12, 14])
def test_another_length_is_no_reading(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_any_advertised(bytes(length))


@given(st.booleans(), st.booleans(), words, stamps, words, words)
def test_every_advertisement_comes_back(
    stable: bool, removed: bool, weight: int, time: datetime, impedance: int, reserved: int
) -> None:
    state = stable << 5 | removed << 7
    plain = decode_advertised_weight(bytes((state | reserved & 0x4E,)) + word(weight) + stamp(time))
    flags = bytes((reserved & 0xFE, state | 0x02 | reserved & 0x1D))
    full = decode_advertised_composition(flags + stamp(time) + word(impedance) + word(weight))
    for reading in (plain, full):
        assert (reading.stabilized, reading.removed) == (stable, removed)
        assert reading.device_time == time
        if weight == 0xFFFF:
            assert reading.no_value["weight"] is NoValue.UNSUCCESSFUL
        else:
            sent = reading.as_sent.get("weight", reading.weight)
            assert sent == weight * Decimal("0.005")
    assert full.as_sent.get("impedance_ohm", full.impedance_ohm) == impedance
