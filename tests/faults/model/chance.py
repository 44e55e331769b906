"""Chance that repeats: the random ids of kiosks and hub come from a seed while a run lasts.

Two values that were set in the same millisecond are told apart by the ids of their ops, so a run
that is to be played again needs the same ids again.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from unittest import mock

from offline_sync import identity
from tests.faults.model.clocks import BEGINNING_MS


class _Counted:
    """In the place of the `time` that ids of ops begin with: a millisecond for each."""

    def __init__(self) -> None:
        self._ms = count(BEGINNING_MS)

    def time_ns(self) -> int:
        return next(self._ms) * 1_000_000


@contextmanager
def repeatable_chance(seed: int) -> Iterator[None]:
    """`secrets` gives the same tokens for the same seed until the block ends."""
    source = random.Random(seed)
    with (
        mock.patch.object(secrets, "token_bytes", source.randbytes),
        mock.patch.object(secrets, "token_hex", lambda length=32: source.randbytes(length).hex()),
        mock.patch.object(identity, "time", _Counted()),
    ):
        yield
