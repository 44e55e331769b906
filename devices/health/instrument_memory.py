"""What the kiosk remembers of the instruments it has met, while it runs: names, clocks, failures.

Bounded, and never written to a disk. A frame is never held back or changed for what is here.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from devices.health.clock_check import ClockCheck
from devices.health.events import InstrumentIdentity

_MOST: Final = 64  # instruments: more than a village centre ever sees


@dataclass(slots=True)
class _Known:
    identity: InstrumentIdentity
    clock: ClockCheck | None = None
    broken_links: int = 0
    failed_at: float | None = None  # the last session with it, on the loop's clock


class InstrumentMemory:
    """By address; the instrument that was met longest ago is forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def identity_of(self, address: str) -> InstrumentIdentity:
        """As complete as it was ever told."""
        known = self._known.get(address)
        return InstrumentIdentity(address) if known is None else known.identity

    def clock_of(self, address: str) -> ClockCheck | None:
        """The last setting of its clock by the kiosk, with how far it was off before."""
        known = self._known.get(address)
        return None if known is None else known.clock

    def met(self, identity: InstrumentIdentity) -> None:
        """A connection with it has ended; what it said of itself this time counts."""
        known = self._of(identity.address)
        if identity.model is not None or known.identity.model is None:
            known.identity = identity

    def know_clock(self, address: str, check: ClockCheck) -> None:
        """Its clock was read or set."""
        remembered = check.remembered()
        if remembered is not None:
            self._of(address).clock = remembered

    def link_stood(self, address: str) -> None:
        """A connection with it came about."""
        if address in self._known:
            self._known[address].broken_links = 0

    def links_broke(self, address: str, count: int) -> int:
        """So many links broke before one of them stood; how many in a row by now."""
        known = self._of(address)
        known.broken_links += count
        return known.broken_links

    def session_ended(self, address: str, *, failed: bool, at: float) -> None:
        """A session with it has given a reading, or failed, at this time of the loop's clock."""
        self._of(address).failed_at = at if failed else None

    def failed_since(self, at: float) -> frozenset[str]:
        """Those whose last session failed, and not before this time."""
        return frozenset(
            address
            for address, known in self._known.items()
            if known.failed_at is not None and known.failed_at >= at
        )

    def _of(self, address: str) -> _Known:
        known = self._known.get(address)
        if known is None:
            known = self._known[address] = _Known(InstrumentIdentity(address))
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(address)
        return known
