"""How each surface form speaks of itself: which tier, how many steps, which records, which place in the group."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from quanheng.engine.explain.speak import formula, spoken
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import function_named
from quanheng.engine.formula.parser import children
from quanheng.engine.formula.units import Unit
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Origin, walk
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.values import Missing, Value

if TYPE_CHECKING:
    from quanheng.engine.explain.trace import Notes, Tracer


class At:
    """Standing on one row with one rule's formula, collecting what it has to say."""

    def __init__(self, tracer: Tracer, table: str, row: int, origin: Origin, notes: Notes) -> None:
        self.tracer, self.table, self.row, self.origin, self.notes = tracer, table, row, origin, notes
        self.zh = tracer.zh

    # ------------------------------------------------------------------------------------------------------------- values

    def expr(self, node: t.Node) -> m.Expr | None:
        return self.origin.lowered.get(id(node))

    def value(self, node: t.Node) -> Value | None:
        """The value of a part of the formula on my row; None when it speaks of counted rows."""
        expr = self.expr(node)
        if expr is None or any(isinstance(each, m.Col) and each.theirs for each in walk(expr)):
            return None
        return self.tracer.eval(self.table, self.row, expr)

    def number(self, node: t.Node) -> Fraction | None:
        """The value when it is a number (or a day), None when it is missing or something else."""
        value = self.value(node)
        if value is None or isinstance(value, Missing | str | bool):
            return None
        return Fraction(value)

    def say(self, node: t.Node) -> str:
        if isinstance(node, t.Number):
            return formula(node, lambda _: None)
        expr = self.expr(node)
        if expr is None or any(isinstance(each, m.Col) and each.theirs for each in walk(expr)):
            return formula(node, lambda _: None)
        return self._say_expr(expr)

    def _say_expr(self, expr: m.Expr) -> str:
        source = self.tracer.source_of(self.table, self.row, expr)
        if source is not None and isinstance(expr, m.Col):
            return self.tracer.say(*source)
        return self.tracer.say_expr(self.table, self.row, expr)

    def value_in_formula(self, node: t.Node) -> str | None:
        expr = self.expr(node)
        if expr is None or any(isinstance(each, m.Col) and each.theirs for each in walk(expr)):
            return None
        if isinstance(node, t.Call):
            column = self.hidden(node)
            if column is None:
                return None
        return self._say_expr(expr)

    def hidden(self, node: t.Node, kinds: tuple[type, ...] = (m.Agg, m.Over, m.Split)) -> m.Column | None:
        """The hidden column a call was lowered to."""
        expr = self.expr(node)
        if expr is None:
            return None
        for each in walk(expr):
            if isinstance(each, m.Col) and not each.theirs:
                column = self.tracer.column(self.table, each.name)
                if column.hidden and isinstance(column.op, kinds):
                    return column
        return None

    def step(self, zh: str, en: str) -> None:
        self.notes.steps.append(zh if self.zh else en)

    def not_applied(self, zh: str, en: str) -> None:
        self.notes.not_applied.append(zh if self.zh else en)

    # ------------------------------------------------------------------------------------------------------------- walking

    def visit(self, node: t.Node) -> None:
        """Say what this part does on this row, then go on inside."""
        if isinstance(node, t.Path):
            self.stand_on(node)
            return
        if isinstance(node, t.Lookup):
            for key in node.keys:
                self.visit(key)
            self.step(f"查表 {formula(node, self.value_in_formula)}", f"looked up {formula(node, self.value_in_formula)}")
            return
        if isinstance(node, t.Binary) and node.op == "or":
            self._alternatives(node)
            return
        if isinstance(node, t.Call):
            function = function_named(node.function.text)
            said = SAID.get(function.zh) if function is not None else None
            if said is not None:
                said(self, node)
                return
        for child in children(node):
            self.visit(child)

    def stand_on(self, node: t.Path) -> None:
        expr = self.expr(node)
        if expr is None:
            return
        source = self.tracer.source_of(self.table, self.row, expr)
        if source is not None:
            self.notes.stands_on.append(source)

    def visit_all(self, node: t.Call) -> None:
        for child in (*node.args, *node.parts):
            self.visit(child)

    def _alternatives(self, node: t.Binary) -> None:
        """甲 或 乙 或 丙: name those that do not hold."""
        for side in _flat(node, "or"):
            self.visit(side)
            if self.value(side) is False:
                text = formula(side, self.value_in_formula)
                self.not_applied(f"{text}：不成立", f"{text}: does not hold")


