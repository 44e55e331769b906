"""Bonded instruments that send as soon as the link is encrypted, before anybody can subscribe.

BlueZ confirms such a reading whether anybody listens or not. The kiosk's own line listens.
"""

from __future__ import annotations

import asyncio

from devices.health.pairing import Allowed
from tests.bluez.bench import Bench, Session, equal
from tests.bluez.checks.blood_pressure import systolics
from tests.bluez.wire import bluetoothd_starts_anew


async def three_readings_at_once(bench: Bench) -> None:
    await is_paired(bench, "AT-ONCE")
    session = await bench.measure("AT-ONCE")
    bench.each_once("AT-ONCE", session.frames)
    equal(systolics(session.frames), [111, 112, 113])
    assert all(frame.identity.name == "AT-ONCE" for frame in session.frames)


async def three_more_at_the_next_visit(bench: Bench) -> None:
    session = await bench.measure_once_on("AT-ONCE")
    bench.each_once("AT-ONCE", session.frames)
    equal(systolics(session.frames), [114, 115, 116])


async def three_readings_150_ms_after_the_encryption(bench: Bench) -> None:
    await is_paired(bench, "SOON")
    session = await bench.measure("SOON")
    bench.each_once("SOON", session.frames)
    equal(systolics(session.frames), [111, 112, 113])


async def after_the_adapter_was_off(bench: Bench) -> None:
    await bench.wire.set_powered(False)
    await bench.wire.set_powered(True)
    session = await bench.measure_once_on("AT-ONCE")
    bench.each_once("AT-ONCE", session.frames)
    equal(systolics(session.frames), [117, 118, 119])


async def a_reading_that_comes_when_the_session_is_over(bench: Bench) -> None:
    """It is handed over as a stray: nobody's."""
    await is_paired(bench, "LINGERS")
    stop = asyncio.Event()
    measuring = asyncio.ensure_future(bench.measure("LINGERS", stop=stop))
    await bench.wire.until("LINGERS", "confirmed")
    while len(bench.wire.sent("LINGERS")) < 3 or not bench.wire.sent("LINGERS")[-1].confirmed:
        await asyncio.sleep(0.05)
    stop.set()
    session = await measuring
    late = "06a00051006100ea0703040715004200"
    await bench.wire.tell("send", "LINGERS", "2A35", late)
    await bench.instruments.disconnected()
    sent_late = [one for one in bench.wire.sent("LINGERS") if one.raw.hex() == late]
    assert sent_late, "the instrument was gone too soon for this check"
    equal([frame.raw.hex() for frame in bench.strays], [late])
    bench.each_once("LINGERS", session.frames)
    equal(systolics(session.frames), [111, 112, 113])


async def after_bluetoothd_was_started_anew(bench: Bench) -> None:
    """The first readings after a start of bluetoothd come before it has told of the
    instrument's characteristics: nobody can have subscribed. They are counted as lost."""
    await bluetoothd_starts_anew(bench.wire)
    await bench.switch_on("AT-ONCE")
    got: list[Session] = []
    while len(got) < 3 and not (got and len(got[-1].frames) == 3):
        got.append(await bench.measure("AT-ONCE"))
        await bench.instruments.disconnected()
    frames = [frame for session in got for frame in session.frames]
    bench.each_once("AT-ONCE", frames, lost=3)
    last = systolics(frames)[-3:]
    equal(last, [last[0], last[0] + 1, last[0] + 2])


async def is_paired(bench: Bench, name: str) -> None:
    attempt = await bench.pair(name, Allowed())
    assert attempt.paired is not None, attempt
    await bench.instruments.disconnected()


CHECKS = (
    three_readings_at_once,
    three_more_at_the_next_visit,
    three_readings_150_ms_after_the_encryption,
    after_the_adapter_was_off,
    a_reading_that_comes_when_the_session_is_over,
    after_bluetoothd_was_started_anew,
)
