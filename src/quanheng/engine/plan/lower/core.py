"""What every lowering shares: where it stands (`Here`), how a name becomes a column, and the checks that repeat."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from quanheng.engine.document import model as doc
from quanheng.engine.faults import Place, nearest
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import PURE, Unit, same, unit_named
from quanheng.engine.formula.words import BY_SPELLING
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.declare import MONTH_KEY, literal
from quanheng.engine.plan.drafts import ColumnDraft, Echo, Origin, TableDraft, Workshop, fault, reads, sides, to_mine, walk
from quanheng.engine.plan.types import Kind, Num, Type
from quanheng.engine.values import Missing

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


# ------------------------------------------------------------------------------------------------------- names → columns


def read_path(here: Here, path: t.Path) -> m.Expr:  # noqa: PLR0911 - one way out for each kind of name
    """The value a path stands for on my row (or the counted row)."""
    names = [name.text for name in path.names]
    if len(names) == 1 and names[0] in here.bindings:
        return here.bindings[names[0]]
    if here.counted is not None:
        qualified = names[0] == PEER if here.peers else names[0] == here.counted.name
        if here.peers and names[0] == here.counted.name and len(names) > 1:
            qualified = True
        if qualified and len(names) > 1:
            return read_column(here, chain(here, here.counted, path.names[1:]), theirs=True)
        if here.main and here.peers and _reachable(here, here.counted, names[0]):
            return read_column(here, chain(here, here.counted, path.names), theirs=True)
        entity = _of_entity(here, here.counted, names[0]) if here.main and here.peers else None
        if entity is not None:
            return read_column(here, chain(here, here.counted, (entity, *path.names)), theirs=True)
    if _reachable(here, here.table, names[0]):
        if len(names) == 1 and names[0] not in here.table.columns:
            raise _needs_column(here, path)
        return read_column(here, chain(here, here.table, path.names), theirs=False)
    inherited = _of_entity(here, here.table, names[0])
    if inherited is not None:
        return read_column(here, chain(here, here.table, (inherited, *path.names)), theirs=False)
    if len(names) == 1 and names[0] in here.shop.parameters:
        return _parameter(here, path.names[0])
    if names == [AS_OF] and here.shop.scheme.as_of is not None:
        return b.const(here.shop.scheme.as_of, kind=Kind.DAY)
    single = here.shop.tables.get(names[0])
    if single is not None and single.single and len(names) > 1:
        return read_column(here, _from_single(here, single, path.names[1:]), theirs=False)
    raise unknown_name(here, path)


def chain(here: Here, table: TableDraft, names: Sequence[t.Name]) -> ColumnDraft:
    """The column of `table` that a path leads to; a path over links becomes hidden `Get` columns."""
    first = names[0]
    if len(names) == 1:
        draft = table.columns.get(first.text)
        if draft is None or draft.hidden:
            raise unknown_name(here, t.Path(first.at, (first,)), table)
        return ready(here, draft)
    link = link_named(table, first.text)
    if link is None:
        own = own_row_in(here, table, first.text)
        if own is None and first.text in table.columns and not table.columns[first.text].hidden:
            hint = f"按它去查别的表，写“表名[{first.text}；无则 停算].{names[1].text}”。", f"Look it up: table[{first.text}].{names[1].text}."
            raise fault("not-a-link", first.at, f"“{first.text}”不是“属于 …”的列，不能用点号往上读。", f"{first.text} is no link.", *hint)
        if own is None:
            raise unknown_name(here, t.Path(first.at, (first,)), table)
        return _from_own_row(here, table, own, names[1:])
    target = here.shop.tables[link.target]
    table.used_links.add(link.name)
    inner = chain(here, target, names[1:])
    for column in link.columns:
        table.columns[column].used = True
    op = m.Get(target.name, tuple(zip(target.key, link.columns, strict=True)), inner.name)
    optional = inner.ready.optional or any(table.columns[column].ready.optional for column in link.columns)
    implied = link.name == target.name and len(link.columns) > 1
    draft = here.shop.hoist(table, op, inner.ready.maybe(optional or implied))
    draft.digits, draft.rounding = inner.digits, inner.rounding
    return draft


def ready(here: Here, draft: ColumnDraft) -> ColumnDraft:
    """The column, compiled. A rule that is being compiled already has come back to itself."""
    draft.used = True
    if draft.state == "new":
        here.compile(draft)
    if draft.state == "busy":
        if here.scan is not None and draft.name in here.scan.members and draft.table is here.scan.table:
            return draft
    if draft.state in ("busy", "broken"):
        raise Echo
    return draft


def read_column(here: Here, draft: ColumnDraft, *, theirs: bool) -> m.Expr:
    """The column's value, in its base unit, with what is known about it here."""
    kind = draft.ready
    key = (theirs, draft.name)
    if key in here.known or _link_known(here, draft, theirs):
        kind = kind.maybe(False)
    if key in here.narrowed and kind.num is not None:
        narrow = here.narrowed[key]
        kind = replace(kind, num=replace(kind.num, lo=max(kind.num.lo, narrow.lo), hi=min(kind.num.hi, narrow.hi)))
    return in_base_unit(m.Col(kind, draft.name, theirs))


