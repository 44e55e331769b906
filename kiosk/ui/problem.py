"""The page that stands where the kiosk would, when the kiosk cannot start.

It says what is wrong and what to do, in the three languages, and never offers to delete
anything.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

from kiosk.paths import ASSETS
from kiosk.ui.languages import Languages
from kiosk.ui.pictures import IconProvider
from kiosk.ui.window import UI, Appearance, prepare_theme


def show_problem(
    app: QGuiApplication, error: Exception, language: str, appearance: Appearance
) -> int:
    """Show `error` until the window is closed; returns the event loop's exit code."""
    languages = Languages(app, ASSETS / "translations")
    languages.use(language)
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(UI))
    engine.addImageProvider("icon", IconProvider(ASSETS / "icons"))
    prepare_theme(engine, app, appearance).setProperty("language", language)
    engine.setInitialProperties(
        {
            "kind": type(error).__name__,
            "message": str(error),
            "nextStep": str(getattr(error, "next_step", "")),
            "width": appearance.width,
            "height": appearance.height,
        }
    )
    engine.load(QUrl.fromLocalFile(str(UI / "Kiosk" / "Problem.qml")))
    try:
        return app.exec() if engine.rootObjects() else 1
    finally:
        shiboken6.delete(engine)
        languages.remove()
