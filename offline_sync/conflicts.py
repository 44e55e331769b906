"""Values that two people set without sight of one another: kept, listed, and settled by a person.

The hub decides which value shows; here are the values that do not, until somebody picks one. The
fields of a group are one unit, and so is what was set in them. Settling is an edit like any other:
it names the value that was on the screen and the values that it was decided over. Nothing here
is ever deleted, and nothing is settled by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils import Database

from offline_sync import records
from offline_sync.canonical import canonical_json, parse_json
from offline_sync.catalogue import CATALOGUE, Merge, RecordType
from offline_sync.changes import Change, check_id, plain_json
from offline_sync.errors import InvalidChange
from offline_sync.oplog import FeedEntry, OpState


class ConflictMoved(Exception):
    """The record was changed while somebody looked at its conflict: nothing was settled."""

    next_step = "Look at the values again; another person has changed them meanwhile."


@dataclass(frozen=True, slots=True)
class Version:
    """What one person set: the values by field, by whom (empty when that is not known here), and
    the wall time of the stamp, ms since 1970 UTC."""

    values: Mapping[str, object]
    ops: Mapping[str, str]  # per field, the op behind the value
    by: str
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """One field, or the fields of one group, of one record: what shows, and what does not."""

    record_type: str
    record_id: str
    policy: Merge
    shown: Version
    others: tuple[Version, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are settled together."""
        return tuple(self.shown.values)

    @property
    def can_be_settled(self) -> bool:
        """Whether this version knows the fields; if not, it shows them and leaves them alone."""
        known = CATALOGUE[self.record_type].by_name
        return all(name in known for name in self.fields)


_OPEN: Final = (
    'SELECT tbl, rid, field, loser_op, value, winner_op, "by", hlc, winner_by, winner_hlc'
    " FROM conflict AS lost WHERE NOT EXISTS (SELECT 1 FROM conflict_settled AS settled"
    # An own op that the hub keeps aside has settled nothing.
    f" LEFT JOIN op_out ON op_out.op_id = settled.op_id AND op_out.state = {OpState.QUARANTINED:d}"
    " WHERE settled.tbl = lost.tbl AND settled.rid = lost.rid AND settled.field = lost.field"
    " AND settled.loser_op = lost.loser_op AND op_out.op_id IS NULL)"
)


def open_conflicts(db: Database) -> list[OpenConflict]:
    """Every conflict that nobody has settled, by record. Works on a reader too.

    What lost in a record that this kiosk does not have, or cannot read, is not among them.
    """
    return _conflicts(db, db.query(f"{_OPEN} ORDER BY tbl, rid, field, hlc, loser_op"))


def conflicts_of(db: Database, record_type: str, record_id: str) -> list[OpenConflict]:
    """The conflicts of one record that nobody has settled. Works on a reader too."""
    rows = db.query(
        f"{_OPEN} AND tbl = ? AND rid = ? ORDER BY field, hlc, loser_op", [record_type, record_id]
    )
    return _conflicts(db, rows)


def settling(db: Database, conflict: OpenConflict, values: Mapping[str, object]) -> Change:
    """The change that lets `values` stand and settles the conflict; to be saved in the same
    transaction. `values` are those of one version, or others, for all fields of the conflict.

    Raises:
        ConflictMoved: what shows, or what lost, is not what was looked at any more.
        InvalidChange: this version does not know the field, or a value is missing.
    """
    if not conflict.can_be_settled or set(values) != set(conflict.fields):
        raise InvalidChange(f"A conflict is settled with a value for {', '.join(conflict.fields)}.")
    now = next(
        (
            one
            for one in conflicts_of(db, conflict.record_type, conflict.record_id)
            if one.fields == conflict.fields
        ),
        None,
    )
    if now is None or (now.shown, now.others) != (conflict.shown, conflict.others):
        raise ConflictMoved(ConflictMoved.next_step)
    settles = {
        name: losers
        for name in conflict.fields
        if (losers := [one.ops[name] for one in conflict.others if name in one.ops])
    }
    return Change(conflict.record_type, conflict.record_id, dict(values), settles)


# What the feed and the store do with conflicts.


def note(db: Database, entry: FeedEntry, now_ms: int) -> bool:
    """Keep values that lost; returns whether the entry had any."""
    rows = []
    for name, value in entry.fields.items():
        winner = entry.winners.get(name, "")
        rows.append(
            (
                *(entry.record_type, entry.record_id, name, entry.op_id),
                *(canonical_json(plain_json(value, name)), winner, now_ms),
                *(entry.by, entry.hlc, *entry.authors.get(winner, ("", ""))),
            )
        )
    db.conn.executemany(
        "INSERT INTO conflict (tbl, rid, field, loser_op, value, winner_op, arrived_ms,"
        ' "by", hlc, winner_by, winner_hlc)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " value = excluded.value, winner_op = excluded.winner_op,"
        " winner_by = excluded.winner_by, winner_hlc = excluded.winner_hlc, of_before = 0"
        " WHERE of_before = 1",
        rows,
    )
    return bool(rows)


def follow(db: Database, entry: FeedEntry, shown: Collection[str]) -> None:
    """What an edit of the feed means for conflicts: those that it settles, and who set the value
    that shows now beside those that stay open."""
    if entry.settles:
        close(db, entry.record_type, entry.record_id, entry.settles, entry.op_id)
    key = (entry.record_type, entry.record_id)
    if db.execute("SELECT 1 FROM conflict WHERE tbl = ? AND rid = ?", key).fetchone():
        db.conn.executemany(
            "UPDATE conflict SET winner_op = ?, winner_by = ?, winner_hlc = ?"
            " WHERE tbl = ? AND rid = ? AND field = ? AND loser_op <> ?",
            [
                (entry.op_id, entry.by, entry.hlc, *key, name, entry.op_id)
                for name in shown
                if name not in entry.winners
            ],
        )


