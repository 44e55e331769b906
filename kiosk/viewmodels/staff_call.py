"""Calling staff, and the 999 page: a call stands until a worker answers it with a PIN.

Where no worker can sign in yet, whoever is there may close the page instead.

It says only what is true: that a call stands on the screen and for how long, whether it is
on record, and that nobody has answered. It never says that a bell rang or that help comes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.civil_time import DAY_MS
from kiosk.records import staff, staff_calls
from kiosk.shifts import Shifts, Worker
from kiosk.sign_in import PassphraseNeeded, SignInRefused
from kiosk.site import Site
from kiosk.viewmodels.ports import Background, Shell
from offline_sync.clock import Clock
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store

log = logging.getLogger(__name__)

NOBODY_AFTER_S: Final = 60
_SAVE_AGAIN_MS: Final = 5_000
_SHOWN_AGAIN_FOR_MS: Final = DAY_MS
_REASON_OF_ROUTE: Final = {"call": "asked", "unwell": "unwell"}
_BY: Final = "resident"


class CheckPin(Protocol):
    """`kiosk.sign_in.SignInDesk.with_pin`: raises SignInRefused."""

    def __call__(self, store: Store, staff_id: str, pin: str) -> Worker: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called, as far as the screen knows."""

    resident_id: str | None = None
    check_in_id: str | None = None


@dataclass(slots=True)
class _Call:
    id: str
    reason: str
    caller: Caller
    called_at: int
    on_record: bool = False
    trying: bool = False


