"""What a form says that reads the periods before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanheng.engine.explain.speak import formula
from quanheng.engine.formula import tree as t
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import walk

if TYPE_CHECKING:
    from quanheng.engine.explain.forms.at import At


def along(at: At, node: t.Call) -> None:
    column = at.hidden(node, (m.Over,))
    for arg in node.args:
        expr = at.expr(arg)
        source = at.tracer.source_of(at.table, at.row, expr) if expr is not None else None
        if source is not None and column is not None and isinstance(column.op, m.Over) and column.op.kind == "prev":
            members = at.tracer.reference.group_members(at.table, at.row, column.op).rows
            place = members.index(at.row) if at.row in members else 0
            if place > 0:
                at.notes.mentions.append((source[0], members[place - 1], source[2]))
        elif source is not None and not _loop(at, node):
            at.notes.stands_on.append(source)
    if _loop(at, node) and isinstance(node.args[0], t.Path):
        before = at.tracer.period_before(at.table, at.row)
        if before is not None:
            at.notes.mentions.append((at.table, before, node.args[0].text))
    if column is not None and isinstance(column.op, m.Over) and column.op.kind == "run":
        _streak(at, node, column.op)
    at.step(f"{formula(node, lambda _: None)} = {at.say(node)}", f"{formula(node, lambda _: None)} = {at.say(node)}")


def _loop(at: At, node: t.Call) -> bool:
    """上期 of a rule that reads its own past."""
    expr = at.expr(node)
    return expr is not None and any(isinstance(each, m.Prev) for each in walk(expr))


def _streak(at: At, node: t.Call, op: m.Over) -> None:
    """From which period to which the condition held."""
    length = at.number(node)
    members = at.tracer.reference.group_members(at.table, at.row, op).rows
    if not length or at.row not in members or at.tracer.plan.tables[at.table].period is None:
        at.not_applied(f"{formula(node.args[0], at.value_in_formula)}：本期不成立，连续中断", "the condition does not hold for this period")
        return
    here = members.index(at.row)
    period = at.tracer.plan.tables[at.table].period or ""
    first, last = (at.tracer.say(at.table, members[place], period) for place in (here - int(length) + 1, here))
    at.step(f"{formula(node.args[0], lambda _: None)} 从 {first} 到 {last} 都成立，连续 {length} 期", f"holds from {first} to {last}: {length} periods")
