"""Which frames of the inbox say more about which: a composition about a weight, its second packet,
notes about a glucose record.

Pure, and linear in the frames but for one sort. Never joins by a guess: two people may weigh
themselves within a minute, so what does not certainly belong to one main reading stays alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Final

from devices.health.profiles.body_composition import BodyComposition
from devices.health.profiles.scale import WeightReading, in_kg, time_of_weight
from kiosk.readings import (
    ADDITIONS,
    BODY_COMPOSITION,
    GLUCOSE,
    GLUCOSE_CONTEXT,
    WEIGHT,
    Decoded,
)
from kiosk.records.reading_inbox import GoneWeight, InboxReading, Why

TOGETHER_MS: Final = 60_000  # a scale sends weight and composition within seconds
_PACKETS_WITHIN_MS: Final = 10_000  # the two of one composition follow each other at once
_SAME_WEIGHT_KG: Final = Decimal("0.5")  # the two frames may round differently
_OF_THE_FRAME: Final = frozenset({"device_time_quality", "no_value", "as_sent"})

_Source = tuple[object, ...]


def additions_of(
    frames: Sequence[InboxReading],
    decoded: Mapping[str, Decoded],
    gone: Sequence[GoneWeight] = (),
) -> dict[str, list[Decoded]]:
    """For the id of a main frame, the frames that say more about it.

    A composition in two packets goes to its weight as one; without a weight the first packet is
    the main frame. A frame that is not in `decoded` is unreadable: nothing is joined to it, and
    nothing past it. Nor past the weights that are `gone` from the list: a composition that may
    be of one of those stays alone.
    """
    in_order = sorted(frames, key=_order)
    second_of = _second_packets(in_order, decoded)
    seconds = {one.kept.id for one in second_of.values()}
    stamped = _by_stamp(frames, decoded)
    left = _Gone(gone)
    latest: dict[_Source, list[InboxReading]] = {}
    added: dict[str, list[Decoded]] = {}
    for frame in in_order:
        if frame.characteristic not in ADDITIONS:
            _note(latest, _source(frame, decoded.get(frame.id)), frame)
            continue
        one = decoded.get(frame.id)
        if one is None or frame.id in seconds:
            continue
        both = (one, second_of[frame.id]) if frame.id in second_of else (one,)
        source = _source(frame, one)
        stamp = next((each.device_time for each in both if each.device_time), None)
        mains = latest.get(source, []) if stamp is None else stamped.get((source, stamp), [])
        main = decoded.get(mains[0].id) if len(mains) == 1 else None
        fits = main is not None and all(_can_be_one(main, each) for each in both)
        if main is None or not fits or main.kept.id in added or left.may_have(one, stamp, main):
            if len(both) > 1:
                added[frame.id] = list(both[1:])
            continue
        added[main.kept.id] = list(both)
    return added


class _Gone:
    """Weights that have left the list, by scale."""

    def __init__(self, weights: Sequence[GoneWeight]) -> None:
        self._stamps = {(one.address, time_of_weight(one.raw)) for one in weights}
        self._times: defaultdict[str, list[int]] = defaultdict(list)
        for one in sorted(weights, key=lambda weight: weight.received_at):
            self._times[one.address].append(one.received_at)

    def may_have(self, one: Decoded, stamp: datetime | None, main: Decoded) -> bool:
        """Whether a composition may be of one of them: of its stamp, or one after the main."""
        if main.kept.characteristic != WEIGHT:
            return False
        if stamp is not None:
            return (one.kept.address, stamp) in self._stamps
        times = self._times[one.kept.address]
        after = bisect_left(times, main.kept.received_at)
        return after < len(times) and times[after] <= one.kept.received_at


def _second_packets(
    in_order: Sequence[InboxReading], decoded: Mapping[str, Decoded]
) -> dict[str, Decoded]:
    """For the id of the first packet of a composition, the second (BCS 1.0.0 section 3.2, flag
    bit 12). Whatever the scale says in between ends the first."""
    waiting: dict[_Source, Decoded] = {}
    found: dict[str, Decoded] = {}
    for frame in in_order:
        one = decoded.get(frame.id)
        source = _source(frame, one)
        first = waiting.pop(source, None)
        if one is None or not isinstance(one.said, BodyComposition) or not one.said.several_packets:
            continue
        if first is not None and _is_second(first, one):
            found[first.kept.id] = one
        else:
            waiting[source] = one
    return found


def _is_second(first: Decoded, one: Decoded) -> bool:
    """At once after the first, and no word against it: what both say is the same."""
    apart_ms = max(
        abs(first.kept.received_at - one.kept.received_at),
        abs(first.kept.mono_ms - one.kept.mono_ms),
    )
    if apart_ms > _PACKETS_WITHIN_MS:
        return False
    for field in fields(BodyComposition):
        if field.name in _OF_THE_FRAME:
            continue
        mine, other = getattr(first.said, field.name), getattr(one.said, field.name)
        if None not in (mine, other) and mine != other:
            return False
    return True


def _order(frame: InboxReading) -> tuple[str, int, int, bool]:
    """As they were received; only within a boot does that mean anything. Mains come first."""
    return frame.boot_id, frame.mono_ms, frame.received_at, frame.characteristic in ADDITIONS


def _note(latest: dict[_Source, list[InboxReading]], source: _Source, frame: InboxReading) -> None:
    """The last main reading; two of the same moment are both the last."""
    last = latest.get(source)
    if last and _order(last[0]) == _order(frame):
        last.append(frame)
    else:
        latest[source] = [frame]


def _by_stamp(
    frames: Sequence[InboxReading], decoded: Mapping[str, Decoded]
) -> Mapping[_Source, list[InboxReading]]:
    found: defaultdict[_Source, list[InboxReading]] = defaultdict(list)
    for frame in frames:
        one = decoded.get(frame.id)
        if one is not None and frame.characteristic not in ADDITIONS and one.device_time:
            found[_source(frame, one), one.device_time].append(frame)
    return found


def _source(frame: InboxReading, one: Decoded | None) -> _Source:
    """What a main frame and its additions have in common."""
    kind = {BODY_COMPOSITION: WEIGHT, GLUCOSE_CONTEXT: GLUCOSE}.get(
        frame.characteristic, frame.characteristic
    )
    number = one.said.sequence if one is not None and kind == GLUCOSE else None
    return frame.address, frame.boot_id, _session(frame), kind, number


def _session(frame: InboxReading) -> str | None:
    """None when it came outside a session: each such frame has an id of its own."""
    return None if frame.why is Why.STRAY else frame.session_id


def _can_be_one(main: Decoded, addition: Decoded) -> bool:
    """Whether time and content allow it."""
    apart_ms = max(
        abs(main.kept.received_at - addition.kept.received_at),
        abs(main.kept.mono_ms - addition.kept.mono_ms),
    )
    if addition.kept.characteristic == GLUCOSE_CONTEXT:
        # A long memory is read for minutes: within that session the number is enough.
        return apart_ms <= TOGETHER_MS or _session(main.kept) is not None
    return apart_ms <= TOGETHER_MS and _agree(main, addition)


def _agree(main: Decoded, addition: Decoded) -> bool:
    """A composition that names another user, or another weight, is another person's."""
    weighed, composition = main.said, addition.said
    if not isinstance(weighed, WeightReading) or not isinstance(composition, BodyComposition):
        return False
    if None not in (weighed.user, composition.user) and weighed.user != composition.user:
        return False
    if weighed.weight is None or composition.weight is None:
        return True
    apart_kg = in_kg(weighed.weight, weighed.unit) - in_kg(composition.weight, composition.unit)
    return abs(apart_kg) <= _SAME_WEIGHT_KG
