"""A worker's morning on the real window: by touch, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from kiosk.records.visits import QUESTIONS
from kiosk.shifts import IDLE_LOCK_MS
from kiosk.viewmodels.routes import SIGN_IN_ROUTES, STAFF_ROUTES
from offline_sync.errors import StoreFull
from offline_sync.store import Change
from tests.journeys.staff_window import PROMISE, StaffWindow
from tests.journeys.sync_story import two_versions
from tests.kiosk.staff_desk import (
    PASSPHRASE,
    PIN,
    VOLUNTEER_PASSPHRASE,
    VOLUNTEER_PIN,
    quick_hashes,
)
from tests.ui.driver import Driver
from tests.ui.fixtures import LANGUAGES

MUST_ASK = [one.key for one in QUESTIONS if one.must_ask]


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def kiosk(tmp_path: Path, open_page: Callable[..., Driver]) -> Iterator[StaffWindow]:
    kiosk = StaffWindow(tmp_path, open_page)
    yield kiosk
    kiosk.close()


def sign_in(driver: Driver, name: str = "wong wing sze", passphrase: str = PASSPHRASE) -> None:
    driver.tap("name")
    driver.type(name)
    driver.tap("passphrase")
    driver.type(passphrase)
    driver.tap("signIn")
    driver.settle()


def choose(driver: Driver, question: str, option: int) -> None:
    row = driver.get(f"question_{question}")
    segments = [one for one in driver.controls(row) if one.objectName() == f"segment_{option}"]
    driver.tap_item(segments[0])


def focused(driver: Driver) -> str:
    item = driver.window.activeFocusItem()
    return "" if item is None else item.objectName()


def text(driver: Driver, name: str) -> str:
    return str(driver.get(name).property("text"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visit_by_touch(kiosk: StaffWindow, language: str) -> None:
    resident = kiosk.fill()
    driver = kiosk.open(language)
    sign_in(driver)
    assert driver.shell.route == "residents"
    driver.tap("search")
    driver.type("chan mei")
    driver.tap(f"row_{resident}")
    driver.settle()
    assert text(driver, "promise") == PROMISE
    assert driver.get("warning").isVisible()
    driver.tap("promiseKept")
    assert driver.maybe("promiseKept") is None
    driver.tap("startVisit")
    driver.settle()
    for key in MUST_ASK:
        choose(driver, key, 0)
    choose(driver, "appetite", 2)
    driver.tap("promise")
    driver.type("medicine box")
    driver.tap("dayLater")
    driver.tap("save")
    driver.settle()
    assert driver.shell.route == "resident"
    assert driver.shell.toast != ""
    assert text(driver, "promise") == "medicine box"
    desk = kiosk.desk
    saved = desk.rows(
        "SELECT staff_id, promise, next_visit_on FROM visit ORDER BY saved_at DESC LIMIT 1"
    )
    assert saved == [(desk.wong, "medicine box", "2026-11-23")]
    how = dict(
        desk.rows(
            "SELECT question, how FROM answer WHERE visit_id ="
            " (SELECT id FROM visit ORDER BY saved_at DESC LIMIT 1)"
        )
    )
    assert how["appetite"] == "asked"
    assert how["home_safety"] == "carried_over"
    assert {how[key] for key in MUST_ASK} == {"asked"}


def test_a_visit_by_keyboard_alone(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    driver.type("wong wing sze")
    driver.key(Qt.Key.Key_Return)
    driver.type(PASSPHRASE)
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert focused(driver) == "search"
    driver.type("chan mei")
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert focused(driver) == "startVisit"
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    for _ in MUST_ASK:
        driver.type("1")
    for _ in range(len(QUESTIONS) - len(MUST_ASK)):
        driver.type("2")
    assert focused(driver) == "promise"
    driver.type("medicine box")
    for _ in range(20):
        if focused(driver) == "save":
            break
        driver.key(Qt.Key.Key_Tab)
    assert focused(driver) == "save"
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert driver.shell.route == "resident"
    assert kiosk.desk.rows("SELECT promise FROM visit ORDER BY saved_at DESC LIMIT 1") == [
        ("medicine box",)
    ]


def test_a_list_is_worked_by_arrows(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.key(Qt.Key.Key_Down)
    assert focused(driver).startswith("row_")
    driver.key(Qt.Key.Key_Down)
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert driver.shell.route == "resident"


@pytest.mark.parametrize("route", [*sorted(SIGN_IN_ROUTES), *sorted(STAFF_ROUTES)])
def test_every_control_is_reached_by_tab_with_its_focus_seen(
    kiosk: StaffWindow, route: str
) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    if route != "signIn":
        kiosk.sign_in(driver)
        kiosk.models["residents"].open(resident)
        kiosk.models["visit"].start(resident)
        kiosk.models["attribution"].watch("test")
        kiosk.models["attribution"].open(kiosk.models["attribution"].rows[0]["key"])
        if route == "pairing":
            kiosk.models["signIn"].signIn("lee chi keung", "hill and harbour")
        driver.shell.lock() if route == "pin" else driver.shell.go(route)
        driver.settle()
    unreached = {
        item
        for item in driver.controls(driver.page())
        if item.isEnabled() and item.parentItem().objectName() != "rows"
    }
    unreached -= {item for item in unreached if _worked_by_its_list(item)}
    for _ in range(80):
        driver.key(Qt.Key.Key_Tab)
        unreached.discard(driver.window.activeFocusItem())
    assert [item.objectName() or item.property("text") for item in unreached] == []


def _worked_by_its_list(item: object) -> bool:
    """Rows of a list and digits of a pad are worked by keys while the list or pad has focus."""
    name = item.objectName()
    return name.startswith(("row_", "key_", "digit_", "page"))


def test_the_form_keeps_the_keyboard_where_it_was(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    kiosk.models["visit"].start(resident)
    driver.shell.go("visit")
    driver.settle()
    before = driver.window.activeFocusItem()
    driver.key(Qt.Key.Key_Space)
    assert driver.window.activeFocusItem() is before
    assert kiosk.models["visit"].answers["since_last"]["answer"] == "asked"


def test_two_workers_change_places_in_seven_touches(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    sign_in(driver)
    driver.tap("lock")
    driver.settle()
    driver.tap("otherWorker")
    driver.settle()
    sign_in(driver, "ho pui shan", VOLUNTEER_PASSPHRASE)
    assert text(driver, "worker") == "Ho Pui Shan"
    driver.tap("lock")
    driver.settle()
    driver.tap(f"worker_{kiosk.desk.wong}")
    driver.type(PIN)
    driver.settle()
    assert text(driver, "worker") == "Wong Wing Sze"
    driver.tap("lock")
    driver.settle()
    driver.tap(f"worker_{kiosk.desk.ho}")
    driver.type(VOLUNTEER_PIN)
    driver.settle()
    assert text(driver, "worker") == "Ho Pui Shan"


def test_the_form_is_where_it_was_after_the_lock(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    kiosk.models["visit"].start(resident)
    driver.shell.go("resident")
    driver.shell.go("visit")
    driver.settle()
    choose(driver, "falls", 1)
    kiosk.desk.clock.pass_ms(IDLE_LOCK_MS)
    kiosk.models["signIn"].beat()
    driver.settle()
    assert driver.shell.route == "pin"
    assert not driver.says("陳美玲")
    driver.type(PIN)
    driver.settle()
    assert driver.shell.route == "visit"
    assert kiosk.models["visit"].answers["falls"]["chosen"] == 1


def test_the_form_takes_nothing_while_it_is_being_saved(
    kiosk: StaffWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    form = kiosk.models["visit"]
    form.start(resident)
    driver.shell.go("visit")
    driver.settle()
    for question in MUST_ASK:
        form.answer(question, 0)
    waiting: list[tuple[Any, ...]] = []
    with monkeypatch.context() as patch:
        patch.setattr(kiosk.desk.background, "write", lambda *job: waiting.append(job))
        driver.tap("save")
    driver.settle()
    edited = ("contact", "question_falls", "promise", "note", "nextIn", "dayLater", "save")
    assert [name for name in edited if driver.get(name).isEnabled()] == []
    _, _, failed = waiting[0]
    failed(StoreFull("disk full"))
    driver.settle()
    assert [name for name in edited if not driver.get(name).isEnabled()] == []


def test_a_save_that_ends_late_leaves_another_form_open(
    kiosk: StaffWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    form = kiosk.models["visit"]
    form.start(resident)
    for question in MUST_ASK:
        form.answer(question, 0)
    waiting: list[tuple[Any, ...]] = []
    with monkeypatch.context() as patch:
        patch.setattr(kiosk.desk.background, "write", lambda *job: waiting.append(job))
        form.save()
    ((neighbour,),) = kiosk.desk.rows("SELECT id FROM resident WHERE card_token = 'CARD1'")
    form.start(neighbour)
    driver.shell.go("visit")
    driver.settle()
    job, then, _ = waiting[0]
    then(job(kiosk.desk.store))
    driver.settle()
    assert (driver.shell.route, form.head["residentId"]) == ("visit", neighbour)
    assert driver.shell.property("toast") == ""


def test_a_form_that_could_not_be_saved_stays_open_and_says_so(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    kiosk.models["visit"].start(resident)
    driver.shell.go("resident")
    driver.shell.go("visit")
    driver.settle()
    for key in MUST_ASK:
        choose(driver, key, 0)
    kiosk.desk.background.fail_next = StoreFull("disk full")
    driver.tap("save")
    assert driver.shell.route == "visit"
    assert driver.says("Not saved")
    driver.tap("save")
    driver.settle()
    assert driver.shell.route == "resident"


def test_a_wrong_passphrase_is_told_and_the_box_is_empty_again(kiosk: StaffWindow) -> None:
    driver = kiosk.open()
    sign_in(driver, passphrase="not this one")
    assert driver.shell.route == "signIn"
    assert driver.says("not right")
    assert text(driver, "passphrase") == ""


def test_words_change_with_the_language_and_the_page_stays(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    kiosk.models["residents"].open(resident)
    driver.shell.go("resident")
    driver.settle()
    assert driver.says("Do not use the right arm")
    driver.shell.setLanguage("zh_HK")
    assert driver.says("不要用右手")
    assert driver.says("11 月 10 日")
    assert driver.shell.route == "resident"


def test_the_numbers_of_sync_add_up_on_the_page(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.tap("tab_sync")
    driver.settle()
    parts = ("unsent", "sent", "acknowledged", "attention")
    numbers = [int(text(driver, name).replace(",", "")) for name in (*parts, "total")]
    assert sum(numbers[:4]) == numbers[4] == kiosk.desk.store.outbox_counts().total
    assert driver.get("notProtected").isVisible()
    driver.tap_item(next(one for one in driver.controls() if one.objectName().startswith("row_")))
    assert driver.says("date is in the past")
    driver.tap("dialogConfirm")


def test_a_change_that_was_not_taken_is_tried_again_from_its_details(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.tap("tab_sync")
    driver.settle()
    problems = kiosk.models["sync"].problems
    stuck = next(one["key"] for one in problems if one["stuck"])
    aside = next(one["key"] for one in problems if not one["stuck"])
    driver.tap(f"row_{aside}")
    assert not driver.says("Try again")
    driver.tap("dialogConfirm")
    driver.tap(f"row_{stuck}")
    assert driver.says("Try again")
    close, again = driver.get("dialogCancel"), driver.get("dialogConfirm")
    driver.qtbot.waitUntil(lambda: close.x() + close.width() <= again.x())  # the second button
    driver.tap("dialogCancel")
    assert len(kiosk.models["sync"].problems) == 2
    driver.tap(f"row_{stuck}")
    driver.tap("dialogConfirm")
    assert [one["key"] for one in kiosk.models["sync"].problems] == [aside]
    assert text(driver, "attention") == "1"


def test_todays_traffic_is_on_the_page(kiosk: StaffWindow) -> None:
    kiosk.fill()
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.tap("tab_traffic")
    driver.settle()
    total = kiosk.desk.rows("SELECT count(*) FROM vehicle_passage")[0][0]
    assert int(text(driver, "into_village")) + int(text(driver, "out_of_village")) == total
    assert driver.says(f"{total} vehicles today")
    assert driver.says("96 min not heard")
    assert driver.says("07:36-09:12 not heard")


def test_a_worker_settles_a_conflict_and_the_value_stands(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    two_versions(kiosk, resident)
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.tap("tab_sync")
    driver.settle()
    assert driver.says("Records with several versions: 2")
    driver.tap(f"row_resident-{resident}-phone")
    driver.settle()
    assert driver.shell.route == "conflict"
    for said in ("2791 1234", "2791 4321", "Ho Pui Shan", "Shown now", "Telephone"):
        assert driver.says(said)
    driver.tap("row_1")
    driver.tap("dialogConfirm")
    driver.settle()
    assert driver.shell.route == "sync"
    assert driver.says("Records with several versions: 1")
    assert kiosk.desk.rows("SELECT phone FROM resident WHERE id = ?", resident) == [("2791 4321",)]


def test_a_conflict_that_moved_meanwhile_is_said_and_not_settled(kiosk: StaffWindow) -> None:
    resident = kiosk.fill()
    two_versions(kiosk, resident)
    driver = kiosk.open()
    kiosk.sign_in(driver)
    driver.tap("tab_sync")
    driver.settle()
    driver.tap(f"row_resident-{resident}-phone")
    driver.tap("row_1")
    kiosk.desk.store.save([Change("resident", resident, {"phone": "2791 5555"})], kiosk.desk.ho)
    driver.tap("dialogConfirm")
    assert driver.says("Nothing was settled")
    driver.tap("dialogConfirm")
    driver.settle()
    assert driver.shell.route == "conflict"
    assert driver.says("2791 5555")
    assert kiosk.desk.rows("SELECT phone FROM resident WHERE id = ?", resident) == [("2791 5555",)]
