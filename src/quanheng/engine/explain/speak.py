"""Values and formulas as words: figures with their units, a formula with the values put in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import MONEY
from quanheng.engine.formula.words import LABELS, ZH
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.run.present import plain_text
from quanheng.engine.values import Missing, Rounding, Value, decimal_places, decimal_text, round_exact

SIGN: Final = {"+": "+", "-": "−", "*": "×", "/": "÷", "=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def spoken(value: Value, kind: Type, digits: int | None = None, rounding: Rounding = Rounding.HALF_UP, language: str = "zh") -> str:
    """The value for a sentence: with its unit, money with thousands separators, percentages as such."""
    if isinstance(value, Missing):
        return value.en if language == "en" else value.zh
    if isinstance(value, bool) and language == "en":
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    if kind.kind is not Kind.NUMBER or isinstance(value, bool):
        return plain_text(value, kind)
    number = Fraction(value)
    written = kind.unit.written
    if written == "%":
        places = (digits - 2) if digits is not None else None
        return _figure(number * 100, places, rounding) + "%"
    unit = written or (kind.unit.principal or "")
    text = _figure(number, digits, rounding)
    if kind.unit.power(MONEY):
        text = _thousands(text)
    return f"{text} {unit}" if unit else text


def _figure(number: Fraction, digits: int | None, rounding: Rounding) -> str:
    if digits is not None and digits >= 0:
        exact = round_exact(number, digits, rounding)
        return decimal_text(exact, digits)
    if decimal_places(number) is not None:
        return decimal_text(number)
    return f"{decimal_text(round_exact(number, 6, Rounding.HALF_UP))}…"


def _thousands(text: str) -> str:
    sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, part = body.partition(".")
    groups: list[str] = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    return sign + ",".join([whole, *groups]) + dot + part


def formula(node: t.Node, value_of: Callable[[t.Node], str | None]) -> str:  # noqa: PLR0911, PLR0912 - one case for each kind of node
    """The formula as written, names followed by their values where `value_of` knows one."""

    def say(each: t.Node) -> str:
        return formula(each, value_of)

    match node:
        case t.Number(_, _, _, figure, word):
            return f"{figure}{word}"
        case t.Text(_, text):
            return f"“{text}”"
        case t.YesNo(_, yes):
            return "是" if yes else "否"
        case t.Day(_, _, text) | t.Month(_, _, text):
            return text
        case t.Absent(_, reason):
            return {"nothing": "无数据", "pending": "未评", "exempt": "不适用"}[reason]
        case t.Path():
            value = value_of(node)
            return f"{node.text} {value}" if value else node.text
        case t.Lookup():
            keys = "，".join(say(key) for key in node.keys)
            value = value_of(node)
            column = f".{node.column.text}" if node.column is not None else ""
            return f"{node.table.text}[{keys}]{column}" + (f" {value}" if value else "")
        case t.Binary(_, "and" | "or", left, right):
            return f"{_inner(left, node, say)} {'且' if node.op == 'and' else '或'} {_inner(right, node, say)}"
        case t.Binary(_, op, left, right):
            return f"{_inner(left, node, say)} {SIGN[op]} {_inner(right, node, say)}"
        case t.Unary(_, "not", part):
            return f"非 {_inner(part, node, say)}"
        case t.Unary(_, _, part):
            return f"−{_inner(part, node, say)}"
        case t.OneOf(_, part, values, negated):
            return f"{say(part)} {'不为' if negated else '为'} {'、'.join(say(value) for value in values)}"
        case t.Call():
            value = value_of(node)
            parts = ["，".join(say(arg) for arg in node.args)] if node.args else []
            parts += [say(part) for part in node.parts]
            return f"{node.function.text}({'；'.join(parts)})" + (f"【{value}】" if value else "")
        case t.Tier(_, op, bound, value_node):
            return f"{SIGN[op]} {say(bound)}：{say(value_node)}"
        case t.Branch(_, condition, value_node):
            return f"{say(condition)}：{say(value_node)}"
        case t.Otherwise(_, value_node):
            return f"其余：{say(value_node)}"
        case t.Shares(_, shares):
            return "、".join(f"{say(share.of)} 占 {say(share.share)}" for share in shares)
        case t.Orders(_, orders):
            return "、".join(f"{say(order.by)} {'高到低' if order.descending else '低到高'}" for order in orders)
        case t.Every(_, below, step, take, points):
            return f"{'每少' if below else '每多'} {say(step)} {'扣' if take else '加'} {say(points)}"
        case t.Field():
            return _field(node, say)
    return ""


def _field(node: t.Field, say: Callable[[t.Node], str]) -> str:
    label = LABELS[node.label]
    if node.value is None:
        return f"{label} 全体" if node.label == "same" else label
    if isinstance(node.value, str):
        return f"{label} {ZH.get(('POLICY', node.value), node.value)}"
    if isinstance(node.value, tuple):
        return f"{label} {'、'.join(say(each) if not isinstance(each, t.Path) else each.text for each in node.value)}"
    if isinstance(node.value, t.Orders) and node.label == "ties":
        return f"{label} 再比 {say(node.value)}"
    return f"{label} {say(node.value)}"


_LEVEL: Final = {"or": 1, "and": 2, "=": 4, "<>": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6}


def _inner(child: t.Node, parent: t.Binary | t.Unary, say: Callable[[t.Node], str]) -> str:
    """The operand, in brackets where it binds less tightly than its operation."""
    if not isinstance(child, t.Binary):
        return say(child)
    outer = _LEVEL[parent.op] if isinstance(parent, t.Binary) else 7
    own = _LEVEL[child.op]
    right = isinstance(parent, t.Binary) and child is parent.right and parent.op in ("-", "/", "*")
    return f"({say(child)})" if own < outer or (right and own == outer) else say(child)
