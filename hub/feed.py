"""Reads a page of a village's feed: what a kiosk has not seen yet, in the hub's order.

The cursor is the hub's own number, valid for one `hub_epoch`: a kiosk that read another
history of this hub starts again from the beginning. A cursor beyond the end of the feed means
that this database is older than what the kiosk has read from it, and is never taken for the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from hub.database import hub_epoch
from hub.tables import feed, feed_head, op
from offline_sync.wire import FeedLine

PAGE_LINES: Final = 500
_PAGE_CHARACTERS: Final = 1024 * 1024


class _Instead(msgspec.Struct, frozen=True):
    op: str
    value: Any


_fields_decoder = msgspec.json.Decoder(dict[str, Any])
_winners_decoder = msgspec.json.Decoder(dict[str, _Instead])


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of the feed, where to go on, and whether there is more."""

    hub_epoch: str
    lines: list[FeedLine]
    next_after: int
    more: bool


class FeedSetBack(Exception):
    """The kiosk has read further than this hub's feed goes: an older copy was put back."""


def refuse_set_back(connection: Connection, bucket: str, kiosk_epoch: str, after: int) -> None:
    """Raise FeedSetBack for a cursor beyond the feed. To be asked before ops are taken: those
    get numbers that the kiosk believes it has read, and then nobody can tell any more."""
    if kiosk_epoch != hub_epoch(connection):
        return
    found = connection.execute(select(feed_head.c.seq).where(feed_head.c.bucket == bucket))
    head = found.scalar() or 0
    if after > head:
        raise FeedSetBack(
            f"This kiosk has read up to number {after}, but the hub knows only up to {head}: "
            "an older copy of the hub's database was put back."
        )


def read_page(
    connection: Connection, bucket: str, kiosk_epoch: str, after: int, limit: int = PAGE_LINES
) -> Page:
    """The lines of `bucket` after number `after`, at most `limit` and about a megabyte.

    Raises:
        FeedSetBack: the cursor is beyond the feed.
    """
    refuse_set_back(connection, bucket, kiosk_epoch, after)
    epoch = hub_epoch(connection)
    if kiosk_epoch != epoch:
        after = 0
    limit = max(1, min(limit, PAGE_LINES))
    rows = connection.execute(
        select(
            *(feed.c.seq, feed.c.kind, feed.c.winners),
            *(op.c.op_id, op.c.origin, op.c.record_type, op.c.record_id, op.c.fields),
            *(op.c.hlc, op.c.by, op.c.version),
        )
        .join(op, op.c.op_id == feed.c.op_id)
        .where(feed.c.bucket == bucket, feed.c.seq > after)
        .order_by(feed.c.seq)
        .limit(limit + 1)
    )
    lines: list[FeedLine] = []
    size, more = 0, False
    for row in rows:
        size += len(row.fields) + len(row.winners or "")
        if len(lines) == limit or (lines and size > _PAGE_CHARACTERS):
            more = True
            break
        lines.append(_line(row))
    rows.close()
    return Page(epoch, lines, lines[-1].seq if lines else after, more)


def _line(row: Any) -> FeedLine:
    fields = _fields_decoder.decode(row.fields)
    instead = _winners_decoder.decode(row.winners) if row.winners else {}
    if row.kind == "conflict":
        fields = {name: fields[name] for name in instead}
    else:
        fields |= {name: winner.value for name, winner in instead.items()}
    return FeedLine(
        seq=row.seq,
        kind=row.kind,
        op_id=row.op_id,
        origin=row.origin,
        record_type=row.record_type,
        record_id=row.record_id,
        fields=fields,
        winners={name: winner.op for name, winner in instead.items()},
        hlc=row.hlc,
        by=row.by,
        version=row.version,
    )
