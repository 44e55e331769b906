"""A task that is ended leaves nothing running, and nothing for asyncio to complain of."""

from __future__ import annotations

import asyncio
import gc

import pytest

from devices.health.ending import ended
from tests.devices.health.bench import loop_complaints, run


async def fails_when_it_is_to_end() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        raise ConnectionError("the link dropped")


async def waits_for(work: asyncio.Task[None]) -> None:
    """As a session waits for a call, which may fail while the session is ended."""
    try:
        await asyncio.wait({work})
    finally:
        await ended(work)
    work.result()


def test_who_is_cancelled_leaves_no_failure_unheard() -> None:
    async def scenario() -> None:
        complaints = loop_complaints()
        work = asyncio.create_task(fails_when_it_is_to_end())
        waiting = asyncio.create_task(waits_for(work))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert waiting.cancelled()
        assert work.done()
        del work, waiting
        await asyncio.sleep(0)  # the loop lets go of them
        gc.collect()
        assert complaints == []

    run(scenario())


def test_a_task_that_is_done_keeps_its_result() -> None:
    async def scenario() -> None:
        async def measured() -> int:
            return 120

        async def lost() -> int:
            raise ConnectionError

        good, bad = asyncio.create_task(measured()), asyncio.create_task(lost())
        await asyncio.wait({good, bad})
        await ended(good)
        await ended(bad)
        assert good.result() == 120
        with pytest.raises(ConnectionError):
            bad.result()

    run(scenario())
