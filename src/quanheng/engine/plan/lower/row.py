"""Functions of one row: conditions, tiers, steps, bands, limits, missing values, rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import PURE
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import fault
from quanheng.engine.plan.lower.core import ZERO, Here, condition, constant, in_base_unit, kind_zh, numeric, plain, unify, unify_all, whole
from quanheng.engine.plan.lower.names import chain, own_row_in
from quanheng.engine.plan.lower.narrow import assume
from quanheng.engine.plan.types import Kind
from quanheng.engine.values import Rounding


def arguments(node: t.Call, least: int, most: int, shape: str) -> tuple[t.Node, ...]:
    if not least <= len(node.args) <= most:
        count = f"{least}" if least == most else f"{least} 到 {most}"
        raise fault(
            "argument-count", node.at, f"“{node.function.text}”要 {count} 项，这里写了 {len(node.args)} 项。",
            f"{node.function.text} takes {count} arguments.", f"写法：{shape}", f"Shape: {shape}",
        )  # fmt: skip
    return node.args


def _if(here: Here, node: t.Call) -> m.Expr:
    test, yes, no = arguments(node, 3, 3, "如果(条件, 是则, 否则)")
    holds = condition(here, test)
    chosen, other = here.lower(assume(here, holds), yes), here.lower(assume(here, holds, yes=False), no)
    chosen, other = unify_all([chosen, other], [yes, no])
    return b.case([(holds, chosen)], other)


def _cases(here: Here, node: t.Call) -> m.Expr:
    arguments(node, 0, 0, "分情况(条件：值；…；其余：值)")
    branches, other = node.all(t.Branch), _otherwise(node)
    if not branches:
        raise fault("no-branches", node.at, "“分情况”里没有一行“条件：值”。", "There is no condition: value.")
    tests, values, at = [], [], here
    for branch in branches:
        holds = condition(at, branch.condition)
        values.append(here.lower(assume(at, holds), branch.value))
        tests.append(holds)
        at = assume(at, holds, yes=False)
    *values, last = unify_all([*values, at.lower(at, other.value)], [*(branch.value for branch in branches), other.value])
    return b.case(list(zip(tests, values, strict=True)), last)


def _otherwise(node: t.Call) -> t.Otherwise:
    found = node.all(t.Otherwise)
    if len(found) != 1 or node.parts[-1] is not found[0]:
        at = found[-1].at if found else node.at
        raise fault(
            "otherwise-last", at, "最后一行要写“其余：…”，而且只写一次。", "The last line must be 其余, once.",
            "写明都不符合时取什么值。", "Say what holds when nothing else does.",
        )  # fmt: skip
    return found[0]


def _tiers(here: Here, node: t.Call) -> m.Expr:
    (value,) = arguments(node, 1, 1, "分档(数；>= 界：值；…；其余：值)")
    tiers, other = node.all(t.Tier), _otherwise(node)
    if not tiers:
        raise fault("no-tiers", node.at, "“分档”里没有一档“>= 界：值”。", "There is no tier.")
    subject = here.lower(here, value)
    if subject.type.kind is Kind.TEXT:
        return _text_tiers(here, node, subject, tiers, other)
    known = replace(subject, type=subject.type.maybe(False))
    tests, values = [], []
    at = assume(here, b.known(subject)) if subject.type.optional else here
    for tier in tiers:
        bound = here.lower(here, tier.bound)
        if bound.type.kind is not subject.type.kind:
            raise fault("kinds-differ", tier.bound.at, f"这一档的界要是{kind_zh(subject.type)}。", "The bound is of another kind.")
        if bound.type.kind is Kind.NUMBER:
            unify(subject, bound, tier.bound.at, verb="比较")
        test = b.compare(tier.op, known, plain(here, bound, tier.bound.at))
        values.append(here.lower(assume(at, test), tier.value))
        tests.append(test)
        at = assume(at, test, yes=False)
    _dead_tiers(tiers, tests)
    *values, last = unify_all([*values, here.lower(at, other.value)], [*(tier.value for tier in tiers), other.value])
    return _propagate(subject, b.case(list(zip(tests, values, strict=True)), last))


def _text_tiers(here: Here, node: t.Call, subject: m.Expr, tiers: Sequence[t.Tier], other: t.Otherwise) -> m.Expr:
    from quanheng.engine.plan.lower.expr import compare_texts

    known = replace(subject, type=subject.type.maybe(False))
    tests = [compare_texts(here, tier.op, known, here.lower(here, tier.bound), tier) for tier in tiers]
    values = [here.lower(here, tier.value) for tier in tiers]
    *values, last = unify_all([*values, here.lower(here, other.value)], [*(tier.value for tier in tiers), other.value])
    return _propagate(subject, b.case(list(zip(tests, values, strict=True)), last))


def _propagate(subject: m.Expr, made: m.Expr) -> m.Expr:
    """A missing input of a tier table stays missing, with its reason."""
    if not subject.type.optional:
        return made
    return b.case([(b.known(subject), made)], b.absent(made.type, subject))


def _dead_tiers(tiers: Sequence[t.Tier], tests: Sequence[m.Expr]) -> None:
    """A tier that an earlier one already covers can never apply."""
    seen: list[tuple[str, Fraction, t.Tier]] = []
    for tier, test in zip(tiers, tests, strict=True):
        assert isinstance(test, m.Compare)
        if not (isinstance(test.right, m.Const) and isinstance(test.right.value, Fraction)):
            continue
        value = test.right.value
        for op, earlier, first in seen:
            if _covers(op, earlier, tier.op, value):
                raise fault(
                    "dead-tier", tier.at, f"这一档永远用不到：上面第 {first.at.line} 行的“{op} {_plain(earlier)}”已经包括了它。",
                    f"This tier can never apply; {op} {_plain(earlier)} above covers it.", "从最高（或最低）的一档写起。", "Start from the far end.",
                )  # fmt: skip
        seen.append((tier.op, value, tier))


def _plain(value: Fraction) -> str:
    from quanheng.engine.values import decimal_text

    return decimal_text(value)


def _covers(op: str, bound: Fraction, later_op: str, later: Fraction) -> bool:
    if op in (">=", ">"):
        if later_op in (">=", ">"):
            return bound < later or (bound == later and (op == ">=" or later_op == ">"))
        return later_op == "=" and (later > bound or (later == bound and op == ">="))
    if op in ("<=", "<"):
        if later_op in ("<=", "<"):
            return bound > later or (bound == later and (op == "<=" or later_op == "<"))
        return later_op == "=" and (later < bound or (later == bound and op == "<="))
    return later_op == "=" and bound == later


def _steps(here: Here, node: t.Call) -> m.Expr:
    (value,) = arguments(node, 1, 1, "步进(数；起点 a；每多 k 加 p；零头 …)")
    amount = numeric(here, value)
    base_node = _field(node, "from")
    base = numeric(here, base_node)
    unify(amount, base, base_node.at, verb="比较")
    lines = node.all(t.Every)
    if not lines:
        raise fault("no-step", node.at, "“步进”没有写每多（每少）多少、加（扣）多少。", "The step is missing.", "例如“每多 500人 加 2分”。", "See 步进.")
    part = _policy(node, "part", ("full", "started", "proportional"), "不计、算一步、按比例")
    total: m.Expr | None = None
    for line in lines:
        points = _one_step(here, amount, base, line, part)
        if total is not None:
            unify(total, points, line.at)
        total = points if total is None else b.arith("+", total, points)
    assert total is not None
    limit = node.field("limit")
    if limit is not None:
        assert isinstance(limit.value, t.Node)
        most = numeric(here, limit.value)
        unify(total, most, limit.at, verb="比较")
        total = b.extreme("max", [b.extreme("min", [total, most]), b.negative(most)]) if any(e.take for e in lines) else b.extreme("min", [total, most])
    if node.field("floorzero") is not None:
        total = _until_zero(here, node, total)
    return total


def _one_step(here: Here, amount: m.Expr, base: m.Expr, line: t.Every, part: str) -> m.Expr:
    step = numeric(here, line.step)
    unify(amount, step, line.step.at, verb="比较")
    assert step.type.num is not None
    if step.type.num.lo <= 0:
        raise fault("step-not-positive", line.step.at, "每一步要大于 0。", "A step must be above 0.")
    beyond = b.arith("-", base, amount) if line.below else b.arith("-", amount, base)
    count: m.Expr = b.arith("/", b.extreme("max", [beyond, ZERO]), step)
    if part != "proportional":
        count = b.rounded(count, 0, Rounding.FLOOR if part == "full" else Rounding.UP)
    count = replace(count, type=replace(count.type, unit=PURE))
    points = b.arith("*", count, numeric(here, line.points))
    return b.negative(points) if line.take else points


def _until_zero(here: Here, node: t.Call, change: m.Expr) -> m.Expr:
    """扣完为止: full mark minus the deduction, not below 0."""
    own = node.field("full")
    if own is not None and isinstance(own.value, t.Node):
        full = numeric(here, own.value)
    elif here.full is not None:
        full = here.lower(here, here.full)
    else:
        raise fault(
            "full-mark-missing", node.at, "“扣完为止”要知道从多少分扣起。", "扣完为止 needs the full mark.",
            "加上“；满分 15分”，或写在指标表里。", "Add ；满分 15分.",
        )  # fmt: skip
    unify(full, change, node.at)
    return b.extreme("max", [b.arith("+", full, change), ZERO])


def _field(node: t.Call, label: str) -> t.Node:
    field = node.field(label)
    assert field is not None and isinstance(field.value, t.Node)
    return field.value


def _policy(node: t.Call, label: str, allowed: Sequence[str], words: str) -> str:
    field = node.field(label)
    assert field is not None
    if not isinstance(field.value, str) or field.value not in allowed:
        raise fault(
            "policy-unfit", field.at, f"“{node.function.text}”的这一处不能这样写，可写：{words}。", "This policy does not fit here.", f"可写：{words}。", ""
        )
    return field.value


def _points(here: Here, node: t.Call) -> list[tuple[Fraction, Fraction, t.Branch]]:
    found = [(constant(here, each.condition, what="分界点"), constant(here, each.value, what="对应的值"), each) for each in node.all(t.Branch)]
    for (left, _, _), (right, _, branch) in pairwise(found):
        if left >= right:
            raise fault("points-not-rising", branch.at, "各点要从小到大写。", "The points must rise.")
    return found


def _interpolate(here: Here, node: t.Call) -> m.Expr:
    (value,) = arguments(node, 1, 1, "内插(数；点：值；点：值；…)")
    amount, points = numeric(here, value), _points(here, node)
    if len(points) < 2:
        raise fault("too-few-points", node.at, "“内插”至少要写两个点。", "At least two points are needed.")
    known = replace(amount, type=amount.type.maybe(False))
    unit = here.lower(here, points[0][2].value).type.unit
    unify(amount, here.lower(here, points[0][2].condition), points[0][2].at, verb="比较")
    branches: list[tuple[m.Expr, m.Expr]] = [(_at_most(known, points[0][0]), b.const(points[0][1], unit))]
    for (left, low, _), (right, high, _) in pairwise(points):
        slope = (high - low) / (right - left)
        rise = b.arith("*", b.arith("-", known, b.const(left, known.type.unit)), b.const(slope))
        line = b.arith("+", replace(rise, type=replace(rise.type, unit=unit)), b.const(low, unit))
        bounds = (min(low, high), max(low, high))
        assert line.type.num is not None
        line = replace(line, type=replace(line.type, num=replace(line.type.num, lo=bounds[0], hi=bounds[1])))
        branches.append((_at_most(known, right), line))
    return _propagate(amount, b.case(branches, b.const(points[-1][1], unit)))


def _at_most(value: m.Expr, bound: Fraction) -> m.Expr:
    return b.compare("<=", value, b.const(bound, value.type.unit))


def _progressive(here: Here, node: t.Call) -> m.Expr:
    (value,) = arguments(node, 1, 1, "累进(数；<= 界：率；…；其余：率)")
    amount, tiers, other = numeric(here, value), node.all(t.Tier), _otherwise(node)
    total: m.Expr | None = None
    below: m.Expr = b.const(Fraction(0), amount.type.unit)
    last = Fraction(0)
    for tier in tiers:
        if tier.op not in ("<=", "<"):
            raise fault("progressive-bounds", tier.at, "“累进”的各段写上界，用“<=”。", "Bands are given by upper bounds, <=.")
        bound = constant(here, tier.bound, what="段的上界")
        if bound <= last:
            raise fault("points-not-rising", tier.at, "各段的上界要从小到大写，都大于 0。", "The bounds must rise.")
        last = bound
        upper = b.const(bound, amount.type.unit)
        unify(amount, here.lower(here, tier.bound), tier.bound.at, verb="比较")
        inside = b.extreme("max", [b.arith("-", b.extreme("min", [amount, upper]), below), ZERO])
        part = b.arith("*", inside, numeric(here, tier.value))
        total = part if total is None else b.arith("+", total, part)
        below = upper
    rest = b.extreme("max", [b.arith("-", amount, below), ZERO])
    part = b.arith("*", rest, numeric(here, other.value))
    return part if total is None else b.arith("+", total, part)


def _bounded(op: str) -> Callable[[Here, t.Call], m.Expr]:
    def lowered(here: Here, node: t.Call) -> m.Expr:
        value, limit = arguments(node, 2, 2, f"{node.function.text}(数, 界限)")
        left, right = numeric(here, value), numeric(here, limit)
        unify(left, right, node.at, verb="比较")
        return b.extreme("min" if op == "min" else "max", [left, right])

    return lowered


def _clamp(here: Here, node: t.Call) -> m.Expr:
    value, low, high = (numeric(here, each) for each in arguments(node, 3, 3, "限于(数, 下限, 上限)"))
    unify(value, low, node.args[1].at, verb="比较")
    unify(value, high, node.args[2].at, verb="比较")
    assert low.type.num is not None and high.type.num is not None
    if low.type.num.lo > high.type.num.hi:
        raise fault("limits-crossed", node.at, "下限比上限大。", "The lower limit is above the upper.", "调换两个数。", "Swap them.")
    return b.extreme("max", [b.extreme("min", [value, high]), low])


def _of_several(op: str) -> Callable[[Here, t.Call], m.Expr]:
    def lowered(here: Here, node: t.Call) -> m.Expr:
        args = arguments(node, 2, 50, f"{node.function.text}(数, 数, …)")
        parts = [numeric(here, each) for each in args]
        for part, each in zip(parts[1:], args[1:], strict=True):
            unify(parts[0], part, each.at, verb="比较")
        return b.extreme("min" if op == "min" else "max", parts)

    return lowered


def _excess(here: Here, node: t.Call) -> m.Expr:
    value, base = (numeric(here, each) for each in arguments(node, 2, 2, "超出(数, 基数)"))
    unify(value, base, node.at)
    return b.extreme("max", [b.arith("-", value, base), ZERO])


def _divide(here: Here, node: t.Call) -> m.Expr:
    over, under, other_node = arguments(node, 3, 3, "相除(数, 除数, 除数为零则)")
    left, right, other = numeric(here, over), numeric(here, under), here.lower(here, other_node)
    num = right.type.num
    assert num is not None
    if not num.lo <= 0 <= num.hi:
        return b.arith("/", left, right)
    if num.lo < 0:
        raise fault(
            "divisor-can-be-negative", under.at, "除数可能为负数。", "The divisor can be negative.",
            "把这一列的范围写成不小于 0。", "Let its range begin at 0.",
        )  # fmt: skip
    if num.hi == 0:
        raise fault("divisor-is-zero", under.at, "除数总是 0。", "The divisor is always 0.", "看看是不是取错了列。", "Check the column.")
    if right.type.optional:
        raise fault("missing-in-condition", under.at, "除数可能缺。", "The divisor can be missing.", "先用“缺则(除数, 0)”。", "Use 缺则(x, 0) first.")
    narrow = Fraction(1, 10**num.scale * num.den * num.div_hi)
    positive = replace(right, type=replace(right.type, num=replace(num, lo=narrow)))
    quotient, other = unify_all([b.arith("/", left, positive), other], [node, other_node])
    return b.case([(b.compare("=", right, b.const(Fraction(0), right.type.unit)), other)], quotient)


def _abs(here: Here, node: t.Call) -> m.Expr:
    (value,) = arguments(node, 1, 1, "绝对值(数)")
    return b.absolute(numeric(here, value))


def _known(here: Here, node: t.Call) -> m.Expr:
    (value,) = arguments(node, 1, 1, "有(值)")
    return b.known(here.lower(here, value))


def _if_missing(here: Here, node: t.Call) -> m.Expr:
    value, other = arguments(node, 2, 2, "缺则(值, 代替值)")
    left, right = unify_all([here.lower(here, value), here.lower(here, other)], [value, other])
    return b.if_missing(left, right) if left.type.optional else left


def _decided(here: Here, node: t.Call) -> m.Expr:
    decision, otherwise = arguments(node, 2, 2, "外定(外定表.列, 否则)")
    table_name = decision.names[0].text if isinstance(decision, t.Path) and len(decision.names) == 2 else ""
    table = here.shop.tables.get(table_name)
    if table is None or table.data is None or not table.data.decided or not isinstance(decision, t.Path):
        raise fault(
            "not-a-decision", decision.at, "“外定”的第一项要写“外定表的名称.列”。", "The first argument must be a column of a 外定表.",
            "先用“外定表 …：”写出它。", "Declare it with 外定表.",
        )  # fmt: skip
    if own_row_in(here, here.table, table_name) is None:
        raise fault(
            "decision-without-link", decision.at, f"“{table_name}”没有一列“属于 {here.table.name} 不重复”。",
            f"{table_name} has no unique link to {here.table.name}.", "每个对象最多一个决定。", "One decision for each.",
        )  # fmt: skip
    draft = chain(here, here.table, decision.names)
    draft.origin.call = node
    here.owner.origin.lowered[id(decision)] = m.Col(draft.ready, draft.name)
    for each in table.columns.values():
        each.used = True
    decided = in_base_unit(m.Col(draft.ready, draft.name))
    found, other = unify_all([decided, here.lower(here, otherwise)], [decision, otherwise])
    return b.if_missing(found, other)


def _rounding(mode: Rounding, *, digits: bool | None) -> Callable[[Here, t.Call], m.Expr]:
    """`digits` True: must be written, False: must not, None: may be."""

    def lowered(here: Here, node: t.Call) -> m.Expr:
        least, most = (2, 2) if digits else (1, 1) if digits is False else (1, 2)
        args = arguments(node, least, most, f"{node.function.text}(数{', 位数' if digits else ''})")
        value = numeric(here, args[0])
        places = whole(here, args[1], what="位数", least=-6, most=12) if len(args) > 1 else 0
        return b.rounded(value, places, mode)

    return lowered


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {
    "如果": _if, "分情况": _cases, "分档": _tiers, "步进": _steps, "内插": _interpolate, "累进": _progressive, "封顶": _bounded("min"),
    "保底": _bounded("max"), "限于": _clamp, "较大": _of_several("max"), "较小": _of_several("min"), "超出": _excess, "相除": _divide,
    "绝对值": _abs, "有": _known, "缺则": _if_missing, "外定": _decided,
    "四舍五入": _rounding(Rounding.HALF_UP, digits=True), "五成双": _rounding(Rounding.HALF_EVEN, digits=True),
    "进一": _rounding(Rounding.UP, digits=None), "向下": _rounding(Rounding.FLOOR, digits=None), "去尾": _rounding(Rounding.TRUNCATE, digits=None),
    "取整": _rounding(Rounding.FLOOR, digits=False),
}  # fmt: skip
