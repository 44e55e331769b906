"""Instruments' clocks: read before they are set, set where their model allows, and only there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from devices.health.gatt import BLOOD_PRESSURE, GLUCOSE_METER
from devices.simulators.and_cuff import DATE_TIME, VENDOR_COMMAND, SimulatedAndCuff
from devices.simulators.blood_pressure_monitor import MEASUREMENT, SimulatedReading
from devices.simulators.glucose_meter import SimulatedGlucose, SimulatedGlucoseMeter
from devices.simulators.instrument_clock import hong_kong_time
from devices.simulators.omron_cuff import SimulatedOmronCuff
from devices.simulators.peripheral import SimulatedCharacteristic
from tests.devices.health.bench import READING, Moment, TestClock, run
from tests.devices.health.engine_bench import QUICK, STAYS, EngineBench, raws

THREE_HOURS_BEHIND = timedelta(hours=-3)
CONTOUR_SERVICE = "00000000-0002-11e2-9e96-0800200c9a66"
CONTOUR_CLOCK = "00001026-0002-11e2-9e96-0800200c9a66"


def bonded(bench: EngineBench, cuff: SimulatedAndCuff) -> None:
    bench.bluez.bond(cuff)


def calls_to(bench: EngineBench, cuff: Any, *uuids: str) -> list[tuple[str, str]]:
    names = {cuff.characteristic(uuid).path: uuid for uuid in uuids}
    return [(member, names[path]) for member, path in bench.bluez.calls if path in names]


def test_an_and_is_subscribed_its_clock_read_and_then_set_within_its_patience() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_ahead=THREE_HOURS_BEHIND, habits=QUICK)
        async with EngineBench(cuff) as bench:
            bonded(bench, cuff)
            bench.meanwhile(cuff.measure([READING]))
            report = await bench.measure((BLOOD_PRESSURE,))
            order = list(dict.fromkeys(calls_to(bench, cuff, MEASUREMENT, DATE_TIME)))
            assert order[:3] == [
                ("StartNotify", MEASUREMENT),
                ("ReadValue", DATE_TIME),
                ("WriteValue", DATE_TIME),
            ]
            assert len(report.frames) == 1
            assert report.clock_set
            assert report.device_clock_offset_s == pytest.approx(-3 * 3600, abs=3)
            assert len(cuff.clock.settings) == 1
            assert abs(cuff.clock.ahead) < timedelta(seconds=3)
            assert cuff.hung_up == 0

    run(scenario())


def test_an_ands_stored_readings_come_oldest_first_with_the_offset_they_were_stamped_with() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_ahead=THREE_HOURS_BEHIND, habits=QUICK)
        stored = [
            SimulatedReading(120 + n, 80, taken_at=cuff.clock.now() - timedelta(days=9 - n))
            for n in range(9)
        ]
        since = SimulatedReading(142, 84, taken_at=hong_kong_time())
        async with EngineBench(cuff) as bench:
            bonded(bench, cuff)
            bench.meanwhile(cuff.measure([*stored, since]))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert [frame.raw[1] for frame in report.frames] == [*range(120, 129), 142]
            offsets = [frame.device_clock_offset_s for frame in report.frames]
            assert offsets[:-1] == pytest.approx([-3 * 3600] * 9, abs=3)
            assert offsets[-1] == 0

    run(scenario())


def test_readings_that_come_after_a_broken_link_still_carry_the_offset_of_their_time() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_ahead=THREE_HOURS_BEHIND, habits=QUICK)
        cuff.faults.drop_after_frames = 1
        stored = [SimulatedReading(120 + n, 80) for n in range(3)]
        async with EngineBench(cuff) as bench:
            bonded(bench, cuff)
            bench.meanwhile(cuff.measure(stored))
            first = await bench.measure((BLOOD_PRESSURE,))
            second = await bench.measure((BLOOD_PRESSURE,))
            frames = first.frames + second.frames
            assert [frame.raw[1] for frame in frames] == [120, 121, 122]
            offsets = [frame.device_clock_offset_s for frame in frames]
            assert offsets == pytest.approx([-3 * 3600] * 3, abs=3)

    run(scenario())


def test_a_kiosk_whose_clock_is_put_right_in_a_session_shifts_no_reading() -> None:
    """What was found and set by the wrong clock is known by how much that jumped since."""

    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_ahead=THREE_HOURS_BEHIND, habits=QUICK)
        stored = SimulatedReading(120, 80, taken_at=cuff.clock.now() - timedelta(days=1))

        class PutRightOnceTheCuffIsSet(TestClock):
            def now(self) -> Moment:
                moment = super().now()
                ahead_ms = 3_600_000 if cuff.clock.settings else 0
                return replace(moment, wall_ms=moment.wall_ms + ahead_ms)

        async with EngineBench(cuff, clock=PutRightOnceTheCuffIsSet()) as bench:
            bonded(bench, cuff)
            since = SimulatedReading(142, 84, taken_at=hong_kong_time())
            bench.meanwhile(cuff.measure([stored, since]))
            report = await bench.measure((BLOOD_PRESSURE,))
            offsets = [frame.device_clock_offset_s for frame in report.frames]
            assert offsets == pytest.approx([-4 * 3600, -3600], abs=3)

    run(scenario())


def test_an_and_is_told_goodbye_in_its_makers_words_after_its_last_reading() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(habits=STAYS)
        async with EngineBench(cuff) as bench:
            bonded(bench, cuff)
            bench.meanwhile(cuff.measure([READING]))
            assert len((await bench.measure((BLOOD_PRESSURE,))).frames) == 1
            assert cuff.writes[-1] == (VENDOR_COMMAND, b"\x02\x01\x03")
            assert cuff.left.is_set()

    run(scenario())


def test_an_and_whose_clock_can_not_be_read_is_set_all_the_same_or_it_would_hang_up() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_ahead=THREE_HOURS_BEHIND, habits=QUICK)
        cuff.faults.att_errors[DATE_TIME] = [0x0E]
        async with EngineBench(cuff) as bench:
            bonded(bench, cuff)
            bench.meanwhile(cuff.measure([READING]))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert len(report.frames) == 1
            assert report.clock_set
            assert report.frames[0].device_clock_offset_s is None

    run(scenario())


def test_pairing_sets_an_ands_clock_and_its_old_readings_keep_their_offset() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_ahead=THREE_HOURS_BEHIND, habits=QUICK)
        old = SimulatedReading(120, 80, taken_at=cuff.clock.now() - timedelta(days=1))
        async with EngineBench(cuff) as bench:
            await bench.ready()
            bench.meanwhile(cuff.pairing_mode())
            await bench.pair(cuff, never_asked)
            await bench.instruments.disconnected()
            assert len(cuff.clock.settings) == 1
            bench.meanwhile(cuff.measure([old]))
            [frame] = (await bench.measure((BLOOD_PRESSURE,))).frames
            assert frame.device_clock_offset_s == pytest.approx(-3 * 3600, abs=3)

    run(scenario())


@pytest.mark.parametrize("habits", [QUICK, STAYS])
def test_an_omron_far_off_is_set_once_when_it_speaks_of_its_clock(habits: Any) -> None:
    async def scenario() -> None:
        cuff = SimulatedOmronCuff(clock_ahead=timedelta(hours=2), habits=habits)
        async with EngineBench(cuff) as bench:
            stored = SimulatedReading(120, 80, taken_at=cuff.clock.now() - timedelta(days=1))
            bench.meanwhile(cuff.measure([stored]))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert cuff.misbehaved == 0
            assert len(cuff.clock.settings) == 1
            assert report.clock_set
            assert report.device_clock_offset_s == pytest.approx(7200, abs=3)
            assert len(report.frames) == 1
            # the next time it is right, and left alone
            await bench.instruments.disconnected()
            bench.meanwhile(cuff.measure([READING]))
            second = await bench.measure((BLOOD_PRESSURE,))
            assert len(cuff.clock.settings) == 1
            assert not second.clock_set
            assert cuff.misbehaved == 0

    run(scenario())


def test_an_omron_that_is_nearly_right_is_never_set() -> None:
    async def scenario() -> None:
        cuff = SimulatedOmronCuff(clock_ahead=timedelta(minutes=9), habits=STAYS)
        async with EngineBench(cuff) as bench:
            bench.meanwhile(cuff.measure([READING]))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert report.device_clock_offset_s == pytest.approx(540, abs=3)
            assert (cuff.misbehaved, cuff.clock.settings) == (0, [])

    run(scenario())


def test_an_omron_that_does_not_speak_of_its_clock_is_never_set_however_wrong() -> None:
    """BlueZ hands the answer to our own read over like a notification: it is none."""

    class Mute(SimulatedOmronCuff):
        async def _tell_the_time(self) -> None:
            """It has said it to somebody else."""

    async def scenario() -> None:
        cuff = Mute(clock_ahead=timedelta(hours=2), habits=STAYS)
        async with EngineBench(cuff) as bench:
            bench.meanwhile(cuff.measure([READING]))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert report.device_clock_offset_s == pytest.approx(7200, abs=3)
            assert (cuff.misbehaved, cuff.clock.settings) == (0, [])

    run(scenario())


def test_a_clock_of_a_makers_own_that_nobody_can_read_is_never_written() -> None:
    """What it has stamped before could not be corrected any more."""

    async def scenario() -> None:
        meter = SimulatedGlucoseMeter(name="Contour Next One", habits=QUICK)
        meter.services[CONTOUR_SERVICE] = (
            SimulatedCharacteristic(CONTOUR_CLOCK, ("indicate", "write")),
        )
        async with EngineBench(meter) as bench:
            bench.meanwhile(meter.measure([SimulatedGlucose(mg_dl=Decimal(111))]))
            report = await bench.measure((GLUCOSE_METER,))
            assert len(report.frames) == 1
            assert CONTOUR_CLOCK not in [uuid for uuid, _ in meter.writes]
            assert not report.clock_set

    run(scenario())


def test_the_clock_is_set_in_the_zone_of_the_instruments() -> None:
    async def scenario() -> None:
        cuff = SimulatedAndCuff(clock_ahead=THREE_HOURS_BEHIND, habits=QUICK)
        async with EngineBench(cuff) as bench:
            bonded(bench, cuff)
            bench.meanwhile(cuff.measure([READING]))
            report = await bench.measure((BLOOD_PRESSURE,))
            [written] = [value for uuid, value in cuff.writes if uuid == DATE_TIME]
            year = int.from_bytes(written[:2], "little")
            now = hong_kong_time()
            assert (year, written[2], written[3]) == (now.year, now.month, now.day)
            assert raws(report.frames)

    run(scenario())


async def never_asked(question: object) -> Any:
    raise AssertionError(question)
