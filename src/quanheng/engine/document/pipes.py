"""Pipe tables: rows and cells, each cell with its span."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from quanheng.engine.document.lines import Context, Piece

_RULER: Final = re.compile(r":?-+:?")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line as spans without spaces."""

    start: int
    end: int
    cells: tuple[tuple[int, int], ...]


def is_row(line: str) -> bool:
    return line.lstrip(" \t　").startswith(("|", "｜"))


def rows(piece: Piece, context: Context) -> list[Row]:
    """The rows of the piece, without the `|---|` row; a row with another number of cells than the first is reported."""
    found = list(_rows(piece))
    if not found:
        return []
    width, kept = len(found[0].cells), found[:1]
    for index, row in enumerate(found[1:], start=1):
        if all(_RULER.fullmatch(piece.folded[start:end]) for start, end in row.cells):
            if index == 1:
                continue
        if len(row.cells) == width:
            kept.append(row)
            continue
        context.say_all(
            piece.refused(
                "row-cells", row.start, row.end,
                f"这一行有 {len(row.cells)} 格，表头有 {width} 格。", f"This row has {len(row.cells)} cells, the head has {width}.",
                "空着的格也要写竖线。", "An empty cell needs its bars too.",
            ), piece.article,
        )  # fmt: skip
    return kept


def _rows(piece: Piece) -> Iterator[Row]:
    offset = 0
    for line in piece.lines:
        if is_row(line):
            start, end = piece.trim(offset, offset + len(line))
            yield Row(start, end, tuple(_cells(piece, start, end)))
        offset += len(line) + 1


def _cells(piece: Piece, start: int, end: int) -> Iterator[tuple[int, int]]:
    folded = piece.folded
    begun, stop = start + 1, end
    if end - 1 > start and folded[end - 1] == "|":
        stop = end - 1
    for offset in range(begun, stop):
        if folded[offset] == "|":
            yield piece.trim(begun, offset)
            begun = offset + 1
    yield piece.trim(begun, stop)
