"""A resident side without a window: the real store, shell and rules, and a scripted cuff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import shiboken6

from devices.health.errors import InstrumentError
from devices.health.events import Connected, CuffPressure, Disconnected, InstrumentIdentity
from kiosk.cuff_session import (
    CuffNews,
    KnownReading,
    ReadingArrived,
    SessionEnded,
)
from kiosk.frame_keeping import Came, keep_once
from kiosk.records import reading_inbox
from kiosk.records.reading_inbox import InboxReading, Why
from kiosk.records.staff import keep_hashes
from kiosk.rules import CareRules, load_rules
from kiosk.shifts import Shifts, Worker
from kiosk.sign_in import WrongPin
from kiosk.site import Site
from kiosk.viewmodels.check_in import CheckInViewModel
from kiosk.viewmodels.shell import ShellViewModel
from kiosk.viewmodels.staff_call import StaffCallViewModel
from offline_sync.clock import Instant
from offline_sync.identity import new_record_id
from offline_sync.store import Store
from tests.builders import InlineBackground, open_test_store, resident_change, staff_change

RULES_FILE = Path(__file__).parents[2] / "assets" / "rules" / "demo-2026.1.toml"
CARD = "HV7Q2K9M4T"
PIN = "135790"
NOON = 1_795_320_000_000  # 2026-11-22 12:00 in Hong Kong
MORNING = datetime(2026, 11, 22, 2, 42, tzinfo=UTC)  # 10:42 in Hong Kong
SITE = Site(
    village={"en": "Hang Hau Village", "zh_HK": "坑口村", "zh_CN": "坑口村"},
    address={
        "en": "12 Hang Hau Village, ground floor",
        "zh_HK": "坑口村 12 號地下",
        "zh_CN": "坑口村 12 号地下",
    },
    landmark={
        "en": "Opposite the big banyan tree",
        "zh_HK": "村口大榕樹對面",
        "zh_CN": "村口大榕树对面",
    },
    telephone="2345 0000",
)


class DrivenClock:
    """Both clocks, moved by the test alone."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def now(self) -> Instant:
        return Instant(NOON + self.ms, self.ms, "test-boot")

    def mono_ms(self) -> int:
        return self.ms


class ScriptedCuff:
    """A `CuffPort` whose news the test tells; it keeps frames as the real sessions do."""

    def __init__(self, background: InlineBackground, clock: DrivenClock) -> None:
        self._background = background
        self._clock = clock
        self.check_in_id = ""
        self.on_record = True
        self.listener: Callable[[CuffNews], None] | None = None
        self.sessions = 0
        self.left_for_staff: list[tuple[str, Why]] = []

    def start(
        self, check_in_id: str, on_record: bool, listener: Callable[[CuffNews], None]
    ) -> None:
        self.check_in_id, self.on_record, self.listener = check_in_id, on_record, listener
        self.sessions += 1

    def stop(self) -> None:
        self.listener = None

    def leave_for_staff(self, reading_id: str, why: Why) -> None:
        self.left_for_staff.append((reading_id, why))
        reading_inbox.leave_unattributed(self._background.store, reading_id, why)

    def tell(self, news: CuffNews) -> None:
        assert self.listener is not None, "nobody listens to the cuff"
        self.listener(news)

    def connects(self) -> None:
        self.tell(
            Connected(InstrumentIdentity("AA:BB:CC:00:00:01", "Village cuff"), "blood_pressure")
        )

    def inflates(self, *pressures: int) -> None:
        for mmhg in pressures:
            self._clock.ms += 400
            self.tell(CuffPressure(mmhg))

    def fails(self, error: InstrumentError | None) -> None:
        self.tell(SessionEnded(error))

    def measures(
        self,
        systolic: int,
        diastolic: int,
        pulse: int = 72,
        *,
        kept: bool = True,
        raw: bytes | None = None,
        device_time: datetime | None = None,
        clock_offset_s: float | None = None,
    ) -> str:
        """Connect, give one reading, leave. Returns the frame's id."""
        self.connects()
        self._clock.ms += 30_000
        listener = self.listener
        frame_id = self.arrives(
            frame(systolic, diastolic, pulse, device_time) if raw is None else raw,
            kept=kept,
            clock_offset_s=clock_offset_s,
        )
        for news in (Disconnected(), SessionEnded(None, clock_offset_s)):
            if listener is not None:
                listener(news)
        return frame_id

    def arrives(self, raw: bytes, *, kept: bool = True, clock_offset_s: float | None = None) -> str:
        """One frame comes. Returns its id."""
        now = self._clock.now()
        reading = InboxReading(
            id=new_record_id(),
            session_id="session",
            characteristic="2A35",
            raw=raw,
            instrument={"address": "AA:BB:CC:00:00:01", "name": "Village cuff"},
            device_time=None,
            clock_offset_s=clock_offset_s,
            received_at=now.wall_ms,
            mono_ms=now.mono_ms,
            boot_id=now.boot_id,
            check_in_id=self.check_in_id,
            started_by="resident",
        )
        kept = kept and self.on_record
        is_new = not kept or keep_once(self._background.store, reading) is Came.NEW
        self.tell(ReadingArrived(reading, kept) if is_new else KnownReading())
        return reading.id


