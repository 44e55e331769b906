"""What tests of faults need: a seed, the recorder and a place for its disks, and a small disk."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.recording import compile_recorder


@pytest.fixture(scope="session")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_recorder(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory where there is one: a thousand disks are written here.

    The key lies in a file whatever computer this runs on: the security chip's program is not found.
    """
    monkeypatch.setenv("PATH", "")
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        (Path(made) / "data").mkdir(mode=0o700)
        yield Path(made)


@pytest.fixture
def chance() -> random.Random:
    """Chance with a seed that is printed; FAULT_SEED=… plays that of an earlier run again."""
    seed = int(os.environ.get("FAULT_SEED") or random.randrange(1 << 32))
    print(f"seed {seed}")
    return random.Random(seed)


@pytest.fixture
def small_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of 3 MB, or of the size that a test names (as `mount` writes it)."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    size = getattr(request, "param", "3m")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
