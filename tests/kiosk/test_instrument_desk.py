"""Staff's way to Bluetooth: answers on one thread, in order, and nothing after the page is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Condition
from typing import Any

import pytest

from devices.health.errors import AdapterReason, AdapterUnavailable, PairingFailed, PairingReason
from devices.health.events import InstrumentIdentity
from devices.health.pairing import (
    Allowed,
    AllowPairing,
    AskPerson,
    Bond,
    Digits,
    Paired,
    Refused,
    ShowDigits,
    TypeDigits,
)
from kiosk.instrument_desk import Asked, Heard, InstrumentDesk, NoLongerAsked, PairingOver
from kiosk.workers import AsyncLoop
from tests.kiosk.instrument_side import CUFF, METER, NAMES, Near

WITHIN_S = 10
BOND = Bond(CUFF, NAMES[CUFF], "blood_pressure", connected=False)
PAIRED = Paired(InstrumentIdentity(CUFF, NAMES[CUFF]), "blood_pressure", 85)


class Room:
    """Instruments around the kiosk, one of which pairs as `script` says."""

    def __init__(self) -> None:
        self.here: list[Near] = []
        self.error: Exception | None = None
        self.looks = 0
        self.forgotten: list[str] = []
        self.answers: list[object] = []
        self.script: Callable[[AskPerson], Any] | None = None
        self.ended = asyncio.Event()

    async def nearby(self) -> AsyncIterator[Heard]:
        self.looks += 1
        if self.error is not None:
            raise self.error
        for one in self.here:
            yield one
        await asyncio.Event().wait()

    async def pair(self, address: str, *, ask: AskPerson, timeout_s: float) -> Paired:
        assert self.script is not None
        try:
            return await self.script(ask)
        finally:
            self.ended.set()

    async def bonds(self) -> tuple[Bond, ...]:
        if self.error is not None:
            raise self.error
        return (BOND,)

    async def forget(self, address: str) -> None:
        if self.error is not None:
            raise self.error
        self.forgotten.append(address)


class Staff:
    """Somebody at the desk, and all that they are told."""

    def __init__(self) -> None:
        self.loop = AsyncLoop()
        self.loop.start()
        self.room = Room()
        self.told: list[Any] = []
        self._news = Condition()
        self.desk = InstrumentDesk(
            self.room,
            self.loop.run,
            self.loop.call,
            lambda function, *args: function(*args),
            look_anew_s=0.02,
            look_again_s=0.01,
        )

    def hear(self, news: Any) -> None:
        with self._news:
            self.told.append(news)
            self._news.notify_all()

    def until(self, so: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(so, WITHIN_S)

    def on_loop(self, work: Any) -> Any:
        return self.loop.run(work).result(WITHIN_S)


@pytest.fixture
def staff() -> Iterator[Staff]:
    it = Staff()
    yield it
    it.desk.close()
    it.loop.stop()


def test_who_is_near_is_told_again_and_again(staff: Staff) -> None:
    staff.room.here = [Near(CUFF, NAMES[CUFF], "blood_pressure")]
    staff.desk.look(staff.hear)
    staff.until(lambda: len(staff.told) >= 3)

    assert set(staff.told) == {Near(CUFF, NAMES[CUFF], "blood_pressure")}
    assert staff.room.looks >= 3


def test_bluetooth_that_is_off_is_told_and_looked_for_again(staff: Staff) -> None:
    staff.room.error = AdapterUnavailable(AdapterReason.POWERED_OFF)
    staff.desk.look(staff.hear)
    staff.until(lambda: len(staff.told) >= 2)
    staff.room.here = [Near(METER, None, "glucose")]
    staff.room.error = None
    staff.until(lambda: staff.told[-1] == Near(METER, None, "glucose"))

    assert isinstance(staff.told[0], AdapterUnavailable)


def test_a_page_that_was_left_hears_nothing_more(staff: Staff) -> None:
    staff.room.here = [Near(CUFF, None, "blood_pressure")]
    staff.desk.look(staff.hear)
    staff.until(lambda: bool(staff.told))
    staff.desk.stop_looking()
    staff.told.clear()
    looks = staff.room.looks
    other: list[Any] = []
    staff.desk.look(other.append)
    staff.on_loop(_looked(staff.room, looks + 3))

    assert staff.told == []
    assert other


async def _looked(room: Room, times: int) -> None:
    while room.looks < times:
        await asyncio.sleep(0.01)


def test_bonds_and_forgetting_are_answered(staff: Staff) -> None:
    staff.desk.bonds(staff.hear, staff.hear)
    staff.until(lambda: len(staff.told) == 1)
    staff.desk.forget(CUFF, staff.hear, staff.hear)
    staff.until(lambda: len(staff.told) == 2)
    staff.room.error = error = AdapterUnavailable(AdapterReason.NO_ADAPTER)
    staff.desk.forget(METER, staff.hear, staff.hear)
    staff.until(lambda: len(staff.told) == 3)

    assert staff.told == [(BOND,), None, error]
    assert staff.room.forgotten == [CUFF]


def test_the_person_is_asked_and_the_answer_is_given(staff: Staff) -> None:
    async def script(ask: AskPerson) -> Paired:
        staff.room.answers.append(await ask(TypeDigits()))
        staff.room.answers.append(await ask(AllowPairing()))
        return PAIRED

    staff.room.script = script
    staff.desk.pair(CUFF, staff.hear)
    staff.until(lambda: staff.told == [Asked(TypeDigits())])
    staff.desk.answer(Digits("042100"))
    staff.until(lambda: len(staff.told) == 2)
    staff.desk.answer(Allowed())
    staff.until(lambda: len(staff.told) == 3)

    assert staff.told[1:] == [Asked(AllowPairing()), PairingOver(PAIRED)]
    assert staff.room.answers == [Digits("042100"), Allowed()]


def test_digits_to_be_typed_are_shown_until_the_instrument_is_done(staff: Staff) -> None:
    async def script(ask: AskPerson) -> Paired:
        showing = asyncio.ensure_future(ask(ShowDigits("042100")))
        await asyncio.sleep(0)
        showing.cancel()
        await asyncio.wait({showing})
        return PAIRED

    staff.room.script = script
    staff.desk.pair(CUFF, staff.hear)
    staff.until(lambda: len(staff.told) == 3)

    assert staff.told == [Asked(ShowDigits("042100")), NoLongerAsked(), PairingOver(PAIRED)]


@pytest.mark.parametrize(
    "error", [PairingFailed("x", PairingReason.WRONG_NUMBER), RuntimeError("a fault")]
)
def test_a_failure_is_told_once(staff: Staff, error: Exception) -> None:
    async def script(ask: AskPerson) -> Paired:
        raise error

    staff.room.script = script
    staff.desk.pair(CUFF, staff.hear)
    staff.until(lambda: bool(staff.told))

    assert staff.told == [PairingOver(error)]
    staff.desk.answer(Allowed())  # nobody asks any more: nothing happens


def test_who_leaves_says_no_and_hears_nothing_more(staff: Staff) -> None:
    async def script(ask: AskPerson) -> Paired:
        staff.room.answers.append(await ask(AllowPairing()))
        return PAIRED

    staff.room.script = script
    staff.desk.pair(CUFF, staff.hear)
    staff.until(lambda: bool(staff.told))
    staff.desk.give_up()
    staff.on_loop(_ended(staff.room))

    assert staff.told == [Asked(AllowPairing())]
    assert staff.room.answers in ([], [Refused()])


async def _ended(room: Room) -> None:
    await room.ended.wait()


def test_closing_waits_until_a_pairing_has_let_go(staff: Staff) -> None:
    async def script(ask: AskPerson) -> Paired:
        try:
            await ask(AllowPairing())
        finally:
            await asyncio.sleep(0)
            staff.room.answers.append("let go")
        return PAIRED

    staff.room.script = script
    staff.desk.pair(CUFF, staff.hear)
    staff.until(lambda: bool(staff.told))
    staff.desk.close()

    assert staff.room.answers == ["let go"]
