"""`village-hub` as a technician types it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
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


@pytest.mark.parametrize("words", [["stats"], ["block", "--name", "x"]])
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
