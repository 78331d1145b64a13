"""What of the language has occurred in a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quanheng.engine.document import model as doc
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import BY_NAME
from quanheng.engine.formula.words import ZH
from quanheng.engine.values import Rounding
from tests.engine.at_random.filling import nodes_of


def covered(scheme: doc.Scheme) -> Iterator[str]:
    """The functions, labels, policies and forms that the rules of a scheme use, each as often as it occurs."""
    for rule in scheme.rules:
        attributes = rule.attributes
        if attributes.keep is not None or attributes.show is not None:
            mode = attributes.rounding or scheme.rounding or Rounding.HALF_UP
            yield f"{'保留' if attributes.keep is not None else '显示'} {mode.value}"
        if rule.indicator is not None:
            yield f"指标 {'权重' if rule.indicator.weight is not None else '满分'}{' 评分' if rule.formula is None else ''}"
        if attributes.veto:
            yield "否决"
        if attributes.lo is not None:
            yield "写明范围"
    for block, word in ((doc.Must, "必须"), (doc.Parameter, "参数"), (doc.Definition, "定义"), (doc.Reading, "口径")):
        yield from (word for _ in scheme.of(block))
    definitions = {each.name.text for each in scheme.of(doc.Definition)}
    for node in nodes_of(scheme):
        yield from _covered(node, definitions)


def _covered(node: t.Node, definitions: set[str]) -> Iterator[str]:
    match node:
        case t.Call():
            yield from _called(node, definitions)
        case t.Lookup():
            yield "查表"
            if node.when_none is not None:
                yield f"查表 无则 {'停算' if node.when_none == 'refuse' else '值'}"
        case t.Binary():
            yield f"运算 {node.op}"
        case t.OneOf():
            yield "不为" if node.negated else "为"
        case t.Unary():
            yield f"运算 {'非' if node.op == 'not' else '负'}"
        case t.Absent():
            yield f"缺的原因 {node.reason}"
        case t.Number(word=word) if word:
            yield f"单位 {word}"


def _called(node: t.Call, definitions: set[str]) -> Iterator[str]:
    function = BY_NAME.get(node.function.text) or BY_NAME.get(node.function.text.lower())
    if function is None:
        yield "用定义" if node.function.text in definitions else node.function.text
        return
    yield function.zh
    for part in node.parts:
        if isinstance(part, t.Field):
            yield f"{function.zh} {ZH_LABELS[part.label]}{_policy(part)}"
        elif isinstance(part, t.Every):
            yield f"{function.zh} {'每少' if part.below else '每多'} {'扣' if part.take else '加'}"
        elif isinstance(part, t.Tier):
            yield f"{function.zh} {part.op}"


def _policy(part: t.Field) -> str:
    if isinstance(part.value, str):
        return f" {ZH['POLICY', part.value]}"
    if part.label == "ties":
        return " 再比"
    if part.label == "same":
        return " 列" if part.value is not None else " 全体"
    return ""


ZH_LABELS: Final = {label.lower(): zh for (label, value), zh in ZH.items() if not value}
