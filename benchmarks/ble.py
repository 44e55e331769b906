"""How fast the health instruments are, and what listening to them costs. Prints one JSON object.

    decode                 microseconds for one frame, beside a fixed piece of other work
    indication_to_screen_ms  from a cuff's last indication to the page that it leads to
    idle_scan_cpu_percent  of one core, while nobody measures
    memory                 resident memory over thousands of sessions in a row

Each figure is measured in a process of its own, and the simulated Bluetooth runs in yet another:
only the kiosk's share is counted. `--sessions 10000` is the nightly figure of memory (some four
minutes); `--figure NAME` measures one alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Final

_SESSIONS: Final = 300
_LEAST: Final = 20
_OFFSCREEN: Final = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}


def _decode(_: int) -> dict[str, object]:
    from ble_figures.decoding import decode_figures

    return decode_figures()


def _screen(_: int) -> dict[str, object]:
    from ble_figures.screen import screen_figures

    return screen_figures()


def _scan(_: int) -> dict[str, object]:
    from ble_figures.scanning import scan_figures

    return scan_figures()


def _memory(sessions: int) -> dict[str, object]:
    from ble_figures.sessions import session_figures

    return session_figures(sessions)


# Imported by the process that measures, and by no other: Qt in a figure of memory would be wrong.
_FIGURES: Final[dict[str, Callable[[int], dict[str, object]]]] = {
    "decode": _decode,
    "indication_to_screen_ms": _screen,
    "idle_scan_cpu_percent": _scan,
    "memory": _memory,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=_SESSIONS, help="of the figure memory")
    parser.add_argument("--figure", choices=_FIGURES, help="measure this one alone")
    options = parser.parse_args()
    if options.sessions < _LEAST:
        parser.error(f"a slope needs at least {_LEAST} sessions")
    os.environ.update(_OFFSCREEN)
    if options.figure is not None:
        print(json.dumps(_FIGURES[options.figure](options.sessions)))
        return
    began, load = time.monotonic(), os.getloadavg()[0]
    figures = {name: _elsewhere(name, options.sessions) for name in _FIGURES}
    ends = {
        "load_before": round(load, 2),
        "load_after": round(os.getloadavg()[0], 2),
        "cores": os.cpu_count(),
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps({"benchmark": "ble", **figures, **ends}))


def _elsewhere(figure: str, sessions: int) -> Any:
    """Measured by a fresh process."""
    command = [sys.executable, __file__, "--figure", figure, "--sessions", str(sessions)]
    done = subprocess.run(command, stdout=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"the figure {figure} could not be measured: exit code {done.returncode}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
