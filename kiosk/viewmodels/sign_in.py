"""The sign-in and PIN pages, and the tie between who is at work and what the window shows.

A passphrase or PIN is handed on and forgotten at once: no property holds one. The checks run
on the writer's thread.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.records import staff
from kiosk.shifts import Shifts, Worker
from kiosk.sign_in import PassphraseNeeded, SignInDesk, SignInRefused
from kiosk.viewmodels.shell import ShellViewModel
from kiosk.workers import Background

log = logging.getLogger(__name__)

_BEAT_MS: Final = 1_000


class SignInViewModel(QObject):
    """`signIn` in QML."""

    changed = Signal()
    workersChanged = Signal()

    def __init__(
        self,
        background: Background,
        shifts: Shifts,
        desk: SignInDesk,
        shell: ShellViewModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._desk = desk
        self._shell = shell
        self._busy = False
        self._problem = ""
        self._tries_left = 0
        self._wait_s = 0
        self._chosen = ""
        self._following = False
        shifts.on_change(self._follow_shifts)
        shell.staffChanged.connect(self._follow_shell)
        shell.languageChanged.connect(self._rename)
        shell.navigated.connect(self._navigated)
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    busy = Property(bool, lambda self: self._busy, notify=changed)
    problem = Property(str, lambda self: self._problem, notify=changed)
    triesLeft = Property(int, lambda self: self._tries_left, notify=changed)
    waitSeconds = Property(int, lambda self: self._wait_s, notify=changed)

    @Property(bool, notify=changed)
    def anyoneEnrolled(self) -> bool:
        """False on a kiosk where nobody can sign in yet."""
        return staff.anyone_can_sign_in(self._background.reader)

    @Property(list, notify=workersChanged)
    def workers(self) -> list[dict[str, Any]]:
        """Everyone whose shift is open, for whom a PIN is enough: key, name, initial."""
        return [
            {"key": one.staff_id, "name": name, "initial": name[:1], "chosen": one == self._who()}
            for one in self._shifts.workers()
            for name in [self._name(one)]
        ]

    @Property(str, notify=workersChanged)
    def workerName(self) -> str:
        """The worker whose PIN is asked."""
        who = self._who()
        return "" if who is None else self._name(who)

    @Slot(str, str)
    def signIn(self, name: str, passphrase: str) -> None:
        """Check a name and passphrase; the window goes on by itself when they are right."""
        if not self._begin():
            return
        self._background.write(
            lambda store: self._desk.with_passphrase(store, name, passphrase),
            self._open_shift,
            self._failed,
        )

    @Slot(str)
    def chooseWorker(self, staff_id: str) -> None:
        """Ask the PIN of another worker whose shift is open."""
        self._chosen = staff_id
        self._clear_problem()
        self.changed.emit()
        self.workersChanged.emit()

    @Slot(str)
    def enterPin(self, pin: str) -> None:
        """Check the PIN of the chosen worker; the window goes on by itself when it is right."""
        who = self._who()
        if who is None or not self._shifts.has_shift(who.staff_id):
            self._failed(PassphraseNeeded())
            return
        if not self._begin():
            return
        self._background.write(
            lambda store: self._desk.with_pin(store, who.staff_id, pin),
            self._give_screen,
            lambda error: self._pin_failed(who.staff_id, error),
        )

    @Slot()
    def endShift(self) -> None:
        """Sign the chosen worker out: the passphrase is asked next time. Nothing is lost."""
        who = self._who()
        if who is not None:
            self._chosen = ""
            self._shifts.end(who.staff_id)

    @Slot()
    def beat(self) -> None:
        """Once a second: end what is over, and count a delay down."""
        self._shifts.tick()
        if self._wait_s > 0:
            self._wait_s -= 1
            if self._wait_s == 0 and self._problem == "must_wait":
                self._problem = ""
            self.changed.emit()

    def _begin(self) -> bool:
        if self._busy:
            return False
        self._busy = True
        self._clear_problem()
        self.changed.emit()
        return True

    def _open_shift(self, worker: Worker) -> None:
        self._busy, self._chosen = False, ""
        self._enter(worker, lambda: self._shifts.open(worker))

    def _give_screen(self, worker: Worker) -> None:
        self._busy, self._chosen = False, ""
        if not self._shifts.has_shift(worker.staff_id):
            self._failed(PassphraseNeeded())
            return
        self._enter(worker, lambda: self._shifts.unlock(worker.staff_id))

    def _enter(self, worker: Worker, give_screen: Any) -> None:
        self._following = True
        give_screen()
        self._following = False
        self._shell.set_staff(worker.staff_id, self._name(worker), str(worker.role))
        self._shell.unlock()
        self.changed.emit()
        self.workersChanged.emit()

    def _pin_failed(self, staff_id: str, error: BaseException) -> None:
        if isinstance(error, PassphraseNeeded):
            self._shifts.end(staff_id)
        self._failed(error)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        if isinstance(error, SignInRefused):
            self._problem = error.code
            self._tries_left = error.tries_left
            self._wait_s = -(-error.wait_ms // 1000)
        else:
            log.error("sign-in could not be checked: %s", error)
            self._problem = "not_checked"
        if isinstance(error, PassphraseNeeded):
            self._chosen = ""
            self.workersChanged.emit()
            if self._shell.property("route") != "signIn":
                self._shell.replace("signIn")
        self.changed.emit()

    def _clear_problem(self) -> None:
        self._problem, self._tries_left, self._wait_s = "", 0, 0

    def _who(self) -> Worker | None:
        chosen = [one for one in self._shifts.workers() if one.staff_id == self._chosen]
        if chosen:
            return chosen[0]
        return self._shifts.worker or next(iter(self._shifts.workers()), None)

    def _name(self, worker: Worker) -> str:
        return staff.shown_name(worker.name, self._shell.property("language"))

    def _follow_shifts(self) -> None:
        """A shift ended or the idle lock came: the window follows."""
        if self._following:
            return
        worker = self._shifts.worker
        if worker is None:
            self._shell.clear_staff()
        elif self._shifts.locked and not self._shell.property("locked"):
            self._shell.lock()
        self.workersChanged.emit()

    @Slot()
    def _rename(self) -> None:
        """Another language: the worker's name in its script."""
        worker = self._shifts.worker
        if worker is not None and not self._shifts.locked:
            self._shell.set_staff(worker.staff_id, self._name(worker), str(worker.role))
        self.workersChanged.emit()

    @Slot()
    def _follow_shell(self) -> None:
        """The window was locked, by its button or because nobody touched it."""
        if self._shell.property("locked") and not self._following:
            self._shifts.lock()

    @Slot(str)
    def _navigated(self, _kind: str) -> None:
        """Moving about is a touch; a page opened anew does not show an old problem."""
        self._shifts.touch()
        if self._shell.property("route") not in ("signIn", "pin"):
            self._chosen = ""
            self._clear_problem()
            self.changed.emit()
            self.workersChanged.emit()