def _flat(node: t.Node, op: str) -> list[t.Node]:
    if isinstance(node, t.Binary) and node.op == op:
        return [*_flat(node.left, op), *_flat(node.right, op)]
    return [node]


# ------------------------------------------------------------------------------------------------------------------- forms


def _cases(at: At, node: t.Call) -> None:
    for branch in node.all(t.Branch):
        at.visit(branch.condition)
        text = formula(branch.condition, at.value_in_formula)
        if at.value(branch.condition) is True:
            at.step(f"符合“{text}”，取 {at.say(branch.value)}", f"“{text}” holds: {at.say(branch.value)}")
            at.visit(branch.value)
            return
        shown = formula(branch.value, lambda _: None)
        at.not_applied(f"{shown}的条件不成立：{text}", f"{shown} does not apply: {text}")
    for other in node.all(t.Otherwise):
        at.step(f"上面的条件都不成立，取其余 {at.say(other.value)}", f"none of the conditions holds: {at.say(other.value)}")
        at.visit(other.value)


def _if(at: At, node: t.Call) -> None:
    test, yes, no = node.args
    at.visit(test)
    holds = at.value(test) is True
    text, chosen = formula(test, at.value_in_formula), yes if holds else no
    word = "成立" if holds else "不成立"
    at.step(f"“{text}”{word}，取 {at.say(chosen)}", f"“{text}” {'holds' if holds else 'does not hold'}: {at.say(chosen)}")
    at.visit(chosen)


_TESTS: Final[dict[str, Callable[[Fraction, Fraction], bool]]] = {
    ">=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b, "=": lambda a, b: a == b,
}  # fmt: skip


def _tiers(at: At, node: t.Call) -> None:
    subject = node.args[0]
    at.visit(subject)
    value = at.number(subject)
    name = formula(subject, at.value_in_formula)
    if isinstance(at.value(subject), Missing):
        at.step(f"{name}：没有数，不分档", f"{name}: no value, no tier")
        return
    for tier in node.all(t.Tier):
        bound = at.number(tier.bound)
        written = formula(t.Tier(tier.at, tier.op, tier.bound, tier.value), lambda _: None)
        if value is not None and bound is not None and _TESTS[tier.op](value, bound):
            at.step(f"{name} 落在“{written}”这一档，取 {at.say(tier.value)}", f"{name} falls into “{written}”: {at.say(tier.value)}")
            at.visit(tier.value)
            return
        at.not_applied(f"{name} 不在“{written}”这一档", f"{name} is not in “{written}”")
    for other in node.all(t.Otherwise):
        at.step(f"{name} 不在上面任何一档，取其余 {at.say(other.value)}", f"{name} is in none of the tiers: {at.say(other.value)}")
        at.visit(other.value)


def _steps(at: At, node: t.Call) -> None:
    at.visit(node.args[0])
    amount, base_node = at.number(node.args[0]), node.field("from")
    assert base_node is not None and isinstance(base_node.value, t.Node)
    base = at.number(base_node.value)
    name, said_base, result = formula(node.args[0], at.value_in_formula), at.say(base_node.value), at.say(node)
    if amount is None or base is None:
        at.step(f"{name}：没有数，不加不扣", f"{name}: no value")
        return
    expr = at.expr(node.args[0])
    assert expr is not None
    for line in node.all(t.Every):
        beyond = base - amount if line.below else amount - base
        step_value = at.number(line.step)
        written = formula(line, lambda _: None)
        if beyond <= 0 or step_value is None:
            word = "没有低于" if line.below else "没有超过"
            at.not_applied(f"{written}：{name} {word}起点 {said_base}", f"{written}: {name} does not pass {said_base}")
            continue
        part = node.field("part")
        exact = beyond / step_value
        policy = part.value if part is not None else ""
        count = exact if policy == "proportional" else exact.__floor__() if policy == "full" else exact.__ceil__()
        gap = spoken(beyond, expr.type, None, language=at.tracer.language)
        far = "低于" if line.below else "超过"
        how = {"full": "零头不计", "started": "零头算一步", "proportional": "零头按比例"}.get(str(policy), "")
        steps = spoken(Fraction(count), expr.type.maybe(), None, language="zh").split(" ")[0].rstrip("%") if policy == "proportional" else str(count)
        at.step(f"{name} {far}起点 {said_base} {gap}，{written}，{how}，计 {steps} 步", f"{name} passes {said_base} by {gap}: {steps} steps of {written}")
    if node.field("floorzero") is not None:
        at.step(f"从满分扣起，扣完为止，得 {result}", f"taken from the full mark, not below 0: {result}")
    else:
        at.step(f"步进得 {result}", f"steps give {result}")


