"""What a form says that counts records: those that count, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quanheng.engine.explain.forms.row import sides
from quanheng.engine.explain.speak import formula
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import function_named
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Origin, walk
from quanheng.engine.values import Missing

if TYPE_CHECKING:
    from quanheng.engine.explain.forms.at import At


_MOST: Final = 20

_LEFT: Final = 5


def counted(at: At, node: t.Call) -> None:
    """合计, 平均, 个数, 存在 …: the rows counted, and why the others are not."""
    column = at.hidden(node, (m.Agg,))
    if column is None or not isinstance(column.op, m.Agg):
        at.visit_all(node)  # the total of an indicator table
        _indicators(at, node)
        return
    op, tracer = column.op, at.tracer
    members = tracer.reference.group_members(at.table, at.row, op)
    function = function_named(node.function.text)
    assert function is not None
    of, said = f"“{op.source.lstrip('·')}”", at.say(node)
    if op.source == at.table:
        written = formula(node, lambda _: None)
        left = f"，另有 {len(members.left_out)} 行不符合条件" if members.left_out else ""
        at.step(f"{written}：计入 {len(members.rows)} 行{left}，得 {said}", f"{written}: {len(members.rows)} rows, {said}")
        return
    value_names = tuple({path.names[-1].text for arg in node.args for path in tracer.names_inside(arg) if len(path.names) > 1})
    counted = [row for row in members.rows if tracer.may_list(op.source, row)]
    shown = counted[: max(0, _MOST - len(at.notes.records))]
    at.notes.records.extend(tracer.record(op.source, row, value_names) for row in shown)
    left_out = [row for row in members.left_out if tracer.may_list(op.source, row)][:_LEFT]
    for row in left_out:
        at.notes.records.append(tracer.record(op.source, row, value_names, why_not=_why_not(at, node, op, row), counted=False))
    at.notes.more_records += len(members.rows) + len(members.left_out) - len(shown) - len(left_out)
    rest = f"，另有 {len(members.left_out)} 条不符合条件" if members.left_out else ""
    rest_en = f", {len(members.left_out)} more do not satisfy the condition" if members.left_out else ""
    match function.zh:
        case "存在":
            if members.rows and at.value(node) is True:
                at.step(f"{of}里有符合条件的记录", f"{op.source} has such a row")
            else:
                total = len(members.rows) + len(members.left_out)
                why = f"（共 {total} 条，都不符合）" if total else "（没有记录）"
                at.not_applied(f"{formula(node, lambda _: None)}：没有这样的记录{why}", f"{formula(node, lambda _: None)}: no such row")
        case _:
            at.step(
                f"{of}计入 {len(members.rows)} 条{rest}，{function.zh} {said}",
                f"{op.source}: {len(members.rows)} rows counted{rest_en}, {function.en[0]} {said}",
            )


def _why_not(at: At, node: t.Call, op: m.Agg, row: int) -> str:
    """The first condition the row does not satisfy, with its own values."""
    when = node.field("when")
    unmet = _unmet(at, op, row)
    if unmet is None and op.value is not None and isinstance(at.tracer.eval(at.table, at.row, op.value, (op.source, row)), Missing):
        reason = at.tracer.say_expr(at.table, at.row, op.value, (op.source, row))
        return f"{reason}，按“缺 略去”不计" if at.zh else f"{reason}, left out"
    best = any(node.field(label) is not None for label in ("drophigh", "droplow", "takehigh", "takelow"))
    outside = ("按高低次序去掉的" if at.zh else "dropped by its place") if best else ("不在范围内" if at.zh else "outside the range")
    if when is None or not isinstance(when.value, t.Node):
        return outside
    for part in sides(when.value, "and"):
        if unmet is not None and at.expr(part) == unmet:
            return formula(part, lambda each: _their_value(at, each, op.source, row)) + (" 不成立" if at.zh else " does not hold")
    return outside


def _unmet(at: At, op: m.Agg, row: int) -> m.Expr | None:
    """The first condition of the aggregate that the row does not meet. What comes after it may rest on it (a divisor that
    is not 0), as the value does on all of them, and is not looked at."""
    if op.where is None:
        return None
    parts = op.where.parts if isinstance(op.where, m.Logic) and op.where.op == "and" else (op.where,)
    return next((part for part in parts if at.tracer.eval(at.table, at.row, part, (op.source, row)) is not True), None)


def _their_value(at: At, node: t.Node, source: str, row: int) -> str | None:
    expr = at.expr(node)
    if expr is None or not isinstance(node, t.Path):
        return None
    return at.tracer.say_expr(at.table, at.row, expr, (source, row))


def _indicators(at: At, node: t.Call) -> None:
    expr = at.expr(node)
    if expr is None:
        return
    cells = [at.tracer.source_of(at.table, at.row, each) for each in walk(expr) if isinstance(each, m.Col)]
    places = sorted((cell for cell in cells if cell is not None), key=lambda cell: _line(at, cell))
    at.notes.stands_on.extend(places)
    listed = " + ".join(f"{name} {at.tracer.say(table, row, name)}" for table, row, name in places)
    if places:
        at.step(f"{listed}，合计 {at.say(node)}", f"{listed}: total {at.say(node)}")


def _line(at: At, cell: tuple[str, int, str]) -> int:
    """Where the cell's rule stands in the text, to list the indicators in their order."""
    origin = at.tracer.column(cell[0], cell[2]).origin
    return origin.at.line if isinstance(origin, Origin) and origin.at is not None else 0


def decided(at: At, node: t.Call) -> None:
    value = at.value(node.args[0])
    column = at.hidden(node.args[0], (m.Agg,))
    if isinstance(value, Missing) or column is None or not isinstance(column.op, m.Agg):
        at.not_applied("没有外定的结果，按本办法计算", "nothing was decided outside")
        at.visit(node.args[1])
        return
    rows = at.tracer.reference.group_members(at.table, at.row, column.op).rows
    for row in rows:
        record = at.tracer.record(column.op.source, row)
        body = dict(record.values)
        by, document = body.get("机关", ""), body.get("文件", "") or body.get("文号", "")
        at.step(f"由{by.strip('“”')}决定（{document.strip('“”')}），不另行计算", f"decided by {by} ({document}), not computed")
        at.notes.records.append(record)
