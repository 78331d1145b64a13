"""A document as a list of things that can be compared one by one: each with what it is called and what it says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from quanheng.engine.document import model as m
from quanheng.engine.document import render
from quanheng.engine.document.sections import sections
from quanheng.engine.faults import Place
from quanheng.engine.formula import tree as t
from quanheng.engine.values import decimal_text

What = Literal[
    "title", "header", "article", "paragraph", "rule", "condition", "reading", "not-computed", "indicators", "indicator",
    "parameter", "definition", "standard", "entry", "data", "column", "annex", "unread",
]  # fmt: skip

WORDS: Final[dict[What, tuple[str, str]]] = {
    "title": ("标题", "title"),
    "header": ("文件头", "header"),
    "article": ("条", "article"),
    "paragraph": ("条文", "text"),
    "rule": ("规则", "rule"),
    "condition": ("必须", "condition"),
    "reading": ("口径", "reading"),
    "not-computed": ("不计算的理由", "reason for no rule"),
    "indicators": ("指标表", "indicator table"),
    "indicator": ("指标", "indicator"),
    "parameter": ("参数", "parameter"),
    "definition": ("定义", "definition"),
    "standard": ("标准表", "standard table"),
    "entry": ("标准", "entry"),
    "data": ("数据表", "data table"),
    "column": ("填报项", "data column"),
    "annex": ("附表", "annex"),
    "unread": ("读不懂的行", "unread lines"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """`key` is unique for named things; things without a name (text, readings) are matched by what they say.

    `aspects`: the parts that are compared and named on their own, such as 式子 and 单位和小数."""

    what: What
    key: tuple[str, ...]
    article: str
    at: Place
    aspects: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """For people: a rule and an indicator by their own name, an entry or a column with its table."""
        return self.key[-1] if self.what in ("rule", "indicator") else "·".join(self.key)

    @property
    def text(self) -> str:
        return "，".join(text for _, text in self.aspects if text)


def bare(node: Any) -> Any:
    """A tree without its places, so that two formulas that say the same are equal."""
    if isinstance(node, tuple):
        return tuple(bare(each) for each in node)
    if not isinstance(node, t.Node):
        return node
    changed = {each.name: bare(getattr(node, each.name)) for each in dataclasses.fields(node) if each.name != "at"}
    return dataclasses.replace(node, at=Place(), **changed)


def items(scheme: m.Scheme) -> Iterator[Item]:
    if scheme.title:
        yield Item("title", (), "", next(scheme.of(m.Title)).at, (("", scheme.title),))
    for line in scheme.of(m.HeaderLine):
        for key, value, at in line.entries:
            yield Item("header", (key,) if key != "依据" else (key, value), "", at, (("", value),))
    for section in sections(scheme):
        heading = section.heading
        if heading is not None and heading.kind != "plain":
            yield Item("article", (heading.number,), heading.number, heading.at, (("", heading.text),))
        for block in section.blocks:
            yield from _of_block(block)


def _of_block(block: m.Block) -> Iterator[Item]:
    match block:
        case m.Paragraph(text=text):
            yield _said("paragraph", block, text)
        case m.Heading(kind="plain", text=text):
            yield _said("paragraph", block, text)
        case m.Reading(text=text):
            yield _said("reading", block, text)
        case m.NotComputed(reason=reason):
            yield _said("not-computed", block, reason)
        case m.Must():
            said = f"每{block.subject.text}：{render.formula(block.condition)}"
            yield _said("condition", block, said)
        case m.Annex() | m.Unread():
            yield _said("annex" if isinstance(block, m.Annex) else "unread", block, "\n".join(block.lines))
        case m.Rule() | m.Parameter() | m.Definition():
            yield _named(block)
        case _:
            yield from _of_table(block)


def _said(what: What, block: m.Block, text: str) -> Item:
    return Item(what, (), block.article, block.at, (("", text),))


def _named(block: m.Rule | m.Parameter | m.Definition) -> Item:
    match block:
        case m.Rule():
            formula = render.formula(block.formula) if block.formula is not None else ""
            aspects = (("式子", formula), ("单位和小数", render.attributes(block.attributes)))
            return Item("rule", (block.subject.text, block.name.text), block.article, block.at, aspects)
        case m.Parameter():
            values = "；".join(map(render.since, block.values))
            aspects = (("值", values), ("单位和小数", render.attributes(block.attributes)))
            return Item("parameter", (block.name.text,), block.article, block.at, aspects)
    names = "、".join(each.text for each in block.parameters)
    aspects = (("式子", render.formula(block.body)), ("参数", names))
    return Item("definition", (block.name.text,), block.article, block.at, aspects)


def _of_table(block: m.Block) -> Iterator[Item]:
    match block:
        case m.IndicatorTable():
            yield Item("indicators", (block.name.text,), block.article, block.at, (("对象", f"每{block.subject.text}"),))
            for row in block.rows:
                yield Item("indicator", (block.name.text, row.name.text), block.article, row.at, _of_row(row))
        case m.StandardTable():
            keys = "、".join(key.text for key in block.keys)
            yield Item("standard", (block.name.text,), block.article, block.at, (("名目", keys),))
            for entry in block.entries:
                value = (("值", render.formula(entry.value)),)
                yield Item("entry", (block.name.text, *entry.keys), block.article, entry.at, value)
        case m.DataTable():
            head = render.brackets(block)
            yield Item("data", (block.name.text,), block.article, block.at, (("限制", head),))
            for column in block.columns:
                aspects = (("内容", render.content(column)), ("来源", column.source))
                yield Item("column", (block.name.text, column.name.text), block.article, column.at, aspects)


def _of_row(row: m.IndicatorRow) -> tuple[tuple[str, str], ...]:
    full = row.full.figure + row.full.word if row.full is not None else ""
    weight = f"{decimal_text(row.weight * 100)}%" if row.weight is not None else ""
    scoring = render.formula(row.scoring) if row.scoring is not None else "评分"
    return (
        ("满分", full),
        ("权重", weight),
        ("计分", scoring),
        ("小数", "，".join(render.digits(row.attributes))),
        ("来源", row.source),
        ("评分人", "、".join(row.raters)),
        ("目标", row.goal),
    )
