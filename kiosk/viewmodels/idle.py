"""When has everybody left? Counts the time since the last touch; it never moves anything itself.

Numbers of the design: a resident has 60 s and then 30 s of "Are you still there?"; a worker has
5 min before the PIN; a forgotten sign-in page gives the screen back after 60 s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kiosk.viewmodels.routes import SIGN_IN_ROUTES, STAFF_ROUTES, UNTIMED_ROUTES


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """Seconds without a touch."""

    resident: float = 60
    warning: float = 30
    staff: float = 300
    toast: float = 4


class Idle(Enum):
    """What the frame has to do now."""

    NOTHING = "nothing"
    ASK = "ask"  # "Are you still there?", or count it down
    LEAVE = "leave"
    LOCK = "lock"


class IdleWatch:
    def __init__(self, limits: IdleLimits, monotonic: Callable[[], float]) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._touched_at = monotonic()
        self._asked_at: float | None = None

    @property
    def asking(self) -> bool:
        return self._asked_at is not None

    @property
    def seconds_left(self) -> int:
        if self._asked_at is None:
            return 0
        return max(0, round(self._limits.warning - (self._monotonic() - self._asked_at)))

    def touch(self) -> None:
        """Somebody is here. While the question is asked, only its own answer counts."""
        if self._asked_at is None:
            self._touched_at = self._monotonic()

    def begin_again(self) -> bool:
        """Somebody answered, or the page changed. True when a question was open."""
        asked, self._asked_at = self.asking, None
        self._touched_at = self._monotonic()
        return asked

    def look(self, route: str) -> Idle:
        idle = self._monotonic() - self._touched_at
        if route in UNTIMED_ROUTES:
            return Idle.NOTHING
        if route in STAFF_ROUTES:
            return Idle.LOCK if idle >= self._limits.staff else Idle.NOTHING
        if route in SIGN_IN_ROUTES:
            return Idle.LEAVE if idle >= self._limits.resident else Idle.NOTHING
        return self._look_at_resident(idle)

    def _look_at_resident(self, idle: float) -> Idle:
        now = self._monotonic()
        if self._asked_at is None:
            if idle < self._limits.resident:
                return Idle.NOTHING
            self._asked_at = now
        return Idle.LEAVE if now - self._asked_at >= self._limits.warning else Idle.ASK
