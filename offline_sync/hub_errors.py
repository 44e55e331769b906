"""What can keep a kiosk from its hub, each with a next step for the person.

No message names a key or a record. A page finds its words by the name of the type.
"""

from __future__ import annotations

from typing import ClassVar

from offline_sync.reasons import Reason


class SyncError(Exception):
    """Sync did not go through. Nothing is lost: what has no receipt is sent again."""

    next_step: ClassVar[str] = "The kiosk tries again by itself."
    retry_after_s: float | None = None


class HubUnreachable(SyncError):
    """No connection, or one that was cut or went silent before the answer was whole."""

    next_step = (
        "Records are kept on this kiosk and are sent when the line is back. "
        "If it stays like this for a day, check the network cable or the SIM card."
    )


class NotAHub(SyncError):
    """Something answers at the hub's address, and it is not a hub."""

    next_step = (
        "Check the hub's address in the kiosk's settings, and whether this network shows a "
        "sign-in page of its own. Records are kept on this kiosk."
    )


class HubBusy(SyncError):
    """The hub has trouble of its own or asks to be left alone for a while."""

    next_step = "Nothing to do here: the kiosk tries again by itself. Records are kept."

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HubRefused(SyncError):
    """The hub does not take anything from this kiosk. `code` is the hub's reason."""

    next_step = (
        "Ask the district office to look at this kiosk's enrolment. Records are kept on this kiosk."
    )

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class HubSetBack(HubRefused):
    """The hub knows less than this kiosk has read from it: an older copy of its database was put
    back. Going on would pass over records in silence, so nothing is sent and nothing is read."""

    next_step = (
        "Tell the district office that its hub is older than what this kiosk has read from it. "
        "Records are kept on this kiosk."
    )


class HubForked(HubRefused):
    """The hub knows other records under this kiosk's numbers: this kiosk's database is an older
    copy. The kiosk numbers anew what has no receipt, and reads its own past from the hub."""

    next_step = (
        "Nothing to do here: the kiosk numbers anew what waits and sends it. If nobody put back an "
        "older copy of this kiosk's records, tell the technician."
    )


class HubRevoked(HubRefused):
    """The district has withdrawn this kiosk's enrolment."""

    next_step = (
        "Ask the district office to enrol this kiosk anew. Its records are kept here and are sent "
        "after that."
    )


class HubFault(SyncError):
    """The hub's answer is not one that it may give. Nothing of it was believed."""

    next_step = (
        "Tell the district office what is said here: its hub does not work as it should. "
        "Records are kept on this kiosk."
    )


class SnapshotNeeded(SyncError):
    """The hub's feed does not serve this kiosk, which takes a snapshot instead."""

    next_step = "Nothing to do here: the kiosk takes the village's records anew by itself."


class SyncElsewhere(SyncError):
    """Another program on this computer is syncing just now."""

    next_step = "Nothing to do here: what is saved is sent by the other one."


class BatchRefused(SyncError):
    """This batch does not pass as it is; a smaller one may.

    `by_hub` tells the hub's own word from that of something between, which may refuse
    everything and so says nothing about a record. `reason` is what it means for a single op.
    """

    next_step = "The kiosk sends smaller parts by itself. Records are kept."

    def __init__(self, message: str, *, by_hub: bool, reason: Reason) -> None:
        super().__init__(message)
        self.by_hub = by_hub
        self.reason = reason
