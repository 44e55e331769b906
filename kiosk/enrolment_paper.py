"""What the technician brings from the district office: a one-time code, on paper or as a file."""

from __future__ import annotations

import argparse
import ipaddress
import json
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from offline_sync.enrol_link import ask_keys, hub_address
from offline_sync.enrolment import HubKeys
from offline_sync.hub_errors import HubRefused, SyncError
from offline_sync.refusals import CODE, CODE_EXPIRED, CODE_USED


class ConnectRefused(ValueError):
    """This kiosk was not connected and is as it was; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A one-time code, and what a file says beside it: the village and the hub's public key
    (base64url). Both are empty for a code that was typed."""

    code: str = field(repr=False)
    village: str = ""
    hub_key: str = ""


def was_given(arguments: argparse.Namespace) -> bool:
    """Whether a command was given a code."""
    return arguments.code is not None or arguments.enrolment is not None


def read_paper(arguments: argparse.Namespace) -> Paper:
    """The paper that a command was given.

    Raises:
        ConnectRefused: the file cannot be read, or the hub did not write it.
    """
    if arguments.code is not None:
        return Paper(arguments.code)
    path: Path = arguments.enrolment
    try:
        said = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConnectRefused(f"The enrolment {path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise _not_an_enrolment(path) from error
    if not isinstance(said, dict):
        raise _not_an_enrolment(path)
    code, village, hub_key = (said.get(name) for name in ("code", "village", "hub_key"))
    if not (isinstance(code, str) and isinstance(village, str) and isinstance(hub_key, str)):
        raise _not_an_enrolment(path)
    return Paper(code, village, hub_key)


def keys_of_hub(url: str, paper: Paper | None) -> HubKeys:
    """The keys of the hub at this address, which are those that the paper names.

    Raises:
        ConnectRefused: the address would be read on the way, nobody answers, or another hub does.
        ValueError: the address can never work.
    """
    if _is_readable_on_the_way(hub_address(url)):
        raise ConnectRefused(
            f"{url} would send the code and the residents' records unencrypted over the network. "
            "Give the hub's https:// address."
        )
    try:
        keys = ask_keys(url)
    except SyncError as error:
        raise refused(error) from error
    if paper is not None and paper.hub_key and paper.hub_key != keys.hub_key:
        raise ConnectRefused(
            "The hub at this address is not the one that made this enrolment. Nothing was "
            "changed. Check the address, and tell the district office."
        )
    return keys


def refused(error: SyncError) -> ConnectRefused:
    """Why the hub did not do as asked, with what to do."""
    if isinstance(error, HubRefused):
        if error.code in (CODE, CODE_USED, CODE_EXPIRED):
            return ConnectRefused(
                f"{error} Nothing was changed. Ask the district office for a new one "
                "(village-hub enrol)."
            )
        return ConnectRefused(f"The hub refuses this kiosk: {error} Nothing was changed.")
    return ConnectRefused(f"{error} Nothing was changed. Check the address and the network.")


def _not_an_enrolment(path: Path) -> ConnectRefused:
    return ConnectRefused(
        f"{path} is not what the hub wrote. Make it anew with village-hub enrol --out FILE."
    )


def _is_readable_on_the_way(address: httpx.URL) -> bool:
    """Whether plain HTTP would leave this computer."""
    if address.scheme == "https" or address.host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(address.host).is_loopback
    except ValueError:  # a name, and names can lead anywhere
        return True
