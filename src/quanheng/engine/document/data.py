"""Tables that are filled in from outside: their keys and limits, and who supplies each column."""

from __future__ import annotations

import re
from typing import Final

from quanheng.engine.document import names
from quanheng.engine.document.columns import column
from quanheng.engine.document.lines import NAME, Context, Piece
from quanheng.engine.document.model import DataColumn, DataTable, RowLimit
from quanheng.engine.document.tables import head
from quanheng.engine.faults import InputRefused
from quanheng.engine.formula import tree as t

_LIMIT: Final = re.compile(
    rf"(?:(?:每|each\s+)(?P<subject>{NAME})\s+)?"
    r"(?P<limits>(?:(?:至多|至少|most|least)\s*\d+\s*(?:行|条|个|名|人|次|张|项|份|rows?)(?:\s*[、,])?\s*)+)"
)
_ONE_LIMIT: Final = re.compile(r"(至多|至少|most|least)\s*(\d+)")
_RUN: Final = re.compile(r"(?:来自\s*办法|from\s+scheme)\s+(?P<id>\w[\w.-]*)")
_TIMES: Final = "×*✕"
_NAME: Final = re.compile(NAME)
_DOCUMENT: Final = frozenset({"文件", "文号", "document"})
_BODY: Final = frozenset({"机关", "body"})


def read(piece: Piece, context: Context, start: int, *, decided: bool) -> DataTable:
    word = "外定表" if decided else "数据表"
    name, inside, behind = head(piece, start, word)
    key: tuple[t.Name, ...] = ()
    limits: list[RowLimit] = []
    single, run_of = False, ""
    for first, last in piece.parts(*inside, ";,") if inside else ():
        text = piece.folded[first:last]
        if text in ("一行", "single"):
            single = True
        elif run := _RUN.fullmatch(text):
            run_of = run["id"]
        elif limit := _LIMIT.fullmatch(piece.folded, first, last):
            limits.append(_limit(piece, limit))
        elif any(sign in text for sign in _TIMES) and not key:
            key = tuple(names.whole(piece, a, b) for a, b in piece.parts(first, last, _TIMES))
        else:
            raise piece.refused("table-bracket", first, last, text=piece.text[first:last])
    if single and (key or limits):
        raise piece.refused("table-single", start, behind)
    columns = _columns(piece, context, behind)
    if columns is None and not key:
        words = {
            "example_zh": f"{word} {name.text}：列 内容（来源）；列 内容（来源）",
            "example_en": "column content (source)",
        }
        raise piece.refused("table-empty", start, behind, name=name.text, **words)
    table = DataTable(piece.at, piece.lines, piece.article, name, key, columns or (), tuple(limits), decided, single, run_of)
    if decided:
        _check_decided(piece, context, table, (start, behind))
    return table


def _check_decided(piece: Piece, context: Context, table: DataTable, span: tuple[int, int]) -> None:
    """What others have decided is only worth showing with the body and the document that decided it."""
    found = {column.name.text for column in table.columns} | context.broken
    if not found & _BODY or not found & _DOCUMENT:
        context.say_all(piece.refused("decided-columns", *span, name=table.name.text), piece.article)


def _limit(piece: Piece, found: re.Match[str]) -> RowLimit:
    most = least = None
    for word, figure in _ONE_LIMIT.findall(found["limits"]):
        if word in ("至多", "most"):
            most = int(figure)
        else:
            least = int(figure)
    subject = piece.name(found, "subject") if found["subject"] else None
    return RowLimit(piece.place(*found.span()), subject, most, least)


def _columns(piece: Piece, context: Context, start: int) -> tuple[DataColumn, ...] | None:
    """The columns that can be read; None when there is nothing to read."""
    columns: dict[str, DataColumn] = {}
    spans = list(piece.parts(start, piece.end(), ";"))
    for first, last in spans:
        try:
            read_ = column(piece, context, first, last)
            if read_.name.text in columns:
                raise piece.refused("column-twice", first, last, name=read_.name.text)
            columns[read_.name.text] = read_
        except InputRefused as wrong:
            context.say_all(wrong, piece.article)
            if name := _NAME.match(piece.folded, first, last):
                context.broken.add(name[0])
    return tuple(columns.values()) if spans else None
