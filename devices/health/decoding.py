"""The one table from a characteristic to what decodes it, and the cheap questions about a frame.

Pure: bytes in, a typed result out, or `FrameCorrupt`, and nothing else whatever the bytes are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from devices.health.frame_numbers import Fields, NoValues
from devices.health.gatt import short_name
from devices.health.ieee11073 import NoValue, decode_float, decode_sfloat
from devices.health.profiles import (
    advertised_scale,
    blood_pressure,
    body_composition,
    current_time,
    device_information,
    glucose,
    heart_rate,
    pulse_oximeter,
    record_access,
    scale,
    thermometer,
    user_data,
    vendor,
)
from devices.health.quirks import Quirk, quirks_of

NUMBER_DECODER: Final = "number/1"


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number, for a technician who has only that."""

    value: Decimal | None
    no_value: NoValues = field(default_factory=dict, hash=False)


Decoded = (
    blood_pressure.BloodPressureReading
    | blood_pressure.IntermediateCuffPressure
    | blood_pressure.BloodPressureFeature
    | thermometer.TemperatureReading
    | thermometer.TemperatureType
    | pulse_oximeter.SpotCheckReading
    | pulse_oximeter.ContinuousReading
    | pulse_oximeter.OximeterFeatures
    | scale.WeightReading
    | body_composition.BodyComposition
    | scale.WeightFeature
    | body_composition.CompositionFeature
    | advertised_scale.AdvertisedWeight
    | glucose.GlucoseReading
    | glucose.GlucoseContext
    | glucose.GlucoseFeature
    | record_access.RacpRequest
    | record_access.RacpCount
    | record_access.RacpResponse
    | heart_rate.HeartRateReading
    | current_time.CurrentTime
    | current_time.DateTimeValue
    | current_time.LocalTimeInformation
    | user_data.UserControlRequest
    | user_data.UserControlResponse
    | device_information.DeviceText
    | device_information.PnpId
    | device_information.SystemId
    | device_information.BatteryState
    | vendor.VendorBloodPressure
    | vendor.VendorSaturation
    | vendor.VendorWeight
    | Number
)


class UnknownCharacteristic(ValueError):
    """Nothing here decodes this characteristic."""

    next_step = "Check the number. `village-devices decode health --help` lists what is known."


@dataclass(frozen=True, slots=True)
class Decoder:
    """How one characteristic is decoded. `name` says which version gave a kept value."""

    name: str
    decode: Callable[[bytes, int | None, frozenset[Quirk]], Decoded]
    time_of: Callable[[bytes], datetime | None] | None = None  # None: it carries no time stamp
    identity: slice | None = None  # None: the whole frame


def _plain(decode: Callable[[bytes], Decoded]) -> Callable[..., Decoded]:
    return lambda raw, feature, quirks: decode(raw)


def _with_feature(decode: Callable[[bytes, int | None], Decoded]) -> Callable[..., Decoded]:
    return lambda raw, feature, quirks: decode(raw, feature)


def _blood_pressure(raw: bytes, feature: int | None, quirks: frozenset[Quirk]) -> Decoded:
    swapped = Quirk.PULSE_AND_STATUS_BIG_ENDIAN
    return blood_pressure.decode_blood_pressure(
        raw, feature, swapped if swapped in quirks else None
    )


def _weight(raw: bytes, feature: int | None, quirks: frozenset[Quirk]) -> Decoded:
    if Quirk.XIAOMI_LAYOUT in quirks and len(raw) == advertised_scale.WEIGHT_BYTES:
        return advertised_scale.decode_advertised_weight(raw)
    return scale.decode_weight(raw)


def _composition(raw: bytes, feature: int | None, quirks: frozenset[Quirk]) -> Decoded:
    if Quirk.XIAOMI_LAYOUT in quirks and len(raw) == advertised_scale.COMPOSITION_BYTES:
        return advertised_scale.decode_advertised_composition(raw)
    stub = Quirk.ZERO_COMPOSITION_STUB
    return body_composition.decode_body_composition(raw, stub if stub in quirks else None)


