"""Bands are total, never overlap, and the more serious number decides."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.blood_pressure_bands import (
    Band,
    BloodPressureRules,
    Limit,
    Quantity,
    RulesInvalid,
    Side,
    judge,
    more_serious,
)
from kiosk.rules import load_rules

RULES = load_rules(
    Path(__file__).parents[2] / "assets" / "rules" / "demo-2026.1.toml",
).bands

mmhg = st.decimals(min_value=-50, max_value=2047, places=1, allow_nan=False, allow_infinity=False)


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Limit, ...]:
    ceilings = draw(st.lists(mmhg, max_size=5, unique=True).map(sorted))
    rungs = []
    for below in (*ceilings, None):
        side = draw(st.sampled_from(Side))
        band = Band.OK
        if side is not Side.NORMAL:
            band = draw(st.sampled_from([Band.WATCH, Band.CALL]))
        rungs.append(Limit(below, band, side, band is Band.CALL, "test"))
    return tuple(rungs)


def rungs_holding(ladder: tuple[Limit, ...], number: Decimal) -> list[Limit]:
    floors = (None, *(limit.below for limit in ladder[:-1]))
    return [
        limit
        for floor, limit in zip(floors, ladder, strict=True)
        if (floor is None or number >= floor) and (limit.below is None or number < limit.below)
    ]


@given(ladders(), mmhg)
def test_any_ladder_is_total_and_never_overlaps(ladder: tuple[Limit, ...], number: Decimal) -> None:
    ordinary = (Limit(None, Band.OK, Side.NORMAL, False, "test"),)
    rules = BloodPressureRules("test", False, ladder, ordinary)

    holding = rungs_holding(ladder, number)

    assert len(holding) == 1
    assert judge(rules, number, Decimal(80)).band is holding[0].band


@given(mmhg, mmhg)
def test_every_pair_has_one_band_and_it_is_the_more_serious_one(
    systolic: Decimal, diastolic: Decimal
) -> None:
    judged = judge(RULES, systolic, diastolic)
    (upper,) = rungs_holding(RULES.systolic, systolic)
    (lower,) = rungs_holding(RULES.diastolic, diastolic)

    assert judged.band is more_serious(upper.band, lower.band)
    assert judged.red_flag == (upper.red_flag or lower.red_flag)
    assert (judged.band is Band.OK) == (judged.because == ())


@pytest.mark.parametrize(
    ("systolic", "diastolic", "band", "red_flag", "because"),
    [
        ("89", "60", Band.CALL, True, {(Quantity.SYSTOLIC, Side.LOW)}),
        ("90", "60", Band.OK, False, set()),
        ("139", "89", Band.OK, False, set()),
        ("140", "89", Band.WATCH, False, {(Quantity.SYSTOLIC, Side.HIGH)}),
        ("139", "90", Band.WATCH, False, {(Quantity.DIASTOLIC, Side.HIGH)}),
        (
            "150",
            "95",
            Band.WATCH,
            False,
            {(Quantity.SYSTOLIC, Side.HIGH), (Quantity.DIASTOLIC, Side.HIGH)},
        ),
        ("179", "109", Band.WATCH, False, None),
        ("180", "80", Band.CALL, True, {(Quantity.SYSTOLIC, Side.HIGH)}),
        ("120", "110", Band.CALL, True, {(Quantity.DIASTOLIC, Side.HIGH)}),
        # a low upper number is not hidden by an ordinary lower one
        ("85", "75", Band.CALL, True, {(Quantity.SYSTOLIC, Side.LOW)}),
        # a lower number of 0, as in 42 of 2,018 NHANES elders, is still judged
        ("128", "0", Band.OK, False, set()),
    ],
)
def test_demo_limits(
    systolic: str,
    diastolic: str,
    band: Band,
    red_flag: bool,
    because: set[tuple[Quantity, Side]] | None,
) -> None:
    judged = judge(RULES, Decimal(systolic), Decimal(diastolic))

    assert (judged.band, judged.red_flag) == (band, red_flag)
    if because is not None:
        assert set(judged.because) == because


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        judge(RULES, Decimal(number), Decimal(80))


OK = Limit(None, Band.OK, Side.NORMAL, False, "test")


def high(below: str | None, *, red_flag: bool = False) -> Limit:
    ceiling = None if below is None else Decimal(below)
    return Limit(ceiling, Band.CALL if red_flag else Band.WATCH, Side.HIGH, red_flag, "test")


@pytest.mark.parametrize(
    ("ladder", "fault"),
    [
        ((), "no ceiling"),
        ((high("140"),), "no ceiling"),
        ((OK, OK), "only the last"),
        ((high("140"), high("120"), OK), "rise"),
        ((high("140"), high("140"), OK), "rise"),
        ((Limit(Decimal("NaN"), Band.WATCH, Side.LOW, False, "test"), OK), "only the last"),
        ((Limit(None, Band.OK, Side.HIGH, False, "test"),), "ordinary"),
        ((Limit(None, Band.WATCH, Side.NORMAL, False, "test"),), "ordinary"),
        ((Limit(None, Band.WATCH, Side.HIGH, True, "test"),), "red flag"),
    ],
)
def test_a_ladder_that_contradicts_itself_is_refused(ladder: tuple[Limit, ...], fault: str) -> None:
    with pytest.raises(RulesInvalid, match=fault):
        BloodPressureRules("test", False, ladder, (OK,))
