"""kill -9 and SIGSTOP of kiosk and hub at random, while one saves and sends and the other takes.

At the end every saved op is at the hub exactly once, its receipts and chains are whole, both
databases can be read to the last page, and the counts add up.
"""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from hub import tables
from hub.database import open_database, reading
from hub.folder import private_folder
from offline_sync.identity_key import make_signer
from offline_sync.receipts import held_receipt
from tests.builders import open_test_store
from tests.faults.hub_after_a_cut import broken
from tests.hub.serving import HubProcess, Pass, enrol_in
from tests.offline_sync.invariants import check
from tests.programs import Program

HUNDRED_KILLS: Final = {"kill_kiosk": 72, "kill_hub": 20, "stop_kiosk": 8, "stop_hub": 8}
"""Of each trouble; to stop the kiosk kills the hub meanwhile. A hub takes long to start."""
NAME: Final = "one"


class KioskProcess:
    """`syncing_kiosk.py` in a process of its own; what it says is read as far as is asked."""

    def __init__(self, folder: Path, key_name: str, who: Pass, url: str) -> None:
        self._folder = folder
        self._words = [who.village, who.identity.kiosk_id, key_name, who.hub_key.hex()]
        self._url = url
        self._program: Program | None = None
        self.saved: set[str] = set()
        self.said: Counter[str] = Counter()

    @property
    def program(self) -> Program:
        assert self._program is not None
        return self._program

    def start(self) -> None:
        words = [str(self._folder), NAME, self._url, *self._words]
        self._program = Program("tests.faults.syncing_kiosk", *words)

    def read(self, lines: int) -> None:
        """Wait until it has said this many more lines."""
        for _ in range(lines):
            line = self.program.stdout.readline()
            assert line, f"the kiosk ended by itself: {self.program.stderr.read().decode()}"
            self._note(line)

    def kill(self) -> None:
        """kill -9; nothing for one that has ended."""
        if not self.program.stdout.closed:
            self.program.kill()
            self._read_to_its_end()

    def finish(self) -> None:
        """Let it send what it has, and close in order."""
        self.program.stdin.close()
        assert self._read_to_its_end() == 0
        assert self.said["finished"] == 1

    def _read_to_its_end(self) -> int:
        for line in self.program.stdout:
            if line.endswith(b"\n"):  # a line that was cut off was not said
                self._note(line)
        code = self.program.wait()
        self.program.close()
        return code

    def _note(self, said: bytes) -> None:
        line = said.decode()
        word, _, rest = line.strip().partition(" ")
        self.said[word if word != "failed" else line.strip()] += 1
        if word == "saved":
            self.saved.add(rest)


class Trouble:
    """Kills and stops in an order of chance, each at a moment of chance."""

    def __init__(self, kiosk: KioskProcess, hub: HubProcess, chance: random.Random) -> None:
        self._kiosk = kiosk
        self._hub = hub
        self._chance = chance
        self.done: Counter[str] = Counter()

    def run(self, times: int) -> None:
        """A hundred kills, so many times."""
        what_happens = {
            "kill_kiosk": self._kill_kiosk,
            "kill_hub": self._kill_hub,
            "stop_kiosk": self._stop_kiosk,
            "stop_hub": self._stop_hub,
        }
        order = [name for name, number in HUNDRED_KILLS.items() for _ in range(number * times)]
        self._chance.shuffle(order)
        for name in order:
            self._kiosk.read(self._chance.choice([1, 2, self._chance.randrange(3, 40)]))
            self._let_a_moment_pass()
            what_happens[name]()
            self.done[name] += 1

    def _let_a_moment_pass(self) -> None:
        """Another place within what is under way."""
        for _ in range(self._chance.randrange(20_000)):
            pass

    def _kill_kiosk(self) -> None:
        self._kiosk.kill()
        self._kiosk.start()

    def _kill_hub(self) -> None:
        self._hub.kill()
        self._kiosk.read(self._chance.randrange(4))
        self._hub.start()

    def _stop_kiosk(self) -> None:
        """It stands still, perhaps in the middle of a request, until the hub was killed."""
        os.kill(self._kiosk.program.pid, signal.SIGSTOP)
        self._hub.kill()
        self._hub.start()
        os.kill(self._kiosk.program.pid, signal.SIGCONT)

    def _stop_hub(self) -> None:
        """It stands still, perhaps in the middle of a batch, while the kiosk tries again."""
        os.kill(self._hub.pid, signal.SIGSTOP)
        self._kiosk.read(self._chance.randrange(1, 6))
        os.kill(self._hub.pid, signal.SIGCONT)


def run_kills(folder: Path, chance: random.Random, times: int) -> None:
    hub = HubProcess(folder)
    data = private_folder(folder / "data")
    engine = open_database(data)
    key_name, signer = make_signer(private_folder(folder / "kiosk"), None)
    who = enrol_in(engine, data, NAME, signer=signer)
    engine.dispose()
    hub.start()
    kiosk = KioskProcess(folder / "kiosk", key_name, who, hub.url)
    kiosk.start()
    try:
        trouble = Trouble(kiosk, hub, chance)
        trouble.run(times)
        kiosk.finish()
    finally:
        try:
            kiosk.kill()
        finally:
            hub.stop()
    print(f"{dict(trouble.done)}; the kiosk said {dict(kiosk.said)}")
    assert len(kiosk.saved) > 100 * times
    all_is_there_once(folder, kiosk)


def all_is_there_once(folder: Path, kiosk: KioskProcess) -> None:
    with open_test_store(folder / "kiosk", f"{NAME}.db") as store:
        check(store.connection)
        assert store.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert store.connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        kept = [row[0] for row in store.connection.execute("SELECT op_id FROM op_out")]
        vitals = {row[0] for row in store.connection.execute("SELECT id FROM vital")}
        counts = store.outbox_counts()
        held = held_receipt(store.connection)
    assert kiosk.saved <= vitals
    assert (counts.acknowledged, counts.total) == (len(kept), len(kept))
    engine = open_database(folder / "data", create=False)
    try:
        with reading(engine) as connection:
            assert broken(connection) == []
            taken = list(connection.execute(select(tables.op.c.op_id)).scalars())
            told = list(connection.execute(select(tables.feed.c.op_id)).scalars())
            aside = connection.execute(select(tables.quarantine)).all()
            last = connection.execute(
                select(tables.kiosk.c.receipt_no, tables.kiosk.c.receipt_digest)
            ).one()
    finally:
        engine.dispose()
    assert sorted(taken) == sorted(told) == sorted(kept)
    assert aside == []
    assert held is not None
    assert (held.no, held.digest) == tuple(last)


@pytest.mark.timeout(900)
def test_a_hundred_kills_lose_and_double_nothing(tmp_path: Path, chance: random.Random) -> None:
    run_kills(tmp_path, chance, 1)


@pytest.mark.nightly
@pytest.mark.timeout(7_200)
def test_two_thousand_kills_lose_and_double_nothing(tmp_path: Path, chance: random.Random) -> None:
    run_kills(tmp_path, chance, 20)
