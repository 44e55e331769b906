"""The driver for OmniPreSense OPS241/242/243 radars, speaking JSON lines.

It never sends AX (factory reset: it wipes what the installer saved) and never A! (it would
save our settings over the installer's). One radar watches one lane and tells two directions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from devices.traffic.clock import Moment
from devices.traffic.driver import Decoded, Identity
from devices.traffic.events import VehiclePassage
from devices.traffic.lines import LineFramer
from devices.traffic.ops24x_lines import (
    Answer,
    DetectedObject,
    LineMalformed,
    MeasuredObject,
    Message,
    SpeedReport,
    Unit,
    Unrecognised,
    read_line,
    salvage,
)
from devices.traffic.vehicles import VehicleFormer

BAUD: Final = 19_200
"""The UART's default; a radar on USB does not care."""

LANE: Final = 1

_PROBE: Final = b"?P\n"
_SET_UP: Final = (
    b"OJ\n",  # JSON lines
    b"UK\n",  # km/h; answered with the unit in force, which is what we go by
    b"OU\n",  # the unit in every line
    b"OT\n",  # the radar's time in every line
    b"ON\n",  # report objects
    b"U?\n",
    b"?V\n",
)

_FIRST_EPOCH_SECOND: Final = Decimal(1_000_000_000)
"""Before its clock is set a radar counts seconds since power-on: always less than this."""

_CLOCK_SLACK_MS: Final = 5_000
_CLOCK_SETTING_EVERY_MS: Final = 60_000


class Ops24x:
    """One connection to one radar; see `devices.traffic.driver.Driver`."""

    def __init__(self, counter_id: str) -> None:
        self._framer = LineFramer()
        self._former = VehicleFormer(counter_id, LANE)
        self._unit: Unit | None = None
        self._product: str | None = None
        self._version: str | None = None
        self._clock_was_set = False
        self._clock_sent_mono_ms: int | None = None

    @property
    def pending(self) -> bool:
        """Whether a vehicle is still in the beam."""
        return self._former.pending

    def opening(self, at: Moment) -> tuple[bytes, ...]:
        """Identity first, then the settings this driver needs, for this session only."""
        return (_PROBE, *_SET_UP, self._set_clock(at))

    def probe(self) -> bytes:
        """Asks for the product."""
        return _PROBE

    def receive(self, data: bytes, at: Moment) -> Decoded:
        """Decodes a chunk of any size, cut anywhere."""
        passages: list[VehiclePassage] = []
        commands: list[bytes] = []
        alive = False
        identified = False
        discarded = 0
        for line in self._framer.feed(data):
            messages, lost = _messages_of(line)
            discarded += lost
            for raw, message in messages:
                if isinstance(message, Unrecognised):
                    continue
                alive = True
                commands += self._watch_clock(message, at)
                if isinstance(message, Answer):
                    identified |= self._note(message)
                else:
                    passages += self._take(message, raw.decode("ascii", "replace"), at)
        passages += self._former.overdue(at)
        identity = Identity(self._product, self._version) if identified else None
        discarded += self._framer.take_discarded()
        return Decoded(tuple(passages), alive, identity, tuple(commands), discarded)

    def settle(self, at: Moment) -> tuple[VehiclePassage, ...]:
        """The vehicles that have left the beam."""
        return tuple(self._former.settle(at))

    def finish(self) -> tuple[VehiclePassage, ...]:
        """The vehicles that were in the beam when the connection ended."""
        return tuple(self._former.finish())

    def _take(
        self, message: SpeedReport | DetectedObject | MeasuredObject, raw: str, at: Moment
    ) -> list[VehiclePassage]:
        if isinstance(message, MeasuredObject):
            return self._former.take_measured(message, raw, at)
        unit = message.unit or self._unit
        if isinstance(message, DetectedObject):
            return self._former.take_object(message, raw, at, unit)
        return self._former.take_speeds(message, raw, at, unit)

    def _note(self, answer: Answer) -> bool:
        self._unit = answer.unit or self._unit
        if answer.product is None and answer.version is None:
            return False
        self._product = answer.product or self._product
        self._version = answer.version or self._version
        return True

    def _watch_clock(self, message: Message, at: Moment) -> tuple[bytes, ...]:
        time = _time_of(message)
        if time is None:
            return ()
        if time >= _FIRST_EPOCH_SECOND:
            self._clock_was_set = True
            offset_ms = int(time * 1000) - at.wall_ms
            return (self._set_clock(at),) if self._clock_is_off(offset_ms, at) else ()
        if not self._clock_was_set:
            return ()
        # The clock fell back to seconds since power-on: the radar lost power, and with it
        # every setting of this session. What unit it speaks now is unknown until it says so.
        self._clock_was_set = False
        self._unit = None
        return self.opening(at)

    def _clock_is_off(self, offset_ms: int, at: Moment) -> bool:
        if abs(offset_ms) <= _CLOCK_SLACK_MS:
            return False
        sent = self._clock_sent_mono_ms
        return sent is None or at.mono_ms - sent >= _CLOCK_SETTING_EVERY_MS

    def _set_clock(self, at: Moment) -> bytes:
        self._clock_sent_mono_ms = at.mono_ms
        return b"C=%d\n" % (at.wall_ms // 1000)


def _messages_of(line: bytes) -> tuple[list[tuple[bytes, Message]], int]:
    try:
        return [(line, read_line(line))], 0
    except LineMalformed:
        return salvage(line)


def _time_of(message: Message) -> Decimal | None:
    if isinstance(message, (SpeedReport, DetectedObject)):
        return message.time
    if isinstance(message, MeasuredObject):
        return message.end_time
    if isinstance(message, Answer):
        return message.clock
    return None
