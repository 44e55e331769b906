"""Erases in backups that were made before: which still hold a record, and how they lose it.

A backup is written anew beside itself and takes its own place, so that there is always a whole one.
Those that were carried elsewhere are out of reach: docs/hub.md says what to do with them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Final

from sqlalchemy import Connection, create_engine, select, tuple_
from sqlalchemy.exc import DBAPIError

from hub.backup import backups, check, remove, write_anew
from hub.backup_moment import keep_moment
from hub.database import open_file, writing
from hub.erasure_list import Ordered, erase_ordered
from hub.erasure_search import AT_ONCE, batches, find
from hub.meta import read_meta, write_meta
from hub.tables import op
from offline_sync.driver import dbapi2

_FOLDERS: Final = "backup_folders"


def note_folder(connection: Connection, folder: Path) -> None:
    """Remember that backups of this hub lie in `folder`."""
    known = backup_folders(connection)
    where = folder.absolute()
    if where not in known:
        write_meta(connection, _FOLDERS, json.dumps([*map(str, known), str(where)]))


def backup_folders(connection: Connection) -> list[Path]:
    """Where this hub has made backups."""
    return [Path(folder) for folder in json.loads(read_meta(connection, _FOLDERS) or "[]")]


def backups_that_hold(folders: Sequence[Path], orders: Sequence[Ordered]) -> list[Path]:
    """The backups that hold a value of a record that was ordered to be erased.

    A folder that is not there now (a disk that is not plugged in) is passed over. A backup that
    cannot be looked into, or that an older version made, is named.
    """
    return [
        backup.path
        for folder in folders
        for backup in backups(folder)
        if _holds(backup.path, orders)
    ]


def _holds(path: Path, orders: Sequence[Ordered]) -> bool:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    engine = create_engine(
        "sqlite://", module=dbapi2, creator=partial(dbapi2.connect, address, uri=True)
    )
    try:
        with engine.connect() as connection:
            return any(_holds_one(connection, order) for order in orders)
    except DBAPIError:
        return True
    finally:
        engine.dispose()


def _holds_one(connection: Connection, order: Ordered) -> bool:
    found = find(connection, order.record_type, order.record_id)
    return bool(found.aside) or any(
        connection.execute(
            select(op.c.op_id)
            .where(tuple_(op.c.record_type, op.c.record_id).in_(keys), op.c.fields.is_not(None))
            .limit(1)
        ).first()
        for keys in batches(sorted(found.keys), AT_ONCE)
    )


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
                keep_moment(connection)
                erase_ordered(connection, orders, now_ms)
            write_anew(engine, path)
        finally:
            engine.dispose()
    finally:
        remove(copy)
