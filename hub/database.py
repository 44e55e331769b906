"""Opens the hub's database, SQLite or PostgreSQL, and gives out its transactions.

A database that does not open is never deleted, renamed or made anew: the hub stops and says why.
"""

from __future__ import annotations

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from hub.errors import HubError
from hub.meta import read_meta, write_meta
from hub.postgres import BUSY_S, LOCK_OF_MIGRATIONS, check_server, is_postgres, postgres_engine
from hub.tables import hub_meta
from offline_sync.database import sync_directory
from offline_sync.driver import dbapi2, require_safe_sqlite
from offline_sync.errors import SqliteTooOld

log = logging.getLogger(__name__)

DATABASE_NAME: Final = "hub.sqlite3"
AWAY: Final = (OperationalError, InterfaceError, NoConnectionFree)
"""What a database raises that is locked, full, restarting or gone: a later try may succeed."""

_HUB_EPOCH: Final = "hub_epoch"
_HISTORY: Final = "history "
_CONNECTIONS: Final = 40  # as many as the threads that answer requests
_READ_EPOCH: Final = select(hub_meta.c.value).where(hub_meta.c.name == _HUB_EPOCH)
_WRITING: Final = "village_writing"
_TRIES_OF_A_BATCH: Final = 8
_FIRST_PAUSE_S: Final = 0.01
# Two transactions waited for each other, or one saw what another had changed meanwhile.
_DISTURBED: Final = frozenset({"40001", "40P01"})
# SQLite has one writer and waits for it by polling; within a process, turns are quicker.
_turn: Final = threading.Lock()
_chance: Final = random.Random()
_T = TypeVar("_T")


class HubDatabaseError(HubError):
    """The hub's database cannot be used as it is; `next_step` says what a person can do."""


def open_database(folder: Path, *, create: bool = True, database: str | None = None) -> Engine:
    """Open DATA/hub.sqlite3, or the PostgreSQL at the address `database`; migrated, and made
    first when `create` is set and there is none.

    Raises:
        HubDatabaseError: the SQLite is unsafe, the folder or the server cannot be used, there is
            no database, or it is damaged or was made by a newer hub.
    """
    if database is not None:
        return _open_postgres(database, create=create)
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
    is_new = not path.exists()
    engine = open_file(path)
    if is_new:
        # Its name is on the disk before anything else is that tells of this hub.
        sync_directory(folder)
    return engine


def open_file(path: Path) -> Engine:
    """Open the SQLite database at `path`, migrated; made when it is not there.

    Raises:
        HubDatabaseError: as `open_database`.
    """
    engine = _sqlite_engine(path)
    try:
        with writing(engine) as connection:
            _migrate(connection, str(path))
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


def _open_postgres(address: str, *, create: bool) -> Engine:
    engine = postgres_engine(address)
    where = f"The database {engine.url.render_as_string()}"
    try:
        with writing(engine) as connection:
            check_server(connection)
            # Of several hubs that start at once, the first migrates and the others wait.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_OF_MIGRATIONS})"))
            if not create and not inspect(connection).has_table(hub_meta.name):
                raise HubDatabaseError(
                    f"{where} is not a hub's yet.",
                    "Give the address that the hub serves from (--database), or enrol a first "
                    "kiosk.",
                )
            _migrate(connection, engine.url.render_as_string())
            _ensure_epoch(connection)
    except DBAPIError as error:
        engine.dispose()
        raise HubDatabaseError(
            f"{where} cannot be used: {str(error.orig).strip()}.",
            "Check that the server runs, that the address is right and that this user may make "
            "tables there.",
        ) from error
    except HubError:
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


def in_batch(engine: Engine, job: Callable[[Connection], _T]) -> _T:
    """Do `job` in one write transaction, and all of it again when another one got in its way.

    `job` must leave nothing behind outside of its connection. When this returns, what it wrote is
    on the disk; when it raises, nothing of it is.
    """
    for tried in range(1, _TRIES_OF_A_BATCH):
        try:
            with writing(engine) as connection:
                return job(connection)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _DISTURBED:
                raise
            log.info("a batch was disturbed by another one and is done again: %s", error.orig)
        # Both would meet again if they came back at once.
        time.sleep(_chance.uniform(0, _FIRST_PAUSE_S * 2**tried))
    with writing(engine) as connection:
        return job(connection)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes something; all or nothing.

    On SQLite it holds the write lock from its first statement. On PostgreSQL each statement sees
    what was committed before it (READ COMMITTED), so what is locked first is current when read.
    """
    if is_postgres(engine):
        with engine.begin() as connection:
            yield connection
        return
    with _turn, engine.connect() as connection:
        connection = connection.execution_options(**{_WRITING: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one moment of the database and changes nothing."""
    with engine.connect() as connection:
        if is_postgres(engine):
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


def hub_epoch(connection: Connection) -> str:
    """The random name of this database's history, made with the database.

    An older copy that is put back keeps its name: kiosks then hold receipts that it lacks, or
    cursors beyond its feed, which are noticed (`hub.feed.FeedSetBack`) only until it has grown.
    """
    epoch: str = connection.execute(_READ_EPOCH).scalar_one()
    return epoch


def take_new_epoch(connection: Connection) -> str:
    """Begin another history: every kiosk then sends again what it still has, and reads anew."""
    remember_history(connection, hub_epoch(connection))
    epoch = secrets.token_hex(8)
    connection.execute(update(hub_meta).where(hub_meta.c.name == _HUB_EPOCH).values(value=epoch))
    return epoch


def knows_history(connection: Connection, epoch: str) -> bool:
    """Whether this database goes on as that history, has left it, or has heard of it since. One
    that it does not know began after the copy that this database is."""
    return epoch == hub_epoch(connection) or read_meta(connection, _HISTORY + epoch) is not None


def remember_history(connection: Connection, epoch: str) -> None:
    """That there was this history is known from now on."""
    write_meta(connection, _HISTORY + epoch, "")


def _sqlite_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", module=dbapi2, hide_parameters=True, pool_size=_CONNECTIONS
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        # The driver must not open transactions of its own: `begin` below decides their kind.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_S * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "cache_size = -16384",
            # Each checkpoint is two more waits for the disk.
            "wal_autocheckpoint = 4000",
            "journal_size_limit = 67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        held = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if held else "BEGIN")

    return engine


def _migrate(connection: Connection, where: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise HubDatabaseError(
            f"The database {where} was made by a newer hub ({error}).",
            "Install that newer version of the hub again; nothing was changed.",
        ) from error


def _ensure_epoch(connection: Connection) -> None:
    known = connection.execute(select(hub_meta.c.value).where(hub_meta.c.name == _HUB_EPOCH))
    if known.first() is None:
        connection.execute(insert(hub_meta).values(name=_HUB_EPOCH, value=secrets.token_hex(8)))
