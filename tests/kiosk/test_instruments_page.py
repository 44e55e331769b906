"""The page Instruments and pairing, without a window: what staff see and who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6

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
    Allowed,
    AllowPairing,
    Bond,
    CompareDigits,
    Consent,
    Digits,
    PairingAnswer,
    PairingQuestion,
    Refused,
    ShowDigits,
    TypeDigits,
)
from kiosk.records import instruments
from kiosk.roles import Role
from kiosk.shifts import IDLE_LOCK_MS
from kiosk.viewmodels.instruments import InstrumentsViewModel
from offline_sync.errors import StoreFull
from tests.kiosk.instrument_side import CUFF, METER, NAMES, SCALE, Near, ScriptedDesk
from tests.kiosk.staff_desk import StaffDesk, quick_hashes

BOND = Bond(CUFF, NAMES[CUFF], "blood_pressure", connected=False)


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


class Page:
    """The view model with its store, and Bluetooth in the test's hands."""

    def __init__(self, folder: Path) -> None:
        self.desk = StaffDesk(folder)
        self.bluetooth = ScriptedDesk()
        self.model = InstrumentsViewModel(
            self.desk.background, self.desk.shifts, self.desk.clock, self.bluetooth
        )
        self.pairing = self.model.pairing
        self.refused: list[str] = []
        self.model.refused.connect(self.refused.append)

    def at_work(self, role: Role = Role.SUPERVISOR) -> None:
        self.desk.at_work(self.desk.boss, role)

    def rows(self) -> list[dict[str, Any]]:
        return self.model.property("rows")

    def records(self) -> list[tuple[object, ...]]:
        return self.desk.rows("SELECT address, vital, status FROM instrument ORDER BY address")

    def choose(self, address: str = CUFF, kind: str = "blood_pressure") -> None:
        self.pairing.choose(address, NAMES[address], kind)


@pytest.fixture
def page(tmp_path: Path, qapp: object) -> Iterator[Page]:
    it = Page(tmp_path)
    yield it
    shiboken6.delete(it.model)
    it.desk.close()


# ---- the list


def test_a_paired_instrument_says_its_kind_its_battery_and_when_it_was_seen(page: Page) -> None:
    now = page.desk.now_ms
    identity = {"address": CUFF, "name": NAMES[CUFF]}
    instruments.note_paired(
        page.desk.store, identity, "blood_pressure", now, "x", seen_at=now, battery_percent=40
    )
    page.bluetooth.paired = (BOND,)
    page.at_work()
    page.model.watch("list")

    assert page.rows() == [
        {
            "key": CUFF,
            "name": NAMES[CUFF],
            "kind": "blood_pressure",
            "battery": 40,
            "seen": {"on": "2026-11-22", "time": "10:42"},
            "state": "away",
            "tail": "18:10",
        }
    ]
    page.bluetooth.hears(Near(CUFF, NAMES[CUFF], "blood_pressure", bonded=True))
    assert page.rows()[0]["state"] == "near"
    page.desk.clock.pass_ms(30_000)
    page.model._look_again()
    assert page.rows()[0]["state"] == "away"


def test_a_bond_that_was_made_elsewhere_is_written_down_once(page: Page) -> None:
    page.bluetooth.paired = (BOND, Bond(METER, "headphones", None, connected=True))
    page.at_work()
    for _ in range(2):
        page.model.watch("list")

    assert page.records() == [(CUFF, "blood_pressure", "in_use")]
    assert instruments.any_paired(page.desk.store.connection)
    assert page.rows()[0]["seen"] == {}
    assert page.desk.rows("SELECT count(*) FROM audit WHERE action = 'pair_instrument'") == [(1,)]


def test_an_instrument_that_the_system_has_lost_is_shown_as_lost(page: Page) -> None:
    page.bluetooth.paired = (BOND,)
    page.at_work()
    page.model.watch("list")
    page.bluetooth.paired = ()
    page.model._look_again()

    assert [(row["key"], row["state"]) for row in page.rows()] == [(CUFF, "lost")]
    page.model.forget(CUFF)
    assert page.rows() == []
    assert page.records() == [(CUFF, "blood_pressure", "retired")]


def test_forgetting_retires_the_record(page: Page) -> None:
    page.bluetooth.paired = (BOND,)
    page.at_work()
    page.model.watch("list")
    forgotten: list[str] = []
    page.model.forgotten.connect(forgotten.append)
    page.model.forget(CUFF)

    assert (page.bluetooth.forgotten, forgotten) == ([CUFF], [CUFF])
    assert page.records() == [(CUFF, "blood_pressure", "retired")]
    assert page.rows() == []


