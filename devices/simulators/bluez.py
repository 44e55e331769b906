"""A scriptable org.bluez: what bleak talks to when there is no Bluetooth, in tests and demos.

It answers the part of BlueZ's D-Bus interface that bleak and a pairing agent use, on a private
bus. It knows nothing of radio timing: real BlueZ is needed to release. Object paths have BlueZ's
shape, for bleak cuts them by length. Each of its parts is a module `bluez_*` beside this one.

Public here:

- `SimulatedBluez(adapter="hci0", powered=True, on_event=None)`, an async context manager.
  `on_event(instrument, text)` is told what happens to an instrument, in words.
- `add(instrument)`, `advertise(instrument)`, `send(instrument, uuid, value)`, `await
  confirmed()`, `drop(instrument)`; `knows`, `mention`, `forget`; `bond(instrument,
  remembered=(uuid, ...))` is a pairing of earlier days, `is_bonded(instrument)`.
- `heard_at_start`: instruments heard once, before StartDiscovery answers, and then silent.
- adapters: `plug(name)`, `unplug(name)`, `power(on, name)`, `powered`, `plugged`,
  `power_requests`; `script_power(PowerFault, name)`, `wedge(Wedge, cure=Cure, name)`. Without a
  name they mean the first adapter. `Wedge`, `Cure` and `PowerFault` are in `bluez_state`.
- pairing: `agents` (by D-Bus sender), `agent_timeout_s`.
- `confirmed_unheard`: [(address, uuid, value)], indications confirmed while nobody listened.
- `calls`: [(member, object path)], every method call answered or not.
- `bus_address`, for another program's `DBUS_SYSTEM_BUS_ADDRESS`.
- the service: `await stop_service(crash=False)`, `start_service()`, `restart_service(...)`;
  `systemd.asked`, `systemd.refusal`; the bus: `await lose_bus()`, `regain_bus()`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final, Self

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from devices.simulators.bluez_adapters import Adapters
from devices.simulators.bluez_connections import Connections
from devices.simulators.bluez_discovery import Discovery
from devices.simulators.bluez_gatt import Gatt
from devices.simulators.bluez_objects import ADAPTER, AGENT_MANAGER, CHARACTERISTIC, DEVICE
from devices.simulators.bluez_pairing import Agent, Pairing
from devices.simulators.bluez_state import BluezState, Cure, OnEvent, PowerFault, Wedge
from devices.simulators.bluez_subscriptions import Subscriptions
from devices.simulators.object_tree import OBJECTS, PROPERTIES, Reply
from devices.simulators.peripheral import SimulatedInstrument
from devices.simulators.private_bus import PrivateBus
from devices.simulators.simulated_systemd import SimulatedSystemd

_BLUEZ: Final = "org.bluez"
_DAEMON: Final = "org.freedesktop.DBus"
_WHO_LEAVES: Final = f"type='signal',sender='{_DAEMON}',member='NameOwnerChanged'"


class SimulatedBluez:
    """Adapters with instruments around them. Use as an async context manager.

    While it runs, `DBUS_SYSTEM_BUS_ADDRESS` of this process names its bus; bleak must not
    have been used before in the same event loop.
    """

    def __init__(
        self, *, adapter: str = "hci0", powered: bool = True, on_event: OnEvent | None = None
    ) -> None:
        self.calls: list[tuple[str, str]] = []
        self.systemd = SimulatedSystemd(self.restart_service)
        self._first = adapter
        self._daemon = PrivateBus()
        self._bus: MessageBus | None = None
        self._state = state = BluezState(on_event)
        self._subscriptions = Subscriptions(state)
        self._connections = Connections(state, self._subscriptions)
        self._discovery = Discovery(state)
        self._pairing = Pairing(state, self._connections, self._subscriptions)
        self._gatt = Gatt(state, self._connections, self._subscriptions, self._pairing)
        self._adapters = Adapters(state, self._connections)
        self._methods = self._all_methods()
        self.plug(powered=powered)

    async def __aenter__(self) -> Self:
        self._daemon.start()
        try:
            await self.systemd.start(self._state.spawn)
            await self.start_service()
        except BaseException:
            self._daemon.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.stop_service(crash=True)
            await self.systemd.stop()
        finally:
            self._daemon.stop()

    # The service and its bus

    @property
    def bus_address(self) -> str:
        """What `DBUS_SYSTEM_BUS_ADDRESS` has to be in another program, to reach this BlueZ."""
        return self._daemon.address

    async def start_service(self) -> None:
        """bluetoothd starts: it owns its name, and knows adapters and bonds."""
        self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        self._state.tree.bus = self._pairing.bus = self._bus
        self._bus.add_message_handler(self._on_message)
        await self._bus.call(_to_daemon("AddMatch", "s", _WHO_LEAVES))
        self._state.tree.add("/org/bluez", {AGENT_MANAGER: {}})
        for adapter in self._state.adapters.values():
            self._state.publish_adapter(adapter)
        await self._bus.request_name(_BLUEZ)

    async def stop_service(self, *, crash: bool = False) -> None:
        """bluetoothd ends. Orderly, it takes its objects back first; a crash says nothing."""
        if crash:
            self._state.tree.bus = None
        self._pairing.service_ends(crash=crash)
        for instrument in self._state.instruments.values():
            if instrument.link is not None:
                self._connections.drop(instrument)
        for adapter in self._state.adapters.values():
            adapter.sessions.clear()
            adapter.wedge = None
            self._state.withdraw(adapter.path)
        self._state.tree.objects.clear()
        self._subscriptions.forget_sessions()
        await self._state.end_tasks()
        if self._bus is not None and self._bus.connected:
            if not crash:
                await self.confirmed()
            self._bus.disconnect()
            with suppress(OSError, EOFError):
                await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        self._bus = self._state.tree.bus = self._pairing.bus = None

    async def restart_service(self, *, crash: bool = False) -> None:
        """bluetoothd ends and starts: discovery, sessions, agents are forgotten; bonds kept."""
        await self.stop_service(crash=crash)
        await self.start_service()

    async def lose_bus(self) -> None:
        """The D-Bus daemon dies, and with it every connection of every program."""
        await self.stop_service(crash=True)
        await self.systemd.stop()
        self._daemon.die()

    async def regain_bus(self) -> None:
        """The D-Bus daemon answers again under the same address, and bluetoothd is back."""
        self._daemon.revive()
        await self.systemd.start(self._state.spawn)
        await self.start_service()

    # What a person does to an adapter

    @property
    def powered(self) -> bool:
        """Whether the first adapter is plugged in and on."""
        adapter = self._adapters.named(self._first)
        return adapter is not None and adapter.powered

    @property
    def plugged(self) -> bool:
        """Whether the first adapter is there at all."""
        return self._adapters.named(self._first) is not None

    @property
    def power_requests(self) -> list[tuple[str, bool]]:
        """Every Powered that a program set over D-Bus: (adapter name, on)."""
        return self._adapters.power_requests

    def power(self, on: bool, name: str | None = None) -> None:
        """Turn an adapter on or off, as the rfkill switch does."""
        self._adapters.power(name or self._first, on)

    def unplug(self, name: str | None = None) -> None:
        """Pull an adapter out."""
        self._adapters.unplug(name or self._first)

    def plug(self, name: str | None = None, *, powered: bool = True) -> None:
        """Put an adapter in; it is on, as BlueZ's AutoEnable makes it."""
        self._adapters.plug(name or self._first, powered=powered)

    def script_power(self, fault: PowerFault | None, name: str | None = None) -> None:
        """What comes of setting Powered over D-Bus from now on."""
        if (adapter := self._adapters.named(name or self._first)) is not None:
            adapter.power_fault = fault

    def wedge(
        self, wedge: Wedge | None, *, cure: Cure = Cure.POWER_CYCLE, name: str | None = None
    ) -> None:
        """Discovery gets stuck, until what `cure` names; None ends it."""
        self._adapters.wedge(name or self._first, wedge, cure)

    # What BlueZ knows of instruments

    def add(self, instrument: SimulatedInstrument) -> None:
        """Bring an instrument into range of all adapters."""
        self._state.instruments[instrument.address] = instrument
        instrument.radio = self

    def bond(
        self,
        instrument: SimulatedInstrument,
        *,
        remembered: Iterable[str] = (),
        name: str | None = None,
    ) -> None:
        """Pair as on an earlier day; the instrument remembers subscriptions to `remembered`."""
        self.add(instrument)
        adapter = self._state.adapters[f"/org/bluez/{name or self._first}"]
        self._state.bonds.add((adapter.path, instrument.address))
        instrument.keep_bond(adapter.path)
        for uuid in remembered:
            instrument.characteristic(uuid).remembered_by.add(adapter.path)
        if self._bus is not None:
            self._state.publish_device(adapter, instrument)

    def is_bonded(self, instrument: SimulatedInstrument) -> bool:
        """Whether BlueZ keeps keys of it, under any adapter."""
        return any(map(self._state.is_bonded, self._state.device_paths(instrument)))

    def forget(self, instrument: SimulatedInstrument) -> None:
        """Drop an instrument that is not paired, as BlueZ does 30 s after it was last heard."""
        for path in self._state.device_paths(instrument):
            self._connections.forget(path)

    def mention(self, instrument: SimulatedInstrument) -> None:
        """Change a property of an instrument that was not heard, as BlueZ does at will."""
        for path in self._state.device_paths(instrument):
            self._state.tree.change(path, DEVICE, {"Trusted": Variant("b", False)})

    def knows(self, instrument: SimulatedInstrument) -> bool:
        """Whether BlueZ has an object for it."""
        return any(
            path in self._state.tree.objects for path in self._state.device_paths(instrument)
        )

    @property
    def heard_at_start(self) -> list[SimulatedInstrument]:
        """Those heard once, when a discovery starts and before StartDiscovery has answered."""
        return self._discovery.heard_at_start

    @property
    def agents(self) -> dict[str, Agent]:
        """The pairing agents, by D-Bus sender."""
        return self._pairing.agents

    @property
    def agent_timeout_s(self) -> float:
        """How long an agent may think, 30 s in real life. May be set."""
        return self._pairing.agent_timeout_s

    @agent_timeout_s.setter
    def agent_timeout_s(self, seconds: float) -> None:
        self._pairing.agent_timeout_s = seconds

    @property
    def confirmed_unheard(self) -> list[tuple[str, str, bytes]]:
        """Indications confirmed while no program listened: (address, uuid, value)."""
        return self._subscriptions.confirmed_unheard

    # What an instrument does over the air

    def advertise(self, instrument: SimulatedInstrument) -> None:
        """One advertisement. Nobody hears it unless an adapter is discovering."""
        self._discovery.advertise(instrument)

    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool:
        """A notification or indication; False when the instrument has to keep the value."""
        return self._gatt.send(instrument, uuid, value)

    async def confirmed(self) -> None:
        """Return when the bus has taken what was sent. Without waiting, a burst of hundreds
        fills the socket, and dbus-fast 5.2 then closes it (BlockingIOError)."""
        if self._bus is not None and self._bus.connected:
            await self._bus.call(_to_daemon("GetId"))

    def drop(self, instrument: SimulatedInstrument) -> None:
        """End the connection, whoever wanted it."""
        self._connections.drop(instrument)

    # Method calls

    def _all_methods(self) -> dict[tuple[str, str], Callable[[Message], Awaitable[Reply]]]:
        return {
            (OBJECTS, "GetManagedObjects"): self._state.tree.managed_objects,
            (PROPERTIES, "Get"): self._state.tree.get,
            (PROPERTIES, "GetAll"): self._state.tree.get_all,
            (PROPERTIES, "Set"): self._adapters.set_property,
            (ADAPTER, "StartDiscovery"): self._discovery.start,
            (ADAPTER, "StopDiscovery"): self._discovery.stop,
            (ADAPTER, "SetDiscoveryFilter"): self._discovery.set_filter,
            (ADAPTER, "RemoveDevice"): self._connections.remove,
            (DEVICE, "Connect"): self._connections.connect,
            (DEVICE, "Disconnect"): self._connections.disconnect,
            (DEVICE, "Pair"): self._pairing.pair,
            (DEVICE, "CancelPairing"): self._pairing.cancel_pairing,
            (AGENT_MANAGER, "RegisterAgent"): self._pairing.register_agent,
            (AGENT_MANAGER, "UnregisterAgent"): self._pairing.unregister_agent,
            (AGENT_MANAGER, "RequestDefaultAgent"): self._pairing.request_default_agent,
            (CHARACTERISTIC, "ReadValue"): self._gatt.read,
            (CHARACTERISTIC, "WriteValue"): self._gatt.write,
            (CHARACTERISTIC, "StartNotify"): self._gatt.start_notify,
            (CHARACTERISTIC, "StopNotify"): self._gatt.stop_notify,
        }

    def _on_message(self, message: Message) -> bool | None:
        if message.message_type is MessageType.SIGNAL:
            if message.member == "NameOwnerChanged" and not message.body[2]:
                self._sender_left(message.body[0])
            return None
        if message.message_type is not MessageType.METHOD_CALL or self._bus is None:
            return None
        if (message.interface or "", message.member or "") not in self._methods:
            return None  # dbus-fast answers UnknownMethod
        self._state.spawn(self._answer(self._bus, message))
        return True

    async def _answer(self, bus: MessageBus, message: Message) -> None:
        self.calls.append((message.member or "", message.path or ""))
        method = self._methods[(message.interface or "", message.member or "")]
        try:
            if message.path != "/" and message.path not in self._state.tree.objects:
                raise DBusError("org.freedesktop.DBus.Error.UnknownObject", "no such object")
            signature, body = await method(message)
        except DBusError as error:
            reply = Message.new_error(message, error.type, error.text)
        else:
            reply = Message.new_method_return(message, signature, body)
        if bus.connected:  # bluetoothd may have ended in between: then nobody is answered
            await bus.send(reply)

    def _sender_left(self, sender: str) -> None:
        self._subscriptions.sender_left(sender)
        self._discovery.sender_left(sender)
        self._pairing.sender_left(sender)


def _to_daemon(member: str, signature: str = "", *values: str) -> Message:
    return Message(
        destination=_DAEMON,
        path="/org/freedesktop/DBus",
        interface=_DAEMON,
        member=member,
        signature=signature,
        body=list(values),
    )
