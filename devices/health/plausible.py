"""The one table of what a person can have and an instrument can measure, quantity by quantity.

What lies outside is no value (`NoValue.IMPLAUSIBLE`): noise, a wrong layout, a failed sensor.
These are no bands of health: whoever is ill is well inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Range:
    """From `lowest` to `highest`, both included; a `lowest` of 0 is included only on request."""

    lowest: int
    highest: int
    unit: str
    why: str
    zero_is_a_value: bool = False

    def holds(self, value: Decimal | int) -> bool:
        """Whether a value may be shown as what was measured."""
        if self.lowest == 0 and not self.zero_is_a_value:
            return 0 < value <= self.highest
        return self.lowest <= value <= self.highest


PRESSURE_MMHG: Final = Range(0, 400, "mmHg", "cuffs on the market stop at 300 mmHg")
PRESSURE_KPA: Final = Range(0, 54, "kPa", "405 mmHg")
CUFF_MMHG: Final = Range(0, 400, "mmHg", "as above; 0 is an empty cuff", zero_is_a_value=True)
CUFF_KPA: Final = Range(0, 54, "kPa", "as above; 0 is an empty cuff", zero_is_a_value=True)
PULSE: Final = Range(0, 400, "1/min", "no heart pumps faster")
TEMPERATURE_C: Final = Range(20, 45, "C", "a cold finger to the end of a clinical scale")
TEMPERATURE_F: Final = Range(68, 113, "F", "the same in degrees Fahrenheit")
SATURATION: Final = Range(0, 100, "%", "0 and more than 100 are what a sensor without finger says")
PULSE_AMPLITUDE: Final = Range(0, 100, "%", "a share of the signal", zero_is_a_value=True)
WEIGHT_KG: Final = Range(0, 400, "kg", "scales for persons stop before")
WEIGHT_LB: Final = Range(0, 882, "lb", "400 kg")
WEIGHT_JIN: Final = Range(0, 800, "jin", "400 kg")
HEIGHT_M: Final = Range(0, 3, "m", "nobody is taller")
HEIGHT_IN: Final = Range(0, 118, "in", "3 m")
BODY_MASS_INDEX: Final = Range(0, 200, "kg/m2", "twice the highest ever recorded is less")
SHARE_OF_BODY: Final = Range(0, 100, "%", "fat or muscle; nobody has none")
BASAL_METABOLISM: Final = Range(500, 60_000, "kJ/day", "120 to 14,000 kcal")
IMPEDANCE: Final = Range(0, 5_000, "ohm", "feet to feet 300 to 1,200; beyond is an open circuit")
GLUCOSE_MG_DL: Final = Range(0, 1_000, "mg/dL", "meters stop at 600")
GLUCOSE_MMOL_L: Final = Range(0, 56, "mmol/L", "1,009 mg/dL")
CARBOHYDRATE: Final = Range(0, 5_000, "g", "a typed amount", zero_is_a_value=True)
EXERCISE: Final = Range(0, 100, "%", "a typed intensity", zero_is_a_value=True)
MEDICATION_MG: Final = Range(0, 1_000_000, "mg", "a typed amount", zero_is_a_value=True)
MEDICATION_ML: Final = Range(0, 10_000, "mL", "a typed amount", zero_is_a_value=True)
HBA1C: Final = Range(0, 30, "%", "the highest reported are under 25")
BATTERY: Final = Range(0, 100, "%", "a share", zero_is_a_value=True)
