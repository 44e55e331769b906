"""Glucose meters: all records, only the new ones, and what breaks in between."""

from __future__ import annotations

from devices.health.decoding import identity_slice
from devices.health.events import Ended, Frame
from devices.health.gatt import GLUCOSE_METER
from tests.bluez.bench import Bench, equal


def numbers(frames: list[Frame]) -> list[int]:
    """The sequence numbers of the records among the frames."""
    return [
        int.from_bytes(frame.raw[1:3], "little")
        for frame in frames
        if frame.characteristic == "2A18"
    ]


def requests(bench: Bench, name: str) -> list[str]:
    """What was written to the control point, in hexadecimal."""
    return [one["data"] for one in bench.wire.happened(name, "write") if one["char"] == "2A52"]


async def twenty_records(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC", GLUCOSE_METER)
    bench.each_once("GLUC", session.frames, "2A18")
    equal(numbers(session.frames), list(range(1, 21)))
    assert session.report.ended is Ended.COMPLETE
    equal(requests(bench, "GLUC"), ["0101"])


async def only_the_new_record_at_the_next_visit(bench: Bench) -> None:
    twentieth = bytes.fromhex("1400") + b"\xea\x07\x03\x05\x03\x0f\x1e"  # number, base time
    session = await bench.measure_once_on("GLUC", GLUCOSE_METER, last_known=lambda _: twentieth)
    bench.each_once("GLUC", session.frames, "2A18")
    equal(numbers(session.frames), [20, 21])
    equal(requests(bench, "GLUC"), ["0103011400"])
    assert session.frames[0].raw[identity_slice("2A18")] == twentieth


async def a_link_lost_after_seven_records(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC-LOST", GLUCOSE_METER, timeout_s=90.0)
    bench.each_once("GLUC-LOST", session.frames, "2A18", lost=1)
    equal(numbers(session.frames), list(range(1, 21)))
    assert session.report.ended is Ended.COMPLETE
    first, second = requests(bench, "GLUC-LOST")
    assert first == "0101", first
    assert second.startswith("010301"), second


async def a_link_lost_right_behind_seven_records(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC-TAIL", GLUCOSE_METER, timeout_s=90.0)
    bench.each_once("GLUC-TAIL", session.frames, "2A18")
    equal(numbers(session.frames), list(range(1, 21)))
    assert session.report.ended is Ended.COMPLETE
    bench.notes.append(f"asked for {', '.join(requests(bench, 'GLUC-TAIL'))}")


async def a_meter_without_records(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC-EMPTY", GLUCOSE_METER)
    assert session.error is None, session.error
    assert not session.frames
    assert session.report.ended is Ended.COMPLETE


async def a_meter_that_never_answers(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC-MUTE", GLUCOSE_METER, timeout_s=90.0)
    bench.each_once("GLUC-MUTE", session.frames, "2A18")
    equal(numbers(session.frames), [1])
    assert session.report.ended is not Ended.COMPLETE, "it never said that these were all"
    bench.notes.append(f"{session.report.ended}, {session.error!r}, {session.seconds:.0f} s")


async def a_meter_that_is_busy_at_first(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC-BUSY", GLUCOSE_METER)
    bench.each_once("GLUC-BUSY", session.frames, "2A18")
    equal(numbers(session.frames), [1, 2, 3])
    refused = [one["code"] for one in bench.wire.happened("GLUC-BUSY", "write-refused")]
    equal(refused, [0xFE, 0x80])
    equal(session.report.connections, 1)


async def a_meter_that_is_strict_about_being_busy(bench: Bench) -> None:
    gone = bytes.fromhex("0900") + b"\xea\x07\x03\x05\x03\x0f\x1e"  # not in its memory: ask again
    session = await bench.measure_once_on("GLUC-STRICT", GLUCOSE_METER, last_known=lambda _: gone)
    bench.each_once("GLUC-STRICT", session.frames, "2A18")
    equal(numbers(session.frames), [1, 2, 3, 4, 5])
    refused = bench.wire.happened("GLUC-STRICT", "write-refused")
    bench.notes.append(f"said {len(refused)} times that it was busy")


async def records_with_their_context(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC-MEAL", GLUCOSE_METER)
    bench.each_once("GLUC-MEAL", session.frames, "2A18", "2A34")
    equal([frame.characteristic for frame in session.frames], ["2A18", "2A34"] * 3)


async def a_hundred_records_without_a_pause(bench: Bench) -> None:
    session = await bench.measure_once_on("GLUC-HUNDRED", GLUCOSE_METER)
    bench.each_once("GLUC-HUNDRED", session.frames, "2A18")
    equal(numbers(session.frames), list(range(1, 101)))


async def a_meter_whose_memory_was_cleared(bench: Bench) -> None:
    other = bytes.fromhex("0200") + b"\xe9\x07\x03\x05\x03\x0f\x1e"  # number 2 of another year
    session = await bench.measure_once_on("GLUC-CLEARED", GLUCOSE_METER, last_known=lambda _: other)
    bench.each_once("GLUC-CLEARED", session.frames, "2A18")
    equal(sorted(numbers(session.frames)), [1, 2, 3])


CHECKS = (
    twenty_records,
    only_the_new_record_at_the_next_visit,
    a_link_lost_after_seven_records,
    a_link_lost_right_behind_seven_records,
    a_meter_without_records,
    a_meter_that_never_answers,
    a_meter_that_is_busy_at_first,
    a_meter_that_is_strict_about_being_busy,
    records_with_their_context,
    a_hundred_records_without_a_pause,
    a_meter_whose_memory_was_cleared,
)
