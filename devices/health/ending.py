"""Ends tasks that have a result to ask for, so that no failure of theirs goes unheard.

Who was cancelled while waiting for a task does not come to ask for its result any more, and
asyncio then complains of a failure that nobody has seen.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

_log = logging.getLogger(__name__)


async def ended(task: asyncio.Task[Any]) -> None:
    """Cancel a task and return when it is done; nothing happens to one that is done already.

    Its result, or what it failed with, can be asked for all the same.
    """
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.debug("%s ended with %r", task.get_name(), error)
