"""What travels between a kiosk and the hub, shared by both, and nothing else.

A push is JSON lines: a header, one line an op, and a trailer that counts and digests the
lines above it, so that a body cut on the way can never be taken for a short one. Ops are
decoded one by one: one that nobody can read is handed over as poison, with what came, and
does not spoil the ones around it. This module must never touch a database or a socket.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, Final

import msgspec

from offline_sync.canonical import canonical_json
from offline_sync.oplog import OutgoingOp, chain_step, text_digest
from offline_sync.reasons import Reason
from offline_sync.wire_types import (
    LARGEST,
    UNREADABLE_JSON,
    Count,
    Digest,
    DigestOrNone,
    Moment,
    Settled,
    Word,
)

WIRE_VERSION: Final = 1
PUSH_TYPE: Final = "application/x-ndjson"
DICTIONARY_HEADER: Final = "Village-Dictionary"
"""Names the preset dictionary that a short body was packed with."""
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
MAX_LINE_BYTES: Final = 512 * 1024
MAX_OPS: Final = 1000
MOST_LINES: Final = 500
"""Of the feed, in one answer."""
_DIGEST_HEX: Final = 16
_ERASED: Final = b"null"
_NO_BASE: Final = b"{}"
_NUL: Final = b"\\u0000"  # the one letter that PostgreSQL cannot keep in a text
_NO_FIELDS: Final = "null"
KEPT_COLUMNS: Final = (
    'seq, op_id, tbl, rid, hlc, body, base, "by", sv, wall_ms, mono_ms, boot_id, settles, body_hash'
)
"""The columns of a kept op, of which `encode_kept` makes its line."""

_START_OF_OP: Final = re.compile(rb'\[\s*([0-9]{1,16}),\s*"([0-9A-Za-z._-]{1,128})"')


class WireError(ValueError):
    """A push that cannot be read. `code` is for programs, the message for people.

    Codes: `cut` (no trailer), `digest` and `count` (changed on the way), `header`, `line` (it
    names no op), `order` (the numbers of the ops do not rise), `chain` (it does not say the chain
    at its ops), `too_many`, `version` (a wire this version cannot read), `op` (one op cannot be
    written).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Clocks(msgspec.Struct, frozen=True, rename={"wall_ms": "w", "mono_ms": "m", "boot_id": "b"}):
    """The kiosk's clocks at the moment it sent: lets a wrong wall clock be corrected later."""

    wall_ms: Moment
    mono_ms: Moment
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
    `chain` say how long the kiosk's op log is and its digest (`oplog.chain_after`, hex). `lines`
    is how much of the feed the answer may bring, on a line that is slow or often cut. `first` is
    the number of the first op below, 0 for none. `receipt` is the number and the digest of the
    last hub receipt that this kiosk has stored, (0, "") for none: a hub that does not know it has
    been set back to an older copy.
    """

    origin: Word
    epoch: Word
    next_seq: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
    chain: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    version: Count
    hub_epoch: str
    clocks: Clocks
    after: Count
    lines: Count = MOST_LINES
    first: Count = 0
    receipt: tuple[Count, DigestOrNone] = (0, "")
    protocol: Count = WIRE_VERSION


class OpAbout(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    rename={
        "version": "sv",
        "wall_ms": "w",
        "mono_ms": "m",
        "boot_id": "b",
        "settles": "st",
        "erased": "eh",
    },
):
    """Who made the change, with which catalogue version, and what the clocks said.

    `settles` names the conflicts that the change settles. `erased` is the digest of fields that
    were erased before the op was sent (`oplog.fields_digest`, hex); its fields are then null.
    """

    by: Annotated[str, msgspec.Meta(max_length=128)]
    version: Count
    wall_ms: Moment
    mono_ms: Moment
    boot_id: str
    settles: Settled = {}
    erased: DigestOrNone = ""


class OpLine(msgspec.Struct, frozen=True, array_like=True):
    """One op as it arrived; `fields` and `base` keep the text exactly as it was sent."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
    op_id: Word
    record_type: Word
    record_id: Word
    hlc: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{12}\.[0-9a-f]{8}$")]
    fields: msgspec.Raw
    base: msgspec.Raw
    about: OpAbout


class PoisonLine(msgspec.Struct, frozen=True):
    """A line whose number and op id can be read and whose rest cannot: kept as it came, applied
    never.

    `reason` begins with a code of `reasons.Reason`.
    """

    seq: int
    op_id: str
    raw: bytes
    reason: str


class Push(msgspec.Struct, frozen=True):
    """A whole, undamaged push, in the order of the kiosk: the numbers of its ops rise.

    `said` is the kiosk's chain (hex) by number: at the last op of each run of numbers without a
    hole, and at the op before such a run where that op is held back. `plain` are the numbers of
    the ops that were known in one look (`decode_push`).
    """

    header: PushHeader
    lines: tuple[OpLine | PoisonLine, ...]
    said: dict[int, str]
    plain: frozenset[int] = frozenset()


