"""Staff at the page Instruments on the real window: by touch, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from devices.health.pairing import Allowed, CompareDigits, Digits, Refused, ShowDigits, TypeDigits
from offline_sync.errors import StoreFull
from offline_sync.store import Change
from tests.journeys.staff_window import StaffWindow
from tests.kiosk.instrument_side import CUFF, METER, NAMES, Near
from tests.kiosk.staff_desk import VOLUNTEER, VOLUNTEER_PASSPHRASE, quick_hashes
from tests.ui.driver import Driver
from tests.ui.fixtures import LANGUAGES


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def kiosk(tmp_path: Path, open_page: Callable[..., Driver]) -> Iterator[StaffWindow]:
    kiosk = StaffWindow(tmp_path, open_page)
    yield kiosk
    kiosk.close()


def boss(kiosk: StaffWindow, driver: Driver) -> None:
    kiosk.models["signIn"].signIn("lee chi keung", "hill and harbour")
    driver.settle()


def vitals(kiosk: StaffWindow) -> list[tuple[object, ...]]:
    """Those that are not of the time before the test."""
    return kiosk.desk.rows("SELECT id, resident_id, started_by FROM vital WHERE raw IS NOT NULL")


def to_the_first_reading(kiosk: StaffWindow, driver: Driver) -> str:
    """By touch, from the residents; returns its key."""
    driver.tap("tab_instruments")
    driver.settle()
    key = str(kiosk.models["attribution"].rows[0]["key"])
    driver.tap(f"row_{key}")
    driver.settle()
    assert driver.shell.route == "attribution"
    return key


def focused(driver: Driver) -> str:
    item: Any = driver.window.activeFocusItem()
    return "" if item is None else item.objectName()


# ---- whose is it?


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reading_is_given_to_a_resident_by_touch(kiosk: StaffWindow, language: str) -> None:
    resident = kiosk.fill()
    driver = kiosk.open(language)
    kiosk.sign_in(driver)
    key = to_the_first_reading(kiosk, driver)
    driver.type("chan mei")
    kiosk.models["residents"].search("chan mei")
    driver.tap(f"row_{resident}")
    assert driver.says("142 / 84")
    assert driver.says("陳美玲")
    assert vitals(kiosk) == []
    driver.tap("dialogConfirm")
    driver.settle()

    assert vitals(kiosk) == [(key, resident, kiosk.desk.wong)]
    assert driver.shell.route == "instruments"
    assert driver.shell.toast != ""
    assert driver.maybe(f"row_{key}") is None
    assert kiosk.models["residents"].query == ""


def test_a_reading_is_given_to_a_resident_by_keyboard_alone(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.shell.section("instruments")
    driver.settle()
    for _ in range(12):
        if focused(driver).startswith("row_"):
            break
        driver.key(Qt.Key.Key_Tab)
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert focused(driver) == "search"
    driver.type("chan mei")
    driver.key(Qt.Key.Key_Return)
    driver.key(Qt.Key.Key_Down)
    driver.key(Qt.Key.Key_Return)
    assert focused(driver) == "dialogConfirm"
    assert vitals(kiosk) == []
    driver.key(Qt.Key.Key_Return)
    driver.settle()

    ((_, to, _),) = vitals(kiosk)
    assert to == resident


@pytest.mark.parametrize("how", ["no", "escape"])
def test_who_says_no_has_given_it_to_nobody(kiosk: StaffWindow, how: str) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    key = to_the_first_reading(kiosk, driver)
    driver.tap(f"row_{resident}")
    driver.tap("dialogCancel") if how == "no" else driver.key(Qt.Key.Key_Escape)

    assert driver.maybe("dialogConfirm") is None
    assert (vitals(kiosk), kiosk.models["attribution"].resident) == ([], {})
    driver.tap("backToList")
    driver.settle()
    assert driver.maybe(f"row_{key}") is not None
    driver.tap(f"row_{key}")
    driver.settle()
    assert driver.maybe("dialogConfirm") is None


def test_a_reading_is_set_aside_with_a_reason(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    key = to_the_first_reading(kiosk, driver)
    driver.tap("setAside")
    driver.tap("row_not_on_record")
    assert kiosk.desk.rows("SELECT 1 FROM audit WHERE action = 'set_reading_aside'") == []
    driver.tap("dialogConfirm")
    driver.settle()

    assert driver.shell.route == "instruments"
    assert driver.maybe(f"row_{key}") is None
    assert kiosk.desk.rows("SELECT subject_id FROM audit WHERE action = 'set_reading_aside'") == [
        (key,)
    ]


def test_control_solution_can_be_given_to_nobody(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.tap("tab_instruments")
    driver.settle()
    rows = kiosk.models["attribution"].rows
    driver.tap("row_" + next(row["key"] for row in rows if row["state"] == "control"))
    driver.settle()

    assert driver.maybe("search") is None
    assert driver.says("Control solution")
    driver.tap("row_test")
    driver.tap("dialogConfirm")
    driver.settle()
    assert driver.shell.route == "instruments"


def test_a_full_disk_is_said_and_changes_nothing(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    to_the_first_reading(kiosk, driver)
    driver.tap(f"row_{resident}")
    kiosk.desk.background.fail_next = StoreFull("disk full")
    driver.tap("dialogConfirm")

    assert driver.says("Nothing was changed")
    assert vitals(kiosk) == []
    driver.tap("dialogConfirm")
    driver.tap(f"row_{resident}")
    driver.tap("dialogConfirm")
    driver.settle()
    assert len(vitals(kiosk)) == 1


def test_every_reason_not_to_file_is_said_also_after_another(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    key = to_the_first_reading(kiosk, driver)
    driver.tap(f"row_{resident}")
    kiosk.desk.background.fail_next = StoreFull("disk full")
    driver.tap("dialogConfirm")
    driver.tap("dialogConfirm")
    driver.tap(f"row_{resident}")
    kiosk.desk.store.save([Change("resident", resident, {"status": "died"})], "sync")
    driver.tap("dialogConfirm")

    assert driver.says("The records say that 陳美玲 has died")
    assert vitals(kiosk) == []
    driver.tap("dialogConfirm")
    assert driver.maybe("dialogConfirm") is None
    assert kiosk.models["attribution"].opened["key"] == key


def test_what_waits_is_seen_from_every_staff_page_and_by_nobody_else(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    spoken = driver.accessible(driver.get("tab_instruments"))
    assert spoken.text(QAccessible.Text.Name) == "Instruments, waiting: 8"
    kiosk.models["signIn"].signIn(VOLUNTEER, VOLUNTEER_PASSPHRASE)
    driver.shell.section("residents")
    driver.settle()
    spoken = driver.accessible(driver.get("tab_instruments"))
    assert spoken.text(QAccessible.Text.Name) == "Instruments"
    driver.tap("tab_instruments")
    driver.settle()
    assert driver.says("Your role does not include this page")
    assert not driver.says("142 / 84")


def test_an_open_reading_is_behind_the_pin_after_the_lock(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    to_the_first_reading(kiosk, driver)
    driver.tap("lock")
    driver.settle()
    assert not driver.says("142 / 84")
    driver.type("135790")
    driver.settle()

    assert driver.shell.route == "attribution"
    assert driver.says("142 / 84")


# ---- pairing


def to_pairing(kiosk: StaffWindow, driver: Driver) -> None:
    boss(kiosk, driver)
    driver.tap("tab_instruments")
    driver.settle()
    driver.tap_item(driver.controls(driver.get("views"))[0])
    driver.tap("pair")
    driver.settle()
    kiosk.bluetooth.hears(Near(METER, NAMES[METER], "glucose"))
    driver.grab()
    driver.tap(f"row_{METER}")


def test_digits_are_typed_by_keyboard_and_shown_as_they_come(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    to_pairing(kiosk, driver)
    kiosk.bluetooth.asks(TypeDigits())
    assert not driver.get("go").isEnabled()
    driver.type("0421009")
    driver.key(Qt.Key.Key_Backspace)
    assert not driver.get("go").isEnabled()
    driver.type("8")
    assert driver.words(driver.get("typed")) == list("042108")
    for _ in range(6):
        if focused(driver) == "go":
            break
        driver.key(Qt.Key.Key_Tab)
    driver.key(Qt.Key.Key_Return)

    assert kiosk.bluetooth.answers == [Digits("042108")]
    assert driver.maybe("typed") is None


def test_the_digits_of_one_try_are_not_there_at_the_next(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    to_pairing(kiosk, driver)
    kiosk.bluetooth.asks(TypeDigits())
    driver.type("0421")
    kiosk.bluetooth.takes_its_question_back()
    kiosk.bluetooth.asks(TypeDigits())

    assert driver.words(driver.get("typed")) == []


def test_digits_for_the_instrument_are_large_and_parted(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    to_pairing(kiosk, driver)
    kiosk.bluetooth.asks(ShowDigits("042100"))

    number = driver.get("number")
    assert number.property("text") == "042 100"
    assert number.property("font").pixelSize() / driver.theme("u") > 20
    assert driver.maybe("go") is None


@pytest.mark.parametrize(("button", "answer"), [("go", Allowed()), ("no", Refused())])
def test_the_same_number_is_said_yes_or_no_to(
    kiosk: StaffWindow, button: str, answer: object
) -> None:
    kiosk.fill()
    driver = kiosk.open()
    to_pairing(kiosk, driver)
    kiosk.bluetooth.asks(CompareDigits("915307"))
    driver.grab()  # a button that has just appeared is placed with the next frame
    driver.tap(button)

    assert kiosk.bluetooth.answers == [answer]


def test_who_leaves_the_page_gives_pairing_up(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    to_pairing(kiosk, driver)
    driver.tap("tab_residents")
    driver.settle()

    assert kiosk.bluetooth.given_up == 1
    assert kiosk.bluetooth.listener is None


def test_after_pairing_another_can_follow(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    to_pairing(kiosk, driver)
    kiosk.bluetooth.pairs("glucose")
    assert driver.says("Glucose meter is paired")
    driver.tap("another")
    assert driver.get("heading").property("text") == "Which instrument?"
    driver.tap("back")
    driver.settle()
    assert driver.shell.route == "instruments"


def test_forgetting_is_asked_first(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    boss(kiosk, driver)
    driver.tap("tab_instruments")
    driver.settle()
    driver.tap_item(driver.controls(driver.get("views"))[0])
    driver.tap(f"row_{CUFF}")
    driver.tap("dialogCancel")
    assert kiosk.bluetooth.forgotten == []
    driver.tap(f"row_{CUFF}")
    driver.tap("dialogConfirm")

    assert kiosk.bluetooth.forgotten == [CUFF]
    assert driver.shell.toast != ""


def test_a_social_worker_cannot_forget_or_pair(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.tap("tab_instruments")
    driver.settle()
    driver.tap_item(driver.controls(driver.get("views"))[0])
    assert driver.maybe("pair") is None
    driver.tap(f"row_{CUFF}")
    assert driver.maybe("dialogCancel") is None
    driver.tap("dialogConfirm")

    assert kiosk.bluetooth.forgotten == []
    driver.shell.go("pairing")
    driver.settle()
    assert driver.says("Your role does not include this page")
