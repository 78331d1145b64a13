"""What every lowering shares: where it stands (`Here`), the checks that repeat, and which units fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from quanheng.engine.faults import Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import Unit, same, unit_named
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import ColumnDraft, TableDraft, Workshop, fault, walk
from quanheng.engine.plan.types import Kind, Num, Type

if TYPE_CHECKING:
    from quanheng.engine.plan.drafts import ScanDraft

PEER: Final = "对方"
AS_OF: Final = "基准日"  # the header's day, readable in every formula
ZERO: Final = b.const(Fraction(0))
ONE: Final = b.const(Fraction(1))


@dataclass(frozen=True, slots=True)
class Here:
    """Where a formula is being lowered: the table of my row, the counted rows (inside an aggregate), what is known."""

    shop: Workshop
    table: TableDraft
    owner: ColumnDraft
    lower: Callable[[Here, t.Node], m.Expr]
    compile: Callable[[ColumnDraft], None]
    counted: TableDraft | None = None
    peers: bool = False  # the counted rows are of my own table
    main: bool = False  # inside the first argument of a peers aggregate: bare names are the counted row's
    known: frozenset[tuple[bool, str]] = frozenset()  # (theirs, column) that are not missing here
    narrowed: Mapping[tuple[bool, str], Num] = field(default_factory=dict)
    bindings: Mapping[str, m.Expr] = field(default_factory=dict)
    full: t.Number | None = None
    scan: ScanDraft | None = None
    expanding: tuple[str, ...] = ()  # the definitions in whose body this part stands
    under: tuple[m.Expr, ...] = ()  # conditions that hold wherever this part of the formula is used

    @property
    def article(self) -> str:
        return self.owner.origin.article

    def mine(self) -> Here:
        """The same place, outside of any aggregate."""
        return replace(self, counted=None, peers=False, main=False)

    def everywhere(self) -> Here:
        """My row as any row of its table. A rank, a pool, a running total looks at rows for which the conditions around it
        need not hold, so it must not believe of them what those conditions say of mine."""
        return replace(self.mine(), known=frozenset(), narrowed={}, under=())


# ------------------------------------------------------------------------------------------------------------ conditions


def plain(here: Here, expr: m.Expr, at: Place) -> m.Expr:
    """The expression, which must not be able to be missing."""
    if not expr.type.optional:
        return expr
    names = sorted(_optional_names(here, expr)) or ["这个值"]
    raise fault(
        "missing-in-condition", at, f"这里不能用可能缺的值：{'、'.join(f'“{name}”' for name in names)}可能没有数。",
        f"A value that can be missing cannot be used here: {', '.join(names)}.",
        f"写“有({names[0]}) 且 …”，或用“缺则({names[0]}, 代替的值)”；因查表查不到而缺的，在查表里写“；无则 停算”。",
        f"Write 有({names[0]}) 且 …, or 缺则({names[0]}, value); a lookup can say 无则 停算.",
    )  # fmt: skip


def _optional_names(here: Here, expr: m.Expr) -> set[str]:
    found = set()
    for each in walk(expr):
        if isinstance(each, m.Col) and each.type.optional:
            theirs = each.theirs and here.counted is not None
            table = here.counted if theirs and here.counted is not None else here.table
            found.add((f"{PEER if here.peers else table.name}." if theirs else "") + _spoken(here, table, each.name))
    return found


def _spoken(here: Here, table: TableDraft, name: str) -> str:
    draft = table.columns.get(name)
    if draft is None or not draft.hidden:
        return name
    match draft.op:
        case m.Get(target, on, column):
            own = tuple(mine for _, mine in on)
            link = next((link.name for link in table.links.values() if link.target == target and link.columns == own), None)
            written = link or f"{target}[…]"
            return f"{written}.{_spoken(here, here.shop.tables[target], column)}"
    if draft.origin.call is not None:
        return f"{draft.origin.call.function.text}(…)"
    return "这个值"


def condition(here: Here, node: t.Node) -> m.Expr:
    """A plain yes/no."""
    expr = here.lower(here, node)
    if expr.type.kind is not Kind.YESNO:
        hint = ("例如“得分 >= 60分”。", "For example 得分 >= 60分.")
        if isinstance(node, t.Text):
            hint = ("几个文字里的一个，写“部门 为 “一部”、“二部””。", "Write 部门 为 “a”、“b” for one of several texts.")
        raise fault("not-a-condition", node.at, "这里要写一个条件（成立或不成立），不是一个数或文字。", "A condition is needed here.", *hint)
    return plain(here, expr, node.at)


def numeric(here: Here, node: t.Node) -> m.Expr:
    expr = here.lower(here, node)
    if expr.type.kind is not Kind.NUMBER:
        link = link_named(here.table, node.text) if isinstance(node, t.Path) else None
        hint = ("", "")
        if link is not None and isinstance(node, t.Path):
            hint = f"“{node.text}”指到另一张表的一行，要它的数写“{node.text}.列名”。", "Read a column of the linked row."
        what = kind_zh(expr.type)
        raise fault("not-a-number", node.at, f"这里要一个数，而这是{what}。", f"A number is needed here, not {expr.type.kind.value}.", *hint)
    return expr


def constant(here: Here, node: t.Node, *, what: str) -> Fraction:
    """A figure fixed in the text (or a parameter)."""
    expr = numeric(here, node)
    if isinstance(expr, m.Const) and isinstance(expr.value, Fraction):
        return expr.value
    raise fault(
        "not-a-figure", node.at, f"{what}要写一个固定的数。", "A fixed figure is needed here.", "写数字，或一个参数的名称。", "Write a figure or a parameter."
    )


def whole(here: Here, node: t.Node, *, what: str, least: int = 1, most: int = 10_000) -> int:
    value = constant(here, node, what=what)
    if value.denominator != 1 or not least <= value <= most:
        raise fault("not-a-count", node.at, f"{what}要写 {least} 到 {most} 的整数。", f"A whole number from {least} to {most} is needed.")
    return int(value)


def kind_zh(kind: Type) -> str:
    return {Kind.NUMBER: "数", Kind.TEXT: "文字", Kind.YESNO: "是否", Kind.DAY: "日期", Kind.MONTH: "月份"}[kind.kind]


def link_named(table: TableDraft, name: str) -> m.Link | None:
    """The link of that name, else the only link that leads to the table of that name."""
    if name in table.links:
        return table.links[name]
    leads = [link for link in table.links.values() if link.target == name and name != table.name]  # 员工.得分 is nobody's superior
    return leads[0] if len(leads) == 1 else None


# ----------------------------------------------------------------------------------------------------------------- units


def unify(left: m.Expr, right: m.Expr, at: Place, *, verb: str = "相加减") -> tuple[m.Expr, m.Expr]:
    """The two numbers fit to be added or compared: same unit, a bare 0, or a plain number beside a count."""
    a, c = left.type.unit, right.type.unit
    if is_zero(left) or is_zero(right) or same(a, c) or fits_plain(a, c):
        return left, right
    bare = a if not a.dims else c if not c.dims else None
    if bare is not None:
        other = (c if bare is a else a).principal or str(c if bare is a else a)
        hint = f"给没有单位的那个数写上单位，例如 90{other}。", f"Give the plain number its unit, such as 90{other}."
    else:
        hint = "看看是不是取错了列；要换算就乘以单价或除以基数。", "Check the columns, or convert by a rate."
    raise fault("units-differ", at, f"“{a}”和“{c}”不能{verb}。", f"{a} and {c} do not mix.", *hint)


def fits_plain(a: Unit, c: Unit) -> bool:
    """Counts and plain numbers mix (3 次 and 3); measures (分, 元) do not."""
    return all(not unit.power("分") and not unit.power("元") for unit in (a, c)) and (not a.dims or not c.dims)


def is_zero(expr: m.Expr) -> bool:
    return isinstance(expr, m.Const) and expr.value == 0 and not isinstance(expr.value, bool)


def unify_all(exprs: Sequence[m.Expr], nodes: Sequence[t.Node]) -> list[m.Expr]:
    """Branches of one value: same kind, same unit. The literals 无数据, 未评, 不适用 take the kind of their neighbours."""
    shown = [(expr, node) for expr, node in zip(exprs, nodes, strict=True) if not _is_absent(expr)]
    if not shown:
        return list(exprs)
    first, _ = shown[0]
    for expr, node in shown[1:]:
        if expr.type.kind is not first.type.kind:
            raise fault(
                "kinds-differ", node.at, f"这里是{kind_zh(expr.type)}，前面是{kind_zh(first.type)}，一列只能是一种。",
                "All values must be of one kind.",
            )  # fmt: skip
        if expr.type.kind is Kind.NUMBER:
            unify(first, expr, node.at, verb="放在一列里")
    like = replace(b.missing_type(first.type.kind), unit=first.type.unit)
    return [replace(expr, type=like) if _is_absent(expr) else expr for expr in exprs]


def _is_absent(expr: m.Expr) -> bool:
    return isinstance(expr, m.Const) and expr.type.optional


def in_base_unit(expr: m.Expr) -> m.Expr:
    """万元 × 10000; everything else as it is."""
    written = expr.type.unit.written
    if not written or written == "%":
        return expr
    found = unit_named(written)
    if found is None or found[1] == 1:
        return expr
    scaled = b.arith("*", expr, b.const(found[1]))
    return replace(scaled, type=replace(scaled.type, unit=Unit(expr.type.unit.dims)))
