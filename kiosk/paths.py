"""Where the kiosk's own files and the site's data are. Reads nothing and writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import platformdirs

_ROOT: Final = Path(__file__).resolve().parent.parent
ASSETS: Final = _ROOT / "assets"
QML_IMPORTS: Final = _ROOT / "kiosk" / "ui"


def default_data_folder() -> Path:
    """The folder of a live kiosk's data when the command line names none."""
    return platformdirs.user_data_path("smart-village-kiosk")
