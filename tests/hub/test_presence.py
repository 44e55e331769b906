"""A stream is verified in portions, whatever is in it, and what is wrong is found in each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, Engine

from hub import presence
from hub.chain import kept_lines
from hub.database import in_batch, open_database, reading, writing
from hub.presence import Range, StreamHeld, streams_held, verify_chain
from hub.sequencer import take_push
from offline_sync.wire import OpLine
from tests.hub.logs import OpLog


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(tmp_path)
    yield opened
    opened.dispose()


def held(engine: Engine, log: OpLog) -> StreamHeld:
    with reading(engine) as connection:
        (one,) = streams_held(connection, log.kiosk.kiosk_id)
    return one


def with_a_story(engine: Engine) -> OpLog:
    """Ops 1 to 20: number 6 is held back, 13 came altered and alone and is kept aside."""
    log = OpLog()
    log.add_workers(20)
    take(engine, log, *range(1, 6))
    take(engine, log, *range(7, 13))
    push = log.push(log.ops[12])
    line = push.lines[0]
    assert isinstance(line, OpLine)
    altered = msgspec.structs.replace(line, fields=msgspec.Raw(b'{"status":"left"}'))
    push = msgspec.structs.replace(push, lines=(altered,), plain=frozenset())
    in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, 5))
    take(engine, log, *range(14, 21))
    return log


def take(engine: Engine, log: OpLog, *seqs: int) -> None:
    push = log.push(*(log.ops[seq - 1] for seq in seqs))
    in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, 5))


@pytest.mark.parametrize("at_once", [1, 2, 3, 5, 1000])
def test_what_is_wrong_is_found_in_every_portion(engine: Engine, at_once: int) -> None:
    log = with_a_story(engine)
    with reading(engine) as connection:
        assert verify_chain(connection, held(engine, log), at_once) == (5, "")
    take(engine, log, 6)
    with reading(engine) as connection:
        assert verify_chain(connection, held(engine, log), at_once) == (20, "")
    for seq in (2, 6, 9, 20):
        harm = f"UPDATE op SET mono_ms = mono_ms + 1 WHERE seq = {seq}"
        with writing(engine) as connection:
            connection.exec_driver_sql(harm)
        with reading(engine) as connection:
            up_to, fault = verify_chain(connection, held(engine, log), at_once)
        assert "not those that the kiosk wrote" in fault
        assert up_to >= seq - 1
        with writing(engine) as connection:
            connection.exec_driver_sql(harm.replace("+", "-"))


def test_no_more_than_a_portion_is_read_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = with_a_story(engine)
    longest = []

    def watched(connection: Connection, stream: int, first: int, last: int) -> object:
        longest.append(last - first + 1)
        return kept_lines(connection, stream, first, last)

    monkeypatch.setattr(presence, "kept_lines", watched)
    with reading(engine) as connection:
        verify_chain(connection, held(engine, log), 3)
    assert (max(longest), sum(longest)) == (3, 19)


@pytest.mark.parametrize(
    ("run", "lost"),
    [
        ((1, 3), []),
        ((3, 8), [(4, 6)]),
        ((0, 12), [(0, 0), (4, 6), (10, 12)]),
        ((20, 2**53), [(20, 2**53)]),
        ((8, 8), []),
    ],
)
def test_what_is_not_here_of_a_run_of_numbers(run: Range, lost: list[Range]) -> None:
    assert list(presence._beyond(run, [(1, 3), (7, 9)])) == lost
