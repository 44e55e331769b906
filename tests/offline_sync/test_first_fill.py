from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_sync.clock import Instant, SystemClock
from offline_sync.errors import StoreFull
from offline_sync.filling import FillProgress, fill_progress, goes_on_at, read_snapshot
from offline_sync.first_fill import SnapshotDamaged, fill, fill_is_due
from offline_sync.hub_link import HubUnreachable, NotAHub
from offline_sync.oplog import Cursor, FeedEntry, OpReceipt
from offline_sync.store import Change, Store
from tests.builders import open_test_store, resident_change
from tests.offline_sync.conftest import DrivenClock
from tests.offline_sync.snapshots import (
    VILLAGE,
    AtHub,
    FillingStore,
    ScriptedLink,
    line,
    residents,
    rows,
)

TEN = [f"r{number}" for number in range(10)]


def run(
    store: Store, link: ScriptedLink, between: Callable[[], None] | None = None
) -> FillProgress:
    async def send() -> None:
        assert between is not None
        between()

    return asyncio.run(
        fill(link, FillingStore(store), VILLAGE, SystemClock(), between=between and send)
    )


def run_until_done(store: Store, link: ScriptedLink) -> int:
    """Try as the sync client does, again after each cut; gives how many tries it took."""
    for tried in range(1, 500):
        try:
            run(store, link)
        except HubUnreachable:
            continue
        return tried
    raise AssertionError("the fill never ended")


def is_due(store: Store) -> bool:
    return asyncio.run(fill_is_due(FillingStore(store), VILLAGE))


def test_a_new_kiosk_fills_and_reads_the_feed_on_from_there(store: Store):
    assert is_due(store)
    done = run(store, ScriptedLink(AtHub(residents(TEN), upto=77)))
    assert sorted(rows(store)) == TEN
    assert store.cursor(VILLAGE) == Cursor("E1", 77)
    assert (done.records, done.finished, done.share) == (10, True, 1.0)
    assert not is_due(store)
    outcome = store.apply_feed(
        VILLAGE, "E1", [FeedEntry(78, "put", "o", "resident", "r1", {"phone": "9"})], 78
    )
    assert outcome.changed == {("resident", "r1")}


def test_an_empty_village_fills_too(store: Store):
    run(store, ScriptedLink(AtHub([], upto=0)))
    assert store.cursor(VILLAGE) == Cursor("E1", 0)
    assert not is_due(store)


def test_the_cursor_does_not_move_before_the_last_frame(store: Store):
    at_hub = AtHub(residents(TEN))
    size = len(at_hub.content())
    link = ScriptedLink(at_hub, cut=lambda _request, _size: size - 10)
    with pytest.raises(HubUnreachable):
        run(store, link)
    assert sorted(rows(store)) == TEN, "all records are in sight"
    assert store.cursor(VILLAGE) == Cursor("", 0)
    assert is_due(store)
    assert goes_on_at(store.connection, VILLAGE) == Cursor("E1", 100)


class Passing:
    """A clock that goes on by so much whenever it is looked at."""

    def __init__(self, clock: DrivenClock, each_ms: int) -> None:
        self._clock = clock
        self._each_ms = each_ms

    def now(self) -> Instant:
        self._clock.pass_ms(self._each_ms)
        return self._clock.now()


def test_records_are_told_frame_by_frame_as_they_come(store: Store, clock: DrivenClock):
    outbox = FillingStore(store)
    link = ScriptedLink(AtHub(residents(TEN), frame_lines=4), piece=50)
    asyncio.run(fill(link, outbox, VILLAGE, Passing(clock, 20)))
    assert [len(seen) for seen in outbox.seen] == [4, 4, 2]


@pytest.mark.parametrize(("job_ms", "together"), [(0, [1, 2, 4, 3]), (20, [1] * 10)])
def test_frames_that_come_together_are_applied_together_while_nobody_waits_long(
    store: Store, clock: DrivenClock, job_ms: int, together: list[int]
):
    outbox = FillingStore(store)
    link = ScriptedLink(AtHub(residents(TEN), frame_lines=1), piece=10**6)
    asyncio.run(fill(link, outbox, VILLAGE, Passing(clock, job_ms)))
    assert [len(seen) for seen in outbox.seen] == together


