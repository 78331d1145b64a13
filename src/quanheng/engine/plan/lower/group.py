"""Functions of the group: rank, quota, split. A quota becomes places on a table of groups and a number in the group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from quanheng.engine.faults import Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import MONEY, PURE
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import ColumnDraft, TableDraft, fault, reads
from quanheng.engine.plan.lower.core import ONE, ZERO, Here, condition, constant, numeric, plain, unify_all
from quanheng.engine.plan.lower.hoisting import column_of, hoist
from quanheng.engine.plan.lower.names import chain
from quanheng.engine.plan.lower.narrow import assume
from quanheng.engine.plan.lower.rows import partition
from quanheng.engine.plan.types import YESNO, Kind
from quanheng.engine.values import Missing, Rounding, decimal_text

Remainder = Literal["largest", "first", "cumulate", "rest", "stay"]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows compared with each other: equal in `partition`, and those for which `only` holds."""

    partition: tuple[str, ...]
    only: str | None
    inside: Here  # where `only` is known to hold
    most: int


def group_of(here: Here, node: t.Call) -> Group:
    here = here.everywhere()
    if node.args and node.all(t.Orders):
        raise fault(
            "argument-count", node.args[0].at, f"“{node.function.text}”里这一项没有名目，不会被用到。", "This argument has no label.",
            "条件前面写“仅”，次序写“… 高到低”。", "Write 仅 before a condition.",
        )  # fmt: skip
    only_field = node.field("only")
    only, inside = None, here
    if only_field is not None:
        assert isinstance(only_field.value, t.Node)
        holds = condition(here, only_field.value)
        only, inside = column_of(here, holds), assume(here, holds)
    return Group(partition(here, node.field("same")), only, inside, here.table.max_rows)


def keys_of(here: Here, group: Group, orders: Sequence[t.Order]) -> tuple[m.Key, ...]:
    """Sort keys as own columns; each must be known for every row that takes part."""
    keys = []
    for order in orders:
        expr = plain(here, here.lower(group.inside, order.by), order.by.at)
        if expr.type.ordered and expr.type.choices is not None:  # 低<中<高, not by the signs of the words
            expr = b.position(expr, expr.type.choices)
        keys.append(m.Key(column_of(group.inside, expr), order.descending))
    return tuple(keys)


def _first_orders(node: t.Call) -> tuple[t.Order, ...]:
    found = node.all(t.Orders)
    if len(found) != 1:
        raise fault(
            "order-missing", node.at, f"“{node.function.text}”要写按什么排、从高到低还是从低到高。", f"{node.function.text} needs an order.",
            f"例如“{node.function.text}(得分 高到低；…)”。", "For example 得分 高到低.",
        )  # fmt: skip
    return found[0].orders


def _ties(here: Here, node: t.Call, group: Group) -> tuple[str, tuple[m.Key, ...]]:
    field = node.field("ties")
    if field is None:
        return "", ()
    if isinstance(field.value, t.Orders):
        return "order", keys_of(here, group, field.value.orders)
    assert isinstance(field.value, str)
    return field.value, ()


RANKS: Final = {"high": "rank_high", "all-get": "rank_high", "low": "rank_low", "none-get": "rank_low", "dense": "dense", "order": "rowno"}


def _rank(here: Here, node: t.Call) -> m.Expr:
    group = group_of(here, node)
    keys = keys_of(here, group, _first_orders(node))
    ties, more = _ties(here, node, group)
    if ties not in ("high", "low", "dense", "order"):
        raise fault("policy-unfit", node.at, "“排名”的“并列”可写：同名次、末位名次、密集、再比 …。", "This tie policy does not fit 排名.")
    return position(here, node, group, (*keys, *more), RANKS[ties])


def position(here: Here, node: t.Call, group: Group, keys: tuple[m.Key, ...], kind: str) -> m.Col:
    op = m.Over(kind, group.partition, keys, group.only)  # type: ignore[arg-type]
    return hoist(here, op, b.over_type(kind, None, group.most, only=group.only is not None), node)


# ------------------------------------------------------------------------------------------------------------------ quota


