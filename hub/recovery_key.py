"""The district's recovery key: kiosks seal the key of their store to its public half.

The hub keeps the public half alone. The private half is written once, into a file for the office's
safe, and opens what a kiosk sealed, on any computer; nothing on the hub can.
"""

from __future__ import annotations

from typing import Final

from nacl.public import PrivateKey
from sqlalchemy import Connection, insert, select

from hub.errors import HubError
from hub.tables import hub_meta
from offline_sync.recovery import NotOpened, open_for_asker
from offline_sync.request_auth import base64url

_META: Final = "recovery_key"


class RecoveryKeyError(HubError):
    """The recovery key is there already, or does not open what it should."""


def recovery_key(connection: Connection) -> str:
    """The public half (base64url); empty when the district has made none."""
    return (
        connection.execute(select(hub_meta.c.value).where(hub_meta.c.name == _META)).scalar() or ""
    )


def make_recovery_key(connection: Connection) -> str:
    """Make the pair, keep the public half and give the private one (base64url).

    Raises:
        RecoveryKeyError: there is one, and kiosks have sealed their keys to it.
    """
    if recovery_key(connection):
        raise RecoveryKeyError(
            "This district has its recovery key.",
            "It was written into a file once, which lies in the office's safe. It is not made "
            "anew: what the kiosks sealed opens with that one alone.",
        )
    private = PrivateKey.generate()
    connection.execute(
        insert(hub_meta).values(name=_META, value=base64url(bytes(private.public_key)))
    )
    return base64url(bytes(private))


def unsealed_for(asked: str, recovery: str) -> str:
    """What `offline_sync.recovery.asking` wrote, opened with the recovery key and sealed again to
    the computer that asked. Both arguments are the contents of files.

    Raises:
        RecoveryKeyError: one of them is not what it should be, or the key is another district's.
    """
    try:
        return open_for_asker(asked, recovery)
    except NotOpened as error:
        raise RecoveryKeyError(str(error), "Check both files; nothing was changed.") from error
