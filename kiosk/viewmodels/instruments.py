"""The instruments page: what this kiosk is paired with, what is near, and how Bluetooth is.

Shows no reading of anybody. What is paired is asked of the operating system, which alone knows;
what is remembered beside it (battery, last seen) comes from the kiosk's own settings.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from devices.health.errors import AdapterUnavailable
from devices.health.pairing import Bond
from kiosk.civil_time import civil_date, civil_time
from kiosk.instrument_desk import Heard, HeardNews
from kiosk.records import instruments
from kiosk.records.instruments import KnownInstrument
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.viewmodels.pairing import PairingPort, PairingViewModel, reason_of
from kiosk.workers import Background
from offline_sync.clock import Clock
from offline_sync.store import Store

log = logging.getLogger(__name__)

_REFRESH_MS: Final = 5_000
_NEAR_FOR_MS: Final = 25_000
"""An instrument that was not told of for so long is not near any more."""

_TAIL: Final = 5
"""The end of an address, "18:10": small print that tells two alike instruments apart."""


class InstrumentPort(PairingPort, Protocol):
    """What the page needs of `kiosk.instrument_desk.InstrumentDesk`."""

    def look(self, listener: Callable[[HeardNews], None]) -> None: ...
    def stop_looking(self) -> None: ...
    def bonds(
        self, then: Callable[[tuple[Bond, ...]], None], failed: Callable[[Exception], None]
    ) -> None: ...
    def forget(
        self, address: str, then: Callable[[None], None], failed: Callable[[Exception], None]
    ) -> None: ...


class InstrumentsViewModel(QObject):
    """`instruments` in QML: the list, and the pairing page."""

    changed = Signal()
    refused = Signal(str)
    forgotten = Signal(str)

    def __init__(
        self,
        background: Background,
        shifts: Shifts,
        clock: Clock,
        port: InstrumentPort,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._clock = clock
        self._port = port
        self._pairing = PairingViewModel(background, shifts, clock, port, self)
        self._pairing.refused.connect(self.refused)
        self._pairing.recorded.connect(self._ask)
        self._bonds: tuple[Bond, ...] | None = None
        self._near: dict[str, tuple[Heard, int]] = {}  # by address, and when (monotonic ms)
        self._rows: list[dict[str, Any]] = []
        self._nearby: list[dict[str, Any]] = []
        self._shown: tuple[object, ...] = ()
        self._adapter = ""
        self._problem = ""
        self._adopting: set[str] = set()
        self._pages: set[str] = set()  # that are open and show this
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._look_again)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    # ---- what the page reads

    @Property(QObject, constant=True)
    def pairing(self) -> PairingViewModel:
        return self._pairing

    denied = Property(
        bool,
        lambda self: self._shifts.refusal(Permission.SEE_INSTRUMENTS) is Refusal.NOT_ALLOWED,
        notify=changed,
    )
    mayPair = Property(
        bool,
        lambda self: self._shifts.refusal(Permission.PAIR_INSTRUMENTS) is None,
        notify=changed,
    )

    @Property(str, notify=changed)
    def adapter(self) -> str:
        """Why Bluetooth cannot be used: "" | powered_off | no_adapter | stuck | ... | fault"""
        return self._adapter

    @Property(str, notify=changed)
    def problem(self) -> str:
        """ "" | not_forgotten | not_saved"""
        return self._problem

    @Property(bool, notify=changed)
    def known(self) -> bool:
        """Whether the operating system has said what is paired."""
        return self._bonds is not None

    rows = Property(list, lambda self: self._rows, notify=changed)
    nearby = Property(list, lambda self: self._nearby, notify=changed)
    today = Property(
        str, lambda self: civil_date(self._clock.now().wall_ms).isoformat(), notify=changed
    )

    # ---- what the worker does

    @Slot(str)
    @requires(Permission.SEE_INSTRUMENTS)
    def watch(self, page: str) -> None:
        """A page of instruments is open: show how things are, and go on showing it."""
        self._pages.add(page)
        self._problem = ""
        self._near.clear()
        self._shown = ()  # another worker may see other things
        self._port.look(self._hear)
        self._ask()
        self._show()
        self._timer.start()

    @Slot(str)
    def leave(self, page: str) -> None:
        """This page is closed; another may have been opened before that."""
        self._pages.discard(page)
        if self._pages:
            return
        self._timer.stop()
        self._port.stop_looking()
        self._near.clear()

    @Slot(str)
    @requires(Permission.PAIR_INSTRUMENTS)
    def forget(self, address: str) -> None:
        """Undo pairing with one instrument, and say so in its record."""
        if all(row["key"] != address for row in self._rows):
            return
        worker = self._shifts.worker
        by = worker.staff_id if worker else "kiosk"
        self._port.forget(
            address,
            lambda _: self._forgot(address, by),
            lambda error: self._failed("not_forgotten", error),
        )

    # ---- what Bluetooth says

    @Slot()
    def _look_again(self) -> None:
        if self._shifts.refusal(Permission.SEE_INSTRUMENTS) is None:
            self._ask()
            self._show()

    @Slot()
    def _ask(self) -> None:
        self._port.bonds(self._bonds_told, self._bonds_not_told)

    def _bonds_told(self, bonds: tuple[Bond, ...]) -> None:
        self._bonds, self._adapter = bonds, ""
        self._adopt(bonds)
        self._show()

    def _bonds_not_told(self, error: Exception) -> None:
        self._adapter = str(error.reason) if isinstance(error, AdapterUnavailable) else "fault"
        self._show()

    def _hear(self, news: HeardNews) -> None:
        if isinstance(news, Exception):
            self._bonds_not_told(news)
            return
        self._near[news.address] = (news, self._clock.now().mono_ms)
        self._show()

    def _forgot(self, address: str, by: str) -> None:
        self._near.pop(address, None)
        self._background.write(
            partial(
                instruments.note_forgotten,
                address=address,
                at_ms=self._clock.now().wall_ms,
                by=by,
            ),
            lambda _: self._ask(),
            lambda error: self._failed("not_saved", error),
        )
        self.forgotten.emit(address)

    def _failed(self, problem: str, error: BaseException) -> None:
        log.error("an instrument: %s: %s", problem, reason_of(error))
        self._problem = problem
        self.changed.emit()

    def _adopt(self, bonds: tuple[Bond, ...]) -> None:
        """A bond that was made outside the kiosk's window is written down as well."""
        known = instruments.known(self._background.reader)
        for bond in bonds:
            before = known.get(bond.address)
            if bond.kind is None or bond.address in self._adopting or (before and before.paired):
                continue
            if self._pairing.property("address") == bond.address:
                continue  # it is being paired here: it knows more
            self._adopting.add(bond.address)
            self._background.write(
                partial(_adopt, bond=bond, at_ms=self._clock.now().wall_ms),
                partial(self._adopted, bond.address),
                partial(self._not_adopted, bond.address),
            )

    def _adopted(self, address: str, _: None) -> None:
        self._adopting.discard(address)
        self._show()

    def _not_adopted(self, address: str, error: BaseException) -> None:
        log.warning("a bond is written down later: %s", type(error).__name__)
        self._adopting.discard(address)

    # ---- rows

    def _show(self) -> None:
        known = instruments.known(self._background.reader)
        now = self._clock.now()
        self._near = {
            address: (heard, at)
            for address, (heard, at) in self._near.items()
            if now.mono_ms - at < _NEAR_FOR_MS
        }
        bonds = {bond.address: bond for bond in self._bonds or ()}
        rows = [self._paired_row(bond, known.get(address)) for address, bond in bonds.items()]
        if self._bonds is not None:
            rows += [
                _lost_row(one)
                for address, one in known.items()
                if one.paired and address not in bonds
            ]
        nearby = [
            {
                "key": address,
                "name": heard.name or "",
                "kind": heard.kind or "",
                "paired": heard.bonded or address in bonds,
                "tail": address[-_TAIL:],
            }
            for address, (heard, _) in sorted(self._near.items())
            if heard.kind is not None
        ]
        shown = (rows, nearby, self._adapter, self.known)
        if shown != self._shown:  # else a list that is being read would jump to its beginning
            self._shown = shown
            self._rows, self._nearby = rows, nearby
            self.changed.emit()

    def _paired_row(self, bond: Bond, known: KnownInstrument | None) -> dict[str, Any]:
        near = bond.address in self._near or bond.connected
        return {
            "key": bond.address,
            "name": bond.name or (known.name if known else None) or "",
            "kind": bond.kind or (known.kind if known else ""),
            "battery": -1
            if known is None or known.battery_percent is None
            else known.battery_percent,
            "seen": _moment(known.seen_at if known else None),
            "state": "near" if near else "away",
            "tail": bond.address[-_TAIL:],
        }


def _lost_row(known: KnownInstrument) -> dict[str, Any]:
    """Paired once, and the operating system knows nothing of it any more."""
    return {
        "key": known.address,
        "name": known.name or "",
        "kind": known.kind,
        "battery": -1,
        "seen": _moment(known.seen_at),
        "state": "lost",
        "tail": known.address[-_TAIL:],
    }


def _adopt(store: Store, bond: Bond, at_ms: int) -> None:
    instruments.note_paired(
        store, {"address": bond.address, "name": bond.name}, bond.kind or "", at_ms, "kiosk"
    )


def _moment(at_ms: int | None) -> dict[str, str]:
    if at_ms is None:
        return {}
    return {"on": civil_date(at_ms).isoformat(), "time": f"{civil_time(at_ms):%H:%M}"}