def _number(size: int, decode: Callable[[int], Decimal | NoValue]) -> Callable[..., Decoded]:
    def number(raw: bytes, feature: int | None, quirks: frozenset[Quirk]) -> Decoded:
        value = decode(Fields(raw).number(size))
        if isinstance(value, NoValue):
            return Number(None, {"value": value})
        return Number(value)

    return number


_TEXT: Final = Decoder(device_information.TEXT_DECODER, _plain(device_information.decode_text))

_DECODERS: Final[dict[str, Decoder]] = {
    "2A35": Decoder(blood_pressure.DECODER, _blood_pressure, blood_pressure.time_of_blood_pressure),
    "2A36": Decoder(blood_pressure.CUFF_DECODER, _plain(blood_pressure.decode_cuff_pressure)),
    "2A49": Decoder(
        blood_pressure.FEATURE_DECODER, _plain(blood_pressure.decode_blood_pressure_feature)
    ),
    "2A1C": Decoder(
        thermometer.DECODER,
        _with_feature(thermometer.decode_temperature),
        thermometer.time_of_temperature,
    ),
    "2A1E": Decoder(
        thermometer.INTERMEDIATE_DECODER,
        _with_feature(thermometer.decode_temperature),
        thermometer.time_of_temperature,
    ),
    "2A1D": Decoder(thermometer.TYPE_DECODER, _plain(thermometer.decode_temperature_type)),
    "2A5E": Decoder(
        pulse_oximeter.SPOT_DECODER,
        _with_feature(pulse_oximeter.decode_spot_check),
        pulse_oximeter.time_of_spot_check,
    ),
    "2A5F": Decoder(
        pulse_oximeter.CONTINUOUS_DECODER, _with_feature(pulse_oximeter.decode_continuous)
    ),
    "2A60": Decoder(pulse_oximeter.FEATURES_DECODER, _plain(pulse_oximeter.decode_features)),
    "2A9D": Decoder(scale.DECODER, _weight, scale.time_of_weight),
    "2A9E": Decoder(scale.FEATURE_DECODER, _plain(scale.decode_weight_feature)),
    "2A9C": Decoder(
        body_composition.DECODER, _composition, body_composition.time_of_body_composition
    ),
    "2A9B": Decoder(
        body_composition.FEATURE_DECODER, _plain(body_composition.decode_composition_feature)
    ),
    "2A18": Decoder(
        glucose.DECODER,
        _with_feature(glucose.decode_glucose),
        glucose.time_of_glucose,
        # Sequence number and base time. The rest may change when a record is sent again.
        identity=slice(1, 10),
    ),
    "2A34": Decoder(glucose.CONTEXT_DECODER, _plain(glucose.decode_glucose_context)),
    "2A51": Decoder(glucose.FEATURE_DECODER, _plain(glucose.decode_glucose_feature)),
    "2A52": Decoder(record_access.DECODER, _plain(record_access.decode_record_access)),
    "2A37": Decoder(heart_rate.DECODER, _plain(heart_rate.decode_heart_rate)),
    "2A2B": Decoder(current_time.DECODER, _plain(current_time.decode_current_time)),
    "2A08": Decoder(current_time.DATE_TIME_DECODER, _plain(current_time.decode_date_time_value)),
    "2A0F": Decoder(current_time.LOCAL_TIME_DECODER, _plain(current_time.decode_local_time)),
    "2A9F": Decoder(user_data.DECODER, _plain(user_data.decode_user_control)),
    "2A19": Decoder(device_information.BATTERY_DECODER, _plain(device_information.decode_battery)),
    "2A23": Decoder(
        device_information.SYSTEM_ID_DECODER, _plain(device_information.decode_system_id)
    ),
    "2A50": Decoder(device_information.PNP_DECODER, _plain(device_information.decode_pnp_id)),
    **dict.fromkeys(("2A24", "2A25", "2A26", "2A27", "2A28", "2A29"), _TEXT),
    "181D": Decoder(
        advertised_scale.DECODER,
        _plain(advertised_scale.decode_advertised_weight),
        advertised_scale.time_of_advertised_weight,
    ),
    "181B": Decoder(
        advertised_scale.DECODER,
        _plain(advertised_scale.decode_advertised_composition),
        advertised_scale.time_of_advertised_composition,
    ),
    "ADV": Decoder(advertised_scale.DECODER, _plain(advertised_scale.decode_any_advertised)),
    "EEPROM": Decoder(vendor.OMRON_DECODER, _plain(vendor.decode_omron_memory)),
    "CDEACB81": Decoder(vendor.JUMPER_OXIMETER_DECODER, _plain(vendor.decode_jumper_oximeter)),
    "FFF1": Decoder(vendor.JUMPER_CUFF_DECODER, _plain(vendor.decode_jumper_cuff)),
    "FF02": Decoder(vendor.CONTEC_DECODER, _plain(vendor.decode_contec_oximeter)),
    "352E3001": Decoder(vendor.SOEHNLE_DECODER, _plain(vendor.decode_soehnle_scale)),
    "8A24": Decoder(vendor.TRISA_DECODER, _plain(vendor.decode_trisa_scale)),
    "SFLOAT": Decoder(NUMBER_DECODER, _number(2, decode_sfloat)),
    "FLOAT": Decoder(NUMBER_DECODER, _number(4, decode_float)),
}
KNOWN: Final = tuple(_DECODERS)

