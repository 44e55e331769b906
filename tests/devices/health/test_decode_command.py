"""`village-devices decode health`: one JSON object for every value that others have observed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from devices.health import decode_command
from devices.health.decoding import KNOWN

OBSERVED = Path(__file__).with_name("observed_frames.json")
# A file of captured frames that developers may have beside their checkout; not shipped.
CAPTURED = Path(__file__).parents[3].parent / "shared" / "vectors" / "ble.json"
BOSO = "167c0056006100e807060f11111b33000000"


def frames(file: Path) -> list[Any]:
    if not file.exists():
        reason = "the captured frames are not beside this checkout"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    return [
        pytest.param(frame, id=f"{file.stem} {index} {frame['device']}")
        for index, frame in enumerate(json.loads(file.read_text("utf-8")))
    ]


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    decode_command.add_parser(parser.add_subparsers())
    return decode_command.run(parser.parse_args(["decode", "health", *words]))


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(*words) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.count("\n") == 1
    answer: dict[str, Any] = json.loads(printed.out)
    return answer


@pytest.mark.parametrize("frame", frames(OBSERVED) + frames(CAPTURED))
def test_what_is_printed_is_what_was_observed(
    frame: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = said(capsys, frame["characteristic"], frame["hex"], "--model", frame["device"])
    expected = frame["expect"]
    assert {name: answer[name] for name in expected} == expected


def test_there_is_an_observed_frame_for_every_characteristic_of_its_own() -> None:
    observed = {
        frame["characteristic"].upper() for frame in json.loads(OBSERVED.read_text("utf-8"))
    }
    texts = {"2A25", "2A26", "2A27", "2A28", "2A29"}  # as 2A24
    assert set(KNOWN) - texts - observed == {"181D"}  # there as "adv"


@pytest.mark.parametrize(
    "words",
    [
        [BOSO],
        [BOSO.upper()],
        ["0x" + BOSO],
        ["(0x)", "16-7C-00-56-00-61-00-E8-07-06-0F-11-11-1B-33-00-00-00"],
        ["16:7c:00:56:00:61:00:e8:07:06:0f:11:11:1b:33:00:00:00"],
        ["16 7c 00 56 00 61 00 e8 07 06 0f 11 11 1b 33 00 00 00"],
        ["16", "7c0056006100e807060f11111b33000000"],
        ["0x16,0x7c,0x00560061,0x00e807060f11111b33000000"],
    ],
)
def test_bytes_are_taken_however_a_tool_prints_them(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = said(capsys, "0x2a35", *words)
    assert (answer["systolic"], answer["time"]) == (124.0, "2024-06-15T17:17:27")


def test_what_was_not_sent_is_null_without_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    answer = said(capsys, "2A35", "007c0056006100")
    assert answer["pulse"] is None
    assert answer["time"] is None
    assert "no_value" not in answer
    assert "implausible" not in answer


def test_the_feature_value_decides_what_is_believed(capsys: pytest.CaptureFixture[str]) -> None:
    moved = BOSO[:-4] + "0100"
    assert said(capsys, "2A35", moved)["moved"] is True
    assert said(capsys, "2A35", moved, "--feature", "0x0400")["moved"] is None
    assert said(capsys, "2A35", moved, "--feature", "01 00")["moved"] is True


def test_the_model_decides_which_quirk_applies(capsys: pytest.CaptureFixture[str]) -> None:
    swapped = "56760050000000ea07080b141b00003c000004"
    assert said(capsys, "2A35", swapped)["status"] != 4
    assert said(capsys, "2A35", swapped, "--model", "Beurer BM85")["pulse"] == 60


@pytest.mark.parametrize(
    "words",
    [
        ["2A35", BOSO[:-2]],  # shorter than its flags say
        ["2A35", ""],
        ["2A35", "16zz"],
        ["2A35", "167"],
        ["2A35", BOSO, "--feature", "xyz"],
        ["2A99", "00"],
        ["2A35\n", "16\n7"],
        ["nothing\nknown", "00"],
        ["SFLOAT", "b0"],
        ["adv", "00"],
        ["EEPROM", "00"],
    ],
)
def test_bad_input_is_one_plain_line_and_exit_code_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("village-devices: ")
    assert printed.err.count("\n") == 1
    assert printed.err.endswith("\n")


def test_an_error_repeats_nothing_of_a_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    run("2A35", "167c00zz")
    assert "167c" not in capsys.readouterr().err


def test_help_names_every_characteristic(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        run("--help")
    assert leaving.value.code == 0
    assert set(KNOWN) <= set(capsys.readouterr().out.replace(",", " ").split())
