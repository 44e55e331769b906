"""The hub's own key: made once, closed to others, never made anew where one was in use."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.database import open_database, reading, writing
from hub.signing import (
    HubKeyError,
    former_keys,
    hub_signer,
    known_key,
    replace_lost_key,
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "data")
    yield engine
    engine.dispose()


def test_the_key_is_made_once_and_its_private_half_is_in_its_file_alone(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "hub.key"
    first, second = hub_signer(engine, path), hub_signer(engine, path)
    assert first.public_key == second.public_key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_bytes().strip()
    for kept in (tmp_path / "data").iterdir():
        assert secret not in kept.read_bytes()
        assert bytes.fromhex(secret.decode()) not in kept.read_bytes()
    with reading(engine) as connection:
        assert known_key(connection) == first.public_key


def test_of_two_processes_that_make_the_key_at_once_the_later_takes_that_of_the_other(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hub.key"
    others: list[bytes] = []
    fresh = secrets.token_bytes

    def after_the_other(length: int) -> bytes:
        monkeypatch.undo()
        others.append(hub_signer(engine, path).public_key)
        return fresh(length)

    monkeypatch.setattr(secrets, "token_bytes", after_the_other)
    assert [hub_signer(engine, path).public_key] == others


def test_a_lost_key_is_not_made_anew(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "hub.key"
    hub_signer(engine, path)
    path.unlink()
    with pytest.raises(HubKeyError, match="gone"):
        hub_signer(engine, path)
    assert not path.exists()


def test_the_key_of_another_hub_is_refused(engine: Engine, tmp_path: Path) -> None:
    hub_signer(engine, tmp_path / "hub.key")
    other = open_database(tmp_path / "other")
    hub_signer(other, tmp_path / "other.key")
    other.dispose()
    with pytest.raises(HubKeyError, match="not the one"):
        hub_signer(engine, tmp_path / "other.key")


def test_a_key_that_others_can_read_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "hub.key"
    hub_signer(engine, path)
    path.chmod(0o640)
    with pytest.raises(HubKeyError) as refusal:
        hub_signer(engine, path)
    assert "600" in refusal.value.next_step


def test_a_hub_that_was_never_served_has_no_key(engine: Engine) -> None:
    with reading(engine) as connection, pytest.raises(HubKeyError):
        known_key(connection)


def test_a_key_that_is_lost_is_replaced_on_purpose_and_its_receipts_stay_good(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "hub.key"
    lost = hub_signer(engine, path)
    before = path.read_bytes()
    with writing(engine) as connection, pytest.raises(HubKeyError, match="File exists"):
        replace_lost_key(connection, path)
    assert path.read_bytes() == before
    for _ in range(2):
        path.unlink()
        with writing(engine) as connection:
            replace_lost_key(connection, path)
    with reading(engine) as connection:
        assert known_key(connection) == hub_signer(engine, path).public_key
        assert former_keys(connection)[-1] == lost.public_key
        assert len({*former_keys(connection), known_key(connection)}) == 3
