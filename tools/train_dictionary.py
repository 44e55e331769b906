"""Makes offline_sync/dictionaries/2026a.dict: the dictionary for pushes of a few ops.

It is trained on invented pushes whose ops have the shape of the record catalogue; no recorded
data goes in. A dictionary that kiosks and hubs have is never made anew under the same name: what
one packed with it the other could not unpack. With `--measure` nothing is written; the bytes of
other invented pushes are printed as JSON, with and without the dictionary.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import zstandard

from offline_sync import compression
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.oplog import OutgoingOp
from offline_sync.wire import Clocks, PushHeader, encode_op, encode_push

DICTIONARY_FILE: Final = (
    Path(__file__).parents[1] / "offline_sync" / "dictionaries" / f"{compression.DICTIONARY}.dict"
)

_SEED: Final = 20261125
_MEASURED_SEED: Final = 20270101
_PUSHES: Final = 2_500
_BYTES: Final = 16 * 1024
_ID: Final = 0x5649_4C41  # outside what RFC 8878 section 5 keeps for a registrar
_START_MS: Final = 1_795_000_000_000
_FAMILIES: Final = "陳黃李張梁林何吳周鄭蔡劉馮鄧葉蘇"
_GIVEN: Final = ("美玲", "志明", "家豪", "婉儀", "國強", "麗珍", "詠詩", "建華", "秀英", "偉文")
_VILLAGES: Final = ("坑口村", "大澳", "塔門", "荔枝窩", "梅子林", "白沙澳")
_PICTURES: Final = ("junk", "kite", "teapot", "lantern", "fish", "orchid", "crane", "bridge")
_SETTINGS: Final = ("left_arm_sitting", "right_arm_sitting")
_QUESTIONS: Final = ("eating", "sleeping", "falls", "medicines", "pain", "mood", "food_at_home")
_STAYS_THE_SAME: Final = ("asked", "carried_over", "declined")


class _Village:
    """Invents the pushes of one kiosk, in the order in which it would send them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._now_ms = _START_MS
        self._seq = 0
        self._origin, self._epoch, self._boot = self._hex(32), self._hex(32), self._uuid()
        self._staff = [self._uuid7() for _ in range(3)]
        self._residents = [self._uuid7() for _ in range(40)]
        self._instrument = self._uuid7()
        self._kinds: list[Callable[[], tuple[str, dict[str, object]]]] = [
            *(self._vital, self._vital, self._vital, self._visit, self._visit),
            *(self._answer, self._answer, self._interval, self._interval, self._task_act),
            *(self._resident, self._audit, self._consent, self._conclusion, self._phone),
        ]

    def push(self, ops: int) -> bytes:
        """A push of so many ops, as it is before it is packed."""
        lines = [encode_op(self._op()) for _ in range(ops)]
        header = PushHeader(
            origin=self._origin,
            epoch=self._epoch,
            next_seq=self._seq + 1,
            chain=self._hex(64),
            version=CATALOGUE_VERSION,
            hub_epoch=self._hex(32),
            clocks=Clocks(self._now_ms, self._now_ms - _START_MS, self._boot),
            after=self._chance.randrange(90_000),
            first=self._seq - ops + 1,
            receipt=(self._chance.randrange(1, 9_000), self._hex(64)),
        )
        return encode_push(header, lines, self._seq, self._hex(64))

    def _op(self) -> OutgoingOp:
        self._seq += 1
        self._now_ms += self._chance.randrange(2_000, 900_000)
        record_type, fields = self._chance.choice(self._kinds)()
        edited = record_type in ("resident", "instrument") or "in_mean" in fields
        return OutgoingOp(
            seq=self._seq,
            op_id=self._hex(32),
            record_type=record_type,
            record_id=self._uuid7(),
            hlc=f"{self._now_ms:012x}.{0:08x}",
            fields=fields,
            base={name: self._hex(32) for name in fields} if edited and len(fields) < 5 else {},
            by=self._chance.choice([*self._staff, "resident", "site-file"]),
            version=CATALOGUE_VERSION,
            wall_ms=self._now_ms,
            mono_ms=self._now_ms - _START_MS,
            boot_id=self._boot,
        )

    def _vital(self) -> tuple[str, dict[str, object]]:
        systolic, diastolic = self._chance.randrange(98, 182), self._chance.randrange(55, 104)
        reading: dict[str, object] = {
            "systolic": str(systolic),
            "diastolic": str(diastolic),
            "pulse": str(self._chance.randrange(52, 104)),
            "unit": "mmHg",
            "status": {"body_movement": False, "cuff_too_loose": False, "irregular_pulse": False},
        }
        name = "blood_pressure"
        if self._chance.random() < 0.5:
            name, reading = self._chance.choice(
                [
                    ("oxygen", {"spo2": str(self._chance.randrange(90, 100)), "unit": "%"}),
                    ("temperature", {"value": f"36.{self._chance.randrange(10)}", "unit": "°C"}),
                    ("weight", {"value": f"{self._chance.randrange(400, 900) / 10}", "unit": "kg"}),
                    ("glucose", {"value": f"{self._chance.randrange(40, 120) / 10}",
                                 "unit": "mmol/L"}),
                ]
            )  # fmt: skip
        return "vital", {
            "resident_id": self._chance.choice(self._residents),
            "check_in_id": self._uuid7(),
            "vital": name,
            "reading": reading,
            "taken_at": self._now_ms,
            "received_at": self._now_ms + 900,
            "device_time": "2026-11-25T09:41:00",
            "clock_offset_s": float(self._chance.randrange(-90, 90)),
            "clock_quality": self._chance.choice(("set", "not_set", "absent", "unchecked")),
            "instrument_id": self._instrument,
            "instrument": {"address": "C8:5A:00:11:22:33", "maker": "A&D", "model": "UA-651BLE"},
            "raw": self._hex(36),
            "decoder": f"{name} 1",
            "source": self._chance.choice(("measured", "measured", "typed")),
            "started_by": self._chance.choice(("resident", self._staff[0])),
            "taken_on": self._chance.choice(_SETTINGS),
            "completeness": "complete",
        }

    def _conclusion(self) -> tuple[str, dict[str, object]]:
        band = self._chance.choice(("ok", "watch", "call"))
        return "vital", {"in_mean": 1, "completeness": "complete", "band": band, "rules": "2026-1"}

    def _visit(self) -> tuple[str, dict[str, object]]:
        return "visit", {
            "resident_id": self._chance.choice(self._residents),
            "contact": self._chance.choice(("home", "centre", "phone", "attempted")),
            "started_at": self._now_ms - 1_500_000,
            "saved_at": self._now_ms,
            "staff_id": self._chance.choice(self._staff),
            "since_last": self._chance.choice(("better", "same", "worse")),
            "promise": self._chance.choice((None, "下次帶血壓紀錄", "ring the daughter", None)),
            "next_visit_on": f"2026-12-{self._chance.randrange(1, 32):02d}",
            "next_visit_reason": self._chance.choice(("routine", "blood pressure", "換藥")),
            "note": self._chance.choice(("精神良好", "胃口一般,已提醒飲水", None, "已量血壓")),
        }

    def _answer(self) -> tuple[str, dict[str, object]]:
        return "answer", {
            "resident_id": self._chance.choice(self._residents),
            "visit_id": self._uuid7(),
            "question": self._chance.choice(_QUESTIONS),
            "value": self._chance.choice(("yes", "no", "sometimes", None)),
            "how": self._chance.choice(_STAYS_THE_SAME),
            "answered_at": self._now_ms,
        }

    def _task_act(self) -> tuple[str, dict[str, object]]:
        return "task_act", {
            "resident_id": self._chance.choice(self._residents),
            "act": self._chance.choice(("snooze", "reassign", "close", "call_staff")),
            "about": f"visit:{self._uuid7()}",
            "reason": self._chance.choice(("away", "done", "in hospital", None)),
            "until_on": f"2026-12-{self._chance.randrange(1, 32):02d}",
            "staff_id": self._chance.choice(self._staff),
            "acted_at": self._now_ms,
        }

    def _interval(self) -> tuple[str, dict[str, object]]:
        return "vehicle_interval", {
            "counter_id": self._instrument,
            "lane": self._chance.choice((1, 2)),
            "direction": self._chance.choice(("inbound", "outbound", "unknown")),
            "starts_at": self._now_ms // 900_000 * 900_000,
            "minutes": 15,
            "vehicles": self._chance.randrange(0, 90),
            "coverage": self._chance.choice((1.0, 1.0, 0.97)),
            "mean_speed_kmh": self._chance.randrange(200, 500) / 10,
            "p85_speed_kmh": self._chance.randrange(300, 650) / 10,
            "heavy": self._chance.randrange(0, 9),
        }

    def _resident(self) -> tuple[str, dict[str, object]]:
        family, given = self._chance.choice(_FAMILIES), self._chance.choice(_GIVEN)
        return "resident", {
            "name": {"family": family, "given": given, "romanised": "Chan Mei Ling"},
            "preferred_address": f"{family}{self._chance.choice(('婆婆', '伯伯', '太', '生'))}",
            "picture": self._chance.choice(_PICTURES),
            "language": self._chance.choice(("zh_HK", "zh_HK", "zh_CN", "en")),
            "birth_date": f"19{self._chance.randrange(30, 66)}",
            "sex": self._chance.choice(("female", "male", "other")),
            "village": self._chance.choice(_VILLAGES),
            "address": f"{self._chance.randrange(1, 90)}號地下",
            "phone": f"{self._chance.randrange(20_000_000, 99_999_999)}",
            "card_token": self._hex(32),
            "warnings": {"arm_not_to_use": self._chance.choice(("left", "right"))},
            "status": self._chance.choice(("active", "active", "moved", "died")),
        }

    def _phone(self) -> tuple[str, dict[str, object]]:
        number = f"{self._chance.randrange(20_000_000, 99_999_999)}"
        return "resident", self._chance.choice(
            [{"phone": number}, {"address": "12號二樓"}, {"status": "moved"}]
        )

    def _audit(self) -> tuple[str, dict[str, object]]:
        return "audit", {
            "at": self._now_ms,
            "staff_id": self._chance.choice(self._staff),
            "action": self._chance.choice(("sign_in", "sign_out", "opened_record", "exported")),
            "subject_type": "resident",
            "subject_id": self._chance.choice(self._residents),
            "detail": None,
        }

    def _consent(self) -> tuple[str, dict[str, object]]:
        return "consent", {
            "resident_id": self._chance.choice(self._residents),
            "notice": "purpose",
            "notice_version": "1",
            "decision": self._chance.choice(("agreed", "declined")),
            "decided_at": self._now_ms,
            "recorded_by": self._chance.choice(("resident", self._staff[0])),
        }

    def _hex(self, letters: int) -> str:
        return f"{self._chance.getrandbits(letters * 4):0{letters}x}"

    def _uuid(self) -> str:
        return self._dashed(self._hex(32))

    def _uuid7(self) -> str:
        at = self._now_ms - self._chance.randrange(0, 30_000_000_000)
        return self._dashed(f"{at:012x}7{self._hex(3)}{self._chance.choice('89ab')}{self._hex(15)}")

    @staticmethod
    def _dashed(text: str) -> str:
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def trained() -> bytes:
    """The dictionary; the same bytes each time, with one version of Zstandard."""
    chance = random.Random(_SEED)
    samples = []
    village = _Village(chance)
    for number in range(_PUSHES):
        if number % 50 == 0:
            village = _Village(chance)
        samples.append(village.push(chance.choice((1, 1, 1, 2, 3, 5, 8))))
    return zstandard.train_dictionary(_BYTES, samples, dict_id=_ID, level=19).as_bytes()


