"""Whatever a hub answers and whatever the disk does, the kiosk's sync tries again until it is
stopped: the real connection over a hub that is played."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hub.snapshot_shelf import packed_records
from offline_sync import filling
from offline_sync.answers import HUB_NAME, Refusal, SyncAnswer, encode_answer
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.delivery import Pace
from offline_sync.errors import StoreFull
from offline_sync.frames import Header
from offline_sync.refusals import REPLAYED, SET_BACK
from tests.faults.fault_proxy import Say, http_answer
from tests.kiosk.test_connections import WAIT_S, Line
from tests.offline_sync.kiosks import VILLAGE

LIMIT_S = 0.2
QUICK = Pace(poll_s=60.0, first_backoff_s=0.2, longest_backoff_s=0.4, request_limit_s=LIMIT_S)
HEADER = Header(HUB_NAME, "E1", VILLAGE, 1, CATALOGUE_VERSION)
SNAPSHOT = b"".join(packed_records(HEADER, [], []))
DAMAGED = SNAPSHOT[:-6] + bytes([SNAPSHOT[-6] ^ 0xFF]) + SNAPSHOT[-5:]


class PlayedHub:
    """A port on the kiosk's own loop: for each path what it answers, until told otherwise."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].partition(b"?")[0].decode()
            writer.write(self.answers[path])
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the kiosk had heard enough
        finally:
            writer.close()

    async def listen(self) -> asyncio.Server:
        return await asyncio.start_server(self.serve, "127.0.0.1", 0)


def snapshot(content: bytes) -> bytes:
    return _answer(content, 'ETag: "x"')


def _answer(content: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(head).encode() + content


def page(**changed: object) -> bytes:
    plain = SyncAnswer(HUB_NAME, "E1", 1, VILLAGE, [], [], [], 1, False)
    return _answer(encode_answer(msgspec.structs.replace(plain, **changed)))


def refusal(error: str, *headers: str) -> bytes:
    said = encode_answer(Refusal(HUB_NAME, error, "why"))
    return _answer(said, *headers, status="409 Conflict")


NOT_FOUND: Say = http_answer("404 Not Found", "<html>")


@pytest.fixture
def played() -> PlayedHub:
    return PlayedHub()


@pytest.fixture
def line(tmp_path: Path, played: PlayedHub) -> Iterator[Line]:
    line = Line(tmp_path, pace=QUICK)
    server = line.loop.run(played.listen()).result(WAIT_S)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield line
    line.loop.call(server.close)
    line.close()


def tries_for(line: Line, seconds: float) -> int:
    """How many runs failed, one after the other, until so much time has passed."""
    until, tries = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        assert line.contacts.get(timeout=WAIT_S) is False
        tries += 1
    return tries


def test_a_part_of_a_snapshot_that_arrives_damaged_does_not_end_the_sync(
    line: Line, played: PlayedHub
) -> None:
    played.answers = {"/v1/snapshot": snapshot(DAMAGED)}
    hub = line.connection()
    hub.start()
    assert tries_for(line, 5 * LIMIT_S) > 2
    assert line.last_contact().error_kind == "SnapshotDamaged"
    hub.stop()


def test_a_disk_that_is_full_during_a_fill_does_not_end_the_sync(
    line: Line, played: PlayedHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("The disk is full.")

    played.answers = {
        "/v1/snapshot": snapshot(SNAPSHOT),
        "/v1/feed": page(),
        "/v1/digest": NOT_FOUND.answer,
    }
    hub = line.connection()
    with monkeypatch.context() as disk:
        disk.setattr(filling, "apply_frames", full)
        hub.start()
        assert tries_for(line, 5 * LIMIT_S) > 2
        assert line.last_contact().error_kind == "StoreFull"
    while not line.contacts.get(timeout=WAIT_S):
        pass  # a try from before there was room
    fill = line.writer.submit(lambda store: filling.fill_progress(store.connection, VILLAGE))
    progress = fill.result(WAIT_S)
    assert progress is not None
    assert progress.finished
    hub.stop()


def test_no_answer_of_a_hub_ends_the_sync(line: Line, played: PlayedHub) -> None:
    whole = snapshot(SNAPSHOT)
    odd: dict[str, bytes] = {
        "nothing": b"",
        "noise": b"\xff\x00" * 500,
        "half an answer": whole[: len(whole) // 2],
        "no length": whole.replace(b"Content-Length", b"Content-Breadth"),
        "a length of 5000 digits": whole.replace(b"Length: ", b"Length: " + b"9" * 5000),
        "a part of another place": whole.replace(
            b"200 OK", b"206 Partial Content\r\nContent-Range: bytes 7-9/" + b"9" * 16
        ),
        "beyond the end": whole.replace(b"200 OK", b"416 Range Not Satisfiable"),
        "words that never end": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
        "always going on": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
        "a redirect": http_answer("302 Found", "", "Location: http://192.0.2.1/").answer,
        "replayed, far off": refusal(REPLAYED, "Village-Last: 9007199254739992"),
        "another history": refusal(SET_BACK),
        "no time to wait": http_answer("503 Busy", "", "Retry-After: 0").answer,
        "another village": snapshot(
            b"".join(packed_records(msgspec.structs.replace(HEADER, bucket="V"), [], []))
        ),
        "a line that is none": snapshot(b"".join(packed_records(HEADER, [b"[" * 10_000], []))),
    }
    hub = line.connection()
    witness = msgspec.json.encode({"hub": HUB_NAME, "hub_epoch": "x" * 100_000})
    played.answers = {"/v1/snapshot": b"", "/v1/witness": _answer(witness)}
    hub.start()
    for name, answer in odd.items():
        played.answers["/v1/snapshot"] = answer
        for _ in range(2):  # the first may be of the answer before
            line.contacts.get(timeout=WAIT_S)
            hub.wake()
        assert line.last_contact().success_ms is None, name
    hub.stop()
