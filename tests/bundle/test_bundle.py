"""The bundle works on a computer that has never seen Python: moved, with no environment and
without time zone files.

Run by `make bundle`, after it has written dist/smart-village-kiosk.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.hub.serving import wait_until_it_listens

pytestmark = pytest.mark.bundle

BUILT = Path(__file__).resolve().parents[2] / "dist" / "smart-village-kiosk"
LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Bundle:
    """The folder in its new place."""

    folder: Path
    no_zones: Path

    def command(self, program: str, *arguments: object) -> list[str]:
        """Start a program of the bundle with nothing in its environment but the screen, and
        with an empty folder where the libraries and Python look for time zones."""
        screen = ["QT_QPA_PLATFORM=offscreen", "QT_QUICK_BACKEND=software"]
        zones = [f"TZDIR={self.no_zones}", "PYTHONTZPATH="]
        return ["env", "-i", *screen, *zones, str(self.folder / program), *map(str, arguments)]

    def run(self, program: str, *arguments: object) -> str:
        """What the program prints; it has to end well."""
        done = subprocess.run(
            self.command(program, *arguments),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    assert BUILT.is_dir(), "there is no bundle in dist/: run make bundle"
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a folder with spaces"
    shutil.copytree(BUILT, elsewhere, symlinks=True)
    return Bundle(elsewhere, tmp_path_factory.mktemp("no zones"))


@pytest.fixture
def hub_folder(tmp_path: Path) -> Path:
    return tmp_path / "hub"


@pytest.fixture
def hub_url(bundle: Bundle, hub_folder: Path, tmp_path: Path) -> Iterator[str]:
    port_file = tmp_path / "port"
    serve = ("serve", "--data", hub_folder, "--port", 0, "--port-file", port_file)
    with subprocess.Popen(bundle.command("village-hub", *serve), stderr=subprocess.PIPE) as hub:
        assert hub.stderr is not None
        wait_until_it_listens(hub.stderr)  # the few lines that it logs after that fit into the pipe
        yield f"http://127.0.0.1:{port_file.read_text().strip()}"
        hub.terminate()


def test_it_opens_the_encrypted_store_paints_and_syncs_one_record(
    bundle: Bundle, hub_folder: Path, hub_url: str, tmp_path: Path
):
    data = tmp_path / "kiosk"
    enrolment = tmp_path / "enrolment.json"
    safe = tmp_path / "recovery key.json"
    bundle.run("village-hub", "recovery-key", "--data", hub_folder, "--out", safe)
    bundle.run(
        *("village-hub", "enrol", "--data", hub_folder, "--out", enrolment),
        *("--name", "Bundle", "--village", "Ha Tsuen"),
    )
    bundle.run(
        *("village-kiosk", "connect", "--data", data),
        *("--hub", hub_url, "--enrolment", enrolment),
    )

    said = json.loads(bundle.run("village-kiosk", "--self-test", "--data", data))

    assert said["store"] == "encrypted"
    assert said["synced"] == 1
    assert 0 < said["first_frame_ms"] < 10_000
    stats = json.loads(bundle.run("village-hub", "stats", "--data", hub_folder, "--json"))
    assert stats["ops"] >= 1
    assert stats["quarantined"] == 0
    receipts = bundle.run("village-hub", "receipts", "Bundle", "--data", hub_folder, "--verify")
    assert "all present" in receipts
    page = httpx.get(hub_url)
    assert page.status_code == 200
    assert "Bundle" in page.text
    assert "In touch" in page.text
    databases = [path for path in data.rglob("*.db*") if path.stat().st_size]
    assert databases
    assert not any(path.read_bytes().startswith(b"SQLite format 3") for path in databases)


def test_it_counts_vehicles_of_a_file(bundle: Bundle):
    sample = bundle.folder / "_internal" / "assets" / "demo" / "traffic" / "village_road.txt"

    said = json.loads(
        bundle.run(
            *("village-devices", "intervals", sample, "--format", "jamar"),
            *("--minutes", 15, "--json"),
        )
    )

    assert said["lane_periods"] == len(said["rows"]) > 0


def test_it_carries_its_licences_and_nothing_of_the_workshop(bundle: Bundle):
    files = [
        path.relative_to(bundle.folder).as_posix()
        for path in bundle.folder.rglob("*")
        if path.is_file()
    ]

    assert {"_internal/LICENSE", "_internal/NOTICE"} <= set(files)
    assert any(name.startswith("_internal/assets/fonts/OFL") for name in files)
    unwanted = ("QtWebEngine", "VirtualKeyboard", "Qt6Charts", "Qt6Graphs", "hypothesis", "pytest")
    assert not [name for name in files if any(word in name for word in unwanted)]
    assert not [name for name in files if name.endswith((".ts", ".tsv"))]
