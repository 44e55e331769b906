"""The instruments that can be heard just now, for a person who looks for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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
) -> AsyncIterator[Nearby]:
    """Each instrument as it is heard, and again when something about it is different.

    How strong it is heard changes all the time; that alone is no difference.
    """
    heard: asyncio.Queue[Sighting] = asyncio.Queue()
    known: dict[str, tuple[str | None, str]] = {}
    stop_listening = scanner.listen(heard.put_nowait)
    try:
        while True:
            sighting = await heard.get()
            kind = kind_of((*sighting.services, *sighting.service_data), kinds)
            address = sighting.device.address
            if kind is None or known.get(address) == (sighting.name, kind.name):
                continue
            known[address] = (sighting.name, kind.name)
            yield Nearby(address, sighting.name, kind.name, sighting.rssi, address in bonded)
    finally:
        stop_listening()
