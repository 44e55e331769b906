"""A resident's blood pressure by month, as the trend chart takes it: a month without is a gap."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from kiosk.civil_time import civil_date
from kiosk.records.vitals import SittingMean

MONTHS: Final = 9
_SHORTEST: Final = 3


def month_trend(sittings: Sequence[SittingMean], now_ms: int) -> dict[str, Any]:
    """The last nine months: monthly means (None for a month without), the latest, the mean.

    Starts at the first month with a reading, but shows three months at least. The last
    point is the latest sitting itself when it was this month. Empty when there is none.
    """
    today = civil_date(now_ms)
    this_month = today.year * 12 + today.month - 1
    by_month: dict[int, list[SittingMean]] = {}
    for sitting in sittings:
        day = civil_date(sitting.taken_at)
        by_month.setdefault(day.year * 12 + day.month - 1, []).append(sitting)
    shown = [month for month in by_month if this_month - MONTHS < month <= this_month]
    if not shown:
        return {}
    months = range(min(min(shown), this_month - _SHORTEST + 1), this_month + 1)
    upper: list[int | None] = []
    lower: list[int | None] = []
    for month in months:
        of_month = by_month.get(month, [])
        if month == this_month:
            of_month = of_month[-1:]
        upper.append(_mean([one.systolic for one in of_month]) if of_month else None)
        lower.append(_mean([one.diastolic for one in of_month]) if of_month else None)
    counted = [one for month in shown for one in by_month[month]]
    last = max(counted, key=lambda one: one.taken_at)
    return {
        "upper": upper,
        "lower": lower,
        "months": [month % 12 + 1 for month in months],
        "thisMonth": bool(by_month.get(this_month)),
        "systolic": last.systolic,
        "diastolic": last.diastolic,
        "meanSystolic": _mean([one.systolic for one in counted]),
        "meanDiastolic": _mean([one.diastolic for one in counted]),
        "sittings": len(counted),
    }


def _mean(numbers: Sequence[int]) -> int:
    return int((Decimal(sum(numbers)) / len(numbers)).quantize(Decimal(1), ROUND_HALF_UP))
