"""Starts a kiosk from what a power cut has left of its disk, and looks at all it then has."""

from __future__ import annotations

from pathlib import Path

from kiosk.disk import DataOnDisk
from offline_sync.errors import StoreError
from offline_sync.migrations import SCHEMA_VERSION, schema_version
from offline_sync.store import Store
from tests.builders import resident_change
from tests.faults.after_a_cut import Findings
from tests.faults.cut_off_kiosk import VILLAGE
from tests.faults.older_store import OLD_RESIDENTS
from tests.faults.recording import content_of
from tests.offline_sync.invariants import check_chain, records_as_kept, records_from_ops


def look_at_kiosk(image: Path, said: tuple[str, ...], found: Findings) -> None:
    """Start the kiosk from `image`, see that nothing is missing or broken, and save once more."""
    before = content_of(image)
    try:
        store = DataOnDisk(image).open_store()
    except StoreError as error:
        found.refused += 1
        found.note(f"{type(error).__name__}: {error}")
        if not (error.next_step and before.items() <= content_of(image).items()):
            found.damaged += 1
            found.note("a refusal says no next step, or has changed a file")
        return
    with store:
        lost, trouble = _lost(store, said), _broken(store)
        store.save([resident_change()], by="staff-1")  # and it goes on
    found.note_broken(trouble)
    found.note_lost(lost)


def _broken(store: Store) -> list[str]:
    """What cannot be read, is not as it was signed, or does not fit to what it belongs to."""
    db = store.connection
    kept, by_ops = records_as_kept(db), records_from_ops(db)
    theirs = {key for key in kept if key[1].startswith("theirs-")}
    read = {("resident", f"theirs-{n}") for n in range(1, store.cursor(VILLAGE).after + 1)}
    try:
        check_chain(db)
        chain_is_whole = True
    except AssertionError:
        chain_is_whole = False
    whole = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    # The signatures are looked at in the database file alone, and a page that was being written
    # there is whole in the journal.
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    sound = {
        "integrity": whole,
        "page signatures": db.execute("PRAGMA cipher_integrity_check").fetchall() == [],
        "references": db.execute("PRAGMA foreign_key_check").fetchall() == [],
        "schema": schema_version(db) == SCHEMA_VERSION,
        "chain": chain_is_whole,
        "records and their ops": {key: kept[key] for key in kept.keys() - theirs} == by_ops,
        "feed and cursor": theirs == read,
    }
    return [what for what, is_so in sound.items() if not is_so]


def _lost(store: Store, said: tuple[str, ...]) -> set[str]:
    """What was said to be saved or applied and is not there."""
    residents = {row[0] for row in store.connection.execute("SELECT id FROM resident")}
    there = {row[0] for row in store.connection.execute("SELECT id FROM vital")}
    there |= {f"feed {number}" for number in range(1, store.cursor(VILLAGE).after + 1)}
    there |= {"older"} if residents >= OLD_RESIDENTS else set()
    return set(said) - there
