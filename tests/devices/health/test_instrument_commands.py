"""`village-devices scan | read | pair | forget` against a simulated BlueZ."""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dbus_fast.aio import MessageBus

from devices.cli import main
from devices.simulators.beurer_scale import SimulatedBeurerScale
from devices.simulators.glucose_meter import SimulatedGlucoseMeter
from devices.simulators.peripheral import PairingMethod
from devices.simulators.thermometer import SimulatedTemperature, SimulatedThermometer
from devices.simulators.transmission import offer_pairing
from tests.devices.health.bench import READING, quick_cuff
from tests.devices.health.bluez_elsewhere import BluezElsewhere
from tests.devices.health.engine_bench import QUICK

CUFF = "02:00:00:00:18:10"


@pytest.fixture(autouse=True)
def bleaks_connection() -> Iterator[None]:
    """bleak keeps one D-Bus connection for each loop that it was used in. A command ends with
    its process, and the connection with it; here the process goes on."""
    yield
    for thing in gc.get_objects():
        if isinstance(thing, MessageBus) and thing._loop.is_closed() and thing._stream is not None:
            thing._stream.close()
            thing._sock.close()


@pytest.fixture
def one_cuff() -> Iterator[BluezElsewhere]:
    with BluezElsewhere(quick_cuff) as elsewhere:
        yield elsewhere


def secret_cuff() -> Any:
    return quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)


