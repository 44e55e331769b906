"""Opening the hub's database: made and migrated once, refused with a reason, never remade."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from hub.database import (
    DATABASE_NAME,
    HubDatabaseError,
    check_sqlite,
    hub_epoch,
    open_database,
    reading,
    writing,
)
from hub.tables import metadata


def test_the_migrations_build_the_tables_that_the_code_names(engine: Engine) -> None:
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_sqlite_keeps_what_it_has_said_and_checks_every_value(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with reading(engine) as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
        strict = connection.exec_driver_sql(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 1"
        ).scalar()
    engine.dispose()
    assert settings == ["wal", 2, 1]
    assert strict == len(metadata.tables)


def test_a_database_keeps_its_epoch_and_another_has_its_own(tmp_path: Path) -> None:
    epochs = []
    for folder in ("a", "a", "b"):
        engine = open_database(tmp_path / folder)
        with reading(engine) as connection:
            epochs.append(hub_epoch(connection))
        engine.dispose()
    assert epochs[0] == epochs[1] != epochs[2]


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    def half_of_it() -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO feed_head VALUES ('v', 1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_of_it()
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM feed_head").scalar() == 0


def test_a_reader_sees_one_moment_and_changes_nothing(engine: Engine) -> None:
    with reading(engine) as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM feed_head").scalar() == 0
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO feed_head VALUES ('v', 1)")
        assert reader.exec_driver_sql("SELECT count(*) FROM feed_head").scalar() == 0


def test_a_damaged_file_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    path.write_bytes(b"not a database, but somebody's file" * 100)
    before = path.read_bytes()
    with pytest.raises(HubDatabaseError, match="damaged") as caught:
        open_database(tmp_path)
    assert "backup" in caught.value.next_step
    assert path.read_bytes() == before


def test_a_database_of_a_newer_hub_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(HubDatabaseError, match="newer hub"):
        open_database(tmp_path)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(HubDatabaseError, match="cannot be used"):
        open_database(tmp_path / "data")


def test_reading_commands_make_no_database(tmp_path: Path) -> None:
    with pytest.raises(HubDatabaseError, match="no hub's database"):
        open_database(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_a_sqlite_with_the_wal_reset_bug_is_refused(version: tuple[int, ...], safe: bool) -> None:
    if safe:
        check_sqlite(version)
    else:
        with pytest.raises(HubDatabaseError, match="WAL-reset"):
            check_sqlite(version)
