"""What every session works with, measuring or pairing: the one set of the kiosk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any, Final, TypeVar

from devices.health.adapter_state import AdapterState
from devices.health.ending import ended
from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    BondBroken,
    ConnectionLost,
    InstrumentError,
    SessionTimeout,
)
from devices.health.events import HostClock
from devices.health.hosts import Host
from devices.health.instrument_memory import InstrumentMemory
from devices.health.letting_go import LettingGo
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.scanner import Scanner, Sighting

T = TypeVar("T")

_BROKEN_LINKS: Final = 3  # in a row, with an instrument that is paired here


class AdapterLost(Exception):
    """The adapter went off, away, or was changed while something ran on it."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """The parts, and the few steps that measuring and pairing have in common."""

    clock: HostClock
    zone: tzinfo
    limits: Limits
    host: Host
    scanner: Scanner
    letting_go: LettingGo
    memory: InstrumentMemory

    async def usable_adapter(self) -> AdapterState:
        """The adapter in use, waited for a moment. Raises `AdapterUnavailable`."""
        try:
            async with asyncio.timeout(self.limits.adapter_grace_s):
                return await self.host.adapters.until(
                    lambda state: state.name is not None and not state.stuck
                )
        except TimeoutError:
            raise AdapterUnavailable(_why_unusable(self.host.adapters.state)) from None

    async def on_adapter(self, state: AdapterState, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, which ends with the adapter: BlueZ 5.82 never answers a
        Connect() in flight when its adapter is switched off and on.

        Raises:
            AdapterLost: it is off, gone, or was off in between.
        """
        doing = asyncio.ensure_future(work)
        lost = asyncio.ensure_future(self.host.adapters.until(partial(_is_other, state)))
        try:
            await asyncio.wait({doing, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            lost.cancel()
            await ended(doing)
        if doing.cancelled():
            raise AdapterLost
        return doing.result()

    @asynccontextmanager
    async def link_to(self, sighting: Sighting, connect_s: float) -> AsyncIterator[Link]:
        """A link that is not open yet, with the radio to itself; let go of in the background."""
        await self.scanner.pause()
        link: Link | None = None
        try:
            link = Link(sighting, self.host, self.limits, connect_s)
            yield link
        finally:
            self.letting_go.start(link)

    async def explained(self, error: InstrumentError, link: Link) -> InstrumentError:
        """The error of a connection that did not come about, or why it never will.

        An instrument that has lost its bond ends every link as soon as it is encrypted: five
        times in one call before an error (BlueZ 5.82), or fifty times until bleak gives up
        (5.66). A bad radio makes no link at all, or one.
        """
        address = link.identity.address
        if link.was_open:
            self.memory.link_stood(address)
            return error
        if not isinstance(error, ConnectionLost | SessionTimeout):
            return error
        if self.memory.links_broke(address, link.broken) < _BROKEN_LINKS:
            return error
        try:
            bonds = await self.host.bonds(self.host.adapters.state.name or "")
        except AdapterUnavailable:
            return error
        if any(bond.address == address for bond in bonds):
            return BondBroken("paired here, and not in the instrument")
        return error


def _is_other(state: AdapterState, now: AdapterState) -> bool:
    return (now.name, now.turn) != (state.name, state.turn)


def _why_unusable(state: AdapterState) -> AdapterReason:
    return AdapterReason.STUCK if state.stuck else state.reason or AdapterReason.NO_ADAPTER
