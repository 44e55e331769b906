"""The mutation gate: each planted bug breaks the run that found it, and only the bug does.

At night the search itself has to find every one of them again, from a new seed that is printed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

import pytest

from tests.faults.model.cases import FOLDER, read_case
from tests.faults.model.gate import EXAMPLES, HEAD, open_gate
from tests.faults.model.mutants import MUTANTS
from tests.faults.model.play import failure, play, rule_of
from tests.faults.model.premises import Premises

AT_LEAST: Final = 10


@pytest.fixture(scope="module")
def premises() -> Iterator[Premises]:
    made = Premises()
    yield made
    made.close()


def test_there_are_ten_planted_bugs_and_a_case_for_each_and_no_other() -> None:
    assert len(MUTANTS) >= AT_LEAST
    assert {path.stem for path in FOLDER.glob("*.json")} == set(MUTANTS)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_breaks_its_case_and_the_case_is_good_without_it(
    premises: Premises, name: str
) -> None:
    case = read_case(name)
    play(premises, case.steps)
    with MUTANTS[name].planted():
        error = failure(premises, case.steps)
    assert error is not None, f"{name} is not noticed"
    assert rule_of(error) == case.rule


@pytest.mark.nightly
@pytest.mark.timeout(6 * 3600)
def test_the_search_finds_every_planted_bug(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.randrange(1 << 32)
    with capsys.disabled():
        print(f"\nmutation gate: seed {seed}\n{HEAD}")
        missed = []
        for line in open_gate(premises, MUTANTS, EXAMPLES, seed):
            print(line)
            if not line.found:
                missed.append(line.mutant)
    assert not missed
