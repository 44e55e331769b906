"""What one session found out about the instrument's clock, before and after it was set.

Pure. The offset is the instrument's clock minus the kiosk's, as it was before anything was set:
stored readings were stamped by that clock. The kiosk's own clock may jump meanwhile, as when
the network puts it right: its steady clock tells by how much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

from devices.health.date_time import HONG_KONG
from devices.health.events import HostMoment

_MINUTE_MS = 60_000
_NO_JUMP_MS = 1000  # less is the reading of two clocks one after the other
_RIGHT_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """`offset_s` is None when the clock was not read; `set_at_ms` when it was not set."""

    offset_s: float | None = None
    set_at_ms: int | None = None  # the kiosk's clock, ms since 1970
    zone: tzinfo = HONG_KONG  # where the instruments' clocks are set
    earlier: ClockCheck | None = None  # when the kiosk set it at an earlier connection
    kiosk_ms: int | None = None  # the kiosk's wall clock minus its steady one, at that time

    def offset_at(self, device_time: datetime | None, now: HostMoment) -> float | None:
        """The offset of the clock that gave this stamp from the kiosk's as it is now, seconds."""
        jumped_ms = _jump_ms(self.kiosk_ms, kiosk_ms(now))
        offset_s = self.offset_for(device_time, now.wall_ms - jumped_ms)
        return None if offset_s is None else offset_s - jumped_ms / 1000

    def offset_for(self, device_time: datetime | None, now_ms: int) -> float | None:
        """The same, if the kiosk's clock has not jumped since this was found.

        A stamp that lies between the moment the clock was set and now was given by the clock as
        it is since then, unless the clock as it was found can have given it too: a clock that
        went ahead has stamped the past with what is now. Every other one was given by the clock
        as it was found. What was stamped before an earlier setting was stamped by the clock as
        it was found at that time.
        """
        if device_time is None:
            return self.offset_s
        stamped = device_time.replace(tzinfo=self.zone) - datetime.fromtimestamp(0, UTC)
        stamped_ms = stamped // timedelta(milliseconds=1)
        taken_ms = stamped_ms - (self.offset_s or 0.0) * 1000  # by the clock as it was found
        if (
            self.set_at_ms is not None
            and self.set_at_ms - _MINUTE_MS <= stamped_ms <= now_ms + _MINUTE_MS
            and (self.offset_s is None or taken_ms >= self.set_at_ms - _MINUTE_MS)
        ):
            return 0.0
        earlier = self.earlier
        if earlier is not None and earlier.set_at_ms:
            jumped_ms = _jump_ms(earlier.kiosk_ms, self.kiosk_ms)
            if taken_ms < earlier.set_at_ms + jumped_ms - _MINUTE_MS:
                return None if earlier.offset_s is None else earlier.offset_s - jumped_ms / 1000
        return self.offset_s

    def remembered(self) -> ClockCheck | None:
        """The setting that divides what this clock has stamped, for the next connection.

        None when the kiosk has never set it. A clock that was still right when it was set again
        has been right since the setting before.
        """
        was_right = self.offset_s is not None and abs(self.offset_s) < _RIGHT_WITHIN_S
        if self.set_at_ms is None or (self.earlier is not None and was_right):
            return self.earlier
        return self._alone()

    def _alone(self) -> Self:
        return replace(self, earlier=None)


def kiosk_ms(now: HostMoment) -> int:
    """The kiosk's wall clock minus its steady one, ms: it changes when the former jumps."""
    return now.wall_ms - now.mono_ms


def _jump_ms(then: int | None, now: int | None) -> int:
    jumped = 0 if then is None or now is None else now - then
    return jumped if abs(jumped) >= _NO_JUMP_MS else 0
