"""What the hub says about values that two people set, and what becomes of one that is settled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, select

from hub import audit, tables
from hub.conflicts import ListedConflict, NotSettled, list_conflicts, settle
from hub.database import in_batch, reading, take_new_epoch, writing
from hub.feed import read_page
from hub.overview import totals
from hub.sequencer import take_push
from hub.standing import read_records
from offline_sync.oplog import OutgoingOp
from offline_sync.wire import Clocks
from tests.hub.logs import VILLAGE, OpLog

NOW = 1_795_000_000_000
APPLIANCE: dict[str, Any] = {
    "vital": "blood_pressure",
    "maker": "A&D",
    "model": "UA-651",
    "serial": "1",
    "address": "aa",
    "status": "in_use",
}
GROUP = ("maker", "model", "serial", "address")


class Village:
    """Three kiosks of one village, by hand: each edit names what its editor saw."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.logs = [OpLog() for _ in range(3)]

    def push(self, kiosk: int, *args: Any, **given: Any) -> OutgoingOp:
        log = self.logs[kiosk]
        made = log.add(*args, **given)
        push = log.push(made)
        in_batch(self.engine, lambda connection: take_push(connection, log.kiosk, push, NOW))
        return made

    def conflicts(self, *, only_open: bool = True) -> list[ListedConflict]:
        with reading(self.engine) as connection:
            return list(list_conflicts(connection, only_open=only_open))

    def value(self, field: str) -> Any:
        with reading(self.engine) as connection:
            (instrument,) = read_records(connection, [("instrument", "i1")])
        return json.loads(bytes(instrument.values[field]))

    def settle(self, field: str, keep: str, by: str = "office-1") -> str:
        return in_batch(
            self.engine,
            lambda connection: settle(connection, "instrument", "i1", field, keep, by, NOW + 5_000),
        )


@pytest.fixture
def village(engine: Engine) -> Village:
    return Village(engine)


def named_twice(village: Village) -> tuple[OutgoingOp, OutgoingOp, OutgoingOp]:
    """An instrument whose name two kiosks changed without sight of one another."""
    first = village.push(0, "instrument", "i1", APPLIANCE | {"name": "cuff"})
    seen = {"name": first.op_id}
    stamp = {"hlc": f"{NOW:012x}.00000000"}
    late = village.push(1, "instrument", "i1", {"name": "hall"}, seen, **stamp)
    early = village.push(2, "instrument", "i1", {"name": "door"}, seen)
    return first, late, early


def test_both_values_are_listed_with_who_set_them_where_and_when(village: Village) -> None:
    _, late, early = named_twice(village)
    (one,) = village.conflicts()
    assert (one.record_type, one.record_id, one.field) == ("instrument", "i1", "name")
    assert (one.policy, one.village, one.found_ms) == ("lww", VILLAGE, NOW)
    assert one.shown is not None
    assert (one.shown.op_id, one.shown.value, one.shown.at_ms) == (late.op_id, '"hall"', NOW)
    assert (one.lost.op_id, one.lost.value, one.lost.by) == (early.op_id, '"door"', "w-031")
    assert (one.settled_by_op, one.settled_ms) == (None, None)


def test_a_value_that_loses_to_the_records_first_one_is_listed_beside_it(
    village: Village,
) -> None:
    stamp = {"hlc": f"{NOW:012x}.00000000"}
    first = village.push(0, "instrument", "i1", APPLIANCE | {"name": "cuff"}, **stamp)
    other = village.push(1, "instrument", "i1", {"name": "door"})
    (one,) = village.conflicts()
    assert one.shown is not None
    assert (one.shown.op_id, one.shown.value) == (first.op_id, '"cuff"')
    village.settle("name", other.op_id)
    assert (village.value("name"), village.conflicts()) == ("door", [])


def test_an_edit_that_settles_closes_the_conflict_for_good(village: Village) -> None:
    _, late, early = named_twice(village)
    settles = {"name": [early.op_id]}
    done = village.push(
        2, "instrument", "i1", {"name": "door"}, {"name": late.op_id}, settles=settles
    )
    assert village.value("name") == "door"
    assert village.conflicts() == []
    (one,) = village.conflicts(only_open=False)
    assert (one.settled_by_op, one.settled_ms) == (done.op_id, NOW)
    another = {"settles": settles}
    village.push(0, "instrument", "i1", {"name": "x"}, {"name": done.op_id}, **another)
    assert [one.settled_by_op for one in village.conflicts(only_open=False)] == [done.op_id]


