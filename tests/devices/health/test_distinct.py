"""Which frames are the same reading, heard again."""

from __future__ import annotations

from datetime import datetime

from devices.health.distinct import Distinct

A, B = "02:00:00:00:00:0A", "02:00:00:00:00:0B"
NOON = datetime.fromisoformat("2026-11-21T12:00:00")
LATER_MS = 60_000
RECORD = b"\x03\x07\x00" + bytes(7) + b"\x00\x00\x5a\xb0\x11"
FIRST_PACKET, SECOND_PACKET = b"\x02\x10\xd7\x00" + b"1234567", b"\x00\x12\xd7\x00\x1a\x13"


def test_a_frame_with_a_time_is_the_same_for_ever() -> None:
    distinct = Distinct(2.0)
    assert distinct.is_new(A, "2A35", b"reading", NOON, 0)
    assert not distinct.is_new(A, "2A35", b"reading", NOON, LATER_MS)
    assert distinct.is_new(A, "2A35", b"another", NOON, LATER_MS)
    assert distinct.is_new(B, "2A35", b"reading", NOON, LATER_MS)
    assert distinct.is_new(A, "2A1C", b"reading", NOON, LATER_MS)


def test_a_frame_without_a_time_is_the_same_only_at_once() -> None:
    distinct = Distinct(2.0)
    assert distinct.is_new(A, "2A35", b"reading", None, 0)
    assert not distinct.is_new(A, "2A35", b"reading", None, 1999)
    assert distinct.is_new(A, "2A35", b"reading", None, 1999 + 2000)


def test_a_record_is_known_by_its_number_also_without_a_time() -> None:
    distinct = Distinct(2.0)
    assert distinct.is_new(A, "2A18", RECORD, None, 0)
    again = b"\x13" + RECORD[1:]  # now it says that a context follows
    assert not distinct.is_new(A, "2A18", again, None, LATER_MS)
    assert distinct.is_new(A, "2A18", b"\x03\x08" + RECORD[2:], None, LATER_MS)
    assert distinct.is_new(A, "2A34", b"\x02\x07\x00\x01", None, 0)
    assert not distinct.is_new(A, "2A34", b"\x02\x07\x00\x01", None, LATER_MS)
    assert distinct.is_new(A, "2A34", b"\x02\x08\x00\x01", None, LATER_MS)


def test_a_second_packet_belongs_to_the_one_before_it() -> None:
    distinct = Distinct(2.0)
    other_first = FIRST_PACKET[:-1] + b"8"
    assert distinct.is_new(A, "2A9C", FIRST_PACKET, NOON, 0)
    assert distinct.is_new(A, "2A9C", SECOND_PACKET, None, 0)
    assert not distinct.is_new(A, "2A9C", SECOND_PACKET, None, 1)  # delivered twice
    assert distinct.is_new(A, "2A9C", other_first, NOON, 2)
    assert distinct.is_new(A, "2A9C", SECOND_PACKET, None, 2)  # of the other weighing
    # and all of it once more, when the link has broken
    assert not distinct.is_new(A, "2A9C", FIRST_PACKET, NOON, LATER_MS)
    assert not distinct.is_new(A, "2A9C", SECOND_PACKET, None, LATER_MS)


def test_a_second_packet_without_a_first_is_like_any_frame_without_a_time() -> None:
    distinct = Distinct(2.0)
    assert distinct.is_new(A, "2A9C", SECOND_PACKET, None, 0)
    assert not distinct.is_new(A, "2A9C", SECOND_PACKET, None, 1)
    assert distinct.is_new(A, "2A9C", SECOND_PACKET, None, LATER_MS)


def test_what_was_heard_longest_ago_is_forgotten_first() -> None:
    distinct = Distinct(2.0, most=2)
    for raw in (b"1", b"2", b"1", b"3"):
        distinct.is_new(A, "2A35", raw, NOON, 0)
    assert not distinct.is_new(A, "2A35", b"1", NOON, 0)
    assert distinct.is_new(A, "2A35", b"2", NOON, 0)
