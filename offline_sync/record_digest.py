"""One digest of a record, the same at kiosk and hub, and the sums by which they compare a village.

Each side works them out from its own rows, never from the other's word. A field that only a newer
version knows is left out by both (`fields_of`). A village is summed up in PARTS, so that a
difference is found without sending the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final
from zlib import crc32

import msgspec

from offline_sync.answers import HUB_NAME
from offline_sync.catalogue import CATALOGUE, Field, Kind, RecordType

PARTS: Final = 256

_DIGEST_BYTES: Final = 16
_encoder: Final = msgspec.json.Encoder(order="deterministic")

Stood = Mapping[str, tuple[str, object]]
"""Per field, the op behind the value that stands at the hub ("" when unknown), and the value."""


def part_of(record_id: str) -> int:
    """Which of the PARTS a record belongs to."""
    return crc32(record_id.encode()) % PARTS


def record_digest(
    record_type: RecordType, record_id: str, stood: Stood, version: int
) -> int | None:
    """128 bits of a SHA-256 over all that stands in a record; None when nothing of it counts.

    `version` is the catalogue version that both sides know. Of a field that is written once, only
    the value counts: a kiosk does not keep its op.
    """
    by_name, once = record_type.by_name, record_type.once
    counted = []
    for name in sorted(stood):
        known = by_name.get(name)
        if known is None or known.since > version:
            continue
        op_id, value = stood[name]
        if type(value) is not str:  # nearly all are text, and no text is written in two ways
            value = _plain(known, value)
        if name not in once:
            counted.append((name, op_id, value))
        elif value is not None:
            counted.append((name, "", value))
    if not counted:
        return None
    content = _encoder.encode((record_type.name, record_id, counted))
    return int.from_bytes(hashlib.sha256(content).digest()[:_DIGEST_BYTES], "big")


def types_at(version: int) -> Iterable[RecordType]:
    """The record types that both sides know."""
    return (one for one in CATALOGUE.values() if one.since <= version)


def _plain(known: Field, value: object) -> object:
    """The value as a kiosk's column gives it back, whoever wrote it first."""
    match known.kind, value:
        case Kind.REAL, int() | float():
            return float(value) + 0.0  # there is no -0.0 in a column
        case Kind.INTEGER, bool():
            return int(value)
    return value


@dataclass(slots=True)
class Sums:
    """For each part, how many records it has, and the XOR of their digests."""

    counts: list[int] = field(default_factory=lambda: [0] * PARTS)
    digests: list[int] = field(default_factory=lambda: [0] * PARTS)

    def add(self, record_id: str, digest: int) -> None:
        part = part_of(record_id)
        self.counts[part] += 1
        self.digests[part] ^= digest

    @property
    def records(self) -> int:
        return sum(self.counts)

    def parts(self) -> list[tuple[int, str]]:
        """As they travel: the count and the digest, in hex, of each part."""
        return [
            (count, f"{digest:0{2 * _DIGEST_BYTES}x}")
            for count, digest in zip(self.counts, self.digests, strict=True)
        ]


class DigestAnswer(msgspec.Struct, frozen=True):
    """The hub's sums of a village, of the records that did not change after number `upto`; those
    that did are named in `moved`. `version` is the catalogue version that was counted by."""

    hub: str
    hub_epoch: str
    bucket: str
    upto: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    moved: Annotated[list[tuple[str, str]], msgspec.Meta(max_length=10_000)]
    parts: Annotated[
        list[tuple[int, Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]]],
        msgspec.Meta(min_length=PARTS, max_length=PARTS),
    ]


_answer_decoder: Final = msgspec.json.Decoder(DigestAnswer)


def read_answer(content: bytes) -> DigestAnswer | None:
    """The hub's sums, or None when these are no words of a hub."""
    try:
        answer = _answer_decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return answer if answer.hub == HUB_NAME else None
