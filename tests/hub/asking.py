"""A kiosk's requests as they travel, written by hand: for tests of what the hub answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import httpx
import msgspec

from offline_sync.answers import SyncAnswer, decode_answer, decode_refusal
from offline_sync.oplog import CHAIN_START, OutgoingOp
from offline_sync.wire import (
    Clocks,
    OpLine,
    PushHeader,
    chain_with,
    encode_op,
    encode_push,
)
from tests.hub.serving import VILLAGE, Pass, ServedHub

_line_decoder = msgspec.json.Decoder(OpLine)
CLOCKS = Clocks(1_795_000_000_000, 5_000, "boot")
RESIDENT: dict[str, object] = {
    "name": {"family": "陳", "given": "美玲"},
    "preferred_address": "陳婆婆",
    "picture": "junk",
    "language": "zh_HK",
    "village": VILLAGE,
    "status": "active",
}


def push_body(
    *lines: bytes,
    after: int = 0,
    hub_epoch: str = "",
    origin: str = "o1",
    log: Sequence[bytes] = (),
) -> bytes:
    """A push of these lines, from a kiosk that has read the feed up to `after`.

    `log` is what the kiosk wrote under the first numbers; what is not in it and not in `lines` is
    as `staff_op` makes it.
    """
    header = PushHeader(origin, "e1", 5000, "00" * 32, 1, hub_epoch, CLOCKS, after)
    return encode_push(header, lines, *said_of(lines, log))


def said_of(lines: Sequence[bytes], log: Sequence[bytes] = ()) -> tuple[int, str, dict[int, str]]:
    """The number of the last line, the chain there, and at each line before a missing number."""
    sent = {_number(line): line for line in lines}
    last = max(sent, default=0)
    if not last:
        return 0, "", {}
    written = sent | {_number(line): line for line in log}
    chain, said = CHAIN_START, {}
    for seq in range(1, last + 1):
        line = written.get(seq) or staff_op(seq)
        try:
            chain = chain_with(chain, _line_decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError):
            # Nobody can read it: whatever the kiosk says is taken.
            chain = hashlib.sha256(chain + line).digest()
        if seq in sent and seq + 1 not in sent and seq != last:
            said[seq] = chain.hex()
    return last, chain.hex(), said


def _number(line: bytes) -> int:
    number = line.lstrip(b"[").partition(b",")[0]
    return int(number) if number.isdigit() else 0


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
