"""The leak check bites: each kind of leak fails the test that made it, and says its name."""

from __future__ import annotations

import pytest

CONFTEST = """
from tests.conftest import qapp_cls
from tests.leaks import nothing_left_behind
"""

LEAKS = {
    "thread": (
        """
        import threading
        from tests.test_leaks import KEPT

        def test_leaks():
            stop = threading.Event()
            thread = threading.Thread(target=stop.wait, name="forgotten", daemon=True)
            thread.start()
            KEPT.append(lambda: (stop.set(), thread.join()))
        """,
        "thread 'forgotten' (daemon), still running",
    ),
    "file": (
        """
        from tests.test_leaks import KEPT

        def test_leaks(tmp_path):
            file = (tmp_path / "forgotten.txt").open("w")
            KEPT.append(file.close)
        """,
        "open file */forgotten.txt (descriptor *)",
    ),
    "socket": (
        """
        import socket
        from tests.test_leaks import KEPT

        def test_leaks():
            KEPT.append(socket.create_server(("127.0.0.1", 0)).close)
        """,
        "open socket socket:* (descriptor *)",
    ),
    "process": (
        """
        import subprocess
        from tests.test_leaks import KEPT

        def test_leaks():
            process = subprocess.Popen(["sleep", "60"])
            KEPT.append(lambda: (process.kill(), process.wait()))
        """,
        "process *, still running: sleep 60",
    ),
    "process nobody waited for": (
        """
        import os
        from tests.test_leaks import KEPT

        def test_leaks():
            pid = os.posix_spawn("/bin/true", ["true"], {})
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            KEPT.append(lambda: os.waitpid(pid, 0))
        """,
        "process *, ended but never waited for: *",
    ),
    "timer": (
        """
        from PySide6.QtCore import QTimer
        from tests.test_leaks import KEPT

        def test_leaks(qapp):
            timer = QTimer(objectName="forgotten")
            timer.start(1000)
            KEPT.append(timer.stop)
        """,
        "QTimer 'forgotten', still running",
    ),
    "Qt thread": (
        """
        from PySide6.QtCore import QThread
        from tests.test_leaks import KEPT

        def test_leaks(qapp):
            thread = QThread(objectName="forgotten")
            thread.start()
            KEPT.append(lambda: (thread.quit(), thread.wait()))
        """,
        "QThread 'forgotten', still running",
    ),
}

KEPT: list = []
"""Holds what the inner tests leak, and how to put it away afterwards."""


@pytest.fixture
def inner(pytester: pytest.Pytester, qapp, monkeypatch: pytest.MonkeyPatch):
    pytester.makeconftest(CONFTEST)
    monkeypatch.setattr("tests.leaks.GRACE_S", 0.5)
    yield pytester
    while KEPT:
        KEPT.pop()()


@pytest.mark.parametrize("kind", LEAKS)
def test_a_leak_fails_the_test_that_made_it_and_says_what_stayed(inner: pytest.Pytester, kind: str):
    code, message = LEAKS[kind]
    inner.makepyfile(code)

    result = run_inside(inner)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the test left behind:", f"  {message}"])


def test_a_test_that_puts_everything_away_passes(inner: pytest.Pytester):
    inner.makepyfile(
        """
        import subprocess, threading
        from PySide6.QtCore import QTimer

        def test_tidy(qapp, tmp_path):
            thread = threading.Thread(target=print)
            thread.start()
            with (tmp_path / "a.txt").open("w"):
                subprocess.run(["true"])
            timer = QTimer()
            timer.start(1000)  # goes with the last reference to it
        """
    )

    run_inside(inner).assert_outcomes(passed=1)


def test_what_is_still_ending_is_waited_for(inner: pytest.Pytester):
    inner.makepyfile(
        """
        import threading

        def test_ends_soon():
            threading.Timer(0.2, print).start()
        """
    )

    run_inside(inner).assert_outcomes(passed=1)


def run_inside(inner: pytest.Pytester) -> pytest.RunResult:
    """The inner suite in this process, so that what it leaks can be put away again."""
    return inner.runpytest_inprocess("-p", "no:xdist", "-p", "no:cacheprovider")
