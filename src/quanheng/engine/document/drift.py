"""Drift: the text of an article and its rules say different figures.

Both are written by the same office, in two places, and one of them is changed at year end. So every figure of a rule
must stand in its paragraph, in a 口径 under it or in a table of the article, and every clear figure of the text must
be used; a bound in words (90 分以上) must be a comparison with that figure, on the side that the word means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from quanheng.engine.document import model as m
from quanheng.engine.document.figures import Figure, figures
from quanheng.engine.document.lines import Piece
from quanheng.engine.document.messages import fault
from quanheng.engine.document.sections import Section, sections
from quanheng.engine.faults import Fault, Place, Severity
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.parser import children
from quanheng.engine.formula.units import PLAIN

_FLIPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
_BELOW_INCLUDED: Final = frozenset({">=", "<"})  # the bound itself belongs to what lies above
_ABOVE_INCLUDED: Final = frozenset({">", "<="})
_BEFORE: Final = {
    "不超过": "<=", "不高于": "<=", "不多于": "<=", "不低于": ">=", "不少于": ">=", "超过": ">", "高于": ">", "多于": ">", "大于": ">",
    "不满": "<", "不足": "<", "低于": "<", "少于": "<", "小于": "<", "达到": ">=",
}  # fmt: skip
_AFTER: Final = {"以上": ">=", "及以上": ">=", "以下": "", "及以下": "", "以内": "", "之内": ""}
_BOUND_BEFORE: Final = re.compile(rf"(?P<word>{'|'.join(_BEFORE)})\s*$")
_BOUND_AFTER: Final = re.compile(rf"\s*(?P<unit>[^\W\d]{{0,4}}?)(?P<word>{'|'.join(_AFTER)})")
TOTAL: Final = re.compile(r"(?:共|总分|满分|合计|总计)\s*[为是计]?\s*(?P<figure>\d+(?:\.\d+)?)\s*分")
_FREE: Final = re.compile(r"(?:可以|可|允许|能够|能)(?:超过|高于|多于|大于|达到|达)\s*$")
_NEAR: Final = 12  # characters in which a word belongs to a figure
_EITHER: Final = ""  # a word such as 以下 that offices use both ways


@dataclass
class Used:
    """What the rules of an article do with figures: all values, and for compared ones how ("" = by a function)."""

    values: set[Fraction] = field(default_factory=set)
    compared: dict[Fraction, set[str]] = field(default_factory=dict)

    def compare(self, value: Fraction, op: str) -> None:
        self.compared.setdefault(value, set()).add(op)


# --------------------------------------------------------------------------------------------------- rule → text


def check_rule_figures(scheme: m.Scheme) -> Iterator[Fault]:
    for section in sections(scheme):
        if section.number:
            said = _said(section)
            for block in section.of(m.Rule, m.Must, m.Definition):
                known = said[""] | said.get(section.number, set()) | said.get(block.article, set())
                yield from _not_in_text(scheme, block, known)


def _not_in_text(scheme: m.Scheme, block: m.Block, known: set[Fraction]) -> Iterator[Fault]:
    seen: set[Fraction] = set()
    for number in (number for node in formulas(block) for number in numbers(node)):
        if number.value in seen or _goes_without_saying(number) or known & written_values(number):
            continue
        seen.add(number.value)
        at = replace(number.at, file=scheme.file)
        words = {"figure": f"{number.figure}{number.word}", "article": block.article}
        yield fault("figure-not-in-text", at, block.article, **words)


def _goes_without_saying(number: t.Number) -> bool:
    """Nothing, the whole, and the 1 of `1 - x`."""
    return number.value == 0 or (number.value == 1 and number.word in ("%", ""))


def written_values(number: t.Number) -> set[Fraction]:
    """The values under which a text may write the number: `1个百分点` as 1 %, as 一个."""
    return {number.value, Fraction(number.figure)} if number.word in PLAIN else {number.value}


def _said(section: Section) -> dict[str, set[Fraction]]:
    """The figures that stand in each paragraph with its readings; under "" those of the tables of the article.

    A parameter, like a table, is a text of its own."""
    values: dict[str, set[Fraction]] = {"": set()}
    for block in section.blocks:
        match block:
            case m.Heading(text=text) | m.Paragraph(text=text) | m.Reading(text=text):
                values.setdefault(block.article, set()).update(figure.value for figure in figures(text))
            case m.Annex():
                values[""].update(figure.value for line in block.lines for figure in figures(line))
            case m.StandardTable() | m.IndicatorTable() | m.Parameter():
                values[""].update(value for number in _table_numbers(block) for value in written_values(number))
    return values


def _table_numbers(table: m.StandardTable | m.IndicatorTable | m.Parameter) -> Iterator[t.Number]:
    if isinstance(table, m.Parameter):
        yield from (each.value for each in table.values if isinstance(each.value, t.Number))
        return
    if isinstance(table, m.StandardTable):
        yield from (entry.value for entry in table.entries if isinstance(entry.value, t.Number))
        return
    for row in table.rows:
        if row.full is not None:
            yield row.full
        if row.scoring is not None:
            yield from numbers(row.scoring)


def formulas(block: m.Block) -> Iterator[t.Node]:
    match block:
        case m.Rule(formula=formula) if formula is not None:
            yield formula
        case m.Must():
            yield block.condition
        case m.Definition():
            yield block.body
        case m.Parameter():
            yield from (value.value for value in block.values)
        case m.IndicatorTable():
            yield from (row.scoring for row in block.rows if row.scoring is not None)


def numbers(root: t.Node) -> Iterator[t.Number]:
    """The figures of a formula, in its order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, t.Number):
            yield node
        stack.extend(reversed(children(node)))


