"""`village-hub find`: from what an office knows of a resident to the ID."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.cli import main
from hub.database import in_batch, open_database
from hub.sequencer import take_push
from tests.hub.logs import VILLAGE, OpLog

Capture = pytest.CaptureFixture[str]
RESIDENT: dict[str, Any] = {
    "name": {"family": "陳", "given": "美玲", "romanised": "Chan Mei Ling"},
    "preferred_address": "陳婆婆",
    "picture": "junk",
    "language": "zh_HK",
    "village": VILLAGE,
    "phone": "2000 0001",
    "birth_date": "1944-05",
    "status": "active",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a hub with two residents, one of whom has another telephone since."""
    log = OpLog()
    log.add("resident", "r-1", RESIDENT)
    log.add("resident", "r-2", RESIDENT | {"name": {"family": "李", "given": "\x1b[2J"}})
    log.add("resident", "r-2", {"phone": "2000 0002"})
    engine = open_database(tmp_path)
    try:
        in_batch(engine, lambda connection: take_push(connection, log.kiosk, log.push(), 5))
    finally:
        engine.dispose()
    return tmp_path


def found(data: Path, capsys: Capture, *words: str) -> list[dict[str, Any]]:
    assert main(["find", "--data", str(data), *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.isprintable() for line in lines)
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("words", ["陳美玲", "chan mei", "CHANMEI", "美玲", "20000001"])
def test_a_resident_is_found_by_name_or_telephone(data: Path, capsys: Capture, words: str) -> None:
    (one,) = found(data, capsys, words)
    assert one == {
        "id": "r-1",
        "village": VILLAGE,
        "name": RESIDENT["name"],
        "birth_date": "1944-05",
        "address": None,
        "status": "active",
    }


def test_what_stands_is_looked_at_and_a_village_can_be_named(data: Path, capsys: Capture) -> None:
    assert [one["id"] for one in found(data, capsys, "2000 0002")] == ["r-2"]
    assert [one["id"] for one in found(data, capsys, "陳婆婆", "--village", VILLAGE)] == [
        "r-1",
        "r-2",
    ]
    for nothing in (["陳婆婆", "--village", "elsewhere"], ["何"], [" "]):
        assert main(["find", "--data", str(data), *nothing]) == 2
        assert "No resident" in capsys.readouterr().err


def test_who_was_erased_is_not_found(data: Path, capsys: Capture) -> None:
    (one,) = found(data, capsys, "chan")
    order = ["--resident", one["id"], "--reason", "paper 17", "--by", "supervisor"]
    assert main(["erase", "--data", str(data), *order]) == 0
    capsys.readouterr()
    assert main(["find", "--data", str(data), "chan"]) == 2
