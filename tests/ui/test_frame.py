"""The frame on the screen: pages come and go, languages and themes change live, and the frame
itself holds every number of the design in three languages and on both test screens."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from kiosk.ui import window
from kiosk.viewmodels.idle import IdleLimits
from kiosk.viewmodels.routes import ROUTES
from tests.ui.audits import audit
from tests.ui.driver import Driver
from tests.ui.fixtures import LANGUAGES, LAYOUTS, THEMES, OpenPage, new_shell

RESIDENT = (
    'ResidentPage { title: "Rest"; at: 2; Label { text: page.shell.route; em: Theme.rLead } }'
)
STAFF = 'StaffPage { title: "Staff"; section: page.shell.route }'
FORM = """
StaffPage { title: "Form"; section: "residents"
    TextBox { objectName: "note"; focus: true; label: "Note" } }
"""


def page_file(body: str) -> str:
    frame, rest = body.strip().split("{", 1)
    return f"import QtQuick\nimport Kiosk\n{frame} {{ id: page; {rest}\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Small stand-ins, so that the frame is tested by itself."""
    for name in ("Home", "Card", "Rest", "Result", "Call", "Unwell", "SignIn", "Pin"):
        (tmp_path / f"{name}Page.qml").write_text(page_file(RESIDENT), "utf-8")
    for name in ("Residents", "Instruments", "Traffic", "Sync"):
        (tmp_path / f"{name}Page.qml").write_text(page_file(STAFF), "utf-8")
    (tmp_path / "VisitPage.qml").write_text(page_file(FORM), "utf-8")
    return tmp_path


def test_every_route_has_a_page_file(open_page: OpenPage, pages: Path) -> None:
    table = open_page("home", pages=pages).window.property("pages").toVariant()
    assert set(table) == ROUTES


