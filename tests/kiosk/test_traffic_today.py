"""Traffic today and its quarter hours: a gap is a gap, a zero is a count."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest

from devices.traffic.events import (
    LENGTH_SCHEME,
    CounterConnected,
    CounterLost,
    CoverageSpan,
    Direction,
    LossReason,
    Quality,
    SpanReason,
    VehiclePassage,
)
from devices.traffic.timing import ReaderTiming
from kiosk.civil_time import HOUR_MS, day_start_ms
from kiosk.records import traffic
from kiosk.records.traffic import INTO_VILLAGE, OUT_OF_VILLAGE, Gap, gaps_between
from kiosk.records.traffic_intervals import save_finished_quarters
from kiosk.roles import Role
from kiosk.viewmodels.traffic import TrafficViewModel
from offline_sync.oplog import FeedEntry
from offline_sync.store import Change
from tests.kiosk.staff_desk import MORNING, StaffDesk

GATE, BRIDGE = "counter-a", "counter-b"
NOW = int(MORNING.timestamp() * 1000)
START = day_start_ms(NOW)
MINUTE = 60_000
QUARTER = 15 * MINUTE
COUNTER = {
    "name": {"en": "Village gate", "zh_HK": "村口", "zh_CN": "村口"},
    "protocol": "ops24x",
    "port": "radar",
    "lanes": 1,
    "inbound_means": INTO_VILLAGE,
    "status": "in_use",
}


def set_up_counter(desk: StaffDesk, counter_id: str = GATE, inbound: str = INTO_VILLAGE) -> None:
    desk.store.save([Change("counter", counter_id, COUNTER | {"inbound_means": inbound})], "test")


def passage(at: int, direction: Direction = Direction.INBOUND, **given: object) -> VehiclePassage:
    fields = {
        "speed_kmh": Decimal("40"),
        "length_m": None,
        "vehicle_class": "short",
        "class_scheme": LENGTH_SCHEME,
        "device_time": None,
        "raw": "{}",
        "quality": Quality.GOOD,
        "counter_id": GATE,
    } | given
    return VehiclePassage(lane=1, direction=direction, passed_at=at, **fields)


def span(start: int, end: int, reason: SpanReason = SpanReason.LISTENING) -> CoverageSpan:
    return CoverageSpan(GATE, start, end, reason)


def today(desk: StaffDesk) -> traffic.TrafficDay:
    db = desk.store.connection
    return traffic.today(db, traffic.counters(db)[0], NOW, silence_ms=MINUTE)


def test_vehicles_are_counted_by_direction_as_the_village_sees_it(desk: StaffDesk) -> None:
    set_up_counter(desk, inbound=OUT_OF_VILLAGE)
    traffic.keep_passages(
        desk.store,
        [
            passage(NOW - 1),
            passage(NOW - 2, Direction.OUTBOUND),
            passage(NOW - 3, Direction.OUTBOUND),
            passage(NOW - 4, Direction.UNKNOWN),
            passage(START - 1),
        ],
    )
    day = today(desk)
    assert day.by_way == {OUT_OF_VILLAGE: 1, INTO_VILLAGE: 2, "unknown": 1}
    assert day.total == 4


def test_heavy_share_counts_only_what_the_counter_could_tell(desk: StaffDesk) -> None:
    set_up_counter(desk)
    traffic.keep_passages(
        desk.store,
        [
            passage(NOW - 1, vehicle_class="medium"),
            passage(NOW - 2),
            passage(NOW - 3, vehicle_class=None, class_scheme=None),
        ],
    )
    day = today(desk)
    assert (day.heavy, day.classified, day.total) == (1, 2, 3)


def test_unsure_speeds_are_left_out_of_the_85th_percentile(desk: StaffDesk) -> None:
    set_up_counter(desk)
    assert today(desk).p85_kmh is None
    traffic.keep_passages(
        desk.store,
        [
            passage(NOW - 1, speed_kmh=Decimal("40.5")),
            passage(NOW - 2, speed_kmh=Decimal("140"), quality=Quality.SPEED_UNKNOWN),
        ],
    )
    assert today(desk).p85_kmh == 40.5


def test_the_page_and_the_record_tell_the_same_85th_percentile(desk: StaffDesk) -> None:
    set_up_counter(desk)
    dice = random.Random(1)
    traffic.keep_passages(
        desk.store,
        [passage(START + at, speed_kmh=Decimal(dice.randrange(200, 700)) / 10) for at in range(57)],
    )
    save_finished_quarters(desk.store, GATE, START + QUARTER + MINUTE)
    ((of_record,),) = desk.rows(
        "SELECT p85_speed_kmh FROM vehicle_interval WHERE direction = 'inbound'"
    )
    assert today(desk).p85_kmh == pytest.approx(of_record, abs=0.005)


def test_time_without_listening_is_a_gap() -> None:
    spans = [(10, 20), (15, 30), (50, 60)]
    end = 10 * MINUTE
    assert gaps_between(spans, 0, end, MINUTE) == (Gap(0, 10), Gap(30, 50), Gap(60, end))
    assert gaps_between([(0, 9 * MINUTE)], 0, end, MINUTE) == ()
    assert gaps_between([(0, 9 * MINUTE)], 0, end + 1, MINUTE) == (Gap(9 * MINUTE, end + 1),)
    assert gaps_between([], 0, 100, MINUTE) == (Gap(0, 100),)


def test_a_counter_is_heard_for_as_long_as_its_reader_is_patient(desk: StaffDesk) -> None:
    set_up_counter(desk)
    desk.at_work(desk.wong)
    patient = ReaderTiming(probe_after_ms=600_000)
    traffic.keep_spans(desk.store, [span(START, NOW - ReaderTiming().longest_silence_ms - 1)])
    for timing, state in ((None, "waiting"), (patient, "ok")):
        page = TrafficViewModel(desk.background, desk.shifts, desk.clock, timing)
        page.watch()
        assert page.day["state"] == state
        page.leave()


def test_a_half_hour_that_was_not_heard_is_not_a_zero(desk: StaffDesk) -> None:
    set_up_counter(desk)
    heard = [span(START - 1, START + HOUR_MS), span(START + 2 * HOUR_MS, NOW)]
    traffic.keep_spans(desk.store, heard)
    traffic.keep_passages(desk.store, [passage(START + 1), passage(START + 2 * HOUR_MS + 1)])
    half_hours = today(desk).half_hours
    assert [(half.vehicles, half.coverage) for half in half_hours[:5]] == [
        (1, 1.0),
        (0, 1.0),
        (0, 0.0),
        (0, 0.0),
        (1, 1.0),
    ]
    assert len(half_hours) == 21  # until 10:30


def test_a_span_that_comes_again_grows_and_never_shrinks(desk: StaffDesk) -> None:
    traffic.keep_spans(desk.store, [span(0, 100)])
    traffic.keep_spans(desk.store, [span(0, 300)])
    traffic.keep_spans(desk.store, [span(0, 200, SpanReason.LOST)])
    assert desk.rows("SELECT starts_at, ends_at, reason FROM counter_coverage") == [
        (0, 300, "lost")
    ]


# ---- quarter hours


def intervals(desk: StaffDesk) -> list[tuple[object, ...]]:
    return desk.rows(
        f"SELECT (starts_at - {START}) / {QUARTER}, direction, vehicles, coverage"
        " FROM vehicle_interval ORDER BY starts_at, direction"
    )


def test_a_finished_quarter_hour_is_saved_once_with_its_zeros(desk: StaffDesk) -> None:
    traffic.keep_spans(desk.store, [span(START, START + QUARTER)])
    traffic.keep_passages(desk.store, [passage(START + 1), passage(START + 2)])
    assert save_finished_quarters(desk.store, GATE, START + QUARTER) == 0  # not final yet
    assert save_finished_quarters(desk.store, GATE, START + QUARTER + 2 * MINUTE) == 2
    assert save_finished_quarters(desk.store, GATE, START + QUARTER + 3 * MINUTE) == 0
    assert intervals(desk) == [(0, "inbound", 2, 1.0), (0, "outbound", 0, 1.0)]


def test_quarter_hours_that_nobody_heard_are_saved_with_coverage_0(desk: StaffDesk) -> None:
    traffic.keep_spans(desk.store, [span(START, START + QUARTER)])
    later = START + 3 * QUARTER + 2 * MINUTE
    assert save_finished_quarters(desk.store, GATE, later) == 6
    assert intervals(desk)[2:] == [
        (1, "inbound", 0, 0.0),
        (1, "outbound", 0, 0.0),
        (2, "inbound", 0, 0.0),
        (2, "outbound", 0, 0.0),
    ]


def test_a_counter_that_was_never_heard_saves_nothing(desk: StaffDesk) -> None:
    assert save_finished_quarters(desk.store, GATE, NOW) == 0


def test_saving_bit_by_bit_gives_the_same_as_saving_at_once(desk: StaffDesk) -> None:
    traffic.keep_spans(desk.store, [span(START, START + 4 * QUARTER)])
    dice = random.Random(2)
    traffic.keep_passages(
        desk.store,
        [
            passage(START + dice.randrange(4 * QUARTER), dice.choice(list(Direction)))
            for _ in range(60)
        ],
    )
    end = START + 4 * QUARTER + 2 * MINUTE
    for moment in range(START, end, 7 * MINUTE):
        save_finished_quarters(desk.store, GATE, moment)
    save_finished_quarters(desk.store, GATE, end)
    assert desk.rows("SELECT sum(vehicles) FROM vehicle_interval") == [(60,)]


# ---- the page


@pytest.fixture
def page(desk: StaffDesk) -> Iterator[TrafficViewModel]:
    desk.at_work(desk.wong)
    page = TrafficViewModel(desk.background, desk.shifts, desk.clock)
    yield page
    page.leave()


def test_no_counter_is_an_empty_page(page: TrafficViewModel) -> None:
    page.watch()
    assert (page.counters, page.day) == ([], {})


def test_the_page_shows_a_vehicle_after_it_passed(
    desk: StaffDesk, page: TrafficViewModel, qtbot: object
) -> None:
    set_up_counter(desk)
    page.watch()
    assert page.day["total"] == 0
    assert not page.day["heard"]
    traffic.keep_passages(desk.store, [passage(NOW - 6_000, vehicle_class="long")])
    qtbot.waitUntil(lambda: page.day["total"] == 1)
    assert page.day["road"] == [
        {"key": str(NOW - 6_000), "way": INTO_VILLAGE, "heavy": True, "at": 0.1}
    ]


def test_the_counters_state_is_what_its_reader_said(
    desk: StaffDesk, page: TrafficViewModel
) -> None:
    set_up_counter(desk)
    page.watch()
    assert page.day["state"] == "waiting"
    page.counter_event(CounterConnected(GATE, NOW))
    page.choose(GATE)
    assert page.day["state"] == "ok"
    page.counter_event(CounterLost(GATE, NOW, LossReason.UNPLUGGED, "", ""))
    page.choose(GATE)
    assert page.day["state"] == "unplugged"


def test_the_line_breaks_where_nobody_listened(desk: StaffDesk, page: TrafficViewModel) -> None:
    set_up_counter(desk)
    heard = [span(START - 1, START + HOUR_MS), span(START + 3 * HOUR_MS, NOW)]
    traffic.keep_spans(desk.store, heard)
    traffic.keep_passages(desk.store, [passage(START + 1), passage(START + 3 * HOUR_MS)])
    page.watch()
    assert page.day["points"][:4] == [[0.25, 2], [0.75, 0], None, None]
    assert page.day["points"][6] == [3.25, 2]
    assert page.day["gaps"] == [{"from": 1.0, "to": 3.0, "fromTime": "01:00", "toTime": "03:00"}]
    assert page.day["missedMinutes"] == 120


def test_another_counter_can_be_chosen(desk: StaffDesk, page: TrafficViewModel) -> None:
    set_up_counter(desk)
    set_up_counter(desk, BRIDGE)
    traffic.keep_passages(desk.store, [passage(NOW - 1, counter_id=BRIDGE)])
    page.watch()
    assert (page.chosen, page.day["total"]) == (GATE, 0)
    page.choose(BRIDGE)
    assert (page.chosen, page.day["total"]) == (BRIDGE, 1)
    page.choose("nowhere")
    assert page.chosen == BRIDGE


def test_a_counter_that_arrives_shows_on_the_open_page(
    desk: StaffDesk, page: TrafficViewModel
) -> None:
    def arrives(seq: int, counter_id: str) -> None:
        entry = FeedEntry(seq, "put", f"hub-op-{seq}", "counter", counter_id, COUNTER)
        page.arrived(desk.store.apply_feed("village", "E1", [entry], seq).changed)

    arrives(1, GATE)
    assert page.counters == []  # nobody is looking
    page.watch()
    arrives(2, BRIDGE)
    assert {one["key"] for one in page.counters} == {GATE, BRIDGE}


def test_a_volunteer_does_not_see_traffic(desk: StaffDesk, page: TrafficViewModel) -> None:
    set_up_counter(desk)
    desk.at_work(desk.ho, Role.VOLUNTEER)
    refused: list[str] = []
    page.refused.connect(refused.append)
    page.watch()
    assert refused == ["not_allowed"]
    assert page.day == {}


def test_watching_does_not_keep_the_screen_unlocked(
    desk: StaffDesk, page: TrafficViewModel, qtbot: object
) -> None:
    set_up_counter(desk)
    page.watch()
    desk.clock.pass_ms(5 * MINUTE)
    with qtbot.assertNotEmitted(page.changed, wait=0):
        page._look_again()
    desk.shifts.tick()
    assert desk.shifts.locked
