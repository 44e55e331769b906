"""The measuring protocol: what is asked when, and that no reading or red flag is ever lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import measuring
from care.blood_pressure_bands import Band
from care.measuring import Believable, OutOfStep, Reading, Sitting, Step
from kiosk.rules import load_rules

LOADED = load_rules(Path(__file__).parents[2] / "assets" / "rules" / "demo-2026.1.toml")
BANDS, RULES = LOADED.bands, LOADED.measuring


def reading(number: int, systolic: str, diastolic: str, pulse: str | None = "72") -> Reading:
    beats = None if pulse is None else Decimal(pulse)
    return measuring.take_reading(
        f"reading-{number}", Decimal(systolic), Decimal(diastolic), beats, RULES, BANDS
    )


def ready_to_measure() -> Sitting:
    sitting = measuring.begin(0)
    sitting = measuring.time_passed(sitting, RULES, RULES.rest_s * 1000)
    sitting = measuring.came_back(sitting, 301_000)
    return measuring.cuff_on(sitting, 320_000)


def after(*pairs: tuple[str, str]) -> Sitting:
    """A sitting in which these readings were taken, with every pause waited for."""
    sitting, now = ready_to_measure(), 400_000
    for number, (systolic, diastolic) in enumerate(pairs, start=1):
        sitting = measuring.reading_taken(sitting, reading(number, systolic, diastolic), RULES, now)
        sitting = measuring.no_symptoms(sitting, RULES, now)
        now += RULES.pause_s * 1000
        if number < len(pairs):
            sitting = measuring.time_passed(sitting, RULES, now)
    return sitting


def test_the_rest_lasts_five_minutes_and_then_waits_for_the_person() -> None:
    sitting = measuring.begin(1_000)

    assert measuring.left_ms(sitting, RULES, 1_000) == 300_000
    assert measuring.time_passed(sitting, RULES, 300_999) is sitting
    rested = measuring.time_passed(sitting, RULES, 301_000)
    assert rested.step is Step.RESTED
    assert measuring.time_passed(rested, RULES, 9_999_999) is rested
    assert measuring.came_back(rested, 302_000).step is Step.CUFF


def test_nobody_can_skip_the_rest() -> None:
    resting = measuring.begin(0)

    assert measuring.came_back(resting, 10_000) is resting
    assert measuring.cuff_on(resting, 10_000) is resting


def test_a_second_reading_follows_after_one_minute() -> None:
    sitting = measuring.reading_taken(ready_to_measure(), reading(1, "142", "84"), RULES, 400_000)

    assert sitting.step is Step.PAUSE
    assert measuring.left_ms(sitting, RULES, 400_000) == 60_000
    assert measuring.time_passed(sitting, RULES, 459_999).step is Step.PAUSE
    assert measuring.time_passed(sitting, RULES, 460_000).step is Step.MEASURING


def test_two_readings_that_agree_are_enough() -> None:
    sitting = after(("142", "84"), ("138", "82"))

    assert sitting.step is Step.FINISHED
    found = measuring.outcome(sitting, BANDS)
    assert found is not None
    assert (found.systolic, found.diastolic, found.pulse) == (140, 83, 72)
    assert found.in_mean == ("reading-1", "reading-2")
    assert found.judgement.band is Band.WATCH


@pytest.mark.parametrize("second", [("132", "84"), ("152", "84"), ("142", "94"), ("142", "74")])
def test_ten_apart_still_agrees(second: tuple[str, str]) -> None:
    assert after(("142", "84"), second).step is Step.FINISHED


@pytest.mark.parametrize("second", [("131", "84"), ("153", "84"), ("142", "95"), ("142", "73")])
def test_third_reading_is_asked_when_first_two_differ(second: tuple[str, str]) -> None:
    sitting = after(("142", "84"), second)

    assert sitting.step is Step.PAUSE
    assert measuring.planned_readings(sitting, RULES) == 3


def test_with_a_third_reading_the_mean_is_of_the_last_two() -> None:
    sitting = after(("160", "84"), ("142", "84"), ("139", "82"))

    found = measuring.outcome(sitting, BANDS)
    assert sitting.step is Step.FINISHED
    assert found is not None
    assert found.in_mean == ("reading-2", "reading-3")
    assert (found.systolic, found.diastolic) == (141, 83)


def test_the_band_is_that_of_the_numbers_on_the_screen() -> None:
    found = measuring.outcome(after(("140", "80"), ("139", "80")), BANDS)

    assert found is not None
    assert found.systolic == 140  # 139.5 is shown as 140, and 140 is judged
    assert found.judgement.band is Band.WATCH


def test_a_red_flag_asks_for_symptoms_at_once() -> None:
    sitting = measuring.reading_taken(ready_to_measure(), reading(1, "184", "96"), RULES, 400_000)

    assert sitting.step is Step.SYMPTOMS
    assert measuring.time_passed(sitting, RULES, 9_999_999) is sitting
    denied = measuring.no_symptoms(sitting, RULES, 420_000)
    assert denied.step is Step.PAUSE
    assert measuring.left_ms(denied, RULES, 420_000) == 60_000


def test_symptoms_are_asked_once() -> None:
    sitting = measuring.reading_taken(ready_to_measure(), reading(1, "184", "96"), RULES, 400_000)
    sitting = measuring.no_symptoms(sitting, RULES, 400_000)
    sitting = measuring.time_passed(sitting, RULES, 460_000)

    assert measuring.reading_taken(sitting, reading(2, "182", "96"), RULES, 500_000).step is (
        Step.FINISHED
    )


def test_a_mean_never_clears_a_red_flag() -> None:
    found = measuring.outcome(after(("182", "84"), ("158", "82"), ("150", "80")), BANDS)

    assert found is not None
    assert found.systolic == 154
    assert found.judgement.band is Band.CALL
    assert found.judgement.red_flag


def test_an_unbelievable_reading_is_kept_but_enters_no_mean() -> None:
    sitting = after(("142", "0"), ("140", "80"), ("138", "82"))

    found = measuring.outcome(sitting, BANDS)
    assert len(sitting.readings) == 3
    assert sitting.step is Step.FINISHED
    assert found is not None
    assert found.in_mean == ("reading-2", "reading-3")


def test_staff_take_over_when_no_reading_can_be_believed() -> None:
    sitting = after(*[("80", "82")] * RULES.most_attempts)

    assert sitting.step is Step.FINISHED
    assert measuring.outcome(sitting, BANDS) is None


def test_stopping_goes_back_to_the_cuff_and_keeps_the_reading() -> None:
    paused = after(("142", "84"))

    stopped = measuring.stopped(paused, 500_000)
    assert stopped.step is Step.CUFF
    assert stopped.readings == paused.readings
    assert measuring.cuff_on(stopped, 510_000).step is Step.MEASURING


def test_a_missing_pulse_is_left_out_of_the_mean() -> None:
    sitting = ready_to_measure()
    sitting = measuring.reading_taken(sitting, reading(1, "120", "80", None), RULES, 400_000)
    sitting = measuring.time_passed(sitting, RULES, 460_000)
    sitting = measuring.reading_taken(sitting, reading(2, "120", "80", "70"), RULES, 500_000)

    found = measuring.outcome(sitting, BANDS)
    assert found is not None
    assert found.pulse == 70


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.MEASURING])
def test_a_reading_out_of_step_is_refused(step: Step) -> None:
    with pytest.raises(OutOfStep):
        measuring.reading_taken(Sitting(step, 0), reading(1, "120", "80"), RULES, 1_000)


def test_impossible_protocols_are_refused() -> None:
    with pytest.raises(ValueError, match="at least two"):
        replace(RULES, most_attempts=1)
    with pytest.raises(ValueError, match="zero or more"):
        replace(RULES, much_the_same=Decimal(-1))
    with pytest.raises(ValueError, match="lower one first"):
        Believable(Decimal(300), Decimal(70))


def test_what_can_be_believed_is_said_by_the_rules() -> None:
    strict = replace(RULES, systolic=Believable(Decimal(90), Decimal(200)))

    assert measuring.is_believable(Decimal(80), Decimal(60), RULES)
    assert not measuring.is_believable(Decimal(80), Decimal(60), strict)


numbers = st.tuples(
    st.integers(0, 320).map(str), st.integers(0, 220).map(str), st.none() | st.just("66")
)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("reading"), numbers),
        st.tuples(st.sampled_from(["wait", "back", "cuff", "stop", "well"]), st.none()),
    ),
    max_size=40,
)


@given(acts)
def test_whatever_happens_no_reading_and_no_red_flag_is_lost(
    happenings: list[tuple[str, tuple[str, str, str | None] | None]],
) -> None:
    sitting, now, taken, flagged = measuring.begin(0), 0, 0, False
    for act, numbers_read in happenings:
        now += 61_000
        if numbers_read is not None:
            if sitting.step is not Step.MEASURING:
                continue
            taken += 1
            read = reading(taken, *numbers_read)
            flagged = flagged or read.red_flag
            sitting = measuring.reading_taken(sitting, read, RULES, now)
        elif act == "wait":
            sitting = measuring.time_passed(sitting, RULES, now + 300_000)
        elif act == "back":
            sitting = measuring.came_back(sitting, now)
        elif act == "cuff":
            sitting = measuring.cuff_on(sitting, now)
        elif act == "stop":
            sitting = measuring.stopped(sitting, now)
        else:
            sitting = measuring.no_symptoms(sitting, RULES, now)

    assert len(sitting.readings) == taken <= RULES.most_attempts
    assert sitting.red_flag == flagged
    found = measuring.outcome(sitting, BANDS)
    assert (found is None) == (not sitting.believable)
    if found is not None:
        assert 1 <= len(found.in_mean) <= 2
        assert not flagged or found.judgement.band is Band.CALL
    if sitting.step is Step.FINISHED:
        assert taken >= 2
