"""`village-kiosk sync status` and `sync now`: how far sending has come, and sending at once.

The status is read from what is stored and changes nothing, so the kiosk may be running. No name
and no value of a record is ever printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlite_utils

from kiosk.civil_time import HONG_KONG
from kiosk.connections import PROGRAM_FAULT
from kiosk.disk import DATABASE, DataOnDisk
from kiosk.records.settings import HubSetting, hub, hub_key
from kiosk.records.sync_status import NeedsAttention, SyncStatus, needs_attention, sync_status
from offline_sync.client import SyncClient, SyncOutcome
from offline_sync.database import translated_errors
from offline_sync.errors import StoreError, StoreInUse, StoreUnavailable
from offline_sync.foreign_text import printable
from offline_sync.hub_errors import SyncError
from offline_sync.oplog import OpState
from offline_sync.outbox import OutboxCounts
from offline_sync.request_auth import Identity
from offline_sync.store import Store

T = TypeVar("T")

NOT_ALL: Final = 1
"""The exit code of `sync now` when something was not sent or not read."""

_LISTED: Final = 1_000
_SHORT_ID: Final = 8
_OTHER_STEPS: Final = {
    "ValueError": "Connect the kiosk to its hub again: village-kiosk connect.",
    PROGRAM_FAULT: "The kiosk tries again by itself; if it stays, call the technician.",
}


class NotConnected(ValueError):
    """This kiosk has no hub to send to."""


class KioskRuns(ValueError):
    """The kiosk holds the records, and sends them itself."""


def run(arguments: argparse.Namespace, folder: Path) -> int:
    """Do what was asked; gives the exit code.

    Raises:
        StoreError, NotConnected, KioskRuns: with what to do; nothing was changed.
    """
    if not (folder / DATABASE).exists():
        raise StoreUnavailable(f"There are no records of a kiosk in {folder}.")
    disk = DataOnDisk(folder)
    if arguments.sync_command == "now":
        return _now(disk)
    _status(disk, as_json=arguments.json)
    return 0


# ---- status


def _status(disk: DataOnDisk, *, as_json: bool) -> None:
    with closing(disk.open_reader()) as db, translated_errors():
        status, waiting = sync_status(db), needs_attention(db, _LISTED)
        connected = hub(db)
    if as_json:
        print(json.dumps(_for_programs(status, waiting, connected)))
    else:
        print("\n".join(map(printable, _for_people(status, waiting, connected))))


def _for_programs(
    status: SyncStatus, waiting: list[NeedsAttention], connected: HubSetting | None
) -> dict[str, Any]:
    """Times are ms since 1970, UTC."""
    counts, contact, fill, parity = status.counts, status.contact, status.fill, status.parity
    return {
        "hub": None if connected is None else connected.url,
        "unsent": counts.unsent,
        "sent": counts.sent,
        "acknowledged": counts.acknowledged,
        "needs_attention": counts.needs_attention,
        "total": counts.total,
        "last_success_ms": contact.success_ms,
        "last_try_ms": contact.try_ms,
        "error": contact.error,
        "error_kind": contact.error_kind,
        "receipt": status.receipt,
        "conflicts": status.conflicts,
        "unread": status.unread,
        "first_fill": None
        if fill is None
        else {"finished": fill.finished, "share": round(fill.share, 4), "records": fill.records},
        "parity": None
        if parity is None
        else {
            "at_ms": parity.at_ms,
            "equal": parity.equal,
            "records": parity.records,
            "mended": parity.mended,
            "unmended": parity.unmended,
            "resent": parity.resent,
            "only_here": parity.only_here,
        },
        "needs_a_person": [
            {
                "type": one.record_type,
                "record": one.record_id[:_SHORT_ID],
                "change": one.op_id[:_SHORT_ID],
                "reason": one.reason,
                "taken": not one.stuck,
            }
            for one in waiting
        ],
    }


def _for_people(
    status: SyncStatus, waiting: list[NeedsAttention], connected: HubSetting | None
) -> Iterator[str]:
    contact = status.contact
    yield "Hub: " + ("none; village-kiosk connect sets one" if connected is None else connected.url)
    yield _sum(status.counts)
    yield f"Last success: {_moment(contact.success_ms)}"
    yield f"Last try: {_moment(contact.try_ms)}"
    if contact.error:
        yield f"Why the last try failed: {contact.error} {next_step(contact.error_kind)}".rstrip()
    yield "Last receipt of the hub: " + (
        "none yet" if status.receipt is None else f"{status.receipt}"
    )
    yield f"Open conflicts: {status.conflicts}"
    if status.unread:
        yield f"Kept, and not readable by this version: {status.unread} from the district"
    yield from _fill_and_parity(status)
    yield f"Needs a person: {status.counts.needs_attention}"
    for one in waiting:
        how = "not taken" if one.stuck else "kept aside"
        yield f"  {one.record_type} {one.record_id[:_SHORT_ID]}, {how}: {one.reason}"


def _fill_and_parity(status: SyncStatus) -> Iterator[str]:
    fill, parity = status.fill, status.parity
    if fill is None:
        yield "First fill: not begun"
    elif fill.finished:
        yield f"First fill: whole, {fill.records} records"
    else:
        yield f"First fill: {int(fill.share * 100)} %, {fill.records} records so far"
    if parity is None:
        yield "Compared with the hub: never yet"
        return
    compared = f"Compared with the hub: {_moment(parity.at_ms)}"
    if parity.equal:
        mended = f", after {parity.mended} were brought to its state" if parity.mended else ""
        yield f"{compared}, the same {parity.records} records{mended}"
    else:
        yield (
            f"{compared}, not the same: {parity.unmended} of the hub's cannot be shown here,"
            f" {parity.resent} are sent again, {parity.only_here} are only here"
        )


def _sum(counts: OutboxCounts) -> str:
    return (
        f"Unsent {counts.unsent} + sent {counts.sent} + confirmed {counts.acknowledged}"
        f" + needs a person {counts.needs_attention} = {counts.total} changes"
    )


def _moment(at_ms: int | None) -> str:
    if at_ms is None:
        return "never yet"
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(HONG_KONG)
    return f"{moment:%Y-%m-%d %H:%M:%S} Hong Kong time"


def next_step(error_kind: str) -> str:
    """What a person does about an error of this kind; empty for one of a newer version."""
    kinds: list[type[SyncError] | type[StoreError]] = [SyncError, StoreError]
    for kind in kinds:
        if kind.__name__ == error_kind:
            return kind.next_step
        kinds.extend(kind.__subclasses__())
    return _OTHER_STEPS.get(error_kind, "")


# ---- now


class _OwnStore:
    """`offline_sync.delivery.Outbox` of a program that does nothing else meanwhile: each job runs
    at once, in the thread that opened the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def on_store(self, job: Callable[[Store], T]) -> T:
        return job(self._store)

    def receipts_stored(self) -> None:
        """Nothing shows them here."""

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        """Nothing shows them here."""


