"""A serial cable made of a pseudo-terminal: real bytes through the real pyserial, no hardware.

A pseudo-terminal has no baud rate, no parity and no line errors; noise has to be written.
"""

from __future__ import annotations

import os
import select
import tty
from pathlib import Path
from typing import Final

_WRITE_WAIT_S: Final = 1.0
_CHUNK: Final = 4096


class PtyCable:
    """A cable between a simulated device and whoever opens `port`.

    `port` is a link that stays the same when the cable is pulled and plugged in again, as
    /dev/serial/by-id does for a real adapter. Used by one thread, but for `pull`.
    """

    def __init__(self, port: Path) -> None:
        self.port = port
        self._device_end: int | None = None
        self._far_end: int | None = None

    @property
    def plugged_in(self) -> bool:
        """Whether `port` leads to the device."""
        return self._device_end is not None

    def plug_in(self) -> None:
        """Makes `port` appear."""
        if self._device_end is not None:
            return
        self._device_end, self._far_end = os.openpty()
        # The far end is kept open here, or the device would read an error until it is opened.
        tty.setraw(self._far_end)
        os.set_blocking(self._device_end, False)
        if self.port.is_symlink():  # left by a simulator that was killed
            self.port.unlink()
        self.port.symlink_to(os.ttyname(self._far_end))

    def pull(self) -> None:
        """The cable is pulled: a program that reads `port` gets an error, and the name goes."""
        if self._device_end is None or self._far_end is None:
            return
        self.port.unlink(missing_ok=True)
        os.close(self._device_end)
        os.close(self._far_end)
        self._device_end = self._far_end = None

    def send(self, data: bytes) -> int:
        """From the device to the kiosk; returns how many bytes found no room, as in a UART
        that nobody reads."""
        while data and self._device_end is not None:
            _, writable, _ = select.select([], [self._device_end], [], _WRITE_WAIT_S)
            if not writable:
                return len(data)
            data = data[os.write(self._device_end, data[:_CHUNK]) :]
        return len(data)

    def receive(self, wait_s: float, also: int | None = None) -> bytes:
        """What the kiosk wrote, after at most `wait_s`; `also` is a descriptor that ends the
        wait."""
        watched = [end for end in (self._device_end, also) if end is not None]
        readable, _, _ = select.select(watched, [], [], wait_s)
        if self._device_end is None or self._device_end not in readable:
            return b""
        return os.read(self._device_end, _CHUNK)
