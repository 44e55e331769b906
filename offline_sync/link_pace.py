"""How much travels at once, as the line allows: twice as much while it is quick, half after a cut.

Simpler than it could be, and measured against rules that weigh the time between cuts: those were
slower on lines that break regularly, and no rule knows that beforehand. Nothing here measures a
time or sends anything.
"""

from __future__ import annotations

from typing import Final

GROW_UNDER_S: Final = 8.0


class Portion:
    """A number of ops or lines: starts at `first`, doubles under so many seconds, halves on a cut,
    between 1 and `largest`; a `fixed` one is always `first`."""

    def __init__(
        self, first: int, largest: int, grow_under_s: float = GROW_UNDER_S, *, fixed: bool = False
    ) -> None:
        self._largest = largest
        self._grow_under_s = grow_under_s
        self._fixed = fixed
        self._size = min(first, largest)

    @property
    def is_largest(self) -> bool:
        """Whether as many go at once as ever do."""
        return self._size == self._largest

    @property
    def size(self) -> int:
        """How many to ask for next."""
        return self._size

    def went_through(self, many: int, took_s: float) -> None:
        """So many went through in so many seconds."""
        if not self._fixed and many >= self._size and took_s < self._grow_under_s:
            self._size = min(self._largest, self._size * 2)

    def halve(self, many: int) -> None:
        """So many did not go through."""
        if not self._fixed:
            self._size = max(1, min(self._size, many) // 2)

    def no_more_than(self, wish: int) -> None:
        """The other side would rather have fewer at once."""
        if not self._fixed:
            self._size = max(1, min(self._size, wish))