def _link_known(here: Here, draft: ColumnDraft, theirs: bool) -> bool:
    """有(主管处室) makes 主管处室.类别 known: a link that is filled in leads somewhere."""
    match draft.op:
        case m.Get(target, on, column):
            own = tuple(mine for _, mine in on)
            is_link = any(link.target == target and link.columns == own for link in draft.table.links.values())
            sure = all((theirs, mine) in here.known or not draft.table.columns[mine].ready.optional for mine in own)
            return is_link and sure and not here.shop.tables[target].columns[column].ready.optional
    return False


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


def link_named(table: TableDraft, name: str) -> m.Link | None:
    """The link of that name, else the only link that leads to the table of that name."""
    if name in table.links:
        return table.links[name]
    leads = [link for link in table.links.values() if link.target == name and name != table.name]  # 员工.得分 is nobody's superior
    return leads[0] if len(leads) == 1 else None


def own_row_in(here: Here, table: TableDraft, name: str) -> m.Link | None:
    """The link of another table that has at most one row for each of mine (its link is its key)."""
    other = here.shop.tables.get(name)
    if other is None or other is table:
        return None
    leads = [link for link in other.links.values() if link.target == table.name and set(other.key) <= set(link.columns)]
    return leads[0] if len(leads) == 1 else None


def _from_own_row(here: Here, table: TableDraft, link: m.Link, names: Sequence[t.Name]) -> ColumnDraft:
    """A column of the one row another table may have for mine: a decision taken outside, a registration."""
    other = next(each for each in here.shop.tables.values() if link in each.links.values() and each.links.get(link.name) is link)
    inner = chain(here, other, names)
    for column in link.columns:
        other.columns[column].used = True
    op = m.Agg("one", other.name, tuple(zip(link.columns, table.key, strict=True)), m.Col(inner.ready, inner.name, True))
    draft = here.shop.hoist(table, op, inner.ready.maybe())
    draft.digits, draft.rounding = inner.digits, inner.rounding
    if other.data is not None and other.data.decided:
        draft.origin.decided = other.name
    return draft


def _reachable(here: Here, table: TableDraft, name: str) -> bool:
    draft = table.columns.get(name)
    return (draft is not None and not draft.hidden) or link_named(table, name) is not None or own_row_in(here, table, name) is not None


def only_exempt(here: Here, expr: m.Expr) -> bool:
    """Can the value be missing for no other reason than that a rule leaves the row out (仅)?"""
    for each in walk(expr):
        if each.type.optional and isinstance(each, m.Col | m.Const):
            theirs = isinstance(each, m.Col) and each.theirs and here.counted is not None
            if not _col_only_exempt(here, here.counted if theirs and here.counted is not None else here.table, each):
                return False
    return True


def _col_only_exempt(here: Here, table: TableDraft, expr: m.Col | m.Const) -> bool:
    if isinstance(expr, m.Const):
        return expr.value is Missing.EXEMPT
    draft = table.columns[expr.name]
    match draft.op:
        case m.Over(kind, _, _, only, value):
            return only is not None and kind not in ("prev", "next") and (value is None or not table.columns[value].ready.optional)
        case m.Split(only=only):
            return only is not None
        case m.Row(inner):
            return only_exempt(replace(here, table=table, counted=None), inner)
        case m.Get(target, on, column):
            other = here.shop.tables[target]
            if any(table.columns[own].ready.optional for _, own in on) or (expr.type.optional and not other.columns[column].ready.optional):
                return False
            return _col_only_exempt(here, other, m.Col(other.columns[column].ready, column))
    return False


