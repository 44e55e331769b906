"""Three kiosks edit the same records without seeing each other: in the end all show one truth,
and every value that does not show is in the conflict list."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.database import reading
from hub.standing import Standing, read_records
from offline_sync.client import SyncClient
from offline_sync.store import Change
from tests.hub.serving import ServedHub, running_hub
from tests.offline_sync.kiosks import Kiosk

FIELDS = ("phone", "address", "preferred_address", "warnings", "status")


@pytest.mark.parametrize("seed", range(6))
def test_kiosks_and_hub_agree_after_any_order_of_edits_and_contacts(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    with running_hub(tmp_path / "hub") as hub, ExitStack() as stack:
        kiosks = [stack.enter_context(Kiosk(tmp_path, f"k{number}")) for number in range(3)]
        clients = [
            kiosk.client(hub.url, hub.enrol(f"k{number}")) for number, kiosk in enumerate(kiosks)
        ]
        ids = kiosks[0].save_residents(3)
        asyncio.run(_play(chance, kiosks, clients, ids))
        shown = [kiosk.residents() for kiosk in kiosks]
        assert shown[0] == shown[1] == shown[2]
        assert len(shown[0]) == 3
        assert all(kiosk.counts()[0] == kiosk.counts()[1] == 0 for kiosk in kiosks)
        _hub_shows_the_same(hub, shown[0])
        _no_value_was_overwritten_in_silence(hub)


async def _play(
    chance: random.Random, kiosks: list[Kiosk], clients: list[SyncClient], ids: list[str]
) -> None:
    for client in clients:
        assert (await client.run_once()).ok
    for step in range(60):
        which = chance.randrange(len(kiosks))
        if chance.random() < 0.7:
            name = chance.choice(FIELDS)
            value: object = f"v{step}"
            if name == "warnings":
                value = {"note": value}
            elif name == "status":
                value = chance.choice(("active", "moved", "died"))
            change = Change("resident", chance.choice(ids), {name: value})
            kiosks[which].store.save([change], f"w-{which}")
        else:
            assert (await clients[which].run_once()).ok
    for client in (*clients, *clients):
        assert (await client.run_once()).ok
    for client in clients:
        await client.close()


def _hub_shows_the_same(hub: ServedHub, residents: dict[str, dict[str, object]]) -> None:
    for one in _stands(hub):
        for name, text in one.values.items():
            shown = residents[one.record_id][name]
            expected = json.loads(bytes(text))
            if isinstance(expected, dict):
                shown = json.loads(str(shown))
            assert shown == expected


def _no_value_was_overwritten_in_silence(hub: ServedHub) -> None:
    """Each value shows, or was seen by the one who replaced it, or is in the conflict list."""
    values: dict[tuple[str, str, str], str] = {}
    replaced: set[tuple[str, str, str]] = set()
    for op_id, record_id, fields, base in hub.rows("SELECT op_id, record_id, fields, base FROM op"):
        for name, value in json.loads(str(fields)).items():
            values[str(record_id), name, str(op_id)] = json.dumps(value, sort_keys=True)
        for name, seen in json.loads(str(base)).items():
            replaced.add((str(record_id), name, seen))
    listed = set(hub.rows("SELECT record_id, field, loser_op FROM conflict"))
    counts = {
        (one.record_id, name, one.ops.get(name, one.first_op))
        for one in _stands(hub)
        for name in one.values
    }
    # Of two people who wrote the same, one counts for both.
    written = {(*key[:2], values[key]) for key in counts | replaced | listed if key in values}
    lost = [key for key, value in values.items() if (*key[:2], value) not in written]
    assert lost == []


def _stands(hub: ServedHub) -> list[Standing]:
    with reading(hub.engine) as connection:
        ids = connection.exec_driver_sql("SELECT record_type, record_id FROM record").all()
        return read_records(connection, [(row[0], row[1]) for row in ids])
