"""Measure with a Bluetooth instrument: search, connect, subscribe first, listen, report.

`Instruments` lives as long as the kiosk. Sessions run one at a time. A frame reaches the
listener the moment it arrives, undecoded, for BlueZ has already confirmed it to the instrument.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Self

from devices.health.adapter_state import AdapterState
from devices.health.advertised import AdvertisedReadings
from devices.health.conversation import Conversation
from devices.health.date_time import HONG_KONG
from devices.health.delivery import Delivery, OnEvent
from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    BondBroken,
    ConnectionLost,
    FrameNotKept,
    InstrumentError,
    InstrumentNotFound,
    SessionTimeout,
)
from devices.health.events import (
    Connected,
    Disconnected,
    Ended,
    HostClock,
    InstrumentIdentity,
    Searching,
    SessionReport,
)
from devices.health.gatt import ALL_KINDS, BLOOD_PRESSURE, InstrumentKind, kind_of
from devices.health.hosts import Host, this_host
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.nearby import Nearby, nearby
from devices.health.pairing import AskPerson, Bond, Consent, Paired
from devices.health.pairing_session import pair_over
from devices.health.received import Received
from devices.health.scanner import Scanner, Sighting
from devices.health.strays import OnStray, Strays
from devices.health.tries import Tries

_log = logging.getLogger(__name__)

LastKnown = Callable[[InstrumentIdentity], bytes | None]
"""The identifying bytes (`decoding.identity_slice`) of the newest record known of a meter."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one session is to do."""

    kinds: tuple[InstrumentKind, ...]
    accept: Callable[[Sighting], bool]
    last_known: LastKnown
    consents: Mapping[str, Consent]  # by address

    def is_wanted(self, sighting: Sighting) -> bool:
        """An instrument of one of the kinds, and one that can be connected to."""
        kind = kind_of(sighting.services, self.kinds)
        return (
            kind is not None
            and not set(kind.advertised) & set(sighting.service_data)
            and self.accept(sighting)
        )


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
    ) -> None:
        """`adapter` pins one adapter ("hci1"); None takes the lowest-numbered one that is on.
        `zone` is where the instruments' clocks are set (default Hong Kong). `on_stray` is awaited
        for every frame that a bonded instrument sent while no session ran: it is nobody's."""
        self._clock = clock
        self._zone = zone or HONG_KONG
        self._limits = limits or Limits()
        self._kinds = kinds
        self._strays = Strays(kinds, clock, self._limits, on_stray)
        uuids = frozenset(uuid for kind in kinds for uuid in kind.kept)
        self._host = host or this_host(adapter, self._limits, uuids)
        self._host.on_kept_value(self._kept_value)
        services = [service for kind in kinds for service in kind.services]
        self._scanner = Scanner(self._host, services, self._limits)
        self._turn = asyncio.Lock()
        self._received: Received | None = None  # of the session that runs
        self._letting_go: set[asyncio.Task[None]] = set()

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
        await self._scanner.start()

    async def close(self) -> None:
        """Let go of everything. Call only when no session runs."""
        await self.disconnected()
        await self._scanner.close()
        await self._host.close()
        await self._strays.close()

    async def disconnected(self) -> None:
        """Return when the instruments of past sessions have been let go of."""
        while self._letting_go:
            await asyncio.wait(self._letting_go)

    async def nearby(self) -> AsyncIterator[Nearby]:
        """The instruments that are heard, as they are heard. Raises `AdapterUnavailable`."""
        bonded = frozenset(bond.address for bond in await self.bonds())
        async for one in nearby(self._scanner, self._kinds, bonded):
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
        on.

        Raises:
            AdapterUnavailable, InstrumentNotFound, ConnectionLost, InstrumentRefused,
            SessionTimeout: no frame arrived; `report` is set.
            FrameNotKept: `on_event` raised for a frame; the cause is attached.
            Exception: what `on_event` raised for any other event.
        """
        delivery = Delivery(on_event)
        received = Received(self._clock, delivery, self._limits)
        tries = Tries(self._limits)
        wanted = Wanted(
            tuple(kinds), accept or _any_will_do, last_known or _nothing_known, consents or {}
        )
        work = asyncio.create_task(self._work(received, tries, wanted), name="measure")
        reasons = [asyncio.create_task(event.wait()) for event in (stop, delivery.failed)]
        ending: Ended | None = None
        try:
            await asyncio.wait(
                {work, *reasons}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
            if not work.done():
                ending = Ended.STOPPED if stop.is_set() else Ended.TIME_UP
                if delivery.failed.is_set():
                    ending = Ended.FAILED
                received.enough.set()
                if received.listening:
                    await asyncio.wait({work})
        finally:
            for reason in reasons:
                reason.cancel()
            work.cancel()
            await asyncio.wait({work})
            await delivery.close()
        failure = None if work.cancelled() else work.exception()
        if failure is not None and not isinstance(failure, InstrumentError):
            raise failure
        if ending is Ended.TIME_UP and failure is None:
            failure = self._what_time_up_means(tries)
        return _outcome(received, delivery, ending, failure)

    async def pair(self, address: str, *, ask: AskPerson, timeout_s: float) -> Paired:
        """Pair with this instrument, when it is heard; `ask` puts its questions to the person.

        Raises:
            PairingFailed: it is not paired; `reason` says why.
            AdapterUnavailable, InstrumentNotFound, ConnectionLost, SessionTimeout
        """
        async with self._turn:
            await self.start()
            await self._usable_adapter()
            try:
                async with asyncio.timeout(timeout_s):
                    sighting = await self._scanner.next_sighting(
                        lambda heard: heard.device.address == address
                    )
            except TimeoutError:
                raise InstrumentNotFound("the instrument was not heard") from None
            await self._scanner.pause()
            link = Link(sighting, self._host, self._limits)
            try:
                return await pair_over(
                    link, self._kinds, ask, self._host, self._clock, self._zone, self._limits
                )
            finally:
                self._start_letting_go(link)

    async def bonds(self) -> tuple[Bond, ...]:
        """The instruments that this computer is paired with. Raises `AdapterUnavailable`."""
        await self.start()
        return await self._host.bonds(_name(await self._usable_adapter()))

    async def forget(self, address: str) -> None:
        """Undo pairing with an instrument; nothing happens when there is none.

        Raises `AdapterUnavailable`.
        """
        await self.start()
        await self._host.forget(_name(await self._usable_adapter()), address)

    async def _work(self, received: Received, tries: Tries, wanted: Wanted) -> None:
        async with self._turn:
            await self.start()
            self._received = received
            try:
                while not received.enough.is_set() and not received.has_all:
                    state = await self._usable_adapter()
                    received.post(Searching())
                    one = asyncio.ensure_future(self._one_instrument(received, tries, wanted))
                    lost = asyncio.ensure_future(
                        self._host.adapters.until(partial(_is_other, state))
                    )
                    try:
                        await asyncio.wait({one, lost}, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        lost.cancel()
                        one.cancel()  # nothing happens to it when it is done
                        await asyncio.wait({one})
                    if one.cancelled():
                        received.ended = Ended.ADAPTER_LOST
                    else:
                        one.result()
            finally:
                self._received = None

    async def _usable_adapter(self) -> AdapterState:
        try:
            async with asyncio.timeout(self._limits.adapter_grace_s):
                return await self._host.adapters.until(
                    lambda state: state.name is not None and not state.stuck
                )
        except TimeoutError:
            raise AdapterUnavailable(_why_unusable(self._host.adapters.state)) from None

    async def _one_instrument(self, received: Received, tries: Tries, wanted: Wanted) -> None:
        """One instrument, from being heard to being let go. Returns also when it failed and
        there may be another try; raises when there may not."""
        with AdvertisedReadings(self._scanner, wanted.kinds, received) as advertised:
            sighting = await tries.before_deadline(
                advertised.or_first(self._scanner.next_sighting(wanted.is_wanted))
            )
        kind = None if sighting is None else kind_of(sighting.services, wanted.kinds)
        if sighting is None or kind is None:
            return
        await self._scanner.pause()
        link = Link(sighting, self._host, self._limits)
        before = len(received.frames)
        try:
            received.connections += 1
            await self._connect_and_listen(link, kind, received, tries, wanted)
        except (ConnectionLost, SessionTimeout) as error:
            _log.info("try %d with %s: %s", tries.count, sighting.device.address, error)
            if len(received.frames) > before:
                tries.progressed()
            if not received.has_all:
                tries.failed(await self._explained(error, link))
        finally:
            self._start_letting_go(link)

    async def _explained(self, error: InstrumentError, link: Link) -> InstrumentError:
        """The error of a connection that did not come about, or why it never will.

        An instrument that has lost its bond ends every connection at once (BlueZ 5.82: five in
        one call), which looks just like a bad radio.
        """
        if link.was_open or not isinstance(error, ConnectionLost):
            return error
        try:
            bonds = await self._host.bonds(_name(self._host.adapters.state))
        except AdapterUnavailable:
            return error
        if any(bond.address == link.identity.address for bond in bonds):
            return BondBroken("paired here, and not in the instrument")
        return error

    async def _connect_and_listen(
        self,
        link: Link,
        kind: InstrumentKind,
        received: Received,
        tries: Tries,
        wanted: Wanted,
    ) -> None:
        # From before the connection: a bonded instrument may send as soon as it is up.
        received.hear(link, kind)
        try:
            await link.open(tries.begin())
            received.post(Connected(link.identity, kind.name))
            talk = Conversation(link, kind, received, self._clock, self._zone, self._limits)
            await talk.subscribe(wanted.consents.get(link.identity.address))
            tries.connected()
            await talk.listen(received.newest_record() or wanted.last_known(link.identity))
            await talk.say_goodbye()
            if not received.frames and not received.enough.is_set() and not received.has_all:
                raise ConnectionLost("the instrument left before it gave a reading")
        finally:
            received.hear_no_more()
            if link.was_open:
                received.post(Disconnected())

    def _kept_value(self, address: str, uuid: str, value: bytes) -> None:
        """A bonded instrument has sent this over the kiosk's own line."""
        received = self._received
        if received is not None and received.hears(address):
            received.value_of(uuid, value)
        else:
            self._strays.take(address, uuid, value)

    def _start_letting_go(self, link: Link) -> None:
        letting_go = asyncio.create_task(self._let_go(link))
        self._letting_go.add(letting_go)
        letting_go.add_done_callback(self._letting_go.discard)

    async def _let_go(self, link: Link) -> None:
        try:
            await link.close()
        finally:
            self._scanner.resume()

    def _what_time_up_means(self, tries: Tries) -> InstrumentError:
        if self._host.adapters.state.stuck:
            return AdapterUnavailable(AdapterReason.STUCK)
        return tries.what_time_up_means()


def _outcome(
    received: Received,
    delivery: Delivery,
    ending: Ended | None,
    failure: InstrumentError | None,
) -> SessionReport:
    report = received.report(ending)
    if delivery.error is not None:
        if not delivery.error_at_frame:
            raise delivery.error
        not_kept = FrameNotKept(f"{len(report.not_kept)} frames could not be kept")
        not_kept.report = report
        raise not_kept from delivery.error
    if failure is not None and not report.frames:
        failure.report = report
        raise failure
    return report


def _any_will_do(_: Sighting) -> bool:
    return True


def _nothing_known(_: InstrumentIdentity) -> bytes | None:
    return None


def _is_other(state: AdapterState, now: AdapterState) -> bool:
    return (now.name, now.turn) != (state.name, state.turn)


def _why_unusable(state: AdapterState) -> AdapterReason:
    return AdapterReason.STUCK if state.stuck else state.reason or AdapterReason.NO_ADAPTER


def _name(state: AdapterState) -> str:
    return state.name or ""