def _of_entity(here: Here, table: TableDraft, name: str) -> t.Name | None:
    """On a table entity × month the entity's own columns are spoken of directly: 部门 of 员工每月 is 员工.部门."""
    if table.period is None:
        return None
    owners = [link for link in table.links.values() if set(link.columns) <= set(table.entity) and _reachable(here, here.shop.tables[link.target], name)]
    return t.Name(table.at, owners[0].name) if len(owners) == 1 else None


def _from_single(here: Here, single: TableDraft, names: Sequence[t.Name]) -> ColumnDraft:
    inner = chain(here, single, names)
    op = m.Agg("one", single.name, (), m.Col(inner.ready, inner.name, True))
    return here.shop.hoist(here.table, op, inner.ready)


def _needs_column(here: Here, path: t.Path) -> Exception:
    name = path.names[0].text
    return fault(
        "table-as-value", path.at, f"“{name}”是一张表，要写明取哪一列。", f"{name} is a table; name one of its columns.",
        f"例如“{name}.列名”。", f"For example {name}.column.",
    )  # fmt: skip


def unknown_name(here: Here, path: t.Path, table: TableDraft | None = None) -> Exception:
    """No such name here: say whose it is, what is near, or that a label touches a name."""
    written = path.names[0].text
    if written in here.shop.unread:
        return Echo()
    table = table or here.table
    if written == table.name and len(path.names) > 1:
        own = path.names[1].text
        hint = f"这里算的就是“{table.name}”的一行，直接写“{own}”。", f"Write {own}."
        return fault("own-table-named", path.at, f"“{path.text}”不用写表名。", f"{path.text} needs no table name.", *hint)
    if here.counted is not None and not here.peers and written in here.counted.columns and not here.counted.columns[written].hidden:
        hint = f"“{written}”是“{here.counted.name}”的列，条件里要写全：“{here.counted.name}.{written}”。", f"Write {here.counted.name}.{written}."
        return fault("name-of-other-table", path.at, f"“{table.name}”里没有“{written}”。", f"{table.name} has no {written}.", *hint)
    names_here = [name for name, draft in table.columns.items() if not draft.hidden]
    for length in range(len(written) - 1, 0, -1):
        if written[:length] in BY_SPELLING and _known_anywhere(here, written[length:]):
            label, rest = written[:length], written[length:]
            return fault(
                "glued-label", path.at, f"“{label}”与“{rest}”连在了一起。", f"{label} touches {rest}.",
                f"“{label}”后面空一格。", "Put a space after it.",
            )  # fmt: skip
    owners = [each.name for each in here.shop.tables.values() if written in each.columns and each is not table and not each.columns[written].hidden]
    if owners:
        linked = [owner for owner in owners if link_named(table, owner)]
        owner = (linked or owners)[0]
        if linked:
            hint = f"“{owner}.{written}”是另一张表的，要写全。", f"Write {owner}.{written}."
        else:
            hint = f"“{owner}”里有“{written}”，但“{table.name}”与它没有联系。", f"{owner} has it, but {table.name} is not linked to it."
        return fault("name-of-other-table", path.at, f"“{table.name}”里没有“{written}”。", f"{table.name} has no {written}.", *hint)
    near = nearest(written, [*names_here, *here.shop.parameters, *table.links])
    if near:
        hint = f"是不是“{near}”？", f"Did you mean {near}?"
    elif any(link.target == table.name for link in getattr(here.shop.tables.get(written), "links", {}).values()):
        hint = f"“{written}”的各行属于“{table.name}”，要汇总，例如“合计({written}.列名)”。", f"Rows of {written} belong to {table.name}; aggregate them."
    elif written in here.shop.tables:
        hint = f"“{written}”是一张表，与“{table.name}”没有联系。", f"{written} is a table that {table.name} is not linked to."
    else:
        hint = (
            f"是文字就加上引号：“{written}”；是数据就在附则的数据表里填报它，或者写一条规则算出它。",
            "Put a text in quotes; declare data in a table, or write a rule.",
        )
    return fault("unknown-name", path.at, f"“{table.name}”里没有“{written}”。", f"{table.name} has no {written}.", *hint)


def _known_anywhere(here: Here, name: str) -> bool:
    return name in here.shop.tables or any(name in table.columns for table in here.shop.tables.values()) or name in here.shop.parameters


