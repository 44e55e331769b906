"""A kiosk's requests as they travel, written by hand: for tests of what the hub answers."""

from __future__ import annotations

import httpx

from offline_sync.answers import SyncAnswer, decode_answer, decode_refusal
from offline_sync.oplog import OutgoingOp
from offline_sync.wire import Clocks, PushHeader, encode_op, encode_push
from tests.hub.serving import VILLAGE, Pass, ServedHub

CLOCKS = Clocks(1_795_000_000_000, 5_000, "boot")
RESIDENT: dict[str, object] = {
    "name": {"family": "陳", "given": "美玲"},
    "preferred_address": "陳婆婆",
    "picture": "junk",
    "language": "zh_HK",
    "village": VILLAGE,
    "status": "active",
}


def push_body(*lines: bytes, after: int = 0, hub_epoch: str = "", origin: str = "o1") -> bytes:
    """A push of these lines, from a kiosk that has read the feed up to `after`."""
    header = PushHeader(origin, "e1", 5000, "00" * 32, 1, hub_epoch, CLOCKS, after)
    number = lines[-1].lstrip(b"[").partition(b",")[0] if lines else b""
    last = int(number) if number.isdigit() else 0
    return encode_push(header, lines, last)


def staff_op(seq: int, **fields: object) -> bytes:
    """The line of an op that begins a staff record, or of one with these fields."""
    given = fields or {"name": "黃詠詩", "role": "social_worker", "status": "active"}
    return encode_op(
        OutgoingOp(
            *(seq, f"op{seq}", "staff", f"s{seq}", f"{seq:012x}.00000000", given, {}, "w1", 1),
            *(CLOCKS.wall_ms, CLOCKS.mono_ms - 60_000, "boot"),
        )
    )


def post(hub: ServedHub, kiosk: Pass, body: bytes, path: str = "/v1/sync") -> httpx.Response:
    """Send `body` as this kiosk does."""
    headers = kiosk.headers("POST", path, body)
    return httpx.post(f"{hub.url}{path}", content=body, headers=headers, trust_env=False)


def read(served: ServedHub, kiosk: Pass, **query: str | int) -> httpx.Response:
    """Read the feed as this kiosk does."""
    address = httpx.URL(f"{served.url}/v1/feed", params=query)
    headers = kiosk.headers("GET", address.raw_path.decode())
    return httpx.get(address, headers=headers, trust_env=False)


def answer_of(response: httpx.Response) -> SyncAnswer:
    """The hub's good answer."""
    answer = decode_answer(response.content)
    assert answer is not None, response.text
    return answer


def error_of(response: httpx.Response) -> tuple[int, str]:
    """The status and the code of a refusal."""
    refusal = decode_refusal(response.content)
    assert refusal is not None, response.text
    return response.status_code, refusal.error