# --------------------------------------------------------------------------------------------------- text → rule


def check_text_figures(scheme: m.Scheme) -> Iterator[Fault]:
    for section, block, piece, used in _paragraphs(scheme):
        for figure in _asking(piece.text):
            if figure.value not in used.values and _bound(piece.text, figure) is None:
                yield _about(section, block, piece, figure, "figure-not-used")


def check_bounds(scheme: m.Scheme) -> Iterator[Fault]:
    for section, block, piece, used in _paragraphs(scheme):
        for figure in _asking(piece.text):
            bound = _bound(piece.text, figure)
            if bound is None:
                continue
            text, op = bound
            found = used.compared.get(figure.value, set())
            if not found:
                yield _about(section, block, piece, figure, "bound-not-in-rules", text=text)
            elif op and _EITHER not in found and not found & _same_side(op) and found & (_BELOW_INCLUDED | _ABOVE_INCLUDED):
                yield _about(
                    section, block, piece, figure, "bound-differs",
                    text=text, meaning_zh=op, meaning_en=op, op=min(found & _other_side(op)),
                )  # fmt: skip


def wrong_lines(scheme: m.Scheme) -> frozenset[int]:
    """Lines in which the reader found something wrong: what is not used there may only be what was not read."""
    places = (each.at for each in scheme.faults if each.severity is Severity.FAULT)
    return frozenset(at.line for at in places if isinstance(at, Place))


def is_wrong(wrong: frozenset[int], *blocks: m.Block) -> bool:
    return not wrong.isdisjoint(range(blocks[0].at.line, blocks[-1].at.end_line + 1))


def _asking(text: str) -> Iterator[Figure]:
    """The figures of a text that ask for a rule. 可以超过 100 分 does not; 共 100 分 is for `check_full_marks`."""
    totals = {found.start("figure") for found in TOTAL.finditer(text)}
    for figure in figures(text):
        free = _FREE.search(text, max(0, figure.start - _NEAR), figure.start)
        if figure.certain and figure.start not in totals and free is None:
            yield figure


def _same_side(op: str) -> frozenset[str]:
    return _BELOW_INCLUDED if op in _BELOW_INCLUDED else _ABOVE_INCLUDED


def _other_side(op: str) -> frozenset[str]:
    return _ABOVE_INCLUDED if op in _BELOW_INCLUDED else _BELOW_INCLUDED