def test_pages_follow_the_route(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("home", pages=pages, calm=False)
    driver.shell.go("card")
    driver.settle()
    assert driver.says("card")
    driver.shell.go("rest")
    driver.settle()
    driver.tap("back")
    driver.settle()
    assert driver.shell.stack == ("home", "card")
    driver.shell.home()
    driver.settle()
    assert driver.says("home")
    assert driver.get("stack").property("depth") == 1


def test_help_is_on_every_resident_page(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("rest", pages=pages)
    driver.tap("callStaff")
    assert driver.shell.route == "call"
    driver.settle()
    driver.tap("unwell")
    assert driver.shell.route == "unwell"


def test_tabs_and_lock(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("residents", pages=pages)
    driver.tap("tab_traffic")
    driver.settle()
    assert driver.shell.stack == ("home", "traffic")
    driver.tap("lock")
    driver.settle()
    assert driver.shell.locked
    assert driver.shell.route == "pin"


def test_staff_pages_can_be_walked_by_keyboard(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("residents", pages=pages)
    for _ in range(2):
        driver.key(Qt.Key.Key_Tab)
    assert driver.get("tab_instruments").property("visualFocus")
    driver.key(Qt.Key.Key_Return)
    assert driver.shell.route == "instruments"


def test_the_language_changes_on_the_page_that_is_open(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("rest", pages=pages)
    assert driver.says("I feel unwell")
    driver.shell.setLanguage("zh_HK")
    driver.qtbot.waitUntil(lambda: driver.says("我不舒服"))
    assert driver.says("量度")
    driver.shell.setLanguage("zh_CN")
    driver.qtbot.waitUntil(lambda: driver.says("测量"))
    assert driver.theme("language") == "zh_CN"
    driver.shell.setLanguage("en")
    driver.qtbot.waitUntil(lambda: driver.says("I feel unwell"))


def test_the_theme_changes_live(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("rest", pages=pages)
    corners = set()
    for theme in THEMES:
        driver.shell.setTheme(theme)
        corners.add(driver.grab().pixelColor(3, 400).name())
    assert len(corners) == 3


def test_what_the_kiosk_is_and_is_not_stays_on_the_screen(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("residents", pages=pages)
    assert driver.maybe("notice") is None
    driver.shell.set_demo(True)
    driver.shell.set_not_protected(True)
    driver.qtbot.waitUntil(lambda: driver.says("not protected against theft"))
    driver.shell.home()
    driver.settle()
    assert driver.says("Demo data, not real cases")
    assert driver.get("notice").y() == 0


def test_damaged_records_are_said_on_every_page_until_the_end(
    open_page: OpenPage, pages: Path
) -> None:
    driver = open_page("rest", pages=pages)
    driver.shell.set_demo(True)
    driver.shell.set_damaged()
    for go_on in (driver.shell.home, lambda: driver.shell.go("card")):
        assert driver.says("Part of the records cannot be read")
        assert driver.says("call the technician")
        assert not driver.says("Demo data, not real cases")
        go_on()
        driver.settle()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("route", ["rest", "residents"])
def test_damaged_records_are_said_so_that_they_can_be_read(
    open_page: OpenPage, pages: Path, route: str, language: str, layout: str, theme: str
) -> None:
    driver = open_page(route, language, layout, theme=theme, pages=pages)
    driver.shell.set_damaged()
    assert audit(driver, "staff" if route == "residents" else "resident") == []


@pytest.mark.parametrize(("online", "unsent", "words"), [
    (True, 0, "All sent"), (True, 3, "3 to send"), (False, 14, "Offline, 14 to send"),
    (False, 0, "Offline"),
])  # fmt: skip
def test_the_badge_says_what_waits(
    open_page: OpenPage, pages: Path, online: bool, unsent: int, words: str
) -> None:
    driver = open_page("residents", pages=pages)
    driver.shell.set_online(online)
    driver.shell.set_unsent(unsent)
    assert driver.get("syncBadge").property("text") == words


def test_a_word_about_what_happened_is_shown(open_page: OpenPage, pages: Path) -> None:
    driver = open_page("residents", pages=pages)
    driver.shell.say("Visit saved")
    assert driver.get("toast").property("text") == "Visit saved"


def idle_driver(open_page: OpenPage, pages: Path, **options: object) -> Driver:
    now = [1000.0]
    shell = new_shell(
        str(options.get("language", "en")),
        str(options.get("theme", "light")),
        limits=IdleLimits(),
        monotonic=lambda: now[0],
    )
    driver = open_page("result", pages=pages, shell=shell, **options)
    now[0] += 60
    shell.tick()
    driver.get("dialogConfirm")
    return driver


def test_nobody_there_is_asked_and_can_stay(open_page: OpenPage, pages: Path) -> None:
    driver = idle_driver(open_page, pages)
    assert driver.says("Are you still there?")
    assert driver.says("30 seconds")
    driver.tap("callStaff")
    assert driver.shell.route == "result"
    driver.tap("dialogConfirm")
    assert not driver.shell.idleWarning
    assert driver.shell.route == "result"


def test_nobody_there_can_finish(open_page: OpenPage, pages: Path) -> None:
    driver = idle_driver(open_page, pages)
    driver.tap("dialogCancel")
    assert driver.shell.route == "home"


def test_a_touch_anywhere_and_a_key_count_as_somebody(open_page: OpenPage, pages: Path) -> None:
    now = [1000.0]
    shell = new_shell(monotonic=lambda: now[0])
    driver = open_page("visit", pages=pages, shell=shell)
    for act in (lambda: driver.type("a"), lambda: driver.tap("note"), lambda: driver.click("note")):
        now[0] += 299
        act()
        shell.tick()
        assert shell.route == "visit"
    now[0] += 300
    shell.tick()
    assert shell.route == "pin"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("route", ["rest", "residents"])
def test_the_frame_holds_the_numbers_of_the_design(
    open_page: OpenPage, pages: Path, route: str, language: str, layout: str
) -> None:
    driver = open_page(route, language, layout, pages=pages)
    driver.shell.set_demo(True)
    driver.shell.set_not_protected(True)
    driver.shell.set_unsent(1305)
    assert audit(driver, "staff" if route == "residents" else "resident") == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("route", ["rest", "residents"])
def test_the_frame_can_be_read_in_every_theme(
    open_page: OpenPage, pages: Path, route: str, theme: str
) -> None:
    driver = open_page(route, "zh_HK", theme=theme, pages=pages)
    assert audit(driver, "staff" if route == "residents" else "resident") == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_holds_the_numbers_too(
    open_page: OpenPage, pages: Path, language: str, layout: str
) -> None:
    assert audit(idle_driver(open_page, pages, language=language, layout=layout)) == []


def test_a_page_that_does_not_load_leaves_the_old_one_usable(
    open_page: OpenPage, pages: Path, qtlog
) -> None:
    driver = open_page("home", pages=pages)
    (pages / "CardPage.qml").write_text("import QtQuick\nNoSuchThing {}\n", "utf-8")
    with qtlog.disabled():
        driver.shell.go("card")
    driver.tap("callStaff")
    driver.settle()
    assert driver.says("call")


def test_damaged_screen_files_stop_the_start_with_a_next_step(
    qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtlog
) -> None:
    monkeypatch.setattr(window, "UI", tmp_path)
    shell = new_shell()
    with qtlog.disabled(), pytest.raises(window.WindowFailed) as failure:
        window.KioskWindow(qapp, shell, {})
    assert "Reinstall" in failure.value.next_step
    shell.deleteLater()


def test_only_view_models_that_pages_know_are_taken(qapp: QGuiApplication) -> None:
    shell = new_shell()
    with pytest.raises(ValueError, match="chekIn"):
        window.KioskWindow(qapp, shell, {"chekIn": shell})
    shell.deleteLater()


@pytest.mark.parametrize(("pixels", "millimetres", "scale"), [
    (1280, 336, 3.81), (1920, 345, 5.57), (1920, 0, window.PX_PER_MM),
    (1920, 5000, window.PX_PER_MM),
])  # fmt: skip
def test_a_screen_that_lies_about_its_size_gets_a_sane_scale(
    pixels: int, millimetres: int, scale: float
) -> None:
    from PySide6.QtCore import QRect, QSizeF

    class Screen:
        def physicalSize(self) -> QSizeF:
            return QSizeF(millimetres, millimetres)

        def geometry(self) -> QRect:
            return QRect(0, 0, pixels, 800)

    assert window.px_per_mm(Screen()) == pytest.approx(scale, abs=0.01)
