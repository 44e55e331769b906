"""kill -9 of the kiosk in the middle of its work: nothing saved or acknowledged is missing."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kiosk.disk import DataOnDisk
from kiosk.languages import LANGUAGES
from tests.hub.serving import hub_op_ids

CHECKED_TABLES = ("resident", "vital", "visit", "answer", "consent", "vehicle_interval", "audit")
KILL_AFTER_PICTURE = ("08-measuring-again", "14-resident", "16-traffic")


def start_tour(data: Path, target: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "kiosk.cli", "--demo"),
            *("--data", str(data), "--tour", str(target)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(path: Path, process: subprocess.Popen[bytes], within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while not path.exists():
        assert process.poll() is None, "the tour ended before it could be killed"
        assert time.monotonic() < deadline, f"{path.name} did not come"
        psutil.wait_procs([psutil.Process(process.pid)], timeout=0.02)


def saved(data: Path) -> dict[str, set[str]]:
    """Record ids by table, and the ops with a stored receipt."""
    reader = DataOnDisk(data).open_reader()
    try:
        found = {
            table: {row[0] for row in reader.execute(f"SELECT id FROM {table}")}
            for table in CHECKED_TABLES
        }
        found["op"] = {row[0] for row in reader.execute("SELECT op_id FROM op_out")}
        found["receipt"] = {
            row[0] for row in reader.execute("SELECT op_id FROM op_out WHERE state = 2")
        }
        # Every record has its op: both came in one transaction, or neither did.
        for table in CHECKED_TABLES:
            ops = reader.execute("SELECT DISTINCT rid FROM op_out WHERE tbl = ?", (table,))
            assert {row[0] for row in ops} == found[table], table
        assert reader.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return found
    finally:
        reader.close()


@pytest.mark.timeout(400)
def test_a_killed_kiosk_goes_on_with_all_it_had(tmp_path: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    goes_on_after_a_kill(tmp_path, random.Random(seed).choice(KILL_AFTER_PICTURE))


@pytest.mark.nightly
@pytest.mark.timeout(400)
@pytest.mark.parametrize("after", KILL_AFTER_PICTURE)
def test_a_kiosk_killed_at_any_of_these_points_goes_on(tmp_path: Path, after: str) -> None:
    goes_on_after_a_kill(tmp_path, after)


def goes_on_after_a_kill(tmp_path: Path, after: str) -> None:
    data = tmp_path / "data"
    first = start_tour(data, tmp_path / "first")
    wait_for(tmp_path / "first" / f"{after}.{LANGUAGES[0]}.png", first)
    started = psutil.Process(first.pid).children(recursive=True)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not psutil.wait_procs(started, timeout=20)[1], "a killed kiosk left a process behind"

    before = saved(data)
    at_hub = hub_op_ids(data / "hub")
    assert before["receipt"] <= at_hub, "a receipt is stored for an op that the hub lacks"
    assert at_hub <= before["op"], "the hub has an op that the kiosk never kept"

    second = start_tour(data, tmp_path / "second")
    assert second.wait(280) == 0
    after_all = saved(data)
    for kind, ids in before.items():
        assert ids <= after_all[kind], f"{kind}: something of before the kill is missing"
    summary = json.loads((tmp_path / "second" / "summary.json").read_text("utf-8"))
    assert summary["ops_written"] == summary["ops_acknowledged"] == summary["hub_ops"]
    assert after_all["receipt"] == hub_op_ids(data / "hub")
