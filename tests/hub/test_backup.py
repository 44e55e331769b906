"""Backups of a hub that serves, restores that begin a new history, and the drill of both."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from hub import audit, erasure_list, tables
from hub.backup import BackupUnfit, back_up, backups, check, keep_newest
from hub.database import hub_epoch, in_batch, open_database, open_file, reading, writing
from hub.erasure import ORDER, erase, mark
from hub.erasure_in_backups import backup_folders, backups_that_hold, note_folder, rewrite
from hub.erasure_list import Ordered
from hub.erasure_search import find
from hub.restore import Restored, RestoreRefused, restore
from hub.restore_drill import LATE_MS, drill, warnings
from hub.sequencer import take_push
from offline_sync.identity import new_op_id
from tests.hub.logs import VISIT, WORKER, OpLog

NOW = 1_795_305_600_000
SECRET = b"\xe5\xae\x89\xe7\x9c\xa0\xe8\x97\xa5"
Address = str | None


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> Address:
    """Where the hub's database is: None for a file in its folder."""
    if request.param == "sqlite":
        return None
    found: str = request.getfixturevalue("postgres_database")
    return found


@pytest.fixture
def hub(tmp_path: Path, address: Address) -> Callable[[], Engine]:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return lambda: open_database(folder, database=address)


def fill(engine: Engine, log: OpLog | None = None, count: int = 5) -> OpLog:
    log = log or OpLog()
    before = len(log.ops)
    log.add_workers(count)
    log.add("visit", f"v-{before}", VISIT | {"note": SECRET.decode()})
    log.add("horoscope", f"h-{before}", {"sign": "ox"})
    in_batch(
        engine,
        lambda connection: take_push(connection, log.kiosk, log.push(*log.ops[before:]), NOW),
    )
    return log


def contents(engine: Engine) -> dict[str, list[Any]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in tables.metadata.sorted_tables
        }


def order_erasure(engine: Engine, folder: Path, record_id: str) -> None:
    with writing(engine) as connection:
        erase(connection, find(connection, "visit", record_id), ORDER, NOW)
        mark(connection, "visit", record_id, NOW)
        erasure_list.add(folder, Ordered("visit", record_id, NOW))


def test_a_backup_is_whole_and_for_its_owner_alone(
    hub: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = hub()
    fill(engine)
    made = back_up(engine, tmp_path / "backups", NOW)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [one.path for one in backups(made.path.parent)] == [made.path]
    assert made.made_ms == backups(made.path.parent)[0].made_ms
    copy = open_file(made.path)
    assert contents(copy) == contents(engine)
    copy.dispose()
    engine.dispose()
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]


def test_a_backup_is_of_one_moment_while_the_hub_goes_on(
    hub: Callable[[], Engine], tmp_path: Path
) -> None:
    """A push that is taken while the copy is made is in it whole, or not at all."""
    engine = hub()
    log = fill(engine)
    before = contents(engine)
    with (
        engine.connect().execution_options(village_writing=True) as connection,
        connection.begin(),
    ):
        log.add_workers(3)
        take_push(connection, log.kiosk, log.push(*log.ops[-3:]), NOW)
        made = back_up(engine, tmp_path / "backups", NOW)
    copy = open_file(made.path)
    assert contents(copy) == before
    copy.dispose()
    engine.dispose()


def test_only_the_newest_are_kept(hub: Callable[[], Engine], tmp_path: Path) -> None:
    engine = hub()
    made = [back_up(engine, tmp_path, NOW + 1000 * second) for second in (0, 0, 1)]
    stranger = tmp_path / "hub-notes.sqlite3"
    stranger.write_bytes(b"not ours")
    assert keep_newest(tmp_path, 1) == [made[1].path, made[0].path]
    assert stranger.exists()
    engine.dispose()


def test_a_damaged_backup_is_no_backup(hub: Callable[[], Engine], tmp_path: Path) -> None:
    engine = hub()
    fill(engine, count=200)
    made = back_up(engine, tmp_path, NOW)
    content = bytearray(made.path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3000] = bytes(3000)
    made.path.write_bytes(content)
    with pytest.raises((BackupUnfit, Exception)) as caught:
        check(made.path)
    assert type(caught.value).__name__ in ("BackupUnfit", "DatabaseError")
    engine.dispose()


def put_back(tmp_path: Path, address: Address, backup: Path, *, replace: bool) -> Restored:
    return restore(backup, tmp_path / "data", address, NOW, "office", replace=replace)


