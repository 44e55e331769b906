"""A list beside the database that outlives it: lines of JSON that are only ever added to.

An older copy of the database that is put back does not know what happened since. Such a list does.
It holds ids and digests, never values. Nothing is ever added to a line that was cut off.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from hub.errors import HubError
from offline_sync.database import sync_directory

Entry = TypeVar("Entry", bound=msgspec.Struct)


def append(path: Path, entry: msgspec.Struct) -> None:
    """Write an entry down, on the disk when this returns; nothing of it stays when this raises.

    Raises:
        HubError: the line before it was cut off.
    """
    is_new = not path.exists()
    with _held(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, fcntl.LOCK_EX) as file:
        before = os.fstat(file).st_size
        last = _unended(os.pread(file, before, 0))
        if last and not _is_whole(last):
            raise _cut_off(path)
        rest = (b"\n" if last else b"") + msgspec.json.encode(entry) + b"\n"
        try:
            while rest:
                rest = rest[os.write(file, rest) :]
            os.fsync(file)
        except OSError:
            os.ftruncate(file, before)
            raise
    if is_new:
        sync_directory(path.parent)


def read(path: Path, kind: type[Entry]) -> list[Entry]:
    """Every entry, oldest first.

    Raises:
        HubError: a line cannot be read: what it says would be undone unseen.
    """
    if not path.exists():
        return []
    with _held(path, os.O_RDONLY, fcntl.LOCK_SH) as file:
        content = os.pread(file, os.fstat(file).st_size, 0)
    found: list[Entry] = []
    lines = content.splitlines()
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=kind))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if number == len(lines) and _unended(content):
                raise _cut_off(path) from error
            raise HubError(
                f"Line {number} of {path} cannot be read.",
                "Take the line from the copy of this file that lies with the backups.",
            ) from error
    return found


@contextmanager
def _held(path: Path, flags: int, lock: int) -> Iterator[int]:
    """The file, open; no other process adds to it meanwhile."""
    file = os.open(path, flags, 0o600)
    try:
        fcntl.flock(file, lock)
        yield file
    finally:
        os.close(file)


def _unended(content: bytes) -> bytes:
    """The last line, when it does not end as a line does."""
    return content[content.rfind(b"\n") + 1 :]


def _is_whole(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _cut_off(path: Path) -> HubError:
    return HubError(
        f"The last line of {path} was cut off.",
        "Take it from the copy of this file that lies with the backups. When it is not there "
        "either, the power or the disk failed while it was written and the command had no effect: "
        "remove what is left of that line, then do it again.",
    )
