"""A hub whose database is gone is not begun anew without a word; a first start is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub import erasure_list, revocation_list
from hub.cli import main
from hub.database import HubDatabaseError, open_database
from hub.first_start import refuse_lost_database
from hub.signing import KEY_NAME, hub_signer
from tests.hub.serving import HubProcess

LISTS = (erasure_list.LIST_NAME, revocation_list.LIST_NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    return made


def words(folder: Path, out: Path) -> list[list[str]]:
    """What makes a database where there is none."""
    where = ["--data", str(folder)]
    return [
        ["serve", *where, "--port", "0"],
        ["recovery-key", *where, "--out", str(out)],
        ["enrol", *where, "--name", "n", "--village", "v", "--without-recovery"],
    ]


@pytest.mark.parametrize("left", [KEY_NAME, *LISTS])
@pytest.mark.parametrize("empty", [True, False])
def test_a_folder_of_a_hub_without_its_database_is_refused(
    folder: Path, left: str, empty: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / left).touch(mode=0o600)
    if empty:
        (folder / "hub.sqlite3").touch()
    before = sorted(folder.iterdir())
    for command in words(folder, folder / "out"):
        assert main(command) == 2
        said = capsys.readouterr().err
        assert "a hub was here" in said
        assert "restore" in said
        assert "--begin-anew" in said
    assert sorted(folder.iterdir()) == before


def test_on_purpose_an_empty_hub_goes_on_with_the_same_key(folder: Path) -> None:
    engine = open_database(folder)
    key = hub_signer(engine, folder / KEY_NAME).public_key
    engine.dispose()
    for file in folder.glob("hub.sqlite3*"):
        file.rename(folder.parent / file.name)
    with pytest.raises(HubDatabaseError, match="gone"):
        refuse_lost_database(folder)
    process = HubProcess(folder.parent)
    process.start("--begin-anew")
    process.stop()
    refuse_lost_database(folder)
    engine = open_database(folder, create=False)
    assert hub_signer(engine, folder / KEY_NAME).public_key == key
    engine.dispose()


def test_a_new_folder_is_no_hub_s_and_a_first_start_may_end_before_its_key(folder: Path) -> None:
    refuse_lost_database(folder)
    (folder / "hub.sqlite3").touch()
    refuse_lost_database(folder)
    open_database(folder).dispose()
    refuse_lost_database(folder)


def test_a_database_that_is_all_in_its_journal_is_there(folder: Path) -> None:
    (folder / KEY_NAME).touch()
    (folder / "hub.sqlite3").touch()
    (folder / "hub.sqlite3-wal").write_bytes(b"x")
    refuse_lost_database(folder)
