"""Bugs planted in the real program, one at a time: what the search must be able to find.

Each is a mistake that sync programs have really made. A search that lets one of them through is
not worth its time; so each is found once, and the run that found it is kept and played for ever.
A mutant changes nothing on the disk and is gone when its block ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool

import hub.enrol_api
import hub.feed
import hub.merge
import hub.sequencer
import hub.sync_api
from hub.feed import Page
from hub.ledger import Delivery
from hub.merge import FieldValue, Merged
from hub.sequencer import Taken
from hub.set_based import Key
from offline_sync.catalogue import RecordType
from offline_sync.wire import OpLine, PoisonLine

Plant = Callable[[ExitStack], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A planted bug: its name, what it does wrong, and how it is planted."""

    name: str
    wrong: str
    plant: Plant

    @contextmanager
    def planted(self) -> Iterator[None]:
        with ExitStack() as stack:
            self.plant(stack)
            yield


MUTANTS: dict[str, Mutant] = {}


def _mutant(name: str, wrong: str) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        MUTANTS[name] = Mutant(name, wrong, plant)
        return plant

    return keep


def _put(stack: ExitStack, where: object, name: str, what: object) -> None:
    stack.enter_context(mock.patch.object(where, name, what))


def _nothing(*_: object, **__: object) -> None:
    return None


# The hub.


@_mutant("dedup_by_seq", "the hub takes an op whose number it knows for a repeated one")
def _dedup_by_seq(stack: ExitStack) -> None:
    take_whole = hub.sequencer._take_whole

    def take(
        connection: Connection, delivery: Delivery, lines: Sequence[OpLine | PoisonLine]
    ) -> Taken:
        rows = connection.exec_driver_sql(
            "SELECT seq, feed_seq FROM op WHERE stream = ?", (delivery.stream,)
        )
        known = {row[0]: row[1] for row in rows}
        taken = take_whole(connection, delivery, [one for one in lines if one.seq not in known])
        again = tuple((one.seq, known[one.seq]) for one in lines if one.seq in known)
        return replace(taken, acknowledged=tuple(sorted(taken.acknowledged + again)))

    _put(stack, hub.sequencer, "_take_whole", take)
    _put(stack, hub.sequencer, "refuse_fork", _nothing)
    _put(stack, hub.sequencer, "extended", lambda _connection, stream, _push: stream)


def _all_of(
    arriving: Mapping[str, FieldValue],
    base: Mapping[str, str | None],
    current: Mapping[str, FieldValue],
    record_type: RecordType | None,
) -> Merged:
    """The later value shows, whoever saw what; the other one is gone."""
    merged = hub.merge.merge(arriving, base, current, record_type)
    met = {conflict.field for conflict in merged.conflicts} | arriving.keys()
    applied, standing = dict(merged.applied), dict(merged.standing)
    for name in met & arriving.keys() & current.keys():
        later = max(arriving[name], current[name], key=hub.merge._time_order)
        won = later is arriving[name]
        (applied if won else standing)[name] = later
        (standing if won else applied).pop(name, None)
    return Merged(applied, standing, ())


@_mutant("blind_last_write", "the hub lets the later clock win, whatever the editor was looking at")
def _blind_last_write(stack: ExitStack) -> None:
    _put(stack, hub.sequencer, "merge", _all_of)


@_mutant("loser_dropped", "the hub keeps no value that lost")
def _loser_dropped(stack: ExitStack) -> None:
    def merge(*given: Any, **named: Any) -> Merged:
        return replace(hub.merge.merge(*given, **named), conflicts=())

    _put(stack, hub.sequencer, "merge", merge)


@_mutant("no_record_lock", "a hub process believes what it read of a record at an earlier push")
def _no_record_lock(stack: ExitStack) -> None:
    """What the lost update of two hub processes comes to: one decides on values that the other
    has changed since."""
    lock = hub.sequencer._lock
    read: WeakKeyDictionary[Pool, dict[Key, dict[str, FieldValue]]] = WeakKeyDictionary()

    def locked(connection: Connection, delivery: Delivery, ready: Sequence[Any]) -> Any:
        records = lock(connection, delivery, ready)
        known = read.setdefault(connection.engine.pool, {})
        for key in records.values:
            records.values[key] = known.setdefault(key, records.values[key])
        return records

    _put(stack, hub.sequencer, "_lock", locked)


@_mutant("no_hub_epoch", "a hub that was put back goes on as if nothing had happened")
def _no_hub_epoch(stack: ExitStack) -> None:
    from tests.faults.model import hub_side

    _put(stack, hub_side, "take_new_epoch", _nothing)
    _put(stack, hub.sync_api, "refuse_unknown_receipt", _nothing)
    _put(stack, hub.sync_api, "refuse_set_back", _nothing)
    _let_pages_be_believed(stack)


def _let_pages_be_believed(stack: ExitStack) -> None:
    """A cursor beyond the feed is taken for the end of it."""
    read_page = hub.feed.read_page

    def read(connection: Connection, bucket: str, epoch: str, after: int, *more: Any) -> Page:
        head = hub.feed._head(connection, bucket)
        return read_page(connection, bucket, epoch, min(after, head), *more)

    _put(stack, hub.sync_api, "read_page", read)
