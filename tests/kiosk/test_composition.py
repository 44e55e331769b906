"""The whole kiosk, offscreen: it starts, fills its outbox alone, drains it, and closes clean."""

from __future__ import annotations

import argparse
import json
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickWindow
from pytestqt.qtbot import QtBot

from devices.health import session
from devices.health.events import Frame, InstrumentIdentity
from devices.traffic.timing import ReaderTiming
from hub.database import open_database
from kiosk import composition, connections, self_test, start
from kiosk.composition import Kiosk, Options
from kiosk.demo import run
from kiosk.disk import DATABASE, DataOnDisk
from kiosk.leftovers import leftovers
from kiosk.paths import ASSETS
from kiosk.records import instruments
from kiosk.records.reading_inbox import InboxReading
from kiosk.records.unfinished import LEFT_ALONE_FOR_MS
from kiosk.roles import Role
from kiosk.rules import load_rules
from kiosk.shifts import Worker
from kiosk.site import Site, write_site
from kiosk.ui.window import Appearance, WindowFailed
from kiosk.workers import Urgency
from offline_sync import database
from offline_sync.database import StoreFull, StoreInUse, StoreUnavailable, open_writer
from offline_sync.delivery import Pace
from offline_sync.marker import marker_path
from offline_sync.store import Store
from tests.builders import resident_change
from tests.hub.serving import HubProcess, enrol_in, running_hub
from tests.kiosk.connected import connect_folder, connect_to_nobody
from tests.kiosk.instrument_side import CUFF, cuff_frame, keep, oximeter_frame
from tests.kiosk.resident_side import NOON, frame
from tests.kiosk.test_connections import GATE
from tests.kiosk.test_store_check import damage
from tests.kiosk.test_unfinished import reading
from tests.offline_sync.kiosks import Kiosk as AnotherKiosk
from tests.offline_sync.test_client import run as run_once
from tests.ui.fixtures import LANGUAGES, fonts_loaded, words_compiled

__all__ = ["fonts_loaded", "words_compiled"]

WAIT_MS = 15_000
QUICKLY = Pace(poll_s=0.2, first_backoff_s=0.1, longest_backoff_s=0.2, request_limit_s=5.0)
LOOK = Appearance(px_per_mm=3.81, calm=True, guard_ms=0)

HEARD = Frame(
    frame(142, 84, 72), "2A35", "blood_pressure", InstrumentIdentity(CUFF), NOON, 5, "boot", None
)

MakeKiosk = Callable[[], Kiosk]
StartKiosk = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def make_kiosk(
    qapp: QGuiApplication, folder: Path, fonts_loaded: None, words_compiled: None
) -> Iterator[MakeKiosk]:
    """A kiosk over `folder`; closed at the end when the test has not done so."""
    open_kiosks: list[Kiosk] = []

    def make() -> Kiosk:
        options = Options(
            data=folder,
            language="en",
            appearance=LOOK,
            sync_pace=QUICKLY,
            counting_timing=ReaderTiming(look_again_s=0.05),
        )
        open_kiosks.append(Kiosk(qapp, DataOnDisk(folder), options))
        return open_kiosks[-1]

    yield make
    for kiosk in open_kiosks:
        kiosk.close()