def frame(systolic: int, diastolic: int, pulse: int, at: datetime | None = None) -> bytes:
    """A 0x2A35 frame with whole numbers and a pulse."""
    flags = 0x04 | (0x02 if at else 0)
    out = bytes([flags])
    for number in (systolic, diastolic, (systolic + 2 * diastolic) // 3):
        out += number.to_bytes(2, "little")
    if at is not None:
        out += at.year.to_bytes(2, "little")
        out += bytes([at.month, at.day, at.hour, at.minute, at.second])
    return out + pulse.to_bytes(2, "little")


@dataclass
class ResidentSide:
    """Everything together, and what a person can do with it."""

    store: Store
    background: InlineBackground
    clock: DrivenClock
    shell: ShellViewModel
    shifts: Shifts
    cuff: ScriptedCuff
    call: StaffCallViewModel
    check_in: CheckInViewModel
    resident_id: str
    worker: Worker

    def wait(self, seconds: float) -> None:
        self.clock.ms += int(seconds * 1000)
        self.check_in.tick()
        self.call.tick()

    def sit_down(self) -> None:
        self.check_in.cardShown(CARD)
        self.check_in.itIsMe()
        if self.shell.route == "notice":
            self.check_in.agree()

    def ready_to_measure(self) -> None:
        self.sit_down()
        self.rest()

    def rest(self) -> None:
        self.wait(300)
        self.check_in.imBack()
        self.check_in.cuffIsOn()

    def two_readings(self, first: tuple[int, int], second: tuple[int, int]) -> None:
        self.cuff.measures(*first)
        if self.check_in.step == "symptoms":
            self.check_in.noSymptoms()
        self.wait(60)
        self.cuff.measures(*second)

    def rows(self, table: str) -> list[dict[str, object]]:
        return list(self.background.reader.query(f"SELECT * FROM {table} ORDER BY id"))

    def close(self) -> None:
        shiboken6.delete(self.check_in)  # with its call, its cuff and their timers
        shiboken6.delete(self.shell)
        self.background.close()


def resident_side(
    folder: Path,
    *,
    demo: bool = True,
    signed: bool = False,
    staffed: bool = True,
    **resident: object,
) -> ResidentSide:
    """Set up one kiosk with one resident and one worker, who can sign in unless not `staffed`."""
    store = open_test_store(folder)
    background = InlineBackground(store, folder / "kiosk.db")
    clock = DrivenClock()
    change = resident_change(**resident)
    store.save([change], "test")
    worker = Worker("worker-1", "黃詠詩", "social_worker")  # type: ignore[arg-type]
    if staffed:
        store.save([staff_change(record_id=worker.staff_id, name=worker.name)], "test")
        keep_hashes(store, worker.staff_id, "no passphrase", "no PIN", NOON)
    shell = ShellViewModel(monotonic=lambda: clock.ms / 1000, now=lambda: MORNING)
    shell.set_village("坑口村")
    shifts = Shifts(clock)

    def check_pin(_: Store, staff_id: str, pin: str) -> Worker:
        if staff_id != worker.staff_id or pin != PIN:
            raise WrongPin(0, 4)
        return worker

    cuff = ScriptedCuff(background, clock)
    call = StaffCallViewModel(background, shell, shifts, check_pin, SITE, clock)
    check_in = CheckInViewModel(
        background,
        shell,
        cuff,
        call,
        _rules(signed),
        clock,
        demo=demo,
        monotonic_ms=clock.mono_ms,
    )
    return ResidentSide(
        store,
        background,
        clock,
        shell,
        shifts,
        cuff,
        call,
        check_in,
        change.record_id,
        worker,
    )


def _rules(signed: bool) -> CareRules:
    rules = load_rules(RULES_FILE)
    return replace(rules, bands=replace(rules.bands, signed=signed))
