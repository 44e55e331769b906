"""Pairing: what the person is asked, what comes of each answer, and what is left of it."""

from __future__ import annotations

from pathlib import Path

from devices.health.errors import ConnectionLost, InstrumentRefused, PairingReason, SessionTimeout
from devices.health.pairing import (
    Allowed,
    AllowPairing,
    CompareDigits,
    Digits,
    PairingAnswer,
    PairingQuestion,
    Refused,
    ShowDigits,
    TypeDigits,
)
from tests.bluez.bench import Bench, PairingAttempt, equal, is_error
from tests.bluez.checks.blood_pressure import systolics

_TYPED = Path("/run/lab/typed")  # models/behaviour.py


async def one_that_was_never_paired_is_not_paired_by_measuring(bench: Bench) -> None:
    session = await bench.measure_once_on("JUST-WORKS")
    assert is_error(session, InstrumentRefused).pairing
    assert not bench.wire.happened("JUST-WORKS", "paired")
    assert session.seconds < 15, session.seconds


async def just_works(bench: Bench) -> None:
    await paired_and_measured(bench, "JUST-WORKS", Allowed(), only_asked={AllowPairing})


async def a_second_measurement_asks_nobody(bench: Bench) -> None:
    session = await bench.measure_once_on("JUST-WORKS")
    bench.each_once("JUST-WORKS", session.frames)
    equal(len(session.frames), 1)
    assert not bench.wire.happened("JUST-WORKS", "pairing-request")


async def just_works_without_secure_connections(bench: Bench) -> None:
    await paired_and_measured(bench, "LEGACY", Allowed(), only_asked={AllowPairing})


async def wrong_digits(bench: Bench) -> None:
    attempt = await bench.pair("SHOWS", Digits("042101"))
    equal(attempt.asked, [TypeDigits()])
    equal(attempt.reason, PairingReason.WRONG_NUMBER)


async def the_person_does_not_want_to(bench: Bench) -> None:
    attempt = await bench.pair("SHOWS", Refused())
    equal(attempt.reason, PairingReason.REFUSED_BY_PERSON)


async def the_person_walks_away(bench: Bench) -> None:
    attempt = await bench.pair("SHOWS", None)
    equal(attempt.reason, PairingReason.NO_ANSWER)
    bench.notes.append(f"given up after {attempt.seconds:.0f} s")


async def six_digits_that_the_instrument_shows(bench: Bench) -> None:
    await paired_and_measured(bench, "SHOWS", Digits("042100"), only_asked={TypeDigits})


async def six_digits_without_secure_connections(bench: Bench) -> None:
    await paired_and_measured(bench, "SHOWS-OLD", Digits("135790"), only_asked={TypeDigits})


async def two_numbers_that_are_to_be_compared(bench: Bench) -> None:
    attempt = await paired_and_measured(bench, "COMPARES", Allowed(), only_asked={CompareDigits})
    shown = bench.wire.happened("COMPARES", "compare")[0]["number"]
    equal(attempt.asked, [CompareDigits(f"{shown:06d}")])


async def six_digits_that_are_typed_on_the_instrument(bench: Bench) -> None:
    _TYPED.unlink(missing_ok=True)

    async def type_them(question: PairingQuestion) -> PairingAnswer:
        if isinstance(question, ShowDigits):
            half = _TYPED.with_suffix(".half")
            half.write_text(question.digits)
            half.rename(_TYPED)
        return Allowed()

    attempt = await bench.pair("KEYPAD", type_them)
    assert attempt.paired is not None, attempt
    assert isinstance(attempt.asked[0], ShowDigits)
    session = await bench.measure("KEYPAD")
    bench.each_once("KEYPAD", session.frames)
    equal(len(session.frames), 1)


async def an_instrument_that_refuses(bench: Bench) -> None:
    attempt = await bench.pair("REFUSES", Allowed())
    equal(attempt.reason, PairingReason.NOT_IN_PAIRING_MODE)
    equal(attempt.asked, [])


