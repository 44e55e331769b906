"""Keeps a second program from writing to the same store. The lock dies with its process.

What does not die with it is the word in the lock file: it stands there from the moment the
store is open until it is closed in order, so that the next start knows of a writer cut off.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path
from typing import Final

from offline_sync.database import file_error, sync_directory
from offline_sync.errors import StoreInUse

log = logging.getLogger(__name__)

_RELEASED: Final = -1
_OPEN: Final = b"open\n"


class WriterLock:
    """Held from `WriterLock(path)` to `release()`. The file beside the database stays."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise file_error(error, f"{database.parent} cannot be written") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreInUse(f"Another program is writing to {database.name}.") from error

        self.last_was_cut_off = os.fstat(self._descriptor).st_size > 0
        """Whether the last writer never came to its `note_closing()`."""

    @property
    def held(self) -> bool:
        """Whether the lock was not released yet."""
        return self._descriptor != _RELEASED

    def note_open(self) -> None:
        """Say that the store is open and its journal lies beside it; both outlast a power cut."""
        try:
            os.pwrite(self._descriptor, _OPEN, 0)
            os.fsync(self._descriptor)
            sync_directory(self._path.parent)
        except OSError as error:
            # A full disk: then a journal that is lost will not be missed; saving is not harmed.
            log.warning("%s cannot be written: %s", self._path.name, error)

    def note_closing(self) -> None:
        """Say that the store is closed in order; before its journal may go."""
        try:
            os.ftruncate(self._descriptor, 0)
            os.fsync(self._descriptor)
        except OSError as error:  # a disk that takes nothing keeps the journal, too
            log.warning("%s cannot be written: %s", self._path.name, error)

    def release(self) -> None:
        """Let another program write. Releasing again does nothing."""
        descriptor, self._descriptor = self._descriptor, _RELEASED
        if descriptor != _RELEASED:
            os.close(descriptor)
