"""Connecting a kiosk to a real hub: from `village-hub enrol` to the hub's own count."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub import cli as hub_cli
from kiosk import cli as kiosk_cli
from kiosk.disk import DataOnDisk
from kiosk.records import settings
from tests.builders import resident_change
from tests.hub.serving import VILLAGE, HubProcess, hub_op_ids

NAME = "坑口"
NOBODY = "http://127.0.0.1:9"  # the port "discard", where nothing listens


@dataclass(frozen=True, slots=True)
class Centre:
    """A district's hub that runs, and a kiosk's data folder."""

    folder: Path
    hub: HubProcess

    @property
    def data(self) -> Path:
        return self.folder / "kiosk"

    @property
    def hub_data(self) -> Path:
        return self.folder / "data"

    def at_the_hub(self, command: str, *words: str, out: str) -> Path:
        """`village-hub enrol` or `token`, into a file."""
        paper = self.folder / out
        done = [command, "--data", str(self.hub_data), "--name", NAME, *words, "--out", str(paper)]
        assert hub_cli.main(done) == 0
        return paper

    def connect(self, paper: Path, url: str | None = None, *words: str) -> int:
        given = ["--hub", url or self.hub.url, "--enrolment", str(paper), *words]
        return kiosk_cli.main(["connect", "--data", str(self.data), *given])

    def setting(self) -> settings.HubSetting | None:
        with DataOnDisk(self.data).open_store() as store:
            return settings.hub(store.connection)

    def save(self) -> str:
        with DataOnDisk(self.data).open_store() as store:
            (op_id,) = store.save([resident_change()], "test")
        return op_id

    def self_test(self) -> tuple[int, str]:
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


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    hub = HubProcess(tmp_path)
    hub.start()
    yield Centre(tmp_path, hub)
    hub.stop()


def test_a_hub_that_agrees_is_kept(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    paper = centre.at_the_hub("enrol", "--village", VILLAGE, out="enrolment.json")
    capsys.readouterr()
    assert centre.connect(paper) == 0
    assert f"This kiosk sends its records to {centre.hub.url} now." in capsys.readouterr().err
    kept = centre.setting()
    assert kept is not None
    assert (kept.url, kept.village) == (centre.hub.url, VILLAGE)


def test_a_hub_that_does_not_answer_leaves_the_old_one(
    centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = centre.at_the_hub("enrol", "--village", VILLAGE, out="enrolment.json")
    assert centre.connect(paper) == 0
    before = centre.setting()
    capsys.readouterr()
    assert centre.connect(paper, NOBODY) == 2
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert "--offline" in said
    assert said.count("\n") == 1
    assert centre.setting() == before

    assert centre.connect(paper, NOBODY, "--offline") == 0
    assert "not tried yet" in capsys.readouterr().err
    after = centre.setting()
    assert after is not None
    assert after.url == NOBODY


@pytest.mark.parametrize("wrong", [{"token": "a-token-of-nobody"}, {"village": "大澳"}])
def test_an_enrolment_that_the_hub_refuses_changes_nothing(
    centre: Centre, wrong: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    paper = centre.at_the_hub("enrol", "--village", VILLAGE, out="enrolment.json")
    spoilt = centre.folder / "spoilt.json"
    spoilt.write_text(json.dumps(json.loads(paper.read_text("utf-8")) | wrong), "utf-8")
    capsys.readouterr()
    assert centre.connect(spoilt) == 2
    said = capsys.readouterr().err
    assert "The hub refuses this enrolment" in said
    assert "Nothing was changed" in said
    assert "a-token-of-nobody" not in said
    assert not centre.data.exists()


def test_what_waits_is_sent_after_a_change_of_token(
    centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    assert centre.connect(centre.at_the_hub("enrol", "--village", VILLAGE, out="first.json")) == 0
    saved = {centre.save()}
    assert centre.self_test()[0] == 0
    with DataOnDisk(centre.data).open_store() as store:
        origin = store.stream().origin

    paper = centre.at_the_hub("token", out="second.json")
    saved.add(centre.save())
    code, said = centre.self_test()
    assert code == 1
    assert "No kiosk is enrolled with this token" in said
    assert saved - hub_op_ids(centre.hub_data), "the old token brings nothing any more"

    assert centre.connect(paper) == 0
    assert centre.self_test()[0] == 0
    assert saved <= hub_op_ids(centre.hub_data)
    with DataOnDisk(centre.data).open_store() as store:
        counts = store.outbox_counts()
        assert store.stream().origin == origin
    assert counts.acknowledged == counts.total == 5  # two residents, three self-tests

    # The disk is the same one, so this is not what --replace is for.
    replaced = centre.at_the_hub("enrol", "--village", VILLAGE, "--replace", out="third.json")
    capsys.readouterr()
    assert centre.connect(replaced) == 2
    assert "village-hub token" in capsys.readouterr().err
