"""Thermometer, oximeters and scales."""

from __future__ import annotations

from devices.health.decoding import decode
from devices.health.events import Frame, SignalSettling
from devices.health.gatt import ALL_KINDS, OXIMETER, SCALE, THERMOMETER
from tests.bluez.bench import Bench, equal


def decoded(frames: list[Frame]) -> list[object]:
    return [decode(frame.characteristic, frame.raw, feature=frame.feature) for frame in frames]


async def a_thermometer(bench: Bench) -> None:
    session = await bench.measure_once_on("THERM", THERMOMETER)
    bench.each_once("THERM", session.frames)
    bench.notes.append(
        str([getattr(reading, "temperature", None) for reading in decoded(session.frames)])
    )
    assert len(session.frames) == 3
    assert {frame.kind for frame in session.frames} == {THERMOMETER.name}


async def a_spot_check_with_an_oximeter(bench: Bench) -> None:
    session = await bench.measure_once_on("PLX-SPOT", OXIMETER)
    bench.each_once("PLX-SPOT", session.frames)
    [reading] = decoded(session.frames)
    assert (reading.spo2, reading.pulse) == (97, 61), reading


async def an_oximeter_whose_values_settle(bench: Bench) -> None:
    session = await bench.measure_once_on("PLX-CONT", OXIMETER)
    [frame] = session.frames
    sent = [one.raw for one in bench.wire.sent("PLX-CONT", "2A5F")]
    [reading] = decoded(session.frames)
    assert reading.spo2 == 97, reading
    assert sent.index(frame.raw) >= 4, "a value from before it had settled was taken"
    assert session.of(SignalSettling), "the person saw no progress"


async def a_scale(bench: Bench) -> None:
    session = await bench.measure_once_on("SCALE", SCALE)
    bench.each_once("SCALE", session.frames)
    [reading] = decoded(session.frames)
    assert float(reading.weight) == 71.35, reading


async def a_scale_with_body_composition(bench: Bench) -> None:
    session = await bench.measure_once_on("BODY", SCALE)
    bench.each_once("BODY", session.frames)
    equal([frame.characteristic for frame in session.frames], ["2A9D", "2A9C"])


async def a_scale_that_only_advertises(bench: Bench) -> None:
    session = await bench.measure_once_on("MI_SCALE", SCALE)
    [frame] = session.frames
    [reading] = decoded(session.frames)
    assert frame.characteristic == "181D"
    assert float(reading.weight) == 58.65, reading
    assert not bench.wire.happened("MI_SCALE", "connected"), "it was connected to"


async def a_scale_answers_although_any_kind_would_do(bench: Bench) -> None:
    session = await bench.measure_once_on("SCALE", *ALL_KINDS)
    bench.each_once("SCALE", session.frames)
    equal([frame.kind for frame in session.frames], [SCALE.name])


CHECKS = (
    a_thermometer,
    a_spot_check_with_an_oximeter,
    an_oximeter_whose_values_settle,
    a_scale,
    a_scale_with_body_composition,
    a_scale_that_only_advertises,
    a_scale_answers_although_any_kind_would_do,
)
