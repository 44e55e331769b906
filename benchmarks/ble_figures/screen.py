"""How long a person waits for the reading that the cuff has just sent to be on the screen.

From the moment at which the cuff's last indication is handed to D-Bus, in the process next door,
to the first painted frame in which the page that the reading leads to can be seen: it counts,
and it is on the disk. Everything between is the kiosk's own, put together by
`kiosk.composition`: bleak, the session engine with its usual limits, the encrypted store of the
demo village, the view models, and the window. Only the rest and the pause pass faster than life.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtQuick import QQuickItem

from ble_figures.instruments import LINGER_S, NextDoor
from devices.health.limits import Limits
from kiosk.composition import Kiosk, Options
from kiosk.demo.devices import demo_site
from kiosk.demo.village import demo_staff, village_changes
from kiosk.disk import DataOnDisk
from kiosk.site import write_site
from kiosk.ui.window import create_application

_AIM_MS: Final = 50.0
_LIVE_SITTINGS: Final = 10
_STORED_SITTINGS: Final = 3
_STAYS_SITTINGS: Final = 1
# The first two of a sitting differ by more than 10 mmHg, so that a third is asked for.
_SITTING: Final = ((118, 76), (131, 81), (125, 79))
_PACE: Final = 240.0  # a pause of one minute lasts 0.25 s: long enough to be painted
_MEASURING_S: Final = 1.1  # longer than the whole second that an instrument's stamp may be off
_WITHIN_S: Final = 60.0
_LOOK_EVERY_MS: Final = 5


@dataclass(frozen=True, slots=True)
class _Run:
    """One reading: milliseconds from its indication, and from the moment at which the cuff left.

    A new page fades in, so that the first frame after the reading counted still shows the old
    one; `seen_ms` is the first frame that shows anything of the new one.
    """

    page: str
    page_built_ms: float
    first_frame_ms: float
    seen_ms: float
    seen_after_leaving_ms: float


def screen_figures() -> dict[str, object]:
    """Median, 95th percentile and number of runs, for each kind of cuff."""
    app = create_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder, NextDoor() as next_door:
        kiosk = Kiosk(app, _village(Path(folder)), Options(Path(folder), demo=True, pace=_PACE))
        try:
            person = _Person(kiosk, next_door)
            person.arrive()
            person.sit("live", 1, _MEASURING_S)  # the first one loads what is loaded when needed
            live = person.sit("live", _LIVE_SITTINGS, _MEASURING_S)
            stored = person.sit("stored", _STORED_SITTINGS)
            stays = person.sit("stays", _STAYS_SITTINGS)
        finally:
            kiosk.close()
    return {
        "aim_median": _AIM_MS,
        "live": _figure(live),
        "stored_cuff_leaves": {
            **_figure(stored),
            "cuff_leaves_after": LINGER_S * 1000,
            "median_from_its_leaving": _median([run.seen_after_leaving_ms for run in stored]),
        },
        "stored_cuff_stays": {**_figure(stays), "quiet_for": Limits().quiet_s * 1000},
    }


def _village(folder: Path) -> DataOnDisk:
    disk = DataOnDisk(folder)
    with disk.open_store() as store:
        store.save(village_changes(disk.clock.now().wall_ms, demo_staff()), "benchmark")
    write_site(folder, demo_site(()))
    return disk


class _Watch(QObject):
    """Notes when a reading counts, and when the page that it leads to is painted.

    The scene is taken over and drawn on this thread: what held when it was taken over is what
    the frame shows.
    """

    def __init__(self, kiosk: Kiosk) -> None:
        super().__init__()
        self.only_this_thread = True
        self._shell = kiosk.shell
        window = kiosk.window.window
        found = window.findChild(QQuickItem, "stack")
        if not isinstance(found, QQuickItem):
            raise AssertionError("the window has no pages")
        self._stack = found
        self._follows = self._is_seen = False
        self.begin()
        direct = Qt.ConnectionType.DirectConnection
        # The check-in has been told before, and has built the page.
        kiosk.check_in.cuff.accepted.connect(self._counted, direct)
        window.beforeSynchronizing.connect(self._taken_over, direct)
        window.frameSwapped.connect(self._swapped, direct)

    def begin(self) -> None:
        """The next reading is waited for."""
        self.page_built_ns = self.first_frame_ns = self.seen_ns = 0
        self.page = ""

    def _counted(self, _: object) -> None:
        self.page_built_ns = time.monotonic_ns()

    def _taken_over(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            self.only_this_thread = False
        self._follows = self.page_built_ns > 0 and self._shell.property("route") != "measuring"
        page = self._stack.property("currentItem")
        self._is_seen = self._follows and page.opacity() > 0

    def _swapped(self) -> None:
        now = time.monotonic_ns()
        if self._follows and not self.first_frame_ns:
            self.first_frame_ns = now
        if self._is_seen and not self.seen_ns:
            self.seen_ns, self.page = now, self._shell.property("route")


class _Person:
    """Residents of the demo village, one after the other; each measures three times and goes."""

    def __init__(self, kiosk: Kiosk, next_door: NextDoor) -> None:
        self._kiosk = kiosk
        self._check_in = kiosk.check_in
        self._next_door = next_door
        self._watch = _Watch(kiosk)
        self._residents = 0

    def arrive(self) -> None:
        painted: list[bool] = []
        self._kiosk.show(lambda: painted.append(True))
        self._until(lambda: bool(painted), "the first page is not painted")
        self._kiosk.connect()

    def sit(self, cuff: str, sittings: int, seconds: float = 0.0) -> list[_Run]:
        """The readings of all these sittings; `seconds` is how long a live cuff measures."""
        runs: list[_Run] = []
        for _ in range(sittings):
            self._sit_down()
            runs += [self._measure(cuff, *pressures, seconds) for pressures in _SITTING]
            self._until(lambda: self._check_in.property("saved") == "saved", "nothing is saved")
            self._check_in.finish()
            self._kiosk.shell.home()
        return runs

    def _sit_down(self) -> None:
        self._residents += 1
        self._check_in.cardShown(f"DEMO{self._residents:04d}")
        self._check_in.itIsMe()
        self._check_in.agree()
        self._until(lambda: self._check_in.property("step") == "rested", "the rest does not end")
        self._check_in.imBack()
        self._check_in.cuffIsOn()

    def _measure(self, cuff: str, systolic: int, diastolic: int, seconds: float) -> _Run:
        self._until(lambda: self._route == "measuring", "it is not time to measure")
        watch = self._watch
        watch.begin()
        self._next_door.tell("measure", cuff, systolic, diastolic, seconds)
        self._until(lambda: watch.seen_ns > 0, f"no reading of the cuff {cuff!r} is shown")
        if not watch.only_this_thread:
            raise AssertionError("the window is drawn on another thread: no frame can be told")
        sent_ns, left_ns = self._next_door.ask("when")
        return _Run(
            watch.page,
            (watch.page_built_ns - sent_ns) / 1e6,
            (watch.first_frame_ns - sent_ns) / 1e6,
            (watch.seen_ns - sent_ns) / 1e6,
            (watch.seen_ns - left_ns) / 1e6,
        )

    @property
    def _route(self) -> str:
        route: str = self._kiosk.shell.property("route")
        return route

    def _until(self, true: Callable[[], bool], else_: str) -> None:
        """Let the window live until something is so; looking does not hold it up."""
        if true():
            return
        living, look = QEventLoop(), QTimer(interval=_LOOK_EVERY_MS)
        deadline = time.monotonic() + _WITHIN_S

        def see() -> None:
            if true() or time.monotonic() > deadline:
                living.quit()

        look.timeout.connect(see)
        look.start()
        living.exec()
        if not true():
            raise AssertionError(f"{else_} (page {self._route})")


def _figure(runs: list[_Run]) -> dict[str, object]:
    seen = [run.seen_ms for run in runs]
    return {
        "median": _median(seen),
        "p95": round(statistics.quantiles(seen, n=20, method="inclusive")[-1], 1),
        "min": round(min(seen), 1),
        "max": round(max(seen), 1),
        "runs": len(runs),
        "median_by_page": {
            page: _median([run.seen_ms for run in runs if run.page == page])
            for page in sorted({run.page for run in runs})
        },
        "median_page_built": _median([run.page_built_ms for run in runs]),
        "median_first_frame": _median([run.first_frame_ms for run in runs]),
    }


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 1)
