"""Staff on this kiosk: who may sign in, their hashes, and the failed tries that are counted.

Credentials and tries belong to this kiosk and are never synced. Nobody can sign in until
somebody is enrolled here: no default account exists. Nothing here deletes a row.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import sqlite_utils

from kiosk.credentials import check_new_passphrase, check_new_pin, hash_secret
from kiosk.records.audit import audit_entry
from kiosk.roles import Role
from offline_sync.clock import Clock
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store

_COMMAND_LINE = "command_line"
# A name may hold a Chinese and a Latin form, "黃詠詩 Wong Wing Sze": each signs in by itself.
_LATIN_PART = re.compile(r"[A-Za-zÀ-ɏ'’.\- ]{2,}")


class StaffRefused(ValueError):
    """A worker cannot be enrolled; `code` for the page, `next_step` for the person."""

    def __init__(self, code: str, next_step: str) -> None:
        super().__init__(next_step)
        self.code = code
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Credential:
    """An active worker who can sign in on this kiosk."""

    staff_id: str
    name: str
    role: Role
    passphrase_hash: str
    pin_hash: str  # empty: this worker has no PIN here


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failed tries of one scope (a worker, a typed name, the kiosk); times in ms UTC."""

    scope: str
    failures: int = 0
    not_before_ms: int = 0
    last_failure_ms: int = 0


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the staff records, whether or not they can sign in on this kiosk."""

    staff_id: str
    name: str
    role: str
    status: str
    can_sign_in: bool


def everybody(db: sqlite_utils.Database) -> list[StaffMember]:
    """All staff on record, those who left too, oldest first."""
    able = {one.staff_id for one in credentials(db)}
    rows = db.execute("SELECT id, name, role, status FROM staff ORDER BY id").fetchall()
    return [StaffMember(key, name, role, status, key in able) for key, name, role, status in rows]


def active_named(db: sqlite_utils.Database, typed_name: str) -> StaffMember:
    """The one active worker with this name, or its Chinese or Latin part.

    Raises:
        StaffRefused: nobody, or more than one worker, has it.
    """
    wanted = sign_in_name(typed_name)
    active = [one for one in everybody(db) if one.status == "active"]
    found = [one for one in active if wanted and wanted in sign_in_names(one.name)]
    if not found:
        raise StaffRefused(
            "no_such_worker", "No worker has this name: see village-kiosk staff list."
        )
    if len(found) > 1:
        raise StaffRefused("name_of_two", "Two workers have this name: write all of it.")
    return found[0]


def anyone_can_sign_in(db: sqlite_utils.Database) -> bool:
    """Whether at least one active worker has a passphrase on this kiosk."""
    return bool(credentials(db))


def credentials(db: sqlite_utils.Database) -> list[Credential]:
    """Every active worker with a passphrase here, oldest first."""
    rows = db.execute(
        "SELECT s.id, s.name, s.role, c.passphrase_hash, c.pin_hash"
        " FROM staff_credential c JOIN staff s ON s.id = c.staff_id"
        " WHERE s.status = 'active' ORDER BY s.id"
    ).fetchall()
    known = {str(role) for role in Role}
    return [
        Credential(row[0], row[1], Role(row[2]), row[3], row[4] or "")
        for row in rows
        if row[2] in known
    ]


def credential(db: sqlite_utils.Database, staff_id: str) -> Credential | None:
    """The credential of one active worker."""
    return next((one for one in credentials(db) if one.staff_id == staff_id), None)


def credentials_named(db: sqlite_utils.Database, typed_name: str) -> list[Credential]:
    """Workers whose name, or its Chinese or Latin part, is what was typed."""
    wanted = sign_in_name(typed_name)
    return [one for one in credentials(db) if wanted and wanted in sign_in_names(one.name)]


def sign_in_name(typed: str) -> str:
    """A typed name as it is compared: case, width and spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", typed).casefold().split())


def sign_in_names(name: str) -> frozenset[str]:
    """Everything that signs in as `name`: all of it, its Latin part, and the rest."""
    latin = " ".join(_LATIN_PART.findall(name))
    rest = _LATIN_PART.sub(" ", name)
    return frozenset(part for part in map(sign_in_name, (name, latin, rest)) if part)


def shown_name(name: str, language: str) -> str:
    """The part of a name that readers of `language` know the worker by; else all of it."""
    latin = " ".join(" ".join(_LATIN_PART.findall(name)).split())
    rest = " ".join(_LATIN_PART.sub(" ", name).split())
    return (latin if language == "en" else rest) or name


