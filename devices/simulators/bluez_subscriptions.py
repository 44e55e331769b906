"""Who is told of an instrument's values: BlueZ's notify sessions and the instrument's own CCCD.

They are two things, and the difference loses readings. A session belongs to one D-Bus
connection and outlives the link (BlueZ renews it at the next connection). The CCCD is what the
instrument obeys; a bonded instrument keeps it between connections. When it is on and no session
is there, BlueZ confirms every indication, and nobody hears it (reference: ble.md 3.1.2).
"""

from __future__ import annotations

from dbus_fast import Variant

from devices.simulators.bluez_objects import CHARACTERISTIC
from devices.simulators.bluez_state import BluezState
from devices.simulators.encoding import short
from devices.simulators.peripheral import SimulatedCharacteristic, SimulatedInstrument


class Subscriptions:
    """`confirmed_unheard`: (address, uuid, value) of what was confirmed with nobody listening."""

    def __init__(self, state: BluezState) -> None:
        self.confirmed_unheard: list[tuple[str, str, bytes]] = []
        self._state = state
        self._sessions: dict[str, set[str]] = {}  # characteristic path: D-Bus senders

    def has(self, path: str, sender: str) -> bool:
        return sender in self._sessions.get(path, ())

    def add(self, path: str, sender: str) -> None:
        """A session; it takes effect now, or at the next connection."""
        self._sessions.setdefault(path, set()).add(sender)
        instrument, characteristic = self._state.characteristics[path]
        if instrument.connected.is_set():
            self._write_cccd(instrument, characteristic, on=True)
        if not self._state.tree.is_true(path, CHARACTERISTIC, "Notifying"):
            self._state.tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", True)})

    def remove(self, path: str, sender: str) -> None:
        """End a session. With the last one BlueZ clears the CCCD, if it can reach it."""
        sessions = self._sessions.get(path, set())
        sessions.discard(sender)
        if sessions:
            return
        self._sessions.pop(path, None)
        if path in self._state.characteristics:
            instrument, characteristic = self._state.characteristics[path]
            if instrument.connected.is_set():
                self._write_cccd(instrument, characteristic, on=False)
            self._state.tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", False)})

    def sender_left(self, sender: str) -> None:
        for path in [path for path, senders in self._sessions.items() if sender in senders]:
            self.remove(path, sender)

    def withdrawn(self, device: str) -> None:
        """The objects of a device have gone, and the sessions on them."""
        for path in [path for path in self._sessions if path.startswith(f"{device}/")]:
            del self._sessions[path]

    def forget_sessions(self) -> None:
        """bluetoothd has ended; what the instruments remember stays."""
        self._sessions.clear()

    def connected(self, instrument: SimulatedInstrument) -> None:
        """Renew the sessions; a bonded instrument obeys what it remembers."""
        for path, (owner, characteristic) in self._state.characteristics.items():
            here = owner is instrument and path.startswith(f"{instrument.link}/")
            if here and self._sessions.get(path):
                self._write_cccd(instrument, characteristic, on=True)
        for characteristic in instrument.characteristics():
            if _adapter_of(instrument) in characteristic.remembered_by:
                characteristic.subscribed.set()

    def bonded(self, instrument: SimulatedInstrument) -> None:
        """From now on what is subscribed is remembered."""
        for characteristic in instrument.characteristics():
            if characteristic.subscribed.is_set():
                characteristic.remembered_by.add(_adapter_of(instrument))

    def deliver(
        self, instrument: SimulatedInstrument, characteristic: SimulatedCharacteristic, value: bytes
    ) -> None:
        """One value: BlueZ tells of it once for every session, and each time everybody hears."""
        listeners = 0
        for path, (owner, one) in self._state.characteristics.items():
            if one is characteristic and path.startswith(f"{instrument.link}/"):
                listeners = len(self._sessions.get(path, ()))
                for _ in range(listeners * (2 if owner.faults.deliver_twice else 1)):
                    self._state.tree.change(path, CHARACTERISTIC, {"Value": Variant("ay", value)})
        if not listeners and characteristic.indicates:
            self.confirmed_unheard.append((instrument.address, characteristic.uuid, value))
            self._state.tell(
                instrument, f"no program listens to {short(characteristic.uuid)}: the value is lost"
            )

    def _write_cccd(
        self, instrument: SimulatedInstrument, characteristic: SimulatedCharacteristic, *, on: bool
    ) -> None:
        adapter = _adapter_of(instrument)
        if on:
            if not characteristic.subscribed.is_set():
                self._state.tell(instrument, f"subscribed to {short(characteristic.uuid)}")
            characteristic.subscribed.set()
            if adapter in instrument.bonds:
                characteristic.remembered_by.add(adapter)
        else:
            characteristic.subscribed.clear()
            characteristic.remembered_by.discard(adapter)


def _adapter_of(instrument: SimulatedInstrument) -> str:
    """The path of the adapter it is connected to."""
    return (instrument.link or "").partition("/dev_")[0]
