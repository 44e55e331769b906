"""How much travels at once, as the line allows: more while it is quick, less after a cut.

What was cut is not tried again at once: on a line that breaks every so many seconds, growing
straight back to the size that broke would waste every other try.
"""

from __future__ import annotations

from typing import Final

GROW_UNDER_S: Final = 8.0
_TRIES_BELOW: Final = 8


class Portion:
    """A number of ops or lines: starts at `first`, doubles under so many seconds, halves on a cut,
    between 1 and `largest`."""

    def __init__(self, first: int, largest: int, grow_under_s: float = GROW_UNDER_S) -> None:
        self._largest = largest
        self._grow_under_s = grow_under_s
        self._size = min(first, largest)
        self._broke_at: int | None = None
        self._went_well = 0

    @property
    def size(self) -> int:
        """How many to ask for next."""
        return self._size

    def went_through(self, many: int, took_s: float) -> None:
        """So many went through in so many seconds."""
        if many < self._size:
            return
        self._went_well += 1
        if took_s >= self._grow_under_s:
            return
        if self._broke_at is not None and self._size * 2 >= self._broke_at:
            if self._went_well < _TRIES_BELOW:
                return
            self._broke_at = None
        self._size = min(self._largest, self._size * 2)

    def was_cut(self, many: int) -> None:
        """So many did not go through."""
        self._broke_at = max(2, many)
        self._went_well = 0
        self._size = max(1, min(self._size, many) // 2)

    def no_more_than(self, wish: int) -> None:
        """The other side would rather have fewer at once."""
        self._size = max(1, min(self._size, wish))
