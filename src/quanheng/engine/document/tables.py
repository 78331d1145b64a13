"""Tables that the scheme itself fills: indicators, standards, annexes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from quanheng.engine.document import names
from quanheng.engine.document.attributes import digits_cell
from quanheng.engine.document.lines import NAME, Context, Piece
from quanheng.engine.document.model import (
    Annex,
    Attributes,
    IndicatorRow,
    IndicatorTable,
    StandardEntry,
    StandardTable,
)
from quanheng.engine.document.pipes import Row, is_row, rows
from quanheng.engine.document.rules import constant
from quanheng.engine.faults import InputRefused, nearest
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import SCORE, Unit

COLUMNS: Final = {
    "指标": "indicator",
    "满分": "full-mark",
    "权重": "weight",
    "计分": "scoring",
    "小数": "decimals",
    "来源": "source",
    "评分人": "raters",
    "目标": "goal",
}
_ENGLISH: Final = {en: zh for zh, en in COLUMNS.items()}
_SUMS: Final = ("合计", "总计", "小计", "total", "sum")
_MARKED: Final = ("评分", "rated")
_SUBJECT: Final = re.compile(rf"\s*(?:每|each\s)\s*({NAME})\s*", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_KEY: Final = re.compile(r"“(?P<quoted>[^”\n]*)”|\"(?P<plain>[^\"\n]*)\"|(?P<bare>[^\s|“\"]+)")
_GAP: Final = re.compile(r"[\s|]*")
_POINTS: Final = Unit(((SCORE, 1),), SCORE)

Span = tuple[int, int]


def head(piece: Piece, start: int, word: str) -> tuple[t.Name, Span | None, int]:
    """Name, span inside the brackets (None without), and the offset behind the colon, of a table's first line."""
    folded = piece.folded
    name, end = names.declared(piece, start, len(folded))
    inside, colon = None, piece.skip(end)
    if folded[colon : colon + 1] == "(":
        closing = piece.closing(colon)
        inside, colon = (colon + 1, closing), piece.skip(closing + 1)
    if folded[colon : colon + 1] != ":":
        raise piece.refused("table-form", 0, end, word=word)
    return name, inside, colon + 1


def read_indicators(piece: Piece, context: Context, start: int) -> IndicatorTable:
    name, inside, behind = head(piece, start, "指标表")
    subject = _SUBJECT.fullmatch(piece.folded, *inside) if inside else None
    if subject is None:
        raise piece.refused("subject-missing/table", start, behind, name=name.text)
    line_end = piece.folded.find("\n", behind)
    tail = piece.trim(behind, len(piece.text) if line_end < 0 else line_end)
    if tail[0] < tail[1]:
        raise piece.refused("table-tail", *tail)
    found = rows(piece, context)
    if len(found) < 2:
        example = "| 指标 | 满分 | 计分 | 来源 | 评分人 |"
        example_en = "| indicator | full-mark | scoring | source | raters |"
        raise piece.refused("table-empty", start, behind, name=name.text, example_zh=example, example_en=example_en)
    columns = _columns(piece, context, found[0])
    read = [_indicator(piece, context, columns, row, name.text) for row in found[1:]]
    kept = tuple(row for row in read if row is not None)
    return IndicatorTable(piece.at, piece.lines, piece.article, name, piece.name(subject, 1), kept)


