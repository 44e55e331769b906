"""Glucose meters for the tests of the session engine, and what is asked of them."""

from __future__ import annotations

from decimal import Decimal

from devices.health.decoding import identity_slice
from devices.health.events import SessionReport
from devices.simulators.glucose_meter import SimulatedGlucose, SimulatedGlucoseMeter
from tests.devices.health.bench import shorter
from tests.devices.health.engine_bench import QUICK, EngineBench

LIMITS = shorter(records_busy_s=0.01, records_silence_s=0.3)
ALL = bytes((1, 1))
ABORT = bytes((3, 0))


def from_number(number: int) -> bytes:
    return bytes((1, 3, 1)) + number.to_bytes(2, "little")


def fingers(count: int, **given: int) -> list[SimulatedGlucose]:
    return [SimulatedGlucose(mg_dl=Decimal(90 + n), **given) for n in range(count)]


def meter_with(records: list[SimulatedGlucose], **given: object) -> SimulatedGlucoseMeter:
    meter = SimulatedGlucoseMeter(habits=QUICK, **given)  # type: ignore[arg-type]
    meter.prick(records)
    return meter


def numbers(report: SessionReport) -> list[int]:
    return [
        int.from_bytes(frame.raw[1:3], "little")
        for frame in report.frames
        if frame.characteristic == "2A18"
    ]


def newest(report: SessionReport) -> bytes:
    return report.frames[-1].raw[identity_slice("2A18")]


async def keeps_calling(bench: EngineBench, meter: SimulatedGlucoseMeter) -> None:
    """The person presses the button again whenever the link is gone."""
    while True:
        await meter.left.wait()
        bench.bluez.advertise(meter)
        await bench.bluez.confirmed()
