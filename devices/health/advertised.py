"""Readings that come with an advertisement: scales that nobody connects to (Xiaomi).

Such a scale repeats its reading many times a second, goes on saying it after the person has left,
and adds an impedance seconds after the weight. One weighing is one frame; it belongs to the
session in which its weight became stable, or that began right after, and to no later one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from devices.health.decoding import decode
from devices.health.errors import FrameCorrupt
from devices.health.events import Ended, InstrumentIdentity
from devices.health.gatt import InstrumentKind, short_name
from devices.health.limits import Limits
from devices.health.profiles.advertised_scale import AdvertisedWeight
from devices.health.quiet import Quiet
from devices.health.received import Received
from devices.health.scanner import Scanner, Sighting

_MOST: Final = 64  # scales whose last weighing is remembered
_WITH_IMPEDANCE: Final = "181B"
_SAME_WEIGHING: Final = timedelta(minutes=1)  # between two stamps of one weighing


@dataclass(slots=True)
class _Weighing:
    """One person on one scale, from the first stable weight on."""

    weight: AdvertisedWeight
    since: float  # when its weight became stable, on the loop's clock
    hearing: Hearing | None = None  # the session that it belongs to
    given: bool = False
    held: tuple[str, bytes, InstrumentIdentity, InstrumentKind] | None = None


class AdvertisedScales:
    """Follows what scales advertise, whether a session listens or not."""

    def __init__(self, scanner: Scanner, kinds: tuple[InstrumentKind, ...], limits: Limits) -> None:
        self._kinds = {uuid: kind for kind in kinds for uuid in kind.advertised}
        self._limits = limits
        self._weighings: OrderedDict[str, _Weighing] = OrderedDict()  # by address, the last one
        self._hearing: Hearing | None = None
        scanner.listen(self._heard)

    @contextmanager
    def heard_by(
        self,
        received: Received,
        kinds: tuple[InstrumentKind, ...],
        accept: Callable[[Sighting], bool],
    ) -> Iterator[Hearing]:
        """Give `received` the weighings of scales it accepts, from a moment before this block."""
        self._hearing = hearing = Hearing(received, kinds, accept, self._limits)
        try:
            yield hearing
        finally:
            self._hearing = None
            for weighing in self._weighings.values():
                self._give_held(weighing)
                weighing.hearing = None
            hearing.quiet.stop()

    def _heard(self, sighting: Sighting) -> None:
        for uuid, raw in sighting.service_data.items():
            if (kind := self._kinds.get(uuid)) is None:
                continue
            characteristic = short_name(uuid)
            try:
                weight = decode(characteristic, raw)
            except FrameCorrupt:
                continue  # another maker's use of the same number
            if isinstance(weight, AdvertisedWeight):
                identity = InstrumentIdentity(sighting.device.address, sighting.name)
                self._follow(weight, sighting, (characteristic, raw, identity, kind))

    def _follow(
        self,
        weight: AdvertisedWeight,
        sighting: Sighting,
        frame: tuple[str, bytes, InstrumentIdentity, InstrumentKind],
    ) -> None:
        characteristic, _, identity, kind = frame
        weighing = self._weighings.get(identity.address)
        if weighing is not None and not _is_same(weighing.weight, weight):
            self._give_held(weighing)
            del self._weighings[identity.address]
            weighing = None
        if not weight.stabilized:
            return  # somebody is stepping on
        hearing = self._hearing
        if weighing is None:
            weighing = _Weighing(weight, asyncio.get_running_loop().time())
            self._weighings[identity.address] = weighing
            if len(self._weighings) > _MOST:
                self._weighings.popitem(last=False)
        if hearing is not None and hearing.wants(kind, sighting, weighing.since):
            weighing.hearing = hearing
        weighing.weight = weight
        if weighing.given or weighing.hearing is None:
            return
        weighing.held = frame
        weighing.hearing.quiet.stir()
        waits = weight.impedance_ohm is None and not weight.removed
        if characteristic != _WITH_IMPEDANCE or not waits:
            self._give_held(weighing)

    def _give_held(self, weighing: _Weighing) -> None:
        if weighing.held is not None and weighing.hearing is not None:
            characteristic, raw, identity, kind = weighing.held
            weighing.hearing.received.advertised(characteristic, raw, identity, kind)
            weighing.held, weighing.given = None, True


class Hearing:
    """What one session hears of scales."""

    def __init__(
        self,
        received: Received,
        kinds: tuple[InstrumentKind, ...],
        accept: Callable[[Sighting], bool],
        limits: Limits,
    ) -> None:
        self.received = received
        self._kinds = kinds
        self._accept = accept
        self.quiet = Quiet(limits.quiet_s)
        self._from = asyncio.get_running_loop().time() - limits.weighing_age_s

    def wants(self, kind: InstrumentKind, sighting: Sighting, stable_since: float) -> bool:
        """Whether a weight that became stable then can be of the person of this session."""
        return kind in self._kinds and stable_since >= self._from and self._accept(sighting)

    async def or_first(self, search: Coroutine[None, None, Sighting]) -> Sighting | None:
        """What `search` finds, or None when a reading was advertised before."""
        if not any(kind.advertised for kind in self._kinds):
            return await search
        found = asyncio.ensure_future(search)
        said = asyncio.ensure_future(self.quiet.fell.wait())
        try:
            await asyncio.wait({found, said}, return_when=asyncio.FIRST_COMPLETED)
            if found.done():
                return found.result()
            self.received.ended = Ended.QUIET
            self.received.enough.set()
            return None
        finally:
            found.cancel()
            said.cancel()


def _is_same(weighing: AdvertisedWeight, weight: AdvertisedWeight) -> bool:
    """Whether this is the same weighing: no other weight, at no other time, still standing."""
    if not weight.stabilized or weighing.weight != weight.weight:
        return False
    if weighing.device_time is None or weight.device_time is None:
        return True
    return abs(weighing.device_time - weight.device_time) < _SAME_WEIGHING
