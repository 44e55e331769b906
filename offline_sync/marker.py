"""The marker beside the database: that there was one here, whose, and how far its ops went.

A database that is gone, or older than the marker, is refused instead of being taken for a new
kiosk or for the latest state. The marker holds nothing of any resident and nothing secret. It is
written after what it tells of is safe in the database, so it never claims more than was saved;
one that cannot be written guards less and stops nobody.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec
from sqlite_utils import Database

from offline_sync.database import sync_directory, translated_errors
from offline_sync.errors import DatabaseMissing, DatabaseSetBack, StoreError
from offline_sync.oplog import read_stream

log = logging.getLogger(__name__)


class Marker(msgspec.Struct, frozen=True):
    """What was last known of the database: its stream (`oplog.Stream`) and its next number."""

    origin: str
    epoch: str
    next_seq: int


def marker_path(database: Path) -> Path:
    """Where the marker of this database lies."""
    return database.with_name(database.name + ".marker")


def read_marker(database: Path) -> Marker | None:
    """The marker, or None when there is none or it cannot be understood."""
    try:
        return msgspec.json.decode(marker_path(database).read_bytes(), type=Marker)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("the marker of %s cannot be read: %s", database.name, error)
        return None


def refuse_vanished(database: Path) -> None:
    """Raise DatabaseMissing when a marker lies here without its database."""
    if marker_path(database).exists() and not database.exists():
        marker = read_marker(database)
        whose = f" of the kiosk {marker.origin}" if marker is not None else ""
        raise DatabaseMissing(f"The database {database.name}{whose} is gone.")


def refuse_set_back(db: Database, marker: Marker | None, *, journal_lost: bool) -> None:
    """Raise DatabaseSetBack when the open database cannot be what the marker tells of.

    `journal_lost`: its last writer was cut off, and the journal that it left is not there.
    """
    if marker is None:
        return
    # The database may have begun another epoch since: the row of the old one keeps its end.
    row = db.execute("SELECT next_seq FROM stream WHERE epoch = ?", (marker.epoch,)).fetchone()
    if row is None:
        if read_stream(db).origin != marker.origin:
            raise DatabaseSetBack("This is the database of another kiosk.")
        raise DatabaseSetBack("The database is older than it was: it has begun anew since.")
    if row[0] < marker.next_seq:
        raise DatabaseSetBack(
            f"The database is older than it was: its changes end at number "
            f"{row[0] - 1}, and {marker.next_seq - 1} were saved here."
        )
    if journal_lost:
        raise DatabaseSetBack(
            "The kiosk was cut off while it ran, and the journal with its latest records is gone."
        )


def leave_marker(db: Database, database: Path) -> None:
    """Write down how far the ops go, unless the marker says so already."""
    try:
        with translated_errors():
            stream = read_stream(db)
        marker = Marker(stream.origin, stream.epoch, stream.next_seq)
        if marker != read_marker(database):
            _write(marker_path(database), msgspec.json.encode(marker) + b"\n")
    except (OSError, StoreError) as error:
        log.warning("the marker of %s stays as it was: %s", database.name, error)


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    sync_directory(path.parent)
