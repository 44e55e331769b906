"""The site: where this kiosk stands and which counters hang on it, from DATA/site.toml.

What a helper on the telephone needs to hear (address, landmark) is written here by the
people who install the kiosk; nothing in it is secret. The hub's token is not here: it is
kept in the encrypted store.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.languages import LANGUAGES

FILE_NAME: Final = "site.toml"
PROTOCOLS: Final = ("ops24x",)
_LANES: Final = {"ops24x": 1}  # a radar at the roadside: one lane, both directions
_PORT_OF_THIS_BOOT: Final = re.compile(r"/+dev/+tty(USB|ACM)\d+")


class SiteFileWrong(ValueError):
    """The site file cannot be used; the message says which line of it to mend."""


@dataclass(frozen=True, slots=True)
class CounterSite:
    """One vehicle counter as the installers describe it."""

    counter_id: str
    name: dict[str, str]
    protocol: str
    port: str
    baud: int
    lanes: int
    inbound_means: str


@dataclass(frozen=True, slots=True)
class Site:
    """The place, in the words that people use for it, by language."""

    village: dict[str, str]
    address: dict[str, str]
    landmark: dict[str, str]
    telephone: str
    counters: tuple[CounterSite, ...] = ()


def load_site(folder: Path) -> Site:
    """Read DATA/site.toml; a kiosk with none yet gets empty words, never invented ones.

    Raises:
        SiteFileWrong: the file is not TOML, or a part of it is missing or of the wrong kind.
    """
    path = folder / FILE_NAME
    if not path.exists():
        nothing = dict.fromkeys(LANGUAGES, "")
        return Site(nothing, nothing, nothing, "")
    try:
        with path.open("rb") as source:
            text = tomllib.load(source)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteFileWrong(
            f"{path}: {error}. Mend that line and start the kiosk again."
        ) from error
    place = _table(path, text, "site")
    counters = tuple(_counter(path, entry) for entry in _counter_tables(path, text))
    if len({counter.counter_id for counter in counters}) < len(counters):
        raise SiteFileWrong(f"{path}: two counters have the same id; give each its own.")
    return Site(
        village=_words(path, place, "village"),
        address=_words(path, place, "address"),
        landmark=_words(path, place, "landmark"),
        telephone=_text(path, place, "telephone"),
        counters=counters,
    )


def write_site(folder: Path, site: Site) -> None:
    """Write DATA/site.toml whole or not at all: for the demo, and as a pattern for installers."""
    lines = ["[site]"]
    lines += [
        f"{name} = {_quoted(words)}"
        for name, words in (
            ("village", site.village),
            ("address", site.address),
            ("landmark", site.landmark),
        )
    ]
    lines.append(f"telephone = {json.dumps(site.telephone)}")
    for counter in site.counters:
        lines += [
            "",
            "[[counter]]",
            f"id = {json.dumps(counter.counter_id)}",
            f"name = {_quoted(counter.name)}",
            f"protocol = {json.dumps(counter.protocol)}",
            f"port = {json.dumps(counter.port)}",
            f"baud = {counter.baud}",
            f"lanes = {counter.lanes}",
            f"inbound_means = {json.dumps(counter.inbound_means)}",
        ]
    part = folder / f"{FILE_NAME}.part"
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(folder / FILE_NAME)


def _quoted(words: dict[str, str]) -> str:
    # A JSON string is a TOML basic string, as long as nothing beyond the BMP is escaped.
    pairs = (f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in words.items())
    return "{ " + ", ".join(pairs) + " }"


def _counter(path: Path, entry: dict[str, Any]) -> CounterSite:
    protocol = _text(path, entry, "protocol")
    if protocol not in PROTOCOLS:
        raise SiteFileWrong(f"{path}: protocol must be one of: {', '.join(PROTOCOLS)}.")
    lanes = _number(path, entry, "lanes")
    if lanes != _LANES[protocol]:
        raise SiteFileWrong(
            f"{path}: write lanes = {_LANES[protocol]}: one {protocol} counter watches one lane,"
            " in both directions. Describe a second counter for a second lane."
        )
    inbound = _text(path, entry, "inbound_means")
    if inbound not in ("into_village", "out_of_village"):
        raise SiteFileWrong(f"{path}: inbound_means must be into_village or out_of_village.")
    return CounterSite(
        counter_id=_text(path, entry, "id"),
        name=_words(path, entry, "name"),
        protocol=protocol,
        port=_port(path, entry),
        baud=_number(path, entry, "baud"),
        lanes=lanes,
        inbound_means=inbound,
    )


def _port(path: Path, entry: dict[str, Any]) -> str:
    port = _text(path, entry, "port")
    if _PORT_OF_THIS_BOOT.fullmatch(port):
        raise SiteFileWrong(
            f"{path}: {port} may be another counter after the next start of the computer. Write"
            ' the name that stays: port = "/dev/serial/by-id/..." (ls -l /dev/serial/by-id'
            " shows it)."
        )
    return port


def _table(path: Path, text: dict[str, Any], name: str) -> dict[str, Any]:
    table = text.get(name)
    if not isinstance(table, dict):
        raise SiteFileWrong(f"{path}: the part [{name}] is missing.")
    return table


def _counter_tables(path: Path, text: dict[str, Any]) -> list[dict[str, Any]]:
    tables = text.get("counter", [])
    if not isinstance(tables, list) or not all(isinstance(entry, dict) for entry in tables):
        raise SiteFileWrong(f"{path}: begin each counter with [[counter]] (two brackets).")
    return tables


def _words(path: Path, table: dict[str, Any], name: str) -> dict[str, str]:
    words = table.get(name)
    if not isinstance(words, dict) or any(
        not isinstance(words.get(language), str) for language in LANGUAGES
    ):
        raise SiteFileWrong(
            f'{path}: write {name} in each language: {name} = {{ en = "", zh_HK = "", zh_CN = "" }}'
        )
    return {language: words[language] for language in LANGUAGES}


def _text(path: Path, table: dict[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str):
        raise SiteFileWrong(f'{path}: write {name} = "..." (text in quotes).')
    return value


def _number(path: Path, table: dict[str, Any], name: str) -> int:
    value = table.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SiteFileWrong(f"{path}: write {name} = a whole number, 1 or more.")
    return value
