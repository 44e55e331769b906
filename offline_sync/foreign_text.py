"""Makes text that came from another machine fit for a terminal and a log.

An id, a name or a hub's words may hold letters that clear a screen, recolour it or begin a line of
their own. They are written as codes here, and nothing is left out. Stored text is never changed.
"""

from __future__ import annotations

import logging
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def printable(text: str) -> str:
    r"""`text` on one line, with each letter that prints nothing as its code, such as `\u001b`.

    JSON stays JSON: the code is the one that JSON has for the letter.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _code(letter) for letter in text)


class OneLineEach(logging.Formatter):
    """Writes each log record on one line of its own; a traceback stands indented below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return printable(super().formatMessage(record))

    def formatException(  # noqa: N802 - logging's name
        self, ei: _ExcInfo | tuple[None, None, None]
    ) -> str:
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  {printable(line)}" for line in lines)


def log_to_stderr(layout: str) -> None:
    """Log to standard error from INFO on, as this module writes; once in a process."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineEach(layout))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _code(letter: str) -> str:
    units = letter.encode("utf-16-be", errors="surrogatepass")
    return "".join(rf"\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
