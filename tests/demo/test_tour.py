"""The whole main job, once: `village-kiosk --demo --tour DIR` as anybody would run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

STEPS = 19
KEYS = {
    "readings_from_ble",
    "visits_saved",
    "vehicles_counted",
    "intervals_saved",
    "ops_written",
    "ops_acknowledged",
    "hub_ops",
    "seconds",
}


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("tour")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "--demo", "--tour", str(target)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "WARNING qt" not in done.stderr, done.stderr[-3000:]
    assert "WARNING bleak" not in done.stderr, done.stderr[-3000:]
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return target


@pytest.mark.timeout(300)
def test_the_tour_measures_visits_counts_and_sends_everything(tour: Path) -> None:
    summary = json.loads((tour / "summary.json").read_text("utf-8"))
    assert summary["readings_from_ble"] == 2
    assert summary["visits_saved"] == 52  # fifty of the past, and two in the tour
    assert summary["vehicles_counted"] > 0
    assert summary["intervals_saved"] >= 4
    # A quarter hour is one op, and how many of them there are depends on the time of the day.
    assert summary["ops_written"] - summary["intervals_saved"] > 850
    assert summary["ops_written"] == summary["ops_acknowledged"] == summary["hub_ops"]
    assert set(summary) == KEYS
    counts = {name: value for name, value in summary.items() if name != "seconds"}
    assert {type(value) for value in counts.values()} == {int}, counts
    assert type(summary["seconds"]) is float


@pytest.mark.timeout(300)
def test_every_step_has_a_picture_in_each_language(tour: Path) -> None:
    pictures = sorted(tour.glob("*.png"))
    steps = {picture.name.split(".")[0] for picture in pictures}
    assert len(steps) == STEPS
    assert len(pictures) == 3 * STEPS
    for picture in pictures:
        image = QImage(str(picture))
        assert (image.width(), image.height()) == (1280, 800), picture.name


@pytest.mark.timeout(300)
def test_the_languages_of_a_step_look_different(tour: Path) -> None:
    for english in tour.glob("*.en.png"):
        chinese = english.with_name(english.name.replace(".en.", ".zh_HK."))
        assert QImage(str(english)) != QImage(str(chinese)), english.name