async def measuring_with_one_that_refuses(bench: Bench) -> None:
    session = await bench.measure_once_on("REFUSES", timeout_s=60.0)
    assert not session.frames
    assert isinstance(session.error, InstrumentRefused | ConnectionLost | SessionTimeout), session
    bench.notes.append(f"{type(session.error).__name__} after {session.seconds:.0f} s")


async def an_instrument_that_asks_to_be_paired_while_it_is_measured_with(bench: Bench) -> None:
    session = await bench.measure_once_on("ASKS")
    bench.each_once("ASKS", session.frames)
    equal(systolics(session.frames), [180])
    assert not bench.wire.happened("ASKS", "paired"), "nobody had started pairing"


async def an_instrument_that_asks_to_be_paired_when_a_person_wants_it(bench: Bench) -> None:
    await paired_and_measured(bench, "ASKS", Allowed(), only_asked={AllowPairing})


async def the_list_of_bonds(bench: Bench) -> None:
    bonds = {bond.name: bond for bond in await bench.instruments.bonds()}
    for name in ("JUST-WORKS", "LEGACY", "SHOWS", "SHOWS-OLD", "COMPARES", "KEYPAD", "ASKS"):
        assert bonds[name].address == bench.addresses[name], bonds
        assert bonds[name].kind == "blood_pressure", bonds[name]
    assert "REFUSES" not in bonds


async def a_bond_is_forgotten_and_made_again(bench: Bench) -> None:
    address = bench.addresses["LEGACY"]
    await bench.instruments.forget(address)
    assert address not in {bond.address for bond in await bench.instruments.bonds()}
    await bench.instruments.forget(address)  # nothing to forget any more
    session = await bench.measure_once_on("LEGACY")
    assert is_error(session, InstrumentRefused).pairing
    await paired_and_measured(bench, "LEGACY", Allowed(), only_asked={AllowPairing})


async def the_instrument_forgot_its_bond(bench: Bench) -> None:
    await bench.wire.tell("forget", "SHOWS")
    session = await bench.measure_once_on("SHOWS", timeout_s=90.0)
    assert session.error is not None
    assert not session.frames
    bench.notes.append(f"{session.error!r} after {session.seconds:.0f} s")
    await bench.instruments.forget(bench.addresses["SHOWS"])
    await paired_and_measured(bench, "SHOWS", Digits("042100"), only_asked={TypeDigits})


async def paired_and_measured(
    bench: Bench,
    name: str,
    answer: PairingAnswer,
    only_asked: set[type[PairingQuestion]],
) -> PairingAttempt:
    """Pair, see that it is a bond, and take a reading over it.

    What the instrument had to say already while it was paired with is a stray.
    """
    attempt = await bench.pair(name, answer)
    assert attempt.paired is not None, attempt
    assert {type(question) for question in attempt.asked} <= only_asked, attempt.asked
    assert len(attempt.asked) <= 1, attempt.asked
    assert bench.addresses[name] in {bond.address for bond in await bench.instruments.bonds()}
    session = await bench.measure(name)
    bench.each_once(name, session.frames)
    equal(len(session.frames), 1)
    return attempt


CHECKS = (
    one_that_was_never_paired_is_not_paired_by_measuring,
    just_works,
    a_second_measurement_asks_nobody,
    just_works_without_secure_connections,
    wrong_digits,
    the_person_does_not_want_to,
    the_person_walks_away,
    six_digits_that_the_instrument_shows,
    six_digits_without_secure_connections,
    two_numbers_that_are_to_be_compared,
    six_digits_that_are_typed_on_the_instrument,
    an_instrument_that_refuses,
    measuring_with_one_that_refuses,
    an_instrument_that_asks_to_be_paired_while_it_is_measured_with,
    an_instrument_that_asks_to_be_paired_when_a_person_wants_it,
    the_list_of_bonds,
    a_bond_is_forgotten_and_made_again,
    the_instrument_forgot_its_bond,
)
