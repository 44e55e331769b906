"""Cuts the power of a recorded program at random moments, and counts what is found afterwards."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.disk import Disk
from tests.faults.recording import INDEX_OF_A_JOURNAL, Recording


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

    def note_lost(self, lost: set[str]) -> None:
        """Note what was said to be saved and is missing."""
        if lost:
            self.losing += 1
            self.most_lost = max(self.most_lost, len(lost))
            self.note(f"lost {len(lost)}: {sorted(lost)[:3]}")

    def note_broken(self, trouble: list[str]) -> None:
        """Note what is broken."""
        if trouble:
            self.damaged += 1
            self.note(f"broken: {', '.join(trouble)}")

    def must_be_flawless(self) -> None:
        """Nothing refused, broken or lost."""
        print(self)
        assert (self.refused, self.damaged, self.losing) == (0, 0, 0), self.first_trouble


Look = Callable[[Path, tuple[str, ...], Findings], None]
"""Starts the program from a folder and looks at all it then has; gets what it had said, too."""


def cut_and_start_again(
    recording: Recording, images: int, chance: random.Random, folder: Path, look: Look
) -> Findings:
    """Cut the power at this many moments of a recording, and start again from each image."""
    found = Findings()
    disk = Disk(recording.before)
    happened = 0
    for cut in sorted(chance.randrange(len(recording.events) + 1) for _ in range(images)):
        for event in recording.events[happened:cut]:
            disk.happen(event)
        happened = cut
        with laid_out(disk.after_power_cut(chance), folder, chance) as image:
            found.images += 1
            look(image, recording.said_until(cut), found)
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
        for journal in [name for name in image if name.endswith("-wal")]:
            if chance.random() < 0.5:  # what lay in shared memory may have reached the disk
                index = journal.removesuffix("-wal") + INDEX_OF_A_JOURNAL
                (place / index).write_bytes(chance.randbytes(32_768))
        yield place
    finally:
        shutil.rmtree(place)
