"""Opens any page of the real window for a test, in any language, theme and layout.

Used by tests/ui and tests/journeys (their conftest.py import it).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kiosk.languages import LANGUAGES
from kiosk.ui import window
from kiosk.viewmodels.routes import SIGN_IN_ROUTES, STAFF_ROUTES
from kiosk.viewmodels.shell import ShellViewModel
from tests.leaks import LEFT_OPEN_ON_PURPOSE
from tests.ui.driver import Driver

# Qt paints large areas on a few threads of its own. Each holds an eventfd and ends after 30 idle
# seconds; neither can be asked to end sooner. (Threads that Python starts are watched by name.)
LEFT_OPEN_ON_PURPOSE["anon_inode:[eventfd]"] = "Qt's painting threads"

PAGES = window.UI / "Kiosk" / "pages"
THEMES = ("light", "dark", "contrast")
LAYOUTS = {
    "15in_800": (1280, 800, 3.81),
    "15in_1080": (1920, 1080, 5.56),  # the tightest
}
LARGE_LAYOUTS = {
    "21in": (1920, 1080, 4.03),
    "21in_portrait": (1080, 1920, 4.03),
}
MORNING = datetime(2026, 11, 22, 2, 42, tzinfo=UTC)

OpenPage = Callable[..., Driver]
ShowQml = Callable[..., Driver]


@pytest.fixture(scope="session")
def words_compiled() -> None:
    """The .qm files are not in git: compile them when they are older than their source."""
    folder = window.ASSETS / "translations"
    made = [folder / f"kiosk_{code}.qm" for code in LANGUAGES]
    newest = max(path.stat().st_mtime for path in folder.glob("*.ts"))
    if all(path.is_file() and path.stat().st_mtime >= newest for path in made):
        return
    tool = window.ASSETS.parent / "tools" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations_tool", tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    module.release()


@pytest.fixture(scope="session")
def fonts_loaded(qapp: QGuiApplication) -> None:
    window.load_fonts(qapp)


def new_shell(language: str = "en", theme: str = "light", **more: object) -> ShellViewModel:
    """A shell whose clock stands still at 10:42."""
    shell = ShellViewModel(language=language, theme=theme, now=lambda: MORNING, **more)
    shell.set_village("坑口村" if language != "en" else "Hang Hau Village")
    return shell


@pytest.fixture
def open_page(
    qapp: QGuiApplication, qtbot: QtBot, fonts_loaded: None, words_compiled: None
) -> Iterator[OpenPage]:
    """open_page(route, language="en", layout="15in_800", theme="light", **view_models) -> Driver.

    A staff route is opened by a signed-in worker. guard_ms is 0, so that a journey need not wait
    between two touches; motion is off.
    """
    opened: list[Driver] = []

    def open_page(
        route: str,
        language: str = "en",
        layout: str = "15in_800",
        theme: str = "light",
        shell: ShellViewModel | None = None,
        guard_ms: int = 0,
        calm: bool = True,
        pages: Path = PAGES,
        **view_models: QObject,
    ) -> Driver:
        width, height, px_per_mm = (LAYOUTS | LARGE_LAYOUTS)[layout]
        frame = shell or new_shell(language, theme)
        if route in STAFF_ROUTES and not frame.property("signedIn"):
            frame.set_staff(
                "chan", "陳美玲" if language != "en" else "Chan Mei Ling", "social_worker"
            )
        if route in STAFF_ROUTES | SIGN_IN_ROUTES:
            frame.section(route) if route in STAFF_ROUTES else frame.go(route)
        elif route != "home":
            frame.go(route)
        look = window.Appearance(
            width=width, height=height, px_per_mm=px_per_mm, calm=calm, guard_ms=guard_ms
        )
        driver = Driver(window.KioskWindow(qapp, frame, view_models, look, pages), qtbot)
        opened.append(driver)
        qtbot.waitUntil(driver.window.isExposed, timeout=3000)
        driver.settle()
        return driver

    yield open_page
    for driver in opened:
        driver.kiosk.close()
        driver.shell.deleteLater()


@pytest.fixture
def show_qml(open_page: OpenPage, tmp_path: Path) -> ShowQml:
    """show_qml('ActionButton { text: "Go" }') puts a piece of QML on an empty page."""

    def show_qml(body: str, frame: str = "KioskPage", **options: object) -> Driver:
        (tmp_path / "HomePage.qml").write_text(
            f'import QtQuick\nimport Kiosk\n{frame} {{ id: page; title: "Test"\n{body}\n}}\n',
            "utf-8",
        )
        return open_page("home", pages=tmp_path, **options)

    return show_qml
