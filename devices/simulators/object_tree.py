"""The D-Bus objects of a simulated BlueZ, and the signals that tell of their changes."""

from __future__ import annotations

from typing import Any, Final

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"

Properties = dict[str, Variant]
Reply = tuple[str, list[Any]]  # D-Bus signature and values


class ObjectTree:
    """path: interface: property: value. Every change is signalled on `bus` once there is one."""

    def __init__(self) -> None:
        self.bus: MessageBus | None = None
        self.objects: dict[str, dict[str, Properties]] = {}

    def add(self, path: str, interfaces: dict[str, Properties]) -> None:
        self.objects[path] = interfaces
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])

    def remove(self, path: str) -> None:
        if (interfaces := self.objects.pop(path, None)) is not None:
            self._signal("/", OBJECTS, "InterfacesRemoved", "oas", [path, list(interfaces)])

    def remove_below(self, path: str) -> None:
        for child in [child for child in self.objects if child.startswith(f"{path}/")]:
            self.remove(child)

    def is_true(self, path: str, interface: str, name: str) -> bool:
        value = self.objects.get(path, {}).get(interface, {}).get(name)
        return value is not None and bool(value.value)

    def change(
        self, path: str, interface: str, changed: Properties, gone: list[str] | None = None
    ) -> None:
        if path in self.objects:
            self.objects[path][interface].update(changed)
            body = [interface, changed, gone or []]
            self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    # D-Bus

    async def managed_objects(self, message: Message) -> Reply:
        return "a{oa{sa{sv}}}", [self.objects]

    async def get_all(self, message: Message) -> Reply:
        """`Properties.GetAll` of an object that exists."""
        return "a{sv}", [self._interface(message)]

    async def get(self, message: Message) -> Reply:
        """`Properties.Get` of an object that exists."""
        name = message.body[1]
        if name not in (properties := self._interface(message)):
            raise DBusError("org.freedesktop.DBus.Error.InvalidArgs", f"no property {name}")
        return "v", [properties[name]]

    def _interface(self, message: Message) -> Properties:
        interface = message.body[0]
        if interface not in (interfaces := self.objects[message.path or ""]):
            raise DBusError("org.freedesktop.DBus.Error.InvalidArgs", f"no interface {interface}")
        return interfaces[interface]

    def _signal(
        self, path: str, interface: str, member: str, signature: str, body: list[Any]
    ) -> None:
        if self.bus is not None and self.bus.connected:
            self.bus.send(
                Message(
                    message_type=MessageType.SIGNAL,
                    path=path,
                    interface=interface,
                    member=member,
                    signature=signature,
                    body=body,
                )
            )
