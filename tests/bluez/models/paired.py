"""Blood pressure monitors that want to be paired, each in its own way; one lets nobody in."""

import sys

from lab import Drop, Wait

sys.path.append("/project/tests/bluez/models")
from behaviour import cuff, measure, person_types_on_the_instrument

person_types_on_the_instrument()


def paired(name: str, last: int, **given: object):
    steps = [*measure([100 + 10 * last + n for n in range(9)]), Wait(0.5), Drop(0x13)]
    return cuff(name, f"F0:00:00:00:05:{last:02X}", steps, **given)


DEVICES = [
    paired("JUST-WORKS", 1, security="encrypt", pairing="justworks"),
    paired("LEGACY", 2, security="encrypt", pairing="justworks", sc=False),
    paired("SHOWS", 3, security="auth", pairing="passkey", passkey=42100),
    paired("SHOWS-OLD", 4, security="auth", pairing="passkey", passkey=135790, sc=False),
    paired("COMPARES", 5, security="auth", pairing="compare"),
    paired("KEYPAD", 6, security="auth", pairing="entry"),
    paired("REFUSES", 7, security="encrypt", pairing="none"),
    paired("ASKS", 8, pairing="justworks", ask_security=True),
]
