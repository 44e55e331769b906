"""Readings that come with an advertisement: scales that nobody connects to (Xiaomi).

Such a scale repeats its reading many times a second; it counts once it says that it is stable.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from decimal import Decimal
from types import TracebackType
from typing import Self

from devices.health.decoding import decode
from devices.health.errors import FrameCorrupt
from devices.health.events import InstrumentIdentity
from devices.health.gatt import InstrumentKind, short_name
from devices.health.profiles.advertised_scale import AdvertisedWeight
from devices.health.received import Received
from devices.health.scanner import Scanner, Sighting

_log = logging.getLogger(__name__)


class AdvertisedReadings:
    """Listens while a session searches. Use as a context manager."""

    def __init__(
        self, scanner: Scanner, kinds: tuple[InstrumentKind, ...], received: Received
    ) -> None:
        self._kinds = {uuid: kind for kind in kinds for uuid in kind.advertised}
        self._scanner = scanner
        self._received = received
        self._said: set[tuple[str, Decimal | None, Decimal | int | None]] = set()

    def __enter__(self) -> Self:
        self._stop_listening = self._scanner.listen(self._heard)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_listening()

    async def or_first(self, search: Coroutine[None, None, Sighting]) -> Sighting | None:
        """What `search` finds, or None when a reading was advertised before."""
        if not self._kinds:
            return await search
        found = asyncio.ensure_future(search)
        said = asyncio.ensure_future(self._received.until_quiet())
        try:
            await asyncio.wait({found, said}, return_when=asyncio.FIRST_COMPLETED)
            return found.result() if found.done() else None
        finally:
            found.cancel()
            said.cancel()

    def _heard(self, sighting: Sighting) -> None:
        for uuid, raw in sighting.service_data.items():
            if (kind := self._kinds.get(uuid)) is None:
                continue
            characteristic = short_name(uuid)
            try:
                weight = decode(characteristic, raw)
            except FrameCorrupt:
                continue  # another maker's use of the same number
            if not isinstance(weight, AdvertisedWeight) or not weight.stabilized:
                continue
            said = (sighting.device.address, weight.weight, weight.impedance_ohm)
            if said not in self._said:  # stepping off is the same weighing once more
                self._said.add(said)
                identity = InstrumentIdentity(sighting.device.address, sighting.name)
                self._received.advertised(characteristic, raw, identity, kind)
