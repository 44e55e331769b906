"""Starts a kiosk from what a power cut has left of its disk, and looks at all it then has."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.disk import DATABASE, DataOnDisk
from offline_sync.errors import StoreError
from offline_sync.migrations import SCHEMA_VERSION, schema_version
from offline_sync.store import Store
from tests.builders import resident_change
from tests.faults.cut_off_kiosk import VILLAGE
from tests.faults.disk import Disk
from tests.faults.older_store import OLD_RESIDENTS
from tests.faults.recording import INDEX_OF_A_JOURNAL, Recording, content_of
from tests.offline_sync.invariants import check_chain, records_as_kept, records_from_ops


@dataclass(slots=True)
class Findings:
    """What was found over many images."""

    images: int = 0
    refused: int = 0  # the store did not open, and said why
    damaged: int = 0  # it opened, and something in it is broken or does not fit together
    losing: int = 0  # images in which something is missing that was said to be saved
    most_lost: int = 0
    first_trouble: str = ""

    def note(self, trouble: str) -> None:
        """Keep the first of what went wrong, for the person who reads the failed test."""
        self.first_trouble = self.first_trouble or f"image {self.images}: {trouble}"

    def must_be_flawless(self) -> None:
        """Nothing refused, broken or lost."""
        print(self)
        assert (self.refused, self.damaged, self.losing) == (0, 0, 0), self.first_trouble


def cut_and_start_again(
    recording: Recording, images: int, chance: random.Random, folder: Path
) -> Findings:
    """Cut the power at this many moments of a recording, and start the kiosk from each image."""
    found = Findings()
    disk = Disk(recording.before)
    happened = 0
    for cut in sorted(chance.randrange(len(recording.events) + 1) for _ in range(images)):
        for event in recording.events[happened:cut]:
            disk.happen(event)
        happened = cut
        with laid_out(disk.after_power_cut(chance), folder, chance) as image:
            found.images += 1
            _look_at(image, recording.said_until(cut), found)
    return found


@contextmanager
def laid_out(image: Mapping[str, bytes], folder: Path, chance: random.Random) -> Iterator[Path]:
    """The image as a folder, which is gone afterwards."""
    place = folder / "image"
    place.mkdir(mode=0o700)
    try:
        for name, content in image.items():
            (place / name).write_bytes(content)
            (place / name).chmod(0o600)
        if chance.random() < 0.5:  # what lay in the shared memory may have reached the disk
            (place / (DATABASE + INDEX_OF_A_JOURNAL)).write_bytes(chance.randbytes(32_768))
        yield place
    finally:
        shutil.rmtree(place)


def _look_at(image: Path, said: tuple[str, ...], found: Findings) -> None:
    before = content_of(image)
    try:
        store = DataOnDisk(image).open_store()
    except StoreError as error:
        found.refused += 1
        found.note(f"{type(error).__name__}: {error}")
        if not (error.next_step and before.items() <= content_of(image).items()):
            found.damaged += 1
            found.note("it says no next step, or has changed a file")
        return
    with store:
        lost, trouble = _lost(store, said), broken(store)
        store.save([resident_change()], by="staff-1")  # and it goes on
    if trouble:
        found.damaged += 1
        found.note(f"broken: {', '.join(trouble)}")
    if lost:
        found.losing += 1
        found.most_lost = max(found.most_lost, len(lost))
        found.note(f"lost {len(lost)} of {len(said)}: {sorted(lost)[:3]}")


def broken(store: Store) -> list[str]:
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
