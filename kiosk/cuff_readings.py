"""A reading of the cuff in its measuring step: in mmHg, and placed in time against that step.

Pure. Nothing here decides whose reading it is, or shows or saves anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from devices.health.date_time import ClockQuality
from devices.health.profiles.blood_pressure import BloodPressureReading, in_mmhg
from kiosk import readings
from kiosk.readings import CLOCK_SLACK_MS, Decoded, corrected_time, in_ms, is_of_that_clock
from kiosk.records.reading_inbox import InboxReading
from offline_sync.store import Change

# Of the instruments, not of care: a cuff needs under two minutes for one measurement, and some
# stamp its beginning.
_STALE_AFTER_MS: Final = 5 * 60 * 1000
# No cuff fills, lets go and fills again in less.
_TAKES_AT_LEAST_MS: Final = 15 * 1000


@dataclass(frozen=True, slots=True)
class CuffReading:
    """A decoded frame. Pressures in mmHg; `systolic` is None when it cannot be read."""

    kept: InboxReading
    said: BloodPressureReading
    systolic: Decimal | None
    diastolic: Decimal | None
    pulse: Decimal | None
    taken_at: int  # best known time, ms UTC
    stale: bool = False  # `settled` has found that it is not of this measuring step

    @property
    def usable(self) -> bool:
        """Both pressures are there and make sense together."""
        return self.said.usable


def decode(kept: InboxReading) -> CuffReading:
    """Decode a kept frame. Raises `devices.health.errors.FrameCorrupt`."""
    decoded = readings.decode(kept)
    said: BloodPressureReading = decoded.said
    return CuffReading(
        kept=decoded.kept,
        said=said,
        systolic=None if said.systolic is None else in_mmhg(said.systolic, said.unit),
        diastolic=None if said.diastolic is None else in_mmhg(said.diastolic, said.unit),
        pulse=said.pulse,
        taken_at=corrected_time(said.device_time, kept),
    )


def settled(
    reading: CuffReading, clock_offset_s: float | None, seen_measuring: bool, listened_ms: int
) -> CuffReading:
    """A reading placed in time, now that the instrument's clock has been read (or not).

    With its clock, what was taken before the measuring step began, `listened_ms` before the
    reading came, is stale, and what that clock cannot have stamped. Without it an old stamp is
    believed, and the reading is stale. One that says no time, or whose clock is plainly not set,
    is stale when it came sooner than anybody can measure. What the cuff was `seen_measuring`
    before it came is of this step, unless its clock says otherwise.
    """
    if reading.kept.clock_offset_s is not None:  # known when it came: the clock may be set since
        clock_offset_s = reading.kept.clock_offset_s
    kept = replace(reading.kept, clock_offset_s=clock_offset_s)
    taken_at = corrected_time(reading.said.device_time, kept)
    if reading.said.device_time is not None and clock_offset_s is not None:
        of_this_step_ms = min(_STALE_AFTER_MS, listened_ms + CLOCK_SLACK_MS)
        stale = kept.received_at - taken_at > of_this_step_ms or not _is_of_its_clock(reading, kept)
    elif seen_measuring:
        stale = False
    elif Decoded(kept, reading.said).clock_quality is ClockQuality.SET:
        stale = _stamped_before_ms(reading) > _STALE_AFTER_MS
    else:
        stale = listened_ms < _TAKES_AT_LEAST_MS
    return replace(reading, kept=kept, taken_at=taken_at, stale=stale)


def is_just_taken(reading: CuffReading, seen_measuring: bool, listened_ms: int) -> bool:
    """Whether this can only be the measurement that somebody has just waited for.

    Its clock was read before, and says that it was taken since the measuring step began,
    `listened_ms` before it came, and so lately that there was no time for another one; or it
    says no time, and the cuff was `seen_measuring` before.
    """
    if reading.said.device_time is None:
        return seen_measuring
    if not _is_of_its_clock(reading, reading.kept):
        return False
    age_ms = reading.kept.received_at - corrected_time(reading.said.device_time, reading.kept)
    return age_ms <= min(listened_ms, _TAKES_AT_LEAST_MS)


def vital_change(
    reading: CuffReading, resident_id: str, check_in_id: str, taken_on: str, started_by: str
) -> Change:
    """The vital of a decoded frame, incomplete until its sitting ends. Same id as in the inbox."""
    # With it come the decoders: the first page does not wait for them.
    from kiosk import reading_documents

    return reading_documents.vital_change(
        Decoded(reading.kept, reading.said),
        resident_id=resident_id,
        started_by=started_by,
        taken_at=reading.taken_at,
        completeness="incomplete",
        check_in_id=check_in_id,
        taken_on=taken_on,
    )


def _is_of_its_clock(reading: CuffReading, kept: InboxReading) -> bool:
    stamp = reading.said.device_time
    return stamp is not None and is_of_that_clock(stamp, kept)


def _stamped_before_ms(reading: CuffReading) -> int:
    """How long before its arrival a frame was taken, if its stamp were the kiosk's own time."""
    stamp = reading.said.device_time
    return 0 if stamp is None else reading.kept.received_at - in_ms(stamp)
