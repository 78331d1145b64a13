"""名次奖 and 分配: a sum shared among the rows of a group, to the last unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final, Literal

from quanheng.engine.faults import Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import MONEY
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import fault, reads
from quanheng.engine.plan.lower.core import ONE, ZERO, Here, numeric, plain, unify_all
from quanheng.engine.plan.lower.group import Group, Remainder, first_orders, group_of, keys_of, position, remainder_of, ties_of
from quanheng.engine.plan.lower.hoisting import column_of, hoist
from quanheng.engine.plan.types import YESNO
from quanheng.engine.values import Missing, decimal_text


def _prizes(here: Here, node: t.Call) -> m.Expr:
    """名次奖: the prize of one's rank; equal ranks share their slots, all get the higher prize, or nobody gets one."""
    group = group_of(here, node)
    keys = keys_of(here, group, first_orders(node))
    field = node.field("prizes")
    assert field is not None and isinstance(field.value, tuple)
    ties, _ = ties_of(here, node, group)
    if ties == "equal":  # what others are given stands on these prizes too
        here = here.everywhere()
    slots = [plain(here, numeric(here, each), each.at) for each in field.value]
    slots = unify_all(slots, field.value)
    high = position(here, node, group, keys, "rank_high")
    low = position(here, node, group, keys, "rank_low")
    first, last = (replace(each, type=each.type.maybe(False)) for each in (high, low))
    if ties == "equal":
        _check_shared(here, group, slots, field.value, high)
        return _shared_prizes(here, node, group, slots, (high, first, last))
    if ties not in ("all-get", "none-get"):
        raise fault("policy-unfit", node.at, "“名次奖”的“并列”可写：平分、全给、都不给。", "Use 平分, 全给 or 都不给.")
    nothing = b.const(Fraction(0), slots[0].type.unit)
    branches: list[tuple[m.Expr, m.Expr]] = []
    if ties == "none-get":
        branches.append((b.compare("<>", first, last), nothing))
    branches += [(b.compare("=", first, b.const(Fraction(place))), slot) for place, slot in enumerate(slots, 1)]
    return _only_members(group, b.case(branches, nothing))


def _check_shared(here: Here, group: Group, slots: Sequence[m.Expr], nodes: Sequence[t.Node], rank: m.Col) -> None:
    """What equal ranks share must be one amount for all of them, and whole."""
    for slot, node in zip(slots, nodes, strict=True):
        if not _same_in_group(here, slot, {*group.partition, rank.name}):
            raise fault(
                "pool-varies", node.at, "并列的人平分的奖金必须是同一个数，这里可能每行不同。", "What equal ranks share must be equal for all of them.",
                "写成“组.奖金”，例如“部门.奖金”，或“并列”写“全给”“都不给”。", "Read it from the group's own table.",
            )  # fmt: skip
        _check_whole(slot, _unit(here, slot), node.at, ("奖金", "prize"))


def _shared_prizes(here: Here, node: t.Call, group: Group, slots: Sequence[m.Expr], places: tuple[m.Col, m.Expr, m.Expr]) -> m.Expr:
    """The slots that equal ranks cover together, split evenly to the fen."""
    rank, first, last = places
    pool: m.Expr = b.const(Fraction(0), slots[0].type.unit)
    for place, slot in enumerate(slots, 1):
        number = b.const(Fraction(place))
        covered = b.logic("and", [b.compare("<=", first, number), b.compare(">=", last, number)])
        pool = b.arith("+", pool, b.case([(covered, slot)], b.const(Fraction(0), slot.type.unit)))
    pool = _only_members(group, pool)
    total = here.shop.hoist(here.table, m.Row(b.if_missing(pool, ZERO) if group.only is not None else pool), pool.type.maybe(False))
    unit = _unit(here, m.Col(total.ready, total.name))
    assert total.ready.num is not None
    if total.ready.num.lo < 0:
        says = "pool-negative", "{row}：要分配的总额是负数。", "{row}: the pool is negative."
        here.shop.guard(here.table, b.compare("<", m.Col(total.ready, total.name), ZERO), says, node.at, here.article)
    op = m.Split(total.name, here.shop.as_column(here.table, ONE), (*group.partition, rank.name), (), unit, remainder_of(node), "none", group.only)
    found = hoist(here, op, b.split_type(pool.type, unit, only=group.only is not None), node)
    return replace(found, type=replace(found.type, unit=pool.type.unit))


