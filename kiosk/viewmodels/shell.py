"""The frame around every page: where we are, in which language, who is signed in, how long ago
somebody touched the screen.

It owns the route stack and the rule that a staff page is shown only to a signed-in, unlocked
worker. It must never hold a resident's data, and never wait for anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.civil_time import HONG_KONG
from kiosk.languages import LANGUAGES
from kiosk.viewmodels.idle import Idle, IdleLimits, IdleWatch
from kiosk.viewmodels.routes import (
    RESIDENT_ROUTES,
    ROUTES,
    SIGN_IN_ROUTES,
    STAFF_ROUTES,
    UnknownRoute,
)

THEMES = ("light", "dark", "contrast")


class ShellViewModel(QObject):
    """What Main.qml and every page's frame see. All setters with `set_` are for Python only."""

    routeChanged = Signal()
    navigated = Signal(str)  # push | pop | replace | reset, after routeChanged
    languageChanged = Signal()
    themeChanged = Signal()
    clockChanged = Signal()
    statusChanged = Signal()
    staffChanged = Signal()
    toastChanged = Signal()
    idleChanged = Signal()
    staffIdle = Signal()

    def __init__(
        self,
        language: str = "en",
        theme: str = "light",
        limits: IdleLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._limits = limits or IdleLimits()
        self._monotonic = monotonic
        self._now = now or (lambda: datetime.now(UTC))
        self._stack = ["home"]
        self._return_to: list[str] = []
        self._language = language
        self._theme = theme
        self._village = ""
        self._online = False
        self._unsent = 0
        self._not_protected = False
        self._damaged = False
        self._demo = False
        self._staff_id = ""
        self._staff_name = ""
        self._staff_role = ""
        self._locked = False
        self._toast = ""
        self._toast_until = 0.0
        self._idle = IdleWatch(self._limits, monotonic)
        self._clock = self._clock_text()
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    # ---- what the pages read

    @Property(str, notify=routeChanged)
    def route(self) -> str:
        return self._stack[-1]

    @Property(int, notify=routeChanged)
    def depth(self) -> int:
        return len(self._stack)

    @Property(bool, notify=routeChanged)
    def staffRoute(self) -> bool:
        return self._stack[-1] in STAFF_ROUTES | SIGN_IN_ROUTES

    @Property(str, notify=languageChanged)
    def language(self) -> str:
        return self._language

    @Property(str, notify=themeChanged)
    def theme(self) -> str:
        return self._theme

    @Property(str, notify=statusChanged)
    def villageName(self) -> str:
        return self._village

    @Property(bool, notify=statusChanged)
    def online(self) -> bool:
        return self._online

    @Property(int, notify=statusChanged)
    def unsent(self) -> int:
        return self._unsent

    @Property(bool, notify=statusChanged)
    def notProtected(self) -> bool:
        return self._not_protected

    @Property(bool, notify=statusChanged)
    def damaged(self) -> bool:
        return self._damaged

    @Property(bool, notify=statusChanged)
    def demo(self) -> bool:
        return self._demo

    @Property(str, notify=clockChanged)
    def clock(self) -> str:
        return self._clock

    @Property(str, notify=staffChanged)
    def staffName(self) -> str:
        return self._staff_name

    @Property(str, notify=staffChanged)
    def staffRole(self) -> str:
        return self._staff_role

    @Property(bool, notify=staffChanged)
    def signedIn(self) -> bool:
        return self._staff_id != ""

    @Property(bool, notify=staffChanged)
    def locked(self) -> bool:
        return self._locked

    @Property(str, notify=toastChanged)
    def toast(self) -> str:
        return self._toast

    @Property(bool, notify=idleChanged)
    def idleWarning(self) -> bool:
        return self._idle.asking

    @Property(int, notify=idleChanged)
    def idleSecondsLeft(self) -> int:
        return self._idle.seconds_left

    # ---- where we are

    @property
    def stack(self) -> tuple[str, ...]:
        return tuple(self._stack)

    @Slot(str)
    def go(self, route: str) -> None:
        """Open a page on top of this one. A staff page leads to sign-in or the PIN first."""
        gate = self._gate(route)
        if gate is None:
            self._move([*self._stack, route], "push")
        else:
            self._return_to = [*self._staff_stack(), route]
            self._move([*self._below_gate(), gate], "push")

    @Slot(str)
    def replace(self, route: str) -> None:
        """Open a page in the place of this one: Back then skips it."""
        gate = self._gate(route)
        if gate is None:
            self._move([*self._stack[:-1], route], "replace")
        else:
            self._return_to = [*self._staff_stack()[:-1], route]
            self._move([*self._below_gate(), gate], "replace")

    @Slot(str)
    def section(self, route: str) -> None:
        """Open one of the staff tabs: nothing but Home lies under it."""
        gate = self._gate(route)
        if gate is None:
            self._move(["home", route], "replace")
        else:
            self._return_to = [route]
            self._move(["home", gate], "replace")

    @Slot()
    def back(self) -> None:
        if len(self._stack) > 1:
            self._move(self._stack[:-1], "pop")

    @Slot()
    def home(self) -> None:
        self._move(["home"], "reset")

    # ---- who is here

    def set_staff(self, staff_id: str, name: str, role: str) -> None:
        """A worker began a shift. What another worker had open is not theirs to see.

        Two workers may be shown by one name, and one worker by two: only the id tells.
        """
        if staff_id != self._staff_id:
            self._return_to = self._return_to[-1:] if not self._locked else []
        self._staff_id, self._staff_name, self._staff_role = staff_id, name, role
        self._locked = False
        self.staffChanged.emit()

    def clear_staff(self) -> None:
        """The shift is over. Without one there is nothing to leave: not the sign-in page either."""
        if self._staff_id == "":
            return
        self._staff_id = self._staff_name = self._staff_role = ""
        self._locked = False
        self._return_to = []
        self.staffChanged.emit()
        if self._stack[-1] in STAFF_ROUTES | SIGN_IN_ROUTES:
            self._move(["home"], "reset")

    def unlock(self) -> None:
        """After sign-in or the PIN: on to where the worker was, or wanted to go."""
        if self._staff_id == "":
            raise UnknownRoute("nobody is signed in: call set_staff first")
        self._locked = False
        self.staffChanged.emit()
        wanted = self._return_to or ["residents"]
        self._return_to = []
        self._move(["home", *wanted], "reset")

    @Slot()
    def lock(self) -> None:
        if self._staff_id == "":
            return
        if not self._locked:
            self._return_to = self._staff_stack()
            self._locked = True
            self.staffChanged.emit()
        self._move(["home", "pin"], "replace")

    # ---- language, look, words

    @Slot(str)
    def setLanguage(self, code: str) -> None:
        if code not in LANGUAGES:
            raise ValueError(f"no such language: {code}")
        if code != self._language:
            self._language = code
            self.languageChanged.emit()

    @Slot(str)
    def setTheme(self, name: str) -> None:
        if name not in THEMES:
            raise ValueError(f"no such theme: {name}")
        if name != self._theme:
            self._theme = name
            self.themeChanged.emit()

    @Slot(str)
    def say(self, text: str) -> None:
        """Show translated words for a few seconds."""
        self._toast, self._toast_until = text, self._monotonic() + self._limits.toast
        self.toastChanged.emit()

    def set_online(self, online: bool) -> None:
        self._online = online
        self.statusChanged.emit()

    def set_unsent(self, unsent: int) -> None:
        self._unsent = unsent
        self.statusChanged.emit()

    def set_village(self, name: str) -> None:
        self._village = name
        self.statusChanged.emit()

    def set_not_protected(self, not_protected: bool) -> None:
        self._not_protected = not_protected
        self.statusChanged.emit()

    def set_damaged(self) -> None:
        """Part of the records cannot be read: it stays so, and is said, until the kiosk ends."""
        self._damaged = True
        self.statusChanged.emit()

    def set_demo(self, demo: bool) -> None:
        self._demo = demo
        self.statusChanged.emit()

    # ---- time

    @Slot()
    def touch(self) -> None:
        """Somebody is here. While "Are you still there?" is asked, only its own answer counts."""
        self._idle.touch()

    @Slot()
    def stay(self) -> None:
        """The answer to "Are you still there?"."""
        if self._idle.begin_again():
            self.idleChanged.emit()

    @Slot()
    def tick(self) -> None:
        """Once a second: the clock, the toast, and whether everybody has left."""
        clock = self._clock_text()
        if clock != self._clock:
            self._clock = clock
            self.clockChanged.emit()
        if self._toast and self._monotonic() >= self._toast_until:
            self._toast = ""
            self.toastChanged.emit()
        match self._idle.look(self._stack[-1]):
            case Idle.ASK:
                self.idleChanged.emit()
            case Idle.LEAVE:
                self.home()
            case Idle.LOCK:
                self.staffIdle.emit()
                self.lock()

    # ---- inside

    def _gate(self, route: str) -> str | None:
        if route not in ROUTES:
            raise UnknownRoute(route)
        if route not in STAFF_ROUTES:
            return None
        if self._staff_id == "":
            return "signIn"
        return "pin" if self._locked else None

    def _below_gate(self) -> list[str]:
        return [route for route in self._stack if route in RESIDENT_ROUTES] or ["home"]

    def _staff_stack(self) -> list[str]:
        return [route for route in self._stack if route in STAFF_ROUTES]

    def _move(self, stack: list[str], kind: str) -> None:
        self.stay()
        before, after = self._stack[-1], stack[-1]
        if stack == self._stack or (kind == "push" and after == before):
            return
        # Walking away from the staff pages locks them: the next person is a resident.
        if before in STAFF_ROUTES and after not in STAFF_ROUTES and not self._locked:
            self._return_to = self._staff_stack()
            self._locked = self._staff_id != ""
            self.staffChanged.emit()
        self._stack = stack
        self.routeChanged.emit()
        self.navigated.emit(kind)

    def _clock_text(self) -> str:
        return self._now().astimezone(HONG_KONG).strftime("%H:%M")
