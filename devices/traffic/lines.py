"""Cuts a byte stream into lines. Bounded: a port that never sends a line end cannot fill memory.

pyserial's readline() is never used for this: on a timeout it hands out half a line and calls
the other half a new one.
"""

from __future__ import annotations

from typing import Final

LINE_LIMIT: Final = 1024
"""Bytes. The longest known line of an OPS24x is about 310."""


class LineFramer:
    """Turns arbitrary chunks into whole lines and counts what it had to throw away."""

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        self._limit = limit
        self._buffer = b""
        self._skipping = False
        self._discarded = 0

    @property
    def pending(self) -> bool:
        """Whether an unfinished line is waiting for its end."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes, without their line ends; empty lines are dropped."""
        head, found, tail = data.rpartition(b"\n")
        if not found:
            self._keep(data)
            return []
        first, *others = head.split(b"\n")
        lines: list[bytes] = []
        self._keep(first)
        if self._skipping:
            self._skipping = False
        else:
            lines.append(self._buffer)
        self._buffer = b""
        for line in others:
            if len(line) > self._limit:
                self._discarded += len(line)
            else:
                lines.append(line)
        self._keep(tail)
        return [line for line in (line.rstrip(b"\r") for line in lines) if line]

    def take_discarded(self) -> int:
        """How many bytes of over-long lines were thrown away since the last call."""
        discarded, self._discarded = self._discarded, 0
        return discarded

    def _keep(self, part: bytes) -> None:
        if self._skipping:
            self._discarded += len(part)
            return
        self._buffer += part
        if len(self._buffer) > self._limit:
            self._discarded += len(self._buffer)
            self._buffer = b""
            self._skipping = True
