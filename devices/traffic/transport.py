"""The serial port, behind a few methods so that another library can replace pyserial.

pyserial's traps live here and nowhere else: a pulled cable shows as OSError as often as
SerialException, two programs may open one port and each get half of the bytes, and closing
a port under a waiting read fails with a TypeError. Only the thread that reads may close.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import termios
from typing import Final, Protocol

import serial

from devices.traffic.errors import (
    PortBusy,
    PortGone,
    PortMissing,
    PortProblem,
    PortRefused,
    PortUnusable,
)

READ_TIMEOUT_S: Final = 0.25
"""How long a read waits for a first byte; fixed, as pyserial sets up the port anew to change it."""

_WRITE_TIMEOUT_S: Final = 1.0

_PROBLEM_OF_ERRNO: Final[dict[int, type[PortProblem]]] = {
    errno.ENOENT: PortMissing,
    errno.ENXIO: PortMissing,
    errno.ENODEV: PortMissing,
    errno.EIO: PortMissing,  # a terminal whose other end has gone
    errno.EACCES: PortRefused,
    errno.EPERM: PortRefused,
    errno.EBUSY: PortBusy,
    errno.EAGAIN: PortBusy,  # another program holds the lock
}


class Transport(Protocol):
    """An open port. Every method raises PortProblem, and nothing else, when the port fails."""

    @property
    def port(self) -> str:
        """The name it was opened by, for messages."""

    def read(self) -> bytes:
        """What has arrived; empty after a wait without any, or after `cancel_read`."""

    def write(self, data: bytes) -> None:
        """Sends all of `data`."""

    def discard_input(self) -> None:
        """Forgets what arrived before anybody listened."""

    def cancel_read(self) -> None:
        """Ends a waiting `read` at once. The only method another thread may call."""

    def close(self) -> None:
        """Gives the port back."""


class _SerialTransport:
    def __init__(self, port: str, line: serial.Serial) -> None:
        self._port = port
        self._line = line

    @property
    def port(self) -> str:
        return self._port

    def read(self) -> bytes:
        try:
            return bytes(self._line.read(self._line.in_waiting or 1))
        except OSError as problem:
            raise PortGone(self._port, str(problem)) from problem

    def write(self, data: bytes) -> None:
        try:
            self._line.write(data)
        except OSError as problem:
            raise PortGone(self._port, str(problem)) from problem

    def discard_input(self) -> None:
        try:
            self._line.reset_input_buffer()
        except (OSError, termios.error) as problem:
            raise PortGone(self._port, str(problem)) from problem

    def cancel_read(self) -> None:
        self._line.cancel_read()

    def close(self) -> None:
        # A device that has gone took its exclusive mark with it: there is nothing to give back.
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._line.fileno(), termios.TIOCNXCL)
        self._line.close()


def open_serial(port: str, baud: int) -> Transport:
    """Opens `port` for this program alone, 8N1, without resetting the device behind it.

    `port` is the stable name of the adapter (a link under /dev/serial/by-id where there is
    one). Raises a PortProblem that says what a person can do.
    """
    try:
        line = serial.Serial(
            baudrate=baud,
            timeout=READ_TIMEOUT_S,
            write_timeout=_WRITE_TIMEOUT_S,
            exclusive=True,
        )
        line.port = port
        # Arduino-class boards restart when DTR rises on opening.
        line.dtr = False
        line.open()
    except OSError as problem:
        kind = _PROBLEM_OF_ERRNO.get(problem.errno or 0, PortUnusable)
        raise kind(port, str(problem)) from problem
    except (ValueError, termios.error) as problem:
        raise PortUnusable(port, str(problem)) from problem
    try:
        # flock() only keeps out programs that ask for the lock; TIOCEXCL keeps out the others.
        fcntl.ioctl(line.fileno(), termios.TIOCEXCL)
    except OSError as problem:
        line.close()
        raise PortGone(port, str(problem)) from problem
    return _SerialTransport(port, line)