def _quota(here: Here, node: t.Call) -> m.Expr:
    found = node.all(t.Orders)
    shares_parts = node.all(t.Shares)
    if len(found) != 1 or len(shares_parts) != 1:
        raise fault(
            "quota-shape", node.at, "“名额”要写：按什么排，和各等的比例。", "名额 needs an order and shares.",
            "例如“名额(得分 高到低；同 部门；“A” 占 20%、“B” 占 80%；零头 …；并列 …)”。", "See the function's shape.",
        )  # fmt: skip
    group = group_of(here, node)
    keys = keys_of(here, group, found[0].orders)
    ties, more = _ties(here, node, group)
    if ties not in ("order", "all-get", "none-get"):
        raise fault("policy-unfit", node.at, "“名额”的“并列”可写：再比 …、全给、都不给。", "This tie policy does not fit 名额.")
    grades, shares = _grades(here, shares_parts[0])
    places = _group_table(here, group)
    heads = _heads(here, node, places, group)
    counts = _places(heads, shares, _remainder(node))
    counts = _extra(here, node, places, group, grades, counts)
    number = position(here, node, group, (*keys, *more), RANKS[ties])
    own = replace(number, type=number.type.maybe(False))
    branches: list[tuple[m.Expr, m.Expr]] = []
    if group.only is not None:
        absent = m.Const(b.missing_type(Kind.TEXT), Missing.EXEMPT)
        branches.append((b.not_(m.Col(YESNO, group.only)), absent))
    total: m.Expr | None = None
    for grade, count in zip(grades[:-1], counts[:-1], strict=True):
        total = count if total is None else b.arith("+", total, count)
        limit = here.shop.as_column(places, total)
        on = tuple((key, key) for key in places.key)
        up_to = hoist(here, m.Get(places.name, on, limit), total.type, node)
        branches.append((b.compare("<=", own, up_to), b.const(grade)))
        total = m.Col(total.type, limit)
    return b.case(branches, b.const(grades[-1]))


def _grades(here: Here, part: t.Shares) -> tuple[list[str], list[Fraction]]:
    grades, shares = [], []
    for share in part.shares:
        if not isinstance(share.of, t.Text):
            raise fault("grade-in-quotes", share.of.at, "等次写在引号里，例如“A”。", "Grades are written in quotes.")
        if share.of.value in grades:
            raise fault("grade-twice", share.of.at, f"“{share.of.value}”写了两次。", "The grade is given twice.")
        grades.append(share.of.value)
        shares.append(constant(here, share.share, what="占比"))
    check_whole(part, shares)
    return grades, shares


def check_whole(part: t.Node, shares: Sequence[Fraction]) -> None:
    """Shares must add up to 100 %."""
    whole = sum(shares, Fraction(0))
    if whole == 1 and all(share >= 0 for share in shares):
        return
    listed = "、".join(f"{decimal_text(share * 100)}%" for share in shares)
    raise fault(
        "shares-not-whole", part.at, f"各项占比合计 {decimal_text(whole * 100)}%，应为 100%。{listed} 请核对。",
        f"Shares add up to {decimal_text(whole * 100)} %, not 100 %.",
    )  # fmt: skip


def _remainder(node: t.Call) -> Remainder:
    field = node.field("part")
    if field is None:
        raise fault(
            "policy-missing", node.at, f"“{node.function.text}”没有写“零头”：分不尽的零头怎么办？可写：大者先得、依次先得、累计取整、差额归末位、不分。",
            "The left-over unit has no policy.", "在末尾加“；零头 …”。", "Add ；零头 ….",
        )  # fmt: skip
    if field.value not in ("largest", "first", "cumulate", "rest", "stay"):
        raise fault("policy-unfit", field.at, "这里的“零头”可写：大者先得、依次先得、累计取整、差额归末位、不分。", "This remainder policy does not fit here.")
    return field.value  # type: ignore[return-value]


