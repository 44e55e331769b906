"""Forks and chains: a kiosk whose log is another one than the hub knows is told so, unharmed."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from hub import tables
from hub.chain import HOLE, UNREADABLE, ChainBroken
from hub.database import in_batch, reading
from hub.sequencer import Taken, take_push
from hub.streams import Forked
from offline_sync.identity import new_random_id
from offline_sync.oplog import CHAIN_START, chain_after, fields_digest
from offline_sync.wire import OpLine, PoisonLine, Push
from tests.hub.logs import WORKER, OpLog


def take(engine: Engine, log: OpLog, push: Push) -> Taken:
    return in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, 5))


def verified(engine: Engine, log: OpLog) -> tuple[int, str]:
    with reading(engine) as connection:
        origin = tables.origin
        row = connection.execute(
            select(origin.c.verified_seq, origin.c.verified_chain).where(
                origin.c.epoch == log.epoch
            )
        ).one()
    return row.verified_seq, row.verified_chain


def everything(engine: Engine) -> list[list[Any]]:
    with reading(engine) as connection:
        return [
            list(connection.execute(table.select()).all())
            for table in tables.metadata.sorted_tables
        ]


def restored_copy(log: OpLog, length: int) -> OpLog:
    """The log as it was when it had `length` ops: a kiosk restored from a backup."""
    copy = OpLog(log.kiosk, log.origin)
    copy.epoch = log.epoch
    copy.ops = log.ops[:length]
    copy.chains = log.chains[: length + 1]
    return copy


def in_a_new_epoch(log: OpLog, after: int) -> OpLog:
    """What the kiosk does after a fork: the same ops beyond `after`, numbered anew."""
    again = OpLog(log.kiosk, log.origin)
    for op in log.ops[after:]:
        again.add(
            op.record_type, op.record_id, op.fields, op.base, op_id=op.op_id, hlc=op.hlc,
            wall_ms=op.wall_ms, mono_ms=op.mono_ms,
        )  # fmt: skip
    return again


def test_a_restored_kiosk_is_told_before_it_sends_anything(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(5)
    take(engine, log, log.push())
    before = everything(engine)
    old = restored_copy(log, 3)
    with pytest.raises(Forked):
        take(engine, old, old.push_of([]))
    assert everything(engine) == before


def test_a_number_used_twice_is_a_fork_and_nothing_is_taken(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(5)
    take(engine, log, log.push())
    old = restored_copy(log, 3)
    old.add_workers(4)
    before = everything(engine)
    with pytest.raises(Forked):
        take(engine, old, old.push(*old.ops[3:]))
    assert everything(engine) == before


def test_after_a_fork_what_is_here_is_acknowledged_under_its_new_number(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(5)
    take(engine, log, log.push())
    old = restored_copy(log, 4)  # the answer to 4 was lost, so it is sent again
    old.add_workers(2)
    new = in_a_new_epoch(old, 3)
    taken = take(engine, new, new.push())
    assert taken.acknowledged == ((1, 4), (2, 6), (3, 7))
    assert taken.new == 2
    assert verified(engine, new) == (3, new.chains[3].hex())
    with reading(engine) as connection:
        (alias,) = connection.execute(tables.op_alias.select()).all()
    assert (alias.seq, alias.op_id) == (1, log.ops[3].op_id)


def test_a_number_known_by_another_name_is_a_fork_too(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(4)
    take(engine, log, log.push())
    new = in_a_new_epoch(log, 2)
    take(engine, new, new.push())
    other = restored_copy(new, 0)
    other.add_workers(3)
    with pytest.raises(Forked):
        take(engine, other, other.push(other.ops[0]))


def test_an_op_aside_keeps_its_number(engine: Engine) -> None:
    log = OpLog()
    log.add("horoscope", "h1", {"sign": "ox"})
    log.add_workers(1)
    assert len(take(engine, log, log.push()).quarantined) == 1
    other = restored_copy(log, 0)
    other.add_workers(3)
    with pytest.raises(Forked):
        take(engine, other, other.push(other.ops[0]))
    new = in_a_new_epoch(log, 0)
    taken = take(engine, new, new.push())
    assert ([seq for seq, _ in taken.quarantined], taken.acknowledged) == ([1], ((2, 1),))
    assert taken.new == 0


def test_the_chain_of_each_push_is_recomputed(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(6)
    take(engine, log, log.push(*log.ops[:4]))
    assert verified(engine, log) == (4, log.chains[4].hex())
    take(engine, log, log.push(*log.ops[2:]))  # the answer was lost, it overlaps
    assert verified(engine, log) == (6, log.chains[6].hex())


@pytest.mark.parametrize("what", ["fields", "base", "record_id", "hlc", "about"])
def test_an_altered_op_breaks_the_chain_and_nothing_is_taken(engine: Engine, what: str) -> None:
    log = OpLog()
    log.add_workers(3)
    push = log.push()
    line = push.lines[1]
    assert isinstance(line, OpLine)
    altered = {
        "fields": msgspec.Raw(b'{"status":"left"}'),
        "base": msgspec.Raw(b'{"status":"op0"}'),
        "record_id": "s-other",
        "hlc": f"{77:012x}.00000000",
        "about": msgspec.structs.replace(line.about, by="w-666"),
    }
    false = msgspec.structs.replace(line, **{what: altered[what]})
    before = everything(engine)
    with pytest.raises(ChainBroken):
        take(engine, log, Push(push.header, (push.lines[0], false, push.lines[2]), push.chain))
    assert everything(engine) == before


def test_an_op_left_out_on_the_way_breaks_no_other_but_is_missed(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(6)
    take(engine, log, log.push(log.ops[0]))
    assert len(take(engine, log, log.push(*log.ops[2:])).acknowledged) == 4
    assert verified(engine, log)[0] == 1
    with reading(engine) as connection:
        (claim,) = connection.execute(tables.chain_claim.select()).all()
    assert (claim.seq, claim.why) == (6, HOLE)
    take(engine, log, log.push(log.ops[1]))  # a stuck op that goes at last
    assert verified(engine, log) == (6, log.chains[6].hex())


def test_a_hole_is_not_filled_with_another_op_than_the_kiosk_wrote(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(4)
    take(engine, log, log.push(log.ops[0], log.ops[2], log.ops[3]))
    other = restored_copy(log, 1)
    other.add_workers(1)
    with pytest.raises(ChainBroken):
        take(engine, log, other.push_of([other.ops[1]], next_seq=5))
    assert verified(engine, log)[0] == 0
    take(engine, log, log.push(log.ops[1]))
    assert verified(engine, log) == (4, log.chains[4].hex())


def test_the_chain_goes_on_behind_an_op_that_nobody_can_read(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(4)
    push = log.push()
    poison = PoisonLine(2, log.ops[1].op_id, b"[2,", "unreadable: it ends")
    lines = (push.lines[0], poison, push.lines[2])
    take(engine, log, Push(push.header, lines, log.chains[3].hex()))
    assert verified(engine, log) == (3, log.chains[3].hex())
    with reading(engine) as connection:
        (claim,) = connection.execute(tables.chain_claim.select()).all()
    assert (claim.seq, claim.why) == (3, UNREADABLE)
    take(engine, log, log.push(log.ops[3]))
    assert verified(engine, log) == (4, log.chains[4].hex())


def test_the_chain_covers_what_was_erased_before_it_was_sent(engine: Engine) -> None:
    log = OpLog()
    log.add("staff", "s1", WORKER)
    whole = log.add("staff", "s1", {"status": "left"})
    log.add_workers(1)
    blank = restored_copy(log, 3)
    digest = fields_digest(whole.op_id, whole.fields)
    blank.ops[1] = dataclasses.replace(whole, fields={}, erased=digest)
    take(engine, blank, blank.push())
    assert verified(engine, blank) == (3, log.chains[3].hex())


def test_the_log_of_tests_chains_as_the_store_does() -> None:
    log = OpLog()
    op = log.add("staff", new_random_id(), WORKER)
    assert log.chains == [CHAIN_START, chain_after(CHAIN_START, op)]
