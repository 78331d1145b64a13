"""What a form says that looks at its own row only: which case, which tier, how many steps, which limit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from quanheng.engine.explain.speak import formula, spoken
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import function_named
from quanheng.engine.formula.units import Unit
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.values import Missing

if TYPE_CHECKING:
    from quanheng.engine.explain.forms.at import At


def alternatives(at: At, node: t.Binary) -> None:
    """甲 或 乙 或 丙: name those that do not hold."""
    for side in sides(node, "or"):
        at.visit(side)
        if at.value(side) is False:
            text = formula(side, at.value_in_formula)
            at.not_applied(f"{text}：不成立", f"{text}: does not hold")


def sides(node: t.Node, op: str) -> list[t.Node]:
    """What stands between the 或 (or the 且) of a chain."""
    if isinstance(node, t.Binary) and node.op == op:
        return [*sides(node.left, op), *sides(node.right, op)]
    return [node]


def cases(at: At, node: t.Call) -> None:
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


def if_holds(at: At, node: t.Call) -> None:
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


def tiers(at: At, node: t.Call) -> None:
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


def steps(at: At, node: t.Call) -> None:
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


def limit(at: At, node: t.Call) -> None:
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


def clamp(at: At, node: t.Call) -> None:
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


def excess(at: At, node: t.Call) -> None:
    at.visit_all(node)
    result = at.value(node)
    name, base = formula(node.args[0], at.value_in_formula), at.say(node.args[1])
    if result == 0:
        at.not_applied(f"{name} 没有超过 {base}", f"{name} does not exceed {base}")
    else:
        at.step(f"{name} 超过 {base} 的部分是 {at.say(node)}", f"{name} exceeds {base} by {at.say(node)}")


def if_missing(at: At, node: t.Call) -> None:
    at.visit_all(node)
    value = at.value(node.args[0])
    if isinstance(value, Missing):
        at.step(f"{formula(node.args[0], at.value_in_formula)}，用代替的值 {at.say(node.args[1])}", f"missing, replaced by {at.say(node.args[1])}")


def progressive(at: At, node: t.Call) -> None:
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


def interpolate(at: At, node: t.Call) -> None:
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


_PERCENT: Final = Type(Kind.NUMBER, unit=Unit((), "%"))


def blend(at: At, node: t.Call) -> None:
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
