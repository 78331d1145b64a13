"""What one cell of a table says: text as people type it → the exact value that a dataset carries, or what is wrong.

Nothing is guessed. A comma, a unit or a digit too many is quoted with what to write instead; a figure is never rounded
on its way in, and an empty cell never becomes a zero.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

from quanheng.engine.faults import nearest
from quanheng.engine.formula.units import unit_named
from quanheng.engine.plan.types import Kind, Num, Type
from quanheng.engine.run.expression import EPOCH
from quanheng.engine.values import Missing, decimal_text

Carried = int | str | bool | Missing  # numbers as value × 10**scale, days and months as counted in `plan.types`

REASONS: Final = {
    "未评": Missing.PENDING,
    "无数据": Missing.NOTHING,
    "不适用": Missing.EXEMPT,
    "免考": Missing.EXEMPT,
}
YES: Final = frozenset({"是", "有", "√", "✓", "Y", "YES", "TRUE", "1"})
NO: Final = frozenset({"否", "无", "×", "N", "NO", "FALSE", "0"})
LONGEST_NUMBER: Final = 60  # characters; nobody's figure is longer, and reading it would only cost time
YEARS: Final = range(1900, 2200)

PLAIN_SIGNS: Final = str.maketrans("０１２３４５６７８９．，－＋％／−", "0123456789.,-+%/-")
NUMBER: Final = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?(%?)")
WITH_COMMAS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?%?")
SCIENTIFIC: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
WITH_WORD: Final = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*([^0-9\s]{1,6})")
DAYS: Final = tuple(
    re.compile(form)
    for form in (
        r"(\d{4})-(\d{1,2})-(\d{1,2})",
        r"(\d{4})/(\d{1,2})/(\d{1,2})",
        r"(\d{4})\.(\d{1,2})\.(\d{1,2})",
        r"(\d{4})年(\d{1,2})月(\d{1,2})日",
        r"(\d{4})(\d{2})(\d{2})",
    )
)
MONTHS: Final = tuple(
    re.compile(form)
    for form in (
        r"(\d{4})-(\d{1,2})(?:-0?1)?",  # a workbook turns 2026-11 into the first of November by itself
        r"(\d{4})/(\d{1,2})(?:/0?1)?",
        r"(\d{4})年(\d{1,2})月(?:0?1日)?",
        r"(\d{4})(\d{2})",
    )
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell, without its place."""

    code: str
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""


Read = Callable[[str], Carried | Problem]


def cell_reader(kind: Type, *, is_mark: bool = False) -> Callable[[str | None], Carried | Problem]:
    """How to read the cells of a column. `is_mark`: given by raters, so an empty cell is an open duty (未评)."""
    read = _reader(kind)
    empty: Carried | Problem = Missing.PENDING if is_mark else Missing.NOTHING
    if not kind.optional:
        empty = Problem(
            "cell-empty",
            "这一格没有填，这一列每行都要填。",
            "The cell is empty; this column needs a value in every row.",
            "补上；确实可以没有的，在办法的数据表里给这一列写“可缺”。",
            "Fill it in; if a value may be absent, declare the column 可缺 in the scheme.",
        )

    def cell(content: str | None) -> Carried | Problem:
        text = content.strip() if content else ""
        if not text:
            return empty
        if text in REASONS and not (kind.choices and text in kind.choices):
            return REASONS[text] if kind.optional else _not_optional(text)
        return read(text)

    return cell


def _not_optional(text: str) -> Problem:
    return Problem(
        "missing-not-allowed",
        f"这一列不能缺，不能填“{text}”。",
        f"This column cannot be missing; {text} is not allowed.",
        "填上实际的值；确实可以没有的，在办法的数据表里给这一列写“可缺”。",
        "Enter the value; if it may be absent, declare the column 可缺 in the scheme.",
    )


def _reader(kind: Type) -> Read:
    match kind.kind:
        case Kind.NUMBER:
            assert kind.num is not None and not kind.num.is_ratio, "an entered number has a known number of decimals"
            return _number_reader(kind, kind.num)
        case Kind.YESNO:
            return _yesno
        case Kind.DAY:
            return _day
        case Kind.MONTH:
            return _month
        case Kind.TEXT:
            return _choice_reader(kind.choices) if kind.choices else clean_text


# -------------------------------------------------------------------------------------------------------------- numbers