def test_what_is_not_on_the_list_cannot_be_forgotten(page: Page) -> None:
    page.at_work()
    page.model.watch("list")
    page.model.forget(SCALE)

    assert page.bluetooth.forgotten == []


def test_forgetting_that_failed_says_so_and_changes_nothing(page: Page) -> None:
    page.bluetooth.paired = (BOND,)
    page.at_work()
    page.model.watch("list")
    page.bluetooth.error = AdapterUnavailable(AdapterReason.POWERED_OFF)
    page.model.forget(CUFF)

    assert page.model.problem == "not_forgotten"
    assert page.records() == [(CUFF, "blood_pressure", "in_use")]


@pytest.mark.parametrize("reason", list(AdapterReason))
def test_every_trouble_of_the_adapter_has_a_word_and_goes_by_itself(
    page: Page, reason: AdapterReason
) -> None:
    page.bluetooth.error = AdapterUnavailable(reason)
    page.at_work()
    page.model.watch("list")
    assert (page.model.adapter, page.model.known) == (str(reason), False)

    page.bluetooth.error = None
    page.model._look_again()
    assert (page.model.adapter, page.model.known) == ("", True)


def test_a_page_that_is_opened_from_another_goes_on_when_that_one_is_closed(page: Page) -> None:
    page.at_work()
    page.model.watch("list")
    page.model.watch("pairing")
    page.model.leave("list")
    assert page.bluetooth.listener is not None
    page.model.leave("pairing")
    assert page.bluetooth.listener is None


def test_an_open_list_is_not_made_anew_when_nothing_has_changed(page: Page) -> None:
    page.at_work()
    page.model.watch("list")
    page.bluetooth.hears(Near(CUFF, NAMES[CUFF], "blood_pressure"))
    changes: list[None] = []
    page.model.changed.connect(lambda: changes.append(None))
    page.bluetooth.hears(Near(CUFF, NAMES[CUFF], "blood_pressure"))
    page.model._look_again()

    assert changes == []


def test_instruments_of_no_kind_that_the_kiosk_reads_are_not_offered(page: Page) -> None:
    page.at_work()
    page.model.watch("pairing")
    page.bluetooth.hears(Near(METER, "headphones", None))
    page.bluetooth.hears(Near(CUFF, None, "blood_pressure"))

    assert [one["key"] for one in page.model.property("nearby")] == [CUFF]


# ---- who may do what


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TECHNICIAN])
def test_supervisor_and_technician_pair_and_forget(page: Page, role: Role) -> None:
    page.bluetooth.paired = (BOND,)
    page.at_work(role)
    page.model.watch("list")
    assert page.model.property("mayPair")
    page.choose(METER, "glucose")
    page.model.forget(CUFF)

    assert page.bluetooth.pairing_with == METER
    assert page.bluetooth.forgotten == [CUFF]


def test_a_social_worker_sees_instruments_and_changes_none(page: Page) -> None:
    page.bluetooth.paired = (BOND,)
    page.at_work(Role.SOCIAL_WORKER)
    page.model.watch("list")
    assert not page.model.property("mayPair")
    page.choose(METER, "glucose")
    page.model.forget(CUFF)

    assert len(page.rows()) == 1
    assert (page.bluetooth.pairing_with, page.bluetooth.forgotten) == ("", [])
    assert page.refused == ["not_allowed", "not_allowed"]


def test_a_volunteer_sees_nothing(page: Page) -> None:
    page.bluetooth.paired = (BOND,)
    page.at_work(Role.VOLUNTEER)
    page.model.watch("list")

    assert page.model.property("denied")
    assert (page.rows(), page.bluetooth.listener) == ([], None)


def test_with_nobody_at_work_nothing_is_done(page: Page) -> None:
    page.model.watch("list")
    page.choose()

    assert page.refused == ["sign_in_needed", "sign_in_needed"]
    assert page.bluetooth.pairing_with == ""


def test_a_pairing_is_given_up_when_the_screen_is_locked(page: Page) -> None:
    page.at_work()
    page.choose()
    page.bluetooth.asks(TypeDigits())
    page.desk.clock.pass_ms(IDLE_LOCK_MS)
    page.desk.shifts.tick()

    assert page.bluetooth.given_up == 1
    assert page.pairing.step == "choose"


# ---- pairing


