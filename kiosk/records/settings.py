"""What this one kiosk remembers about itself: its hub, its counters. Local; never travels."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlite_utils

from offline_sync.identity import new_record_id
from offline_sync.request_auth import KEY_BYTES, from_base64url
from offline_sync.store import Store

_HUB: Final = "hub"
_COUNTER: Final = "counter:"


@dataclass(frozen=True, slots=True)
class HubSetting:
    """The hub this kiosk belongs to, and who it is there. Nothing of it is secret: the key with
    which this kiosk signs lies beside the database, under `key_name`.

    `hub_key` is the public key of the hub (base64url), by which its receipts are checked.
    """

    url: str
    village: str
    kiosk_id: str
    hub_key: str
    key_name: str


def hub(db: sqlite_utils.Database) -> HubSetting | None:
    """The hub, or None on a kiosk that was not connected to one."""
    value = _get(db, _HUB)
    return None if value is None else HubSetting(**value)


def hub_key(setting: HubSetting) -> bytes:
    """The public key of the hub. Raises ValueError when what was kept is no key."""
    key = from_base64url(setting.hub_key, KEY_BYTES)
    if key is None:
        raise ValueError("what is kept as the hub's key is none")
    return key


def keep_hub(store: Store, setting: HubSetting) -> None:
    """Remember the hub that this kiosk belongs to."""
    _keep(store, _HUB, asdict(setting))


def counter_record_id(store: Store, site_name: str) -> str:
    """The record id of a counter that the site file calls `site_name`; made once per kiosk."""
    known = _get(store.connection, _COUNTER + site_name)
    if known is not None:
        return str(known)
    made = new_record_id()
    _keep(store, _COUNTER + site_name, made)
    return made


def _get(db: sqlite_utils.Database, name: str) -> Any:
    row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else json.loads(row[0])


def _keep(store: Store, name: str, value: object) -> None:
    with store.transaction() as db:
        db.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value, ensure_ascii=False)),
        )
