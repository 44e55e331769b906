"""The clock of a simulated instrument: it runs, it may be wrong, it may be set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from devices.simulators.encoding import hong_kong_time, read_date_time


class InstrumentClock:
    """`ahead` is how far it is off; `settings` lists every time it was set to."""

    def __init__(
        self, ahead: timedelta = timedelta(0), true_time: Callable[[], datetime] | None = None
    ) -> None:
        """`true_time` gives the time without a zone; the default is Hong Kong's."""
        self.ahead = ahead
        self.settings: list[datetime] = []
        self._true_time = true_time or hong_kong_time

    def now(self) -> datetime:
        return self._true_time() + self.ahead

    def set(self, raw: bytes) -> None:
        """Take a written Date Time (0x2A08) or Current Time (0x2A2B).

        Raises:
            ValueError: no such time.
        """
        time = read_date_time(raw)
        self.settings.append(time)
        self.ahead = time - self._true_time()
