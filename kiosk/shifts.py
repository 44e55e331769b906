"""Who is at work at this kiosk, and who has the screen.

A shift is opened by passphrase and lasts at most ten hours; several workers may have one at
a time, and one of them has the screen. Five idle minutes lock the screen, and a PIN gives it
back to that worker or to another whose shift is open. Shifts live in memory only: a kiosk
that starts again asks for a passphrase. Nothing here touches the store.

Time is measured on the monotonic clock alone, which counts sleep and which nobody can set: a
wall clock set back cannot keep a shift open, and one set right cannot end it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.roles import Permission, Refusal, Role, allowed
from offline_sync.clock import Clock, Instant

SHIFT_LIMIT_MS: Final = 10 * 60 * 60 * 1000
IDLE_LOCK_MS: Final = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of staff whom the kiosk has recognised."""

    staff_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class _Shift:
    worker: Worker
    opened: Instant


class Shifts:
    """The open shifts of this kiosk. Lives on the GUI thread; it is the `Gate` of view models."""

    def __init__(self, clock: Clock, idle_lock_ms: int = IDLE_LOCK_MS) -> None:
        self._clock = clock
        self._idle_lock_ms = idle_lock_ms
        self._open: dict[str, _Shift] = {}
        self._at_screen: str | None = None
        self._locked = False
        self._last_touch = clock.now()
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the worker at the screen, a lock or a shift changed."""
        self._listeners.append(listener)

    @property
    def worker(self) -> Worker | None:
        """The worker at the screen, also while it is locked; None when nobody is."""
        return None if self._at_screen is None else self._open[self._at_screen].worker

    @property
    def locked(self) -> bool:
        """Whether the worker at the screen must give the PIN before anything else."""
        return self._locked

    def workers(self) -> tuple[Worker, ...]:
        """Everyone with an open shift, in the order in which they came."""
        return tuple(shift.worker for shift in self._open.values())

    def has_shift(self, staff_id: str) -> bool:
        """Whether a PIN is enough for this worker now."""
        self.tick()
        return staff_id in self._open

    def open(self, worker: Worker) -> None:
        """The passphrase was right: a fresh ten hours, and the screen."""
        self._open[worker.staff_id] = _Shift(worker, self._clock.now())
        self._give_screen(worker.staff_id)

    def unlock(self, staff_id: str) -> bool:
        """The PIN was right: give the screen to this worker. False when the shift has ended."""
        if not self.has_shift(staff_id):
            return False
        self._give_screen(staff_id)
        return True

    def lock(self) -> None:
        """Ask for a PIN before the next staff action; the shift goes on."""
        if self._at_screen is not None and not self._locked:
            self._locked = True
            self._changed()

    def end(self, staff_id: str) -> None:
        """The worker's shift is over: the next sign-in asks for the passphrase."""
        if self._open.pop(staff_id, None) is None:
            return
        if self._at_screen == staff_id:
            self._at_screen = None
            self._locked = False
        self._changed()

    def touch(self) -> None:
        """Somebody used the screen. A touch that comes too late locks instead."""
        self.tick()
        if not self._locked:
            self._last_touch = self._clock.now()

    def tick(self) -> None:
        """End what is too old and lock what is idle; call it at least every few seconds."""
        now = self._clock.now()
        for staff_id, shift in list(self._open.items()):
            if _is_over(shift, now):
                self.end(staff_id)
        if self._is_idle(now):
            self.lock()

    def refusal(self, permission: Permission) -> Refusal | None:
        """The gate: why the worker at the screen may not do this now, or None.

        It sees what is over, and changes nothing: what a page shows is bound to it.
        """
        now = self._clock.now()
        shift = None if self._at_screen is None else self._open[self._at_screen]
        if shift is None or _is_over(shift, now):
            return Refusal.SIGN_IN_NEEDED
        if self._locked or self._is_idle(now):
            return Refusal.PIN_NEEDED
        return None if allowed(shift.worker.role, permission) else Refusal.NOT_ALLOWED

    def _is_idle(self, now: Instant) -> bool:
        return _passed_ms(self._last_touch, now) >= self._idle_lock_ms

    def _give_screen(self, staff_id: str) -> None:
        self._at_screen = staff_id
        self._locked = False
        self._last_touch = self._clock.now()
        self._changed()

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()


def _is_over(shift: _Shift, now: Instant) -> bool:
    return _passed_ms(shift.opened, now) >= SHIFT_LIMIT_MS


def _passed_ms(since: Instant, now: Instant) -> int:
    return now.mono_ms - since.mono_ms
