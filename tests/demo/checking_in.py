"""A visitor of the demo who checks in, in a process of its own; prints the upper number.

Its own, because bleak keeps its connection to a bus for as long as the process lives.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt

from kiosk.composition import Kiosk, Options
from kiosk.demo.run import demo
from kiosk.demo.village import HOST_CARD
from kiosk.demo.visitor import Visitor
from kiosk.disk import DataOnDisk
from kiosk.ui.window import Appearance, create_application


def main(folder: Path) -> None:
    app = create_application(sys.argv[:1])
    look = Appearance(1280, 800, 3.81, calm=True, guard_ms=0)
    with demo(folder) as village:
        options = village.options(Options(data=folder, appearance=look, pace=150.0))
        kiosk = Kiosk(app, DataOnDisk(folder), options)
        try:
            kiosk.window.show()
            village.begin()
            village.lend_a_hand(kiosk)
            kiosk.connect()
            visitor = Visitor(kiosk.window.window, between_touches_s=0)
            visitor.touch("start")
            visitor.get("noCard")
            visitor.type(HOST_CARD)
            visitor.key(Qt.Key.Key_Return)
            for button in ("yes", "agree", "imBack", "ready"):
                visitor.touch(button)
            visitor.get("done", within_s=120)
            print(kiosk.check_in.property("result")["systolic"])
        finally:
            kiosk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
