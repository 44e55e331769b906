"""How fast counters are decoded and counted, and what listening costs. Prints one JSON document.

The decode figures are the median of several runs beside json.loads of the same lines in the
same process, so that the ratio holds on any machine.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.simulators.radar import SimulatedRadar
from devices.traffic import jamar
from devices.traffic.clock import HostMoment
from devices.traffic.events import CounterConnected, CounterEvent, Direction
from devices.traffic.intervals import Channel, intervals, quarter_start
from devices.traffic.ops24x import BAUD, Ops24x
from devices.traffic.reader import CounterReader
from devices.traffic.transport import open_serial

_SAMPLE: Final = Path(__file__).parents[1] / "assets" / "demo" / "traffic" / "village_road.txt"
_VEHICLES: Final = 20_000
_RUNS: Final = 7
_CHUNK: Final = 4096
_IDLE_S: Final = 5.0
_QUARTER_MS: Final = 15 * 60_000
_START_MS: Final = 1_795_000_000_000
_SAMPLES_JOINED: Final = 14


def main() -> None:
    """Measures and prints."""
    print(
        json.dumps(
            {
                "benchmark": "traffic",
                "object_with_length": _decoding(_length_line),
                "detected_object": _decoding(_object_line),
                "intervals": _counting(),
                "reader_idle_cpu_percent": _idle_cpu_percent(),
            },
            indent=2,
        )
    )


def _length_line(number: int) -> bytes:
    start = _START_MS / 1000 + number * 3
    return (
        f'{{"classifier" : "object_outbound","end_time" : "{start + 0.436:.3f}",'
        f'"start_time" : "{start:.3f}","delta_time_msec" : 736,"max_speed_mps" : 13.39,'
        '"min_speed_mps" : 11.33,"max_magnitude" : 55,"avg_magnitude" : 36,"total_frames" : 7,'
        '"frames_per_mps" : 0.5228,"length_m" : 9.86,"speed_change" : 2.799}\r\n'
    ).encode()


def _object_line(number: int) -> bytes:
    at = _START_MS / 1000 + number * 3
    return (
        f'{{"unit":"kmph","time":{at:.3f},"direction":"inbound","DetectedObjectVelocity":42.5}}\r\n'
    ).encode()


def _decoding(make_line: Callable[[int], bytes]) -> dict[str, float]:
    """Bytes to framed, checked, formed vehicles; against json.loads of the bare lines."""
    lines = [make_line(number) for number in range(_VEHICLES)]
    stream = b"".join(lines)
    chunks = [stream[begin : begin + _CHUNK] for begin in range(0, len(stream), _CHUNK)]
    at = HostMoment(_START_MS, 0)

    def decode() -> None:
        driver = Ops24x("gate")
        found = sum(len(driver.receive(chunk, at).passages) for chunk in chunks)
        found += len(driver.finish())
        if found != _VEHICLES:
            raise AssertionError(f"{found} vehicles of {_VEHICLES}")

    def parse_only() -> None:
        for line in lines:
            json.loads(line)

    # Turn by turn, so that a neighbour's load falls on both.
    runs = [(_seconds(decode), _seconds(parse_only)) for _ in range(_RUNS)]
    whole_path = _VEHICLES / statistics.median(run[0] for run in runs)
    json_loads = _VEHICLES / statistics.median(run[1] for run in runs)
    return {
        "vehicles_per_second": round(whole_path),
        "json_loads_per_second": round(json_loads),
        "ratio": round(whole_path / json_loads, 2),
    }


def _counting() -> dict[str, float]:
    """The sample, and some two weeks of it, into quarter hours."""
    data = _SAMPLE.read_bytes()
    began = time.perf_counter()
    count = jamar.read_jamar(data)
    day = jamar.passages(count, "tube")
    read_s = time.perf_counter() - began
    passages = day * _SAMPLES_JOINED
    start = quarter_start(day[0].passed_at)
    end = quarter_start(day[-1].passed_at) + _QUARTER_MS
    lanes = [Channel(1, Direction.UNKNOWN), Channel(2, Direction.UNKNOWN)]
    span = jamar.coverage(count, "tube")
    return {
        "sample_vehicles": len(day),
        "sample_read_ms": round(read_s * 1000, 1),
        "sample_to_quarters_ms": round(
            1000 * _median(lambda: intervals("tube", lanes, day, [span], start, end)), 1
        ),
        "many_vehicles": len(passages),
        "many_to_quarters_ms": round(
            1000 * _median(lambda: intervals("tube", lanes, passages, [span], start, end)), 1
        ),
    }


def _idle_cpu_percent() -> float:
    """Processor time of the reader's own thread on a radar that is connected and quiet."""
    connected = threading.Event()

    def hear(event: CounterEvent) -> None:
        if isinstance(event, CounterConnected):
            connected.set()

    with tempfile.TemporaryDirectory() as folder:
        radar = SimulatedRadar(Path(folder) / "radar")
        radar.start()
        reader = CounterReader("gate", lambda: open_serial(radar.port, BAUD), Ops24x, hear)
        reader.start()
        try:
            connected.wait(5)
            [thread] = [each for each in threading.enumerate() if each.name == "counter gate"]
            if thread.ident is None:
                raise AssertionError("the reader is not running")
            cpu_clock = time.pthread_getcpuclockid(thread.ident)
            before = time.clock_gettime(cpu_clock)
            time.sleep(_IDLE_S)
            return round(100 * (time.clock_gettime(cpu_clock) - before) / _IDLE_S, 3)
        finally:
            reader.stop()
            radar.stop()


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(_RUNS))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
