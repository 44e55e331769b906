"""Searches for a run that fails, with the program as it is or with a bug planted in it.

    python -m tests.faults.model.search [--mutant NAME] [--examples N] [--seed S]

prints what was found and its steps as JSON. With --keep the case is written where the tests
play it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.model.machine import Disasters, Villages
from tests.faults.model.play import failure, rule_of, shortened
from tests.faults.model.premises import Premises
from tests.faults.model.steps import Step

STEPS = 20


@dataclass(frozen=True, slots=True)
class Failing:
    """A run that failed: after how many runs and seconds, with what, and its steps."""

    runs: int
    seconds: float
    error: BaseException
    steps: Sequence[Step]

    @property
    def rule(self) -> str:
        return rule_of(self.error)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to."""

    runs: int
    seconds: float
    failing: Failing | None


def search(
    premises: Premises, examples: int, seed: int, machine: type[Villages] = Disasters
) -> Searched:
    """Let Hypothesis try `examples` runs; the first that fails ends the search."""
    began = time.monotonic()
    found: list[Failing] = []

    class Seen(machine):  # type: ignore[misc, valid-type]
        runs = 0

    def keep(steps: list[Step], error: BaseException) -> None:
        if not found:
            found.append(Failing(Seen.runs, time.monotonic() - began, error, tuple(steps)))

    Seen.premises = premises
    Seen.on_failure = staticmethod(keep)
    how = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(Seen), settings=how)
    except Exception:
        if not found:
            raise
    return Searched(Seen.runs, time.monotonic() - began, found[0] if found else None)


def short_case(premises: Premises, failing: Failing, seconds: float) -> list[Step]:
    """The steps of a failing run, without those that its failure does not need."""

    def fails(steps: Sequence[Step]) -> bool:
        error = failure(premises, steps)
        return error is not None and rule_of(error) == failing.rule

    return shortened(failing.steps, fails, seconds)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--examples", type=int, default=1_000)
    asked.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked.add_argument("--calm", action="store_true")
    given = asked.parse_args()
    premises = Premises()
    try:
        print(f"seed {given.seed}", flush=True)
        machine = Villages if given.calm else Disasters
        came = search(premises, given.examples, given.seed, machine)
        print(
            f"{came.runs} runs in {came.seconds:.1f} s: {came.runs / came.seconds:.1f} a second",
            flush=True,
        )
        if came.failing is not None:
            print(f"{came.failing.error!r}", flush=True)
            for step in short_case(premises, came.failing, 120):
                print(json.dumps(step, ensure_ascii=False))
    finally:
        premises.close()


if __name__ == "__main__":
    main()
