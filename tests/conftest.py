"""What every test gets: its own home folders, no real bus, no screen, and the leak check."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests import programs
from tests.hub.postgres import postgres_database, postgres_server
from tests.leaks import nothing_left_behind, watch_qt

__all__ = ["nothing_left_behind", "postgres_database", "postgres_server"]

_LONGEST: Final = {"faults", "demo"}
_homes = Path(tempfile.mkdtemp(prefix="kiosk-tests-"))

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("nightly", parent=settings.get_profile("default"), max_examples=2_000)
settings.load_profile("default")


def pytest_configure() -> None:
    """Before anything of Qt or of the project is imported: nothing of this user is touched."""
    os.environ.update(
        QT_QPA_PLATFORM="offscreen",
        QT_QUICK_BACKEND="software",
        LC_ALL="C.UTF-8",
        # Only a simulated BlueZ may answer; a test that forgets it finds no bus at all.
        DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={_homes / 'no-bus'}",
    )
    for name in ("DATA", "CONFIG", "STATE", "CACHE", "RUNTIME"):
        folder = _homes / name.lower()
        folder.mkdir(mode=0o700)
        os.environ[f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}"] = str(folder)
    watch_qt()


def pytest_sessionstart() -> None:
    programs.get_ready()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that two workers end at about the same time."""
    items.sort(key=lambda item: _LONGEST.isdisjoint(item.path.parts))


def pytest_unconfigure() -> None:
    shutil.rmtree(_homes, ignore_errors=True)


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """The kiosk is Qt Quick: no widgets."""
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication
