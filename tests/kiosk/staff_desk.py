"""What tests of the staff side share: a clock to drive, a kiosk with two workers and residents."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk import credentials
from kiosk.civil_time import HONG_KONG
from kiosk.records.staff import create_first_supervisor, enrol
from kiosk.roles import Role
from kiosk.shifts import Shifts, Worker
from kiosk.sign_in import SignInDesk
from offline_sync.clock import Instant
from offline_sync.store import Store
from tests.builders import InlineBackground, open_test_store

NAME = "黃詠詩 Wong Wing Sze"
PASSPHRASE = "tea and typhoon"
PIN = "135790"
VOLUNTEER = "何佩珊 Ho Pui Shan"
VOLUNTEER_PASSPHRASE = "pier and ferry"
VOLUNTEER_PIN = "246801"

MORNING = datetime(2026, 11, 22, 10, 42, tzinfo=HONG_KONG)
DAY = 24 * 60 * 60 * 1000


class DrivenClock:
    """Wall time, time since boot, and a boot that the test can end. Begins at 10:42."""

    def __init__(self) -> None:
        self.instant = Instant(int(MORNING.timestamp() * 1000), 50_000, "boot-1")

    def now(self) -> Instant:
        return self.instant

    def pass_ms(self, ms: int) -> None:
        self.instant = dataclasses.replace(
            self.instant, wall_ms=self.instant.wall_ms + ms, mono_ms=self.instant.mono_ms + ms
        )

    def set_wall_by(self, ms: int) -> None:
        self.instant = dataclasses.replace(self.instant, wall_ms=self.instant.wall_ms + ms)

    def reboot(self, off_ms: int = 20_000) -> None:
        self.instant = Instant(self.instant.wall_ms + off_ms, 1_000, f"{self.instant.boot_id}+")


class StaffDesk:
    """A kiosk's store with a social worker and a volunteer who can sign in, and their shifts."""

    def __init__(self, folder: Path) -> None:
        self.clock = DrivenClock()
        self.store: Store = open_test_store(folder)
        # The first one is a supervisor by rule; the one who works here is a social worker.
        self.boss = create_first_supervisor(
            self.store, self.clock, "李志強 Lee Chi Keung", "hill and harbour", "802468"
        )
        self.wong = enrol(
            self.store, self.clock, NAME, Role.SOCIAL_WORKER, PASSPHRASE, PIN, self.boss
        )
        self.ho = enrol(
            self.store,
            self.clock,
            VOLUNTEER,
            Role.VOLUNTEER,
            VOLUNTEER_PASSPHRASE,
            VOLUNTEER_PIN,
            self.boss,
        )
        self.background = InlineBackground(self.store, folder / "kiosk.db")
        self.shifts = Shifts(self.clock)
        self.desk = SignInDesk(self.clock)

    @property
    def now_ms(self) -> int:
        return self.clock.now().wall_ms

    def at_work(self, staff_id: str, role: Role = Role.SOCIAL_WORKER) -> None:
        """This worker has signed in and has the screen."""
        name = NAME if staff_id == self.wong else VOLUNTEER
        self.shifts.open(Worker(staff_id, name, role))

    def rows(self, statement: str, *given: object) -> list[tuple[object, ...]]:
        return self.store.connection.execute(statement, given).fetchall()

    def close(self) -> None:
        self.background.close()


@contextmanager
def quick_hashes() -> Iterator[None]:
    """The smallest argon2id: the parameters that ship have their own test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "_HASHER", PasswordHasher(1, 8, 1))
        yield
