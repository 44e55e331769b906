"""What the feed brought and an earlier version could not use is tried again after an upgrade."""

from __future__ import annotations

from pathlib import Path

from msgspec.json import encode

from offline_sync.answers import FeedLine
from offline_sync.conflicts import open_conflicts
from offline_sync.feed import keep_raw, unread_entries
from offline_sync.oplog import UNREADABLE, FeedEntry
from offline_sync.standing import AsOf, lay, read_line
from offline_sync.store import Store
from tests.builders import TEST_KEY, resident_change
from tests.offline_sync.conftest import DrivenClock
from tests.offline_sync.test_feed import put, shown

WHOLE = dict(resident_change(record_id="r1", phone="1").fields)
WORKER = {"name": "黃詠詩", "role": "social_worker", "status": "active"}


def kept(store: Store, *entries: FeedEntry) -> None:
    """As an earlier version of the program has left them."""
    with store.transaction() as db:
        for entry in entries:
            keep_raw(db, "village", "E1", entry, "an earlier version could not use it", 1)


def quarantined(store: Store) -> list[int]:
    rows = store.connection.execute("SELECT seq FROM inbox_quarantine ORDER BY seq").fetchall()
    return [seq for (seq,) in rows]


def test_a_record_and_what_came_after_it_are_there_after_the_upgrade(
    path: Path, clock: DrivenClock
) -> None:
    with Store.open(path, TEST_KEY, clock) as store:
        said = encode(FeedLine(9, "put", "op9", "o", "staff", "s9", WORKER, {}, "", "", 1))
        unreadable = FeedEntry(9, UNREADABLE, "", "", "", {"text": said.decode(), "why": "new"})
        kept(store, put(5, WHOLE), put(7, {"phone": "7"}), unreadable)
        assert unread_entries(store.connection) == 3
    with Store.open(path, TEST_KEY, clock) as store:
        assert shown(store, "phone") == "7"
        ((name,),) = store.connection.execute("SELECT name FROM staff").fetchall()
        assert name == "黃詠詩"
        assert unread_entries(store.connection) == 0


def test_what_still_cannot_be_used_stays_and_is_tried_once_an_upgrade(
    path: Path, clock: DrivenClock
) -> None:
    with Store.open(path, TEST_KEY, clock) as store:
        kept(store, put(5, WHOLE | {"name": 7}), put(7, {"phone": "7"}))
    with Store.open(path, TEST_KEY, clock) as store:
        assert quarantined(store) == [5, 7]
        store.apply_feed("village", "E1", [put(1, WHOLE)], 1)
    with Store.open(path, TEST_KEY, clock) as store:
        assert quarantined(store) == [5, 7]
        assert shown(store, "phone") == "1"


def test_an_older_value_is_not_laid_over_what_came_since(path: Path, clock: DrivenClock) -> None:
    with Store.open(path, TEST_KEY, clock) as store:
        store.apply_feed("village", "E1", [put(1, WHOLE), put(2, {"phone": "9"})], 2)
        kept(store, put(7, {"phone": "7"}))
    with Store.open(path, TEST_KEY, clock) as store:
        assert shown(store, "phone") == "9"
        assert quarantined(store) == [7], "the daily comparison brings what it held"
        as_of = AsOf("village", "E1", 9)
        now = WHOLE | {"phone": "9"}
        stands = FeedLine(9, "put", "hub-op-1", "", "resident", "r1", now, {}, "", "", 1)
        with store.transaction() as db:
            lay(db, [read_line(encode(stands), as_of)], as_of, 1)
        assert unread_entries(store.connection) == 0


def test_a_conflict_settled_before_the_first_fill_is_never_open_here(store: Store) -> None:
    as_of = AsOf("village", "E1", 9)
    settled = {"phone": ["lost-op"]}
    lines = [
        FeedLine(5, "put", "op5", "", "resident", "r1", WHOLE, {}, "", "", 1, settled),
        FeedLine(6, "conflict", "lost-op", "", "resident", "r1", {"phone": "6"}, {}, "", "", 1),
    ]
    with store.transaction() as db:
        lay(db, [read_line(encode(line), as_of) for line in lines], as_of, 1)
    assert (shown(store, "phone"), open_conflicts(store.connection)) == ("1", [])