def _group_table(here: Here, group: Group) -> TableDraft:
    """One row for every group that occurs."""
    name = f"·{here.table.name}按{'、'.join(group.partition) or '全体'}"
    found = here.shop.tables.get(name)
    if found is not None:
        return found
    key = group.partition
    if not key:
        whole_column = here.shop.as_column(here.table, b.const(True))
        key = (whole_column,)
    table = TableDraft(name, here.table.at, origin="distinct", key=key, source=here.table.name, max_rows=here.table.max_rows)
    here.shop.tables[name] = table
    for column in key:
        draft = here.table.columns[column]
        draft.used = True
        mine = ColumnDraft(table, column, draft.at, hidden=True, used=True)
        mine.digits = draft.digits
        here.shop.add(mine, draft.ready, m.Input())
    return table


def _heads(here: Here, node: t.Call, places: TableDraft, group: Group) -> m.Expr:
    where = m.Col(YESNO, group.only, True) if group.only is not None else None
    on = tuple((key, key) for key in places.key) if group.partition else ()
    op = m.Agg("count", here.table.name, on, None, where)
    draft = here.shop.hoist(places, op, b.number(0, group.most))
    draft.origin.call = node
    return m.Col(draft.ready, draft.name)


def _places(heads: m.Expr, shares: Sequence[Fraction], remainder: Remainder) -> list[m.Expr]:
    """How many of the heads each grade gets, as row arithmetic on the table of groups."""
    exact = [b.arith("*", heads, b.const(share)) for share in shares]
    floors = [b.rounded(each, 0, Rounding.FLOOR) for each in exact]
    if remainder == "stay":
        return list(floors)
    if remainder == "cumulate":
        sums = [b.rounded(b.arith("*", heads, b.const(sum(shares[: i + 1], Fraction(0)))), 0, Rounding.HALF_UP) for i in range(len(shares))]
        return [sums[0], *(b.arith("-", later, earlier) for earlier, later in pairwise(sums))]
    if remainder == "rest":
        return _rest(heads, exact)
    left = heads
    for floor in floors:
        left = b.arith("-", left, floor)
    if remainder == "first":
        return [_one_more(floor, b.compare(">", left, b.const(Fraction(index)))) for index, floor in enumerate(floors)]
    parts = [b.arith("-", each, floor) for each, floor in zip(exact, floors, strict=True)]
    return [_one_more(floor, b.compare("<", _ahead(parts, index), left)) for index, floor in enumerate(floors)]


def _one_more(floor: m.Expr, gets: m.Expr) -> m.Expr:
    return b.arith("+", floor, b.case([(gets, ONE)], ZERO))


def _ahead(parts: Sequence[m.Expr], index: int) -> m.Expr:
    """How many grades come before this one for a left-over place: larger remainder, or equal and named earlier."""
    ahead: m.Expr = ZERO
    for other, part in enumerate(parts):
        if other != index:
            op: Literal[">=", ">"] = ">=" if other < index else ">"
            ahead = b.arith("+", ahead, b.case([(b.compare(op, part, parts[index]), ONE)], ZERO))
    return ahead


def _rest(heads: m.Expr, exact: Sequence[m.Expr]) -> list[m.Expr]:
    left, found = heads, []
    for each in exact[:-1]:
        given = b.extreme("min", [b.rounded(each, 0, Rounding.HALF_UP), left])
        found.append(given)
        left = b.extreme("max", [b.arith("-", left, given), ZERO])
    return [*found, left]


