"""Which frames of the inbox say more about which: a composition about a weight, notes about a
glucose record.

Pure, and linear in the frames but for one sort. Never joins by a guess: two people may weigh
themselves within a minute, so what does not certainly belong to one main reading stays alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from devices.health.profiles.body_composition import BodyComposition
from devices.health.profiles.scale import WeightReading, in_kg
from kiosk.readings import (
    ADDITIONS,
    BODY_COMPOSITION,
    GLUCOSE,
    GLUCOSE_CONTEXT,
    WEIGHT,
    Decoded,
)
from kiosk.records.reading_inbox import InboxReading, Why

TOGETHER_MS: Final = 60_000  # a scale sends weight and composition within seconds
_SAME_WEIGHT_KG: Final = Decimal("0.5")  # the two frames may round differently
_PACKETS: Final = 2  # of one composition, when it says so (BCS 1.0.0 section 3.2)

_Source = tuple[object, ...]


def additions_of(
    frames: Sequence[InboxReading], decoded: Mapping[str, Decoded]
) -> dict[str, list[Decoded]]:
    """For the id of a main frame, the frames that say more about it.

    A frame that is not in `decoded` is unreadable: nothing is joined to it, and nothing past it.
    """
    stamped = _by_stamp(frames, decoded)
    latest: dict[_Source, list[InboxReading]] = {}
    added: dict[str, list[Decoded]] = {}
    for frame in sorted(frames, key=_order):
        if frame.characteristic not in ADDITIONS:
            _note(latest, _source(frame, decoded.get(frame.id)), frame)
            continue
        one = decoded.get(frame.id)
        if one is None:
            continue
        source = _source(frame, one)
        if one.device_time is None:
            mains = latest.get(source, [])
        else:
            mains = stamped.get((source, one.device_time), [])
        main = decoded.get(mains[0].id) if len(mains) == 1 else None
        if main is None or not _can_be_one(main, one):
            continue
        ones = added.setdefault(main.kept.id, [])
        if _has_room(ones, one):
            ones.append(one)
    return {key: ones for key, ones in added.items() if ones}


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


def _has_room(ones: Sequence[Decoded], one: Decoded) -> bool:
    """A main reading has one set: one frame, or the packets of one composition."""
    if not ones:
        return True
    if one.kept.characteristic != BODY_COMPOSITION or len(ones) >= _PACKETS:
        return False
    return all(each.said.several_packets for each in (*ones, one))