@pytest.fixture
def start_kiosk(
    qapp: QGuiApplication,
    folder: Path,
    fonts_loaded: None,
    words_compiled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> StartKiosk:
    """`village-kiosk` as the command line starts it, in the application of the tests."""
    monkeypatch.setattr(start, "create_application", lambda _: qapp)
    monkeypatch.setattr(start.messages, "install", lambda: None)

    def start_kiosk(**given: object) -> int:
        plain: dict[str, object] = {
            "data": folder,
            "language": "en",
            "theme": "light",
            "size": "1280x800",
            "px_per_mm": 3.81,
            "full_screen": False,
            "demo": False,
            "tour": None,
            "first_frame": False,
            "self_test": False,
        }
        return start.start(argparse.Namespace(**plain | given))

    return start_kiosk


def painted(kiosk: Kiosk, qtbot: QtBot) -> None:
    frames: list[None] = []
    kiosk.show(lambda: frames.append(None))
    qtbot.waitUntil(lambda: bool(frames), timeout=WAIT_MS)


def texts(window: QQuickWindow) -> dict[str, str]:
    found: dict[str, str] = {}
    stack: list[QQuickItem] = [window.contentItem()]
    while stack:
        item = stack.pop()
        stack += item.childItems()
        if item.objectName().startswith("problem"):
            found[item.objectName()] = item.property("text")
    return found


# ---- a working day


def test_a_new_kiosk_paints_its_first_page_and_is_offline(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot
) -> None:
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    kiosk.connect()
    assert kiosk.shell.property("route") == "home"
    assert not kiosk.shell.property("online")
    assert kiosk.shell.property("notProtected")
    assert (folder / DATABASE).is_file()


def test_damage_in_a_large_store_is_shown_after_the_first_page(
    make_kiosk: MakeKiosk,
    folder: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "CHECKED_WHEN_OPENED", 0)
    disk = DataOnDisk(folder)
    disk.open_store().close()
    damage(disk)
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    assert not kiosk.shell.property("damaged")
    kiosk.connect()
    qtbot.waitUntil(lambda: kiosk.shell.property("damaged"), timeout=WAIT_MS)


def test_the_outbox_fills_without_a_hub_and_drains_when_it_appears(
    make_kiosk: MakeKiosk, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    hub = HubProcess(tmp_path / "hub")
    hub.start()  # once, for a port that is its own
    hub.stop()
    data = hub.folder / "data"
    engine = open_database(data)
    connect_folder(folder, hub.url, lambda key: enrol_in(engine, data, "kiosk 1", signer=key))
    engine.dispose()

    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    kiosk.connect()
    people = [resident_change(card_token=f"CARD{number}") for number in range(120)]
    op_ids = kiosk.writer.submit(lambda store: store.save(people, "test")).result(10)
    qtbot.waitUntil(lambda: kiosk.shell.property("unsent") == 120, timeout=WAIT_MS)
    assert not kiosk.shell.property("online")

    hub.start()
    try:
        qtbot.waitUntil(lambda: kiosk.shell.property("online"), timeout=WAIT_MS)
        qtbot.waitUntil(lambda: kiosk.shell.property("unsent") == 0, timeout=WAIT_MS)
        assert all(kiosk.is_acknowledged(op_id) for op_id in op_ids)
        change = resident_change()
        (op_id,) = kiosk.writer.submit(lambda store: store.save([change], "test")).result(10)
        qtbot.waitUntil(lambda: kiosk.is_acknowledged(op_id), timeout=WAIT_MS)
    finally:
        hub.stop()
    qtbot.waitUntil(lambda: not kiosk.shell.property("online"), timeout=WAIT_MS)


def test_records_of_another_kiosk_show_in_the_list_that_is_open(
    make_kiosk: MakeKiosk, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with running_hub(tmp_path / "hub") as hub, AnotherKiosk(tmp_path, "another") as another:
        connect_folder(folder, hub.url, lambda key: hub.enrol("kiosk 1", signer=key))
        another.save_residents(2)
        assert run_once(another.client(hub.url, hub.enrol("kiosk 2"))).ok

        kiosk = make_kiosk()
        painted(kiosk, qtbot)
        kiosk.residents.gate.open(Worker("w1", "黃詠詩", Role.SOCIAL_WORKER))
        kiosk.residents.search("")
        assert kiosk.residents.property("rows") == []
        kiosk.connect()
        qtbot.waitUntil(lambda: len(kiosk.residents.property("rows")) == 2, timeout=WAIT_MS)
        kiosk.close()


def test_what_was_accepted_is_saved_when_the_kiosk_is_closed_during_work(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    kiosk.connect()
    begun, go_on = threading.Event(), threading.Event()

    def busy(_: object) -> None:
        begun.set()
        assert go_on.wait(10)

    kiosk.writer.submit(busy, Urgency.MACHINE)
    assert begun.wait(10)
    change = resident_change()
    saved = kiosk.writer.submit(lambda store: store.save([change], "test"))
    close = kiosk.delivery.close

    def closing_has_begun() -> None:
        close()
        go_on.set()

    monkeypatch.setattr(kiosk.delivery, "close", closing_has_begun)
    kiosk.close()
    assert saved.done()
    reader = DataOnDisk(folder).open_reader()
    assert reader.execute("SELECT id FROM resident").fetchall() == [(change.record_id,)]
    reader.close()


def test_the_same_folder_opens_again_after_closing(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot
) -> None:
    change = resident_change()
    first = make_kiosk()
    first.writer.submit(lambda store: store.save([change], "test")).result(10)
    first.close()
    first.close()
    second = make_kiosk()
    painted(second, qtbot)
    second.connect()
    qtbot.waitUntil(lambda: second.shell.property("unsent") == 1, timeout=WAIT_MS)


def test_a_sitting_that_was_left_unfinished_is_noted_at_the_next_start(
    make_kiosk: MakeKiosk, qtbot: QtBot
) -> None:
    first = make_kiosk()
    left = reading("sitting-1", first.clock.now().wall_ms - LEFT_ALONE_FOR_MS - 1)
    first.writer.submit(lambda store: store.save([left], "test")).result(10)
    first.close()
    second = make_kiosk()
    painted(second, qtbot)
    second.connect()
    qtbot.waitUntil(lambda: second.shell.property("unsent") == 2, timeout=WAIT_MS)

    (note,) = second.reader["task_act"].rows
    assert (note["act"], note["about"]) == ("check_in_unfinished", "sitting-1")
    assert second.shell.property("route") == "home"


# ---- what goes wrong on the way


def test_a_window_that_does_not_load_leaves_the_store_closed(
    make_kiosk: MakeKiosk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise WindowFailed("Main.qml did not load")

    monkeypatch.setattr(composition, "KioskWindow", broken)
    with pytest.raises(WindowFailed):
        make_kiosk()
    assert "store-writer" not in {thread.name for thread in threading.enumerate()}
    DataOnDisk(folder).open_store().close()


def test_a_fault_while_closing_still_closes_the_rest(
    make_kiosk: MakeKiosk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(_: object) -> None:
        raise LookupError("nobody thought of this")

    monkeypatch.setattr(composition.CuffSessions, "close", faulty)
    kiosk = make_kiosk()
    with pytest.raises(LookupError):
        kiosk.close()
    assert not {"store-writer", "asyncio"} & {thread.name for thread in threading.enumerate()}
    DataOnDisk(folder).open_store().close()


def test_an_address_that_can_never_work_does_not_stop_the_kiosk(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    connect_to_nobody(folder, "the district office")
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    kiosk.connect()
    kiosk.writer.submit(lambda store: store.save([resident_change()], "test")).result(10)
    qtbot.waitUntil(lambda: kiosk.shell.property("unsent") == 1, timeout=WAIT_MS)
    assert not kiosk.shell.property("online")
    assert "Connect it to its hub again" in caplog.text


def test_a_new_counter_on_a_full_disk_is_looked_up_again(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    DataOnDisk(folder)
    empty = {"en": "", "zh_HK": "", "zh_CN": ""}
    write_site(folder, Site(empty, empty, empty, "", (replace(GATE, port=str(folder / "radar")),)))
    monkeypatch.setattr(composition, "_LOOK_AGAIN_MS", 1)
    tries: list[None] = []

    def full(*_: object, **__: object) -> None:
        tries.append(None)
        raise StoreFull("the disk is full")

    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    with monkeypatch.context() as disk:
        disk.setattr(connections, "counter_records", full)
        kiosk.connect()
        qtbot.waitUntil(lambda: len(tries) > 2, timeout=WAIT_MS)
        assert kiosk.reader.execute("SELECT count(*) FROM counter").fetchone() == (0,)
    qtbot.waitUntil(
        lambda: kiosk.reader.execute("SELECT count(*) FROM counter").fetchone() == (1,),
        timeout=WAIT_MS,
    )
    qtbot.waitUntil(lambda: "counting" in {one.name for one in threading.enumerate()})


# ---- what keeps it from starting


def with_wrong_key(folder: Path) -> None:
    (folder / "store.key").write_text("ab" * 32 + "\n", "ascii")


def with_damage(folder: Path) -> None:
    database = folder / DATABASE
    content = bytearray(database.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    database.write_bytes(content)


def with_newer_schema(folder: Path) -> None:
    db = open_writer(folder / DATABASE, DataOnDisk(folder).key.key)
    db.execute("PRAGMA user_version = 9999")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def with_the_database_gone(folder: Path) -> None:
    (folder / DATABASE).unlink()


def with_an_older_copy(folder: Path) -> None:
    marker = marker_path(folder / DATABASE)
    marker.write_bytes(marker.read_bytes().replace(b'"next_seq":2', b'"next_seq":99'))


PROBLEMS = {
    with_the_database_gone: ("DatabaseMissing", "The records of this kiosk are gone"),
    with_an_older_copy: ("DatabaseSetBack", "The records are not as this kiosk left them"),
    with_wrong_key: ("WrongKey", "The key does not fit the records"),
    with_damage: ("DatabaseDamaged", "Part of the records cannot be read"),
    with_newer_schema: ("SchemaTooNew", "The records were written by a newer kiosk"),
}


def in_language(english: str, language: str) -> str:
    words = (ASSETS / "translations" / "words.tsv").read_text("utf-8").splitlines()
    (line,) = (line.split("\t") for line in words if line.startswith(f"{english}\t"))
    return line[LANGUAGES.index(language)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("broken", PROBLEMS, ids=lambda broken: broken.__name__)
def test_records_that_do_not_open_are_told_on_a_page_and_stay_as_they_are(
    broken: Callable[[Path], None],
    language: str,
    folder: Path,
    qapp: QGuiApplication,
    start_kiosk: StartKiosk,
) -> None:
    with DataOnDisk(folder).open_store() as store:
        store.save([resident_change()], "test")
    broken(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    shown: dict[str, str] = {}

    def read_the_page() -> None:
        (window,) = (one for one in qapp.topLevelWindows() if isinstance(one, QQuickWindow))
        if window.isExposed():
            shown.update(texts(window))
            window.close()

    looking = QTimer(interval=10)
    looking.timeout.connect(read_the_page)
    looking.start()
    assert start_kiosk(language=language) == start.PROBLEM_EXIT
    looking.stop()
    kind, title = PROBLEMS[broken]
    assert shown["problemTitle"] == in_language(title, language)
    assert shown["problemStep"]
    assert shown["problemMessage"].startswith(f"{kind}: ")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= {f"{DATABASE}-wal", f"{DATABASE}-shm"}


def test_without_a_window_the_kiosk_ends_with_words_for_the_technician(
    start_kiosk: StartKiosk,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise WindowFailed("Main.qml did not load")

    monkeypatch.setattr(composition, "KioskWindow", broken)
    assert start_kiosk() == start.PROBLEM_EXIT
    assert "Reinstall the kiosk" in caplog.text
    DataOnDisk(folder).open_store().close()


def test_a_crash_leaves_no_picture_of_the_memory(
    start_kiosk: StartKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(start.resource, "setrlimit", limits.__setitem__)
    assert start_kiosk(first_frame=True) == 0
    assert limits == {resource.RLIMIT_CORE: (0, 0)}


@pytest.mark.parametrize("way", ["demo", "first_frame", "self_test"])
def test_a_folder_that_cannot_be_made_is_told_in_plain_words(
    way: str,
    tmp_path: Path,
    start_kiosk: StartKiosk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    told: list[Exception] = []

    def shown(_app: object, error: Exception, *_: object) -> int:
        told.append(error)
        return 0

    monkeypatch.setattr(start, "show_problem", shown)
    assert start_kiosk(data=tmp_path / "file" / "data", **{way: True}) == start.PROBLEM_EXIT
    if way == "demo":
        assert "Check that the disk is in place" in capsys.readouterr().err
    else:
        assert [type(error) for error in told] == [StoreUnavailable]


def test_the_first_frame_is_timed_and_the_kiosk_ends(
    start_kiosk: StartKiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start_kiosk(first_frame=True) == 0
    assert float(capsys.readouterr().out) > 0


def test_a_self_test_that_cannot_save_says_so_and_ends(
    start_kiosk: StartKiosk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("the disk is full")

    monkeypatch.setattr(Store, "save", full)
    assert start_kiosk(self_test=True) == 1
    told = capsys.readouterr()
    said = json.loads(told.out)
    assert (said["store"], said["synced"]) == ("StoreFull", 0)
    assert "The record was not saved" in told.err


def test_a_self_test_without_a_hub_saves_and_says_at_once_that_nothing_was_sent(
    start_kiosk: StartKiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    assert start_kiosk(self_test=True) == 1
    assert time.monotonic() - began < self_test._LIMIT_MS / 1000 / 2
    told = capsys.readouterr()
    said = json.loads(told.out)
    assert (said["store"], said["synced"]) == ("encrypted", 0)
    assert "No hub is set: village-kiosk connect" in told.err


def test_a_self_test_that_reaches_no_hub_says_so(
    start_kiosk: StartKiosk,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(self_test, "_LIMIT_MS", 2_000)
    connect_to_nobody(folder, "http://127.0.0.1:9")
    assert start_kiosk(self_test=True) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["synced"] == 0
    assert "is saved and was not sent. The hub cannot be reached." in told.err


def test_a_second_demo_in_the_same_folder_is_refused_in_plain_words(
    start_kiosk: StartKiosk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def in_use(_: Path) -> None:
        raise StoreInUse("Another program is writing to kiosk.db.")

    monkeypatch.setattr(run, "demo", in_use)
    assert start_kiosk(demo=True) == start.PROBLEM_EXIT
    assert "Close the other kiosk window" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_kiosk_in_order(number: signal.Signals, folder: Path) -> None:
    kiosk = subprocess.Popen(
        [sys.executable, "-m", "kiosk.cli", "--data", folder, "--language", "en"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert kiosk.stderr is not None
    with kiosk, kiosk.stderr as said:
        assert any("first frame after" in line for line in said)
        kiosk.send_signal(number)
        rest = said.read()
    assert kiosk.returncode == 0, rest
    assert "Traceback" not in rest
    # The journal goes when the last connection is closed; a kiosk that dies leaves it.
    assert not (folder / f"{DATABASE}-wal").exists()


# ---- instruments


class NoBluetooth:
    """`devices.health.session.Instruments` without Bluetooth; remembers what was asked of it."""

    made: ClassVar[list[NoBluetooth]] = []

    def __init__(self, clock: object, *, on_stray: Callable[[Frame], Awaitable[None]]) -> None:
        self.on_stray = on_stray
        self.started = threading.Event()
        self.made.append(self)

    async def start(self) -> None:
        self.started.set()

    async def close(self) -> None:
        pass


@pytest.fixture
def no_bluetooth(monkeypatch: pytest.MonkeyPatch) -> list[NoBluetooth]:
    monkeypatch.setattr(session, "Instruments", NoBluetooth)
    NoBluetooth.made.clear()
    return NoBluetooth.made


def pair_before_the_start(folder: Path) -> None:
    with DataOnDisk(folder).open_store() as store:
        instruments.note_paired(
            store, {"address": CUFF, "name": "Village cuff"}, "blood_pressure", 1_000, "staff-1"
        )


def test_without_a_paired_instrument_bluetooth_waits_for_the_first_use(
    make_kiosk: MakeKiosk, qtbot: QtBot, no_bluetooth: list[NoBluetooth]
) -> None:
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    kiosk.connect()
    kiosk.writer.submit(lambda _: None, Urgency.MACHINE).result(10)

    assert no_bluetooth == []


def test_a_paired_instrument_is_listened_to_from_the_first_page_on_and_not_before(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot, no_bluetooth: list[NoBluetooth]
) -> None:
    pair_before_the_start(folder)
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    assert no_bluetooth == []
    kiosk.connect()
    qtbot.waitUntil(lambda: bool(no_bluetooth), timeout=WAIT_MS)

    assert no_bluetooth[0].started.wait(10)


def test_a_stray_frame_goes_to_the_inbox_and_to_an_open_list(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot, no_bluetooth: list[NoBluetooth]
) -> None:
    pair_before_the_start(folder)
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    kiosk.connect()
    qtbot.waitUntil(lambda: bool(no_bluetooth), timeout=WAIT_MS)
    gate = kiosk.attribution.gate
    gate.open(Worker("staff-1", "黃詠詩", Role.SOCIAL_WORKER))
    kiosk.attribution.watch("list")
    assert kiosk.attribution.waiting == 0
    kiosk.loop.run(no_bluetooth[0].on_stray(HEARD)).result(10)
    qtbot.waitUntil(lambda: kiosk.attribution.waiting == 1, timeout=WAIT_MS)

    (row,) = kiosk.reader["reading_inbox"].rows
    assert (row["why"], row["check_in_id"], row["raw"]) == ("stray", None, HEARD.raw)
    assert json.loads(row["instrument"])["name"] == "Village cuff"
    kiosk.writer.submit(lambda _: None, Urgency.MACHINE).result(10)
    known = instruments.known_at(kiosk.reader, CUFF)
    assert known is not None
    assert known.seen_at is not None


def test_what_an_interruption_left_in_the_inbox_is_for_staff_after_the_start(
    make_kiosk: MakeKiosk, folder: Path, qtbot: QtBot
) -> None:
    left = cuff_frame(1_000, why=None, check_in_id="sitting-1", started_by="resident")
    with DataOnDisk(folder).open_store() as store:
        keep(store, left)
    kiosk = make_kiosk()
    painted(kiosk, qtbot)
    kiosk.connect()

    def why() -> object:
        (row,) = kiosk.reader["reading_inbox"].rows
        return row["check_in_id"], row["why"], row["started_by"]

    qtbot.waitUntil(lambda: why() == (None, "left", "resident"), timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("kept", "counts"),
    [
        (cuff_frame(NOON), True),
        (replace(cuff_frame(NOON), raw=frame(142, 10, 72)), False),
        (oximeter_frame(NOON), False),
    ],
)
def test_only_a_believable_blood_pressure_counts_for_means(
    kept: InboxReading, counts: bool
) -> None:
    (reading,) = leftovers([kept])
    rules = load_rules(composition.RULES).measuring

    assert composition._counts(rules, reading) is counts
