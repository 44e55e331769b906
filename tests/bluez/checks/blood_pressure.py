"""A blood pressure monitor that behaves."""

from __future__ import annotations

import asyncio

from devices.health.decoding import decode
from devices.health.errors import InstrumentNotFound
from devices.health.events import CuffPressure, Ended, Frame, InstrumentIdentity
from devices.health.profiles.blood_pressure import BloodPressureReading
from tests.bluez.bench import Bench, about, equal, is_error, some_time


def systolics(frames: list[Frame]) -> list[float]:
    """What the kiosk's decoder makes of these frames."""
    found = []
    for frame in frames:
        reading = decode(frame.characteristic, frame.raw, feature=frame.feature)
        assert isinstance(reading, BloodPressureReading), reading
        found.append(float(reading.systolic or 0))
    return found


async def three_stored_readings_then_a_fresh_one(bench: Bench) -> None:
    session = await bench.measure_once_on("CUFF")
    bench.each_once("CUFF", session.frames, "2A35")
    equal(systolics(session.frames), [111, 112, 113, 131])
    assert session.report.ended is Ended.INSTRUMENT_LEFT, session.report.ended
    assert {event.mmhg for event in session.of(CuffPressure)} == {40, 90, 150, 110}
    identity = session.frames[-1].identity
    assert identity == InstrumentIdentity(
        bench.addresses["CUFF"], "CUFF", "Lab", "BP100", "SN42", "1.2"
    ), identity
    assert session.report.battery_percent == 0x55
    offset_s = session.frames[-1].device_clock_offset_s
    assert about(offset_s, -7200), offset_s
    assert not bench.wire.happened("CUFF", "write"), "nobody may set the clock of this model"


async def the_next_session_brings_only_what_is_new(bench: Bench) -> None:
    session = await bench.measure_once_on("CUFF")
    bench.each_once("CUFF", session.frames, "2A35")
    equal(systolics(session.frames), [132])


async def forty_stored_readings_at_once(bench: Bench) -> None:
    session = await bench.measure_once_on("FORTY")
    bench.each_once("FORTY", session.frames)
    equal(systolics(session.frames), [111 + n for n in range(40)])


async def a_cuff_that_stays_connected_is_let_go_when_it_is_quiet(bench: Bench) -> None:
    session = await bench.measure_once_on("STAYS")
    bench.each_once("STAYS", session.frames)
    equal(systolics(session.frames), [141])
    assert session.report.ended is Ended.QUIET
    await bench.wire.until("STAYS", "disconnected")


async def the_person_stops(bench: Bench) -> None:
    stop = asyncio.Event()
    await bench.switch_on("SILENT")
    measuring = asyncio.ensure_future(bench.measure("SILENT", stop=stop))
    await bench.wire.until("SILENT", "subscribed")
    stop.set()
    session = await measuring
    assert session.error is None
    assert session.report.ended is Ended.STOPPED
    assert not session.frames
    await bench.wire.until("SILENT", "disconnected")


async def no_instrument_is_there(bench: Bench) -> None:
    is_error(await bench.measure("NOBODY", timeout_s=3.0), InstrumentNotFound)


async def an_instrument_that_was_on_for_15_s_before_anybody_asked(bench: Bench) -> None:
    await bench.switch_on("EARLY")
    await some_time(15.0)
    session = await bench.measure("EARLY")
    bench.each_once("EARLY", session.frames)
    equal(systolics(session.frames), [151])
    assert session.seconds < 10, session.seconds


async def the_smallest_mtu(bench: Bench) -> None:
    session = await bench.measure_once_on("SMALL")
    bench.each_once("SMALL", session.frames)
    equal(systolics(session.frames), [152])


async def a_reading_sent_twice_is_kept_once(bench: Bench) -> None:
    session = await bench.measure_once_on("TWICE")
    bench.each_once("TWICE", session.frames)
    equal(systolics(session.frames), [101, 102])
    assert session.report.duplicates == 1, session.report.duplicates


async def an_instrument_that_wants_its_clock_set_first(bench: Bench) -> None:
    name = "A&D_UA-651BLE_01"
    session = await bench.measure_once_on(name)
    bench.each_once(name, session.frames)
    equal(systolics(session.frames), [111, 112, 113])
    [connected] = bench.wire.happened(name, "connected")
    clock = bench.wire.happened(name, "write")[0]
    assert clock["char"] == "2A08"
    assert clock["t"] - connected["t"] < 5, "an A&D waits 5 s for its clock"
    offset_s = session.report.device_clock_offset_s
    assert about(offset_s, -400 * 86400), offset_s


async def a_cuff_that_measures_in_kpa(bench: Bench) -> None:
    session = await bench.measure_once_on("KPA")
    bench.each_once("KPA", session.frames)
    equal(systolics(session.frames), [16.5])


CHECKS = (
    three_stored_readings_then_a_fresh_one,
    the_next_session_brings_only_what_is_new,
    forty_stored_readings_at_once,
    a_cuff_that_stays_connected_is_let_go_when_it_is_quiet,
    the_person_stops,
    no_instrument_is_there,
    an_instrument_that_was_on_for_15_s_before_anybody_asked,
    the_smallest_mtu,
    a_reading_sent_twice_is_kept_once,
    an_instrument_that_wants_its_clock_set_first,
    a_cuff_that_measures_in_kpa,
)
