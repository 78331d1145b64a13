"""`Scheme` → text in its canonical form.

The file is the record, so the writer only lays it out: blank lines, trailing spaces, the `|---|` row that makes a pipe
table for Markdown, the width of signs, spaces. It never changes a word or a figure, gives a line that was not
understood back as it stands, and leaves long lines as the author broke them: one changed figure stays one changed line.
"""

from __future__ import annotations

import re
from typing import Final

from quanheng.engine.document import model as m
from quanheng.engine.document import render, spacing
from quanheng.engine.document.lines import Piece
from quanheng.engine.document.pipes import is_row, is_ruler
from quanheng.engine.faults import Place, Severity
from quanheng.engine.formula.words import LINE_WORDS

_ENGLISH: Final = re.compile(rf"(?:-\s+)?(?:{'|'.join(LINE_WORDS.values())})(?![\w-])", re.IGNORECASE)
_SAID: Final = re.compile(r"-\s+(?P<word>口径|不计算)\s*[:：]\s*")
_TITLED: Final = (m.Title, m.Heading, m.IndicatorTable, m.Annex)
_RULES: Final = (m.Rule, m.Must, m.Reading, m.NotComputed, m.Parameter, m.Definition)
_TABLES: Final = (m.StandardTable, m.DataTable)


def write(scheme: m.Scheme) -> str:
    """The text of the scheme. `write(read(text)) == text` for a text that this function made."""
    wrong = _wrong_lines(scheme)
    written: list[str] = []
    before: m.Block | None = None
    blanks = 0
    for block in scheme.blocks:
        if isinstance(block, m.Blank):
            blanks += max(1, len(block.lines))
            continue
        kept = _is_kept(block, wrong) or (before is not None and _is_kept(before, wrong))
        if before is not None or kept:
            written.extend([""] * (blanks if kept else gap(before, block, blanks)))
        written.extend(block.lines if _is_kept(block, wrong) else lines(block, scheme.units))
        before, blanks = block, 0
    return "\n".join([*written, ""]) if written else ""


def _wrong_lines(scheme: m.Scheme) -> frozenset[int]:
    return frozenset(fault.at.line for fault in scheme.faults if isinstance(fault.at, Place) and fault.severity is Severity.FAULT)


def _is_kept(block: m.Block, wrong: frozenset[int]) -> bool:
    """Is something in the block not understood? Then it is given back as it stands."""
    if isinstance(block, m.Unread):
        return True
    return bool(block.lines) and any(number in wrong for number in range(block.at.line, block.at.end_line + 1))


def gap(before: m.Block | None, after: m.Block, blanks: int) -> int:
    """Blank lines between two blocks: one where Markdown needs it, else as the author has it, at most one."""
    for kinds in ((m.HeaderLine,), _RULES, _TABLES):
        if isinstance(before, kinds) and isinstance(after, kinds) and not _has_rows(before) and not _has_rows(after):
            return min(blanks, 1)
    return 1


def _has_rows(block: m.Block | None) -> bool:
    return block is not None and any(is_row(line) for line in block.lines)


def lines(block: m.Block, units: frozenset[str] = frozenset()) -> list[str]:
    """The lines of one block in canonical form; rendered from its values when it has none."""
    if not block.lines:
        return render.block(block).split("\n")
    piece = Piece(block.at.line, block.lines, block.article, block.at.file)
    if isinstance(block, m.Title | m.Heading):
        return [render.block(block)]
    if isinstance(block, m.HeaderLine):
        return [_header(piece)]
    if _ENGLISH.match(block.lines[0]) and not _has_rows(block):
        return _bare(block.lines)
    match block:
        case m.Rule() | m.Must() | m.Parameter() | m.Definition():
            return _bare(tuple(_rule(piece, block, units).split("\n")))
        case m.Reading() | m.NotComputed():
            return _bare((_SAID.sub(r"- \g<word>：", block.lines[0]), *block.lines[1:]))
        case m.IndicatorTable() | m.StandardTable() | m.DataTable() | m.Annex():
            return _table(block, units)
    return _bare(block.lines)


def _bare(found: tuple[str, ...]) -> list[str]:
    return [line.rstrip() for line in found]


