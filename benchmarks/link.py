"""How a week's records pass a line that villages have: slow, far and often cut. Prints JSON.

5,000 ops over 12 kbit/s each way, with a round trip of 1.2 s and a cut every 15 s: the time until
the hub's receipts for all of them are stored, with batches that adapt and, on the same line in the
same run, with batches of one fixed size. A fixed size that has not ended after `--patience` times
the adapting one's time is given up, and so is counted what it brought through by then.

`--scale 10` (the default) runs all times ten times faster than life: ten times the bits a second, a
tenth of the round trip, of the time between cuts and of every wait of the client. Seconds are given
as they would be in life.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from sync_figures.ends import STORE_KEY, Hub, StoreOutbox, enrolled_client, save, serving_hub
from sync_figures.records import visits
from sync_figures.slow_line import Line, slow_line

from offline_sync.clock import SystemClock
from offline_sync.delivery import Pace
from offline_sync.store import Store

_BITS_PER_S: Final = 12_000
_ROUND_TRIP_S: Final = 1.2
_CUT_EVERY_S: Final = 15.0
_FIXED: Final = (10, 50, 100, 200, 500)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--ops", type=int, default=5_000)
    parser.add_argument("--scale", type=float, default=10.0)
    parser.add_argument("--patience", type=float, default=2.0)
    parser.add_argument("--fixed", type=int, nargs="*", default=_FIXED)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving_hub(Path(folder), None) as hub:
        figures = _measure(arguments, hub, Path(folder))
    print(json.dumps(figures, indent=None if arguments.json else 2))


def _measure(arguments: argparse.Namespace, hub: Hub, folder: Path) -> dict[str, Any]:
    adapting = _drain(arguments, hub, folder, None, None)
    give_up_s = adapting["seconds"] * arguments.patience
    fixed = {str(size): _drain(arguments, hub, folder, size, give_up_s) for size in arguments.fixed}
    ended = [found["seconds"] for found in fixed.values() if found["seconds"] is not None]
    best = min(ended, default=None)
    return {
        "benchmark": "link",
        "ops": arguments.ops,
        "line": {
            "bits_per_s": _BITS_PER_S,
            "round_trip_s": _ROUND_TRIP_S,
            "cut_every_s": _CUT_EVERY_S,
            "scale": arguments.scale,
        },
        "adapting": adapting,
        "fixed": fixed,
        "adapting_to_best_fixed": None if best is None else round(adapting["seconds"] / best, 2),
    }


def _drain(
    arguments: argparse.Namespace,
    hub: Hub,
    folder: Path,
    fixed: int | None,
    give_up_s: float | None,
) -> dict[str, Any]:
    name = f"kiosk-{fixed or 'adapting'}"
    with Store.open(folder / f"{name}.db", STORE_KEY, SystemClock()) as store:
        save(store, visits(arguments.ops))
        return asyncio.run(_send(arguments, hub, store, name, fixed, give_up_s))


async def _send(
    arguments: argparse.Namespace,
    hub: Hub,
    store: Store,
    name: str,
    fixed: int | None,
    give_up_s: float | None,
) -> dict[str, Any]:
    scale = arguments.scale
    line = Line(_BITS_PER_S * scale, _ROUND_TRIP_S / scale, _CUT_EVERY_S / scale)
    usual = Pace()
    pace = Pace(
        poll_s=usual.poll_s / scale,
        first_backoff_s=usual.first_backoff_s / scale,
        longest_backoff_s=usual.longest_backoff_s / scale,
        request_limit_s=usual.request_limit_s / scale,
        largest_batch=fixed or usual.largest_batch,
        grow_under_s=usual.grow_under_s / scale,
        fixed_batch=fixed is not None,
    )
    outbox = _Watched(store, arguments.ops)
    async with slow_line(line, hub.port) as (url, passed):
        client = enrolled_client(store, hub, name, url=url, pace=pace, outbox=outbox)
        began = time.perf_counter()
        async with client:
            forever = asyncio.create_task(client.run_for_ever(asyncio.Event()))
            limit = None if give_up_s is None else give_up_s / scale
            await asyncio.wait([forever, outbox.watching()], timeout=limit,
                               return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
            took_s = (time.perf_counter() - began) * scale
            forever.cancel()
            await asyncio.wait([forever])
    delivered = store.outbox_counts().acknowledged
    return {
        "seconds": round(took_s, 1) if delivered == arguments.ops else None,
        "delivered": delivered,
        "longest_without_receipt_s": round(outbox.longest_silence_s(began) * scale, 1),
        "bytes_up": passed.bytes_up,
        "bytes_down": passed.bytes_down,
        "cuts": passed.cuts,
    }


class _Watched(StoreOutbox):
    """The outbox of a kiosk, and when receipts were stored."""

    def __init__(self, store: Store, ops: int) -> None:
        super().__init__(store)
        self._kept = store
        self._ops = ops
        self._drained = asyncio.Event()
        self._receipts: list[float] = []

    def receipts_stored(self) -> None:
        self._receipts.append(time.perf_counter())
        if self._kept.outbox_counts().acknowledged == self._ops:
            self._drained.set()

    def watching(self) -> asyncio.Task[bool]:
        """Ends when all is delivered."""
        return asyncio.create_task(self._drained.wait())

    def longest_silence_s(self, began: float) -> float:
        """The longest time in which nothing was delivered."""
        moments = [began, *self._receipts]
        return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)


if __name__ == "__main__":
    main()
