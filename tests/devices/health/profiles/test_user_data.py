"""The user control point of scales that keep people apart."""

from __future__ import annotations

import pytest
from hypothesis import given

from devices.health.errors import FrameCorrupt
from devices.health.profiles.user_data import (
    UserControlRequest,
    UserControlResponse,
    UserResult,
    decode_user_control,
    encode_consent,
    encode_register,
)
from tests.devices.health.wire import bytes_, words


def test_what_a_beurer_scale_was_told_and_said() -> None:
    """KristianP26/ble-scale-sync tests/scales/beurer-bf720.test.ts: PIN 3752, user 1."""
    assert encode_consent(1, 3752) == bytes.fromhex("0201a80e")
    assert decode_user_control(bytes.fromhex("0201a80e")) == UserControlRequest(2, 1, 3752)
    accepted = decode_user_control(bytes.fromhex("200201"))
    assert accepted == UserControlResponse(0x20, 2, UserResult.SUCCESS, None)
    refused = decode_user_control(bytes.fromhex("200205"))
    assert refused == UserControlResponse(0x20, 2, UserResult.NOT_AUTHORIZED, None)


def test_a_registered_user_is_named_in_the_answer() -> None:
    assert encode_register(9999) == bytes.fromhex("010f27")
    assert decode_user_control(bytes.fromhex("20010103")) == UserControlResponse(0x20, 1, 1, 3)
    assert decode_user_control(bytes.fromhex("200104")) == UserControlResponse(0x20, 1, 4, None)


def test_an_operation_without_a_user_has_none() -> None:
    assert decode_user_control(b"\x03") == UserControlRequest(3, None, None)


@pytest.mark.parametrize("raw", ["", "01", "0102", "02", "0201", "0201a8", "20", "2002", "200101"])
def test_a_value_cut_short_is_corrupt(raw: str) -> None:
    with pytest.raises(FrameCorrupt):
        decode_user_control(bytes.fromhex(raw))


@given(bytes_, words)
def test_every_request_comes_back(user: int, consent: int) -> None:
    asked = decode_user_control(encode_consent(user, consent))
    assert asked == UserControlRequest(2, user, consent)
    assert decode_user_control(encode_register(consent)) == UserControlRequest(1, None, consent)
