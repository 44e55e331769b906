"""Staff's way to the Bluetooth instruments: what is near, what is paired, pair, forget.

Lives on the GUI thread. The work is done on the asyncio thread and every answer arrives on the
GUI thread, in order. It waits for nothing, keeps nothing and decides nothing: nothing is ever
paired or forgotten unless a person has asked for it here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from devices.health.pairing import (
    AskPerson,
    Bond,
    Paired,
    PairingAnswer,
    PairingQuestion,
    Refused,
)

log = logging.getLogger(__name__)
T = TypeVar("T")

_PAIR_WITHIN_S: Final = 90.0
_LOOK_ANEW_S: Final = 10.0
_LOOK_AGAIN_S: Final = 3.0
_CLOSE_WITHIN_S: Final = 15.0


class Heard(Protocol):
    """An instrument nearby; `devices.health` has one."""

    @property
    def address(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def bonded(self) -> bool: ...


class Pairs(Protocol):
    """`devices.health.session.Instruments`, as far as it is used here."""

    def nearby(self) -> AsyncIterator[Heard]: ...
    async def pair(self, address: str, *, ask: AskPerson, timeout_s: float) -> Paired: ...
    async def bonds(self) -> tuple[Bond, ...]: ...
    async def forget(self, address: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The instrument wants to know something of the person."""

    question: PairingQuestion


@dataclass(frozen=True, slots=True)
class NoLongerAsked:
    """The instrument has given its question up."""


@dataclass(frozen=True, slots=True)
class PairingOver:
    """What came of it."""

    outcome: Paired | Exception


PairingNews = Asked | NoLongerAsked | PairingOver
HeardNews = Heard | Exception


class _Work:
    """Something that runs on the asyncio thread, can be ended, and tells when it has ended."""

    def __init__(self) -> None:
        self.ended: Future[None] = Future()
        self._task: asyncio.Task[Any] | None = None

    async def run(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.current_task()
        try:
            await work
        finally:
            self.ended.set_result(None)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()


class _Talk:
    """One pairing. A talk that was given up says nothing more."""

    def __init__(self, listener: Callable[[PairingNews], None]) -> None:
        self.listener = listener
        self.answer: asyncio.Future[PairingAnswer] | None = None
        self.work: _Work | None = None


class InstrumentDesk:
    """One page looks and one pairing runs at a time."""

    def __init__(
        self,
        instruments: Pairs,
        run: Callable[[Coroutine[Any, Any, Any]], Future[Any]],
        call: Callable[..., None],
        deliver: Callable[..., None],
        look_anew_s: float = _LOOK_ANEW_S,
        look_again_s: float = _LOOK_AGAIN_S,
    ) -> None:
        self._instruments = instruments
        self._run = run
        self._call = call
        self._deliver = deliver
        self._look_anew_s = look_anew_s
        self._look_again_s = look_again_s
        self._listener: Callable[[HeardNews], None] | None = None
        self._looking: _Work | None = None
        self._talk: _Talk | None = None
        self._works: list[_Work] = []

    # ---- what is near

    def look(self, listener: Callable[[HeardNews], None]) -> None:
        """Tell of each instrument that is heard, until `stop_looking`: whoever is silent for
        twice `look_anew_s` is not near any more.

        When Bluetooth cannot be used, the error is told, and it is tried again.
        """
        self.stop_looking()
        self._listener = listener
        self._looking = self._begin(self._look(listener))

    def stop_looking(self) -> None:
        """The listener hears nothing more."""
        self._listener = None
        self._end(self._looking)
        self._looking = None

    async def _look(self, listener: Callable[[HeardNews], None]) -> None:
        while True:
            try:
                # The engine tells of each once: begun anew, it tells of those still there.
                async with asyncio.timeout(self._look_anew_s) as anew:
                    async for heard in self._instruments.nearby():
                        self._deliver(self._pass_on_heard, listener, heard)
            except Exception as error:  # noqa: BLE001 - whatever it is, the page says so
                if anew.expired():
                    continue
                log.info("instruments nearby are not told: %r", error)
                self._deliver(self._pass_on_heard, listener, error)
            await asyncio.sleep(self._look_again_s)

    def _pass_on_heard(self, listener: Callable[[HeardNews], None], news: HeardNews) -> None:
        if listener is self._listener:
            listener(news)

    # ---- what is paired

    def bonds(
        self, then: Callable[[tuple[Bond, ...]], None], failed: Callable[[Exception], None]
    ) -> None:
        """The instruments that this computer is paired with."""
        self._ask(self._instruments.bonds, then, failed)

    def forget(
        self, address: str, then: Callable[[None], None], failed: Callable[[Exception], None]
    ) -> None:
        """Undo pairing with one instrument."""
        self._ask(lambda: self._instruments.forget(address), then, failed)

    def _ask(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        then: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        async def ask() -> None:
            try:
                result = await work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the page says so
                log.info("the instruments were not told or changed: %r", error)
                self._deliver(failed, error)
            else:
                self._deliver(then, result)

        self._begin(ask())

    # ---- pairing

    def pair(self, address: str, listener: Callable[[PairingNews], None]) -> None:
        """Pair with one instrument; news arrives until `PairingOver`, or until it is given up."""
        self.give_up()
        talk = self._talk = _Talk(listener)
        talk.work = self._begin(self._pair(address, talk))

    def answer(self, answer: PairingAnswer) -> None:
        """What the person said to the last question."""
        if self._talk is not None:
            self._call(_give, self._talk, answer)

    def give_up(self) -> None:
        """The person has left: the instrument is told no, and nothing more is heard."""
        talk, self._talk = self._talk, None
        if talk is not None:
            self._call(_give, talk, Refused())
            self._end(talk.work)

    async def _pair(self, address: str, talk: _Talk) -> None:
        async def ask(question: PairingQuestion) -> PairingAnswer:
            talk.answer = asyncio.get_running_loop().create_future()
            self._deliver(self._pass_on, talk, Asked(question))
            try:
                return await talk.answer
            except asyncio.CancelledError:
                self._deliver(self._pass_on, talk, NoLongerAsked())
                raise

        outcome: Paired | Exception
        try:
            outcome = await self._instruments.pair(address, ask=ask, timeout_s=_PAIR_WITHIN_S)
        except Exception as error:  # noqa: BLE001 - whatever it is, the page says so
            log.info("%s was not paired: %r", address, error)
            outcome = error
        self._deliver(self._pass_on, talk, PairingOver(outcome))

    def _pass_on(self, talk: _Talk, news: PairingNews) -> None:
        if talk is not self._talk:
            return
        if isinstance(news, PairingOver):
            self._talk = None
        talk.listener(news)

    # ---- the end

    def close(self) -> None:
        """End what runs, and wait until it has let go: the kiosk is closing."""
        self.give_up()
        self.stop_looking()
        for one in self._works:
            self._end(one)
        wait([one.ended for one in self._works], _CLOSE_WITHIN_S)

    def _begin(self, coroutine: Coroutine[Any, Any, None]) -> _Work:
        self._works = [one for one in self._works if not one.ended.done()]
        work = _Work()
        self._run(work.run(coroutine))
        self._works.append(work)
        return work

    def _end(self, work: _Work | None) -> None:
        if work is not None:
            self._call(work.cancel)


def _give(talk: _Talk, answer: PairingAnswer) -> None:
    if talk.answer is not None and not talk.answer.done():
        talk.answer.set_result(answer)
