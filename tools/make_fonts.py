"""Make assets/fonts: Noto Sans CJK HK cut down to what the kiosk writes.

Characters: Big5 with HKSCS, GB 2312, Latin, punctuation and full-width forms, about 21,000. The
source is Debian's fonts-noto-cjk (a TrueType collection); every build from the same package gives
the same bytes. Usage: python tools/make_fonts.py [--source DIR]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SOURCE = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).resolve().parents[1] / "assets" / "fonts"
FAMILY = "Noto Sans CJK HK"
WEIGHTS = ("Regular", "Bold")
RANGES = (
    (0x20, 0x17F),  # Latin
    (0x2000, 0x206F),  # punctuation
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x21FF),  # letter-like signs, arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2460, 0x24FF),  # enclosed figures
    (0x25A0, 0x25FF),  # shapes
    (0x3000, 0x303F),  # CJK punctuation
    (0xFF00, 0xFFEE),  # full-width forms
)
FEATURES = ("kern", "locl", "ccmp", "liga", "mark", "mkmk", "tnum", "palt")


def decodable(encoding: str, lead: range, trail: range) -> set[str]:
    found: set[str] = set()
    for first in lead:
        for second in trail:
            try:
                found.update(bytes((first, second)).decode(encoding))
            except UnicodeDecodeError:
                continue  # a hole in the code table
    return found


def characters() -> list[int]:
    wanted = decodable("big5hkscs", range(0x81, 0xFF), range(0x40, 0xFF))
    wanted |= decodable("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))
    wanted |= {chr(code) for low, high in RANGES for code in range(low, high + 1)}
    return sorted(ord(character) for character in wanted)


def cut(source: Path, target: Path, unicodes: list[int]) -> None:
    collection = TTCollection(str(source), lazy=True)
    font = next(font for font in collection.fonts if font["name"].getDebugName(1) == FAMILY)
    options = subset.Options(
        layout_features=list(FEATURES), name_IDs=["*"], notdef_outline=True, hinting=False
    )
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=unicodes)
    cutter.subset(font)
    font.save(str(target))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, default=SOURCE)
    source = parser.parse_args().source
    TARGET.mkdir(parents=True, exist_ok=True)
    unicodes = characters()
    for weight in WEIGHTS:
        target = TARGET / f"NotoSansCJKhk-{weight}.otf"
        cut(source / f"NotoSansCJK-{weight}.ttc", target, unicodes)
        print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
