"""What all runs of a process share: the hub's applications, the loop, and files to start from.

Making a store or a hub takes a hundred times longer than copying one, so one of each is made
here, with three kiosks let in, and every run starts from copies. All of it lies in memory where
the computer has a place for that: power cuts are tested elsewhere, and here nothing waits.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

import anyio.to_thread

from offline_sync import database, pulling
from offline_sync.store import Store
from tests.builders import TEST_KEY
from tests.faults.model.chance import repeatable_chance
from tests.faults.model.clocks import KioskClock, TrueTime
from tests.faults.model.hub_side import Enrolled, HubSide
from tests.faults.model.kiosk_side import DATABASE, KioskSide

VILLAGES: Final = ("坑口村", "坑口村", "白石村")
_MEMORY: Final = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Made:
    """A kiosk that was let in and has read what its village has: nothing yet."""

    name: str
    files: Path
    enrolled: Enrolled


class Premises:
    """Close them at the end of the process's runs."""

    def __init__(self) -> None:
        at = _MEMORY if _MEMORY.is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-model-", dir=at))
        self.loop = asyncio.new_event_loop()
        self.time = TrueTime()
        # The hub's work is done at once instead of on threads: one request follows another.
        self._put = ExitStack()
        # Of lines that are bad on purpose, hub and kiosks would write a line each.
        logging.disable()
        self._put.callback(logging.disable, logging.NOTSET)
        self._put.enter_context(mock.patch.object(anyio.to_thread, "run_sync", _at_once))
        # httpx looks for this module, which is not installed, anew for each request.
        self._put.enter_context(mock.patch.dict(sys.modules, {"sniffio": None}))
        # A store that lost its power reads all its pages when it starts: its own tests see to that.
        self._put.enter_context(mock.patch.object(database, "check_content", _nothing))
        # Pages and chunks so small that short runs have several.
        for name, few in (("FIRST_PAGE", 3), ("MOST_LINES", 3), ("_LARGEST_CHUNK", 2)):
            self._put.enter_context(mock.patch.object(pulling, name, few))
        with repeatable_chance(0):
            self.hub = HubSide(self.folder / "hub", self.time)
            self.kiosks = [self._let_in(*one) for one in enumerate(VILLAGES)]
            self.fresh_files = self._make("fresh")
            self._fresh_hub = self.hub.copy(self.folder).path

    def begin_again(self) -> None:
        """The hub as it was when nobody had sent anything."""
        self.time.begin()
        self.hub.put_back(self._fresh_hub)
        self.hub.forget()
        self.hub.line.forget()

    def close(self) -> None:
        self.hub.let_go()
        self._put.close()
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        shutil.rmtree(self.folder)

    def _let_in(self, number: int, village: str) -> Made:
        name = f"k{number}"
        files = self._make(name)
        clock = KioskClock(self.time, name)
        with Store.open(files / DATABASE, TEST_KEY, clock) as store:
            enrolled = self.hub.let_in(name, village, store)
        kiosk = KioskSide(name, self.folder, enrolled, clock)
        kiosk.start(files, self.hub.line, self.loop)
        kiosk.sync()  # its first fill; a kiosk with a new disk does that within a run
        filled = kiosk.copy().folder
        kiosk.close()
        return Made(name, filled, enrolled)

    def _make(self, name: str) -> Path:
        """The files of a store that nobody has used."""
        files = self.folder / name
        files.mkdir()
        Store.open(files / DATABASE, TEST_KEY, KioskClock(self.time, name)).close()
        return files


def _nothing(_: object) -> None:
    """Takes the place of what is tested elsewhere."""


async def _at_once(job: Callable[..., Any], *values: Any, **_: Any) -> Any:
    return job(*values)
