"""Glucose meters, whose records are asked for at a control point (RACP)."""

import datetime

from lab import AttError, Char, Device, Racp, Service, device_information, glucose

MORNING = datetime.datetime(2026, 3, 4, 7, 15, 30)  # noqa: DTZ001 - a meter's clock has no zone


def records(first: int, count: int) -> list[bytes]:
    return [
        glucose(n, MORNING + datetime.timedelta(hours=n), 90 + n)
        for n in range(first, first + count)
    ]


def meter(name: str, last: int, racp: Racp, more: list[Char] | None = None) -> Device:
    return Device(
        name,
        [
            Service("1808", racp.chars() + (more or [])),
            device_information("Lab", "G1", f"G-{last}"),
        ],
        address=f"F0:00:00:00:04:{last:02X}",
        on_air=False,
    )


class WithContext(Racp):
    """Each record is followed by its context (meal: before)."""

    async def serve(self, ctx, data):
        if data[:1] != b"\x01":
            return await super().serve(ctx, data)
        for record in self.records:
            await ctx.send("2A18", bytes((record[0] | 0x10,)) + record[1:])
            await ctx.send("2A34", b"\x02" + record[1:3] + b"\x01")
        return await self.reply(ctx, 1, 1)


class Busy(Racp):
    """Has something else to do at first (0xFE, and 0x80 as the Glucose Service has it)."""

    refusals = [0xFE, 0x80]  # noqa: RUF012 - one meter of this kind

    async def on_write(self, ctx, data):
        if self.refusals:
            raise AttError(self.refusals.pop(0))
        await super().on_write(ctx, data)


class Growing(Racp):
    """A person measured once more between two visits."""

    async def on_write(self, ctx, data):
        if ctx.dev.visits == 2 and len(self.records) == 20:
            self.records += records(21, 1)
        await super().on_write(ctx, data)


def count_visits(ctx) -> None:
    ctx.dev.visits = getattr(ctx.dev, "visits", 0) + 1


growing = meter("GLUC", 1, Growing(records(1, 20)))
growing.on_connect = [count_visits]

DEVICES = [
    growing,
    meter("GLUC-LOST", 2, Racp(records(1, 20), drop_after=7, slow=0.05)),
    # lost right behind the seventh: what was on its way may be lost with it
    meter("GLUC-TAIL", 9, Racp(records(1, 20), drop_after=7)),
    meter("GLUC-EMPTY", 3, Racp([])),
    meter("GLUC-MUTE", 4, Racp(records(1, 1), silent=True)),
    meter("GLUC-BUSY", 10, Busy(records(1, 3))),
    meter("GLUC-STRICT", 5, Racp(records(1, 5), strict=True)),
    meter("GLUC-MEAL", 6, WithContext(records(1, 3)), [Char("2A34", "notify")]),
    meter("GLUC-HUNDRED", 7, Racp(records(1, 100))),
    meter("GLUC-CLEARED", 8, Racp(records(1, 3))),
]
