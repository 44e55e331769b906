"""Somebody who presses the simulated cuff's start button when a visitor of the demo waits for it.

There is no cuff on the demo's table, so without this nobody could finish a check-in.
"""

from __future__ import annotations

import itertools
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from devices.simulators.blood_pressure_monitor import SimulatedReading
from devices.simulators.bluez_thread import SimulatedBluezThread
from kiosk.viewmodels.cuff import CuffViewModel

AFTER_MS: Final = 2_500
MEASURING_S: Final = 8.0

_READINGS: Final = (
    SimulatedReading(146, 87, 74),
    SimulatedReading(142, 84, 72),
    SimulatedReading(138, 82, 71),
    SimulatedReading(128, 78, 70),
)


class HelpingHand(QObject):
    """Watches the measuring page and presses start a moment after it began to wait."""

    def __init__(
        self,
        cuff: CuffViewModel,
        bluetooth: SimulatedBluezThread,
        seconds: float = MEASURING_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._cuff = cuff
        self._bluetooth = bluetooth
        self._seconds = seconds
        self._readings = itertools.cycle(_READINGS)
        self._soon = QTimer(self, interval=AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._press)
        cuff.changed.connect(self._look)

    @Slot()
    def _look(self) -> None:
        waiting = self._cuff.property("phase") == "searching"
        if not waiting:
            self._soon.stop()
        elif not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _press(self) -> None:
        self._bluetooth.press_start([next(self._readings)], self._seconds)
