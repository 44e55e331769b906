"""The kiosk's Bluetooth instruments: what is near, measuring with one, pairing, forgetting.

`Instruments` lives as long as the kiosk. Sessions run one at a time: `devices.health.measuring`
and `devices.health.pairing_session` are what happens in one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import tzinfo
from typing import Self

from devices.health.adapter_state import AdapterState
from devices.health.advertised import AdvertisedScales
from devices.health.date_time import HONG_KONG
from devices.health.delivery import Delivery, OnEvent
from devices.health.equipment import AdapterLost, Equipment
from devices.health.errors import ConnectionLost, InstrumentError, InstrumentNotFound
from devices.health.events import HostClock, InstrumentIdentity, SessionReport
from devices.health.gatt import ALL_KINDS, BLOOD_PRESSURE, InstrumentKind
from devices.health.hosts import Host
from devices.health.instrument_memory import InstrumentMemory
from devices.health.letting_go import LettingGo
from devices.health.limits import Limits
from devices.health.measuring import LastKnown, Measuring, Wanted
from devices.health.nearby import Nearby, nearby
from devices.health.pairing import AskPerson, Bond, Consent, Paired
from devices.health.pairing_session import pair_over
from devices.health.received import Received
from devices.health.scanner import Scanner, Sighting
from devices.health.strays import OnStray, Strays
from devices.health.this_host import this_host

__all__ = ["Instruments", "LastKnown"]


class Instruments:
    """The kiosk's one way to its Bluetooth instruments. Use from one asyncio loop."""

    def __init__(
        self,
        clock: HostClock,
        *,
        adapter: str | None = None,
        zone: tzinfo | None = None,
        kinds: tuple[InstrumentKind, ...] = ALL_KINDS,
        limits: Limits | None = None,
        on_stray: OnStray | None = None,
        host: Host | None = None,
        alone: bool = True,
    ) -> None:
        """`adapter` pins one adapter ("hci1"); None takes the lowest-numbered one that is on.
        `zone` is where the instruments' clocks are set (default Hong Kong). `on_stray` is awaited
        for every frame that an instrument sent while no session listened: it is nobody's.
        `alone`: no other program uses these instruments, so what is connected to one at the
        start was left behind by a program that was killed."""
        limits = limits or Limits()
        uuids = frozenset(uuid for kind in kinds for uuid in kind.kept)
        self._host = host or this_host(adapter, limits, uuids)
        self._host.on_kept_value(self._kept_value)
        self._services = [service for kind in kinds for service in kind.services]
        self._left_behind = alone  # until they are let go of
        self._scanner = Scanner(self._host, self._services, limits)
        self._letting_go = LettingGo(self._scanner)
        self._memory = InstrumentMemory()
        self._equipment = Equipment(
            clock,
            zone or HONG_KONG,
            limits,
            self._host,
            self._scanner,
            self._letting_go,
            self._memory,
        )
        self._kinds = kinds
        self._strays = Strays(kinds, clock, limits, on_stray, self._memory)
        self._scales = AdvertisedScales(self._scanner, kinds, limits)
        self._turn = asyncio.Lock()
        self._received: Received | None = None  # of the session that runs

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def adapter(self) -> AdapterState:
        """The adapter in use, or why there is none."""
        return self._host.adapters.state

    async def start(self) -> None:
        """Begin to scan; an absent adapter is waited for in the background."""
        await self._host.start()
        if self._left_behind:
            self._left_behind = False
            await self._host.release_left_connections(frozenset(self._services))
        await self._scanner.start()

    async def close(self) -> None:
        """Let go of everything. Call only when no session runs."""
        await self.disconnected()
        await self._scanner.close()
        await self._host.close()
        await self._strays.close()

    async def disconnected(self) -> None:
        """Return when the instruments of past sessions have been let go of."""
        await self._letting_go.done()

    async def nearby(self) -> AsyncGenerator[Nearby, None]:
        """The instruments that are heard, as they are heard. Raises `AdapterUnavailable`."""
        bonded = frozenset(bond.address for bond in await self.bonds())
        async with aclosing(nearby(self._scanner, self._kinds, bonded)) as heard:
            async for one in heard:
                yield one

    async def measure(
        self,
        kinds: Sequence[InstrumentKind] = (BLOOD_PRESSURE,),
        *,
        on_event: OnEvent,
        stop: asyncio.Event,
        timeout_s: float,
        accept: Callable[[Sighting], bool] | None = None,
        last_known: LastKnown | None = None,
        consents: Mapping[str, Consent] | None = None,
    ) -> SessionReport:
        """Wait for an instrument of one of `kinds`, take what it has to say, and report.

        `on_event` is awaited for every event in order; a `Frame` must be kept before it
        returns. Returns early, and orderly, when `stop` is set. Instruments that fail or leave
        before they have said all are tried again within the limits. `accept` leaves some of
        those that are heard alone. A meter is asked only for the records from its `last_known`
        on. `consents` opens scales that keep people apart, by address.

        Raises:
            AdapterUnavailable, InstrumentNotFound, ConnectionLost, InstrumentRefused,
            SessionTimeout: no frame arrived; `report` is set.
            FrameNotKept: `on_event` raised for a frame; the cause is attached.
            Exception: what `on_event` raised for any other event.
        """
        equipment = self._equipment
        delivery = Delivery(on_event)
        received = Received(
            equipment.clock,
            delivery,
            equipment.limits,
            self._memory,
            self._strays.take,
            equipment.zone,
        )
        wanted = Wanted(
            tuple(kinds),
            accept or _any_will_do,
            last_known or _nothing_known,
            {} if consents is None else consents,
        )
        measuring = Measuring(equipment, self._scales, received, delivery, wanted)
        work = asyncio.create_task(self._in_turn(measuring, received), name="measure")
        ending = await measuring.until(work, stop, timeout_s)
        return measuring.outcome(ending, None if work.cancelled() else work.exception())

    async def pair(self, address: str, *, ask: AskPerson, timeout_s: float) -> Paired:
        """Pair with this instrument, when it is heard; `ask` puts its questions to the person.

        `timeout_s` is for hearing it; pairing itself has the limits of `Limits`.

        Raises:
            PairingFailed: it is not paired; `reason` says why.
            BondBroken: it is paired here, and has forgotten it: `forget` it first.
            InstrumentRefused: it is paired, and of no use to the kiosk.
            AdapterUnavailable, InstrumentNotFound, ConnectionLost, SessionTimeout
        """
        equipment = self._equipment
        async with self._turn:
            await self.start()
            state = await equipment.usable_adapter()
            try:
                return await equipment.on_adapter(state, self._pair(address, ask, timeout_s))
            except AdapterLost:
                await equipment.usable_adapter()
                raise ConnectionLost("the Bluetooth adapter was off for a moment") from None

    async def _pair(self, address: str, ask: AskPerson, timeout_s: float) -> Paired:
        equipment = self._equipment
        try:
            async with asyncio.timeout(timeout_s):
                sighting = await self._scanner.next_sighting(
                    lambda heard: heard.device.address.casefold() == address.casefold()
                )
        except TimeoutError:
            raise InstrumentNotFound("the instrument was not heard") from None
        async with equipment.link_to(sighting, equipment.limits.pair_connect_s) as link:
            try:
                return await pair_over(link, self._kinds, ask, equipment)
            except InstrumentError as error:
                explained = await equipment.explained(error, link)
                if explained is error:
                    raise
                raise explained from error

    async def bonds(self) -> tuple[Bond, ...]:
        """The instruments that this computer is paired with. Raises `AdapterUnavailable`."""
        await self.start()
        state = await self._equipment.usable_adapter()
        return await self._host.bonds(state.name or "")

    async def forget(self, address: str) -> None:
        """Undo pairing with an instrument; nothing happens when there is none.

        Raises:
            AdapterUnavailable
            PairingFailed: this system does that in its own settings.
        """
        await self.start()
        state = await self._equipment.usable_adapter()
        await self._host.forget(state.name or "", address)

    async def _in_turn(self, measuring: Measuring, received: Received) -> None:
        async with self._turn:
            await self.start()
            self._received = received
            try:
                await measuring.run()
            finally:
                self._received = None
                self._strays.know(received.frames)

    def _kept_value(self, address: str, uuid: str, value: bytes) -> None:
        """A bonded instrument has sent this over the kiosk's own line."""
        if self._received is not None:
            self._received.value_of(address, uuid, value)
        else:
            self._strays.take(address, uuid, value)


def _any_will_do(_: Sighting) -> bool:
    return True


def _nothing_known(_: InstrumentIdentity) -> bytes | None:
    return None
