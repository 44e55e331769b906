from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.traffic.events import Direction
from devices.traffic.ops24x_lines import (
    Answer,
    DetectedObject,
    LineMalformed,
    MeasuredObject,
    SpeedReport,
    Unit,
    Unrecognised,
    read_line,
    salvage,
)

OBJECT_WITH_LENGTH = (
    b'{"classifier" : "object_outbound","end_time" : "1750719826.467",'
    b'"start_time" : "1750719826.031","delta_time_msec" : 736,"max_speed_mps" : 13.39,'
    b'"min_speed_mps" : 11.33,"max_magnitude" : 55,"avg_magnitude" : 36,"total_frames" : 7,'
    b'"frames_per_mps" : 0.5228,"length_m" : 9.86,"speed_change" : 2.799}'
)


def test_the_captured_object_line_keeps_its_exact_values() -> None:
    assert read_line(OBJECT_WITH_LENGTH) == MeasuredObject(
        Direction.OUTBOUND,
        Decimal("1750719826.031"),
        Decimal("1750719826.467"),
        Decimal("13.39"),
        Unit.METRES_PER_SECOND,
        Decimal("9.86"),
    )


def test_an_object_line_in_imperial_units_is_read_by_its_keys() -> None:
    message = read_line(
        b'{"classifier":"object_inbound","start_time":"1.5","end_time":"2.5",'
        b'"max_speed_mph":30,"length_ft":15}'
    )
    assert isinstance(message, MeasuredObject)
    assert (message.speed, message.unit) == (Decimal(30), Unit.MILES_PER_HOUR)
    assert message.length_m == Decimal("4.572")


@pytest.mark.parametrize(
    ("line", "speed"),
    [
        (b'{"speed":0.58,"direction":"inbound","time":105,"tick":135}', ("0.58",)),
        (b'{"magnitude":1.2,"speed":3.4}', ("3.4",)),
        (b'{"magnitude":[5,4],"speed":[3.4,-2.1]}', ("3.4", "-2.1")),
        (b"3689529.139,27.34419,-3.45624", ("-3.45624",)),
        (b'"mps",-3.4', ("-3.4",)),
        (b"-3.4", ("-3.4",)),
    ],
)
def test_speed_reports_in_every_documented_shape(line: bytes, speed: tuple[str, ...]) -> None:
    message = read_line(line)
    assert isinstance(message, SpeedReport)
    assert message.speeds == tuple(map(Decimal, speed))


def test_a_line_is_told_by_its_keys_and_not_by_words_inside_them() -> None:
    assert read_line(b'{"RequiredMinSpeed":"0.000"}') == Answer()


def test_the_short_direction_key_is_understood() -> None:
    message = read_line(b'{"DetectedObjectVelocity":12.5,"dir":"OUT","unit":"mph"}')
    assert message == DetectedObject(Decimal("12.5"), Direction.OUTBOUND, None, Unit.MILES_PER_HOUR)


def test_json_of_another_device_is_no_message_of_the_radar() -> None:
    assert read_line(b'{"temperature":21}') == Unrecognised()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b'\x00\xf3garb{"spe',
        b'{"speed":',
        b'{"speed":"fast"}',
        b'{"speed":"NaN"}',
        b'{"speed":1e999999}',
        b'{"time":1e99999999999999999999,"speed":1.0}',
        b'{"Product":"\xff\xfe"}',
        b"[1,2,3]",
        b'{"a":' + b"[" * 1000,
        b"12",
        b"1,2,3,4.5",
        b"not,a,number",
        b'{"time":1e999999999,"speed":1}',
        b'{"speed":-1e999999999}',
        b'{"speed":NaN}',
    ],
)
def test_a_damaged_line_is_a_typed_error(line: bytes) -> None:
    with pytest.raises(LineMalformed):
        read_line(line)


def test_whole_messages_are_saved_from_a_joined_and_dirty_line() -> None:
    good = b'{"DetectedObjectVelocity":30.5,"direction":"inbound"}'
    saved, lost = salvage(b"\xff\x00" + good + b'{"speed":1' + good + b"\x07")
    assert [raw for raw, _ in saved] == [good, good]
    assert lost == len(b'\xff\x00{"speed":1\x07')


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_no_bytes_at_all_break_the_line_reader(line: bytes) -> None:
    try:
        read_line(line)
    except LineMalformed:
        salvage(line)


def test_every_documented_line_decodes_to_its_documented_value(
    serial_vectors: list[dict[str, Any]],
) -> None:
    checked = 0
    for vector in serial_vectors:
        expect = vector["expect"]
        if "OPS24" not in vector["device"] or "kind" not in expect:
            continue
        message = read_line(vector["raw"].strip().encode())
        if expect["kind"] == "raw":
            assert isinstance(message, SpeedReport)
            assert message.speeds == (Decimal(str(expect["speed"])),)
        elif "speed_max_ms" in expect:
            assert isinstance(message, MeasuredObject)
            assert message.speed == Decimal(str(expect["speed_max_ms"]))
            assert message.length_m == Decimal(str(expect["length_m"]))
            assert message.direction == expect["direction"]
        elif expect["kind"] == "object":
            assert isinstance(message, DetectedObject)
            assert message.speed == Decimal(str(expect["speed"]))
            assert message.unit is Unit.MILES_PER_HOUR
        else:
            assert isinstance(message, Answer)
            assert message.object_count == expect.get("count")
            assert message.clock == expect.get("clock")
            if "units" in expect:
                assert message.unit is Unit.KILOMETRES_PER_HOUR
        checked += 1
    assert checked >= 12
