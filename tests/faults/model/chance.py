"""Chance that repeats: the random ids of kiosks and hub come from a seed while a run lasts.

Two values that were set in the same millisecond are told apart by the ids of their ops, so a run
that is to be played again needs the same ids again.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock


@contextmanager
def repeatable_chance(seed: int) -> Iterator[None]:
    """`secrets` gives the same tokens for the same seed until the block ends."""
    source = random.Random(seed)
    with (
        mock.patch.object(secrets, "token_bytes", source.randbytes),
        mock.patch.object(secrets, "token_hex", lambda length=32: source.randbytes(length).hex()),
    ):
        yield
