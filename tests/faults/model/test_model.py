"""Three kiosks and a hub, in as many invented runs as the time holds: nothing is ever lost.

The seed is printed; `VILLAGE_MODEL_SEED=… pytest …` looks at the same runs again.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from tests.faults.model.machine import Disasters
from tests.faults.model.premises import Premises
from tests.faults.model.search import Searched, search_at_once, search_while, short_case

SECONDS: Final = 60.0
SEED: Final = 2_659_812_499
"""Of the default suite: there a change is to make it red, and not chance. Nights look elsewhere."""
EXAMPLES_OF_A_NIGHT: Final = 50_000
_SHORTEN_S: Final = 60.0


@pytest.fixture
def premises() -> Iterator[Premises]:
    made = Premises()
    yield made
    made.close()


def seed_or(otherwise: int) -> int:
    """What VILLAGE_MODEL_SEED says."""
    return int(os.environ.get("VILLAGE_MODEL_SEED") or otherwise)


@pytest.mark.timeout(600)
def test_nothing_is_lost_doubled_or_overwritten_and_all_converge(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = seed_or(SEED)
    came = search_while(premises, SECONDS, seed, machine=Disasters)
    if came.failing is not None:
        steps = tuple(short_case(premises, came.failing, _SHORTEN_S))
        came = replace(came, failing=replace(came.failing, steps=steps))
    tell(came, seed, capsys)


@pytest.mark.nightly
@pytest.mark.timeout(12 * 3600)
def test_others_on_every_core_all_night(capsys: pytest.CaptureFixture[str]) -> None:
    seed = seed_or(random.randrange(1 << 32))
    tell(search_at_once(EXAMPLES_OF_A_NIGHT, seed, os.cpu_count() or 1), seed, capsys)


def tell(came: Searched, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Say how much was looked at, and fail with the steps of a run that failed."""
    rate = came.runs / came.seconds
    with capsys.disabled():
        print(
            f"\nmodel: seed {seed}, {came.runs} runs in {came.seconds:.0f} s, {rate:.1f} a second"
        )
    if came.failing is not None:
        steps = "\n".join(map(json.dumps, came.failing.steps))
        pytest.fail(f"seed {came.failing.seed}: {came.failing.said}\n{steps}")