_MAKERS_OWN: Final = {  # whole UUIDs of characteristics that are known by their beginning
    "cdeacb81-5235-4c07-8846-93a37ee6b86d": "CDEACB81",
    "352e3001-28e9-40b8-a361-6db4cca4147c": "352E3001",
}
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def decoder_for(characteristic: str) -> Decoder:
    """The decoder of `2A35`, `0x2a35`, a whole UUID, or one of the other names in `KNOWN`.

    Raises:
        UnknownCharacteristic
    """
    known = _DECODERS.get(characteristic)
    if known is None:
        known = _DECODERS.get(_name(characteristic))
    if known is None:
        raise UnknownCharacteristic(f"nothing is known of a characteristic {characteristic!r}")
    return known


def decode(
    characteristic: str,
    raw: bytes,
    *,
    feature: int | None = None,
    names: Iterable[str | None] = (),
) -> Decoded:
    """What a value of a characteristic says.

    `feature` is the feature characteristic of the same service (0x2A49, 0x2A60, 0x2A51, 0x2A1D),
    its whole value read as one little endian number. `names` are those the instrument is known
    by: they decide which quirks may apply.

    Raises:
        FrameCorrupt: the bytes are no such value.
        UnknownCharacteristic
    """
    return decoder_for(characteristic).decode(raw, feature, quirks_of(*names))


def frame_time(characteristic: str, raw: bytes) -> datetime | None:
    """When a measurement was taken by the instrument's own clock, if its frame says so.

    Cheap, and never an error: None also for a frame that cannot be decoded.

    Raises:
        UnknownCharacteristic
    """
    time_of = decoder_for(characteristic).time_of
    return None if time_of is None else time_of(raw)


def identity_slice(characteristic: str) -> slice:
    """Which bytes of a time-stamped frame make it the same reading when it comes again.

    Raises:
        UnknownCharacteristic
    """
    return decoder_for(characteristic).identity or slice(None)


def _name(characteristic: str) -> str:
    text = characteristic.strip().casefold()
    if _UUID.fullmatch(text):
        return _MAKERS_OWN.get(text) or short_name(text)
    return text.removeprefix("0x").upper()
