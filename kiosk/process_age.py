"""How long this process has lived, for the one figure that people feel: start to first frame."""

from __future__ import annotations

import os
import time
from pathlib import Path


def ms_since_spawn() -> float:
    """Milliseconds since the kernel made this process; exact to one clock tick (10 ms)."""
    # The name in field 2 may hold spaces and brackets, so fields are counted after the last one.
    fields = Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()
    started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - started_s) * 1000
