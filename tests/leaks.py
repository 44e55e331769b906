"""Notices what a test leaves behind: threads, open files and sockets, processes, Qt timers.

A kiosk runs for months, so what leaks once a check-in ends the day in a crash. The fixture
`nothing_left_behind` compares before with after, waits a moment for what is still on its
way out, and fails the test with the name of whatever stayed. It must never end or close
anything itself: that would hide the leak from the next run.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

GRACE_S = 3.0
"""How long a thing that is already ending may take to end."""

LEFT_OPEN_ON_PURPOSE = {
    # Qt and Python open these once for the life of the process, at first use.
    "/dev/urandom": "random numbers of the C libraries",
}
STARTED_ON_PURPOSE = {
    # multiprocessing starts it once and ends it at exit.
    "multiprocessing.resource_tracker": "one helper for the life of the process",
    "tests.hub.postgres_watch": "ends the session's PostgreSQL when the session is killed",
    "multiprocessing.forkserver": "starts programs for tests (tests.programs)",
}

_qt_started: weakref.WeakSet[object] = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class Alive:
    """What was alive at one moment."""

    threads: frozenset[threading.Thread]
    descriptors: frozenset[tuple[int, str]]
    processes: frozenset[tuple[int, float]]
    qt_objects: frozenset[int]


def look() -> Alive:
    """What is alive now."""
    return Alive(
        threads=frozenset(threading.enumerate()),
        descriptors=frozenset(_descriptors()),
        processes=frozenset((child.pid, child.create_time()) for child in _children()),
        qt_objects=frozenset(id(item) for item in _running_qt_objects()),
    )


def left_behind(before: Alive) -> list[str]:
    """One plain line for each thing that was not there `before` and does not go away."""
    found = _new_since(before)
    deadline = time.monotonic() + GRACE_S
    while found and time.monotonic() < deadline:
        _let_go()
        found = _new_since(before)
    return found


def watch_qt() -> None:
    """Remember every QThread and QTimer that Python starts from here on."""
    from PySide6.QtCore import QThread, QTimer

    for kind in (QThread, QTimer):
        if not hasattr(kind.start, "__wrapped__"):
            kind.start = _remembering(kind.start)  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails the test that leaves a thread, a file, a socket, a process or a Qt timer."""
    before = look()
    yield
    found = left_behind(before)
    if found:
        pytest.fail("the test left behind:\n  " + "\n  ".join(found), pytrace=False)


def _new_since(before: Alive) -> list[str]:
    return [
        *(
            f"thread {thread.name!r}{' (daemon)' if thread.daemon else ''}, still running"
            for thread in threading.enumerate()
            if thread not in before.threads and thread.is_alive()
        ),
        *(
            f"open {_kind_of(target)} {target} (descriptor {number})"
            for number, target in sorted(_descriptors() - before.descriptors)
        ),
        *(
            f"process {child.pid}, {_state_of(child)}: {_words_of(child)}"
            for child in _children()
            if (child.pid, child.create_time()) not in before.processes
        ),
        *(
            f"{type(item).__name__} {item.objectName()!r}, still running"  # type: ignore[attr-defined]
            for item in _running_qt_objects()
            if id(item) not in before.qt_objects
        ),
    ]


def _let_go() -> None:
    """Give what is ending its chance: reference cycles, deferred deletes, other threads."""
    gc.collect()
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    time.sleep(0.01)


def _descriptors() -> set[tuple[int, str]]:
    found = set()
    for entry in os.scandir("/proc/self/fd"):
        try:
            target = str(Path(entry.path).readlink())
        except FileNotFoundError:
            continue  # another thread closed it while we looked
        # one of them is the handle of this very listing
        if target not in LEFT_OPEN_ON_PURPOSE and not target.startswith("/proc/"):
            found.add((int(entry.name), target))
    return found


def _kind_of(target: str) -> str:
    return {"socket": "socket", "pipe": "pipe", "anon_inode": "handle"}.get(
        target.partition(":")[0], "file"
    )


def _children() -> list[psutil.Process]:
    try:
        pids = {
            int(pid)
            for task in Path("/proc/self/task").iterdir()
            for pid in (task / "children").read_text().split()
        }
        children = [psutil.Process(pid) for pid in pids]
    except (FileNotFoundError, psutil.NoSuchProcess):
        # a thread or a child ended while we looked, or a kernel without these lists
        children = psutil.Process().children()
    return [child for child in children if not _is_kept(child)]


def _is_kept(child: psutil.Process) -> bool:
    words = _words_of(child)
    return any(name in words for name in STARTED_ON_PURPOSE)


def _words_of(child: psutil.Process) -> str:
    try:
        return " ".join(child.cmdline()) or child.name()
    except psutil.Error:
        return "ended"


def _state_of(child: psutil.Process) -> str:
    try:
        ended = child.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        ended = True
    return "ended but never waited for" if ended else "still running"


def _running_qt_objects() -> list[object]:
    running: list[object] = []
    for item in list(_qt_started):
        import shiboken6

        if shiboken6.isValid(item) and (
            item.isRunning() if hasattr(item, "isRunning") else item.isActive()  # type: ignore[attr-defined]
        ):
            running.append(item)
    return running


def _remembering(start: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(start)
    def started(self: object, *arguments: object, **named: object) -> None:
        _qt_started.add(self)
        start(self, *arguments, **named)

    return started
