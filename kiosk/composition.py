"""The one place that builds the kiosk and wires its parts together.

Order matters: the store is opened, the first page is painted, and only then are
Bluetooth, counters and the hub started. Nothing else in the project builds these objects.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from care.measuring import MeasuringRules, is_believable
from devices.traffic.clock import Clock as CountingClock
from kiosk.bluetooth import BluetoothInstruments
from kiosk.cuff_session import CuffSessions
from kiosk.disk import DataOnDisk
from kiosk.instrument_desk import InstrumentDesk
from kiosk.paths import ASSETS
from kiosk.records.instruments import any_paired, note_heard
from kiosk.records.reading_inbox import leave_interrupted
from kiosk.records.settings import hub as hub_setting
from kiosk.records.sync_status import acknowledged, waiting_ops
from kiosk.records.unfinished import note_unfinished
from kiosk.rules import CareRules, load_rules
from kiosk.shifts import Shifts
from kiosk.sign_in import SignInDesk
from kiosk.site import Site, load_site
from kiosk.stray_frames import StrayFrames
from kiosk.ui.window import Appearance, KioskWindow
from kiosk.upkeep import EVERY_MS, keep_house
from kiosk.viewmodels.attribution import AttributionViewModel
from kiosk.viewmodels.check_in import CheckInViewModel
from kiosk.viewmodels.instruments import InstrumentsViewModel
from kiosk.viewmodels.residents import ResidentsViewModel
from kiosk.viewmodels.shell import ShellViewModel
from kiosk.viewmodels.sign_in import SignInViewModel
from kiosk.viewmodels.staff_call import StaffCallViewModel
from kiosk.viewmodels.sync_status import SyncViewModel
from kiosk.viewmodels.traffic import TrafficViewModel
from kiosk.viewmodels.visit import VisitViewModel
from kiosk.workers import AsyncLoop, Background, GuiDelivery, Urgency, Writer, WriterStopped
from offline_sync.errors import StoreError
from offline_sync.outbox import SyncRun

if TYPE_CHECKING:
    from devices.health.events import InstrumentIdentity
    from devices.traffic.timing import ReaderTiming
    from kiosk.connections import HubConnection
    from kiosk.leftovers import Leftover
    from kiosk.outbox import Records
    from offline_sync.delivery import Pace

log = logging.getLogger(__name__)

RULES: Final = ASSETS / "rules" / "demo-2026.1.toml"
_BADGE_WITHIN_MS: Final = 200
_LOOK_AGAIN_MS: Final = 30_000
_LET_GO_WITHIN_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """How this run of the kiosk differs from a live one at the village centre."""

    data: Path
    language: str = "zh_HK"
    theme: str = "light"
    appearance: Appearance = field(default_factory=Appearance)
    full_screen: bool = False
    demo: bool = False
    pace: float = 1.0  # how much faster than life rest and pause pass
    sync_pace: Pace | None = None
    counting_clock: CountingClock | None = None
    counting_timing: ReaderTiming | None = None


class Kiosk:
    """The running kiosk: built, shown, connected, and closed in the opposite order."""

    def __init__(self, app: QGuiApplication, disk: DataOnDisk, options: Options) -> None:
        """Raises a StoreError, SiteFileWrong or RuleFileRefused, each with what to do."""
        self._options = options
        self._disk = disk
        self.clock = disk.clock
        self.site: Site = load_site(options.data)
        rules = load_rules(RULES)
        self.delivery = GuiDelivery()
        self._hub: HubConnection | None = None
        # Closing goes back through this, in the opposite order and to its end, whatever one
        # step of it does; so does a start that fails halfway.
        with ExitStack() as opened:
            self._build(app, disk, rules, opened)
            self._opened = opened.pop_all()

    def _build(
        self, app: QGuiApplication, disk: DataOnDisk, rules: CareRules, opened: ExitStack
    ) -> None:
        options = self._options
        self.writer = Writer(disk.open_store, self._saved)
        self.writer.start().result()
        opened.callback(self.writer.stop)
        self.reader = disk.open_reader()
        opened.callback(self.reader.close)
        self.loop = AsyncLoop()
        self.loop.start()
        opened.callback(self.loop.stop)
        self._strays = StrayFrames(
            self.loop.call,
            self.writer.submit,
            lambda frame: self._cuff.is_private(frame),
            self._note_heard,
            lambda: self.delivery.deliver(self.attribution.arrived),
        )
        opened.callback(self._strays.close)
        self._instruments = BluetoothInstruments(disk.clock, self._strays.take)
        opened.callback(self._let_go_of_instruments)
        self._badge = QTimer(self.delivery, interval=_BADGE_WITHIN_MS, singleShot=True)
        self._badge.timeout.connect(self._show_waiting)
        self._counters_again = QTimer(self.delivery, interval=_LOOK_AGAIN_MS, singleShot=True)
        self._counters_again.timeout.connect(self._look_up_counters)
        self._upkeep = QTimer(self.delivery, interval=EVERY_MS)
        self._upkeep.timeout.connect(self._keep_house)

        background = Background(self.writer, self.delivery, self.reader)
        shifts = Shifts(disk.clock)
        desk = SignInDesk(disk.clock)
        self.shell = ShellViewModel(options.language, options.theme)
        self.call = StaffCallViewModel(
            background, self.shell, shifts, desk.with_pin, self.site, disk.clock
        )
        self._cuff = CuffSessions(
            self._instruments,
            self.loop.run,
            self.loop.call,
            self.writer.submit,
            self.delivery.deliver,
            on_heard=self._note_heard,
        )
        opened.callback(self._cuff.close)
        desk_of_instruments = InstrumentDesk(
            self._instruments, self.loop.run, self.loop.call, self.delivery.deliver
        )
        opened.callback(desk_of_instruments.close)
        self.check_in = CheckInViewModel(
            background,
            self.shell,
            self._cuff,
            self.call,
            rules,
            disk.clock,
            demo=options.demo,
            pace=options.pace,
        )
        self.sign_in = SignInViewModel(background, shifts, desk, self.shell)
        self.residents = ResidentsViewModel(background, shifts, disk.clock)
        self.visit = VisitViewModel(background, shifts, disk.clock)
        self.traffic = TrafficViewModel(
            background, shifts, options.counting_clock or disk.clock, options.counting_timing
        )
        self.sync = SyncViewModel(background, shifts, disk.clock)
        self.instruments = InstrumentsViewModel(background, shifts, disk.clock, desk_of_instruments)
        self.attribution = AttributionViewModel(
            background, shifts, disk.clock, partial(_counts, rules.measuring)
        )
        opened.callback(self._stop_timers)
        self._show_site()
        self.shell.languageChanged.connect(self._show_site)
        self.shell.set_demo(options.demo)
        self.shell.set_not_protected(not disk.key.protected_against_theft)
        for view_model in (
            *(self.residents, self.visit, self.traffic, self.sync),
            *(self.instruments, self.attribution),
        ):
            view_model.refused.connect(self._refused)
        self.window = KioskWindow(
            app,
            self.shell,
            {
                "checkIn": self.check_in,
                "signIn": self.sign_in,
                "residents": self.residents,
                "visit": self.visit,
                "traffic": self.traffic,
                "sync": self.sync,
                "instruments": self.instruments,
                "attribution": self.attribution,
            },
            options.appearance,
        )
        opened.callback(self.window.close)
        self.call.resume()

    def show(self, first_frame: Callable[[], None]) -> None:
        """Show the window; `first_frame` is called once, after the first page was painted."""
        window, painted = self.window.window, [first_frame]

        def swapped() -> None:
            if painted:
                window.frameSwapped.disconnect(swapped)
                painted.pop()()

        # Queued: a slot called on the render thread could wait for this one for ever.
        window.frameSwapped.connect(swapped, Qt.ConnectionType.QueuedConnection)
        self.window.show(self._options.full_screen)

    def connect(self) -> None:
        """Start what talks to the world outside, and what the first page did not wait for."""
        if not self._disk.checked_when_opened:
            self._check_store()
        if self.site.counters:
            self._look_up_counters()
        self._connect_hub()
        self._leave_interrupted()
        self._note_unfinished()
        self._upkeep.start()
        self._keep_house()
        self.loop.call(_load_decoders)
        if any_paired(self.reader):
            self.loop.run(self._instruments.listen())
        self._badge.start()

    def _check_store(self) -> None:
        from kiosk.store_check import StoreCheck

        check = StoreCheck(
            self._disk.open_reader, lambda: self.delivery.deliver(self.shell.set_damaged)
        )
        check.start()
        self._opened.callback(check.stop)

    def _leave_interrupted(self) -> None:
        """No sitting of an earlier run goes on: what it left behind is for staff."""
        self.delivery.when_done(
            self.writer.submit(
                partial(leave_interrupted, before=self.clock.now()), Urgency.MACHINE
            ),
            lambda left: log.info("readings left by an interruption: %d", left) if left else None,
            lambda error: log.warning(
                "what an interruption left is given to staff at the next start: %s",
                type(error).__name__,
            ),
        )

    def _keep_house(self) -> None:
        """What has had its time on this kiosk goes, when nobody waits for the writer."""
        self.delivery.when_done(
            self.writer.submit(
                partial(keep_house, now_ms=self.clock.now().wall_ms), Urgency.MACHINE
            ),
            lambda gone: self.sync.arrived() if gone else None,
            lambda error: log.warning(
                "what has had its time is looked at again within the hour: %s",
                type(error).__name__,
            ),
        )

    def _note_unfinished(self) -> None:
        self.delivery.when_done(
            self.writer.submit(
                partial(note_unfinished, now_ms=self.clock.now().wall_ms), Urgency.MACHINE
            ),
            lambda noted: self._after_save() if noted else None,
            lambda error: log.warning(
                "sittings left unfinished are noted at the next start: %s", type(error).__name__
            ),
        )

    def _connect_hub(self) -> None:
        from kiosk.connections import HubConnection

        setting = hub_setting(self.reader)
        if setting is None:
            return
        try:
            hub = HubConnection(
                setting,
                self._disk.identity(setting.kiosk_id, setting.key_name),
                self.writer,
                self.loop,
                self.clock,
                lambda: self.delivery.deliver(self._delivered),
                lambda changed: self.delivery.deliver(self._arrived, changed),
                lambda reached: self.delivery.deliver(self._heard_hub, reached),
                self._options.sync_pace,
            )
        except (ValueError, StoreError) as error:
            log.error("records stay on this kiosk: %s. Connect it to its hub again.", error)
            self._tell_why_not(error)
            return
        self.sync.tryNowRequested.connect(hub.wake)
        hub.start()
        self._opened.callback(hub.stop)
        self._hub = hub

    def _tell_why_not(self, error: Exception) -> None:
        """What keeps the hub from being called at all is told where a failed call is."""
        now_ms = self.clock.now().wall_ms
        run = SyncRun(now_ms, now_ms, False, error=str(error), error_kind=type(error).__name__)
        self.delivery.when_done(
            self.writer.submit(lambda store: store.record_sync_run(run), Urgency.MACHINE),
            lambda _: None,
            lambda trouble: log.warning("why was not kept: %s", type(trouble).__name__),
        )

    def _look_up_counters(self) -> None:
        from kiosk.connections import counter_records

        self.delivery.when_done(
            self.writer.submit(partial(counter_records, sites=self.site.counters), Urgency.MACHINE),
            self._count_vehicles,
            self._count_later,
        )

    def _count_vehicles(self, counter_ids: tuple[str, ...]) -> None:
        from kiosk.connections import Counters

        counters = Counters(
            self.site.counters,
            counter_ids,
            self.writer,
            self._options.counting_clock or self.clock,
            lambda news: self.delivery.deliver(self.traffic.counter_event, news),
            self._saved,
            self._options.counting_timing,
        )
        counters.start()
        self._opened.callback(counters.stop)

    def _count_later(self, error: BaseException) -> None:
        log.error("vehicles are not counted yet: %s: %s", type(error).__name__, error)
        self._counters_again.start()

    def is_acknowledged(self, op_id: str) -> bool:
        """Whether the hub's receipt for this op is stored here."""
        return acknowledged(self.reader, op_id)

    def close(self) -> None:
        """Stop what listens, then what keeps, so that all that was heard is kept."""
        self.delivery.close()
        self._opened.close()

    def _let_go_of_instruments(self) -> None:
        closing = self.loop.run(self._instruments.close())
        if wait([closing], _LET_GO_WITHIN_S).not_done:
            log.warning("the Bluetooth adapter does not let go; not waiting for it")

    def _note_heard(self, identity: InstrumentIdentity, battery_percent: int | None) -> None:
        """From the asyncio thread: an instrument was in contact just now."""
        with suppress(WriterStopped):  # it is heard again at the next start
            self.writer.submit(
                partial(
                    note_heard,
                    address=identity.address,
                    at_ms=self.clock.now().wall_ms,
                    battery_percent=battery_percent,
                ),
                Urgency.MACHINE,
            )

    def _stop_timers(self) -> None:
        # What a page shows every second is read from a store that is closed next.
        view_models = (
            *(self.shell, self.call, self.check_in, self.sign_in),
            *(self.residents, self.visit, self.traffic, self.sync, self.delivery),
            *(self.instruments, self.attribution),
        )
        for view_model in view_models:
            for timer in view_model.findChildren(QTimer):
                timer.stop()

    def _show_site(self) -> None:
        self.shell.set_village(self.site.village[self.shell.property("language")])

    def _refused(self, why: str) -> None:
        if why == "pin_needed":
            self.shell.lock()
        elif why == "sign_in_needed":
            self.shell.clear_staff()

    def _saved(self) -> None:
        """From the writer's thread: something that travels was committed."""
        self.delivery.deliver(self._after_save)

    def _after_save(self) -> None:
        if not self._badge.isActive():
            self._badge.start()
        if self._hub is not None:
            self._hub.wake()

    def _heard_hub(self, online: bool) -> None:
        self.shell.set_online(online)
        self._show_waiting()

    def _delivered(self) -> None:
        """The hub has confirmed what was sent."""
        self._heard_hub(True)
        self.residents.delivered()

    def _arrived(self, changed: Records) -> None:
        """Records came from the hub: what is on the screen is looked up again."""
        self.residents.arrived(changed)
        self.traffic.arrived(changed)
        self.sync.arrived()

    def _show_waiting(self) -> None:
        self.shell.set_unsent(waiting_ops(self.reader))


def _load_decoders() -> None:
    """What staff pages need and the first page does not: they must not wait for it either."""
    from kiosk import leftovers  # noqa: F401


def _counts(rules: MeasuringRules, reading: Leftover) -> bool:
    """Whether a reading that a worker gave to a resident counts for that resident's means."""
    pressures = reading.pressures
    return pressures is not None and is_believable(*pressures, rules)
