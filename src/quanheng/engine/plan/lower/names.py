"""A name of the text becomes a column: of my row, over links, of the counted row, of a parameter, or a fault that helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from quanheng.engine.document import model as doc
from quanheng.engine.faults import nearest
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import Unit
from quanheng.engine.formula.words import BY_SPELLING
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.declare import literal
from quanheng.engine.plan.drafts import ColumnDraft, Echo, TableDraft, fault, walk
from quanheng.engine.plan.lower.core import PEER, Here, in_base_unit, link_named, plain
from quanheng.engine.plan.types import Kind
from quanheng.engine.values import Missing

AS_OF: Final = "基准日"  # the header's day, readable in every formula


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
