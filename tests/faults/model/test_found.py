"""Runs that once broke the program itself: each is played for ever, and holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.model.play import play
from tests.faults.model.premises import Premises

FOUND = sorted(Path(__file__).with_name("found").glob("*.json"))


@pytest.fixture(scope="module")
def premises() -> Iterator[Premises]:
    made = Premises()
    yield made
    made.close()


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(premises: Premises, path: Path) -> None:
    play(premises, json.loads(path.read_text(encoding="utf-8"))["steps"])