def _columns(piece: Piece, context: Context, row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, span in enumerate(row.cells):
        written = piece.folded[slice(*span)]
        title = written if written in COLUMNS else _ENGLISH.get(written.lower())
        if title is None:
            context.say_all(_unknown_heading(piece, span, written), piece.article)
            title = nearest(written, COLUMNS)  # read the table as it was probably meant
        elif title in columns:
            context.say_all(piece.refused("heading-twice", *span, text=written), piece.article)
        columns.setdefault(title, index)
    lacking = [title for title in ("指标", "计分") if title not in columns]
    if "满分" not in columns and "权重" not in columns:
        lacking.append("满分”或“权重")
    if lacking:
        raise piece.refused("heading-missing", row.start, row.end, text="”“".join(lacking))
    if "满分" in columns and "权重" in columns:
        raise piece.refused("heading-clash", *row.cells[columns["权重"]])
    return columns


def _unknown_heading(piece: Piece, span: Span, written: str) -> InputRefused:
    if near := nearest(written, [*COLUMNS, *_ENGLISH]):
        return piece.refused("unknown-heading/near", *span, text=written, near=near)
    return piece.refused("unknown-heading", *span, text=written, zh="、".join(COLUMNS), en=", ".join(COLUMNS.values()))


def _indicator(piece: Piece, context: Context, columns: dict[str, int], row: Row, table: str) -> IndicatorRow | None:
    spans = {title: row.cells[index] for title, index in columns.items()}
    written = piece.text[slice(*spans["指标"])]
    try:
        if written in _SUMS:
            raise piece.refused("sum-row", row.start, row.end, table=table)
        return _row(piece, context, spans, row, table)
    except InputRefused as wrong:
        context.say_all(wrong, piece.article)
        context.broken.add(written)
        return None


def _row(piece: Piece, context: Context, spans: Mapping[str, Span], row: Row, table: str) -> IndicatorRow:
    name = names.whole(piece, *spans["指标"])
    full = _full_mark(piece, context, *spans["满分"]) if "满分" in spans else None
    weight = _weight(piece, *spans["权重"]) if "权重" in spans else None
    scoring, marked = None, spans["计分"]
    if marked[0] == marked[1]:
        raise piece.refused("scoring-missing", row.start, row.end, name=name.text)
    if piece.folded[slice(*marked)].lower() not in _MARKED:
        scoring = piece.formula(context, *marked)
    raters = tuple(piece.text[a:b] for a, b in piece.parts(*spans.get("评分人", (0, 0)), ",、;"))
    if scoring is None and not raters:
        raise piece.refused("rater-missing", *marked, name=name.text)
    at = piece.place(row.start, row.end)
    given = digits_cell(piece, context, *spans["小数"]) if "小数" in spans else Attributes(at=at)
    if full is not None:
        given = replace(given, unit=full.unit, factor=full.value / Fraction(full.figure))
    else:
        given = replace(given, unit=_POINTS)
    source, goal = (piece.text[slice(*spans.get(title, (0, 0)))] for title in ("来源", "目标"))
    return IndicatorRow(at, name, full, weight, scoring, given, source, raters, goal, table)


def _full_mark(piece: Piece, context: Context, start: int, end: int) -> t.Number:
    node = piece.formula(context, start, end) if start < end else None
    if not isinstance(node, t.Number) or node.value <= 0 or node.word == "%":
        raise piece.refused("full-mark", start, end)
    return node if node.word else replace(node, unit=_POINTS)


def _weight(piece: Piece, start: int, end: int) -> Fraction:
    found = _WEIGHT.fullmatch(piece.folded, start, end)
    if found is None:
        raise piece.refused("weight", start, end)
    return Fraction(found[1]) / 100


def read_standard(piece: Piece, context: Context, start: int) -> StandardTable:
    name, inside, behind = head(piece, start, "标准表")
    keys = tuple(names.whole(piece, a, b) for a, b in piece.parts(*inside, "、,;")) if inside else ()
    if not keys:
        raise piece.refused("standard-form", start, behind, name=name.text)
    spans = _entry_spans(piece, context, behind, [key.text for key in keys])
    if not spans:
        words = {"example_zh": f"标准表 {name.text}（…）：名 数；名 数", "example_en": "entry value; entry value"}
        raise piece.refused("table-empty", start, behind, name=name.text, **words)
    entries: dict[tuple[str, ...], StandardEntry] = {}
    for first, last in spans:
        try:
            entry = _entry(piece, context, (first, last), len(keys))
            if entry.keys in entries:
                raise piece.refused("standard-twice", first, last, text=" ".join(entry.keys))
            entries[entry.keys] = entry
        except InputRefused as wrong:
            context.say_all(wrong, piece.article)
    return StandardTable(piece.at, piece.lines, piece.article, name, keys, tuple(entries.values()))


def _entry_spans(piece: Piece, context: Context, start: int, keys: list[str]) -> list[Span]:
    """Entries between semicolons, or the rows of a pipe table whose columns are the keys and the value."""
    if not any(is_row(line) for line in piece.lines):
        return list(piece.parts(start, piece.end(), ";"))
    first, *others = rows(piece, context)
    heads = [piece.text[a:b] for a, b in first.cells]
    if heads[:-1] != keys:
        raise piece.refused("standard-heading", first.start, first.end, keys=" | ".join(keys))
    return [(row.cells[0][0], row.cells[-1][1]) for row in others]


def _entry(piece: Piece, context: Context, span: Span, keys: int) -> StandardEntry:
    at, end = span
    found: list[str] = []
    while len(found) < keys and (word := _KEY.match(piece.folded, at, end)):
        found.append(piece.text[slice(*word.span(word.lastgroup or 0))])
        gap = _GAP.match(piece.folded, word.end(), end)
        at = gap.end() if gap else word.end()
    if len(found) < keys or at >= end:
        raise piece.refused("standard-entry", *span, text=piece.text[slice(*span)], keys=keys)
    return StandardEntry(piece.place(*span), tuple(found), constant(piece, context, at, end))


def read_annex(piece: Piece, context: Context, name: str) -> Annex:
    rows(piece, context)
    return Annex(piece.at, piece.lines, piece.article, name)
