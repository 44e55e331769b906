"""The kiosk's data folder: where the store lies and how its key is found. Opens no window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import sqlite_utils

from offline_sync.clock import Clock, SystemClock
from offline_sync.database import file_error, is_checked_when_opened, journal_path, open_reader
from offline_sync.identity_key import load_signer
from offline_sync.keys import (
    FileKeyProvider,
    KeyProvider,
    ObtainedKey,
    Tpm2KeyProvider,
    obtain_key,
)
from offline_sync.marker import marker_path
from offline_sync.request_auth import Identity
from offline_sync.store import Store

DATABASE: Final = "kiosk.db"


def make_data_folder(folder: Path) -> None:
    """Make the folder for its owner only. Raises StoreUnavailable or StoreFull when it cannot."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise file_error(error, f"The data folder {folder} cannot be made") from error


def key_providers(folder: Path) -> Sequence[KeyProvider]:
    """Where the key of the store in `folder` may be kept, the best way first."""
    return (Tpm2KeyProvider(folder / "store.key.tpm2"), FileKeyProvider(folder / "store.key"))


class DataOnDisk:
    """The key and the place of the store, before anything is opened."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """Makes the folder where there is none. Raises a StoreError with a next step."""
        make_data_folder(folder)
        self._folder = folder
        self.path = folder / DATABASE
        remains = (self.path, journal_path(self.path), marker_path(self.path))
        self.clock = clock or SystemClock()
        self.key: ObtainedKey = obtain_key(
            key_providers(folder),
            # What lies here without its database tells of records that the old key wrote.
            database_exists=any(file.exists() for file in remains),
        )

    def open_store(self) -> Store:
        """The writing store; for the writer's thread, or for a command that runs alone."""
        return Store.open(self.path, self.key.key, self.clock)

    def identity(self, kiosk_id: str, key_name: str) -> Identity:
        """Who this kiosk is at its hub, with its key. Raises a StoreError when the key is gone or
        cannot be used."""
        return Identity(kiosk_id, load_signer(self._folder, key_name))

    @property
    def checked_when_opened(self) -> bool:
        """Whether opening the store has read all of it; a large one is checked afterwards."""
        return is_checked_when_opened(self.path)

    def open_reader(self) -> sqlite_utils.Database:
        """A connection that can only read."""
        return open_reader(self.path, self.key.key)