def _extra(here: Here, node: t.Call, places: TableDraft, group: Group, grades: Sequence[str], counts: list[m.Expr]) -> list[m.Expr]:
    """另加: approved changes per group and grade; they must not change how many people there are."""
    field = node.field("plusplaces")
    if field is None:
        return counts
    path = field.value
    source = here.shop.tables.get(path.names[0].text) if isinstance(path, t.Path) and len(path.names) == 2 else None
    if source is None or not isinstance(path, t.Path):
        raise fault("extra-shape", field.at, "“另加”写“表.列”，例如“批准名额.增减”。", "Write 另加 table.column.")
    grade_columns = [c for c in source.columns.values() if c.type is not None and c.type.choices and set(grades) <= set(c.type.choices)]
    if len(grade_columns) != 1:
        raise fault("extra-shape", field.at, f"“{source.name}”要有一列等次，列出{'、'.join(grades)}。", f"{source.name} needs one column with the grades.")
    on = tuple(_extra_key(here, field, source, here.table, name, key) for name, key in zip(group.partition, places.key, strict=False))
    change = chain(here, source, path.names[1:])
    grade_columns[0].used = True
    made: list[m.Expr] = []
    total: m.Expr | None = None
    for grade, count in zip(grades, counts, strict=True):
        where = b.compare("=", m.Col(grade_columns[0].ready, grade_columns[0].name, True), b.const(grade))
        op = m.Agg("sum", source.name, on, m.Col(change.ready, change.name, True), where)
        draft = here.shop.hoist(places, op, b.agg_type("sum", change.ready, 1000))
        extra = m.Col(replace(draft.ready, unit=PURE), draft.name)
        made.append(b.arith("+", count, extra))
        total = extra if total is None else b.arith("+", total, extra)
        says = "places-negative", f"{{row}}：“{grade}”的名额减成了负数。", f"{{row}}: fewer than no places for {grade}."
        here.shop.guard(places, b.compare("<", made[-1], ZERO), says, field.at, here.article)
    assert total is not None
    zh = "{row}：批准增减的名额合计不为 0，要写明从哪一等减。"
    en = "{row}: approved changes do not add up to 0; say which grade gives the places."
    here.shop.guard(places, b.compare("<>", total, ZERO), ("extra-not-balanced", zh, en), field.at, here.article)
    return made


def _extra_key(here: Here, field: t.Field, source: TableDraft, own: TableDraft, column: str, key: str) -> tuple[str, str]:
    """The column of the change table that matches a column of the group."""
    draft = own.columns[column]
    names = [column]
    if isinstance(draft.op, m.Get):
        names.append(draft.op.column)
    wanted = draft.ready
    target = next((link.target for link in own.links.values() if link.columns == (column,)), None)
    if isinstance(draft.op, m.Get):
        inner = here.shop.tables[draft.op.target]
        target = next((link.target for link in inner.links.values() if link.columns == (draft.op.column,)), target)
    by_link = [link.columns[0] for link in source.links.values() if target is not None and link.target == target and len(link.columns) == 1]
    for name in [*(name for name in names if name in source.columns), *by_link]:
        if source.columns[name].ready.kind is wanted.kind:
            source.columns[name].used = True
            return name, key
    raise fault("extra-shape", field.at, f"“{source.name}”没有与分组“{names[-1]}”对应的列。", f"{source.name} lacks a column for the group {names[-1]}.")


# ------------------------------------------------------------------------------------------------------------------ prizes


def _prizes(here: Here, node: t.Call) -> m.Expr:
    """名次奖: the prize of one's rank; equal ranks share their slots, all get the higher prize, or nobody gets one."""
    group = group_of(here, node)
    keys = keys_of(here, group, _first_orders(node))
    field = node.field("prizes")
    assert field is not None and isinstance(field.value, tuple)
    ties, _ = _ties(here, node, group)
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
    op = m.Split(total.name, here.shop.as_column(here.table, ONE), (*group.partition, rank.name), (), unit, _remainder(node), "none", group.only)
    found = hoist(here, op, b.split_type(pool.type, unit, only=group.only is not None), node)
    return replace(found, type=replace(found.type, unit=pool.type.unit))


def _only_members(group: Group, value: m.Expr) -> m.Expr:
    """不适用 for rows outside 仅."""
    if group.only is None:
        return value
    exempt = m.Const(replace(b.missing_type(value.type.kind), unit=value.type.unit), Missing.EXEMPT)
    return b.case([(m.Col(YESNO, group.only), value)], exempt)


# ------------------------------------------------------------------------------------------------------------------ split


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
    ties_kind, order = _ties(here, node, group)
    if ties_kind not in ("", "order"):
        raise fault("policy-unfit", node.at, "“分配”的“并列”写“再比 …”。", "Use 再比 in 分配.")
    all_zero = node.field("allzero")
    assert all_zero is not None
    if all_zero.value not in ("refuse", "equal", "none"):
        raise fault("policy-unfit", all_zero.at, "“全零”可写：停算、平分、不发。", "Use 停算, 平分 or 不发.")
    cap, over = _cap(here, node, group)
    remainder = _remainder(node)
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


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {"排名": _rank, "名额": _quota, "名次奖": _prizes, "分配": _split}
