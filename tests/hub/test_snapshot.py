"""The village's snapshot on either database: what is in it, in which order, and how it is kept."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from hub import snapshot_shelf
from hub.database import in_batch, reading, writing
from hub.enrolment import EnrolledKiosk
from hub.erasure import mark
from hub.sequencer import take_push
from hub.snapshot import drop_snapshots, is_better_with_snapshot
from hub.snapshot_shelf import Shelf, SnapshotFile
from offline_sync.answers import FeedLine
from offline_sync.frames import FrameReader, dictionary, read_end, read_header, samples_of, unpack
from tests.hub.logs import VILLAGE, VISIT, WORKER, OpLog

RESIDENT: dict[str, Any] = {
    "name": {"family": "陳", "given": "美玲"},
    "preferred_address": "陳婆婆",
    "picture": "junk",
    "language": "zh_HK",
    "village": VILLAGE,
    "status": "active",
}
DAY = 24 * 3600 * 1000
_decode = msgspec.json.Decoder(FeedLine).decode


class HubClock:
    def __init__(self) -> None:
        self.ms = 1_795_000_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> HubClock:
    return HubClock()


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path, clock: HubClock) -> Shelf:
    folder = tmp_path / "hub"
    folder.mkdir(mode=0o700)
    return Shelf(engine, folder, clock)


def take(engine: Engine, log: OpLog) -> None:
    push = log.push(*log.ops[-600:])
    in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, 5))


def frames_of(file: SnapshotFile) -> Iterator[list[bytes]]:
    known = None
    for number, frame in enumerate(FrameReader().feed(file.path.read_bytes())):
        content = unpack(frame, known)
        if number == 0:
            known = dictionary(samples_of(content))
        yield content


def lines_of(file: SnapshotFile) -> list[FeedLine]:
    first, *rest = frames_of(file)
    assert read_header(first) is not None
    lines = [line for frame in rest for line in frame]
    end = read_end([lines.pop()])
    assert end == len(lines)
    return [_decode(line) for line in lines]


def ids(file: SnapshotFile) -> list[str]:
    return [line.record_id for line in lines_of(file)]


def visit(resident: str, saved_at: int, **more: Any) -> dict[str, Any]:
    return VISIT | {"resident_id": resident, "saved_at": saved_at} | more


def test_an_empty_village_has_a_snapshot(shelf: Shelf) -> None:
    file = shelf.get(VILLAGE)
    assert lines_of(file) == []
    header = read_header(next(frames_of(file)))
    assert header is not None
    assert (header.bucket, header.upto) == (VILLAGE, 0)


def test_whoever_is_due_soonest_comes_first_with_the_last_visit(
    engine: Engine, shelf: Shelf
) -> None:
    log = OpLog()
    log.add("vital", "x1", {"resident_id": "late"})
    for one in ("none", "late", "soon"):
        log.add("resident", one, RESIDENT)
    log.add("visit", "v-late-1", visit("late", 10, next_visit_on="2026-01-01"))
    log.add("visit", "v-late-2", visit("late", 20, next_visit_on="2027-01-01"))
    log.add("visit", "v-soon", visit("soon", 15, next_visit_on="2026-11-25"))
    act = {"act": "snooze", "acted_at": 25, "resident_id": "late"}
    log.add("task_act", "a-since", act)
    log.add("task_act", "a-before", act | {"acted_at": 5})
    log.add("task_act", "a-about", act | {"acted_at": 5, "about": "v-late-2"})
    log.add("answer", "c1", {"resident_id": "none", "question": "q", "how": "asked",
                             "answered_at": 1})  # fmt: skip
    log.add("staff", "w-031", WORKER)
    take(engine, log)
    assert ids(shelf.get(VILLAGE)) == [
        *("w-031", "soon", "v-soon", "late", "v-late-2", "a-about", "a-since", "none"),
        *("c1", "a-before", "v-late-1"),
    ]


def test_whoever_is_not_due_soon_comes_in_the_order_of_the_ids(
    engine: Engine, shelf: Shelf, clock: HubClock
) -> None:
    log = OpLog()
    for number, one in enumerate(("a", "b", "c", "d")):
        log.add("resident", one, RESIDENT)
        on = f"2027-0{4 - number}-01"
        log.add("visit", f"v-{one}", visit(one, 10 + number, next_visit_on=on))
    take(engine, log)
    assert ids(shelf.get(VILLAGE)) == ["a", "v-a", "b", "v-b", "c", "v-c", "d", "v-d"]
    log.add("staff", "w-031", WORKER)
    take(engine, log)
    clock.ms += 70 * DAY  # now two of them are due soon
    assert ids(shelf.get(VILLAGE)) == ["w-031", "d", "v-d", "c", "v-c", "a", "v-a", "b", "v-b"]


def test_a_void_or_corrected_visit_is_not_the_last_one(engine: Engine, shelf: Shelf) -> None:
    log = OpLog()
    log.add("resident", "r1", RESIDENT)
    log.add("visit", "v1", visit("r1", 10))
    log.add("visit", "v2", visit("r1", 30))
    log.add("visit", "v3", visit("r1", 20, corrects="v2"))
    log.add("visit", "v4", visit("r1", 40))
    log.add("void", "void-1", {"about_type": "visit", "about_id": "v4", "reason": "twice",
                               "by": "w", "at": 50})  # fmt: skip
    take(engine, log)
    assert ids(shelf.get(VILLAGE)) == ["void-1", "r1", "v3", "v4", "v2", "v1"]


def test_a_record_has_the_values_that_stand_and_the_op_behind_each(
    engine: Engine, shelf: Shelf
) -> None:
    log = OpLog()
    first = log.add("resident", "r1", RESIDENT | {"phone": "1"})
    second = log.add("resident", "r1", {"phone": "2"}, {"phone": first.op_id})
    take(engine, log)
    (line,) = lines_of(shelf.get(VILLAGE))
    assert line.fields == RESIDENT | {"phone": "2"}
    assert (line.kind, line.op_id, line.winners) == ("put", first.op_id, {"phone": second.op_id})


def test_nothing_of_another_village_is_in_it(engine: Engine, shelf: Shelf) -> None:
    other = OpLog(EnrolledKiosk("k2", "two", "別村"))
    other.add_workers(3)
    take(engine, other)
    assert lines_of(shelf.get(VILLAGE)) == []


def test_what_is_written_while_one_is_made_is_not_half_in_it(
    engine: Engine, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = OpLog()
    log.add_workers(3)
    take(engine, log)
    lines = snapshot_shelf.snapshot_lines

    def while_it_is_made(connection: Any, bucket: str, now_ms: int) -> Iterator[bytes]:
        for number, line in enumerate(lines(connection, bucket, now_ms)):
            if number == 0:
                log.add_workers(200)
                take(engine, log)
            yield line

    monkeypatch.setattr(snapshot_shelf, "snapshot_lines", while_it_is_made)
    file = shelf.get(VILLAGE)
    assert (len(lines_of(file)), file.upto) == (3, 3)


def test_one_that_is_fresh_is_given_out_again(engine: Engine, shelf: Shelf) -> None:
    log = OpLog()
    log.add_workers(3)
    take(engine, log)
    first = shelf.get(VILLAGE)
    log.add_workers(1)
    take(engine, log)
    assert shelf.get(VILLAGE) == first


def test_one_is_made_anew_when_the_feed_has_gone_on_far(engine: Engine, shelf: Shelf) -> None:
    first = shelf.get(VILLAGE)
    log = OpLog()
    log.add_workers(501)
    take(engine, log)
    second = shelf.get(VILLAGE)
    assert (second.upto, len(lines_of(second))) == (501, 501)
    assert second.etag != first.etag
    assert shelf.get(VILLAGE, first.etag) == first, "a kiosk that began it goes on with it"


def test_one_is_made_anew_after_a_day_in_which_something_came(
    engine: Engine, shelf: Shelf, clock: HubClock
) -> None:
    first = shelf.get(VILLAGE)
    clock.ms += 2 * DAY
    assert shelf.get(VILLAGE) == first, "nothing came"
    log = OpLog()
    log.add_workers(1)
    take(engine, log)
    assert shelf.get(VILLAGE).upto == 1


def test_old_ones_go(engine: Engine, shelf: Shelf, clock: HubClock) -> None:
    log = OpLog()
    made = []
    for _ in range(5):
        log.add_workers(501)
        take(engine, log)
        made.append(shelf.get(VILLAGE))
    assert [file.path.exists() for file in made] == [False, True, True, True, True]
    clock.ms += 8 * DAY
    shelf.get(VILLAGE)
    assert [file.path.exists() for file in made] == [False, False, False, False, True]


def test_after_an_erasure_no_earlier_one_is_given_out(engine: Engine, shelf: Shelf) -> None:
    log = OpLog()
    log.add_workers(2)
    take(engine, log)
    before = shelf.get(VILLAGE)
    with writing(engine) as connection:
        drop_snapshots(connection, VILLAGE)
    after = shelf.get(VILLAGE, before.etag)
    assert after.path != before.path
    assert not before.path.exists()


def test_an_erasure_in_one_village_leaves_the_others(engine: Engine, shelf: Shelf) -> None:
    before = shelf.get(VILLAGE)
    with writing(engine) as connection:
        drop_snapshots(connection, "別村")
    assert shelf.get(VILLAGE, before.etag) == before


def test_sweeping_deletes_what_may_not_be_given_out(engine: Engine, shelf: Shelf) -> None:
    log = OpLog()
    log.add_workers(2)
    take(engine, log)
    file = shelf.get(VILLAGE)
    assert shelf.sweep() == 0
    with writing(engine) as connection:
        drop_snapshots(connection, VILLAGE)
    assert shelf.sweep() == 1
    assert not file.path.exists()


def test_an_erased_record_is_named_without_its_values(engine: Engine, shelf: Shelf) -> None:
    log = OpLog()
    log.add("visit", "v1", VISIT)
    log.add("visit", "v2", VISIT)
    take(engine, log)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE op SET fields = NULL WHERE record_id = 'v1'")
    erased = next(line for line in lines_of(shelf.get(VILLAGE)) if line.record_id == "v1")
    assert (erased.kind, erased.fields) == ("erase", {})


def test_what_was_erased_before_it_came_is_named_too(engine: Engine, shelf: Shelf) -> None:
    with writing(engine) as connection:
        mark(connection, "resident", "r1", 5)
    log = OpLog()
    log.add("resident", "r1", RESIDENT)
    log.add("visit", "v1", {**VISIT, "resident_id": "r1"})
    take(engine, log)
    assert {(one.kind, one.record_id) for one in lines_of(shelf.get(VILLAGE))} == {
        ("forget", "r1"),
        ("kept_out", "v1"),
    }


def test_one_that_the_disk_has_damaged_is_made_anew(
    engine: Engine, shelf: Shelf, clock: HubClock
) -> None:
    log = OpLog()
    log.add_workers(3)
    take(engine, log)
    file = shelf.get(VILLAGE)
    content = bytearray(file.path.read_bytes())
    content[len(content) // 2] ^= 1
    file.path.write_bytes(content)
    clock.ms += DAY // 24
    again = shelf.get(VILLAGE, file.etag)
    assert again.etag == file.etag, "the same records make the same bytes"
    assert again.path.read_bytes() != content
    assert len(lines_of(again)) == 3


def test_only_the_hubs_own_user_can_read_it(shelf: Shelf) -> None:
    file = shelf.get(VILLAGE)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_one_that_could_not_be_finished_leaves_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(_connection: Any, _bucket: str, _now_ms: int) -> Iterator[bytes]:
        yield b"[]"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot_shelf, "snapshot_lines", full)
    with pytest.raises(OSError, match="No space"):
        shelf.get(VILLAGE)
    assert list((tmp_path / "hub" / "snapshots").iterdir()) == []


def test_a_snapshot_pays_when_the_feed_is_much_longer_than_the_records(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_shelf, "FAR", 10)
    log = OpLog()
    last = log.add("resident", "r1", RESIDENT | {"phone": "0"})
    for number in range(15):
        last = log.add("resident", "r1", {"phone": str(number)}, {"phone": last.op_id})
    take(engine, log)
    with reading(engine) as connection:
        assert is_better_with_snapshot(connection, VILLAGE, 0)
        assert not is_better_with_snapshot(connection, VILLAGE, 6)
    log.add_workers(20)
    take(engine, log)
    with reading(engine) as connection:
        assert not is_better_with_snapshot(connection, VILLAGE, 0)
