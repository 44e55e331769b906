"""Every staff page, filled and empty, held to the numbers of the design in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    ConnectionLost,
    InstrumentNotFound,
    InstrumentRefused,
    PairingFailed,
    PairingReason,
    SessionTimeout,
)
from devices.health.pairing import (
    AllowPairing,
    CompareDigits,
    PairingQuestion,
    ShowDigits,
    TypeDigits,
)
from kiosk.records.staff import enrol
from kiosk.roles import Role
from offline_sync.conflicts import open_conflicts
from offline_sync.errors import StoreFull
from offline_sync.oplog import FeedEntry
from offline_sync.outbox import SyncRun
from offline_sync.store import Change
from tests.journeys.staff_window import StaffWindow
from tests.journeys.sync_story import every_state, half_filled, two_versions
from tests.kiosk.instrument_side import CUFF, METER, NAMES, OXIMETER, Near
from tests.kiosk.staff_desk import VOLUNTEER, VOLUNTEER_PASSPHRASE, quick_hashes
from tests.ui.audits import audit
from tests.ui.driver import Driver
from tests.ui.fixtures import LANGUAGES, LARGE_LAYOUTS, LAYOUTS, THEMES


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def kiosk(tmp_path: Path, open_page: Callable[..., Driver]) -> Iterator[StaffWindow]:
    kiosk = StaffWindow(tmp_path, open_page)
    yield kiosk
    kiosk.close()


def _sign_in(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    pass


def _sign_in_refused(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    for _ in range(3):
        kiosk.models["signIn"].signIn("wong wing sze", "not this one")


def _pin(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.sign_in(driver)
    kiosk.models["signIn"].signIn(VOLUNTEER, VOLUNTEER_PASSPHRASE)
    driver.shell.lock()
    kiosk.models["signIn"].enterPin("999111")


def _residents(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.sign_in(driver)
    driver.shell.section("residents")


def _nobody_found(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _residents(kiosk, driver, resident)
    kiosk.models["residents"].search("zzz")


def _record(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.sign_in(driver)
    kiosk.models["residents"].open(resident)
    driver.shell.go("resident")


def _record_for_a_volunteer(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.models["signIn"].signIn(VOLUNTEER, VOLUNTEER_PASSPHRASE)
    kiosk.models["residents"].open(resident)
    driver.shell.go("resident")


def _visit(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _record(kiosk, driver, resident)
    form = kiosk.models["visit"]
    form.start(resident)
    form.answer("falls", 0)
    form.answer("low_mood", 2)
    form.setPromise("下次帶藥盒來")
    form.setNextInDays(14)
    driver.shell.go("visit")


def _visit_with_a_red_flag(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _visit(kiosk, driver, resident)
    kiosk.models["visit"].answer("red_flags", 1)
    kiosk.models["visit"].save()


def _attempt(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _visit(kiosk, driver, resident)
    kiosk.models["visit"].setContact("attempted")


def _traffic(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.sign_in(driver)
    driver.shell.section("traffic")


def _silent_counter(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _traffic(kiosk, driver, resident)
    kiosk.models["traffic"].choose("counter-b")


def _no_traffic_for_a_volunteer(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.models["signIn"].signIn(VOLUNTEER, VOLUNTEER_PASSPHRASE)
    driver.shell.section("traffic")
    driver.settle()
    assert driver.maybe("total") is None


def _sync(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.sign_in(driver)
    driver.shell.section("sync")


def _sync_with_all_troubles(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    store = kiosk.desk.store
    two_versions(kiosk, resident)
    half_filled(kiosk)
    newer = FeedEntry(4, "put", "hub-op-1", "garden_plot", "g1", {"size": 3})
    store.apply_feed("village", "E1", [newer], 4)
    now = kiosk.desk.now_ms
    store.record_sync_run(
        SyncRun(now, now, ok=False, error="an older copy", error_kind="HubSetBack")
    )
    _sync(kiosk, driver, resident)
    driver.settle()
    kiosk.desk.background.fail_next = StoreFull("the disk is full")
    stuck = next(one["key"] for one in kiosk.models["sync"].problems if one["stuck"])
    kiosk.models["sync"].tryAgain(stuck)
    for line in ("filled", "conflicts", "unread", "notSaved"):
        assert driver.get(line).isVisible()


def _sync_after_all_went_well(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    half_filled(kiosk)
    now = kiosk.desk.now_ms
    kiosk.desk.store.record_sync_run(SyncRun(now, now, ok=True))
    _sync(kiosk, driver, resident)
    driver.settle()
    assert driver.get("parity").isVisible()


def _conflicts(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    two_versions(kiosk, resident)
    _sync(kiosk, driver, resident)
    driver.settle()


def _conflicts_for_a_volunteer(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    two_versions(kiosk, resident)
    kiosk.models["signIn"].signIn(VOLUNTEER, VOLUNTEER_PASSPHRASE)
    driver.shell.section("sync")
    driver.settle()
    assert driver.get("conflicts").isVisible()
    assert not driver.says("Chan Mei Ling")


def _conflict(field: str) -> Callable[[StaffWindow, Driver, str], None]:
    def open_it(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
        _conflicts(kiosk, driver, resident)
        driver.tap(f"row_resident-{resident}-{field}")
        driver.settle()
        assert driver.shell.route == "conflict"

    return open_it


def _conflict_is_asked(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _conflict("phone")(kiosk, driver, resident)
    driver.tap("row_1")
    assert driver.get("dialogConfirm").isVisible()


def _conflict_moved(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _conflict_is_asked(kiosk, driver, resident)
    kiosk.desk.store.save([Change("resident", resident, {"phone": "3"})], kiosk.desk.ho)
    driver.tap("dialogConfirm")
    assert kiosk.models["sync"].conflicts.problem == "moved"
    assert driver.get("dialogConfirm").isVisible()


def _conflict_not_saved(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _conflict_is_asked(kiosk, driver, resident)
    kiosk.desk.background.fail_next = StoreFull("the disk is full")
    driver.tap("dialogConfirm")
    assert driver.get("notSaved").isVisible()


def _settled_by_another(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _conflict_is_asked(kiosk, driver, resident)
    for one in open_conflicts(kiosk.desk.store.connection):
        kiosk.desk.store.settle(one, dict(one.shown.values), kiosk.desk.boss)
    driver.tap("dialogConfirm")
    driver.tap("dialogConfirm")
    driver.settle()


def _record_in_every_state(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    every_state(kiosk, resident)
    _record(kiosk, driver, resident)


def _details_of_a_stuck_change(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _sync(kiosk, driver, resident)
    driver.settle()
    stuck = next(one["key"] for one in kiosk.models["sync"].problems if one["stuck"])
    driver.tap(f"row_{stuck}")


def _boss(kiosk: StaffWindow, driver: Driver) -> None:
    """The supervisor may do everything."""
    kiosk.models["signIn"].signIn("lee chi keung", "hill and harbour")
    driver.settle()


def _technician(kiosk: StaffWindow, driver: Driver) -> None:
    staff = kiosk.desk
    enrol(
        staff.store,
        staff.clock,
        "周家明 Chow Ka Ming",
        Role.TECHNICIAN,
        "cable and socket",
        "975310",
        staff.boss,
    )
    kiosk.models["signIn"].signIn("chow ka ming", "cable and socket")
    driver.settle()


def _nobodys(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.sign_in(driver)
    driver.shell.section("instruments")
    driver.settle()
    assert driver.get("readings").isVisible()


def _paired(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _boss(kiosk, driver)
    driver.shell.section("instruments")
    driver.settle()
    kiosk.bluetooth.hears(Near(CUFF, NAMES[CUFF], "blood_pressure", bonded=True))
    driver.tap_item(driver.controls(driver.get("views"))[0])
    assert driver.get("paired").isVisible()


def _paired_without_bluetooth(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    kiosk.bluetooth.error = AdapterUnavailable(AdapterReason.STUCK)
    _technician(kiosk, driver)
    driver.shell.section("instruments")
    driver.settle()


def _forget(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _paired(kiosk, driver, resident)
    driver.tap(f"row_{CUFF}")
    assert driver.get("dialogConfirm").isVisible()


def _open_reading(kiosk: StaffWindow, driver: Driver, number: int) -> None:
    kiosk.sign_in(driver)
    driver.shell.section("instruments")
    driver.settle()
    row = kiosk.models["attribution"].rows[number]
    kiosk.models["attribution"].open(row["key"])
    driver.shell.go("attribution")
    driver.settle()


def _whose(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _open_reading(kiosk, driver, 0)


def _whose_is_asked(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _open_reading(kiosk, driver, 0)
    driver.tap(f"row_{resident}")
    assert driver.get("dialogConfirm").isVisible()


def _not_filed(**given: str) -> Callable[[StaffWindow, Driver, str], None]:
    """The resident's record has changed while the worker was asked."""

    def refused(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
        _whose_is_asked(kiosk, driver, resident)
        kiosk.desk.store.save([Change("resident", resident, given)], "sync")
        driver.tap("dialogConfirm")
        assert kiosk.models["attribution"].problem == given["status"]
        assert driver.get("dialogConfirm").isVisible()

    return refused


def _not_filed_for_more_came(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _open_reading(kiosk, driver, 3)
    driver.tap(f"row_{resident}")
    (fat,) = kiosk.desk.rows("SELECT id FROM reading_inbox WHERE characteristic = '2A9C'")
    with kiosk.desk.store.transaction() as db:
        db.execute("UPDATE reading_inbox SET set_aside = '{}' WHERE id = ?", list(fat))
    driver.tap("dialogConfirm")
    assert kiosk.models["attribution"].problem == "changed"


def _filed_already(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _whose_is_asked(kiosk, driver, resident)
    shown = kiosk.models["attribution"].opened["key"]
    with kiosk.desk.store.transaction() as db:
        db.execute("UPDATE vital SET id = ? WHERE id = (SELECT min(id) FROM vital)", [shown])
    driver.tap("dialogConfirm")
    assert kiosk.models["attribution"].problem == "already_filed"


def _control_solution(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    rows = [4, 5]
    _open_reading(kiosk, driver, rows[0])
    if kiosk.models["attribution"].opened["state"] != "control":
        kiosk.models["attribution"].open(kiosk.models["attribution"].rows[rows[1]]["key"])
    assert kiosk.models["attribution"].opened["state"] == "control"


def _set_aside_is_asked(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _open_reading(kiosk, driver, 3)
    driver.tap("setAside")
    driver.tap("row_cannot_be_told")
    assert driver.get("dialogConfirm").isVisible()


def _which_instrument(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _technician(kiosk, driver)
    driver.shell.section("instruments")
    driver.shell.go("pairing")
    driver.settle()
    for address, kind in ((OXIMETER, "oxygen_saturation"), (METER, "glucose")):
        kiosk.bluetooth.hears(Near(address, NAMES[address], kind))
    kiosk.bluetooth.hears(Near("AA:BB:CC:00:00:99", None, "weight"))
    kiosk.bluetooth.hears(Near(CUFF, NAMES[CUFF], "blood_pressure", bonded=True))


def _which_instrument_without_bluetooth(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _technician(kiosk, driver)
    driver.shell.section("instruments")
    driver.shell.go("pairing")
    driver.settle()
    kiosk.bluetooth.hears(AdapterUnavailable(AdapterReason.NO_BLUETOOTH_SERVICE))


def _asked(question: PairingQuestion) -> Callable[[StaffWindow, Driver, str], None]:
    def ask(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
        _which_instrument(kiosk, driver, resident)
        kiosk.models["instruments"].pairing.choose(METER, NAMES[METER], "glucose")
        kiosk.bluetooth.asks(question)

    return ask


def _connecting(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _which_instrument(kiosk, driver, resident)
    kiosk.models["instruments"].pairing.choose(METER, NAMES[METER], "glucose")


def _typing(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _asked(TypeDigits())(kiosk, driver, resident)
    for figure in "0421":
        driver.tap(f"key_{figure}")


def _paired_at_last(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _connecting(kiosk, driver, resident)
    kiosk.bluetooth.pairs("glucose")


def _paired_and_not_written_down(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
    _connecting(kiosk, driver, resident)
    kiosk.desk.background.fail_next = StoreFull("the disk is full")
    kiosk.bluetooth.pairs("glucose")
    assert driver.get("notSaved").isVisible()


def _failed(error: Exception) -> Callable[[StaffWindow, Driver, str], None]:
    def fail(kiosk: StaffWindow, driver: Driver, resident: str) -> None:
        _connecting(kiosk, driver, resident)
        kiosk.bluetooth.ends(error)

    return fail


FAILURES = {
    **{f"pairing_{reason}": PairingFailed("x", reason) for reason in PairingReason},
    **{f"adapter_{reason}": AdapterUnavailable(reason) for reason in AdapterReason},
    "not_found": InstrumentNotFound("x"),
    "lost": ConnectionLost("x"),
    "not_answering": SessionTimeout("x", step="connect"),
    "not_usable": InstrumentRefused("x", pairing=False),
    "fault": RuntimeError("x"),
}

INSTRUMENTS = {
    "nobodys": _nobodys,
    "paired": _paired,
    "paired_without_bluetooth": _paired_without_bluetooth,
    "forget": _forget,
    "whose": _whose,
    "whose_is_asked": _whose_is_asked,
    "not_filed_for_moved": _not_filed(status="moved"),
    "not_filed_for_died": _not_filed(status="died"),
    "not_filed_for_more_came": _not_filed_for_more_came,
    "filed_already": _filed_already,
    "control_solution": _control_solution,
    "set_aside_is_asked": _set_aside_is_asked,
    "which_instrument": _which_instrument,
    "which_instrument_without_bluetooth": _which_instrument_without_bluetooth,
    "connecting": _connecting,
    "allow": _asked(AllowPairing()),
    "typing": _typing,
    "show_digits": _asked(ShowDigits("042100")),
    "compare": _asked(CompareDigits("915307")),
    "paired_at_last": _paired_at_last,
    "paired_and_not_written_down": _paired_and_not_written_down,
    "wrong_number": _failed(FAILURES["pairing_wrong_number"]),
}

PAGES = {
    "sign_in": _sign_in,
    "sign_in_refused": _sign_in_refused,
    "pin": _pin,
    "residents": _residents,
    "nobody_found": _nobody_found,
    "record": _record,
    "record_for_a_volunteer": _record_for_a_volunteer,
    "visit": _visit,
    "visit_with_a_red_flag": _visit_with_a_red_flag,
    "attempt": _attempt,
    "traffic": _traffic,
    "silent_counter": _silent_counter,
    "no_traffic_for_a_volunteer": _no_traffic_for_a_volunteer,
    "sync": _sync,
    "sync_with_all_troubles": _sync_with_all_troubles,
    "details_of_a_stuck_change": _details_of_a_stuck_change,
    "sync_after_all_went_well": _sync_after_all_went_well,
    "record_in_every_state": _record_in_every_state,
    "conflicts": _conflicts,
    "conflicts_for_a_volunteer": _conflicts_for_a_volunteer,
    "conflict": _conflict("phone"),
    "conflict_of_warnings": _conflict("warnings"),
    "conflict_is_asked": _conflict_is_asked,
    "conflict_moved": _conflict_moved,
    "conflict_not_saved": _conflict_not_saved,
    "settled_by_another": _settled_by_another,
    **INSTRUMENTS,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_the_page_keeps_the_numbers(
    kiosk: StaffWindow, page: str, language: str, layout: str
) -> None:
    resident = kiosk.fill()
    driver = kiosk.open(language, layout)
    PAGES[page](kiosk, driver, resident)
    driver.settle()
    assert audit(driver, "staff") == []


@pytest.mark.parametrize("layout", LARGE_LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "page",
    [
        *("residents", "visit", "traffic", "sync", "nobodys", "paired", "whose"),
        *("sync_with_all_troubles", "conflict"),
        *("which_instrument", "typing", "show_digits", "paired_at_last"),
    ],
)
def test_the_page_keeps_the_numbers_on_a_large_screen(
    kiosk: StaffWindow, page: str, language: str, layout: str
) -> None:
    resident = kiosk.fill()
    driver = kiosk.open(language, layout)
    PAGES[page](kiosk, driver, resident)
    driver.settle()
    assert audit(driver, "staff") == []


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != "light"])
@pytest.mark.parametrize("page", PAGES)
def test_the_page_keeps_the_numbers_in_other_looks(
    kiosk: StaffWindow, page: str, theme: str
) -> None:
    resident = kiosk.fill()
    driver = kiosk.open("zh_HK", "15in_1080", theme)
    PAGES[page](kiosk, driver, resident)
    driver.settle()
    assert audit(driver, "staff") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", ["residents", "instruments", "traffic", "sync"])
def test_an_empty_kiosk_says_what_to_do(kiosk: StaffWindow, section: str, language: str) -> None:
    driver = kiosk.open(language, "15in_1080")
    kiosk.sign_in(driver)
    driver.shell.section(section)
    driver.settle()
    assert audit(driver, "staff") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kiosk_without_staff_says_what_to_do(kiosk: StaffWindow, language: str) -> None:
    with kiosk.desk.store.transaction() as db:
        db.execute("UPDATE staff SET status = 'left'")
    driver = kiosk.open(language, "15in_1080")
    assert driver.maybe("nobodyYet") is not None
    assert driver.maybe("signIn") is None
    assert driver.says("village-kiosk staff add")
    assert audit(driver, "staff") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_to_pair_says_what_happened_and_what_to_do(
    kiosk: StaffWindow, failure: str, language: str
) -> None:
    driver = kiosk.open(language, "15in_1080")
    _failed(FAILURES[failure])(kiosk, driver, "")
    driver.settle()
    assert audit(driver, "staff") == []
    said = [driver.get(name).property("text") for name in ("heading", "hint")]
    assert all(said)
    assert said[0] != said[1]
    driver.tap("go")
    assert driver.get("line").property("stage") == "talking"
