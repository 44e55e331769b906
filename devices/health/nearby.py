"""The instruments that can be heard just now, for a person who looks for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from devices.health.gatt import InstrumentKind, kind_of
from devices.health.scanner import Scanner, Sighting


@dataclass(frozen=True, slots=True)
class Nearby:
    """An instrument that is heard. `kind` is the name of its kind in `devices.health.gatt`."""

    address: str
    name: str | None
    kind: str
    rssi: int  # dBm
    bonded: bool


async def nearby(
    scanner: Scanner, kinds: tuple[InstrumentKind, ...], bonded: frozenset[str]
) -> AsyncGenerator[Nearby, None]:
    """Each instrument as it is heard, and again when something about it is different.

    How strong it is heard changes all the time; that alone is no difference.
    """
    news: dict[str, Nearby] = {}  # what was not told yet; whoever asks may be slow
    told: dict[str, tuple[str | None, str]] = {}
    heard = asyncio.Event()

    def hear(sighting: Sighting) -> None:
        kind = kind_of((*sighting.services, *sighting.service_data), kinds)
        address = sighting.device.address
        if kind is None or told.get(address) == (sighting.name, kind.name):
            return
        news[address] = Nearby(address, sighting.name, kind.name, sighting.rssi, address in bonded)
        heard.set()

    stop_listening = scanner.listen(hear)
    try:
        while True:
            await heard.wait()
            heard.clear()
            while news:
                one = news.pop(next(iter(news)))
                told[one.address] = (one.name, one.kind)
                yield one
    finally:
        stop_listening()