def _number_reader(kind: Type, num: Num) -> Read:
    percent = kind.unit.written == "%"
    kept = num.scale - 2 if percent else num.scale  # printed decimals
    assert kept >= 0, "a percentage keeps at least its whole percents"
    lo, hi = ceil(num.lo * 10**num.scale), floor(num.hi * 10**num.scale)
    unit = kind.unit.written
    powers: list[int] = [10**places for places in range(kept + 1)]

    def number(text: str) -> Carried | Problem:
        # Nearly every cell is plain digits; `careful` says the same of these, only slower.
        whole, dot, decimals = text.partition(".")
        if len(text) < 20 and text.isascii() and whole.isdigit() and (decimals.isdigit() if dot else True):
            if len(decimals) <= kept:
                carried = int(whole + decimals) * powers[kept - len(decimals)]
                if lo <= carried <= hi:
                    return carried
        return careful(text)

    def careful(text: str) -> Carried | Problem:
        plain = text.translate(PLAIN_SIGNS)
        found = NUMBER.fullmatch(plain)
        if found is None or len(plain) > LONGEST_NUMBER:
            return _no_number(text, plain, unit)
        sign, whole, decimals, sign_percent = found.groups()
        if sign_percent and not percent:
            return _no_percent(plain)
        decimals = (decimals or "").rstrip("0")
        if len(decimals) > kept:
            return _too_fine(text, len(decimals), kept)
        carried = int(sign + whole + decimals) * powers[kept - len(decimals)]
        return carried if lo <= carried <= hi else _out_of_range(text, kind, num)

    return number


def _no_number(text: str, plain: str, unit: str) -> Problem:
    if len(plain) > LONGEST_NUMBER:
        return Problem(
            "number-too-long",
            f"“{_short(text)}”有 {len(text)} 个字，不像一个数。",
            f"“{_short(text)}” has {len(text)} characters and does not look like a number.",
            "核对是不是粘贴错了格。",
            "Check whether something was pasted into the wrong cell.",
        )
    if WITH_COMMAS.fullmatch(plain):
        return Problem(
            "thousands-comma",
            f"“{text}”里有千分位逗号。",
            f"“{text}” has a thousands comma.",
            f"写成 {plain.replace(',', '')}。",
            f"Write {plain.replace(',', '')}.",
        )
    if SCIENTIFIC.fullmatch(plain):
        return Problem(
            "scientific-notation",
            f"“{text}”是科学计数法，可能已经丢了位数。",
            f"“{text}” is in scientific notation; digits may already be lost.",
            "把单元格改成数值格式，按原数重填。",
            "Format the cell as a number and enter the figure again.",
        )
    worded = WITH_WORD.fullmatch(plain)
    if worded and (worded[2] == unit or unit_named(worded[2]) is not None):
        return _unit_in_cell(text, worded[1], worded[2], unit)
    return Problem(
        "not-a-number",
        f"“{_short(text)}”不是数。",
        f"“{_short(text)}” is not a number.",
        "只填数字，例如 85 或 85.5。" + _reasons_hint(),
        "Enter digits only, for example 85 or 85.5.",
    )


def _reasons_hint() -> str:
    return "没有的，可缺的列填“未评”“无数据”或“不适用”。"


def _unit_in_cell(text: str, figure: str, word: str, unit: str) -> Problem:
    if word == unit:
        return Problem(
            "unit-in-cell",
            f"“{text}”带了单位。",
            f"“{text}” carries its unit.",
            f"只填 {figure}，单位写在列名后面的括号里。",
            f"Enter {figure} only; the unit stands in the heading, in brackets.",
        )
    wanted_zh, wanted_en = (
        (f"这一列的单位是{unit}", f"this column is in {unit}") if unit else ("这一列没有单位", "this column has none")
    )
    return Problem(
        "unit-in-cell",
        f"“{text}”带了单位“{word}”，{wanted_zh}。",
        f"“{text}” carries the unit {word}; {wanted_en}.",
        "换算好，只填数字。",
        "Convert it and enter digits only.",
    )


def _no_percent(plain: str) -> Problem:
    value = Fraction(plain[:-1]) / 100
    return Problem(
        "percent-in-cell",
        f"“{plain}”带百分号，这一列不是百分数。",
        f"“{plain}” has a percent sign; this column is not a percentage.",
        f"如果就是这个意思，写成 {decimal_text(value)}；不然核对是不是填错了列。",
        f"If this is meant, write {decimal_text(value)}; otherwise check whether it is the wrong column.",
    )


def _too_fine(text: str, given: int, kept: int) -> Problem:
    return Problem(
        "digits-would-be-lost",
        f"“{text}”有 {given} 位小数，这一列" + (f"最多 {kept} 位" if kept else "只收整数") + "，会丢失位数。",
        f"“{text}” has {given} decimals, this column at most {kept}: digits would be lost.",
        "先按规定舍入再填；或在办法的数据表里给这一列多写几位小数。",
        "Round it first as the regulation says, or declare more decimals for the column.",
    )


