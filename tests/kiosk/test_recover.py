"""A lost kiosk comes back on another computer, with real processes: nothing is lost or doubled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.cli import main as village_hub
from kiosk.disk import DATABASE, DataOnDisk
from offline_sync.database import journal_path
from tests.hub.serving import VILLAGE, HubProcess, hub_op_ids
from tests.kiosk.district import NAME, District


@pytest.fixture
def old(tmp_path: Path) -> Iterator[District]:
    """A kiosk that has sent one record and has three that wait."""
    hub = HubProcess(tmp_path)
    hub.start()
    try:
        made = District(tmp_path, hub)
        made.make_recovery_key()
        assert made.connect("--enrolment", str(made.paper("enrolment.json"))) == 0
        made.save()
        assert made.self_test() == (0, "")
        made.save(3)
        yield made
    finally:
        hub.stop()


def disk_of(old: District) -> Path:
    """The database as it lies on the old disk, without any key."""
    copy = old.folder / "old disk" / DATABASE
    copy.parent.mkdir()
    shutil.copy(old.data / DATABASE, copy)
    assert not journal_path(old.data / DATABASE).exists()
    return copy


def new_computer(old: District) -> District:
    return District(old.folder, old.hub, "new computer")


def asked_and_opened(old: District, new: District, paper: Path) -> Path:
    question, opened = old.folder / "question.json", old.folder / "opened.json"
    assert new.recover("--enrolment", str(paper), "--ask", str(question)) == 0
    words = [str(question), "--key", str(old.recovery_key), "--out", str(opened)]
    assert village_hub(["unseal", *words]) == 0
    return opened


def ids_of(kiosk: District) -> set[str]:
    with DataOnDisk(kiosk.data).open_store() as store:
        return {op_id for (op_id,) in store.connection.execute("SELECT op_id FROM op_out")}


def test_a_lost_kiosk_comes_back_and_what_waited_is_sent(
    old: District, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = ids_of(old)
    copy, new = disk_of(old), new_computer(old)
    before = copy.read_bytes()
    paper = old.paper("replace.json", "--replace")
    opened = asked_and_opened(old, new, paper)
    capsys.readouterr()
    words = ["--enrolment", str(paper), "--database", str(copy), "--opened", str(opened)]
    assert new.recover(*words) == 0
    said = capsys.readouterr().err
    assert "3 changes wait" in said

    first, second = old.setting(), new.setting()
    assert first is not None
    assert second is not None
    assert second.kiosk_id == first.kiosk_id
    assert second.key_name != first.key_name
    assert new.self_test() == (0, "")
    counts = new.counts()
    assert counts.acknowledged == counts.total
    assert everything <= hub_op_ids(old.hub_data)
    assert hub_op_ids(old.hub_data) == ids_of(new), "nothing is doubled"
    assert old.at_the_hub("receipts", NAME, "--verify") == 0
    assert capsys.readouterr().out.count("all present") == 2, "one line for each epoch"
    assert copy.read_bytes() == before, "the copy was only read"
    assert not (new.data / "recovery.key").exists()

    code, told = old.self_test()
    assert code == 1, "the old computer is out"
    assert "withdrawn the enrolment" in told


def test_what_the_old_computer_sent_after_the_copy_was_made_comes_from_the_hub(
    old: District,
) -> None:
    copy, new = disk_of(old), new_computer(old)
    later = set(old.save(2))
    assert old.self_test() == (0, "")
    assert later <= hub_op_ids(old.hub_data)
    paper = old.paper("replace.json", "--replace")
    opened = asked_and_opened(old, new, paper)
    words = ["--enrolment", str(paper), "--database", str(copy), "--opened", str(opened)]
    assert new.recover(*words) == 0
    assert new.sync().ok
    assert new.residents() == old.residents()
    assert len(new.residents()) == 6


def test_without_an_old_database_the_new_computer_gets_what_the_hub_has(old: District) -> None:
    new = new_computer(old)
    paper = old.paper("replace.json", "--replace")
    assert new.connect("--enrolment", str(paper)) == 0
    assert new.sync().ok
    assert len(new.residents()) == 1, "what was sent; the rest was on the disk"


def test_only_the_computer_that_asked_can_use_the_answer(
    old: District, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, new = disk_of(old), new_computer(old)
    paper = old.paper("replace.json", "--replace")
    opened = asked_and_opened(old, new, paper)
    thief = District(old.folder, old.hub, "thief")
    capsys.readouterr()
    words = ["--enrolment", str(paper), "--database", str(copy), "--opened", str(opened)]
    assert thief.recover(*words) == 2
    assert "has asked the office for no key" in capsys.readouterr().err
    assert thief.recover("--enrolment", str(paper), "--ask", str(old.folder / "q2.json")) == 0
    capsys.readouterr()
    assert thief.recover(*words) == 2
    assert "another computer" in capsys.readouterr().err
    assert not (thief.data / DATABASE).exists()


def test_the_database_of_another_kiosk_is_not_opened_and_the_right_one_still_can_be(
    old: District, capsys: pytest.CaptureFixture[str]
) -> None:
    other = District(old.folder, old.hub, "other kiosk")
    other.save()
    copy, new = disk_of(old), new_computer(old)
    paper = old.paper("replace.json", "--replace")
    opened = asked_and_opened(old, new, paper)
    words = ["--enrolment", str(paper), "--opened", str(opened), "--database"]
    capsys.readouterr()
    assert new.recover(*words, str(other.data / DATABASE)) == 2
    assert "does not open" in capsys.readouterr().err
    assert not (new.data / DATABASE).exists()
    assert not (new.data / "store.key").exists()
    assert new.recover(*words, str(copy)) == 0


def test_a_computer_with_records_of_its_own_keeps_them(
    old: District, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, new = disk_of(old), new_computer(old)
    kept = set(new.save())
    paper = old.paper("replace.json", "--replace")
    capsys.readouterr()
    question = str(old.folder / "question.json")
    assert new.recover("--enrolment", str(paper), "--ask", question) == 2
    assert "records of its own" in capsys.readouterr().err
    words = ["--enrolment", str(paper), "--database", str(copy), "--opened", question]
    assert new.recover(*words) == 2
    assert ids_of(new) == kept


def test_a_hub_that_goes_away_halfway_leaves_a_kiosk_that_can_be_connected(
    old: District, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, new = disk_of(old), new_computer(old)
    paper = old.paper("replace.json", "--replace")
    opened = asked_and_opened(old, new, paper)
    spoilt = old.folder / "spoilt.json"
    spoilt.write_text(json.dumps(json.loads(paper.read_text()) | {"code": "0" * 26}))
    capsys.readouterr()
    words = ["--database", str(copy), "--opened", str(opened)]
    assert new.recover("--enrolment", str(spoilt), *words) == 2
    assert "village-kiosk connect" in capsys.readouterr().err
    assert new.counts().unsent == 3
    assert new.connect("--enrolment", str(paper)) == 0
    assert new.self_test() == (0, "")
    assert new.counts().unsent == 0


@pytest.mark.parametrize(
    "words", [[], ["--database", "x"], ["--opened", "x"], ["--ask", "q", "--database", "x"]]
)
def test_a_step_that_is_none_is_explained(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = District(tmp_path, HubProcess(tmp_path))
    assert alone.recover("--code", "x", *words) == 2
    assert "--ask" in capsys.readouterr().err
    assert not alone.data.exists()


def test_a_kiosk_that_sealed_no_key_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = HubProcess(tmp_path)
    hub.start()
    try:
        old = District(tmp_path, hub)
        paper = old.paper("first.json", "--village", VILLAGE, "--without-recovery")
        assert old.connect("--enrolment", str(paper)) == 0
        assert "no recovery key" in capsys.readouterr().err
        paper = old.paper("second.json", "--replace", "--without-recovery")
        new = new_computer(old)
        capsys.readouterr()
        assert new.recover("--enrolment", str(paper), "--ask", str(tmp_path / "q.json")) == 2
        assert "has sealed no key" in capsys.readouterr().err
    finally:
        hub.stop()
