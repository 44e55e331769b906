"""What `make bluez` makes of what the guest says, with a shell script in the guest's place."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import bluez_check

HERE = Path(__file__).resolve().parent

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Run the program for one model; `said` are the lines of its guest, `code` its exit."""
    tool = tmp_path / "tool"
    tool.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(bluez_check, "TOOL", tool)
    monkeypatch.setattr(bluez_check, "OUT", tmp_path / "out")
    monkeypatch.setattr(sys, "argv", ["bluez_check.py", "--model", "flaky"])

    def run_with(*said: str, code: int = 0, build: str = "exit 0") -> tuple[int, str]:
        for name in ("build.sh", "snapshot.sh"):
            script(tool / name, build)
        lines = "\n".join(f"echo '{line}'" for line in said)
        script(tool / "run_in_guest.sh", f"{lines}\nexit {code}")
        return bluez_check.main(), capfd.readouterr().out

    return run_with


def script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def said(**what: object) -> str:
    return f"bluez-check {json.dumps(what)}"


def check(name: str, *, ok: bool) -> str:
    return said(check=name, ok=ok, seconds=1.5, notes=["seen"])


VERSIONS = said(versions={"BlueZ": "5.82"})
FINISHED = said(finished="flaky")


def test_without_the_tool_it_is_skipped_and_that_is_no_success(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bluez_check, "TOOL", tmp_path / "nowhere")
    monkeypatch.setattr(sys, "argv", ["bluez_check.py"])
    assert bluez_check.main() == 75
    assert "skipped" in capfd.readouterr().out


def test_every_check_well_is_success_with_the_versions(run: Run, tmp_path: Path) -> None:
    code, out = run(VERSIONS, check("a", ok=True), check("b", ok=True), FINISHED)
    assert code == 0
    assert "ok        1.5 s  a  (seen)" in out
    assert re.search(r"^bluez: commit [0-9a-f]{7,}.*, BlueZ 5\.82$", out, re.MULTILINE)
    [kept] = (tmp_path / "out").rglob("result.json")
    result = json.loads(kept.read_text())
    assert [one["check"] for one in result["checks"]] == ["a", "b"]
    assert result["versions"]["BlueZ"] == "5.82"


def test_one_failed_check_is_failure_and_its_trouble_is_shown(run: Run) -> None:
    code, out = run(VERSIONS, check("a", ok=False), "AssertionError: lost", FINISHED, code=1)
    assert code == 1
    assert "FAILED" in out
    assert "    | AssertionError: lost" in out


def test_a_guest_that_ends_too_early_is_failure(run: Run) -> None:
    code, out = run(VERSIONS, check("a", ok=True), code=124)
    assert code == 1
    assert "too early (exit 124)" in out


def test_a_guest_that_only_minds_a_restarted_bluetoothd_is_no_failure(run: Run) -> None:
    code, _ = run(VERSIONS, check("a", ok=True), FINISHED, code=97)
    assert code == 0


def test_no_check_at_all_is_failure(run: Run) -> None:
    assert run(VERSIONS, FINISHED)[0] == 1


def test_a_guest_that_cannot_be_built_ends_it_with_the_log(run: Run) -> None:
    with pytest.raises(SystemExit, match=r"could not be built, see .*build\.sh\.log"):
        run(build="exit 1")


def test_the_guest_is_built_once_for_the_same_tool(run: Run, tmp_path: Path) -> None:
    count = f"echo built >> {tmp_path / 'built'}"
    for _ in range(2):
        run(VERSIONS, check("a", ok=True), FINISHED, build=count)
    assert (tmp_path / "built").read_text().count("built") == 2  # the image and its snapshot
    run(VERSIONS, check("a", ok=True), FINISHED, build=f"{count} # other")
    assert (tmp_path / "built").read_text().count("built") == 4


def test_every_model_has_its_checks() -> None:
    models = {path.stem for path in (HERE / "models").glob("*.py")} - {"behaviour"}
    checks = {path.stem for path in (HERE / "checks").glob("*.py")}
    assert set(bluez_check.MODELS) == models == checks
