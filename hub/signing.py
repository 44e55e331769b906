"""The hub's own key: it signs receipts, so that a kiosk knows its hub and nobody can forge one.

The private half lies in a file of its own, never in the database, never in a log; the database
knows the public half. A key is made anew where one was in use only when a person says that it is
lost: the kiosks then have to be connected again.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select
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
_FORMER: Final = "hub_keys_before"


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
                "Put back the copy of it that the office keeps; no new one was made. Only when "
                "there is no copy: village-hub new-hub-key --data DIR, and connect every kiosk "
                "again.",
            )
        if seed is None:
            seed = _new_seed(provider)
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


def former_keys(connection: Connection) -> list[bytes]:
    """The public halves of keys that were lost: receipts of their time stay good."""
    kept = connection.execute(select(hub_meta.c.value).where(hub_meta.c.name == _FORMER)).scalar()
    keys = [from_base64url(key, KEY_BYTES) for key in json.loads(kept or "[]")]
    return [key for key in keys if key is not None]


def replace_lost_key(connection: Connection, path: Path) -> None:
    """Make a new key where the one that this database knows is lost.

    Raises:
        HubKeyError: it is not lost, or none was in use.
    """
    before = known_key(connection)
    former = [base64url(key) for key in (before, *former_keys(connection))]
    seed = secrets.token_bytes(32)
    try:
        FileKeyProvider(path).keep(seed)
    except StoreError as error:
        raise HubKeyError(
            str(error), "A key that is there is not replaced; move the file away to do that."
        ) from error
    connection.execute(delete(hub_meta).where(hub_meta.c.name.in_((_META, _FORMER))))
    connection.execute(
        insert(hub_meta),
        [
            {"name": _META, "value": base64url(KeySigner(seed).public_key)},
            {"name": _FORMER, "value": json.dumps(former)},
        ],
    )


def _new_seed(provider: FileKeyProvider) -> bytes:
    """A new key in its file, or that of another process which made the file meanwhile."""
    seed = secrets.token_bytes(32)
    try:
        provider.keep(seed)
    except StoreError:
        other = provider.load()
        if other is None:
            raise
        return other
    return seed


def _announce(engine: Engine, key: str) -> str:
    """Write down the public half, unless another process was first; gives what is there."""
    upsert = postgresql.insert if is_postgres(engine) else sqlite.insert
    with writing(engine) as connection:
        connection.execute(upsert(hub_meta).values(name=_META, value=key).on_conflict_do_nothing())
        kept: str = connection.execute(
            select(hub_meta.c.value).where(hub_meta.c.name == _META)
        ).scalar_one()
    return kept
