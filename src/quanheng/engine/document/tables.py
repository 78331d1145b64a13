"""Tables that the scheme itself fills: indicators, standards, annexes."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from quanheng.engine.document import names
from quanheng.engine.document.attributes import digits_cell
from quanheng.engine.document.lines import NAME, Context, Piece
from quanheng.engine.document.model import Annex, Attributes, IndicatorRow, IndicatorTable, StandardEntry, StandardTable
from quanheng.engine.document.pipes import Row, is_row, rows
from quanheng.engine.document.rules import constant
from quanheng.engine.faults import InputRefused
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import SCORE, Unit

COLUMNS: Final = {
    "指标": "indicator", "满分": "full-mark", "权重": "weight", "计分": "scoring", "小数": "decimals", "来源": "source",
    "评分人": "raters", "目标": "goal",
}  # fmt: skip
_ENGLISH: Final = {en: zh for zh, en in COLUMNS.items()}
_SUMS: Final = ("合计", "总计", "小计", "总分", "total", "sum")
_MARKED: Final = ("评分", "rated")
_BRACKET: Final = re.compile(r"\s*\(")
_SUBJECT: Final = re.compile(rf"\s*(?:每|each\s+)\s*({NAME})\s*$", re.IGNORECASE)


def head(piece: Piece, start: int) -> tuple[t.Name, tuple[int, int] | None, int]:
    """Name, span inside the brackets (None without), and the offset behind the colon, of a table's first line."""
    folded = piece.folded
    name, end = names.declared(piece, start, len(folded))
    inside = None
    if bracket := _BRACKET.match(folded, end):
        closing = piece.closing(bracket.end() - 1)
        inside, end = (bracket.end(), closing), closing + 1
    colon = piece.skip(end)
    if folded[colon : colon + 1] != ":":
        raise piece.refused(
            "table-form", start, max(end, start + 1),
            f"“{name.text}”后面要有冒号。", f"“{name.text}” needs a colon.",
            "写成“指标表 名（每对象）：”“标准表 名（名目）：…”“数据表 名：…”。", "Write: table word, name, brackets, colon.",
        )  # fmt: skip
    return name, inside, colon + 1


def read_indicators(piece: Piece, context: Context, start: int) -> IndicatorTable:
    name, inside, behind = head(piece, start)
    subject = _SUBJECT.fullmatch(piece.folded, *inside) if inside else None
    if subject is None:
        raise piece.refused(
            "subject-missing", start, behind,
            f"指标表“{name.text}”没有写考核谁。", f"The indicator table “{name.text}” does not say whom it assesses.",
            f"写成“指标表 {name.text}（每名员工）：”。", "Write: indicators name (each table):",
        )  # fmt: skip
    _nothing_behind(piece, behind)
    found = rows(piece, context)
    if len(found) < 2:
        raise piece.refused(
            "table-empty", start, behind,
            f"指标表“{name.text}”下面没有指标。", f"The indicator table “{name.text}” has no rows.",
            "下一行写表头“| 指标 | 满分 | 计分 | 来源 | 评分人 |”，再一行一个指标。", "Write a head row, then one row for each indicator.",
        )  # fmt: skip
    columns = _columns(piece, context, found[0])
    read = [_indicator(piece, context, columns, row, name.text) for row in found[1:]]
    kept = tuple(row for row in read if row is not None)
    return IndicatorTable(piece.at, piece.lines, piece.article, name, piece.name(subject, 1), kept)


def _nothing_behind(piece: Piece, behind: int) -> None:
    line_end = piece.folded.find("\n", behind)
    first, last = piece.trim(behind, len(piece.folded) if line_end < 0 else line_end)
    if first < last:
        raise piece.refused(
            "table-form", first, last,
            "冒号后面不写别的，指标写在下面的表格里。", "Nothing follows the colon; the rows stand below.",
            "换行写“| 指标 | 满分 | …”。", "Begin a new line with “|”.",
        )  # fmt: skip


