"""The power goes at any moment: what the kiosk had said was saved is there, and nothing is torn.

A kiosk works under the recorder (recorder.c); for random moments the disk is built as a cut could
have left it (disk.py), and the kiosk starts from it. The same must find lost saves where the
store does not wait for the disk, or it could not find any.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Final

import pytest

from kiosk.disk import DataOnDisk
from tests.faults.after_a_cut import cut_and_start_again, laid_out
from tests.faults.disk import Disk
from tests.faults.kiosk_after_a_cut import look_at_kiosk
from tests.faults.older_store import lay_out_older_store
from tests.faults.recording import (
    Kind,
    Recording,
    content_of,
    record,
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the recorder stands between a program and Linux's C library"
)

# A thousand images together: 200 more are of the hub (test_hub_power_cut.py), 50 of a recovery.
IMAGES: Final = {"first_days": 250, "long_day": 200, "feed_pages": 100, "new_version": 200}
A_NIGHT: Final = 10


def recording_of(work: str, recorder: Path, folder: Path) -> Recording:
    data = folder / "data"
    if work == "new_version":
        on_disk = DataOnDisk(data)
        lay_out_older_store(on_disk.path, on_disk.key.key)
    return record(recorder, data, ["tests.faults.cut_off_kiosk", work, str(data)])


@pytest.mark.parametrize("work", IMAGES)
def test_after_a_power_cut_all_that_was_saved_is_there(
    work: str, recorder: Path, folder: Path, chance: random.Random
):
    recording = recording_of(work, recorder, folder)
    cut_and_start_again(recording, IMAGES[work], chance, folder, look_at_kiosk).must_be_flawless()


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("work", IMAGES)
def test_after_ten_times_as_many_power_cuts_all_that_was_saved_is_there(
    work: str, recorder: Path, folder: Path, chance: random.Random
):
    recording = recording_of(work, recorder, folder)
    cut_and_start_again(
        recording, IMAGES[work] * A_NIGHT, chance, folder, look_at_kiosk
    ).must_be_flawless()


def test_a_power_cut_while_the_kiosk_recovers_from_one_loses_nothing(
    recorder: Path, folder: Path, chance: random.Random
):
    first = recording_of("long_day", recorder, folder)
    disk = Disk(first.before)
    cut = chance.randrange(len(first.events) // 2, len(first.events))
    for event in first.events[:cut]:
        disk.happen(event)
    said = first.said_until(cut)
    with laid_out(disk.after_power_cut(chance), folder, chance) as image:
        words = ["tests.faults.cut_off_kiosk", "first_days", str(image)]
        second = record(recorder, image, words)
    print(f"cut after {cut} events")
    recording = Recording(second.before, second.events, said)
    cut_and_start_again(recording, 50, chance, folder, look_at_kiosk).must_be_flawless()


def test_saves_are_lost_where_the_store_does_not_wait_for_the_disk(
    recorder: Path, folder: Path, chance: random.Random
):
    recording = recording_of("careless_day", recorder, folder)
    found = cut_and_start_again(recording, 60, chance, folder, look_at_kiosk)
    print(found)
    assert found.losing > 0
    assert found.damaged == 0


@pytest.mark.parametrize("work", ["first_days", "new_version"])
def test_a_recording_misses_nothing(work: str, recorder: Path, folder: Path):
    recording = recording_of(work, recorder, folder)
    disk = Disk(recording.before)
    for event in recording.events:
        disk.happen(event)
    assert disk.as_seen() == content_of(folder / "data")
    assert sum(event.kind is Kind.SYNCED for event in recording.events) > len(recording.said)
