"""One sitting: rest, cuff, first reading, pause, second reading, a third when they differ.

Pure and driven from outside: every function takes the time (ms on a clock that never goes
back) and returns a new sitting. A reading is never dropped, and a red flag, once raised,
stays raised whatever the mean says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from care.blood_pressure_bands import (
    Band,
    BloodPressureRules,
    Judgement,
    judge,
    more_serious,
)

_WHOLE = Decimal(1)


class Step(StrEnum):
    """Where the person is."""

    RESTING = "resting"
    RESTED = "rested"  # the rest is over, the person has not come back to the screen yet
    CUFF = "cuff"
    MEASURING = "measuring"
    SYMPTOMS = "symptoms"  # a red flag was just read: how does the person feel?
    PAUSE = "pause"
    FINISHED = "finished"


class OutOfStep(ValueError):
    """A reading arrived when none was being taken."""

    next_step = "Leave the reading for staff: it may belong to somebody else."


@dataclass(frozen=True, slots=True)
class Believable:
    """What an arm cuff can have measured, in mmHg, both ends included.

    A reading outside is kept and shown to staff, but it enters no mean.
    """

    lowest: Decimal
    highest: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.lowest < self.highest:
            raise ValueError("a believable range needs two numbers above zero, lower one first")

    def holds(self, pressure: Decimal) -> bool:
        return self.lowest <= pressure <= self.highest


@dataclass(frozen=True, slots=True)
class MeasuringRules:
    """How often and how far apart to measure, and which readings to go by."""

    rest_s: int
    pause_s: int
    differ_by_more_than: Decimal  # mmHg between the first two, in either number
    most_attempts: int  # readings taken at all, believable or not, before staff take over
    systolic: Believable
    diastolic: Believable
    much_the_same: Decimal  # mmHg by which two means may differ and still be called alike

    def __post_init__(self) -> None:
        if not (self.differ_by_more_than >= 0 and self.much_the_same >= 0):
            raise ValueError("a difference in mmHg must be zero or more")
        if self.rest_s < 0 or self.pause_s < 0 or self.most_attempts < 2:
            raise ValueError("a sitting needs times of zero or more and at least two attempts")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading in mmHg and beats per minute, as it entered the sitting."""

    id: str
    systolic: Decimal
    diastolic: Decimal
    pulse: Decimal | None
    believable: bool
    red_flag: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where one person is in the protocol, and every reading taken so far."""

    step: Step
    step_began_ms: int
    readings: tuple[Reading, ...] = ()
    symptoms_asked: bool = False

    @property
    def red_flag(self) -> bool:
        """True once any reading raised one; nothing takes it back."""
        return any(reading.red_flag for reading in self.readings)

    @property
    def believable(self) -> tuple[Reading, ...]:
        """The readings that may enter a mean, in the order they were taken."""
        return tuple(reading for reading in self.readings if reading.believable)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the sitting comes to: the mean as shown, and the readings it was made of."""

    systolic: Decimal
    diastolic: Decimal
    pulse: Decimal | None
    in_mean: tuple[str, ...]
    judgement: Judgement


def begin(now_ms: int) -> Sitting:
    """A person has sat down to rest."""
    return Sitting(Step.RESTING, now_ms)


def time_passed(sitting: Sitting, rules: MeasuringRules, now_ms: int) -> Sitting:
    """Ends the rest or the pause when its time is up; otherwise the sitting as it was."""
    if left_ms(sitting, rules, now_ms) > 0:
        return sitting
    if sitting.step is Step.RESTING:
        return _at(sitting, Step.RESTED, now_ms)
    if sitting.step is Step.PAUSE:
        return _at(sitting, Step.MEASURING, now_ms)
    return sitting


def left_ms(sitting: Sitting, rules: MeasuringRules, now_ms: int) -> int:
    """Milliseconds of rest or pause still to go; 0 in every other step."""
    length_s = {Step.RESTING: rules.rest_s, Step.PAUSE: rules.pause_s}.get(sitting.step, 0)
    return max(0, sitting.step_began_ms + length_s * 1000 - now_ms)


def came_back(sitting: Sitting, now_ms: int) -> Sitting:
    """The rested person said it is still them."""
    return _at(sitting, Step.CUFF, now_ms) if sitting.step is Step.RESTED else sitting


def cuff_on(sitting: Sitting, now_ms: int) -> Sitting:
    """The cuff is on: from here on a reading is this person's."""
    return _at(sitting, Step.MEASURING, now_ms) if sitting.step is Step.CUFF else sitting


