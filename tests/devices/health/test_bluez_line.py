"""The order in which the line tells what BlueZ says, and answers to a bus that breaks."""

from __future__ import annotations

import asyncio
import gc

import pytest
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from devices.health.adapter import AdapterWatch
from devices.health.bluez_line import ADAPTER, Added, Answer, BluezLine, News, ServiceUp
from devices.simulators.private_bus import PrivateBus
from tests.devices.health.bench import TEST_LIMITS, loop_complaints, nothing_left, run

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


def test_an_answer_that_the_bus_can_not_take_any_more_is_given_up() -> None:
    async def scenario() -> None:
        complaints = loop_complaints()
        bus, line, answered = PrivateBus(), BluezLine(TEST_LIMITS), asyncio.Event()
        bus.start()

        async def as_the_bus_breaks(_: Message) -> Answer:
            bus.die()
            answered.set()
            return "", []

        line.serve("/asked", "org.example.Asked", as_the_bus_breaks)
        caller = await MessageBus(bus_type=BusType.SYSTEM).connect()
        try:
            await line.start()
            assert line._bus is not None
            question = Message(
                destination=line._bus.unique_name,
                path="/asked",
                interface="org.example.Asked",
                member="Ask",
            )
            with pytest.raises((EOFError, OSError)):
                await caller.call(question)
            with pytest.raises((EOFError, OSError)):
                await caller.wait_for_disconnect()
            assert answered.is_set()
        finally:
            await line.close()
            bus.stop()
        await nothing_left()
        gc.collect()
        assert complaints == []

    run(scenario())
