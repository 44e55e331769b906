"""Pairing in a simulated BlueZ: agents, `Pair`, and pairing on demand.

What is known of real BlueZ (measured with 5.66 and 5.82: reference ble.md 3.1.1; the rest read
in src/device.c and src/agent.c):

- Without an agent `Pair` fails with AuthenticationFailed, for Just Works too ("No agent
  available for request type 2"). Reading, writing or subscribing to a protected characteristic
  makes BlueZ pair by itself; when that fails, for want of an agent or because of a wrong
  passkey, the call never returns.
- Just Works after `Pair`: BlueZ accepts by itself and asks the agent nothing, but one must be
  there. Just Works on demand: the agent gets RequestAuthorization. Neither depends on the
  agent's capability, for the instrument's lack of a screen and keys already decides.
- `Pair` uses the agent of the program that called it, else the default agent; pairing on demand
  has only the default agent. An empty capability means KeyboardDisplay.
- Not measured: which error a `Pair` ends with when the agent says Rejected or Canceled. Here it
  is AuthenticationRejected and AuthenticationCanceled; BlueZ 5.66's source suggests that the
  kernel turns both into AuthenticationFailed for Low Energy. A program must treat all alike.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from devices.simulators.bluez_connections import Connections
from devices.simulators.bluez_objects import AGENT, DEVICE
from devices.simulators.bluez_state import NOTHING, BluezState, bluez_error
from devices.simulators.bluez_subscriptions import Subscriptions
from devices.simulators.object_tree import Reply
from devices.simulators.peripheral import PairingMethod, SimulatedInstrument

_CAPABILITIES: Final = frozenset(
    {"", "DisplayOnly", "DisplayYesNo", "KeyboardOnly", "NoInputNoOutput", "KeyboardDisplay"}
)
# What the kiosk needs to pair this way: without it, an instrument that insists on a passkey fails.
_NEEDED: Final = {
    PairingMethod.PASSKEY_ON_INSTRUMENT: {"", "KeyboardOnly", "KeyboardDisplay"},
    PairingMethod.PASSKEY_ON_KIOSK: {"", "DisplayOnly", "DisplayYesNo", "KeyboardDisplay"},
    PairingMethod.COMPARE: {"", "DisplayYesNo", "KeyboardDisplay"},
}
_AGENT_TIMEOUT_S: Final = 30.0  # the Security Manager's own limit


@dataclass(frozen=True, slots=True)
class Agent:
    """A program's pairing agent."""

    sender: str
    path: str
    capability: str


@dataclass(slots=True, eq=False)
class _Exchange:
    """One pairing in progress."""

    device: str
    instrument: SimulatedInstrument
    agent: Agent | None
    wanted: bool  # by `Pair`, and not on demand
    canceled: asyncio.Event = field(default_factory=asyncio.Event)