def close(
    db: Database, record_type: str, record_id: str, settles: Mapping[str, Sequence[str]], by_op: str
) -> None:
    """These values were decided over by the op `by_op`, which may be known before they are."""
    db.conn.executemany(
        "INSERT INTO conflict_settled (tbl, rid, field, loser_op, op_id) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET op_id = excluded.op_id",
        [
            (record_type, record_id, name, check_id(loser, "An op id"), by_op)
            for name, losers in settles.items()
            for loser in losers
        ],
    )


def begin_history(db: Database) -> None:
    """The hub goes on as another history and tells anew what is in conflict, and what is settled.

    What lost of this kiosk's own, and nobody has settled, stays in sight until its op has a receipt
    again. What others have settled comes with their ops, if those are still anywhere.
    """
    db.execute("UPDATE conflict SET of_before = 1 WHERE loser_op IN (SELECT op_id FROM op_out)")
    db.execute(
        "DELETE FROM conflict WHERE of_before = 1 AND (tbl, rid, field, loser_op) NOT IN"
        f" (SELECT tbl, rid, field, loser_op FROM ({_OPEN}))"
    )
    db.execute("DELETE FROM conflict_settled WHERE op_id NOT IN (SELECT op_id FROM op_out)")


def come_again(db: Database, op_ids: Sequence[str]) -> None:
    """These ops come with the feed: if one has lost, the feed says so after it. What was kept of
    it before was of another history, in which it may not have lost."""
    if db.execute("SELECT 1 FROM conflict LIMIT 1").fetchone():
        db.execute(
            "DELETE FROM conflict WHERE loser_op IN (SELECT value FROM json_each(?))"
            # An own op whose receipt is still to come stays in sight until then.
            " AND NOT (of_before = 1 AND EXISTS (SELECT 1 FROM op_out"
            " WHERE op_out.op_id = conflict.loser_op AND op_out.state IN (0, 1, 4)))",
            (canonical_json(op_ids),),
        )


def have_receipts(db: Database, op_ids: Sequence[str]) -> None:
    """The hub has these own ops: what an earlier history said of them counts no more."""
    if db.execute("SELECT 1 FROM conflict LIMIT 1").fetchone():
        db.execute(
            "DELETE FROM conflict WHERE of_before = 1"
            " AND loser_op IN (SELECT value FROM json_each(?))",
            (canonical_json(op_ids),),
        )


def _conflicts(db: Database, rows: Iterable[Mapping[str, Any]]) -> list[OpenConflict]:
    units: dict[tuple[str, str, tuple[str, ...]], list[Mapping[str, Any]]] = {}
    for row in rows:
        record_type = CATALOGUE.get(row["tbl"])
        if record_type is not None and records.exists(db, record_type, row["rid"]):
            unit = (row["tbl"], row["rid"], record_type.unit(row["field"]))
            units.setdefault(unit, []).append(row)
    return [
        _conflict(db, CATALOGUE[name], record_id, fields, lost)
        for (name, record_id, fields), lost in units.items()
    ]


def _conflict(
    db: Database,
    record_type: RecordType,
    record_id: str,
    fields: tuple[str, ...],
    lost: Sequence[Mapping[str, Any]],
) -> OpenConflict:
    by_op: dict[str, list[Mapping[str, Any]]] = {}
    for row in lost:
        by_op.setdefault(row["loser_op"], []).append(row)
    others = tuple(
        Version(
            values={row["field"]: parse_json(row["value"]) for row in rows},
            ops={row["field"]: op_id for row in rows},
            by=rows[0]["by"],
            at_ms=_wall_ms(rows[0]["hlc"]),
        )
        for op_id, rows in by_op.items()
    )
    known = record_type.field(fields[0])
    policy = Merge.LAST_WRITE if known is None else known.merge
    shown = _shown(db, record_type, record_id, fields, lost)
    return OpenConflict(record_type.name, record_id, policy, shown, others)


def _shown(
    db: Database,
    record_type: RecordType,
    record_id: str,
    fields: tuple[str, ...],
    lost: Sequence[Mapping[str, Any]],
) -> Version:
    known = [name for name in fields if name in record_type.by_name]
    values = records.values(db, record_type, record_id, known) if known else {}
    if len(known) < len(fields):
        extra = records.unknown_fields(db, record_type, record_id)
        values |= {name: extra.get(name) for name in fields if name not in values}
    ops = records.shown_ops(db, record_type, record_id, fields)
    authors = {row["winner_op"]: (row["winner_by"], row["winner_hlc"]) for row in lost}
    last = max(
        (_author(db, op_id, authors) for op_id in set(ops.values())), key=_stamp, default=("", "")
    )
    return Version(values, ops, last[0], _wall_ms(last[1]))


def _author(db: Database, op_id: str, authors: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    own = db.execute('SELECT "by", hlc FROM op_out WHERE op_id = ?', (op_id,)).fetchone()
    return own or authors.get(op_id, ("", ""))


def _stamp(author: tuple[str, str]) -> str:
    return author[1]


def _wall_ms(hlc: str) -> int | None:
    return int(hlc.partition(".")[0], 16) if hlc else None
