from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync import clock as clock_module
from offline_sync.clock import HybridLogicalClock, SystemClock


def test_monotonic_time_never_goes_back_and_belongs_to_one_boot():
    clock = SystemClock()
    instants = [clock.now() for _ in range(100)]
    assert all(a.mono_ms <= b.mono_ms for a, b in itertools.pairwise(instants))
    assert len({instant.boot_id for instant in instants}) == 1


def test_two_clocks_of_one_computer_name_the_same_boot():
    assert SystemClock().now().boot_id == SystemClock().now().boot_id


def test_without_the_kernels_boot_id_two_runs_are_not_taken_for_one_boot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(clock_module, "_BOOT_ID_FILE", tmp_path / "absent")
    assert SystemClock().now().boot_id != SystemClock().now().boot_id


@given(st.lists(st.integers(min_value=-(10**13), max_value=10**16), min_size=1))
def test_stamps_always_sort_after_the_one_before(walls: list[int]):
    clock = HybridLogicalClock()
    stamps = [clock.stamp(wall) for wall in walls]
    assert stamps == sorted(set(stamps))


def test_a_stamp_is_the_wall_time_while_that_moves_on():
    assert HybridLogicalClock().stamp(0x123456) == "000000123456.00000000"


def test_a_clock_set_back_is_counted_not_followed():
    clock = HybridLogicalClock()
    assert clock.stamp(2_000) == "0000000007d0.00000000"
    assert clock.stamp(1_000) == "0000000007d0.00000001"


def test_a_stored_stamp_is_carried_on():
    assert HybridLogicalClock("0000000007d0.00000001").stamp(5) == "0000000007d0.00000002"


def test_a_full_counter_moves_the_time_on():
    assert HybridLogicalClock("0000000007d0.ffffffff").stamp(5) == "0000000007d1.00000000"
