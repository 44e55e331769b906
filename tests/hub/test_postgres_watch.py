"""A test session that is killed leaves no PostgreSQL behind."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

_SESSION = """
import sys
from tests.hub.postgres import start_server
from tests.hub.postgres_watch import server_of
server = start_server()
root = server.folder.parent
print(root, server_of(root).pid, server.watch, flush=True)
sys.stdin.read()
"""


def test_a_session_that_is_killed_leaves_no_server_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _SESSION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as session:
        assert session.stdout is not None
        folder, server, watch = session.stdout.readline().split()
        assert psutil.pid_exists(int(server))
        session.kill()
    with suppress(psutil.NoSuchProcess):  # it has done its work already
        psutil.Process(int(watch)).wait(60)
    assert not psutil.pid_exists(int(server))
    assert not Path(folder).exists()
