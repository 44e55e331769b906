"""`village-hub` as a technician types it."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from hub.cli import main
from tests.hub.serving import HubProcess

ENROL = ("enrol", "--name", "one", "--village", "v", "--without-recovery")


def hub(folder: Path, command: str, *words: str) -> int:
    return main([command, "--data", str(folder), *words])


def enrolled(folder: Path, *words: str) -> int:
    return hub(folder, *ENROL, *words)


def test_enrol_prints_a_code_once_and_keeps_only_its_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrolled(tmp_path) == 0
    made = json.loads(capsys.readouterr().out)
    assert set(made) == {"code", "village", "hub_key"}
    assert made["village"] == "v"
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert made["code"].encode() not in kept
    assert made["code"].replace("-", "").encode() not in kept


def test_a_district_without_a_recovery_key_is_told_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ENROL[1:-1]
    assert hub(tmp_path / "data", "enrol", *words) == 2
    said = capsys.readouterr().err
    assert "village-hub recovery-key" in said
    assert said.count("\n") == 1
    paper = tmp_path / "safe.json"
    assert hub(tmp_path / "data", "recovery-key", "--out", str(paper)) == 0
    assert stat.S_IMODE(paper.stat().st_mode) == 0o600
    private = json.loads(paper.read_text())["recovery_key"]
    told = capsys.readouterr()
    assert private not in told.out + told.err
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert private.encode() not in kept
    assert hub(tmp_path / "data", "enrol", *words) == 0


def test_the_recovery_key_is_made_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hub(tmp_path / "data", "recovery-key", "--out", str(tmp_path / "first")) == 0
    assert hub(tmp_path / "data", "recovery-key", "--out", str(tmp_path / "second")) == 2
    assert "safe" in capsys.readouterr().err
    assert not (tmp_path / "second").exists()


def test_a_code_that_was_not_used_can_be_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrolled(tmp_path) == 0
    first = json.loads(capsys.readouterr().out)
    assert enrolled(tmp_path) == 0
    assert json.loads(capsys.readouterr().out)["code"] != first["code"]
    elsewhere = [*ENROL[1:4], "elsewhere", "--without-recovery", "--replace"]
    assert hub(tmp_path, "enrol", *elsewhere) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("hours", ["0", "-1", "2161", "x", "1.5"])
def test_a_code_is_good_for_hours_and_not_for_ever(tmp_path: Path, hours: str) -> None:
    with pytest.raises(SystemExit):
        enrolled(tmp_path / "data", "--hours", hours)
    assert not (tmp_path / "data").exists()


def test_a_kiosk_is_listed_from_its_code_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrolled(tmp_path)
    capsys.readouterr()
    assert hub(tmp_path, "kiosks") == 0
    assert capsys.readouterr().out.startswith("one (v): Not connected yet; never heard of; 0 ")
    assert hub(tmp_path, "revoke", "one") == 0
    assert "told so" in capsys.readouterr().err
    assert hub(tmp_path, "kiosks", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["name"], listed["state"], listed["ops"]) == ("one", "revoked", 0)


# ---- what other users of the computer can read


def everything_in(folder: Path) -> dict[str, int]:
    """The mode of each file, and of each folder with a line behind its name."""
    return {
        path.name + "/" * path.is_dir(): stat.S_IMODE(path.stat().st_mode)
        for path in (folder, *folder.rglob("*"))
    }


def test_what_the_hub_makes_is_closed_to_other_users(tmp_path: Path) -> None:
    before = os.umask(0o022)  # as most computers have it
    try:
        folder = tmp_path / "data"
        assert enrolled(folder) == 0
        hub = HubProcess(tmp_path)
        hub.start()
        try:
            assert httpx.get(f"{hub.url}/v1/health", trust_env=False).status_code == 200
            modes = everything_in(folder)
        finally:
            hub.stop()
    finally:
        assert os.umask(before) == 0o022, "the caller's umask comes back"
    assert modes["data/"] == 0o700
    assert {"hub.key", "hub.sqlite3", "hub.sqlite3-wal"} <= set(modes)
    for name, mode in modes.items():
        assert mode == (0o700 if name.endswith("/") else 0o600), name


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o770])
@pytest.mark.parametrize("words", [["serve"], ENROL, ["recovery-key", "--out", "x"]])
def test_a_folder_that_others_can_open_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int, words: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "the data"
    folder.mkdir()
    folder.chmod(mode)
    assert main([*words, "--data", str(folder)]) == 2
    said = capsys.readouterr().err
    assert f"chmod 700 '{folder}'" in said
    assert said.count("\n") == 1
    assert stat.S_IMODE(folder.stat().st_mode) == mode, "left as it was"
    assert list(folder.iterdir()) == []


def test_a_kiosk_is_revoked_whoever_may_open_the_folder(tmp_path: Path) -> None:
    enrolled(tmp_path)
    tmp_path.chmod(0o755)
    assert hub(tmp_path, "revoke", "one") == 0


def test_a_code_is_written_into_a_new_file_for_its_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "enrolment.json"
    assert enrolled(tmp_path / "data", "--out", str(out)) == 0
    said = capsys.readouterr()
    made = json.loads(out.read_text("utf-8"))
    assert set(made) == {"code", "village", "hub_key"}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert made["code"] not in said.out + said.err
    assert str(out) in said.err


def test_a_file_that_is_there_is_never_overwritten_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "enrolment.json"
    out.write_text("the code of another kiosk", "utf-8")
    assert enrolled(data, "--out", str(out)) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"village-hub: {out} is there already")
    assert said.count("\n") == 1
    assert out.read_text("utf-8") == "the code of another kiosk"
    assert hub(data, "kiosks") == 0
    assert capsys.readouterr().out == "", "the name is still free"


def test_a_refused_enrolment_leaves_no_file(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "enrolment.json"
    assert hub(data, "enrol", "--name", "a\nb", *ENROL[3:], "--out", str(out)) == 2
    assert not out.exists()


def test_a_file_that_cannot_be_made_is_named_and_nobody_is_enrolled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "nowhere" / "enrolment.json"
    assert enrolled(data, "--out", str(out)) == 2
    assert str(out) in capsys.readouterr().err
    assert hub(data, "kiosks") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("words", [("revoke", "two"), ("revoke", "a\nb"), ("receipts", "two")])
def test_a_command_needs_a_name_that_is_there(
    tmp_path: Path, words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    enrolled(tmp_path)
    capsys.readouterr()
    assert hub(tmp_path, *words) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_stats_counts_as_json_and_as_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrolled(tmp_path)
    capsys.readouterr()
    assert main(["stats", "--data", str(tmp_path), "--json"]) == 0
    counted = json.loads(capsys.readouterr().out)
    assert counted.pop("kiosks") == 1
    assert {"ops", "records", "quarantined"} <= set(counted)
    assert set(counted.values()) == {0}
    assert main(["stats", "--data", str(tmp_path)]) == 0
    assert "kiosks" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["stats"], ["kiosks"], ["revoke", "x"], ["receipts", "x"]])
def test_a_folder_without_a_hub_is_told_in_one_line(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--data", str(tmp_path / "typo")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_serve_takes_a_free_port_writes_it_down_and_stops_in_order(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path)
    hub.start()
    try:
        assert httpx.get(f"{hub.url}/v1/health", trust_env=False).status_code == 200
    finally:
        code = hub.stop()
    assert code in (0, -15)


def test_a_hub_that_is_told_to_stops_in_order_when_its_input_ends(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path)
    hub.start("--until-input-ends")
    assert httpx.get(f"{hub.url}/v1/health", trust_env=False).status_code == 200
    assert hub.end_input() == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{hub.url}/v1/health", trust_env=False)
    assert not list(tmp_path.glob("data/*-wal")), "the database was closed"


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ["serve", "--data", str(tmp_path), "--port", port]
        done = subprocess.run(
            [sys.executable, "-m", "hub.cli", *words], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "http"])
def test_a_port_that_is_none_is_told_before_anything_is_made(
    tmp_path: Path, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["serve", "--data", str(tmp_path / "data"), "--port", port])
    assert refusal.value.code == 2
    assert "from 0 to 65535" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_port_file_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "port"
    words = ["serve", "--data", str(tmp_path), "--port", "0", "--port-file", str(file)]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert f"{file}: No such file" in said
    assert said.count("\n") == 1


def test_more_connections_than_the_hub_serves_are_told_to_come_later(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path)
    hub.start()
    try:
        with ExitStack() as lines:
            for _ in range(200):
                lines.enter_context(socket.create_connection(("127.0.0.1", hub.port)))
            assert httpx.get(f"{hub.url}/v1/health", trust_env=False).status_code == 503
    finally:
        hub.stop()


def test_a_village_that_nobody_is_of_yet_is_said_to_be_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One letter in another case makes another village, whose kiosks see none of the records."""
    more = "--without-recovery"
    for name, village, others in (
        ("one", "Ha Tsuen", None),
        ("two", "Ha Tsuen", None),
        ("three", "Ha tsuen", "There are: Ha Tsuen."),
        ("three", "Ha Tsuen", None),
    ):
        assert hub(tmp_path, "enrol", "--name", name, "--village", village, more) == 0
        said = capsys.readouterr()
        assert json.loads(said.out)["village"] == village
        assert ("is a new village" in said.err) is (others is not None)
        assert (others or "") in said.err


def test_a_folder_is_no_backup_and_a_backup_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, copies = tmp_path / "data", tmp_path / "copies"
    assert enrolled(data) == 0
    assert hub(data, "backup", "--to", str(copies)) == 0
    (made,) = copies.iterdir()
    capsys.readouterr()
    assert hub(data, "restore", "--from", str(copies), "--replace") == 2
    assert f"the newest is {made.name}" in capsys.readouterr().err
    assert hub(data, "restore-drill", "--from", str(made)) == 2
    assert "Name the folder" in capsys.readouterr().err


def test_the_counts_stand_in_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enrolled(tmp_path) == 0
    capsys.readouterr()
    assert hub(tmp_path, "stats") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert all(line.split()[1].isdecimal() for line in lines)
