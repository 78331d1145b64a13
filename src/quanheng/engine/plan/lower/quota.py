"""名额: places on a table of groups, and for everybody the number in the group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import PURE
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import ColumnDraft, TableDraft, fault
from quanheng.engine.plan.lower.core import ONE, ZERO, Here, constant
from quanheng.engine.plan.lower.group import RANKS, Group, Remainder, group_of, keys_of, position, remainder_of, ties_of
from quanheng.engine.plan.lower.hoisting import hoist
from quanheng.engine.plan.lower.names import chain
from quanheng.engine.plan.types import YESNO, Kind
from quanheng.engine.values import Missing, Rounding, decimal_text


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
    ties, more = ties_of(here, node, group)
    if ties not in ("order", "all-get", "none-get"):
        raise fault("policy-unfit", node.at, "“名额”的“并列”可写：再比 …、全给、都不给。", "This tie policy does not fit 名额.")
    grades, shares = _grades(here, shares_parts[0])
    places = _group_table(here, group)
    heads = _heads(here, node, places, group)
    counts = _places(heads, shares, remainder_of(node))
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


FUNCTIONS: Final[dict[str, Callable[[Here, t.Call], m.Expr]]] = {"名额": _quota}
