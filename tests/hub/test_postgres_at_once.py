"""Many at once on one PostgreSQL: no row of the feed is skipped, no conflict and no op is lost."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, func, select, text

from hub import tables
from hub.database import AWAY, in_batch, open_database, reading, writing
from hub.feed import read_page
from hub.sequencer import Taken, take_push
from hub.set_based import lock_records
from offline_sync.wire import Push
from tests.hub.logs import VILLAGE, OpLog

WRITERS = 8
BATCHES = 25
OPS = 20
SLOW_SHARE = 0.1
SLOW_MS = 20
LIMIT_S = 60


@pytest.fixture
def engine(postgres_database: str, tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path, database=postgres_database)
    yield engine
    engine.dispose()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        yield pool


def take(engine: Engine, log: OpLog, push: Push) -> Taken:
    return in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, 5))


def until_somebody_waits(engine: Engine) -> None:
    """Return when a transaction of this database waits for another one's lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    patience = threading.Event()
    for _ in range(LIMIT_S * 100):
        with engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
        patience.wait(0.01)
    raise AssertionError("nobody waits for a lock")


def test_a_poller_skips_nothing_beside_slow_writers_and_an_idle_transaction(
    engine: Engine, threads: ThreadPoolExecutor
) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    lock, pause = threading.Lock(), threading.Event()

    @event.listens_for(engine, "commit")
    def slow(_connection: Connection) -> None:
        with lock:
            wait_ms = chance.uniform(0, SLOW_MS) if chance.random() < SLOW_SHARE else 0
        if wait_ms:
            pause.wait(wait_ms / 1000)

    def write(log: OpLog) -> None:
        for batch in range(BATCHES):
            take(engine, log, log.push(*log.ops[batch * OPS : (batch + 1) * OPS]))

    logs = [OpLog() for _ in range(WRITERS)]
    for log in logs:
        log.add_workers(BATCHES * OPS)
    seen: list[tuple[int, str]] = []
    polls = 0
    with engine.connect() as idle:
        idle.execute(select(func.count()).select_from(tables.op)).all()
        assert idle.in_transaction()
        writers = [threads.submit(write, log) for log in logs]
        hub_epoch, after, over = "", 0, False
        while not over:
            over = all(writer.done() for writer in writers)  # asked before the last look
            more = True
            while more:
                with reading(engine) as connection:
                    page = read_page(connection, VILLAGE, hub_epoch, after)
                seen += [(line.seq, line.op_id) for line in page.lines]
                hub_epoch, after, more = page.hub_epoch, page.next_after, page.more
                polls += 1
    for writer in writers:
        writer.result()
    every = {op.op_id for log in logs for op in log.ops}
    assert polls > WRITERS
    assert [seq for seq, _ in seen] == list(range(1, WRITERS * BATCHES * OPS + 1))
    assert {op_id for _, op_id in seen} == every


def test_two_batches_that_saw_the_same_value_are_one_conflict(
    engine: Engine, threads: ThreadPoolExecutor
) -> None:
    one, other = OpLog(), OpLog()
    (first,) = one.add_workers(1)
    take(engine, one, one.push())
    base = {"role": first.op_id}
    one.add("staff", first.record_id, {"role": "volunteer"}, base)
    other.add("staff", first.record_id, {"role": "supervisor"}, base, hlc=f"{900:012x}.00000000")
    taken, may_commit = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> Taken:
        result = take_push(connection, one.kiosk, one.push(one.ops[1]), 5)
        taken.set()
        assert may_commit.wait(LIMIT_S)
        return result

    slow = threads.submit(in_batch, engine, slowly)
    try:
        assert taken.wait(LIMIT_S)
        quick = threads.submit(take, engine, other, other.push())
        until_somebody_waits(engine)
        assert not quick.done()
    finally:
        may_commit.set()
    assert slow.result().new == quick.result().new == 1
    with reading(engine) as connection:
        (conflict,) = connection.execute(tables.conflict.select()).all()
        state = tables.field_state
        stands = connection.execute(select(state.c.value).where(state.c.field == "role")).scalar()
    assert (conflict.value, stands) == ('"volunteer"', '"supervisor"')


def test_two_batches_that_wait_for_each_other_are_both_done_in_the_end(
    engine: Engine, threads: ThreadPoolExecutor
) -> None:
    log = OpLog()
    log.add_workers(2)
    take(engine, log, log.push())
    one, other = (("staff", op.record_id) for op in log.ops)
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def crossing(name: str, keys: tuple[tuple[str, str], ...]) -> Callable[[Connection], str]:
        def job(connection: Connection) -> str:
            tries.append(name)
            lock_records(connection, VILLAGE, {keys[0]: None})
            if tries.count(name) == 1:
                both_hold_one.wait(LIMIT_S)
            lock_records(connection, VILLAGE, {keys[1]: None})
            return name

        return job

    done: list[Future[str]] = [
        threads.submit(in_batch, engine, crossing("a", (one, other))),
        threads.submit(in_batch, engine, crossing("b", (other, one))),
    ]
    assert [future.result() for future in done] == ["a", "b"]
    assert len(tries) == 3


def test_one_op_in_two_batches_at_once_is_taken_once(
    engine: Engine, threads: ThreadPoolExecutor
) -> None:
    one = OpLog()
    (op,) = one.add_workers(1)
    # A fork whose first answer is still under way: the op comes in two epochs.
    again = OpLog(one.kiosk, one.origin)
    again.add(op.record_type, op.record_id, op.fields, op_id=op.op_id, hlc=op.hlc)
    taken, may_commit = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> Taken:
        result = take_push(connection, one.kiosk, one.push(), 5)
        taken.set()
        assert may_commit.wait(LIMIT_S)
        return result

    slow = threads.submit(in_batch, engine, slowly)
    try:
        assert taken.wait(LIMIT_S)
        quick = threads.submit(take, engine, again, again.push())
        until_somebody_waits(engine)
    finally:
        may_commit.set()
    assert slow.result().acknowledged == quick.result().acknowledged == ((1, 1),)
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(tables.op)).scalar() == 1
        assert connection.execute(select(func.count()).select_from(tables.op_alias)).scalar() == 1


def test_a_writer_that_never_ends_makes_others_give_up_and_say_so(
    engine: Engine,
) -> None:
    log = OpLog()
    log.add_workers(1)
    take(engine, log, log.push())
    key = ("staff", log.ops[0].record_id)
    with writing(engine) as holder:
        lock_records(holder, VILLAGE, {key: None})
        with engine.connect() as impatient:
            impatient.exec_driver_sql("SET lock_timeout = 50")
            with pytest.raises(AWAY, match="lock timeout"):
                lock_records(impatient, VILLAGE, {key: None})