def _parameter(here: Here, name: t.Name) -> m.Expr:
    parameter = here.shop.parameters[name.text]
    here.shop.used_parameters.add(name.text)
    undated = _undated(parameter)
    if undated is not None:
        return undated
    day = here.shop.scheme.as_of
    if day is None:
        raise fault(
            "parameter-needs-day", name.at, f"“{name.text}”不同日期有不同的值，不知道用哪天的。", f"{name.text} has dated values; no day is given.",
            f"写“{name.text}[日期]”，或在文件头写“基准日：2026-12-31”。", f"Write {name.text}[day], or 基准日 in the header.",
        )  # fmt: skip
    in_force = [each for each in parameter.values if each.since is not None and each.since <= day]
    if not in_force:
        raise fault("parameter-not-in-force", name.at, f"“{name.text}”在基准日还没有值。", f"{name.text} has no value at that day.")
    return _parameter_value(parameter.attributes, in_force[-1].value)


def dated_parameter(here: Here, name: t.Name, day: m.Expr) -> m.Expr:
    """`参数[日期]`: the value in force on that day."""
    parameter = here.shop.parameters[name.text]
    here.shop.used_parameters.add(name.text)
    if day.type.kind is not Kind.DAY:
        raise fault("parameter-needs-day", name.at, f"“{name.text}[…]”里要写一个日期。", "Write a day in the brackets.")
    undated = _undated(parameter)
    if undated is not None:
        return undated
    on = plain(here, day, name.at)
    branches = [
        (b.compare(">=", on, b.const(each.since, kind=Kind.DAY)), _parameter_value(parameter.attributes, each.value))
        for each in reversed(parameter.values)
        if each.since is not None
    ]
    _, latest = branches[0]
    before_all = m.Const(replace(b.missing_type(latest.type.kind), unit=latest.type.unit), Missing.NOTHING)
    return b.case(branches, before_all)


def _undated(parameter: doc.Parameter) -> m.Expr | None:
    """The value of a parameter that has one for all days; otherwise all its values are dated, in the order of their days."""
    first = parameter.values[0]
    return _parameter_value(parameter.attributes, first.value) if first.since is None else None


def _parameter_value(attributes: object, node: t.Node) -> m.Expr:
    value = literal(node)
    unit = getattr(attributes, "unit", None)
    factor: Fraction = getattr(attributes, "factor", Fraction(1))
    if unit is not None and value.type.kind is Kind.NUMBER and not value.type.unit.dims and isinstance(value.value, Fraction):
        bare = not isinstance(node, t.Number) or node.word == ""
        return b.const(value.value * (factor if bare else 1), Unit(unit.dims))
    return value


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


# --------------------------------------------------------------------------------------------------------------- hoisting


def column_of(here: Here, expr: m.Expr) -> str:
    """The name of the column of my table that holds `expr`."""
    _apart_from_the_loop(here, expr)
    if isinstance(expr, m.Col) and not expr.theirs:
        return expr.name
    return here.shop.as_column(here.table, _where_used(here, expr))


def _where_used(here: Here, expr: m.Expr) -> m.Expr:
    """The expression, and something that is never looked at on rows where the conditions around it do not hold: a column is
    worked out on every row, also where it would divide by 0 or ask for what is missing."""
    around = conditions_around(here, [expr])
    return b.case([(b.logic("and", around), expr)], any_value(expr)) if around else expr


def conditions_around(here: Here, exprs: Sequence[m.Expr]) -> list[m.Expr]:
    """The conditions on my row that hold wherever these are used, if they say something of a column that these read."""
    told = {name for theirs, name in (*here.known, *here.narrowed) if not theirs}
    if not told & set().union(*(reads(expr, theirs=False) for expr in exprs)):
        return []
    parts = [part for each in here.under for part in (each.parts if isinstance(each, m.Logic) and each.op == "and" else (each,))]
    return list(dict.fromkeys(part for part in parts if sides(part) <= {False} and not _inside_loop(here, [part])))


def any_value(found: m.Expr) -> m.Expr:
    """A value of the same type that is never seen."""
    match found.type.kind:
        case Kind.NUMBER:
            assert found.type.num is not None  # inside the range, so that what is proved of it stays true
            return b.const(found.type.num.lo, found.type.unit)
        case Kind.TEXT:
            return b.const(found.type.choices[0] if found.type.choices else "")
        case Kind.YESNO:
            return b.const(False)
        case kind:
            return b.const(0, kind=kind)


