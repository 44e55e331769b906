"""A D-Bus daemon of our own, so that a simulated BlueZ never touches the machine's real one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

SYSTEM_BUS_VARIABLE = "DBUS_SYSTEM_BUS_ADDRESS"

_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*" eavesdrop="true"/>
  </policy>
</busconfig>
"""


class SimulatorUnavailable(Exception):
    """The simulated Bluetooth can not run on this machine."""

    next_step = "Install the package `dbus` (it has the program dbus-daemon) and start again."


# The shell lives as long as this process holds its input open: a killed demo leaves no daemon.
# A word on its input says that the folder will be used again.
_KEEPER = """
dbus-daemon --config-file="$1/bus.conf" --nofork --print-address=1 &
daemon=$!
exec >/dev/null
word=$(cat)
kill $daemon 2>/dev/null
wait $daemon
rm -f "$1/bus"
[ -n "$word" ] || rm -rf "$1"
"""


class PrivateBus:
    """Starts dbus-daemon and points this process's system bus at it until `stop()`.

    `die()` and `revive()` are what a restart of the machine's D-Bus looks like: everyone is cut
    off, and the same address answers again later.
    """

    def __init__(self) -> None:
        self._keeper: subprocess.Popen[str] | None = None
        self._folder: Path | None = None
        self._before: str | None = None

    @property
    def address(self) -> str:
        """What `DBUS_SYSTEM_BUS_ADDRESS` has to be, to reach this bus."""
        return f"unix:path={self._folder}/bus"

    def start(self) -> None:
        """Return when the daemon listens.

        Raises:
            SimulatorUnavailable: there is no dbus-daemon, or it does not start.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="simulated-bluetooth-"))
        configuration = _CONFIGURATION.format(socket=escape(str(self._folder / "bus")))
        (self._folder / "bus.conf").write_text(configuration)
        self._run_daemon(self._folder)
        self._before = os.environ.get(SYSTEM_BUS_VARIABLE)
        os.environ[SYSTEM_BUS_VARIABLE] = self.address

    def die(self) -> None:
        """End the daemon as a crash does; the variable still names its address."""
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.write("again")
        self._end()

    def revive(self) -> None:
        """Start the daemon again under the same address, after `die()`."""
        if self._folder is not None and self._keeper is None:
            self._run_daemon(self._folder)

    def stop(self) -> None:
        """End the daemon; everyone connected to it notices."""
        if self._folder is None:
            return
        if self._before is None:
            os.environ.pop(SYSTEM_BUS_VARIABLE, None)
        else:
            os.environ[SYSTEM_BUS_VARIABLE] = self._before
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None

    def _run_daemon(self, folder: Path) -> None:
        try:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", _KEEPER, "keeper", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError as error:
            shutil.rmtree(folder)
            self._folder = None
            raise SimulatorUnavailable(f"no shell to start dbus-daemon: {error}") from error
        assert self._keeper.stdout is not None
        if not self._keeper.stdout.readline().strip():
            self._end()
            shutil.rmtree(folder, ignore_errors=True)
            self._folder = None
            raise SimulatorUnavailable("dbus-daemon does not start")

    def _end(self) -> None:
        if self._keeper is not None:
            with self._keeper:  # closes its input, and waits
                pass
            self._keeper = None
