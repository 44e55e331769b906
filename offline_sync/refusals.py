"""The codes with which a hub refuses a kiosk's request, shared by both. They never change meaning.

What each means for the kiosk is decided in `client`; what the person reads is said there too.
"""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "unknown"
"""401: no such kiosk is enrolled here."""
SIGNATURE: Final = "signature"
"""401: the signature, or the digest of the body, is not that of this kiosk."""
REVOKED: Final = "revoked"
"""403: the district has withdrawn this kiosk's enrolment."""
REPLAYED: Final = "replayed"
"""409: a request of this number, or of a higher one, was here already."""
FORK: Final = "fork"
"""409: the hub knows other ops under these numbers; the kiosk's store is an older copy."""
CHAIN: Final = "chain"
"""409: the ops are not those that the kiosk's chain covers."""
SET_BACK: Final = "set_back"
"""409: the hub lacks what this kiosk has from it; the hub's database is an older copy."""
SNAPSHOT: Final = "snapshot"
"""410: the feed no longer goes back so far; the kiosk takes a snapshot."""
ENCODING: Final = "encoding"
"""415: a body packed like this, or with this dictionary, is not taken here."""
PACKING: Final = "wire.packing"
"""400: what was sent cannot be unpacked."""
STREAM: Final = "stream"
"""409: these changes carry the identity of another kiosk."""
CODE: Final = "code"
"""403: the hub has made no such one-time code."""
CODE_USED: Final = "code_used"
"""403: this one-time code has let a kiosk in before."""
CODE_EXPIRED: Final = "code_expired"
"""403: this one-time code was made too long ago."""
KEY: Final = "key"
"""403: the key of an enrolment cannot be taken: withdrawn, another's, or not proven."""
RECEIPT: Final = "receipt"
"""400 or 403: what was shown is not a receipt that this hub gave to this kiosk."""
MOVED: Final = "moved"
"""409: too much has changed since this kiosk read the feed; it compares its records later."""