def hoist(here: Here, op: m.Op, kind: Type, call: t.Call | None = None) -> m.Col:
    """A hidden column of my table for an operation that is not a row expression."""
    match op:
        case m.Row(expr):
            _apart_from_the_loop(here, expr)
        case m.Agg(value=value, where=where):
            _apart_from_the_loop(here, *(each for each in (value, where) if each is not None))
    draft = here.shop.hoist(here.table, op, kind, Origin("helper", call=call))
    return m.Col(kind, draft.name)


def _apart_from_the_loop(here: Here, *exprs: m.Expr) -> None:
    """What is computed for the whole column at once cannot stand on rules that are computed period by period."""
    if here.scan is None:
        return
    for expr in exprs:
        if reads(expr, theirs=False) & set(here.scan.members) or any(isinstance(each, m.Prev) for each in walk(expr)):
            raise fault(
                "loop-too-rich", here.owner.at, "用到“上期”的这组规则里，互相引用的数只能做一行之内的计算，不能再汇总、排名或分配。",
                "Columns that depend on their own previous value can only be used within one row here.",
                "先写一条普通的规则算出要汇总的数。", "Compute what is to be aggregated in a rule of its own.",
            )  # fmt: skip


def on_their_side(here: Here, exprs: Sequence[m.Expr], at: Place) -> bool:
    """Do these expressions belong to the counted row? Mixed rows cannot be hoisted."""
    used = set().union(*(sides(expr) for expr in exprs)) if exprs else set()
    if used == {True, False}:
        raise fault(
            "rows-mixed", at, "这里同时用到了本行和被统计的那一行，无法先算出来。", "This mixes my row with the counted row.",
            "先在那张表上写一条规则，再在这里引用。", "Write a rule on the counted table first.",
        )  # fmt: skip
    return used == {True}


def _inside_loop(here: Here, exprs: Sequence[m.Expr]) -> bool:
    """Does any of them read what the loop being compiled computes period by period?"""
    if here.scan is None:
        return False
    names = set(here.scan.members)
    return any(isinstance(each, m.Prev) or (isinstance(each, m.Col) and each.name in names) for expr in exprs for each in walk(expr))


def refuse_where(here: Here, table: TableDraft, bad: m.Expr, says: tuple[str, str, str], at: Place, present: str | None = None) -> None:
    """Refuse the run where `bad` holds on a row for which this part of the formula is used at all.

    `says`: the fault's code and its words in Chinese and English. `present`: the column that is taken as known from then on."""
    theirs = here.counted is not None and table is here.counted
    conditions = [to_mine(each) for each in here.under if sides(each) <= {theirs}]
    if _inside_loop(here, [*conditions, bad]):
        raise fault(
            "loop-too-rich", at, "用到“上期”的规则里，“停算”不能放在看上期结果的条件里面。", "停算 cannot stand under a condition on the previous period.",
            "先写一条普通的规则算出这个数，再在这里用它。", "Compute it in a rule of its own first.",
        )  # fmt: skip
    flat: list[m.Expr] = []
    for each in (*conditions, bad):
        flat.extend(each.parts if isinstance(each, m.Logic) and each.op == "and" else (each,))
    here.shop.guard(table, b.logic("and", list(dict.fromkeys(flat))), says, at, here.article, present=present)


def their_here(here: Here) -> Here:
    """Standing on the counted row itself, with what is known of it."""
    assert here.counted is not None
    return replace(
        here, table=here.counted, counted=None, peers=False, main=False, scan=None,
        known=frozenset((False, name) for theirs, name in here.known if theirs),
        narrowed={(False, name): num for (theirs, name), num in here.narrowed.items() if theirs},
        under=tuple(to_mine(each) for each in here.under if sides(each) <= {True}),
    )  # fmt: skip


__all__ = [
    "MONTH_KEY",
    "ONE",
    "PEER",
    "PURE",
    "ZERO",
    "Here",
    "any_value",
    "chain",
    "column_of",
    "condition",
    "conditions_around",
    "constant",
    "dated_parameter",
    "fits_plain",
    "hoist",
    "in_base_unit",
    "is_zero",
    "kind_zh",
    "link_named",
    "numeric",
    "on_their_side",
    "only_exempt",
    "plain",
    "read_column",
    "read_path",
    "ready",
    "refuse_where",
    "their_here",
    "to_mine",
    "unify",
    "unify_all",
    "unknown_name",
    "whole",
]  # fmt: skip
