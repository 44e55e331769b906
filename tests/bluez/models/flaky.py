"""Blood pressure monitors whose link breaks, and one that never lets anybody in."""

import random
import sys

from lab import Drop, Off, Wait

sys.path.append("/project/tests/bluez/models")
from behaviour import cuff, goes_away_once, measure, send_stored, shaky, stored_readings

at_connection, at_subscription = shaky(stored_readings(30), random.Random(20261125))

DEVICES = [
    # out of range after two of five readings; in range again a moment later
    cuff(
        "LOST",
        "F0:00:00:00:02:01",
        [*send_stored(stored_readings(5), lost_after=2), Wait(0.5), Drop(0x13)],
    ),
    # the link is not established (0x3E): once, and always
    cuff(
        "ONCE",
        "F0:00:00:00:02:02",
        [*measure([128]), Drop(0x13)],
        on_connect=goes_away_once(0x3E),
    ),
    cuff("GONE", "F0:00:00:00:02:03", [], on_connect=[Off(), Drop(0x3E)]),
    # hangs up as soon as it is subscribed to, the first time
    cuff(
        "HANGS-UP",
        "F0:00:00:00:02:04",
        [*goes_away_once(0x13), *measure([129]), Wait(0.5), Drop(0x13)],
    ),
    cuff("LATE", "F0:00:00:00:02:05", [*measure([130]), Drop(0x13)]),
    cuff("STEADY", "F0:00:00:00:02:06", [*measure(list(range(131, 139))), Wait(0.5), Drop(0x13)]),
    cuff("SLOW", "F0:00:00:00:02:07", [Wait(3.0), *measure([140, 141]), Drop(0x13)]),
    cuff("SHAKY", "F0:00:00:00:02:08", at_subscription, on_connect=at_connection),
]
