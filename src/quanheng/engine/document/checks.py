"""What is doubtful about a document as such, before any name in it is looked up.

Each check is a small function from the scheme to its faults. Most of them give advice: the office may know better, and
then says so with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from quanheng.engine.document import model as m
from quanheng.engine.document.drift import TOTAL, check_bounds, check_rule_figures, check_text_figures, is_wrong, wrong_lines
from quanheng.engine.document.figures import chinese_number
from quanheng.engine.document.lines import Piece
from quanheng.engine.document.messages import fault
from quanheng.engine.document.sections import sections
from quanheng.engine.faults import Fault, Place
from quanheng.engine.formula.units import SCORE
from quanheng.engine.values import Rounding, decimal_places, decimal_text, round_exact

Check = Callable[[m.Scheme], Iterator[Fault]]

SMALLEST_SHARE: Final = Fraction(5, 100)  # an item under 5 points of 100 is ignored
_COMPUTED: Final = (m.Rule, m.Must, m.Parameter, m.Definition, m.IndicatorTable, m.StandardTable, m.DataTable)
_EXPLAINED: Final = (*_COMPUTED, m.NotComputed, m.Unread)
_NUMBER: Final = re.compile(r"[一二三四五六七八九十百千零〇两]+|\d+")
_LAST: Final = re.compile(
    r"末位[^。；\n]{0,12}(?:淘汰|辞退|解聘|开除|解除|终止|离职|退出)"
    r"|(?:排名|排序|考核)[^，。；\n]{0,6}(?:最后|末尾|倒数)[^。；\n]{0,12}(?:淘汰|辞退|解聘|开除|解除|终止)"
)
_DENIED: Final = re.compile(r"(?:不得|不能|不|禁止|严禁|取消|避免|反对)[^，。；\n]{0,8}$")


def check_document(scheme: m.Scheme) -> tuple[Fault, ...]:
    """Everything that the checks say, in the order of the text."""
    found = [each for check in CHECKS for each in check(scheme)]
    return tuple(sorted(found, key=lambda each: (_line(each), each.code)))


def _line(found: Fault) -> tuple[int, int]:
    assert isinstance(found.at, Place)
    return found.at.line, found.at.column


def check_articles_have_rules(scheme: m.Scheme) -> Iterator[Fault]:
    for section in sections(scheme):
        if section.heading and section.kind == "article" and not any(section.of(*_EXPLAINED)):
            yield fault("article-without-rule", section.heading.at, section.number, number=section.number)


def check_rules_have_articles(scheme: m.Scheme) -> Iterator[Fault]:
    for section in sections(scheme):
        if section.kind not in ("article", "annex"):
            for block in section.of(m.Rule, m.Must, m.Parameter, m.Definition, m.IndicatorTable):
                name = block.name.text if isinstance(block, m.Rule | m.Parameter | m.IndicatorTable) else "这条规则"
                yield fault("rule-without-article", block.at, name=name)


def check_article_numbers(scheme: m.Scheme) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    before: tuple[Fraction, str] | None = None
    for heading in scheme.of(m.Heading):
        if heading.kind not in ("article", "annex"):
            continue
        if heading.number in seen and heading.number != "附":
            line = seen[heading.number]
            yield fault("article-twice", heading.at, heading.number, number=heading.number, line=line)
            continue
        seen[heading.number] = heading.at.line
        value = _article_value(heading.number) if heading.kind == "article" else None
        if value is not None:
            if before is not None and value < before[0]:
                yield fault("article-order", heading.at, heading.number, number=heading.number, before=before[1])
            before = value, heading.number


def _article_value(number: str) -> Fraction | None:
    """第十二条 → 12, 第十二条之一 → a little more than 12."""
    found = _NUMBER.findall(number)
    parts = [Fraction(each) if each.isdigit() else chinese_number(each) for each in found[:2]]
    if not parts or parts[0] is None:
        return None
    return parts[0] + (parts[1] / 1000 if len(parts) > 1 and parts[1] is not None else 0)


def check_marks(scheme: m.Scheme) -> Iterator[Fault]:
    """A paragraph mark that stands twice in one article leaves the citation in doubt."""
    for section in sections(scheme):
        seen: set[str] = set()
        for block in section.of(m.Paragraph):
            assert isinstance(block, m.Paragraph)
            if block.mark and block.article in seen:
                yield fault("mark-twice", block.at, block.article, article=block.article)
            if block.mark:
                seen.add(block.article)


def check_sources(scheme: m.Scheme) -> Iterator[Fault]:
    """A figure without anybody who answers for it is an impression."""
    for table in scheme.of(m.DataTable):
        for column in table.columns:
            if not column.source:
                yield fault("source-missing", column.name.at, table.article, name=column.name.text)


def check_last_place(scheme: m.Scheme) -> Iterator[Fault]:
    """最高人民法院指导案例18号: 末位等次不等同于“不能胜任工作”，不符合单方解除劳动合同的法定条件."""
    for block in scheme.of(m.Block):
        if isinstance(block, m.Paragraph | m.Reading | m.NotComputed | m.Heading):
            piece = Piece(block.at.line, block.lines, block.article, scheme.file)
            for found in _LAST.finditer(piece.text):
                if not _DENIED.search(piece.text, max(0, found.start() - 16), found.start()):
                    yield fault("last-place-dismissal", piece.place(*found.span()), block.article, text=found[0])


# ------------------------------------------------------------------------------------------------------- indicators


def check_weights(scheme: m.Scheme) -> Iterator[Fault]:
    wrong = wrong_lines(scheme)
    for table in scheme.of(m.IndicatorTable):
        weights = [row.weight for row in table.rows if row.weight is not None]
        if weights and sum(weights) != 1 and not is_wrong(wrong, table):
            written = "、".join(percent(weight) for weight in weights)
            words = {"table": table.name.text, "total": percent(sum(weights, Fraction(0))), "weights": written}
            yield fault("weights-not-whole", _in(scheme, table.name.at), table.article, **words)


def check_full_marks(scheme: m.Scheme) -> Iterator[Fault]:
    """共 100 分 in the text, and the marks of the table add up to something else."""
    of_subjects, wrong = _of_subjects(scheme), wrong_lines(scheme)
    for section in sections(scheme):
        tables = [table for table in section.blocks if isinstance(table, m.IndicatorTable) and _full(table)]
        if not tables or is_wrong(wrong, *section.blocks):
            continue
        sums = {_full(table) for table in tables} | {sum(map(_full, tables), Fraction(0))}
        sums |= {of_subjects[table.subject.text] for table in tables}
        sums |= {row.full.value for table in tables for row in table.rows if row.full is not None}
        for block in section.of(m.Paragraph):
            piece = Piece(block.at.line, block.lines, block.article, scheme.file)
            for found in TOTAL.finditer(piece.folded):
                if Fraction(found["figure"]) not in sums:
                    total = decimal_text(sum(map(_full, tables), Fraction(0)))
                    names = "”“".join(table.name.text for table in tables)
                    words = {"said": found["figure"], "table": names, "total": total}
                    yield fault("full-marks-differ", piece.place(*found.span()), block.article, **words)


def _full(table: m.IndicatorTable) -> Fraction:
    return sum((row.full.value for row in table.rows if row.full is not None), Fraction(0))


def _of_subjects(scheme: m.Scheme) -> dict[str, Fraction]:
    """The sum of all full marks of each subject."""
    sums: dict[str, Fraction] = {}
    for table in scheme.of(m.IndicatorTable):
        sums[table.subject.text] = sums.get(table.subject.text, Fraction(0)) + _full(table)
    return sums


def check_shares(scheme: m.Scheme) -> Iterator[Fault]:
    """An item with too much weight draws over half of people's effort, one with too little is ignored."""
    bound, of_subjects = Fraction(scheme.weight_bound, 100), _of_subjects(scheme)
    for table in scheme.of(m.IndicatorTable):
        whole = _whole(table, of_subjects[table.subject.text])
        for row in table.rows if len(table.rows) > 1 else ():
            share = _share(row, whole)
            if share is None:
                continue
            words = {"name": row.name.text, "share": percent(share), "bound": scheme.weight_bound}
            at = _in(scheme, row.name.at)
            if share < SMALLEST_SHARE:
                yield fault("weight-too-small", at, table.article, **words)
            elif share > bound:
                yield fault("weight-too-large", at, table.article, **words)


