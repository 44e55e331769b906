"""The hub on a PostgreSQL server: its address, what the hub asks of it, how it is connected to.

One database may serve several hub processes. No password is ever written into a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from sqlalchemy import BigInteger, Connection, Engine, LargeBinary, Table, Text, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from hub.errors import HubError

BUSY_S: Final = 10
"""How long a transaction waits for another one, on either database, before the hub is "busy"."""

LOCK_OF_MIGRATIONS: Final = 0x7668_7562
"""An advisory lock's number, the same in every version of the hub."""

_OLDEST: Final = (14,)
_CONNECTIONS: Final = 20  # a server takes 100 unless told otherwise, and several hubs share it
_SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg")
_TYPE_NAMES: Final[dict[type[Any], str]] = {
    Text: "text",
    BigInteger: "int8",
    LargeBinary: "bytea",
}
_SETTINGS: Final = (
    f"-c lock_timeout={BUSY_S * 1000}"
    # An acknowledged change must be on the server's disk, whatever its configuration says.
    " -c synchronous_commit=on"
    f" -c idle_in_transaction_session_timeout={6 * BUSY_S * 1000}"
)


def is_postgres(engine: Engine) -> bool:
    """Whether the hub's records are in a PostgreSQL; in SQLite otherwise."""
    return engine.dialect.name == "postgresql"


def postgres_engine(address: str) -> Engine:
    """Connections to `address`, made when they are needed.

    Raises:
        HubError: the address is not one of a PostgreSQL database.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise _unusable() from error
    if url.drivername not in _SCHEMES or not url.database:
        raise _unusable()
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=BUSY_S,
        pool_pre_ping=True,  # a server that was started again has forgotten the old ones
        connect_args={
            "connect_timeout": BUSY_S,
            "application_name": "village-hub",
            "options": _SETTINGS,
        },
    )


def copy_rows(
    connection: Connection, table: Table, length: int, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add rows by COPY, five times as fast as an INSERT of each: values of the first `length`
    columns of the table, in their order.

    Raises a DBAPIError as every other statement does.
    """
    columns = list(table.columns)[:length]
    names = ", ".join(f'"{column.name}"' for column in columns)
    statement = f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)"
    driver: psycopg.Connection[Any] = connection.connection.dbapi_connection  # type: ignore[assignment]
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_TYPE_NAMES[type(column.type)] for column in columns])
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement,
            None,
            error,
            psycopg.Error,
            hide_parameters=True,
            connection_invalidated=driver.closed,
            dialect=connection.dialect,
        ) from error


def check_server(connection: Connection) -> None:
    """Refuse a server that can lose what it has said it keeps, or cannot keep every letter.

    Raises:
        HubError: it is too old, works with fsync off, or its database is not in UTF-8.
    """
    version = connection.dialect.server_version_info or ()
    if version < _OLDEST:
        raise HubError(
            f"This PostgreSQL is version {'.'.join(map(str, version))}.",
            f"The hub needs version {_OLDEST[0]} or later.",
        )
    if connection.exec_driver_sql("SHOW fsync").scalar() != "on":
        raise HubError(
            "This PostgreSQL runs with fsync = off: a power cut could lose acknowledged records.",
            "Set fsync = on in postgresql.conf and reload the server.",
        )
    if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
        raise HubError(
            "This PostgreSQL database cannot keep Chinese: its encoding is not UTF8.",
            "Make a database with ENCODING 'UTF8' for the hub.",
        )


def _unusable() -> HubError:
    return HubError(
        "This is no address of a PostgreSQL database.",
        "Write it as postgresql://user:password@server:5432/database (--database).",
    )
