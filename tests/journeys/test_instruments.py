"""The whole kiosk on a simulated Bluetooth: pair a cuff, measure, say whose a reading is, forget.

Only Bluetooth below D-Bus is simulated. Everything else is the kiosk as it starts at the centre.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from devices.simulators.blood_pressure_monitor import SimulatedCuff, SimulatedReading
from devices.simulators.bluez_thread import SimulatedBluezThread
from devices.simulators.instrument_clock import hong_kong_time
from devices.simulators.peripheral import PairingMethod
from devices.simulators.transmission import Habits, offer_pairing
from kiosk.composition import Kiosk, Options
from kiosk.disk import DataOnDisk
from kiosk.records import instruments
from kiosk.records.staff import create_first_supervisor, enrol
from kiosk.roles import Role
from kiosk.site import write_site
from kiosk.ui.window import Appearance
from kiosk.workers import AsyncLoop
from tests.builders import resident_change
from tests.devices.health.bench import nothing_left
from tests.kiosk.resident_side import CARD, SITE
from tests.kiosk.staff_desk import PASSPHRASE, quick_hashes
from tests.ui.driver import Driver

CUFF = "02:00:00:00:18:10"
TECHNICIAN = ("chow ka ming", "cable and socket")
WORKER = ("wong wing sze", PASSPHRASE)
SLOWLY_MS = 30_000
PACE = 1_000.0  # five minutes of rest in 0.3 s


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


class Room:
    """The simulated Bluetooth with one cuff in it, and the person who holds the cuff."""

    def __init__(self, pairing: PairingMethod) -> None:
        self._pairing = pairing
        self.cuff: SimulatedCuff
        self._loop: asyncio.AbstractEventLoop
        self.bluetooth = SimulatedBluezThread(self._build)

    def _build(self) -> SimulatedCuff:
        self._loop = asyncio.get_running_loop()
        self.cuff = SimulatedCuff(
            address=CUFF,
            name="UA-651BLE",
            advertise_every_s=0.02,
            awake_s=30,
            linger_s=0.05,
            pairing=self._pairing,
        )
        return self.cuff

    def pairing_mode(self) -> None:
        habits = Habits(advertise_every_s=0.02, awake_s=30, linger_s=0.05)
        self._do(offer_pairing(self.cuff, habits))

    def measure(self, *readings: SimulatedReading) -> None:
        self._do(self.cuff.measure(readings, seconds=0.3))

    def shown(self) -> str | None:
        """What stands on the cuff's little screen."""
        return self.cuff.showing

    def _do(self, work: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop)


class Centre:
    """The kiosk, its window, and who stands there."""

    def __init__(self, kiosk: Kiosk, qtbot: QtBot, room: Room) -> None:
        self.kiosk = kiosk
        self.room = room
        self.driver = Driver(kiosk.window, qtbot)
        self._qtbot = qtbot

    def until(self, so: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(so()), timeout=SLOWLY_MS)

    def arrives(self, route: str) -> None:
        self.until(lambda: self.kiosk.shell.property("route") == route)
        self.driver.settle()

    def sign_in(self, name: str, passphrase: str) -> None:
        self.driver.shell.home()
        self.driver.tap("staff")
        if self.driver.shell.route == "pin":
            self.driver.tap("otherWorker")
        self.arrives("signIn")
        self.driver.tap("name")
        self.driver.type(name)
        self.driver.tap("passphrase")
        self.driver.type(passphrase)
        self.driver.tap("signIn")
        self.until(lambda: self.driver.shell.property("staffRoute") and not self._at_sign_in())
        self.driver.settle()
        self.driver.tap("tab_instruments")
        self.arrives("instruments")

    def _at_sign_in(self) -> bool:
        return self.kiosk.shell.property("route") in ("signIn", "pin")

    def heading(self) -> str:
        return str(self.driver.get("heading").property("text"))

    def rows(self, statement: str) -> list[dict[str, Any]]:
        return list(self.kiosk.reader.query(statement))

    def instruments(self) -> list[tuple[str, str]]:
        found = self.rows("SELECT address, status FROM instrument ORDER BY address")
        return [(row["address"], row["status"]) for row in found]

    def resident_sits_down(self) -> None:
        self.driver.shell.home()
        self.driver.type(CARD)
        self.driver.key(Qt.Key.Key_Return)
        self.arrives("who")
        self.driver.tap("yes")
        self.arrives("notice")
        self.driver.tap("agree")
        self.arrives("rest")
        self.until(lambda: self.driver.maybe("imBack"))
        self.driver.grab()
        self.driver.tap("imBack")
        self.arrives("cuff")
        self.driver.tap("ready")
        self.arrives("measuring")


