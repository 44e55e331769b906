"""A kiosk that was shut out stays so, whatever copy of the hub's database is put back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from hub.cli import main
from hub.database import in_batch, open_database, reading, writing
from hub.enrolment import offer, redeem
from hub.errors import HubError
from hub.refused import Refused
from hub.revocation_list import LIST_NAME, catch_up, list_withdrawn
from hub.tables import kiosk
from offline_sync.enrol_link import ask_to_enrol
from offline_sync.enrolment import enrol_request
from offline_sync.hub_errors import HubBusy
from offline_sync.identity import new_random_id
from offline_sync.identity_key import new_signer
from offline_sync.request_auth import Signer, base64url
from tests.hub.serving import running_hub

NOW = 1_795_305_600_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


def code_of(data: Path, name: str, *, replace: bool = False) -> str:
    engine = open_database(data)
    with writing(engine) as connection:
        code = offer(connection, name, None if replace else "v", NOW, replace=replace).code
    engine.dispose()
    return code


def let_in(data: Path, code: str, signer: Signer) -> None:
    def job(connection: Connection) -> None:
        redeem(connection, enrol_request(signer, code, new_random_id(), "e1", ""), NOW)

    engine = open_database(data)
    in_batch(engine, job)
    list_withdrawn(engine, data)
    engine.dispose()


def states(data: Path) -> dict[str, bool]:
    """Which kiosks are shut out."""
    engine = open_database(data)
    with reading(engine) as connection:
        rows = connection.execute(select(kiosk.c.name, kiosk.c.revoked_ms)).all()
    engine.dispose()
    return {row.name: row.revoked_ms is not None for row in rows}


def backed_up(data: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    capsys.readouterr()
    assert main(["backup", "--data", str(data), "--to", str(data.parent / "b")]) == 0
    return Path(json.loads(capsys.readouterr().out)["backup"])


def put_back(data: Path, backup: Path) -> None:
    assert main(["restore", "--data", str(data), "--from", str(backup), "--replace"]) == 0


def test_a_kiosk_revoked_after_the_backup_is_not_let_in_again_by_a_restore(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        let_in(data, code_of(data, name), new_signer())
    backup = backed_up(data, capsys)
    assert main(["revoke", "--data", str(data), "one"]) == 0
    put_back(data, backup)
    assert json.loads(capsys.readouterr().out)["revoked_again"] == 1
    assert states(data) == {"one": True, "two": False}
    assert (data / LIST_NAME).stat().st_mode & 0o077 == 0
    assert main(["audit", "--data", str(data)]) == 0
    noted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert noted[-1]["detail"]["revoked_again"] == 1


def test_a_code_that_went_with_the_revocation_lets_nobody_in_after_a_restore(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    never, again = code_of(data, "never came"), new_signer()
    let_in(data, code_of(data, "again"), again)
    stolen = code_of(data, "again", replace=True)
    backup = backed_up(data, capsys)
    for name in ("never came", "again"):
        assert main(["revoke", "--data", str(data), name]) == 0
    put_back(data, backup)
    for code in (never, stolen):
        with pytest.raises(Refused):
            let_in(data, code, new_signer())
    assert states(data) == {"never came": True, "again": True}
    let_in(data, code_of(data, "again", replace=True), new_signer())
    engine = open_database(data)
    assert catch_up(engine, data, NOW) == 0, "its new key is good"
    engine.dispose()
    assert states(data)["again"] is False


def test_an_older_file_that_was_copied_back_is_put_right_before_the_hub_serves(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    let_in(data, code_of(data, "one"), new_signer())
    backup = backed_up(data, capsys)
    assert main(["revoke", "--data", str(data), "one"]) == 0
    assert main(["revoke", "--data", str(data), "one"]) == 0
    (data / "hub.sqlite3").write_bytes(backup.read_bytes())
    engine = open_database(data)
    assert [catch_up(engine, data, NOW) for _ in range(2)] == [1, 0]
    engine.dispose()
    assert states(data) == {"one": True}


def test_a_list_that_cannot_be_read_stops_the_restore(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    let_in(data, code_of(data, "one"), new_signer())
    backup = backed_up(data, capsys)
    (data / LIST_NAME).write_text('{"kiosk_id":')
    engine = open_database(data)
    with pytest.raises(HubError, match="last line"):
        catch_up(engine, data, NOW)
    engine.dispose()
    words = ["restore", "--data", str(data), "--from", str(backup), "--replace"]
    assert main(words) != 0
    assert states(data) == {"one": False}


def test_a_key_that_was_replaced_after_the_backup_is_not_let_in_again_by_a_restore(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the key, nor the code that brought the newer one, nor that one when it was revoked;
    and not by a file that was copied back."""
    old, newer = new_signer(), new_signer()
    let_in(data, code_of(data, "one"), old)
    let_in(data, code_of(data, "two"), new_signer())
    code = code_of(data, "one", replace=True)
    backup = backed_up(data, capsys)
    let_in(data, code, newer)
    assert states(data) == {"one": False, "two": False}
    assert main(["revoke", "--data", str(data), "one"]) == 0
    put_back(data, backup)
    said = capsys.readouterr()
    assert json.loads(said.out)["revoked_again"] == 1
    assert "revocations.jsonl: one." in said.err
    assert states(data) == {"one": True, "two": False}
    with pytest.raises(Refused):
        let_in(data, code, new_signer())
    for key in (old, newer):
        with pytest.raises(Refused, match="withdrawn"):
            let_in(data, code_of(data, "one", replace=True), key)
    (data / "hub.sqlite3").write_bytes(backup.read_bytes())
    engine = open_database(data)
    assert [catch_up(engine, data, NOW) for _ in range(2)] == [1, 0]
    engine.dispose()
    let_in(data, code_of(data, "one", replace=True), new_signer())
    engine = open_database(data)
    assert catch_up(engine, data, NOW) == 0, "its new key is good"
    engine.dispose()
    assert states(data) == {"one": False, "two": False}


