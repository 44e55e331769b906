"""`village-kiosk connect` before any hub is asked; tests/kiosk/test_connect.py asks a real one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli import main

HUB = "http://127.0.0.1:9"  # the port "discard", where nothing listens
PAPER = {"code": "A" * 26, "village": "坑口村", "hub_key": "A" * 43}


def connect(folder: Path, enrolment: object, hub: str = HUB) -> int:
    given = folder.with_name("enrolment.json")
    given.write_text(enrolment if isinstance(enrolment, str) else json.dumps(enrolment), "utf-8")
    return main(["connect", "--data", str(folder), "--hub", hub, "--enrolment", str(given)])


@pytest.mark.parametrize(
    "enrolment",
    [
        "",
        "not JSON",
        "[]",
        '{"code": "c", "village": "v"}',
        '{"token": "t", "village": "v", "hub_key": "k"}',
        "[" * 100_000,
        json.dumps(PAPER | {"code": 7}),
        json.dumps(PAPER | {"village": None}),
    ],
)
def test_an_enrolment_that_is_none_changes_nothing(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert connect(folder, enrolment) == 2
    said = capsys.readouterr().err
    assert "is not what the hub wrote" in said
    assert said.count("\n") == 1
    assert not folder.exists()


@pytest.mark.parametrize(
    "hub",
    [
        "http://hub.example",
        "http://10.0.0.7:8480",
        "http://[2001:db8::7]",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "HTTP://hub.example",
    ],
)
def test_a_code_and_health_records_never_travel_in_clear(
    hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert connect(folder, PAPER, hub) == 2
    said = capsys.readouterr().err
    assert "unencrypted" in said
    assert "https://" in said
    assert not folder.exists()


@pytest.mark.parametrize(
    "hub", ["https://127.0.0.1:9", HUB, "http://[::1]:9", "http://localhost:9"]
)
def test_plain_http_is_taken_on_this_computer_alone(
    hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert connect(tmp_path / "data", PAPER, hub) == 2
    assert "The hub cannot be reached. Nothing was changed." in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "hub", ["hub.example", "ftp://hub.example", "http://", "http://hub:port", ""]
)
def test_an_address_that_can_never_work_changes_nothing(hub: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert connect(folder, PAPER, hub) == 2
    assert not folder.exists()


def test_an_enrolment_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["connect", "--hub", HUB, "--enrolment", str(tmp_path / "lost.json")]
    assert main([*words, "--data", str(tmp_path / "data")]) == 2
    said = capsys.readouterr().err
    assert "lost.json cannot be read: No such file" in said
    assert "Errno" not in said
    assert not (tmp_path / "data").exists()


def test_a_file_and_a_typed_code_do_not_go_together(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["connect", "--hub", HUB, "--enrolment", "x", "--code", "y"])
