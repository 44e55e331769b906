"""Ends a PostgreSQL of the tests when the session that started it is gone, however that ended.

Runs as a process of its own, and sees the session's end also when that is a kill -9. It ends
nothing but the server whose data lie in the folder that it was given.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
from pathlib import Path

import psutil

_WAIT_S = 20


def server_of(folder: Path) -> psutil.Process | None:
    """The server that runs with the data of this folder, by its own note and by its command."""
    data = folder / "data"
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        said = process.cmdline()
    except (FileNotFoundError, IndexError, ValueError, psutil.Error):
        return None
    return process if str(data) in said and "postgres" in Path(said[0]).name else None


def end(folder: Path) -> None:
    """Stop the server at once and remove its folder; nothing is done where neither is there."""
    process = server_of(folder)
    if process is not None:
        process.send_signal(signal.SIGQUIT)  # an immediate shutdown, of its children too
        psutil.wait_procs([process], timeout=_WAIT_S)
    if folder.exists():
        shutil.rmtree(folder)


def wait_for_the_end_of(session: int) -> None:
    """Return when the process that started this one is no more."""
    try:
        descriptor = os.pidfd_open(session)
    except ProcessLookupError:
        return
    if os.getppid() == session:
        select.select([descriptor], [], [])


if __name__ == "__main__":
    wait_for_the_end_of(int(sys.argv[2]))
    end(Path(sys.argv[1]))
