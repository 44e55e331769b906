"""The hub's own key: it signs receipts, so that a kiosk knows its hub and nobody can forge one.

The private half lies in a file of its own, never in the database, never in a log; the database
knows the public half. A key is never made anew where one was in use: kiosks would no longer know
their hub.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.database import reading, writing
from hub.errors import HubError
from hub.postgres import is_postgres
from hub.tables import hub_meta
from offline_sync.errors import StoreError
from offline_sync.identity_key import KeySigner
from offline_sync.keys import FileKeyProvider
from offline_sync.request_auth import KEY_BYTES, base64url, from_base64url

KEY_NAME: Final = "hub.key"
_META: Final = "hub_key"


class HubKeyError(HubError):
    """The hub's key is lost, or is not the one that this database knows."""


def hub_signer(engine: Engine, path: Path) -> KeySigner:
    """The hub's key from its file; made with the first use of a database.

    Raises:
        HubKeyError: the file is missing or unsafe, or holds another hub's key.
    """
    provider = FileKeyProvider(path)
    with reading(engine) as connection:
        known = connection.execute(
            select(hub_meta.c.value).where(hub_meta.c.name == _META)
        ).scalar()
    try:
        seed = provider.load()
        if seed is None and known is not None:
            raise HubKeyError(
                f"The hub's key {path} is gone.",
                "Put back the copy of it that the office keeps; without it the kiosks do not know "
                "this hub. No new one was made.",
            )
        if seed is None:
            seed = secrets.token_bytes(32)
            provider.keep(seed)
    except StoreError as error:
        raise HubKeyError(
            str(error), "Give the file to the hub's user alone (chmod 600)."
        ) from error
    signer = KeySigner(seed)
    if known is None:
        known = _announce(engine, base64url(signer.public_key))
    if known != base64url(signer.public_key):
        raise HubKeyError(
            f"The key in {path} is not the one of this hub's database.",
            "Every process of a hub needs the same key file: copy that of the first one here.",
        )
    return signer


def known_key(connection: Connection) -> bytes:
    """The public half, as the database knows it.

    Raises:
        HubKeyError: no key was used with this database yet.
    """
    known = connection.execute(select(hub_meta.c.value).where(hub_meta.c.name == _META)).scalar()
    key = None if known is None else from_base64url(known, KEY_BYTES)
    if key is None:
        raise HubKeyError("This hub has no key yet.", "It gets one when it is served.")
    return key


def _announce(engine: Engine, key: str) -> str:
    """Write down the public half, unless another process was first; gives what is there."""
    insert = postgresql.insert if is_postgres(engine) else sqlite.insert
    with writing(engine) as connection:
        connection.execute(insert(hub_meta).values(name=_META, value=key).on_conflict_do_nothing())
        kept: str = connection.execute(
            select(hub_meta.c.value).where(hub_meta.c.name == _META)
        ).scalar_one()
    return kept
