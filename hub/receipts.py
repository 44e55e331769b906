"""Gives each push its signed receipt, and keeps every one that was given.

A receipt is made in the transaction of the batch that it is for: none is ever given for what is
not on the disk, and none is lost that a kiosk may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from hub.database import hub_epoch, knows_history
from hub.enrolment import EnrolledKiosk
from hub.refused import Refused
from hub.tables import kiosk, receipt
from offline_sync.answers import SignedReceipt
from offline_sync.receipts import Receipt, ops_digest, ranges, receipt_digest, write_receipt
from offline_sync.refusals import SET_BACK
from offline_sync.request_auth import Signer, base64url
from offline_sync.wire import PushHeader

# Made once: a statement that is put together anew costs SQLAlchemy six times as much.
_OF_KIOSK: Final = update(kiosk).where(kiosk.c.kiosk_id == bindparam("of"))
_NEXT: Final = _OF_KIOSK.values(receipt_no=kiosk.c.receipt_no + 1).returning(
    kiosk.c.receipt_no, kiosk.c.receipt_digest
)
_HELD: Final = _OF_KIOSK.values(receipt_digest=bindparam("digest"))
_KEEP: Final = insert(receipt)
_TEXT: Final = select(receipt.c.text).where(
    receipt.c.kiosk_id == bindparam("of"), receipt.c.no == bindparam("number")
)


def give_receipt(
    connection: Connection,
    signer: Signer,
    of: EnrolledKiosk,
    header: PushHeader,
    acked: Mapping[int, str],
    aside: Mapping[int, str],
    now_ms: int,
) -> SignedReceipt:
    """The receipt of a push: `acked` and `aside` are the op ids of its ops, by their numbers."""
    no, prev = connection.execute(_NEXT, {"of": of.kiosk_id}).one()
    settled = {**acked, **aside}
    text = write_receipt(
        Receipt(
            kiosk=of.kiosk_id,
            no=no,
            prev=prev,
            origin=header.origin,
            epoch=header.epoch,
            hub_epoch=hub_epoch(connection),
            acked=ranges(acked),
            quarantined=sorted(aside),
            digest=ops_digest(settled[seq] for seq in sorted(settled)),
            time_ms=now_ms,
        )
    )
    signature = base64url(signer.sign(text.encode()))
    connection.execute(
        _KEEP, {"kiosk_id": of.kiosk_id, "no": no, "text": text, "signature": signature}
    )
    connection.execute(_HELD, {"of": of.kiosk_id, "digest": receipt_digest(text)})
    return SignedReceipt(text, signature)


def refuse_unknown_receipt(
    connection: Connection, of: EnrolledKiosk, history: str, no: int, digest: str
) -> None:
    """Refuse a kiosk that holds a receipt of this history which this database lacks, or one of a
    history that it knows nothing of: an older copy of it was put back. To be asked before ops are
    taken, and before the feed is read. `digest` is that of the receipt's text, or the beginning of
    it.

    Raises:
        Refused: `set_back`.
    """
    if no == 0:
        return
    if history != hub_epoch(connection):
        lacks = not knows_history(connection, history)
    else:
        text = connection.execute(_TEXT, {"of": of.kiosk_id, "number": no}).scalar()
        lacks = text is None or not digest or not receipt_digest(text).startswith(digest)
    if lacks:
        raise Refused(
            409,
            SET_BACK,
            f"This kiosk holds the hub's receipt {no}, which this hub does not have: an older copy "
            "of the hub's database was put back.",
        )