def test_a_kiosk_that_was_let_in_and_revoked_after_the_backup_stays_out(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = code_of(data, "one")
    backup = backed_up(data, capsys)
    let_in(data, code, new_signer())
    assert main(["revoke", "--data", str(data), "one"]) == 0
    put_back(data, backup)
    assert states(data) == {"one": True}
    with pytest.raises(Refused):
        let_in(data, code, new_signer())


def test_the_hub_lists_a_replaced_key_before_it_answers(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        first, second = new_signer(), new_signer()
        for signer in (first, second):
            with writing(hub.engine) as connection:
                code = offer(connection, "one", "v", NOW * 2, replace=signer is second).code
            listed = tmp_path / LIST_NAME
            before = listed.read_text() if listed.exists() else ""
            request = enrol_request(signer, code, "o", "e1", "")
            listed.write_text(before + '{"cut off')
            with pytest.raises(HubBusy):
                ask_to_enrol(hub.url, request)
            listed.write_text(before)
            ask_to_enrol(hub.url, request)
            ask_to_enrol(hub.url, request)
        lines = (tmp_path / LIST_NAME).read_text().splitlines()
    assert [json.loads(line)["public_key"] for line in lines] == [
        "",
        base64url(first.public_key),
        "",
    ]


def test_nobody_is_said_to_be_shut_out_who_cannot_be_listed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    let_in(data, code_of(data, "one"), new_signer())
    listed = data / LIST_NAME
    listed.write_text(listed.read_text() + '{"kiosk_id":"abc","publ')
    before = listed.read_bytes()
    capsys.readouterr()
    assert main(["revoke", "--data", str(data), "one"]) == 2
    assert "was cut off" in capsys.readouterr().err
    assert states(data) == {"one": False}
    assert listed.read_bytes() == before
