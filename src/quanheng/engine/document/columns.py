"""One column of a data table: `分值 0～100 分 1 位小数 可缺（监票人）`."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal

from quanheng.engine.document import names
from quanheng.engine.document.attributes import FIGURE, MOST_DIGITS
from quanheng.engine.document.lines import NAME, Context, Piece
from quanheng.engine.document.model import DataColumn
from quanheng.engine.faults import InputRefused, nearest
from quanheng.engine.formula.units import COUNTS, MULTIPLES, PLAIN, PURE, SCORE, Unit, unit_named

_COLUMN: Final = re.compile(rf"(?P<name>{NAME})\s+(?=\S)")
_NUMBER: Final = re.compile(
    rf"(?P<lo>{FIGURE})(?:\s*(?P<u1>%|[^\W\d]{{1,4}}?))?\s*(?:~|至|to\b)\s*(?P<hi>{FIGURE})(?:\s*(?P<u2>%|[^\W\d]+))?"
    r"(?:\s*(?P<n>\d+)\s*(?:位小数|位|decimals?))?"
)
_OTHER_RANGE: Final = re.compile(rf"{FIGURE}(?:\s*\S{{1,3}})?\s*(?:[-—–]+|\.\.)\s*{FIGURE}.*")
_COMMA: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_SIMPLE: Final[dict[str, Literal["yesno", "text", "day", "month"]]] = {
    "是否": "yesno",
    "文字": "text",
    "日期": "day",
    "月份": "month",
    "yes-no": "yesno",
    "text": "text",
    "date": "day",
    "month": "month",
}
_LINK: Final = re.compile(rf"(?:属于|belongs-to)\s+({NAME})")
_FLAGS: Final = {"可缺": "optional", "optional": "optional", "不重复": "unique", "unique": "unique"}
_WORDS: Final = ("是否", "文字", "日期", "月份", "属于", "文字 不重复")


def column(piece: Piece, context: Context, start: int, end: int) -> DataColumn:
    """Read the span: name, content, `可缺` or `不重复`, and the source in brackets."""
    begun = _COLUMN.match(piece.folded, start, end)
    if begun is None:
        names.whole(piece, start, end)  # says what is wrong with the name, if that is it
        raise piece.refused("content-missing", start, end, text=piece.text[start:end])
    names.check(piece, *begun.span("name"))
    stop, source = end, ""
    if piece.folded[end - 1] == ")" and (opening := piece.folded.rfind("(", begun.end(), end)) >= 0:
        source, stop = piece.text[slice(*piece.trim(opening + 1, end - 1))], opening
    first, last = piece.trim(begun.end(), stop)
    if first >= last:
        raise piece.refused("content-missing", start, end, text=piece.text[start:end])
    last, flags = _flags(piece, first, last)
    empty = DataColumn(piece.place(start, end), piece.name(begun, "name"), "text", source)
    return replace(_content(piece, context, empty, (first, last)), optional="optional" in flags, unique="unique" in flags)


def _flags(piece: Piece, start: int, end: int) -> tuple[int, frozenset[str]]:
    """Where the content ends before its closing words 可缺, 不重复, and which of them stand there."""
    flags: set[str] = set()
    while True:
        _, end = piece.trim(start, end)
        word = next((word for word in _FLAGS if piece.folded.endswith(word, start, end) and end - len(word) > start), "")
        if not word:
            return end, frozenset(flags)
        flags.add(_FLAGS[word])
        end -= len(word)


def _content(piece: Piece, context: Context, empty: DataColumn, span: tuple[int, int]) -> DataColumn:
    text = piece.folded[slice(*span)]
    if kind := _SIMPLE.get(text):
        return replace(empty, kind=kind)
    if link := _LINK.fullmatch(piece.folded, *span):
        return replace(empty, kind="link", target=piece.name(link, 1))
    if number := _NUMBER.fullmatch(piece.folded, *span):
        return _number(piece, context, empty, number)
    if "/" in text or "<" in text:
        return _choices(piece, empty, span)
    raise _unknown(piece, span)


def _number(piece: Piece, context: Context, empty: DataColumn, found: re.Match[str]) -> DataColumn:
    unit, factor = _unit(piece, context, found)
    lo, hi, decimals = Fraction(found["lo"]), Fraction(found["hi"]), int(found["n"] or 0)
    if lo > hi:
        raise piece.refused("range-backwards", *found.span())
    if decimals > MOST_DIGITS:
        raise piece.refused("digits-out-of-range", *found.span("n"), most=MOST_DIGITS)
    places = max(len(figure.partition(".")[2]) for figure in (found["lo"], found["hi"]))
    if places > decimals:
        raise piece.refused("range-decimals", *found.span(), places=places, decimals=decimals)
    if unit.written == "%":
        lo, hi = lo / 100, hi / 100
    return replace(empty, kind="number", unit=unit, factor=factor, lo=lo, hi=hi, decimals=decimals)


def _unit(piece: Piece, context: Context, found: re.Match[str]) -> tuple[Unit, Fraction]:
    if found["u1"] and found["u2"] and found["u1"] != found["u2"]:
        raise piece.refused("range-unit", *found.span())
    group = "u2" if found["u2"] else "u1"
    word = found[group]
    if not word:
        return PURE, Fraction(1)
    if named := unit_named(word, context.units):
        return named
    if near := nearest(word, [SCORE, *COUNTS, *MULTIPLES, *PLAIN, *context.units]):
        raise piece.refused("unknown-unit/near", *found.span(group), text=word, near=near)
    raise piece.refused("unknown-unit", *found.span(group), text=word)


def _choices(piece: Piece, empty: DataColumn, span: tuple[int, int]) -> DataColumn:
    text = piece.folded[slice(*span)]
    ordered = "<" in text
    if ordered and "/" in text:
        raise piece.refused("choices-form/mixed", *span)
    choices = tuple(piece.text[a:b].strip('“”"') for a, b in piece.parts(*span, "<" if ordered else "/"))
    if len(choices) < 2 or len(set(choices)) < len(choices) or "" in choices:
        raise piece.refused("choices-form", *span)
    return replace(empty, kind="choice", choices=choices, ordered=ordered)


def _unknown(piece: Piece, span: tuple[int, int]) -> InputRefused:
    text = piece.text[slice(*span)]
    if comma := _COMMA.search(piece.folded, *span):
        at = comma.span()
        return piece.refused("thousands-comma", *at, text=piece.text[slice(*at)], plain=comma[0].replace(",", ""))
    if _OTHER_RANGE.fullmatch(piece.folded, *span):
        return piece.refused("unknown-content/range", *span, text=text)
    if unit_named(text):
        return piece.refused("unknown-content/unit", *span, text=text)
    if near := nearest(text, _WORDS):
        return piece.refused("unknown-content/near", *span, text=text, near=near)
    return piece.refused("unknown-content", *span, text=text)