class Pairing:
    """`agents` maps a D-Bus sender to its agent; `agent_timeout_s` is how long one may think."""

    def __init__(
        self, state: BluezState, connections: Connections, subscriptions: Subscriptions
    ) -> None:
        self.agents: dict[str, Agent] = {}
        self.agent_timeout_s = _AGENT_TIMEOUT_S
        self.bus: MessageBus | None = None
        self._defaults: list[str] = []  # senders; the first one counts
        self._running: dict[str, _Exchange] = {}  # by device path
        self._on_demand: dict[str, asyncio.Task[None]] = {}
        self._state = state
        self._connections = connections
        self._subscriptions = subscriptions

    def sender_left(self, sender: str) -> None:
        self.agents.pop(sender, None)
        if sender in self._defaults:
            self._defaults.remove(sender)

    def service_ends(self, *, crash: bool) -> None:
        """bluetoothd forgets its agents; when it ends orderly, it tells them."""
        if not crash and self.bus is not None:
            for agent in self.agents.values():
                release = _to_agent(agent, "Release")
                release.flags = MessageFlag.NO_REPLY_EXPECTED
                self.bus.send(release)
        self.agents.clear()
        self._defaults.clear()
        self._running.clear()
        self._on_demand.clear()

    async def ensure(self, instrument: SimulatedInstrument) -> None:
        """Return when the link is encrypted; pairs on demand.

        Raises:
            DBusError: the instrument can not pair ("Not paired"), or left while this hung.
        """
        device = instrument.link or ""
        if self._state.is_bonded(device):
            return
        if instrument.pairing is PairingMethod.NONE:
            raise bluez_error("NotPermitted", "Not paired")
        if device not in self._on_demand or self._on_demand[device].done():
            self._on_demand[device] = self._state.spawn(self._pair_on_demand(device, instrument))
        await asyncio.wait({self._on_demand[device]})
        if not self._state.is_bonded(device):
            await instrument.left.wait()
            raise bluez_error("Failed", "Operation failed")

    # D-Bus: AgentManager1

    async def register_agent(self, message: Message) -> Reply:
        sender, (path, capability) = message.sender or "", message.body
        if capability not in _CAPABILITIES:
            raise bluez_error("InvalidArguments", "Invalid arguments in method call")
        if sender in self.agents:
            raise bluez_error("AlreadyExists", "Already Exists")
        self.agents[sender] = Agent(sender, path, capability)
        return NOTHING

    async def unregister_agent(self, message: Message) -> Reply:
        self._own_agent(message)
        self.sender_left(message.sender or "")
        return NOTHING

    async def request_default_agent(self, message: Message) -> Reply:
        agent = self._own_agent(message)
        if agent.sender in self._defaults:
            self._defaults.remove(agent.sender)
        self._defaults.insert(0, agent.sender)
        return NOTHING

    # D-Bus: Device1

    async def pair(self, message: Message) -> Reply:
        device = message.path or ""
        _, instrument = self._state.device_at(device)
        if self._state.is_bonded(device):
            raise bluez_error("AlreadyExists", "Already Exists")
        if device in self._running:
            raise bluez_error("InProgress", "In Progress")
        was_connected = instrument.connected.is_set()
        await self._connections.open(device)
        agent = self.agents.get(message.sender or "") or self._default_agent()
        try:
            await self._exchange(_Exchange(device, instrument, agent, wanted=True))
        except DBusError:
            if not was_connected:
                self._connections.drop(instrument, device)
            raise
        return NOTHING

    async def cancel_pairing(self, message: Message) -> Reply:
        if (exchange := self._running.get(message.path or "")) is None:
            raise bluez_error("DoesNotExist", "Does Not Exist")
        exchange.canceled.set()
        return NOTHING

    # One pairing

    async def _pair_on_demand(self, device: str, instrument: SimulatedInstrument) -> None:
        exchange = _Exchange(device, instrument, self._default_agent(), wanted=False)
        try:
            await self._exchange(exchange)
        except DBusError as error:
            self._state.tell(instrument, f"pairing on demand failed: {error.type}")

    async def _exchange(self, exchange: _Exchange) -> None:
        instrument = exchange.instrument
        self._running[exchange.device] = exchange
        try:
            await self._agree(exchange)
        except DBusError as error:
            self._state.tell(instrument, f"pairing failed: {error.type.rsplit('.', 1)[-1]}")
            raise
        finally:
            instrument.showing = None
            self._running.pop(exchange.device, None)
        adapter, _ = self._state.device_at(exchange.device)
        self._state.bonds.add((adapter.path, instrument.address))
        instrument.keep_bond(adapter.path)
        self._subscriptions.bonded(instrument)
        self._state.tree.change(
            exchange.device, DEVICE, {"Paired": Variant("b", True), "Bonded": Variant("b", True)}
        )
        self._state.tell(instrument, "paired")

    async def _agree(self, exchange: _Exchange) -> None:
        """Both sides and their persons agree, or it raises."""
        instrument, agent = exchange.instrument, exchange.agent
        method, passkey = instrument.pairing, instrument.passkey
        if agent is None or method in (PairingMethod.NONE, PairingMethod.REFUSES):
            raise _authentication_failed()
        if agent.capability not in _NEEDED.get(method, _CAPABILITIES):
            raise _authentication_failed()
        agreed = True
        match method:
            case PairingMethod.JUST_WORKS:
                if not exchange.wanted:
                    await self._ask(exchange, agent, "RequestAuthorization")
            case PairingMethod.PASSKEY_ON_INSTRUMENT:
                self._show(instrument)
                [typed] = await self._ask(exchange, agent, "RequestPasskey")
                agreed = typed == passkey
            case PairingMethod.PASSKEY_ON_KIOSK:
                await self._ask(exchange, agent, "DisplayPasskey", "uq", [passkey, 0])
                agreed = await self._typed_there(exchange, agent) == passkey
            case PairingMethod.COMPARE:
                self._show(instrument)
                await self._ask(exchange, agent, "RequestConfirmation", "u", [passkey])
                agreed = instrument.person_agrees(passkey)
        if not agreed:
            raise _authentication_failed()

    def _show(self, instrument: SimulatedInstrument) -> None:
        instrument.showing = f"{instrument.passkey:06d}"
        self._state.tell(instrument, f"shows {instrument.showing}")

    async def _typed_there(self, exchange: _Exchange, agent: Agent) -> int:
        """What the person typed on the instrument; nothing is a timeout."""
        typed = exchange.instrument.person_types(exchange.instrument.passkey)
        if typed is None:
            await self._outcome(exchange, agent, asyncio.create_task(asyncio.Event().wait()))
        return typed or 0

    async def _ask(
        self,
        exchange: _Exchange,
        agent: Agent,
        member: str,
        signature: str = "",
        values: list[Any] | None = None,
    ) -> list[Any]:
        """Call the agent; every question begins with the device's object path."""
        if self.bus is None:
            raise _authentication_failed()
        question = _to_agent(agent, member, f"o{signature}", [exchange.device, *(values or [])])
        call = asyncio.create_task(self.bus.call(question))
        await self._outcome(exchange, agent, call)
        answer = call.result()
        if answer.message_type is not MessageType.ERROR:
            return list(answer.body)
        match answer.error_name:
            case "org.bluez.Error.Rejected":
                raise bluez_error("AuthenticationRejected", "Authentication Rejected")
            case "org.bluez.Error.Canceled":
                raise bluez_error("AuthenticationCanceled", "Authentication Canceled")
        raise _authentication_failed()

    async def _outcome(self, exchange: _Exchange, agent: Agent, answer: asyncio.Task[Any]) -> None:
        """Wait for an answer; CancelPairing, a lost link and the time limit end the waiting."""
        ends = [
            asyncio.create_task(event.wait())
            for event in (exchange.canceled, exchange.instrument.left)
        ]
        try:
            await asyncio.wait(
                {answer, *ends},
                timeout=self.agent_timeout_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if answer.done():
                return
            if self.bus is not None:
                self.bus.send(_to_agent(agent, "Cancel"))
            if any(end.done() for end in ends):
                raise bluez_error("AuthenticationCanceled", "Authentication Canceled")
            self._connections.drop(exchange.instrument)
            raise bluez_error("AuthenticationTimeout", "Authentication Timeout")
        finally:
            for task in (answer, *ends):
                task.cancel()

    def _default_agent(self) -> Agent | None:
        return self.agents[self._defaults[0]] if self._defaults else None

    def _own_agent(self, message: Message) -> Agent:
        agent = self.agents.get(message.sender or "")
        if agent is None or agent.path != message.body[0]:
            raise bluez_error("DoesNotExist", "Does Not Exist")
        return agent


def _authentication_failed() -> DBusError:
    return bluez_error("AuthenticationFailed", "Authentication Failed")


def _to_agent(
    agent: Agent, member: str, signature: str = "", body: list[Any] | None = None
) -> Message:
    return Message(
        destination=agent.sender,
        path=agent.path,
        interface=AGENT,
        member=member,
        signature=signature,
        body=body or [],
    )
