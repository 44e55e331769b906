"""Days and ages as Hong Kong counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.civil_time import age_on, civil_date, civil_time, day_start_ms

TODAY = date(2026, 11, 22)


def at(hour: int, minute: int) -> int:
    return int(datetime(2026, 11, 22, hour, minute, tzinfo=UTC).timestamp() * 1000)


def test_the_day_begins_at_midnight_in_hong_kong() -> None:
    assert civil_date(at(15, 59)) == TODAY
    assert civil_date(at(16, 0)) == date(2026, 11, 23)
    assert day_start_ms(at(16, 0)) == at(16, 0)
    assert day_start_ms(at(15, 59)) == at(15, 59) - (24 * 60 - 1) * 60_000


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("1944", 82),
        ("1944-11", 82),
        ("1944-12", 81),
        ("1944-11-22", 82),
        ("1944-11-23", 81),
        ("2027", None),
        ("", None),
        ("about 1944", None),
        ("1700", None),
        ("9" * 5_000, None),  # more digits than Python reads
    ],
)
def test_ages_from_partial_dates(born: str, age: int | None) -> None:
    assert age_on(born, TODAY) == age


@pytest.mark.parametrize(
    ("absurd_ms", "year"),
    [(-(2**63), 1900), (-(10**13), 1900), (10**13, 2201), (2**62, 2201), (2**63 - 1, 2201)],
)
def test_a_time_that_no_calendar_has_is_shown_at_the_edge(absurd_ms: int, year: int) -> None:
    """Whatever a store holds, the list that it stands in is shown."""
    assert civil_time(absurd_ms).year == civil_date(absurd_ms).year == year
    assert day_start_ms(absurd_ms) <= civil_time(absurd_ms).timestamp() * 1000


@pytest.mark.parametrize("package", ["devices", "kiosk"])
def test_no_zone_file_is_needed(package: str) -> None:
    """A bundle that was moved to a machine without tzdata has none."""
    modules = list((Path(__file__).parents[2] / package).rglob("*.py"))

    assert modules
    assert [path.name for path in modules if "zoneinfo" in path.read_text("utf-8")] == []
