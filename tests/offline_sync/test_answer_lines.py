"""An answer with a line that cannot be read: the lines around it are read all the same."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.answer_lines import split_feed
from offline_sync.answers import HUB_NAME, FeedLine, SyncAnswer, decode_answer, encode_answer
from offline_sync.oplog import UNREADABLE

WORDS = {
    "hub": HUB_NAME,
    "hub_epoch": "E1",
    "hub_time_ms": 1,
    "bucket": '"feed":[',
    "ack": [[1, 1, 1]],
    "quarantined": [],
    "next_after": 3,
    "more": False,
}


def line(seq: int, fields: str = '{"phone":"1"}', winners: str = "{}") -> str:
    return f'[{seq},"put","o{seq}","k","resident","r1",{fields},{winners},"h","b",1]'


def answer(*lines: str, after: str = "") -> bytes:
    head = json.dumps(WORDS)[:-1]
    return f'{head}, "feed" : [{",".join(lines)}]{after}}}'.encode(errors="surrogatepass")


BAD_LINES = {
    "nested without end": line(2, "[" * 100_000 + "]" * 100_000),
    "half a letter": line(2, '{"phone":"\\ud800"}'),
    "bytes that are no letters": line(2, '{"phone":"\ud800"}'),
    "a number too long": line(2, '{"a":' + "1" * 9_000 + "}"),
    "a number beyond all bounds": line(2, '{"a":1e999}'),
    "no fields": line(2, "7"),
    "winners that are none": line(2, winners='{"phone":3}'),
    "a version beyond all bounds": line(2)[:-2] + f"{2**80}]",
    "too few parts": '[2,"put"]',
    "no JSON within": '[2,"put",nonsense]',
}


@pytest.mark.parametrize("bad", BAD_LINES)
def test_a_line_that_cannot_be_read_is_handed_over_as_it_came(bad: str):
    read = decode_answer(answer(line(1), BAD_LINES[bad], line(3)))
    assert read is not None
    assert [(one.seq, one.kind) for one in read.feed] == [(1, "put"), (2, UNREADABLE), (3, "put")]
    came = BAD_LINES[bad].encode(errors="surrogatepass").decode(errors="backslashreplace")
    assert read.feed[1].fields["text"] == came
    assert read.feed[1].fields["why"]
    assert read.next_after == 3


@pytest.mark.parametrize(
    "spoiled",
    [
        answer(line(1), line(2**53 + 1)),
        answer(line(1), line(2**63)),
        answer(line(1), line(-2)),
        answer(line(1), '["2","put"]'),
        answer(line(1), "[]"),
        answer(line(1), '"a word"', line(3, "7")),
        answer(line(1), "17", line(3, "7")),
        answer(line(1, "7"), after=',"feed":[' + line(2) + "]"),
        answer(line(1, "7"), after=',"ack":7'),
        answer(line(1, "7"))[:-40],
        b'{"feed":[[1,{}]]}',
        b'{"feed":' * 50_000,
    ],
)
def test_without_the_numbers_of_all_lines_it_is_no_hubs_answer(spoiled: bytes):
    assert decode_answer(spoiled) is None


texts = st.text(st.sampled_from('a"\\[]{},:é')) | st.just("feed")
documents = st.recursive(texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(values=st.lists(documents, max_size=4))
def test_whatever_the_values_hold_the_lines_are_told_apart(values: list[object]):
    lines = [
        FeedLine(seq, "put", "o", "k", "resident", "r1", {"a": value}, {}, "h", "b", 1)
        for seq, value in enumerate(values)
    ]
    whole = SyncAnswer(HUB_NAME, "E1", 1, 'a "feed":[', [(1, 1, 1)], [], lines, 9, False)
    parts = split_feed(encode_answer(whole))
    assert parts is not None
    rest, found = parts
    assert found == [msgspec.json.encode(one) for one in lines]
    assert decode_answer(rest) == msgspec.structs.replace(whole, feed=[])


@given(st.binary() | st.text(st.sampled_from('{}[]",:\\ feed')).map(str.encode))
def test_bytes_of_any_kind_are_no_answer(content: bytes):
    assert decode_answer(content) is None
