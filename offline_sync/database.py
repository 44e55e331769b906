"""Opens the encrypted database, and says in plain words why it does not open.

A file that does not open is never deleted, renamed or written to, and neither is its journal.
SQLite itself would throw away the journal of an empty database file, so the files are looked at
before SQLite sees them; and it writes a journal into its database when the last connection
closes, so that everything is checked on one that can only read.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from offline_sync.driver import dbapi2, require_safe_sqlite
from offline_sync.errors import (
    DatabaseDamaged,
    InvalidChange,
    KeyMissing,
    KeyUnreadable,
    NotAStore,
    SchemaTooNew,
    SqliteTooOld,
    StoreEmpty,
    StoreError,
    StoreFull,
    StoreInUse,
    StoreUnavailable,
    WrongKey,
)
from offline_sync.migrations import refuse_newer_schema, refuse_older_schema
from offline_sync.page_check import PAGE, Verdict, examine, journal_is_foreign

KEY_LENGTH: Final = 32
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CHECKED_WHEN_OPENED: Final = 32 * 1024 * 1024
"""Up to this many bytes the whole file is checked while it is opened; that takes a fraction of a
second. Whoever opens a larger one calls `check_content` when nobody waits for it."""

_BUSY_TIMEOUT_MS: Final = 5_000
_JOURNAL_SIZE_LIMIT: Final = 8 * 1024 * 1024
_WRITING: Final = "mode=rw"  # SQLite must never make a file of its own accord
_READING: Final = "mode=ro"  # never writes the journal into the database
_UNDISTURBED: Final = "mode=ro&immutable=1"  # makes no journal where there is none


def open_writer(
    path: Path | str, key: bytes, accept: Callable[[Database], None] | None = None
) -> Database:
    """Open an existing database for the one writer, after checking what it holds.

    Of a file above CHECKED_WHEN_OPENED only the beginning is checked, unless a power cut left it a
    journal: what is written into a database that does not fit cannot be taken out again. The
    database may be of an older schema. `accept` sees it before anything can be written and
    may refuse it by raising. Raises a StoreError that says what is wrong, and has then changed
    neither the database nor its journal. The caller holds the writer lock.
    """
    path = Path(path)
    with closing(_connect(path, key, _only_looking(path))) as db, _explained(path, key):
        _read_first_page(db)
        refuse_newer_schema(db)
        if is_checked_when_opened(path) or _has_journal(path):
            check_content(db)
        if accept is not None:
            accept(db)
    db = _connect(path, key, _WRITING)
    try:
        with _explained(path, key):
            _set_durable(db)
    except BaseException:
        db.close()
        raise
    return db


def is_checked_when_opened(path: Path) -> bool:
    """Whether the file is small enough for a person to wait for its check."""
    return path.stat().st_size <= CHECKED_WHEN_OPENED


def check_content(db: Database) -> None:
    """Read every page. Raises DatabaseDamaged when parts of the database cannot be read."""
    with translated_errors():
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DatabaseDamaged(f"Parts of the database cannot be read: {found}")


def open_reader(path: Path | str, key: bytes) -> Database:
    """Open an existing database for reading on its own connection; writing is refused."""
    path = Path(path)
    db = _connect(path, key, _READING)
    try:
        with _explained(path, key):
            _read_first_page(db)
            refuse_newer_schema(db)
            refuse_older_schema(db)
            db.execute("PRAGMA query_only = ON")
    except BaseException:
        db.close()
        raise
    return db


def copy_database(path: Path, key: bytes, copy: Path) -> None:
    """Write a whole, checked copy to the new file `copy`, encrypted with the same key.

    The kiosk may be running: the copy is of one moment. Raises a StoreError; then there is none.
    """
    if copy.exists():
        raise StoreUnavailable(f"{copy} is there already and stays as it is.")
    unfinished = copy.with_name(copy.name + ".part")
    with translated_errors():
        try:
            unfinished.unlink(missing_ok=True)
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(_connect(path, key, _WRITING)) as db:
                db.execute("VACUUM INTO ?", (str(unfinished.absolute()),))
            with closing(_connect(unfinished, key, _UNDISTURBED)) as db:
                check_content(db)
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.rename(copy)
            sync_directory(copy.parent)
        except OSError as error:
            raise file_error(error, "The backup cannot be written") from error
        finally:
            unfinished.unlink(missing_ok=True)


def create_database(path: Path, key: bytes, prepare: Callable[[Database], None]) -> None:
    """Make a new database, filled by `prepare`, which appears at `path` complete or not at all.

    The caller holds the writer lock. A half-made file of an earlier try is made anew; it never
    held a record.
    """
    refuse_remains(path)
    unfinished = path.with_name(path.name + ".new")
    with translated_errors():
        try:
            for suffix in ("", "-wal", "-shm"):
                unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            db = _connect(unfinished, key, _WRITING, new=True)
            try:
                _set_durable(db)
                prepare(db)
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                db.close()
            unfinished.rename(path)
            sync_directory(path.parent)
        except OSError as error:
            raise file_error(error, "The store cannot be created") from error


def refuse_remains(path: Path) -> None:
    """Raise when a journal lies at `path` without its database: it may hold saved records."""
    journal = journal_path(path)
    if not path.exists() and _has_journal(path):
        raise DatabaseDamaged(
            f"The database file {path.name} is gone, but its journal {journal.name} is there."
        )


def journal_path(path: Path) -> Path:
    """Where SQLite keeps the journal of the database at `path`."""
    return path.with_name(path.name + "-wal")


def sync_directory(directory: Path) -> None:
    """Make a new name in `directory` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_error(error: OSError, what: str) -> StoreError:
    """An operating system error as a store error."""
    reason = f"{what}: {error.strerror or error}."
    return StoreFull(reason) if error.errno in _NO_SPACE else StoreUnavailable(reason)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn what SQLite reports about disk and file into store errors; let faults of SQL through."""
    try:
        yield
    except dbapi2.Error as error:
        known = _store_error(error)
        if known is None:
            raise
        raise known from error


def _only_looking(path: Path) -> str:
    """How to open for a look that leaves nothing behind. Without a journal, and while the caller
    holds the writer lock, nobody changes the file."""
    return _READING if _has_journal(path) else _UNDISTURBED


def _has_journal(path: Path) -> bool:
    journal = journal_path(path)
    return journal.exists() and journal.stat().st_size > 0


def _connect(path: Path, key: bytes, how: str, *, new: bool = False) -> Database:
    require_safe_sqlite(dbapi2.sqlite_version_info)
    if len(key) != KEY_LENGTH:
        raise KeyUnreadable(f"A key has {KEY_LENGTH} bytes; this one has {len(key)}.")
    if not new:
        _refuse_unfit_file(path, key)
    with translated_errors():
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?{how}",
            uri=True,
            isolation_level=None,
            timeout=_BUSY_TIMEOUT_MS / 1000,
        )
        try:
            return _prepared(connection, key)
        except BaseException:
            connection.close()
            raise


def _prepared(connection: sqlite3.Connection, key: bytes) -> Database:
    # What goes wrong is told by typed errors; the library's own log on stderr names file details.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if connection.execute("PRAGMA cipher_version").fetchone() is None:
        raise StoreUnavailable("This SQLite cannot encrypt; the store would be readable by anyone.")
    for pragma in (
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "secure_delete = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return Database(connection, execute_plugins=False)


def _set_durable(db: Database) -> None:
    mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreUnavailable(f"The disk allows no write-ahead journal (it stays {mode!r}).")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA journal_size_limit = {_JOURNAL_SIZE_LIMIT}")


def _refuse_unfit_file(path: Path, key: bytes) -> None:
    try:
        if not path.exists():
            refuse_remains(path)
            raise StoreUnavailable(f"There is no database {path.name} in {path.parent}.")
        if not path.is_file():
            raise NotAStore(f"{path} is not a file.")
        if path.stat().st_size == 0:
            raise StoreEmpty(f"The database file {path.name} is empty.")
        if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
            raise StoreUnavailable(f"This program may not read and write {path}.")
        if not os.access(path.parent, os.W_OK | os.X_OK, effective_ids=True):
            raise StoreUnavailable(f"This program may not write in {path.parent}.")
        if path.stat().st_size < PAGE:
            # SQLite takes a file of a few bytes for a new database and writes over it.
            raise _verdict_error(path, examine(path, key))
        if journal_is_foreign(path, journal_path(path), key):
            raise DatabaseDamaged(
                f"The journal {journal_path(path).name} does not belong to {path.name}."
            )
    except OSError as error:
        raise file_error(error, f"{path} cannot be reached") from error


def _read_first_page(db: Database) -> None:
    db.execute("SELECT count(*) FROM sqlite_schema").fetchone()


@contextmanager
def _explained(path: Path, key: bytes) -> Iterator[None]:
    """Like `translated_errors`, and for a first page that cannot be read, look why."""
    try:
        with translated_errors():
            yield
    except DatabaseDamaged as error:
        cause = error.__cause__
        if not isinstance(cause, dbapi2.Error) or _primary(cause) != dbapi2.SQLITE_NOTADB:
            raise
        raise _verdict_error(path, examine(path, key)) from cause


def _verdict_error(path: Path, verdict: Verdict) -> StoreError:
    match verdict:
        case Verdict.WRONG_KEY:
            return WrongKey(f"The key of this kiosk does not open {path.name}.")
        case Verdict.DAMAGED:
            return DatabaseDamaged(f"The key fits, but the beginning of {path.name} is damaged.")
        case Verdict.CUT_OFF:
            return DatabaseDamaged(f"{path.name} was cut off: it is shorter than one page.")
        case Verdict.PLAIN_DATABASE | Verdict.SOMETHING_ELSE:
            return NotAStore(f"{path.name} is {verdict.value}.")


def _primary(error: sqlite3.Error) -> int:
    return error.sqlite_errorcode & 0xFF


def _store_error(error: sqlite3.Error) -> StoreError | None:
    if not hasattr(error, "sqlite_errorcode"):
        return None  # a fault in the use of the driver, not a report of SQLite
    match _primary(error):
        case dbapi2.SQLITE_FULL:
            return StoreFull("The disk is full; the last entry was not saved.")
        case dbapi2.SQLITE_IOERR:
            return StoreUnavailable(f"The disk refused; the last entry was not saved ({error}).")
        case dbapi2.SQLITE_READONLY | dbapi2.SQLITE_CANTOPEN | dbapi2.SQLITE_PERM:
            return StoreUnavailable(f"The database cannot be written ({error}).")
        case dbapi2.SQLITE_BUSY | dbapi2.SQLITE_LOCKED:
            return StoreInUse("Another program holds the database.")
        case dbapi2.SQLITE_CORRUPT | dbapi2.SQLITE_NOTADB:
            return DatabaseDamaged(f"Parts of the database cannot be read ({error}).")
    return None


__all__ = [
    "Database",
    "DatabaseDamaged",
    "InvalidChange",
    "KeyMissing",
    "KeyUnreadable",
    "NotAStore",
    "SchemaTooNew",
    "SqliteTooOld",
    "StoreEmpty",
    "StoreError",
    "StoreFull",
    "StoreInUse",
    "StoreUnavailable",
    "WrongKey",
    "check_content",
    "copy_database",
    "create_database",
    "is_checked_when_opened",
    "open_reader",
    "open_writer",
    "require_safe_sqlite",
    "translated_errors",
]
