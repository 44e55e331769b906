"""The hub's database on PostgreSQL: opened by many at once, refused when it cannot be trusted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import event

from hub.database import AWAY, hub_epoch, in_batch, open_database, reading, writing
from hub.errors import HubError
from hub.migrations.statements import to_postgresql
from hub.sequencer import Taken, take_push
from hub.tables import metadata
from offline_sync.wire import Push
from tests.hub.logs import OpLog
from tests.hub.postgres import start_server

_OPEN: Final = """
import pathlib, sys
from hub.database import hub_epoch, open_database, reading
engine = open_database(pathlib.Path(sys.argv[1]), database=sys.argv[2])
with reading(engine) as connection:
    print(hub_epoch(connection))
engine.dispose()
"""


def test_hubs_that_start_at_once_on_an_empty_database_agree(
    postgres_database: str, tmp_path: Path
) -> None:
    hubs = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, str(tmp_path), postgres_database],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [hub.communicate() for hub in hubs]
    assert [hub.returncode for hub in hubs] == [0, 0, 0, 0], said
    assert len({epoch for epoch, _ in said}) == 1
    with psycopg.connect(postgres_database) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
    assert tables == (len(metadata.tables) + 1,)


def test_a_command_that_only_reads_makes_no_database(
    postgres_database: str, tmp_path: Path
) -> None:
    with pytest.raises(HubError, match="not a hub's yet"):
        open_database(tmp_path, create=False, database=postgres_database)
    with psycopg.connect(postgres_database) as connection:
        found = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
    assert found == (0,)
    open_database(tmp_path, database=postgres_database).dispose()
    open_database(tmp_path, create=False, database=postgres_database).dispose()


@pytest.mark.parametrize(
    "address", ["", "hub.sqlite3", "sqlite:///hub.sqlite3", "postgresql://localhost", "http://x/y"]
)
def test_what_is_no_address_of_a_postgresql_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(HubError, match="no address") as caught:
        open_database(tmp_path, database=address)
    assert "--database" in caught.value.next_step


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://hub:geheim@/hub?host={tmp_path}"
    with pytest.raises(HubError, match="cannot be used") as caught:
        open_database(tmp_path, database=address)
    assert "geheim" not in f"{caught.value} {caught.value.next_step}"


def test_a_database_of_a_newer_hub_is_refused(postgres_database: str, tmp_path: Path) -> None:
    engine = open_database(tmp_path, database=postgres_database)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(HubError, match="newer hub"):
        open_database(tmp_path, database=postgres_database)


def test_a_server_that_need_not_write_to_its_disk_is_refused(tmp_path: Path) -> None:
    server = start_server()
    try:
        address = server.make_database()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        server.kill()
        server.start_again()
        with pytest.raises(HubError, match="fsync = off"):
            open_database(tmp_path, database=address)
    finally:
        server.end()


def test_a_commit_waits_for_the_disk_whatever_the_server_says(
    postgres_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    engine = open_database(tmp_path, database=postgres_database)
    with engine.connect() as hub:
        assert hub.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    engine.dispose()


def test_a_server_killed_in_a_batch_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    server = start_server()
    try:
        engine = open_database(tmp_path, database=server.make_database())
        log = OpLog()
        log.add_workers(400)

        def take(push: Push) -> Taken:
            return in_batch(engine, lambda connection: take_push(connection, log.kiosk, push, 5))

        acknowledged: set[int] = set()
        pushes = [log.push(*log.ops[start : start + 20]) for start in range(0, 400, 20)]
        for number, push in enumerate(pushes):
            if number in (5, 12):
                # Everything is written but not committed: the server dies at the worst moment.
                event.listen(engine, "commit", lambda _: server.kill(), once=True)
                with pytest.raises(AWAY):
                    take(push)
                with pytest.raises(AWAY):
                    take(push)
                server.start_again()
            acknowledged |= {seq for seq, _ in take(push).acknowledged}
        with reading(engine) as connection:
            rows = connection.exec_driver_sql("SELECT seq, feed_seq FROM op ORDER BY seq").all()
            assert hub_epoch(connection)
        engine.dispose()
        assert acknowledged == {seq for seq, _ in rows} == set(range(1, 401))
        assert [number for _, number in rows] == list(range(1, 401))
    finally:
        server.end()


def test_statements_are_put_into_the_words_of_postgresql() -> None:
    statement = """
    CREATE TABLE t (
        n INTEGER NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        raw BLOB,
        at_ms INTEGER
    ) STRICT, WITHOUT ROWID
    """
    words = " ".join(to_postgresql(statement).split())
    assert words == (
        "CREATE TABLE t ( n BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
        ' name TEXT COLLATE "C" NOT NULL, raw BYTEA, at_ms BIGINT )'
    )