@pytest.fixture
def open_centre(
    tmp_path: Path,
    qapp: QGuiApplication,
    qtbot: QtBot,
    fonts_loaded: None,
    words_compiled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Centre]]:
    opened: list[Centre] = []
    stop = AsyncLoop.stop

    def stop_when_bluetooth_has_gone(loop: AsyncLoop) -> None:
        # bleak keeps its connection to the bus until the bus goes.
        opened[-1].room.bluetooth.stop()
        loop.run(nothing_left()).result(20)
        stop(loop)

    monkeypatch.setattr(AsyncLoop, "stop", stop_when_bluetooth_has_gone)

    def open_centre(
        pairing: PairingMethod = PairingMethod.PASSKEY_ON_INSTRUMENT, language: str = "en"
    ) -> Centre:
        room = Room(pairing)
        room.bluetooth.start()
        folder = tmp_path / "data"
        disk = DataOnDisk(folder)
        with disk.open_store() as store:
            boss = create_first_supervisor(
                store, disk.clock, "李志強 Lee Chi Keung", "hill and harbour", "802468"
            )
            for name, role, passphrase, pin in (
                ("黃詠詩 Wong Wing Sze", Role.SOCIAL_WORKER, PASSPHRASE, "135790"),
                ("周家明 Chow Ka Ming", Role.TECHNICIAN, TECHNICIAN[1], "975310"),
            ):
                enrol(store, disk.clock, name, role, passphrase, pin, boss)
            store.save([resident_change(warnings={"arm_not_to_use": "right"})], "test")
        write_site(folder, SITE)
        look = Appearance(px_per_mm=3.81, calm=True, guard_ms=0)
        options = Options(data=folder, language=language, appearance=look, demo=True, pace=PACE)
        kiosk = Kiosk(qapp, disk, options)
        centre = Centre(kiosk, qtbot, room)
        opened.append(centre)
        painted: list[None] = []
        kiosk.show(lambda: painted.append(None))
        centre.until(lambda: painted)
        kiosk.connect()
        return centre

    yield open_centre
    for centre in opened:
        centre.kiosk.close()


def pair_by_touch(centre: Centre) -> None:
    """As a technician, with the digits that the cuff shows."""
    driver = centre.driver
    centre.sign_in(*TECHNICIAN)
    driver.tap("pair")
    centre.arrives("pairing")
    centre.room.pairing_mode()
    centre.until(lambda: driver.maybe(f"row_{CUFF}"))
    driver.grab()
    driver.tap(f"row_{CUFF}")
    centre.until(lambda: driver.maybe("typed"))
    centre.until(centre.room.shown)
    for figure in str(centre.room.shown()):
        driver.tap(f"key_{figure}")
    driver.tap("go")
    centre.until(lambda: centre.kiosk.instruments.pairing.saved == "saved")
    driver.settle()


def test_a_cuff_is_paired_read_and_forgotten(open_centre: Callable[..., Centre]) -> None:
    centre = open_centre()
    driver, room = centre.driver, centre.room

    # A technician pairs it, by the six digits that it shows.
    pair_by_touch(centre)
    assert centre.heading() == "UA-651BLE is paired"
    assert driver.get("line").property("stage") == "whole"
    assert centre.instruments() == [(CUFF, "in_use")]
    driver.tap("go")
    centre.arrives("instruments")
    centre.until(lambda: driver.maybe(f"row_{CUFF}"))
    assert driver.maybe("views") is None  # a technician sees no readings
    known = instruments.known_at(centre.kiosk.reader, CUFF)
    assert known is not None
    assert (known.model, known.battery_percent) == ("SVK-CUFF", 85)

    # A resident measures; the cuff gives an old reading of somebody else as well.
    centre.resident_sits_down()
    yesterday = hong_kong_time() - timedelta(days=1)
    room.measure(SimulatedReading(171, 95, 88, taken_at=yesterday), SimulatedReading(142, 84, 72))
    centre.until(lambda: centre.rows("SELECT 1 FROM vital"))
    (vital,) = centre.rows("SELECT * FROM vital")
    assert json.loads(vital["reading"])["systolic"] == "142"
    assert vital["started_by"] == "resident"
    centre.until(lambda: centre.rows("SELECT 1 FROM reading_inbox WHERE check_in_id IS NULL"))

    # A social worker says whose the old one is.
    centre.sign_in(*WORKER)
    centre.until(lambda: driver.maybe("readings"))
    (row,) = centre.kiosk.attribution.property("rows")
    assert (row["why"], row["values"]["systolic"]) == ("earlier", "171")
    driver.tap(f"row_{row['key']}")
    centre.arrives("attribution")
    driver.type("chan mei")
    centre.until(lambda: len(centre.kiosk.residents.property("rows")) == 1)
    (person,) = centre.kiosk.residents.property("rows")
    driver.grab()
    driver.tap(f"row_{person['key']}")
    assert driver.says("Is it a reading of 陳美玲 Chan Mei Ling?")
    assert len(centre.rows("SELECT 1 FROM vital")) == 1
    driver.tap("dialogConfirm")
    centre.until(lambda: len(centre.rows("SELECT 1 FROM vital")) == 2)
    centre.arrives("instruments")
    late = next(one for one in centre.rows("SELECT * FROM vital") if one["id"] == row["key"])
    staff = centre.rows("SELECT id FROM staff WHERE role = 'social_worker'")[0]["id"]
    assert (late["started_by"], late["resident_id"]) == (staff, person["key"])
    assert late["taken_at"] < vital["taken_at"] - 23 * 3_600_000
    assert centre.rows("SELECT 1 FROM reading_inbox") == []

    # The technician forgets it.
    centre.sign_in(*TECHNICIAN)
    centre.until(lambda: driver.maybe(f"row_{CUFF}"))
    driver.grab()
    driver.tap(f"row_{CUFF}")
    assert driver.says("Forget UA-651BLE?")
    driver.tap("dialogConfirm")
    centre.until(lambda: centre.instruments() == [(CUFF, "retired")])
    centre.until(lambda: driver.says("No instrument is paired yet"))
    actions = [one["action"] for one in centre.rows("SELECT action FROM audit ORDER BY at, id")]
    assert [one for one in actions if "instrument" in one or "reading" in one] == [
        "pair_instrument",
        "attribute_reading",
        "forget_instrument",
    ]


