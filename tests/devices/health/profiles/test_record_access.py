"""The record access control point: what is asked, and what comes back."""

from __future__ import annotations

import pytest
from hypothesis import given

from devices.health.errors import FrameCorrupt
from devices.health.profiles.record_access import (
    RacpCount,
    RacpRequest,
    RacpResponse,
    RacpResult,
    decode_record_access,
    encode_abort,
    encode_report_all,
    encode_report_from,
)
from tests.devices.health.wire import bytes_, word, words


@pytest.mark.parametrize(
    ("request_bytes", "on_the_wire"),
    [
        (encode_report_all(), "0101"),
        (encode_report_from(0x1234), "0103013412"),
        (encode_abort(), "0300"),
    ],
)
def test_requests_are_written_as_the_profile_says(request_bytes: bytes, on_the_wire: str) -> None:
    assert request_bytes.hex() == on_the_wire


def test_answers_as_the_profile_shows_them() -> None:
    assert decode_record_access(bytes.fromhex("06000101")) == RacpResponse(6, 0, 1, 1)
    assert decode_record_access(bytes.fromhex("06000106")) == RacpResponse(6, 0, 1, 6)
    assert decode_record_access(bytes.fromhex("05000700")) == RacpCount(5, 0, 7)
    assert decode_record_access(bytes.fromhex("0101")) == RacpRequest(1, 1, b"")


def test_a_response_can_be_compared_with_its_name() -> None:
    answer = decode_record_access(bytes.fromhex("06000106"))
    assert isinstance(answer, RacpResponse)
    assert answer.response == RacpResult.NO_RECORDS


@pytest.mark.parametrize("raw", ["", "06", "0600", "060001", "05", "0500", "050007"])
def test_an_answer_cut_short_is_corrupt(raw: str) -> None:
    with pytest.raises(FrameCorrupt):
        decode_record_access(bytes.fromhex(raw))


@given(words)
def test_every_count_and_every_request_comes_back(number: int) -> None:
    assert decode_record_access(b"\x05\x00" + word(number)) == RacpCount(5, 0, number)
    asked = decode_record_access(encode_report_from(number))
    assert asked == RacpRequest(1, 3, b"\x01" + word(number))


@given(bytes_, bytes_)
def test_every_response_comes_back_whatever_its_code(request: int, response: int) -> None:
    answer = decode_record_access(bytes((6, 0, request, response)) + b"\xff")
    assert answer == RacpResponse(6, 0, request, response)
