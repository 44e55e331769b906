"""Answers of the hub as they travel: JSON, with the hub's name in each."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from fastapi import Response

from hub.receiving import AnswerToStranger
from hub.refused import Refused
from offline_sync.answers import HUB_NAME, Refusal
from offline_sync.compression import ZSTD, pack

_JSON: Final = "application/json"
_ZSTD_TAKEN: Final = re.compile(r"(?:^|,)\s*zstd\s*(?:,|$)", re.IGNORECASE)
_encoder: Final = msgspec.json.Encoder()


def answered(answer: msgspec.Struct, accepted: str = "") -> Response:
    """A good answer, packed when the request's Accept-Encoding names zstd.

    A short one too: the packing has a checksum, and a plain answer of which one bit was changed on
    the way would be taken for the hub's word.
    """
    content = _encoder.encode(answer)
    if not _ZSTD_TAKEN.search(accepted):
        return Response(content, media_type=_JSON)
    headers = {"Content-Encoding": ZSTD, "Vary": "Accept-Encoding"}
    return Response(pack(content, ZSTD), headers=headers, media_type=_JSON)


def refusal(refused: Refused) -> Response:
    """Why nothing was done; sent before anything is read, to one from whom nothing is read."""
    content = _encoder.encode(Refusal(HUB_NAME, refused.error, refused.detail))
    kind = AnswerToStranger if refused.unread else Response
    return kind(content, refused.status, refused.headers, media_type=_JSON)
