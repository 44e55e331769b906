"""From a kept frame to a reading, for every kind of instrument: decode, place in time, know again.

Pure. Nothing here decides whose reading it is, or shows or saves anything. The decoders are
loaded with the first frame or by the engine: the first page must not wait for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from devices.health.date_time import ClockQuality, DeviceTime, judge_clock
from kiosk.civil_time import HONG_KONG, civil_time
from kiosk.records.reading_inbox import InboxReading
from offline_sync.changes import MOMENTS

GLUCOSE: Final = "2A18"
GLUCOSE_CONTEXT: Final = "2A34"
WEIGHT: Final = "2A9D"
BODY_COMPOSITION: Final = "2A9C"
ADDITIONS: Final = frozenset({GLUCOSE_CONTEXT, BODY_COMPOSITION})
"""What says more about another frame of the same measurement."""

# A clock that was read to the second, and a button pressed when the cuff had begun already.
CLOCK_SLACK_MS: Final = 60 * 1000

_RECORD_BYTES: Final = 10  # flags, sequence number, base time: GLS 1.0.1 section 3.1


class Recognised(StrEnum):
    """By what a frame is known again when it comes once more."""

    BY_RECORD = "by_record"  # sequence number and base time of a glucose record
    BY_SEQUENCE = "by_sequence"  # what a meter says about one of its records
    BY_DATE = "by_date"  # all its bytes, among them a believable date
    BY_UNSURE_DATE = "by_unsure_date"  # all its bytes, with a date that nobody can have set
    BY_NOTHING = "by_nothing"  # without a date two measurements may be alike


@dataclass(frozen=True, slots=True)
class Decoded:
    """A kept frame and what it says."""

    kept: InboxReading
    said: Any  # one of the readings of `devices.health.profiles`

    @property
    def device_time(self) -> datetime | None:
        """What the instrument's clock showed, local, without a zone."""
        stamp: datetime | None = getattr(self.said, "device_time", None)
        return stamp

    @property
    def decoder(self) -> str:
        """Which version of which decoder it was."""
        from devices.health import decoding

        return decoding.decoder_for(self.kept.characteristic).name

    @property
    def clock_quality(self) -> ClockQuality:
        """How far the instrument's time stamp is to be believed."""
        quality = getattr(self.said, "device_time_quality", ClockQuality.ABSENT)
        return judge_clock(DeviceTime(self.device_time, quality), _local(self.kept.received_at))


def decode(kept: InboxReading) -> Decoded:
    """Decode a kept frame with all that was known.

    Raises:
        FrameCorrupt, UnknownCharacteristic
    """
    from devices.health import decoding

    said = decoding.decode(kept.characteristic, kept.raw, feature=kept.feature, names=kept.names)
    stamp = getattr(said, "device_time", None)
    return Decoded(replace(kept, device_time=stamp.isoformat() if stamp else None), said)


def composition_of(packets: Sequence[Decoded]) -> Any:
    """What a scale says about a body, of one frame or of the two packets that belong together.

    Raises:
        FrameCorrupt: they do not.
    """
    if len(packets) == 1:
        return packets[0].said
    from devices.health.profiles import body_composition
    from devices.health.quirks import Quirk, quirks_of

    first, second = (one.kept for one in packets)
    stub = Quirk.ZERO_COMPOSITION_STUB
    has_stubs = stub in quirks_of(*first.names)
    return body_composition.joined(first.raw, second.raw, stub if has_stubs else None)


def identity_of(kept: InboxReading) -> bytes:
    """The bytes of a frame that make it this reading and no other."""
    from devices.health import decoding

    if how_recognised(kept) is Recognised.BY_RECORD:
        return kept.raw[decoding.identity_slice(kept.characteristic)]
    return kept.raw


def how_recognised(kept: InboxReading) -> Recognised:
    """Whether, and by what, the same frame is known again in another session."""
    from devices.health import decoding

    if kept.characteristic == GLUCOSE and len(kept.raw) >= _RECORD_BYTES:
        return Recognised.BY_RECORD
    if kept.characteristic == GLUCOSE_CONTEXT:
        return Recognised.BY_SEQUENCE
    try:
        stamp = decoding.frame_time(kept.characteristic, kept.raw)
    except decoding.UnknownCharacteristic:  # it is to be kept all the same
        stamp = None
    if stamp is None:
        return Recognised.BY_NOTHING
    judged = judge_clock(DeviceTime(stamp, ClockQuality.UNCHECKED), _local(kept.received_at))
    return Recognised.BY_DATE if judged is ClockQuality.SET else Recognised.BY_UNSURE_DATE


def corrected_time(device_time: datetime | None, kept: InboxReading) -> int:
    """The instrument's own time when its clock could be compared with ours, else the arrival.

    In ms since 1970, UTC; never after the arrival. A stamp that the clock as it was read cannot
    have given (its battery was changed since) is taken as it stands, if it can be: not when it
    lies before the years that a record may name.
    """
    if device_time is None or kept.clock_offset_s is None:
        return kept.received_at
    stamped = in_ms(device_time)
    taken = min(kept.received_at, stamped - int(kept.clock_offset_s * 1000))
    if not is_of_that_clock(device_time, kept) and stamped <= kept.received_at:
        taken = stamped
    return taken if taken in MOMENTS else kept.received_at


def is_of_that_clock(device_time: datetime, kept: InboxReading) -> bool:
    """Whether the clock whose offset was read can have given this stamp: not if that lies ahead."""
    if kept.clock_offset_s is None:
        return False
    corrected = in_ms(device_time) - int(kept.clock_offset_s * 1000)
    return corrected <= kept.received_at + CLOCK_SLACK_MS


def in_ms(device_time: datetime) -> int:
    """A local time of Hong Kong in ms since 1970, UTC."""
    return int(device_time.replace(tzinfo=HONG_KONG).timestamp() * 1000)


def _local(at_ms: int) -> datetime:
    return civil_time(at_ms).replace(tzinfo=None)
