"""A clock that stands still until told, and a store of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_sync.clock import Instant
from offline_sync.store import Store
from tests.builders import TEST_KEY

NOVEMBER_2026 = 1_795_305_600_000


class DrivenClock:
    """Says what it was set to."""

    def __init__(self) -> None:
        self.instant = Instant(wall_ms=NOVEMBER_2026, mono_ms=60_000, boot_id="boot-1")

    def now(self) -> Instant:
        return self.instant

    def pass_ms(self, ms: int) -> None:
        at = self.instant
        self.instant = Instant(at.wall_ms + ms, at.mono_ms + ms, at.boot_id)

    def set_wall(self, wall_ms: int) -> None:
        self.instant = Instant(wall_ms, self.instant.mono_ms, self.instant.boot_id)


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def store(path: Path, clock: DrivenClock) -> Iterator[Store]:
    with Store.open(path, TEST_KEY, clock) as opened:
        yield opened
