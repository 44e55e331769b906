"""What is remembered of instruments between sessions."""

from __future__ import annotations

from devices.health.clock_check import ClockCheck
from devices.health.events import InstrumentIdentity
from devices.health.instrument_memory import InstrumentMemory

CUFF = InstrumentIdentity("02:00:00:00:00:0A", "cuff", "maker", "model", "serial", "1.0")
SET = ClockCheck(offset_s=-60.0, set_at_ms=1)


def test_a_stranger_has_an_address_and_nothing_else() -> None:
    memory = InstrumentMemory()
    assert memory.identity_of("02:00:00:00:00:0B") == InstrumentIdentity("02:00:00:00:00:0B")
    assert memory.clock_of("02:00:00:00:00:0B") is None
    assert len(memory) == 0


def test_what_it_said_of_itself_is_not_forgotten_when_it_says_less() -> None:
    memory = InstrumentMemory()
    memory.met(CUFF)
    memory.met(InstrumentIdentity(CUFF.address, "cuff"))
    assert memory.identity_of(CUFF.address) == CUFF


def test_only_a_setting_of_the_clock_is_remembered() -> None:
    memory = InstrumentMemory()
    memory.know_clock(CUFF.address, ClockCheck(offset_s=5.0))
    assert memory.clock_of(CUFF.address) is None
    memory.know_clock(CUFF.address, SET)
    memory.know_clock(CUFF.address, ClockCheck(offset_s=0.5, earlier=SET))
    assert memory.clock_of(CUFF.address) == SET


def test_broken_links_are_counted_until_one_stands() -> None:
    memory = InstrumentMemory()
    assert memory.links_broke(CUFF.address, 2) == 2
    assert memory.links_broke(CUFF.address, 1) == 3
    memory.link_stood(CUFF.address)
    memory.link_stood("02:00:00:00:00:0B")
    assert memory.links_broke(CUFF.address, 1) == 1


def test_it_does_not_grow_over_ten_thousand_instruments() -> None:
    memory = InstrumentMemory()
    for number in range(10_000):
        memory.met(InstrumentIdentity(f"{number:012X}"))
        memory.know_clock(CUFF.address, SET)  # this one comes every time
    assert len(memory) == 64
    assert memory.clock_of(CUFF.address) == SET
