"""One-time codes: each lets one kiosk in, once, for a time, and cannot be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from nacl.public import PrivateKey
from sqlalchemy import Connection, select

from hub.database import open_database, writing
from hub.enrolment import (
    EnrolledKiosk,
    EnrolmentError,
    offer,
    redeem,
    revoke,
    sealed_store_key,
)
from hub.guessing import WAIT_S, WRONG_CODES, Guesses
from hub.refused import Refused
from hub.tables import enrolment_code, former_key, kiosk
from offline_sync.enrolment import (
    ENROL_PATH,
    SEALED_KEY_PATH,
    EnrolRequest,
    code_digest,
    enrol_request,
    new_code,
    seal_for,
)
from offline_sync.identity_key import KeySigner, new_signer
from offline_sync.refusals import CODE, CODE_EXPIRED, CODE_USED, KEY, STREAM
from offline_sync.request_auth import base64url
from tests.hub.asking import error_of, post, push_body, staff_op
from tests.hub.serving import VILLAGE, running_hub

NOW = 1_795_000_000_000
HOUR = 3_600_000


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_database(tmp_path)
    with writing(engine) as connection:
        yield connection
    engine.dispose()


def let_in(
    connection: Connection, code: str, signer: KeySigner, at_ms: int = NOW, sealed: str = ""
) -> EnrolledKiosk:
    return redeem(connection, enrol_request(signer, code, "origin", "e1", sealed), at_ms)


def error(connection: Connection, *words: Any, **more: Any) -> str:
    before = tables(connection)
    with pytest.raises(Refused) as refusal:
        let_in(connection, *words, **more)
    assert tables(connection) == before, "a refusal changes nothing"
    return refusal.value.error


def tables(connection: Connection) -> list[list[Any]]:
    return [
        list(connection.execute(select(table).order_by(*table.primary_key.columns)))
        for table in (kiosk, enrolment_code, former_key)
    ]


def test_a_code_lets_one_kiosk_in_and_is_nowhere_in_the_database(connection: Connection) -> None:
    made = offer(connection, "one", VILLAGE, NOW)
    signer = new_signer()
    enrolled = let_in(connection, made.code, signer)
    assert (enrolled.name, enrolled.village) == ("one", VILLAGE)
    assert made.code not in repr(tables(connection))
    assert made.code not in repr(made)
    (row,) = connection.execute(select(kiosk))
    assert row.public_key == base64url(signer.public_key)


def test_a_code_is_read_as_people_type_it(connection: Connection) -> None:
    code = offer(connection, "one", VILLAGE, NOW).code
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert let_in(connection, typed, new_signer()).name == "one"


def test_codes_hold_128_bits_and_no_two_are_alike() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code.replace("-", "")) == 26 for code in codes)
    for place in range(25):  # every digit but the last, which holds three bits, takes all values
        assert len({code.replace("-", "")[place] for code in codes}) > 28


def test_a_lost_answer_is_given_again_and_to_nobody_else(connection: Connection) -> None:
    code, signer = offer(connection, "one", VILLAGE, NOW).code, new_signer()
    first = let_in(connection, code, signer)
    assert let_in(connection, code, signer, NOW + 1) == first
    assert error(connection, code, new_signer()) == CODE_USED
    revoke(connection, "one", NOW)
    assert error(connection, code, signer) == CODE_USED


def test_a_code_ends(connection: Connection) -> None:
    made = offer(connection, "one", VILLAGE, NOW, hours=2)
    assert made.expires_ms == NOW + 2 * HOUR
    assert error(connection, made.code, new_signer(), NOW + 2 * HOUR) == CODE_EXPIRED
    assert let_in(connection, made.code, new_signer(), NOW + 2 * HOUR - 1).name == "one"


def test_a_new_code_ends_an_earlier_one(connection: Connection) -> None:
    first = offer(connection, "one", VILLAGE, NOW).code
    second = offer(connection, "one", VILLAGE, NOW).code
    assert error(connection, first, new_signer()) == CODE
    assert let_in(connection, second, new_signer()).name == "one"


def test_a_name_is_enrolled_once_and_replaced_only_on_purpose(connection: Connection) -> None:
    let_in(connection, offer(connection, "one", VILLAGE, NOW).code, new_signer())
    with pytest.raises(EnrolmentError) as taken:
        offer(connection, "one", VILLAGE, NOW)
    assert "--replace" in taken.value.next_step
    with pytest.raises(EnrolmentError):
        offer(connection, "one", "elsewhere", NOW, replace=True)
    with pytest.raises(EnrolmentError):
        offer(connection, "two", None, NOW, replace=True)
    assert offer(connection, "one", None, NOW, replace=True).village == VILLAGE


def test_a_replaced_key_counts_no_more_and_never_again(connection: Connection) -> None:
    old, new = new_signer(), new_signer()
    first = let_in(connection, offer(connection, "one", VILLAGE, NOW).code, old)
    second = let_in(connection, offer(connection, "one", None, NOW, replace=True).code, new)
    assert second == first, "it is the same kiosk"
    again = offer(connection, "one", None, NOW, replace=True).code
    assert error(connection, again, old) == KEY
    assert let_in(connection, again, new) == first


def test_a_revoked_kiosk_needs_a_new_key(connection: Connection) -> None:
    lost = new_signer()
    let_in(connection, offer(connection, "one", VILLAGE, NOW).code, lost)
    waiting = offer(connection, "one", None, NOW, replace=True).code
    revoke(connection, "one", NOW)
    assert error(connection, waiting, new_signer()) == CODE, "its codes ended with it"
    code = offer(connection, "one", None, NOW, replace=True).code
    assert error(connection, code, lost) == KEY
    let_in(connection, code, new_signer())
    (row,) = connection.execute(select(kiosk))
    assert row.revoked_ms is None


def test_the_key_of_another_kiosk_is_not_taken(connection: Connection) -> None:
    signer = new_signer()
    let_in(connection, offer(connection, "one", VILLAGE, NOW).code, signer)
    code = offer(connection, "two", VILLAGE, NOW).code
    assert error(connection, code, signer) == KEY


@pytest.mark.parametrize(
    "changed",
    [
        {"public_key": base64url(new_signer().public_key)},
        {"public_key": "short"},
        {"origin": "another"},
        {"epoch": "another"},
        {"proof": base64url(bytes(64))},
        {"proof": ""},
        {"sealed_store_key": seal_for(base64url(bytes(31) + b"\x01"), bytes(32))},
    ],
)
def test_a_key_is_enrolled_by_its_holder_alone(
    connection: Connection, changed: dict[str, str]
) -> None:
    code = offer(connection, "one", VILLAGE, NOW).code
    request = enrol_request(new_signer(), code, "origin", "e1", "")
    before = tables(connection)
    with pytest.raises(Refused) as refusal:
        redeem(connection, msgspec.structs.replace(request, **changed), NOW)
    assert refusal.value.error == KEY
    assert tables(connection) == before


def test_the_sealed_key_is_given_to_who_has_a_code_and_uses_none_up(
    connection: Connection,
) -> None:
    sealed = seal_for(base64url(bytes(new_recovery_key())), bytes(range(32)))
    let_in(connection, offer(connection, "one", VILLAGE, NOW).code, new_signer(), sealed=sealed)
    code = offer(connection, "one", None, NOW, replace=True).code
    for _ in range(2):
        known, given = sealed_store_key(connection, code, NOW)
        assert (known.name, given) == ("one", sealed)
    let_in(connection, code, new_signer())
    with pytest.raises(Refused) as refusal:
        sealed_store_key(connection, code, NOW)
    assert refusal.value.error == CODE_USED


def new_recovery_key() -> bytes:
    return bytes(PrivateKey.generate().public_key)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "\x1b[2J"])
def test_a_name_that_cannot_be_shown_is_refused(connection: Connection, name: str) -> None:
    with pytest.raises(EnrolmentError) as refusal:
        offer(connection, name, VILLAGE, NOW)
    assert "printable" in refusal.value.next_step


# ---- over HTTP


def test_the_records_of_another_kiosk_need_that_kiosk_s_code(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        assert post(hub, hub.enrol("one"), push_body(staff_op(1))).status_code == 200
        with writing(hub.engine) as connection:
            code = offer(connection, "two", VILLAGE, NOW, hours=24 * 90).code
        asked = enrol_request(new_signer(), code, "o1", "e9", "")
        refused = ask(hub.url, ENROL_PATH, asked)
        assert error_of(refused) == (409, STREAM)
        assert "one" in refused.json()["detail"]


def test_who_guesses_waits_and_then_may_try_again(tmp_path: Path) -> None:
    now = [NOW]
    with running_hub(tmp_path, now_ms=lambda: now[0]) as hub:
        with writing(hub.engine) as connection:
            code = offer(connection, "one", VILLAGE, NOW).code
        right = enrol_request(new_signer(), code, "o1", "e1", "")
        wrong = enrol_request(new_signer(), new_code(), "o1", "e1", "")
        for path in [ENROL_PATH, SEALED_KEY_PATH] * (WRONG_CODES // 2):
            assert error_of(ask(hub.url, path, wrong)) == (403, CODE)
        for request in (wrong, right):
            held = ask(hub.url, ENROL_PATH, request)
            assert error_of(held) == (429, "guessing")
            assert 0 < int(held.headers["Retry-After"]) <= WAIT_S
        now[0] += WAIT_S * 1000
        assert ask(hub.url, ENROL_PATH, right).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b"[" * 5000, b'{"code": 7}'])
def test_what_is_no_question_is_refused(tmp_path: Path, body: bytes) -> None:
    with running_hub(tmp_path) as hub:
        for path in (ENROL_PATH, SEALED_KEY_PATH):
            refused = httpx.post(f"{hub.url}{path}", content=body, trust_env=False)
            assert error_of(refused) == (400, "body")
        long = httpx.post(f"{hub.url}{ENROL_PATH}", content=b"x" * 9000, trust_env=False)
        assert error_of(long) == (413, "too_large")


def test_a_village_behind_one_address_is_not_shut_out_by_good_codes() -> None:
    guesses = Guesses(lambda: 0)
    for _ in range(WRONG_CODES - 1):
        guesses.was_wrong("10.0.0.1")
    assert guesses.wait_s("10.0.0.1") == 0
    guesses.was_wrong("10.0.0.1")
    assert guesses.wait_s("10.0.0.1") == WAIT_S
    assert guesses.wait_s("10.0.0.2") == 0


def test_an_ipv6_guesser_does_not_get_more_tries_by_changing_his_address() -> None:
    guesses = Guesses(lambda: 0)
    for last in range(WRONG_CODES):
        guesses.was_wrong(f"2001:db8::{last + 1:x}")
    assert guesses.wait_s("2001:db8::ffff") == WAIT_S
    assert guesses.wait_s("2001:db8:0:1::1") == 0


def test_guessers_without_number_fill_no_memory() -> None:
    guesses = Guesses(lambda: 0)
    for number in range(10_100):
        guesses.was_wrong(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(guesses._wrong) == 10_000


def ask(url: str, path: str, request: EnrolRequest) -> httpx.Response:
    return httpx.post(f"{url}{path}", content=msgspec.json.encode(request), trust_env=False)


def test_a_code_is_found_by_its_digest_alone() -> None:
    code = new_code()
    assert len(code_digest(code)) == 64
    assert code_digest(code) != code_digest(new_code())