def test_a_restore_begins_a_new_history_and_moves_the_present_one_aside(
    hub: Callable[[], Engine], tmp_path: Path, address: Address
) -> None:
    engine = hub()
    log = fill(engine)
    with reading(engine) as connection:
        old_epoch = hub_epoch(connection)
    made = back_up(engine, tmp_path, NOW)
    then = contents(engine)
    fill(engine, log)
    present = contents(engine)
    engine.dispose()
    with pytest.raises(RestoreRefused, match="records"):
        put_back(tmp_path, address, made.path, replace=False)
    done = put_back(tmp_path, address, made.path, replace=True)
    again = hub()
    assert contents(again)["op"] == then["op"]
    with reading(again) as connection:
        assert hub_epoch(connection) == done.hub_epoch != old_epoch
        (noted,) = audit.read(connection)
        assert (noted.action, noted.actor, noted.subject) == ("restore", "office", made.path.name)
    if address is None:
        aside = open_file(Path(done.aside))
        assert contents(aside) == present
        aside.dispose()
    else:
        with again.connect() as connection:
            kept = connection.exec_driver_sql(f'SELECT count(*) FROM "{done.aside}".op').scalar()
        assert kept == len(present["op"])
    # It takes new kiosks and changes like any other.
    fill(again)
    fill(again, log)
    again.dispose()


def test_a_restore_that_is_cut_off_at_its_last_step_leaves_the_present_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "hub"
    engine = open_database(folder)
    log = fill(engine)
    made = back_up(engine, tmp_path, NOW)
    fill(engine, log)
    present = contents(engine)
    engine.dispose()

    def cut(*_: Path) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr("hub.restore.put_in_place", cut)
        with pytest.raises(OSError, match="power"):
            restore(made.path, folder, None, NOW, "office", replace=True)
    again = open_database(folder, create=False)
    assert contents(again) == present
    again.dispose()
    assert restore(made.path, folder, None, NOW + 1_000, "office", replace=True).aside


def test_a_restore_into_an_empty_place_needs_no_leave(
    hub: Callable[[], Engine], tmp_path: Path, address: Address
) -> None:
    engine = open_database(tmp_path / "elsewhere")
    fill(engine)
    made = back_up(engine, tmp_path, NOW)
    engine.dispose()
    hub().dispose()
    put_back(tmp_path, address, made.path, replace=False)
    again = hub()
    assert len(contents(again)["op"]) == 6
    again.dispose()


def test_a_hub_that_runs_is_not_restored_under_its_feet(
    hub: Callable[[], Engine], tmp_path: Path, address: Address
) -> None:
    engine = hub()
    fill(engine)
    made = back_up(engine, tmp_path, NOW)
    with reading(engine), pytest.raises(RestoreRefused, match="running"):
        put_back(tmp_path, address, made.path, replace=True)
    engine.dispose()


def test_what_was_erased_stays_erased_after_an_older_backup(
    hub: Callable[[], Engine], tmp_path: Path, address: Address
) -> None:
    engine = hub()
    log = fill(engine)
    made = back_up(engine, tmp_path, NOW)
    order_erasure(engine, tmp_path / "data", "v-0")
    engine.dispose()
    assert put_back(tmp_path, address, made.path, replace=True).erased_again == 1
    again = hub()
    assert SECRET.decode() not in str(contents(again))
    # The kiosk sends it all again.
    in_batch(again, lambda connection: take_push(connection, log.kiosk, log.push(), NOW))
    assert SECRET.decode() not in str(contents(again))
    again.dispose()


def test_backups_that_hold_an_erased_record_are_named_and_written_anew(
    hub: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = hub()
    fill(engine)
    old = back_up(engine, tmp_path / "b", NOW)
    with writing(engine) as connection:
        note_folder(connection, tmp_path / "b")
    folders, order = [tmp_path / "b"], [Ordered("visit", "v-0", NOW)]
    with reading(engine) as connection:
        assert backup_folders(connection) == folders
    assert backups_that_hold(folders, order) == [old.path]
    assert backups_that_hold(folders, [Ordered("visit", "v-77", NOW)]) == []
    order_erasure(engine, tmp_path / "data", "v-0")
    new = back_up(engine, tmp_path / "b", NOW + 1000)
    rewrite(old.path, erasure_list.read(tmp_path / "data"), NOW)
    for backup in (old, new):
        assert SECRET not in backup.path.read_bytes()
        check(backup.path)
    assert backups_that_hold(folders, order) == []
    engine.dispose()


def test_a_good_backup_passes_the_drill_whatever_came_and_went_since(
    hub: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = hub()
    log = fill(engine)
    made = back_up(engine, tmp_path, NOW)
    fill(engine, log)
    order_erasure(engine, tmp_path / "data", "v-0")
    done = drill(engine, made, tmp_path / "data", NOW, "timer")
    assert done.differences == ()
    assert done.rows > 10
    with reading(engine) as connection:
        assert warnings(connection, NOW + LATE_MS) == []
        assert "27 hours" in warnings(connection, NOW + LATE_MS + 3_600_000)[0]
    assert not list((tmp_path / "data").glob(".drill*"))
    engine.dispose()


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM op WHERE record_id = 'v-0'",
        "UPDATE op SET fields = '{\"note\":\"other\"}' WHERE record_id = 'v-0'",
        "DELETE FROM quarantine",
        "DELETE FROM record WHERE record_id = 'v-0'",
        "UPDATE origin SET highest_seq = 1, verified_seq = 1",
    ],
)
def test_a_hub_that_lost_something_since_fails_the_drill(
    hub: Callable[[], Engine], tmp_path: Path, harm: str
) -> None:
    engine = hub()
    fill(engine)
    with reading(engine) as connection:
        assert "never" not in warnings(connection, NOW)[0]
    made = back_up(engine, tmp_path, NOW)
    with writing(engine) as connection:
        connection.exec_driver_sql(harm)
    assert not drill(engine, made, tmp_path / "data", NOW, "timer").passed
    with reading(engine) as connection:
        assert "failed" in warnings(connection, NOW)[0]
    engine.dispose()


