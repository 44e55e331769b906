"""Taking a push: an op that the database cannot hold never makes the whole of it fail."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from hub import tables
from hub.database import open_database, writing
from hub.enrolment import EnrolledKiosk
from hub.sequencer import Taken, take_push
from offline_sync.reasons import Reason, reason_code
from offline_sync.wire import Clocks, OpAbout, OpLine, Push, PushHeader

KIOSK = EnrolledKiosk("k1", "one", "坑口村")
HEADER = PushHeader("o1", "e1", 9, "00" * 32, 1, "", Clocks(1, 1, "boot"), 0)


def line(seq: int, wall_ms: int = 1) -> OpLine:
    """An op as the decoder hands it over, or as it would never let it through."""
    fields = msgspec.Raw('{"name":"黃詠詩","role":"social_worker","status":"active"}'.encode())
    about = OpAbout("w1", 1, wall_ms, 1, "boot")
    hlc = f"{seq:012x}.00000000"
    return OpLine(seq, f"op{seq}", "staff", f"s{seq}", hlc, fields, msgspec.Raw(b"{}"), about)


def take(folder: Path, *lines: OpLine) -> tuple[Taken, dict[str, int]]:
    engine = open_database(folder)
    try:
        with writing(engine) as connection:
            taken = take_push(connection, KIOSK, Push(HEADER, lines), 5)
        with engine.connect() as connection:
            counts = {
                table.name: len(connection.execute(table.select()).all())
                for table in (tables.op, tables.feed, tables.record, tables.quarantine)
            }
    finally:
        engine.dispose()
    return taken, counts


def test_an_op_that_the_database_cannot_hold_is_put_aside_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    taken, counts = take(tmp_path, line(1), line(2, wall_ms=2**63), line(3), line(3))
    assert taken.acknowledged == (("op1", 1), ("op3", 2))
    assert [op_id for op_id, _ in taken.quarantined] == ["op2"]
    assert reason_code(taken.quarantined[0][1]) == Reason.UNREADABLE
    assert taken.new == 2
    assert counts == {"op": 2, "feed": 2, "record": 2, "quarantine": 1}
    assert "op2" in caplog.text
    assert "黃詠詩" not in caplog.text


def test_an_op_that_cannot_be_held_is_put_aside_when_it_comes_alone_and_again(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        taken, counts = take(tmp_path, line(2, wall_ms=2**63))
        assert taken.acknowledged == ()
        assert [op_id for op_id, _ in taken.quarantined] == ["op2"]
        assert counts == {"op": 0, "feed": 0, "record": 0, "quarantine": 1}
