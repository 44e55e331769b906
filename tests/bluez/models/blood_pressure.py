"""Blood pressure monitors that behave: stored readings and fresh ones, clocks, hanging up."""

import sys
from datetime import timedelta

from lab import Char, Drop, Send, Service, Wait, blood_pressure, device_information, sfloat, u8

sys.path.append("/project/tests/bluez/models")
from behaviour import Clock, cuff, measure, send_stored, stored_readings

slow_clock = Clock(timedelta(hours=-2))
and_clock = Clock(timedelta(days=-400), "2A08")
pressures = [
    Send(u8(0) + sfloat(mmhg) + b"\xff\x07\xff\x07", char="2A36") for mmhg in (40, 90, 150, 110)
]
old = stored_readings(2, first_systolic=101)


async def wait_for_the_clock(_: object) -> None:
    await and_clock.was_set.wait()


DEVICES = [
    cuff(
        "CUFF",
        "F0:00:00:00:01:01",
        [
            Wait(0.2),
            *send_stored(stored_readings(3)),
            Wait(1.0),
            *pressures,
            *measure([131, 132]),
            Wait(0.5),
            Drop(0x13),
        ],
        more=[Char("2A36", "notify")],
        services=[
            device_information("Lab", "BP100", "SN42", "1.2"),
            Service("180F", [Char("2A19", "read", b"\x55")], advertise=False),
            Service("1805", [slow_clock.char()], advertise=False),
        ],
    ),
    cuff("FORTY", "F0:00:00:00:01:02", [*send_stored(stored_readings(40)), Wait(1.0), Drop(0x13)]),
    # stays connected, and its readings have no time stamp
    cuff("STAYS", "F0:00:00:00:01:03", [*measure([141, 142], time_stamped=False)]),
    cuff("SILENT", "F0:00:00:00:01:04", []),
    cuff("EARLY", "F0:00:00:00:01:05", [*measure([151]), Drop(0x13)]),
    cuff("SMALL", "F0:00:00:00:01:06", [*measure([152]), Drop(0x13)], mtu=23),
    cuff("TWICE", "F0:00:00:00:01:07", [Send(old[0]), Send(old[0]), Send(old[1]), Drop(0x13)]),
    # as A&D's: the stored readings come once its clock was set
    cuff(
        "A&D_UA-651BLE_01",
        "F0:00:00:00:01:08",
        [wait_for_the_clock, *send_stored(stored_readings(3)), Wait(0.5), Drop(0x13)],
        more=[and_clock.char()],
    ),
    cuff(
        "KPA",
        "F0:00:00:00:01:09",
        [Send(blood_pressure(16.5, 10.8, 12.7, kpa=True, pulse=70)), Drop(0x13)],
    ),
]
