"""The demo from one command: hub, village and instruments, each in its place, then the kiosk.

A folder that already holds a demo is used as it is, so that a demo that was killed goes on
with what it had.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from devices.simulators.bluez_thread import SimulatedBluezThread
from devices.simulators.private_bus import SimulatorUnavailable
from kiosk.composition import Kiosk, Options
from kiosk.connect_command import enrol
from kiosk.demo.devices import PATIENT, DemoRoads, demo_site
from kiosk.demo.helping_hand import HelpingHand
from kiosk.demo.hub_process import DemoHub
from kiosk.demo.village import HOST_CARD, PASSPHRASE, VILLAGE, demo_staff, village_changes
from kiosk.disk import DataOnDisk, make_data_folder
from kiosk.enrolment_paper import keys_of_hub
from kiosk.records import staff, traffic
from kiosk.records.settings import counter_record_id, hub, keep_hub
from kiosk.records.traffic_intervals import save_finished_quarters
from kiosk.site import write_site
from offline_sync.delivery import Pace
from offline_sync.store import Store

DEMO_WORDS: Final = f"""
The demo village, all of it invented.
  A resident: touch Start, then type {HOST_CARD} and Return (as a card scanner does).
  The cuff is simulated: its start button presses itself a moment after the page asks for it.
  A worker: touch Staff, name Wong Wing Sze, passphrase "{PASSPHRASE}"; PIN 135790.
"""

DEMO_PACE: Final = 20.0
"""Five minutes of rest pass in fifteen seconds."""

_SYNC_PACE: Final = Pace(poll_s=5.0, first_backoff_s=0.5, longest_backoff_s=3.0)


class DemoUnavailable(RuntimeError):
    """This machine lacks what the demo needs; the message says what to install."""


class Demo:
    """Everything around the demo's kiosk. Make it with `demo`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hub = DemoHub(folder / "hub")
        self.bluetooth = SimulatedBluezThread()
        self.roads: DemoRoads

    def begin(self) -> None:
        """Let vehicles pass; call it when the kiosk is about to listen."""
        self.roads.begin()

    def lend_a_hand(self, kiosk: Kiosk) -> None:
        """Press the cuff's start button whenever the measuring page waits for it."""
        HelpingHand(kiosk.check_in.property("cuff"), self.bluetooth, parent=kiosk.check_in)

    def options(self, options: Options) -> Options:
        """`options` as the demo needs them."""
        return replace(
            options,
            data=self.folder,
            demo=True,
            pace=options.pace if options.pace != 1.0 else DEMO_PACE,
            sync_pace=_SYNC_PACE,
            counting_clock=self.roads.clock,
            counting_timing=PATIENT,
        )


@contextlib.contextmanager
def demo(folder: Path) -> Iterator[Demo]:
    """Start all that the demo needs in `folder`, and stop it at the end."""
    make_data_folder(folder)
    made = Demo(folder)
    # The simulated BlueZ has no bluetoothctl to be asked for a version, and needs none.
    logging.getLogger("bleak.backends.bluezdbus.version").setLevel(logging.ERROR)
    with contextlib.ExitStack() as ending:
        try:
            made.bluetooth.start()
        except SimulatorUnavailable as error:
            raise DemoUnavailable(f"{error} {error.next_step}") from error
        ending.callback(made.bluetooth.stop)
        made.hub.start()
        ending.callback(made.hub.stop)
        disk = DataOnDisk(folder)
        with contextlib.closing(disk.open_store()) as store:
            now_ms = disk.clock.now().wall_ms
            made.roads = DemoRoads(folder, now_ms, traffic.recorded_until(store.connection))
            made.roads.start()
            ending.callback(made.roads.stop)
            write_site(folder, demo_site(made.roads.sites()))
            _prepare(store, made, disk)
        yield made


def _prepare(store: Store, made: Demo, disk: DataOnDisk) -> None:
    if store.connection["resident"].count == 0:
        _settle(store, made, disk)
    known = hub(store.connection)
    if known is not None:
        keep_hub(store, replace(known, url=made.hub.url))
        return
    paper = made.hub.one_time_code("Demo kiosk", VILLAGE)
    enrol(store, disk, made.folder, made.hub.url, paper, keys_of_hub(made.hub.url, paper))


def _settle(store: Store, made: Demo, disk: DataOnDisk) -> None:
    """Let the village be there: its people, its staff, and what passed on its roads today."""
    now_ms = disk.clock.now().wall_ms
    people = demo_staff()
    with store.transaction():
        store.save(village_changes(now_ms, people), "demo")
        for person in people:
            staff.set_credential(
                store,
                disk.clock,
                person.staff_id,
                person.name,
                person.passphrase,
                person.pin,
            )
        for site in made.roads.sites():
            counter_id = counter_record_id(store, site.counter_id)
            seen, spans = made.roads.earlier_today(site.counter_id, counter_id)
            traffic.keep_passages(store, seen)
            traffic.keep_spans(store, spans)
            while save_finished_quarters(store, counter_id, made.roads.clock.begins_at_ms):
                pass
