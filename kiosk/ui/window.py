"""The application, the QML engine and the one window.

Everything that Main.qml needs is handed in from outside. This module must never know what a
resident, a store or an instrument is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QScreen
from PySide6.QtQml import QQmlApplicationEngine, QQmlEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.paths import ASSETS, QML_IMPORTS
from kiosk.ui.languages import Languages
from kiosk.ui.pictures import ArtProvider, IconProvider
from kiosk.viewmodels.shell import ShellViewModel

UI = QML_IMPORTS
FONT = "Noto Sans CJK HK"
VIEW_MODELS = (
    *("checkIn", "signIn", "residents", "visit", "traffic", "sync"),
    *("instruments", "attribution"),
)

# A 15.6 inch panel of 1280 x 800; real panels lie between the two limits.
PX_PER_MM = 3.81
PLAUSIBLE_PX_PER_MM = (2.5, 14.0)

_ACTIVITY = frozenset(
    (
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
    )
)


class WindowFailed(RuntimeError):
    """The first page could not be loaded. next_step is for the person at the kiosk."""

    next_step = "Reinstall the kiosk: its screen files are damaged or incomplete."


@dataclass(frozen=True, slots=True)
class Appearance:
    """Size in pixels; px_per_mm None measures the screen; calm means without motion."""

    width: int = 1280
    height: int = 800
    px_per_mm: float | None = None
    calm: bool = False
    guard_ms: int = 700


def create_application(argv: Sequence[str]) -> QGuiApplication:
    """Make the Qt application with the shipped fonts. Without a GPU, Qt draws in software."""
    if "QT_QUICK_BACKEND" not in os.environ and not any(Path("/dev/dri").glob("renderD*")):
        QQuickWindow.setSceneGraphBackend("software")
    app = QGuiApplication(list(argv))
    app.setApplicationName("village-kiosk")
    app.setApplicationDisplayName("Village health station")
    load_fonts(app)
    return app


def load_fonts(app: QGuiApplication) -> None:
    for path in sorted((ASSETS / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    app.setFont(QFont(FONT))


def px_per_mm(screen: QScreen | None) -> float:
    """The scale of a screen by what it says of itself, or a sane one when that is nonsense."""
    if screen is None or screen.physicalSize().width() <= 0:
        return PX_PER_MM
    scale = screen.geometry().width() / screen.physicalSize().width()
    low, high = PLAUSIBLE_PX_PER_MM
    return scale if low <= scale <= high else PX_PER_MM


def prepare_theme(engine: QQmlEngine, app: QGuiApplication, look: Appearance) -> QObject:
    """The Theme singleton of `engine`, sized for this screen."""
    theme = engine.singletonInstance("Kiosk", "Theme")
    if not isinstance(theme, QObject):
        raise WindowFailed(f"Theme.qml did not load from {UI}")
    theme.setProperty("u", look.px_per_mm or px_per_mm(app.primaryScreen()))
    theme.setProperty("calm", look.calm)
    theme.setProperty("guard", look.guard_ms)
    return theme


class _Activity(QObject):
    """Sees presses and keys on their way into the window and takes none of them."""

    def __init__(self, touched: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._touched = touched

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY:
            self._touched()
        return False


class KioskWindow:
    """The engine and its window. Keep it until the event loop has ended, then close() it."""

    def __init__(
        self,
        app: QGuiApplication,
        shell: ShellViewModel,
        view_models: Mapping[str, QObject],
        appearance: Appearance | None = None,
        pages: Path = UI / "Kiosk" / "pages",
    ) -> None:
        look = appearance or Appearance()
        unknown = set(view_models) - set(VIEW_MODELS)
        if unknown:
            raise ValueError(f"no page knows these view models: {sorted(unknown)}")
        self.app = app
        self.shell = shell
        self._view_models = dict(view_models)  # QML does not keep them alive
        self._languages = Languages(app, ASSETS / "translations")
        self._languages.use(shell.property("language"))
        self.engine = QQmlApplicationEngine()
        self.engine.addImportPath(str(UI))
        self.engine.addImageProvider("icon", IconProvider(ASSETS / "icons"))
        self.engine.addImageProvider("art", ArtProvider(ASSETS / "pictures"))
        self.theme = prepare_theme(self.engine, app, look)
        self.theme.setProperty("mode", shell.property("theme"))
        self.theme.setProperty("language", shell.property("language"))
        # Before the pages: the words are swapped by the time their bindings look again.
        # Kept as handles: PySide does not always find a bound method again to disconnect it.
        self._following = (
            shell.languageChanged.connect(self._on_language),
            shell.themeChanged.connect(self._on_theme),
        )
        self.window = self._load(look, pages)
        self._activity = _Activity(shell.touch, self.window)
        self.window.installEventFilter(self._activity)

    def _load(self, look: Appearance, pages: Path) -> QQuickWindow:
        problems: list[str] = []

        def remember(warnings: list[object]) -> None:
            problems.extend(str(warning) for warning in warnings)

        self.engine.warnings.connect(remember)
        self.engine.setInitialProperties(
            {
                "shell": self.shell,
                "pageFolder": QUrl.fromLocalFile(f"{pages}/"),
                "width": look.width,
                "height": look.height,
                **{name: self._view_models.get(name) for name in VIEW_MODELS},
            }
        )
        self.engine.loadFromModule("Kiosk", "Main")
        self.engine.warnings.disconnect(remember)
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise WindowFailed("Main.qml did not load: " + "; ".join(problems))
        return roots[0]

    def show(self, full_screen: bool = False) -> None:
        """Without a window manager showFullScreen() alone keeps the old size."""
        if full_screen:
            self.window.setFlag(Qt.WindowType.FramelessWindowHint, True)
            self.window.setGeometry(self.window.screen().geometry())
            self.window.showFullScreen()
        else:
            self.window.show()

    def close(self) -> None:
        """The engine goes before the view models, or bindings would meet null."""
        for connection in self._following:
            QObject.disconnect(connection)
        self.window.removeEventFilter(self._activity)
        self.window.close()
        shiboken6.delete(self.engine)
        self._languages.remove()

    def _on_language(self) -> None:
        language = self.shell.property("language")
        self.theme.setProperty("language", language)
        self._languages.use(language, self.engine)

    def _on_theme(self) -> None:
        self.theme.setProperty("mode", self.shell.property("theme"))
