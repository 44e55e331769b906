"""village-hub erase, retention, audit, backup, restore, restore-drill, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.cli import main
from hub.database import in_batch, open_database
from hub.erasure_list import LIST_NAME, catch_up
from hub.sequencer import take_push
from hub.snapshot_shelf import Shelf
from tests.hub.logs import VILLAGE, VISIT, OpLog

SECRET = "安眠藥一粒"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a hub in which one resident has two visits."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    fill(folder, None)
    return folder


def fill(folder: Path, database: str | None) -> OpLog:
    log = OpLog()
    for number in range(2):
        log.add("visit", f"v-{number}", VISIT | {"note": SECRET})
    log.add("visit", "v-9", VISIT | {"resident_id": "r-9", "note": "好"})
    engine = open_database(folder, database=database)
    in_batch(engine, lambda connection: take_push(connection, log.kiosk, log.push(), 5))
    Shelf(engine, folder, lambda: 5).get(VILLAGE)
    engine.dispose()
    return log


def said(capsys: Capture) -> Any:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def files_with(folder: Path, word: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


def erase(data: Path, *more: str) -> int:
    words = ["erase", "--data", str(data), "--resident", "r-1", *more]
    return main(words)


ORDERED = ("--reason", "asked for it on paper 17", "--by", "supervisor 2")


def test_an_erasure_leaves_no_byte_in_the_folder_of_the_hub(data: Path, capsys: Capture) -> None:
    assert files_with(data, SECRET.encode())
    assert erase(data, "--dry-run") == 0
    assert said(capsys)["would_erase"] == {"visit": 2, "set aside": 0}
    assert files_with(data, SECRET.encode())
    assert erase(data) == 2  # nobody has ordered it
    assert erase(data, *ORDERED) == 0
    assert said(capsys)["erased"] == {"visit": 2, "set aside": 0}
    assert files_with(data, SECRET.encode()) == []
    assert not list(data.glob("snapshots/*"))
    assert "r-1" in (data / LIST_NAME).read_text()
    assert (data / LIST_NAME).stat().st_mode & 0o077 == 0
    assert main(["audit", "--data", str(data)]) == 0
    noted = said(capsys)
    assert (noted["actor"], noted["subject"]) == ("supervisor 2", "resident r-1")
    assert noted["detail"]["counts"] == {"visit": 2, "set aside": 0}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--resident", "Chan Mei Ling"), "no ID"),
        (("--resident", "陳美玲"), "no ID"),
        (("--record", "residnt", "r-1"), "no such type"),
        (("--record", "residnt", "r-1", "--keep-out"), "no such type"),
        (("--record", "visit", "v-77"), "Nothing of it is at this hub"),
        (("--resident", "r-77"), "Nothing of it is at this hub"),
    ],
)
@pytest.mark.parametrize("how", [ORDERED, ("--dry-run",)])
def test_what_was_typed_wrong_is_written_down_nowhere(
    data: Path, capsys: Capture, words: tuple[str, ...], why: str, how: tuple[str, ...]
) -> None:
    assert main(["erase", "--data", str(data), *words, *how]) == 2
    assert why in capsys.readouterr().err
    assert not (data / LIST_NAME).exists()
    assert main(["audit", "--data", str(data)]) == 0
    assert capsys.readouterr().out == ""
    assert files_with(data, SECRET.encode())


def test_what_is_not_here_yet_is_kept_out_when_that_is_asked_for(
    data: Path, capsys: Capture
) -> None:
    words = ["erase", "--data", str(data), "--resident", "r-77", *ORDERED]
    assert main([*words, "--keep-out"]) == 0
    assert said(capsys)["erased"] == {"set aside": 0}
    assert "r-77" in (data / LIST_NAME).read_text()
    assert main(words) == 0  # ordered before: nothing new is written down by mistake


def test_an_erasure_on_postgresql_leaves_no_byte_in_its_tables(
    tmp_path: Path, postgres_server: Any, postgres_database: str, capsys: Capture
) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    fill(folder, postgres_database)
    tables = postgres_server.folder / "base"
    postgres_server.checkpoint()
    assert files_with(tables, SECRET.encode())
    assert erase(folder, "--database", postgres_database, *ORDERED) == 0
    postgres_server.checkpoint()
    assert files_with(tables, SECRET.encode()) == []


def test_backups_that_still_hold_it_are_named_and_written_anew(
    data: Path, tmp_path: Path, capsys: Capture
) -> None:
    copies = tmp_path / "copies"
    assert main(["backup", "--data", str(data), "--to", str(copies)]) == 0
    made = said(capsys)["backup"]
    assert files_with(copies, SECRET.encode())
    assert erase(data, *ORDERED) == 0
    assert said(capsys)["backups"] == [made]
    assert erase(data, *ORDERED, "--backups") == 0
    capsys.readouterr()
    assert files_with(copies, SECRET.encode()) == []


def test_a_restored_hub_is_another_history_and_what_was_erased_stays_so(
    data: Path, tmp_path: Path, capsys: Capture
) -> None:
    copies = tmp_path / "copies"
    assert main(["backup", "--data", str(data), "--to", str(copies)]) == 0
    made = said(capsys)["backup"]
    assert main(["restore-drill", "--data", str(data), "--from", str(copies)]) == 0
    assert said(capsys)["passed"] is True
    assert erase(data, *ORDERED) == 0
    put_back = ["restore", "--data", str(data), "--from", made]
    assert main(put_back) == 2
    assert "--replace" in capsys.readouterr().err
    assert main([*put_back, "--replace"]) == 0
    assert said(capsys)["erased_again"] == 1
    assert files_with(data, SECRET.encode()) == []
    # A backup of the old history proves nothing about the new one.
    with pytest.raises(SystemExit) as ended:
        main(["restore-drill", "--data", str(data), "--from", str(copies)])
    assert ended.value.code == 1


def test_only_so_many_backups_are_kept(data: Path, tmp_path: Path, capsys: Capture) -> None:
    copies = tmp_path / "copies"
    for _ in range(3):
        assert main(["backup", "--data", str(data), "--to", str(copies), "--keep", "2"]) == 0
    assert len(list(copies.iterdir())) == 2
    assert said(capsys)["deleted"] == 1


def test_retention_says_what_it_would_end_and_then_ends_it(data: Path, capsys: Capture) -> None:
    assert main(["retention", "--data", str(data), "--dry-run"]) == 0
    assert said(capsys) == {"would_end": {"visit": 3}}
    assert main(["retention", "--data", str(data)]) == 0
    assert said(capsys) == {"ended": {"visit": 3}}
    assert main(["retention", "--data", str(data)]) == 0
    assert said(capsys) == {"ended": {}}
    assert files_with(data, SECRET.encode()) == []


def test_an_older_file_that_was_copied_back_is_put_right_before_the_hub_serves(
    data: Path, capsys: Capture
) -> None:
    older = (data / "hub.sqlite3").read_bytes()
    assert erase(data, *ORDERED) == 0
    (data / "hub.sqlite3").write_bytes(older)
    engine = open_database(data, create=False)
    assert catch_up(engine, data, 9) == 1
    assert catch_up(engine, data, 9) == 0
    engine.dispose()
    assert files_with(data, SECRET.encode()) == []
    assert main(["audit", "--data", str(data)]) == 0
    assert said(capsys)["action"] == "erase again"


def test_a_hub_whose_backups_are_not_proved_says_so(data: Path, capsys: Capture) -> None:
    assert main(["stats", "--data", str(data), "--json"]) == 0
    assert "No backup was ever restored" in capsys.readouterr().err
    copies = data.with_name("copies")
    assert main(["backup", "--data", str(data), "--to", str(copies)]) == 0
    assert main(["restore-drill", "--data", str(data), "--from", str(copies)]) == 0
    capsys.readouterr()
    assert main(["stats", "--data", str(data)]) == 0
    assert capsys.readouterr().err == ""
