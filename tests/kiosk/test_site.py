"""The site file: what installers write, and what the kiosk says when they mistype."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.site import SiteFileWrong, load_site

BY_ID = "/dev/serial/by-id/usb-OmniPreSense_OPS243-if00"
GOOD = """
[site]
village = { en = "Hang Hau", zh_HK = "坑口村", zh_CN = "坑口村" }
address = { en = "G/F, 12 Hang Hau", zh_HK = "坑口村 12 號地下", zh_CN = "坑口村 12 号地下" }
landmark = { en = "Opposite the banyan", zh_HK = "大榕樹對面", zh_CN = "大榕树对面" }
telephone = "2000 0000"

[[counter]]
id = "gate"
name = { en = "Village gate", zh_HK = "村口", zh_CN = "村口" }
protocol = "ops24x"
port = "/dev/serial/by-id/usb-OmniPreSense_OPS243-if00"
baud = 19200
lanes = 1
inbound_means = "into_village"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_site_file_gives_the_place_and_its_counters(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD))
    assert site.village["zh_HK"] == "坑口村"
    assert [counter.counter_id for counter in site.counters] == ["gate"]
    assert site.counters[0].baud == 19200


def test_a_kiosk_without_a_site_file_invents_no_address(tmp_path: Path) -> None:
    site = load_site(tmp_path)
    assert set(site.address.values()) == {""}
    assert site.counters == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[site", "site.toml"),
        ("", r"\[site\] is missing"),
        (GOOD.replace('en = "Hang Hau", ', ""), "write village in each language"),
        (GOOD.replace('telephone = "2000 0000"', "telephone = 20000000"), "write telephone"),
        (GOOD.replace("baud = 19200", "baud = 0"), "write baud"),
        (GOOD.replace('"into_village"', '"north"'), "inbound_means must be"),
        (GOOD.replace('"ops24x"', '"morse"'), "protocol must be one of"),
        (GOOD.replace("lanes = 1", "lanes = 2"), "write lanes = 1"),
        (GOOD.replace(BY_ID, "/dev/ttyUSB0"), '/dev/ttyUSB0 may be.*port = "/dev/serial/by-id/'),
        (GOOD.replace(BY_ID, "/dev/ttyACM12"), 'port = "/dev/serial/by-id/'),
    ],
)
def test_a_mistyped_site_file_is_refused_with_what_to_mend(
    tmp_path: Path, wrong: str, said: str
) -> None:
    with pytest.raises(SiteFileWrong, match=said):
        load_site(write(tmp_path, wrong))


@pytest.mark.parametrize("port", ["/tmp/demo/radar-gate", "/dev/ttyS0", "/dev/pts/3", BY_ID])
def test_a_port_that_keeps_its_name_is_taken_as_written(tmp_path: Path, port: str) -> None:
    (counter,) = load_site(write(tmp_path, GOOD.replace(BY_ID, port))).counters
    assert counter.port == port


def test_a_site_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(SiteFileWrong, match=r"site\.toml"):
        load_site(tmp_path)


@pytest.mark.parametrize("counters", ["[counter]\nid = 'gate'", "counter = [1, 2]"])
def test_a_counter_in_single_brackets_says_how_to_write_it(tmp_path: Path, counters: str) -> None:
    site, _ = GOOD.split("[[counter]]")
    text = f"{site}{counters}" if counters.startswith("[") else f"{counters}\n{site}"
    with pytest.raises(SiteFileWrong, match=r"\[\[counter\]\]"):
        load_site(write(tmp_path, text))


def test_two_counters_never_share_an_id(tmp_path: Path) -> None:
    counter = GOOD[GOOD.index("[[counter]]") :]
    with pytest.raises(SiteFileWrong, match="same id"):
        load_site(write(tmp_path, GOOD + counter))
