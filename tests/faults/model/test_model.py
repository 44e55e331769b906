"""Three kiosks and a hub, in as many invented runs as the time holds: nothing is ever lost.

The seed is printed; `VILLAGE_MODEL_SEED=… pytest …` looks at the same runs again.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import settings

from tests.faults.model.premises import Premises
from tests.faults.model.search import search, short_case

EXAMPLES: Final = 500
EXAMPLES_OF_A_NIGHT: Final = 50_000
_SHORTEN_S: Final = 60.0


@pytest.fixture
def premises() -> Iterator[Premises]:
    made = Premises()
    yield made
    made.close()


# Not in the default suite yet: it finds a conflict that one side holds open after a hub was
# restored twice, and that is not mended.
@pytest.mark.nightly
@pytest.mark.timeout(12 * 3600)
def test_nothing_is_lost_doubled_or_overwritten_and_all_converge(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    nightly = settings.get_current_profile_name() == "nightly"
    seed = int(os.environ.get("VILLAGE_MODEL_SEED") or random.randrange(1 << 32))
    came = search(premises, EXAMPLES_OF_A_NIGHT if nightly else EXAMPLES, seed)
    with capsys.disabled():
        print(
            f"\nmodel: seed {seed}, {came.runs} runs in {came.seconds:.0f} s,"
            f" {came.runs / came.seconds:.1f} a second"
        )
    if came.failing is not None:
        steps = "\n".join(map(json.dumps, short_case(premises, came.failing, _SHORTEN_S)))
        pytest.fail(f"seed {seed}: {came.failing.error}\n{steps}")
