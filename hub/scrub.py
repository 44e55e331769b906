"""Lets the files of the hub's database hold no byte of what was erased from its tables.

SQLite: the file is written anew without its free pages, and the journal is cut. PostgreSQL: the
tables are written anew. What no database can promise is left to the administrator, and docs/hub.md
says so: blocks that a file system or an SSD no longer shows, PostgreSQL's archived log, snapshots
of a virtual disk.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from hub.errors import HubError
from hub.postgres import is_postgres
from offline_sync.driver import dbapi2

_WAIT_MS: Final = 60_000
_TABLES: Final = ("op", "feed", "field_state", "conflict", "quarantine")


class ScrubHeldUp(HubError):
    """Somebody reads an old state of the database. The records are erased; their bytes are not."""


def scrub(engine: Engine) -> None:
    """Write anew what held erased values. Kiosks that push meanwhile are told to try later.

    Raises:
        ScrubHeldUp: to be done again.
    """
    if is_postgres(engine):
        _scrub_postgres(engine)
    else:
        _scrub_sqlite(engine)


def _scrub_postgres(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = {_WAIT_MS}")
        try:
            for table in _TABLES:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
        except OperationalError as error:
            raise _held_up() from error
        finally:
            connection.invalidate()  # this patience is for no other


def _scrub_sqlite(engine: Engine) -> None:
    path = Path(str(engine.url.database))
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # The copy that is made on the way must lie where the database does, for its owner alone.
        os.environ["SQLITE_TMPDIR"] = str(path.parent.absolute())
        for pragma in (
            f"busy_timeout = {_WAIT_MS}",
            "secure_delete = ON",
            "temp_store = FILE",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        try:
            cursor.execute("VACUUM")
        except dbapi2.OperationalError as error:
            raise _held_up() from error
        (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise _held_up()
    finally:
        connection.invalidate()


def _held_up() -> ScrubHeldUp:
    return ScrubHeldUp(
        "The records are erased, but a long reader holds their bytes in the database's files.",
        "Run village-hub erase --data DIR --scrub when the hub is quiet, or stop it for that.",
    )
