"""The wire: what is sent comes out the same, and nothing cut or changed is ever taken for whole."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.answers import (
    HUB_NAME,
    Refusal,
    SyncAnswer,
    ack_ranges,
    acknowledged,
    decode_answer,
    decode_refusal,
    encode_answer,
)
from offline_sync.changes import Change
from offline_sync.oplog import CHAIN_START, OutgoingOp, chain_after, fields_digest
from offline_sync.outbox import ready_ops
from offline_sync.reasons import Reason, reason_code
from offline_sync.store import Store
from offline_sync.wire import (
    MAX_LINE_BYTES,
    MAX_OPS,
    Clocks,
    OpLine,
    PoisonLine,
    PushHeader,
    WireError,
    chain_with,
    decode_push,
    encode_op,
    encode_push,
    op_base,
    op_digest,
    op_fields,
)
from tests.builders import resident_change

HEADER = PushHeader(
    origin="o1",
    epoch="e1",
    next_seq=3,
    chain="00" * 32,
    version=1,
    hub_epoch="",
    clocks=Clocks(1_795_000_000_000, 5_000, "boot"),
    after=0,
)
CHAIN = "ab" * 32
ABOUT = {"by": "w", "sv": 1, "w": 1, "m": 1, "b": ""}
HLC = "019f00000000.00000001"


def op(seq: int = 1, **given_fields: object) -> OutgoingOp:
    fields = given_fields or {"phone": "2000 0000"}
    return OutgoingOp(
        seq, f"op{seq}", "resident", "r1", HLC, fields, {"phone": "op0"}, "w1", 1, 10, 20, "boot"
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab陳\n", max_size=3), inner),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(st.text('xy陳\n"', min_size=1), json_values), max_size=5))
def test_what_is_sent_is_what_arrives(all_fields: list[dict[str, object]]) -> None:
    ops = [op(number + 1) for number in range(len(all_fields))]
    lines = [
        encode_op(OutgoingOp(o.seq, o.op_id, o.record_type, o.record_id, o.hlc, fields, o.base,
                             o.by, o.version, o.wall_ms, o.mono_ms, o.boot_id))
        for o, fields in zip(ops, all_fields, strict=True)
    ]  # fmt: skip
    push = decode_push(encode_push(HEADER, lines, len(lines), CHAIN))
    assert push.header == HEADER
    arrived = [line for line in push.lines if isinstance(line, OpLine)]
    assert [op_fields(line) for line in arrived] == all_fields
    assert [line.op_id for line in arrived] == [o.op_id for o in ops]
    assert all(op_base(line) == {"phone": "op0"} for line in arrived)
    assert all(line.about.by == "w1" and line.about.mono_ms == 20 for line in arrived)


def test_a_body_cut_anywhere_is_never_taken_for_a_short_one() -> None:
    body = encode_push(HEADER, [encode_op(op(1)), encode_op(op(2))], 2, CHAIN)
    for length in range(len(body) - 1):
        with pytest.raises(WireError):
            decode_push(body[:length])
    assert decode_push(body[:-1]) == decode_push(body)  # only the last line end is missing


def test_a_changed_bit_is_noticed() -> None:
    body = encode_push(HEADER, [encode_op(op(1)), encode_op(op(2))], 2, CHAIN)
    whole = decode_push(body)
    for place in range(len(body)):
        for bit in range(8):
            damaged = bytearray(body)
            damaged[place] ^= 1 << bit
            try:
                assert decode_push(bytes(damaged)) == whole
            except WireError:
                continue


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        ([2, "op9", 5, "r1", HLC, {}, {}, {}], "str"),
        ([2, "op9", "resident", "r1", "yesterday", {}, {}, {}], "regex"),
        ([2, "op9", "resident"], "length"),
        ([2, "op9", "resident", "", HLC, {}, {}, {}], "length"),
        ([2, "op9", "r", "r1", HLC, [], {}, ABOUT], "obj"),
        ([2, "op9", "r", "r1", HLC, {}, {"a": 5}, ABOUT], "str"),
        ([2, "op9", "r", "r1", HLC, {}, {}, ABOUT | {"w": 2**70}], "<="),
        ([2, "op9", "r", "r1", HLC, {}, {}, ABOUT | {"m": -(2**70)}], ">="),
        ([2, "op9", "r", "r1", HLC, {}, {}, ABOUT | {"sv": 2**63}], "<="),
    ],
)
def test_a_spoiled_op_is_handed_over_alone_with_what_came(
    spoiled: list[object], reason: str
) -> None:
    raw = json.dumps(spoiled).encode()
    push = decode_push(encode_push(HEADER, [encode_op(op(1)), raw, encode_op(op(3))], 3, CHAIN))
    first, poison, last = push.lines
    assert isinstance(first, OpLine)
    assert isinstance(last, OpLine)
    assert isinstance(poison, PoisonLine)
    assert (poison.seq, poison.op_id, poison.raw) == (2, "op9", raw)
    assert reason in poison.reason
    assert reason_code(poison.reason) == Reason.UNREADABLE


def test_nesting_without_end_and_lone_surrogates_spoil_only_their_op() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    about = b'{"by":"w","sv":1,"w":1,"m":1,"b":""}'
    start = b'"resident","r1","' + HLC.encode()
    bomb = b'[1,"op8",' + start + b'",{"name":' + deep + b"},{}," + about + b"]"
    surrogate = b'[2,"op9",' + start + b'",{"phone":"\\ud800"},{},' + about + b"]"
    broken = b'[3,"op7","resident",\xff\xfe'
    push = decode_push(encode_push(HEADER, [bomb, surrogate, broken, encode_op(op(4))], 4, CHAIN))
    *poison, good = push.lines
    assert [line.op_id for line in poison if isinstance(line, PoisonLine)] == ["op8", "op9", "op7"]
    assert isinstance(good, OpLine)


def test_an_op_too_long_for_one_line_is_put_aside() -> None:
    long = encode_op(op(1, note="長" * MAX_LINE_BYTES))
    (line,) = decode_push(encode_push(HEADER, [long], 1, CHAIN)).lines
    assert isinstance(line, PoisonLine)
    assert line.op_id == "op1"
    assert reason_code(line.reason) == Reason.TOO_LARGE


@pytest.mark.parametrize(
    "nameless",
    [
        b'{"not":"an op"}',
        b'["x","op9","resident","r1"]',
        b'[0,"op9","resident","r1"]',
        b'[1180591620717411303424,"op9","resident","r1"]',
    ],
)
def test_a_line_that_names_no_op_spoils_the_whole_push(nameless: bytes) -> None:
    with pytest.raises(WireError) as caught:
        decode_push(encode_push(HEADER, [nameless]))
    assert caught.value.code == "line"


def test_too_many_ops_and_another_wire_version_are_named() -> None:
    with pytest.raises(WireError) as many:
        decode_push(encode_push(HEADER, [encode_op(op(1))] * (MAX_OPS + 1)))
    assert many.value.code == "too_many"
    newer = PushHeader("o", "e", 1, "00" * 32, 1, "", HEADER.clocks, 0, protocol=2)
    with pytest.raises(WireError) as version:
        decode_push(encode_push(newer, []))
    assert version.value.code == "version"


@pytest.mark.parametrize("value", ["\ud800", object(), {1: object()}])
def test_an_op_that_cannot_be_written_is_refused_before_it_is_sent(value: object) -> None:
    with pytest.raises(WireError) as caught:
        encode_op(op(1, note=value))
    assert caught.value.code == "op"


@given(st.binary())
def test_any_bytes_at_all_are_a_wire_error_and_nothing_else(content: bytes) -> None:
    with pytest.raises(WireError):
        decode_push(content)
    assert decode_answer(content) is None
    assert decode_refusal(content) is None


def test_only_a_hub_answers_like_a_hub() -> None:
    answer = SyncAnswer(HUB_NAME, "E1", 5, "v", [(1, 1, 7)], [(2, "why")], [], 7, False)
    assert decode_answer(encode_answer(answer)) == answer
    stranger = SyncAnswer("another", "E1", 5, "v", [(1, 1, 7)], [], [], 7, False)
    assert decode_answer(encode_answer(stranger)) is None
    assert decode_refusal(encode_answer(Refusal("another", "token", ""))) is None


@pytest.mark.parametrize("name", ["hub_time_ms", "next_after"])
def test_an_answer_with_a_number_beyond_all_bounds_is_no_hub_s(name: str) -> None:
    answer = json.loads(encode_answer(SyncAnswer(HUB_NAME, "E1", 5, "v", [], [], [], 7, False)))
    assert decode_answer(json.dumps(answer).encode()) is not None
    assert decode_answer(json.dumps(answer | {name: 2**70}).encode()) is None
    assert decode_answer(json.dumps(answer | {"ack": [[1, 1, 2**63]]}).encode()) is None


@given(st.dictionaries(st.integers(1, 60), st.integers(1, 60), max_size=30))
def test_ranges_say_the_same_as_the_pairs_they_were_made_of(pairs: dict[int, int]) -> None:
    ranges = ack_ranges(pairs.items())
    said = {
        seq: feed_seq + seq - first
        for first, last, feed_seq in ranges
        for seq in range(first, last + 1)
    }
    assert said == pairs
    assert dict(acknowledged(ranges, pairs)) == pairs


@given(st.integers(1, 500), st.integers(1, 500))
def test_ops_in_their_order_are_one_range(count: int, feed_seq: int) -> None:
    pairs = [(seq, feed_seq + seq) for seq in range(7, 7 + count)]
    assert ack_ranges(pairs) == [(7, 6 + count, feed_seq + 7)]
    assert list(acknowledged([(7, 6 + count, feed_seq + 7)], dict(pairs))) == pairs


def test_ranges_speak_only_of_what_was_sent_however_much_they_say() -> None:
    assert list(acknowledged([(1, 2**53, 5)], [3, 9])) == [(3, 7), (9, 13)]
    assert list(acknowledged([(1, 3, 5), (8, 2**53, 50)], [2, 5, 9])) == [(2, 6), (9, 51)]
    assert list(acknowledged([], [1])) == []


def test_an_erased_op_travels_as_its_digest_and_keeps_the_chain() -> None:
    whole = op(1)
    digest = fields_digest(whole.op_id, whole.fields)
    erased = dataclasses.replace(whole, fields={}, erased=digest)
    (line,) = decode_push(encode_push(HEADER, [encode_op(erased)], 1, CHAIN)).lines
    assert isinstance(line, OpLine)
    assert (op_fields(line), op_digest(line)) == ({}, digest)
    assert chain_with(CHAIN_START, line) == chain_after(CHAIN_START, whole)


@pytest.mark.parametrize("fields", [b"{}", b'{"phone":"1"}'])
def test_an_op_that_is_erased_and_has_values_is_put_aside(fields: bytes) -> None:
    erased = encode_op(dataclasses.replace(op(1), fields={}, erased=bytes(32)))
    for spoiled in (erased.replace(b"null", fields), encode_op(op(1, x=1)).replace(
        b'{"x":1}', b"null")):  # fmt: skip
        (line,) = decode_push(encode_push(HEADER, [spoiled], 1, CHAIN)).lines
        assert isinstance(line, PoisonLine)
        assert reason_code(line.reason) == Reason.UNREADABLE


def test_what_an_edit_settles_travels_and_is_covered_by_the_chain() -> None:
    settling = dataclasses.replace(op(1), settles={"phone": ["op7", "op8"]})
    (line,) = decode_push(encode_push(HEADER, [encode_op(settling)], 1, CHAIN)).lines
    assert isinstance(line, OpLine)
    assert line.about.settles == {"phone": ["op7", "op8"]}
    assert chain_with(CHAIN_START, line) == chain_after(CHAIN_START, settling)
    assert chain_with(CHAIN_START, line) != chain_after(CHAIN_START, op(1))


@pytest.mark.parametrize("seqs", [[2, 1], [1, 1], [1, 3, 2]])
def test_ops_whose_numbers_do_not_rise_are_refused_whole(seqs: list[int]) -> None:
    with pytest.raises(WireError) as caught:
        decode_push(encode_push(HEADER, [encode_op(op(seq)) for seq in seqs], seqs[-1]))
    assert caught.value.code == "order"


def test_the_last_op_is_the_one_that_the_trailer_says() -> None:
    with pytest.raises(WireError) as caught:
        decode_push(encode_push(HEADER, [encode_op(op(1))], 2))
    assert caught.value.code == "count"


def test_a_kept_op_is_written_as_if_its_values_had_been_read(store: Store) -> None:
    store.save([resident_change(record_id="r1")], by="w-1")
    store.save([Change("resident", "r1", {"phone": "2"})], by="w-1")
    with store.transaction() as db:
        ready = ready_ops(db, 10)
    lines = [encode_op(one) for one in store.unsent(10)]
    assert [one.line for one in ready] == lines
    chain = CHAIN_START
    for one, arrived in zip(
        ready, decode_push(encode_push(HEADER, lines, 2, CHAIN)).lines, strict=True
    ):
        assert isinstance(arrived, OpLine)
        chain = chain_with(chain, arrived)
        assert one.chain == chain


@pytest.mark.parametrize(
    ("seqs", "last", "said"),
    [
        ([1], "", {}),
        ([1, 2, 3], "", {2: CHAIN}),
        ([1, 2, 4], CHAIN, {}),
        ([1, 2, 4], "", {2: CHAIN}),
    ],
)
def test_a_push_that_does_not_say_its_chain_is_refused_whole(
    seqs: list[int], last: str, said: dict[int, str]
) -> None:
    with pytest.raises(WireError) as caught:
        decode_push(encode_push(HEADER, [encode_op(op(n)) for n in seqs], seqs[-1], last, said))
    assert caught.value.code == "chain"


def test_the_chain_is_said_where_numbers_are_missing() -> None:
    said = {2: CHAIN, 5: "cd" * 32}
    lines = [encode_op(op(seq)) for seq in (1, 2, 6)]
    body = encode_push(HEADER, lines, 6, "ef" * 32, said)
    assert decode_push(body).said == said | {6: "ef" * 32}
    with pytest.raises(WireError):
        decode_push(body.replace(b"cdcd", b"dcdc"))
