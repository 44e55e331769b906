"""Civil time in Hong Kong: the one zone in which this kiosk shows and asks for dates.

Hong Kong has stood at UTC+8 without summer time since 1979, so no zone file is needed (a
kiosk that was moved as a folder may have none). Times elsewhere are ms since 1970, UTC.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

from offline_sync.changes import MOMENTS

HONG_KONG: Final = timezone(timedelta(hours=8), "HKT")
HOUR_MS: Final = 60 * 60 * 1000
DAY_MS: Final = 24 * HOUR_MS


def civil_time(at_ms: int) -> datetime:
    """The moment as the clock on the wall shows it.

    A time outside of the years 1900 to 2200 is shown as the first or the last moment of them: one
    absurd time in a store must not hide all else that is listed beside it.
    """
    shown_ms = min(max(at_ms, MOMENTS.start), MOMENTS.stop - 1)
    return datetime.fromtimestamp(shown_ms / 1000, HONG_KONG)


def civil_date(at_ms: int) -> date:
    """The day it is in Hong Kong."""
    return civil_time(at_ms).date()


def day_start_ms(at_ms: int) -> int:
    """The last midnight in Hong Kong."""
    midnight = civil_time(at_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(midnight.timestamp()) * 1000


def age_on(birth_date: str, today: date) -> int | None:
    """Full years from a date of birth that may be partial ("1944", "1944-05"); None if unclear.

    With the year alone the age is the one that is reached within this year.
    """
    if len(birth_date) > len("1944-05-02"):
        return None
    parts = birth_date.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return None
    year, *month_day = (int(part) for part in parts)
    today_part = [today.month, today.day][: len(month_day)]
    age = today.year - year - (1 if today_part < month_day else 0)
    return age if 0 <= age < 130 else None
