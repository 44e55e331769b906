from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import {first}
import {second}
import sqlcipher3
from sqlite_utils import Database
db = Database(sqlcipher3.dbapi2.connect(":memory:", isolation_level=None))
db["note"].insert({{"id": 1}}, pk="id")
db["note"].insert({{"id": 2, "later": "x"}}, alter=True)  # needs the driver's own error class
db["note"].create_index(["id"], "i")
db["note"].create_index(["id"], "i", find_unique_name=True)
assert db.execute("SELECT count(*) FROM note").fetchone() == (2,)
"""


@pytest.mark.parametrize(
    ("first", "second"), [("offline_sync", "sqlite_utils"), ("sqlite_utils", "offline_sync")]
)
def test_sqlite_utils_catches_the_errors_of_the_encrypted_sqlite(first: str, second: str):
    program = PROGRAM.format(first=first, second=second)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
