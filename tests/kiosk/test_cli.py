"""`village-kiosk` at the command line: what it refuses, and the first set-up of a kiosk."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.disk import DataOnDisk
from kiosk.records import settings, staff
from tests.builders import resident_change

NAME = "黃詠詩 Wong Wing Sze"
ENROLMENT = {"origin": "0f" * 16, "token": "a-token-of-the-hub", "village": "坑口村"}
HUB = "http://127.0.0.1:8480"


@pytest.mark.parametrize(
    "words",
    [
        "--size 640x480",
        "--language fr",
        "--theme pink",
        "--px-per-mm 0",
        "--px-per-mm -3",
        "--px-per-mm nan",
        "--px-per-mm wide",
        "--tour pictures --self-test",
        "--first-frame --self-test",
        "--demo --self-test",
        "--demo --first-frame",
        "staff",
        "staff add",
        "staff remove --name Wong",
        "connect",
        "connect --hub http://hub.example",
        "forget-everything",
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_opened(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    with pytest.raises(SystemExit) as refusal:
        main(["--data", str(folder), *words.split()])
    assert refusal.value.code == 2
    assert "usage: village-kiosk" in capsys.readouterr().err
    assert not folder.exists()


# ---- the first supervisor


def add_staff(folder: Path, typed: str, name: str = NAME) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "staff", "add", "--name", name, "--data", folder],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_first_supervisor_is_added_from_standard_input_and_only_one(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = add_staff(folder, "hill and harbour\n802468\n")
    assert done.returncode == 0, done.stderr
    assert NAME in done.stderr
    assert done.stdout == ""
    assert "harbour" not in done.stderr
    assert "802468" not in done.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    reader = DataOnDisk(folder).open_reader()
    (added,) = staff.credentials(reader)
    assert (added.name, str(added.role)) == (NAME, "supervisor")
    reader.close()

    again = add_staff(folder, "pier and ferry\n135790\n", "李志強 Lee Chi Keung")
    assert again.returncode == 2
    assert "ask a supervisor" in again.stderr
    assert "Traceback" not in again.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("short\n802468\n", "8 characters"),
        ("hill and harbour\n123456\n", "run like 123456"),
        ("hill and harbour\n", "6 digits"),
        ("", "8 characters"),
    ],
)
def test_a_secret_that_is_too_easy_adds_nobody(
    typed: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = tmp_path / "typed"
    answers.write_text(typed, "utf-8")
    with answers.open(encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert main(["staff", "add", "--name", NAME, "--data", str(tmp_path / "data")]) == 2
    assert said in capsys.readouterr().err
    reader = DataOnDisk(tmp_path / "data").open_reader()
    assert not staff.anyone_can_sign_in(reader)
    reader.close()


# ---- the hub


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
        '{"origin": "0f", "token": "t"}',
        json.dumps(ENROLMENT | {"token": 7}),
        json.dumps(ENROLMENT | {"token": "line\nbreak"}),
        json.dumps(ENROLMENT | {"token": ""}),
    ],
)
def test_an_enrolment_that_is_none_changes_nothing(
    enrolment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert connect(folder, enrolment) == 2
    assert capsys.readouterr().err.startswith("village-kiosk: ")
    assert not folder.exists()


@pytest.mark.parametrize(
    "hub", ["hub.example", "ftp://hub.example", "http://", "http://hub:port", ""]
)
def test_an_address_that_can_never_work_changes_nothing(hub: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert connect(folder, ENROLMENT, hub) == 2
    assert not folder.exists()


def test_an_enrolment_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["connect", "--hub", HUB, "--enrolment", str(tmp_path / "lost.json")]
    assert main([*words, "--data", str(tmp_path / "data")]) == 2
    assert "lost.json" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_connecting_keeps_the_hub_and_its_origin_and_says_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert connect(folder, ENROLMENT) == 0
    said = capsys.readouterr()
    assert HUB in said.err
    assert ENROLMENT["token"] not in said.err + said.out
    with DataOnDisk(folder).open_store() as store:
        assert store.stream().origin == ENROLMENT["origin"]
        assert settings.hub(store.connection) == settings.HubSetting(
            HUB, ENROLMENT["token"], ENROLMENT["village"]
        )


def test_a_kiosk_that_has_sent_records_keeps_its_hub(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert connect(folder, ENROLMENT) == 0
    with DataOnDisk(folder).open_store() as store:
        store.mark_sending(store.save([resident_change()], "test"))
    assert connect(folder, ENROLMENT | {"origin": "1e" * 16}, "http://other.example") == 2
    assert "already sent" in capsys.readouterr().err
    with DataOnDisk(folder).open_store() as store:
        kept = settings.hub(store.connection)
        assert kept is not None
        assert (kept.url, store.stream().origin) == (HUB, ENROLMENT["origin"])


def test_a_running_kiosk_is_not_changed_from_outside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    with DataOnDisk(folder).open_store():
        assert connect(folder, ENROLMENT) == 2
    assert "Close the other kiosk window" in capsys.readouterr().err


def test_a_data_folder_that_is_a_file_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file", "utf-8")
    assert connect(tmp_path / "data", ENROLMENT) == 2
    assert capsys.readouterr().err.count("\n") == 1
