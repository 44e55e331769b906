"""How much travels at once follows the line, within its bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from offline_sync.link_pace import Portion


def test_a_quick_line_gets_twice_as_much_up_to_the_largest() -> None:
    portion = Portion(50, 500)
    sizes = []
    for _ in range(6):
        sizes.append(portion.size)
        portion.went_through(portion.size, 1.0)
    assert sizes == [50, 100, 200, 400, 500, 500]


def test_a_slow_exchange_and_a_short_one_say_nothing_about_more() -> None:
    portion = Portion(50, 500)
    portion.went_through(50, 8.0)
    portion.went_through(49, 1.0)
    assert portion.size == 50


def test_a_cut_halves_down_to_one() -> None:
    portion = Portion(50, 500)
    sizes = []
    for _ in range(7):
        portion.halve(portion.size)
        sizes.append(portion.size)
    assert sizes == [25, 12, 6, 3, 1, 1, 1]
    portion.went_through(1, 1.0)
    assert portion.size == 2


def test_what_was_really_sent_is_halved() -> None:
    portion = Portion(500, 500)
    portion.halve(40)
    assert portion.size == 20


def test_a_wish_of_the_other_side_is_followed_and_can_be_outgrown() -> None:
    portion = Portion(200, 500)
    portion.no_more_than(60)
    assert portion.size == 60
    portion.no_more_than(0)
    assert portion.size == 1


def test_a_fixed_portion_stays() -> None:
    portion = Portion(10, 10, fixed=True)
    portion.went_through(10, 0.1)
    portion.halve(10)
    portion.no_more_than(1)
    assert portion.size == 10


@given(st.lists(st.tuples(st.sampled_from(["through", "cut", "wish"]), st.integers(0, 2_000),
                          st.floats(0, 1e6))))  # fmt: skip
def test_it_never_leaves_its_bounds(events: list[tuple[str, int, float]]) -> None:
    portion = Portion(50, 500)
    for what, many, seconds in events:
        match what:
            case "through":
                portion.went_through(many, seconds)
            case "cut":
                portion.halve(many)
            case _:
                portion.no_more_than(many)
        assert 1 <= portion.size <= 500
