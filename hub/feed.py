"""Reads a page of a village's feed: what a kiosk has not seen yet, in the hub's order.

The cursor is the hub's own number, valid for one `hub_epoch`: a kiosk that read another
history of this hub starts again from the beginning. A cursor beyond the end of the feed means
that this database is older than what the kiosk has read from it, and is never taken for the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import structs
from sqlalchemy import Connection, bindparam, select

from hub.database import hub_epoch
from hub.ledger import CONFLICT, PUT
from hub.tables import feed, feed_head, op, origin
from offline_sync.answers import FeedLine

PAGE_LINES: Final = 500
_PAGE_CHARACTERS: Final = 1024 * 1024


_HEAD: Final = select(feed_head.c.seq).where(feed_head.c.bucket == bindparam("of"))
_ROWS: Final = (
    select(
        *(feed.c.seq, feed.c.kind, feed.c.winners),
        *(op.c.op_id, origin.c.origin, op.c.record_type, op.c.record_id, op.c.fields),
        *(op.c.hlc, op.c.by, op.c.version, op.c.settles),
    )
    .join(op, op.c.op_id == feed.c.op_id)
    .join(origin, origin.c.stream == op.c.stream)
    .where(feed.c.bucket == bindparam("of"), feed.c.seq > bindparam("after"))
    .order_by(feed.c.seq)
    .limit(bindparam("most"))
)
_OTHERS_ROWS: Final = _ROWS.where(
    (feed.c.stream != bindparam("own")) | (feed.c.kind != PUT) | feed.c.winners.is_not(None)
)


class _Instead(msgspec.Struct, frozen=True):
    op: str
    value: Any


_fields_decoder = msgspec.json.Decoder(dict[str, Any])
_settles_decoder = msgspec.json.Decoder(dict[str, list[str]])
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
    if kiosk_epoch == hub_epoch(connection) and after > (head := _head(connection, bucket)):
        raise _set_back(after, head)


def read_page(
    connection: Connection,
    bucket: str,
    kiosk_epoch: str,
    after: int,
    limit: int = PAGE_LINES,
    own_stream: int | None = None,
) -> Page:
    """The lines of `bucket` after number `after`, at most `limit` and about a megabyte.

    What a kiosk sent in `own_stream`, and stands here as it sent it, is left out: it has it. The
    page goes on after such numbers all the same. To be called in a transaction that sees one
    moment (`database.reading`): what is below the head of the feed is all there then.

    Raises:
        FeedSetBack: the cursor is beyond the feed.
    """
    epoch = hub_epoch(connection)
    head = _head(connection, bucket)
    if kiosk_epoch != epoch:
        after = 0
    elif after > head:
        raise _set_back(after, head)
    lines: list[FeedLine] = []
    if after == head:
        return Page(epoch, lines, after, more=False)
    limit = max(1, min(limit, PAGE_LINES))
    size = 0
    for row in _rows(connection, bucket, after, limit, own_stream):
        size += len(row.fields or "") + len(row.winners or "")
        if len(lines) == limit or (lines and size > _PAGE_CHARACTERS):
            return Page(epoch, with_authors(connection, lines), lines[-1].seq, more=True)
        lines.append(_line(row))
    return Page(epoch, with_authors(connection, lines), head, more=False)


def with_authors(connection: Connection, lines: list[FeedLine]) -> list[FeedLine]:
    """The lines, and in each conflict who set the value that shows instead."""
    winners = {
        winner for line in lines if line.kind == CONFLICT for winner in line.winners.values()
    }
    if not winners:
        return lines
    rows = connection.execute(select(op.c.op_id, op.c.by, op.c.hlc).where(op.c.op_id.in_(winners)))
    authors = {row.op_id: (row.by, row.hlc) for row in rows}
    return [
        structs.replace(line, authors={one: authors[one] for one in line.winners.values()})
        if line.kind == CONFLICT
        else line
        for line in lines
    ]


def _rows(
    connection: Connection, bucket: str, after: int, limit: int, own_stream: int | None
) -> Sequence[Any]:
    which = {"of": bucket, "after": after, "most": limit + 1}
    if own_stream is None:
        return connection.execute(_ROWS, which).all()
    return connection.execute(_OTHERS_ROWS, {**which, "own": own_stream}).all()


def _head(connection: Connection, bucket: str) -> int:
    return connection.execute(_HEAD, {"of": bucket}).scalar() or 0


def _set_back(after: int, head: int) -> FeedSetBack:
    return FeedSetBack(
        f"This kiosk has read up to number {after}, but the hub knows only up to {head}: "
        "an older copy of the hub's database was put back."
    )


def _line(row: Any) -> FeedLine:
    # An op whose fields were erased has none.
    fields = _fields_decoder.decode(row.fields) if row.fields is not None else {}
    instead = _winners_decoder.decode(row.winners) if row.winners else {}
    if row.kind == CONFLICT:
        fields = {name: fields[name] for name in instead if name in fields}
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
        settles=_settles_decoder.decode(row.settles) if row.settles and row.fields else {},
    )
