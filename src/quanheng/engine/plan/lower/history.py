"""Functions along the periods of a table entity × month: the previous period, runs of periods, running totals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from quanheng.engine.formula import tree as t
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import fault
from quanheng.engine.plan.lower.core import Here, condition, in_base_unit, numeric, plain, unify_all
from quanheng.engine.plan.lower.hoisting import column_of, hoist
from quanheng.engine.plan.lower.row import arguments


def _period(here: Here, node: t.Call) -> str:
    if here.table.period is None or here.counted is not None:
        raise fault(
            "no-period", node.at, f"“{node.function.text}”只能对“对象 × 月份”的表写，“{here.table.name}”没有月份（期次）。",
            f"{node.function.text} needs a table entity × month.", "把数据表写成“数据表 员工每月（员工 × 月份）：…”。", "Declare a table entity × month.",
        )  # fmt: skip
    here.table.dense = True
    return here.table.period


def _previous(here: Here, node: t.Call) -> m.Expr:
    period = _period(here, node)
    (value,) = arguments(node, 1, 1, "上期(列；无则 值)")
    scanned = _scanned(here, value)
    if scanned is not None:
        before: m.Expr = in_base_unit(scanned)
    else:
        expr = here.lower(here.everywhere(), value)
        op = m.Over("prev", here.table.entity, (m.Key(period),), None, column_of(here.everywhere(), expr))
        before = hoist(here, op, expr.type.maybe(), node)
    none = node.field("none")
    if none is None:
        return before
    if not isinstance(none.value, t.Node):
        raise fault("none-policy", none.at, "“无则”后面写一个值。", "Give a value after 无则.")
    before, other = unify_all([before, here.lower(here, none.value)], [node, none.value])
    return b.if_missing(before, other)


def _scanned(here: Here, value: t.Node) -> m.Expr | None:
    """上期 of a rule that belongs to the loop being compiled."""
    if here.scan is None or not isinstance(value, t.Path) or len(value.names) != 1:
        return None
    member = here.scan.members.get(value.names[0].text)
    if member is None:
        return None
    return m.Prev(member.ready.maybe(), member.name)


def _streak(here: Here, node: t.Call) -> m.Expr:
    period = _period(here, node)
    (value,) = arguments(node, 1, 1, "连续(条件)")
    column = column_of(here.everywhere(), condition(here.everywhere(), value))
    return hoist(here, m.Over("run", here.table.entity, (m.Key(period),), None, column), b.over_type("run", None, 10_000, only=False), node)


def _cumulative(here: Here, node: t.Call) -> m.Expr:
    period = _period(here, node)
    (value,) = arguments(node, 1, 1, "累计(列)")
    expr = plain(here, numeric(here.everywhere(), value), value.at)
    op = m.Over("cumsum", here.table.entity, (m.Key(period),), None, column_of(here.everywhere(), expr))
    found = hoist(here, op, b.over_type("cumsum", expr.type, 10_000, only=False), node)
    return replace(found, type=replace(found.type, unit=expr.type.unit))


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {"上期": _previous, "连续": _streak, "累计": _cumulative}
