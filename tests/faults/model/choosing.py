"""How a number in a step chooses among what there is."""

from __future__ import annotations

from collections.abc import Sequence


def one_of(ids: Sequence[str], number: int) -> str | None:
    """The id at this place, counted round and round; None when there is none."""
    return ids[number % len(ids)] if ids else None
