"""Residents: the one whom a card names, and the ones whom staff look for.

The two sides are two types. `CardHolder` carries all that a shared screen may know of a
person; `Resident` is for signed-in staff. Nothing here may turn a card into a list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlite_utils

PICTURES: Final = ("junk", "fish", "orange", "teapot", "umbrella", "hill")
"""The pictures that residents choose from; each is a drawing in assets/pictures."""

_COLUMNS = (
    "id, name, preferred_address, picture, language, birth_date, sex, village, address, phone,"
    " card_token, warnings, status"
)
# As the index resident_by_words has them: written otherwise, every row would be read.
_ORDER = "lower(json_extract(name, '$.romanised')), id"
_WORDS = (
    "lower(coalesce(json_extract(name, '$.family'), '')"
    " || coalesce(json_extract(name, '$.given'), '')"
    " || ' ' || coalesce(json_extract(name, '$.romanised'), '')"
    " || ' ' || preferred_address || ' ' || village || ' ' || coalesce(card_token, ''))"
)


@dataclass(frozen=True, slots=True)
class CardHolder:
    """What the resident side of the screen may know of the person in front of it."""

    id: str
    preferred_address: str  # 稱呼
    picture: str
    language: str
    arm_not_to_use: str  # left | right | both | none | "" when nobody has written it down


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident as staff see them."""

    id: str
    name: str  # family and given name in Chinese, in that order
    romanised: str
    preferred_address: str
    picture: str
    language: str
    birth_date: str  # "1944", "1944-05", "1944-05-02" or ""
    sex: str
    village: str
    address: str
    phone: str
    card_token: str
    warnings: Mapping[str, Any]
    status: str


def find_by_card(db: sqlite_utils.Database, token: str) -> CardHolder | None:
    """The living resident who holds exactly this card, or None; never a near match."""
    rows = list(
        db.query(
            "SELECT id, preferred_address, picture, language, warnings FROM resident"
            " WHERE card_token = ? AND status = 'active' LIMIT 2",
            [token],
        )
    )
    # A token on two people names neither of them.
    if len(rows) != 1:
        return None
    row = rows[0]
    return CardHolder(
        id=row["id"],
        preferred_address=row["preferred_address"],
        picture=row["picture"],
        language=row["language"],
        arm_not_to_use=str(_document(row["warnings"]).get("arm_not_to_use", "")),
    )


def get(db: sqlite_utils.Database, resident_id: str) -> Resident | None:
    """One resident, in whatever state; None when this kiosk has no such record."""
    rows = db.query(f"SELECT {_COLUMNS} FROM resident WHERE id = ?", [resident_id])
    return next((_resident(row) for row in rows), None)


def search(db: sqlite_utils.Database, text: str, limit: int = 50) -> list[Resident]:
    """Active residents whose name, address form, village or card holds every word of `text`.

    Upper and lower case, and spaces in a romanised name, do not matter. No text finds
    everybody, in the order of their romanised names.
    """
    words = text.casefold().split()
    holds_every_word = "".join(f" AND instr({_WORDS}, ?) > 0" for _ in words)
    rows = db.query(
        f"SELECT {_COLUMNS} FROM resident WHERE id IN (SELECT id FROM resident"
        f" WHERE status = 'active'{holds_every_word} ORDER BY {_ORDER} LIMIT ?)"
        f" ORDER BY {_ORDER}",
        [*words, limit],
    )
    return [_resident(row) for row in rows]


def _resident(row: Mapping[str, Any]) -> Resident:
    name = _document(row["name"])
    return Resident(
        id=row["id"],
        name=f"{name.get('family', '')}{name.get('given', '')}",
        romanised=str(name.get("romanised", "")),
        preferred_address=row["preferred_address"],
        picture=row["picture"],
        language=row["language"],
        birth_date=row["birth_date"] or "",
        sex=row["sex"] or "",
        village=row["village"],
        address=row["address"] or "",
        phone=row["phone"] or "",
        card_token=row["card_token"] or "",
        warnings=_document(row["warnings"]),
        status=row["status"],
    )


def _document(text: str | None) -> Mapping[str, Any]:
    document = json.loads(text) if text else {}
    return document if isinstance(document, dict) else {}
