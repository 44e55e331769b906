"""What the parts of a simulated bluetoothd share: adapters, instruments, bonds, objects.

Adapters and bonds outlive the service, as the kernel's adapters and the files in BlueZ's state
folder do; everything else goes with it. No D-Bus method is answered here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from dbus_fast import Variant
from dbus_fast.errors import DBusError

from devices.simulators.bluez_objects import ADAPTER, DEVICE, adapter_properties, device_properties
from devices.simulators.object_tree import ObjectTree, Properties, Reply
from devices.simulators.peripheral import SimulatedCharacteristic, SimulatedInstrument

NOTHING: Final[Reply] = ("", [])
OnEvent = Callable[[SimulatedInstrument, str], None]


class Wedge(Enum):
    """How discovery is stuck, after hours or days of scanning (bluez issues 367, 807, 1554)."""

    IN_PROGRESS = auto()  # StartDiscovery and StopDiscovery answer InProgress for ever
    HANGS = auto()  # StartDiscovery never answers
    SILENT = auto()  # StartDiscovery succeeds, nothing is heard, Discovering goes back to False


class Cure(Enum):
    """What ends a wedge; pulling the adapter out and restarting the service always do."""

    POWER_CYCLE = auto()
    RESTART = auto()


class PowerFault(Enum):
    """What comes of setting Powered over D-Bus."""

    IGNORED = auto()  # answers success, and nothing happens
    BLOCKED = auto()  # rfkill: org.bluez.Error.Failed


@dataclass(slots=True)
class Adapter:
    """One Bluetooth adapter that is plugged in."""

    path: str
    powered: bool
    sessions: set[str] = field(default_factory=set)  # D-Bus senders that discover
    wedge: Wedge | None = None
    cure: Cure = Cure.POWER_CYCLE
    power_fault: PowerFault | None = None

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def hears(self) -> bool:
        return self.powered and bool(self.sessions) and self.wedge is None


def bluez_error(name: str, text: str) -> DBusError:
    """org.bluez.Error.`name`."""
    return DBusError(f"org.bluez.Error.{name}", text)


class BluezState:
    """The state of one simulated bluetoothd, and its tasks."""

    def __init__(self, on_event: OnEvent | None) -> None:
        self.tree = ObjectTree()
        self.adapters: dict[str, Adapter] = {}  # by path
        self.instruments: dict[str, SimulatedInstrument] = {}  # by address
        self.bonds: set[tuple[str, str]] = set()  # adapter path, address
        self.characteristics: dict[str, tuple[SimulatedInstrument, SimulatedCharacteristic]] = {}
        self._on_event = on_event
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, instrument: SimulatedInstrument, what: str) -> None:
        """Something happened that a person at the instrument could notice."""
        if self._on_event is not None:
            self._on_event(instrument, what)

    # Paths

    def device_path(self, adapter: Adapter, instrument: SimulatedInstrument) -> str:
        return f"{adapter.path}/dev_{instrument.address.replace(':', '_')}"

    def device_paths(self, instrument: SimulatedInstrument) -> Iterator[str]:
        """Its object under every adapter, whether it exists or not."""
        return (self.device_path(adapter, instrument) for adapter in self.adapters.values())

    def device_at(self, path: str | None) -> tuple[Adapter, SimulatedInstrument]:
        adapter, _, name = (path or "").rpartition("/dev_")
        return self.adapters[adapter], self.instruments[name.replace("_", ":")]

    def is_bonded(self, path: str) -> bool:
        adapter, _, name = path.rpartition("/dev_")
        return (adapter, name.replace("_", ":")) in self.bonds

    # Objects

    def publish_adapter(self, adapter: Adapter) -> None:
        """The adapter's object, and those of the instruments that are paired with it."""
        number = int("".join(filter(str.isdigit, adapter.name)) or 0)
        self.tree.add(adapter.path, {ADAPTER: adapter_properties(number, powered=adapter.powered)})
        for path, address in self.bonds:
            if path == adapter.path:
                self.publish_device(adapter, self.instruments[address])

    def publish_device(
        self, adapter: Adapter, instrument: SimulatedInstrument, said: Properties | None = None
    ) -> None:
        """An instrument's object; `said` is what its advertisement added."""
        path = self.device_path(adapter, instrument)
        properties = device_properties(instrument, adapter.path, bonded=self.is_bonded(path))
        self.tree.add(path, {DEVICE: properties | (said or {})})

    def withdraw(self, path: str) -> None:
        """Remove an object and all below it."""
        self.withdraw_services(path)
        self.tree.remove(path)

    def withdraw_services(self, path: str) -> None:
        """Remove all below an object."""
        self.tree.remove_below(path)
        for one in [one for one in self.characteristics if one.startswith(f"{path}/")]:
            del self.characteristics[one]

    def set_discovering(self, adapter: Adapter, on: bool) -> None:
        if self.tree.is_true(adapter.path, ADAPTER, "Discovering") != on:
            self.tree.change(adapter.path, ADAPTER, {"Discovering": Variant("b", on)})

    # Tasks, which end with the service

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        async def wait_and_act() -> None:
            await asyncio.sleep(seconds)
            act()

        self.spawn(wait_and_act())

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end_tasks(self) -> None:
        """Everything in progress ends unanswered; the caller's own task goes on."""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