def _header(piece: Piece) -> str:
    entries: list[str] = []
    english = piece.folded.partition(":")[0].isascii()
    for start, end in piece.parts(0, len(piece.text), ";"):
        colon = piece.folded.find(":", start, end)
        key, value = piece.trim(start, max(colon, start)), piece.trim(colon + 1, end)
        written = [piece.text[slice(*key)], piece.text[slice(*value)]] if colon >= 0 else [piece.text[start:end]]
        entries.append((": " if english else "：").join(written))
    return ("; " if english else "；").join(entries)


# ------------------------------------------------------------------------------------------------------- rules


def _rule(piece: Piece, block: m.Rule | m.Must | m.Parameter | m.Definition, units: frozenset[str]) -> str:
    """Head, then the formula behind the equals sign or 必须. A head that is broken over lines stays as it is."""
    match block:
        case m.Must():
            begun = piece.offset(block.subject.at.end_line, block.subject.at.end_column)
            start = piece.folded.index("必须", begun) + 2
            head = f"- 每{block.subject.text}：必须"
        case m.Definition():
            start = piece.folded.index("=", piece.offset(block.name.at.line, block.name.at.column)) + 1
            head = f"- 定义 {block.name.text}({', '.join(name.text for name in block.parameters)}) ="
        case _:
            start, given = _left_side(piece, block)
            head = f"- 每{block.subject.text}：" if isinstance(block, m.Rule) else "- 参数 "
            head += f"{block.name.text}（{given}）=" if given else f"{block.name.text} ="
    if "\n" in piece.text[:start]:
        return piece.text
    if isinstance(block, m.Parameter):
        return f"{head} {_values(piece, start, units)}"
    formula = spacing.formula(piece.text[start:], units)
    return head + formula if formula.startswith("\n") else f"{head} {formula}"


def _left_side(piece: Piece, block: m.Rule | m.Parameter) -> tuple[int, str]:
    """Where the formula starts, and the attributes."""
    at = block.attributes.at
    start, end = piece.offset(at.line, at.column), piece.offset(at.end_line, at.end_column)
    given = spacing.attributes([piece.text[a:b] for a, b in piece.parts(start, end, ",;")])
    return piece.folded.index("=", end) + 1, given


def _values(piece: Piece, start: int, units: frozenset[str]) -> str:
    end = piece.end()
    written: list[str] = []
    for first, last in piece.parts(start, end, ";"):
        text = piece.text[first:last]
        day, since, value = text.partition("起")
        if since and render.SINCE.fullmatch(text):
            text = f"{day.strip()} 起 {spacing.formula(value.strip(), units)}"
        else:
            text = spacing.formula(text, units)
        gap = piece.text[start:first]
        written.append(f"\n{gap.rpartition(chr(10))[2]}{text}" if "\n" in gap else text)
        start = last
    return "；".join(written) + piece.text[end:].rstrip()


# ------------------------------------------------------------------------------------------------------ tables


def _table(block: m.Block, units: frozenset[str]) -> list[str]:
    declared = [line for line in block.lines if not is_row(line) and line.strip()]
    rows = [_cells(line) for line in block.lines if is_row(line)]
    text = "\n".join(declared)
    written = _bare(tuple((text if _ENGLISH.match(text) else spacing.declaration(text)).split("\n"))) if text else []
    if not rows:
        return written
    head, body = rows[0], rows[1:]
    ruler = ["---"] * len(head)
    if body and is_ruler(body[0]):
        ruler, body = [re.sub("-+", "---", cell) for cell in body[0]], body[1:]
    if isinstance(block, m.IndicatorTable):
        body = [_indicator(head, cells, units) for cells in body]
    drawn = [_row(head), f"|{'|'.join(ruler)}|", *map(_row, body)]
    return [*written, "", *drawn] if written else drawn


def _cells(line: str) -> list[str]:
    inside = line.strip().replace("｜", "|").removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in inside.split("|")]


def _row(cells: list[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def _indicator(head: list[str], cells: list[str], units: frozenset[str]) -> list[str]:
    written = list(cells)
    for index, title in enumerate(head[: len(cells)]):
        if title in ("计分", "scoring") and cells[index] not in ("评分", "rated"):
            written[index] = spacing.formula(cells[index], units)
        elif title == "小数":
            written[index] = spacing.attribute(cells[index])
    return written
