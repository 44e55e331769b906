"""The hub's endpoints over a real uvicorn: strangers, bodies that do not come, a full disk."""

from __future__ import annotations

import logging
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from hub.receiving import Patience
from offline_sync.answers import HUB_NAME
from offline_sync.identity_key import new_signer
from offline_sync.refusals import UNKNOWN
from offline_sync.request_auth import Identity
from offline_sync.wire import MAX_BODY_BYTES, PushHeader, encode_push
from tests.hub.asking import (
    CLOCKS,
    answer_of,
    error_of,
    post,
    push_body,
    read,
    staff_op,
)
from tests.hub.serving import VILLAGE, Pass, running_hub


def test_health_names_the_hub_and_no_more(tmp_path: Path) -> None:
    with running_hub(tmp_path, now_ms=lambda: 1_795_000_000_000) as hub:
        told = httpx.get(f"{hub.url}/v1/health", trust_env=False).json()
    assert set(told) == {"hub", "hub_epoch", "time_ms"}
    assert (told["hub"], told["time_ms"]) == (HUB_NAME, 1_795_000_000_000)


SIGNED_BY_NOBODY = (
    'Village kiosk="0123456789abcdef", epoch="e1", n="1", signature="' + "A" * 86 + '"'
)


def stranger() -> Pass:
    """A kiosk of another hub."""
    return Pass(Identity("0123456789abcdef", new_signer()), VILLAGE, b"")


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Basic x"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Village"},
        {"Authorization": SIGNED_BY_NOBODY},
        {"Authorization": SIGNED_BY_NOBODY.replace('n="1"', 'n="99999999999999999999"')},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/sync"), ("GET", "/v1/feed?bucket=v")])
def test_nobody_speaks_without_a_signature(
    tmp_path: Path, header: dict[str, str], method: str, path: str
) -> None:
    with running_hub(tmp_path) as hub:
        response = httpx.request(
            method, f"{hub.url}{path}", headers=header, content=b"x", trust_env=False
        )
        assert error_of(response) == (401, UNKNOWN)


_HEAD = "POST /v1/sync HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000000\r\n"


def test_a_stranger_is_answered_before_the_body_has_come_and_is_cut_off(tmp_path: Path) -> None:
    with (
        running_hub(tmp_path) as hub,
        socket.create_connection(("127.0.0.1", hub.port), timeout=20) as line,
    ):
        line.sendall(f"{_HEAD}\r\nx".encode())
        said = _all_of(line)
    assert said.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in said.lower()


def test_a_stranger_who_sends_much_sees_the_answer(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        for _ in range(5):
            refused = post(hub, stranger(), b"x" * MAX_BODY_BYTES)
            assert error_of(refused) == (401, UNKNOWN)


@pytest.mark.parametrize("patience", [Patience(part_s=0.2), Patience(whole_s=0.2)])
def test_a_body_that_does_not_come_is_not_waited_for_without_end(
    tmp_path: Path, patience: Patience
) -> None:
    with (
        running_hub(tmp_path, patience=patience) as hub,
        socket.create_connection(("127.0.0.1", hub.port), timeout=20) as line,
    ):
        headers = hub.enrol("one").headers("POST", "/v1/sync", bytes(1_000_000))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.sendall(f"{_HEAD}{head}\r\nx".encode())
        said = _all_of(line)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in said.lower()


def _all_of(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(65_536), b""))


HEADER = PushHeader("o1", "e1", 2, "00" * 32, 1, "", CLOCKS, 0)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"", 400, "wire.cut"),
        (push_body(staff_op(1))[:-20], 400, "wire.cut"),
        (push_body(staff_op(1)).replace(b"social", b"zocial"), 400, "wire.digest"),
        (push_body(b"{}"), 400, "wire.line"),
        (encode_push(HEADER, [staff_op(1)], 1), 400, "wire.chain"),
        (push_body(*(staff_op(n) for n in range(1, 1002))), 413, "wire.too_many"),
        (b"x" * (MAX_BODY_BYTES + 1), 413, "too_large"),
    ],
)
def test_a_push_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, body: bytes, status: int, error: str
) -> None:
    with running_hub(tmp_path) as hub:
        assert error_of(post(hub, hub.enrol("one"), body)) == (status, error)
        assert hub.count("op") == hub.count("quarantine") == 0


def test_a_newer_wire_is_asked_to_upgrade(tmp_path: Path) -> None:
    newer = PushHeader("o1", "e1", 1, "00" * 32, 1, "", CLOCKS, 0, protocol=2)
    with running_hub(tmp_path) as hub:
        assert error_of(post(hub, hub.enrol("one"), encode_push(newer, []))) == (
            426,
            "wire.version",
        )


def test_bad_questions_get_a_hub_s_answer(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        assert error_of(read(hub, kiosk, bucket=VILLAGE, after=-1)) == (422, "query")
        assert error_of(read(hub, kiosk, bucket="大澳")) == (403, "bucket")
        nowhere = httpx.get(f"{hub.url}/nowhere", trust_env=False)
        assert error_of(nowhere) == (404, "http")


def test_a_full_disk_asks_for_a_later_try_and_takes_nothing_in_part(tmp_path: Path) -> None:
    def shrink(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        body = push_body(*(staff_op(n) for n in range(1, 500)))
        event.listen(hub.engine, "connect", shrink)
        hub.engine.dispose()
        response = post(hub, kiosk, body)
        assert error_of(response) == (503, "busy")
        assert int(response.headers["Retry-After"]) > 0
        event.remove(hub.engine, "connect", shrink)
        hub.engine.dispose()
        assert hub.count("op") == hub.count("feed") == hub.count("origin") == 0
        assert answer_of(post(hub, kiosk, body)).ack == [(1, 499, 1)]


def test_the_log_names_neither_bodies_nor_signatures(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        post(hub, kiosk, push_body(staff_op(1)))
        post(hub, kiosk, push_body(staff_op(2))[:-3])
        post(hub, stranger(), push_body(staff_op(2)))
        signature = kiosk.headers("GET", "/v1/feed")["Authorization"].rpartition("signature=")[2]
        httpx.get(f"{hub.url}/v1/feed", headers={"Authorization": signature}, trust_env=False)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("hub")]
    assert any("1 ops, 1 new" in line for line in ours)
    assert not any(word in caplog.text for word in (signature, "signature=", "黃詠詩"))
