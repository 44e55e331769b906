"""Keeps strangers from filling the disk through the log: what they can cause without end is
written once a minute."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable
from typing import Final

_EVERY_S: Final = 60
_LOGGERS: Final = ("asyncio", "uvicorn.error")
_NO_DESCRIPTORS: Final = (errno.EMFILE, errno.ENFILE)
_ACCEPT: Final = "socket.accept() out of system resource"
_FLOODS: Final = (
    _ACCEPT,
    "Exceeded concurrency limit.",
    "Invalid HTTP request received.",
    "Unsupported upgrade request.",
    "No supported WebSocket library detected.",
)


class OncePerMinute(logging.Filter):
    """Lets one line of each flood through per minute, and all other lines."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now_s = now_s
        self._written_s: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        flood = _flood(record)
        if flood is None:
            return True
        now_s = self._now_s()
        if now_s - self._written_s.get(flood, -_EVERY_S) < _EVERY_S:
            return False
        self._written_s[flood] = now_s
        return True


def _flood(record: logging.LogRecord) -> str | None:
    trouble = record.exc_info[1] if record.exc_info else None
    if isinstance(trouble, OSError) and trouble.errno in _NO_DESCRIPTORS:
        return _ACCEPT
    said = record.getMessage()
    return next((words for words in _FLOODS if said.startswith(words)), None)


def hold_back_floods() -> None:
    """Once in a process, before the hub is served."""
    once_per_minute = OncePerMinute()
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(once_per_minute)
