"""The wire: what is sent comes out the same, and nothing cut or changed is ever taken for whole."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.oplog import OutgoingOp
from offline_sync.reasons import Reason, reason_code
from offline_sync.wire import (
    HUB_NAME,
    MAX_LINE_BYTES,
    MAX_OPS,
    Clocks,
    OpLine,
    PoisonLine,
    PushHeader,
    Refusal,
    SyncAnswer,
    WireError,
    decode_answer,
    decode_push,
    decode_refusal,
    encode_answer,
    encode_op,
    encode_push,
    op_base,
    op_fields,
)

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
    push = decode_push(encode_push(HEADER, lines, len(lines)))
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
    push = decode_push(encode_push(HEADER, [encode_op(op(1)), raw, encode_op(op(3))], 3))
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
    push = decode_push(encode_push(HEADER, [bomb, surrogate, broken, encode_op(op(4))], 4))
    *poison, good = push.lines
    assert [line.op_id for line in poison if isinstance(line, PoisonLine)] == ["op8", "op9", "op7"]
    assert isinstance(good, OpLine)


def test_an_op_too_long_for_one_line_is_put_aside() -> None:
    long = encode_op(op(1, note="長" * MAX_LINE_BYTES))
    (line,) = decode_push(encode_push(HEADER, [long], 1)).lines
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