def _out_of_range(text: str, kind: Type, num: Num) -> Problem:
    if kind.unit.written == "%":
        lo, hi = f"{decimal_text(num.lo * 100)}%", f"{decimal_text(num.hi * 100)}%"
    else:
        lo, hi = decimal_text(num.lo), f"{decimal_text(num.hi)} {kind.unit.written}".rstrip()
    return Problem(
        "out-of-range",
        f"“{text}”超出范围，应为 {lo}～{hi}。",
        f"“{text}” is out of range; it must lie between {lo} and {hi}.",
        "核对这个数；范围写在办法的数据表里。",
        "Check the figure; the range is declared in the scheme's data table.",
    )


# ------------------------------------------------------------------------------------------------- yes/no and calendar


def _yesno(text: str) -> Carried | Problem:
    word = unicodedata.normalize("NFKC", text).upper()
    if word in YES:
        return True
    if word in NO:
        return False
    return Problem(
        "not-yes-or-no",
        f"“{_short(text)}”不是“是”或“否”。",
        f"“{_short(text)}” is neither yes nor no.",
        "填“是”或“否”；也可以填 有/无、√/×、Y/N、1/0。",
        "Enter 是 or 否; 有/无, √/×, Y/N and 1/0 are understood too.",
    )


def _day(text: str) -> Carried | Problem:
    plain = text.translate(PLAIN_SIGNS)
    for form in DAYS:
        if found := form.fullmatch(plain):
            year, month, day = (int(part) for part in found.groups())
            if year not in YEARS:
                return _far_off(text)
            if not (1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
                return Problem(
                    "no-such-day",
                    f"没有“{text}”这一天。",
                    f"There is no such day as “{text}”.",
                    "核对年、月、日。",
                    "Check year, month and day.",
                )
            return (datetime.date(year, month, day) - EPOCH).days
    return Problem(
        "not-a-day",
        f"“{_short(text)}”不是日期。",
        f"“{_short(text)}” is not a day.",
        "写成 2026-11-24、2026/11/24、2026年11月24日 或 20261124。",
        "Write 2026-11-24, 2026/11/24, 2026年11月24日 or 20261124.",
    )


def _month(text: str) -> Carried | Problem:
    plain = text.translate(PLAIN_SIGNS)
    for form in MONTHS:
        if found := form.fullmatch(plain):
            year, month = (int(part) for part in found.groups())
            if year not in YEARS:
                return _far_off(text)
            if 1 <= month <= 12:
                return year * 12 + month - 1
    return Problem(
        "not-a-month",
        f"“{_short(text)}”不是月份。",
        f"“{_short(text)}” is not a month.",
        "写成 2026-11、2026/11、2026年11月 或 202611。",
        "Write 2026-11, 2026/11, 2026年11月 or 202611.",
    )


def _far_off(text: str) -> Problem:
    return Problem(
        "year-far-off",
        f"“{text}”的年份不在 {YEARS[0]} 到 {YEARS[-1]} 之间。",
        f"The year of “{text}” is not between {YEARS[0]} and {YEARS[-1]}.",
        "核对年份，写四位数。",
        "Check the year and write four digits.",
    )


def _days_in(year: int, month: int) -> int:
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - datetime.date(year, month, 1)).days


# --------------------------------------------------------------------------------------------------------------- texts


def clean_text(text: str) -> str | Problem:
    """Text in the one spelling Unicode has for it. A character nobody can see would make two names out of one."""
    if not text.isprintable():
        for character in text:
            if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
                return Problem(
                    "control-character",
                    f"“{_short(text)}”里有看不见的字符（U+{ord(character):04X}）。",
                    f"“{_short(text)}” contains an invisible character (U+{ord(character):04X}).",
                    "删掉这一格，重新输入；不要换行。",
                    "Clear the cell and type it again, without line breaks.",
                )
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _choice_reader(choices: tuple[str, ...]) -> Read:
    known = frozenset(choices)

    def choice(text: str) -> Carried | Problem:
        cleaned = clean_text(text)
        if isinstance(cleaned, Problem) or cleaned in known:
            return cleaned
        near = nearest(cleaned, choices)
        listed = "、".join(choices[:12]) + ("……" if len(choices) > 12 else "")
        return Problem(
            "not-in-list",
            f"“{_short(text)}”不在可选的内容里。",
            f"“{_short(text)}” is not one of the choices.",
            (f"是不是“{near}”？" if near else "") + f"可以填：{listed}。",
            (f"Did you mean {near}? " if near else "") + f"Choices: {listed}.",
        )

    return choice


def _short(text: str) -> str:
    """What a message quotes of a cell: on one line, and not a page of it."""
    shown = "".join(character if character.isprintable() else "�" for character in text[:40])
    return shown + ("……" if len(text) > 40 else "")