class _Trailer(msgspec.Struct, frozen=True, omit_defaults=True):
    n: Count
    crc: str
    last: Count
    chain: DigestOrNone
    said: tuple[tuple[Count, Digest], ...] = ()


_encoder = msgspec.json.Encoder()
_header_decoder = msgspec.json.Decoder(PushHeader)
_op_decoder = msgspec.json.Decoder(OpLine)
_fields_decoder = msgspec.json.Decoder(dict[str, Any])
_base_decoder = msgspec.json.Decoder(dict[str, str | None])
_settles_decoder = msgspec.json.Decoder(Settled)
_trailer_decoder = msgspec.json.Decoder(_Trailer)


def encode_op(op: OutgoingOp) -> bytes:
    """One op as its line, without the line end.

    Raises:
        WireError: code `op`, when a value cannot be written as JSON; no later try will succeed.
    """
    settles = {name: list(losers) for name, losers in op.settles.items()}
    erased = "" if op.erased is None else op.erased.hex()
    about = OpAbout(op.by, op.version, op.wall_ms, op.mono_ms, op.boot_id, settles, erased)
    try:
        # Canonical, as the chain covers these very bytes.
        fields = _ERASED if op.erased is not None else canonical_json(dict(op.fields)).encode()
        base = canonical_json(dict(op.base)).encode()
        numbers = (op.seq, op.op_id, op.record_type, op.record_id, op.hlc)
        return _encoder.encode((*numbers, msgspec.Raw(fields), msgspec.Raw(base), about))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise WireError("op", f"this change cannot be written for sending: {error}") from error


def encode_kept(row: Sequence[Any]) -> bytes:
    """The line of an op that is kept, from a row of `KEPT_COLUMNS`: as `encode_op`, without
    reading its values."""
    seq, op_id, tbl, rid, hlc, body, base, by, version, wall_ms, mono_ms, boot_id = row[:12]
    settles = _settles_decoder.decode(row[12]) if row[12] else {}
    erased = row[13].hex() if body == _NO_FIELDS else ""
    about = OpAbout(by, version, wall_ms, mono_ms, boot_id, settles, erased)
    fields, seen = msgspec.Raw(body.encode()), msgspec.Raw(base.encode())
    return _encoder.encode((seq, op_id, tbl, rid, hlc, fields, seen, about))


def encode_push(
    header: PushHeader,
    lines: Sequence[bytes],
    last: int = 0,
    chain: str = "",
    said: Mapping[int, str] = MappingProxyType({}),
) -> bytes:
    """A whole push from its header and the lines of `encode_op`.

    `last` is the number of the last op, and `chain` the chain (hex) at it. `said` is the chain at
    others, where numbers are missing (`Push.said`).
    """
    above = b"\n".join((_encoder.encode(header), *lines)) + b"\n"
    others = tuple(sorted(said.items()))
    trailer = _Trailer(len(lines), _digest(above, last, chain, others), last, chain, others)
    return above + _encoder.encode(trailer) + b"\n"


def decode_push(body: bytes, is_plain: Callable[[OpLine], bool] | None = None) -> Push:
    """Read a whole push.

    `is_plain` knows in one look ops whose fields can be read: the values of the others are looked
    at one by one.

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
    except UNREADABLE_JSON as error:
        raise WireError("cut", "the body ends before its last line") from error
    if trailer.crc != _digest(above, trailer.last, trailer.chain, trailer.said):
        raise WireError("digest", "the body was changed on its way")
    first, *rest = above[:-1].split(b"\n")
    if len(rest) != trailer.n:
        raise WireError("count", f"{trailer.n} ops were announced and {len(rest)} came")
    if len(rest) > MAX_OPS:
        raise WireError("too_many", f"at most {MAX_OPS} ops may travel together")
    header = _decode_header(first)
    lines, plain = _decode_lines(rest, is_plain)
    if any(one.seq >= next_one.seq for one, next_one in pairwise(lines)):
        raise WireError("order", "the numbers of the ops do not rise")
    if trailer.last != (lines[-1].seq if lines else 0):
        raise WireError("count", "the last op is not the one that was announced")
    said = dict(trailer.said) | ({trailer.last: trailer.chain} if trailer.chain else {})
    _refuse_unsaid(lines, said)
    return Push(header, lines, said, plain)


def runs(lines: Sequence[OpLine | PoisonLine]) -> list[Sequence[OpLine | PoisonLine]]:
    """The ops of a push, parted where numbers are missing."""
    if not lines:
        return []
    if lines[-1].seq - lines[0].seq + 1 == len(lines):
        return [lines]
    holes = [place for place, (a, b) in enumerate(pairwise(lines), 1) if a.seq + 1 != b.seq]
    return [lines[first:last] for first, last in pairwise([0, *holes, len(lines)])]


def op_fields(op: OpLine) -> dict[str, Any]:
    """The values that an op sets; none when they were erased."""
    return {} if op.about.erased else _fields_decoder.decode(op.fields)


def op_base(op: OpLine) -> dict[str, str | None]:
    """Per field, the op whose value was on the screen when it was changed."""
    return _base_decoder.decode(op.base) if bytes(op.base) != _NO_BASE else {}


def op_digest(op: OpLine) -> bytes:
    """The digest of the op's fields (`oplog.fields_digest`), known also when they were erased."""
    erased = op.about.erased
    return bytes.fromhex(erased) if erased else text_digest(op.op_id, bytes(op.fields))


