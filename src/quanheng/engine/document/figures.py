"""The figures of a regulation's text, however they are written: 500, 0.1, 20%, 百分之二十, 10 万, 十万, 两个, 三分之二.

Text is read generously when a rule looks for its figure there, and strictly when the text asks for its rule: `certain`
is set only for figures in digits that are no year, no date, no document number and no number of an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from quanheng.engine.formula.lexer import fold

_CHINESE: Final = "零〇一二两三四五六七八九十百千万亿半"
_DIGIT: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALE: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10_000, "亿": 100_000_000}
_TIMES: Final = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千万": 10_000_000}
_PER: Final = {"百": 100, "千": 1_000, "万": 10_000}

_FIGURE: Final = re.compile(
    rf"""
      (?P<mark>\A\s*(?:\([{_CHINESE}\d]+\) | \d{{1,3}}[.、](?!\d) | [{_CHINESE}]+、) | [①-⑳])
    | (?P<kilo>千(?=[克米瓦卡]))
    | (?P<date>\d{{4}}-\d{{1,2}}-\d{{1,2}} | \d{{4}}\s*年度? (?:\s*\d{{1,2}}\s*月 (?:\s*\d{{1,2}}\s*日)? )? | \d{{1,2}}\s*月\s*\d{{1,2}}\s*日
         | (?:19|20)\d\d(?=\s*(?:学年|年度|级)) | \d{{1,2}}:\d\d)
    | (?P<document>[〔\[(]\s*\d{{4}}\s*[〕\])]\s*第?\s*\d*\s*号? | \d+\s*号)
    | (?P<ordinal>第\s*(?:\d+|[{_CHINESE}]+)\s*(?:[条章节款项目号名次期步位]|[^\W\d]) | (?:附件|附表|表|图)\s*\d+)
    | (?P<per>[百千万])分之(?P<part>\d+(?:\.\d+)?|[{_CHINESE}]+(?:点[{_CHINESE}]+)?)
    | (?P<below>[{_CHINESE}]+|\d+)分之(?P<above>[{_CHINESE}]+|\d+)
    | (?P<percent>\d+(?:\.\d+)?)\s*%
    | (?P<points>\d+(?:\.\d+)?)\s*个?百分点
    | (?P<digits>\d+(?:\.\d+)?)\s*(?P<times>百万|千万|[百千万亿](?!分之|[克米瓦卡]))?
    | (?P<chinese>[{_CHINESE}]+(?:点[{_CHINESE}]+)?)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its span. `certain`: surely a quantity."""

    value: Fraction
    start: int
    end: int
    certain: bool


def figures(text: str) -> Iterator[Figure]:
    """All figures of a text, in its order.

    >>> [str(figure.value) for figure in figures("每超过 500 人加两分，10 万元以上占百分之二十，到会三分之二")]
    ['500', '2', '100000', '1/5', '3', '2', '2/3']
    """
    for found in _FIGURE.finditer(fold(text)):
        if found.lastgroup == "above":  # a rule may write 三分之二 as × 3 >= … × 2
            for group in ("below", "above"):
                if (part := _number(found[group])) is not None:
                    yield Figure(part, *found.span(group), certain=False)
        value = _value(found)
        if value is not None:
            certain = found.lastgroup in ("percent", "digits", "times", "points") or found["per"] is not None
            yield Figure(value, found.start(), found.end(), certain)


def _value(found: re.Match[str]) -> Fraction | None:
    match found.lastgroup:
        case "date" | "document" | "mark" | "kilo":
            return None
        case "ordinal":
            inner = re.search(rf"\d+|[{_CHINESE}]+", found["ordinal"])
            return _number(inner[0]) if inner else None
        case "part":
            part = _number(found["part"])
            return None if part is None else part / _PER[found["per"]]
        case "above":
            below, above = _number(found["below"]), _number(found["above"])
            return above / below if below and above is not None else None
        case "percent":
            return Fraction(found["percent"]) / 100
        case "points":
            return Fraction(found["points"]) / 100
        case "chinese":
            return _number(found["chinese"])
    return Fraction(found["digits"]) * _TIMES.get(found["times"] or "", 1)


def _number(written: str) -> Fraction | None:
    return Fraction(written) if written[0].isdigit() else chinese_number(written)


def chinese_number(written: str) -> Fraction | None:
    """The number a run of Chinese numerals says; None when it says none.

    >>> [str(chinese_number(each)) for each in ("十", "二十五", "一百零三", "十万", "两", "半", "一点五", "二〇二六")]
    ['10', '25', '103', '100000', '2', '1/2', '3/2', '2026']
    """
    whole, point, rest = written.partition("点")
    if point:
        before, after = chinese_number(whole), _sequence(rest)
        return None if before is None or after is None else before + Fraction(after, 10 ** len(rest))
    if written == "半":
        return Fraction(1, 2)
    if len(written) > 1 and (digits := _sequence(written)) is not None:
        return Fraction(digits)
    return _scaled(written)


def _sequence(written: str) -> int | None:
    """Digits one by one: 二〇二六."""
    if not written or any(sign not in _DIGIT for sign in written):
        return None
    return int("".join(str(_DIGIT[sign]) for sign in written))


def _scaled(written: str) -> Fraction | None:
    total = section = digit = 0
    for sign in written:
        if sign in _DIGIT:
            digit = _DIGIT[sign]
        elif sign in _SCALE:
            section, digit = section + (digit or 1) * _SCALE[sign], 0
        elif sign in _LARGE:
            total, section, digit = (total + section + (digit or (0 if section or total else 1))) * _LARGE[sign], 0, 0
        else:
            return None
    return Fraction(total + section + digit)
