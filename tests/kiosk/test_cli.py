"""`village-kiosk` at the command line: what it refuses, and the first set-up of a kiosk."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.disk import DataOnDisk
from kiosk.records import staff
from kiosk.roles import Role
from kiosk.shifts import Worker
from kiosk.sign_in import SignInDesk, SignInRefused
from tests.builders import staff_change
from tests.kiosk.staff_desk import quick_hashes

NAME = "黃詠詩 Wong Wing Sze"


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
        "staff add --name Wong --role king",
        "staff reset",
        "connect",
        "recover --hub http://hub.example",
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
    said = capsys.readouterr().err
    assert "usage: village-kiosk" in said
    assert "_scale" not in said
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


# ---- more staff

BOSS = "李志強 Lee Chi Keung"
BOSS_PASSPHRASE = "hill and harbour"
SUPERVISOR = f"lee chi keung\n{BOSS_PASSPHRASE}\n"


@pytest.fixture
def typing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """typing(lines, *words) -> (exit code, what was said) of `village-kiosk staff words`."""

    def type_in(lines: str, *words: str) -> tuple[int, str]:
        answers = tmp_path / "typed"
        answers.write_text(lines, "utf-8")
        with answers.open(encoding="utf-8") as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            code = main(["staff", *words, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return type_in


@pytest.fixture
def staffed(typing: Callable[..., tuple[int, str]], tmp_path: Path) -> Iterator[Path]:
    with quick_hashes():
        code, said = typing(f"{BOSS_PASSPHRASE}\n802468\n", "add", "--name", BOSS)
        assert code == 0, said
        yield tmp_path / "data"


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    reader = DataOnDisk(folder).open_reader()
    try:
        return reader.execute(statement).fetchall()
    finally:
        reader.close()


def sign_in(folder: Path, name: str, passphrase: str) -> Worker:
    disk = DataOnDisk(folder)
    with disk.open_store() as store:
        return SignInDesk(disk.clock).with_passphrase(store, name, passphrase)


def test_the_first_worker_must_be_a_supervisor(
    typing: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    code, said = typing("pier and ferry\n135790\n", "add", "--name", NAME, "--role", "volunteer")
    assert code == 2
    assert "supervisor first" in said
    assert rows(tmp_path / "data", "SELECT * FROM staff") == []


def test_a_supervisor_adds_another_worker(
    typing: Callable[..., tuple[int, str]], staffed: Path
) -> None:
    lines = f"{SUPERVISOR}pier and ferry\n135790\n"
    code, said = typing(lines, "add", "--name", NAME, "--role", "social_worker")
    assert code == 0, said
    for secret in (BOSS_PASSPHRASE, "pier", "135790"):
        assert secret not in said
    worker = sign_in(staffed, "wong wing sze", "pier and ferry")
    assert (worker.name, worker.role) == (NAME, Role.SOCIAL_WORKER)
    ((boss,),) = rows(staffed, "SELECT id FROM staff WHERE role = 'supervisor'")
    audit = "SELECT staff_id, subject_type, subject_id FROM audit WHERE action = 'enrol'"
    assert set(rows(staffed, audit)) == {(None, "staff", boss), (boss, "staff", worker.staff_id)}
    written = f"SELECT DISTINCT by FROM op_out WHERE rid = '{worker.staff_id}'"
    assert rows(staffed, written) == [(boss,)]


@pytest.mark.parametrize(
    ("lines", "name", "said"),
    [
        ("", "Ho", "Check the name and the passphrase"),
        ("lee chi keung\nnot this one\npier and ferry\n135790\n", "Ho", "Check the name"),
        (f"{SUPERVISOR}pier and ferry\n123456\n", "Ho", "run like 123456"),
        (f"{SUPERVISOR}short\n135790\n", "Ho", "8 characters"),
        (SUPERVISOR, "Ho", "8 characters"),
        (f"{SUPERVISOR}pier and ferry\n135790\n", BOSS, "add a second name"),
        (f"{SUPERVISOR}pier and ferry\n135790\n", " ", "Write the name"),
    ],
)
def test_what_is_wrong_adds_nobody(
    typing: Callable[..., tuple[int, str]], staffed: Path, lines: str, name: str, said: str
) -> None:
    code, told = typing(lines, "add", "--name", name, "--role", "volunteer")
    assert code == 2
    assert said in told
    assert rows(staffed, "SELECT name FROM staff") == [(BOSS,)]


@pytest.mark.parametrize("role", ["volunteer", "social_worker", "technician"])
def test_only_a_supervisor_may_add_or_reset(
    typing: Callable[..., tuple[int, str]], staffed: Path, role: str
) -> None:
    lines = f"{SUPERVISOR}pier and ferry\n135790\n"
    assert typing(lines, "add", "--name", NAME, "--role", role)[0] == 0
    own = "黃詠詩\npier and ferry\nanother long one\n246801\n"
    for words in (("add", "--name", "Ho", "--role", "volunteer"), ("reset", "--name", BOSS)):
        code, said = typing(own, *words)
        assert code == 2
        assert "Only a supervisor" in said
    assert len(rows(staffed, "SELECT id FROM staff")) == 2
    assert sign_in(staffed, BOSS, BOSS_PASSPHRASE).name == BOSS


def test_wrong_passphrases_at_the_command_line_wait_as_at_the_screen(
    typing: Callable[..., tuple[int, str]], staffed: Path
) -> None:
    words = ("add", "--name", NAME, "--role", "volunteer")
    for _ in range(3):
        code, said = typing("lee chi keung\nnot this one\n", *words)
        assert code == 2
    assert "next try is possible in 5 s" in said
    code, said = typing(f"{SUPERVISOR}pier and ferry\n135790\n", *words)
    assert code == 2
    assert "Wait until the time is over" in said
    assert len(rows(staffed, "SELECT id FROM staff")) == 1


def test_a_forgotten_passphrase_is_replaced_and_nothing_is_deleted(
    typing: Callable[..., tuple[int, str]], staffed: Path
) -> None:
    typing(f"{SUPERVISOR}pier and ferry\n135790\n", "add", "--name", NAME, "--role", "volunteer")
    before = sign_in(staffed, NAME, "pier and ferry")
    for _ in range(3):
        with pytest.raises(SignInRefused):
            sign_in(staffed, NAME, "forgotten")
    code, said = typing(f"{SUPERVISOR}a new long one\n246801\n", "reset", "--name", "黃詠詩")
    assert code == 0, said
    assert "a new long one" not in said
    assert sign_in(staffed, NAME, "a new long one") == before
    with pytest.raises(SignInRefused):
        sign_in(staffed, NAME, "pier and ferry")
    ((boss,),) = rows(staffed, "SELECT id FROM staff WHERE role = 'supervisor'")
    audit = "SELECT staff_id, subject_id FROM audit WHERE action = 'reset_credential'"
    assert rows(staffed, audit) == [(boss, before.staff_id)]
    assert len(rows(staffed, "SELECT id FROM staff")) == 2


def test_a_worker_of_another_kiosk_gets_secrets_for_this_one(
    typing: Callable[..., tuple[int, str]], staffed: Path
) -> None:
    with DataOnDisk(staffed).open_store() as store:
        store.save([staff_change(name="何佩珊 Ho Pui Shan")], "feed")
    code, said = typing(f"{SUPERVISOR}pier and ferry\n135790\n", "reset", "--name", "ho pui shan")
    assert code == 0, said
    assert sign_in(staffed, "何佩珊", "pier and ferry").role is Role.SOCIAL_WORKER


@pytest.mark.parametrize("name", ["nobody", "", "left"])
def test_nobody_of_this_name_is_reset(
    typing: Callable[..., tuple[int, str]], staffed: Path, name: str
) -> None:
    with DataOnDisk(staffed).open_store() as store:
        store.save([staff_change(name="left", status="left")], "feed")
    code, said = typing(f"{SUPERVISOR}pier and ferry\n135790\n", "reset", "--name", name)
    assert code == 2
    assert "staff list" in said


def test_a_name_of_two_is_not_reset(typing: Callable[..., tuple[int, str]], staffed: Path) -> None:
    with DataOnDisk(staffed).open_store() as store:
        store.save([staff_change(name="何佩珊 Ho"), staff_change(name="何志強 Ho")], "feed")
    code, said = typing(f"{SUPERVISOR}pier and ferry\n135790\n", "reset", "--name", "ho")
    assert code == 2
    assert "write all of it" in said


def test_the_staff_list_is_one_line_for_programs(
    typing: Callable[..., tuple[int, str]], staffed: Path
) -> None:
    with DataOnDisk(staffed).open_store() as store:
        store.save([staff_change(name="何佩珊", status="left")], "feed")
    code, said = typing("", "list")
    assert code == 0
    assert json.loads(said) == {
        "staff": [
            {"name": BOSS, "role": "supervisor", "status": "active", "can_sign_in": True},
            {"name": "何佩珊", "role": "social_worker", "status": "left", "can_sign_in": False},
        ]
    }