def chain_with(previous: bytes, op: OpLine) -> bytes:
    """The chain of the op's kiosk with the op added, if `previous` is the chain before it."""
    about = op.about
    numbers = (op.seq, op.op_id, op.record_type, op.record_id, op.hlc)
    whence = (about.by, about.version, about.wall_ms, about.mono_ms, about.boot_id)
    return chain_step(previous, numbers, op.base, whence, about.settles, op_digest(op))


def _refuse_unsaid(lines: Sequence[OpLine | PoisonLine], said: Mapping[int, str]) -> None:
    """Refuse a push that does not say its chain: nothing is taken that cannot be compared."""
    for run in runs(lines):
        if run[-1].seq not in said:
            raise WireError("chain", f"the chain at the op {run[-1].seq} is not said")


def _digest(above: bytes, last: int, chain: str, said: Sequence[tuple[int, str]]) -> str:
    covered = hashlib.sha256(above)
    words = [f"{last}\n{chain}", *(f"{seq} {at}" for seq, at in said)]
    covered.update("\n".join(words).encode())
    return covered.hexdigest()[:_DIGEST_HEX]


def _decode_header(line: bytes) -> PushHeader:
    try:
        header = _header_decoder.decode(line)
    except UNREADABLE_JSON as error:
        raise WireError("header", f"the first line cannot be read: {error}") from error
    if "\0" in header.origin or "\0" in header.epoch:
        raise WireError("header", "the stream's name has a letter that cannot be kept (NUL)")
    if header.protocol != WIRE_VERSION:
        raise WireError("version", f"wire version {header.protocol} is not spoken here")
    return header


def _decode_lines(
    lines: Sequence[bytes], is_plain: Callable[[OpLine], bool] | None
) -> tuple[tuple[OpLine | PoisonLine, ...], frozenset[int]]:
    """The ops, and the numbers of those that are plain."""
    try:
        ops = _op_decoder.decode_lines(b"\n".join(lines)) if is_plain is not None else []
    except UNREADABLE_JSON:
        ops = []
    if is_plain is None or len(ops) != len(lines):
        return tuple(map(_decode_line, lines)), frozenset()
    plain = {
        op.seq
        for op, line in zip(ops, lines, strict=True)
        if len(line) <= MAX_LINE_BYTES
        and _NUL not in line
        and bytes(op.base) == _NO_BASE
        and is_plain(op)
    }
    return tuple(
        op if op.seq in plain else _decode_line(line) for op, line in zip(ops, lines, strict=True)
    ), frozenset(plain)


def _decode_line(line: bytes) -> OpLine | PoisonLine:
    try:
        op = _op_decoder.decode(line)
        # Raw text is not looked into by the decoder: what cannot be read must be found here.
        op_fields(op)
        op_base(op)
    except UNREADABLE_JSON as error:
        return PoisonLine(*_name_of(line), line, Reason.UNREADABLE.saying(str(error)))
    if _NUL in line and any("\0" in name for name in _names(op)):
        words = "one of its names has a letter that cannot be kept (NUL)"
        return PoisonLine(*_name_of(line), line, Reason.UNREADABLE.saying(words))
    if bool(op.about.erased) != (bytes(op.fields) == _ERASED):
        words = "it says that its values were erased and has some, or has none"
        return PoisonLine(op.seq, op.op_id, line, Reason.UNREADABLE.saying(words))
    if len(line) > MAX_LINE_BYTES:
        words = f"longer than {MAX_LINE_BYTES} bytes"
        return PoisonLine(op.seq, op.op_id, line, Reason.TOO_LARGE.saying(words))
    return op


def _names(op: OpLine) -> tuple[str, ...]:
    return op.op_id, op.record_type, op.record_id, op.about.by, op.about.boot_id


def _name_of(line: bytes) -> tuple[int, str]:
    """The number and the op id of a line that is otherwise unreadable, from its first bytes."""
    start = _START_OF_OP.match(line)
    if start is None or not 1 <= int(start[1]) <= LARGEST:
        raise WireError("line", "a line names no op")
    return int(start[1]), start[2].decode()
