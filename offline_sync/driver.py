"""Binds sqlite-utils to the encrypted SQLite of `sqlcipher3`. Nothing else may do so.

sqlite-utils takes the module `pysqlite3` when it finds one, and catches the error classes
of that module. Bound to another driver than the connection's, it misses those errors
(reference: sync.md 3.1), so the alias must stand before sqlite-utils is first imported;
when it was imported earlier, its modules are bound again here.
"""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

import sqlcipher3

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

__all__ = ["dbapi2"]
