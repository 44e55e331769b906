"""The kiosk's data folder: where the store lies and how its key is found. Opens no window."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlite_utils

from offline_sync.clock import Clock, SystemClock
from offline_sync.database import is_checked_when_opened, open_reader
from offline_sync.keys import FileKeyProvider, ObtainedKey, Tpm2KeyProvider, obtain_key
from offline_sync.store import Store

DATABASE: Final = "kiosk.db"


class DataOnDisk:
    """The key and the place of the store, before anything is opened."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / DATABASE
        journal = self.path.with_name(f"{DATABASE}-wal")
        self.clock = clock or SystemClock()
        self.key: ObtainedKey = obtain_key(
            (Tpm2KeyProvider(folder / "store.key.tpm2"), FileKeyProvider(folder / "store.key")),
            # A journal without its database still holds records that the old key wrote.
            database_exists=self.path.exists() or journal.exists(),
        )

    def open_store(self) -> Store:
        """The writing store; for the writer's thread, or for a command that runs alone."""
        return Store.open(self.path, self.key.key, self.clock)

    @property
    def checked_when_opened(self) -> bool:
        """Whether opening the store has read all of it; a large one is checked afterwards."""
        return is_checked_when_opened(self.path)

    def open_reader(self) -> sqlite_utils.Database:
        """A connection that can only read."""
        return open_reader(self.path, self.key.key)
