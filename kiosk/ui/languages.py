"""The three languages of the window, swapped while it runs.

English is loaded from a file as well, so that all three go the same way. A missing file leaves the
English source words on the screen and says so in the log; it never stops the kiosk.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtQml import QQmlEngine

log = logging.getLogger(__name__)


class Languages:
    """Owns the one installed translator."""

    def __init__(self, app: QCoreApplication, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._translator: QTranslator | None = None

    def use(self, code: str, engine: QQmlEngine | None = None) -> None:
        """Install the words of `code` and, with an engine, redraw every qsTr() binding."""
        self.remove()
        translator = QTranslator(self._app)
        if translator.load(str(self._folder / f"kiosk_{code}.qm")):
            self._app.installTranslator(translator)
        else:
            log.warning("No words for %s: run tools/translations.py release", code)
        self._translator = translator
        if engine is not None:
            engine.retranslate()

    def remove(self) -> None:
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator.deleteLater()
            self._translator = None