def enrol(
    store: Store, clock: Clock, name: str, role: Role, passphrase: str, pin: str, by: str
) -> str:
    """Record a new worker who can sign in here; returns the staff id.

    Raises:
        StaffRefused: the name is empty or signs in as somebody who is already here.
        SecretRefused: the passphrase or the PIN is too easy.
    """
    name = " ".join(name.split())
    check_new_name(store.connection, name)
    staff_id = new_record_id()
    with store.transaction():
        store.save(
            [
                Change("staff", staff_id, {"name": name, "role": str(role), "status": "active"}),
                audit_entry(
                    "enrol",
                    clock.now().wall_ms,
                    None if by == _COMMAND_LINE else by,
                    ("staff", staff_id),
                ),
            ],
            by,
        )
        set_credential(store, clock, staff_id, name, passphrase, pin)
    return staff_id


def check_new_name(db: sqlite_utils.Database, name: str) -> None:
    """Whether a new worker can have this name.

    Raises:
        StaffRefused: the name is empty or signs in as somebody who is already here.
    """
    names = sign_in_names(name)
    if not names:
        raise StaffRefused("name_empty", "Write the name of the worker.")
    if any(names & sign_in_names(other.name) for other in credentials(db)):
        raise StaffRefused(
            "name_taken", "Somebody with this name can sign in already: add a second name."
        )


def create_first_supervisor(
    store: Store, clock: Clock, name: str, passphrase: str, pin: str
) -> str:
    """The first person who can sign in, made from the command line; returns the staff id.

    Raises:
        StaffRefused: somebody can sign in already, or the name is empty.
        SecretRefused: the passphrase or the PIN is too easy.
    """
    if anyone_can_sign_in(store.connection):
        raise StaffRefused(
            "not_first", "Somebody can sign in on this kiosk already: ask a supervisor to add you."
        )
    return enrol(store, clock, name, Role.SUPERVISOR, passphrase, pin, _COMMAND_LINE)


def set_credential(
    store: Store, clock: Clock, staff_id: str, name: str, passphrase: str, pin: str
) -> None:
    """Give a recorded worker a passphrase and a PIN on this kiosk, or new ones.

    Raises:
        SecretRefused: one of them is too easy.
    """
    check_new_passphrase(passphrase, name)
    check_new_pin(pin)
    keep_hashes(store, staff_id, hash_secret(passphrase), hash_secret(pin), clock.now().wall_ms)


def reset_credential(
    store: Store, clock: Clock, worker: StaffMember, passphrase: str, pin: str, by: str
) -> None:
    """A new passphrase and PIN for a worker who forgot them; everything recorded stays.

    Raises:
        SecretRefused: one of them is too easy.
    """
    entry = audit_entry("reset_credential", clock.now().wall_ms, by, ("staff", worker.staff_id))
    with store.transaction():
        set_credential(store, clock, worker.staff_id, worker.name, passphrase, pin)
        store.save([entry], by)


def keep_hashes(
    store: Store, staff_id: str, passphrase_hash: str, pin_hash: str, changed_at: int
) -> None:
    """Write both hashes of one worker."""
    with store.transaction():
        store.connection.execute(
            "INSERT INTO staff_credential (staff_id, passphrase_hash, pin_hash, changed_at)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (staff_id) DO UPDATE SET"
            " passphrase_hash = excluded.passphrase_hash, pin_hash = excluded.pin_hash,"
            " changed_at = excluded.changed_at",
            (staff_id, passphrase_hash, pin_hash, changed_at),
        )


def attempts(db: sqlite_utils.Database, scope: str) -> Attempts:
    """The failed tries counted for `scope`; none counted yet is zero."""
    row = db.execute(
        "SELECT failures, not_before_ms, last_failure_ms FROM sign_in_attempt WHERE scope = ?",
        (scope,),
    ).fetchone()
    return Attempts(scope) if row is None else Attempts(scope, row[0], row[1], row[2])


def keep_attempts(store: Store, counted: Attempts) -> None:
    """Write the count of one scope."""
    with store.transaction():
        store.connection.execute(
            "INSERT INTO sign_in_attempt (scope, failures, not_before_ms, last_failure_ms)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (scope) DO UPDATE SET"
            " failures = excluded.failures, not_before_ms = excluded.not_before_ms,"
            " last_failure_ms = excluded.last_failure_ms",
            (counted.scope, counted.failures, counted.not_before_ms, counted.last_failure_ms),
        )
