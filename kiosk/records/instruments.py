"""The Bluetooth instruments of this kiosk: their record, and what is remembered of them here.

The record travels, so that the district knows what is in use. When an instrument was last heard,
its battery, and the code that opens a scale's user stay in the local settings. The bond itself
is kept by the operating system and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import sqlite_utils

from devices.health.pairing import Consent
from kiosk.records.audit import audit_entry
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store

PAIR: Final = "pair_instrument"
FORGET: Final = "forget_instrument"
IN_USE: Final = "in_use"
RETIRED: Final = "retired"

_SETTING: Final = "instrument:"


@dataclass(frozen=True, slots=True)
class KnownInstrument:
    """What this kiosk remembers of an instrument that it is, or was, paired with."""

    address: str
    record_id: str
    kind: str
    paired: bool
    name: str | None = None
    maker: str | None = None
    model: str | None = None
    serial: str | None = None
    seen_at: int | None = None  # ms since 1970, UTC
    battery_percent: int | None = None
    user: int | None = None  # of a scale that keeps people apart
    code: int | None = None

    @property
    def identity(self) -> Mapping[str, str]:
        """As an inbox row keeps it, without what is not known."""
        said = {
            "address": self.address,
            "name": self.name,
            "maker": self.maker,
            "model": self.model,
            "serial": self.serial,
        }
        return {field: value for field, value in said.items() if value is not None}


def known(db: sqlite_utils.Database) -> dict[str, KnownInstrument]:
    """Every instrument remembered here, by address, those that were forgotten too."""
    rows = db.execute(
        "SELECT value FROM setting WHERE name >= ? AND name < ? ORDER BY name",
        [_SETTING, _SETTING + "~"],
    ).fetchall()
    found = [KnownInstrument(**json.loads(value)) for (value,) in rows]
    return {one.address: one for one in found}


def known_at(db: sqlite_utils.Database, address: str) -> KnownInstrument | None:
    """The instrument with this address."""
    row = db.execute("SELECT value FROM setting WHERE name = ?", [_SETTING + address]).fetchone()
    return None if row is None else KnownInstrument(**json.loads(row[0]))


def any_paired(db: sqlite_utils.Database) -> bool:
    """Whether the kiosk has to listen to an instrument from its start on."""
    return any(one.paired for one in known(db).values())


def consents(db: sqlite_utils.Database) -> dict[str, Consent]:
    """The users that scales keep for this kiosk, by address."""
    return {
        address: Consent(one.user, one.code)
        for address, one in known(db).items()
        if one.paired and one.user is not None and one.code is not None
    }


def note_paired(
    store: Store,
    instrument: Mapping[str, str | None],
    kind: str,
    at_ms: int,
    by: str,
    *,
    seen_at: int | None = None,
    battery_percent: int | None = None,
    consent: Consent | None = None,
) -> KnownInstrument:
    """The kiosk is paired with an instrument: its record, an audit entry, what is remembered.

    `instrument` has address, name, maker, model and serial, as far as they are known; `by` is a
    staff id, or "kiosk" for a bond that was found. Pairing again keeps the record.
    """
    address = str(instrument["address"])
    before = known_at(store.connection, address)
    now = KnownInstrument(
        address,
        before.record_id if before else new_record_id(),
        kind,
        paired=True,
        name=instrument.get("name"),
        maker=instrument.get("maker"),
        model=instrument.get("model"),
        serial=instrument.get("serial"),
        seen_at=seen_at,
        battery_percent=battery_percent,
        user=consent.user if consent else None,
        code=consent.code if consent else None,
    )
    fields: dict[str, object] = {"vital": kind, **now.identity, "status": IN_USE}
    entry = _entry(PAIR, at_ms, by, now.record_id)
    with store.transaction():
        store.save([Change("instrument", now.record_id, fields), entry], by)
        _keep(store, now)
    return now


def note_forgotten(store: Store, address: str, at_ms: int, by: str) -> None:
    """The kiosk is no longer paired with an instrument: its record says so, its code is gone."""
    before = known_at(store.connection, address)
    if before is None:
        return
    now = replace(before, paired=False, battery_percent=None, user=None, code=None)
    entry = _entry(FORGET, at_ms, by, now.record_id)
    with store.transaction():
        store.save([Change("instrument", now.record_id, {"status": RETIRED}), entry], by)
        _keep(store, now)


def note_heard(store: Store, address: str, at_ms: int, battery_percent: int | None) -> None:
    """It was in contact; nothing is remembered of instruments that are not paired."""
    before = known_at(store.connection, address)
    if before is None or not before.paired:
        return
    battery = before.battery_percent if battery_percent is None else battery_percent
    _keep(store, replace(before, seen_at=at_ms, battery_percent=battery))


def _entry(action: str, at_ms: int, by: str, record_id: str) -> Change:
    staff_id = None if by == "kiosk" else by
    return audit_entry(action, at_ms, staff_id, ("instrument", record_id))


def _keep(store: Store, instrument: KnownInstrument) -> None:
    value: dict[str, Any] = asdict(instrument)
    with store.transaction() as db:
        db.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_SETTING + instrument.address, json.dumps(value, ensure_ascii=False)),
        )
