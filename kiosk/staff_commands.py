"""`village-kiosk staff`: who works at this kiosk, from its command line.

The first supervisor is entered by whoever sets the kiosk up. From then on a supervisor's name
and passphrase are asked before anybody is added or given new secrets, and wrong ones are
counted and delayed as at the screen. Nothing here deletes anything or shows a secret.

Without a terminal each answer is one line of standard input, in the order in which it would
have been asked: the supervisor's name and passphrase (not for the first supervisor), then the
worker's new passphrase and PIN.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path

from kiosk.disk import DataOnDisk
from kiosk.records import staff
from kiosk.records.staff import StaffRefused
from kiosk.roles import Permission, Role, allowed
from kiosk.shifts import Worker
from kiosk.sign_in import SignInDesk, SignInRefused
from offline_sync.store import Store


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Carry out one staff command.

    Raises:
        StaffRefused, SecretRefused, StoreError: each with what to do.
    """
    disk = DataOnDisk(folder)
    role = Role(arguments.role) if getattr(arguments, "role", None) else None
    with disk.open_store() as store:
        if arguments.staff_command == "list":
            _list(store)
        elif arguments.staff_command == "reset":
            _reset(store, disk, arguments.name)
        elif staff.anyone_can_sign_in(store.connection):
            _add(store, disk, arguments.name, role)
        else:
            _add_first(store, disk, arguments.name, role)


def _list(store: Store) -> None:
    people = [
        {
            "name": one.name,
            "role": one.role,
            "status": one.status,
            "can_sign_in": one.can_sign_in,
        }
        for one in staff.everybody(store.connection)
    ]
    print(json.dumps({"staff": people}, ensure_ascii=False))


def _add_first(store: Store, disk: DataOnDisk, name: str, role: Role | None) -> None:
    if role not in (None, Role.SUPERVISOR):
        raise StaffRefused(
            "not_first", "Add a supervisor first: only a supervisor can add the others."
        )
    passphrase, pin = _new_secrets(name)
    staff.create_first_supervisor(store, disk.clock, name, passphrase, pin)
    _say(f"{name} can sign in at this kiosk now.")


def _add(store: Store, disk: DataOnDisk, name: str, role: Role | None) -> None:
    if role is None:
        roles = ", ".join(Role)
        raise StaffRefused(
            "not_first",
            "Somebody can sign in on this kiosk already: ask a supervisor to add you, with "
            f"--role and one of {roles}.",
        )
    supervisor = _supervisor(store, SignInDesk(disk.clock))
    staff.check_new_name(store.connection, name)
    passphrase, pin = _new_secrets(name)
    staff.enrol(store, disk.clock, name, role, passphrase, pin, supervisor.staff_id)
    _say(f"{name} can sign in at this kiosk now.")


def _reset(store: Store, disk: DataOnDisk, name: str) -> None:
    desk = SignInDesk(disk.clock)
    supervisor = _supervisor(store, desk)
    worker = staff.active_named(store.connection, name)
    passphrase, pin = _new_secrets(worker.name)
    with store.transaction():
        staff.reset_credential(store, disk.clock, worker, passphrase, pin, supervisor.staff_id)
        desk.forgive(store, worker.staff_id)
    _say(f"{worker.name} signs in with the new passphrase and PIN now.")


def _supervisor(store: Store, desk: SignInDesk) -> Worker:
    """The supervisor at this terminal.

    Raises:
        StaffRefused: not recognised, not time for another try yet, or not a supervisor.
    """
    name = _line("Supervisor's name")
    try:
        worker = desk.with_passphrase(store, name, _secret("Supervisor's passphrase"))
    except SignInRefused as refused:
        wait_s = -(-refused.wait_ms // 1000)
        later = f" The next try is possible in {wait_s} s." if wait_s else ""
        raise StaffRefused(refused.code, f"{refused.next_step}{later}") from refused
    if not allowed(worker.role, Permission.ENROL_STAFF):
        raise StaffRefused("not_allowed", "Only a supervisor can do this: ask one.")
    return worker


def _new_secrets(name: str) -> tuple[str, str]:
    passphrase = _secret(f"New passphrase of {name} (8 characters or more)", twice=True)
    return passphrase, _secret(f"New PIN of {name} (6 digits)", twice=True)


def _line(what: str) -> str:
    if sys.stdin.isatty():
        print(f"{what}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().rstrip("\n")


def _secret(what: str, *, twice: bool = False) -> str:
    """Typed without being shown; a new one twice."""
    if not sys.stdin.isatty():
        return _line(what)
    first = getpass.getpass(f"{what}: ")
    if twice and first != getpass.getpass("The same again: "):
        raise ValueError("The two did not match. Nothing was changed; start again.")
    return first


def _say(text: str) -> None:
    print(text, file=sys.stderr)
