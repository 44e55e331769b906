"""The release check on a real BlueZ: `make bluez`.

Starts a virtual machine with a real kernel, bluetoothd and emulated instruments (the tool
`bluez_guest`, beside the checkout) once for each model in tests/bluez/models, and runs the checks
of tests/bluez/checks in it with the session engine of this working copy. Prints one line for each
check and a summary; what the machines left behind is in out/bluez/SUITE.

Exit: 0 all went well, 1 something failed, 75 skipped because the tool is not there. A release
wants 0: skipped is not passed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
TOOL: Final = ROOT.parent / "shared" / "tools" / "bluez_guest"
OUT: Final = ROOT / "out" / "bluez"
SUITES: Final = ("trixie", "bookworm")
SKIPPED: Final = 75  # EX_TEMPFAIL of sysexits.h: come again where the tool is
MOST_S: Final = 1200  # one model, in the guest

# What runs in the guest beside the project: its own libraries as they are locked, and the tool's.
LOCKED: Final = ("bleak", "dbus-fast", "msgspec")
OF_THE_TOOL: Final = ("bumble==0.0.236", "pytest", "pytest-asyncio")

PARTS: Final = ("devices", "tests/bluez")  # of the project, for the guest

# The models, in the order in which they are run: what fails in the first fails in the others.
MODELS: Final = ("blood_pressure", "family", "glucose", "paired", "bonded", "makers", "flaky")


@dataclass
class Outcome:
    """What the guests have said so far."""

    versions: dict[str, str] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # models whose guest did not get to its end

    @property
    def failed(self) -> list[str]:
        return [check["check"] for check in self.checks if not check["ok"]]


def main() -> int:
    parser = argparse.ArgumentParser(description="The release check on a real BlueZ.")
    parser.add_argument("--suite", choices=SUITES, default=os.environ.get("SUITE") or SUITES[0])
    parser.add_argument("--model", choices=MODELS, action="append", help="only this one")
    parser.add_argument("--check", help="only checks with these letters in their names")
    asked = parser.parse_args()
    if not (TOOL / "run_in_guest.sh").is_file():
        print("bluez: skipped, for the tool bluez_guest is not beside the checkout")
        return SKIPPED
    began = time.monotonic()
    guest = guest_in_cache(asked.suite)
    out = OUT / asked.suite
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="bluez-check-") as copy:
        project = Path(copy) / "project"
        outcome.versions["commit"] = copy_project(project)
        for model in asked.model or MODELS:
            print(f"bluez: {model.replace('_', ' ')}", flush=True)
            run_model(guest, asked.suite, model, asked.check, project, out / model, outcome)
    seconds = time.monotonic() - began
    (out / "result.json").write_text(
        json.dumps(
            {
                "suite": asked.suite,
                "versions": outcome.versions,
                "seconds": round(seconds),
                "checks": outcome.checks,
                "broken": outcome.broken,
            },
            indent=1,
        )
        + "\n"
    )
    return say_summary(outcome, seconds, out)


def guest_in_cache(suite: str) -> Path:
    """A copy of the tool that may be written to, with what it built the last time.

    What was built from other files of the tool, or for other packages, is built anew.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    guest = cache / "smart-village-kiosk" / "bluez_guest"
    sources = sorted(path for path in TOOL.rglob("*") if path.is_file())
    made_of = hashlib.sha256(packages().encode())
    for path in sources:
        made_of.update(path.relative_to(TOOL).as_posix().encode())
        made_of.update(path.read_bytes())
    guest.mkdir(parents=True, exist_ok=True)
    for path in sources:
        copy = guest / path.relative_to(TOOL)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
    built = guest / f"build-{suite}"
    stamp = built / "made-of"
    if not stamp.is_file() or stamp.read_text() != made_of.hexdigest():
        for name in ("image.ext4", "state.bin"):
            (built / name).unlink(missing_ok=True)
        built.mkdir(exist_ok=True)
        print(f"bluez: building the guest ({suite}), a minute or two", flush=True)
        for step in ("build.sh", "snapshot.sh"):
            with (built / f"{step}.log").open("wb") as log:
                done = subprocess.run(
                    ["nice", str(guest / step)],
                    env=os.environ | {"SUITE": suite, "PYPI": packages()},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            if done.returncode != 0:
                sys.exit(f"bluez: the guest could not be built, see {log.name}")
        stamp.write_text(made_of.hexdigest())
    return guest


def packages() -> str:
    """What the guest installs from PyPI."""
    lock = (ROOT / "requirements.lock").read_text()
    locked = [
        f"{name}=={found[1]}"
        for name in LOCKED
        if (found := re.search(rf"^{re.escape(name)}==([^ ]+)", lock, re.MULTILINE))
    ]
    if len(locked) != len(LOCKED):
        sys.exit(f"bluez: requirements.lock does not name all of {', '.join(LOCKED)}")
    return " ".join((*locked, *OF_THE_TOOL))


def copy_project(project: Path) -> str:
    """What the guest needs of this working copy, as it is now: nobody edits it while it runs.

    Returns the commit it is of, with "and changes" where it is not quite.
    """
    for part in PARTS:
        shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
    commit = git("rev-parse", "--short", "HEAD").strip()
    return f"{commit} and changes" if git("status", "--porcelain", *PARTS) else commit


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def run_model(
    guest: Path,
    suite: str,
    model: str,
    check: str | None,
    project: Path,
    out: Path,
    outcome: Outcome,
) -> None:
    """One guest with the instruments of one model, and all its checks."""
    command = f"python3 -m tests.bluez.run {model}" + (f" {check}" if check else "")
    arguments = [
        "nice",
        str(guest / "run_in_guest.sh"),
        *("--suite", suite, "--model", str(project / "tests/bluez/models" / f"{model}.py")),
        *("--out", str(out), "--timeout", str(MOST_S)),
        str(project),
        command,
    ]
    finished = False
    with subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            word, _, told = line.rstrip().partition(" ")
            if word == "bluez-check":
                said = json.loads(told)
                outcome.versions.update(said.get("versions", {}))
                finished = finished or "finished" in said
                if "check" in said:
                    outcome.checks.append({"model": model, **said})
                    say_check(said)
            elif line.strip():
                print(f"    | {line.rstrip()}", flush=True)
    # The guest ends with 97 when its bluetoothd has died: a check that starts it anew ends so.
    if not finished:
        print(
            f"  FAILED           the guest ended too early (exit {running.returncode}), see {out}",
            flush=True,
        )
        outcome.broken.append(model)


def say_check(said: dict[str, Any]) -> None:
    notes = f"  ({'; '.join(said['notes'])})" if said["notes"] else ""
    verdict = "ok" if said["ok"] else "FAILED"
    print(f"  {verdict:<6} {said['seconds']:6.1f} s  {said['check']}{notes}", flush=True)


def say_summary(outcome: Outcome, seconds: float, out: Path) -> int:
    print("bluez: " + ", ".join(f"{name} {told}" for name, told in outcome.versions.items()))
    well = len(outcome.checks) - len(outcome.failed)
    print(f"bluez: {well} ok, {len(outcome.failed)} failed, in {seconds:.0f} s; logs in {out}")
    for model in outcome.broken:
        print(f"bluez: the checks of {model} did not get to their end")
    return 1 if outcome.failed or outcome.broken or not outcome.checks else 0


if __name__ == "__main__":
    sys.exit(main())