def _columns(piece: Piece, context: Context, row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, (start, end) in enumerate(row.cells):
        written = piece.folded[start:end]
        title = written if written in COLUMNS else _ENGLISH.get(written.lower())
        if title is None:
            near = difflib.get_close_matches(written, [*COLUMNS, *_ENGLISH], 1, 0.4)
            like = f"是不是“{near[0]}”？" if near else ""
            context.say_all(
                piece.refused(
                    "unknown-heading", start, max(end, start + 1),
                    f"指标表没有“{written}”这一栏。", f"An indicator table has no column “{written}”.",
                    f"{like}可写：{'、'.join(COLUMNS)}。", f"Allowed: {', '.join(COLUMNS.values())}.",
                ), piece.article,
            )  # fmt: skip
        elif title in columns:
            context.say_all(
                piece.refused("heading-twice", start, end, f"“{written}”这一栏写了两次。", f"“{written}” stands twice.", "删去一栏。"),
                piece.article,
            )
        else:
            columns[title] = index
    lacking = [title for title in ("指标", "计分") if title not in columns]
    if "满分" not in columns and "权重" not in columns:
        lacking.append("满分”或“权重")
    if lacking:
        raise piece.refused(
            "heading-missing", row.start, row.end,
            f"指标表缺少“{'”“'.join(lacking)}”一栏。", "The indicator table lacks a required column.",
            "例如：| 指标 | 满分 | 计分 | 来源 | 评分人 |", "For example: | indicator | full-mark | scoring | source | raters |",
        )  # fmt: skip
    if "满分" in columns and "权重" in columns:
        start, end = row.cells[columns["权重"]]
        raise piece.refused(
            "heading-clash", start, end,
            "“满分”和“权重”只能有一栏。", "A table has full marks or weights, not both.", "删去一栏。", "Remove one.",
        )  # fmt: skip
    return columns


def _indicator(piece: Piece, context: Context, columns: dict[str, int], row: Row, table: str) -> IndicatorRow | None:
    spans = {title: row.cells[index] for title, index in columns.items()}
    name_start, name_end = spans["指标"]
    try:
        if piece.folded[name_start:name_end] in _SUMS:
            raise piece.refused(
                "sum-row", row.start, row.end,
                "指标表里不写合计行，合计用规则算。", "A table of indicators has no sum row.",
                f"删去这一行，在下面写“= 合计({table})”。", "Remove the row and write a rule.",
            )  # fmt: skip
        name = names.whole(piece, name_start, name_end)
        context.broken.add(name.text)
        read = _cells(piece, context, spans, row, (name, table))
    except InputRefused as wrong:
        context.say_all(wrong, piece.article)
        return None
    context.broken.discard(name.text)
    return read


def _cells(
    piece: Piece, context: Context, spans: dict[str, tuple[int, int]], row: Row, called: tuple[t.Name, str]
) -> IndicatorRow:
    def text(title: str) -> str:
        start, end = spans.get(title, (0, 0))
        return piece.text[start:end]

    full = _full_mark(piece, context, *spans["满分"]) if "满分" in spans else None
    weight = _weight(piece, *spans["权重"]) if "权重" in spans else None
    start, end = spans["计分"]
    if start == end:
        raise piece.refused(
            "scoring-missing", row.start, row.end,
            f"“{called[0].text}”没有写怎样计分。", f"“{called[0].text}” does not say how it is scored.",
            "写式子；由评分人直接打分的写“评分”。", "Write a formula, or rated.",
        )  # fmt: skip
    scoring = None if piece.folded[start:end].lower() in _MARKED else piece.formula(context, start, end)
    raters = tuple(piece.text[a:b] for a, b in piece.parts(*spans["评分人"], ",、;")) if "评分人" in spans else ()
    if scoring is None and not raters:
        raise piece.refused(
            "rater-missing", start, end,
            f"“{called[0].text}”由谁评分没有写。", f"“{called[0].text}” does not say who gives the mark.",
            "在“评分人”一栏写上。", "Fill in the raters column.",
        )  # fmt: skip
    given = digits_cell(piece, context, *spans["小数"]) if "小数" in spans else Attributes(at=piece.place(row.start, row.end))
    unit = full.unit if full is not None else Unit(((SCORE, 1),), SCORE)
    factor = full.value / Fraction(full.figure) if full is not None and Fraction(full.figure) else Fraction(1)
    given = replace(given, unit=unit, factor=factor)
    at = piece.place(row.start, row.end)
    return IndicatorRow(at, called[0], full, weight, scoring, given, text("来源"), raters, text("目标"), called[1])


def _full_mark(piece: Piece, context: Context, start: int, end: int) -> t.Number:
    node = piece.formula(context, start, end) if start < end else None
    if not isinstance(node, t.Number) or node.value <= 0 or node.word == "%":
        raise piece.refused(
            "full-mark", start, max(end, start + 1),
            "“满分”要写一个大于 0 的数。", "A full mark is a number above 0.", "例如 40 或 40分。", "For example 40.",
        )  # fmt: skip
    return node if node.word else replace(node, unit=Unit(((SCORE, 1),), SCORE))


def _weight(piece: Piece, start: int, end: int) -> Fraction:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%", piece.folded[start:end])
    if found is None:
        raise piece.refused(
            "weight", start, max(end, start + 1),
            "“权重”要写百分数。", "A weight is a percentage.", "例如 30%。", "For example 30%.",
        )  # fmt: skip
    return Fraction(found[1]) / 100


def read_standard(piece: Piece, context: Context, start: int) -> StandardTable:
    name, inside, behind = head(piece, start)
    if inside is None:
        raise piece.refused(
            "standard-form", start, behind,
            f"标准表“{name.text}”没有写按什么查。", f"The standard table “{name.text}” does not name its keys.",
            f"写成“标准表 {name.text}（名目）：名 数；名 数”。", "Write: standards name (key): entry value; …",
        )  # fmt: skip
    keys = tuple(names.whole(piece, a, b) for a, b in piece.parts(*inside, "、,;"))
    end = len(piece.text.rstrip())
    end -= piece.text[:end].endswith("。")
    entries: list[StandardEntry] = []
    seen: set[tuple[str, ...]] = set()
    for first, last in _entry_spans(piece, context, behind, end, keys):
        try:
            entry = _entry(piece, context, first, last, len(keys))
            if entry.keys in seen:
                raise piece.refused(
                    "standard-twice", first, last,
                    f"“{' '.join(entry.keys)}”在表里有两行。", f"“{' '.join(entry.keys)}” stands twice.", "删去一行。", "Remove one.",
                )  # fmt: skip
            seen.add(entry.keys)
            entries.append(entry)
        except InputRefused as wrong:
            context.say_all(wrong, piece.article)
            seen.add(())
    if not entries and () not in seen:
        raise piece.refused(
            "table-empty", start, behind,
            f"标准表“{name.text}”没有内容。", f"The standard table “{name.text}” is empty.", "写成“名 数；名 数”。", "Write: entry value; …",
        )  # fmt: skip
    return StandardTable(piece.at, piece.lines, piece.article, name, keys, tuple(entries))


def _entry_spans(
    piece: Piece, context: Context, start: int, end: int, keys: tuple[t.Name, ...]
) -> list[tuple[int, int]]:
    """Entries between semicolons, or the rows of a pipe table whose columns are the keys and the value."""
    if not any(is_row(line) for line in piece.lines):
        return list(piece.parts(start, end, ";"))
    found = rows(piece, context)
    heads = [piece.text[a:b] for a, b in found[0].cells]
    if heads[:-1] != [key.text for key in keys]:
        raise piece.refused(
            "standard-heading", found[0].start, found[0].end,
            "表头应当先是括号里的名目，最后一栏是数。", "The head is the keys in their order, then the value.",
            f"例如：| {' | '.join(key.text for key in keys)} | 数 |", "Write the keys, then the value.",
        )  # fmt: skip
    return [(row.cells[0][0], row.cells[-1][1]) for row in found[1:]]


_KEY: Final = re.compile(r"“(?P<quoted>[^”\n]*)”|\"(?P<plain>[^\"\n]*)\"|(?P<bare>[^\s|“\"]+)")


def _entry(piece: Piece, context: Context, start: int, end: int, keys: int) -> StandardEntry:
    found: list[str] = []
    at = start
    for _ in range(keys):
        while at < end and (piece.folded[at].isspace() or piece.folded[at] == "|"):
            at += 1
        word = _KEY.match(piece.folded, at, end)
        if word is None:
            break
        found.append(piece.text[word.start(word.lastgroup or 0) : word.end(word.lastgroup or 0)])
        at = word.end()
    while at < end and (piece.folded[at].isspace() or piece.folded[at] == "|"):
        at += 1
    if len(found) < keys or at >= end:
        raise piece.refused(
            "standard-entry", start, end,
            f"“{piece.text[start:end]}”应当是 {keys} 个名目和一个数，中间空格。", f"Expected {keys} key(s) and a value, with spaces between.",
            "例如：市级 一等奖 30；市级 二等奖 20。", "For example: city first 30; city second 20.",
        )  # fmt: skip
    return StandardEntry(piece.place(start, end), tuple(found), constant(piece, context, at, end))


def read_annex(piece: Piece, context: Context, name: str) -> Annex:
    rows(piece, context)
    return Annex(piece.at, piece.lines, piece.article, name)
