"""Starts the project's own programs, to be killed, without waiting for their imports.

One process has them loaded and forks (multiprocessing's fork server); what comes of it runs the
module as `python -m` would, with streams, words and an environment of its own. A program that must
show that it starts from nothing is started by `subprocess`.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from contextlib import suppress
from io import BufferedReader, BufferedWriter
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

_LOADED_ALREADY: Final = (
    *("hub.commands.serve", "uvicorn.protocols.http.h11_impl", "uvicorn.lifespan.on"),
    *("offline_sync.client", "offline_sync.store", "tests.builders"),
)
_context: Final = multiprocessing.get_context("forkserver")


def get_ready() -> None:
    """Let the process that forks load what it needs, meanwhile."""
    forkserver.set_forkserver_preload(list(_LOADED_ALREADY))
    forkserver.ensure_running()


class Program:
    """A program that runs: as much of `subprocess.Popen` as tests need."""

    def __init__(self, module: str, *words: str | Path) -> None:
        """Start `python -m MODULE WORDS`, with a pipe for each of its streams."""
        theirs: list[Connection] = []
        ours: list[int] = []
        for to_it in (True, False, False):
            reads, writes = _context.Pipe(duplex=False)
            theirs.append(reads if to_it else writes)
            kept = writes if to_it else reads
            ours.append(os.dup(kept.fileno()))
            kept.close()
        self._process = _context.Process(
            target=_become, args=(module, [str(word) for word in words], dict(os.environ), theirs)
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self._code: int | None = None
        for stream in theirs:
            stream.close()
        self.stdin: BufferedWriter = os.fdopen(ours[0], "wb")
        self.stdout: BufferedReader = os.fdopen(ours[1], "rb")
        self.stderr: BufferedReader = os.fdopen(ours[2], "rb")

    def kill(self) -> None:
        """kill -9: no handler, no flush, no goodbye. Nothing for one that has ended."""
        if self._code is None:
            self._process.kill()

    def terminate(self) -> None:
        """SIGTERM. Nothing for one that has ended."""
        if self._code is None:
            self._process.terminate()

    def wait(self) -> int:
        """Wait for its end; gives how it ended, as `Popen.returncode`."""
        if self._code is None:
            self._process.join()
            self._code = self._process.exitcode
            self._process.close()
        assert self._code is not None
        return self._code

    def close(self) -> None:
        """Close the streams of a program that has ended."""
        with suppress(BrokenPipeError):  # what it has not read, it does not want any more
            self.stdin.close()
        self.stdout.close()
        self.stderr.close()


def _become(
    module: str, words: list[str], environment: Mapping[str, str], streams: list[Connection]
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
