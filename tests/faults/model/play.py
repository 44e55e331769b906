"""Plays a list of steps without Hypothesis, and makes a failing list as short as it gets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from tests.faults.model.judgement import end
from tests.faults.model.premises import Premises
from tests.faults.model.steps import Step
from tests.faults.model.world import World


def play(premises: Premises, steps: Sequence[Step]) -> None:
    """One run of these steps, judged. Raises what the run raises."""
    world = World(premises)
    try:
        for step in steps:
            world.do(step)
        end(world)
    finally:
        world.close()


def failure(premises: Premises, steps: Sequence[Step]) -> Exception | None:
    """What a run of these steps fails with; None when all is well."""
    try:
        play(premises, steps)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the run came to
        return error
    return None


def rule_of(error: BaseException) -> str:
    """What was broken, without the names and numbers of this run."""
    return getattr(error, "rule", type(error).__name__)


def shortened(
    steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool], seconds: float
) -> list[Step]:
    """The steps without those that the failure does not need, tried for so long.

    Parts are left out, from halves down to single steps (Zeller's ddmin).
    """
    until = time.monotonic() + seconds
    kept = list(steps)
    size = max(1, len(kept) // 2)
    while time.monotonic() < until:
        shorter = False
        at = 0
        while at < len(kept) and time.monotonic() < until:
            tried = kept[:at] + kept[at + size :]
            if fails(tried):
                kept, shorter = tried, True
            else:
                at += size
        if size == 1 and not shorter:
            break
        size = max(1, size // 2)
    return kept
