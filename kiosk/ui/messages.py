"""What Qt and broken slots have to say goes to the log, once, with its place.

An exception in a slot does not stop a Qt program, so without this it would be lost on a kiosk that
has no terminal. It must never write a person's data: Qt's own messages hold none.
"""

from __future__ import annotations

import logging
import sys
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _from_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "%s", text)


def _from_python(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("An action failed", exc_info=(kind, error, trace))


def install() -> None:
    """Called once by the program; tests keep pytest-qt's own handler."""
    qInstallMessageHandler(_from_qt)
    sys.excepthook = _from_python
