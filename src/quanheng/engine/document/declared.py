"""Which names a document declares, block by block."""

from __future__ import annotations

import re
from typing import Final

from quanheng.engine.document import model as m
from quanheng.engine.document.lines import NAME, Piece

_NAMES: Final = re.compile(rf"(?:^[^:|]*?表\s*|[:;|]\s*|^\s+|^(?:indicators|standards|data|decided)\s+)({NAME})", re.MULTILINE)


def names(block: m.Block) -> frozenset[str]:
    match block:
        case m.Rule() | m.Parameter() | m.StandardTable():
            return frozenset({block.name.text})
        case m.Definition():
            return frozenset({block.name.text, *(name.text for name in block.parameters)})
        case m.IndicatorTable():
            return frozenset({block.name.text, *(row.name.text for row in block.rows)})
        case m.DataTable():
            columns = (column.name.text for column in block.columns)
            return frozenset({block.name.text, *columns, *(key.text for key in block.key)})
    return frozenset()


def guessed(piece: Piece) -> frozenset[str]:
    """The names that an unreadable table would have declared, so that the rules which use them are not reported too."""
    return frozenset(_NAMES.findall(piece.folded))
