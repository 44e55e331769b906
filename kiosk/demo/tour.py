"""The guided tour: the main job through the real window, by touch, with a picture of each step.

A resident checks in and measures twice with the cuff, a worker records a visit, the road is
looked at, the district goes away and comes back. Every step is kept as a picture in the three
languages; the counts at the end come from the databases, not from the tour.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from devices.simulators.blood_pressure_monitor import SimulatedReading
from devices.traffic.intervals import QUARTER_MINUTES, SETTLE_MS, quarter_start
from kiosk.composition import Kiosk, Options
from kiosk.demo.run import Demo
from kiosk.demo.village import HOST_CARD, PASSPHRASE
from kiosk.demo.visitor import NotThere, Visitor
from kiosk.disk import DataOnDisk
from kiosk.languages import LANGUAGES

log = logging.getLogger(__name__)

TOUR_PACE: Final = 150.0
"""Five minutes of rest pass in two seconds."""

_MEASURING_S: Final = 2.5
_FIRST: Final = SimulatedReading(144, 86, 73)
_SECOND: Final = SimulatedReading(140, 82, 71)
_WORKER: Final = "Wong Wing Sze"
_RESIDENT: Final = "Chan Tai Hei"
_ASKED: Final = ("since_last", "falls", "low_mood", "missed_medicine", "red_flags")
_ALL_SENT_S: Final = 90.0
_COUNTS: Final = {
    "readings_from_ble": "SELECT count(*) FROM vital WHERE raw IS NOT NULL",
    "visits_saved": "SELECT count(*) FROM visit",
    "vehicles_counted": "SELECT count(*) FROM vehicle_passage",
    "intervals_saved": "SELECT count(*) FROM vehicle_interval",
    "ops_written": "SELECT count(*) FROM op_out",
    "ops_acknowledged": "SELECT count(*) FROM op_out WHERE state = 2",
}
_LEAST_INTERVALS: Final = 4
"""Two counters, and two directions each."""

TOUR_FAILED: Final = 4
"""The exit code when the tour could not go on."""


def take_tour(app: QGuiApplication, demo: Demo, options: Options, target: Path) -> int:
    """Walk through the demo, write the pictures and `summary.json`; 0 when all of it worked.

    `summary.json` holds the counts of `_Tour.summary`, whole numbers, and `seconds`.
    """
    target.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    # Without motion, for a picture must not catch a page half-way.
    still = replace(options.appearance, calm=True)
    quick = replace(options, pace=TOUR_PACE, appearance=still)
    kiosk = Kiosk(app, DataOnDisk(demo.folder), demo.options(quick))
    tour = _Tour(kiosk, demo, target)
    outcome: list[int] = []
    counted: dict[str, Any] = {}

    def walk() -> None:
        try:
            demo.begin()
            kiosk.connect()
            tour.walk()
            counted.update(tour.summary())
            outcome.append(0)
        except NotThere as error:
            tour.visitor.window.grabWindow().save(str(target / "stopped-here.png"))
            log.error("the tour stopped on page %r: %s", kiosk.shell.property("route"), error)
            outcome.append(TOUR_FAILED)
        finally:
            app.quit()

    try:
        kiosk.show(lambda: QTimer.singleShot(0, walk))
        app.exec()
        if outcome == [0]:
            summary = counted | {"seconds": round(time.monotonic() - began, 1)}
            text = json.dumps(summary, indent=1)
            (target / "summary.json").write_text(text + "\n", encoding="utf-8")
            print(json.dumps(summary), flush=True)
    finally:
        kiosk.close()
    return outcome[0] if outcome else TOUR_FAILED


class _Tour:
    """The steps, one method each, in the order in which they are walked."""

    def __init__(self, kiosk: Kiosk, demo: Demo, target: Path) -> None:
        self.visitor = Visitor(kiosk.window.window)
        self._kiosk = kiosk
        self._demo = demo
        self._target = target
        self._step = 0
        # The last one that is over: the demo's clock comes past its end within a minute, and a
        # demo that goes on in its folder may have it already.
        now_ms = kiosk.clock.now().wall_ms
        self._last_quarter = quarter_start(now_ms - SETTLE_MS) - QUARTER_MINUTES * 60_000

    def walk(self) -> None:
        """All steps."""
        self._check_in()
        self._visit()
        self._traffic()
        self._offline_and_back()

    def summary(self) -> dict[str, Any]:
        """What the databases hold at a moment at which everything was acknowledged."""
        found: list[dict[str, Any]] = []

        def agree() -> bool:
            found[:] = [self._counted()]
            counted = found[0]
            sent = {counted["ops_written"], counted["ops_acknowledged"], counted["hub_ops"]}
            return len(sent) == 1

        self.visitor.wait_until(agree, "the kiosk and the hub do not agree", _ALL_SENT_S)
        return found[0]

    def _counted(self) -> dict[str, Any]:
        # One statement, so that all numbers are of one moment.
        columns = ", ".join(f"({query}) AS {name}" for name, query in _COUNTS.items())
        cursor = self._kiosk.reader.execute(f"SELECT {columns}")
        names = [column[0] for column in cursor.description]
        kiosk = dict(zip(names, cursor.fetchone(), strict=True))
        return kiosk | {"hub_ops": self._demo.hub.stats()["ops"]}

    # ---- the resident

    def _check_in(self) -> None:
        see, touch = self._see, self.visitor.touch
        see("home")
        touch("start")
        see("card")
        self.visitor.type(HOST_CARD)
        self.visitor.key(Qt.Key.Key_Return)
        self.visitor.get("yes")
        see("is-this-you")
        touch("yes")
        self._arrive("notice", "rest")
        if self._kiosk.shell.property("route") == "notice":  # once for each of its versions
            see("notice")
            touch("agree")
            self._arrive("rest")
        see("rest")
        touch("imBack")
        see("cuff")
        touch("ready")
        self._measure("measuring", _FIRST)
        self._arrive("pause", "measuring")
        self._measure("measuring-again", _SECOND)
        self._arrive("result")
        check_in = self._kiosk.check_in
        self.visitor.wait_until(lambda: check_in.property("saved") == "saved", "it is not saved")
        see("result")
        touch("past")
        see("trend")
        touch("done")
        see("goodbye")
        self._arrive("home")

    def _measure(self, picture: str, reading: SimulatedReading) -> None:
        self._arrive("measuring")
        self._demo.bluetooth.press_start([reading], _MEASURING_S)
        cuff = self._kiosk.check_in.property("cuff")
        self.visitor.wait_until(
            lambda: cuff.property("phase") == "deflating", "the cuff is not heard"
        )
        self._see(picture)
        self.visitor.wait_until(
            lambda: self._kiosk.shell.property("route") != "measuring",
            "no reading came from the cuff",
        )

    # ---- the worker

    def _visit(self) -> None:
        see, touch, visitor = self._see, self.visitor.touch, self.visitor
        touch("staff")
        visitor.get("name")
        touch("name")
        visitor.type(_WORKER)
        touch("passphrase")
        visitor.type(PASSPHRASE)
        see("sign-in")
        touch("signIn")
        self._arrive("residents")
        see("residents")
        self._find_resident()
        see("resident")
        touch("startVisit")
        self._arrive("visit")
        for question in _ASKED:
            self._answer(question)
        see("visit")
        touch("save")
        self._arrive("resident", "residents")

    def _find_resident(self) -> None:
        """By name in the search box, which keeps what was typed before."""
        if self.visitor.get("search").property("text") == "":
            self.visitor.touch("search")
            self.visitor.type(_RESIDENT)

        def rows() -> list[Any]:
            items = self.visitor.items()
            return [item for item in items if item.objectName().startswith("row_")]

        self.visitor.wait_until(lambda: len(rows()) == 1, "the search does not find one person")
        self.visitor.settle()
        self.visitor.touch_item(rows()[0])
        self._arrive("resident")

    def _answer(self, question: str) -> None:
        """Touch the middle way: about the same, or no."""
        row = self.visitor.get(f"question_{question}")
        wanted = "segment_1" if question == "since_last" else "segment_0"
        choice = next(item for item in self.visitor.items(row) if item.objectName() == wanted)
        self.visitor.touch_item(choice)

    # ---- the road and the district

    def _traffic(self) -> None:
        self.visitor.touch("tab_traffic")
        self._arrive("traffic")
        finished = f"vehicle_interval WHERE starts_at = {self._last_quarter}"
        self.visitor.wait_until(
            lambda: self._count(finished) >= _LEAST_INTERVALS, "no quarter hour was finished", 60
        )
        self._see("traffic")

    def _offline_and_back(self) -> None:
        see, touch, shell = self._see, self.visitor.touch, self._kiosk.shell
        touch("tab_sync")
        self._arrive("sync")
        self._wait_until_sent()
        see("sync")
        self._demo.hub.stop()
        touch("tab_residents")
        self._arrive("residents")
        self._find_resident()
        touch("startVisit")
        self._arrive("visit")
        for question in _ASKED:
            self._answer(question)
        touch("save")
        self._arrive("resident", "residents")
        touch("tab_sync")
        self._arrive("sync")
        touch("tryNow")
        self.visitor.wait_until(
            lambda: not shell.property("online") and shell.property("unsent") > 0,
            "the kiosk does not notice that it is offline",
        )
        self.visitor.wait_until(lambda: shell.property("toast") == "", "a message stays")
        see("sync-offline")
        self._demo.hub.start()
        self._wait_until_sent()
        see("sync-back-online")

    def _wait_until_sent(self) -> None:
        shell = self._kiosk.shell
        self.visitor.wait_until(
            lambda: (
                shell.property("online")
                and shell.property("unsent") == 0
                and self._count("op_out") == self._count("op_out WHERE state = 2")
                and self._all_shown_as_sent()
                and shell.property("toast") == ""
            ),
            "not everything was acknowledged",
            _ALL_SENT_S,
        )

    def _all_shown_as_sent(self) -> bool:
        status = self._kiosk.sync.property("status")
        waiting = [status.get(name) for name in ("unsent", "sent")]
        return waiting == [0, 0] and status.get("reason") == ""

    # ---- looking

    def _see(self, name: str) -> None:
        """A picture of this page in each language; the page goes on in the one it had."""
        self._step += 1
        shell = self._kiosk.shell
        spoken = shell.property("language")
        for language in LANGUAGES:
            shell.setLanguage(language)
            self.visitor.picture(self._target / f"{self._step:02d}-{name}.{language}.png")
        shell.setLanguage(spoken)

    def _arrive(self, *routes: str) -> None:
        shell = self._kiosk.shell
        self.visitor.wait_until(
            lambda: shell.property("route") in routes, f"the kiosk does not go to {routes}"
        )
        self.visitor.settle()

    def _count(self, what: str) -> int:
        return int(self._kiosk.reader.execute(f"SELECT count(*) FROM {what}").fetchone()[0])
