"""A radar at the roadside that is not there: answers OPS24x commands and replays vehicles.

It speaks the bytes of the documented protocol over a pseudo-terminal, as fast as it is told
to. Lengths are invented from the vehicle's class: the replayed files have none. The demo and
the tests use the same one. It never decodes what it sends; `devices.traffic` does that.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from devices.simulators.pty import PtyCable
from devices.traffic.clock import HostMoment
from devices.traffic.events import Direction, VehiclePassage

_IDLE_WAIT_S: Final = 0.5
_STOP_WITHIN_S: Final = 2.0
_KMH_PER_MPS: Final = Decimal("3.6")
_HUNDREDTH: Final = Decimal("0.01")
_LENGTH_M_BY_FHWA_CLASS: Final = {"1": "2.1", "2": "4.6", "3": "5.4", "4": "11.8", "5": "7.6"}
_LENGTH_M_OF_LARGER: Final = "14.0"
_RAW_REPORTS: Final = 4
_RAW_STEP_S: Final = Decimal("0.1")


class Firmware(StrEnum):
    """What the radar says about a vehicle."""

    RAW = "raw"  # several speeds
    OBJECT = "object"  # a detected object, reported again when it gets faster
    LENGTH = "length"  # OPS9243: both an object and, at its end, a line with its length


@dataclass(frozen=True, slots=True)
class RoadVehicle:
    """A vehicle on the simulated road, so many seconds after the replay began."""

    after_s: float
    direction: Direction
    speed_kmh: Decimal
    length_m: Decimal


def road_of(passages: Sequence[VehiclePassage]) -> list[RoadVehicle]:
    """A recorded count as traffic for the radar; odd lanes come in, even ones go out."""
    if not passages:
        return []
    begins = min(passage.passed_at for passage in passages)
    return [
        RoadVehicle(
            (passage.passed_at - begins) / 1000,
            Direction.INBOUND if passage.lane % 2 else Direction.OUTBOUND,
            passage.speed_kmh or Decimal(30),
            Decimal(_LENGTH_M_BY_FHWA_CLASS.get(passage.vehicle_class or "2", _LENGTH_M_OF_LARGER)),
        )
        for passage in sorted(passages, key=lambda passage: passage.passed_at)
    ]


class ReplayClock:
    """A clock that begins at a chosen time and runs `speed` times as fast as life.

    Give the same one to the reader and the radar, so that a village day of a few seconds is
    a day for both.
    """

    def __init__(self, begins_at_ms: int, speed: float) -> None:
        self.speed = speed
        self._begins_at_ms = begins_at_ms
        self._began = time.monotonic()

    def now(self) -> HostMoment:
        """Replayed time; wall and steady clock run alike."""
        passed_ms = int((time.monotonic() - self._began) * 1000 * self.speed)
        return HostMoment(self._begins_at_ms + passed_ms, passed_ms)


class SimulatedRadar:
    """One radar with its own thread, cable and faults. `port` is what the kiosk opens."""

    def __init__(
        self,
        port: Path,
        road: Iterable[RoadVehicle] = (),
        speed: float = 1.0,
        firmware: Firmware = Firmware.LENGTH,
    ) -> None:
        self._cable = PtyCable(port)
        self._speed = speed
        self._firmware = firmware
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._wake_read, self._wake_write = os.pipe()
        self._stopping = False
        self._hangs = False
        self._unfinished_command = b""
        self._clock_base_s = Decimal(0)
        self._powered_on = time.monotonic()
        self._unit, self._unit_name, self._kmh_per_unit = "mps", "m-per-sec", _KMH_PER_MPS
        self._objects = False
        self.passed = 0
        self.missed = 0
        self.dropped_bytes = 0
        self.commands: list[str] = []
        self.finished = threading.Event()
        self._begin(road)
        self._thread = threading.Thread(target=self._run, name="simulated radar", daemon=True)

    @property
    def port(self) -> str:
        """The name the kiosk opens; stays the same when the cable is pulled."""
        return str(self._cable.port)

    def start(self) -> None:
        """Powers the radar on; returns when its port can be opened."""
        self._cable.plug_in()
        self._thread.start()

    def stop(self) -> None:
        """Powers it off and takes the cable away."""
        self._order(self._quit)
        self._thread.join(_STOP_WITHIN_S)
        self._cable.pull()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def pull_cable(self) -> None:
        """Vehicles go on passing and are missed, as in life."""
        self._order_and_wait(self._cable.pull)

    def plug_in(self) -> None:
        """The cable comes back under the same name; the radar lost power with it."""
        self._order_and_wait(self._plug_in)

    def hang(self) -> None:
        """The radar stays plugged in and says nothing more, whatever it is asked."""
        self._order_and_wait(self._hang)

    def lose_power(self) -> None:
        """A short power cut on a radar with its own supply: clock and settings start again."""
        self._order_and_wait(self._power_on)

    def send(self, data: bytes) -> None:
        """Puts bytes on the wire as they are: noise, or a line of the test's own."""
        self._order_and_wait(lambda: self._send(data))

    def drive_past(self, vehicle: RoadVehicle) -> None:
        """One vehicle, now."""
        self._order_and_wait(lambda: self._pass(vehicle))

    def replay(self, road: Iterable[RoadVehicle]) -> None:
        """Lets this traffic pass, from now on; `finished` is set when all of it has."""
        self._order_and_wait(lambda: self._begin(road))

    def _begin(self, road: Iterable[RoadVehicle]) -> None:
        self._road = sorted(road, key=lambda vehicle: vehicle.after_s)
        self._upcoming = 0
        self._began = time.monotonic()
        self.finished.clear()

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.put(order)
        os.write(self._wake_write, b"!")

    def _order_and_wait(self, order: Callable[[], None]) -> None:
        done = threading.Event()

        def obey() -> None:
            order()
            done.set()

        self._order(obey)
        if not done.wait(_STOP_WITHIN_S):
            raise TimeoutError("the simulated radar is not running")

    def _quit(self) -> None:
        self._stopping = True

    def _hang(self) -> None:
        self._hangs = True

    def _plug_in(self) -> None:
        self._hangs = False
        self._power_on()
        self._cable.plug_in()

    def _power_on(self) -> None:
        self._clock_base_s = Decimal(0)
        self._powered_on = time.monotonic()
        self._unit, self._unit_name, self._kmh_per_unit = "mps", "m-per-sec", _KMH_PER_MPS
        self._objects = False
        self._unfinished_command = b""

    def _run(self) -> None:
        while not self._stopping:
            wait_s = self._pass_all_due()
            written = self._cable.receive(wait_s, also=self._wake_read)
            if written and not self._hangs:
                self._obey_commands(written)
            self._obey_orders()

    def _pass_all_due(self) -> float:
        """Drives past who is due; returns how many seconds to wait for the next."""
        while self._upcoming < len(self._road):
            if not self._orders.empty():
                return 0.0  # nobody reads the port and each vehicle waits for room: obey first
            vehicle = self._road[self._upcoming]
            wait_s = self._began + vehicle.after_s / self._speed - time.monotonic()
            if wait_s > 0:
                return min(wait_s, _IDLE_WAIT_S)
            self._pass(vehicle)
            self._upcoming += 1
        self.finished.set()
        return _IDLE_WAIT_S

    def _obey_orders(self) -> None:
        while not self._orders.empty():
            os.read(self._wake_read, 1)
            self._orders.get()()

    def _obey_commands(self, written: bytes) -> None:
        *commands, self._unfinished_command = (self._unfinished_command + written).split(b"\n")
        for command in commands:
            text = command.decode("ascii", "replace").strip()
            self.commands.append(text)
            answer = self._answer(text)
            if answer:
                self._send(answer.encode() + b"\r\n")

    def _answer(self, command: str) -> str:
        if command == "?P":
            return '{"Product":"OPS243"}'
        if command == "?V":
            return '{"Version":"1.3.1"}'
        if command == "UK":
            self._unit, self._unit_name, self._kmh_per_unit = "kmph", "km-per-hr", Decimal(1)
        if command in ("UK", "U?"):
            return f'{{"Units":"{self._unit_name}"}}'
        if command == "ON":
            self._objects = True
        if command.startswith("C=") and command[2:].isdecimal():
            self._clock_base_s = Decimal(command[2:])
            self._powered_on = time.monotonic()
        if command.startswith("C"):
            return f'{{"Clock":"{int(self._device_time())}"}}'
        return ""

    def _device_time(self) -> Decimal:
        passed_s = (time.monotonic() - self._powered_on) * self._speed
        return self._clock_base_s + Decimal(f"{passed_s:.3f}")

    def _pass(self, vehicle: RoadVehicle) -> None:
        if not self._cable.plugged_in or self._hangs:
            self.missed += 1
            return
        self.passed += 1
        at = self._device_time()
        speed = (vehicle.speed_kmh / self._kmh_per_unit).quantize(_HUNDREDTH)
        if self._objects or self._firmware is not Firmware.RAW:
            self._send_object(vehicle, at, speed)
        else:
            self._send_speeds(vehicle, at, speed)

    def _send_speeds(self, vehicle: RoadVehicle, at: Decimal, speed: Decimal) -> None:
        for number in range(_RAW_REPORTS):
            share = Decimal(number + 1) / _RAW_REPORTS
            self._send_line(
                f'{{"speed":{(speed * share).quantize(_HUNDREDTH)}, '
                f'"direction":"{vehicle.direction}", "time":{at + number * _RAW_STEP_S}}}'
            )

    def _send_object(self, vehicle: RoadVehicle, at: Decimal, speed: Decimal) -> None:
        first = (speed * Decimal("0.9")).quantize(_HUNDREDTH)
        for number, seen in enumerate((first, speed)):
            self._send_line(
                f'{{"unit":"{self._unit}","time":{at + number * _RAW_STEP_S},'
                f'"direction":"{vehicle.direction}","DetectedObjectVelocity":{seen}}}'
            )
        if self._firmware is Firmware.LENGTH:
            self._send_line(
                f'{{"classifier" : "object_{vehicle.direction}", '
                f'"end_time" : "{at + 2 * _RAW_STEP_S}", "start_time" : "{at}", '
                f'"delta_time_msec" : 200, "max_speed_{self._unit}" : {speed}, '
                f'"min_speed_{self._unit}" : {first}, "max_magnitude" : 55, '
                f'"avg_magnitude" : 36, "total_frames" : 7, '
                f'"frames_per_{self._unit}" : 0.5228, "length_m" : {vehicle.length_m}, '
                f'"speed_change" : 2.799}}'
            )

    def _send_line(self, line: str) -> None:
        self._send(line.encode() + b"\r\n")

    def _send(self, data: bytes) -> None:
        self.dropped_bytes += self._cable.send(data)