def _limit(at: At, node: t.Call) -> None:
    at.visit_all(node)
    value, limit = (at.number(arg) for arg in node.args)
    name, said = _with_value(at, node.args[0]), at.say(node.args[1])
    if value is None or limit is None:
        return
    top = function_named(node.function.text)
    assert top is not None
    if top.zh == "封顶":
        if value > limit:
            at.step(f"{name} 超过上限，按 {said} 算", f"{name} is above the limit: {said}")
        else:
            at.not_applied(f"上限 {said}：{name} 没有超过", f"limit {said}: not exceeded")
    elif value < limit:
        at.step(f"{name} 低于下限，按 {said} 算", f"{name} is below the floor: {said}")
    else:
        at.not_applied(f"下限 {said}：{name} 没有低于", f"floor {said}: not reached")


def _with_value(at: At, node: t.Node) -> str:
    """A part of the formula and what it comes to: 甲 2 + 乙 3（5 分）, or just 得分 5 分."""
    written, value = formula(node, at.value_in_formula), at.say(node)
    return written if written.endswith((value, f"{value}】")) else f"{written}（{value}）"


def _clamp(at: At, node: t.Call) -> None:
    at.visit_all(node)
    value, low, high = (at.number(arg) for arg in node.args)
    if value is None or low is None or high is None:
        return
    name = _with_value(at, node.args[0])
    if value < low:
        at.step(f"{name}低于下限，按 {at.say(node.args[1])} 算", f"{name} is below the floor: {at.say(node.args[1])}")
    elif value > high:
        at.step(f"{name}超过上限，按 {at.say(node.args[2])} 算", f"{name} is above the limit: {at.say(node.args[2])}")
    else:
        at.not_applied(f"上下限 {at.say(node.args[1])}～{at.say(node.args[2])}：{name}在范围内", f"{name} lies within the limits")


def _excess(at: At, node: t.Call) -> None:
    at.visit_all(node)
    result = at.value(node)
    name, base = formula(node.args[0], at.value_in_formula), at.say(node.args[1])
    if result == 0:
        at.not_applied(f"{name} 没有超过 {base}", f"{name} does not exceed {base}")
    else:
        at.step(f"{name} 超过 {base} 的部分是 {at.say(node)}", f"{name} exceeds {base} by {at.say(node)}")


def _if_missing(at: At, node: t.Call) -> None:
    at.visit_all(node)
    value = at.value(node.args[0])
    if isinstance(value, Missing):
        at.step(f"{formula(node.args[0], at.value_in_formula)}，用代替的值 {at.say(node.args[1])}", f"missing, replaced by {at.say(node.args[1])}")


def _decided(at: At, node: t.Call) -> None:
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


def _rows(at: At, node: t.Call) -> None:
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


_PERCENT: Final = Type(Kind.NUMBER, unit=Unit((), "%"))
_MOST: Final = 20
_LEFT: Final = 5


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
    for part in _flat(when.value, "and"):
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


def _rank(at: At, node: t.Call) -> None:
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


def _group_name(at: At, node: t.Call) -> str:
    same = node.field("same")
    if same is None or not isinstance(same.value, tuple):
        return "全体"
    return "同一" + "、".join(f"{path.text}（{at.say(path)}）" for path in same.value if isinstance(path, t.Path))


def _quota(at: At, node: t.Call) -> None:
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


def _split(at: At, node: t.Call) -> None:
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


