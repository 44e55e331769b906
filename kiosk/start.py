"""Starts the window in one of its ways: live, demo, tour, first frame, self-test.

What goes wrong before the first page is shown on a page of its own, in three languages, and
nothing is deleted or made anew to get past it.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication

from kiosk.composition import Kiosk, Options
from kiosk.disk import DataOnDisk
from kiosk.paths import default_data_folder
from kiosk.process_age import ms_since_spawn
from kiosk.rules import RuleFileRefused
from kiosk.site import SiteFileWrong
from kiosk.ui import messages
from kiosk.ui.problem import show_problem
from kiosk.ui.window import Appearance, WindowFailed, create_application
from offline_sync.errors import StoreError

log = logging.getLogger(__name__)

PROBLEM_EXIT: Final = 3
"""The exit code when the kiosk could not start and has said so on its screen."""


def start(arguments: argparse.Namespace) -> int:
    """Build the kiosk as the command line asks, run it, and close it in order."""
    # What a crash would leave on the disk, unencrypted, is the memory with residents' data in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    messages.install()
    if (arguments.tour or arguments.first_frame or arguments.self_test) and not _has_screen():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        os.environ["LC_ALL"] = "C.UTF-8"  # a bare service has no locale, and Qt reads UTF-8
    app = create_application(sys.argv[:1])
    options = _options(arguments)
    if arguments.demo or arguments.tour:
        return _demo(app, options, arguments)
    if arguments.first_frame:
        with _folder(arguments) as folder:
            return _run(app, replace(options, data=folder), _say_first_frame)
    if arguments.self_test:
        from kiosk.self_test import self_test

        return _run(app, options, self_test)
    return _run(app, options, _stay)


def _has_screen() -> bool:
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _options(arguments: argparse.Namespace) -> Options:
    width, height = map(int, arguments.size.split("x"))
    return Options(
        data=arguments.data or default_data_folder(),
        language=arguments.language,
        theme=arguments.theme,
        appearance=Appearance(width, height, arguments.px_per_mm),
        full_screen=arguments.full_screen,
    )


def _demo(app: QGuiApplication, options: Options, arguments: argparse.Namespace) -> int:
    if arguments.tour and getattr(sys, "frozen", False):
        # It touches the window through Qt's test module, which is not shipped.
        print("village-kiosk: the tour runs from the source: make tour", file=sys.stderr)
        return PROBLEM_EXIT
    from kiosk.demo.hub_process import HubDidNotStart
    from kiosk.demo.run import DEMO_WORDS, DemoUnavailable, demo

    with _folder(arguments) as folder:
        try:
            with demo(folder) as village:
                if arguments.tour:
                    from kiosk.demo.tour import take_tour

                    return take_tour(app, village, options, arguments.tour)

                print(DEMO_WORDS, file=sys.stderr)

                def painted(kiosk: Kiosk) -> None:
                    village.begin()
                    village.lend_a_hand(kiosk)
                    _stay(kiosk)

                return _run(app, village.options(options), painted)
        except (DemoUnavailable, HubDidNotStart) as error:
            print(f"village-kiosk: {error}", file=sys.stderr)
        except StoreError as error:
            print(f"village-kiosk: {error} {error.next_step}", file=sys.stderr)
        return PROBLEM_EXIT


def _run(app: QGuiApplication, options: Options, painted: Callable[[Kiosk], None]) -> int:
    """The kiosk from its first frame to its end; `painted` is called when it stands."""
    try:
        kiosk = Kiosk(app, DataOnDisk(options.data), options)
    except (StoreError, SiteFileWrong, RuleFileRefused, OSError) as error:
        log.error("the kiosk cannot start: %s", error)
        return show_problem(app, error, options.language, options.appearance) or PROBLEM_EXIT
    except WindowFailed as error:  # then no page of ours can be shown, this one neither
        log.error("the kiosk cannot start: %s %s", error, error.next_step)
        return PROBLEM_EXIT
    try:
        kiosk.show(lambda: painted(kiosk))
        with _signals_end_it():
            return app.exec()
    finally:
        kiosk.close()


@contextlib.contextmanager
def _signals_end_it() -> Iterator[None]:
    """Ctrl-C and the stop of a service close the kiosk in order, within a second: Python sees
    a signal when the shell's clock ticks."""

    def end(*_: object) -> None:
        QGuiApplication.exit(0)

    ours = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, end) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stay(kiosk: Kiosk) -> None:
    log.info("first frame after %.0f ms", ms_since_spawn())
    kiosk.connect()


def _say_first_frame(_: Kiosk) -> None:
    print(round(ms_since_spawn(), 1), flush=True)
    QGuiApplication.exit(0)


@contextlib.contextmanager
def _folder(arguments: argparse.Namespace) -> Iterator[Path]:
    """The folder that was named, or one that is gone afterwards."""
    if arguments.data is not None:
        yield arguments.data
    else:
        with tempfile.TemporaryDirectory(prefix="village-kiosk-") as folder:
            yield Path(folder)