def _only_members(group: Group, value: m.Expr) -> m.Expr:
    """不适用 for rows outside 仅."""
    if group.only is None:
        return value
    exempt = m.Const(replace(b.missing_type(value.type.kind), unit=value.type.unit), Missing.EXEMPT)
    return b.case([(m.Col(YESNO, group.only), value)], exempt)


def _split(here: Here, node: t.Call) -> m.Expr:
    here = here.everywhere()
    if len(node.args) != 1:
        raise fault("argument-count", node.at, "“分配”的第一项写总额。", "The first argument is the pool.", "写法：分配(总额；按 权数；同 组；…)", "")
    group = group_of(here, node)
    pool = plain(here, numeric(here, node.args[0]), node.args[0].at)
    by = node.field("by")
    assert by is not None
    if isinstance(by.value, t.Orders) or not isinstance(by.value, t.Node):
        raise fault("split-by", by.at, "“按”后面写权数，不写顺序。", "Give the weight after 按.")
    weight = numeric(group.inside, by.value)
    plain(here, weight, by.value.at)
    unit = _unit(here, pool)
    _check_whole(pool, unit, node.args[0].at, ("总额", "pool"))
    if not _same_in_group(here, pool, set(group.partition)):
        raise fault(
            "pool-varies", node.args[0].at, "总额在一组之内必须是同一个数，这里可能每行不同。", "The pool must be equal in the whole group.",
            "写成“组.总额”，例如“学校.核定总额”。", "Read it from the group's own table.",
        )  # fmt: skip
    weight_column = column_of(group.inside, weight)
    pool_column = column_of(here, pool)
    ties_kind, order = ties_of(here, node, group)
    if ties_kind not in ("", "order"):
        raise fault("policy-unfit", node.at, "“分配”的“并列”写“再比 …”。", "Use 再比 in 分配.")
    all_zero = node.field("allzero")
    assert all_zero is not None
    if all_zero.value not in ("refuse", "equal", "none"):
        raise fault("policy-unfit", all_zero.at, "“全零”可写：停算、平分、不发。", "Use 停算, 平分 or 不发.")
    cap, over = _cap(here, node, group)
    remainder = remainder_of(node)
    if remainder == "rest" and cap is not None:
        raise fault(
            "rest-with-cap", node.at, "“零头 差额归末位”和“上限”不能一起用：末位可能超过上限。", "The last may exceed the cap.",
            "零头改写“大者先得”等。", "Choose another remainder policy.",
        )  # fmt: skip
    order = (*_nothing_for_nothing(here, weight_column, remainder), *order)
    op = m.Split(pool_column, weight_column, group.partition, order, unit, remainder, all_zero.value, group.only, cap, over)  # type: ignore[arg-type]
    _split_guards(here, node, group, pool, weight_column, str(all_zero.value))
    found = hoist(here, op, b.split_type(pool.type, unit, only=group.only is not None), node)
    return replace(found, type=replace(found.type, unit=pool.type.unit))


def _nothing_for_nothing(here: Here, weight: str, remainder: Remainder) -> tuple[m.Key, ...]:
    """Who has no weight gets no left-over unit: out of turn for 依次先得, never the last for 差额归末位."""
    kind = here.table.columns[weight].ready
    assert kind.num is not None
    if remainder not in ("first", "rest") or kind.num.lo > 0:
        return ()
    value = m.Col(kind, weight)
    none = b.compare("=", b.if_missing(value, ZERO) if kind.optional else value, ZERO)
    return (m.Key(here.shop.as_column(here.table, b.case([(none, ONE)], ZERO)), remainder == "rest"),)


def _unit(here: Here, pool: m.Expr) -> Fraction:
    """The smallest amount that is given: as the rule is rounded, else a fen or a hundredth of a point, else one."""
    attributes = here.owner.rule.attributes if here.owner.rule is not None else None
    if attributes is not None and attributes.keep is not None:
        unit = Fraction(1, 10**attributes.keep) * attributes.factor
    elif pool.type.unit.power(MONEY) or pool.type.unit.power("分"):
        unit = Fraction(1, 100)
    else:
        unit = Fraction(1)
    return unit


