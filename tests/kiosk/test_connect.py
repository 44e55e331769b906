"""Connecting a kiosk to a real hub: from `village-hub enrol` to the hub's own count."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.disk import DataOnDisk
from offline_sync.identity_key import key_names
from tests.hub.serving import VILLAGE, HubProcess, hub_op_ids
from tests.kiosk.district import NAME, NOBODY, District


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    hub = HubProcess(tmp_path)
    hub.start()
    try:
        made = District(tmp_path, hub)
        made.make_recovery_key()
        yield made
    finally:
        hub.stop()


def enrolled(district: District) -> District:
    assert district.connect("--enrolment", str(district.paper("enrolment.json"))) == 0
    return district


def test_a_hub_that_lets_the_kiosk_in_is_kept(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    enrolled(district)
    assert f"This kiosk sends its records to {district.hub.url} now." in capsys.readouterr().err
    kept = district.setting()
    assert kept is not None
    assert (kept.url, kept.village) == (district.hub.url, VILLAGE)
    (key,) = district.data.glob("signing-*.key*")
    assert key_names(district.data) == [kept.key_name]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert district.at_the_hub("kiosks") == 0
    assert "its store key is not kept" not in capsys.readouterr().out


def test_a_code_can_be_typed(district: District, capsys: pytest.CaptureFixture[str]) -> None:
    code = json.loads(district.paper("enrolment.json").read_text())["code"]
    assert district.connect("--code", code.lower().replace("-", " ")) == 0
    said = capsys.readouterr()
    assert code not in said.out + said.err
    assert district.setting() is not None


def test_a_hub_that_does_not_answer_leaves_the_old_one(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    before = enrolled(district).setting()
    paper = district.paper("second.json", "--replace")
    capsys.readouterr()
    assert district.connect("--enrolment", str(paper), url=NOBODY) == 2
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert said.count("\n") == 1
    assert district.setting() == before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "0" * 26}, "no such code"),
        ({"village": "大澳"}, "another kiosk"),
        ({"hub_key": "A" * 43}, "not the one that made this enrolment"),
    ],
)
def test_an_enrolment_that_does_not_fit_connects_nothing(
    district: District, wrong: dict[str, str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = json.loads(district.paper("enrolment.json").read_text("utf-8"))
    spoilt = district.folder / "spoilt.json"
    spoilt.write_text(json.dumps(paper | wrong), "utf-8")
    capsys.readouterr()
    assert district.connect("--enrolment", str(spoilt)) == 2
    said = capsys.readouterr().err
    assert words in said
    assert paper["code"] not in said
    assert district.setting() is None


def test_a_code_lets_no_second_kiosk_in(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = str(district.paper("enrolment.json"))
    assert district.connect("--enrolment", paper) == 0
    second = District(district.folder, district.hub, "second")
    capsys.readouterr()
    assert second.connect("--enrolment", paper) == 2
    assert "has been used" in capsys.readouterr().err
    assert second.setting() is None


def test_a_hub_that_moved_needs_its_new_address_alone(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    before = enrolled(district).setting()
    assert before is not None
    moved = district.hub.url.replace("127.0.0.1", "localhost")
    assert district.connect(url=moved) == 0
    after = district.setting()
    assert after is not None
    assert (after.url, after.kiosk_id, after.key_name) == (
        moved,
        before.kiosk_id,
        before.key_name,
    )
    fresh = District(district.folder, district.hub, "fresh")
    capsys.readouterr()
    assert fresh.connect() == 2
    assert "one-time code" in capsys.readouterr().err


def test_the_records_of_a_district_do_not_go_to_another_by_mistake(
    district: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = enrolled(district).setting()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    hub = HubProcess(elsewhere)
    hub.start()
    try:
        other = District(elsewhere, hub, "../kiosk")
        other.make_recovery_key()
        paper = str(other.paper("enrolment.json"))
        capsys.readouterr()
        assert other.connect("--enrolment", paper) == 2
        assert "--another-hub" in capsys.readouterr().err
        assert other.setting() == before
        assert other.connect("--enrolment", paper, "--another-hub") == 0
    finally:
        hub.stop()


def test_what_waits_is_sent_under_a_new_key(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    first = enrolled(district).setting()
    assert first is not None
    saved = set(district.save())
    assert district.self_test() == (0, "")
    with DataOnDisk(district.data).open_store() as store:
        origin = store.stream().origin

    assert district.at_the_hub("revoke", NAME) == 0
    saved |= set(district.save())
    code, said = district.self_test()
    assert code == 1
    assert "withdrawn the enrolment" in said
    assert saved - hub_op_ids(district.hub_data), "the old key brings nothing any more"

    assert district.connect("--enrolment", str(district.paper("again.json", "--replace"))) == 0
    assert district.self_test() == (0, "")
    assert saved <= hub_op_ids(district.hub_data)
    with DataOnDisk(district.data).open_store() as store:
        counts = store.outbox_counts()
        assert store.stream().origin == origin
    assert counts.acknowledged == counts.total == 5  # two residents, three self-tests
    second = district.setting()
    assert second is not None
    assert (second.kiosk_id, second.key_name == first.key_name) == (first.kiosk_id, False)
    assert key_names(district.data) == [second.key_name]
    assert district.at_the_hub("receipts", NAME, "--verify") == 0
    assert "all present" in capsys.readouterr().out


def test_a_kiosk_without_its_key_keeps_its_records_and_says_what_to_do(
    district: District,
) -> None:
    enrolled(district)
    (key,) = district.data.glob("signing-*.key*")
    key.unlink()
    code, said = district.self_test()
    assert code == 1
    assert "The record is saved" in said
    assert "The key with which this kiosk signs" in said
    assert district.counts().unsent == 1


def test_a_running_kiosk_is_not_changed_from_outside(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = str(district.paper("enrolment.json"))
    with DataOnDisk(district.data).open_store():
        assert district.connect("--enrolment", paper) == 2
    assert "Close the other kiosk window" in capsys.readouterr().err
    assert district.connect("--enrolment", paper) == 0, "the code is still good"


def test_a_data_folder_that_is_a_file_is_refused_in_one_line(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    paper = str(district.paper("enrolment.json"))
    district.data.write_text("a file", "utf-8")
    capsys.readouterr()
    assert district.connect("--enrolment", paper) == 2
    assert capsys.readouterr().err.count("\n") == 1
