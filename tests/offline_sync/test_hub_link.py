"""What goes over the line: how a push is packed, numbered and believed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from offline_sync import refusals
from offline_sync.answers import (
    HUB_NAME,
    LAST_HEADER,
    Refusal,
    SignedReceipt,
    SyncAnswer,
    encode_answer,
)
from offline_sync.client import HubFault, HubRefused, NotAHub, SyncOutcome
from offline_sync.compression import DICTIONARY, unpack
from offline_sync.hub_link import HubLink
from offline_sync.receipts import Receipt, WitnessAnswer, ops_digest, write_receipt
from offline_sync.request_auth import base64url, is_signed, read_claim, read_digest
from offline_sync.request_numbers import (
    BLOCK,
    FURTHEST,
    NumbersUsedUp,
    StoredNumbers,
    reserve,
)
from offline_sync.wire import DICTIONARY_HEADER, MAX_BODY_BYTES
from tests.faults.fault_proxy import FaultProxy, Say, http_answer
from tests.hub.serving import VILLAGE, Pass, running_hub
from tests.offline_sync.kiosks import STRANGER, Kiosk, compared_today

EPOCH = "E1"
GOOD = SyncAnswer(HUB_NAME, EPOCH, 1, VILLAGE, [], [], [], 0, False)


class Heard:
    """A port that takes requests, keeps them, and answers from a list."""

    def __init__(self, answers: list[Say]) -> None:
        self._answers = answers
        self.heads: list[dict[str, str]] = []
        self.targets: list[str] = []
        self.bodies: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        head = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines if line)
        }
        self.targets.append(start.split(" ")[1])
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(int(head.get("content-length", "0"))))
        writer.write(self._answers.pop(0).answer)
        await writer.drain()
        writer.close()


def asked(store_of: Kiosk, answers: list[Say], *pushes: tuple[bytes, int]) -> Heard:
    """What a port heard while these bodies, of so many ops each, were pushed."""
    heard = Heard(answers)

    async def work() -> None:
        async with await asyncio.start_server(heard.serve, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            numbers = StoredNumbers(store_of.outbox)
            async with HubLink(url, STRANGER.identity, numbers, limit_s=5) as link:
                for body, ops in pushes:
                    await link.push(body, ops)

    asyncio.run(work())
    return heard


def good() -> Say:
    return http_answer("200 OK", encode_answer(GOOD).decode())


def refused(status: str, error: str, *headers: str) -> Say:
    return http_answer(status, encode_answer(Refusal(HUB_NAME, error, "why")).decode(), *headers)


def test_few_ops_are_packed_with_the_dictionary_and_many_without(tmp_path: Path) -> None:
    body = b"line\n" * 100
    with Kiosk(tmp_path, "one") as one:
        heard = asked(one, [good(), good()], (body, 19), (body, 20))
    few, many = heard.heads
    assert (few["content-encoding"], few["village-dictionary"]) == ("zstd", DICTIONARY)
    assert (many["content-encoding"], many.get(DICTIONARY_HEADER.lower())) == ("zstd", None)
    assert unpack(heard.bodies[0], "zstd", MAX_BODY_BYTES, DICTIONARY) == body
    assert unpack(heard.bodies[1], "zstd", MAX_BODY_BYTES) == body


@pytest.mark.parametrize(
    ("no", "ops", "tried"),
    [
        (
            lambda: refused("415 Unsupported Media Type", refusals.ENCODING),
            5,
            ["zstd " + DICTIONARY, "zstd", "gzip", "identity"],
        ),
        (
            lambda: http_answer("415 Unsupported Media Type", "<html>"),
            50,
            ["zstd", "gzip", "identity"],
        ),
        (lambda: refused("400 Bad Request", refusals.PACKING), 50, ["zstd", "gzip", "identity"]),
    ],
)  # fmt: skip
def test_a_hub_that_cannot_unpack_is_sent_the_same_in_another_way(
    tmp_path: Path, no: Callable[[], Say], ops: int, tried: list[str]
) -> None:
    body = b"line\n" * 100
    answers = [*(no() for _ in tried[1:]), good(), good()]
    with Kiosk(tmp_path, "one") as one:
        heard = asked(one, answers, (body, ops), (body, ops))
    packings = [
        f"{head['content-encoding']} {head.get('village-dictionary', '')}".strip()
        for head in heard.heads
    ]
    assert packings == [*tried, tried[-1]]  # and it is remembered
    for head, sent in zip(heard.heads, heard.bodies, strict=True):
        dictionary = head.get("village-dictionary", "")
        assert unpack(sent, head["content-encoding"], MAX_BODY_BYTES, dictionary) == body


def test_every_request_is_signed_over_what_is_really_sent_and_has_a_number_of_its_own(
    tmp_path: Path,
) -> None:
    replayed = refused("409 Conflict", refusals.REPLAYED, f"{LAST_HEADER}: 4321")
    with Kiosk(tmp_path, "one") as one:
        epoch = one.store.stream().epoch
        heard = asked(one, [good(), replayed, good()], (b"one\n", 1), (b"two\n", 1))
    numbers = []
    for target, head, body in zip(heard.targets, heard.heads, heard.bodies, strict=True):
        claim, digest = read_claim(head["authorization"]), read_digest(head["content-digest"])
        assert claim is not None
        assert digest is not None
        key = STRANGER.identity.signer.public_key
        assert is_signed(claim, key, "POST", target, digest)
        assert (claim.kiosk_id, claim.epoch) == ("nobody", epoch)
        assert body
        numbers.append(claim.number)
    assert numbers == [1, 2, 4322]


def test_numbers_are_reserved_in_blocks_and_never_come_again(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        first, second = reserve(one.store), reserve(one.store)
        assert (first.next, first.last, second.next) == (1, BLOCK, BLOCK + 1)
        above = reserve(one.store, 50_000)
        assert (above.next, above.last) == (50_001, 50_000 + BLOCK)
        assert reserve(one.store, 7).next == above.last + 1
        for unbelievable in (above.last + BLOCK + FURTHEST + 1, 2**53, 10**16 - 1):
            with pytest.raises(NumbersUsedUp):
                reserve(one.store, unbelievable)
        far = above.last + BLOCK + FURTHEST
        assert reserve(one.store, far).next == far + 1
        taken = [first.take() for _ in range(BLOCK + 1)]
        assert taken[:2] == [1, 2]
        assert taken[-2:] == [BLOCK, None]


def test_a_hub_that_says_replayed_for_ever_is_asked_once_more_and_no_further(
    tmp_path: Path,
) -> None:
    says = [refused("409 Conflict", refusals.REPLAYED, f"{LAST_HEADER}: {n}") for n in (10, 20)]
    with Kiosk(tmp_path, "one") as one, pytest.raises(HubRefused) as caught:
        asked(one, says, (b"x\n", 1))
    assert caught.value.code == refusals.REPLAYED
    assert says == []


FAR = refused("409 Conflict", refusals.REPLAYED, f"{LAST_HEADER}: {2**53 - 1000}")


def test_a_number_that_no_kiosk_can_have_used_locks_nobody_out(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        one.save_residents(3)
        who, before = hub.enrol("one"), one.store.stream().epoch

        async def work() -> SyncOutcome:
            async with (
                FaultProxy(hub.port, [FAR]) as proxy,
                one.client(proxy.url, who) as client,
            ):
                return await client.run_once()

        assert asyncio.run(work()).error is None
        assert (one.counts(), hub.count("op")) == ((0, 0, 3, 0), 3)
        assert one.store.stream().epoch != before


def test_a_kiosk_whose_numbers_are_used_up_goes_on_in_a_new_epoch(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")

        async def work() -> SyncOutcome:
            async with one.client(hub.url, who) as client:
                return await client.run_once()

        one.save_residents(1)
        assert asyncio.run(work()).error is None
        with one.store.transaction() as db:
            db.execute("UPDATE request_number SET reserved = ?", (2**53 - BLOCK + 1,))
        one.save_residents(2)
        assert asyncio.run(work()).error is None
        assert (one.counts(), hub.count("op")) == ((0, 0, 3, 0), 3)
        assert hub.rows("SELECT count(DISTINCT epoch) FROM request_number") == [(2,)]


def test_a_hub_that_has_every_number_is_asked_in_one_new_epoch_a_run(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        one.save_residents(1)
        outcome = _told(one, STRANGER, *[FAR] * 5)
        assert isinstance(outcome.error, HubFault)
        assert one.store.connection["stream"].count == 2
        assert one.counts() == (1, 0, 0, 0)


@pytest.mark.parametrize("name", ["", "x" * 129, "x" * 1_000_000], ids=["none", "129", "1 MB"])
def test_a_history_whose_name_no_hub_gives_is_not_believed(tmp_path: Path, name: str) -> None:
    set_back = refused("409 Conflict", refusals.SET_BACK)
    told = msgspec.json.encode(WitnessAnswer(HUB_NAME, name)).decode()
    with Kiosk(tmp_path, "one") as one:
        one.save_residents(1)
        outcome = _told(one, STRANGER, set_back, http_answer("200 OK", told))
        assert isinstance(outcome.error, NotAHub)
        page = encode_answer(msgspec.structs.replace(GOOD, hub_epoch=name)).decode()
        assert isinstance(_told(one, STRANGER, http_answer("200 OK", page)).error, NotAHub)
        assert one.store.cursor(VILLAGE).hub_epoch == EPOCH


def _answer(receipt: SignedReceipt | None) -> Say:
    answer = SyncAnswer(HUB_NAME, EPOCH, 1, VILLAGE, [(1, 1, 1)], [], [], 1, False, receipt=receipt)
    return http_answer("200 OK", encode_answer(answer).decode())


def _receipt(one: Kiosk, who: Pass, **changed: object) -> str:
    stream, (op,) = one.store.stream(), one.store.unsent(1)
    told: dict[str, object] = {
        "kiosk": who.identity.kiosk_id,
        "no": 1,
        "prev": "",
        "origin": stream.origin,
        "epoch": stream.epoch,
        "hub_epoch": EPOCH,
        "acked": [(1, 1)],
        "quarantined": [],
        "digest": ops_digest([op.op_id]),
        "time_ms": 1,
    }
    return write_receipt(Receipt(**(told | changed)))  # type: ignore[arg-type]


def _told(one: Kiosk, who: Pass, *answers: Say) -> SyncOutcome:
    one.store.apply_feed(VILLAGE, EPOCH, [], 0)
    compared_today(one.store)

    async def work() -> SyncOutcome:
        async with FaultProxy(1, answers) as proxy, one.client(proxy.url, who) as client:
            return await client.run_once()

    return asyncio.run(work())


@pytest.mark.parametrize(
    "changed",
    [
        {"kiosk": "another"},
        {"epoch": "another"},
        {"hub_epoch": "another"},
        {"acked": [(1, 2)]},
        {"acked": [], "quarantined": [1]},
        {"digest": "00" * 32},
    ],
)
def test_a_receipt_for_anything_else_delivers_nothing(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    signer = STRANGER.identity.signer
    who = Pass(STRANGER.identity, VILLAGE, signer.public_key)  # it plays the hub as well
    with Kiosk(tmp_path, "one") as one:
        one.save_residents(1)
        text = _receipt(one, who, **changed)
        signed = SignedReceipt(text, base64url(signer.sign(text.encode())))
        assert isinstance(_told(one, who, _answer(signed)).error, HubFault)
        assert one.counts() == (1, 0, 0, 0)
        text = _receipt(one, who)
        signed = SignedReceipt(text, base64url(signer.sign(text.encode())))
        assert _told(one, who, _answer(signed)).error is None
        assert one.counts() == (0, 0, 1, 0)


def test_no_receipt_and_one_that_another_has_signed_deliver_nothing(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        one.save_residents(1)
        who = hub.enrol("one")
        text = _receipt(one, who)
        forged = SignedReceipt(text, base64url(who.identity.signer.sign(text.encode())))
        for receipt in (None, forged, SignedReceipt(text, "nonsense")):
            assert isinstance(_told(one, who, _answer(receipt)).error, HubFault)
            assert one.counts() == (1, 0, 0, 0)
