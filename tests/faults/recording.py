"""Runs a program with the recorder (recorder.c) before it, and reads what was recorded.

A recording that misses a write would prove nothing, so each is played to its end and compared
with what lies on the disk.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
INDEX_OF_A_JOURNAL: Final = "-shm"
_HEAD: Final = struct.Struct("=5Q")


class Kind(Enum):
    """What happened; the numbers stand in recorder.c."""

    CREATED = ord("C")
    OPENED = ord("O")
    WROTE = ord("W")
    CUT_TO = ord("T")
    GREW_TO = ord("G")
    SYNCED = ord("S")
    NAMES_SYNCED = ord("N")
    RENAMED = ord("R")
    LINKED = ord("L")
    UNLINKED = ord("U")
    SAID = ord("P")


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log. `file` is an inode number, `at` an offset or a length in bytes."""

    kind: Kind
    file: int
    at: int
    first: bytes
    second: bytes

    @property
    def name(self) -> str:
        return self.first.decode()

    @property
    def new_name(self) -> str:
        return self.second.decode()


@dataclass(frozen=True)
class Recording:
    """What a program did to a folder, which held `before` when it began.

    `said_before` are lines that were true already.
    """

    before: Mapping[str, bytes]
    events: Sequence[Event]
    said_before: tuple[str, ...] = ()

    @cached_property
    def said(self) -> tuple[str, ...]:
        """Every whole line of its standard output."""
        return self.said_until(len(self.events))

    def said_until(self, cut: int) -> tuple[str, ...]:
        """The whole lines that it had said when the first `cut` events had happened."""
        text = b"".join(event.first for event in self.events[:cut] if event.kind is Kind.SAID)
        return (*self.said_before, *(line.decode() for line in text.split(b"\n")[:-1]))


def compile_recorder(folder: Path) -> Path:
    """The recorder as a library in `folder`. Fails, in plain words, where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise AssertionError(
            "The power cut tests need a C compiler, and there is no `cc` here."
            " Run tools/setup.sh, which installs one, or: apt-get install gcc libc6-dev"
        )
    library = folder / "recorder.so"
    source = Path(__file__).with_name("recorder.c")
    done = subprocess.run(
        [
            *(compiler, "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"),
            *("-o", library, source, "-ldl", "-pthread"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"recorder.c does not compile:\n{done.stderr}"
    return library


def record(recorder: Path, folder: Path, program: Sequence[str]) -> Recording:
    """Run `python -m program…` over `folder` under the recorder until it ends."""
    folder = folder.resolve()
    before = content_of(folder)
    log = folder.with_name(folder.name + ".log")
    log.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", *program],
        env=os.environ
        | {"LD_PRELOAD": str(recorder), "RECORD_FOLDER": str(folder), "RECORD_LOG": str(log)}
        # No other program is started under the recorder: the security chip's is not found.
        | {"PATH": ""},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    recording = Recording(before, list(_events(log.read_bytes())))
    log.unlink()
    assert "\n".join(recording.said) == done.stdout.rstrip("\n")
    return recording


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file of the folder by its name, but the shared memory that SQLite makes anew."""
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if not file.name.endswith(INDEX_OF_A_JOURNAL)
    }


def _events(log: bytes) -> Iterator[Event]:
    at = 0
    while at < len(log):
        kind, file, place, first, second = _HEAD.unpack_from(log, at)
        at += _HEAD.size
        content = log[at : at + first + second]
        at += first + second
        yield Event(Kind(kind), file, place, content[:first], content[first:])
