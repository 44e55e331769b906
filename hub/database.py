"""Opens the hub's database: version check, pragmas, migrations, and the two kinds of transaction.

A file that does not open is never deleted, renamed or made anew: the hub stops and says why.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError, OperationalError

from hub.errors import HubError
from hub.tables import hub_meta
from offline_sync.driver import dbapi2, require_safe_sqlite
from offline_sync.errors import SqliteTooOld

DATABASE_NAME: Final = "hub.sqlite3"
_HUB_EPOCH: Final = "hub_epoch"
_BUSY_MS: Final = 10_000
_CONNECTIONS: Final = 40  # as many as the threads that answer requests
_WRITING: Final = "village_writing"
# SQLite has one writer and waits for it by polling; within a process, turns are quicker.
_turn: Final = threading.Lock()


class HubDatabaseError(HubError):
    """The hub's database cannot be used as it is."""


def open_database(folder: Path, *, create: bool = True) -> Engine:
    """Open DATA/hub.sqlite3, migrated, and made first when `create` is set and there is none.

    Raises:
        HubDatabaseError: the SQLite is unsafe, the folder cannot be used, there is no
            database, or the file is damaged or was made by a newer hub.
    """
    check_sqlite(dbapi2.sqlite_version_info)
    path = folder / DATABASE_NAME
    if not create and not path.exists():
        raise HubDatabaseError(
            f"There is no hub's database in {folder}.",
            "Give the folder that the hub serves from (--data), or enrol a first kiosk.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HubDatabaseError(
            f"The folder {folder} cannot be used: {error.strerror}.",
            "Give the hub a folder that it may write to (--data).",
        ) from error
    engine = _engine(path)
    try:
        with writing(engine) as connection:
            _migrate(connection, path)
            _ensure_epoch(connection)
    except OperationalError as error:
        engine.dispose()
        raise HubDatabaseError(
            f"The database {path} cannot be opened: {error.orig}.",
            "Check the disk and who may write to this folder, then start the hub again.",
        ) from error
    except DBAPIError as error:
        engine.dispose()
        raise HubDatabaseError(
            f"The database {path} is damaged or is not a hub's: {error.orig}.",
            "Leave the file as it is and put back last night's backup beside it.",
        ) from error
    except HubDatabaseError:
        engine.dispose()
        raise
    return engine


def check_sqlite(version: tuple[int, ...]) -> None:
    """Refuse a SQLite that the kiosk would refuse (`offline_sync.driver`), in the hub's words."""
    try:
        require_safe_sqlite(version)
    except SqliteTooOld as error:
        raise HubDatabaseError(
            str(error), "Install the sqlcipher3 version that this hub is locked to."
        ) from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the write lock from its first statement; all or nothing."""
    with _turn, engine.connect() as connection:
        connection = connection.execution_options(**{_WRITING: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment of the database and changes nothing."""
    with engine.connect() as connection, connection.begin():
        yield connection


def hub_epoch(connection: Connection) -> str:
    """The random name of this database's history, made with the database.

    An older copy that is put back keeps its name: kiosks then hold cursors beyond its feed, which
    is noticed (`hub.feed.FeedSetBack`) only until the feed has grown past them.
    """
    epoch: str = connection.execute(
        select(hub_meta.c.value).where(hub_meta.c.name == _HUB_EPOCH)
    ).scalar_one()
    return epoch


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", module=dbapi2, hide_parameters=True, pool_size=_CONNECTIONS
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        # The driver must not open transactions of its own: `begin` below decides their kind.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {_BUSY_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "journal_size_limit = 67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        held = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if held else "BEGIN")

    return engine


def _migrate(connection: Connection, path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise HubDatabaseError(
            f"The database {path} was made by a newer hub ({error}).",
            "Install that newer version of the hub again; nothing was changed.",
        ) from error


def _ensure_epoch(connection: Connection) -> None:
    known = connection.execute(select(hub_meta.c.value).where(hub_meta.c.name == _HUB_EPOCH))
    if known.first() is None:
        connection.execute(insert(hub_meta).values(name=_HUB_EPOCH, value=secrets.token_hex(8)))