@pytest.fixture
def cuff_to_pair() -> Iterator[BluezElsewhere]:
    with BluezElsewhere(secret_cuff) as elsewhere:
        elsewhere.meanwhile(lambda: offer_pairing(elsewhere.instruments[0], QUICK))
        yield elsewhere


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_scan_lists_what_is_heard_and_what_of_it_is_paired(
    one_cuff: BluezElsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    one_cuff.on_bluez(lambda bluez: bluez.bond(one_cuff.instruments[0]))
    one_cuff.meanwhile(lambda: one_cuff.instruments[0].measure([READING], 0.05))
    assert main(["scan", "--seconds", "0.5"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.split()[:2] == [CUFF, "blood_pressure"]
    assert "dBm" in line
    assert line.endswith("Simulated cuff  paired")


def test_scan_says_when_nothing_was_heard(
    one_cuff: BluezElsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", "--seconds", "0.2"]) == 0
    assert "No instrument was heard" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["read"], ["forget"]])
def test_without_bluetooth_a_command_says_so_in_one_line(
    command: list[str], one_cuff: BluezElsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    one_cuff.on_bluez(lambda bluez: bluez.unplug())
    assert main([*command, "--seconds", "5"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "Plug an adapter in" in error


def test_read_prints_each_reading_raw_and_decoded(
    one_cuff: BluezElsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    one_cuff.meanwhile(lambda: one_cuff.instruments[0].measure([READING, b"\x00\x01"], 0.05))
    assert main(["read", "--seconds", "20"]) == 0
    printed = capsys.readouterr()
    good, bad = json_lines(printed.out)
    assert good["instrument"] == "Simulated cuff"
    assert good["characteristic"] == "2A35"
    assert bytes.fromhex(good["raw"])
    assert (good["reading"]["systolic"], good["reading"]["diastolic"]) == (142, 84)
    assert bad["raw"] == "0001"
    assert "unreadable" in bad
    assert "connected to Simulated cuff (blood_pressure)" in printed.err
    assert "disconnected" in printed.err


def test_read_takes_only_the_instrument_that_is_meant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with BluezElsewhere(quick_cuff, lambda: SimulatedThermometer(habits=QUICK)) as elsewhere:
        cuff, thermometer = elsewhere.instruments
        fever = SimulatedTemperature(Decimal("38.4"))
        for options in (["--kind", "temperature"], ["--model", "thermo"]):
            elsewhere.meanwhile(lambda: cuff.measure([READING], 0.05))
            elsewhere.meanwhile(lambda: thermometer.measure([fever]))
            assert main(["read", *options, "--seconds", "20"]) == 0
            [line] = json_lines(capsys.readouterr().out)
            assert line["reading"]["temperature"] == 38.4


def test_read_says_when_nothing_came(
    one_cuff: BluezElsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", "--seconds", "0.3"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no instrument was heard" in printed.err
    assert "Press the start button" in printed.err


def test_read_says_when_a_meter_has_nothing_stored(capsys: pytest.CaptureFixture[str]) -> None:
    with BluezElsewhere(lambda: SimulatedGlucoseMeter(habits=QUICK)) as elsewhere:
        elsewhere.meanwhile(lambda: elsewhere.instruments[0].connect_to_kiosk())
        assert main(["read", "--seconds", "20"]) == 0
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "no reading stored" in printed.err


def test_pair_asks_for_the_digits_and_forget_undoes_it(
    cuff_to_pair: BluezElsewhere,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("042100\n"))
    assert main(["pair", "simulated", "--seconds", "10"]) == 0
    printed = capsys.readouterr().out
    assert "six digits" in printed
    paired = json.loads(printed.splitlines()[-1].rpartition("shows: ")[2])
    assert (paired["paired"], paired["kind"]) == (CUFF, "blood_pressure")
    assert (paired["model"], paired["battery"], paired["consent"]) == ("SVK-CUFF", 85, None)

    assert main(["forget"]) == 0
    assert capsys.readouterr().out.split()[:2] == [CUFF, "blood_pressure"]
    assert main(["forget", "another"]) == 1
    assert "no paired instrument is called another" in capsys.readouterr().err
    assert main(["forget", "cuff"]) == 0
    assert f"{CUFF} is forgotten." in capsys.readouterr().out
    assert main(["forget"]) == 0
    assert "paired with no instrument" in capsys.readouterr().out


def test_pair_says_what_a_scale_that_keeps_people_apart_needs_to_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with BluezElsewhere(lambda: SimulatedBeurerScale(habits=QUICK)) as elsewhere:
        scale = elsewhere.instruments[0]
        elsewhere.meanwhile(scale.pairing_mode)
        assert main(["pair", "BF720", "--seconds", "10"]) == 0
        paired = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert scale.users[paired["consent"]["user"]] == paired["consent"]["code"]


@pytest.mark.parametrize("typed", ["111111\n", "\n", ""])
def test_wrong_digits_are_said_with_what_to_do(
    typed: str,
    cuff_to_pair: BluezElsewhere,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["pair", CUFF, "--seconds", "10"]) == 1
    assert "type the six digits that the instrument shows" in capsys.readouterr().err
    assert not cuff_to_pair.on_bluez(lambda bluez: bluez.is_bonded(cuff_to_pair.instruments[0]))


def test_an_instrument_that_is_not_there_can_not_be_paired(
    one_cuff: BluezElsewhere, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pair", "nobody", "--seconds", "0.2"]) == 1
    assert "nobody was not heard" in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["y\n", "n\n"])
def test_numbers_are_compared_by_yes_or_no(
    answer: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with BluezElsewhere(lambda: quick_cuff(pairing=PairingMethod.COMPARE)) as elsewhere:
        elsewhere.meanwhile(lambda: offer_pairing(elsewhere.instruments[0], QUICK))
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert main(["pair", CUFF, "--seconds", "10"]) == (0 if answer == "y\n" else 1)
        assert "show 042100? [y/N]" in capsys.readouterr().out


def test_digits_for_the_instruments_own_keys_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with BluezElsewhere(lambda: quick_cuff(pairing=PairingMethod.PASSKEY_ON_KIOSK)) as elsewhere:
        elsewhere.meanwhile(lambda: offer_pairing(elsewhere.instruments[0], QUICK))
        assert main(["pair", CUFF, "--seconds", "10"]) == 0
        assert "Type these digits on the instrument: 042100" in capsys.readouterr().out


def test_a_question_that_nobody_answers_does_not_hold_the_program(
    cuff_to_pair: BluezElsewhere,
) -> None:
    """The terminal stays open, and nobody has to press Enter for the program to end."""
    cuff_to_pair.on_bluez(lambda bluez: setattr(bluez, "agent_timeout_s", 0.2))
    with subprocess.Popen(
        [sys.executable, "-m", "devices.cli", "pair", CUFF, "--seconds", "10"],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as pairing:
        assert pairing.wait(20) == 1
        assert pairing.stderr is not None
        assert "Keep the instrument near the kiosk, switched on" in pairing.stderr.read()


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "1e9"])
def test_a_number_of_seconds_that_is_none_is_one_plain_line(
    seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["scan", f"--seconds={seconds}"])
    assert leaving.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
