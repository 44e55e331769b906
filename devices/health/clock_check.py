"""What one session found out about the instrument's clock, before and after it was set.

Pure. The offset is the instrument's clock minus the kiosk's, as it was before anything was set:
stored readings were stamped by that clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from devices.health.date_time import HONG_KONG

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """`offset_s` is None when the clock was not read; `set_at_ms` when it was not set."""

    offset_s: float | None = None
    set_at_ms: int | None = None  # the kiosk's clock, ms since 1970
    zone: tzinfo = HONG_KONG  # where the instruments' clocks are set

    def offset_for(self, device_time: datetime | None, now_ms: int) -> float | None:
        """The offset of the clock that gave this stamp, seconds.

        A stamp that lies between the moment the clock was set and now was given by the clock as
        it is since then; every other one by the clock as it was found.
        """
        if self.set_at_ms is None or device_time is None:
            return self.offset_s
        stamped = device_time.replace(tzinfo=self.zone) - datetime.fromtimestamp(0, UTC)
        stamped_ms = stamped // timedelta(milliseconds=1)
        since_set = self.set_at_ms - _MINUTE_MS <= stamped_ms <= now_ms + _MINUTE_MS
        return 0.0 if since_set else self.offset_s
