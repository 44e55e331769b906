"""Links that break, and an adapter and a service that go and come back."""

from __future__ import annotations

import asyncio

from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    ConnectionLost,
    SessionTimeout,
)
from devices.health.events import Connected, Frame
from tests.bluez.bench import Bench, equal, is_error, some_time
from tests.bluez.checks.blood_pressure import systolics
from tests.bluez.wire import bluetoothd_starts_anew


async def a_link_lost_after_two_of_five_readings(bench: Bench) -> None:
    first = await bench.measure_once_on("LOST")
    got = first.frames
    while len(got) < 5:
        again = await bench.measure("LOST", timeout_s=30.0)
        assert again.frames, again.error
        got = got + again.frames
    bench.each_once("LOST", got)
    equal(systolics(got), [111, 112, 113, 114, 115])


async def a_connection_that_fails_once(bench: Bench) -> None:
    session = await bench.measure_once_on("ONCE")
    bench.each_once("ONCE", session.frames)
    equal(systolics(session.frames), [128])


async def an_instrument_that_never_lets_anybody_in(bench: Bench) -> None:
    session = await bench.measure_once_on("GONE", timeout_s=90.0)
    assert isinstance(session.error, ConnectionLost | SessionTimeout), session
    assert not session.of(Connected)
    assert session.seconds < 50, f"connecting took {session.seconds:.0f} s in all"
    bench.notes.append(f"{type(session.error).__name__} after {session.seconds:.0f} s")


async def the_next_instrument_works_after_it(bench: Bench) -> None:
    session = await bench.measure_once_on("STEADY")
    bench.each_once("STEADY", session.frames)
    equal(systolics(session.frames), [131])


async def an_instrument_that_hangs_up_when_it_is_subscribed_to(bench: Bench) -> None:
    session = await bench.measure_once_on("HANGS-UP")
    bench.each_once("HANGS-UP", session.frames)
    equal(systolics(session.frames), [129])


async def an_instrument_switched_on_8_s_after_the_person_began(bench: Bench) -> None:
    measuring = asyncio.ensure_future(bench.measure("LATE"))
    await some_time(8.0)
    await bench.switch_on("LATE")
    session = await measuring
    bench.each_once("LATE", session.frames)
    equal(systolics(session.frames), [130])


async def the_adapter_goes_off_and_on_before_the_instrument_is_heard(bench: Bench) -> None:
    measuring = asyncio.ensure_future(bench.measure("STEADY"))
    await some_time(1.0)
    await bench.wire.set_powered(False)
    await bench.wire.set_powered(True)
    await bench.switch_on("STEADY")
    session = await measuring
    bench.each_once("STEADY", session.frames)
    equal(systolics(session.frames), [132])


async def the_adapter_goes_off_and_on_during_a_connection(bench: Bench) -> None:
    await bench.switch_on("SLOW")
    measuring = asyncio.ensure_future(bench.measure("SLOW"))
    await bench.wire.until("SLOW", "subscribed")
    await bench.wire.set_powered(False)
    await bench.wire.set_powered(True)
    session = await measuring
    bench.each_once("SLOW", session.frames)
    equal(systolics(session.frames), [140])


async def three_sessions_right_after_one_another(bench: Bench) -> None:
    got = []
    await bench.switch_on("STEADY")
    for _ in range(3):
        session = await bench.measure("STEADY")
        got += session.frames
    bench.each_once("STEADY", got)
    equal(systolics(got), [133, 134, 135])


async def bluetoothd_is_started_anew_while_the_kiosk_listens(bench: Bench) -> None:
    await bluetoothd_starts_anew(bench.wire)
    session = await bench.measure_once_on("STEADY")
    bench.each_once("STEADY", session.frames)
    equal(systolics(session.frames), [136])


async def thirty_readings_over_links_that_break_at_random(bench: Bench) -> None:
    await bench.switch_on("SHAKY")
    sessions = []
    kept: dict[bytes, Frame] = {}
    while len(kept) < 30:
        assert len(sessions) < 40, f"{len(kept)} readings after 40 sessions"
        sessions.append(await bench.measure("SHAKY", timeout_s=30.0))
        for frame in sessions[-1].frames:
            kept.setdefault(frame.raw, frame)  # one whose confirmation was lost comes again
    bench.each_once("SHAKY", list(kept.values()))
    equal(sorted(systolics(list(kept.values()))), [111 + n for n in range(30)])
    failed = sum(not session.frames for session in sessions)
    tries = sum(session.report.connections for session in sessions)
    bench.notes.append(
        f"{len(sessions)} sessions, {failed} of them without a reading, {tries} connections"
    )


async def no_adapter_is_on(bench: Bench) -> None:
    await bench.wire.set_powered(False)
    session = await bench.measure("STEADY", timeout_s=20.0)
    await bench.wire.set_powered(True)
    reason = is_error(session, AdapterUnavailable).reason
    assert reason is AdapterReason.POWERED_OFF, reason
    session = await bench.measure_once_on("STEADY")
    bench.each_once("STEADY", session.frames)


CHECKS = (
    a_link_lost_after_two_of_five_readings,
    a_connection_that_fails_once,
    an_instrument_that_never_lets_anybody_in,
    the_next_instrument_works_after_it,
    an_instrument_that_hangs_up_when_it_is_subscribed_to,
    an_instrument_switched_on_8_s_after_the_person_began,
    the_adapter_goes_off_and_on_before_the_instrument_is_heard,
    the_adapter_goes_off_and_on_during_a_connection,
    three_sessions_right_after_one_another,
    thirty_readings_over_links_that_break_at_random,
    bluetoothd_is_started_anew_while_the_kiosk_listens,
    no_adapter_is_on,
)