class StaffCallViewModel(QObject):
    """What CallPage and UnwellPage show."""

    changed = Signal()

    def __init__(
        self,
        background: Background,
        shell: Shell,
        shifts: Shifts,
        check_pin: CheckPin,
        site: Site,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shell = shell
        self._shifts = shifts
        self._check_pin = check_pin
        self._site = site
        self._clock = clock
        self._caller: Callable[[], Caller] = Caller
        self._calls: list[_Call] = []
        self._since_ms = 0
        self._tried_at_ms = 0
        self._asking_pin = False
        self._checking = False
        self._pin_problem = ""
        self._pin_wait_s = 0
        self._timer = QTimer(self, interval=500)
        self._timer.timeout.connect(self.tick)
        shell.navigated.connect(self._navigated)
        shifts.on_change(self._shifts_changed)

    def ask_caller(self, caller: Callable[[], Caller]) -> None:
        """Where to learn who is in front of the screen when a call is made."""
        self._caller = caller

    def resume(self) -> None:
        """Show again what was called for here and not answered when the kiosk stopped.

        What is older than a day stays on record as unanswered, and is not shown again.
        """
        now = self._clock.now()
        left = staff_calls.open_calls(self._background.reader, now.wall_ms - _SHOWN_AGAIN_FOR_MS)
        if not left:
            return
        self._since_ms = now.mono_ms - max(0, now.wall_ms - left[0].called_at)
        self._calls += [
            _Call(one.id, one.reason, Caller(), one.called_at, on_record=True) for one in left
        ]
        self._timer.start()
        self._shell.go("call")
        self.changed.emit()

    def raise_call(self, reason: str) -> None:
        """Call staff. The same reason twice is one call; another reason is one more on record."""
        if any(call.reason == reason for call in self._calls):
            return
        now = self._clock.now()
        if not self._calls:
            self._since_ms = now.mono_ms
        call = _Call(new_record_id(), reason, self._caller(), now.wall_ms)
        self._calls.append(call)
        self._timer.start()
        self._record(call)
        self.changed.emit()

    # ---- what the pages read

    @Property(bool, notify=changed)
    def waiting(self) -> bool:
        """A call stands."""
        return bool(self._calls)

    @Property(int, notify=changed)
    def seconds(self) -> int:
        """How long the call has stood."""
        return self._stood_s()

    @Property(bool, notify=changed)
    def nobodyAnswered(self) -> bool:
        return self._stood_s() >= NOBODY_AFTER_S

    @Property(bool, notify=changed)
    def notOnRecord(self) -> bool:
        """A call could not be saved: it is on this screen only."""
        return any(not call.on_record and not call.trying for call in self._calls)

    @Property(bool, notify=changed)
    def nobodyCanAnswer(self) -> bool:
        """No worker can sign in on this kiosk: the page may be closed without one."""
        return not self._workers() and not staff.anyone_can_sign_in(self._background.reader)

    @Property(bool, notify=changed)
    def askingPin(self) -> bool:
        return self._asking_pin

    @Property(list, notify=changed)
    def workers(self) -> list[dict[str, str]]:
        """Those whose PIN can answer: the workers with an open shift."""
        return [{"id": one.staff_id, "name": one.name} for one in self._workers()]

    @Property(str, notify=changed)
    def pinProblem(self) -> str:
        """ "" | checking | wrong_pin | must_wait | passphrase_needed | cannot_check"""
        return "checking" if self._checking else self._pin_problem

    @Property(int, notify=changed)
    def pinWaitSeconds(self) -> int:
        return self._pin_wait_s

    @Property(dict, constant=True)
    def address(self) -> dict[str, str]:
        return dict(self._site.address)

    @Property(dict, constant=True)
    def landmark(self) -> dict[str, str]:
        return dict(self._site.landmark)

    @Property(str, constant=True)
    def telephone(self) -> str:
        return self._site.telephone

    # ---- what people do

    @Slot()
    def askPin(self) -> None:
        """A worker is here: ask for the PIN, or for the passphrase when no shift is open."""
        if not self._workers():
            self._shell.go("signIn")
            return
        self._asking_pin, self._pin_problem = True, ""
        self.changed.emit()

    @Slot()
    def leavePin(self) -> None:
        self._asking_pin, self._pin_problem = False, ""
        self.changed.emit()

    @Slot()
    def signIn(self) -> None:
        """A worker without a shift, or without tries left, signs in with the passphrase."""
        self.leavePin()
        self._shell.go("signIn")

    @Slot(str, str)
    def enterPin(self, staff_id: str, pin: str) -> None:
        """A worker's PIN, checked on the writer's thread."""
        if self._checking or not self._calls:
            return
        if not self._shifts.has_shift(staff_id):
            self._pin_refused(PassphraseNeeded())
            return
        self._checking, self._pin_problem = True, ""
        self.changed.emit()
        self._background.write(
            lambda store: self._check_pin(store, staff_id, pin),
            self._pin_right,
            self._pin_refused,
        )

    @Slot()
    def closePage(self) -> None:
        """End a call that nobody can answer here. It stays on record as closed, not answered."""
        if self._calls and self.nobodyCanAnswer:
            now = self._clock.now().wall_ms
            self._end([staff_calls.close(call.id, now) for call in self._calls], _BY)

    @Slot()
    def feelingBetter(self) -> None:
        """From the 999 page: the call for staff still stands."""
        self._shell.replace("call")

    @Slot()
    def tick(self) -> None:
        """Count the seconds, and try again to save a call that is not on record."""
        if self._clock.now().mono_ms - self._tried_at_ms >= _SAVE_AGAIN_MS:
            for call in self._calls:
                if not call.on_record and not call.trying:
                    self._record(call)
        self.changed.emit()

    # ---- inside

    def _stood_s(self) -> int:
        return max(0, self._clock.now().mono_ms - self._since_ms) // 1000 if self._calls else 0

    def _workers(self) -> Sequence[Worker]:
        return self._shifts.workers()

    @Slot(str)
    def _navigated(self, kind: str) -> None:
        route = self._shell.route
        reason = _REASON_OF_ROUTE.get(route)
        if reason is None:
            if self._asking_pin:
                self.leavePin()
            return
        if kind != "pop":
            if not (route == "call" and self._calls):
                self.raise_call(reason)
        elif not self._calls:
            # Back to the page of a call that was answered meanwhile.
            self._shell.back()

    def _record(self, call: _Call) -> None:
        call.trying = True
        self._tried_at_ms = self._clock.now().mono_ms
        change = _change(call)
        self._background.write(
            lambda store: store.save([change], _BY),
            lambda _: self._recorded(call, True),
            lambda error: self._recorded(call, False, error),
        )

    def _recorded(self, call: _Call, done: bool, error: BaseException | None = None) -> None:
        call.trying, call.on_record = False, done
        if error is not None:
            log.warning("a call for staff could not be saved: %s", type(error).__name__)
        self.changed.emit()

    def _pin_right(self, worker: Worker) -> None:
        self._checking = False
        self._answered(worker)

    def _pin_refused(self, error: BaseException) -> None:
        self._checking = False
        if isinstance(error, SignInRefused):
            self._pin_problem = error.code
            self._pin_wait_s = -(-error.wait_ms // 1000)
        else:
            log.warning("a PIN could not be checked: %s", type(error).__name__)
            self._pin_problem = "cannot_check"
        self.changed.emit()

    def _shifts_changed(self) -> None:
        # A worker who signs in or unlocks while a call stands has come.
        worker = self._shifts.worker
        if self._calls and worker is not None and not self._shifts.locked:
            self._answered(worker)
        self.changed.emit()

    def _answered(self, worker: Worker) -> None:
        now = self._clock.now().wall_ms
        self._end(
            [staff_calls.answer(call.id, worker.staff_id, now) for call in self._calls],
            worker.staff_id,
        )

    def _end(self, endings: list[Change], by: str) -> None:
        changes = endings + [_change(call) for call in self._calls if not call.on_record]
        self._calls = []
        self._timer.stop()
        self._asking_pin, self._pin_problem = False, ""
        self._background.write(lambda store: store.save(changes, by), _nothing_more, _end_not_saved)
        self.changed.emit()
        if self._shell.route in _REASON_OF_ROUTE:
            self._shell.back()


def _change(call: _Call) -> Change:
    caller = call.caller
    return staff_calls.call(
        call.id, caller.resident_id, caller.check_in_id, call.reason, call.called_at
    )


def _nothing_more(_: Any) -> None:
    """The end of the call is on record."""


def _end_not_saved(error: BaseException) -> None:
    # The call is shown again when the kiosk starts, which is the safe way to be wrong.
    log.warning("the end of a call could not be saved: %s", type(error).__name__)
