"""The demo as somebody plays with it: no tour drives it, and a check-in can be finished."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.demo.run import DEMO_WORDS
from kiosk.demo.village import HOST_CARD, demo_staff

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(180)
def test_a_visitor_can_measure_without_pressing_anything_on_the_cuff(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.checking_in", str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "144"


def test_the_demo_says_how_to_get_in() -> None:
    worker = demo_staff()[0]
    assert HOST_CARD in DEMO_WORDS
    assert worker.name.endswith("Wong Wing Sze")
    assert worker.passphrase in DEMO_WORDS
    assert worker.pin in DEMO_WORDS
