"""Puts a backup in the place of the hub's database, and begins a new history with it.

What was there is moved aside and never deleted. What was erased since the backup was made is erased
again, who was shut out since is shut out again, and no request of that time is taken once more.
The new history (hub_epoch) makes every kiosk read anew and send again what it still has, so that
what came after the backup comes back from the kiosks.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Final

from sqlalchemy import Connection, Engine, func, inspect, select, text

from hub import audit, erasure_list, revocation_list
from hub.backup import check, copy_rows, put_in_place, remove
from hub.database import DATABASE_NAME, open_database, open_file, reading, take_new_epoch, writing
from hub.errors import HubError
from hub.gate import raise_numbers
from hub.postgres import postgres_engine
from hub.scrub import scrub
from hub.tables import kiosk, op, origin
from offline_sync.driver import dbapi2

_JOURNALS: Final = ("-wal", "-shm")


class RestoreRefused(HubError):
    """Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done. `aside` is where the earlier database lies now, empty for none;
    `shut_out_again` names the kiosks that the backup would have let in."""

    aside: str
    hub_epoch: str
    erased_again: int
    shut_out_again: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Since:
    """What was done since the backup, by the lists that lie beside the database."""

    orders: list[erasure_list.Ordered]
    revoked: list[revocation_list.Revoked]


def restore(
    backup: Path, folder: Path, database: str | None, now_ms: int, actor: str, *, replace: bool
) -> Restored:
    """Restore `backup` into DATA/hub.sqlite3, or into the PostgreSQL at the address `database`.

    Raises:
        RestoreRefused: there are records already and `replace` is not set, or a hub is running.
        HubError: the backup is damaged, or a list of erasures or revocations cannot be read.
    """
    since = _Since(erasure_list.read(folder), revocation_list.read(folder))
    prepared = folder / f".{DATABASE_NAME}.restoring"
    try:
        remove(prepared)
        copyfile(backup, prepared)
        check(prepared)
        if database is None:
            aside = _free_file(folder, now_ms, replace=replace)
            done = _begin_anew(prepared, since, aside, backup, now_ms, actor)
            _keep_aside(folder, aside)
            put_in_place(prepared, folder / DATABASE_NAME)
        else:
            done = _into_postgres(prepared, database, since, backup, now_ms, actor, replace)
    finally:
        remove(prepared)
    return done


def _begin_anew(
    path: Path,
    since: _Since,
    aside: str,
    backup: Path,
    now_ms: int,
    actor: str,
) -> Restored:
    engine = open_file(path)
    try:
        with writing(engine) as connection:
            done = _new_history(connection, since, aside, backup, now_ms, actor)
        scrub(engine)  # the backup held what was erased since
    finally:
        engine.dispose()
    return done


def _new_history(
    connection: Connection,
    since: _Since,
    aside: str,
    backup: Path,
    now_ms: int,
    actor: str,
) -> Restored:
    erased = erasure_list.erase_ordered(connection, since.orders, now_ms)
    shut_out = revocation_list.revoke_listed(connection, since.revoked)
    epoch = take_new_epoch(connection)
    raise_numbers(connection, now_ms)
    done = Restored(aside, epoch, erased, tuple(shut_out))
    detail = {
        "hub_epoch": epoch,
        "erased_again": erased,
        "revoked_again": len(shut_out),
        "aside": Path(aside).name,
    }
    audit.note(connection, actor, "restore", backup.name, detail, now_ms)
    return done


def _free_file(folder: Path, now_ms: int, *, replace: bool) -> str:
    """Where the present database is to go; empty when there is none worth keeping."""
    path = folder / DATABASE_NAME
    if not path.exists():
        return ""
    _refuse_served(path)
    engine = open_database(folder, create=False)
    try:
        empty = _is_empty(engine)
    finally:
        engine.dispose()
    if not empty and not replace:
        raise _not_empty(str(path))
    return str(folder / f"{DATABASE_NAME}.before-{_moment(now_ms)}")


def _keep_aside(folder: Path, aside: str) -> None:
    """Give the present database its second name. It keeps the first until the restored one takes
    that, so that no power cut leaves a hub without a database, which would begin an empty one."""
    if not aside:
        return
    path = folder / DATABASE_NAME
    for suffix in _JOURNALS:
        journal = path.with_name(path.name + suffix)
        if journal.exists():
            journal.rename(Path(f"{aside}{suffix}"))
    try:
        os.link(path, aside)
    except OSError:
        path.rename(aside)  # a file system without links


def _refuse_served(path: Path) -> None:
    """Raise RestoreRefused when another process has the database open."""
    connection = dbapi2.connect(str(path), isolation_level=None, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        connection.execute("ROLLBACK")
    except dbapi2.OperationalError as error:
        raise _still_served() from error
    finally:
        connection.close()


def _into_postgres(
    prepared: Path,
    address: str,
    since: _Since,
    backup: Path,
    now_ms: int,
    actor: str,
    replace: bool,
) -> Restored:
    aside = _free_schema(address, now_ms, replace=replace)
    source, target = open_file(prepared), open_database(prepared.parent, database=address)
    try:
        with reading(source) as copy, writing(target) as connection:
            copy_rows(copy, connection)
            _go_on_counting(connection)
            done = _new_history(connection, since, aside, backup, now_ms, actor)
        scrub(target)
        return done
    finally:
        source.dispose()
        target.dispose()


def _free_schema(address: str, now_ms: int, *, replace: bool) -> str:
    engine = postgres_engine(address)
    try:
        with engine.begin() as connection:
            there = inspect(connection).has_table(kiosk.name)
            others = connection.execute(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND application_name = 'village-hub' AND pid <> pg_backend_pid()"
                )
            ).scalar_one()
            if others:
                raise _still_served()
            if not there:
                return ""
            if not _is_empty(engine) and not replace:
                raise _not_empty(engine.url.render_as_string())
            schema = connection.execute(text("SELECT current_schema()")).scalar_one()
            aside = f"before_{_moment(now_ms)}".lower()
            quote = connection.dialect.identifier_preparer.quote
            connection.exec_driver_sql(f"ALTER SCHEMA {quote(schema)} RENAME TO {quote(aside)}")
            connection.exec_driver_sql(f"CREATE SCHEMA {quote(schema)}")
            return aside
    finally:
        engine.dispose()


def _go_on_counting(connection: Connection) -> None:
    """The server's own counter of streams begins behind those that were copied."""
    last = connection.execute(select(func.max(origin.c.stream))).scalar()
    if last is not None:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence('origin', 'stream'), :last)"),
            {"last": last},
        )


def _is_empty(engine: Engine) -> bool:
    with reading(engine) as connection:
        return all(
            connection.execute(select(table).limit(1)).first() is None for table in (kiosk, op)
        )


def _moment(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _still_served() -> RestoreRefused:
    return RestoreRefused(
        "A hub is running with this database.", "Stop every hub process, then restore."
    )


def _not_empty(where: str) -> RestoreRefused:
    return RestoreRefused(
        f"There are records in {where}.",
        "Add --replace to move them aside (nothing is deleted), or name another place.",
    )
