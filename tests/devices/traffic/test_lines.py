from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.traffic.lines import LineFramer


def test_a_line_cut_in_two_comes_out_whole_and_once() -> None:
    framer = LineFramer()
    assert framer.feed(b'{"speed":') == []
    assert framer.pending
    assert framer.feed(b"1.2}\r\n") == [b'{"speed":1.2}']
    assert not framer.pending


def test_a_stream_without_line_ends_is_bounded_counted_and_left_at_the_next_line() -> None:
    framer = LineFramer(limit=16)
    for _ in range(100):
        assert framer.feed(b"\xff" * 10) == []
    assert framer.feed(b"tail\ngood\n") == [b"good"]
    assert framer.take_discarded() == 1004
    assert framer.take_discarded() == 0


@given(st.binary(max_size=300).map(lambda data: data.replace(b"a", b"\n")), st.data())
def test_chunks_make_no_difference(data: bytes, draw: st.DataObject) -> None:
    whole, dribbled, chunked = LineFramer(limit=12), LineFramer(limit=12), LineFramer(limit=12)
    expected = whole.feed(data)
    bytewise = [line for byte in data for line in dribbled.feed(bytes([byte]))]
    cut = draw.draw(st.integers(0, len(data)))
    in_two = chunked.feed(data[:cut]) + chunked.feed(data[cut:])
    assert expected == bytewise == in_two
    assert whole.take_discarded() == dribbled.take_discarded() == chunked.take_discarded()
