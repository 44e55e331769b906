"""No bytes, however hostile, give anything but a plausible value or a corrupt frame."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.health.as_json import as_json
from devices.health.decoding import KNOWN, decode, frame_time, identity_slice
from devices.health.errors import FrameCorrupt
from devices.health.profiles.scale import WeightReading

OBSERVED = json.loads(Path(__file__).with_name("observed_frames.json").read_text("utf-8"))
VALID = [(frame["characteristic"].upper(), bytes.fromhex(frame["hex"])) for frame in OBSERVED]
NAMES = ((), ("Beurer BM85",), ("Beurer BF788",), ("MI_SCALE", None), ("A&D_UA-651BLE_1", "UA-651"))
NIGHTLY_FRAMES = 1_000_000
FIRST_YEAR = 1582

# Lowest and highest by field, written here apart from the table of the code. A lowest of None
# is: more than nothing.
BOUNDS: dict[str, tuple[str | None, str]] = {
    "spo2": (None, "100"),
    "fast_spo2": (None, "100"),
    "slow_spo2": (None, "100"),
    "pulse": (None, "400"),
    "fast_pulse": (None, "400"),
    "slow_pulse": (None, "400"),
    "bpm": (None, "400"),
    "pulse_amplitude": ("0", "100"),
    "bmi": (None, "200"),
    "fat_share": (None, "100"),
    "muscle_share": (None, "100"),
    "basal_metabolism_kj": ("500", "60000"),
    "impedance_ohm": (None, "5000"),
    "mg_dl": (None, "1000"),
    "mmol_l": (None, "56"),
    "carbohydrate_g": ("0", "5000"),
    "exercise_share": ("0", "100"),
    "medication_mg": ("0", "1000000"),
    "medication_ml": ("0", "10000"),
    "hba1c_share": (None, "30"),
    "percent": ("0", "100"),
    "zone_min": ("-720", "840"),
    "summer_time_min": ("0", "120"),
}
# The same where the unit decides.
PRESSURE = {"mmHg": (None, "400"), "kPa": (None, "54"), "": (None, "400")}
MASS = {"kg": (None, "400"), "lb": (None, "882"), "jin": (None, "800")}
BOUNDS_BY_UNIT: dict[str, dict[str, tuple[str | None, str]]] = {
    "systolic": PRESSURE,
    "diastolic": PRESSURE,
    "mean_arterial": PRESSURE,
    "pressure": {"mmHg": ("0", "400"), "kPa": ("0", "54")},
    "temperature": {"C": ("20", "45"), "F": ("68", "113")},
    "weight": MASS,
    "muscle_mass": MASS,
    "fat_free_mass": MASS,
    "soft_lean_mass": MASS,
    "water_mass": MASS,
}
HEIGHTS: dict[str, tuple[str | None, str]] = {"m": (None, "3"), "in": (None, "118")}
Limits = tuple[Decimal | None, Decimal]


def limits(bounds: tuple[str | None, str]) -> Limits:
    lowest, highest = bounds
    return None if lowest is None else Decimal(lowest), Decimal(highest)


PLAIN = {field: limits(bounds) for field, bounds in BOUNDS.items()}
BY_UNIT = {
    field: {unit: limits(bounds) for unit, bounds in units.items()}
    for field, units in BOUNDS_BY_UNIT.items()
}
BY_HEIGHT_UNIT = {unit: limits(bounds) for unit, bounds in HEIGHTS.items()}


def bounds_of(decoded: Any, field: str) -> Limits | None:
    if field == "height":
        return BY_HEIGHT_UNIT[decoded.height_unit]
    if field in BY_UNIT:
        return BY_UNIT[field][getattr(decoded, "unit", "")]
    return PLAIN.get(field)


@cache
def fields_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(getattr(kind, "__struct_fields__", None) or kind.__slots__)


def assert_plausible(decoded: Any, raw: bytes) -> None:
    no_value = getattr(decoded, "no_value", {})
    for field in fields_of(type(decoded)):
        value = getattr(decoded, field)
        if field in no_value:
            assert value is None, (field, raw.hex())
        if value is None or isinstance(value, bool):
            continue
        within = bounds_of(decoded, field)
        if within is not None:
            lowest, highest = within
            assert value > 0 if lowest is None else lowest <= value, (field, value, raw.hex())
            assert value <= highest, (field, value, raw.hex())
    assert getattr(decoded, "as_sent", {}).keys() <= no_value.keys()


def decoded_or_corrupt(
    characteristic: str, raw: bytes, feature: int | None, names: tuple[str | None, ...]
) -> Any:
    """The plausible value of a frame, or None when it is corrupt. Nothing else may happen."""
    stamped = frame_time(characteristic, raw)
    assert stamped is None or stamped.year >= FIRST_YEAR - 1, raw.hex()
    assert len(raw[identity_slice(characteristic)]) <= len(raw)
    try:
        decoded = decode(characteristic, raw, feature=feature, names=names)
    except FrameCorrupt:
        return None
    assert_plausible(decoded, raw)
    return decoded


def assert_printable(decoded: Any) -> None:
    printed = json.loads(json.dumps(as_json(decoded), allow_nan=False))
    assert set(printed.get("implausible", [])) <= set(printed)
    assert all(printed[name] is None for name in printed.get("no_value", {}))


features = st.none() | st.integers(0, 2**56 - 1)


@settings(max_examples=500)
@example("2A35", b"", None, ())
@example("2A9C", b"\xff" * 512, 0, ())
@example("2A1C", b"\x00\xff\xff\x7f\x7f", None, ())  # the largest number there is
@given(
    st.sampled_from(KNOWN),
    st.binary(max_size=40) | st.binary(min_size=500, max_size=512),
    features,
    st.sampled_from(NAMES),
)
def test_any_bytes(
    characteristic: str, raw: bytes, feature: int | None, names: tuple[str | None, ...]
) -> None:
    if (decoded := decoded_or_corrupt(characteristic, raw, feature, names)) is not None:
        assert_printable(decoded)


@settings(max_examples=500)
@given(st.sampled_from(VALID), st.data(), features, st.sampled_from(NAMES))
def test_frames_that_were_damaged_on_their_way(
    valid: tuple[str, bytes],
    data: st.DataObject,
    feature: int | None,
    names: tuple[str | None, ...],
) -> None:
    characteristic, frame = valid
    damaged = bytearray(frame)
    for _ in range(data.draw(st.integers(0, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    raw = bytes(damaged[: data.draw(st.integers(0, len(damaged)))]) + data.draw(
        st.binary(max_size=4)
    )
    if (decoded := decoded_or_corrupt(characteristic, raw, feature, names)) is not None:
        assert_printable(decoded)


@given(st.sampled_from(KNOWN), st.binary(max_size=40))
def test_the_time_of_a_frame_is_the_one_that_decoding_finds(
    characteristic: str, raw: bytes
) -> None:
    found = frame_time(characteristic, raw)
    decoded = decoded_or_corrupt(characteristic, raw, None, ())
    if found is not None and decoded is not None:
        assert decoded.device_time == found


def test_the_check_notices_a_value_that_nobody_can_have() -> None:
    weight = decode("2A9D", bytes.fromhex("00783e"))
    assert isinstance(weight, WeightReading)
    assert_plausible(weight, b"")
    with pytest.raises(AssertionError):
        assert_plausible(replace(weight, weight=Decimal(401)), b"")
    with pytest.raises(AssertionError):
        assert_plausible(replace(weight, weight=Decimal(0)), b"")


@pytest.mark.nightly
@pytest.mark.timeout(600)
def test_a_million_frames() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    started = time.monotonic()
    readable = 0
    for number in range(NIGHTLY_FRAMES):
        if number % 2:
            characteristic, frame = chance.choice(VALID)
            damaged = bytearray(frame)
            for _ in range(chance.randrange(4)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            if chance.random() < 0.3:
                del damaged[chance.randrange(len(damaged) + 1) :]
            raw = bytes(damaged)
        else:
            characteristic = chance.choice(KNOWN)
            raw = chance.randbytes(chance.choice((*range(32), 512)))
        feature = chance.choice((None, None, chance.getrandbits(56)))
        names = chance.choice(NAMES)
        decoded = decoded_or_corrupt(characteristic, raw, feature, names)
        readable += decoded is not None
        if decoded is not None and number % 16 == 0:
            assert_printable(decoded)
    print(f"{NIGHTLY_FRAMES} frames, {readable} readable, {time.monotonic() - started:.0f} s")
    assert readable > NIGHTLY_FRAMES // 4
