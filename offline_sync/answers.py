"""What the hub answers, as a kiosk reads it: receipts, the feed, refusals.

A line of the feed that nobody can read is handed over with what came, and does not spoil the ones
around it. This module must never touch a database or a socket.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

import msgspec

from offline_sync.answer_lines import split_feed
from offline_sync.oplog import UNREADABLE, FeedEntry
from offline_sync.wire_types import LARGEST, UNREADABLE_JSON, Count, Moment, Settled, Word

HUB_NAME: Final = "smart-village-hub"
"""In every answer of a hub, so that a kiosk knows it is not talking to another program."""

LAST_HEADER: Final = "Village-Last"
"""With the refusal `replayed`: the highest request number that the hub has from this stream."""

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024

_START_OF_LINE: Final = re.compile(rb"\[\s*([0-9]{1,16})\s*,")


class FeedLine(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a bucket's feed, as an array. What it means: `oplog.FeedEntry`."""

    seq: Count
    kind: str
    op_id: str
    origin: str
    record_type: str
    record_id: str
    fields: dict[str, Any]
    winners: dict[str, str]
    hlc: str
    by: str
    version: Count
    settles: Settled = {}
    authors: dict[str, tuple[str, str]] = {}


class SignedReceipt(msgspec.Struct, frozen=True):
    """A hub's receipt for a push: the very text that it signed, and its signature (base64url)."""

    text: str
    signature: str


class Hint(msgspec.Struct, frozen=True):
    """What the hub would like: at most `batch` ops in the next push."""

    batch: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]


AckRange = tuple[Count, Count, Count]
"""Ops acknowledged: the first number, the last, and the number of the first in the hub's feed.
Within a range both numbers rise by one."""


class SyncAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The hub's answer to a push, and to a plain read of the feed (then with no receipt).

    `ack` and `quarantined` speak only of ops of this push, by their numbers. Each of `quarantined`
    is a number and its reason (`reasons.Reason.saying`). Numbers of the feed up to `next_after`
    that `feed` does not have are those of the asking kiosk's own ops.
    """

    hub: str
    hub_epoch: Word
    hub_time_ms: Moment
    bucket: str
    ack: list[AckRange]
    quarantined: list[tuple[Count, str]]
    feed: list[FeedLine]
    next_after: Count
    more: bool
    receipt: SignedReceipt | None = None
    hint: Hint | None = None


class Refusal(msgspec.Struct, frozen=True):
    """What a hub says when it does not do as asked; `error` is for programs (`refusals`)."""

    hub: str
    error: str
    detail: str


_encoder = msgspec.json.Encoder()
_answer_decoder = msgspec.json.Decoder(SyncAnswer)
_feed_decoder = msgspec.json.Decoder(FeedLine)
_refusal_decoder = msgspec.json.Decoder(Refusal)


def decode_answer(content: bytes) -> SyncAnswer | None:
    """The hub's answer, or None when this is not the answer of a hub.

    A line of the feed that cannot be read comes as an entry of kind `oplog.UNREADABLE`.
    """
    answer: SyncAnswer | None
    try:
        answer = _answer_decoder.decode(content)
    except UNREADABLE_JSON:
        answer = _read_line_by_line(content)
    return answer if answer and answer.hub == HUB_NAME else None


def decode_refusal(content: bytes) -> Refusal | None:
    """What a hub said when it refused, or None when the words are not a hub's."""
    try:
        refusal = _refusal_decoder.decode(content)
    except UNREADABLE_JSON:
        return None
    return refusal if refusal.hub == HUB_NAME else None


def encode_answer(answer: SyncAnswer | Refusal) -> bytes:
    """An answer or a refusal as JSON."""
    return _encoder.encode(answer)


def ack_ranges(numbers: Iterable[tuple[int, int]]) -> list[AckRange]:
    """The ranges that say the same as these pairs of an op's number and its number in the feed."""
    ranges: list[AckRange] = []
    pairs = sorted(numbers)
    if pairs:
        (first, first_in_feed), (last, last_in_feed) = pairs[0], pairs[-1]
        if last - first == last_in_feed - first_in_feed == len(pairs) - 1 and all(
            seq - feed_seq == first - first_in_feed for seq, feed_seq in pairs
        ):
            return [(first, last, first_in_feed)]  # as nearly always
    for seq, feed_seq in pairs:
        if ranges:
            first, last, first_in_feed = ranges[-1]
            if (seq, feed_seq) == (last + 1, first_in_feed + last + 1 - first):
                ranges[-1] = (first, seq, first_in_feed)
                continue
        ranges.append((seq, seq, feed_seq))
    return ranges


def acknowledged(ack: Iterable[AckRange], sent: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Those of the numbers `sent` that lie in a range, each with its number in the hub's feed.

    Ranges are never unrolled: what they say beyond `sent` is passed over, however much it is.
    """
    ranges = sorted(ack)
    numbers = sorted(sent)
    if len(ranges) == 1 and numbers and ranges[0][0] <= numbers[0] <= numbers[-1] <= ranges[0][1]:
        first, _, first_in_feed = ranges[0]
        yield from ((seq, first_in_feed + seq - first) for seq in numbers)  # as nearly always
        return
    for seq in numbers:
        at = bisect_right(ranges, seq, key=_first_of) - 1
        if at >= 0 and seq <= ranges[at][1]:
            first, _, first_in_feed = ranges[at]
            yield seq, first_in_feed + seq - first


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
        settles=line.settles,
        authors=line.authors,
    )


def _first_of(one: AckRange) -> int:
    return one[0]


def _read_line_by_line(content: bytes) -> SyncAnswer | None:
    parts = split_feed(content)
    if parts is None:
        return None
    try:
        answer = _answer_decoder.decode(parts[0])
        lines = [_feed_line(line) for line in parts[1]]
    except UNREADABLE_JSON:
        return None
    return None if answer.feed else msgspec.structs.replace(answer, feed=lines)


def _feed_line(line: bytes) -> FeedLine:
    try:
        return _feed_decoder.decode(line)
    except UNREADABLE_JSON as error:
        start = _START_OF_LINE.match(line)
        if start is None or int(start[1]) > LARGEST:
            raise  # without its number nobody can tell where the feed goes on
        kept: dict[str, Any] = {
            "text": line.decode(errors="backslashreplace"),
            "why": str(error),
        }
        return FeedLine(int(start[1]), UNREADABLE, "", "", "", "", kept, {}, "", "", 0)
