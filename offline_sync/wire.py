"""What travels between a kiosk and the hub, shared by both, and nothing else.

A push is JSON lines: a header, one line an op, and a trailer that counts and digests the
lines above it, so that a body cut on the way can never be taken for a short one. Ops are
decoded one by one: one that nobody can read is handed over as poison, with what came, and
does not spoil the ones around it. This module must never touch a database or a socket.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec

from offline_sync.answer_lines import split_feed
from offline_sync.oplog import UNREADABLE, FeedEntry, OutgoingOp
from offline_sync.reasons import Reason

WIRE_VERSION: Final = 1
HUB_NAME: Final = "smart-village-hub"
"""In every answer of a hub, so that a kiosk knows it is not talking to another program."""

SET_BACK: Final = "set_back"
"""The refusal of a hub whose feed ends before the point up to which the kiosk has read it."""

PUSH_TYPE: Final = "application/x-ndjson"
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
MAX_LINE_BYTES: Final = 512 * 1024
MAX_OPS: Final = 1000
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024

_DIGEST_HEX: Final = 16
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_START_OF_OP: Final = re.compile(rb'\[\s*[^,\[\]{}]{1,64},\s*"([0-9A-Za-z._-]{1,128})"')
_START_OF_FEED_LINE: Final = re.compile(rb"\[\s*([0-9]{1,16})\s*,")
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
# Far inside SQLite's 64 bits, so that the difference of two of them fits as well.
_LARGEST: Final = 2**53
_Count = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]
_Moment = Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]


class WireError(ValueError):
    """A push that cannot be read. `code` is for programs, the message for people.

    Codes: `cut` (no trailer), `digest` and `count` (changed on the way), `header`, `line`,
    `too_many`, `version` (a wire this version cannot read), `op` (one op cannot be written).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Clocks(msgspec.Struct, frozen=True, rename={"wall_ms": "w", "mono_ms": "m", "boot_id": "b"}):
    """The kiosk's clocks at the moment it sent: lets a wrong wall clock be corrected later."""

    wall_ms: _Moment
    mono_ms: _Moment
    boot_id: str


class PushHeader(
    msgspec.Struct,
    frozen=True,
    rename={
        "protocol": "p",
        "next_seq": "next",
        "version": "sv",
        "hub_epoch": "hub",
        "clocks": "clk",
    },
):
    """First line: which stream this is, and how far its kiosk has read the hub's feed.

    `hub_epoch` is empty and `after` 0 for a kiosk that has not read anything yet. `next_seq` and
    `chain` say how long the kiosk's op log is and its digest (`oplog.chain_after`, hex): the hub
    keeps them as what the kiosk claims; nothing compares them with the ops it holds.
    """

    origin: _Word
    epoch: _Word
    next_seq: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
    chain: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    version: _Count
    hub_epoch: str
    clocks: Clocks
    after: _Count
    protocol: _Count = WIRE_VERSION


class OpAbout(
    msgspec.Struct,
    frozen=True,
    rename={"version": "sv", "wall_ms": "w", "mono_ms": "m", "boot_id": "b"},
):
    """Who made the change, with which catalogue version, and what the clocks said."""

    by: Annotated[str, msgspec.Meta(max_length=128)]
    version: _Count
    wall_ms: _Moment
    mono_ms: _Moment
    boot_id: str


class OpLine(msgspec.Struct, frozen=True, array_like=True):
    """One op as it arrived; `fields` and `base` keep the text exactly as it was sent."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
    op_id: _Word
    record_type: _Word
    record_id: _Word
    hlc: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{12}\.[0-9a-f]{8}$")]
    fields: msgspec.Raw
    base: msgspec.Raw
    about: OpAbout


class PoisonLine(msgspec.Struct, frozen=True):
    """A line whose op id can be read and whose rest cannot: kept as it came, applied never.

    `reason` begins with a code of `reasons.Reason`.
    """

    op_id: str
    raw: bytes
    reason: str


class Push(msgspec.Struct, frozen=True):
    """A whole, undamaged push, in the order of the kiosk."""

    header: PushHeader
    lines: tuple[OpLine | PoisonLine, ...]


class FeedLine(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a bucket's feed, as an array. What it means: `oplog.FeedEntry`."""

    seq: _Count
    kind: str
    op_id: str
    origin: str
    record_type: str
    record_id: str
    fields: dict[str, Any]
    winners: dict[str, str]
    hlc: str
    by: str
    version: _Count


class SyncAnswer(msgspec.Struct, frozen=True):
    """The hub's answer to a push, and to a plain read of the feed (then with no receipts).

    Each of `quarantined` is an op id and its reason (`reasons.Reason.saying`).
    """

    hub: str
    hub_epoch: str
    hub_time_ms: _Moment
    bucket: str
    ack: list[tuple[str, _Count]]
    quarantined: list[tuple[str, str]]
    feed: list[FeedLine]
    next_after: _Count
    more: bool


class Refusal(msgspec.Struct, frozen=True):
    """What a hub says when it does not do as asked; `error` is for programs."""

    hub: str
    error: str
    detail: str


class _Trailer(msgspec.Struct, frozen=True):
    n: _Count
    crc: str


_encoder = msgspec.json.Encoder()
_header_decoder = msgspec.json.Decoder(PushHeader)
_op_decoder = msgspec.json.Decoder(OpLine)
_trailer_decoder = msgspec.json.Decoder(_Trailer)
_answer_decoder = msgspec.json.Decoder(SyncAnswer)
_feed_decoder = msgspec.json.Decoder(FeedLine)
_refusal_decoder = msgspec.json.Decoder(Refusal)


