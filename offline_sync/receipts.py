"""The hub's signed receipts: what a kiosk may believe it has delivered, and the proof of it.

A receipt names the numbers of the ops that a push brought and covers their ids; the hub signs the
very text. Receipts of a kiosk are numbered and each covers the one before it, so that neither
side can leave one out unseen. Nothing counts as delivered before its receipt was checked here and
stored; a receipt that does not fit is a fault of the hub and changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from sqlite_utils import Database

from offline_sync.request_auth import SIGNATURE_BYTES, from_base64url, is_signature
from offline_sync.wire_types import Word

WITNESS_PATH: Final = "/v1/witness"
SHOWN_DIGITS: Final = 16
_KEPT_MS: Final = 90 * 24 * 3_600_000
_LARGEST: Final = 2**53
_Number = Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
_Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_HexOrNone = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]


class Receipt(msgspec.Struct, frozen=True):
    """What the hub says it has of one push.

    `no` counts the receipts of this kiosk from 1; `prev` is the SHA-256 of the text of the one
    before, empty for the first. `acked` are ranges of op numbers, `quarantined` the numbers of ops
    that are kept aside; `digest` covers the ids of all of them. `time_ms` is by the hub's clock.
    """

    kiosk: str
    no: _Number
    prev: _HexOrNone
    origin: str
    epoch: str
    hub_epoch: str
    acked: list[tuple[_Number, _Number]]
    quarantined: list[_Number]
    digest: _Hex
    time_ms: int


class Witness(msgspec.Struct, frozen=True):
    """What a kiosk shows to a hub that seems to be set back: the last receipt that it holds (empty
    when it holds none), and how far it has read the feed of which history."""

    text: str
    signature: str
    hub_epoch: str
    after: Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)]


class WitnessAnswer(msgspec.Struct, frozen=True):
    """The name of the history that the hub goes on with."""

    hub: str
    hub_epoch: Word


class ReceiptRefused(Exception):
    """The hub's receipt is not one for what was sent: nothing of the answer may be believed."""


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """The last receipt that this kiosk has stored, as it was signed."""

    no: int
    digest: str
    hub_epoch: str
    text: str
    signature: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a kiosk sent in one push, for its receipt to be compared with.

    `op_ids` are those of the push by their numbers; `acked` and `quarantined` the numbers that the
    answer names beside its receipt; `held` the last receipt that is stored.
    """

    kiosk_id: str
    origin: str
    epoch: str
    hub_epoch: str
    op_ids: Mapping[int, str]
    acked: Iterable[int]
    quarantined: Iterable[int]
    held: HeldReceipt | None


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Receipt, strict=True)


def write_receipt(receipt: Receipt) -> str:
    """The text that is signed."""
    return _encoder.encode(receipt).decode()


def read_receipt(text: str) -> Receipt:
    """Raises ReceiptRefused when the text is no receipt."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ReceiptRefused("The receipt cannot be read.") from error


def receipt_digest(text: str) -> str:
    """By which the next receipt names this one: SHA-256 of the text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def ops_digest(op_ids: Iterable[str]) -> str:
    """SHA-256 (hex) over op ids in the order of their numbers."""
    return hashlib.sha256("\n".join(op_ids).encode()).hexdigest()


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The rising ranges that hold exactly these numbers."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def is_signed_receipt(text: str, signature: str, hub_keys: Sequence[bytes]) -> bool:
    """Whether one of these keys signed this text."""
    signed = from_base64url(signature, SIGNATURE_BYTES)
    return signed is not None and any(
        is_signature(signed, text.encode("utf-8", "surrogatepass"), key) for key in hub_keys
    )


def checked_receipt(text: str, signature: str, hub_key: bytes, sent: Sent) -> Receipt:
    """The receipt, if it is this hub's and says no more and no less than its answer does.

    Raises:
        ReceiptRefused: it is not signed by the hub that this kiosk was enrolled at, speaks of
            another push, or does not follow the one that is stored.
    """
    if not is_signed_receipt(text, signature, [hub_key]):
        raise ReceiptRefused("The receipt is not signed by the hub of this kiosk's enrolment.")
    receipt = read_receipt(text)
    stream = (receipt.kiosk, receipt.origin, receipt.epoch, receipt.hub_epoch)
    if stream != (sent.kiosk_id, sent.origin, sent.epoch, sent.hub_epoch):
        raise ReceiptRefused("The receipt is for another kiosk, or of another hub.")
    acked, aside = set(sent.acked), set(sent.quarantined)
    if receipt.acked != [*ranges(acked)] or receipt.quarantined != sorted(aside):
        raise ReceiptRefused("The receipt and the answer around it name different changes.")
    settled = sorted(acked | aside)
    if acked & aside or not settled or not sent.op_ids.keys() >= set(settled):
        raise ReceiptRefused("The receipt names changes that were not sent.")
    if receipt.digest != ops_digest(sent.op_ids[seq] for seq in settled):
        raise ReceiptRefused("The receipt is for other changes under the same numbers.")
    _refuse_break(receipt, sent.held)
    return receipt


def _refuse_break(receipt: Receipt, held: HeldReceipt | None) -> None:
    """Numbers may be passed over, where an answer was lost; they never come again."""
    if held is None or held.hub_epoch != receipt.hub_epoch:
        return
    if receipt.no <= held.no:
        raise ReceiptRefused("The hub counts its receipts from an earlier point than before.")
    if receipt.no == held.no + 1 and receipt.prev != held.digest:
        raise ReceiptRefused("The receipt does not follow the one before it.")


def keep_receipt(db: Database, receipt: Receipt, text: str, signature: str) -> None:
    """Store a checked receipt; old ones go, the last one stays. How old they are is told by the
    hub's clock, as this kiosk's may be years off. The caller holds the transaction in which what it
    delivered is marked."""
    db.execute(
        "INSERT INTO hub_receipt (hub_epoch, no, text, signature, kept_ms) VALUES (?, ?, ?, ?, ?)",
        (receipt.hub_epoch, receipt.no, text, signature, receipt.time_ms),
    )
    db.execute(
        "DELETE FROM hub_receipt WHERE kept_ms < ? AND id < (SELECT max(id) FROM hub_receipt)",
        (receipt.time_ms - _KEPT_MS,),
    )


def shown_with_a_pull(db: Database, kiosk_id: str, hub_epoch: str) -> str:
    """The number of the last receipt that is stored and the beginning of its digest, such as
    "17.0a1b2c3d4e5f6071": a hub that lacks it was put back. Empty when it says nothing about this
    history of the hub, or was given under an earlier enrolment."""
    held = held_receipt(db)
    if held is None or held.hub_epoch != hub_epoch or read_receipt(held.text).kiosk != kiosk_id:
        return ""
    return f"{held.no}.{held.digest[:SHOWN_DIGITS]}"


def held_receipt(db: Database) -> HeldReceipt | None:
    """The last receipt that was stored here; None before the first."""
    row = db.execute(
        "SELECT no, hub_epoch, text, signature FROM hub_receipt ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    no, hub_epoch, text, signature = row
    return HeldReceipt(no, receipt_digest(text), hub_epoch, text, signature)
