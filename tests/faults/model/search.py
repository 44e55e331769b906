"""Searches for a run that fails, with the program as it is or with a bug planted in it.

    python -m tests.faults.model.search [--examples N] [--seed S] [--processes N]

prints how many runs held, or what failed and the steps that are enough for it, as JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.model.machine import RareDisasters, Villages
from tests.faults.model.play import failure, rule_of, shortened
from tests.faults.model.premises import Premises
from tests.faults.model.steps import Step

STEPS: Final = 20
PART: Final = 25
"""Runs between two looks at the clock."""
_SHORTEN_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Failing:
    """A run that failed: with which seed of the search, the rule that did not hold, all that was
    said of it, and its steps."""

    seed: int
    rule: str
    said: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to."""

    runs: int
    seconds: float
    failing: Failing | None


def search(
    premises: Premises, examples: int, seed: int, machine: type[Villages] = RareDisasters
) -> Searched:
    """Let Hypothesis try `examples` runs; the first that fails ends the search."""
    began = time.monotonic()
    seconds = 0.0
    found: list[Failing] = []

    class Seen(machine):  # type: ignore[misc, valid-type]
        runs = 0
        tried = 0

    def keep(steps: list[Step], error: BaseException) -> None:
        nonlocal seconds
        if not found:
            seconds = time.monotonic() - began
            found.append(Failing(seed, rule_of(error), repr(error), tuple(steps)))
            Seen.tried = Seen.runs

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
    if found:
        return Searched(Seen.tried, seconds, found[0])
    return Searched(Seen.runs, time.monotonic() - began, None)


def search_while(
    premises: Premises,
    seconds: float,
    seed: int,
    most: int | None = None,
    machine: type[Villages] = RareDisasters,
) -> Searched:
    """As many runs as fit into the time, and at most so many; the first that fails ends it.

    A search for each PART of them, with this seed and those that follow it.
    """
    began, runs = time.monotonic(), 0
    for following in count(seed):
        part = PART if most is None else min(PART, most - runs)
        came = search(premises, part, following, machine)
        runs += came.runs
        took = time.monotonic() - began
        if came.failing or took > seconds or (most is not None and runs >= most):
            break
    return Searched(runs, took, came.failing)


def search_at_once(examples: int, seed: int, processes: int) -> Searched:
    """`examples` runs, shared among processes of which each has seeds of its own."""
    share = -(-examples // processes)
    alone = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=alone) as pool:
        seeds = [seed + number * share for number in range(processes)]
        came = list(pool.map(_search_alone, [share] * processes, seeds))
    failing = next((one.failing for one in came if one.failing), None)
    return Searched(sum(one.runs for one in came), max(one.seconds for one in came), failing)


def _search_alone(examples: int, seed: int) -> Searched:
    premises = Premises()
    try:
        came = search_while(premises, math.inf, seed, examples)
        if came.failing is None:
            return came
        steps = tuple(short_case(premises, came.failing, _SHORTEN_S))
        return replace(came, failing=replace(came.failing, steps=steps))
    finally:
        premises.close()


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
    asked.add_argument("--processes", type=int, default=1)
    given = asked.parse_args()
    print(f"seed {given.seed}", flush=True)
    came = search_at_once(given.examples, given.seed, given.processes)
    print(f"{came.runs} runs in {came.seconds:.1f} s: {came.runs / came.seconds:.1f} a second")
    if came.failing is not None:
        print(f"seed {came.failing.seed}: {came.failing.said}")
        for step in came.failing.steps:
            print(json.dumps(step, ensure_ascii=False))


if __name__ == "__main__":
    main()
