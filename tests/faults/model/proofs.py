"""What kiosks and hub can prove to one another at the end of a run: receipts, chains, digests; and
that of whoever is to be forgotten nothing is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from hub.presence import receipts_held, streams_held, verify_chain
from offline_sync.oplog import OpState
from offline_sync.parity_rows import last_parity
from offline_sync.receipts import read_receipt
from tests.faults.model.watch import Broken

_VALUE = re.compile(r"""(?:^|["'])(v[0-9]+)(?:["']|$)""")

if TYPE_CHECKING:
    from hub.presence import StreamHeld
    from tests.faults.model.book import Saved
    from tests.faults.model.kiosk_side import KioskSide
    from tests.faults.model.world import World


def judge_receipts(world: World) -> None:
    """Every receipt is good, nothing that it names is missing, and every chain can be followed."""
    for kiosk in world.kiosks:
        with world.hub.engine.connect() as connection:
            streams = streams_held(connection, kiosk.enrolled.identity.kiosk_id)
            held = receipts_held(
                connection,
                kiosk.enrolled.identity.kiosk_id,
                kiosk.enrolled.hub_key,
                streams,
            )
            chains = [verify_chain(connection, stream)[1] for stream in streams]
        if held.faults:
            raise Broken("a receipt does not hold", (kiosk.name, held.faults))
        if any(chains):
            raise Broken("a chain does not hold", (kiosk.name, chains))
        _is_all_there(kiosk, streams)
        _are_proven(kiosk)


def _is_all_there(kiosk: KioskSide, streams: Sequence[StreamHeld]) -> None:
    """Of the numbers that the kiosk gives now, the hub has every one that was given. It may have
    more: a kiosk that was put back and has saved nothing since need not have noticed."""
    live = kiosk.store.stream()
    here = {
        seq
        for stream in streams
        if stream.epoch == live.epoch
        for first, last in stream.here
        for seq in range(first, last + 1)
    }
    if missing := set(range(1, live.next_seq)) - here:
        raise Broken("not all that was sent is said to be present", (kiosk.name, sorted(missing)))


def _are_proven(kiosk: KioskSide) -> None:
    """No op counts as delivered that no receipt names, which is stored here."""
    named: set[tuple[str, int]] = set()
    for (text,) in kiosk.db.execute("SELECT text FROM hub_receipt").fetchall():
        receipt = read_receipt(text)
        for first, last in receipt.acked:
            named |= {(receipt.epoch, seq) for seq in range(first, last + 1)}
        named |= {(receipt.epoch, seq) for seq in receipt.quarantined}
    for epoch, seq in kiosk.db.execute(
        "SELECT epoch, seq FROM op_out WHERE state = ?", (OpState.ACKNOWLEDGED,)
    ).fetchall():
        if (epoch, seq) not in named:
            raise Broken("an op counts as delivered without a receipt", (kiosk.name, epoch, seq))


def judge_comparisons(world: World) -> None:
    """Each kiosk has compared its records with the hub's today, and they were equal."""
    for kiosk in world.kiosks:
        run = last_parity(kiosk.db, kiosk.enrolled.village)
        now_ms = kiosk.clock.now().wall_ms
        if run is None or abs(now_ms - run.at_ms) > 60_000:
            raise Broken("a kiosk does not compare", (kiosk.name, run))
        if not run.equal and not _has_what_is_lost(world, kiosk):
            raise Broken("the digests are not equal", (kiosk.name, run))


def _has_what_is_lost(world: World, kiosk: KioskSide) -> bool:
    """Whether this kiosk shows a record of which the hub cannot know any more."""
    return any(
        saved.record_id in kiosk.ids(saved.record_type) and is_lost(world, saved.record)
        for saved in world.book.saved.values()
        if saved.op_id not in world.book.newer
    )


def is_lost(world: World, record: tuple[str, str]) -> bool:
    """Whether the op that began this record died with its every disk."""
    began = next(saved for saved in world.book.saved.values() if saved.record == record)
    alive = set(world.book.at_hub).union(*(kiosk.op_ids for kiosk in world.kiosks))
    return began.op_id not in alive


def judge_erasures(world: World) -> None:
    """Nothing that was ever said of a resident who is to be forgotten is left in any table."""
    if not world.book.erased:
        return
    values = set(_values(str(dict(saved.values)) for saved in _of_the_erased(world)))
    for name, tables in (
        ("the hub", world.hub.everything()),
        *((kiosk.name, kiosk.everything()) for kiosk in world.kiosks),
    ):
        for table, texts in tables.items():
            left = values.intersection(_values(texts))
            if left:
                raise Broken("what was erased is still there", (name, table, sorted(left)))


def _of_the_erased(world: World) -> Iterator[Saved]:
    return (saved for saved in world.book.saved.values() if world.book.is_erased(saved))


def _values(texts: Iterable[str]) -> Iterator[str]:
    """The values of this run in texts: alone, or in quotes in a document."""
    for text in texts:
        yield from _VALUE.findall(text)
