"""What an instrument says of itself."""

from __future__ import annotations

import pytest

from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue
from devices.health.profiles.device_information import (
    PnpId,
    SystemId,
    decode_battery,
    decode_pnp_id,
    decode_system_id,
    decode_text,
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"UA-651BLE\0\0\0", "UA-651BLE"),
        (b" HEM-7155T  ", "HEM-7155T"),
        ("歐姆龍".encode(), "歐姆龍"),
        (b"", ""),
        (b"\0", ""),
        (b"A&D\xff", "A&D\ufffd"),
    ],
)
def test_a_string_is_freed_of_what_fills_it_up(raw: bytes, text: str) -> None:
    assert decode_text(raw).text == text


def test_pnp_id_and_system_id_are_little_endian() -> None:
    pnp = decode_pnp_id(bytes.fromhex("015e040908120100"))
    assert pnp == PnpId(1, 0x045E, 0x0809, 0x0112)
    system = decode_system_id(bytes.fromhex("0504030201cbfae0"))
    assert system == SystemId(0x0102030405, 0xE0FACB)


@pytest.mark.parametrize("length", range(7))
def test_what_is_cut_short_is_corrupt(length: int) -> None:
    with pytest.raises(FrameCorrupt):
        decode_pnp_id(bytes(length))
    with pytest.raises(FrameCorrupt):
        decode_system_id(bytes(length + 1))


def test_a_battery_has_at_most_a_hundred_per_cent() -> None:
    assert decode_battery(b"\x64").percent == 100
    assert decode_battery(b"\x00").percent == 0
    broken = decode_battery(b"\xff")
    assert (broken.percent, broken.no_value) == (None, {"percent": NoValue.IMPLAUSIBLE})
    with pytest.raises(FrameCorrupt):
        decode_battery(b"")
