"""How long one frame takes to decode, beside a fixed piece of other work.

The other work (`struct.unpack` of the same frame and `json.loads` of what it says) is measured
turn by turn with the decoders, so that a neighbour's load falls on both and the ratio holds on
any machine.
"""

from __future__ import annotations

import json
import statistics
import struct
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from devices.health.decoding import decode
from devices.health.profiles.blood_pressure import decode_blood_pressure

_ROUNDS: Final = 150
_BATCH: Final = 200
_AIM_US: Final = 6.0

_FRAME: Final = bytes.fromhex("167c0056006100e807060f11111b33000000")  # of a boso cuff
_SAYS: Final = json.dumps(
    {
        "systolic": "124",
        "diastolic": "86",
        "mean_arterial": "97",
        "pulse": "51",
        "unit": "mmHg",
        "device_time": "2024-06-15T17:17:27",
    }
)
_FIELDS: Final = "<BHHHHBBBBBHH"

# One frame of each; those with a date are of real instruments, as the decoders' tests have them.
_OTHERS: Final = {
    "2A36": "007800ff07ff07",
    "2A49": "1f00",
    "2A1C": "06680100ffe207030a15340002",
    "2A1E": "00680100ff",
    "2A1D": "03",
    "2A5E": "1761006000e10701010122132000200000",
    "2A5F": "0c62004e002000000000",
    "2A60": "0300e0ffffffff",
    "2A9D": "0e783eea07050c12353601ee002607",
    "2A9E": "07000000",
    "2A9C": "9803c200df1a9701cc2fca21a811",
    "2A9B": "ff070000",
    "2A18": "070100e3070815061f0db4003bc0f1",
    "2A34": "02010001",
    "2A51": "ff03",
    "2A52": "06000101",
    "2A37": "103eb103de",
    "2A2B": "ea07060c143008000001",
    "2A08": "dd07081a090a14",
    "2A0F": "2000",
    "2A9F": "0201a80e",
    "2A19": "42",
    "2A23": "0102030405060708",
    "2A24": "55412d363531424c45",
    "2A50": "010d0001000200",
    "181D": "a24c63e20702010f2f1c",
    "181B": "02a6e40709060d232ee9015a37",
    "EEPROM": "6558541a331ade1800004c00ba00",
    "CDEACB81": "81386344",
    "FFF1": "fdfdfc6339430d0a",
    "FF02": "eb010453637f0025",
    "352E3001": "090107e001090a331c055501dc019d",
    "8A24": "1f681f00fe",
    "SFLOAT": "b0f0",
    "FLOAT": "2d1e00fe",
}


def decode_figures() -> dict[str, object]:
    """Microseconds for one frame: the profile's own decoder, by the table, and as the kiosk does.

    `as_the_kiosk_does` is by the table with the instrument's names, by which quirks are found,
    and the feature that it has read.
    """
    names = ("Simulated cuff", "SVK-CUFF")
    works: dict[str, Callable[[], object]] = {
        "reference": _reference,
        "profile_decoder": partial(decode_blood_pressure, _FRAME),
        "decode": partial(decode, "2A35", _FRAME),
        "as_the_kiosk_does": partial(decode, "2A35", _FRAME, feature=0x1F, names=names),
    }
    works |= {name: partial(decode, name, bytes.fromhex(raw)) for name, raw in _OTHERS.items()}
    for work in works.values():
        _us(work)  # caches are warm on a kiosk
    rounds = [{name: _us(work) for name, work in works.items()} for _ in range(_ROUNDS)]
    figures = {name: _figure(name, rounds) for name in works}
    return {
        "aim_us": _AIM_US,
        "rounds": _ROUNDS,
        "calls_per_round": _BATCH,
        "reference": figures["reference"],
        "blood_pressure": {
            name: figures[name] for name in ("profile_decoder", "decode", "as_the_kiosk_does")
        },
        "others": {name: figures[name] for name in _OTHERS},
    }


def _reference() -> object:
    return struct.unpack(_FIELDS, _FRAME), json.loads(_SAYS)


def _us(work: Callable[[], object]) -> float:
    """One call, over many of them."""
    calls = range(_BATCH)
    began = time.perf_counter()
    for _ in calls:
        work()
    return (time.perf_counter() - began) / _BATCH * 1e6


def _figure(name: str, rounds: list[dict[str, float]]) -> dict[str, float]:
    """`ratio` is to the reference of the same round, the median of all rounds."""
    taken = [each[name] for each in rounds]
    return {
        "median_us": round(statistics.median(taken), 2),
        "best_us": round(min(taken), 2),
        "ratio": round(statistics.median(each[name] / each["reference"] for each in rounds), 2),
    }
