"""Start to first frame: how long a person waits after the kiosk is switched on.

Starts `village-kiosk --first-frame` again and again with the software renderer and a data
folder of its own, and prints one JSON object: milliseconds from the spawn of the process to
the first painted frame, the largest memory of the runs, and the size of the bundle if there
is one in dist/. The first start, which fills the page cache and makes the database, is not
counted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BUNDLE: Final = ROOT / "dist" / "smart-village-kiosk"
RUNS: Final = 7
NO_BYTECODE: Final = ("PYTHONDONTWRITEBYTECODE",)


def start_once(data: str) -> tuple[float, int]:
    """One start: milliseconds to the first frame, and kilobytes at the most."""
    process = subprocess.Popen(
        [Path(sys.executable).with_name("village-kiosk"), "--first-frame", "--data", data],
        env={
            **{name: text for name, text in os.environ.items() if name not in NO_BYTECODE},
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "PYTHONPYCACHEPREFIX": f"{data}/bytecode",  # as an installed kiosk has it
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"village-kiosk --first-frame ended with {process.returncode}")
    return float(said), used.ru_maxrss


def megabytes(folder: Path) -> float:
    """What the files of a folder take, links not followed."""
    return round(sum(path.lstat().st_size for path in folder.rglob("*")) / 1e6, 1)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as data:
        start_once(data)
        runs = [start_once(data) for _ in range(RUNS)]
    frames = [frame_ms for frame_ms, _ in runs]
    result = {
        "first_frame_ms": {
            "median": round(statistics.median(frames), 1),
            "min": round(min(frames), 1),
            "max": round(max(frames), 1),
            "runs": RUNS,
        },
        "rss_mb": round(max(kilobytes for _, kilobytes in runs) / 1024, 1),
        "load": round(os.getloadavg()[0], 2),
        "bundle_mb": megabytes(BUNDLE) if BUNDLE.is_dir() else None,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
