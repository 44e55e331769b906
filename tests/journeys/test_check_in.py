"""A resident checks in at the real window: real store, real bleak, a simulated cuff on D-Bus.

Only Bluetooth below D-Bus is simulated, and the rest and the pause pass faster than life.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shiboken6
import sqlite_utils
from PySide6.QtCore import Qt

from devices.health.session import Instruments
from devices.simulators.blood_pressure_monitor import SimulatedCuff, SimulatedReading
from devices.simulators.bluez_thread import SimulatedBluezThread
from kiosk.cuff_session import CuffSessions
from kiosk.shifts import Shifts, Worker
from kiosk.sign_in import WrongPin
from kiosk.viewmodels.check_in import CheckInViewModel
from kiosk.viewmodels.shell import ShellViewModel
from kiosk.viewmodels.staff_call import StaffCallViewModel
from kiosk.workers import AsyncLoop, Background, GuiDelivery, Writer
from offline_sync.clock import SystemClock
from offline_sync.database import open_reader
from offline_sync.store import Store
from tests.builders import TEST_KEY, open_test_store, resident_change
from tests.devices.health.bench import TEST_LIMITS, nothing_left
from tests.kiosk.resident_side import CARD, MORNING, PIN, RULES_FILE, SITE, load_rules
from tests.ui.driver import Driver
from tests.ui.fixtures import LANGUAGES, OpenPage

PACE = 1_000.0  # five minutes in 0.3 s
SLOWLY_MS = 20_000


def cuff_in_the_room() -> SimulatedCuff:
    return SimulatedCuff(advertise_every_s=0.02, awake_s=20, linger_s=0.05)


@dataclass
class Village:
    """The kiosk's own threads and view models around one window."""

    driver: Driver
    check_in: CheckInViewModel
    shifts: Shifts
    bluetooth: SimulatedBluezThread
    reader: sqlite_utils.Database
    qtbot: Any

    @property
    def route(self) -> str:
        return self.driver.shell.route

    def arrives(self, route: str) -> None:
        self.qtbot.waitUntil(lambda: self.route == route, timeout=SLOWLY_MS)
        self.driver.settle()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=SLOWLY_MS)

    def show_card(self, token: str = CARD) -> None:
        self.driver.type(token)
        self.driver.key(Qt.Key.Key_Return)

    def sit_down(self) -> None:
        self.show_card()
        self.arrives("who")
        self.driver.tap("yes")
        self.arrives("notice")
        self.driver.tap("agree")
        self.arrives("rest")

    def to_the_cuff(self) -> None:
        self.sit_down()
        self.until(lambda: self.driver.maybe("imBack") is not None)
        self.driver.grab()  # a button that has just appeared is placed with the next frame
        self.driver.tap("imBack")
        self.arrives("cuff")
        self.driver.tap("ready")
        self.arrives("measuring")

    def measure(self, systolic: int, diastolic: int, pulse: int = 72) -> None:
        self.bluetooth.press_start([SimulatedReading(systolic, diastolic, pulse)], seconds=0.3)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return list(self.reader.query(f"SELECT * FROM {table} ORDER BY id"))


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """Closes what was opened, last first, after the window has gone."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def open_village(
    closing: ExitStack, tmp_path: Path, open_page: OpenPage, qtbot: Any
) -> Callable[..., Village]:
    def open_village(language: str = "zh_HK", layout: str = "15in_800") -> Village:
        bluetooth = SimulatedBluezThread(cuff_in_the_room)
        bluetooth.start()
        with open_test_store(tmp_path) as store:
            store.save([resident_change(warnings={"arm_not_to_use": "right"})], "test")
        clock = SystemClock()
        writer = Writer(lambda: open_test_store(tmp_path))
        writer.start().result(20)
        closing.callback(writer.stop)
        loop = AsyncLoop()
        loop.start()
        closing.callback(loop.stop)
        closing.callback(lambda: loop.run(nothing_left()).result(20))
        closing.callback(bluetooth.stop)
        reader = open_reader(tmp_path / "kiosk.db", TEST_KEY)
        closing.callback(reader.close)
        delivery = GuiDelivery()
        closing.callback(shiboken6.delete, delivery)
        closing.callback(delivery.close)
        background = Background(writer, delivery, reader)
        shell = ShellViewModel(language=language, now=lambda: MORNING)
        shell.set_village(SITE.village[language])
        shifts = Shifts(clock)
        call = StaffCallViewModel(background, shell, shifts, check_pin, SITE, clock)
        instruments = Instruments(clock, limits=TEST_LIMITS)
        sessions = CuffSessions(instruments, loop.run, loop.call, writer.submit, delivery.deliver)
        check_in = CheckInViewModel(
            background,
            shell,
            sessions,
            call,
            load_rules(RULES_FILE),
            clock,
            demo=True,
            pace=PACE,
        )
        closing.callback(shiboken6.delete, check_in)
        closing.callback(lambda: loop.run(instruments.close()).result(20))
        closing.callback(sessions.close)
        driver = open_page("home", language=language, layout=layout, shell=shell, checkIn=check_in)
        return Village(driver, check_in, shifts, bluetooth, reader, qtbot)

    return open_village


def check_pin(_: Store, staff_id: str, pin: str) -> Worker:
    if pin != PIN:
        raise WrongPin(0, 4)
    return Worker(staff_id, "黃詠詩", "social_worker")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_resident_measures_twice_and_goes_home(
    open_village: Callable[..., Village], language: str
) -> None:
    village = open_village(language)
    driver = village.driver

    driver.tap("start")
    village.arrives("card")
    village.to_the_cuff()
    village.measure(142, 84, 72)
    seen: list[str] = []
    driver.shell.routeChanged.connect(lambda: seen.append(village.route))
    village.until(lambda: village.check_in.cuff.phase in ("inflating", "deflating"))
    village.until(lambda: "pause" in seen)  # at this pace it lasts 60 ms
    village.arrives("measuring")
    village.measure(138, 82, 70)
    village.arrives("result")
    village.until(lambda: village.check_in.saved == "saved")

    words = driver.words()
    assert {"140", "83", "71"} <= set(words)
    assert not any("美玲" in word for word in words)  # the full name is on no resident page
    driver.tap("hide")
    assert "140" not in driver.words()
    driver.tap("hide")
    driver.tap("past")
    village.arrives("trend")
    driver.tap("back")
    village.arrives("result")
    driver.tap("done")
    village.arrives("goodbye")
    assert not any("陳婆婆" in word for word in driver.words())
    driver.tap("finish")
    village.arrives("home")

    first, second = village.rows("vital")
    assert [json.loads(one["reading"])["systolic"] for one in (first, second)] == ["142", "138"]
    assert {one["completeness"] for one in (first, second)} == {"complete"}
    assert {one["band"] for one in (first, second)} == {"watch"}
    assert json.loads(first["instrument"])["address"] == "02:00:00:00:18:10"
    assert first["raw"]
    assert village.rows("reading_inbox") == []
    assert len(village.rows("consent")) == 1


def test_the_adapter_is_pulled_out_and_measuring_goes_on_when_it_is_back(
    open_village: Callable[..., Village],
) -> None:
    village = open_village("en")
    village.bluetooth.plugged = False
    village.to_the_cuff()
    village.until(lambda: village.check_in.cuff.problem == "adapter")
    assert village.driver.says("Bluetooth is off or unplugged")

    village.bluetooth.plugged = True
    village.measure(142, 84)
    village.until(lambda: len(village.rows("vital")) == 1)
    village.until(lambda: village.route != "measuring" or village.check_in.readingNumber == 2)


def test_a_first_reading_with_a_red_flag_leads_to_999_and_staff(
    open_village: Callable[..., Village],
) -> None:
    village = open_village("en")
    driver = village.driver
    village.to_the_cuff()
    village.measure(188, 104)
    village.arrives("pause")
    assert driver.says("Do you have any of these now?")
    driver.tap("haveSymptoms")
    village.arrives("unwell")
    assert driver.says("999")
    assert driver.says(SITE.address["en"])
    driver.tap("better")
    village.arrives("call")
    village.until(lambda: len(village.rows("task_act")) >= 2)

    village.shifts.open(Worker("worker-1", "黃詠詩", "social_worker"))  # type: ignore[arg-type]
    village.until(lambda: village.route == "pause")


def test_call_staff_stays_until_a_pin_answers_it(open_village: Callable[..., Village]) -> None:
    village = open_village("zh_HK", layout="15in_1080")
    driver = village.driver
    village.shifts.open(Worker("worker-1", "黃詠詩", "social_worker"))  # type: ignore[arg-type]
    driver.tap("callStaff")
    village.arrives("call")
    driver.tap("imStaff")
    for figure in "000000":
        driver.tap(f"key_{figure}")
    village.until(lambda: driver.says("密碼不正確"))
    assert village.route == "call"
    for figure in PIN:
        driver.tap(f"key_{figure}")
    village.arrives("home")

    village.until(lambda: len(village.rows("task_act")) == 2)
    assert {act["act"] for act in village.rows("task_act")} == {"call_staff", "answer_call"}


def test_a_card_that_nobody_has_names_nobody(open_village: Callable[..., Village]) -> None:
    village = open_village("en")
    village.show_card("1234567890")
    village.arrives("card")

    assert village.driver.says("not recognised")
    village.show_card()
    village.arrives("who")
    village.driver.tap("notMe")
    village.arrives("card")
    assert village.check_in.address == ""
