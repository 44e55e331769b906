from __future__ import annotations

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_sync import frames
from offline_sync.answers import HUB_NAME
from offline_sync.frames import Frame, FrameCorrupt, FrameReader, Header, pack, read_header, unpack

LINES = st.lists(st.binary(min_size=9, max_size=300).filter(lambda line: b"\n" not in line))


def frame_of(content: bytes, **how: object) -> Frame:
    packed = zstandard.ZstdCompressor(**how).compress(content)  # type: ignore[arg-type]
    return Frame(packed, len(packed))


@settings(max_examples=60)
@given(st.lists(LINES.filter(bool), min_size=1, max_size=6), st.integers(1, 5000), st.data())
def test_frames_come_out_as_they_went_in_however_the_stream_is_cut(
    contents: list[list[bytes]], step: int, data: st.DataObject
):
    packed = [pack(lines) for lines in contents]
    stream = b"".join(packed)
    offset = data.draw(st.integers(0, 10**6))
    reader = FrameReader(offset)
    found = []
    for at in range(0, len(stream), step):
        found += list(reader.feed(stream[at : at + step]))
    assert [unpack(frame) for frame in found] == contents
    ends = [offset + sum(map(len, packed[: number + 1])) for number in range(len(packed))]
    assert [frame.end for frame in found] == ends


def test_small_frames_are_packed_with_the_samples_that_came_first():
    lines = [b'{"name":"line","number":%d,"said":"what all of them say"}' % n for n in range(60)]
    first = [frames.encode(Header(HUB_NAME, "E1", "village", 1, 1)), *lines[:4]]
    assert read_header(first) is not None
    known = frames.dictionary(frames.samples_of(first))
    alone, packed = pack(lines[4:8]), pack(lines[4:8], known)
    assert len(packed) < 0.8 * len(alone)
    assert unpack(Frame(packed, len(packed)), known) == lines[4:8]
    with pytest.raises(FrameCorrupt):
        unpack(Frame(packed, len(packed)))
    with pytest.raises(FrameCorrupt):
        unpack(Frame(packed, len(packed)), frames.dictionary(b"\n".join(lines[40:44])))


def test_a_header_with_samples_without_end_is_none():
    header = frames.encode(Header(HUB_NAME, "E1", "village", 1, 1))
    assert read_header([header, bytes(frames.MAX_SAMPLE_BYTES)]) is not None
    assert read_header([header, bytes(frames.MAX_SAMPLE_BYTES + 1)]) is None


@settings(max_examples=80)
@given(st.data())
def test_a_frame_that_was_changed_on_its_way_is_never_taken_for_another(data: st.DataObject):
    lines = [b'["line %d"]' % number for number in range(40)]
    stream = bytearray(pack(lines))
    at = data.draw(st.integers(0, len(stream) - 1))
    stream[at] ^= data.draw(st.integers(1, 255))
    try:
        found = [unpack(frame) for frame in FrameReader().feed(bytes(stream))]
    except FrameCorrupt:
        return
    # A changed length may make it look unfinished, and a changed flag may say nothing of content.
    assert found in ([], [lines])


def test_what_is_no_frame_is_told_from_its_first_byte():
    with pytest.raises(FrameCorrupt):
        list(FrameReader().feed(b"<"))


def test_a_frame_that_says_it_holds_too_much_is_not_unpacked():
    bomb = frame_of(bytes(frames.MAX_CONTENT_BYTES + 1))
    assert len(bomb.packed) < 2000
    with pytest.raises(FrameCorrupt, match="says that it holds"):
        unpack(bomb)


def test_a_frame_that_does_not_say_what_it_holds_is_not_unpacked():
    with pytest.raises(FrameCorrupt):
        unpack(frame_of(b"line\n", write_content_size=False))


def test_a_frame_that_holds_more_than_it_says_is_not_unpacked():
    honest = bytearray(frame_of(b"x" * 200_000 + b"\n").packed)
    at = honest.index((200_001).to_bytes(4, "little"))
    honest[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(FrameCorrupt):
        unpack(Frame(bytes(honest), len(honest)))


def test_a_frame_without_an_end_is_not_waited_for():
    reader, block = FrameReader(), (100_000 << 3).to_bytes(3, "little") + bytes(100_000)
    assert list(reader.feed(pack([b"line"])[:6])) == []
    for _ in range(frames.MAX_PACKED_BYTES // len(block)):
        assert list(reader.feed(block)) == []
    with pytest.raises(FrameCorrupt, match="does not end"):
        list(reader.feed(2 * block))


def test_a_block_that_no_frame_can_have_is_noticed_at_once():
    too_long = (200_000 << 3).to_bytes(3, "little")
    with pytest.raises(FrameCorrupt, match="no frame can have"):
        list(FrameReader().feed(pack([b"line"])[:6] + too_long + bytes(40)))


def test_a_frame_that_ends_within_a_line_is_damaged():
    with pytest.raises(FrameCorrupt, match="whole line"):
        unpack(frame_of(b"a line\nhalf a li"))


def test_a_header_of_another_program_is_none():
    assert read_header([b'{"hub":"other","hub_epoch":"E","bucket":"b","upto":1,"sv":1}']) is None
    assert read_header([b"[]"]) is None
