"""What a kiosk sends about an erased record is not kept, and takes nothing from anybody else."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Engine, select, update

from hub import audit, tables
from hub.database import in_batch, reading
from hub.enrolment import EnrolledKiosk
from hub.erasure import mark
from hub.feed import read_page
from hub.sequencer import Taken
from tests.hub.logs import VILLAGE, OpLog
from tests.hub.test_erasure import NOW, RESIDENT, SECRET, erase_at, take, visit_of

GONE = "r-gone"
ELSEWHERE = EnrolledKiosk("kiosk-elsewhere", "elsewhere", "another village")
INTERVAL: dict[str, Any] = {
    "counter_id": "c", "starts_at": 0, "minutes": 15, "lane": 1, "direction": "inbound",
    "vehicles": 3, "coverage": 1.0,
}  # fmt: skip
NEWER = 99


def order_of_the_gone(engine: Engine) -> None:
    in_batch(engine, lambda connection: mark(connection, "resident", GONE, NOW))


def kept(engine: Engine, record_id: str) -> list[bool]:
    """Of each op of a record: whether its payload is here."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(tables.op.c.fields).where(tables.op.c.record_id == record_id)
        )
        return [row.fields is not None for row in rows]


def told(engine: Engine, village: str = VILLAGE) -> set[tuple[str, str, str]]:
    with reading(engine) as connection:
        lines = read_page(connection, village, "", 0).lines
    return {(line.kind, line.record_type, line.record_id) for line in lines}


def outcome(taken: Taken) -> tuple[int, int]:
    return len(taken.acknowledged), len(taken.quarantined)


def test_no_record_that_stands_is_erased_by_what_a_kiosk_sends_under_its_id(
    engine: Engine,
) -> None:
    for hostile in (OpLog(), OpLog(kiosk=ELSEWHERE)):
        honest = OpLog()
        resident, visit = f"r-{hostile.epoch}", f"v-{hostile.epoch}"
        honest.add("resident", resident, RESIDENT)
        honest.add("visit", visit, visit_of(resident))
        take(engine, honest)
        order_of_the_gone(engine)
        hostile.add("visit", resident, visit_of(GONE))
        hostile.add("resident", resident, {"resident_id": GONE}, version=NEWER)
        hostile.add("visit", visit, {"resident_id": GONE})
        hostile.add("visit", visit, visit_of(GONE))
        take(engine, hostile)
        later = honest.add("visit", f"{visit}-later", visit_of(resident))
        edit = honest.add("resident", resident, {"phone": "1"})
        assert outcome(take(engine, honest, honest.push(later, edit))) == (2, 0)
        assert kept(engine, f"{visit}-later") == [True]
        assert kept(engine, visit) == [True]
        assert kept(engine, resident).count(True) >= 2
        lost = {key for key in told(engine) if key[0] in ("erase", "forget")}
        assert not lost
        with reading(engine) as connection:
            assert {row.record_id for row in connection.execute(select(tables.erasure))} == {GONE}


def test_what_would_make_a_record_speak_of_an_erased_one_is_aside_without_payload(
    engine: Engine,
) -> None:
    log, hostile = OpLog(), OpLog()
    log.add("visit", "v-1", visit_of("r-1"))
    take(engine, log)
    order_of_the_gone(engine)
    hostile.add("visit", "v-1", {"resident_id": GONE, "note": SECRET})
    ((_, reason),) = take(engine, hostile).quarantined
    assert "speak of one that was erased" in reason
    assert take(engine, hostile).quarantined == ((1, reason),)  # the answer was lost
    with reading(engine) as connection:
        (raw,) = connection.execute(select(tables.quarantine.c.raw)).scalars()
    assert SECRET.encode() not in bytes(raw)


def test_a_record_that_one_kiosk_says_is_erased_may_still_come_from_another(
    engine: Engine,
) -> None:
    """Ids can be known beforehand: that of an interval follows from its counter and its time."""
    order_of_the_gone(engine)
    for hostile in (OpLog(), OpLog(kiosk=ELSEWHERE)):
        coming = f"next-{hostile.epoch}"
        hostile.add("vehicle_interval", coming, {}, erased=bytes(32))
        hostile.add("visit", f"{coming}-visit", visit_of(GONE))
        assert outcome(take(engine, hostile)) == (2, 0)
        assert kept(engine, f"{coming}-visit") == [False]
        honest = OpLog()
        honest.add("vehicle_interval", coming, INTERVAL)
        honest.add("visit", f"{coming}-visit", visit_of("r-1"))
        assert outcome(take(engine, honest)) == (2, 0)
        assert sorted(kept(engine, coming)) == [False, True]
        assert sorted(kept(engine, f"{coming}-visit")) == [False, True]
        assert {kind for kind, _, record_id in told(engine) if coming in record_id} <= {
            "put", "kept_out"
        }  # fmt: skip