def _blend(at: At, node: t.Call) -> None:
    listed, present = [], Fraction(0)
    for part in node.all(t.Shares):
        for share in part.shares:
            at.visit(share.of)
            present += (at.number(share.share) or 0) if at.number(share.of) is not None else 0
            if at.number(share.of) is None and _spreads(node):
                at.not_applied(f"{formula(share.of, lambda _: None)}：{at.say(share.of)}", f"{formula(share.of, lambda _: None)}: {at.say(share.of)}")
                continue
            listed.append(f"{formula(share.of, lambda _: None)} {at.say(share.of)} × {formula(share.share, lambda _: None)}")
            if isinstance(at.value(share.of), Missing):
                at.not_applied(f"{formula(share.of, lambda _: None)}：{at.say(share.of)}", f"{formula(share.of, lambda _: None)}: {at.say(share.of)}")
    sum_up = " + ".join(listed)
    if _spreads(node) and present != 1:
        sum_up = f"({sum_up}) ÷ {spoken(present, _PERCENT)}"
    at.step(f"{sum_up} = {at.say(node)}", f"{sum_up} = {at.say(node)}")


def _spreads(node: t.Call) -> bool:
    """摊给其他: what is missing is spread over what is there."""
    field = node.field("missing")
    return field is not None and field.value == "spread"


def _history(at: At, node: t.Call) -> None:
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


def _progressive(at: At, node: t.Call) -> None:
    """累进: each band's part and rate."""
    at.visit(node.args[0])
    amount, expr = at.number(node.args[0]), at.expr(node.args[0])
    if amount is None or expr is None:
        return
    listed, below = [], Fraction(0)
    for tier in node.all(t.Tier):
        bound = at.number(tier.bound)
        if bound is None:
            return
        if amount > below:
            part = spoken(min(amount, bound) - below, expr.type, None, language=at.tracer.language)
            listed.append(f"{part} × {at.say(tier.value)}")
        else:
            at.not_applied(f"≤ {at.say(tier.bound)} 的一段：没有达到", f"band up to {at.say(tier.bound)}: not reached")
        below = bound
    for other in node.all(t.Otherwise):
        if amount > below:
            listed.append(f"{spoken(amount - below, expr.type, None, language=at.tracer.language)} × {at.say(other.value)}")
        else:
            at.not_applied(f"超过 {spoken(below, expr.type, None)} 的一段：没有达到", "the last band is not reached")
    at.step(f"{' + '.join(listed) or '0'} = {at.say(node)}", f"{' + '.join(listed) or '0'} = {at.say(node)}")


def _interpolate(at: At, node: t.Call) -> None:
    """内插: between which two points the value lies."""
    at.visit(node.args[0])
    amount = at.number(node.args[0])
    name = formula(node.args[0], at.value_in_formula)
    points = [(point, bound) for point in node.all(t.Branch) if (bound := at.number(point.condition)) is not None]
    if amount is None or not points:
        return
    under = [point for point, bound in points if bound <= amount]
    over = [point for point, bound in points if bound > amount]
    ends = [f"{at.say(point.condition)}（{at.say(point.value)}）" for point in (*under[-1:], *over[:1])]
    where = " 和 ".join(ends) + (" 之间" if len(ends) == 2 else " 之外")
    at.step(f"{name} 在 {where}，折算 {at.say(node)}", f"{name} lies at {' and '.join(ends)}: {at.say(node)}")


def _prizes(at: At, node: t.Call) -> None:
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


SAID: Final[dict[str, Callable[[At, t.Call], None]]] = {
    "如果": _if, "分情况": _cases, "分档": _tiers, "步进": _steps, "封顶": _limit, "保底": _limit, "限于": _clamp, "超出": _excess,
    "缺则": _if_missing, "外定": _decided, "合计": _rows, "平均": _rows, "最高": _rows, "最低": _rows, "个数": _rows, "存在": _rows, "全部": _rows,
    "去高去低平均": _rows, "中位数": _rows, "最早": _rows, "最近": _rows, "排名": _rank, "名额": _quota, "分配": _split, "加权": _blend, "评分": _blend,
    "累进": _progressive, "内插": _interpolate, "名次奖": _prizes, "上期": _history, "连续": _history, "累计": _history,
}  # fmt: skip
