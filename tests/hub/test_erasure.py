"""What is erased at the hub is gone from every table, and what proves that it was here stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, LargeBinary, Text, select

from hub import tables
from hub.chain import Walk, claims, kept_lines
from hub.database import in_batch, reading
from hub.erasure import ORDER, PERIOD, erase, keep_others_out, mark, places
from hub.erasure_search import Found, find
from hub.feed import read_page
from hub.ledger import ERASE, KEPT_OUT
from hub.sequencer import Taken, take_push
from offline_sync.erasure import FORGET
from offline_sync.oplog import CHAIN_START, OutgoingOp, fields_digest
from offline_sync.wire import OpLine, Push
from tests.hub.logs import VILLAGE, VISIT, OpLog

NAME = "陳美玲"
RESIDENT: dict[str, Any] = {
    "name": {"family": "陳", "given": "美玲", "romanised": NAME},
    "preferred_address": NAME,
    "picture": "junk",
    "language": "zh_HK",
    "village": VILLAGE,
    "status": "active",
}
SECRET = "安眠藥"
NOW = 9_000


def visit_of(resident_id: str) -> dict[str, Any]:
    return VISIT | {"resident_id": resident_id, "note": SECRET}


def take(engine: Engine, log: OpLog, push: Push | None = None) -> Taken:
    return in_batch(
        engine, lambda connection: take_push(connection, log.kiosk, push or log.push(), 5)
    )


def erase_at(engine: Engine, record_type: str, record_id: str, why: str = ORDER) -> Found:
    def job(connection: Any) -> Found:
        keep_others_out(connection)
        found = find(connection, record_type, record_id)
        erase(connection, found, why, NOW, (record_type, record_id))
        mark(connection, record_type, record_id, NOW)
        return found

    return in_batch(engine, job)


def all_text(engine: Engine) -> str:
    """Every text and every byte of the database."""

    def cells() -> Iterator[str]:
        with reading(engine) as connection:
            for table in tables.metadata.sorted_tables:
                columns = [
                    column
                    for column in table.columns
                    if isinstance(column.type, Text | LargeBinary)
                ]
                for row in connection.execute(select(*columns)):
                    for cell in row:
                        yield bytes(cell).decode() if isinstance(cell, bytes) else str(cell)

    return "\n".join(cells())


def a_village(engine: Engine) -> tuple[OpLog, OpLog]:
    """Two kiosks that know of one resident: edits, a conflict, a void, and changes set aside."""
    log, other = OpLog(), OpLog()
    first = log.add("resident", "r-1", RESIDENT)
    log.add("visit", "v-1", visit_of("r-1"))
    log.add("visit", "v-2", visit_of("r-2"))
    log.add("resident", "r-2", RESIDENT | {"preferred_address": "黃伯"})
    log.add(
        "void", "x-1",
        {"about_type": "visit", "about_id": "v-1", "reason": SECRET, "by": "w", "at": 3},
    )  # fmt: skip
    log.add("horoscope", "h-1", {"resident_id": "r-1", "sign": SECRET})
    take(engine, log)
    base = {"preferred_address": first.op_id}
    log.add("resident", "r-1", {"preferred_address": f"{NAME}一"}, base)
    other.add("resident", "r-1", {"preferred_address": f"{NAME}二"}, base)
    other.add("visit", "v-1", {"note": f"{SECRET}，改過"})
    take(engine, log, log.push(log.ops[-1]))
    take(engine, other)
    return log, other


def test_everything_that_speaks_of_a_resident_is_found(engine: Engine) -> None:
    a_village(engine)
    with reading(engine) as connection:
        found = find(connection, "resident", "r-1")
        nobody = find(connection, "resident", "r-9")
    assert found.keys == {("resident", "r-1"), ("visit", "v-1"), ("void", "x-1")}
    assert found.counts() == {"resident": 1, "visit": 1, "void": 1, "set aside": 2}
    assert nobody == Found(frozenset())


def test_no_value_of_an_erased_resident_is_left_in_any_table(engine: Engine) -> None:
    a_village(engine)
    with reading(engine) as connection:
        others = connection.execute(
            select(tables.op.c.fields).where(tables.op.c.record_id.in_(["v-2", "r-2"]))
        ).all()
    erase_at(engine, "resident", "r-1")
    left = all_text(engine)
    for fields in others:
        left = left.replace(fields.fields, "")
    assert NAME not in left
    assert SECRET not in left
    assert set(places()) <= {"snapshots", *tables.metadata.tables}


def test_chains_hold_and_nothing_is_missing_after_an_erasure(engine: Engine) -> None:
    log, other = a_village(engine)
    erase_at(engine, "resident", "r-1")
    for one in (log, other):
        with reading(engine) as connection:
            stream = connection.execute(
                select(tables.origin.c.stream).where(tables.origin.c.epoch == one.epoch)
            ).scalar_one()
            lines = list(kept_lines(connection, stream, 1, len(one.ops)))
            said = {seq: claim.chain for seq, claim in claims(connection, stream, 1).items()}
        walk = Walk(0, CHAIN_START)
        walk.go_on(lines, said | {len(one.ops): one.chains[-1].hex()})
        assert [line.seq for line in lines] == [op.seq for op in one.ops]
        assert (walk.seq, walk.chain) == (len(one.ops), one.chains[-1])


def test_the_village_is_told_and_reads_no_value(engine: Engine) -> None:
    a_village(engine)
    with reading(engine) as connection:
        before = read_page(connection, VILLAGE, "", 0)
    erase_at(engine, "resident", "r-1")
    with reading(engine) as connection:
        whole = read_page(connection, VILLAGE, "", 0)
        news = read_page(connection, VILLAGE, before.hub_epoch, before.next_after)
    assert {(line.kind, line.record_id) for line in news.lines} == {
        (FORGET, "r-1"), (ERASE, "v-1"), (ERASE, "x-1")
    }  # fmt: skip
    assert [line.seq for line in whole.lines] == list(range(1, whole.next_after + 1))
    for line in whole.lines:
        if line.record_id not in ("v-2", "r-2"):
            assert (line.fields, line.winners) == ({}, {})
            assert line.kind in (ERASE, FORGET)


def test_an_erasure_that_is_asked_for_again_changes_nothing(engine: Engine) -> None:
    a_village(engine)
    erase_at(engine, "resident", "r-1")
    before = all_text(engine)
    again = erase_at(engine, "resident", "r-1")
    with reading(engine) as connection:
        assert read_page(connection, VILLAGE, "", 0).next_after == 11
    assert again.aside == ()
    assert all_text(engine).splitlines() == before.splitlines()


@pytest.mark.parametrize("erased_there", [False, True])
def test_a_kiosk_that_was_away_is_acknowledged_and_its_payload_is_not_kept(
    engine: Engine, erased_there: bool
) -> None:
    log, other = a_village(engine)
    erase_at(engine, "resident", "r-1")
    known = replace(log.ops[1])
    if erased_there:
        known = replace(known, fields={}, erased=fields_digest(known.op_id, known.fields))
    other.add("visit", "v-3", visit_of("r-1"))
    other.add("resident", "r-1", {"phone": NAME})
    other.add("void", "x-2", {
        "about_type": "visit", "about_id": "v-3", "reason": SECRET, "by": "w", "at": 3,
    })  # fmt: skip
    assert len(take(engine, log, log.push(known)).acknowledged) == 1
    late = other.push(*other.ops[2:])
    taken = take(engine, other, late)
    assert [seq for seq, _ in taken.acknowledged] == [op.seq for op in other.ops[2:]]
    with reading(engine) as connection:
        rows = connection.execute(
            select(tables.op).where(tables.op.c.op_id.in_([op.op_id for op in other.ops[2:]]))
        ).all()
        kinds = connection.execute(
            select(tables.feed.c.kind).where(
                tables.feed.c.op_id.in_([op.op_id for op in other.ops[2:]])
            )
        ).scalars()
        # What was ordered is said to everybody, what was made new to the kiosk that made it.
        assert sorted(kinds) == [FORGET, KEPT_OUT, KEPT_OUT]
    assert {row.fields for row in rows} == {None}
    digests = {op.op_id: fields_digest(op.op_id, op.fields).hex() for op in other.ops[2:]}
    assert {row.op_id: row.erased for row in rows} == digests
    # The answer was lost: the same comes again.
    assert take(engine, other, late).acknowledged == taken.acknowledged


def test_an_erasure_makes_no_push_read_that_has_nothing_to_do_with_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, other = a_village(engine)
    erase_at(engine, "resident", "r-1")
    log.add("visit", "v-8", visit_of("r-8"))

    def no_values(_line: OpLine) -> Any:
        raise AssertionError("all its values are read")

    monkeypatch.setattr("hub.kept_out.op_fields", no_values, raising=False)
    assert len(take(engine, log, log.push(log.ops[-1])).acknowledged) == 1
    other.add("visit", "v-9", visit_of("r-1"))
    take(engine, other, other.push(other.ops[-1]))
    with reading(engine) as connection:
        kept = connection.execute(select(tables.op.c.record_id, tables.op.c.fields)).all()
    assert {row.record_id: row.fields is None for row in kept}["v-8"] is False
    assert {row.record_id: row.fields is None for row in kept}["v-9"] is True


def test_what_was_set_aside_and_erased_is_known_when_it_comes_again(engine: Engine) -> None:
    log, other = a_village(engine)
    erase_at(engine, "resident", "r-1")
    taken = take(engine, other, other.push(other.ops[1]))
    again = take(engine, log, log.push(log.ops[5]))
    assert [seq for seq, _ in (*taken.quarantined, *again.quarantined)] == [2, 6]
    with reading(engine) as connection:
        besides = connection.execute(select(tables.quarantine.c.beside)).scalars().all()
    assert besides == ["", ""]


def test_a_period_takes_the_record_alone_and_not_what_speaks_of_it(engine: Engine) -> None:
    log, _ = a_village(engine)

    def job(connection: Any) -> None:
        erase(connection, Found(frozenset({("visit", "v-1")})), PERIOD, NOW)

    in_batch(engine, job)
    log.add("void", "x-5", {
        "about_type": "visit", "about_id": "v-1", "reason": "later", "by": "w", "at": 3,
    })  # fmt: skip
    take(engine, log, log.push(log.ops[-1]))
    with reading(engine) as connection:
        kept = connection.execute(
            select(tables.op.c.record_id).where(
                tables.op.c.record_type == "void", tables.op.c.fields.is_not(None)
            )
        ).scalars()
        assert set(kept) == {"x-1", "x-5"}


def test_an_op_without_payload_ends_no_record_that_stands(engine: Engine) -> None:
    log, other = a_village(engine)
    gone: OutgoingOp = other.add(
        "resident", "r-2", {}, {"preferred_address": "x"}, erased=bytes(32)
    )
    assert len(take(engine, other, other.push(gone)).acknowledged) == 1
    with reading(engine) as connection:
        kind = connection.execute(
            select(tables.feed.c.kind).where(tables.feed.c.op_id == gone.op_id)
        ).scalar_one()
        erased = connection.execute(select(tables.erasure)).all()
    assert (kind, erased) == ("put", [])
    assert log.kiosk != other.kiosk


def test_an_edit_that_waited_for_a_record_which_comes_erased_keeps_nothing(engine: Engine) -> None:
    in_batch(engine, lambda connection: mark(connection, "resident", "r1", NOW))
    one, other = OpLog(), OpLog()
    begins = one.add("visit", "v1", visit_of("r1"))
    other.add("visit", "v1", {"next_visit_on": SECRET}, {"next_visit_on": begins.op_id})
    early = take(engine, other)
    assert [seq for seq, _ in early.quarantined] == [1]
    take(engine, one)
    assert SECRET not in all_text(engine)
    again = take(engine, other)
    assert ([seq for seq, _ in again.acknowledged], again.quarantined) == ([1], ())
