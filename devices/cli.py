"""`village-devices`: what instruments and counters said, from a terminal.

Answers go to standard output. Bad input ends with exit code 2 and one plain line on standard
error; a traceback is always our own fault. A reader that stops listening (`| head`) is no fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

from devices.health import decode_command, instrument_commands
from devices.simulators import simulate_command
from devices.traffic import jamar
from devices.traffic.errors import CountFileInvalid
from devices.traffic.intervals import Channel, Interval, intervals, quarter_start

_BAD_INPUT: Final = 2
_DAY_MINUTES: Final = 24 * 60
_FORMATS: Final = ("jamar",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more on its way out, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


class _OneLineParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_BAD_INPUT, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _OneLineParser(
        prog="village-devices", description="What instruments and counters said."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    decode_command.add_parser(commands)
    instrument_commands.add_parsers(commands)
    simulate_command.add_parser(commands)
    command = commands.add_parser("intervals", help="count a file's vehicles per lane and interval")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--format", choices=_FORMATS, default="jamar")
    command.add_argument("--minutes", type=_minutes, default=15, metavar="N")
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=_print_intervals)
    return parser


def _minutes(text: str) -> int:
    if not text.isdecimal() or int(text) == 0 or _DAY_MINUTES % int(text):
        raise argparse.ArgumentTypeError(f"'{text}' does not divide a day into equal intervals")
    return int(text)


def _print_intervals(options: argparse.Namespace) -> int:
    file: Path = options.file
    try:
        rows = _file_intervals(file.read_bytes(), options.minutes)
    except OSError as problem:
        return _refuse(f"{file}: {problem.strerror}")
    except CountFileInvalid as problem:
        return _refuse(f"{file}: {problem}")
    if options.json:
        print(json.dumps(_summary(rows), ensure_ascii=False))
        return 0
    for row in rows:
        print(
            f"{_civil(row.starts_at)}  lane {row.lane}  "
            f"{row.vehicles:5d} vehicles  {row.coverage:4.0%} covered"
        )
    return 0


def _refuse(problem: str) -> int:
    print(f"village-devices: {problem}", file=sys.stderr)
    return _BAD_INPUT


def _file_intervals(data: bytes, minutes: int) -> list[Interval]:
    count = jamar.read_jamar(data)
    # The file's civil times stand as UTC from here to `_civil`, which takes them back: no zone
    # is known, and none is needed.
    passages = jamar.passages(count, "file")
    span = jamar.coverage(count, "file")
    channels = sorted({Channel(passage.lane, passage.direction) for passage in passages})
    start = quarter_start(span.starts_at, minutes)
    end = quarter_start(passages[-1].passed_at, minutes) + minutes * 60_000
    return intervals("file", channels, passages, [span], start, end, minutes)


def _summary(rows: Sequence[Interval]) -> dict[str, object]:
    return {
        "lane_periods": len(rows),
        "empty": sum(row.vehicles == 0 for row in rows),
        "first": _civil(rows[0].starts_at),
        "last": _civil(rows[-1].starts_at),
        "rows": [
            {
                "start": _civil(row.starts_at),
                "lane": row.lane,
                "count": row.vehicles,
                "coverage": round(row.coverage, 4),
            }
            for row in rows
        ],
    }


def _civil(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    sys.exit(main())
