"""A kiosk's data folder that is connected to a hub, without the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.disk import DataOnDisk
from kiosk.records.settings import HubSetting, keep_hub
from offline_sync.identity_key import make_signer
from offline_sync.request_auth import Signer, base64url
from tests.hub.serving import VILLAGE, Pass


def connect_folder(folder: Path, url: str, enrol: Callable[[Signer], Pass]) -> None:
    """Make the key of the kiosk in `folder`, let it in with `enrol`, and keep its hub."""
    disk = DataOnDisk(folder)
    key_name, signer = make_signer(folder, None)
    known = enrol(signer)
    setting = HubSetting(
        url, known.village, known.identity.kiosk_id, base64url(known.hub_key), key_name
    )
    with disk.open_store() as store:
        keep_hub(store, setting)


def connect_to_nobody(folder: Path, url: str) -> None:
    """Keep a hub that has never heard of this kiosk, or that is none."""
    disk = DataOnDisk(folder)
    key_name, _ = make_signer(folder, None)
    with disk.open_store() as store:
        keep_hub(store, HubSetting(url, VILLAGE, "nobody", base64url(bytes(32)), key_name))