def cuff_off(sitting: Sitting, now_ms: int) -> Sitting:
    """The person went back before measuring; the rest that they had counts."""
    return _at(sitting, Step.RESTED, now_ms) if sitting.step is Step.CUFF else sitting


def stopped(sitting: Sitting, now_ms: int) -> Sitting:
    """The person stopped a measurement or a pause: back to the cuff, with what is there."""
    going = (Step.MEASURING, Step.PAUSE)
    return _at(sitting, Step.CUFF, now_ms) if sitting.step in going else sitting


def reading_taken(
    sitting: Sitting,
    reading: Reading,
    rules: MeasuringRules,
    now_ms: int,
) -> Sitting:
    """Adds a reading and says what comes next. Raises OutOfStep when none was being taken."""
    if sitting.step is not Step.MEASURING:
        raise OutOfStep(f"a reading came while {sitting.step.value}")
    taken = replace(sitting, readings=(*sitting.readings, reading))
    if reading.red_flag and not sitting.symptoms_asked:
        return replace(_at(taken, Step.SYMPTOMS, now_ms), symptoms_asked=True)
    return _onwards(taken, rules, now_ms)


def no_symptoms(sitting: Sitting, rules: MeasuringRules, now_ms: int) -> Sitting:
    """The person feels none of the symptoms: measure again, or end. The red flag stays."""
    return _onwards(sitting, rules, now_ms) if sitting.step is Step.SYMPTOMS else sitting


def take_reading(
    reading_id: str,
    systolic: Decimal,
    diastolic: Decimal,
    pulse: Decimal | None,
    rules: MeasuringRules,
    bands: BloodPressureRules,
) -> Reading:
    """A reading judged on arrival: may it enter a mean, and does it call a person at once."""
    return Reading(
        reading_id,
        systolic,
        diastolic,
        pulse,
        is_believable(systolic, diastolic, rules),
        judge(bands, systolic, diastolic).red_flag,
    )


def is_believable(systolic: Decimal, diastolic: Decimal, rules: MeasuringRules) -> bool:
    """True when an arm cuff can have measured this pair of a living person."""
    return (
        rules.systolic.holds(systolic) and rules.diastolic.holds(diastolic) and systolic > diastolic
    )


def first_two_differ(sitting: Sitting, rules: MeasuringRules) -> bool:
    """True when the first two believable readings are too far apart in either number."""
    pair = sitting.believable[:2]
    if len(pair) < 2:
        return False
    apart = max(
        abs(pair[0].systolic - pair[1].systolic), abs(pair[0].diastolic - pair[1].diastolic)
    )
    return apart > rules.differ_by_more_than


def planned_readings(sitting: Sitting, rules: MeasuringRules) -> int:
    """How many believable readings this sitting is to have: two, or three when they differ."""
    return 3 if first_two_differ(sitting, rules) else 2


def outcome(sitting: Sitting, bands: BloodPressureRules) -> Outcome | None:
    """The mean of the last two believable readings (ESC/ISH), rounded to what is shown.

    The band is that of the shown numbers, raised to `call` when any reading of the sitting was
    a red flag. None when no reading could be believed.
    """
    used = sitting.believable[-2:]
    if not used:
        return None
    systolic = _mean([reading.systolic for reading in used])
    diastolic = _mean([reading.diastolic for reading in used])
    pulses = [reading.pulse for reading in used if reading.pulse is not None]
    judged = judge(bands, systolic, diastolic)
    if sitting.red_flag:
        judged = Judgement(more_serious(judged.band, Band.CALL), judged.because, True)
    return Outcome(
        systolic,
        diastolic,
        _mean(pulses) if pulses else None,
        tuple(reading.id for reading in used),
        judged,
    )


def _onwards(sitting: Sitting, rules: MeasuringRules, now_ms: int) -> Sitting:
    enough = len(sitting.believable) >= planned_readings(sitting, rules)
    given_up = len(sitting.readings) >= rules.most_attempts
    return _at(sitting, Step.FINISHED if enough or given_up else Step.PAUSE, now_ms)


def _at(sitting: Sitting, step: Step, now_ms: int) -> Sitting:
    return replace(sitting, step=step, step_began_ms=now_ms)


def _mean(numbers: list[Decimal]) -> Decimal:
    return (sum(numbers, Decimal(0)) / len(numbers)).quantize(_WHOLE, ROUND_HALF_UP)
