"""A Bluetooth instrument as a simulated BlueZ sees it: name, services, values, and its faults.

What an instrument does by itself (measure, store, send) is its own class's matter: this module
only holds what the other side of the air can touch. It must never know D-Bus.

Public here, for instruments and tests:

- `SimulatedCharacteristic(uuid, flags, value=b"", needs_pairing=False, on_write=None)`. `value`
  may be a function, which may raise `AttError(code)`. `on_write(value)` is called for every
  write, may be a coroutine function, and may raise `AttError(code)`. `subscribed` (an event) is
  set while the instrument may send. `needs_pairing` puts value and subscription behind pairing.
- `SimulatedInstrument(address, name, advertised, services, faults=None, *, pairing=..., ...)`.
  `connected` and `left` are events; `writes` lists (uuid, value); `showing` is what stands on
  its little screen while it pairs; `forget_bonds()` is its own "clear pairing" menu.
- `Faults`: a script; see each field.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Protocol

GENERAL_DISCOVERABLE: Final = 0x06
LIMITED_DISCOVERABLE: Final = 0x05  # what an A&D sends in its pairing mode


class ConnectFault(Enum):
    """What goes wrong with one connection attempt."""

    ABORT_BY_LOCAL = auto()  # radio disturbance: connects, and breaks at once
    HANG = auto()
    AUTHENTICATION_FAILED = auto()
    CANCELED = auto()  # the link was lost (0x3E) while it was made: "br-connection-canceled"
    NOT_FOUND = auto()  # BlueZ has dropped the device object in the meantime
    DROPPED = auto()  # connects, and leaves before its services are known


class PairingMethod(Enum):
    """How an instrument pairs. The names say where the person reads or types six digits."""

    NONE = auto()  # it can not pair: protected values answer "Not paired"
    JUST_WORKS = auto()
    PASSKEY_ON_INSTRUMENT = auto()  # the instrument shows, the person types at the kiosk
    PASSKEY_ON_KIOSK = auto()  # the kiosk shows, the person types on the instrument
    COMPARE = auto()  # both show, the person compares
    REFUSES = auto()  # it is asked, and says no


class AttError(Exception):
    """An instrument's refusal of a read or a write: an ATT error code (0x80 and up: its own)."""

    def __init__(self, code: int) -> None:
        super().__init__(f"ATT error 0x{code:02x}")
        self.code = code


@dataclass(slots=True)
class Faults:
    """A script of faults; each entry is used up by one attempt."""

    connect: list[ConnectFault] = field(default_factory=list)
    hung_subscriptions: int = 0
    hung_reads: bool = False  # all of them, as long as it is set
    hung_writes: int = 0
    resolve_delay_s: float = 0.0
    drop_after_frames: int | None = None  # leaves in the middle of sending, once
    # Confirmed indications still to go before the link breaks, once:
    drop_before_confirmation: int | None = None  # the next one is lost, and kept by the instrument
    lose_confirmation: int | None = None  # the next one arrives, and the instrument sends it again
    deliver_twice: bool = False  # as BlueZ does when two programs listen
    # uuid: codes, one used up by each read, write or subscription of that characteristic
    att_errors: dict[str, list[int]] = field(default_factory=dict)


OnWrite = Callable[[bytes], Awaitable[None] | None]


@dataclass(slots=True, eq=False)
class SimulatedCharacteristic:
    """One characteristic. A value that changes is given as a function."""

    uuid: str
    flags: tuple[str, ...]
    value: bytes | Callable[[], bytes] = b""
    needs_pairing: bool = False
    on_write: OnWrite | None = None
    path: str = ""  # its D-Bus object, as published last
    subscribed: asyncio.Event = field(default_factory=asyncio.Event)
    # Adapters of bonded kiosks for which the subscription outlives the connection.
    remembered_by: set[str] = field(default_factory=set)

    def read(self) -> bytes:
        """Raises: AttError, when the instrument says so."""
        return self.value() if callable(self.value) else self.value

    @property
    def sends(self) -> bool:
        return self.indicates or "notify" in self.flags

    @property
    def indicates(self) -> bool:
        """Whether each value is confirmed by the other side."""
        return "indicate" in self.flags


class Radio(Protocol):
    """What an instrument can do over the air."""

    def advertise(self, instrument: SimulatedInstrument) -> None: ...
    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool: ...
    async def confirmed(self) -> None: ...
    def drop(self, instrument: SimulatedInstrument) -> None: ...


class SimulatedInstrument:
    """The passive half of an instrument; what it does by itself is its own class's matter."""

    def __init__(
        self,
        address: str,
        name: str,
        advertised: tuple[str, ...],
        services: dict[str, tuple[SimulatedCharacteristic, ...]],
        faults: Faults | None = None,
        *,
        pairing: PairingMethod = PairingMethod.NONE,
        passkey: int = 42100,
        advertising_flags: int = GENERAL_DISCOVERABLE,
        connectable: bool = True,
    ) -> None:
        """`passkey` is shown with six digits, so the default also tests leading zeros. An
        instrument that is not connectable lets every connection attempt hang."""
        self.address = address
        self.name = name
        self.advertised = advertised
        self.services = services
        self.faults = faults or Faults()
        self.pairing = pairing
        self.passkey = passkey
        self.advertising_flags = advertising_flags
        self.connectable = connectable
        self.service_data: dict[str, bytes] = {}
        self.manufacturer_data: dict[int, bytes] = {}
        self.connected = asyncio.Event()
        self.left = asyncio.Event()  # set whenever there is no connection
        self.left.set()
        self.link: str | None = None  # the device object it is connected through
        self.turn = 0  # grows with every connection
        self.bonds: set[str] = set()  # adapters whose keys it keeps
        self.paired = asyncio.Event()  # it keeps the keys of some kiosk
        self.showing: str | None = None
        self.writes: list[tuple[str, bytes]] = []
        # What the person at the instrument does with a passkey the kiosk shows (None: nothing),
        # and with a number to compare.
        self.person_types: Callable[[int], int | None] = lambda shown: shown
        self.person_agrees: Callable[[int], bool] = lambda shown: True
        self.radio: Radio | None = None

    @property
    def stored(self) -> list[bytes]:
        """Frames that have not been sent, oldest first; one without a memory has none."""
        return []

    def characteristics(self) -> list[SimulatedCharacteristic]:
        return [one for group in self.services.values() for one in group]

    def characteristic(self, uuid: str) -> SimulatedCharacteristic:
        return next(one for one in self.characteristics() if one.uuid == uuid)

    def keep_bond(self, adapter: str) -> None:
        """Pairing has succeeded."""
        self.bonds.add(adapter)
        self.paired.set()

    def forget_bonds(self) -> None:
        """The person clears the pairings in the instrument's menu; the kiosk is not told."""
        self.bonds.clear()
        self.paired.clear()
        for characteristic in self.characteristics():
            characteristic.remembered_by.clear()

    async def deliver(self, uuid: str, value: bytes) -> bool:
        """Send one value and wait until it is confirmed; False when it was not."""
        if self.radio is None or not self.radio.send(self, uuid, value):
            return False
        await self.radio.confirmed()
        return True
