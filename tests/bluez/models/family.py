"""A thermometer, oximeters and scales."""

import sys

from lab import (
    NAN,
    Char,
    Device,
    Drop,
    Send,
    Service,
    Wait,
    device_information,
    plx_continuous,
    plx_spot,
    temperature,
    u8,
    u16,
    weight,
)

sys.path.append("/project/tests/bluez/models")
from behaviour import now


def body_composition(fat_percent: float, impedance_ohm: float, kilograms: float) -> bytes:
    """0x2A9C with impedance and weight (flags bits 9 and 10)."""
    flags, fat = u16(0x0600), u16(round(fat_percent * 10))
    return flags + fat + u16(round(impedance_ohm * 10)) + u16(round(kilograms / 0.005))


def mi_scale(kilograms: float, *, stable: bool) -> bytes:
    """Ten bytes of service data: control, weight in 0.005 kg, time."""
    time = now()
    stamp = bytes((time.month, time.day, time.hour, time.minute, time.second))
    control = 0x22 if stable else 0x02
    return u8(control) + u16(round(kilograms / 0.005)) + u16(time.year) + stamp


def pause(seconds: float, *sends: Send) -> list:
    return [step for one in sends for step in (one, Wait(seconds))]


SETTLING = [(0, 0), (88, 120), (93, 96), (96, 74)] + [(97, 66 + n % 2) for n in range(24)]

DEVICES = [
    Device(
        "THERM",
        [
            Service(
                "1809",
                [
                    Char(
                        "2A1C",
                        "indicate",
                        on_subscribe=[
                            Send(temperature(36.8, when=now(), site=2)),
                            Send(temperature(NAN)),
                            Send(temperature(98.2, fahrenheit=True)),
                            Wait(0.5),
                            Drop(),
                        ],
                    ),
                    Char("2A1D", "read", u8(2)),
                ],
            ),
            device_information("Lab", "T1", "T-7"),
        ],
        address="F0:00:00:00:03:01",
        on_air=False,
    ),
    Device(
        "PLX-SPOT",
        [
            Service(
                "1822",
                [
                    Char("2A5E", "indicate", on_subscribe=[Send(plx_spot(97, 61, when=now()))]),
                    Char("2A60", "read", u16(0)),
                ],
            )
        ],
        address="F0:00:00:00:03:02",
        on_air=False,
    ),
    # a finger goes in: nothing, then values that wander, then values that agree
    Device(
        "PLX-CONT",
        [
            Service(
                "1822",
                [
                    Char(
                        "2A5F",
                        "notify",
                        on_subscribe=pause(
                            0.5, *[Send(plx_continuous(spo2, pr)) for spo2, pr in SETTLING]
                        ),
                    ),
                    Char("2A60", "read", u16(0)),
                ],
            )
        ],
        address="F0:00:00:00:03:03",
        on_air=False,
    ),
    Device(
        "SCALE",
        [
            Service(
                "181D",
                [
                    Char(
                        "2A9D",
                        "indicate",
                        on_subscribe=[
                            Send(weight(71.35, when=now(), user=1, bmi=22.5, height=1.78)),
                            Wait(0.5),
                            Drop(),
                        ],
                    ),
                    Char("2A9E", "read", b"\x00\x00\x00\x00"),
                ],
            )
        ],
        address="F0:00:00:00:03:04",
        on_air=False,
    ),
    Device(
        "BODY",
        [
            Service("181D", [Char("2A9D", "indicate", on_subscribe=[Send(weight(64.2))])]),
            Service(
                "181B",
                [
                    Char(
                        "2A9C",
                        "indicate",
                        on_subscribe=[
                            Wait(0.5),
                            Send(body_composition(23.4, 512.5, 64.2)),
                            Wait(0.5),
                            Drop(),
                        ],
                    )
                ],
            ),
        ],
        address="F0:00:00:00:03:05",
        on_air=False,
    ),
    # its reading is in its advertisement, and nobody may connect to it
    Device(
        "MI_SCALE",
        [Service("181D", [Char("2A9D", "indicate")])],
        address="F0:00:00:00:03:06",
        service_data=(0x181D, mi_scale(58.65, stable=True)),
        on_air=False,
    ),
]
