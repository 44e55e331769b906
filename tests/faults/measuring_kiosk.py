"""A kiosk that measures and nothing else, to be killed: person after person sits down at it.

It has the kiosk's own store, threads, session engine and view model of the cuff, and no window.
It is told "sit NUMBER" on its standard input, and says in JSON lines that it listens and which
readings were accepted. Run: measuring_kiosk.py DATABASE
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from devices.health.limits import Limits
from devices.health.session import Instruments
from kiosk.cuff_session import CuffSessions
from kiosk.stray_frames import StrayFrames
from kiosk.viewmodels.cuff import CuffViewModel, Filing
from kiosk.workers import AsyncLoop, Background, GuiDelivery, Writer
from offline_sync.clock import SystemClock
from offline_sync.store import Store
from tests.builders import TEST_KEY, resident_change

# What a person would wait for is shorter here; what protects a reading is as in life.
QUICK = Limits(
    connect_s=1.5,
    subscribe_s=1.0,
    read_s=0.3,
    write_s=0.5,
    unsubscribe_s=0.5,
    disconnect_s=3.0,
    quiet_s=0.4,
    adapter_grace_s=1.0,
    retry_first_s=0.05,
    retry_longest_s=0.5,
)


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


class MeasuringKiosk:
    """Everything between the cuff and the record of a resident."""

    def __init__(self, path: Path) -> None:
        clock = SystemClock()
        self.app = QCoreApplication([])
        self.writer = Writer(lambda: Store.open(path, TEST_KEY, clock))
        self.writer.start().result()
        self.loop = AsyncLoop()
        self.loop.start()
        self.delivery = GuiDelivery()
        self.strays = StrayFrames(
            self.loop.call,
            self.writer.submit,
            is_private=lambda frame: False,
            on_heard=lambda identity, battery: None,
            on_kept=lambda: None,
        )
        self.instruments = Instruments(clock, limits=QUICK, on_stray=self.strays.take)
        self.sessions = CuffSessions(
            self.instruments,
            self.loop.run,
            self.loop.call,
            self.writer.submit,
            self.delivery.deliver,
        )
        self.cuff = CuffViewModel(
            Background(self.writer, self.delivery, None),
            self.sessions,
            lambda: time.monotonic_ns() // 1_000_000,
        )
        self.cuff.accepted.connect(self.accepted)
        self.number = ""
        self.loop.run(self.instruments.start()).result()

    def run(self) -> None:
        ticking = QTimer()
        ticking.timeout.connect(self.cuff.tick)
        ticking.start(50)
        threading.Thread(target=self.listen, daemon=True).start()
        say(ready=True)
        self.app.exec()
        ticking.stop()
        self.cuff.end()
        self.sessions.close()
        self.loop.run(self.instruments.close()).result()
        self.strays.close()
        self.delivery.close()
        self.loop.stop()
        self.writer.stop()

    def listen(self) -> None:
        for line in sys.stdin:
            self.delivery.deliver(self.sit, line.split()[1])
        self.delivery.deliver(self.app.quit)

    def sit(self, number: str) -> None:
        self.number = number
        resident = resident_change(record_id=f"resident-{number}")
        self.writer.submit(lambda store: store.save([resident], by="staff-1")).result()
        self.cuff.end()
        self.cuff.begin(Filing(f"sitting-{number}", resident.record_id, True, "left_arm_sitting"))
        say(listening=number)

    def accepted(self, reading: object) -> None:
        say(accepted=self.number, raw=reading.kept.raw.hex())


if __name__ == "__main__":
    MeasuringKiosk(Path(sys.argv[1])).run()
