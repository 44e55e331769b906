"""One connection to one instrument through bleak: connect, subscribe, read, let go.

Every call has a time limit, for BlueZ has none. bleak's many exceptions leave here as the few
types of `devices.health.errors`. Nothing here decodes a reading or decides what to do next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import (
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)

from devices.health.ending import ended
from devices.health.errors import (
    ConnectionLost,
    InstrumentBusy,
    InstrumentError,
    InstrumentRefused,
    SessionTimeout,
)
from devices.health.events import InstrumentIdentity
from devices.health.gatt import (
    BATTERY_LEVEL,
    FIRMWARE_REVISION,
    MANUFACTURER_NAME,
    MODEL_NUMBER,
    SERIAL_NUMBER,
    InstrumentKind,
)
from devices.health.hosts import Host
from devices.health.limits import Limits
from devices.health.scanner import Sighting

_log = logging.getLogger(__name__)
T = TypeVar("T")

_PAIRING_WANTED: Final = frozenset(
    {
        "org.bluez.Error.AuthenticationFailed",
        "org.bluez.Error.AuthenticationCanceled",
        "org.bluez.Error.AuthenticationRejected",
        "org.bluez.Error.AuthenticationTimeout",
    }
)
_REFUSED: Final = frozenset(
    {
        "org.bluez.Error.NotPermitted",
        "org.bluez.Error.NotAuthorized",
        "org.bluez.Error.NotSupported",
    }
)
# Procedure already in progress: as GLS 1.0.1 has it, and as the Core Specification does.
_BUSY_ATT: Final = frozenset({0x80, 0xFE})
_UNLIKELY_ATT: Final = 0x0E  # also what BlueZ makes of a link that dropped meanwhile
# ATT errors: insufficient authentication, authorization, key size, encryption.
_PAIRING_WANTED_ATT: Final = frozenset({0x05, 0x08, 0x0C, 0x0F})


class Link:
    """A connection that is opened once, used, and closed in the background."""

    def __init__(self, sighting: Sighting, host: Host, limits: Limits, connect_s: float) -> None:
        """`connect_s` is bleak's own limit for connecting, in seconds."""
        self.identity = InstrumentIdentity(sighting.device.address, sighting.name)
        self.gone = asyncio.Event()
        self.was_open = False
        self.broken = 0  # links that stood for a moment and broke, before this one was open
        self._pairing_wanted = False
        self._host = host
        self._limits = limits
        self._errors: tuple[type[Exception], ...] = (BleakError, OSError, EOFError, *host.errors)
        self._client = host.new_client(sighting.adapter, sighting.device, self._on_gone, connect_s)
        self._connecting: asyncio.Task[None] | None = None

    async def open(self, limit_s: float) -> None:
        """Connect and discover the services, in `limit_s` seconds at most.

        Raises:
            ConnectionLost, InstrumentRefused, SessionTimeout
        """
        self._host.wanted_pairing(self.identity.address)  # what it wanted earlier explains nothing
        # In a task of its own: when BlueZ hangs, so does bleak's clean-up after a
        # cancellation, and `close()` deals with that in the background.
        self._connecting = asyncio.create_task(self._client.connect())
        done, _ = await asyncio.wait({self._connecting}, timeout=limit_s)
        if not done:
            raise SessionTimeout("the instrument did not answer the connection", step="connect")
        try:
            self._connecting.result()
        except self._errors as error:
            raise self._typed(error, "connect") from error
        # bleak also reports the ends of its own failed tries: only from here on it counts.
        self.gone.clear()
        self.was_open = True
        if not self._client.is_connected:
            self.gone.set()

    def has(self, uuid: str | None) -> bool:
        """Whether the instrument offers this characteristic."""
        return uuid is not None and self._find(uuid) is not None

    async def subscribe(self, uuid: str, on_value: Callable[[bytes], None]) -> None:
        """Ask for the values of one characteristic; `on_value` is called on the loop.

        Raises:
            ConnectionLost, InstrumentRefused, SessionTimeout
        """

        def received(_: BleakGATTCharacteristic, value: bytearray) -> None:
            on_value(bytes(value))

        await self._within(
            self._limits.subscribe_s,
            "subscribe",
            lambda: self._client.start_notify(self._the(uuid), received),
        )

    async def unsubscribe(self, uuid: str) -> None:
        """Stop the values, so that what comes later stays in the instrument. Best effort."""
        try:
            await self._within(
                self._limits.unsubscribe_s,
                "unsubscribe",
                lambda: self._client.stop_notify(self._the(uuid)),
            )
        except InstrumentError as error:
            _log.info("%s still subscribed: %s", uuid, error)

    async def write(self, uuid: str, value: bytes) -> None:
        """Write a value and have it confirmed.

        Raises:
            InstrumentBusy: a procedure goes on; ask again a moment later.
            ConnectionLost, InstrumentRefused, SessionTimeout
        """
        await self._within(
            self._limits.write_s,
            "write",
            lambda: self._client.write_gatt_char(self._the(uuid), value, response=True),
        )

    async def pair(self) -> None:
        """Pair with the instrument; what it wants to know is asked by the host's agent.

        Raises:
            ConnectionLost, InstrumentRefused, SessionTimeout
            NotImplementedError: this operating system pairs by itself
        """
        await self._within(self._limits.pair_s, "pair", self._client.pair)

    async def read(self, uuid: str | None) -> bytes | None:
        """A value, or None when the instrument does not have it or does not give it."""
        if uuid is None or self.gone.is_set() or not self.has(uuid):
            return None
        try:
            value = await self._within(
                self._limits.read_s,
                "read",
                lambda: self._client.read_gatt_char(self._the(uuid)),
            )
        except InstrumentError as error:
            _log.info("%s was not read: %s", uuid, error)
            return None
        return bytes(value)

    async def read_identity(self) -> InstrumentIdentity:
        """Complete `identity` with what the Device Information service says."""
        maker, model, serial, firmware = [
            _text(await self.read(uuid))
            for uuid in (MANUFACTURER_NAME, MODEL_NUMBER, SERIAL_NUMBER, FIRMWARE_REVISION)
        ]
        self.identity = InstrumentIdentity(
            self.identity.address, self.identity.name, maker, model, serial, firmware
        )
        return self.identity

    async def read_battery(self) -> int | None:
        """The battery in per cent, when the instrument says."""
        level = await self.read(BATTERY_LEVEL)
        return level[0] if level and level[0] <= 100 else None

    async def read_feature(self, kind: InstrumentKind) -> int | None:
        """The feature word of its kind, when the instrument says."""
        word = await self.read(kind.feature)
        return int.from_bytes(word, "little") if word else None

    async def close(self) -> None:
        """Let go of the instrument. Takes seconds: never wait for it with a person watching."""
        if (connecting := self._connecting) is not None:
            connecting.cancel()  # nothing happens to it when it is done
            await asyncio.wait({connecting}, timeout=self._limits.disconnect_s)
            if connecting.done() and not connecting.cancelled() and connecting.exception():
                _log.info("%s: %r", self.identity.address, connecting.exception())
        try:
            async with asyncio.timeout(self._limits.disconnect_s):
                await self._client.disconnect()
        except self._errors as error:
            _log.info("%s was not disconnected by us: %r", self.identity.address, error)

    def _on_gone(self) -> None:
        if not self.was_open:
            self.broken += 1
        self.gone.set()

    def _find(self, uuid: str) -> BleakGATTCharacteristic | None:
        """The first characteristic under this number: some instruments have two."""
        try:
            found = self._client.services.characteristics.values()
        except BleakError:  # no services any more
            return None
        named = [one for one in found if one.uuid == uuid]
        return min(named, key=lambda one: one.handle, default=None)

    def _the(self, uuid: str) -> BleakGATTCharacteristic:
        found = self._find(uuid)
        if found is not None:
            return found
        if self.gone.is_set():
            raise ConnectionError("the link dropped")
        raise BleakCharacteristicNotFoundError(uuid)

    async def _within(
        self, limit_s: float, step: str, call: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:
        """The result of a call to bleak, or the typed error of what went wrong with it.

        BlueZ forgets to answer when the link drops in the middle, so the drop itself ends it.
        It never answers either when the call needs a pairing that nobody has started and our
        agent has refused.
        """
        if self._pairing_wanted:
            raise self._wants_pairing(step)
        work = asyncio.ensure_future(_called(call))
        gone = asyncio.ensure_future(self.gone.wait())
        refused = asyncio.ensure_future(self._host.until_pairing_wanted(self.identity.address))
        try:
            await asyncio.wait(
                {work, gone, refused}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED
            )
            if not work.done() and (gone.done() or refused.done()):
                grace_s = self._limits.gone_grace_s if gone.done() else self._limits.refused_grace_s
                await asyncio.wait({work}, timeout=min(grace_s, limit_s))
        finally:
            gone.cancel()
            refused.cancel()
            await ended(work)
        if work.cancelled():
            error = ConnectionError("the link dropped") if self.gone.is_set() else TimeoutError()
            raise self._typed(error, step)
        try:
            return work.result()
        except self._errors as error:
            raise self._typed(error, step) from error

    def _typed(self, error: Exception, step: str) -> InstrumentError:
        """One typed error for the several exceptions of one cause (bleak 3.1, exc.py)."""
        if self._pairing_wanted or self._host.wanted_pairing(self.identity.address):
            self._pairing_wanted = True  # whatever is asked of it from now on, this is why not
            return self._wants_pairing(step)
        if isinstance(error, TimeoutError):
            return SessionTimeout(f"the instrument did not answer ({step})", step=step)
        if isinstance(error, BleakCharacteristicNotFoundError):
            return InstrumentRefused(f"not an instrument of this kind: {error}", pairing=False)
        if isinstance(error, BleakGATTProtocolError) and not (
            self.gone.is_set() and int(error.code) == _UNLIKELY_ATT
        ):
            return _refused_by_protocol(error, step)
        if isinstance(error, BleakDBusError):
            if error.dbus_error in _PAIRING_WANTED or "Not paired" in str(error.args):
                return self._wants_pairing(step)
            if error.dbus_error == "org.bluez.Error.InProgress" and step == "write":
                return InstrumentBusy(f"the instrument is busy ({step})")
            if error.dbus_error in _REFUSED:
                return InstrumentRefused(f"the instrument refused ({step}): {error}", pairing=False)
        return ConnectionLost(f"the connection failed ({step}): {error!r}")

    def _wants_pairing(self, step: str) -> InstrumentRefused:
        return InstrumentRefused(f"the instrument wants to be paired ({step})", pairing=True)


async def _called(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await call()


def _refused_by_protocol(error: BleakGATTProtocolError, step: str) -> InstrumentError:
    code = int(error.code)
    if code in _BUSY_ATT:
        return InstrumentBusy(f"the instrument is busy ({step})")
    return InstrumentRefused(
        f"the instrument refused ({step}): {error}", pairing=code in _PAIRING_WANTED_ATT
    )


def _text(raw: bytes | None) -> str | None:
    """A Device Information string; makers pad them with zeros and spaces."""
    if raw is None:
        return None
    return raw.decode("utf-8", "replace").replace("\0", " ").strip() or None
