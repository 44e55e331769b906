"""The demo's instruments: a simulated cuff and two simulated radars on the real device code.

The radars replay a recorded day (generated, assets/demo/traffic/README.md). The demo begins
an hour in the past and catches up with the present, so that quarter hours finish while
somebody watches; then vehicles come as slowly as in life. A demo that goes on in its folder
begins where its record ends, so that no vehicle is counted twice.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from devices.simulators.radar import RoadVehicle, SimulatedRadar, road_of
from devices.traffic.clock import HostMoment
from devices.traffic.events import CoverageSpan, Direction, SpanReason, VehiclePassage
from devices.traffic.jamar import passages, read_jamar
from devices.traffic.timing import ReaderTiming
from kiosk.civil_time import DAY_MS, HOUR_MS, day_start_ms
from kiosk.paths import ASSETS
from kiosk.site import CounterSite, Site

CATCH_UP: Final = 60.0
"""How many times faster than life the last hour is replayed."""

PATIENT: Final = ReaderTiming(probe_after_ms=600_000, answer_within_ms=60_000)
"""Ten seconds and one, while the clock runs sixty times faster than life."""

_SAMPLE: Final = ASSETS / "demo" / "traffic" / "village_road.txt"
_NAMES: Final = {
    "gate": {"en": "Village gate", "zh_HK": "村口", "zh_CN": "村口"},
    "bridge": {"en": "Bridge", "zh_HK": "橋頭", "zh_CN": "桥头"},
}
_BRIDGE_LATER_MS: Final = 150_000  # from the gate to the bridge
_OFF_ROAD: Final = 4  # every fourth vehicle turns off before the bridge


class CatchUpClock:
    """Stands at its beginning, then runs fast until it has caught up with the present."""

    def __init__(self, begins_at_ms: int, speed: float = CATCH_UP) -> None:
        self.begins_at_ms = begins_at_ms
        self._speed = speed
        self._behind_ms = 0
        self._began: float | None = None

    def begin(self) -> None:
        """Set it going."""
        self._behind_ms = time.time_ns() // 1_000_000 - self.begins_at_ms
        self._began = time.monotonic()

    def now(self) -> HostMoment:
        """Both clocks; they run alike, as the vehicles do."""
        if self._began is None:
            return HostMoment(self.begins_at_ms, 0)
        passed_ms = (time.monotonic() - self._began) * 1000
        passed_ms = min(passed_ms * self._speed, passed_ms + self._behind_ms)
        return HostMoment(self.begins_at_ms + int(passed_ms), int(passed_ms))

    def real_seconds_until(self, at_ms: int) -> float:
        """How long it takes in life from `begin` until this clock shows `at_ms`."""
        ahead_ms = at_ms - self.begins_at_ms
        caught_up_ms = self._behind_ms * self._speed / (self._speed - 1)
        fast_ms = min(ahead_ms, caught_up_ms)
        return (fast_ms / self._speed + max(0.0, ahead_ms - caught_up_ms)) / 1000


class DemoRoads:
    """Two radars on two roads, and what they counted earlier today."""

    def __init__(self, folder: Path, now_ms: int, recorded_until_ms: int | None = None) -> None:
        """`recorded_until_ms` is the last moment that the demo's record already knows."""
        begins_at_ms = now_ms - HOUR_MS
        if recorded_until_ms is not None:
            begins_at_ms = min(now_ms, max(begins_at_ms, recorded_until_ms + 1))
        self.clock = CatchUpClock(begins_at_ms)
        self._day = _recorded_day()
        self._radars = {name: SimulatedRadar(folder / f"radar-{name}") for name in _NAMES}

    def start(self) -> None:
        """Power the radars on; the roads are still empty."""
        for radar in self._radars.values():
            radar.start()

    def begin(self) -> None:
        """Let time run and vehicles pass."""
        self.clock.begin()
        for name, radar in self._radars.items():
            radar.replay(self._road(name))

    def stop(self) -> None:
        for radar in self._radars.values():
            radar.stop()

    @property
    def radars(self) -> dict[str, SimulatedRadar]:
        """The radars by the site's name for them, to pull their cables."""
        return self._radars

    def sites(self) -> tuple[CounterSite, ...]:
        """The two counters as a site file would describe them."""
        return tuple(
            CounterSite(name, _NAMES[name], "ops24x", radar.port, 19200, 1, "into_village")
            for name, radar in self._radars.items()
        )

    def earlier_today(
        self, site_name: str, counter_id: str
    ) -> tuple[list[VehiclePassage], list[CoverageSpan]]:
        """The vehicles between midnight and the start of the replay, but for a pulled cable."""
        midnight = day_start_ms(self.clock.begins_at_ms)
        until = self.clock.begins_at_ms
        gap = _gap(site_name, midnight)
        seen = [
            replace(passage, counter_id=counter_id, lane=1, passed_at=midnight + at_ms)
            for at_ms, passage in self._passing(site_name)
            if midnight + at_ms < until and not gap[0] <= midnight + at_ms < gap[1]
        ]
        spans = [
            CoverageSpan(counter_id, begins, min(ends, until), SpanReason.RECORDED)
            for begins, ends in ((midnight, gap[0]), (gap[1], until))
            if begins < min(ends, until)
        ]
        return seen, spans

    def _passing(self, site_name: str) -> list[tuple[int, VehiclePassage]]:
        """Each vehicle of the recorded day at this counter, by ms after midnight."""
        if site_name == "gate":
            return self._day
        return [
            ((at_ms + _BRIDGE_LATER_MS) % DAY_MS, passage)
            for order, (at_ms, passage) in enumerate(self._day)
            if order % _OFF_ROAD
        ]

    def _road(self, site_name: str) -> list[RoadVehicle]:
        """The recorded day from the replay's start on, and once more for those who stay."""
        begins = self.clock.begins_at_ms
        midnight = day_start_ms(begins)
        coming: list[VehiclePassage] = []
        for days in (0, 1):
            coming += [
                replace(passage, passed_at=midnight + days * DAY_MS + at_ms)
                for at_ms, passage in self._passing(site_name)
                if midnight + days * DAY_MS + at_ms >= begins
            ]
        coming.sort(key=lambda passage: passage.passed_at)
        return [
            replace(vehicle, after_s=self.clock.real_seconds_until(passage.passed_at))
            for vehicle, passage in zip(road_of(coming), coming, strict=True)
        ]


