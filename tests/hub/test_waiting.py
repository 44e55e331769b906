"""An edit may come before the record that it edits: it waits, and is taken with the record."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from hub.database import in_batch, reading
from hub.enrolment import EnrolledKiosk
from hub.feed import read_page
from hub.sequencer import Taken, take_push
from hub.standing import read_records
from offline_sync.reasons import Reason, reason_code
from offline_sync.wire import Push
from tests.hub.logs import VILLAGE, WORKER, OpLog

OTHER_VILLAGE = "白石村"


def take(engine: Engine, log: OpLog, push: Push) -> Taken:
    return in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, 5))


def standing(engine: Engine, record_id: str) -> dict[str, Any]:
    with reading(engine) as connection:
        (found,) = read_records(connection, [("staff", record_id)])
    return {name: msgspec.json.decode(value) for name, value in found.values.items()}


def feed_ops(engine: Engine, village: str = VILLAGE) -> list[tuple[int, str]]:
    with reading(engine) as connection:
        return [(line.seq, line.op_id) for line in read_page(connection, village, "", 0).lines]


def aside(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT op_id FROM quarantine").scalars())


def test_an_edit_that_came_before_its_record_is_taken_when_the_record_begins(
    engine: Engine,
) -> None:
    one, other = OpLog(), OpLog()
    begins = one.add("staff", "s-1", WORKER)
    first = other.add("staff", "s-1", {"name": "李"}, {"name": begins.op_id})
    second = other.add("staff", "s-1", {"name": "王"}, {"name": first.op_id})
    early = take(engine, other, other.push())
    assert [reason_code(why) for _, why in early.quarantined] == [Reason.MISSING_FIELD] * 2
    assert feed_ops(engine) == []

    assert take(engine, one, one.push()).acknowledged == ((1, 1),)

    assert standing(engine, "s-1")["name"] == "王"
    assert feed_ops(engine) == [(1, begins.op_id), (2, first.op_id), (3, second.op_id)]
    assert aside(engine) == []
    again = take(engine, other, other.push())
    assert (again.acknowledged, again.quarantined, again.new) == (((1, 2), (2, 3)), (), 0)


def test_an_edit_of_another_village_that_waited_is_put_aside_for_what_it_is(
    engine: Engine,
) -> None:
    one, other = OpLog(), OpLog(EnrolledKiosk("k-2", "two", OTHER_VILLAGE))
    begins = one.add("staff", "s-1", WORKER)
    edit = other.add("staff", "s-1", {"name": "李"}, {"name": begins.op_id})
    take(engine, other, other.push())
    take(engine, one, one.push())
    assert standing(engine, "s-1")["name"] == WORKER["name"]
    assert aside(engine) == [edit.op_id]
    (_, why), *more = take(engine, other, other.push()).quarantined
    assert not more
    assert reason_code(why) == Reason.OTHER_VILLAGE


def test_what_waits_for_one_record_is_not_taken_with_another(engine: Engine) -> None:
    one, other = OpLog(), OpLog()
    begins = one.add("staff", "s-1", WORKER)
    edit = other.add("staff", "s-2", {"name": "李"}, {"name": begins.op_id})
    take(engine, other, other.push())
    take(engine, one, one.push())
    assert aside(engine) == [edit.op_id]


@pytest.mark.parametrize("in_one_push", [True, False])
def test_two_edits_that_waited_and_did_not_see_one_another_are_in_conflict(
    engine: Engine, in_one_push: bool
) -> None:
    one, other = OpLog(), OpLog()
    begins = one.add("staff", "s-1", WORKER)
    seen = {"name": begins.op_id}
    mine = one.add("staff", "s-1", {"name": "陳"}, seen)
    theirs = other.add("staff", "s-1", {"name": "李"}, seen)
    take(engine, other, other.push())
    if in_one_push:
        take(engine, one, one.push())
    else:
        take(engine, one, one.push(begins))
        take(engine, one, one.push(mine))
    with engine.connect() as connection:
        lost = connection.exec_driver_sql("SELECT loser_op, winner_op FROM conflict").all()
    assert {frozenset(row) for row in lost} == {frozenset((mine.op_id, theirs.op_id))}
