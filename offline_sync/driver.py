"""Binds sqlite-utils to the encrypted SQLite of `sqlcipher3`. Nothing else may do so.

sqlite-utils takes the module `pysqlite3` when it finds one, and catches the error classes
of that module. Bound to another driver than the connection's, it misses those errors
(reference: sync.md 3.1), so the alias must stand before sqlite-utils is first imported;
when it was imported earlier, its modules are bound again here. The kiosk's store and the hub
both take their driver from here, and the rule which SQLite is safe.
"""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

import sqlcipher3

from offline_sync.errors import SqliteTooOld

if TYPE_CHECKING:
    # sqlcipher3 is the standard library's module built over another SQLite: same names, same types.
    from sqlite3 import dbapi2
else:
    from sqlcipher3 import dbapi2

sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = dbapi2

for _name in ("sqlite_utils.utils", "sqlite_utils.db"):
    _loaded = sys.modules.get(_name)
    if _loaded is not None and getattr(_loaded, "sqlite3", None) is sqlite3:
        vars(_loaded).update(sqlite3=sqlcipher3, OperationalError=dbapi2.OperationalError)


def require_safe_sqlite(version: tuple[int, ...]) -> None:
    """Raise SqliteTooOld for a SQLite with the WAL-reset bug (sqlite.org/wal.html#walresetbug).

    3.7.0 to 3.51.2 have it, but for the backports 3.44.6 and 3.50.7; before 3.7.0 there is no WAL.
    """
    major_minor, patch = version[:2], version[2]
    repaired = (
        version >= (3, 51, 3)
        or (major_minor == (3, 50) and patch >= 7)
        or (major_minor == (3, 44) and patch >= 6)
    )
    if not repaired:
        raise SqliteTooOld(
            f"SQLite {'.'.join(map(str, version))} can lose saved records (the WAL-reset bug)."
        )


__all__ = ["dbapi2", "require_safe_sqlite"]
