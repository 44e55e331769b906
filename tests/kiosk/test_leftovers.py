"""What belongs together among nobody's frames is certain, or it stays alone; and is found fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from kiosk import belonging
from kiosk.civil_time import civil_time
from kiosk.leftovers import leftovers
from kiosk.reading_documents import document
from kiosk.readings import decode
from kiosk.records.reading_inbox import GoneWeight, InboxReading, Why
from tests.kiosk.instrument_side import (
    composition_frame,
    context_frame,
    glucose_frame,
    weight_frame,
)
from tests.kiosk.resident_side import NOON

SECOND = 1_000
YESTERDAY = (civil_time(NOON) - timedelta(days=1)).replace(tzinfo=None)


def at(kept: InboxReading, **given: object) -> InboxReading:
    """It, with a monotonic clock that went along with the other."""
    return replace(kept, mono_ms=kept.received_at - NOON + 100_000, **given)  # type: ignore[arg-type]


def weight(after_s: int, **given: object) -> InboxReading:
    return at(weight_frame(NOON + after_s * SECOND), **given)


def composition(after_s: int, **given: object) -> InboxReading:
    return at(composition_frame(NOON + after_s * SECOND), **given)


def joined(frames: Sequence[InboxReading]) -> dict[str, tuple[str, ...]]:
    """What stands in the list, with the frames that were joined to it."""
    return {one.id: one.frame_ids[1:] for one in leftovers(frames)}


def test_each_of_two_people_within_a_minute_keeps_their_own_composition() -> None:
    first, hers = weight(0), composition(2)
    second, his = weight(40), composition(42)
    for order in permutations([first, hers, second, his]):
        assert joined(order) == {first.id: (hers.id,), second.id: (his.id,)}


def test_a_composition_before_the_weight_of_the_next_person_is_not_theirs() -> None:
    before, after = composition(0), weight(5)
    assert joined([after, before]) == {after.id: (), before.id: ()}


def test_a_second_composition_of_one_weight_stands_alone() -> None:
    main, its, another = weight(0), composition(2), composition(30)
    assert joined([another, its, main]) == {main.id: (its.id,), another.id: ()}


def test_the_two_packets_of_one_composition_are_one_set() -> None:
    main = weight(0)
    packets = [
        replace(one, raw=bytes([one.raw[0], 0x10]) + one.raw[2:])
        for one in (composition(1), composition(2), composition(3))
    ]
    first, second, third = (one.id for one in packets)
    assert joined([main, *packets]) == {main.id: (first, second), third: ()}


def packet(after_s: int, flags: int, rest: str, fat: int = 243) -> InboxReading:
    """One of the two of a composition: further fields as its flags say, in hex."""
    raw = (flags | 0x1000).to_bytes(2, "little") + fat.to_bytes(2, "little") + bytes.fromhex(rest)
    return composition(after_s, raw=raw)


def body(after_s: int, fat: int = 243) -> tuple[InboxReading, InboxReading]:
    """Both packets: of user 1 with a metabolism of 6000 kJ, then an impedance of 500.0 ohm."""
    first = packet(after_s, 0x0C, "01" + (6000).to_bytes(2, "little").hex(), fat)
    return first, packet(after_s + 1, 0x200, (5000).to_bytes(2, "little").hex(), fat)


def test_the_two_packets_without_a_weight_are_one_measurement() -> None:
    first, second = body(0)
    assert joined([second, first]) == {first.id: (second.id,)}
    written = document(decode(first), [decode(second)])
    assert written == {
        "fat_share": "24.3",
        "unit": "kg",
        "user": 1,
        "basal_metabolism_kj": 6000,
        "impedance_ohm": "500.0",
        "also": [f"2A9C:{second.raw.hex()}"],
    }


def test_the_two_packets_beside_a_weight_are_written_as_one_composition() -> None:
    main, (first, second) = weight(0), body(1)
    assert joined([main, first, second]) == {main.id: (first.id, second.id)}
    written = document(decode(main), [decode(first), decode(second)])
    assert written["composition"] == {
        "fat_share": "24.3",
        "unit": "kg",
        "user": 1,
        "basal_metabolism_kj": 6000,
        "impedance_ohm": "500.0",
    }


def test_packets_of_two_measurements_are_never_mixed() -> None:
    hers, his = body(0), body(2, fat=300)
    lost_second, lost_first = [hers[0], *his], [hers[1], *his]
    assert joined(lost_second) == {hers[0].id: (), his[0].id: (his[1].id,)}
    assert joined(lost_first) == {hers[1].id: (), his[0].id: (his[1].id,)}
    assert joined([hers[0], his[1]]) == {hers[0].id: (), his[1].id: ()}


def test_a_second_packet_that_comes_late_or_after_another_weight_stands_alone() -> None:
    first, second = body(0)
    late = at(replace(second, received_at=NOON + 11 * SECOND))
    assert joined([first, late]) == {first.id: (), late.id: ()}
    between = replace(weight(1), id="next", mono_ms=second.mono_ms - 1)
    another = replace(second, raw=second.raw[:2] + b"\x2c\x01" + second.raw[4:])  # 30 % fat
    assert joined([first, between, another]) == {first.id: (), "next": (another.id,)}


def test_an_unstamped_second_packet_goes_with_its_first_and_not_with_the_latest_weight() -> None:
    """A memory that is read at once: all the weights, then all the compositions."""
    frames, expected = [], {}
    for n, when in enumerate((YESTERDAY, YESTERDAY + timedelta(minutes=1))):
        main = at(weight_frame(NOON + n, when))
        stamped = at(composition_frame(NOON + (n + 1) * SECOND, when))
        first = replace(stamped, raw=bytes([stamped.raw[0], 0x10]) + stamped.raw[2:])
        second = replace(packet(n + 1, 0x200, "8813"), mono_ms=first.mono_ms + 1)
        frames += [main, first, second]
        expected[main.id] = (first.id, second.id)
    assert joined(frames) == expected


def test_a_composition_that_may_be_of_a_weight_that_has_left_stands_alone() -> None:
    waits, its = weight(0), composition(42)
    left = weight(40)

    def alone(gone: GoneWeight) -> bool:
        return len(leftovers([waits, its], gone=[gone])) == 2

    assert alone(GoneWeight(left.address, left.received_at, left.raw))
    assert not alone(GoneWeight("another scale", left.received_at, left.raw))
    assert not alone(GoneWeight(left.address, waits.received_at - 1, left.raw))
    assert not alone(GoneWeight(left.address, its.received_at + 1, left.raw))


def test_a_stamped_composition_whose_weight_may_have_left_stands_alone() -> None:
    waits, its = at(weight_frame(NOON, YESTERDAY)), at(composition_frame(NOON + 1, YESTERDAY))
    twin = GoneWeight(waits.address, NOON - SECOND, waits.raw)
    other = GoneWeight(waits.address, NOON, weight_frame(NOON, YESTERDAY + timedelta(hours=1)).raw)
    assert len(leftovers([waits, its], gone=[twin])) == 2
    assert len(leftovers([waits, its], gone=[other])) == 1


def test_two_instruments_do_not_mix() -> None:
    here, there = weight(0), weight(1, instrument={"address": "other"})
    its = composition(2)
    assert joined([here, there, its]) == {here.id: (its.id,), there.id: ()}


def test_two_weights_of_the_same_moment_get_nothing_by_guess() -> None:
    one, other, its = weight(0), weight(0), composition(1)
    assert joined([one, other, its]) == {one.id: (), other.id: (), its.id: ()}


def test_within_one_second_the_order_of_arrival_counts() -> None:
    first, second, between = weight(0), weight(0), composition(0)
    between = replace(between, mono_ms=first.mono_ms + 1)
    second = replace(second, mono_ms=first.mono_ms + 2)
    assert joined([second, between, first]) == {first.id: (between.id,), second.id: ()}


def test_an_unreadable_weight_is_still_somebody_s() -> None:
    first, second, its = weight(0), weight(10, raw=b"\x00"), composition(12)
    assert joined([first, second, its]) == {first.id: (), second.id: (), its.id: ()}


@pytest.mark.parametrize(
    "given",
    [
        {"session_id": "another"},
        {"why": Why.STRAY},  # outside the session of the weight
        {"boot_id": "after a restart"},
        {"raw": bytes.fromhex("0400f30002")},  # of user 2
        {"raw": bytes.fromhex("0004f300") + (90 * 200).to_bytes(2, "little")},  # of 90 kg
    ],
)
def test_what_is_not_certainly_of_this_weighing_stands_alone(given: dict[str, Any]) -> None:
    main = weight(0, session_id="this", why=Why.LEFT)
    its = composition(2, session_id="this", why=Why.LEFT)
    assert joined([main, its]) == {main.id: (its.id,)}
    another = replace(its, **given)
    assert joined([main, another]) == {main.id: (), another.id: ()}


def test_a_stamped_composition_goes_by_its_stamp_and_not_by_its_arrival() -> None:
    later = YESTERDAY + timedelta(minutes=1)
    first, second = at(weight_frame(NOON, YESTERDAY)), at(weight_frame(NOON + 1, later))
    his = at(composition_frame(NOON + 2, later))
    hers = at(composition_frame(NOON + 3, YESTERDAY))
    assert joined([hers, his, second, first]) == {first.id: (hers.id,), second.id: (his.id,)}
    twin = replace(first, id="twin")  # the clock was set back: the same stamp twice
    assert set(joined([first, twin, hers])) == {first.id, "twin", hers.id}


def test_notes_go_to_the_last_record_of_their_number_before_them() -> None:
    """A meter whose memory was cleared numbers from the beginning again."""
    first, second = (at(glucose_frame(NOON + ms, YESTERDAY)) for ms in (0, 40 * SECOND))
    hers, his = (at(context_frame(NOON + ms)) for ms in (2 * SECOND, 42 * SECOND))
    assert joined([his, second, hers, first]) == {second.id: (his.id,), first.id: (hers.id,)}


def test_notes_of_a_long_download_find_their_record() -> None:
    record = at(glucose_frame(NOON, YESTERDAY), session_id="read", why=Why.LEFT)
    notes = at(context_frame(NOON + 300 * SECOND), session_id="read", why=Why.LEFT)
    assert joined([record, notes]) == {record.id: (notes.id,)}


def test_at_the_edge_of_what_was_loaded_no_composition_is_shown_without_its_weight() -> None:
    edge, main = composition(0), weight(90)
    assert [one.id for one in leftovers([main, edge], older_wait=True)] == [main.id]
    assert [one.id for one in leftovers([edge], older_wait=True)] == [edge.id]


def test_the_work_grows_with_the_frames_and_not_with_their_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []
    can_be_one, source = belonging._can_be_one, belonging._source
    monkeypatch.setattr(
        belonging, "_can_be_one", lambda *a: looked_at.append("pair") or can_be_one(*a)
    )
    monkeypatch.setattr(belonging, "_source", lambda *a: looked_at.append("one") or source(*a))

    def work(count: int) -> int:
        looked_at.clear()
        frames = [composition(70 * at) for at in range(count)]
        frames += [weight(70 * at) for at in range(count)]
        belonging.additions_of(frames, {one.id: decode(one) for one in frames})
        return len(looked_at)

    assert 0 < work(200) <= 2 * work(100) <= 1_200
