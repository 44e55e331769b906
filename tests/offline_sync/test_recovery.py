"""A store key on its way from a lost computer to a new one: sealed at every step."""

from __future__ import annotations

import json
import secrets

import pytest
from nacl.public import PrivateKey

from offline_sync.enrolment import is_sealed, seal_for
from offline_sync.recovery import NotOpened, ask, open_for_asker, opened_store_key
from offline_sync.request_auth import base64url

STORE_KEY = bytes(range(32))


def district() -> tuple[str, str]:
    """The public half (base64url), and the file with the private one."""
    private = PrivateKey.generate()
    paper = json.dumps({"recovery_key": base64url(bytes(private))})
    return base64url(bytes(private.public_key)), paper


def test_the_key_comes_back_on_the_computer_that_asked_and_travels_sealed() -> None:
    public, paper = district()
    sealed = seal_for(public, STORE_KEY)
    mine = secrets.token_bytes(32)
    question = ask(mine, "one", "v", sealed)
    opened = open_for_asker(question, paper)
    assert is_sealed(sealed)
    assert opened_store_key(opened, mine) == STORE_KEY
    for travelling in (sealed, question, opened):
        assert base64url(STORE_KEY) not in travelling
        assert STORE_KEY.hex() not in travelling


def test_another_computer_cannot_read_the_answer() -> None:
    public, paper = district()
    question = ask(secrets.token_bytes(32), "one", "v", seal_for(public, STORE_KEY))
    with pytest.raises(NotOpened, match="another computer"):
        opened_store_key(open_for_asker(question, paper), secrets.token_bytes(32))


def test_the_recovery_key_of_another_district_opens_nothing() -> None:
    public, _ = district()
    _, paper = district()
    question = ask(secrets.token_bytes(32), "one", "v", seal_for(public, STORE_KEY))
    with pytest.raises(NotOpened, match="does not open"):
        open_for_asker(question, paper)


@pytest.mark.parametrize("spoilt", ["", "{}", "[" * 100_000, '{"recovery_key": "AAAA"}', "\udcff"])
def test_a_file_of_another_kind_is_named(spoilt: str) -> None:
    public, paper = district()
    question = ask(secrets.token_bytes(32), "one", "v", seal_for(public, STORE_KEY))
    with pytest.raises(NotOpened, match="does not hold"):
        open_for_asker(spoilt, paper)
    with pytest.raises(NotOpened, match="does not hold"):
        open_for_asker(question, spoilt)
    with pytest.raises(NotOpened, match="does not hold"):
        opened_store_key(spoilt, secrets.token_bytes(32))


def test_a_key_of_another_length_is_no_store_key() -> None:
    public, paper = district()
    mine = secrets.token_bytes(32)
    opened = open_for_asker(ask(mine, "one", "v", seal_for(public, b"short")), paper)
    with pytest.raises(NotOpened, match="not the key of a store"):
        opened_store_key(opened, mine)


def test_a_recovery_key_that_is_none_is_not_sealed_to() -> None:
    with pytest.raises(ValueError, match="not a key"):
        seal_for("AAAA", STORE_KEY)