def measured() -> dict[str, dict[str, int]]:
    """Median bytes of other invented pushes of 1, 5 and 20 ops: as they are, and packed."""
    chance = random.Random(_MEASURED_SEED)
    found = {}
    for ops in (1, 5, 20):
        bodies = [_Village(chance).push(ops) for _ in range(200)]
        found[f"{ops} ops"] = {
            "plain": _median([len(body) for body in bodies]),
            **{
                name: _median([len(compression.pack(body, *how)) for body in bodies])
                for name, how in (
                    ("gzip", (compression.GZIP,)),
                    ("zstd", (compression.ZSTD,)),
                    ("zstd with dictionary", (compression.ZSTD, compression.DICTIONARY)),
                )
            },
        }
    return found


def _median(numbers: list[int]) -> int:
    return sorted(numbers)[len(numbers) // 2]


def main() -> int:
    """Write the dictionary, or measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    if parser.parse_args().measure:
        print(json.dumps(measured(), indent=1))
        return 0
    if DICTIONARY_FILE.exists():
        print(f"{DICTIONARY_FILE.name} is there already; a new one needs a new name")
        return 1
    DICTIONARY_FILE.parent.mkdir(exist_ok=True)
    DICTIONARY_FILE.write_bytes(trained())
    return 0


if __name__ == "__main__":
    sys.exit(main())