def _check_whole(amount: m.Expr, unit: Fraction, at: Place, what: tuple[str, str]) -> None:
    """An amount that is no whole number of units leaves something that nobody can be given."""
    num = amount.type.num
    assert num is not None
    if num.is_ratio or Fraction(1, 10**num.scale) < unit:
        zh, en = what
        raise fault(
            "pool-not-whole", at, f"{zh}可能不是 {decimal_text(unit)} 的整倍数，分不尽。", f"The {en} may not be whole in {decimal_text(unit)}.",
            f"先写一条规则把{zh}“保留 2 位”，再分配。", f"Round the {en} in a rule of its own first.",
        )  # fmt: skip


def _same_in_group(here: Here, expr: m.Expr, keys: set[str]) -> bool:
    """Is the value equal for all rows that are equal in `keys`?"""
    return all(_column_same(here, name, keys) for name in reads(expr, theirs=False))


def _column_same(here: Here, name: str, keys: set[str]) -> bool:
    if name in keys:
        return True
    op = here.table.columns[name].op
    match op:
        case m.Get(_, on, _):
            return all(_column_same(here, own, keys) for _, own in on)
        case m.Agg(_, _, on, value, where):
            parts = [part for part in (value, where) if part is not None]
            own = {mine for _, mine in on}.union(*(reads(part, theirs=False) for part in parts))
            return all(_column_same(here, each, keys) for each in own)
        case m.Row(expr):
            return _same_in_group(here, expr, keys)
    return False


def _cap(here: Here, node: t.Call, group: Group) -> tuple[str | None, Literal["stays", "others"] | None]:
    limit, over = node.field("limit"), node.field("overlimit")
    if limit is None:
        if over is not None:
            raise fault("cap-missing", over.at, "写了“多出”，没有写“上限”。", "多出 without 上限.")
        return None, None
    if over is None:
        raise fault(
            "policy-missing", limit.at, "“分配”没有写“多出”：超过上限的部分怎么办？可写：归公、分给其他。", "多出 is missing.", "在末尾加“；多出 归公”等。", ""
        )
    if over.value not in ("stays", "others"):
        raise fault("policy-unfit", over.at, "“多出”可写：归公、分给其他。", "Use 归公 or 分给其他.")
    assert isinstance(limit.value, t.Node)
    most = plain(here, numeric(group.inside, limit.value), limit.value.at)
    column = column_of(group.inside, most)
    kind = here.table.columns[column].ready
    assert kind.num is not None
    if kind.num.lo < 0:
        takes_part = [m.Col(YESNO, group.only)] if group.only is not None else []
        says = "limit-negative", "{row}：分配的上限是负数。", "{row}: the upper limit is negative."
        below = b.compare("<", m.Col(kind, column), ZERO)
        here.shop.guard(here.table, b.logic("and", [*takes_part, below]), says, limit.at, here.article)
    return column, over.value  # type: ignore[return-value]


def _split_guards(here: Here, node: t.Call, group: Group, pool: m.Expr, weight: str, all_zero: str) -> None:
    table, shop = here.table, here.shop
    weight_type = table.columns[weight].ready
    value = m.Col(weight_type, weight)
    takes_part = [m.Col(YESNO, group.only)] if group.only is not None else []
    known: m.Expr = b.if_missing(value, ZERO) if weight_type.optional else value
    assert weight_type.num is not None and pool.type.num is not None
    if weight_type.num.lo < 0:
        says = "weight-negative", "{row}：分配的权数是负数。", "{row}: the weight is negative."
        shop.guard(table, b.logic("and", [*takes_part, b.compare("<", known, ZERO)]), says, node.at, here.article)
    if pool.type.num.lo < 0:
        says = "pool-negative", "{row}：要分配的总额是负数。", "{row}: the pool is negative."
        shop.guard(table, b.logic("and", [*takes_part, b.compare("<", pool, ZERO)]), says, node.at, here.article)
    if all_zero == "refuse":
        where = m.Col(YESNO, group.only, True) if group.only is not None else None
        theirs = m.Col(weight_type, weight, True)
        positive = b.compare(">", b.if_missing(theirs, ZERO) if weight_type.optional else theirs, ZERO)
        both = positive if where is None else b.logic("and", [where, positive])
        on = tuple((name, name) for name in group.partition)
        some = hoist(here, m.Agg("any", table.name, on, both), YESNO, node)
        zh = "{row}：同一组里所有人的权数都是 0，办法要求停算。"
        says = "all-weights-zero", zh, "{row}: all weights of the group are 0; the scheme refuses."
        shop.guard(table, b.logic("and", [*takes_part, b.not_(some)]), says, node.at, here.article)


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {"名次奖": _prizes, "分配": _split}
