"""What the reader needs from a protocol. One driver object lives as long as one connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from devices.traffic.clock import Moment
from devices.traffic.events import VehiclePassage


@dataclass(frozen=True, slots=True)
class Identity:
    """What the counter says it is."""

    product: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one chunk of bytes meant.

    `alive` only for whole messages of this protocol: noise proves nothing. `commands` are to
    be sent to the counter now (its clock was off, or it lost power and its settings).
    """

    passages: tuple[VehiclePassage, ...] = ()
    alive: bool = False
    identity: Identity | None = None
    commands: tuple[bytes, ...] = ()
    discarded_bytes: int = 0


class Driver(Protocol):
    """Decodes one connection. Pure: it never touches a port or a clock."""

    @property
    def pending(self) -> bool:
        """Whether `settle` may still hand out a vehicle."""

    def opening(self, at: Moment) -> tuple[bytes, ...]:
        """Commands for a counter that was just connected; they ask who it is, too."""

    def probe(self) -> bytes:
        """A question that a living counter always answers and that changes nothing."""

    def receive(self, data: bytes, at: Moment) -> Decoded:
        """Takes a chunk of any size, cut anywhere."""

    def settle(self, at: Moment) -> tuple[VehiclePassage, ...]:
        """The vehicles that have passed completely by now; called in silences."""

    def finish(self) -> tuple[VehiclePassage, ...]:
        """The vehicles that were still open when the connection ended."""
