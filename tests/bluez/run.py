"""Runs the checks of one model inside the guest: `python3 -m tests.bluez.run MODEL`.

Prints one JSON object a line after the word `bluez-check`; tools/bluez_check.py reads them.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from tests.bluez.bench import Bench
from tests.bluez.wire import BLUETOOTHD, Wire

_MOST_S = 150.0  # one check

Check = Callable[[Bench], Awaitable[None]]


def say(**what: object) -> None:
    print("bluez-check", json.dumps(what), flush=True)


def versions() -> dict[str, str]:
    told = subprocess.run([BLUETOOTHD, "-v"], capture_output=True, text=True, check=True)
    return {
        "BlueZ": told.stdout.strip(),
        "Linux": os.uname().release,
        "bleak": version("bleak"),
        "dbus-fast": version("dbus-fast"),
        "bumble": version("bumble"),
        "Python": platform.python_version(),
    }


async def run(model: str, wanted: str | None) -> bool:
    """Every check of the model, one after another, on one kiosk. True when all went well."""
    module = importlib.import_module(f"tests.bluez.checks.{model}")
    checks: tuple[Check, ...] = module.CHECKS
    well = True
    async with Wire() as wire:
        bench = Bench(wire)
        for check in checks:
            if wanted is None or wanted in check.__name__:
                well &= await one(bench, check)
        await bench.instruments.close()
    say(finished=model)
    return well


async def one(bench: Bench, check: Check) -> bool:
    name = check.__name__.replace("_", " ")
    began = time.monotonic()
    trouble = None
    try:
        async with asyncio.timeout(_MOST_S):
            await bench.begin()
            began = time.monotonic()
            await check(bench)
            seconds = time.monotonic() - began
            await bench.end()
    except Exception:  # noqa: BLE001 - it is told, and the next check goes on
        seconds = time.monotonic() - began
        trouble = traceback.format_exc()
        await bench.end()
    say(check=name, ok=trouble is None, seconds=round(seconds, 1), notes=bench.notes)
    if trouble is not None:
        print(trouble, *bench.sessions, sep="\n", flush=True)
    return trouble is None


def main() -> int:
    model, wanted = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else None)
    logging.basicConfig(
        filename="/out/engine.log", level=logging.INFO, format="%(asctime)s %(name)s %(message)s"
    )
    say(versions=versions())
    return 0 if asyncio.run(run(model, wanted)) else 1


if __name__ == "__main__":
    sys.exit(main())
