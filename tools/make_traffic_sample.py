"""Makes assets/demo/traffic/village_road.txt: one invented day on a village road.

No recorded data goes in. The shape of the day, the speeds and the classes are plain numbers
below; the same seed gives the same file, and a test holds the file to that.
"""

from __future__ import annotations

import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

SAMPLE: Final = Path(__file__).parents[1] / "assets" / "demo" / "traffic" / "village_road.txt"

_SEED: Final = 20261117
_DAY: Final = datetime(2026, 11, 17)  # noqa: DTZ001  the format is civil: it knows no zone
_LEAST_HEADWAY_S: Final = 2
_CLASSES: Final = {"1": 5, "2": 78, "3": 9, "4": 2, "5": 4, "6": 1, "9": 0.6, "14": 0.4}
_MEAN_SPEED_MPH: Final = {"1": 27, "4": 24, "5": 25, "6": 23, "9": 22}
_USUAL_MEAN_SPEED_MPH: Final = 28
# Vehicles per hour of the day, both ways together: about 4,500, a quiet night, two peaks.
_HOURLY: Final = (
    *(6, 3, 2, 2, 5, 28),
    *(120, 290, 400, 300, 235, 240),
    *(265, 245, 240, 275, 345, 430),
    *(395, 270, 180, 120, 68, 26),
)
# Share of the traffic that leaves the village (channel 2), by hour: out in the morning.
_LEAVING: Final = (
    *(0.5, 0.5, 0.5, 0.5, 0.6, 0.7),
    *(0.7, 0.68, 0.64, 0.58, 0.52, 0.5),
    *(0.5, 0.5, 0.48, 0.46, 0.42, 0.36),
    *(0.34, 0.38, 0.42, 0.45, 0.45, 0.5),
)


def sample() -> str:
    """The whole file, with the line ends of the original programs."""
    chance = random.Random(_SEED)
    lines = [
        f"Date/Time:, {_date(_DAY)} {_time(_DAY)}",
        "Site Code:, 000001",
        "Station ID:, Village road (invented)",
        "Veh. No., Date, Time, Channel, Class, Speed",
    ]
    for number, (second, channel) in enumerate(_arrivals(chance), start=1):
        at = _DAY + timedelta(seconds=second)
        vehicle_class = chance.choices(list(_CLASSES), list(_CLASSES.values()))[0]
        mean = _MEAN_SPEED_MPH.get(vehicle_class, _USUAL_MEAN_SPEED_MPH)
        speed = min(max(chance.gauss(mean, 4.5), 6.0), 58.0)
        lines.append(f"{number}, {_date(at)}, {_time(at)}, {channel}, {vehicle_class}, {speed:.1f}")
    return "\r\n".join(lines) + "\r\n"


def _arrivals(chance: random.Random) -> list[tuple[int, int]]:
    arrivals: list[tuple[int, int]] = []
    last = {1: -_LEAST_HEADWAY_S, 2: -_LEAST_HEADWAY_S}
    second = 0.0
    while True:
        hour = int(second // 3600)
        second += chance.expovariate(_HOURLY[hour] / 3600)
        hour = int(second // 3600)
        if hour >= len(_HOURLY):
            return sorted(arrivals)
        channel = 2 if chance.random() < _LEAVING[hour] else 1
        at = max(int(second), last[channel] + _LEAST_HEADWAY_S)
        if at < len(_HOURLY) * 3600:
            last[channel] = at
            arrivals.append((at, channel))


def _date(at: datetime) -> str:
    return f"{at.month}/{at.day}/{at.year}"


def _time(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"


def main() -> None:
    """Writes the sample to where it is shipped, or to the file that is named."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    target.write_bytes(sample().encode("ascii"))


if __name__ == "__main__":
    main()
