"""The rules of the house that no linter knows: `make check` runs this, and so does a test.

Prints one line for each breach (file:line, what, why) and exits 1. It reads the files that
git knows or would add, so what is built and ignored is never looked at.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that must not be found in some files."""

    what: str
    why: str
    pattern: re.Pattern[str]
    files: re.Pattern[str]
    but_not: re.Pattern[str] | None = None


RULES: Final = (
    Rule(
        "an effect of the graphics card",
        "the software renderer drops the whole item: draw it with rectangles and shapes",
        re.compile(r"layer\.effect|\bMultiEffect\b|\bRectangularShadow\b|\bShaderEffect"),
        re.compile(r"\.qml$"),
    ),
    Rule(
        "a colour of its own",
        "every colour is a token of Theme.qml, so that light, dark and high contrast follow",
        re.compile(r"""["']#[0-9A-Fa-f]{3,8}["']|\bQt\.(rgba|hsla|hsva)\("""
                   r"""|\b[a-zA-Z.]*[cC]olor:\s*["'](?!transparent["'])"""),
        re.compile(r"^kiosk/.*\.(qml|py)$"),
        re.compile(r"/Theme\.qml$"),
    ),
    Rule(
        "a note to oneself",
        "what is not done is an issue, not a comment",
        re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b"),
        re.compile(r"\.(py|qml|sh|toml|md)$|(^|/)(Makefile|run)$"),
        re.compile(r"^pyproject\.toml$"),
    ),
    Rule(
        "a path of one machine",
        "the project runs wherever it is cloned",
        re.compile(r"(?<![\w.~>])/(work|root|home/[a-z]\w*|Users/\w+)/"),
        re.compile(r"\.(py|qml|sh|toml|md|spec|lock|cfg|ini|tsv|ts|json)$|(^|/)(Makefile|run)$"),
    ),
    Rule(
        "a test that sleeps",
        "wait for a signal or a condition, or drive the clock",
        # looking again after some milliseconds is how a condition is waited for
        re.compile(r"\bsleep\((0?\.[1-9]|[1-9])|\bqtbot\.wait\("),
        re.compile(r"^tests/.*\.py$"),
    ),
)  # fmt: skip


def breaches(root: Path = ROOT) -> Iterator[str]:
    """One plain line for each place that breaks a rule."""
    for name in _files(root):
        rules = [
            rule
            for rule in RULES
            if rule.files.search(name) and not (rule.but_not and rule.but_not.search(name))
        ]
        if not rules:
            continue
        for number, line in enumerate((root / name).read_text("utf-8").splitlines(), 1):
            for rule in rules:
                if rule.pattern.search(line):
                    yield f"{name}:{number}: {rule.what} ({rule.why}): {line.strip()[:80]}"


def _files(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(name for name in listed.stdout.split("\0") if name and (root / name).is_file())


def main() -> int:
    """Print what is found; 0 when there is nothing."""
    found = list(breaches())
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
