"""The traffic page: today by one counter, as it happens, with its gaps and its state."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, Protocol

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from devices.traffic.events import CounterConnected, CounterEvent, CounterLost
from devices.traffic.timing import ReaderTiming
from kiosk.civil_time import HOUR_MS, civil_time, day_start_ms
from kiosk.records import traffic
from kiosk.records.traffic import INTO_VILLAGE, OUT_OF_VILLAGE, UNKNOWN_WAY, Counter, TrafficDay
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.workers import Background

_REFRESH_MS: Final = 1_000
_ROAD_MS: Final = 60_000
"""The road on the page shows the last minute."""

_WHOLE: Final = 0.95
"""A half hour is drawn when this share of it was listened to; less is a gap."""

_SHORTEST_SHOWN_GAP_MS: Final = 5 * 60_000


class WallTime(Protocol):
    """A moment, as far as this page needs it: ms since 1970, UTC."""

    @property
    def wall_ms(self) -> int: ...


class WallClock(Protocol):
    """The clock that the counters' events carry: in the demo it may run faster than life."""

    def now(self) -> WallTime: ...


class TrafficViewModel(QObject):
    """`traffic` in QML."""

    changed = Signal()
    countersChanged = Signal()
    refused = Signal(str)

    def __init__(
        self,
        background: Background,
        shifts: Shifts,
        clock: WallClock,
        timing: ReaderTiming | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`timing` is what the counters are listened to with."""
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._clock = clock
        self._silence_ms = (timing or ReaderTiming()).longest_silence_ms
        self._counters: list[Counter] = []
        self._chosen = ""
        self._states: dict[str, str] = {}
        self._day: dict[str, Any] = {}
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._look_again)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    denied = Property(
        bool,
        lambda self: self._shifts.refusal(Permission.SEE_TRAFFIC) is Refusal.NOT_ALLOWED,
        notify=changed,
    )
    day = Property(dict, lambda self: self._day, notify=changed)
    chosen = Property(str, lambda self: self._chosen, notify=changed)

    @Property(list, notify=countersChanged)
    def counters(self) -> list[dict[str, Any]]:
        """The counters in use: key, and the name in each language."""
        return [{"key": one.counter_id, "names": dict(one.names)} for one in self._counters]

    @Slot()
    @requires(Permission.SEE_TRAFFIC)
    def watch(self) -> None:
        """The page is open: show today, and go on showing it."""
        self._look_up_counters()
        self._look()
        self._timer.start()

    @Slot()
    def leave(self) -> None:
        """The page is closed."""
        self._timer.stop()

    @Slot(str)
    @requires(Permission.SEE_TRAFFIC)
    def choose(self, counter_id: str) -> None:
        """Show another counter."""
        if any(one.counter_id == counter_id for one in self._counters):
            self._chosen = counter_id
            self._look()

    def counter_event(self, event: CounterEvent) -> None:
        """What a counter reader said; on the GUI thread."""
        if isinstance(event, CounterLost):
            self._states[event.counter_id] = str(event.reason)
        elif isinstance(event, CounterConnected):
            self._states[event.counter_id] = "ok"

    def arrived(self, changed: Collection[tuple[str, str]]) -> None:
        """These records came from the hub: an open page shows counters as they are now."""
        shown = self._timer.isActive() and self._shifts.refusal(Permission.SEE_TRAFFIC) is None
        if shown and any(record_type == "counter" for record_type, _ in changed):
            self._look_up_counters()
            self._look()

    @Slot()
    def _look_again(self) -> None:
        if self._shifts.refusal(Permission.SEE_TRAFFIC) is None:
            self._look()

    def _look_up_counters(self) -> None:
        self._counters = traffic.counters(self._background.reader)
        self.countersChanged.emit()
        keys = [one.counter_id for one in self._counters]
        if self._chosen not in keys:
            self._chosen = keys[0] if keys else ""

    def _look(self) -> None:
        counter = next((one for one in self._counters if one.counter_id == self._chosen), None)
        if counter is None:
            self._day = {}
        else:
            now_ms = self._clock.now().wall_ms
            day = traffic.today(self._background.reader, counter, now_ms, self._silence_ms)
            self._day = _as_shown(day) | {"state": self._state(counter.counter_id, day)}
        self.changed.emit()

    def _state(self, counter_id: str, day: TrafficDay) -> str:
        """What the counter's reader said last; before it has spoken, what the store tells."""
        heard_now = not day.gaps or day.gaps[-1].ends_at < day.until
        return self._states.get(counter_id, "ok" if heard_now else "waiting")


def _as_shown(day: TrafficDay) -> dict[str, Any]:
    start = day_start_ms(day.until)
    missed_ms = sum(gap.ends_at - gap.starts_at for gap in day.gaps)
    return {
        "total": day.total,
        "heard": day.total > 0 or missed_ms < day.until - start,
        "into": day.by_way[INTO_VILLAGE],
        "outOf": day.by_way[OUT_OF_VILLAGE],
        "unknown": day.by_way[UNKNOWN_WAY],
        "until": f"{civil_time(day.until):%H:%M}",
        "missedMinutes": round(missed_ms / 60_000),
        "p85": -1 if day.p85_kmh is None else round(day.p85_kmh),
        "heavy": day.heavy,
        "classified": day.classified,
        "heavyPercent": round(100 * day.heavy / day.classified) if day.classified else -1,
        "points": [
            [(half.starts_at - start) / HOUR_MS + 0.25, 2 * half.vehicles]
            if half.coverage >= _WHOLE
            else None
            for half in day.half_hours
        ],
        "gaps": [
            {
                "from": (gap.starts_at - start) / HOUR_MS,
                "to": (gap.ends_at - start) / HOUR_MS,
                "fromTime": f"{civil_time(gap.starts_at):%H:%M}",
                "toTime": f"{civil_time(gap.ends_at):%H:%M}",
            }
            for gap in day.gaps
            if gap.ends_at - gap.starts_at >= _SHORTEST_SHOWN_GAP_MS
        ],
        "road": [
            {
                "key": str(vehicle.passed_at),
                "way": vehicle.way,
                "heavy": vehicle.heavy is True,
                "at": (day.until - vehicle.passed_at) / _ROAD_MS,
            }
            for vehicle in day.latest
            if vehicle.way != UNKNOWN_WAY and day.until - vehicle.passed_at < _ROAD_MS
        ],
    }