def encode_op(op: OutgoingOp) -> bytes:
    """One op as its line, without the line end.

    Raises:
        WireError: code `op`, when a value cannot be written as JSON; no later try will succeed.
    """
    about = OpAbout(op.by, op.version, op.wall_ms, op.mono_ms, op.boot_id)
    line = [op.seq, op.op_id, op.record_type, op.record_id, op.hlc, op.fields, op.base, about]
    try:
        return _encoder.encode(line)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise WireError("op", f"this change cannot be written for sending: {error}") from error


def encode_push(header: PushHeader, lines: Sequence[bytes]) -> bytes:
    """A whole push from its header and the lines of `encode_op`."""
    above = b"\n".join((_encoder.encode(header), *lines)) + b"\n"
    trailer = _Trailer(len(lines), _digest(above))
    return above + _encoder.encode(trailer) + b"\n"


def decode_push(body: bytes) -> Push:
    """Read a whole push.

    Raises:
        WireError: the body is cut, damaged, of another wire version, or no push at all.
    """
    content = body[:-1] if body.endswith(b"\n") else body
    above, newline, last = content.rpartition(b"\n")
    if not newline:
        raise WireError("cut", "the body ends before its last line")
    above += newline
    try:
        trailer = _trailer_decoder.decode(last)
    except _UNREADABLE as error:
        raise WireError("cut", "the body ends before its last line") from error
    if trailer.crc != _digest(above):
        raise WireError("digest", "the body was changed on its way")
    first, *rest = above[:-1].split(b"\n")
    if len(rest) != trailer.n:
        raise WireError("count", f"{trailer.n} ops were announced and {len(rest)} came")
    if len(rest) > MAX_OPS:
        raise WireError("too_many", f"at most {MAX_OPS} ops may travel together")
    return Push(_decode_header(first), tuple(_decode_line(line) for line in rest))


def decode_answer(content: bytes) -> SyncAnswer | None:
    """The hub's answer, or None when this is not the answer of a hub.

    A line of the feed that cannot be read comes as an entry of kind `oplog.UNREADABLE`.
    """
    answer: SyncAnswer | None
    try:
        answer = _answer_decoder.decode(content)
    except _UNREADABLE:
        answer = _read_line_by_line(content)
    return answer if answer and answer.hub == HUB_NAME and answer.hub_epoch else None


def decode_refusal(content: bytes) -> Refusal | None:
    """What a hub said when it refused, or None when the words are not a hub's."""
    try:
        refusal = _refusal_decoder.decode(content)
    except _UNREADABLE:
        return None
    return refusal if refusal.hub == HUB_NAME else None


def encode_answer(answer: SyncAnswer | Refusal) -> bytes:
    """An answer or a refusal as JSON."""
    return _encoder.encode(answer)


def op_fields(op: OpLine) -> dict[str, Any]:
    """The values that an op sets."""
    return msgspec.json.decode(op.fields, type=dict[str, Any])


def op_base(op: OpLine) -> dict[str, str | None]:
    """Per field, the op whose value was on the screen when it was changed."""
    return msgspec.json.decode(op.base, type=dict[str, str | None])


def feed_entry(line: FeedLine) -> FeedEntry:
    """The entry as the store takes it."""
    return FeedEntry(
        seq=line.seq,
        kind=line.kind,
        op_id=line.op_id,
        record_type=line.record_type,
        record_id=line.record_id,
        fields=line.fields,
        winners=line.winners,
        hlc=line.hlc,
        by=line.by,
        version=line.version,
    )


def _read_line_by_line(content: bytes) -> SyncAnswer | None:
    parts = split_feed(content)
    if parts is None:
        return None
    try:
        answer = _answer_decoder.decode(parts[0])
        lines = [_feed_line(line) for line in parts[1]]
    except _UNREADABLE:
        return None
    return None if answer.feed else msgspec.structs.replace(answer, feed=lines)


def _feed_line(line: bytes) -> FeedLine:
    try:
        return _feed_decoder.decode(line)
    except _UNREADABLE as error:
        start = _START_OF_FEED_LINE.match(line)
        if start is None or int(start[1]) > _LARGEST:
            raise  # without its number nobody can tell where the feed goes on
        kept: dict[str, Any] = {
            "text": line.decode(errors="backslashreplace"),
            "why": str(error),
        }
        return FeedLine(int(start[1]), UNREADABLE, "", "", "", "", kept, {}, "", "", 0)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_HEX]


def _decode_header(line: bytes) -> PushHeader:
    try:
        header = _header_decoder.decode(line)
    except _UNREADABLE as error:
        raise WireError("header", f"the first line cannot be read: {error}") from error
    if header.protocol != WIRE_VERSION:
        raise WireError("version", f"wire version {header.protocol} is not spoken here")
    return header


def _decode_line(line: bytes) -> OpLine | PoisonLine:
    try:
        op = _op_decoder.decode(line)
        # Raw text is not looked into by the decoder: what cannot be read must be found here.
        op_fields(op)
        op_base(op)
    except _UNREADABLE as error:
        return PoisonLine(_op_id_of(line), line, Reason.UNREADABLE.saying(str(error)))
    if len(line) > MAX_LINE_BYTES:
        words = f"longer than {MAX_LINE_BYTES} bytes"
        return PoisonLine(op.op_id, line, Reason.TOO_LARGE.saying(words))
    return op


def _op_id_of(line: bytes) -> str:
    """The op id of a line that is otherwise unreadable, from its first bytes."""
    start = _START_OF_OP.match(line)
    if start is None:
        raise WireError("line", "a line names no op")
    return start[1].decode()
