"""A district with a hub that runs, and a kiosk's data folder: for commands as people type them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub import cli as hub_cli
from kiosk import cli as kiosk_cli
from kiosk.disk import DataOnDisk
from kiosk.records import settings
from offline_sync.client import SyncClient, SyncOutcome
from offline_sync.outbox import OutboxCounts
from offline_sync.request_auth import from_base64url
from tests.builders import resident_change
from tests.hub.serving import VILLAGE, HubProcess
from tests.offline_sync.kiosks import StoreOutbox
from tests.offline_sync.test_client import run

NAME = "坑口"
NOBODY = "http://127.0.0.1:9"  # the port "discard", where nothing listens


@dataclass(frozen=True, slots=True)
class District:
    """A hub in a process of its own, and a kiosk at rest."""

    folder: Path
    hub: HubProcess
    kiosk: str = "kiosk"

    @property
    def data(self) -> Path:
        return self.folder / self.kiosk

    @property
    def hub_data(self) -> Path:
        return self.folder / "data"

    @property
    def recovery_key(self) -> Path:
        """What the office has in its safe."""
        return self.folder / "safe.json"

    def at_the_hub(self, *words: str) -> int:
        """`village-hub` with these words."""
        command, *rest = words
        return hub_cli.main([command, "--data", str(self.hub_data), *rest])

    def make_recovery_key(self) -> None:
        assert self.at_the_hub("recovery-key", "--out", str(self.recovery_key)) == 0

    def paper(self, out: str, *words: str) -> Path:
        """`village-hub enrol`, into a file."""
        paper = self.folder / out
        named = words or ("--village", VILLAGE)
        assert self.at_the_hub("enrol", "--name", NAME, *named, "--out", str(paper)) == 0
        return paper

    def connect(self, *words: str, url: str | None = None) -> int:
        return kiosk_cli.main(
            ["connect", "--data", str(self.data), "--hub", url or self.hub.url, *words]
        )

    def recover(self, *words: str) -> int:
        return kiosk_cli.main(["recover", "--data", str(self.data), "--hub", self.hub.url, *words])

    def setting(self) -> settings.HubSetting | None:
        with DataOnDisk(self.data).open_store() as store:
            return settings.hub(store.connection)

    def save(self, count: int = 1) -> list[str]:
        with DataOnDisk(self.data).open_store() as store:
            return list(store.save([resident_change() for _ in range(count)], "test"))

    def counts(self) -> OutboxCounts:
        with DataOnDisk(self.data).open_store() as store:
            return store.outbox_counts()

    def sync(self) -> SyncOutcome:
        """Send all that waits and read the feed to its end."""
        disk, setting = DataOnDisk(self.data), self.setting()
        assert setting is not None
        identity = disk.identity(setting.kiosk_id, setting.key_name)
        hub_key = from_base64url(setting.hub_key, 32)
        assert hub_key is not None
        with disk.open_store() as store:
            outbox = StoreOutbox(store)
            return run(
                SyncClient(setting.url, identity, hub_key, setting.village, outbox, disk.clock)
            )

    def residents(self) -> set[str]:
        with DataOnDisk(self.data).open_store() as store:
            return {row["id"] for row in store.connection["resident"].rows}

    def self_test(self) -> tuple[int, str]:
        """Start the kiosk, save one record and send all; gives how it ended and what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "kiosk.cli", "--self-test", "--data", str(self.data)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = json.loads(done.stdout)
        assert said["synced"] == (done.returncode == 0)
        return done.returncode, done.stderr.splitlines()[-1] if done.stderr else ""


@contextmanager
def connected_district(folder: Path) -> Iterator[District]:
    """A hub that runs, and a kiosk that it has let in."""
    hub = HubProcess(folder)
    hub.start()
    try:
        made = District(folder, hub)
        made.make_recovery_key()
        assert made.connect("--enrolment", str(made.paper("enrolment.json"))) == 0
        yield made
    finally:
        hub.stop()
