"""What the stamp of an op says, and how far it is believed. Never a reason to refuse an op.

Pure: the hub's own time is handed in. Stamps are `clock.HybridLogicalClock`'s; all times are ms
since 1970 UTC.
"""

from __future__ import annotations

from typing import Final

from offline_sync.changes import MOMENTS
from offline_sync.wire import Clocks, OpAbout

FUTURE_LIMIT_MS: Final = 300_000
"""A clock further ahead than this wins no tie by it."""
_WALL_DIGITS: Final = 12
SUSPECT_MS: Final = 600_000
"""What a clock stamped that was further from the hub's is marked, for people."""


def stamped_ms(hlc: str) -> int:
    """The wall time of a stamp; the last that a calendar shows for one that lies beyond it."""
    return min(int(hlc[:_WALL_DIGITS], 16), MOMENTS.stop - 1)


def effective_ms(hlc: str, now_ms: int) -> int:
    """The wall time of a stamp, held back when it is far ahead."""
    return min(stamped_ms(hlc), now_ms + FUTURE_LIMIT_MS)


def is_clock_suspect(hlc: str, about: OpAbout, sent: Clocks, now_ms: int) -> bool:
    """Whether the clock that stamped an op was further from the hub's than SUSPECT_MS.

    `sent` is what the kiosk's clocks said when it sent the op, which the hub got at `now_ms`. An
    op of an earlier start of the kiosk may be as old as it says: only a stamp in the future tells.
    """
    if max(stamped_ms(hlc), about.wall_ms) > now_ms + SUSPECT_MS:
        return True
    if about.boot_id != sent.boot_id:
        return False
    saved_ms = now_ms - (sent.mono_ms - about.mono_ms)
    return abs(about.wall_ms - saved_ms) > SUSPECT_MS
