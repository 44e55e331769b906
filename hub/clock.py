"""The hub's clock."""

from __future__ import annotations

import time
from collections.abc import Callable

NowMs = Callable[[], int]
"""Gives milliseconds since 1970 UTC."""


def system_now_ms() -> int:
    """Milliseconds since 1970 UTC by this computer's clock."""
    return time.time_ns() // 1_000_000
