"""One resident's check-in, from the card to goodbye, for every resident page.

It holds the person in front of the screen and nobody else, shows only the preferred address
and the picture, and forgets both when the person leaves. What happens when is decided by
`care.measuring`; here it becomes pages.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from care import measuring
from care.measuring import Sitting, Step
from kiosk.cuff_readings import CuffReading
from kiosk.cuff_session import CuffPort
from kiosk.records import consents, residents
from kiosk.rules import CareRules
from kiosk.viewmodels.at_screen import AtScreen
from kiosk.viewmodels.cuff import CuffViewModel, Filing
from kiosk.viewmodels.ports import Background, Shell
from kiosk.viewmodels.routes import STAFF_ROUTES
from kiosk.viewmodels.sitting_end import SittingEnd
from kiosk.viewmodels.staff_call import Caller, StaffCallViewModel
from offline_sync.clock import Clock
from offline_sync.identity import new_record_id

log = logging.getLogger(__name__)

NOTICE_VERSION: Final = "2026-11"
"""Version of the purpose notice on NoticePage; raise it when its words change their meaning."""

_BY: Final = "resident"
_TICK_MS: Final = 200
_NOBODY_THERE_MS: Final = 5 * 60_000
_GOODBYE_MS: Final = 8_000
_LONGEST_TOKEN: Final = 64

_PAGE_OF_STEP: Final = {
    Step.RESTING: "rest",
    Step.RESTED: "rest",
    Step.CUFF: "cuff",
    Step.MEASURING: "measuring",
    Step.SYMPTOMS: "pause",
    Step.PAUSE: "pause",
    Step.FINISHED: "result",
}
_STEP_PAGES: Final = frozenset(_PAGE_OF_STEP.values())


class CheckInViewModel(QObject):
    """What the resident pages show, and what their buttons do."""

    changed = Signal()
    timeChanged = Signal()

    def __init__(
        self,
        background: Background,
        shell: Shell,
        cuff_port: CuffPort,
        call: StaffCallViewModel,
        rules: CareRules,
        clock: Clock,
        *,
        demo: bool = False,
        pace: float = 1.0,
        monotonic_ms: Callable[[], int] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`pace` makes the rest and the pause shorter in the demo; 1 is life."""
        super().__init__(parent)
        self._background = background
        self._shell = shell
        self._rules = rules
        self._clock = clock
        self._end = SittingEnd(background, rules, demo or rules.bands.signed, self)
        self._pace = pace
        self._mono = monotonic_ms or (lambda: time.monotonic_ns() // 1_000_000)
        self._call = call
        call.setParent(self)
        call.ask_caller(self._caller)
        self._cuff = CuffViewModel(background, cuff_port, self._mono, self)
        self._cuff.accepted.connect(self._reading_accepted)
        self._here = AtScreen(self._mono())
        self._seconds_told = 0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.tick)
        shell.navigated.connect(self._navigated)

    # ---- who

    @Property(QObject, constant=True)
    def call(self) -> StaffCallViewModel:
        return self._call

    @Property(QObject, constant=True)
    def cuff(self) -> CuffViewModel:
        return self._cuff

    @Property(str, notify=changed)
    def address(self) -> str:
        """稱呼: the only name that a shared screen shows."""
        return self._here.holder.preferred_address if self._here.holder else ""

    @Property(str, notify=changed)
    def picture(self) -> str:
        return self._here.picture

    @Property(bool, notify=changed)
    def cardUnknown(self) -> bool:
        return self._here.card_unknown

    @Property(str, notify=changed)
    def noticeProblem(self) -> str:
        """ "" | saving | not_saved"""
        return self._here.notice_problem

    @Property(str, notify=changed)
    def armNotToUse(self) -> str:
        """left | right | both | none | "" when nobody has written it down"""
        return self._here.arm_not_to_use

    @Property(str, notify=changed)
    def arm(self) -> str:
        """The arm that the cuff goes round; "" when staff must say."""
        return self._here.arm

    # ---- where

    @Property(str, notify=changed)
    def step(self) -> str:
        """A `care.measuring.Step`, or "" before anybody sat down."""
        return self._here.sitting.step.value if self._here.sitting else ""

    @Property(int, notify=timeChanged)
    def secondsLeft(self) -> int:
        """Of the rest or the pause."""
        return self._seconds_left()

    @Property(float, notify=timeChanged)
    def timeShare(self) -> float:
        """How much of the rest or the pause is over, 0 to 1."""
        sitting = self._here.sitting
        if sitting is None:
            return 0.0
        rules = self._rules.measuring
        whole_s = {Step.RESTING: rules.rest_s, Step.PAUSE: rules.pause_s}.get(sitting.step, 0)
        return 1.0 - self._left_ms() / (whole_s * 1000) if whole_s else 1.0

    @Property(int, notify=changed)
    def readingNumber(self) -> int:
        """The reading that is being taken or comes next, counted from 1."""
        return len(self._here.sitting.believable) + 1 if self._here.sitting else 1

    @Property(int, notify=changed)
    def readingsPlanned(self) -> int:
        if self._here.sitting is None:
            return 2
        return measuring.planned_readings(self._here.sitting, self._rules.measuring)

    @Property(str, notify=changed)
    def lastReading(self) -> str:
        """How the last one went: "" | fine | moved | unbelievable"""
        return self._here.last_reading

    # ---- result

    @Property(dict, notify=changed)
    def result(self) -> dict[str, Any]:
        """Numbers, band and the time before; empty when no reading could be used."""
        return self._here.result

    @Property(dict, notify=changed)
    def trend(self) -> dict[str, Any]:
        return self._here.trend

    @Property(str, notify=changed)
    def saved(self) -> str:
        """ "" | saving | saved | not_saved | not_kept"""
        return self._here.saved

    @Property(bool, notify=changed)
    def hidden(self) -> bool:
        return self._here.hidden

    # ---- what people do

    @Slot(str)
    def cardShown(self, token: str) -> None:
        """A card at the scanning window. A second card never changes the person."""
        if self._here.holder is not None or self._shell.route not in ("home", "card"):
            return
        holder = residents.find_by_card(self._background.reader, token.strip()[:_LONGEST_TOKEN])
        self._here.card_unknown = holder is None
        if holder is None:
            if self._shell.route == "home":
                self._shell.go("card")
            self.changed.emit()
            return
        self._here.holder = holder
        self._here.check_in_id = new_record_id()
        self.changed.emit()
        if self._shell.route == "home":
            self._shell.go("who")
        else:
            self._shell.replace("who")

    @Slot()
    def itIsMe(self) -> None:
        holder = self._here.holder
        if holder is None:
            return
        reader = self._background.reader
        if consents.has_agreed(reader, holder.id, consents.PURPOSE, NOTICE_VERSION):
            self._sit_down()
        else:
            self._shell.replace("notice")

    @Slot()
    def notMe(self) -> None:
        self._clear()
        self._shell.replace("card")

    @Slot()
    def agree(self) -> None:
        """The purpose notice was agreed to; measuring begins when that is on record."""
        holder, check_in_id = self._here.holder, self._here.check_in_id
        if holder is None or self._here.notice_problem == "saving":
            return
        self._here.notice_problem = "saving"
        self.changed.emit()
        consent = consents.agreed(
            holder.id, consents.PURPOSE, NOTICE_VERSION, self._clock.now().wall_ms
        )

        def agreed(_: object) -> None:
            if self._here.check_in_id == check_in_id and self._here.sitting is None:
                self._here.notice_problem = ""
                self._sit_down()

        def not_agreed(error: BaseException) -> None:
            log.warning("an agreement could not be saved: %s", type(error).__name__)
            if self._here.check_in_id == check_in_id:
                self._here.notice_problem = "not_saved"
                self.changed.emit()

        self._background.write(lambda store: store.save([consent], _BY), agreed, not_agreed)

    @Slot()
    def measureWithoutSaving(self) -> None:
        """Nothing of today is put on record; the emergency path stays the same."""
        self._here.on_record = False
        self._sit_down()

    @Slot()
    def imBack(self) -> None:
        """After the rest: still me."""
        self._step(lambda sitting: measuring.came_back(sitting, self._now()))

    @Slot()
    def backToRest(self) -> None:
        self._step(lambda sitting: measuring.cuff_off(sitting, self._now()))

    @Slot()
    def cuffIsOn(self) -> None:
        self._step(lambda sitting: measuring.cuff_on(sitting, self._now()))

    @Slot()
    def stop(self) -> None:
        """Stop the measurement or the pause. A reading that is being saved is waited for."""
        if not self._cuff.saving:
            self._step(lambda sitting: measuring.stopped(sitting, self._now()))

    @Slot()
    def noSymptoms(self) -> None:
        self._step(
            lambda sitting: measuring.no_symptoms(sitting, self._rules.measuring, self._now())
        )

    @Slot()
    def haveSymptoms(self) -> None:
        self._call.raise_call("symptoms")
        self._shell.go("unwell")

    @Slot()
    def toggleHidden(self) -> None:
        self._here.hidden = not self._here.hidden
        self.changed.emit()

    @Slot()
    def finish(self) -> None:
        """The person is done. While a call stands the screen stays with the call."""
        waiting = self._call.waiting
        self._clear()
        if waiting:
            self._shell.replace("call")
        else:
            self._here.goodbye_until = self._mono() + _GOODBYE_MS
            self._timer.start()
            self._shell.replace("goodbye")

    @Slot()
    def saveAgain(self) -> None:
        """Try once more to put the end of the sitting on record."""
        if self._here.saved == "not_saved":
            self._end.close(self._here, self.changed.emit)

    # ---- time

    @Slot()
    def tick(self) -> None:
        """Move the rest, the pause and the retries on."""
        now = self._mono()
        if self._here.goodbye_until and now >= self._here.goodbye_until:
            self._here.goodbye_until = 0
            self._timer.stop()
            if self._shell.route == "goodbye":
                self._shell.home()
            return
        self._cuff.tick()
        self._step(
            lambda sitting: measuring.time_passed(sitting, self._rules.measuring, self._now())
        )
        self._leave_if_nobody_is_there(now)
        left_s = self._seconds_left()
        if left_s != self._seconds_told:
            self._seconds_told = left_s
            self.timeChanged.emit()

    def _leave_if_nobody_is_there(self, now: int) -> None:
        sitting = self._here.sitting
        if sitting is None or sitting.step not in (Step.RESTED, Step.SYMPTOMS, Step.MEASURING):
            return
        if self._cuff.saving or self._cuff.property("phase") not in ("", "searching"):
            self._here.moved_at = now
        if now - self._here.moved_at >= _NOBODY_THERE_MS and self._shell.route in _STEP_PAGES:
            self._shell.home()

    def _now(self) -> int:
        return int(self._mono() * self._pace)

    def _seconds_left(self) -> int:
        return -(-self._left_ms() // 1000)

    def _left_ms(self) -> int:
        if self._here.sitting is None:
            return 0
        return measuring.left_ms(self._here.sitting, self._rules.measuring, self._now())

    # ---- steps

    def _sit_down(self) -> None:
        if self._here.sitting is None and self._here.holder is not None:
            self._here.sitting = measuring.begin(self._now())
            self._timer.start()
            self._entered_step()

    def _step(self, change: Callable[[Sitting], Sitting]) -> None:
        before = self._here.sitting
        if before is None:
            return
        self._here.sitting = after = change(before)
        if after.step is not before.step:
            self._entered_step(before.step)

    def _entered_step(self, left: Step | None = None) -> None:
        sitting, holder = self._here.sitting, self._here.holder
        if sitting is None or holder is None:
            return
        self._here.moved_at = self._mono()
        if left is Step.MEASURING:
            self._cuff.end()
        if sitting.step is Step.MEASURING:
            self._cuff.begin(
                Filing(
                    self._here.check_in_id,
                    holder.id,
                    self._here.on_record,
                    f"{self._here.arm}_arm_sitting",
                )
            )
        elif sitting.step is Step.SYMPTOMS:
            self._call.raise_call("red_flag")
        elif sitting.step is Step.FINISHED:
            called = self._end.conclude(self._here, sitting, holder, self._clock.now().wall_ms)
            if called:
                self._call.raise_call(called)
            self._end.close(self._here, self.changed.emit)
        self.changed.emit()
        self.timeChanged.emit()
        self._show_page()

    def _show_page(self) -> None:
        if self._here.sitting is None:
            return
        page = _PAGE_OF_STEP[self._here.sitting.step]
        before_rest = self._here.sitting.step is Step.RESTING and self._shell.route in (
            "who",
            "notice",
        )
        if self._shell.route != page and (self._shell.route in _STEP_PAGES or before_rest):
            self._shell.replace(page)

    @Slot(object)
    def _reading_accepted(self, reading: CuffReading) -> None:
        sitting = self._here.sitting
        if sitting is None or reading.systolic is None or reading.diastolic is None:
            return
        taken = measuring.take_reading(
            reading.kept.id,
            reading.systolic,
            reading.diastolic,
            reading.pulse,
            self._rules.measuring,
            self._rules.bands,
        )
        self._here.last_reading = (
            "unbelievable" if not taken.believable else "moved" if reading.said.moved else "fine"
        )
        self._step(
            lambda now: measuring.reading_taken(now, taken, self._rules.measuring, self._now())
        )

    # ---- leaving

    @Slot(str)
    def _navigated(self, kind: str) -> None:
        route = self._shell.route
        if route == "home" or route in STAFF_ROUTES:
            self._clear()
            if route == "home" and self._call.waiting:
                self._shell.go("call")
        elif route == "card" and kind == "pop":
            self._clear()
        else:
            self._show_page()

    def _clear(self) -> None:
        """Forget the person. What is on record stays."""
        self._cuff.end()
        self._timer.stop()
        self._here = AtScreen(self._mono())
        self.changed.emit()
        self.timeChanged.emit()

    def _caller(self) -> Caller:
        # Somebody who wants nothing kept is not named by the call either.
        if self._here.holder is None or not self._here.on_record:
            return Caller()
        return Caller(self._here.holder.id, self._here.check_in_id)