def test_a_backup_in_which_was_erased_passes_the_drill(
    hub: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = hub()
    log = fill(engine)
    made = back_up(engine, tmp_path, NOW)
    for record_id in ("v-0", "v-6"):  # written anew twice; the second order is of what came later
        fill(engine, log)
        order_erasure(engine, tmp_path / "data", record_id)
        rewrite(made.path, erasure_list.read(tmp_path / "data"), NOW)
        done = drill(engine, made, tmp_path / "data", NOW, "timer")
        assert done.differences == ()
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM feed WHERE seq = 1")
    assert not drill(engine, made, tmp_path / "data", NOW, "timer").passed
    engine.dispose()


def test_a_backup_that_was_erased_in_and_put_back_ends_where_it_has_grown_to(
    tmp_path: Path,
) -> None:
    engine = open_database(tmp_path / "data")
    log = fill(engine)
    made = back_up(engine, tmp_path, NOW)
    order_erasure(engine, tmp_path / "data", "v-0")
    engine.dispose()
    rewrite(made.path, erasure_list.read(tmp_path / "data"), NOW)
    put_back(tmp_path, None, made.path, replace=True)
    engine = open_database(tmp_path / "data")
    fill(engine, log)
    later = back_up(engine, tmp_path, NOW + 1_000)
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM feed WHERE seq = (SELECT max(seq) FROM feed)")
    assert not drill(engine, later, tmp_path / "data", NOW, "timer").passed
    engine.dispose()


def test_a_change_that_waited_in_the_backup_may_have_been_taken_since(
    hub: Callable[[], Engine], tmp_path: Path
) -> None:
    engine = hub()
    log = fill(engine)
    edit = log.add("staff", "late", {"name": "何佩珊"}, {"name": new_op_id()})
    in_batch(engine, lambda connection: take_push(connection, log.kiosk, log.push(edit), NOW))
    made = back_up(engine, tmp_path, NOW)
    other = OpLog()
    begin = other.add("staff", "late", WORKER)
    in_batch(engine, lambda connection: take_push(connection, other.kiosk, other.push(begin), NOW))
    with reading(engine) as connection:
        taken = connection.execute(select(tables.op.c.op_id).where(tables.op.c.seq == edit.seq))
        assert taken.scalar() == edit.op_id
    assert drill(engine, made, tmp_path / "data", NOW, "timer").differences == ()
    with writing(engine) as connection:
        connection.exec_driver_sql(f"DELETE FROM op WHERE op_id = '{edit.op_id}'")
    done = drill(engine, made, tmp_path / "data", NOW, "timer")
    assert "changes that waited" in " ".join(done.differences)
    engine.dispose()


def test_the_audit_shows_a_row_that_was_taken_out(engine: Engine) -> None:
    with writing(engine) as connection:
        for number in range(3):
            audit.note(connection, "office", "revoke", f"kiosk {number}", {}, NOW)
    with reading(engine) as connection:
        assert [one.no for one in audit.read(connection)] == [1, 2, 3]
    for sql in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with (
            pytest.raises(Exception, match="only ever added to"),
            writing(engine) as connection,
        ):
            connection.exec_driver_sql(sql)
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_is_kept")
        else:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        connection.exec_driver_sql("DELETE FROM audit WHERE no = 2")
    with reading(engine) as connection, pytest.raises(audit.AuditBroken, match="Row 2"):
        list(audit.read(connection))