def test_the_samples_of_a_snapshot_are_kept_as_long_as_it_is_taken(store: Store):
    at_hub = AtHub(residents(TEN), frame_lines=2)
    with pytest.raises(HubUnreachable):
        run(store, ScriptedLink(at_hub, cut=lambda _request, size: size - 5))
    begun = read_snapshot(store.connection, VILLAGE)
    assert begun is not None
    assert begun.samples == b"\n".join(at_hub.lines[:2])
    run(store, ScriptedLink(at_hub))
    ended = read_snapshot(store.connection, VILLAGE)
    assert ended is not None
    assert (ended.finished, ended.samples) == (True, b"")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), frame_lines=st.integers(1, 7), piece=st.integers(1, 4000))
def test_a_fill_cut_at_any_bytes_ends_like_one_that_was_not(
    tmp_path_factory: pytest.TempPathFactory, seed: int, frame_lines: int, piece: int
):
    chance = random.Random(seed)
    at_hub = AtHub(residents(f"r{number:02}" for number in range(23)), frame_lines=frame_lines)
    longest = max(map(len, at_hub.frames()))

    def cut(_request: int, size: int) -> int | None:
        return chance.randrange(size + longest) if chance.random() < 0.9 else None

    with open_test_store(tmp_path_factory.mktemp("fill")) as store:
        run_until_done(store, ScriptedLink(at_hub, cut=cut, piece=piece))
        assert len(rows(store)) == 23
        progress = fill_progress(store.connection, VILLAGE)
        assert progress == FillProgress(len(at_hub.content()), len(at_hub.content()), 23, True)
        assert store.cursor(VILLAGE) == Cursor("E1", 100)


def test_a_fill_goes_on_at_the_end_of_a_frame_wherever_it_was_cut(store: Store):
    at_hub = AtHub(residents(TEN[:3]), frame_lines=1)
    ends = [0]
    for frame in at_hub.frames():
        ends.append(ends[-1] + len(frame))
    for arriving in range(0, ends[-1], 7):
        at_hub.etag = f'"{arriving}"'
        cuts = iter([arriving])
        link = ScriptedLink(at_hub, cut=lambda _request, _size, cuts=cuts: next(cuts, None))
        with pytest.raises(HubUnreachable):
            run(store, link)
        run(store, link)
        goes_on = int(link.asked[1]["Range"].removeprefix("bytes=").partition("-")[0])
        assert goes_on == max(end for end in ends if end <= arriving)
        store.connection.execute("UPDATE first_fill SET finished_ms = NULL, taken = 0, etag = ''")


