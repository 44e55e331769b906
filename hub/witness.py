"""What a kiosk can show to a hub whose database is an older copy: then another history begins.

The hub believes a receipt that it signed itself, also one of a history that began after the copy,
and an enrolled kiosk's word that it has read further than this feed goes: without a new history,
kiosks would pass over in silence what the hub numbers anew. A new history costs every kiosk
a re-reading and loses nothing.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from hub.audit import note
from hub.database import hub_epoch, knows_history, remember_history, take_new_epoch
from hub.enrolment import EnrolledKiosk
from hub.refused import Refused
from hub.signing import former_keys
from hub.tables import feed_head, receipt
from offline_sync.receipts import (
    ReceiptRefused,
    Witness,
    is_signed_receipt,
    read_receipt,
    receipt_digest,
)
from offline_sync.refusals import RECEIPT


def hear(
    connection: Connection, hub_key: bytes, kiosk: EnrolledKiosk, witness: Witness, now_ms: int
) -> tuple[str, str]:
    """The history to go on with, and why it is a new one (empty when it is not).

    Raises:
        Refused: the receipt is not one that this hub signed for this kiosk.
    """
    epoch = hub_epoch(connection)
    why = _lacking_receipt(connection, hub_key, kiosk, witness, epoch) or _lacking_feed(
        connection, kiosk, witness, epoch
    )
    if not why:
        return epoch, ""
    began = take_new_epoch(connection)
    detail = {"why": why, "before": epoch, "after": began}
    note(connection, f"kiosk {kiosk.name}", "set_back", "hub", detail, now_ms)
    return began, why


def _lacking_receipt(
    connection: Connection, hub_key: bytes, kiosk: EnrolledKiosk, witness: Witness, epoch: str
) -> str:
    if not witness.text:
        return ""
    try:
        shown = read_receipt(witness.text)
    except ReceiptRefused as error:
        raise Refused(400, RECEIPT, str(error)) from error
    if shown.kiosk != kiosk.kiosk_id or not is_signed_receipt(
        witness.text, witness.signature, [hub_key, *former_keys(connection)]
    ):
        raise Refused(403, RECEIPT, "This hub has not signed such a receipt for this kiosk.")
    if shown.hub_epoch != epoch:
        if knows_history(connection, shown.hub_epoch):
            return ""
        remember_history(connection, shown.hub_epoch)
        return f"{kiosk.name} holds receipt {shown.no} of a history that is not known here"
    kept = connection.execute(
        select(receipt.c.text).where(receipt.c.kiosk_id == kiosk.kiosk_id, receipt.c.no == shown.no)
    ).scalar()
    if kept is not None and receipt_digest(kept) == receipt_digest(witness.text):
        return ""
    return f"{kiosk.name} holds receipt {shown.no} of this hub, which is not here"


def _lacking_feed(
    connection: Connection, kiosk: EnrolledKiosk, witness: Witness, epoch: str
) -> str:
    if witness.hub_epoch != epoch:
        return ""
    head = connection.execute(
        select(feed_head.c.seq).where(feed_head.c.bucket == kiosk.village)
    ).scalar()
    if witness.after <= (head or 0):
        return ""
    return f"{kiosk.name} has read the feed up to {witness.after}, and it goes up to {head or 0}"
