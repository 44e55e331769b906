"""Measure with a Bluetooth instrument: search, connect, subscribe first, listen, report.

`Instruments` lives as long as the kiosk. Sessions run one at a time. A frame reaches the
listener the moment it arrives, undecoded, for BlueZ has already confirmed it to the instrument.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import tzinfo
from functools import partial
from typing import Self

from devices.health.adapter import AdapterState, AdapterWatch
from devices.health.date_time import HONG_KONG, clock_offset_s
from devices.health.delivery import Delivery, OnEvent
from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
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
    Searching,
    SessionReport,
)
from devices.health.gatt import BLOOD_PRESSURE, CURRENT_TIME, DATE_TIME, InstrumentKind, short_name
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.received import Received
from devices.health.scanner import Scanner, Sighting

_log = logging.getLogger(__name__)


class Instruments:
    """The kiosk's one way to its Bluetooth instruments. Use from one asyncio loop."""

    def __init__(
        self,
        clock: HostClock,
        *,
        adapter: str | None = None,
        zone: tzinfo | None = None,
        kinds: tuple[InstrumentKind, ...] = (BLOOD_PRESSURE,),
        limits: Limits | None = None,
    ) -> None:
        """`adapter` pins one adapter ("hci1"); None takes the lowest-numbered one that is on.
        `zone` is where the instruments' clocks are set (default Hong Kong)."""
        self._clock = clock
        self._zone = zone or HONG_KONG
        self._limits = limits or Limits()
        self._adapter = AdapterWatch(adapter, self._limits)
        self._scanner = Scanner(self._adapter, [kind.service for kind in kinds], self._limits)
        self._turn = asyncio.Lock()
        self._letting_go: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def adapter(self) -> AdapterState:
        """The adapter in use, or why there is none."""
        return self._adapter.state

    async def start(self) -> None:
        """Begin to scan; an absent adapter is waited for in the background."""
        await self._adapter.start()
        await self._scanner.start()

    async def close(self) -> None:
        """Let go of everything. Call only when no session runs."""
        await self.disconnected()
        await self._scanner.close()
        await self._adapter.close()

    async def disconnected(self) -> None:
        """Return when the instruments of past sessions have been let go of."""
        while self._letting_go:
            await asyncio.wait(self._letting_go)

    async def measure(
        self,
        service: InstrumentKind = BLOOD_PRESSURE,
        *,
        on_event: OnEvent,
        stop: asyncio.Event,
        timeout_s: float,
    ) -> SessionReport:
        """Wait for an instrument, take what it has to say, and report.

        `on_event` is awaited for every event in order; a `Frame` must be kept before it
        returns. Returns early, and orderly, when `stop` is set. Instruments that fail or leave
        before any frame are tried again within the limits.

        Raises:
            AdapterUnavailable, InstrumentNotFound, ConnectionLost, InstrumentRefused,
            SessionTimeout: no frame arrived; `report` is set.
            FrameNotKept: `on_event` raised for a frame; the cause is attached.
            Exception: what `on_event` raised for any other event.
        """
        delivery = Delivery(on_event)
        received = Received(service, self._clock, delivery, self._limits)
        tries = _Tries(self._limits)
        work = asyncio.create_task(self._work(received, tries), name=f"measure {service.name}")
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
            failure = tries.what_time_up_means()
        return _outcome(received, delivery, ending, failure)

    async def _work(self, received: Received, tries: _Tries) -> None:
        async with self._turn:
            await self.start()
            while not received.frames and not received.enough.is_set():
                state = await self._usable_adapter()
                received.post(Searching())
                one = asyncio.ensure_future(self._one_connection(received, tries))
                lost = asyncio.ensure_future(self._adapter.until(partial(_is_other, state)))
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

    async def _usable_adapter(self) -> AdapterState:
        try:
            async with asyncio.timeout(self._limits.adapter_grace_s):
                return await self._adapter.until(lambda state: state.name is not None)
        except TimeoutError:
            reason = self._adapter.state.reason or AdapterReason.NO_ADAPTER
            raise AdapterUnavailable(reason) from None

    async def _one_connection(self, received: Received, tries: _Tries) -> None:
        """One instrument, from being heard to being let go. Returns also when it failed and
        there may be another try; raises when there may not."""
        sighting = await tries.before_deadline(self._scanner.next_sighting(received.kind.service))
        await self._scanner.pause()
        link = Link(sighting, self._limits)
        try:
            received.connections += 1
            await self._connect_and_listen(link, received, tries)
        except (ConnectionLost, SessionTimeout) as error:
            _log.info("try %d with %s: %s", tries.count, sighting.device.address, error)
            if not received.frames:
                tries.failed(error)
        finally:
            letting_go = asyncio.create_task(self._let_go(link))
            self._letting_go.add(letting_go)
            letting_go.add_done_callback(self._letting_go.discard)

    async def _connect_and_listen(self, link: Link, received: Received, tries: _Tries) -> None:
        kind = received.kind
        await link.open(tries.begin())
        received.hear(link)
        try:
            received.post(Connected(link.identity))
            for uuid in kind.measurements:
                await link.subscribe(uuid, partial(received.frame, short_name(uuid)))
            tries.connected()
            details = asyncio.create_task(self._read_details(link, received))
            try:
                await received.until_enough(link.gone)
            finally:
                details.cancel()
                await asyncio.wait({details})
                if not details.cancelled() and (fault := details.exception()) is not None:
                    _log.error("reading the instrument's details failed", exc_info=fault)
            if not link.gone.is_set():
                for uuid in kind.measurements:
                    await link.unsubscribe(uuid)
            if not received.frames and not received.enough.is_set():
                raise ConnectionLost("the instrument left before it gave a reading")
        finally:
            received.hear(None)
            received.post(Disconnected())

    async def _read_details(self, link: Link, received: Received) -> None:
        """All that is good to know and never worth losing a reading for."""
        kind = received.kind
        if kind.live is not None and link.has(kind.live):
            try:
                await link.subscribe(kind.live, received.cuff_pressure)
            except InstrumentError as error:
                _log.info("no live pressure: %s", error)
        received.feature = await link.read_feature(kind)
        clock = await link.read(CURRENT_TIME) or await link.read(DATE_TIME)
        received.clock_offset_s = clock_offset_s(clock, self._clock.now().wall_ms, self._zone)
        await link.read_identity()

    async def _let_go(self, link: Link) -> None:
        try:
            await link.close()
        finally:
            self._scanner.resume()


