from __future__ import annotations

from devices.traffic.clock import HostMoment
from devices.traffic.coverage import Listening
from devices.traffic.events import CoverageSpan, SpanReason

START_MS = 1_795_000_000_000


def at(mono_ms: int, clock_set_by_ms: int = 0) -> HostMoment:
    return HostMoment(START_MS + mono_ms + clock_set_by_ms, mono_ms)


def span(starts: int, ends: int, reason: SpanReason) -> CoverageSpan:
    return CoverageSpan("gate", START_MS + starts, START_MS + ends, reason)


def test_a_span_grows_with_each_proof_and_ends_at_the_last_one() -> None:
    listening = Listening("gate", longest_silence_ms=30_000)
    assert listening.proof(at(0)) == [span(0, 0, SpanReason.LISTENING)]
    assert listening.proof(at(20_000)) == [span(0, 20_000, SpanReason.LISTENING)]
    assert listening.end(SpanReason.LOST) == [span(0, 20_000, SpanReason.LOST)]
    assert listening.end(SpanReason.LOST) == []


def test_a_silence_nobody_questioned_is_not_covered() -> None:
    listening = Listening("gate", longest_silence_ms=30_000)
    listening.proof(at(0))
    assert listening.proof(at(30_001)) == [
        span(0, 0, SpanReason.GAP),
        span(30_001, 30_001, SpanReason.LISTENING),
    ]


def test_a_clock_that_is_set_or_a_kiosk_that_slept_begins_a_new_span() -> None:
    listening = Listening("gate", longest_silence_ms=30_000)
    listening.proof(at(0))
    forward = listening.proof(at(5_000, clock_set_by_ms=3_600_000))
    assert [each.reason for each in forward] == [SpanReason.CLOCK_CHANGED, SpanReason.LISTENING]
    back = listening.proof(at(6_000, clock_set_by_ms=-10_000))
    assert back[0].ends_at == START_MS + 5_000 + 3_600_000
    assert back[1].starts_at == START_MS + 6_000 - 10_000


def test_a_clock_that_is_slewed_keeps_its_span() -> None:
    listening = Listening("gate", longest_silence_ms=30_000)
    listening.proof(at(0))
    assert len(listening.proof(at(10_000, clock_set_by_ms=-500))) == 1
