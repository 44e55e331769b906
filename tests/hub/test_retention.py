"""Periods end at the hub by the catalogue, each from the record's own time, counted and noted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from hub import audit, retention, tables
from hub.database import in_batch, reading
from hub.retention import Over, TooMuchAtOnce, end_periods, periods_over
from hub.sequencer import take_push
from offline_sync.periods import DAY_MS
from tests.hub.logs import VISIT, WORKER, OpLog

THEN = 1_795_305_600_000
CARE = 7 * 366 * DAY_MS
RESIDENT: dict[str, Any] = {
    "name": {"family": "陳", "given": "美玲"},
    "preferred_address": "陳婆婆",
    "picture": "junk",
    "language": "zh_HK",
    "village": "坑口村",
    "status": "active",
}


def visit(resident_id: str, saved_at: int) -> dict[str, Any]:
    return VISIT | {"resident_id": resident_id, "started_at": saved_at, "saved_at": saved_at}


def take(engine: Engine, log: OpLog, now_ms: int) -> None:
    with reading(engine) as connection:
        known = set(connection.execute(select(tables.op.c.op_id)).scalars())
    new = [op for op in log.ops if op.op_id not in known]
    in_batch(engine, lambda connection: take_push(connection, log.kiosk, log.push(*new), now_ms))


def over(engine: Engine, now_ms: int) -> set[tuple[str, str]]:
    with reading(engine) as connection:
        return set(periods_over(connection, now_ms).found.keys)


def end(engine: Engine, now_ms: int, confirmed: int | None = None) -> Over:
    return in_batch(
        engine, lambda connection: end_periods(connection, now_ms, "timer", confirmed=confirmed)
    )


def stamp(at_ms: int) -> dict[str, Any]:
    return {"hlc": f"{at_ms:012x}.00000000", "wall_ms": at_ms}


def test_a_resident_stays_until_the_last_record_about_that_person_has_had_its_time(
    engine: Engine,
) -> None:
    log = OpLog()
    log.add("resident", "r-1", RESIDENT, **stamp(THEN))
    log.add("resident", "r-2", RESIDENT, **stamp(THEN))
    log.add("visit", "v-1", visit("r-1", THEN), **stamp(THEN))
    take(engine, log, THEN)
    later = THEN + CARE - DAY_MS
    log.add("visit", "v-2", visit("r-1", later), **stamp(later))
    take(engine, log, later)
    assert over(engine, THEN + CARE) == set()
    assert over(engine, THEN + CARE + 1) == {("visit", "v-1"), ("resident", "r-2")}
    assert over(engine, later + CARE + 1) == {
        ("visit", "v-1"), ("visit", "v-2"), ("resident", "r-1"), ("resident", "r-2"),
    }  # fmt: skip


def test_whoever_still_works_here_is_kept_and_who_left_goes_in_time(engine: Engine) -> None:
    log = OpLog()
    first = log.add("staff", "s-1", WORKER, **stamp(THEN))
    log.add("staff", "s-2", WORKER, **stamp(THEN))
    take(engine, log, THEN)
    left = THEN + CARE
    log.add("staff", "s-1", {"status": "left"}, {"status": first.op_id}, **stamp(left))
    take(engine, log, left)
    assert over(engine, left + CARE) == set()
    assert over(engine, left + CARE + 1) == {("staff", "s-1")}


def test_a_clock_that_was_reset_does_not_cost_a_record(engine: Engine) -> None:
    log = OpLog()
    log.add("visit", "v-1", visit("r-1", 946_684_800_000), **stamp(946_684_800_000))
    take(engine, log, THEN)
    assert over(engine, THEN + DAY_MS) == set()
    assert over(engine, THEN + CARE) == {("visit", "v-1")}


def test_what_has_ended_is_gone_counted_and_noted_and_goes_once(engine: Engine) -> None:
    log = OpLog()
    log.add("visit", "v-1", visit("r-1", THEN), **stamp(THEN))
    take(engine, log, THEN)
    now = THEN + CARE + 1
    assert end(engine, now).counts == {"visit": 1}
    assert end(engine, now + 1).counts == {}
    with reading(engine) as connection:
        assert connection.execute(select(tables.op.c.fields)).scalars().all() == [None]
        (noted,) = audit.read(connection)
    assert (noted.action, noted.detail, noted.at_ms) == ("retention", {"visit": 1}, now)


def test_a_run_that_would_empty_the_hub_asks_first(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "FEW", 2)
    log = OpLog()
    for number in range(5):
        log.add("visit", f"v-{number}", visit("r-1", THEN), **stamp(THEN))
    take(engine, log, THEN)
    for confirmed in (None, 4):
        with pytest.raises(TooMuchAtOnce, match="5 of 5"):
            end(engine, THEN + CARE + 1, confirmed)
    assert over(engine, THEN + CARE + 1)
    assert end(engine, THEN + CARE + 1, 5).counts == {"visit": 5}
