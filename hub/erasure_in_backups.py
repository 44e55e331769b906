"""Erases in backups that were made before: which still hold a record, and how they lose it.

A backup is written anew beside itself and takes its own place, so that there is always a whole one.
Those that were carried elsewhere are out of reach: docs/hub.md says what to do with them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from shutil import copyfile
from typing import Final

from sqlalchemy import Connection

from hub.backup import backups, check, remove, write_anew
from hub.database import open_file, writing
from hub.erasure import Found
from hub.erasure_list import Ordered, erase_ordered
from hub.meta import read_meta, write_meta
from hub.tables import op, quarantine
from offline_sync.driver import dbapi2

_FOLDERS: Final = "backup_folders"


def note_folder(connection: Connection, folder: Path) -> None:
    """Remember that backups of this hub lie in `folder`."""
    known = _folders(connection)
    where = str(folder.absolute())
    if where not in known:
        write_meta(connection, _FOLDERS, json.dumps([*known, where]))


def _folders(connection: Connection) -> list[str]:
    return list(json.loads(read_meta(connection, _FOLDERS) or "[]"))


def backups_that_hold(connection: Connection, found: Found) -> list[Path]:
    """The backups, in the folders that this hub has made any in, that hold a value of a record.

    A folder that is not there now (a disk that is not plugged in) is passed over.
    """
    return [
        backup.path
        for folder in _folders(connection)
        for backup in backups(Path(folder))
        if _holds(backup.path, found)
    ]


def _holds(path: Path, found: Found) -> bool:
    database = dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return any(
            database.execute(
                f"SELECT 1 FROM {op.name} WHERE record_type = ? AND record_id = ?"
                " AND fields IS NOT NULL",
                key,
            ).fetchone()
            for key in found.keys
        ) or any(
            database.execute(
                f"SELECT 1 FROM {quarantine.name} WHERE op_id = ?", (op_id,)
            ).fetchone()
            for op_id, _ in found.aside
        )
    finally:
        database.close()


def rewrite(path: Path, orders: list[Ordered], now_ms: int) -> None:
    """Erase in a backup what was ordered, down to its free pages.

    Raises:
        HubError: it is damaged; it stays as it is.
    """
    copy = path.with_name(f".{path.name}.{os.getpid()}.erasing")
    try:
        copyfile(path, copy)
        check(copy)
        engine = open_file(copy)
        try:
            with writing(engine) as connection:
                erase_ordered(connection, orders, now_ms)
            write_anew(engine, path)
        finally:
            engine.dispose()
    finally:
        remove(copy)
