"""One bit of the hub's answer is changed on the way: it is noticed, or nothing was changed by it.

A real answer is taken once and played again with each bit of it changed, in its head and in its
body. Whatever the kiosk then takes for an answer must be what the hub said.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest

from offline_sync.answers import SyncAnswer
from offline_sync.hub_errors import SyncError
from offline_sync.hub_link import HubLink
from offline_sync.oplog import Cursor
from tests.faults.fault_proxy import FaultProxy, Say
from tests.hub.asking import post, push_body, staff_op
from tests.hub.serving import Pass, ServedHub, running_hub
from tests.offline_sync.kiosks import STRANGER

_IN_CI = 400


class Numbers:
    """`hub_link.RequestNumbers` for one epoch."""

    def __init__(self) -> None:
        self._next = count(1_000)

    async def next(self) -> tuple[str, int]:
        return "e1", next(self._next)

    async def go_above(self, last: int) -> None:
        raise AssertionError(f"the hub is played, and knows of no number {last}")


async def asked(url: str, who: Pass, times: int) -> list[SyncAnswer | SyncError]:
    """What came of so many readings of the feed."""
    came: list[SyncAnswer | SyncError] = []
    async with HubLink(url, who.identity, Numbers(), limit_s=5.0) as link:
        for _ in range(times):
            try:
                came.append((await link.pull(who.village, Cursor("", 0))).answer)
            except SyncError as error:
                came.append(error)
    return came


async def true_answer(hub: ServedHub, who: Pass) -> tuple[bytes, SyncAnswer]:
    """The bytes of an answer, and what they say."""
    async with FaultProxy(hub.port) as proxy:
        (said,) = await asked(proxy.url, who, 1)
    assert isinstance(said, SyncAnswer)
    return proxy.last_answer, said


async def changed_answers(answer: bytes, bits: list[int]) -> list[SyncAnswer | SyncError]:
    async with FaultProxy(1, each_changed(answer, bits)) as proxy:
        return await asked(proxy.url, STRANGER, len(bits))


def each_changed(answer: bytes, bits: Iterable[int]) -> Iterator[Say]:
    for bit in bits:
        changed = bytearray(answer)
        changed[bit // 8] ^= 1 << bit % 8
        yield Say(bytes(changed))


def no_bit_gets_through(folder: Path, workers: int, chance: random.Random, most: int) -> None:
    with running_hub(folder) as hub:
        who = hub.enrol("one")
        if workers:
            post(hub, hub.enrol("two"), push_body(*(staff_op(n) for n in range(1, workers + 1))))
        answer, truth = asyncio.run(true_answer(hub, who))
    assert len(truth.feed) == workers
    bits = range(len(answer) * 8)
    tried = chance.sample(bits, min(most, len(bits)))
    came = asyncio.run(changed_answers(answer, tried))
    assert [each for each in came if isinstance(each, SyncAnswer) and each != truth] == []
    # Much of a head says nothing; in the body hardly a bit may change without being noticed.
    body = (answer.index(b"\r\n\r\n") + 4) * 8
    of_body = [each for bit, each in zip(tried, came, strict=True) if bit >= body]
    noticed = sum(isinstance(each, SyncError) for each in of_body)
    print(
        f"{len(tried)} of {len(bits)} bits changed; of {len(of_body)} in the body {noticed} noticed"
    )
    assert noticed > 0.95 * len(of_body) > 0


@pytest.mark.parametrize("workers", [0, 1, 12])
def test_no_bit_that_changed_on_the_way_is_taken_for_the_hub_s_word(
    tmp_path: Path, workers: int, chance: random.Random
) -> None:
    no_bit_gets_through(tmp_path, workers, chance, _IN_CI)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("workers", [0, 1, 12])
def test_none_of_all_bits_is_taken_for_the_hub_s_word(
    tmp_path: Path, workers: int, chance: random.Random
) -> None:
    no_bit_gets_through(tmp_path, workers, chance, 1 << 30)