@pytest.mark.parametrize(
    ("question", "step", "digits", "do", "answer"),
    [
        (AllowPairing(), "allow", "", lambda pairing: pairing.yes(), Allowed()),
        (AllowPairing(), "allow", "", lambda pairing: pairing.no(), Refused()),
        (TypeDigits(), "type", "", lambda pairing: pairing.enter("042100"), Digits("042100")),
        (CompareDigits("915307"), "compare", "915307", lambda pairing: pairing.yes(), Allowed()),
        (CompareDigits("915307"), "compare", "915307", lambda pairing: pairing.no(), Refused()),
    ],
)
def test_each_question_is_shown_and_answered(
    page: Page,
    question: PairingQuestion,
    step: str,
    digits: str,
    do: Any,
    answer: PairingAnswer,
) -> None:
    page.at_work()
    page.choose()
    assert page.pairing.step == "connecting"
    page.bluetooth.asks(question)
    assert (page.pairing.step, page.pairing.digits) == (step, digits)
    do(page.pairing)

    assert page.bluetooth.answers == [answer]
    assert (page.pairing.step, page.pairing.digits) == ("connecting", "")


def test_digits_for_the_instrument_are_shown_and_nothing_is_answered(page: Page) -> None:
    page.at_work()
    page.choose()
    page.bluetooth.asks(ShowDigits("042100"))
    assert (page.pairing.step, page.pairing.digits) == ("show", "042100")
    for do in (page.pairing.yes, page.pairing.no, lambda: page.pairing.enter("042100")):
        do()
    assert page.bluetooth.answers == []
    page.bluetooth.takes_its_question_back()
    assert (page.pairing.step, page.pairing.digits) == ("connecting", "")


@pytest.mark.parametrize("typed", ["04210", "0421000", "04210a", "", "０４２１００"])
def test_only_six_digits_are_a_number(page: Page, typed: str) -> None:
    page.at_work()
    page.choose()
    page.bluetooth.asks(TypeDigits())
    page.pairing.enter(typed)

    assert (page.pairing.step, page.bluetooth.answers) == ("type", [])


def test_a_paired_instrument_is_on_record_before_the_page_says_that_all_is_done(
    page: Page,
) -> None:
    page.at_work()
    page.model.watch("pairing")
    page.choose()
    page.bluetooth.pairs()

    assert (page.pairing.step, page.pairing.saved) == ("paired", "saved")
    assert page.records() == [(CUFF, "blood_pressure", "in_use")]
    (row,) = page.rows()
    assert (row["battery"], row["state"]) == (85, "near")
    assert page.desk.rows("SELECT staff_id FROM audit WHERE action = 'pair_instrument'") == [
        (page.desk.boss,)
    ]


def test_a_scale_s_code_is_kept(page: Page) -> None:
    page.at_work()
    page.choose(SCALE, "weight")
    page.bluetooth.pairs("weight", Consent(1, 1234))

    assert instruments.consents(page.desk.store.connection) == {SCALE: Consent(1, 1234)}


def test_a_bond_that_could_not_be_written_down_can_be_saved_again(page: Page) -> None:
    page.at_work()
    page.choose(SCALE, "weight")
    page.desk.background.fail_next = StoreFull("disk full")
    page.bluetooth.pairs("weight", Consent(1, 1234))
    assert (page.pairing.step, page.pairing.saved, page.records()) == ("paired", "not_saved", [])
    page.pairing.saveAgain()

    assert page.pairing.saved == "saved"
    assert instruments.consents(page.desk.store.connection) == {SCALE: Consent(1, 1234)}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        *((PairingFailed("x", reason), str(reason)) for reason in PairingReason),
        *((AdapterUnavailable(reason), f"adapter_{reason}") for reason in AdapterReason),
        (InstrumentNotFound("x"), "not_found"),
        (ConnectionLost("x"), "lost"),
        (SessionTimeout("x", step="connect"), "not_answering"),
        (InstrumentRefused("x", pairing=False), "not_usable"),
        (RuntimeError("x"), "fault"),
    ],
)
def test_a_failure_says_why_changes_nothing_and_can_be_tried_again(
    page: Page, error: Exception, reason: str
) -> None:
    page.at_work()
    page.choose()
    page.bluetooth.ends(error)
    assert (page.pairing.step, page.pairing.reason) == ("failed", reason)
    assert page.records() == []
    page.bluetooth.pairing_with = ""
    page.pairing.tryAgain()

    assert (page.pairing.step, page.bluetooth.pairing_with) == ("connecting", CUFF)


def test_another_can_be_chosen_after_a_failure(page: Page) -> None:
    page.at_work()
    page.choose()
    page.bluetooth.ends(ConnectionLost("x"))
    page.pairing.begin()
    page.choose(METER, "glucose")

    assert (page.pairing.step, page.pairing.reason) == ("connecting", "")
    assert page.bluetooth.pairing_with == METER
