"""Instruments that want to be spoken to in their makers' way."""

from __future__ import annotations

from devices.health.decoding import decode
from devices.health.gatt import SCALE
from devices.health.pairing import Allowed, Consent
from tests.bluez.bench import Bench, about, equal
from tests.bluez.checks.blood_pressure import systolics

OMRON, BEURER, AND = "BLESmart_0001", "BF720", "A&D_UA-651BLE_02"

_consents: dict[str, Consent] = {}


async def an_omron_whose_clock_is_an_hour_off(bench: Bench) -> None:
    session = await bench.measure_once_on(OMRON)
    bench.each_once(OMRON, session.frames, "2A35")
    equal(systolics(session.frames), [131])
    about_its_clock = [
        one["ev"] for one in bench.wire.happened(OMRON, "send", "write") if one["char"] == "2A2B"
    ]
    equal(about_its_clock, ["send", "write"])  # it spoke of it first, and it was set once
    assert not bench.wire.happened(OMRON, "write-refused")
    assert about(session.report.device_clock_offset_s, -3600), session.report
    assert session.report.clock_set


async def the_same_omron_when_its_clock_is_right(bench: Bench) -> None:
    session = await bench.measure_once_on(OMRON)
    bench.each_once(OMRON, session.frames, "2A35")
    equal(systolics(session.frames), [132])
    assert not bench.wire.happened(OMRON, "write")


async def a_beurer_scale_is_paired_and_makes_a_user(bench: Bench) -> None:
    attempt = await bench.pair(BEURER, Allowed())
    assert attempt.paired is not None, attempt
    assert attempt.paired.consent is not None, attempt
    _consents[bench.addresses[BEURER]] = attempt.paired.consent
    equal(attempt.paired.consent.user, 1)


async def a_beurer_scale_that_is_told_who_is_there(bench: Bench) -> None:
    session = await bench.measure_once_on(BEURER, SCALE, consents=_consents)
    bench.each_once(BEURER, session.frames, "2A9D")
    [frame] = session.frames
    reading = decode(frame.characteristic, frame.raw)
    assert float(reading.weight) == 64.2, reading


async def a_bonded_a_and_d_gives_its_readings_when_its_clock_is_set(bench: Bench) -> None:
    attempt = await bench.pair(AND, Allowed())
    assert attempt.paired is not None, attempt
    await bench.instruments.disconnected()
    session = await bench.measure(AND)
    bench.each_once(AND, session.frames, "2A35")
    equal(systolics([*bench.strays, *session.frames]), [111, 112, 113, 114, 115, 116])
    connected = bench.wire.happened(AND, "connected")[-1]
    written = bench.wire.happened(AND, "write")[-1]
    assert written["t"] - connected["t"] < 5, "an A&D waits 5 s for its clock"


CHECKS = (
    an_omron_whose_clock_is_an_hour_off,
    the_same_omron_when_its_clock_is_right,
    a_beurer_scale_is_paired_and_makes_a_user,
    a_beurer_scale_that_is_told_who_is_there,
    a_bonded_a_and_d_gives_its_readings_when_its_clock_is_set,
)