def test_an_edit_of_another_kiosk_that_waits_keeps_what_it_says(engine: Engine) -> None:
    order_of_the_gone(engine)
    waits, hostile, honest = OpLog(), OpLog(), OpLog()
    waits.add("resident", "r-5", {"phone": "5"})
    take(engine, waits)
    hostile.add("resident", "r-5", {}, erased=bytes(32))
    take(engine, hostile)
    honest.add("resident", "r-5", RESIDENT)
    take(engine, honest)
    assert sorted(kept(engine, "r-5")) == [False, True, True]


def test_the_same_kiosk_keeps_nothing_of_it_in_its_next_stream_either(engine: Engine) -> None:
    order_of_the_gone(engine)
    log = OpLog()
    log.add("visit", "v-6", visit_of(GONE))
    take(engine, log)
    void = {"about_type": "visit", "about_id": "v-6", "reason": SECRET, "by": "w", "at": 3}
    for kiosk, is_kept in ((log.kiosk, False), (OpLog().kiosk, True)):
        later = OpLog(kiosk)
        later.add("void", f"x-{later.epoch}", void)
        take(engine, later)
        assert kept(engine, f"x-{later.epoch}") == [is_kept]


def test_an_order_takes_nothing_aside_that_says_whom_else_it_speaks_of(engine: Engine) -> None:
    hostile, honest = OpLog(), OpLog()
    hostile.add("visit", "v-1", visit_of(GONE))
    take(engine, hostile)
    honest.add("visit", "v-1", visit_of("r-1"))
    assert outcome(take(engine, honest)) == (0, 1)
    assert erase_at(engine, "resident", GONE).aside == ()


def test_an_erasure_that_comes_from_a_kiosk_is_noted_once(engine: Engine) -> None:
    order_of_the_gone(engine)
    log = OpLog()
    log.add("visit", "v-7", visit_of(GONE))
    log.add("staff", "s-7", {}, erased=bytes(32))
    take(engine, log)
    take(engine, log)
    with reading(engine) as connection:
        (note,) = audit.read(connection)
    assert (note.actor, note.action) == (log.kiosk.kiosk_id, "keep out")
    assert note.detail["records"] == ["staff s-7", "visit v-7"]
    assert SECRET not in json.dumps(note.detail, ensure_ascii=False)


def test_an_op_without_payload_settles_nothing_and_of_another_village_is_aside(
    engine: Engine,
) -> None:
    one, two, hostile = OpLog(), OpLog(), OpLog(kiosk=ELSEWHERE)
    one.add("resident", "r-1", RESIDENT)
    one.add("resident", "r-1", {"phone": "1"})
    loser = two.add("resident", "r-1", {"phone": "2"})
    take(engine, one)
    take(engine, two)
    with reading(engine) as connection:
        losers = list(connection.execute(select(tables.conflict.c.loser_op)).scalars())
    assert losers == [loser.op_id]
    for log, expected in ((hostile, (0, 1)), (OpLog(), (1, 0))):
        log.add("resident", "r-1", {}, settles={"phone": losers}, erased=bytes(32))
        assert outcome(take(engine, log)) == expected
    with reading(engine) as connection:
        assert set(connection.execute(select(tables.conflict.c.settled_by_op)).scalars()) == {None}
        assert not any(line.settles for line in read_page(connection, VILLAGE, "", 0).lines)


def test_an_order_finds_an_id_whose_letters_are_written_in_another_way(engine: Engine) -> None:
    log = OpLog()
    log.add("resident", "res-77", RESIDENT)
    log.add("visit", "v-1", visit_of("res-77"))
    take(engine, log)
    hidden = json.dumps(visit_of("res-77"), ensure_ascii=False).replace(
        "res-77", "res-\\u0037\\u0037"
    )
    in_batch(
        engine,
        lambda connection: connection.execute(
            update(tables.op).where(tables.op.c.record_id == "v-1").values(fields=hidden)
        ),
    )
    assert ("visit", "v-1") in erase_at(engine, "resident", "res-77").keys
    assert kept(engine, "v-1") == [False]


def test_an_order_takes_no_record_that_another_kiosk_made_speak_of_the_resident(
    engine: Engine,
) -> None:
    honest, hostile = OpLog(), OpLog()
    honest.add("resident", "r-1", RESIDENT)
    honest.add("visit", "v-1", visit_of("r-1"))
    honest.add("task_act", "t-1", {"act": "close", "about": "v-1", "acted_at": 3})
    honest.add("task_act", "t-2", {"act": "close", "acted_at": 3})
    take(engine, honest)
    hostile.add("resident", "r-1", {"resident_id": "r-2"}, version=NEWER)
    hostile.add("task_act", "t-2", {"resident_id": "r-2"})
    hostile.add("task_act", "v-1", {"act": "close", "resident_id": "r-2", "acted_at": 3})
    take(engine, hostile)
    assert erase_at(engine, "resident", "r-2").keys == {("task_act", "v-1")}
