"""bleak backends without any Bluetooth: what Windows and macOS give bleak, for the same simulated
instruments.

Real `BleakScanner` and `BleakClient` run on top (their `backend=` argument). What differs between
the two systems is in `FakeRadio`'s arguments; neither system's own code is executed here.
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError

from devices.simulators.peripheral import AttError, PairingMethod, SimulatedInstrument

INSUFFICIENT_AUTHENTICATION = 0x05


class FakeRadio:
    """The computer's only adapter, and what it hears. A `devices.simulators.peripheral.Radio`."""

    def __init__(self, *, macos: bool = False) -> None:
        self.macos = macos
        self.problem: Exception | None = None  # what starting a scan raises
        self.started_at: list[float] = []  # each start that was tried, on the loop's clock
        self.paired: set[str] = set()  # addresses
        self.instruments: dict[str, SimulatedInstrument] = {}
        self.scanners: set[FakeScanner] = set()
        self.clients: dict[str, FakeClient] = {}

    def backends(self) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
        """The classes for bleak's `backend=`, bound to this radio."""
        return (
            type("ScannerHere", (FakeScanner,), {"radio": self}),
            type("ClientHere", (FakeClient,), {"radio": self}),
        )

    def add(self, instrument: SimulatedInstrument) -> None:
        self.instruments[self.address_of(instrument)] = instrument
        instrument.radio = self

    def address_of(self, instrument: SimulatedInstrument) -> str:
        """On macOS a UUID that the computer makes up, instead of the address."""
        if self.macos:
            return str(uuid.uuid5(uuid.NAMESPACE_OID, instrument.address)).upper()
        return instrument.address

    def switch_off(self, problem: Exception) -> None:
        """Bluetooth is gone: connections break, a running scan just hears nothing any more."""
        self.problem = problem
        for instrument in self.instruments.values():
            self.drop(instrument)

    def switch_on(self) -> None:
        self.problem = None

    # What instruments do over the air

    def advertise(self, instrument: SimulatedInstrument) -> None:
        if self.problem is None and not instrument.connected.is_set():
            for scanner in list(self.scanners):
                scanner.hear(self.address_of(instrument), instrument)

    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool:
        characteristic = instrument.characteristic(uuid)
        if not characteristic.subscribed.is_set():
            return False
        self.clients[self.address_of(instrument)].receive(uuid, value)
        return True

    async def confirmed(self) -> None:
        await asyncio.sleep(0)

    def drop(self, instrument: SimulatedInstrument) -> None:
        instrument.connected.clear()
        instrument.left.set()
        for characteristic in instrument.characteristics():
            characteristic.subscribed.clear()
        if (client := self.clients.pop(self.address_of(instrument), None)) is not None:
            client.link_is_gone()


class FakeScanner(BaseBleakScanner):
    """Tells every advertisement, as Windows and macOS do."""

    radio: FakeRadio

    def __init__(self, callback: Any, service_uuids: list[str] | None, *_: Any, **__: Any) -> None:
        super().__init__(callback, service_uuids)

    async def start(self) -> None:
        self.radio.started_at.append(asyncio.get_running_loop().time())
        if self.radio.problem is not None:
            raise self.radio.problem
        self.seen_devices = {}
        self.radio.scanners.add(self)

    async def stop(self) -> None:
        self.radio.scanners.discard(self)

    def hear(self, address: str, instrument: SimulatedInstrument) -> None:
        services = list(instrument.advertised)
        if not self.is_allowed_uuid(services):
            return
        heard = AdvertisementData(
            local_name=instrument.name,
            manufacturer_data=instrument.manufacturer_data,
            service_data=instrument.service_data,
            service_uuids=services,
            tx_power=None,
            rssi=-50,
            platform_data=("this system's own",),
        )
        device = self.create_or_update_device(address, address, instrument.name, None, heard)
        self.call_detection_callbacks(device, heard)


