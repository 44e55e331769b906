"""What people are told of sync: whole values to choose from, what is wrong and what to do, and how
far every visit and reading has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.records.settings import HubSetting, keep_hub
from offline_sync.oplog import FeedEntry, OpReceipt
from offline_sync.outbox import ClockSample, SyncRun
from tests.builders import resident_change
from tests.journeys.staff_window import StaffWindow
from tests.journeys.sync_story import VILLAGE, every_state
from tests.kiosk.staff_desk import DAY, quick_hashes
from tests.ui.audits import audit
from tests.ui.driver import Driver

NEAR = "新界沙頭角坑口村上圍二百三十八號地下，由大王爺廟旁邊小路入，過橋後第三間，門口有一棵大榕樹"
FAR = "新界大埔太和邨愛和樓二十三樓二千三百一十六室（暫住女兒家，逢星期二、四回坑口村二百三十八號）"


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def kiosk(tmp_path: Path, open_page: Callable[..., Driver]) -> Iterator[StaffWindow]:
    kiosk = StaffWindow(tmp_path, open_page)
    keep_hub(kiosk.desk.store, HubSetting("https://hub.example", VILLAGE, "k1", "key", "name"))
    yield kiosk
    kiosk.close()


def differ(kiosk: StaffWindow, field: str, shown: str, *others: str) -> str:
    """The key of a conflict: what shows of one resident's field, and what does not."""
    store = kiosk.desk.store
    resident = resident_change()
    store.save([resident], "test")
    store.acknowledge([OpReceipt(op.op_id, 1) for op in store.unsent(100)])
    stamp = f"{kiosk.desk.now_ms - DAY:012x}.00000000"
    about = ("resident", resident.record_id)
    entries = [FeedEntry(2, "put", "op-win", *about, {field: shown}, by=kiosk.desk.ho, hlc=stamp)]
    entries += [
        FeedEntry(
            *(number, "conflict", f"op-{number}", *about, {field: value}),
            by=kiosk.desk.wong,
            hlc=stamp,
            winners={field: "op-win"},
            authors={"op-win": (kiosk.desk.ho, stamp)},
        )
        for number, value in enumerate(others, start=3)
    ]
    assert store.apply_feed(VILLAGE, "E1", entries, 2 + len(others)).set_aside == ()
    return f"resident-{resident.record_id}-{field}"


def to_sync(kiosk: StaffWindow, driver: Driver) -> None:
    kiosk.sign_in(driver)
    driver.shell.section("sync")
    driver.settle()


@pytest.mark.parametrize("layout", ["15in_1080", "21in_portrait"])
def test_long_values_are_whole_where_one_is_chosen(kiosk: StaffWindow, layout: str) -> None:
    key = differ(kiosk, "address", NEAR, FAR)
    driver = kiosk.open("zh_HK", layout)
    to_sync(kiosk, driver)
    driver.tap(f"row_{key}")
    driver.settle()
    assert audit(driver, "staff") == []
    for value in (NEAR, FAR):
        (shown,) = (text for text in driver.texts() if text.property("text") == value)
        assert not shown.property("truncated")
    driver.tap("row_1")
    assert audit(driver, "staff") == []


@pytest.mark.parametrize(
    ("field", "kept", "said"),
    [
        ("birth_date", ("1944-05-02", "1941", "1944-05"), ("2 May 1944", "1941", "May 1944")),
        ("picture", ("junk", "fish"), ("the junk", "the fish")),
    ],
)
def test_values_are_in_words(
    kiosk: StaffWindow, field: str, kept: tuple[str, ...], said: tuple[str, ...]
) -> None:
    key = differ(kiosk, field, *kept)
    driver = kiosk.open()
    to_sync(kiosk, driver)
    assert driver.says(f"{len(kept)} versions")
    driver.tap(f"row_{key}")
    driver.settle()
    assert set(said) <= set(driver.words())


@pytest.mark.parametrize(
    ("kind", "standing", "step"),
    [
        ("HubUnreachable", "Offline: sent by itself when the line is back", "Nothing to do"),
        (
            "HubRevoked",
            "Nothing is sent until the district office has helped",
            "Contact the district office",
        ),
        ("StoreFull", "Nothing is sent until the technician has helped", "Free some disk space"),
        ("HubForked", "Not sent yet; the kiosk tries again by itself", "Nothing to do"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    kiosk: StaffWindow, kind: str, standing: str, step: str
) -> None:
    now = kiosk.desk.now_ms
    kiosk.desk.store.record_sync_run(SyncRun(now, now, ok=False, error="said", error_kind=kind))
    driver = kiosk.open(layout="15in_1080")
    to_sync(kiosk, driver)
    assert audit(driver, "staff") == []
    assert driver.get("standing").property("text") == standing
    assert driver.get("trouble").property("detail").startswith(step)
    # What cannot be saved is not said to be saved.
    assert driver.says("All data is saved on this kiosk") is (kind != "StoreFull")


def test_a_week_without_the_district_and_a_wrong_clock_are_told(kiosk: StaffWindow) -> None:
    store, now = kiosk.desk.store, kiosk.desk.now_ms
    store.save([resident_change(card_token=f"CARD{number}") for number in range(1_200)], "test")
    fast = ClockSample("boot-0", 1, now, now - 3 * 60 * 60 * 1000, 20)
    store.record_sync_run(SyncRun(now - 7 * DAY, now - 7 * DAY, ok=True, clock=fast))
    store.record_sync_run(SyncRun(now, now, ok=False, error="x", error_kind="HubUnreachable"))
    driver = kiosk.open(layout="21in_portrait")
    to_sync(kiosk, driver)
    assert audit(driver, "staff") == []  # four figures, and every sign between them apart
    assert driver.get("unsent").property("text").startswith("1,2")
    assert driver.says("Offline for 7 days")
    assert driver.says("Ask the technician to look at the network")
    assert driver.says("3 hours ahead")


def test_a_kiosk_without_a_hub_says_who_connects_it(kiosk: StaffWindow) -> None:
    with kiosk.desk.store.transaction() as db:
        db.execute("DELETE FROM setting")
    driver = kiosk.open("zh_HK", "15in_1080")
    to_sync(kiosk, driver)
    assert audit(driver, "staff") == []
    assert driver.get("standing").property("text") == "尚未連接地區系統"
    assert "請技術員" in driver.get("trouble").property("detail")


@pytest.mark.parametrize(
    ("language", "layout"),
    [("en", "21in_portrait"), ("zh_HK", "21in_portrait"), ("en", "15in_1080")],
)
def test_readings_say_how_far_they_have_come_as_visits_do(
    kiosk: StaffWindow, language: str, layout: str
) -> None:
    resident = kiosk.fill()
    every_state(kiosk, resident)
    driver = kiosk.open(language, layout)
    kiosk.sign_in(driver)
    kiosk.models["residents"].open(resident)
    driver.shell.go("resident")
    driver.settle()
    assert audit(driver, "staff") == []
    events = kiosk.models["residents"].record["events"]
    assert "reading" in {event["kind"] for event in events}
    for number in range(len(events)):
        assert driver.get(f"sending_{number}").isVisible()
    assert not driver.get("mean").property("truncated")
