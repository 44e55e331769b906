"""Marks conflicts that a person has settled, as the ops say that were accepted.

An op that settles names the values it was decided over. It may come before the hub knows of the
conflict, when the hub was set back to an older copy and gets the ops again: so every conflict is
looked for among what was settled, whichever of the two is new. Nothing is ever opened again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from hub.set_based import Key
from hub.tables import conflict, op

_settles_decoder: Final = msgspec.json.Decoder(dict[str, list[str]])


def settle_what_ops_name(connection: Connection, records: Collection[Key], now_ms: int) -> None:
    """Mark the open conflicts of these records that accepted ops name as settled."""
    if not records:
        return
    rows = connection.execute(
        select(op.c.op_id, op.c.record_type, op.c.record_id, op.c.settles)
        .where(op.c.record_id.in_({record_id for _, record_id in records}))
        # Whoever saw the values has some to set: an op without payload settles nothing.
        .where(op.c.settles.is_not(None), op.c.fields.is_not(None))
        .order_by(op.c.feed_seq)
    )
    named: list[dict[str, Any]] = [
        {
            "by_op": row.op_id,
            "kind": row.record_type,
            "id": row.record_id,
            "name": name,
            "lost": lost,
        }
        for row in rows
        if (row.record_type, row.record_id) in records
        for name, losers in _settles_decoder.decode(row.settles).items()
        for lost in losers
    ]
    if named:
        connection.execute(_MARK, [{**one, "at_ms": now_ms} for one in named])


_MARK: Final = (
    update(conflict)
    .where(conflict.c.record_type == bindparam("kind"))
    .where(conflict.c.record_id == bindparam("id"))
    .where(conflict.c.field == bindparam("name"))
    .where(conflict.c.loser_op == bindparam("lost"))
    .where(conflict.c.settled_by_op.is_(None))
    .values(settled_by_op=bindparam("by_op"), settled_ms=bindparam("at_ms"))
)