class FakeClient(BaseBleakClient):
    """A connection to a simulated instrument."""

    radio: FakeRadio

    def __init__(self, device: BLEDevice | str, **given: Any) -> None:
        super().__init__(device, **given)
        self._heard: dict[str, NotifyCallback] = {}
        self._connected = False

    @property
    def mtu_size(self) -> int:
        return 23

    @property
    def is_connected(self) -> bool:
        return self._connected

    @property
    def _instrument(self) -> SimulatedInstrument:
        if self.address not in self.radio.instruments:
            raise BleakDeviceNotFoundError(self.address)
        return self.radio.instruments[self.address]

    async def connect(self, pair: bool, **_: Any) -> None:
        if self.radio.problem is not None:
            raise BleakError("the radio is off")
        instrument = self._instrument
        instrument.left.clear()
        instrument.connected.set()
        self.radio.clients[self.address] = self
        self.services = _services_of(instrument)
        self._connected = True

    async def disconnect(self) -> None:
        if self._connected:
            self.radio.drop(self._instrument)

    def link_is_gone(self) -> None:
        self._connected = False
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def pair(self, *_: Any, **__: Any) -> None:
        if self.radio.macos:
            raise NotImplementedError("Pairing is not available in Core Bluetooth.")
        if self._instrument.pairing is not PairingMethod.JUST_WORKS:
            raise BleakError("Could not pair with device: AUTHENTICATION_FAILURE")
        self.radio.paired.add(self.address)

    async def unpair(self) -> None:
        if self.radio.problem is not None:
            raise OSError("[WinError -2147020577] The device is not ready for use")
        self.radio.paired.discard(self.address)

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_: Any) -> bytearray:
        self._need_pairing(characteristic.uuid)
        return bytearray(self._instrument.characteristic(characteristic.uuid).read())

    async def read_gatt_descriptor(self, descriptor: Any, **_: Any) -> bytearray:
        return bytearray()

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: Any, response: bool
    ) -> None:
        self._need_pairing(characteristic.uuid)
        self._instrument.writes.append((characteristic.uuid, bytes(data)))
        on_write = self._instrument.characteristic(characteristic.uuid).on_write
        if on_write is None:
            return
        try:
            work = on_write(bytes(data))
            if work is not None:
                await work
        except AttError as error:
            raise BleakGATTProtocolError(error.code) from error

    async def write_gatt_descriptor(self, descriptor: Any, data: Any) -> None:
        """Nothing here has descriptors."""

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_: Any
    ) -> None:
        self._need_pairing(characteristic.uuid)
        self._heard[characteristic.uuid] = callback
        self._instrument.characteristic(characteristic.uuid).subscribed.set()

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        self._instrument.characteristic(characteristic.uuid).subscribed.clear()
        self._heard.pop(characteristic.uuid, None)

    def receive(self, uuid: str, value: bytes) -> None:
        self._heard[uuid](bytearray(value))

    def _need_pairing(self, uuid: str) -> None:
        """macOS asks its user at this point, and here the user says yes; Windows refuses."""
        protected = self._instrument.characteristic(uuid).needs_pairing
        if not protected or self.address in self.radio.paired:
            return
        if not self.radio.macos:
            raise BleakGATTProtocolError(INSUFFICIENT_AUTHENTICATION)
        self.radio.paired.add(self.address)


def _services_of(instrument: SimulatedInstrument) -> BleakGATTServiceCollection:
    collection, handle = BleakGATTServiceCollection(), 1
    for service_uuid, characteristics in instrument.services.items():
        service = BleakGATTService(None, handle, service_uuid)
        collection.add_service(service)
        for one in characteristics:
            handle += 2
            flags: Any = list(one.flags)
            collection.add_characteristic(
                BleakGATTCharacteristic(None, handle, one.uuid, flags, lambda: 20, service)
            )
        handle += 2
    return collection