def _now(disk: DataOnDisk) -> int:
    try:
        store = disk.open_store()
    except StoreInUse as error:
        raise KioskRuns(
            "The kiosk is running and sends by itself; "
            "village-kiosk sync status says how far it has come."
        ) from error
    with store:
        setting = hub(store.connection)
        if setting is None:
            raise NotConnected("This kiosk has no hub yet: village-kiosk connect sets one.")
        identity = disk.identity(setting.kiosk_id, setting.key_name)
        try:
            outcome = asyncio.run(_sync_once(store, setting, identity, disk))
        except KeyboardInterrupt:
            print("Stopped. What has no receipt yet is sent the next time.")
            return NOT_ALL
        return _told(outcome, store.connection)


async def _sync_once(
    store: Store, setting: HubSetting, identity: Identity, disk: DataOnDisk
) -> SyncOutcome:
    key, outbox = hub_key(setting), _OwnStore(store)
    async with SyncClient(
        setting.url, identity, key, setting.village, outbox, disk.clock
    ) as client:
        return await client.run_once()


def _told(outcome: SyncOutcome, db: sqlite_utils.Database) -> int:
    """Say what was sent and what is left; 0 when that is nothing."""
    counts = sync_status(db).counts
    ((stuck,),) = db.execute(
        "SELECT count(*) FROM op_out WHERE state = ?", (OpState.STUCK,)
    ).fetchall()
    left = counts.unsent + counts.sent + stuck
    print(
        f"Sent {outcome.acknowledged + outcome.quarantined} changes"
        f" ({outcome.quarantined} of them kept aside at the hub),"
        f" received {outcome.received} records. Left to send: {left}."
    )
    print(_sum(counts))
    if outcome.error is not None:
        print(printable(f"Why not all: {outcome.error} {outcome.error.next_step}"))
    elif stuck:
        print(f"The hub did not take {stuck} changes: village-kiosk sync status lists them.")
    return NOT_ALL if outcome.error is not None or left else 0
