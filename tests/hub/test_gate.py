"""Whose requests the hub takes: signed ones, each once, and none that was changed on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.database import writing
from hub.enrolment import offer, redeem, revoke
from offline_sync.answers import LAST_HEADER
from offline_sync.enrolment import enrol_request
from offline_sync.identity_key import new_signer
from offline_sync.refusals import REPLAYED, REVOKED, SIGNATURE, UNKNOWN
from offline_sync.request_auth import AUTHORIZATION, CONTENT_DIGEST, Identity
from tests.hub.asking import answer_of, error_of, post, push_body, read, staff_op
from tests.hub.serving import VILLAGE, Pass, ServedHub, running_hub

FEED = "/v1/feed?bucket=x"
TABLES = ("op", "feed", "origin", "quarantine", "receipt", "request_number", "enrolment_code")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServedHub]:
    with running_hub(tmp_path) as served:
        yield served


def everything(hub: ServedHub) -> list[list[tuple[object, ...]]]:
    return [hub.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]


def send(
    hub: ServedHub, headers: dict[str, str], body: bytes, path: str = "/v1/sync"
) -> httpx.Response:
    return httpx.post(f"{hub.url}{path}", headers=headers, content=body, trust_env=False)


# ---- what a stranger between the kiosk and its hub can do


def flipped(body: bytes, at: int) -> bytes:
    at %= len(body)
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def cut(body: bytes, at: int) -> bytes:
    return body[: at % len(body)]


def lines_swapped(body: bytes, at: int) -> bytes:
    lines = body.splitlines(keepends=True)
    one = 1 + at % (len(lines) - 2)
    lines[one], lines[one + 1] = lines[one + 1], lines[one]
    return b"".join(lines)


def grown(body: bytes, at: int) -> bytes:
    return body + b"\n" * (1 + at % 5)


names: Iterator[int] = count(1)
bodies = st.integers(1, 6).map(lambda n: push_body(*(staff_op(seq) for seq in range(1, n + 1))))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=bodies,
    change=st.sampled_from([flipped, cut, lines_swapped, grown]),
    at=st.integers(0, 10_000),
    renamed=st.booleans(),
)
def test_a_body_that_was_changed_on_the_way_is_refused_and_changes_nothing(
    hub: ServedHub,
    body: bytes,
    change: Callable[[bytes, int], bytes],
    at: int,
    renamed: bool,
) -> None:
    kiosk = enrolled(hub)
    before = everything(hub)
    headers = kiosk.headers("POST", "/v1/sync", body)
    changed = change(body, at)
    if renamed:  # and the digest made to fit
        forged = kiosk.identity.headers("POST", "/v1/sync", "e1", 1, changed)
        headers[CONTENT_DIGEST] = forged[CONTENT_DIGEST]
    assert error_of(send(hub, headers, changed)) == (401, SIGNATURE)
    assert everything(hub) == before


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    part=st.sampled_from(["kiosk", "epoch", "n", "signature", "path", "method", "digest"]),
    at=st.integers(0, 85),
)
def test_a_request_aimed_elsewhere_is_refused_and_changes_nothing(
    hub: ServedHub, part: str, at: int
) -> None:
    kiosk, other = enrolled(hub), enrolled(hub)
    body = push_body(staff_op(1))
    headers = kiosk.headers("POST", "/v1/sync", body)
    said = headers[AUTHORIZATION]
    before = everything(hub)
    path, method = "/v1/sync", "POST"
    match part:
        case "kiosk":
            said = said.replace(kiosk.identity.kiosk_id, other.identity.kiosk_id)
        case "epoch":
            said = said.replace('epoch="e1"', 'epoch="e2"')
        case "n":
            said = said.replace('n="1"', f'n="{at + 2}"')
        case "signature":
            head, _, rest = said.partition('signature="')
            letter = "B" if rest[at] == "A" else "A"
            said = f'{head}signature="{rest[:at]}{letter}{rest[at + 1 :]}'
        case "path":
            path = "/v1/witness"
        case "method":
            said = kiosk.headers("PUT", "/v1/sync", body)[AUTHORIZATION]
        case "digest":
            del headers[CONTENT_DIGEST]
    headers[AUTHORIZATION] = said
    response = httpx.request(
        method, f"{hub.url}{path}", headers=headers, content=body, trust_env=False
    )
    status, error = error_of(response)
    assert (status, error) in ((401, SIGNATURE), (401, UNKNOWN))
    assert everything(hub) == before


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(5)), again=st.lists(st.integers(0, 4), max_size=8))
def test_of_captured_requests_each_counts_once_and_none_after_a_later_one(
    hub: ServedHub, order: list[int], again: list[int]
) -> None:
    kiosk = enrolled(hub)
    requests = []
    for number in range(5):
        log = [own_op(kiosk, seq) for seq in range(1, 6)]
        body = push_body(log[number], origin=kiosk.identity.kiosk_id, log=log)
        requests.append((kiosk.headers("POST", "/v1/sync", body), body))
    latest = -1
    for number in [*order, *again]:
        before = everything(hub)
        response = send(hub, *requests[number])
        if number > latest:
            assert response.status_code == 200, response.text
            latest = number
        else:
            assert error_of(response) == (409, REPLAYED)
            assert response.headers[LAST_HEADER] == str(latest + 1)
            assert everything(hub) == before


def own_op(kiosk: Pass, seq: int) -> bytes:
    name = kiosk.identity.kiosk_id.encode()
    line = staff_op(seq).replace(b'"op%d"' % seq, b'"%s-%d"' % (name, seq))
    return line.replace(b'"s%d"' % seq, b'"%s-%d"' % (name, seq))


def enrolled(hub: ServedHub) -> Pass:
    return hub.enrol(f"kiosk {next(names)}")


def test_a_captured_reading_of_the_feed_is_worth_nothing(hub: ServedHub) -> None:
    kiosk = enrolled(hub)
    target = f"{FEED}&after=0"
    headers = kiosk.headers("GET", target)
    first, again = (
        httpx.get(f"{hub.url}{target}", headers=headers, trust_env=False) for _ in range(2)
    )
    assert error_of(first) == (403, "bucket")
    assert error_of(again) == (409, REPLAYED)


def test_a_refused_push_may_come_again_under_its_number(hub: ServedHub) -> None:
    kiosk = enrolled(hub)
    body = push_body(own_op(kiosk, 1), origin=kiosk.identity.kiosk_id)
    spoilt = body[:-20]
    assert (
        error_of(send(hub, kiosk.identity.headers("POST", "/v1/sync", "e1", 7, spoilt), spoilt))[0]
        == 400
    )
    headers = kiosk.identity.headers("POST", "/v1/sync", "e1", 7, body)
    assert send(hub, headers, body).status_code == 200


def test_each_epoch_counts_its_own_requests(hub: ServedHub) -> None:
    kiosk = enrolled(hub)
    target = f"/v1/feed?bucket={VILLAGE}"
    target = httpx.URL(f"{hub.url}{target}").raw_path.decode()
    for epoch in ("e1", "e2"):
        headers = kiosk.identity.headers("GET", target, epoch, 5)
        answer = httpx.get(f"{hub.url}{target}", headers=headers, trust_env=False)
        assert answer.status_code == 200, answer.text


def test_a_push_is_of_the_epoch_that_its_signature_names(hub: ServedHub) -> None:
    kiosk = enrolled(hub)
    body = push_body(own_op(kiosk, 1), origin=kiosk.identity.kiosk_id)
    headers = kiosk.headers("POST", "/v1/sync", body, epoch="e2")
    assert error_of(send(hub, headers, body)) == (400, "wire.header")


# ---- revoked and replaced kiosks


def test_a_revoked_kiosk_is_told_so_and_what_it_sent_stays(hub: ServedHub) -> None:
    kiosk = enrolled(hub)
    origin = kiosk.identity.kiosk_id
    assert answer_of(post(hub, kiosk, push_body(own_op(kiosk, 1), origin=origin))).ack
    name = revoke_it(hub, kiosk)
    before = everything(hub)
    for answer in (
        post(hub, kiosk, push_body(own_op(kiosk, 2), origin=origin)),
        read(hub, kiosk, bucket=VILLAGE),
    ):
        assert error_of(answer) == (403, REVOKED)
        assert name in answer.json()["detail"]
    assert everything(hub) == before


def test_who_cannot_sign_is_not_told_that_a_kiosk_is_revoked(hub: ServedHub) -> None:
    kiosk = enrolled(hub)
    revoke_it(hub, kiosk)
    forger = Pass(Identity(kiosk.identity.kiosk_id, new_signer()), VILLAGE, b"")
    assert error_of(read(hub, forger, bucket=VILLAGE)) == (401, SIGNATURE)


def test_the_key_of_a_replaced_computer_is_told_that_it_was_withdrawn(hub: ServedHub) -> None:
    old = enrolled(hub)
    name = name_of(hub, old)
    with writing(hub.engine) as connection:
        code = offer(connection, name, None, 0, replace=True).code
    assert read(hub, old, bucket=VILLAGE).status_code == 200, "until the code is used"
    new = new_signer()
    with writing(hub.engine) as connection:
        redeem(connection, enrol_request(new, code, "another", "e1", ""), 1)
    fresh = Pass(Identity(old.identity.kiosk_id, new), VILLAGE, b"")
    assert error_of(read(hub, old, bucket=VILLAGE)) == (403, REVOKED)
    assert error_of(read(hub, fresh, bucket=VILLAGE))[0] == 409, "its numbers go on"


def revoke_it(hub: ServedHub, kiosk: Pass) -> str:
    name = name_of(hub, kiosk)
    with writing(hub.engine) as connection:
        revoke(connection, name, 1)
    return name


def name_of(hub: ServedHub, kiosk: Pass) -> str:
    ((name,),) = hub.rows(f"SELECT name FROM kiosk WHERE kiosk_id = '{kiosk.identity.kiosk_id}'")
    return str(name)
