"""Taking pushes on either database: each op once, in order, merged, numbered, or put aside."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, Table

from hub import tables
from hub.database import in_batch, reading
from hub.enrolment import EnrolledKiosk
from hub.feed import read_page
from hub.sequencer import Taken, take_push
from hub.standing import read_records
from hub.streams import StreamOfAnother
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.identity import new_random_id
from offline_sync.oplog import fields_digest
from offline_sync.reasons import Reason, reason_code
from offline_sync.wire import OpAbout, OpLine, Push, op_fields
from tests.hub.logs import VILLAGE, VISIT, WORKER, OpLog, as_written

RESIDENT: dict[str, Any] = {
    "name": {"family": "陳", "given": "美玲"},
    "preferred_address": "陳婆婆",
    "picture": "junk",
    "language": "zh_HK",
    "village": VILLAGE,
    "status": "active",
}


def take(engine: Engine, log: OpLog, push: Push, now_ms: int = 5) -> Taken:
    return in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, now_ms))


def rows(engine: Engine, table: Table) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(table.select()).all())


def count(engine: Engine, *of: Table) -> list[int]:
    return [len(rows(engine, table)) for table in of]


def standing(engine: Engine, record_type: str, record_id: str) -> dict[str, Any]:
    """Each value that stands in a record."""
    with reading(engine) as connection:
        (found,) = read_records(connection, [(record_type, record_id)])
    return {name: msgspec.json.decode(value) for name, value in found.values.items()}


@pytest.mark.parametrize("absurd", [-(2**62), 2**62])
def test_a_visit_of_an_impossible_year_is_put_aside_alone(engine: Engine, absurd: int) -> None:
    log = OpLog()
    log.add("visit", "v-1", VISIT | {"saved_at": absurd})
    log.add("visit", "v-2", VISIT)
    taken = take(engine, log, log.push())
    assert taken.acknowledged == ((2, 1),)
    ((number, reason),) = taken.quarantined
    assert (number, reason_code(reason)) == (1, Reason.IMPOSSIBLE_TIME)
    assert count(engine, tables.quarantine) == [1]


@pytest.mark.parametrize(
    ("record_type", "name", "given"),
    [
        ("visit", "é", {}),
        ("visit", "x\ny", {}),
        ("visit", "v" * 65, {}),
        ("visit", "v 1", {}),
        ("visit", "v-1", {"op_id": "x\n2026-11-25 INFO all is well\x1b[2J"}),
        ("visit", "v-1", {"by": "x\u009b31m"}),
        ("visit", "v-1", {"by": ""}),
        ("visit", "é", {"erased": b"\3" * 32}),
        ("garden plot", "g-1", {"version": CATALOGUE_VERSION + 1}),
    ],
)
def test_what_has_an_id_that_no_kiosk_can_keep_is_put_aside_alone(
    engine: Engine, record_type: str, name: str, given: dict[str, Any]
) -> None:
    log = OpLog()
    log.add(record_type, name, {} if "erased" in given else VISIT, **given)
    log.add("visit", "v-2", VISIT)
    taken = take(engine, log, log.push())
    assert taken.acknowledged == ((2, 1),)
    ((number, reason),) = taken.quarantined
    assert (number, reason_code(reason)) == (1, Reason.BAD_NAME)
    assert reason.isprintable()
    assert count(engine, tables.quarantine, tables.record) == [1, 1]
    again = take(engine, log, log.push())
    assert (again.acknowledged, again.quarantined) == (taken.acknowledged, taken.quarantined)


def test_ops_are_numbered_in_the_order_of_their_kiosk(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(3)
    taken = take(engine, log, log.push())
    assert taken.acknowledged == ((1, 1), (2, 2), (3, 3))
    assert taken.quarantined == ()
    assert taken.new == 3
    log.add_workers(1)
    assert take(engine, log, log.push(log.ops[3])).acknowledged == ((4, 4),)


def test_an_op_that_comes_again_is_acknowledged_again_and_changes_nothing(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(3)
    first = take(engine, log, log.push())
    before = [rows(engine, table) for table in (tables.op, tables.feed, tables.field_state)]
    again = take(engine, log, log.push(), now_ms=99)
    assert again.acknowledged == first.acknowledged
    assert again.new == 0
    after = [rows(engine, table) for table in (tables.op, tables.feed, tables.field_state)]
    assert after == before


def test_a_push_that_was_taken_in_part_is_taken_to_its_end(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(4)
    take(engine, log, log.push(*log.ops[:2]))
    taken = take(engine, log, log.push())
    assert taken.acknowledged == ((1, 1), (2, 2), (3, 3), (4, 4))
    assert taken.new == 2


def test_only_what_was_edited_keeps_a_state_of_its_own(engine: Engine) -> None:
    log = OpLog()
    log.add("visit", "v1", VISIT)
    first = log.add("resident", "r1", RESIDENT)
    take(engine, log, log.push())
    assert rows(engine, tables.field_state) == []
    log.add("resident", "r1", {"status": "moved"}, {"status": first.op_id})
    take(engine, log, log.push(log.ops[2]))
    assert [row.field for row in rows(engine, tables.field_state)] == ["status"]
    assert count(engine, tables.op, tables.record, tables.feed) == [3, 2, 3]


@pytest.mark.parametrize("together", [True, False])
def test_what_is_written_once_is_never_rewritten(engine: Engine, together: bool) -> None:
    log = OpLog()
    log.add("visit", "v1", VISIT)
    log.add("visit", "v1", {"note": "另一"})
    log.add("visit", "v1", {"note": VISIT["note"], "promise": "帶藥"})
    log.add("visit", "v1", {"promise": "不帶藥"})
    if together:
        taken = [take(engine, log, log.push())]
    else:
        taken = [take(engine, log, log.push(op)) for op in log.ops]
    assert [seq for one in taken for seq, _ in one.acknowledged] == [1, 3]
    reasons = [pair for one in taken for pair in one.quarantined]
    assert [seq for seq, _ in reasons] == [2, 4]
    assert {reason_code(reason) for _, reason in reasons} == {Reason.REWRITTEN}


def test_an_edit_that_saw_what_stands_is_no_conflict(engine: Engine) -> None:
    log = OpLog()
    first = log.add("resident", "r1", RESIDENT)
    second = log.add("resident", "r1", {"phone": "2000 0000"}, {})
    log.add("resident", "r1", {"phone": "2111 1111"}, {"phone": second.op_id})
    log.add("resident", "r1", {"status": "moved"}, {"status": first.op_id})
    take(engine, log, log.push(*log.ops[:3]))
    take(engine, log, log.push(log.ops[3]))
    assert count(engine, tables.conflict) == [0]
    stands = standing(engine, "resident", "r1")
    assert (stands["phone"], stands["status"]) == ("2111 1111", "moved")


def test_two_edits_of_one_value_are_both_kept(engine: Engine) -> None:
    one, other = OpLog(), OpLog()
    first = one.add("resident", "r1", RESIDENT)
    take(engine, one, one.push())
    base = {"status": first.op_id}
    one.add("resident", "r1", {"status": "moved"}, base)
    other.add("resident", "r1", {"status": "died"}, base, hlc=f"{900:012x}.00000000")
    take(engine, one, one.push(one.ops[1]))
    take(engine, other, other.push())
    (conflict,) = rows(engine, tables.conflict)
    assert (conflict.value, conflict.winner_op) == ('"moved"', other.ops[0].op_id)
    assert standing(engine, "resident", "r1")["status"] == "died"
    kinds = [row.kind for row in sorted(rows(engine, tables.feed), key=lambda row: row.seq)]
    assert kinds == ["put", "put", "put", "conflict"]


def test_an_edit_of_a_record_that_is_not_here_is_put_aside(engine: Engine) -> None:
    log = OpLog()
    log.add("staff", "s1", {"status": "left"})
    log.add("staff", "s1", WORKER)
    log.add("staff", "s2", {"status": "left"})
    taken = take(engine, log, log.push())
    assert taken.acknowledged == ((2, 1),)
    assert [reason_code(reason) for _, reason in taken.quarantined] == [Reason.MISSING_FIELD] * 2
    # The first one waited for its record, which came with the second: it was taken after it.
    assert count(engine, tables.record, tables.op, tables.quarantine) == [1, 2, 1]


def test_a_record_of_another_village_is_left_alone(engine: Engine) -> None:
    here = OpLog()
    there = OpLog(EnrolledKiosk(new_random_id(), "two", "大澳"))
    here.add("staff", "s1", WORKER)
    there.add("staff", "s1", WORKER)
    take(engine, here, here.push())
    taken = take(engine, there, there.push())
    assert taken.acknowledged == ()
    assert reason_code(taken.quarantined[0][1]) == Reason.OTHER_VILLAGE


def test_another_op_under_a_known_id_is_put_aside_and_kept_once(engine: Engine) -> None:
    log, other = OpLog(), OpLog()
    first = log.add("staff", "s1", WORKER)
    take(engine, log, log.push())
    other.add("staff", "s1", WORKER, op_id=first.op_id)
    for _ in range(2):
        taken = take(engine, other, other.push())
        assert taken.acknowledged == ()
        assert reason_code(taken.quarantined[0][1]) == Reason.SAME_ID_OTHER_CONTENT
    assert count(engine, tables.op, tables.quarantine) == [1, 1]


def test_two_ops_of_one_push_under_one_id_are_told_apart(engine: Engine) -> None:
    log = OpLog()
    first = log.add("staff", "s1", WORKER)
    log.add("staff", "s1", WORKER, op_id=first.op_id)
    log.add("staff", "s1", WORKER | {"role": "volunteer"}, op_id=first.op_id)
    push = log.push()
    twins = tuple(
        msgspec.structs.replace(line, hlc=push.lines[0].hlc, about=push.lines[0].about)
        for line in push.lines
        if isinstance(line, OpLine)
    )
    taken = take(engine, log, as_written(push, twins))
    assert taken.acknowledged == ((1, 1), (2, 1))
    assert [seq for seq, _ in taken.quarantined] == [3]
    assert count(engine, tables.op, tables.op_alias, tables.quarantine) == [1, 1, 1]


def test_a_stream_of_another_kiosk_is_refused(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(1)
    take(engine, log, log.push())
    stolen = OpLog(EnrolledKiosk(new_random_id(), "two", VILLAGE), log.origin)
    stolen.add_workers(1)
    with pytest.raises(StreamOfAnother):
        take(engine, stolen, stolen.push())
    assert count(engine, tables.op, tables.origin) == [1, 1]


def test_an_op_whose_fields_were_erased_is_kept_without_them(engine: Engine) -> None:
    log = OpLog()
    log.add("staff", "s1", WORKER)
    erased = fields_digest("op2", {"status": "left"})
    log.add("staff", "s1", {}, op_id="op2", erased=erased)
    take(engine, log, log.push(log.ops[0]))
    taken = take(engine, log, log.push(log.ops[1]))
    assert taken.acknowledged == ((2, 2),)
    kept = {row.op_id: row for row in rows(engine, tables.op)}["op2"]
    assert (kept.fields, kept.erased) == (None, erased.hex())
    with reading(engine) as connection:
        line = read_page(connection, VILLAGE, "", 0).lines[1]
    assert (line.op_id, line.fields) == ("op2", {})
    assert standing(engine, "staff", "s1")["status"] == "active"


def test_an_op_that_came_before_its_fields_were_erased_is_known(engine: Engine) -> None:
    log = OpLog()
    op = log.add("staff", "s1", WORKER)
    take(engine, log, log.push())
    blank = msgspec.structs.replace
    (line,) = log.push().lines
    assert isinstance(line, OpLine)
    about = blank(line.about, erased=fields_digest(op.op_id, op_fields(line)).hex())
    again = blank(line, fields=msgspec.Raw(b"null"), about=about)
    taken = take(engine, log, Push(log.push().header, (again,), log.push().said))
    assert (taken.acknowledged, taken.new) == (((1, 1),), 0)


def test_a_letter_that_not_every_database_keeps_harms_only_its_own_op(engine: Engine) -> None:
    log = OpLog()
    log.add("staff", "s\0", WORKER)
    log.add("staff", "s2", WORKER, by="w\0")
    log.add("staff", "s3", WORKER | {"name": "黃\0詠詩"})
    log.add("staff", "s4", WORKER | {"shoe\0size": 38}, version=CATALOGUE_VERSION + 1)
    log.add("staff", "s4", {"shoe\0size": 39}, version=CATALOGUE_VERSION + 1)
    log.add("staff", "s6", WORKER)
    taken = take(engine, log, log.push())
    acknowledged = [seq for seq, _ in taken.acknowledged]
    aside = {seq: reason_code(reason) for seq, reason in taken.quarantined}
    assert sorted([*acknowledged, *aside]) == [1, 2, 3, 4, 5, 6]
    assert (aside[1], aside[2]) == (Reason.UNREADABLE, Reason.UNREADABLE)
    assert acknowledged[:1] == [3]
    assert acknowledged[-1:] == [6]
    assert standing(engine, "staff", "s3")["name"] == "黃\0詠詩"


def test_an_op_that_the_database_cannot_hold_is_put_aside_alone(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    log = OpLog()
    log.add_workers(3)
    push = log.push()
    bad = push.lines[1]
    assert isinstance(bad, OpLine)
    about = OpAbout("w1", 1, 2**63, 1, "boot")  # as the decoder would never let it through
    lines = (push.lines[0], msgspec.structs.replace(bad, about=about), push.lines[2])
    for _ in range(2):
        taken = take(engine, log, as_written(push, lines))
        assert taken.acknowledged == ((1, 1), (3, 2))
        assert [seq for seq, _ in taken.quarantined] == [2]
        assert reason_code(taken.quarantined[0][1]) == Reason.UNREADABLE
        assert count(engine, tables.op, tables.feed, tables.record) == [2, 2, 2]
        assert count(engine, tables.quarantine) == [1]
    assert bad.op_id in caplog.text
    assert "黃詠詩" not in caplog.text