def test_a_fill_goes_on_in_the_next_life_of_the_kiosk(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("lives")
    at_hub = AtHub(residents(TEN), frame_lines=2)
    before_last = len(at_hub.content()) - len(at_hub.frames()[-1]) - 1
    link = ScriptedLink(at_hub, cut=lambda request, _size: before_last if request == 1 else None)
    with open_test_store(folder) as store, pytest.raises(HubUnreachable):
        run(store, link)
    with open_test_store(folder) as store:
        run(store, link)
        assert len(rows(store)) == 10
    first, second = link.asked
    assert first["Range"].startswith("bytes=0-")
    assert not second["Range"].startswith("bytes=0-")
    assert second["If-Range"] == '"one"'


def test_a_snapshot_that_was_made_anew_is_taken_from_its_beginning(store: Store):
    at_hub = AtHub(residents(TEN, phone="1"), frame_lines=2)
    with pytest.raises(HubUnreachable):
        run(store, ScriptedLink(at_hub, cut=lambda _request, size: size - 5))
    newer = AtHub(residents([*TEN, "r-new"], phone="2"), upto=140, etag='"two"')
    run(store, ScriptedLink(newer))
    assert {row["phone"] for row in rows(store).values()} == {"2"}
    assert "r-new" in rows(store)
    assert store.cursor(VILLAGE) == Cursor("E1", 140)


def test_a_part_of_another_snapshot_is_never_taken_for_the_rest(store: Store):
    at_hub = AtHub(residents(TEN), frame_lines=2)
    link = ScriptedLink(at_hub, cut=lambda _request, size: size - 5)
    with pytest.raises(HubUnreachable):
        run(store, link)

    class Careless(ScriptedLink):
        def download(self, path, query, headers):  # type: ignore[no-untyped-def]
            return super().download(path, query, {"Range": headers["Range"]})

    newer = AtHub(residents([*TEN, *"abc"]), frame_lines=2, etag='"two"')
    with pytest.raises(NotAHub, match="another snapshot"):
        run(store, Careless(newer))
    assert store.cursor(VILLAGE) == Cursor("", 0)


def test_something_between_that_knows_no_ranges_does_not_stop_a_fill(store: Store):
    at_hub = AtHub(residents(TEN), frame_lines=2)
    cuts = iter([len(at_hub.content()) // 2])
    link = ScriptedLink(at_hub, cut=lambda _request, _size: next(cuts, None), ignores_ranges=True)
    assert run_until_done(store, link) == 2
    assert len(rows(store)) == 10


def test_own_records_are_sent_between_the_parts_but_not_before_the_number_is_known(store: Store):
    sent: list[Cursor] = []
    chance = random.Random(7)
    many = AtHub(
        [
            line(f"r{number}", resident_change(phone=str(chance.random())).fields)
            for number in range(6000)
        ],
        frame_lines=100,
        samples=0,  # packed less well, they are more than two parts
    )
    outbox = FillingStore(store)

    async def send() -> None:
        sent.append(goes_on_at(store.connection, VILLAGE))

    link = ScriptedLink(many)
    asyncio.run(fill(link, outbox, VILLAGE, SystemClock(), between=send))
    assert len(link.asked) > 2
    assert sent == [Cursor("E1", 100)] * (len(link.asked) - 1)


def test_an_own_edit_that_waits_stays_in_sight_over_the_snapshot(store: Store):
    store.apply_feed(VILLAGE, "E1", [entry_of("r1", phone="1", address="old")], 1)
    store.save([Change("resident", "r1", {"phone": "mine"})], "w-031")
    run(store, ScriptedLink(AtHub(residents(["r1"], phone="theirs", address="new"))))
    assert (rows(store)["r1"]["phone"], rows(store)["r1"]["address"]) == ("mine", "new")
    assert hub_side(store, "phone") == ("op-r1", '"theirs"')


def test_a_delivered_edit_gives_way_only_to_a_snapshot_that_is_younger(store: Store):
    store.apply_feed(VILLAGE, "E1", [entry_of("r1", phone="1")], 1)
    (op_id,) = store.save([Change("resident", "r1", {"phone": "mine"})], "w-031")
    store.acknowledge([OpReceipt(op_id, 50)])
    run(store, ScriptedLink(AtHub(residents(["r1"], phone="older"), upto=49)))
    assert rows(store)["r1"]["phone"] == "mine"
    store.connection.execute("UPDATE first_fill SET finished_ms = NULL")
    run(store, ScriptedLink(AtHub(residents(["r1"], phone="newer"), upto=50, etag='"two"')))
    assert rows(store)["r1"]["phone"] == "newer"


def entry_of(record_id: str, **given: object) -> FeedEntry:
    fields = resident_change(record_id=record_id, **given).fields
    return FeedEntry(1, "put", f"op-{record_id}", "resident", record_id, fields)


def hub_side(store: Store, field: str) -> object:
    return store.connection.execute(
        "SELECT hub_op_id, hub_value FROM field_state WHERE field = ?", (field,)
    ).fetchone()


def test_the_next_edit_names_the_op_behind_each_value_of_the_snapshot(store: Store):
    fields = resident_change(record_id="r1", phone="1", address="x").fields
    lines = [line("r1", fields, op_id="first", winners={"phone": "later"})]
    run(store, ScriptedLink(AtHub(lines)))
    store.save([Change("resident", "r1", {"phone": "2", "address": "y"})], "w-031")
    (op,) = store.unsent(10)
    assert op.base == {"phone": "later", "address": "first"}


def test_a_line_that_does_not_fit_is_kept_raw_and_spoils_no_other(store: Store):
    bad = line("bad", {"name": 7}, seq=41)
    unknown = line("x1", {"a": 1}, "rain_gauge", seq=42)
    newer = line("r-new", resident_change(record_id="r-new", mood="fine").fields, seq=43)
    unreadable = b'[44,"put",{}]'
    lines = [*residents(TEN), bad, unknown, newer, unreadable]
    run(store, ScriptedLink(AtHub(lines, frame_lines=20)))
    assert sorted(rows(store)) == sorted([*TEN, "r-new"])
    assert rows(store)["r-new"]["extra"] == '{"mood":"fine"}'
    kept = store.connection.execute("SELECT seq FROM inbox_quarantine ORDER BY seq").fetchall()
    assert kept == [(41,), (44,)]
    assert [row["rid"] for row in store.connection["inbox_unknown"].rows] == ["x1"]


def garbled(piece: bytes) -> bytes:
    middle = len(piece) * 2 // 3
    return piece[:middle] + bytes([piece[middle] ^ 0x55]) + piece[middle + 1 :]


def test_a_garbled_frame_is_asked_for_again(store: Store):
    at_hub = AtHub(residents(TEN), frame_lines=2)
    with pytest.raises(SnapshotDamaged):
        run(store, ScriptedLink(at_hub, garble=garbled))
    held = len(rows(store))
    assert 0 < held < 10
    run(store, ScriptedLink(at_hub))
    assert len(rows(store)) == 10


@pytest.mark.parametrize("count", [9, 11])
def test_a_snapshot_that_lacks_a_record_is_not_believed(store: Store, count: int):
    with pytest.raises(SnapshotDamaged):
        run(store, ScriptedLink(AtHub(residents(TEN), count=count)))
    assert store.cursor(VILLAGE) == Cursor("", 0)
    run(store, ScriptedLink(AtHub(residents(TEN))))
    assert store.cursor(VILLAGE) == Cursor("E1", 100)


def test_a_page_of_another_program_is_no_snapshot(store: Store):
    class Portal(AtHub):
        def content(self) -> bytes:
            return b"<html>Please sign in</html>" * 100

    with pytest.raises(SnapshotDamaged):
        run(store, ScriptedLink(Portal([])))
    assert is_due(store)


def test_the_snapshot_of_another_village_is_refused(store: Store):
    with pytest.raises(NotAHub, match="another village"):
        run(store, ScriptedLink(AtHub(residents(TEN), bucket="別村")))
    assert rows(store) == {}


def test_a_full_disk_stops_a_fill_and_it_goes_on_when_there_is_room(store: Store):
    at_hub = AtHub(residents(f"r{number:04}" for number in range(900)), frame_lines=50)
    (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
    store.connection.execute(f"PRAGMA max_page_count = {pages + 150}")
    with pytest.raises(StoreFull):
        run(store, ScriptedLink(at_hub))
    held = len(rows(store))
    assert 0 < held < 900
    progress = fill_progress(store.connection, VILLAGE)
    assert progress is not None
    assert progress.records == held, "what is in sight is what was counted"
    store.connection.execute("PRAGMA max_page_count = 1000000")
    run(store, ScriptedLink(at_hub))
    assert len(rows(store)) == 900


def test_what_a_hub_of_another_history_may_lack_is_sent_again_and_stays_in_sight(store: Store):
    store.apply_feed(VILLAGE, "E1", [entry_of("r1", phone="1")], 1)
    (op_id,) = store.save([Change("resident", "r1", {"phone": "mine"})], "w-031")
    store.acknowledge([OpReceipt(op_id, 301)])
    run(store, ScriptedLink(AtHub(residents(["r1"], phone="theirs"), epoch="E2", upto=9)))
    assert [op.op_id for op in store.unsent(9)] == [op_id]
    assert rows(store)["r1"]["phone"] == "mine"
    assert hub_side(store, "phone") == ("op-r1", '"theirs"')
    assert store.cursor(VILLAGE) == Cursor("E2", 9)


def test_the_denominator_stays_while_a_fill_goes_on(store: Store):
    at_hub = AtHub(residents(TEN), frame_lines=1)
    shares = []

    class Watched(FillingStore):
        def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
            progress = fill_progress(self.store.connection, VILLAGE)
            assert progress is not None
            assert progress.bytes_total == len(at_hub.content())
            shares.append(progress.share)

    link = ScriptedLink(at_hub, piece=50)
    asyncio.run(fill(link, Watched(store), VILLAGE, SystemClock()))
    assert shares == sorted(shares)
    assert shares[-1] < 1.0