def demo_site(counters: tuple[CounterSite, ...]) -> Site:
    """An invented address; the telephone number is one that nobody has."""
    return Site(
        village={"en": "Hang Hau Village", "zh_HK": "坑口村", "zh_CN": "坑口村"},
        address={
            "en": "Village health station, G/F, 12 Hang Hau Village",
            "zh_HK": "坑口村 12 號地下\n鄉村健康站",
            "zh_CN": "坑口村 12 号地下\n乡村健康站",
        },
        landmark={
            "en": "Opposite the big banyan tree",
            "zh_HK": "村口大榕樹對面",
            "zh_CN": "村口大榕树对面",
        },
        telephone="0000 0000",
        counters=counters,
    )


def _recorded_day() -> list[tuple[int, VehiclePassage]]:
    count = read_jamar(_SAMPLE.read_bytes())
    recorded = passages(count, "", UTC, {1: Direction.INBOUND, 2: Direction.OUTBOUND})
    return sorted(
        ((_after_midnight_ms(passage.passed_at), passage) for passage in recorded),
        key=lambda vehicle: vehicle[0],
    )


def _after_midnight_ms(at_ms: int) -> int:
    civil = datetime.fromtimestamp(at_ms / 1000, UTC)
    midnight = civil.replace(hour=0, minute=0, second=0, microsecond=0)
    return (civil - midnight) // timedelta(milliseconds=1)


def _gap(site_name: str, midnight_ms: int) -> tuple[int, int]:
    """The gate's cable was out for an hour this morning: a gap is part of what is shown."""
    if site_name != "gate":
        return midnight_ms, midnight_ms
    return midnight_ms + 3 * HOUR_MS + 10 * 60_000, midnight_ms + 4 * HOUR_MS + 20 * 60_000
