"""One measuring session: search, connect, subscribe first, listen, and again if it broke.

`devices.health.session.Instruments` makes one for each session and runs one at a time. A frame
reaches the listener the moment it arrives, undecoded, for BlueZ has already confirmed it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from devices.health.advertised import AdvertisedScales, Hearing
from devices.health.conversation import Conversation
from devices.health.delivery import Delivery
from devices.health.ending import ended
from devices.health.equipment import AdapterLost, Equipment
from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    ConnectionLost,
    FrameNotKept,
    InstrumentBusy,
    InstrumentError,
    InstrumentRefused,
    SessionTimeout,
)
from devices.health.events import (
    Connected,
    Disconnected,
    Ended,
    InstrumentIdentity,
    Searching,
    SessionReport,
)
from devices.health.gatt import InstrumentKind, kind_of
from devices.health.link import Link
from devices.health.pairing import Consent
from devices.health.quirks import row_for
from devices.health.received import Received
from devices.health.scanner import Sighting
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
        if kind is None or set(kind.advertised) & set(sighting.service_data):
            return False
        row = row_for(sighting.name)
        if row is not None and row.advertises_only:
            return False
        return self.accept(sighting)


class Measuring:
    """The work of one session, and what comes of it."""

    def __init__(
        self,
        equipment: Equipment,
        scales: AdvertisedScales,
        received: Received,
        delivery: Delivery,
        wanted: Wanted,
    ) -> None:
        self._equipment = equipment
        self._scales = scales
        self._received = received
        self._delivery = delivery
        self._wanted = wanted
        self._tries = Tries(equipment.limits)

    async def run(self) -> None:
        """Measure until there is enough. Its caller has seen to it that nobody else does.

        Raises:
            InstrumentError: what it failed with; frames may have come all the same.
        """
        received = self._received
        wanted = self._wanted
        with self._scales.heard_by(received, wanted.kinds, wanted.accept) as hearing:
            while not received.enough.is_set() and not received.has_all:
                state = await self._equipment.usable_adapter()
                received.post(Searching())
                try:
                    await self._equipment.on_adapter(state, self._one_instrument(hearing))
                except AdapterLost:
                    received.ended = Ended.ADAPTER_LOST

    async def until(
        self, work: asyncio.Task[None], stop: asyncio.Event, timeout_s: float
    ) -> Ended | None:
        """Wait for `work`; why it was ended before it was done, if it was."""
        received, delivery = self._received, self._delivery
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
            await ended(work)
            await delivery.close()
        return ending

    def outcome(self, ending: Ended | None, failure: BaseException | None) -> SessionReport:
        """The report of a session that is over, or the error that it ends with."""
        if failure is not None and not isinstance(failure, InstrumentError):
            raise failure
        if ending is Ended.TIME_UP and failure is None:
            failure = self._what_time_up_means()
        report, delivery = self._received.report(ending), self._delivery
        self._remember(report, failure)
        if delivery.error is not None:
            if not delivery.error_at_frame:
                raise delivery.error
            not_kept = FrameNotKept(f"{len(report.not_kept)} frames could not be kept")
            not_kept.report = report
            raise not_kept from delivery.error
        if failure is not None:
            if not report.frames:
                failure.report = report
                raise failure
            _log.info("after %d frames: %s", len(report.frames), failure)
        return report

    def _what_time_up_means(self) -> InstrumentError:
        if self._equipment.host.adapters.state.stuck:
            return AdapterUnavailable(AdapterReason.STUCK)
        return self._tries.what_time_up_means()

    def _is_wanted(self, sighting: Sighting) -> bool:
        unfinished = self._received.unfinished
        if unfinished is not None and sighting.device.address != unfinished:
            return False
        return self._wanted.is_wanted(sighting)

    async def _one_instrument(self, hearing: Hearing) -> None:
        """One instrument, from being heard to being let go. Returns also when it failed and
        there may be another try; raises when there may not."""
        received, tries, equipment = self._received, self._tries, self._equipment
        sighting = await tries.before_deadline(hearing.or_first(self._next_instrument()))
        kind = None if sighting is None else kind_of(sighting.services, self._wanted.kinds)
        if sighting is None or kind is None:
            return
        before = len(received.frames)
        async with equipment.link_to(sighting, equipment.limits.connect_s) as link:
            try:
                received.connections += 1
                await self._connect_and_listen(link, kind)
            except (ConnectionLost, SessionTimeout, InstrumentBusy) as error:
                _log.info("try %d with %s: %s", tries.count, sighting.device.address, error)
                if len(received.frames) > before:
                    tries.progressed()
                if received.has_all:
                    return
                explained = await equipment.explained(error, link)
                if isinstance(explained, InstrumentRefused) and explained is not error:
                    raise explained from error
                tries.failed(error)

    async def _next_instrument(self) -> Sighting:
        """The next one that is wanted; rather one that did not fail in a session of late."""
        scanner, limits = self._equipment.scanner, self._equipment.limits
        lately = asyncio.get_running_loop().time() - limits.failed_lately_s
        failed = self._equipment.memory.failed_since(lately)
        if failed and self._received.unfinished is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(limits.rather_another_s):
                    return await scanner.next_sighting(
                        lambda heard: heard.device.address not in failed and self._is_wanted(heard)
                    )
        return await scanner.next_sighting(self._is_wanted)

    def _remember(self, report: SessionReport, failure: BaseException | None) -> None:
        """Whether the instrument of this session is one to be tried first the next time."""
        if report.identity is None or isinstance(failure, AdapterUnavailable):
            return
        failed = failure is not None and not report.frames
        if failed or report.frames:
            self._equipment.memory.session_ended(
                report.identity.address, failed=failed, at=asyncio.get_running_loop().time()
            )

    async def _connect_and_listen(self, link: Link, kind: InstrumentKind) -> None:
        received, equipment = self._received, self._equipment
        # From before the connection: a bonded instrument may send as soon as it is up.
        received.hear(link, kind)
        try:
            await link.open(self._tries.begin())
            received.post(Connected(link.identity, kind.name))
            talk = Conversation(link, kind, received, equipment)
            await talk.subscribe(self._wanted.consents.get(link.identity.address))
            self._tries.connected()
            await talk.listen(received.newest_record() or self._wanted.last_known(link.identity))
            await talk.say_goodbye()
            if not received.frames and not received.enough.is_set() and not received.has_all:
                raise ConnectionLost("the instrument left before it gave a reading")
        finally:
            received.hear_no_more()
            if link.was_open:
                received.post(Disconnected())
