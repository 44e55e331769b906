"""The end of a sitting: what it comes to, and putting that on record, or nothing of it.

It works on the one value that holds the person in front of the screen, and forgets nothing by
itself: that is the check-in's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from care import measuring
from care.blood_pressure_bands import Band
from care.measuring import Sitting
from kiosk.records import vitals
from kiosk.records.residents import CardHolder
from kiosk.rules import CareRules
from kiosk.viewmodels.at_screen import AtScreen
from kiosk.viewmodels.check_in_result import conclusions, result_shown, trend_shown
from kiosk.viewmodels.ports import Background

log = logging.getLogger(__name__)

_BY: Final = "resident"


class SittingEnd:
    """Concludes a sitting and closes it in the store."""

    def __init__(self, background: Background, rules: CareRules, bands_shown: bool) -> None:
        self._background = background
        self._rules = rules
        self._bands_shown = bands_shown

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
        concluded = conclusions(here.sitting, here.outcome, self._rules.version, self._bands_shown)

        def now_it_is(state: str) -> None:
            here.saved = state
            changed()

        def failed(error: BaseException) -> None:
            log.warning("the end of a sitting could not be saved: %s", type(error).__name__)
            now_it_is("not_saved")

        changed()
        self._background.write(
            lambda store: vitals.close_sitting(store, concluded, _BY),
            lambda _: now_it_is("saved"),
            failed,
        )
