"""`village-kiosk connect`: lets this kiosk into its hub by a one-time code from the office.

The kiosk makes its own key, which never leaves it. Nothing is kept before the hub has answered;
what was kept before stays until then. Never shows a code or a key.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from kiosk.disk import DataOnDisk
from kiosk.enrolment_paper import ConnectRefused, Paper, keys_of_hub, read_paper, refused, was_given
from kiosk.records.settings import HubSetting, hub, keep_hub
from offline_sync.enrol_link import ask_to_enrol
from offline_sync.enrolment import HubKeys, enrol_request, seal_for
from offline_sync.hub_errors import SyncError
from offline_sync.identity_key import make_signer, remove_unused
from offline_sync.store import Store


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Ask the hub and keep it.

    Raises:
        ConnectRefused, ValueError, StoreError: each with what to do; nothing was changed.
    """
    url: str = arguments.hub
    paper = read_paper(arguments) if was_given(arguments) else None
    keys = keys_of_hub(url, paper)
    disk = DataOnDisk(folder)
    with disk.open_store() as store:
        known = hub(store.connection)
        if known is not None and known.hub_key != keys.hub_key and not arguments.another_hub:
            raise ConnectRefused(
                "This kiosk belongs to another hub, and its records would go to this one. "
                "Nothing was changed. When that is what the district wants, add --another-hub."
            )
        if paper is not None:
            enrol(store, disk, folder, url, paper, keys)
        elif known is not None and known.hub_key == keys.hub_key:
            keep_hub(store, replace(known, url=url))
        else:
            raise ConnectRefused(
                "This kiosk is not known to that hub. Ask the district office for a one-time "
                "code (village-hub enrol) and give it with --enrolment FILE or --code."
            )
    if paper is not None and not keys.recovery_key:
        print(
            "The district has no recovery key: without this computer, nobody can ever read the "
            "records on its disk.",
            file=sys.stderr,
        )
    print(f"This kiosk sends its records to {url} now.", file=sys.stderr)


def enrol(
    store: Store, disk: DataOnDisk, folder: Path, url: str, paper: Paper, keys: HubKeys
) -> HubSetting:
    """Make a key, be let in with it, and keep who this kiosk is.

    Raises:
        ConnectRefused: the hub refuses, or answers for another village; the key that was made
            stays for the next try.
        StoreError: the key or the answer cannot be kept.
    """
    known = hub(store.connection)
    key_name, signer = make_signer(folder, None if known is None else known.key_name)
    sealed = seal_for(keys.recovery_key, disk.key.key) if keys.recovery_key else ""
    stream = store.stream()
    request = enrol_request(signer, paper.code, stream.origin, stream.epoch, sealed)
    try:
        answer = ask_to_enrol(url, request)
    except SyncError as error:
        raise refused(error) from error
    if answer.hub_key != keys.hub_key or (paper.village and answer.village != paper.village):
        raise ConnectRefused("The hub answers for another kiosk than was asked. Nothing was kept.")
    setting = HubSetting(url, answer.village, answer.kiosk_id, answer.hub_key, key_name)
    keep_hub(store, setting)
    remove_unused(folder, key_name)
    return setting