@pytest.mark.parametrize(
    ("method", "step", "language"),
    [
        (PairingMethod.JUST_WORKS, "connecting", "en"),  # choosing it was the answer
        (PairingMethod.COMPARE, "compare", "zh_HK"),
        (PairingMethod.PASSKEY_ON_KIOSK, "show", "zh_CN"),
    ],
)
def test_every_other_way_of_pairing(
    open_centre: Callable[..., Centre], method: PairingMethod, step: str, language: str
) -> None:
    centre = open_centre(method, language)
    driver, room = centre.driver, centre.room
    seen: list[str] = []
    centre.kiosk.instruments.pairing.changed.connect(
        lambda: seen.append(centre.kiosk.instruments.pairing.digits)
    )
    typed: list[int] = []

    def types(shown: int) -> int:
        typed.append(shown)
        return shown

    room.cuff.person_types = types
    centre.sign_in(*TECHNICIAN)
    driver.tap("pair")
    centre.arrives("pairing")
    room.pairing_mode()
    centre.until(lambda: driver.maybe(f"row_{CUFF}"))
    driver.grab()
    driver.tap(f"row_{CUFF}")
    if step == "compare":
        centre.until(lambda: centre.kiosk.instruments.pairing.step == step)
        driver.grab()
        driver.tap("go")
    centre.until(lambda: centre.kiosk.instruments.pairing.saved == "saved")

    assert centre.instruments() == [(CUFF, "in_use")]
    if step == "show":
        assert f"{typed[0]:06d}" in seen


def test_an_unpaired_cuff_that_wants_pairing_sends_the_resident_to_staff(
    open_centre: Callable[..., Centre],
) -> None:
    centre = open_centre()
    centre.resident_sits_down()
    centre.room.measure(SimulatedReading(142, 84, 72))
    centre.until(lambda: centre.kiosk.check_in.cuff.problem == "not_paired")

    assert centre.driver.says("on the page Instruments")


def test_a_refused_pairing_can_be_tried_again(open_centre: Callable[..., Centre]) -> None:
    centre = open_centre(PairingMethod.REFUSES)
    driver = centre.driver
    centre.sign_in(*TECHNICIAN)
    driver.tap("pair")
    centre.arrives("pairing")
    centre.room.pairing_mode()
    centre.until(lambda: driver.maybe(f"row_{CUFF}"))
    driver.grab()
    driver.tap(f"row_{CUFF}")
    centre.until(lambda: centre.kiosk.instruments.pairing.step == "failed")

    assert centre.instruments() == []
    assert driver.get("go").property("text") == "Try again"
    assert driver.get("line").property("stage") == "broken"


def test_the_adapter_that_is_pulled_out_is_said_and_comes_back(
    open_centre: Callable[..., Centre],
) -> None:
    centre = open_centre()
    centre.sign_in(*TECHNICIAN)
    centre.until(lambda: centre.driver.says("Bluetooth is working"))
    centre.room.bluetooth.plugged = False
    centre.until(lambda: centre.driver.says("The Bluetooth adapter is not plugged in"))
    centre.room.bluetooth.plugged = True
    centre.until(lambda: centre.driver.says("Bluetooth is working"))
