"""`village-devices decode health`: what a captured value says, as one JSON object.

Bad input ends with exit code 2 and one plain line on standard error.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import Any, Final

from devices.health.as_json import as_json
from devices.health.decoding import KNOWN, UnknownCharacteristic, decode
from devices.health.errors import FrameCorrupt

_BAD_INPUT: Final = 2
_BETWEEN_BYTES: Final = re.compile(r"0[xX]|[\s:,-]|\(|\)")  # as tools print bytes


class _NotHex(ValueError):
    """What was typed is no sequence of bytes."""


def add_parser(commands: Any) -> None:
    """Add `decode`, and under it `health`, to the subparsers of a command line."""
    decode_parser = commands.add_parser("decode", help="say what captured bytes mean")
    kinds = decode_parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    health = kinds.add_parser(
        "health",
        help="a value of a health instrument",
        description="Prints one JSON object. Known: " + " ".join(KNOWN) + ", and whole UUIDs.",
    )
    health.add_argument("characteristic", metavar="CHARACTERISTIC", help="2A35, 0x2a35, SFLOAT...")
    health.add_argument("hex", metavar="HEX", nargs="+", help="the bytes, however they are spaced")
    health.add_argument("--model", metavar="NAME", help="the instrument, for its known quirks")
    health.add_argument(
        "--feature", metavar="HEX", help="the value of its feature characteristic, as sent"
    )
    health.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what the bytes say. Returns the exit code."""
    try:
        feature = None if options.feature is None else _bytes(options.feature)
        if feature == b"":
            raise _NotHex("a feature word has at least one byte")
        decoded = decode(
            options.characteristic,
            _bytes(" ".join(options.hex)),
            feature=None if feature is None else int.from_bytes(feature, "little"),
            names=(options.model,),
        )
    except (FrameCorrupt, UnknownCharacteristic, _NotHex) as problem:
        print(f"village-devices: {problem}", file=sys.stderr)
        return _BAD_INPUT
    print(json.dumps(as_json(decoded)))
    return 0


def _bytes(text: str) -> bytes:
    digits = _BETWEEN_BYTES.sub("", text)
    try:
        return bytes.fromhex(digits)
    except ValueError:
        # What was typed is somebody's measurement: it is not repeated in an error.
        raise _NotHex("these are no bytes in hexadecimal, two digits each") from None
