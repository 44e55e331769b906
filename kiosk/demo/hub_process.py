"""A district hub of the demo's own, in another process, with its own database.

It is started through its command line as anybody would start it; the kiosk and the hub
never share memory or import each other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, cast

from kiosk.enrolment_paper import Paper

_START_LIMIT_S: Final = 30.0
_STOP_LIMIT_S: Final = 10.0
_LOOK_EVERY_S: Final = 0.02


class HubDidNotStart(RuntimeError):
    """The demo's hub ended or stayed silent; what it said last is in the message."""


def hub_command() -> list[str]:
    """How this installation runs `village-hub`."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("village-hub"))]
    return [sys.executable, "-m", "hub.cli"]


class DemoHub:
    """Starts, stops and starts again one hub on this machine's loopback."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port_file = folder / "port"
        self._log = folder / "hub.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where the hub listens; the same after a stop and a start."""
        return f"http://127.0.0.1:{self._port}"

    def one_time_code(self, name: str, village: str) -> Paper:
        """What lets a kiosk in once. The demo's village is invented: no key of it is kept."""
        words = ["--name", name, "--village", village, "--without-recovery"]
        if self.stats()["kiosks"]:  # a demo that was cut off while it was let in
            words.append("--replace")
        said = self._ask("enrol", *words)
        return Paper(cast(str, said["code"]), village, cast(str, said["hub_key"]))

    def stats(self) -> dict[str, int]:
        """What the hub counts in its own database."""
        return cast("dict[str, int]", self._ask("stats", "--json"))

    def start(self) -> None:
        """Start the hub and wait until it listens.

        Raises:
            HubDidNotStart: it ended, or did not listen within half a minute.
        """
        self._port_file.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *hub_command(),
                    *("serve", "--data", str(self._folder), "--host", "127.0.0.1"),
                    *("--port", str(self._port), "--port-file", str(self._port_file)),
                    "--until-input-ends",  # a demo that is killed leaves no hub behind
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _START_LIMIT_S
        while not (self._port_file.exists() and self._port_file.read_text("ascii").strip()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                last = self._log.read_text("utf-8", "replace")[-500:]
                raise HubDidNotStart(f"the demo's hub did not start; it said: {last}")
            time.sleep(_LOOK_EVERY_S)
        self._port = int(self._port_file.read_text("ascii"))

    def stop(self) -> None:
        """End the hub that this object started."""
        if self._process is None:
            return
        try:
            self._process.communicate(timeout=_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _ask(self, command: str, *arguments: str) -> dict[str, object]:
        done = subprocess.run(
            [*hub_command(), command, "--data", str(self._folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=_START_LIMIT_S,
        )
        if done.returncode != 0:
            raise HubDidNotStart(f"village-hub {command} failed: {done.stderr.strip()[-500:]}")
        return cast("dict[str, object]", json.loads(done.stdout))
