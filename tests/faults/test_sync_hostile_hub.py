"""A hub that answers on purpose what no hub should: the kiosk keeps its memory and its feed."""

from __future__ import annotations

import asyncio
import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from offline_sync.answers import HUB_NAME, MAX_ANSWER_BYTES
from offline_sync.client import HubFault, HubUnreachable, NotAHub, SyncOutcome
from offline_sync.compression import ZSTD, pack
from offline_sync.feed import unread_entries
from offline_sync.hub_link import HubLink
from offline_sync.oplog import Cursor
from tests.builders import resident_change
from tests.faults.fault_proxy import FaultProxy, Say, http_answer
from tests.offline_sync.kiosks import STRANGER, VILLAGE, Kiosk, compared_today

EPOCH = "E1"


def page(*lines: list[object], next_after: int, more: bool = False) -> Say:
    return say(
        {
            "hub": HUB_NAME,
            "hub_epoch": EPOCH,
            "hub_time_ms": 1,
            "bucket": VILLAGE,
            "ack": [],
            "quarantined": [],
            "feed": lines,
            "next_after": next_after,
            "more": more,
        }
    )


def say(answer: object) -> Say:
    return http_answer("200 OK", json.dumps(answer).replace('"DEEP"', "[" * 5_000 + "]" * 5_000))


def entry(seq: int, fields: object = None) -> list[object]:
    given = dict(resident_change().fields) if fields is None else fields
    return [seq, "put", f"o{seq}", "k2", "resident", f"r{seq}", given, {}, "h", "w-031", 1]


class Numbers:
    """Request numbers of a kiosk without a store."""

    def __init__(self) -> None:
        self._last = 0

    async def next(self) -> tuple[str, int]:
        self._last += 1
        return "e1", self._last

    async def go_above(self, last: int) -> None:
        self._last = last


def read(kiosk: Kiosk, *answers: Say) -> SyncOutcome:
    """One run of a kiosk that has read this hub before, and so takes no snapshot."""
    if not kiosk.store.cursor(VILLAGE).hub_epoch:
        kiosk.store.apply_feed(VILLAGE, EPOCH, [], 0)
        compared_today(kiosk.store)

    async def work() -> SyncOutcome:
        async with FaultProxy(1, answers) as proxy, kiosk.client(proxy.url, STRANGER) as client:
            return await client.run_once()

    return asyncio.run(work())


def test_an_entry_nested_without_end_does_not_hold_up_the_feed(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        outcome = read(one, page(entry(1), entry(2, {"pet": "DEEP"}), entry(3), next_after=3))
        assert outcome.ok
        assert sorted(one.residents()) == ["r1", "r3"]
        assert unread_entries(one.store.connection) == 1
        assert one.store.cursor(VILLAGE) == Cursor(EPOCH, 3)


@pytest.mark.parametrize(
    "answer",
    [
        page(entry(1), next_after=2),
        page(entry(2), next_after=2),
        page(entry(1), entry(2), next_after=2**52),
        page(next_after=1),
        page(entry(2), next_after=1),
        page(entry(1), next_after=2**63),
        page(entry(2**63), next_after=1),
    ],
)
def test_a_hub_cannot_make_a_kiosk_pass_over_records(tmp_path: Path, answer: Say) -> None:
    with Kiosk(tmp_path, "one") as one:
        # It is asked once more, for all of the page; and says the same.
        assert isinstance(read(one, answer, answer).error, HubFault | NotAHub)
        assert one.store.cursor(VILLAGE) == Cursor(EPOCH, 0)
        assert one.residents() == {}


def test_an_empty_page_where_the_feed_ends_is_in_order(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        assert read(one, page(entry(1), next_after=1)).ok
        assert read(one, page(next_after=1)).ok
        assert isinstance(read(one, *[page(next_after=2)] * 2).error, HubFault)
        assert one.store.cursor(VILLAGE) == Cursor(EPOCH, 1)


def answered(encoding: str, content: bytes) -> Say:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(content)}"
    return Say(f"{head}\r\nConnection: close\r\n\r\n".encode() + content)


def packed(layers: int, size: int) -> bytes:
    content = bytes(size)
    for _ in range(layers):
        content = gzip.compress(content)
    return content


BOMB = bytes(8 * MAX_ANSWER_BYTES)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (answered("gzip, gzip", packed(2, len(BOMB))), NotAHub, "packs"),
        (answered("br", b"{}"), NotAHub, "packs"),
        (answered("gzip", packed(1, len(BOMB))), NotAHub, "never stops"),
        (answered("zstd", pack(BOMB, ZSTD)), NotAHub, "never stops"),
        (answered("zstd", pack(b"x" * 9_999, ZSTD)[:-3]), HubUnreachable, "damaged"),
        (answered("zstd", b"{}"), HubUnreachable, "damaged"),
        (answered("gzip", gzip.compress(b"{}" * 99)[:-3]), HubUnreachable, "damaged"),
        (answered("zstd", pack(b"{}", ZSTD)), NotAHub, "Another program"),
    ],
)
def test_a_packed_answer_is_unpacked_within_a_bound_or_not_at_all(
    answer: Say, error: type[Exception], words: str
) -> None:
    async def ask() -> None:
        async with (
            FaultProxy(1, [answer]) as proxy,
            HubLink(proxy.url, STRANGER.identity, Numbers()) as link,
        ):
            tracemalloc.start()
            try:
                with pytest.raises(error, match=words):
                    await link.pull(VILLAGE, Cursor("", 0))
                assert tracemalloc.get_traced_memory()[1] < 3 * MAX_ANSWER_BYTES
            finally:
                tracemalloc.stop()

    asyncio.run(ask())


def test_a_hub_is_asked_for_the_one_packing_that_has_a_bound() -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(page(next_after=0).answer)
        await writer.drain()
        writer.close()

    async def ask() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with HubLink(f"http://127.0.0.1:{port}", STRANGER.identity, Numbers()) as link:
                await link.pull(VILLAGE, Cursor("", 0))

    asyncio.run(ask())
    assert [line for line in heads[0].lower().split(b"\r\n") if b"encoding" in line] == [
        b"accept-encoding: zstd"
    ]
