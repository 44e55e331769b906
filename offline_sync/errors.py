"""What can be wrong with the store, each with words for the person who stands before it.

`str(error)` says what happened, `next_step` what to do. Neither ever holds a resident's data.
"""

from __future__ import annotations

from typing import ClassVar


class StoreError(Exception):
    """The store cannot do what was asked. Nothing that was saved before is touched."""

    next_step: ClassVar[str] = "Please call the technician."


class SqliteTooOld(StoreError):
    """The SQLite in use can lose saved data (the WAL-reset bug, sqlite.org/wal.html)."""

    next_step = "Install the kiosk again from its own package; do not use the system's SQLite."


class WrongKey(StoreError):
    """The key that was found does not open this database."""

    next_step = (
        "Do not delete anything. Put back the key file that belongs to this database, "
        "or call the technician with the name of this kiosk."
    )


class KeyMissing(StoreError):
    """There is a database but no key for it anywhere."""

    next_step = (
        "Do not delete anything. Put back the key file, or start the kiosk on the computer "
        "on which the database was made. A new key cannot read old records."
    )


class SigningKeyMissing(StoreError):
    """The key with which this kiosk signs what it sends is not here."""

    next_step = (
        "The records are safe and can be read here. Ask the district office for a new enrolment "
        "of this kiosk (village-hub enrol --replace), then connect it again."
    )


class KeyUnsafe(StoreError):
    """The key file could be read or changed by others, or is not what it should be."""

    next_step = (
        "Ask the technician to check who can reach this kiosk, and then to set the owner and "
        "the permissions of the key file (owner only: 600)."
    )


class KeyUnreadable(StoreError):
    """A key is there, but it cannot be unlocked or has the wrong form."""

    next_step = (
        "Do not delete anything. Restart the kiosk once; if it happens again, call the "
        "technician: the security chip or the key file must be looked at."
    )


class KeyProviderUnavailable(StoreError):
    """This way of keeping a key does not exist on this computer."""

    next_step = "The kiosk uses the next way of keeping its key; nothing needs to be done."


class SchemaTooNew(StoreError):
    """The database was written by a newer version of the kiosk."""

    next_step = "Install the newest version of the kiosk; the records stay as they are."


class SchemaTooOld(StoreError):
    """The database was written by an earlier version and this one has not opened it to write."""

    next_step = "Start the kiosk once, so that it brings them up to date, then ask again."


class DatabaseDamaged(StoreError):
    """The key fits, but parts of the file cannot be read."""

    next_step = (
        "Stop using this kiosk and call the technician. Do not delete or rename the file: "
        "most records in it can be saved, and what was sent is at the district hub."
    )


class DatabaseMissing(StoreError):
    """This kiosk had a database here, and it is gone. An empty one is never made in its place."""

    next_step = (
        "Do not delete anything. Check that the right disk is in place, or call the technician. "
        "Nothing new was made in its place."
    )


class DatabaseSetBack(StoreError):
    """The database is not as this kiosk left it: older, without its journal, or another's."""

    next_step = (
        "Do not delete anything and call the technician. Only the technician may put back a "
        "backup: what was saved after it is not in it."
    )


class NotAStore(StoreError):
    """The file is something else than a kiosk's encrypted database."""

    next_step = (
        "Check the data folder in the kiosk's settings. Nothing in this file has been changed."
    )


class StoreEmpty(StoreError):
    """The database file is there but has no content: it was cut off, or its disk was full."""

    next_step = (
        "Call the technician before doing anything else: records may still be in the files "
        "beside it. Do not delete any of them."
    )


class StoreFull(StoreError):
    """The disk is full. The last entry was not saved; everything before it was."""

    next_step = "Keep this page open, free some disk space, then press Save again."


class StoreUnavailable(StoreError):
    """The database cannot be reached or written: permissions, a read-only disk, another program."""

    next_step = "Check that the disk is in place and can be written, then start the kiosk again."


class StoreInUse(StoreUnavailable):
    """Another running program has this database open for writing."""

    next_step = "Close the other kiosk window or restart the computer, then try again."


class TransactionLeftOpen(StoreError):
    """A unit of work ended without saying whether it was to be kept; it was undone."""

    next_step = (
        "Please save again. If it happens twice, call the technician: it is a program fault."
    )


class InvalidChange(StoreError):
    """A change that the record catalogue does not allow. Nothing of it was saved."""

    next_step = (
        "Please check what was entered and save again. "
        "If it happens twice, call the technician: it is a program fault."
    )
