"""Every text of the window exists in three languages, and the table is sound."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.ui.window import ASSETS, UI

TOOL = ASSETS.parent / "tools" / "translations.py"
HAN = re.compile(r"[\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Written in itself whatever the language is.
NAMES_OF_LANGUAGES = "LanguagePicker.qml"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations_under_test", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_window_is_complete_in_three_languages(tool: ModuleType) -> None:
    assert tool.faults() == []


@pytest.mark.parametrize("row", ["Back\t返回", "Back\t返回\t", "\t返回\t返回", "Back\t\t返回"])
def test_a_line_with_a_hole_is_named(tool: ModuleType, tmp_path: Path, row: str) -> None:
    table = tmp_path / "words.tsv"
    table.write_text(f"OK\t確定\t确定\n{row}\n", "utf-8")
    with pytest.raises(tool.TableBroken, match="line 2"):
        tool.read_table(table)


def test_one_english_text_has_one_translation(tool: ModuleType, tmp_path: Path) -> None:
    table = tmp_path / "words.tsv"
    table.write_text("OK\t確定\t确定\nOK\t確定\t确定\nOK\t好\t好\n", "utf-8")
    with pytest.raises(tool.TableBroken, match="line 3"):
        tool.read_table(table)


def test_a_line_break_is_written_as_backslash_n(tool: ModuleType, tmp_path: Path) -> None:
    table = tmp_path / "words.tsv"
    table.write_text("One\\ntwo\t一\\n二\t一\\n二\n", "utf-8")
    assert tool.read_table(table)["One\ntwo"].zh_hk == "一\n二"


def test_no_chinese_is_written_in_a_page(tool: ModuleType) -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted(UI.rglob("*.qml"))
        if path.name != NAMES_OF_LANGUAGES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if HAN.search(line)
    ]
    assert found == []


def test_no_page_listens_to_clicked() -> None:
    """`activated` is the one that is guarded against a second touch."""
    found = [
        f"{path.name}:{number}"
        for path in sorted((UI / "Kiosk" / "pages").glob("*.qml"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if "onClicked" in line
    ]
    assert found == []


@pytest.mark.parametrize("word", ["老人", "您", "復診", "高血壓", "網路", "登陸", "衛生"])
def test_hong_kong_words_are_used(tool: ModuleType, word: str) -> None:
    used = [words.zh_hk for words in tool.read_table().values() if word in words.zh_hk]
    assert used == []


def test_simplified_and_traditional_are_not_mixed(tool: ModuleType) -> None:
    """Characters that exist in only one of the two code tables give a mix-up away."""
    for words in tool.read_table().values():
        "".join(HAN.findall(words.zh_cn)).encode("gb2312")
        "".join(HAN.findall(words.zh_hk)).encode("big5hkscs")


def test_the_shipped_font_writes_every_word(tool: ModuleType) -> None:
    from fontTools.ttLib import TTFont

    for weight in ("Regular", "Bold"):
        with TTFont(ASSETS / "fonts" / f"NotoSansCJKhk-{weight}.otf", lazy=True) as font:
            known = set(font.getBestCmap())
        text = "".join(
            words.of(language)
            for words in tool.read_table().values()
            for language in tool.LANGUAGES
        )
        assert {c for c in text if c != "\n" and ord(c) not in known} == set()
