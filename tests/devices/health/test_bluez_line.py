"""The order in which the line tells what BlueZ says."""

from __future__ import annotations

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from devices.health.adapter import AdapterWatch
from devices.health.bluez_line import ADAPTER, Added, BluezLine, News, ServiceUp
from devices.simulators.private_bus import PrivateBus
from tests.devices.health.bench import TEST_LIMITS, nothing_left, run

OBJECTS = "org.freedesktop.DBus.ObjectManager"


class HurriedBluez:
    """Answers that it has no objects, and has an adapter before anybody can have read that."""

    def __init__(self) -> None:
        self._bus = MessageBus(bus_type=BusType.SYSTEM)

    async def start(self) -> None:
        await self._bus.connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name("org.bluez")

    async def stop(self) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    def _answer(self, message: Message) -> bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != OBJECTS:
            return None
        self._bus.send(Message.new_method_return(message, "a{oa{sa{sv}}}", [{}]))
        self._bus.send(
            Message(
                message_type=MessageType.SIGNAL,
                path="/",
                interface=OBJECTS,
                member="InterfacesAdded",
                signature="oa{sa{sv}}",
                body=["/org/bluez/hci0", {ADAPTER: {"Powered": Variant("b", True)}}],
            )
        )
        return True


def test_an_adapter_that_appears_right_after_the_answer_is_not_forgotten_with_it() -> None:
    async def scenario() -> None:
        bus = PrivateBus()
        bus.start()
        bluez, line = HurriedBluez(), BluezLine(TEST_LIMITS)
        told: list[type[News]] = []
        try:
            await bluez.start()
            line.follow(lambda news: told.append(type(news)))
            adapters = AdapterWatch(line, None)
            await line.start()
            state = await adapters.until(lambda state: state.name is not None)
            assert state.name == "hci0"
            assert told == [ServiceUp, Added]
        finally:
            await line.close()
            await bluez.stop()
            bus.stop()
        await nothing_left()

    run(scenario())
