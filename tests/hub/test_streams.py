"""Forks and chains: a kiosk whose log is another one than the hub knows is told so, unharmed."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from hub import tables
from hub.chain import ALTERED, BROKEN, HOLE, UNREADABLE, ChainBroken
from hub.database import in_batch, reading
from hub.sequencer import Taken, take_push
from hub.streams import Forked
from offline_sync.identity import new_random_id
from offline_sync.oplog import CHAIN_START, chain_after, fields_digest
from offline_sync.reasons import Reason, reason_code
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
        take(engine, log, with_lines(push, push.lines[0], false, push.lines[2]))
    assert everything(engine) == before


def test_an_op_left_out_on_the_way_breaks_no_other_but_is_missed(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(6)
    take(engine, log, log.push(log.ops[0]))
    assert len(take(engine, log, log.push(*log.ops[2:])).acknowledged) == 4
    assert verified(engine, log)[0] == 1
    take(engine, log, log.push(log.ops[1]))  # a stuck op that goes at last
    assert verified(engine, log) == (6, log.chains[6].hex())


def altered(line: OpLine | PoisonLine) -> OpLine:
    assert isinstance(line, OpLine)
    return msgspec.structs.replace(line, fields=msgspec.Raw(b'{"status":"left"}'))


def with_lines(push: Push, *lines: OpLine | PoisonLine) -> Push:
    return msgspec.structs.replace(push, lines=lines, plain=frozenset())


def claims_of(engine: Engine) -> dict[int, str]:
    with reading(engine) as connection:
        return {
            row.seq: row.why for row in connection.execute(tables.chain_claim.select()) if row.why
        }


def test_what_follows_a_hole_is_compared_when_it_comes(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(5)
    take(engine, log, log.push(log.ops[0]))
    push = log.push(*log.ops[2:])
    before = everything(engine)
    with pytest.raises(ChainBroken):
        take(engine, log, with_lines(push, push.lines[0], altered(push.lines[1]), push.lines[2]))
    assert everything(engine) == before


def test_an_altered_op_that_comes_alone_is_put_aside_and_holds_nothing_up(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(6)
    take(engine, log, log.push(log.ops[0]))
    one, two = log.push(log.ops[2]), log.push(log.ops[3])
    take(engine, log, one)
    taken = take(engine, log, with_lines(two, altered(two.lines[0])))
    assert [(seq, reason_code(why)) for seq, why in taken.quarantined] == [(4, Reason.ALTERED)]
    assert len(take(engine, log, log.push(*log.ops[4:])).acknowledged) == 2
    assert len(take(engine, log, log.push(log.ops[1])).acknowledged) == 1, "the hole is filled"
    assert verified(engine, log) == (6, log.chains[6].hex())
    assert claims_of(engine)[4] == ALTERED


def test_a_hole_is_filled_with_nothing_that_the_kiosk_did_not_write(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(5)
    take(engine, log, log.push(log.ops[0], *log.ops[3:]))
    push = log.push(*log.ops[1:3])
    with pytest.raises(ChainBroken):
        take(engine, log, with_lines(push, altered(push.lines[0]), push.lines[1]))
    assert verified(engine, log)[0] == 1
    alone = log.push(log.ops[1])
    taken = take(engine, log, with_lines(alone, altered(alone.lines[0])))
    assert [reason_code(why) for _, why in taken.quarantined] == [Reason.ALTERED]
    assert len(take(engine, log, log.push(log.ops[2])).acknowledged) == 1
    assert verified(engine, log) == (5, log.chains[5].hex())


def test_several_holes_in_one_push_are_each_compared(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(9)
    apart = [log.ops[place] for place in (0, 2, 3, 5, 8)]
    assert len(take(engine, log, log.push(*apart)).acknowledged) == 5
    for place in (6, 4, 7, 1):
        assert len(take(engine, log, log.push(log.ops[place])).acknowledged) == 1
    assert verified(engine, log) == (9, log.chains[9].hex())


def test_what_comes_again_behind_a_hole_is_compared_from_where_it_begins(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(9)
    take(engine, log, log.push(log.ops[0], *log.ops[2:4]))
    take(engine, log, log.push(*log.ops[4:6], held_back=()))  # its answer was lost
    take(engine, log, log.push(*log.ops[4:8], held_back=()))
    push = log.push(log.ops[8], held_back=())
    again = take(engine, log, with_lines(push, altered(push.lines[0])))
    assert [reason_code(why) for _, why in again.quarantined] == [Reason.ALTERED]
    take(engine, log, log.push(log.ops[1]))
    assert verified(engine, log) == (9, log.chains[9].hex())


def test_what_could_not_be_compared_is_told_and_holds_up_nothing(engine: Engine) -> None:
    # The kiosk believes that the hub has what is missing here: it says no chain before it.
    log = OpLog()
    log.add_workers(5)
    push = log.push(*log.ops[2:4], held_back=())
    take(engine, log, with_lines(push, push.lines[0], altered(push.lines[1])))
    assert claims_of(engine) == {4: HOLE}
    assert len(take(engine, log, log.push(*log.ops[:2])).acknowledged) == 2
    assert len(take(engine, log, log.push(log.ops[4])).acknowledged) == 1
    assert verified(engine, log) == (5, log.chains[5].hex())
    assert claims_of(engine) == {4: BROKEN}


def test_the_chain_goes_on_behind_an_op_that_nobody_can_read(engine: Engine) -> None:
    log = OpLog()
    log.add_workers(4)
    push = log.push(*log.ops[:3])
    poison = PoisonLine(2, log.ops[1].op_id, b"[2,", "unreadable: it ends")
    take(engine, log, with_lines(push, push.lines[0], poison, push.lines[2]))
    assert verified(engine, log) == (3, log.chains[3].hex())
    assert claims_of(engine) == {3: UNREADABLE}
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
