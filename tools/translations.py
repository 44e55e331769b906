"""The words of the window: one table, three languages.

assets/translations/words.tsv holds a line per text: English, 繁體中文 (Hong Kong), 简体中文, with
tabs between. `update` collects every qsTr() of the QML into kiosk_<language>.ts and fills it from
the table; `release` compiles the .qm files that the window loads; `check` fails when a text has no
line, a line has no text, or %1 %2 ... differ between the languages. Only Qt's own tools are called.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QML = ROOT / "kiosk" / "ui" / "Kiosk"
FOLDER = ROOT / "assets" / "translations"
TABLE = FOLDER / "words.tsv"
LANGUAGES = ("en", "zh_HK", "zh_CN")

PLACEHOLDER = re.compile(r"%(?:L?\d+|n)")


class TableBroken(ValueError):
    """A line of words.tsv cannot be read; the message says which."""


@dataclass(frozen=True, slots=True)
class Words:
    english: str
    zh_hk: str
    zh_cn: str

    def of(self, language: str) -> str:
        return {"en": self.english, "zh_HK": self.zh_hk, "zh_CN": self.zh_cn}[language]


def read_table(path: Path = TABLE) -> dict[str, Words]:
    """Words by their English text. \\n in a cell is a line break."""
    table: dict[str, Words] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        for number, row in enumerate(rows, start=1):
            if not row or row[0].startswith("#"):
                continue
            cells = [cell.strip().replace("\\n", "\n") for cell in row]
            if len(cells) != 3 or not all(cells):
                raise TableBroken(f"{path.name} line {number}: three filled cells are needed")
            words = Words(*cells)
            if table.setdefault(words.english, words) != words:
                raise TableBroken(
                    f"{path.name} line {number}: {words.english!r} is already there, otherwise"
                )
    return table


def tool(name: str) -> str:
    """Qt's tools sit beside the Python that runs this."""
    beside = Path(sys.executable).parent / f"pyside6-{name}"
    found = str(beside) if beside.is_file() else shutil.which(f"pyside6-{name}")
    if found is None:
        raise FileNotFoundError(f"pyside6-{name} is missing: install PySide6-Essentials")
    return found


def collect(language: str, target: Path) -> ET.ElementTree[ET.Element]:
    """Every text of the QML, freshly collected (old entries of the target are not kept)."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / target.name
        # QML files only: given a folder, lupdate would also walk into what lies beside them.
        sources = sorted(str(path.relative_to(ROOT)) for path in QML.rglob("*.qml"))
        subprocess.run(
            [tool("lupdate"), "-silent", "-locations", "none", "-source-language", "en",
             "-target-language", language, *sources, "-ts", str(fresh)],
            check=True, cwd=ROOT,
        )  # fmt: skip
        return ET.parse(fresh)


def fill(tree: ET.ElementTree[ET.Element], language: str, table: dict[str, Words]) -> list[str]:
    """Write the table's words into the tree; the texts without a line come back."""
    missing = []
    for message in tree.iter("message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        if translation is None:
            translation = ET.SubElement(message, "translation")
        words = table.get(source)
        if words is None:
            missing.append(source)
            continue
        translation.attrib.pop("type", None)
        translation.text = words.of(language)
    return missing


def save(tree: ET.ElementTree[ET.Element], target: Path) -> None:
    ET.indent(tree, "    ")
    body = ET.tostring(tree.getroot(), encoding="unicode")
    target.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', "utf-8")


def update() -> list[str]:
    """Write the three .ts files; the texts that words.tsv does not know come back."""
    table = read_table()
    missing: list[str] = []
    for language in LANGUAGES:
        target = FOLDER / f"kiosk_{language}.ts"
        tree = collect(language, target)
        missing = fill(tree, language, table)
        save(tree, target)
    return sorted(set(missing))


def release(folder: Path = FOLDER) -> list[Path]:
    """Compile the .ts files to .qm in `folder`. A window that runs has the old ones mapped into
    its memory, so the new ones take their names and never their place."""
    made = []
    for language in LANGUAGES:
        compiled = folder / f"kiosk_{language}.qm"
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            fresh = Path(scratch) / compiled.name
            source = FOLDER / f"kiosk_{language}.ts"
            subprocess.run(
                [tool("lrelease"), "-silent", str(source), "-qm", str(fresh)], check=True
            )
            fresh.replace(compiled)
        made.append(compiled)
    return made


def faults() -> list[str]:
    """Everything that keeps the window from being complete in three languages."""
    table = read_table()
    found = []
    used: set[str] = set()
    for language in LANGUAGES:
        target = FOLDER / f"kiosk_{language}.ts"
        fresh = {m.findtext("source") or "" for m in collect(language, target).iter("message")}
        used |= fresh
        stored: dict[str, str] = {}
        for message in ET.parse(target).iter("message"):
            entry = message.find("translation")
            if entry is not None and entry.get("type") is None and entry.text:
                stored[message.findtext("source") or ""] = entry.text
        found += [f"{language}: not translated: {text!r}" for text in sorted(fresh - set(stored))]
        found += [
            f"{language}: differs from words.tsv, run update: {text!r}"
            for text in sorted(set(stored) & set(table))
            if stored[text] != table[text].of(language)
        ]
    for words in table.values():
        marks = sorted(PLACEHOLDER.findall(words.english))
        for language in LANGUAGES[1:]:
            if sorted(PLACEHOLDER.findall(words.of(language))) != marks:
                found.append(f"{language}: placeholders differ: {words.english!r}")
    found += [f"words.tsv: no page says {text!r}" for text in sorted(set(table) - used)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=("update", "release", "check"))
    action = parser.parse_args().action
    if action == "update":
        missing = update()
        for text in missing:
            print(f"words.tsv has no line for {text!r}", file=sys.stderr)
        return 1 if missing else 0
    if action == "release":
        release()
        return 0
    found = faults()
    print("\n".join(found) or "The window is complete in three languages.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
