"""What is not a row expression becomes a hidden column of my table, and refuses only where it would be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quanheng.engine.faults import Place
from quanheng.engine.formula import tree as t
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Origin, TableDraft, fault, reads, sides, to_mine, walk
from quanheng.engine.plan.lower.core import Here
from quanheng.engine.plan.types import Kind, Type


def column_of(here: Here, expr: m.Expr) -> str:
    """The name of the column of my table that holds `expr`."""
    _apart_from_the_loop(here, expr)
    if isinstance(expr, m.Col) and not expr.theirs:
        return expr.name
    return here.shop.as_column(here.table, _where_used(here, expr))


def _where_used(here: Here, expr: m.Expr) -> m.Expr:
    """The expression, and something that is never looked at on rows where the conditions around it do not hold: a column is
    worked out on every row, also where it would divide by 0 or ask for what is missing."""
    around = conditions_around(here, [expr])
    return b.case([(b.logic("and", around), expr)], any_value(expr)) if around else expr


def conditions_around(here: Here, exprs: Sequence[m.Expr]) -> list[m.Expr]:
    """The conditions on my row that hold wherever these are used, if they say something of a column that these read."""
    told = {name for theirs, name in (*here.known, *here.narrowed) if not theirs}
    if not any(each.name in told or _believed(here, each) for expr in exprs for each in walk(expr) if isinstance(each, m.Col) and not each.theirs):
        return []
    parts = [part for each in here.under for part in (each.parts if isinstance(each, m.Logic) and each.op == "and" else (each,))]
    return list(dict.fromkeys(part for part in parts if sides(part) <= {False} and not _inside_loop(here, [part])))


def _believed(here: Here, read: m.Col) -> bool:
    """Is the column taken to be there although it can be missing? A 停算 vouches for it, and only under the conditions around."""
    return not read.type.optional and here.table.columns[read.name].ready.optional


def any_value(found: m.Expr) -> m.Expr:
    """A value of the same type that is never seen."""
    match found.type.kind:
        case Kind.NUMBER:
            assert found.type.num is not None  # inside the range, so that what is proved of it stays true
            return b.const(found.type.num.lo, found.type.unit)
        case Kind.TEXT:
            return b.const(found.type.choices[0] if found.type.choices else "")
        case Kind.YESNO:
            return b.const(False)
        case kind:
            return b.const(0, kind=kind)


def hoist(here: Here, op: m.Op, kind: Type, call: t.Call | None = None) -> m.Col:
    """A hidden column of my table for an operation that is not a row expression."""
    match op:
        case m.Row(expr):
            _apart_from_the_loop(here, expr)
        case m.Agg(value=value, where=where):
            _apart_from_the_loop(here, *(each for each in (value, where) if each is not None))
    draft = here.shop.hoist(here.table, op, kind, Origin("helper", call=call))
    return m.Col(kind, draft.name)


def _apart_from_the_loop(here: Here, *exprs: m.Expr) -> None:
    """What is computed for the whole column at once cannot stand on rules that are computed period by period."""
    if here.scan is None:
        return
    for expr in exprs:
        if reads(expr, theirs=False) & set(here.scan.members) or any(isinstance(each, m.Prev) for each in walk(expr)):
            raise fault(
                "loop-too-rich", here.owner.at, "用到“上期”的这组规则里，互相引用的数只能做一行之内的计算，不能再汇总、排名或分配。",
                "Columns that depend on their own previous value can only be used within one row here.",
                "先写一条普通的规则算出要汇总的数。", "Compute what is to be aggregated in a rule of its own.",
            )  # fmt: skip


def on_their_side(here: Here, exprs: Sequence[m.Expr], at: Place) -> bool:
    """Do these expressions belong to the counted row? Mixed rows cannot be hoisted."""
    used = set().union(*(sides(expr) for expr in exprs)) if exprs else set()
    if used == {True, False}:
        raise fault(
            "rows-mixed", at, "这里同时用到了本行和被统计的那一行，无法先算出来。", "This mixes my row with the counted row.",
            "先在那张表上写一条规则，再在这里引用。", "Write a rule on the counted table first.",
        )  # fmt: skip
    return used == {True}


def _inside_loop(here: Here, exprs: Sequence[m.Expr]) -> bool:
    """Does any of them read what the loop being compiled computes period by period?"""
    if here.scan is None:
        return False
    names = set(here.scan.members)
    return any(isinstance(each, m.Prev) or (isinstance(each, m.Col) and each.name in names) for expr in exprs for each in walk(expr))


def refuse_where(here: Here, table: TableDraft, bad: m.Expr, says: tuple[str, str, str], at: Place, present: str | None = None) -> None:
    """Refuse the run where `bad` holds on a row for which this part of the formula is used at all.

    `says`: the fault's code and its words in Chinese and English. `present`: the column that is taken as known from then on."""
    theirs = here.counted is not None and table is here.counted
    conditions = [to_mine(each) for each in here.under if sides(each) <= {theirs}]
    if _inside_loop(here, [*conditions, bad]):
        raise fault(
            "loop-too-rich", at, "用到“上期”的规则里，“停算”不能放在看上期结果的条件里面。", "停算 cannot stand under a condition on the previous period.",
            "先写一条普通的规则算出这个数，再在这里用它。", "Compute it in a rule of its own first.",
        )  # fmt: skip
    flat: list[m.Expr] = []
    for each in (*conditions, bad):
        flat.extend(each.parts if isinstance(each, m.Logic) and each.op == "and" else (each,))
    here.shop.guard(table, b.logic("and", list(dict.fromkeys(flat))), says, at, here.article, present=present)


def their_here(here: Here) -> Here:
    """Standing on the counted row itself, with what is known of it."""
    assert here.counted is not None
    return replace(
        here, table=here.counted, counted=None, peers=False, main=False, scan=None,
        known=frozenset((False, name) for theirs, name in here.known if theirs),
        narrowed={(False, name): num for (theirs, name), num in here.narrowed.items() if theirs},
        under=tuple(to_mine(each) for each in here.under if sides(each) <= {True}),
    )  # fmt: skip
