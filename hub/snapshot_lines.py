"""What a village's snapshot holds, and in which order: what is needed first comes first.

Staff, and what was declared void; then the residents, each with the last visit and what was done
about it since; then everything else, newest first. Whoever is overdue or due within SOON comes
soonest first, so the list of who is due is whole from its top on while the rest still comes. The
others come in the order of their ids: a kiosk then writes one page of its indexes after the other,
instead of any of them for each resident. Memory grows with the number of residents, never with the
length of their history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from hub.ledger import CONFLICT, ERASE, PUT
from hub.standing import (
    Key,
    Standing,
    erased_at_once,
    first_values,
    ids_of_type,
    newest_first,
    pages,
    read_records,
    read_type,
)
from offline_sync.answers import FeedLine
from offline_sync.catalogue import CATALOGUE, RESIDENT, STAFF, TASK_ACT, VISIT, VOID
from offline_sync.frames import MAX_SAMPLE_BYTES

SOON: Final = timedelta(days=10)
"""A kiosk asks for a week; the file may be a day old, and a slow fill takes one more."""

_encoder: Final = msgspec.json.Encoder()
_FIRST: Final = (STAFF.name, VOID.name)
_SAMPLES: Final = 8
_NEVER: Final = "9999"  # after every date


@dataclass(slots=True)
class _Due:
    """What the list of who is due needs of one resident."""

    saved_at: int = -1
    visit_id: str = ""
    next_on: str = _NEVER
    acts: tuple[str, ...] = ()


def snapshot_lines(connection: Connection, bucket: str, now_ms: int) -> Iterator[bytes]:
    """The lines of a village's snapshot between the header and the end; `now_ms` (ms since 1970)
    says who is due soon."""
    for first in _FIRST:
        for one in read_type(connection, bucket, first):
            yield from lines_of(one)
    due = _who_is_due(connection, bucket)
    sent: set[Key] = set()
    for page in pages(_due_keys(due, _soon(now_ms))):
        sent.update(page)
        for one in read_records(connection, page):
            yield from lines_of(one)
    rest = (
        key for key in newest_first(connection, bucket) if key[0] not in _FIRST and key not in sent
    )
    for page in pages(rest):
        for one in read_records(connection, page):
            yield from lines_of(one)
    for one in erased_at_once(connection, bucket):
        yield from lines_of(one)


def sample_lines(connection: Connection, bucket: str) -> list[bytes]:
    """Some lines of each type that the village has, as many as a header may bring."""
    found: list[bytes] = []
    size = 0
    for name in CATALOGUE:
        ids = ids_of_type(connection, bucket, name, _SAMPLES)
        for one in read_records(connection, [(name, record_id) for record_id in ids]):
            for line in lines_of(one):
                size += len(line) + 1
                if size > MAX_SAMPLE_BYTES // 2:
                    return found
                found.append(line)
    return found


def lines_of(one: Standing) -> Iterator[bytes]:
    """A record as lines of the feed: all its values, per field the op behind it, and the values
    that lost. One that was erased says so: a kiosk may still have it."""
    winners = {name: op_id for name, op_id in one.ops.items() if op_id != one.first_op}
    yield _encoder.encode(
        FeedLine(
            seq=one.seq,
            kind=one.kind or (PUT if one.values else ERASE),
            op_id=one.first_op if _first_op_counts(one, winners) else "",
            origin="",
            record_type=one.record_type,
            record_id=one.record_id,
            fields=one.values,
            winners=winners,
            hlc="",
            by="",
            version=one.version,
            settles=one.settled,
        )
    )
    for lost in one.lost:
        yield _encoder.encode(
            FeedLine(
                seq=lost.seq,
                kind=CONFLICT,
                op_id=lost.op_id,
                origin="",
                record_type=one.record_type,
                record_id=one.record_id,
                fields={lost.name: lost.value},
                winners={lost.name: lost.winner},
                hlc=lost.author[1],
                by=lost.author[0],
                version=one.version,
                authors={lost.winner: lost.winner_author},
            )
        )


def _first_op_counts(one: Standing, winners: dict[str, str]) -> bool:
    """Whether a kiosk has to know the first op. It names it only when a field that it set is
    edited; of observations, the most of all records, that is never so, and ids do not pack."""
    known = CATALOGUE.get(one.record_type)
    if known is None or not one.values:
        return True
    return any(name not in winners and name not in known.once for name in one.values)


def _soon(now_ms: int) -> str:
    """The last civil date that counts as soon."""
    return (datetime.fromtimestamp(now_ms / 1000, UTC) + SOON).date().isoformat()


def _due_keys(due: dict[str, _Due], soon: str) -> Iterator[Key]:
    def place(item: tuple[str, _Due]) -> tuple[str, int, str]:
        resident_id, one = item
        is_soon = one.next_on <= soon
        return (one.next_on, -one.saved_at, resident_id) if is_soon else (_NEVER, 0, resident_id)

    for resident_id, one in sorted(due.items(), key=place):
        yield RESIDENT.name, resident_id
        if one.visit_id:
            yield VISIT.name, one.visit_id
        for act_id in one.acts:
            yield TASK_ACT.name, act_id


def _who_is_due(connection: Connection, bucket: str) -> dict[str, _Due]:
    due = {found: _Due() for found in ids_of_type(connection, bucket, RESIDENT.name)}
    ended = _ended_visits(connection, bucket)
    for visit_id, visit in first_values(connection, bucket, VISIT.name):
        resident = due.get(_text(visit, "resident_id"))
        saved_at = _number(visit, "saved_at")
        if resident is not None and saved_at > resident.saved_at and visit_id not in ended:
            resident.saved_at = saved_at
            resident.visit_id = visit_id
            resident.next_on = _text(visit, "next_visit_on") or _NEVER
    for act_id, act in first_values(connection, bucket, TASK_ACT.name):
        resident = due.get(_text(act, "resident_id"))
        if resident is not None and (
            _number(act, "acted_at") >= resident.saved_at
            or _text(act, "about") == resident.visit_id
        ):
            resident.acts += (act_id,)
    return due


def _ended_visits(connection: Connection, bucket: str) -> set[str]:
    """Visits that were declared void, or that another one was written in the place of."""
    ended = {
        _text(void, "about_id")
        for _, void in first_values(connection, bucket, VOID.name)
        if _text(void, "about_type") == VISIT.name
    }
    for _, visit in first_values(connection, bucket, VISIT.name, naming="corrects"):
        ended.add(_text(visit, "corrects"))
    return ended


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _number(values: dict[str, Any], name: str) -> int:
    value = values.get(name)
    return value if isinstance(value, int) else 0
