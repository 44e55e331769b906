"""Keeps a second program from writing to the same store. The lock dies with its process."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from offline_sync.database import file_error
from offline_sync.errors import StoreInUse

_RELEASED: Final = -1


class WriterLock:
    """Held from `WriterLock(path)` to `release()`. The empty file beside the database stays."""

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise file_error(error, f"{database.parent} cannot be written") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreInUse(f"Another program is writing to {database.name}.") from error

    def release(self) -> None:
        """Let another program write. Releasing again does nothing."""
        descriptor, self._descriptor = self._descriptor, _RELEASED
        if descriptor != _RELEASED:
            os.close(descriptor)
