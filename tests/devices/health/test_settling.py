"""When a continuous oximeter is believed."""

from __future__ import annotations

from devices.health.settling import Settling
from devices.simulators.pulse_oximeter import encode_continuous

PLX = "2A5F"


def settled_at(values: list[tuple[int | None, int | None, bool]], needed: int = 4) -> int | None:
    """The number of the value with which it is settled, from 1, one value each second."""
    settling = Settling(needed, 0.0)
    for number, (spo2, pulse, settled) in enumerate(values, 1):
        raw = encode_continuous(spo2, pulse, settled=settled)
        if settling.add(PLX, raw, None, number * 1000):
            return number
    return None


def test_values_that_agree_are_believed_when_there_are_enough_of_them() -> None:
    assert settled_at([(97, 61, True)] * 3) is None
    assert settled_at([(97, 61, True)] * 4) == 4


def test_the_first_value_is_never_believed() -> None:
    assert settled_at([(99, 90, True), *[(97, 61, True)] * 4]) == 5


def test_a_value_that_the_oximeter_doubts_starts_anew() -> None:
    good, doubted = (97, 61, True), (97, 61, False)
    assert settled_at([good, good, good, doubted, good, good, good]) is None
    assert settled_at([good, good, good, doubted, *[good] * 4]) == 8


def test_no_value_starts_anew() -> None:
    good = (97, 61, True)
    assert settled_at([good, good, good, (None, 61, True), good, good, good]) is None
    assert settled_at([good, good, good, (97, None, True), good, good, good]) is None


def test_what_is_impossible_is_never_believed() -> None:
    assert settled_at([(101, 61, True)] * 9) is None
    assert settled_at([(97, 0, True)] * 9) is None


def test_a_slow_drift_is_believed_only_where_it_is_flat() -> None:
    falling = [(spo2, 61, True) for spo2 in range(99, 80, -1)]
    assert settled_at(falling) is None
    assert settled_at([*falling, *[(80, 61, True)] * 2]) == 21


def test_a_frame_that_is_cut_off_starts_anew() -> None:
    settling = Settling(2, 0.0)
    raw = encode_continuous(97, 61, settled=True)
    assert not settling.add(PLX, raw, None, 0)
    assert not settling.add(PLX, raw[:3], None, 1000)
    assert settling.alike == 0


def test_values_that_come_fast_are_believed_only_after_their_time() -> None:
    """A value that BlueZ hands over twice, or ten in a second, prove no more than one."""
    settling = Settling(4, 3.0)
    raw = encode_continuous(97, 61, settled=True)
    believed = [settling.add(PLX, raw, None, at_ms) for at_ms in range(0, 3200, 200)]
    assert believed == [False] * 15 + [True]
    assert settling.alike == 4
