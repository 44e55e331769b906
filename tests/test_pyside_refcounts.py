"""PySide6 must not lose references to None: it did in 6.12.0 on Python 3.11.

There every `processEvents()` dropped one, and after about five thousand the process ended
with "deallocating None". A short test run stays green; a kiosk that runs for days does not.
docs/decisions/002-pyside6-pinned.md tells when to look again.
"""

from __future__ import annotations

import subprocess
import sys

PROCESS_EVENTS = 200_000

SURVIVES = f"""
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
for _ in range({PROCESS_EVENTS}):
    app.processEvents()
print("alive")
"""

KEEPS_REFERENCES = """
import sys
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer
app = QCoreApplication([])
loop = QEventLoop()
item = QObject()

def run_loop():
    QTimer.singleShot(0, loop.quit)
    loop.exec()

calls = {
    "processEvents": app.processEvents,
    "QEventLoop.exec": run_loop,
    "QTimer()": QTimer,
    "property": lambda: item.property("none"),
    "sendPostedEvents": QCoreApplication.sendPostedEvents,
}
for name, call in calls.items():
    call()
    before = sys.getrefcount(None)
    for _ in range(500):
        call()
    lost = before - sys.getrefcount(None)
    if lost > 50:
        print(f"{name} lost {lost} references to None in 500 calls")
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


def test_two_hundred_thousand_rounds_of_the_event_loop_do_not_end_the_process():
    result = run(SURVIVES)

    assert (result.returncode, result.stdout) == (0, "alive\n"), result.stderr


def test_calls_into_qt_give_back_the_references_they_take():
    result = run(KEEPS_REFERENCES)

    assert (result.returncode, result.stdout) == (0, ""), result.stderr
