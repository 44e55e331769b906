"""Scales that keep people apart: registered while pairing, consented to before they send."""

from __future__ import annotations

from decimal import Decimal

import pytest

from devices.health.decoding import decode
from devices.health.errors import InstrumentRefused, SessionTimeout
from devices.health.gatt import SCALE
from devices.health.pairing import Consent
from devices.simulators.beurer_scale import USER_CONTROL_POINT, SimulatedBeurerScale
from devices.simulators.weight_scale import (
    WEIGHT,
    SimulatedComposition,
    SimulatedWeight,
)
from tests.devices.health.bench import run, shorter
from tests.devices.health.bluez_bench import Person
from tests.devices.health.engine_bench import QUICK, EngineBench

MINE = Consent(1, 3752)
READING = SimulatedWeight(
    Decimal("71.35"), user=1, composition=SimulatedComposition(Decimal("21.5"))
)
CURRENT_TIME = "00002a2b-0000-1000-8000-00805f9b34fb"


def test_clock_then_consent_then_the_indications() -> None:
    async def scenario() -> None:
        scale = SimulatedBeurerScale(habits=QUICK, zero_compositions=2)
        async with EngineBench(scale) as bench:
            bench.bluez.bond(scale)
            bench.meanwhile(scale.measure([READING]))
            report = await bench.measure((SCALE,), consents={scale.address: MINE})
            assert [f.characteristic for f in report.frames][:1] == ["2A9D"]
            assert len(report.frames) >= 3
            assert decode("2A9D", report.frames[0].raw).weight == Decimal("71.35")
            assert [uuid for uuid, _ in scale.writes[:2]] == [CURRENT_TIME, USER_CONTROL_POINT]
            paths = {scale.characteristic(u).path: u for u in (USER_CONTROL_POINT, WEIGHT)}
            by_bleak = [
                (member, paths[path])
                for member, path in bench.bluez.calls
                if path in paths and member in ("WriteValue", "StopNotify")
            ]
            assert by_bleak[:2] == [
                ("WriteValue", USER_CONTROL_POINT), ("StopNotify", USER_CONTROL_POINT),
            ]  # fmt: skip
            assert report.device_clock_offset_s is not None
            assert report.clock_set

    run(scenario())


def test_a_code_that_the_scale_does_not_know_is_said_at_once() -> None:
    async def scenario() -> None:
        scale = SimulatedBeurerScale(habits=QUICK)
        async with EngineBench(scale) as bench:
            bench.bluez.bond(scale)
            bench.meanwhile(scale.measure([READING]))
            failure = await bench.fails(
                InstrumentRefused, kinds=(SCALE,), consents={scale.address: Consent(1, 1)}
            )
            assert failure.pairing  # pairing anew makes a new user
            assert failure.report.connections == 1
            assert scale.stored  # nothing was taken from it

    run(scenario())


def test_without_a_code_it_would_stay_silent_so_it_is_said_at_once() -> None:
    async def scenario() -> None:
        scale = SimulatedBeurerScale(habits=QUICK)
        async with EngineBench(scale) as bench:
            bench.bluez.bond(scale)
            bench.meanwhile(scale.measure([READING]))
            failure = await bench.fails(InstrumentRefused, kinds=(SCALE,), timeout_s=10)
            assert failure.pairing
            assert failure.report.connections == 1

    run(scenario())


def test_an_unpaired_scale_says_so_without_waiting_for_each_of_its_silences() -> None:
    async def scenario() -> None:
        scale = SimulatedBeurerScale(habits=QUICK)
        limits = shorter(subscribe_s=20, read_s=20, write_s=20)
        async with EngineBench(scale, limits=limits) as bench:
            await bench.ready()
            bench.meanwhile(scale.measure([READING]))
            failure = await bench.fails(
                InstrumentRefused, kinds=(SCALE,), consents={scale.address: MINE}, timeout_s=10
            )
            assert failure.pairing

    run(scenario())


def test_a_scale_that_does_not_answer_is_a_timeout_of_that_step() -> None:
    async def scenario() -> None:
        scale = SimulatedBeurerScale(habits=QUICK)
        scale.characteristic(USER_CONTROL_POINT).on_write = None
        async with EngineBench(scale, limits=shorter(write_s=0.1, connect_tries=1)) as bench:
            bench.bluez.bond(scale)
            bench.meanwhile(scale.measure([READING]))
            failure = await bench.fails(
                SessionTimeout, kinds=(SCALE,), consents={scale.address: MINE}
            )
            assert failure.step == "consent"

    run(scenario())


def test_pairing_makes_a_new_user_whose_code_opens_the_next_session() -> None:
    async def scenario() -> None:
        scale = SimulatedBeurerScale(habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()
            bench.meanwhile(scale.pairing_mode())
            paired = await bench.pair(scale, Person())
            assert paired.kind == "weight"
            assert paired.consent is not None
            assert scale.users[paired.consent.user] == paired.consent.code
            assert paired.consent.user == 2  # the first place was taken

            await bench.instruments.disconnected()
            bench.meanwhile(scale.measure([READING]))
            report = await bench.measure((SCALE,), consents={scale.address: paired.consent})
            assert len(report.frames) == 2

    run(scenario())


def test_a_scale_without_a_free_place_is_paired_and_says_that_it_is_full() -> None:
    async def scenario() -> None:
        scale = SimulatedBeurerScale(users={1: 3752, 2: 1}, places=2, habits=QUICK)
        async with EngineBench(scale) as bench:
            await bench.ready()
            bench.meanwhile(scale.pairing_mode())
            with pytest.raises(InstrumentRefused, match="full"):
                await bench.pair(scale, Person())
            assert bench.bluez.is_bonded(scale)

    run(scenario())
