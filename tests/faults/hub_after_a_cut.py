"""Starts a hub from what a power cut has left of its disk, and looks at all it then has."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select

from hub import tables
from hub.database import open_database, reading
from hub.errors import HubError
from hub.first_start import refuse_lost_database
from hub.presence import receipts_held, streams_held, verify_chain
from hub.signing import KEY_NAME, hub_signer, known_key
from tests.faults.after_a_cut import Findings
from tests.faults.cut_off_hub import ACKNOWLEDGED, ENROLLED
from tests.faults.recording import content_of


def look_at_hub(image: Path, said: tuple[str, ...], found: Findings) -> None:
    """Start the hub from `image`, and see that nothing is missing or broken."""
    before = content_of(image)
    try:
        refuse_lost_database(image)
        engine = open_database(image)
    except HubError as error:
        found.refused += 1
        found.note(f"{type(error).__name__}: {error}")
        if not (error.next_step and before.items() <= content_of(image).items()):
            found.damaged += 1
            found.note("a refusal says no next step, or has changed a file")
        return
    try:
        hub_signer(engine, image / KEY_NAME)
        with reading(engine) as connection:
            found.note_lost(set(said) - _there(connection))
            found.note_broken(broken(connection))
    except HubError as error:
        found.refused += 1
        found.note(f"{type(error).__name__}: {error}")
    finally:
        engine.dispose()


def _there(connection: Connection) -> set[str]:
    ops = connection.execute(select(tables.op.c.op_id)).scalars()
    names = connection.execute(select(tables.kiosk.c.name)).scalars()
    return {f"{ACKNOWLEDGED} {op_id}" for op_id in ops} | {f"{ENROLLED} {name}" for name in names}


def broken(connection: Connection) -> list[str]:
    """What cannot be read or does not fit to what it belongs to."""
    feed_heads = _rows(connection, "SELECT bucket, max(seq) FROM feed GROUP BY bucket")
    nothing: list[tuple[object, ...]] = []
    sound = {
        "integrity": _rows(connection, "PRAGMA integrity_check") == [("ok",)],
        "references": _rows(connection, "PRAGMA foreign_key_check") == nothing,
        "head of the feed": _rows(connection, "SELECT bucket, seq FROM feed_head") == feed_heads,
    }
    sound |= {
        f"something of {other} is not in {table}": _rows(
            connection, f"SELECT {columns} FROM {other} EXCEPT SELECT {columns} FROM {table}"
        )
        == nothing
        for table, other, columns in (
            ("feed", "op", "op_id"),
            ("op", "feed", "op_id"),
            ("op", "field_state", "op_id"),
            ("record", "op", "record_type, record_id"),
            ("op", "record", "record_type, record_id"),
        )
    }
    return [what for what, is_so in sound.items() if not is_so] + _not_as_confirmed(connection)


def _not_as_confirmed(connection: Connection) -> list[str]:
    """What the receipts and the chains of the kiosks say against this database."""
    faults: list[str] = []
    for kiosk_id in connection.execute(select(tables.kiosk.c.kiosk_id)).scalars().all():
        streams = streams_held(connection, kiosk_id)
        for held in streams:
            upto, fault = verify_chain(connection, held)
            faults += [fault] if fault else []
            faults += [f"missing {held.missing}"] if held.missing else []
            if held.here and upto != held.here[-1][1]:
                faults.append(f"the chain ends at {upto}")
        faults += receipts_held(connection, kiosk_id, known_key(connection), streams).faults
    return faults


def _rows(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(sql)]
