"""`village-hub conflicts` as somebody at the district office types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from hub import tables
from hub.cli import main
from hub.database import open_database, writing
from tests.hub.test_conflicts import Village, named_twice


@pytest.fixture
def ops(tmp_path: Path) -> tuple[str, str]:
    """An instrument with two names: the op of the one that shows, and of the other."""
    engine = open_database(tmp_path)
    try:
        _, late, early = named_twice(Village(engine))
    finally:
        engine.dispose()
    return late.op_id, early.op_id


def test_the_list_names_records_and_shows_values_only_when_asked(
    tmp_path: Path, ops: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["conflicts", "--data", str(tmp_path), "--open"]
    assert main(words) == 0
    plain = capsys.readouterr().out
    assert "instrument i1 name (lww," in plain
    assert ops[0] in plain
    assert ops[1] in plain
    assert "door" not in plain
    assert main([*words, "--json"]) == 0
    assert "door" not in capsys.readouterr().out
    assert main([*words, "--json", "--values"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["shows"]["value"], told["lost"]["value"]) == ("hall", "door")
    assert main([*words, "--village", "elsewhere"]) == 0
    assert capsys.readouterr().out == ""


def test_the_office_settles_one_and_it_stays_in_the_list_of_all(
    tmp_path: Path, ops: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data", str(tmp_path)]
    words = ["--type", "instrument", "--id", "i1", "--field", "name", "--by", "office-1"]
    assert main(["conflicts", "settle", *where, *words, "--keep", ops[1]]) == 0
    op_id = json.loads(capsys.readouterr().out)["settled_by"]
    assert main(["conflicts", *where, "--open"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["conflicts", *where]) == 0
    assert f"settled by {op_id}" in capsys.readouterr().out
    assert main(["conflicts", "settle", *where, *words, "--keep", ops[1]]) == 2
    assert "Nothing is open" in capsys.readouterr().err


def test_a_stamp_of_no_year_and_letters_that_a_terminal_obeys_are_printed_without_harm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_database(tmp_path)
    try:
        named_twice(village := Village(engine))
        village.push(1, "instrument", "i1", {"name": "gate"}, hlc="ffffffffffff.00000000")
        with writing(engine) as connection:  # as a hub before this one may have taken it
            connection.execute(update(tables.op).values(by="x\u009b31m\x1b[2J\nforged"))
    finally:
        engine.dispose()
    where = ["conflicts", "--data", str(tmp_path)]
    assert main(where) == 0
    plain = capsys.readouterr().out
    assert "by x\\u009b31m\\u001b[2J\\u000aforged at" in plain
    assert "2200-12-31" in plain
    for more in (["--json"], ["--json", "--values"]):
        assert main([*where, *more]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert all(line.isprintable() for line in lines)
        assert json.loads(lines[0])["lost"]["by"] == "x\u009b31m\x1b[2J\nforged"


def test_what_is_missing_to_settle_is_said(
    tmp_path: Path, ops: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ops
    assert main(["conflicts", "settle", "--data", str(tmp_path), "--type", "instrument"]) == 2
    said = capsys.readouterr().err
    assert "--id and --field and --keep and --by" in said
