"""Sums, counts, means, extremes, medians, the first and last of rows; best n of them; what holds when a row lacks a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal

from quanheng.engine.formula import tree as t
from quanheng.engine.formula.words import LABELS
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Echo, fault, sides, to_mine
from quanheng.engine.plan.lower.core import ZERO, Here, condition, kind_zh, unify_all, whole
from quanheng.engine.plan.lower.hoisting import column_of, conditions_around, hoist, refuse_where
from quanheng.engine.plan.lower.names import only_exempt, read_column, ready
from quanheng.engine.plan.lower.narrow import assume
from quanheng.engine.plan.lower.rows import Rows, parts_of, rows_of, where_of
from quanheng.engine.plan.types import YESNO, Kind

Kinds = Literal["sum", "count", "min", "max", "mean", "any", "all", "one"]


def only_where_used(here: Here, values: Sequence[m.Expr], where: m.Expr | None) -> m.Expr | None:
    """`where`, with the conditions around the call if columns of mine are read of which those say something: an aggregate is
    worked out for every row, and where they do not hold there must be nothing to work out."""
    parts = parts_of(where) if where is not None else ()
    around = conditions_around(here, [*values, *parts])
    return b.logic("and", list(dict.fromkeys([*around, *parts]))) if around else where


def _simple(kind: Kinds) -> Callable[[Here, t.Call], m.Expr]:
    def lowered(here: Here, node: t.Call) -> m.Expr:
        indicators = _indicator_total(here, node) if kind == "sum" else None
        if indicators is not None:
            return indicators
        rows = rows_of(here, node)
        where, inside = where_of(here, node, rows)
        value_node = _argument(node)
        value = here.lower(replace(inside, main=True), value_node)
        if value.type.kind is not Kind.NUMBER and kind in ("sum", "mean"):
            raise fault("not-a-number", value_node.at, f"“{node.function.text}”的各行要是数，而这是{kind_zh(value.type)}。", "Numbers are needed.")
        if value.type.kind in (Kind.TEXT, Kind.YESNO):
            raise fault("not-a-number", value_node.at, f"“{node.function.text}”的各行要是数或日期。", "Numbers or dates are needed.")
        where = _best(here, node, rows, value, where)
        return _aggregate(here, node, rows, kind, value, only_where_used(here, [value], where))

    return lowered


def _argument(node: t.Call) -> t.Node:
    if len(node.args) != 1:
        raise fault(
            "argument-count", node.at, f"“{node.function.text}”要写一项（表.列），这里写了 {len(node.args)} 项。",
            f"{node.function.text} takes one argument.", "带名目的部分用分号隔开。", "Separate labels by semicolons.",
        )  # fmt: skip
    return node.args[0]


def _aggregate(here: Here, node: t.Call, rows: Rows, kind: Kinds, value: m.Expr, where: m.Expr | None) -> m.Expr:
    policy, value = _missing(here, node, rows, value, where)
    sure = rows.at_least_one and where is None
    result = b.agg_type(kind, value.type, rows.most, policy, at_least_one=sure)
    op = m.Agg(kind, rows.source.name, rows.on, value, where, policy)
    found = hoist(here, op, result, node)
    return _none(here, node, rows, replace(found, type=replace(result, unit=value.type.unit)), op)


def _missing(here: Here, node: t.Call, rows: Rows, value: m.Expr, where: m.Expr | None) -> tuple[m.Policy, m.Expr]:
    field = node.field("missing")
    if not value.type.optional:
        return "propagate", value
    if field is None:
        if only_exempt(rows.inside, value):
            return "skip", value  # 不适用 is the scheme's own word for leaving a row out
        raise fault(
            "policy-missing", node.at, f"“{node.function.text}”没有写“缺”：有的行缺数，怎么办？可写：停算、按零、略去、仍缺。",
            f"{node.function.text} does not say what to do with missing values.", "在末尾加“；缺 略去”等。", "Add ；缺 ….",
        )  # fmt: skip
    match field.value:
        case "skip" | "zero" | "propagate":
            return field.value, value
        case "refuse":
            lost = b.not_(b.known(value))
            both = lost if where is None else b.logic("and", [*parts_of(where), lost])
            count = hoist(here, m.Agg("count", rows.source.name, rows.on, None, both), b.number(0, rows.most), node)
            zh = f"{{row}}：“{rows.source.name}”里有缺数的行，办法要求停算。"
            en = f"{{row}}: rows of {rows.source.name} lack a value; the scheme refuses."
            refuse_where(here.mine(), here.table, b.compare(">", count, ZERO), ("missing-refused", zh, en), node.at)
            return "skip", value
    raise fault("policy-unfit", field.at, "这里的“缺”可写：停算、按零、略去、仍缺。", "Use 停算, 按零, 略去 or 仍缺 here.")


def _none(here: Here, node: t.Call, rows: Rows, found: m.Expr, op: m.Agg) -> m.Expr:
    """无则: what holds when there is no row to count."""
    field = node.field("none")
    if field is None:
        return found
    if field.value == "refuse":
        from quanheng.engine.plan.lower.expr import refuse_missing

        return refuse_missing(here.mine(), found, node, f"“{rows.source.name}”里没有可以统计的行。", f"{rows.source.name} has no row to count.")
    if not isinstance(field.value, t.Node):
        raise fault("none-policy", field.at, "“无则”后面写一个值，或写“停算”。", "Give a value after 无则, or 停算.")
    other = here.lower(here.mine(), field.value)
    if isinstance(other, m.Const) and other.type.optional:
        return found
    found, other = unify_all([found, other], [node, field.value])
    if not found.type.optional:
        return found
    if op.value is not None and op.value.type.optional and op.missing == "propagate":
        counted = hoist(here, m.Agg("count", rows.source.name, rows.on, None, op.where), b.number(0, rows.most), node)
        return b.case([(b.compare("=", counted, ZERO), other)], found)
    return b.if_missing(found, other)


def _best(here: Here, node: t.Call, rows: Rows, value: m.Expr, where: m.Expr | None) -> m.Expr | None:
    """取高 n个, 去低 n个 …: the place of each row in its set, then a condition on the place."""
    wanted = [(label, field) for label in ("takehigh", "takelow", "drophigh", "droplow") if (field := node.field(label)) is not None]
    if not wanted:
        return where
    _theirs_only(node, [value, *([where] if where is not None else [])])
    limits = list(parts_of(where)) if where is not None else []
    for label, field in wanted:
        assert isinstance(field.value, t.Node)
        count = whole(here, field.value, what=f"“{LABELS[field.label]}”的个数")
        place = place_in_set(here, rows, value, where, descending=label.endswith("high"), node=node)
        op: Literal["<=", ">"] = "<=" if label.startswith("take") else ">"
        limits.append(b.compare(op, place, b.const(Fraction(count))))
    if value.type.optional:
        limits.insert(len(parts_of(where)) if where is not None else 0, b.known(value))
    return b.logic("and", limits)


def _theirs_only(node: t.Call, exprs: list[m.Expr]) -> None:
    if any(False in sides(expr) for expr in exprs):
        raise fault(
            "rows-mixed", node.at, "去高、去低、取高、取低、最早、最近里的条件只能用被统计的那张表的列。",
            "Only columns of the counted table may be used here.", "先在那张表上写一条是否的规则。", "Write a yes/no rule on that table first.",
        )  # fmt: skip


def place_in_set(here: Here, rows: Rows, value: m.Expr, where: m.Expr | None, *, descending: bool, node: t.Call) -> m.Expr:
    """The number of a counted row in its set, ordered by `value`; 0 for rows that do not take part."""
    owner = replace(rows.inside, table=rows.source).everywhere()
    only_parts = [to_mine(part) for part in parts_of(where)] if where is not None else []
    if value.type.optional:
        only_parts.append(b.known(to_mine(value)))
    only = column_of(owner, b.logic("and", only_parts)) if only_parts else None
    inside = assume(owner, b.logic("and", only_parts)) if only_parts else owner
    order = (m.Key(column_of(inside, to_mine(value)), descending),)
    op = m.Over("rowno", tuple(theirs for theirs, _ in rows.on), order, only)
    kind = b.over_type("rowno", None, rows.most, only=only is not None)
    draft = here.shop.hoist(rows.source, op, kind)
    place = m.Col(kind, draft.name, True)
    return b.if_missing(place, ZERO) if only is not None else place


def _count(here: Here, node: t.Call) -> m.Expr:
    rows = rows_of(here, node)
    where, _ = where_of(here, node, rows)
    if node.args and not isinstance(node.args[0], t.Path):
        raise fault(
            "count-of-rows", node.args[0].at, "“个数”的第一项只写表的名称，条件写在“当”后面。", "Give the table first, the condition after 当.",
            "例如“个数(考勤；当 考勤.迟到)”。", "For example 个数(考勤；当 考勤.迟到).",
        )  # fmt: skip
    if node.args and isinstance(node.args[0], t.Path) and len(node.args[0].names) > 1:
        value = here.lower(rows.main, node.args[0])
        where = b.logic("and", [*(parts_of(where) if where is not None else ()), b.known(value)])
    where = only_where_used(here, [], where)
    return hoist(here, m.Agg("count", rows.source.name, rows.on, None, where), b.number(0, rows.most), node)


def _any(here: Here, node: t.Call) -> m.Expr:
    rows = rows_of(here, node)
    where, _ = where_of(here, node, rows)
    return hoist(here, m.Agg("any", rows.source.name, rows.on, b.const(True), only_where_used(here, [], where)), YESNO, node)


def _all(here: Here, node: t.Call) -> m.Expr:
    rows = rows_of(here, node)
    where, inside = where_of(here, node, rows)
    each = node.field("each")
    assert each is not None and isinstance(each.value, t.Node)  # 都 is asked for with the function
    holds = condition(inside, each.value)
    return hoist(here, m.Agg("all", rows.source.name, rows.on, holds, only_where_used(here, [holds], where)), YESNO, node)


def _median(here: Here, node: t.Call) -> m.Expr:
    rows = rows_of(here, node)
    where, inside = where_of(here, node, rows)
    value = here.lower(replace(inside, main=True), _argument(node))
    _theirs_only(node, [value, *([where] if where is not None else [])])
    if value.type.kind is not Kind.NUMBER:
        raise fault("not-a-number", node.args[0].at, "“中位数”的各行要是数。", "Numbers are needed.")
    _missing(here, node, rows, value, where)
    place = place_in_set(here, rows, value, where, descending=False, node=node)
    counted = b.logic("and", [*(parts_of(where) if where is not None else ()), b.known(value)])
    count = hoist(here, m.Agg("count", rows.source.name, rows.on, None, counted), b.number(0, rows.most), node)
    twice = b.arith("*", place, b.const(Fraction(2)))
    middle = [b.compare(">=", twice, count), b.compare("<=", twice, b.arith("+", count, b.const(Fraction(2)))), b.compare(">", place, ZERO)]
    return _aggregate(here, node, rows, "mean", value, b.logic("and", [*parts_of(counted), *middle]))


def _at_end(latest: bool) -> Callable[[Here, t.Call], m.Expr]:
    def lowered(here: Here, node: t.Call) -> m.Expr:
        rows = rows_of(here, node)
        where, inside = where_of(here, node, rows)
        by = node.field("by")
        assert by is not None
        order_node, flip = by.value, latest
        if isinstance(order_node, t.Orders):
            flip = order_node.orders[0].descending is not latest
            order_node = order_node.orders[0].by
        assert isinstance(order_node, t.Node)
        order = here.lower(replace(inside, main=True), order_node)
        value = here.lower(replace(inside, main=True), _argument(node))
        _theirs_only(node, [order, value, *([where] if where is not None else [])])
        place = place_in_set(here, rows, order, where, descending=flip, node=node)
        first = b.compare("=", place, b.const(Fraction(1)))
        both = b.logic("and", [*(parts_of(where) if where is not None else ()), first])
        op = m.Agg("one", rows.source.name, rows.on, value, both)
        found = hoist(here, op, value.type.maybe(), node)
        return _none(here, node, rows, found, op)

    return lowered


# -------------------------------------------------------------------------------------------- the total of an indicator table


def _indicator_total(here: Here, node: t.Call) -> m.Expr | None:
    """`合计(基础分)` where 基础分 is an indicator table: the sum of its rows, or Σ 权重 × 得分."""
    first = node.args[0] if len(node.args) == 1 else None
    if not isinstance(first, t.Path) or len(first.names) != 1 or first.text not in here.shop.indicators:
        return None
    if first.text in here.table.columns:
        return None
    table = here.shop.indicators[first.text]
    if not table.rows:
        raise Echo  # each of its rows was refused
    parts, weights = [], []
    for row in table.rows:
        draft = here.table.columns.get(row.name.text)
        if draft is None:
            raise fault(
                "indicators-elsewhere", first.at, f"指标表“{first.text}”不是对“{here.table.name}”写的。", f"{first.text} is for another table.",
                f"它的对象是“{table.subject.text}”。", "",
            )  # fmt: skip
        parts.append(read_column(here, ready(here, draft), theirs=False))
        weights.append(row.weight)
    from quanheng.engine.plan.lower.raters import blended, total

    if all(weight is None for weight in weights):
        return total(here, node, parts)
    return blended(here, node, [(part, weight) for part, weight in zip(parts, weights, strict=True) if weight is not None])


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {
    "合计": _simple("sum"), "平均": _simple("mean"), "最高": _simple("max"), "最低": _simple("min"), "去高去低平均": _simple("mean"),
    "个数": _count, "存在": _any, "全部": _all, "中位数": _median, "最早": _at_end(False), "最近": _at_end(True),
}  # fmt: skip
