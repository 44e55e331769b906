"""The end of a sitting: what it comes to, and putting that on record, or nothing of it.

An end that could not be saved is tried again until it is, also when the person has left. It
works on the one value that holds the person in front of the screen, and forgets nothing by
itself: that is the check-in's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from care import measuring
from care.blood_pressure_bands import Band
from care.measuring import Sitting
from kiosk.records import vitals
from kiosk.records.residents import CardHolder
from kiosk.records.vitals import Conclusion
from kiosk.rules import CareRules
from kiosk.viewmodels.at_screen import AtScreen
from kiosk.viewmodels.check_in_result import conclusions, result_shown, trend_shown
from kiosk.viewmodels.ports import Background

log = logging.getLogger(__name__)

_BY: Final = "resident"
_SAVE_AGAIN_MS: Final = 5_000


@dataclass(slots=True)
class _Unsaved:
    """An end that is not on record yet, and whom to tell when it is."""

    here: AtScreen
    concluded: Sequence[Conclusion]
    changed: Callable[[], None]
    trying: bool = False


class SittingEnd(QObject):
    """Concludes a sitting and closes it in the store."""

    def __init__(
        self,
        background: Background,
        rules: CareRules,
        bands_shown: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._rules = rules
        self._bands_shown = bands_shown
        self._unsaved: dict[str, _Unsaved] = {}  # by check-in
        self._timer = QTimer(self, interval=_SAVE_AGAIN_MS)
        self._timer.timeout.connect(self.try_again)

    def conclude(self, here: AtScreen, sitting: Sitting, holder: CardHolder, now_ms: int) -> str:
        """Fill in result and trend; returns why staff must be called, or ""."""
        here.outcome = outcome = measuring.outcome(sitting, self._rules.bands)
        reader = self._background.reader
        past = vitals.past_sittings(
            reader, holder.id, now_ms - vitals.HISTORY_MS, leave_out=here.check_in_id
        )
        here.result = result_shown(outcome, past, self._bands_shown)
        here.trend = trend_shown(outcome, past, now_ms, self._rules, self._bands_shown)
        if outcome is None:
            return "no_result"
        called = self._bands_shown and outcome.judgement.band is Band.CALL
        return "red_flag" if sitting.red_flag or called else ""

    def close(self, here: AtScreen, changed: Callable[[], None]) -> None:
        """Complete the readings on record; of a person who wants nothing saved there are none.

        `changed` is called whenever `here.saved` says something new.
        """
        if here.sitting is None:
            return
        if not here.on_record:
            here.saved = "not_kept"
            return
        here.saved = "saving"
        changed()
        if here.check_in_id not in self._unsaved:
            concluded = conclusions(
                here.sitting, here.outcome, self._rules.version, self._bands_shown
            )
            self._unsaved[here.check_in_id] = _Unsaved(here, concluded, changed)
        self._save(here.check_in_id)

    @Slot()
    def try_again(self) -> None:
        """Save what is not on record yet, of whomever it is."""
        for check_in_id in tuple(self._unsaved):
            self._save(check_in_id)

    def _save(self, check_in_id: str) -> None:
        end = self._unsaved[check_in_id]
        if end.trying:
            return
        end.trying = True
        self._background.write(
            lambda store: vitals.close_sitting(store, end.concluded, _BY),
            lambda _: self._saved(check_in_id),
            lambda error: self._not_saved(end, error),
        )

    def _saved(self, check_in_id: str) -> None:
        end = self._unsaved.pop(check_in_id)
        if not self._unsaved:
            self._timer.stop()
        end.here.saved = "saved"
        end.changed()

    def _not_saved(self, end: _Unsaved, error: BaseException) -> None:
        log.warning("the end of a sitting could not be saved: %s", type(error).__name__)
        end.trying = False
        self._timer.start()
        end.here.saved = "not_saved"
        end.changed()
