"""Values through a simulated BlueZ: reads, writes, notify sessions, and what instruments send.

An ATT error reaches the caller as BlueZ words it (create_gatt_dbus_error in src/gatt-client.c),
for bleak reads the code out of those words.
"""

from __future__ import annotations

import inspect
from typing import NoReturn

from dbus_fast import Message, Variant
from dbus_fast.errors import DBusError

from devices.simulators.bluez_connections import Connections
from devices.simulators.bluez_objects import CHARACTERISTIC
from devices.simulators.bluez_pairing import Pairing
from devices.simulators.bluez_state import NOTHING, BluezState, bluez_error
from devices.simulators.bluez_subscriptions import Subscriptions
from devices.simulators.encoding import short
from devices.simulators.object_tree import Reply
from devices.simulators.peripheral import AttError, SimulatedCharacteristic, SimulatedInstrument


class Gatt:
    """`GattCharacteristic1`, and the instrument's side of it."""

    def __init__(
        self,
        state: BluezState,
        connections: Connections,
        subscriptions: Subscriptions,
        pairing: Pairing,
    ) -> None:
        self._state = state
        self._connections = connections
        self._subscriptions = subscriptions
        self._pairing = pairing

    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool:
        """A notification or indication; False when the instrument must keep the value.

        True means taken or confirmed, not heard: see `Subscriptions`.
        """
        characteristic = instrument.characteristic(uuid)
        if not characteristic.subscribed.is_set():
            return False
        faults, sent = instrument.faults, f"sent {short(uuid)} {value.hex()}"
        if characteristic.indicates and faults.drop_before_confirmation is not None:
            faults.drop_before_confirmation -= 1
            if faults.drop_before_confirmation < 0:
                faults.drop_before_confirmation = None
                return self._not_confirmed(instrument, sent)
        self._subscriptions.deliver(instrument, characteristic, value)
        if characteristic.indicates and faults.lose_confirmation is not None:
            faults.lose_confirmation -= 1
            if faults.lose_confirmation < 0:
                faults.lose_confirmation = None
                return self._not_confirmed(instrument, sent)
        self._state.tell(instrument, f"{sent}, confirmed" if characteristic.indicates else sent)
        return True

    def _not_confirmed(self, instrument: SimulatedInstrument, sent: str) -> bool:
        self._state.tell(instrument, f"{sent}, not confirmed")
        self._connections.drop(instrument)
        return False

    # D-Bus

    async def read(self, message: Message) -> Reply:
        path = message.path or ""
        instrument, characteristic = self._connected(path)
        if instrument.faults.hung_reads:
            await _until_it_leaves(instrument)
        if characteristic.needs_pairing:
            await self._pairing.ensure(instrument)
        try:
            _next_att_error(instrument, characteristic)
            if "read" not in characteristic.flags:
                raise AttError(_READ_NOT_PERMITTED)
            value = characteristic.read()
        except AttError as error:
            raise _as_bluez_says(error) from error
        # To whoever listens, a read looks like a notification.
        self._state.tree.change(path, CHARACTERISTIC, {"Value": Variant("ay", value)})
        return "ay", [value]

    async def write(self, message: Message) -> Reply:
        instrument, characteristic = self._connected(message.path or "")
        value, options = bytes(message.body[0]), message.body[1]
        command = "type" in options and options["type"].value == "command"
        if not {"write", "write-without-response"} & set(characteristic.flags):
            raise bluez_error("NotSupported", "Operation is not supported")
        if instrument.faults.hung_writes:
            instrument.faults.hung_writes -= 1
            await _until_it_leaves(instrument)
        if characteristic.needs_pairing:
            await self._pairing.ensure(instrument)
        instrument.writes.append((characteristic.uuid, value))
        self._state.tell(instrument, f"was written {short(characteristic.uuid)} {value.hex()}")
        try:
            _next_att_error(instrument, characteristic)
            if characteristic.on_write is not None:
                work = characteristic.on_write(value)
                if inspect.isawaitable(work):
                    await work
        except AttError as error:
            if not command:  # a command has no answer
                raise _as_bluez_says(error) from error
        return NOTHING

    async def start_notify(self, message: Message) -> Reply:
        path, sender = message.path or "", message.sender or ""
        instrument, characteristic = self._state.characteristics[path]
        if not characteristic.sends:
            raise bluez_error("NotSupported", "Operation is not supported")
        if self._subscriptions.has(path, sender):
            return NOTHING
        if _is_connected(instrument, path):
            if characteristic.needs_pairing:
                await self._pairing.ensure(instrument)
            if instrument.faults.hung_subscriptions:
                instrument.faults.hung_subscriptions -= 1
                await _until_it_leaves(instrument)
            try:
                _next_att_error(instrument, characteristic)
            except AttError as error:
                raise _as_bluez_says(error) from error
        self._subscriptions.add(path, sender)
        return NOTHING

    async def stop_notify(self, message: Message) -> Reply:
        path, sender = message.path or "", message.sender or ""
        if not self._subscriptions.has(path, sender):
            raise bluez_error("Failed", "No notify session started")
        self._subscriptions.remove(path, sender)
        return NOTHING

    def _connected(self, path: str) -> tuple[SimulatedInstrument, SimulatedCharacteristic]:
        instrument, characteristic = self._state.characteristics[path]
        if not _is_connected(instrument, path):
            raise bluez_error("Failed", "Not connected")
        return instrument, characteristic


_READ_NOT_PERMITTED = 0x02
_WORDS = {
    _READ_NOT_PERMITTED: ("NotPermitted", "Read not permitted"),
    0x03: ("NotPermitted", "Write not permitted"),
    0x05: ("NotPermitted", "Not paired"),
    0x06: ("NotSupported", "Operation is not supported"),
    0x07: ("InvalidArguments", "Invalid offset"),
    0x08: ("NotAuthorized", "Operation Not Authorized"),
    0x0C: ("NotPermitted", "Not paired"),
    0x0D: ("InvalidArguments", "Invalid Length"),
    0x0F: ("NotPermitted", "Not paired"),
}


def _as_bluez_says(error: AttError) -> DBusError:
    name, text = _WORDS.get(
        error.code, ("Failed", f"Operation failed with ATT error: 0x{error.code:02x}")
    )
    return bluez_error(name, text)


def _next_att_error(
    instrument: SimulatedInstrument, characteristic: SimulatedCharacteristic
) -> None:
    if codes := instrument.faults.att_errors.get(characteristic.uuid):
        raise AttError(codes.pop(0))


def _is_connected(instrument: SimulatedInstrument, path: str) -> bool:
    return instrument.connected.is_set() and path.startswith(f"{instrument.link}/")


async def _until_it_leaves(instrument: SimulatedInstrument) -> NoReturn:
    """A call that BlueZ never answers while the link is there."""
    await instrument.left.wait()
    raise bluez_error("Failed", "Not connected")
