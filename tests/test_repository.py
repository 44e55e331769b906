"""The repository keeps its own promises: README's commands, licences, the house rules."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import house_rules

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

PERMISSIVE = {
    "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0",
    "Public-Domain", "Zlib",
}  # fmt: skip
LINKED_AS_A_LIBRARY = {"LGPL-3.0-only"}
"""Kept as separate, replaceable shared libraries in the bundle: see NOTICE."""

SAID_ANOTHER_WAY = {
    "MIT": "MIT",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD-3-Clause": "BSD-3-Clause",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "MPL-2.0": "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "Public-Domain",
}
SAYS_NOTHING = {
    # its licence file: zlib's words over the driver; the SQLCipher inside is BSD-3-Clause
    "sqlcipher3": "Zlib AND BSD-3-Clause",
}


def shipped() -> list[str]:
    """The packages that the project needs to run here, and the packages that those need."""
    found: set[str] = set()
    waiting = list(PYPROJECT["project"]["dependencies"])
    while waiting:
        need = Requirement(waiting.pop())
        name = canonicalize_name(need.name)
        if name not in found and (not need.marker or need.marker.evaluate({"extra": ""})):
            found.add(name)
            waiting.extend(metadata.requires(name) or [])
    return sorted(found)


def licence_of(name: str) -> str:
    """An SPDX expression, from whichever field the package says it in."""
    about = metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return str(expression)
    written = str(about.get("License") or "").strip()
    classified = [
        words.rpartition(" :: ")[2]
        for words in about.get_all("Classifier") or []
        if words.startswith("License ::")
    ]
    for words in (written, *classified):
        if words in SAID_ANOTHER_WAY:
            return SAID_ANOTHER_WAY[words]
    return SAYS_NOTHING.get(name, written or "unknown")


def allows(expression: str) -> bool:
    """Whether one of the licences offered with OR, all of those joined with AND, is allowed."""
    return any(
        all(part.strip(" ()") in PERMISSIVE | LINKED_AS_A_LIBRARY for part in offer.split(" AND "))
        for offer in expression.split(" OR ")
    )


@pytest.mark.parametrize("name", shipped())
def test_what_ships_can_be_had_without_the_gpl(name: str):
    assert allows(licence_of(name)), f"{name}: {licence_of(name)}"


def test_qt_is_taken_under_the_lgpl():
    assert "LGPL-3.0-only" in licence_of("pyside6-essentials").split(" OR ")


@pytest.mark.parametrize("expression", ["GPL-3.0-only", "MIT AND GPL-2.0-only", "unknown"])
def test_a_licence_that_is_not_known_to_be_fine_is_refused(expression: str):
    assert not allows(expression)


def test_the_lock_holds_every_package_that_ships_with_its_hashes():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"\n(?=[a-z])", lock)
    locked = {canonicalize_name(entry.partition("==")[0]) for entry in entries}

    assert set(shipped()) <= locked
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock, "a lock that names a host works from that mirror only"


def test_the_commands_of_the_readme_are_targets_of_the_makefile():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    commands = re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text("utf-8"))

    assert {"demo", "test"} <= set(commands)
    assert set(commands) <= set(targets)


def test_a_target_that_writes_into_out_makes_that_folder_first():
    targets = re.split(r"\n(?=[a-z.]+:)", (ROOT / "Makefile").read_text("utf-8"))
    writing = {target.partition(":")[0]: target for target in targets if ">out/" in target}

    assert {"check", "bundle"} <= set(writing)
    for name, target in writing.items():
        assert target.index("mkdir -p out") < target.index(">out/"), name


def test_every_command_line_of_pyproject_can_be_imported():
    for name, target in PYPROJECT["project"]["scripts"].items():
        module, _, function = target.partition(":")
        found = subprocess.run(
            [sys.executable, "-c", f"from {module} import {function}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, f"{name}: {found.stderr}"


@pytest.mark.parametrize(
    "folder",
    sorted(folder.name for folder in (ROOT / "assets").iterdir() if folder.is_dir()),
)
def test_every_folder_of_assets_says_its_licence(folder: str):
    said = [
        path.name
        for path in (ROOT / "assets" / folder).rglob("*")
        if re.match(r"(LICENSE|OFL|README)", path.name)
    ]

    assert said, f"assets/{folder} has neither LICENSE nor README"


def test_links_of_the_documents_lead_somewhere():
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_house_rules_are_kept():
    assert list(house_rules.breaches()) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("kiosk/ui/Kiosk/pages/HomePage.qml", "    layer.effect: MultiEffect {}"),
        ("kiosk/ui/Kiosk/pages/HomePage.qml", '    color: "#ff0000"'),
        ("kiosk/ui/Kiosk/pages/HomePage.qml", '    border.color: "red"'),
        ("kiosk/window.py", "# TO" "DO: later"),
        ("docs/hub.md", "start it in /ro" "ot/hub"),
        ("tests/hub/test_api.py", "    time.slee" "p(1)"),
    ],
)  # fmt: skip
def test_a_breach_of_a_house_rule_is_found(tmp_path: Path, name: str, line: str):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(f"\n{line}\n", "utf-8")

    (found,) = house_rules.breaches(tmp_path)

    assert found.startswith(f"{name}:2: ")


def test_what_ci_runs_is_the_readmes_test_command_and_the_checks():
    commands = re.findall(r"^make .*$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)

    assert commands == ["make test", "make check"]


def test_set_up_refuses_a_part_that_it_does_not_know():
    done = subprocess.run(
        [ROOT / "tools" / "setup.sh", "printer"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[1] == (
        "set-up stopped: unknown part 'printer'; use one of: base, test, screen, bundle"
    )
