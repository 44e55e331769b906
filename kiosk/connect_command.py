"""`village-kiosk connect`: gives this kiosk its hub, after asking that hub whether it agrees.

Nothing is kept before the hub has answered, unless the technician says that there is no network
(--offline). What was kept before stays until then. Never shows a token.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from kiosk.disk import DataOnDisk
from kiosk.records.settings import HubSetting, keep_hub
from offline_sync.hub_link import HubBusy, HubLink, HubRefused, HubUnreachable, SyncError
from offline_sync.oplog import Cursor

_LIMIT_S: Final = 30.0


class ConnectRefused(ValueError):
    """This kiosk was not connected and is as it was; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Enrolment:
    """What `village-hub enrol` or `village-hub token` gave. Without an origin: a new token for
    a kiosk that keeps its own."""

    origin: str | None
    token: str
    village: str


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Ask the hub and keep it.

    Raises:
        ConnectRefused, ValueError, StoreError: each with what to do; nothing was changed.
    """
    url: str = arguments.hub
    enrolment = _read(arguments.enrolment)
    asyncio.run(_ask(url, enrolment, offline=arguments.offline))
    disk = DataOnDisk(folder)
    with disk.open_store() as store, store.transaction():
        if enrolment.origin is not None:
            store.adopt_origin(enrolment.origin)
        keep_hub(store, HubSetting(url, enrolment.token, enrolment.village))
    if arguments.offline:
        print(
            f"{url} is kept as this kiosk's hub; not tried yet. "
            "When there is a network: village-kiosk --self-test",
            file=sys.stderr,
        )
    else:
        print(f"This kiosk sends its records to {url} now.", file=sys.stderr)


def _read(path: Path) -> _Enrolment:
    try:
        said = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConnectRefused(f"The enrolment {path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise _not_an_enrolment(path) from error
    if not isinstance(said, dict) or "origin" not in said:
        raise _not_an_enrolment(path)
    origin, token, village = (said.get(name) for name in ("origin", "token", "village"))
    if not (
        (origin is None or isinstance(origin, str))
        and isinstance(token, str)
        and isinstance(village, str)
    ):
        raise _not_an_enrolment(path)
    return _Enrolment(origin, token, village)


def _not_an_enrolment(path: Path) -> ConnectRefused:
    return ConnectRefused(
        f"{path} is not what the hub wrote. Make it anew with village-hub enrol --out FILE, or "
        "with village-hub token --out FILE for a kiosk that was connected before."
    )


async def _ask(url: str, enrolment: _Enrolment, *, offline: bool) -> None:
    """One question to the hub with this token. With `offline` only what can never work is
    refused."""
    async with HubLink(url, enrolment.token, limit_s=_LIMIT_S) as link:
        if _is_readable_on_the_way(httpx.URL(url)):
            raise ConnectRefused(
                f"{url} would send the token and the residents' records unencrypted over the "
                "network. Give the hub's https:// address."
            )
        if offline:
            return
        try:
            await link.pull(enrolment.village, Cursor("", 0), limit=1)
        except (HubUnreachable, HubBusy) as error:
            raise ConnectRefused(
                f"{error} Nothing was changed. Check the address and the network; to keep the "
                "address without trying it, add --offline."
            ) from error
        except HubRefused as error:
            raise ConnectRefused(
                f"The hub refuses this enrolment: {error} Nothing was changed. Ask the district "
                "office to unblock the kiosk or to make a new token (village-hub token)."
            ) from error
        except SyncError as error:
            raise ConnectRefused(f"{error} Nothing was changed. Check the address.") from error


def _is_readable_on_the_way(address: httpx.URL) -> bool:
    """Whether plain HTTP would leave this computer."""
    if address.scheme == "https" or address.host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(address.host).is_loopback
    except ValueError:  # a name, and names can lead anywhere
        return True
