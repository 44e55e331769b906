"""Pairing one instrument, as the page sees it: what it asks, what came of it, what to do next.

Nothing is paired unless the worker has chosen that very instrument, and a bond that was made is
written down before the page says that all is done. The digits of a pairing are shown or typed,
and kept nowhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import Property, QObject, Signal, Slot

from devices.health.errors import (
    AdapterUnavailable,
    ConnectionLost,
    InstrumentNotFound,
    InstrumentRefused,
    PairingFailed,
    SessionTimeout,
)
from devices.health.pairing import (
    Allowed,
    AllowPairing,
    CompareDigits,
    Digits,
    Paired,
    PairingAnswer,
    PairingQuestion,
    Refused,
    ShowDigits,
    TypeDigits,
)
from kiosk.instrument_desk import Asked, NoLongerAsked, PairingNews, PairingOver
from kiosk.records import instruments
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.workers import Background
from offline_sync.clock import Clock

log = logging.getLogger(__name__)

_SIX_DIGITS: Final = re.compile(r"[0-9]{6}")
_STEPS: Final[dict[type[PairingQuestion], str]] = {
    AllowPairing: "allow",
    TypeDigits: "type",
    ShowDigits: "show",
    CompareDigits: "compare",
}


class PairingPort(Protocol):
    """What pairing needs of `kiosk.instrument_desk.InstrumentDesk`."""

    def pair(self, address: str, listener: Callable[[PairingNews], None]) -> None: ...
    def answer(self, answer: PairingAnswer) -> None: ...
    def give_up(self) -> None: ...


@dataclass(slots=True)
class _Talk:
    """The one pairing that goes on; a new value is none."""

    address: str = ""
    name: str = ""
    kind: str = ""
    step: str = "choose"
    digits: str = ""
    reason: str = ""
    paired: Paired | None = None
    saved: str = ""
    by: str = ""


class PairingViewModel(QObject):
    """`instruments.pairing` in QML."""

    changed = Signal()
    refused = Signal(str)
    recorded = Signal()  # an instrument is paired, and that is on record

    def __init__(
        self,
        background: Background,
        shifts: Shifts,
        clock: Clock,
        port: PairingPort,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._clock = clock
        self._port = port
        self._talk = _Talk()
        shifts.on_change(self._forget_for_another)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    # ---- what the page reads

    @Property(str, notify=changed)
    def step(self) -> str:
        """choose | connecting | allow | type | show | compare | paired | failed"""
        return self._talk.step

    address = Property(str, lambda self: self._talk.address, notify=changed)
    name = Property(str, lambda self: self._talk.name, notify=changed)
    kind = Property(str, lambda self: self._talk.kind, notify=changed)

    @Property(str, notify=changed)
    def digits(self) -> str:
        """What the person is to type on the instrument, or to compare with it."""
        return self._talk.digits

    @Property(str, notify=changed)
    def reason(self) -> str:
        """Why it failed: not_in_pairing_mode | wrong_number | refused_by_person | no_answer |
        not_here | not_found | lost | not_answering | not_usable | adapter_... | fault"""
        return self._talk.reason

    @Property(str, notify=changed)
    def saved(self) -> str:
        """ "" | saving | saved | not_saved"""
        return self._talk.saved

    # ---- what the worker does

    @Slot(str, str, str)
    @requires(Permission.PAIR_INSTRUMENTS)
    def choose(self, address: str, name: str, kind: str) -> None:
        """Pair with this instrument."""
        worker = self._shifts.worker
        by = worker.staff_id if worker else ""
        self._talk = _Talk(address, name, kind, "connecting", by=by)
        self._port.pair(address, self._hear)
        self.changed.emit()

    @Slot()
    @requires(Permission.PAIR_INSTRUMENTS)
    def tryAgain(self) -> None:
        """The same instrument once more."""
        if self._talk.step == "failed":
            self.choose(self._talk.address, self._talk.name, self._talk.kind)

    @Slot()
    @requires(Permission.PAIR_INSTRUMENTS)
    def yes(self) -> None:
        """It is the instrument; or, the digits are the same."""
        if self._talk.step in ("allow", "compare"):
            self._answer(Allowed())

    @Slot()
    @requires(Permission.PAIR_INSTRUMENTS)
    def no(self) -> None:
        """It is another instrument; or, the digits differ."""
        if self._talk.step in ("allow", "compare"):
            self._answer(Refused())

    @Slot(str)
    @requires(Permission.PAIR_INSTRUMENTS)
    def enter(self, digits: str) -> None:
        """The six digits that the instrument shows."""
        if self._talk.step == "type" and _SIX_DIGITS.fullmatch(digits):
            self._answer(Digits(digits))

    @Slot()
    @requires(Permission.PAIR_INSTRUMENTS)
    def saveAgain(self) -> None:
        """Write down that it is paired, once more."""
        if self._talk.saved == "not_saved":
            self._save()

    @Slot()
    def begin(self) -> None:
        """Nothing is chosen; what went on is given up."""
        self._port.give_up()
        self._talk = _Talk()
        self.changed.emit()

    # ---- what the instrument says

    def _answer(self, answer: PairingAnswer) -> None:
        self._talk.step, self._talk.digits = "connecting", ""
        self._port.answer(answer)
        self.changed.emit()

    def _hear(self, news: PairingNews) -> None:
        talk = self._talk
        match news:
            case Asked(question=question):
                talk.step = _STEPS[type(question)]
                talk.digits = getattr(question, "digits", "")
            case NoLongerAsked():
                talk.step, talk.digits = "connecting", ""
            case PairingOver(outcome=Paired() as paired):
                talk.step, talk.digits, talk.paired = "paired", "", paired
                talk.name, talk.kind = paired.identity.name or talk.name, paired.kind
                self._save()
            case PairingOver(outcome=outcome):
                talk.step, talk.digits, talk.reason = "failed", "", reason_of(outcome)
        self.changed.emit()

    def _save(self) -> None:
        talk = self._talk
        if talk.paired is None:
            return
        talk.saved = "saving"
        identity = talk.paired.identity
        self._background.write(
            partial(
                instruments.note_paired,
                instrument={
                    "address": identity.address,
                    "name": identity.name or talk.name or None,
                    "maker": identity.maker,
                    "model": identity.model,
                    "serial": identity.serial,
                },
                kind=talk.paired.kind,
                at_ms=self._clock.now().wall_ms,
                by=talk.by,
                seen_at=self._clock.now().wall_ms,
                battery_percent=talk.paired.battery_percent,
                consent=talk.paired.consent,
            ),
            lambda _: self._saved(talk),
            lambda error: self._not_saved(talk, error),
        )
        self.changed.emit()

    def _saved(self, talk: _Talk) -> None:
        talk.saved = "saved"
        self.recorded.emit()
        self.changed.emit()

    def _not_saved(self, talk: _Talk, error: BaseException) -> None:
        log.error("that an instrument is paired was not written down: %s", type(error).__name__)
        talk.saved = "not_saved"
        self.changed.emit()

    def _forget_for_another(self) -> None:
        """A pairing is the worker's who began it; a locked screen gives it up."""
        going_on = self._talk.step not in ("choose", "paired", "failed")
        if going_on and self._shifts.refusal(Permission.PAIR_INSTRUMENTS) is not None:
            self.begin()


def reason_of(error: Exception | Any) -> str:
    """Why nothing came of it, as the code that the page turns into words."""
    match error:
        case PairingFailed():
            return str(error.reason)
        case AdapterUnavailable():
            return f"adapter_{error.reason}"
        case InstrumentNotFound():
            return "not_found"
        case ConnectionLost():
            return "lost"
        case SessionTimeout():
            return "not_answering"
        case InstrumentRefused():
            return "not_usable"
    return "fault"
