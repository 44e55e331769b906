"""The mutation gate: is every planted bug found, how soon, and by what?

    python -m tests.faults.model.gate [--only NAME ...] [--examples N] [--seed S] [--keep]

prints a table. With --keep the case of each is made short and stored for the tests to play.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.faults.model.cases import Case, keep_case
from tests.faults.model.mutants import MUTANTS
from tests.faults.model.premises import Premises
from tests.faults.model.search import Searched, search_while, short_case

EXAMPLES = 4_000
_SHORTEN_S = 90.0
HEAD = f"{'mutant':24} {'runs':>6} {'seconds':>8}  what failed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a mutant and what a search for it came to."""

    mutant: str
    came: Searched

    @property
    def found(self) -> bool:
        return self.came.failing is not None

    def __str__(self) -> str:
        failed = self.came.failing
        said = "NOT FOUND" if failed is None else failed.rule
        return f"{self.mutant:24} {self.came.runs:6} {self.came.seconds:8.1f}  {said}"


def open_gate(
    premises: Premises, names: Iterable[str], examples: int, seed: int, *, keep: bool = False
) -> Iterator[Line]:
    """Search for each of these planted bugs."""
    for name in names:
        with MUTANTS[name].planted():
            came = search_while(premises, math.inf, seed, examples)
            if keep and came.failing is not None:
                found = came.failing
                steps = tuple(short_case(premises, found, _SHORTEN_S))
                seconds = round(came.seconds, 1)
                keep_case(Case(name, found.rule, found.seed, came.runs, seconds, steps))
        yield Line(name, came)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", nargs="*", choices=MUTANTS, default=list(MUTANTS))
    asked.add_argument("--examples", type=int, default=EXAMPLES)
    asked.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked.add_argument("--keep", action="store_true")
    given = asked.parse_args()
    premises = Premises()
    try:
        print(f"seed {given.seed}\n{HEAD}", flush=True)
        for line in open_gate(premises, given.only, given.examples, given.seed, keep=given.keep):
            print(line, flush=True)
    finally:
        premises.close()


if __name__ == "__main__":
    main()
