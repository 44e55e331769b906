"""`village-hub` as a technician types it."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from hub.cli import main
from tests.hub.serving import HubProcess


def test_enrol_prints_a_token_once_and_keeps_only_its_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["enrol", "--data", str(tmp_path), "--name", "坑口", "--village", "坑口村"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert set(made) == {"origin", "token", "village"}
    assert made["village"] == "坑口村"
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert made["token"].encode() not in kept


def test_a_name_is_enrolled_once_and_replaced_only_on_purpose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["enrol", "--data", str(tmp_path), "--name", "one", "--village", "v"]
    assert main(words) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert main([*words, "--replace"]) == 0
    assert json.loads(capsys.readouterr().out)["token"] != first["token"]
    assert main([*words[:-1], "elsewhere", "--replace"]) == 2


# ---- what other users of the computer can read


def everything_in(folder: Path) -> dict[str, int]:
    paths = [folder, *folder.rglob("*")]
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}


def test_what_the_hub_makes_is_closed_to_other_users(tmp_path: Path) -> None:
    before = os.umask(0o022)  # as most computers have it
    try:
        folder = tmp_path / "data"
        assert main(["enrol", "--data", str(folder), "--name", "one", "--village", "v"]) == 0
        hub = HubProcess(tmp_path)
        hub.start()
        try:
            assert httpx.get(f"{hub.url}/v1/health", trust_env=False).status_code == 200
            modes = everything_in(folder)
        finally:
            hub.stop()
    finally:
        assert os.umask(before) == 0o022, "the caller's umask comes back"
    assert modes.pop("data") == 0o700
    assert {"hub.sqlite3", "hub.sqlite3-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o770])
@pytest.mark.parametrize("words", [["serve"], ["enrol", "--name", "one", "--village", "v"]])
def test_a_folder_that_others_can_open_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int, words: list[str], capsys: pytest.CaptureFixture[str]
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


def test_a_token_can_be_renewed_and_a_kiosk_blocked_whoever_may_open_the_folder(
    tmp_path: Path,
) -> None:
    main(["enrol", "--data", str(tmp_path), "--name", "one", "--village", "v"])
    tmp_path.chmod(0o755)
    assert main(["block", "--data", str(tmp_path), "--name", "one"]) == 0
    assert main(["token", "--data", str(tmp_path), "--name", "one"]) == 0


@pytest.mark.parametrize("words", [["enrol", "--village", "v"], ["token"]])
def test_a_token_is_written_into_a_new_file_for_its_owner_alone(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "enrolment.json"
    if words == ["token"]:
        main(["enrol", "--data", str(data), "--name", "one", "--village", "v"])
        capsys.readouterr()
    assert main([*words, "--data", str(data), "--name", "one", "--out", str(out)]) == 0
    said = capsys.readouterr()
    made = json.loads(out.read_text("utf-8"))
    assert set(made) == {"origin", "token", "village"}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert made["token"] not in said.out + said.err
    assert str(out) in said.err


def test_a_file_that_is_there_is_never_overwritten_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "enrolment.json"
    out.write_text("the token of another kiosk", "utf-8")
    words = ["enrol", "--data", str(data), "--name", "one", "--village", "v"]
    assert main([*words, "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"village-hub: {out} is there already")
    assert said.count("\n") == 1
    assert out.read_text("utf-8") == "the token of another kiosk"
    assert main(words) == 0, "the name is still free"


def test_a_refused_enrolment_leaves_no_file(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "enrolment.json"
    words = ["enrol", "--data", str(data), "--name", "one", "--village", "v"]
    assert main(words) == 0
    assert main([*words, "--out", str(out)]) == 2
    assert not out.exists()


def test_a_file_that_cannot_be_made_is_named_and_nobody_is_enrolled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "nowhere" / "enrolment.json"
    words = ["enrol", "--data", str(data), "--name", "one", "--village", "v"]
    assert main([*words, "--out", str(out)]) == 2
    assert str(out) in capsys.readouterr().err
    assert main(words) == 0


# ---- a token that leaked or was lost


def test_a_new_token_ends_the_old_one_and_keeps_the_kiosk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    main(["enrol", "--data", str(data), "--name", "one", "--village", "坑口村"])
    first = json.loads(capsys.readouterr().out)
    assert main(["token", "--data", str(data), "--name", "one"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert (second["origin"], second["village"]) == (None, "坑口村")
    hub = HubProcess(tmp_path)
    hub.start()
    try:
        answers = {
            name: httpx.get(
                f"{hub.url}/v1/feed",
                params={"bucket": "坑口村"},
                headers={"Authorization": f"Bearer {made['token']}"},
                trust_env=False,
            ).status_code
            for name, made in (("old", first), ("new", second))
        }
    finally:
        hub.stop()
    assert answers == {"old": 401, "new": 200}


@pytest.mark.parametrize("name", ["two", "a\nb"])
def test_a_new_token_needs_a_name_that_is_there(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["enrol", "--data", str(tmp_path), "--name", "one", "--village", "v"])
    capsys.readouterr()
    assert main(["token", "--data", str(tmp_path), "--name", name]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "\x1b[2J"])
def test_a_name_that_cannot_be_shown_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["enrol", "--data", str(tmp_path), "--name", name, "--village", "v"]) == 2
    assert "printable" in capsys.readouterr().err


def test_stats_counts_as_json_and_as_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["enrol", "--data", str(tmp_path), "--name", "one", "--village", "v"])
    capsys.readouterr()
    assert main(["stats", "--data", str(tmp_path), "--json"]) == 0
    counted = json.loads(capsys.readouterr().out)
    assert counted == {"kiosks": 1, "ops": 0, "records": 0, "quarantined": 0}
    assert main(["stats", "--data", str(tmp_path)]) == 0
    assert "kiosks" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["stats"], ["block", "--name", "x"], ["token", "--name", "x"]])
def test_a_folder_without_a_hub_is_told_in_one_line(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--data", str(tmp_path / "typo")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_blocking_needs_a_name_that_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["enrol", "--data", str(tmp_path), "--name", "one", "--village", "v"])
    assert main(["block", "--data", str(tmp_path), "--name", "two"]) == 2
    assert main(["block", "--data", str(tmp_path), "--name", "one"]) == 0
    assert main(["unblock", "--data", str(tmp_path), "--name", "one"]) == 0


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
