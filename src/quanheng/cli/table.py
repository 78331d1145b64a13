"""A readable table on the terminal: numbers to the right, Chinese characters two columns wide, in blocks that fit."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Sequence
from typing import Final

ROWS_SHOWN: Final = 30
WIDTH: Final = 120  # where no terminal says how wide it is
GAP: Final = 2

_FIGURE: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def table_text(headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> str:
    """The table as text. On a narrow terminal the columns continue in a further block, the first column repeated."""
    from rich.cells import cell_len

    widths = [max([cell_len(heading), *(cell_len(row[at]) for row in rows)]) for at, heading in enumerate(headings)]
    blocks = _blocks(widths, _width())
    return "\n".join(_block(headings, rows, numeric, block) for block in blocks)


def even_decimals(texts: Sequence[str]) -> list[str]:
    """Figures of one column with equally many decimals, so that they stand under one another; words stay.

    >>> even_decimals(["84.74", "89.3", "15", "未评"])
    ['84.74', '89.30', '15.00', '未评']
    """
    places = max((len(text.partition(".")[2]) for text in texts if _FIGURE.fullmatch(text)), default=0)
    return [_padded(text, places) if places and _FIGURE.fullmatch(text) else text for text in texts]


def _padded(text: str, places: int) -> str:
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(places, '0')}"


def _width() -> int:
    """The width of the terminal."""
    return shutil.get_terminal_size((WIDTH, 0)).columns


def _blocks(widths: Sequence[int], width: int) -> list[list[int]]:
    blocks: list[list[int]] = []
    block, used = [0], widths[0] + GAP
    for at in range(1, len(widths)):
        if used + widths[at] + GAP > width and len(block) > 1:
            blocks.append(block)
            block, used = [0], widths[0] + GAP
        block.append(at)
        used += widths[at] + GAP
    return [*blocks, block]


def _block(headings: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], columns: list[int]) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for at in columns:
        table.add_column(Text(headings[at]), justify="right" if numeric[at] else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(row[at]) for at in columns))
    out = io.StringIO()
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    console = Console(file=out, width=100_000, force_terminal=colours, no_color=not colours, legacy_windows=False)
    console.print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
