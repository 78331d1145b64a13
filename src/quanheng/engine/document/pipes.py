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


def is_ruler(cells: list[str]) -> bool:
    """Is this the `|---|---|` row that makes a pipe table for Markdown?"""
    return bool(cells) and all(_RULER.fullmatch(cell) for cell in cells)


def rows(piece: Piece, context: Context) -> list[Row]:
    """The rows of the piece, without the `|---|` row; a row with another number of cells than the first is reported."""
    found = list(_rows(piece))
    if len(found) > 1 and is_ruler([piece.folded[start:end] for start, end in found[1].cells]):
        del found[1]
    for row in found[1:]:
        if len(row.cells) != len(found[0].cells):
            words = {"cells": len(row.cells), "width": len(found[0].cells)}
            context.say_all(piece.refused("row-cells", row.start, row.end, **words), piece.article)
    return [row for row in found if len(row.cells) == len(found[0].cells)]


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
