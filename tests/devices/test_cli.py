from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from devices.cli import main

HEADER = (
    "Date/Time:, 11/6/2023 10:45:00 AM\r\nSite Code:, 000001\r\nStation ID:, \r\n"
    "Veh. No., Date, Time, Channel, Class, Speed\r\n"
)
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "traffic" / "166905.txt"


@pytest.fixture
def count_file(tmp_path: Path) -> Path:
    file = tmp_path / "count.txt"
    file.write_text(
        HEADER
        + "1, 11/6/2023, 10:50:00 AM, 1, 2, 30.0\r\n"
        + "2, 11/6/2023, 11:07:30 AM, 2, 2, 30.0\r\n",
        newline="",
    )
    return file


def test_intervals_are_printed_as_one_json_document(
    count_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["intervals", str(count_file), "--format", "jamar", "--minutes", "15", "--json"]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out) == {
        "lane_periods": 4,
        "empty": 2,
        "first": "2023-11-06 10:45",
        "last": "2023-11-06 11:00",
        "rows": [
            {"start": "2023-11-06 10:45", "lane": 1, "count": 1, "coverage": 1.0},
            {"start": "2023-11-06 10:45", "lane": 2, "count": 0, "coverage": 1.0},
            {"start": "2023-11-06 11:00", "lane": 1, "count": 0, "coverage": 0.5011},
            {"start": "2023-11-06 11:00", "lane": 2, "count": 1, "coverage": 0.5011},
        ],
    }


def test_a_quiet_beginning_is_rows_of_no_vehicles(
    count_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count_file.write_text(count_file.read_text().replace("10:45:00 AM", "10:20:00 AM"))
    assert main(["intervals", str(count_file), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["count"], row["coverage"]) for row in rows[:4]] == [
        (0, 0.6667),
        (0, 0.6667),
        (0, 1.0),
        (0, 1.0),
    ]


def test_intervals_are_printed_as_plain_lines(
    count_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["intervals", str(count_file), "--minutes", "60"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


@pytest.mark.skipif(not REAL.is_file(), reason="the real JAMAR file is not on this machine")
def test_the_real_count_agrees_with_its_oracle(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intervals", str(REAL), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    rows = summary.pop("rows")
    assert summary == {
        "lane_periods": 386,
        "empty": 23,
        "first": "2023-11-06 10:45",
        "last": "2023-11-08 10:45",
    }
    assert sum(row["count"] for row in rows) == 8706
    assert rows[-1]["lane"] == 2
    assert rows[-1]["count"] == 17


def test_a_bad_file_is_one_plain_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "count.txt"
    file.write_text(HEADER + "1, 11/6/2023, noon, 1, 2, 30.0\r\n", newline="")
    assert main(["intervals", str(file)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "line 5" in printed.err


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_read_is_one_plain_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["intervals", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["intervals"],
        ["intervals", "count.txt", "--minutes", "7"],
        ["intervals", "count.txt", "--minutes", "0"],
        ["intervals", "count.txt", "--format", "other"],
    ],
)
def test_a_wrong_command_line_is_one_plain_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_reader_that_stops_listening_ends_it_quietly(count_file: Path) -> None:
    words = [sys.executable, "-m", "devices.cli", "intervals", str(count_file), "--minutes", "1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as counting:
        assert counting.stdout is not None
        assert counting.stderr is not None
        counting.stdout.close()  # before the first line is written
        assert counting.stderr.read() == b""
        assert counting.wait() == 0


def test_help_speaks_to_the_person_who_asks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--help"])
    assert leaving.value.code == 0
    said = capsys.readouterr().out
    assert "What instruments and counters said." in said
    assert "traceback" not in said
