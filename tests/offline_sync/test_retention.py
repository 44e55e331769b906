"""What has had its time on a kiosk goes; what has no receipt stays, whatever the clock says."""

from __future__ import annotations

from typing import Any

import pytest

from offline_sync import retention
from offline_sync.clock import Instant
from offline_sync.oplog import OpReceipt
from offline_sync.outbox import ClockSample, SyncRun
from offline_sync.periods import DAY_MS
from offline_sync.retention import GRACE_DAYS, OPS_KEPT_DAYS, Over
from offline_sync.store import Change, Store
from tests.builders import resident_change
from tests.offline_sync.conftest import NOVEMBER_2026, DrivenClock

CARE_DAYS = 7 * 366
TRAFFIC_DAYS = 3 * 366


def visit(record_id: str, saved_at: int) -> Change:
    fields = {
        "resident_id": "r-1",
        "contact": "home",
        "started_at": saved_at,
        "saved_at": saved_at,
        "staff_id": "w-031",
    }
    return Change("visit", record_id, fields)


def interval(record_id: str, starts_at: int) -> Change:
    fields = {
        "counter_id": "c-1", "lane": 1, "direction": "inbound", "starts_at": starts_at,
        "minutes": 15, "vehicles": 3, "coverage": 1.0,
    }  # fmt: skip
    return Change("vehicle_interval", record_id, fields)


def acknowledge_all(store: Store) -> None:
    store.acknowledge(
        [OpReceipt(op.op_id, number) for number, op in enumerate(store.unsent(5000), 1)]
    )


def hub_says_it_is(store: Store, now: Instant) -> None:
    sample = ClockSample(now.boot_id, now.mono_ms, now.wall_ms, now.wall_ms, 5)
    store.record_sync_run(SyncRun(now.wall_ms, now.wall_ms, ok=True, clock=sample))


def end(store: Store, clock: DrivenClock) -> Over:
    with store.transaction() as db:
        return retention.end_periods(db, clock.now().wall_ms)


def days(store: Store, clock: DrivenClock, number: float) -> None:
    clock.pass_ms(int(number * DAY_MS))
    hub_says_it_is(store, clock.now())


def test_each_type_has_its_own_period(store: Store, clock: DrivenClock) -> None:
    store.save([visit("v-1", NOVEMBER_2026), interval("i-1", NOVEMBER_2026)], "w-031")
    acknowledge_all(store)
    days(store, clock, TRAFFIC_DAYS + GRACE_DAYS - 1)
    assert end(store, clock).records == frozenset()
    days(store, clock, 2)
    assert end(store, clock).records == {("vehicle_interval", "i-1")}
    days(store, clock, CARE_DAYS - TRAFFIC_DAYS)
    assert end(store, clock).records == {("visit", "v-1")}
    assert store.connection.execute("SELECT count(*) FROM visit").fetchone() == (0,)


def test_nothing_without_a_receipt_ever_ends(store: Store, clock: DrivenClock) -> None:
    store.save([visit("v-1", NOVEMBER_2026)], "w-031")
    days(store, clock, 2 * CARE_DAYS)
    assert end(store, clock).counts() == {}
    assert [op.fields["staff_id"] for op in store.unsent(5)] == ["w-031"]


def test_a_clock_that_goes_ahead_of_the_hub_ends_nothing(store: Store, clock: DrivenClock) -> None:
    store.save([visit("v-1", NOVEMBER_2026)], "w-031")
    acknowledge_all(store)
    clock.pass_ms(20 * CARE_DAYS * DAY_MS)
    assert end(store, clock).counts() == {}  # no hub ever said what time it is
    hub_says_it_is(store, Instant(NOVEMBER_2026, 1, "boot-1"))
    assert end(store, clock).counts() == {}


def test_a_record_of_a_clock_that_was_reset_does_not_end_at_once(
    store: Store, clock: DrivenClock
) -> None:
    store.save([visit("v-1", 946_684_800_000)], "w-031")  # the year 2000
    acknowledge_all(store)
    days(store, clock, 1)
    assert end(store, clock).records == frozenset()


def test_residents_are_ended_by_the_hub_alone(store: Store, clock: DrivenClock) -> None:
    store.save([resident_change(record_id="r-1")], "w-031")
    acknowledge_all(store)
    days(store, clock, 2 * CARE_DAYS)
    assert end(store, clock).records == frozenset()


def test_delivered_ops_lose_their_place_and_the_counts_still_add_up(
    store: Store, clock: DrivenClock
) -> None:
    store.save([visit(f"v-{n}", NOVEMBER_2026) for n in range(5)], "w-031")
    acknowledge_all(store)
    days(store, clock, OPS_KEPT_DAYS + 1)
    store.save([visit("v-9", clock.now().wall_ms)], "w-031")
    before = store.outbox_counts()
    assert end(store, clock).counts() == {"delivered ops": 5}
    assert store.outbox_counts() == before
    assert store.connection.execute("SELECT count(*) FROM op_out").fetchone() == (1,)
    assert end(store, clock).counts() == {}
    assert [op.seq for op in store.unsent(9)] == [6]
    assert store.connection.execute("SELECT count(*) FROM visit").fetchone() == (6,)


@pytest.mark.parametrize(
    ("table", "row", "kept_days"),
    [
        (
            "vehicle_passage",
            {"id": "p", "counter_id": "c", "lane": 1, "direction": "inbound"} | {"passed_at": 0},
            90,
        ),
        ("counter_coverage", {"counter_id": "c", "starts_at": 0, "ends_at": 0}, 90),
    ],
)
def test_what_never_leaves_the_kiosk_has_a_period_too(
    store: Store, clock: DrivenClock, table: str, row: dict[str, Any], kept_days: int
) -> None:
    at = clock.now().wall_ms
    told = {name: at if value == 0 else value for name, value in row.items()}
    marks = ", ".join("?" for _ in told)
    with store.transaction() as db:
        db.execute(
            f"INSERT INTO {table} ({', '.join(told)}) VALUES ({marks})", tuple(told.values())
        )
    days(store, clock, kept_days - 1)
    assert end(store, clock).counts() == {}
    days(store, clock, 2)
    assert end(store, clock).counts() == {table: 1}
    assert store.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_counting_first_changes_nothing_and_says_the_same(store: Store, clock: DrivenClock) -> None:
    store.save([visit("v-1", NOVEMBER_2026)], "w-031")
    acknowledge_all(store)
    days(store, clock, 2 * CARE_DAYS)
    told = retention.periods_over(store.connection, clock.now().wall_ms)
    assert told.counts() == {"visit": 1, "delivered ops": 1}
    assert store.connection.execute("SELECT count(*) FROM visit").fetchone() == (1,)
    assert end(store, clock) == told


def test_the_pass_is_due_once_a_day(store: Store, clock: DrivenClock) -> None:
    hub_says_it_is(store, clock.now())
    now = clock.now().wall_ms
    assert retention.is_due(store.connection, now)
    end(store, clock)
    assert not retention.is_due(store.connection, now + DAY_MS // 2)
    assert retention.is_due(store.connection, now + DAY_MS)
    assert retention.is_due(store.connection, now - DAY_MS)
