"""A kiosk that works as it does in a village, to be cut off from its power at any moment.

Whatever it prints has happened: an id is a vital that was saved, "feed 30" a page that was applied
up to number 30. Run: cut_off_kiosk.py WORK FOLDER; what WORK may be stands at the end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.disk import DataOnDisk
from offline_sync.oplog import FeedEntry
from offline_sync.store import Store
from tests.builders import resident_change
from tests.faults.saving_kiosk import RESIDENT_ID, check_in

VILLAGE: Final = "坑口村"
_ENTRIES_A_PAGE: Final = 10


def say(what: str) -> None:
    print(what, flush=True)


def open_store(folder: Path, *, pages_in_journal: int | None = None) -> Store:
    """The store as the kiosk opens it: key, marker, journal and migrations with it.

    A journal of few pages is written into the database often, as it is in months of work.
    """
    store = DataOnDisk(folder).open_store()
    if pages_in_journal is not None:
        store.connection.execute(f"PRAGMA wal_autocheckpoint = {pages_in_journal}")
    return store


def check_ins(store: Store, count: int) -> None:
    if not store.connection["resident"].count_where("id = ?", [RESIDENT_ID]):
        store.save([resident_change(record_id=RESIDENT_ID)], by="staff-1")
    for _ in range(count):
        say(check_in(store))


def first_days(folder: Path) -> None:
    """A first start, and three more: each opens the store, saves and closes it in order."""
    for _ in range(4):
        with open_store(folder) as store:
            check_ins(store, 8)


def long_day(folder: Path) -> None:
    """Saves, with the journal written into the database again and again."""
    with open_store(folder, pages_in_journal=20) as store:
        check_ins(store, 120)


def careless_day(folder: Path) -> None:
    """Saves, with a setting that does not wait for the disk: it must be found out."""
    with open_store(folder, pages_in_journal=200) as store:
        store.connection.execute("PRAGMA synchronous = NORMAL")
        check_ins(store, 60)


def feed_pages(folder: Path) -> None:
    """Pages of other kiosks' residents, with own saves between them."""
    with open_store(folder, pages_in_journal=20) as store:
        for page in range(20):
            first = page * _ENTRIES_A_PAGE + 1
            entries = [entry(number) for number in range(first, first + _ENTRIES_A_PAGE)]
            store.apply_feed(VILLAGE, "hub-1", entries, entries[-1].seq)
            say(f"feed {entries[-1].seq}")
            check_ins(store, 1)


def new_version(folder: Path) -> None:
    """The first day of a new version over an older one's store (`older_store`)."""
    say("older")
    with open_store(folder, pages_in_journal=20) as store:
        check_ins(store, 8)


def entry(number: int) -> FeedEntry:
    """The line of the feed with this number: a resident, taken in by another kiosk."""
    resident = resident_change(record_id=f"theirs-{number}", phone=str(number))
    return FeedEntry(
        number, "put", f"hub-op-{number}", "resident", resident.record_id, resident.fields
    )


WORKS: Final[dict[str, Callable[[Path], None]]] = {
    work.__name__: work for work in (first_days, long_day, careless_day, feed_pages, new_version)
}

if __name__ == "__main__":
    WORKS[sys.argv[1]](Path(sys.argv[2]))
