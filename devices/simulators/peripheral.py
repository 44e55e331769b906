"""A Bluetooth instrument as a simulated BlueZ sees it: name, services, values, and its faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol


class ConnectFault(Enum):
    """What goes wrong with one connection attempt."""

    ABORT_BY_LOCAL = auto()  # radio disturbance: connects, and breaks at once
    HANG = auto()
    AUTHENTICATION_FAILED = auto()


@dataclass(slots=True)
class Faults:
    """A script of faults; each entry is used up by one attempt."""

    connect: list[ConnectFault] = field(default_factory=list)
    hung_subscriptions: int = 0
    hung_reads: bool = False
    resolve_delay_s: float = 0.0
    drop_after_frames: int | None = None  # leaves in the middle of sending, once
    deliver_twice: bool = False  # as BlueZ does when two programs listen


@dataclass(slots=True, eq=False)
class SimulatedCharacteristic:
    """One characteristic. A value that changes is given as a function."""

    uuid: str
    flags: tuple[str, ...]
    value: bytes | Callable[[], bytes] = b""
    needs_pairing: bool = False
    path: str = ""
    subscribed: asyncio.Event = field(default_factory=asyncio.Event)

    def read(self) -> bytes:
        return self.value() if callable(self.value) else self.value


class Radio(Protocol):
    """What an instrument can do over the air."""

    def advertise(self, instrument: SimulatedInstrument) -> None: ...
    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool: ...
    async def confirmed(self) -> None: ...
    def drop(self, instrument: SimulatedInstrument) -> None: ...


class SimulatedInstrument:
    """The passive half of an instrument; what it does by itself is its own class's matter."""

    def __init__(
        self,
        address: str,
        name: str,
        advertised: tuple[str, ...],
        services: dict[str, tuple[SimulatedCharacteristic, ...]],
        faults: Faults | None = None,
    ) -> None:
        self.address = address
        self.name = name
        self.advertised = advertised
        self.services = services
        self.faults = faults or Faults()
        self.connected = asyncio.Event()
        self.left = asyncio.Event()  # set whenever there is no connection
        self.left.set()
        self.radio: Radio | None = None

    def characteristics(self) -> list[SimulatedCharacteristic]:
        return [one for group in self.services.values() for one in group]

    def characteristic(self, uuid: str) -> SimulatedCharacteristic:
        return next(one for one in self.characteristics() if one.uuid == uuid)
