"""Stored cases: the steps of runs that failed once, as JSON that a person can read and change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.model.steps import Step

FOLDER: Final = Path(__file__).with_name("cases")


@dataclass(frozen=True, slots=True)
class Case:
    """How a planted bug was found: with which seed, after how many runs and seconds, by which
    rule that did not hold, and the steps that are enough for it."""

    mutant: str
    rule: str
    seed: int
    runs: int
    seconds: float
    steps: tuple[Step, ...]


def read_case(mutant: str) -> Case:
    """The case of a mutant. Raises FileNotFoundError for one that was never found."""
    kept = json.loads((FOLDER / f"{mutant}.json").read_text(encoding="utf-8"))
    return Case(**{**kept, "steps": tuple(kept["steps"])})


def keep_case(case: Case) -> None:
    """Write a case, one step a line."""
    head = {name: getattr(case, name) for name in ("mutant", "rule", "seed", "runs", "seconds")}
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    steps = ",\n".join(f"  {json.dumps(step, ensure_ascii=False)}" for step in case.steps)
    text = "\n".join(["{", *lines, ' "steps": [', steps, " ]", "}", ""])
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{case.mutant}.json").write_text(text, encoding="utf-8")
