"""A decoded value as one JSON object for technicians, with short names from the field.

Every field of a profile is there. What the instrument did not send is null; what it sent and is
no value is null with its reason under `no_value`; a number that nobody can have is printed as it
came and named under `implausible`. Records are never written from here.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Final

from devices.health.date_time import ClockQuality
from devices.health.decoding import Decoded, Number
from devices.health.profiles.advertised_scale import AdvertisedWeight
from devices.health.profiles.blood_pressure import (
    BloodPressureFeature,
    BloodPressureReading,
    IntermediateCuffPressure,
)
from devices.health.profiles.body_composition import BodyComposition, CompositionFeature
from devices.health.profiles.current_time import CurrentTime, DateTimeValue, LocalTimeInformation
from devices.health.profiles.device_information import BatteryState, DeviceText, PnpId, SystemId
from devices.health.profiles.glucose import GlucoseContext, GlucoseFeature, GlucoseReading
from devices.health.profiles.heart_rate import HeartRateReading
from devices.health.profiles.pulse_oximeter import (
    ContinuousReading,
    OximeterFeatures,
    SpotCheckReading,
)
from devices.health.profiles.record_access import RacpCount, RacpRequest, RacpResponse
from devices.health.profiles.scale import WeightFeature, WeightReading
from devices.health.profiles.thermometer import TemperatureReading, TemperatureType
from devices.health.profiles.user_data import UserControlRequest, UserControlResponse
from devices.health.profiles.vendor import VendorBloodPressure, VendorSaturation, VendorWeight

_TENTH: Final = Decimal("0.1")
_SAME: Final = "="  # the name of the field is the name in JSON

# JSON name -> field, in the order they are printed.
_STAMPS: Final = frozenset({"device_time", "stated_time", "base_time"})
_TIME: Final = {"time": "device_time", "clock": "device_time_quality"}
_FIELDS: Final[dict[type, dict[str, str]]] = {
    BloodPressureReading: {
        "unit": _SAME,
        "systolic": _SAME,
        "diastolic": _SAME,
        "map": "mean_arterial",
        "pulse": _SAME,
        **_TIME,
        "user": _SAME,
        "status": "status_bits",
        "moved": _SAME,
        "cuff_loose": _SAME,
        "irregular_pulse": _SAME,
        "pulse_range": _SAME,
        "wrong_position": _SAME,
    },
    IntermediateCuffPressure: {"unit": _SAME, "cuff_pressure": "pressure"},
    BloodPressureFeature: {
        "feature": "bits",
        "movement": _SAME,
        "cuff_fit": _SAME,
        "irregular_pulse": _SAME,
        "pulse_range": _SAME,
        "position": _SAME,
        "several_bonds": _SAME,
    },
    TemperatureReading: {
        "unit": _SAME,
        "temperature": _SAME,
        **_TIME,
        "type": "site_code",
        "site": _SAME,
    },
    TemperatureType: {"type": "site_code", "site": _SAME},
    SpotCheckReading: {
        "spo2": _SAME,
        "pulse": _SAME,
        "pulse_amplitude_pct": "pulse_amplitude",
        "time": "stated_time",
        "clock": "device_time_quality",
        "clock_not_set": _SAME,
        "status": "status_bits",
        "status_says": "status",
        "sensor_status": "sensor_bits",
        "sensor_says": "sensor",
    },
    ContinuousReading: {
        "spo2": _SAME,
        "pulse": _SAME,
        "fast_spo2": _SAME,
        "fast_pulse": _SAME,
        "slow_spo2": _SAME,
        "slow_pulse": _SAME,
        "pulse_amplitude_pct": "pulse_amplitude",
        "status": "status_bits",
        "status_says": "status",
        "sensor_status": "sensor_bits",
        "sensor_says": "sensor",
    },
    OximeterFeatures: {
        "feature": "bits",
        "stores": _SAME,
        "time_stamps": _SAME,
        "fast_values": _SAME,
        "slow_values": _SAME,
        "pulse_amplitude": _SAME,
        "several_bonds": _SAME,
        "status_support": "status_bits",
        "sensor_status_support": "sensor_bits",
    },
    WeightReading: {
        "unit": _SAME,
        "weight": _SAME,
        **_TIME,
        "user": _SAME,
        "bmi": _SAME,
        "height": _SAME,
        "height_unit": _SAME,
    },
    BodyComposition: {
        "unit": _SAME,
        "fat_pct": "fat_share",
        **_TIME,
        "user": _SAME,
        "bmr_kj": "basal_metabolism_kj",
        "muscle_pct": "muscle_share",
        "muscle_mass": _SAME,
        "fat_free_mass": _SAME,
        "soft_lean_mass": _SAME,
        "water_mass": _SAME,
        "impedance_ohm": _SAME,
        "weight": _SAME,
        "height": _SAME,
        "height_unit": _SAME,
        "several_packets": _SAME,
    },
    WeightFeature: {
        "feature": "bits",
        "time_stamps": _SAME,
        "several_users": _SAME,
        "bmi": _SAME,
        "weight_resolution_kg": _SAME,
        "height_resolution_m": _SAME,
    },
    CompositionFeature: {
        "feature": "bits",
        "time_stamps": _SAME,
        "several_users": _SAME,
        "bmr": "basal_metabolism",
        "muscle_pct": "muscle_share",
        "muscle_mass": _SAME,
        "fat_free_mass": _SAME,
        "soft_lean_mass": _SAME,
        "water_mass": _SAME,
        "impedance": _SAME,
        "weight": _SAME,
        "height": _SAME,
        "weight_resolution_kg": _SAME,
        "height_resolution_m": _SAME,
    },
    AdvertisedWeight: {
        "unit": _SAME,
        "weight": _SAME,
        "stabilized": _SAME,
        "removed": _SAME,
        **_TIME,
        "impedance_ohm": _SAME,
    },
    GlucoseReading: {
        "seq": "sequence",
        "mg_dl": _SAME,
        "mmol_l": _SAME,
        "base_time": _SAME,
        "time_offset_min": _SAME,
        **_TIME,
        "type": "sample_type",
        "location": "sample_location",
        "excluded": _SAME,
        "status": "status_bits",
        "status_says": "status",
        "context_follows": _SAME,
    },
    GlucoseContext: {
        "seq": "sequence",
        "carbohydrate_id": "carbohydrate_kind",
        "carbohydrate_g": _SAME,
        "meal": "meal_code",
        "meal_says": "meal",
        "tester": _SAME,
        "health": _SAME,
        "exercise_s": _SAME,
        "exercise_pct": "exercise_share",
        "medication_id": "medication_kind",
        "medication_mg": _SAME,
        "medication_ml": _SAME,
        "hba1c_pct": "hba1c_share",
    },
    GlucoseFeature: {"feature": "bits", "tells": _SAME, "several_bonds": _SAME},
    RacpRequest: {"opcode": "operation", "operator": _SAME, "operand": _SAME},
    RacpCount: {"opcode": "operation", "operator": _SAME, "count": _SAME},
    RacpResponse: {
        "opcode": "operation",
        "operator": _SAME,
        "request": _SAME,
        "response": _SAME,
    },
    HeartRateReading: {
        "bpm": _SAME,
        "contact": "touches",
        "energy_kj": _SAME,
        "rr_ms": "intervals_ms",
    },
    CurrentTime: {
        **_TIME,
        "weekday": "weekday_code",
        "fraction": _SAME,
        "adjust": "adjust_reason",
    },
    DateTimeValue: _TIME,
    LocalTimeInformation: {"zone_min": _SAME, "summer_time_min": _SAME},
    UserControlRequest: {"opcode": "operation", "user": _SAME, "consent": _SAME},
    UserControlResponse: {
        "opcode": "operation",
        "request": _SAME,
        "result": _SAME,
        "user": _SAME,
    },
    DeviceText: {"value": "text"},
    PnpId: {
        "vendor_source": _SAME,
        "vendor_id": _SAME,
        "product_id": _SAME,
        "product_version": _SAME,
    },
    SystemId: {
        "manufacturer": "manufacturer_identifier",
        "organization": "organization_identifier",
    },
    BatteryState: {"battery_pct": "percent"},
    VendorBloodPressure: {
        "systolic": _SAME,
        "diastolic": _SAME,
        "pulse": _SAME,
        **_TIME,
        "record_id": "record",
        "experimental": _SAME,
    },
    VendorSaturation: {
        "spo2": _SAME,
        "pulse": _SAME,
        "finger": _SAME,
        "experimental": _SAME,
    },
    VendorWeight: {
        "unit": _SAME,
        "weight": _SAME,
        **_TIME,
        "user": _SAME,
        "record_id": "record",
        "experimental": _SAME,
    },
    Number: {"value": _SAME},
}


def as_json(decoded: Decoded) -> dict[str, object]:
    """The object to print: only what `json` can write, floats for decimals."""
    no_values = getattr(decoded, "no_value", {})
    as_sent = getattr(decoded, "as_sent", {})
    clock_not_set = getattr(decoded, "device_time_quality", None) is ClockQuality.NOT_SET
    said: dict[str, object] = {}
    no_value: dict[str, str] = {}
    implausible: list[str] = []
    for name, field in _FIELDS[type(decoded)].items():
        field = name if field == _SAME else field
        value = getattr(decoded, field)
        if field in as_sent:
            value = as_sent[field]
            implausible.append(name)
        elif field in no_values:
            no_value[name] = str(no_values[field])
        elif value is None and field in _STAMPS and clock_not_set:
            no_value[name] = str(ClockQuality.NOT_SET)
        said[name] = _plain(value)
    if no_value:
        said["no_value"] = no_value
    if implausible:
        said["implausible"] = implausible
    return said


def _plain(value: object) -> object:
    match value:
        case StrEnum():
            return str(value)
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat()
        case frozenset():
            return sorted(str(each) for each in value)
        case tuple():  # intervals between beats: a tenth of a millisecond is what a belt can tell
            return [float(each.quantize(_TENTH, ROUND_HALF_EVEN)) for each in value]
        case bytes():
            return value.hex()
    return value
