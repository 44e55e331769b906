"""A scriptable org.bluez: what bleak talks to when there is no Bluetooth, in tests and demos.

It answers the part of BlueZ's D-Bus interface that bleak uses, on a private bus. It knows
nothing of radio timing, pairing or confirmations: real BlueZ is needed to release.
Object paths have BlueZ's shape, for bleak cuts them by length.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from devices.simulators.bluez_objects import (
    ADAPTER,
    CHARACTERISTIC,
    DEVICE,
    SERVICE,
    adapter_properties,
    characteristic_properties,
    device_properties,
    service_properties,
)
from devices.simulators.object_tree import OBJECTS, ObjectTree
from devices.simulators.peripheral import (
    ConnectFault,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.private_bus import PrivateBus

_ABORT_LASTS_S: Final = 0.01
_STRONG_RSSI: Final = -48

Reply = tuple[str, list[Any]]  # D-Bus signature and values
_NOTHING: Final[Reply] = ("", [])


class SimulatedBluez:
    """An adapter with instruments around it. Use as an async context manager.

    While it runs, `DBUS_SYSTEM_BUS_ADDRESS` of this process names its bus; bleak must not
    have been used before in the same event loop. `calls` lists every method call, as
    (member, object path), for tests to look at.
    """

    def __init__(self, *, adapter: str = "hci0", powered: bool = True) -> None:
        self.calls: list[tuple[str, str]] = []
        self._adapter = f"/org/bluez/{adapter}"
        self._powered = powered
        self._daemon = PrivateBus()
        self._bus: MessageBus | None = None
        self._tree = ObjectTree()
        self._instruments: dict[str, SimulatedInstrument] = {}
        self._characteristics: dict[str, SimulatedCharacteristic] = {}
        self._discovering: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._daemon.start()
        try:
            self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
            self._tree.bus = self._bus
            self._bus.add_message_handler(self._on_message)
            self._tree.add("/org/bluez", {"org.bluez.AgentManager1": {}})
            self.plug(powered=self._powered)
            await self._bus.request_name("org.bluez")
        except BaseException:
            self._daemon.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            for task in list(self._tasks):
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
            if self._bus is not None and self._bus.connected:
                self._bus.disconnect()
                await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        finally:
            self._daemon.stop()

    # What a person does to the adapter

    @property
    def powered(self) -> bool:
        """Whether the adapter is plugged in and on."""
        return self._adapter in self._tree.objects and self._powered

    @property
    def plugged(self) -> bool:
        """Whether the adapter is there at all."""
        return self._adapter in self._tree.objects

    def power(self, on: bool) -> None:
        """Turn the adapter on or off, as the rfkill switch does."""
        if on == self._powered or self._adapter not in self._tree.objects:
            return
        self._powered = on
        if not on:
            self._stop_everything()
        self._tree.change(self._adapter, ADAPTER, {"Powered": Variant("b", on)})

    def unplug(self) -> None:
        """Pull the adapter out."""
        if self._adapter in self._tree.objects:
            self._stop_everything()
            for path in [
                path for path in self._tree.objects if path.startswith(f"{self._adapter}/")
            ]:
                self._tree.remove(path)
            self._tree.remove(self._adapter)

    def plug(self, *, powered: bool = True) -> None:
        """Put the adapter in; it is on, as BlueZ's AutoEnable makes it."""
        if self._adapter not in self._tree.objects:
            self._powered = powered
            self._tree.add(self._adapter, {ADAPTER: adapter_properties(powered=powered)})

    def add(self, instrument: SimulatedInstrument) -> None:
        """Bring an instrument into range."""
        self._instruments[self._path_of(instrument)] = instrument
        instrument.radio = self

    def forget(self, instrument: SimulatedInstrument) -> None:
        """Drop an instrument that is not paired, as BlueZ does 30 s after it was last heard."""
        self._tree.remove(self._path_of(instrument))

    def mention(self, instrument: SimulatedInstrument) -> None:
        """Change a property of an instrument that was not heard, as BlueZ does at will."""
        trusted = {"Trusted": Variant("b", False)}
        self._tree.change(self._path_of(instrument), DEVICE, trusted)

    def knows(self, instrument: SimulatedInstrument) -> bool:
        """Whether BlueZ has an object for it."""
        return self._path_of(instrument) in self._tree.objects

    # What an instrument does over the air

    def advertise(self, instrument: SimulatedInstrument) -> None:
        """One advertisement. Nobody hears it unless the adapter is discovering."""
        if not self._discovering or instrument.connected.is_set():
            return
        path, rssi = self._path_of(instrument), Variant("n", _STRONG_RSSI)
        if path in self._tree.objects:
            self._tree.change(path, DEVICE, {"RSSI": rssi})
            return
        self._tree.add(path, {DEVICE: device_properties(instrument, self._adapter, rssi)})

    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool:
        """A notification or indication; False when nobody is subscribed."""
        characteristic = instrument.characteristic(uuid)
        if not characteristic.subscribed.is_set():
            return False
        for _ in range(2 if instrument.faults.deliver_twice else 1):
            self._tree.change(characteristic.path, CHARACTERISTIC, {"Value": Variant("ay", value)})
        return True

    async def confirmed(self) -> None:
        """Return when the bus has taken what was sent. Without waiting, a burst of hundreds
        fills the socket, and dbus-fast 5.2 then closes it (BlockingIOError)."""
        if self._bus is not None and self._bus.connected:
            await self._bus.call(
                Message(
                    destination="org.freedesktop.DBus",
                    path="/org/freedesktop/DBus",
                    interface="org.freedesktop.DBus",
                    member="GetId",
                )
            )

    def drop(self, instrument: SimulatedInstrument) -> None:
        """End the connection, whoever wanted it."""
        path = self._path_of(instrument)
        instrument.connected.clear()
        instrument.left.set()
        for characteristic in instrument.characteristics():
            characteristic.subscribed.clear()
        if (
            path not in self._tree.objects
            or not self._tree.objects[path][DEVICE]["Connected"].value
        ):
            return
        self._tree.change(path, DEVICE, {"ServicesResolved": Variant("b", False)})
        self._tree.change(path, DEVICE, {"Connected": Variant("b", False)})
        self._tree.remove_below(path)

    # BlueZ's methods

    async def _start_discovery(self, message: Message) -> Reply:
        self._require_power()
        self._discovering.add(message.sender or "")
        self._tree.change(self._adapter, ADAPTER, {"Discovering": Variant("b", True)})
        return _NOTHING

    async def _stop_discovery(self, message: Message) -> Reply:
        self._require_power()
        if message.sender not in self._discovering:
            raise DBusError("org.bluez.Error.Failed", "No discovery started")
        self._discovering.discard(message.sender)
        if not self._discovering:
            self._tree.change(self._adapter, ADAPTER, {"Discovering": Variant("b", False)})
            for path in self._instruments:  # BlueZ knows no signal strength without a scan
                if self._tree.objects.get(path, {}).get(DEVICE, {}).pop("RSSI", None):
                    self._tree.change(path, DEVICE, {}, ["RSSI"])
        return _NOTHING

    async def _set_discovery_filter(self, message: Message) -> Reply:
        self._require_power()
        return _NOTHING

    async def _connect(self, message: Message) -> Reply:
        self._require_power()
        path = message.path or ""
        instrument = self._instruments[path]
        fault = instrument.faults.connect.pop(0) if instrument.faults.connect else None
        if fault is ConnectFault.AUTHENTICATION_FAILED:
            raise DBusError("org.bluez.Error.AuthenticationFailed", "Authentication Failed")
        instrument.left.clear()
        if fault is ConnectFault.HANG:
            await instrument.left.wait()
            raise DBusError("org.bluez.Error.Failed", "Operation aborted")
        self._tree.change(path, DEVICE, {"Connected": Variant("b", True)})
        if fault is ConnectFault.ABORT_BY_LOCAL:
            self._later(_ABORT_LASTS_S, instrument, self._break)
            raise DBusError("org.bluez.Error.Failed", "le-connection-abort-by-local")
        instrument.connected.set()
        self._later(instrument.faults.resolve_delay_s, instrument, self._resolve)
        return _NOTHING

    async def _disconnect(self, message: Message) -> Reply:
        self.drop(self._instruments[message.path or ""])
        return _NOTHING

    async def _read_value(self, message: Message) -> Reply:
        characteristic = self._characteristics[message.path or ""]
        instrument = self._instrument_at(message.path or "")
        if instrument.faults.hung_reads:
            await instrument.left.wait()
            raise DBusError("org.bluez.Error.Failed", "Not connected")
        return "ay", [characteristic.read()]

    async def _start_notify(self, message: Message) -> Reply:
        path = message.path or ""
        characteristic, instrument = self._characteristics[path], self._instrument_at(path)
        if characteristic.needs_pairing:
            raise DBusError("org.bluez.Error.NotPermitted", "Not paired")
        if instrument.faults.hung_subscriptions:
            instrument.faults.hung_subscriptions -= 1
            await instrument.left.wait()
            raise DBusError("org.bluez.Error.Failed", "Not connected")
        self._tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", True)})
        characteristic.subscribed.set()
        return _NOTHING

    async def _stop_notify(self, message: Message) -> Reply:
        path = message.path or ""
        self._characteristics[path].subscribed.clear()
        self._tree.change(path, CHARACTERISTIC, {"Notifying": Variant("b", False)})
        return _NOTHING

    async def _managed_objects(self, message: Message) -> Reply:
        return "a{oa{sa{sv}}}", [self._tree.objects]

    _METHODS: Final = {
        (OBJECTS, "GetManagedObjects"): _managed_objects,
        (ADAPTER, "StartDiscovery"): _start_discovery,
        (ADAPTER, "StopDiscovery"): _stop_discovery,
        (ADAPTER, "SetDiscoveryFilter"): _set_discovery_filter,
        (DEVICE, "Connect"): _connect,
        (DEVICE, "Disconnect"): _disconnect,
        (CHARACTERISTIC, "ReadValue"): _read_value,
        (CHARACTERISTIC, "StartNotify"): _start_notify,
        (CHARACTERISTIC, "StopNotify"): _stop_notify,
    }

    def _on_message(self, message: Message) -> bool | None:
        if message.message_type is not MessageType.METHOD_CALL or self._bus is None:
            return None
        if (message.interface or "", message.member or "") not in self._METHODS:
            return None  # dbus-fast answers UnknownMethod
        self._spawn(self._answer(self._bus, message))
        return True

    async def _answer(self, bus: MessageBus, message: Message) -> None:
        self.calls.append((message.member or "", message.path or ""))
        method = self._METHODS[(message.interface or "", message.member or "")]
        try:
            if message.path != "/" and message.path not in self._tree.objects:
                raise DBusError("org.freedesktop.DBus.Error.UnknownObject", "no such object")
            signature, body = await method(self, message)
        except DBusError as error:
            await bus.send(Message.new_error(message, error.type, error.text))
        else:
            await bus.send(Message.new_method_return(message, signature, body))

    # The object tree

    def _resolve(self, instrument: SimulatedInstrument) -> None:
        """Publish services and characteristics, as at the end of service discovery."""
        if not instrument.connected.is_set():
            return
        device, handle = self._path_of(instrument), 1
        for uuid, characteristics in instrument.services.items():
            service = f"{device}/service{handle:04x}"
            handle += 1
            self._tree.add(service, {SERVICE: service_properties(uuid, device)})
            for one in characteristics:
                one.path = f"{service}/char{handle:04x}"
                handle += 2
                self._characteristics[one.path] = one
                properties = characteristic_properties(one, service)
                self._tree.add(one.path, {CHARACTERISTIC: properties})
        self._tree.change(device, DEVICE, {"ServicesResolved": Variant("b", True)})

    def _break(self, instrument: SimulatedInstrument) -> None:
        instrument.connected.clear()
        self.drop(instrument)

    def _stop_everything(self) -> None:
        for instrument in self._instruments.values():
            self.drop(instrument)
        self._discovering.clear()
        self._tree.change(self._adapter, ADAPTER, {"Discovering": Variant("b", False)})

    def _require_power(self) -> None:
        if not self._powered:
            raise DBusError("org.bluez.Error.NotReady", "Resource Not Ready")

    def _path_of(self, instrument: SimulatedInstrument) -> str:
        return f"{self._adapter}/dev_{instrument.address.replace(':', '_')}"

    def _instrument_at(self, characteristic_path: str) -> SimulatedInstrument:
        return self._instruments[characteristic_path.split("/service")[0]]

    def _later(
        self,
        seconds: float,
        instrument: SimulatedInstrument,
        act: Callable[[SimulatedInstrument], None],
    ) -> None:
        async def wait_and_act() -> None:
            await asyncio.sleep(seconds)
            act(instrument)

        self._spawn(wait_and_act())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
