"""Backups of the hub while it serves: one SQLite file each, whatever database the hub uses.

A backup appears under its name complete and checked, or not at all, and for its owner alone. It
holds no private key: those lie in files of their own. It never changes the live database.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, LargeBinary, delete, insert, select

from hub.database import open_file, reading, writing
from hub.errors import HubError
from hub.postgres import is_postgres
from hub.tables import hub_meta, metadata
from offline_sync.database import sync_directory

_NAME: Final = re.compile(r"hub-(\d{8}T\d{6}Z)(?:-(\d+))?\.sqlite3")
_TIME: Final = "%Y%m%dT%H%M%SZ"
_ROWS: Final = 2000


class BackupUnfit(HubError):
    """A file is no whole backup of a hub."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One file and when it was made, in ms since 1970 UTC."""

    path: Path
    made_ms: int
    number: int = 0  # among those of one second


def back_up(engine: Engine, folder: Path, now_ms: int) -> Backup:
    """Copy the whole database into a new file of `folder`.

    Raises:
        BackupUnfit: the copy does not pass its check; nothing is left under a backup's name.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _free_name(folder, now_ms)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if is_postgres(engine):
            _copy_from_postgres(engine, unfinished)
        else:
            _vacuum_into(engine, unfinished)
        check(unfinished)
        put_in_place(unfinished, path)
    finally:
        remove(unfinished)
    return Backup(path, now_ms)


def backups(folder: Path) -> list[Backup]:
    """The backups of a folder, newest first."""
    found = [
        Backup(path, _made_ms(match[1]), int(match[2] or 0))
        for path in folder.glob("hub-*.sqlite3")
        if (match := _NAME.fullmatch(path.name))
    ]
    return sorted(found, key=lambda backup: (backup.made_ms, backup.number), reverse=True)


def keep_newest(folder: Path, keep: int) -> list[Path]:
    """Delete all backups of the folder but the newest `keep`; gives those that went."""
    gone = [backup.path for backup in backups(folder)[keep:]]
    for path in gone:
        path.unlink()
    return gone


def check(path: Path) -> None:
    """Read every page of a backup. Raises BackupUnfit."""
    engine = open_file(path)
    try:
        with reading(engine) as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    finally:
        engine.dispose()
    if said != "ok":
        raise BackupUnfit(
            f"The backup {path.name} is damaged: {said}.", "Make another one; keep the older ones."
        )


def write_anew(engine: Engine, path: Path) -> None:
    """Write the SQLite database of `engine` into the place of `path`, without its free pages."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.anew")
    try:
        _vacuum_into(engine, unfinished)
        put_in_place(unfinished, path)
    finally:
        remove(unfinished)


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy every row of every table; the target's tables are empty but for its own name."""
    target.execute(delete(hub_meta))
    for table in metadata.sorted_tables:
        bytes_columns = [c.name for c in table.columns if isinstance(c.type, LargeBinary)]
        for rows in source.execute(
            select(table), execution_options={"yield_per": _ROWS}
        ).partitions():
            target.execute(insert(table), [_row(row._mapping, bytes_columns) for row in rows])


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a finished file its name, so that it survives a power cut."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.chmod(0o600)
    unfinished.rename(path)
    sync_directory(path.parent)


def remove(path: Path) -> None:
    """Remove a database that was never finished, with its journal."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _row(row: Any, bytes_columns: list[str]) -> dict[str, Any]:
    values = dict(row)
    for name in bytes_columns:
        values[name] = bytes(values[name])
    return values


def _vacuum_into(engine: Engine, path: Path) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        connection.close()


def _copy_from_postgres(engine: Engine, path: Path) -> None:
    target = open_file(path)
    try:
        with reading(engine) as source, writing(target) as copy:
            copy_rows(source, copy)
    finally:
        target.dispose()


def _free_name(folder: Path, now_ms: int) -> Path:
    moment = datetime.fromtimestamp(now_ms / 1000, UTC).strftime(_TIME)
    path, number = folder / f"hub-{moment}.sqlite3", 1
    while path.exists():
        path, number = folder / f"hub-{moment}-{number}.sqlite3", number + 1
    return path


def _made_ms(moment: str) -> int:
    return int(datetime.strptime(moment, _TIME).replace(tzinfo=UTC).timestamp() * 1000)
