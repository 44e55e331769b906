"""The result and the trend as the pages take them: numbers as text, everything else as codes.

No band leaves this module unless bands may be shown here (a clinician signed, or the demo).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from care.blood_pressure_bands import Band, BloodPressureRules, Side
from care.measuring import Outcome, Sitting
from kiosk.records.vitals import Conclusion, SittingMean
from kiosk.rules import CareRules
from kiosk.viewmodels.cuff import whole
from kiosk.viewmodels.pressure_trend import month_trend


def result_shown(
    outcome: Outcome | None, past: Sequence[SittingMean], bands_shown: bool
) -> dict[str, Any]:
    """Empty without a usable reading. `because` holds codes such as "systolic_high"."""
    if outcome is None:
        return {}
    last = past[-1] if past else None
    return {
        "systolic": whole(outcome.systolic),
        "diastolic": whole(outcome.diastolic),
        "pulse": whole(outcome.pulse),
        "lastSystolic": str(last.systolic) if last else "",
        "lastDiastolic": str(last.diastolic) if last else "",
        "lastPulse": str(last.pulse) if last and last.pulse is not None else "",
        "readings": len(outcome.in_mean),
        "redFlag": outcome.judgement.red_flag,
        "band": outcome.judgement.band.value if bands_shown else "",
        "because": [f"{number.value}_{side.value}" for number, side in outcome.judgement.because]
        if bands_shown
        else [],
    }


def trend_shown(
    outcome: Outcome | None,
    past: Sequence[SittingMean],
    now_ms: int,
    rules: CareRules,
    bands_shown: bool,
) -> dict[str, Any]:
    """Months with their means, today's as the last point; empty without a usable reading."""
    if outcome is None:
        return {}
    today = SittingMean(
        "", now_ms, int(outcome.systolic), int(outcome.diastolic), None, len(outcome.in_mean), ""
    )
    trend = month_trend([*past, today], now_ms)
    upper = trend["upper"]
    months = _from_the_first(upper)
    upper, lower, numbers = upper[months:], trend["lower"][months:], trend["months"][months:]
    before = [value for value in upper[:-1] if value is not None]
    low, high = _ordinary(rules.bands)
    return {
        "upper": upper,
        "lower": lower,
        "months": numbers,
        "systolic": whole(outcome.systolic),
        "diastolic": whole(outcome.diastolic),
        "change": _change(before, int(outcome.systolic), rules.measuring.much_the_same),
        "sinceLastMonth": len(upper) > 1 and upper[-2] is not None,
        "ordinaryLow": low if bands_shown else 0,
        "ordinaryHigh": high if bands_shown else 0,
    }


def conclusions(
    sitting: Sitting, outcome: Outcome | None, rules_version: str, bands_shown: bool
) -> list[Conclusion]:
    """What goes on record with each reading; a band only when it was shown."""
    in_mean = outcome.in_mean if outcome else ()
    band = outcome.judgement.band.value if outcome is not None and bands_shown else None
    rules = rules_version if band is not None else None
    return [
        Conclusion(reading.id, reading.id in in_mean, band, rules) for reading in sitting.readings
    ]


def _from_the_first(upper: Sequence[int | None]) -> int:
    """Index of the first month that has a reading; empty months before it say nothing."""
    return next((at for at, value in enumerate(upper) if value is not None), 0)


def _change(before: Sequence[int], today: int, much_the_same: Decimal) -> str:
    if not before:
        return "first"
    apart = today - before[-1]
    if abs(apart) <= much_the_same:
        return "same"
    return "higher" if apart > 0 else "lower"


def _ordinary(rules: BloodPressureRules) -> tuple[int, int]:
    """The ordinary range of the upper number in whole mmHg, both ends included."""
    low = 0
    for limit in rules.systolic:
        if limit.band is Band.OK and limit.side is Side.NORMAL and limit.below is not None:
            return low, int(limit.below) - 1
        low = int(limit.below) if limit.below is not None else low
    return 0, 0
