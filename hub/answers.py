"""Answers of the hub as they travel: JSON, with the hub's name in each."""

from __future__ import annotations

from typing import Final

import msgspec
from fastapi import Response

from hub.receiving import AnswerToStranger
from hub.refused import Refused
from offline_sync.wire import HUB_NAME, Refusal

_JSON: Final = "application/json"
_encoder: Final = msgspec.json.Encoder()


def answered(answer: msgspec.Struct) -> Response:
    """A good answer."""
    return Response(_encoder.encode(answer), media_type=_JSON)


def refusal(refused: Refused) -> Response:
    """Why nothing was done; sent before anything is read, to one from whom nothing is read."""
    content = _encoder.encode(Refusal(HUB_NAME, refused.error, refused.detail))
    kind = AnswerToStranger if refused.unread else Response
    return kind(content, refused.status, refused.headers, media_type=_JSON)