class _Tries:
    """How often and how long one session may try to get through to an instrument."""

    def __init__(self, limits: Limits) -> None:
        self.count = 0
        self._limits = limits
        self._deadline: float | None = None
        self._last: InstrumentError | None = None
        self._was_connected = False

    def begin(self) -> float:
        """Count a try; the seconds it may take."""
        now = asyncio.get_running_loop().time()
        self.count += 1
        if self._deadline is None:
            self._deadline = now + self._limits.connect_total_s
        return min(self._limits.connect_s, max(self._deadline - now, 0.0))

    def connected(self) -> None:
        """It got through: the time for connecting starts anew if the link breaks."""
        self._deadline = None
        self._was_connected = True

    def failed(self, error: InstrumentError) -> None:
        """Remember why; raises `error` after the last try."""
        self._last = error
        if self.count >= self._limits.connect_tries:
            raise error

    async def before_deadline(self, search: Coroutine[None, None, Sighting]) -> Sighting:
        """Search again; between tries only for as long as connecting may still take."""
        try:
            async with asyncio.timeout_at(self._deadline):
                return await search
        except TimeoutError:
            raise self._last or InstrumentNotFound("no instrument was heard") from None

    def what_time_up_means(self) -> InstrumentError:
        """The error of a session whose time ran out before any frame."""
        if self._was_connected and self._last is None:
            return SessionTimeout("connected, and no reading came", step="reading")
        return self._last or InstrumentNotFound("no instrument was heard")


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


def _is_other(state: AdapterState, now: AdapterState) -> bool:
    return now != state