def _about(section: Section, block: m.Block, piece: Piece, figure: Figure, key: str, **words: str) -> Fault:
    written = piece.text[figure.start : figure.end].strip()
    at = piece.place(figure.start, figure.end)
    return fault(key, at, block.article, figure=written, article=section.number, **words)


def _bound(text: str, figure: Figure) -> tuple[str, str] | None:
    """The words of a bound around the figure (`90 分以上`) and the comparison they mean, "" where usage is divided."""
    if before := _BOUND_BEFORE.search(text, max(0, figure.start - _NEAR), figure.start):
        return text[before.start() : figure.end].strip(), _BEFORE[before["word"]]
    if after := _BOUND_AFTER.match(text, figure.end):
        return text[figure.start : after.end()].strip(), _AFTER[after["word"]]
    return None


def _paragraphs(scheme: m.Scheme) -> Iterator[tuple[Section, m.Paragraph, Piece, Used]]:
    """The paragraphs that have rules, with what the rules of their article use."""
    everywhere, wrong = _data_values(scheme), wrong_lines(scheme)
    for section in sections(scheme):
        ruled = {block.article for block in section.of(m.Rule, m.Must, m.IndicatorTable)}
        if not section.number or not ruled or is_wrong(wrong, *section.blocks):
            continue
        used = _used(section, everywhere)
        for block in section.of(m.Paragraph):
            assert isinstance(block, m.Paragraph)
            if block.article in ruled:
                yield section, block, Piece(block.at.line, block.lines, block.article, scheme.file), used


def _data_values(scheme: m.Scheme) -> set[Fraction]:
    """The bounds of data columns and the sums of full marks: a text may name them, and no rule needs to."""
    values: set[Fraction] = set()
    for table in scheme.of(m.DataTable):
        for column in table.columns:
            values.update(bound * scale for bound in (column.lo, column.hi) if bound is not None for scale in (1, column.factor))
            values.update(Fraction(each) for limit in table.limits for each in (limit.most, limit.least) if each)
    for indicators in scheme.of(m.IndicatorTable):
        values.add(sum((row.full.value for row in indicators.rows if row.full is not None), Fraction(0)))
    return values


def _used(section: Section, everywhere: set[Fraction]) -> Used:
    used = Used(set(everywhere))
    for value in everywhere:
        used.compare(value, _EITHER)
    for block in section.blocks:
        for node in formulas(block):
            _look(node, used, inside=isinstance(block, m.Parameter))
        match block:
            case m.Reading(text=text):
                for figure in figures(text):
                    used.values.add(figure.value)
                    used.compare(figure.value, _EITHER)
            case m.StandardTable():
                _take(used, {figure.value for entry in block.entries for key in entry.keys for figure in figures(key)})
                _take(used, {value for number in _table_numbers(block) for value in written_values(number)})
            case m.IndicatorTable():
                _take(used, {row.full.value for row in block.rows if row.full is not None})
                _take(used, {row.weight for row in block.rows if row.weight is not None})
    return used


def _take(used: Used, values: set[Fraction]) -> None:
    used.values |= values
    for value in values:
        used.compare(value, _EITHER)


def _look(node: t.Node, used: Used, *, inside: bool) -> None:
    """Note the figures below the node. `inside`: inside the arguments of a function, where a figure may be a bound."""
    match node:
        case t.Number():
            used.values |= written_values(node)
            if inside:
                for value in written_values(node):
                    used.compare(value, _EITHER)
            return
        case t.Binary(op=op, left=left, right=right) if op in _FLIPPED:
            for number in numbers(right):
                used.compare(number.value, op)
            for number in numbers(left):
                used.compare(number.value, _FLIPPED[op])
            inside = False
        case t.Tier(op=op, bound=bound):
            for number in numbers(bound):
                used.compare(number.value, op)
            _look(bound, used, inside=False)
            _look(node.value, used, inside=True)
            return
        case t.Call():
            inside = True
    for child in children(node):
        _look(child, used, inside=inside)