def test_an_edit_settles_only_what_it_names_in_its_own_record(village: Village) -> None:
    _, late, early = named_twice(village)
    other = village.push(0, "instrument", "i2", APPLIANCE)
    seen = {"address": other.op_id}
    wrong = {"name": [early.op_id]}
    village.push(0, "instrument", "i2", {"address": "cc"}, seen, settles=wrong)
    village.push(
        0, "instrument", "i1", {"name": "gate"}, {"name": late.op_id}, settles={"cuff": ["x"]}
    )
    assert len(village.conflicts()) == 1


def test_a_conflict_that_the_hub_finds_after_it_was_settled_is_not_opened(village: Village) -> None:
    """So it is after an older copy was put back: the kiosks send again, in any order."""
    first = village.push(0, "instrument", "i1", APPLIANCE | {"name": "cuff"})
    seen = {"name": first.op_id}
    early = village.logs[2].add("instrument", "i1", {"name": "door"}, seen)
    settling = {"settles": {"name": [early.op_id]}, "hlc": f"{NOW:012x}.00000000"}
    done = village.push(1, "instrument", "i1", {"name": "hall"}, seen, **settling)
    push = village.logs[2].push(early)
    in_batch(
        village.engine,
        lambda connection: take_push(connection, village.logs[2].kiosk, push, NOW),
    )
    assert village.conflicts() == []
    assert [one.settled_by_op for one in village.conflicts(only_open=False)] == [done.op_id]


def test_the_office_settles_with_an_op_of_the_hubs_own_that_kiosks_read(village: Village) -> None:
    _, late, early = named_twice(village)
    with reading(village.engine) as connection:
        before = read_page(connection, VILLAGE, "", 0)
    op_id = village.settle("name", early.op_id)
    assert (village.value("name"), village.conflicts()) == ("door", [])
    with reading(village.engine) as connection:
        page = read_page(connection, VILLAGE, before.hub_epoch, before.next_after)
        notes = list(audit.read(connection))
        own = connection.execute(select(tables.op).where(tables.op.c.op_id == op_id)).one()
    (line,) = page.lines
    assert (line.op_id, line.fields, line.by) == (op_id, {"name": "door"}, "office-1")
    assert line.settles == {"name": [early.op_id]}
    assert json.loads(own.base) == {"name": late.op_id}
    assert (own.seq, own.clock_suspect) == (1, 0)
    (note,) = notes
    assert (note.actor, note.action, note.subject) == (
        "office-1",
        "conflict_settled",
        "instrument i1",
    )
    assert note.detail["kept"] == early.op_id
    assert "door" not in json.dumps(note.detail)


def test_the_office_can_let_the_value_stand_that_shows(village: Village) -> None:
    _, late, _ = named_twice(village)
    village.settle("name", late.op_id)
    assert (village.value("name"), village.conflicts()) == ("hall", [])


def test_the_hubs_own_ops_are_numbered_chained_and_begin_anew_with_its_history(
    village: Village,
) -> None:
    _, late, _ = named_twice(village)
    village.settle("name", late.op_id)
    late = named_again(village)
    village.settle("name", late.op_id)
    with writing(village.engine) as connection:
        take_new_epoch(connection)
    late = named_again(village)
    village.settle("name", late.op_id)
    with reading(village.engine) as connection:
        streams = connection.execute(
            select(tables.origin).where(tables.origin.c.kiosk_id == "hub").order_by("stream")
        ).all()
        chains = [(one.highest_seq, one.verified_seq) for one in streams]
        assert totals(connection).kiosks == 0
    assert chains == [(2, 2), (1, 1)]
    assert all(one.verified_chain == one.chain for one in streams)
    assert len({one.origin for one in streams}) == 1


def named_again(village: Village) -> OutgoingOp:
    """Two more edits without sight of one another; gives the one that shows."""
    with reading(village.engine) as connection:
        seen = connection.execute(
            select(tables.field_state.c.op_id).where(tables.field_state.c.field == "name")
        ).scalar_one()
    stamp = {"hlc": f"{NOW + 60_000:012x}.00000000"}
    late = village.push(1, "instrument", "i1", {"name": "attic"}, {"name": seen}, **stamp)
    village.push(2, "instrument", "i1", {"name": "cellar"}, {"name": seen})
    return late


