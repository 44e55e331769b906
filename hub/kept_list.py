"""A list beside the database that outlives it: lines of JSON that are only ever added to.

An older copy of the database that is put back does not know what happened since. Such a list does.
It holds ids and digests, never values.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from hub.errors import HubError

Entry = TypeVar("Entry", bound=msgspec.Struct)


def append(path: Path, entry: msgspec.Struct) -> None:
    """Write an entry down, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(msgspec.json.encode(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, kind: type[Entry]) -> list[Entry]:
    """Every entry, oldest first.

    Raises:
        HubError: a line cannot be read: what it says would be undone unseen.
    """
    if not path.exists():
        return []
    found: list[Entry] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.json.decode(line, type=kind))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HubError(
                f"Line {number} of {path} cannot be read.",
                "Take the line from the copy of this file that lies with the backups.",
            ) from error
    return found
