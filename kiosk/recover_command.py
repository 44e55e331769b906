"""`village-kiosk recover`: brings a lost kiosk's records back on this computer, and goes on.

Two steps, with the district office in between. First this computer asks the hub, with a one-time
code, for the key that the lost kiosk had sealed, and writes a question for the office; the office
opens the key for this computer alone. Then the copied database is opened with it, checked, put in
place with a new stream epoch, and the kiosk is let in with a new key of its own. The copy that was
given is only read; nothing here replaces records that are on this computer.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.connect_command import enrol
from kiosk.disk import DATABASE, DataOnDisk, key_providers, make_data_folder
from kiosk.enrolment_paper import ConnectRefused, keys_of_hub, read_paper, refused
from kiosk.records.settings import hub
from offline_sync.clock import SystemClock
from offline_sync.database import file_error, journal_path, sync_directory
from offline_sync.enrol_link import ask_sealed_key
from offline_sync.epochs import begin_epoch
from offline_sync.hub_errors import SyncError
from offline_sync.keys import FileKeyProvider, keep_key
from offline_sync.marker import marker_path
from offline_sync.recovery import NotOpened, ask, opened_store_key
from offline_sync.store import Store

_QUESTION_KEY: Final = "recovery.key"
_STAGE: Final = "recovering"


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Do the step that the arguments ask for.

    Raises:
        ConnectRefused, StoreError, OSError: each with what to do; the given copy is as it was.
    """
    if arguments.ask is not None:
        if arguments.database is not None or arguments.opened is not None:
            raise ConnectRefused("--ask comes first; --database and --opened go with the answer.")
        _ask_office(arguments, folder)
    elif arguments.database is None or arguments.opened is None:
        raise ConnectRefused(
            "Give --ask FILE to ask the office for the key, or --database FILE and --opened FILE "
            "with its answer."
        )
    else:
        _bring_back(arguments, folder)


def _ask_office(arguments: argparse.Namespace, folder: Path) -> None:
    paper = read_paper(arguments)
    keys_of_hub(arguments.hub, paper)
    try:
        answer = ask_sealed_key(arguments.hub, paper.code)
    except SyncError as error:
        raise refused(error) from error
    if not answer.sealed_store_key:
        raise ConnectRefused(
            f"{answer.name} has sealed no key at this hub, so its old database cannot be opened. "
            "Connect this computer with the same code; it then gets what the hub has."
        )
    make_data_folder(folder)
    _refuse_records(folder)
    provider = FileKeyProvider(folder / _QUESTION_KEY)
    private = provider.load()
    if private is None:
        private = secrets.token_bytes(32)
        provider.keep(private)
    question = ask(private, answer.name, answer.village, answer.sealed_store_key)
    _write_new(arguments.ask, question)
    print(
        f"Carry {arguments.ask} to the district office, which opens the key of {answer.name}:\n"
        f"  village-hub unseal {arguments.ask.name} --key RECOVERY_KEY --out opened.json\n"
        "Then, here, with the same code:\n"
        "  village-kiosk recover … --database OLD_DATABASE --opened opened.json",
        file=sys.stderr,
    )


def _bring_back(arguments: argparse.Namespace, folder: Path) -> None:
    paper = read_paper(arguments)
    keys = keys_of_hub(arguments.hub, paper)
    make_data_folder(folder)
    _refuse_records(folder)
    store_key = _opened(arguments.opened, folder)
    _stage(arguments.database, folder, store_key, keys.hub_key)
    _keep(store_key, folder)
    _put_in_place(folder)
    disk = DataOnDisk(folder)
    with disk.open_store() as store:
        try:
            setting = enrol(store, disk, folder, arguments.hub, paper, keys)
        except ConnectRefused as error:
            raise ConnectRefused(
                "The records are back on this computer, but the hub did not let it in. Try "
                f"village-kiosk connect, with the same code or a new one. What was said: {error}"
            ) from error
        waiting = store.outbox_counts()
    (folder / _QUESTION_KEY).unlink(missing_ok=True)
    print(
        f"This kiosk is back, for {setting.village}. {waiting.unsent} changes wait to be sent and "
        "are sent when it starts. Keep the old disk until the sync page says that none is left.",
        file=sys.stderr,
    )


def _opened(path: Path, folder: Path) -> bytes:
    private = FileKeyProvider(folder / _QUESTION_KEY).load()
    if private is None:
        raise ConnectRefused(
            "This computer has asked the office for no key. Begin with --ask FILE, here."
        )
    try:
        return opened_store_key(path.read_text("utf-8"), private)
    except NotOpened as error:
        raise ConnectRefused(f"{path}: {error} Nothing was changed.") from error


def _stage(given: Path, folder: Path, store_key: bytes, hub_key: str) -> None:
    """Copy the database beside its later place, open it there, and begin a new epoch: the old
    computer may have sent what this copy does not know."""
    if not given.is_file():
        raise ConnectRefused(f"There is no database {given}. Nothing was changed.")
    stage = folder / _STAGE
    try:
        # Of an earlier try that was cut off; the copy that was given is still whole.
        if stage.exists():
            shutil.rmtree(stage)
        make_data_folder(stage)
        for source, copy in _files(given, stage / DATABASE):
            if source.exists():
                shutil.copyfile(source, copy)
                copy.chmod(0o600)
    except OSError as error:
        raise file_error(error, f"{given} cannot be copied") from error
    with Store.open(stage / DATABASE, store_key, SystemClock()) as store:
        known = hub(store.connection)
        if known is not None and known.hub_key != hub_key:
            raise ConnectRefused(
                "This database belongs to a kiosk of another hub. Nothing was changed."
            )
        with store.transaction() as db:
            begin_epoch(db, "recovered on another computer", SystemClock().now().wall_ms)


def _keep(store_key: bytes, folder: Path) -> None:
    providers = key_providers(folder)
    for provider in providers:
        kept = provider.load()
        if kept is not None and kept != store_key:
            raise ConnectRefused(
                "This computer has the key of another database. Take an empty data folder "
                "(--data); nothing was changed."
            )
        if kept is not None:
            return
    keep_key(providers, store_key)


def _put_in_place(folder: Path) -> None:
    stage = folder / _STAGE / DATABASE
    try:
        marker_path(stage).unlink(missing_ok=True)
        for source, target in reversed(_files(stage, folder / DATABASE)):
            if source.exists():
                source.rename(target)
        sync_directory(folder)
        shutil.rmtree(folder / _STAGE)
    except OSError as error:
        raise file_error(error, "The recovered database cannot be put in its place") from error


def _refuse_records(folder: Path) -> None:
    if any(path.exists() for path in (folder / DATABASE, journal_path(folder / DATABASE))):
        raise ConnectRefused(
            f"{folder} holds records of its own, which stay. Take an empty data folder (--data)."
        )


def _files(database: Path, other: Path) -> Sequence[tuple[Path, Path]]:
    return ((database, other), (journal_path(database), journal_path(other)))


def _write_new(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{content}\n")
