"""The power goes at the hub: what it had acknowledged is there, with its receipts and its key.

As test_power_cut.py for the kiosk; the hub is on its own SQLite. A PostgreSQL's promise is its own,
and is tested there with kills (tests/hub/test_postgres_at_once.py).
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.faults.after_a_cut import cut_and_start_again
from tests.faults.hub_after_a_cut import look_at_hub
from tests.faults.recording import Recording, record

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the recorder stands between a program and Linux's C library"
)

IMAGES = 200
A_NIGHT = 2_500


def recording_of(work: str, recorder: Path, folder: Path) -> Recording:
    data = folder / "data"
    return record(recorder, data, ["tests.faults.cut_off_hub", work, str(data)])


def test_after_a_power_cut_the_hub_has_all_that_it_acknowledged(
    recorder: Path, folder: Path, chance: random.Random
):
    recording = recording_of("day", recorder, folder)
    cut_and_start_again(recording, IMAGES, chance, folder, look_at_hub).must_be_flawless()


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_after_many_more_power_cuts_the_hub_has_all_that_it_acknowledged(
    recorder: Path, folder: Path, chance: random.Random
):
    recording = recording_of("day", recorder, folder)
    cut_and_start_again(recording, A_NIGHT, chance, folder, look_at_hub).must_be_flawless()


def test_acknowledged_ops_are_lost_where_the_hub_does_not_wait_for_the_disk(
    recorder: Path, folder: Path, chance: random.Random
):
    recording = recording_of("careless_day", recorder, folder)
    found = cut_and_start_again(recording, 30, chance, folder, look_at_hub)
    print(found)
    assert found.losing > 0
