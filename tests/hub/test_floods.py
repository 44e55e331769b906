"""A stranger cannot fill the disk through the hub's log, and hides no other line in it."""

from __future__ import annotations

import errno
import logging

from hub.floods import OncePerMinute

ACCEPT = "socket.accept() out of system resource\nsocket: <socket fd=%d>"


def line(words: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("asyncio", logging.ERROR, "", 0, words, values, None)


def test_a_flood_is_written_once_a_minute() -> None:
    now_s = [100.0]
    flood = OncePerMinute(lambda: now_s[0])
    written = 0
    for _ in range(3):
        written += sum(flood.filter(line(ACCEPT, fd)) for fd in range(1000))
        now_s[0] += 60
    assert written == 3


def test_one_flood_does_not_hide_another_nor_any_other_line() -> None:
    flood = OncePerMinute(lambda: 0.0)
    assert flood.filter(line(ACCEPT, 1))
    assert flood.filter(line("Exceeded concurrency limit."))
    assert not flood.filter(line("Exceeded concurrency limit."))
    assert all(flood.filter(line("Exception in ASGI application")) for _ in range(3))


def test_what_fails_for_want_of_descriptors_is_one_flood_and_other_faults_are_none() -> None:
    def fault(number: int) -> logging.LogRecord:
        record = line("Exception in ASGI application")
        error = OSError(number, "")
        record.exc_info = (OSError, error, None)
        return record

    flood = OncePerMinute(lambda: 0.0)
    assert [flood.filter(fault(errno.EMFILE)) for _ in range(3)] == [True, False, False]
    assert all(flood.filter(fault(errno.EIO)) for _ in range(3))
