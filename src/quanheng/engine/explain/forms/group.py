"""What a form says that sets a row among others: its place, its quota, its part of the pool."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from quanheng.engine.explain.speak import formula, spoken
from quanheng.engine.formula import tree as t
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import walk
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.values import Missing, Value

if TYPE_CHECKING:
    from quanheng.engine.explain.forms.at import At


def rank(at: At, node: t.Call) -> None:
    for part in node.all(t.Orders):
        for order in part.orders:
            at.visit(order.by)
    column = at.hidden(node, (m.Over,))
    if column is None or not isinstance(column.op, m.Over):
        return
    members = at.tracer.reference.group_members(at.table, at.row, column.op)
    value = at.value(node)
    if isinstance(value, Missing):
        at.not_applied("不参加排名（不在“仅”的范围里）", "takes no part in the ranking")
        return
    at.step(f"{_group_name(at, node)}的 {len(members.rows)} 行里排第 {at.say(node)}", f"place {at.say(node)} of {len(members.rows)} in the group")
    _ties(at, node, column.op, members.rows)


def _ties(at: At, node: t.Call, op: m.Over, rows: tuple[int, ...]) -> None:
    """How many are equal in the first order, and what then decides."""
    if not op.order:
        return
    first = op.order[0].column
    own = at.tracer.value(at.table, at.row, first)
    equal = sum(at.tracer.value(at.table, row, first) == own for row in rows) - 1
    if equal <= 0:
        return
    ties = node.field("ties")
    if ties is not None and isinstance(ties.value, t.Orders):
        for order in ties.value.orders:
            at.visit(order.by)
        decides = "、".join(f"{formula(order.by, at.value_in_formula)}" for order in ties.value.orders)
        at.step(f"另有 {equal} 行与本行相同，再比 {decides}", f"{equal} more are equal; then {decides} decides")
    else:
        at.step(f"另有 {equal} 行与本行相同（并列）", f"{equal} more are equal")


def quota(at: At, node: t.Call) -> None:
    for part in node.all(t.Orders):
        for order in part.orders:
            at.visit(order.by)
    column = at.hidden(node, (m.Over,))
    result = at.value(node)
    if column is None or not isinstance(column.op, m.Over):
        return
    if isinstance(result, Missing):
        at.not_applied("不参加评等（不在“仅”的范围里）", "takes no part in the quota")
        return
    members = at.tracer.reference.group_members(at.table, at.row, column.op)
    expr = at.expr(node)
    assert expr is not None
    limits: list[tuple[str, Value]] = []
    if isinstance(expr, m.Case):
        for test, chosen in expr.branches:
            if isinstance(test, m.Compare) and isinstance(chosen, m.Const):
                limits.append((str(chosen.value), at.tracer.eval(at.table, at.row, test.right)))
    number = at.tracer.eval(at.table, at.row, m.Col(column.type, column.name))
    heads = len(members.rows)
    listed = "，".join(f"{grade} 到第 {spoken(limit, column.type)} 名" for grade, limit in limits)
    listed_en = ", ".join(f"{grade} to place {spoken(limit, column.type)}" for grade, limit in limits)
    shares = formula(node.all(t.Shares)[0], lambda _: None) if node.all(t.Shares) else ""
    at.step(f"{_group_name(at, node)}共 {heads} 人，按 {shares} 定名额：{listed}", f"{heads} in the group, places by {shares}: {listed_en}")
    at.step(f"排第 {spoken(number, column.type)} 名，得“{result}”", f"place {spoken(number, column.type)}: “{result}”")
    _ties(at, node, column.op, members.rows)
    for grade, limit in limits:
        if grade == result:
            break
        at.not_applied(f"“{grade}”：名额到第 {spoken(limit, column.type)} 名为止", f"“{grade}” ends with place {spoken(limit, column.type)}")


def split(at: At, node: t.Call) -> None:
    for arg in node.args:
        at.visit(arg)
    by = node.field("by")
    if by is not None and isinstance(by.value, t.Node):
        at.visit(by.value)
    column = at.hidden(node, (m.Split,))
    if column is None or not isinstance(column.op, m.Split):
        return
    op, tracer = column.op, at.tracer
    result = at.value(node)
    if isinstance(result, Missing):
        only = node.field("only")
        text = formula(only, at.value_in_formula) if only is not None else ""
        at.not_applied(f"不参加分配：不符合“{text}”", f"takes no part: {text}")
        return
    members = tracer.reference.group_members(at.table, at.row, op)
    total = sum((Fraction(tracer.value(at.table, row, op.weight)) for row in members.rows), Fraction(0))
    pool = Fraction(tracer.value(at.table, at.row, op.pool))
    weight = Fraction(tracer.value(at.table, at.row, op.weight))
    weight_column = tracer.column(at.table, op.weight)
    said_pool = tracer.say(at.table, at.row, op.pool)
    said_weight, said_total = (spoken(each, weight_column.type, weight_column.digits, language=tracer.language) for each in (weight, total))
    at.step(
        f"总额 {said_pool}，{_group_name(at, node)}参加分配的 {len(members.rows)} 人权数合计 {said_total}，本人 {said_weight}",
        f"pool {said_pool}, {len(members.rows)} take part with total weight {said_total}, own {said_weight}",
    )
    if total:
        exact = spoken(pool * weight / total, column.type, None, language=tracer.language)
        sum_up = f"{said_pool} × {said_weight} ÷ {said_total} = {exact}"
        at.step(f"{sum_up}，分到 {at.say(node)}", f"{sum_up}, paid {at.say(node)}")
        _left_over(at, op, members.rows)
    limit = node.field("limit")
    if limit is not None and isinstance(limit.value, t.Node):
        cap = at.value(limit.value)
        if isinstance(cap, Fraction) and isinstance(result, Fraction) and result >= cap:
            at.step(f"到了上限 {at.say(limit.value)}", f"the limit {at.say(limit.value)} is reached")
        else:
            at.not_applied(f"上限 {at.say(limit.value)}：没有达到", f"limit {at.say(limit.value)}: not reached")


def _left_over(at: At, op: m.Split, rows: tuple[int, ...]) -> None:
    """分配 大者先得, 依次先得: what was cut down, and who got the units left over."""
    tracer = at.tracer
    if op.remainder not in ("largest", "first") or op.cap is not None:
        return
    weights = {row: Fraction(tracer.value(at.table, row, op.weight)) for row in rows}
    total, pool = sum(weights.values(), Fraction(0)), Fraction(tracer.value(at.table, at.row, op.pool))
    if not total:
        return
    exact = {row: pool * weight / total / op.unit for row, weight in weights.items()}
    floors = {row: each.__floor__() for row, each in exact.items()}
    left = int(pool / op.unit) - sum(floors.values())
    if left == 0:
        return
    pool_type = tracer.column(at.table, op.pool).type
    cut = spoken(floors[at.row] * op.unit, pool_type, language=tracer.language)
    unit = spoken(op.unit, pool_type, language=tracer.language)
    ahead = 1 + sum(each - floors[row] > exact[at.row] - floors[at.row] for row, each in exact.items())
    order = f"本人零头从大到小排第 {ahead}" if op.remainder == "largest" else "按写明的先后"
    got = Fraction(tracer.value(at.table, at.row, next(c.name for c in tracer.plan.tables[at.table].columns if c.op is op))) / op.unit
    word = f"得 1 个 {unit}" if got > floors[at.row] else "没有轮到"
    at.step(f"先各舍到 {unit}（本人 {cut}），剩下 {left} 个 {unit} 逐个给，{order}，{word}", f"cut down to {cut}; {left} × {unit} left over, place {ahead}")


def prizes(at: At, node: t.Call) -> None:
    """名次奖: the places taken, and with equal ranks the slots shared."""
    for part in node.all(t.Orders):
        for order in part.orders:
            at.visit(order.by)
    value = at.value(node)
    columns = [at.tracer.column(at.table, each.name) for each in walk(at.expr(node) or m.Const(Type(Kind.NUMBER), Fraction(0))) if isinstance(each, m.Col)]
    places = [column for column in _all_below(at, columns) if isinstance(column.op, m.Over)]
    if isinstance(value, Missing) or not places:
        at.not_applied("不参加排名（不在“仅”的范围里）", "takes no part in the ranking")
        return
    ranks = {column.op.kind: at.tracer.value(at.table, at.row, column.name) for column in places if isinstance(column.op, m.Over)}
    high, low = ranks.get("rank_high"), ranks.get("rank_low")
    tied = f"第 {high} 到第 {low} 名并列" if high != low else f"排第 {high} 名"
    prizes = node.field("prizes")
    said = formula(prizes, at.value_in_formula) if prizes is not None else ""
    at.step(f"{_group_name(at, node)}里{tied}，{said}，得 {at.say(node)}", f"places {high} to {low} in the group: {at.say(node)}")


def _all_below(at: At, columns: list[m.Column]) -> list[m.Column]:
    """The hidden columns these stand on, themselves included."""
    found: dict[str, m.Column] = {}
    todo = [column for column in columns if column.hidden]
    while todo:
        column = todo.pop()
        if column.name in found:
            continue
        found[column.name] = column
        names: list[str] = []
        match column.op:
            case m.Row(expr):
                names = [each.name for each in walk(expr) if isinstance(each, m.Col)]
            case m.Split(pool, weight, partition):
                names = [pool, weight, *partition]
        todo += [each for name in names if (each := at.tracer.column(at.table, name)).hidden]
    return list(found.values())


def _group_name(at: At, node: t.Call) -> str:
    same = node.field("same")
    if same is None or not isinstance(same.value, tuple):
        return "全体"
    return "同一" + "、".join(f"{path.text}（{_of_group(at, path)}）" for path in same.value if isinstance(path, t.Path))


def _of_group(at: At, path: t.Path) -> str:
    """The value that the group has in common: the row's own, in a column of its table."""
    there = {column.name for column in at.tracer.plan.tables[at.table].columns if not column.hidden}
    return at.tracer.say(at.table, at.row, path.text).strip("“”") if path.text in there else at.say(path)
