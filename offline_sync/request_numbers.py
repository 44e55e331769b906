"""The numbers of this kiosk's requests: each is used once in a stream epoch, whatever crashes.

They are reserved in blocks, so that a request costs no write; what is left of a block when the
kiosk stops is never used, and gaps are no fault. Where no more can be had, a new epoch has to
begin, or one wrong word of a hub would lock this kiosk out for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offline_sync.delivery import Outbox
from offline_sync.oplog import read_stream
from offline_sync.request_auth import LARGEST_NUMBER
from offline_sync.store import Store

BLOCK: Final = 1_000
FURTHEST: Final = 2**40
"""How far above its own numbers a kiosk follows a hub. A restore puts a hub 2**37 ahead at most."""


class NumbersUsedUp(Exception):
    """This epoch has no more numbers that its hub would take; a new one has."""


@dataclass(slots=True)
class NumberBlock:
    """Numbers of one epoch that are this worker's alone, from `next` up to `last`."""

    epoch: str
    next: int
    last: int

    def take(self) -> int | None:
        """The next number, or None when the block is used up."""
        if self.next > self.last:
            return None
        self.next += 1
        return self.next - 1


def reserve(store: Store, above: int = 0) -> NumberBlock:
    """Reserve the next block of the live epoch, above every number used and above `above`.

    `above` is what a hub said it has from this epoch.

    Raises:
        NumbersUsedUp: no block is left, or `above` is too far off to be followed; nothing changes.
    """
    with store.transaction() as db:
        epoch = read_stream(db).epoch
        row = db.execute("SELECT reserved FROM request_number WHERE epoch = ?", (epoch,)).fetchone()
        reserved = row[0] if row else 0
        used = max(reserved, above)
        if used > reserved + FURTHEST or used + BLOCK > LARGEST_NUMBER:
            raise NumbersUsedUp
        db.execute(
            "INSERT INTO request_number (epoch, reserved) VALUES (?, ?)"
            " ON CONFLICT (epoch) DO UPDATE SET reserved = excluded.reserved",
            (epoch, used + BLOCK),
        )
    return NumberBlock(epoch, used + 1, used + BLOCK)


class StoredNumbers:
    """`hub_link.RequestNumbers` over a store."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._block: NumberBlock | None = None

    async def next(self) -> tuple[str, int]:
        """The stream epoch and the next number in it. Raises NumbersUsedUp."""
        epoch = await self._outbox.on_store(lambda store: store.stream().epoch)
        number = self._block.take() if self._block and self._block.epoch == epoch else None
        while number is None:
            self._block = await self._outbox.on_store(reserve)
            epoch, number = self._block.epoch, self._block.take()
        return epoch, number

    async def go_above(self, last: int) -> None:
        """The hub has seen `last` in this epoch. Raises NumbersUsedUp."""
        self._block = await self._outbox.on_store(lambda store: reserve(store, last))