def _whole(table: m.IndicatorTable, of_subject: Fraction) -> Fraction:
    """What the marks of a table are a part of: a small table is a part of all tables of its subject."""
    whole = _full(table)
    return whole if whole >= 100 else max(whole, min(Fraction(100), of_subject))


def _share(row: m.IndicatorRow, whole: Fraction) -> Fraction | None:
    if row.weight is not None:
        return row.weight
    if row.full is None or row.full.unit.principal != SCORE:
        return None
    return row.full.value / whole


def check_goals(scheme: m.Scheme) -> Iterator[Fault]:
    for table in scheme.of(m.IndicatorTable):
        if any(row.goal for row in table.rows):
            for row in table.rows:
                if not row.goal:
                    yield fault("goal-missing", _in(scheme, row.name.at), table.article, name=row.name.text)


def percent(share: Fraction) -> str:
    """A share for people: exact when a decimal text is, else to one decimal."""
    shown = share * 100
    if decimal_places(shown) is None:
        shown = round_exact(shown, 1, Rounding.HALF_UP)
    return f"{decimal_text(shown)}%"


def _in(scheme: m.Scheme, at: Place) -> Place:
    return Place(at.line, at.column, at.end_line, at.end_column, scheme.file)


CHECKS: Final[tuple[Check, ...]] = (
    check_articles_have_rules,
    check_rules_have_articles,
    check_article_numbers,
    check_marks,
    check_sources,
    check_last_place,
    check_weights,
    check_full_marks,
    check_shares,
    check_goals,
    check_rule_figures,
    check_text_figures,
    check_bounds,
)