def test_a_group_is_settled_whole(village: Village) -> None:
    first = village.push(0, "instrument", "i1", APPLIANCE)
    seen = dict.fromkeys(GROUP, first.op_id)
    stamp = {"hlc": f"{NOW:012x}.00000000"}
    mine = {"maker": "Omron", "model": "X4", "serial": "9", "address": "aa"}
    theirs = {"maker": "A&D", "model": "UA-651", "serial": "1", "address": "bb"}
    village.push(1, "instrument", "i1", mine, seen, **stamp)
    early = village.push(2, "instrument", "i1", theirs, seen)
    assert [one.field for one in village.conflicts()] == sorted(GROUP)
    village.settle("serial", early.op_id)
    assert {name: village.value(name) for name in GROUP} == theirs
    assert village.conflicts() == []


def test_a_part_of_a_group_meets_what_stands_in_the_rest_of_it(village: Village) -> None:
    first = village.push(0, "instrument", "i1", APPLIANCE)
    seen = dict.fromkeys(GROUP, first.op_id)
    mine = {"maker": "Omron", "model": "X4", "serial": "1", "address": "aa"}
    village.push(1, "instrument", "i1", mine, seen)
    part = village.push(2, "instrument", "i1", {"serial": "2"}, {"serial": first.op_id})
    assert {name: village.value(name) for name in GROUP} == mine
    assert [(one.field, one.lost.op_id) for one in village.conflicts()] == [("serial", part.op_id)]


@pytest.mark.parametrize(
    ("field", "keep", "by", "words"),
    [
        ("shoe", "", "w1", "does not know the field"),
        ("cuff", "", "w1", "Nothing is open"),
        ("name", "other", "w1", "none of the values"),
        ("name", "", "two words", "visible ASCII"),
    ],
)
def test_what_cannot_be_settled_is_said_and_changes_nothing(
    village: Village, field: str, keep: str, by: str, words: str
) -> None:
    _, _, early = named_twice(village)
    with pytest.raises(NotSettled, match=words):
        village.settle(field, keep or early.op_id, by)
    assert (village.value("name"), len(village.conflicts())) == ("hall", 1)


def test_the_feed_says_who_set_the_value_that_shows(village: Village) -> None:
    _, late, early = named_twice(village)
    with reading(village.engine) as connection:
        lines = read_page(connection, VILLAGE, "", 0).lines
    (line,) = (one for one in lines if one.kind == "conflict")
    assert (line.op_id, line.fields, line.by) == (early.op_id, {"name": "door"}, "w-031")
    assert line.winners == {"name": late.op_id}
    assert line.authors == {late.op_id: ("w-031", late.hlc)}


def test_what_an_untrusted_clock_stamped_is_kept_marked_and_counted(village: Village) -> None:
    minutes = 60_000
    log = village.logs[0]
    for ahead in (0, 9, 11, 60 * 24 * 4000):
        wall = NOW + ahead * minutes
        log.add(
            "staff",
            f"s{ahead}",
            {"name": "x", "role": "volunteer", "status": "active"},
            hlc=f"{wall:012x}.00000000",
            wall_ms=wall,
            boot_id="earlier",
        )
    slow = NOW - 11 * minutes
    log.add(
        "staff",
        "slow",
        {"name": "x", "role": "volunteer", "status": "active"},
        hlc=f"{slow:012x}.00000000",
        wall_ms=slow,
        mono_ms=1,
    )
    push = log.push(clocks=Clocks(NOW - 11 * minutes, 1, "boot"))
    taken = in_batch(village.engine, lambda connection: take_push(connection, log.kiosk, push, NOW))
    assert (taken.new, taken.quarantined) == (5, ())
    with reading(village.engine) as connection:
        marked = connection.execute(
            select(tables.op.c.record_id).where(tables.op.c.clock_suspect == 1)
        ).scalars()
        assert set(marked) == {"s11", f"s{60 * 24 * 4000}", "slow"}
        assert totals(connection).clock_suspect == 3
        latest = connection.execute(select(tables.op.c.eff_ms)).scalars()
        assert max(latest) == NOW + 300_000
