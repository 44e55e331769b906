"""How far a backup goes: the ends of its feeds, of its receipts, of its audit.

Erasing in a backup adds to its feeds, so its moment is kept in it before that. A moment that was
kept counts only while neither receipts nor audit have gone on: a hub that serves from such a file
has left it behind.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from hub.meta import read_meta, write_meta
from hub.tables import audit, feed_head, kiosk, quarantine

_META: Final = "backup_moment"


class Moment(msgspec.Struct, frozen=True):
    """The last number of each village's feed, of each kiosk's receipts and of the audit, and what
    was set aside (id of the op, and what it lies beside)."""

    heads: dict[str, int]
    receipts: dict[str, int]
    audited: int
    aside: frozenset[tuple[str, str]]


def moment_of(backup: Connection) -> Moment:
    """The moment of a backup, whatever was erased in it since."""
    now = Moment(
        heads={row.bucket: row.seq for row in backup.execute(select(feed_head))},
        receipts={
            row.kiosk_id: row.receipt_no
            for row in backup.execute(select(kiosk.c.kiosk_id, kiosk.c.receipt_no))
        },
        audited=backup.execute(select(func.max(audit.c.no))).scalar() or 0,
        aside=frozenset(
            (row.op_id, row.beside)
            for row in backup.execute(select(quarantine.c.op_id, quarantine.c.beside))
        ),
    )
    kept = read_meta(backup, _META)
    if kept is None:
        return now
    then = msgspec.json.decode(kept, type=Moment)
    return then if (then.receipts, then.audited) == (now.receipts, now.audited) else now


def keep_moment(backup: Connection) -> None:
    """To be called before something is erased in a backup."""
    write_meta(backup, _META, msgspec.json.encode(moment_of(backup)).decode())
