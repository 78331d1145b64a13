"""Which rows a call counts: of a table that leads here, of my own group, of a whole table; with conditions and windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from quanheng.engine.faults import Place, nearest
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.parser import children
from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Echo, TableDraft, fault
from quanheng.engine.plan.lower.core import ZERO, Here, condition, link_named, plain, whole
from quanheng.engine.plan.lower.hoisting import column_of, hoist
from quanheng.engine.plan.lower.names import chain, read_path
from quanheng.engine.plan.lower.narrow import assume
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import Kind


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows a call counts: the table, how its columns equal mine, and the place inside."""

    source: TableDraft
    on: tuple[tuple[str, str], ...]
    inside: Here  # for the conditions
    main: Here  # for the first argument
    most: int  # most rows that can be counted
    at_least_one: bool


def rows_of(here: Here, node: t.Call) -> Rows:
    """Read the first argument and the labels 同, 全体, 按, 近 of a call."""
    here = here.mine()
    _every_part_counts(here, node)
    same, whole_label = node.field("same"), node.field("whole")
    prefix = _prefix(here, node)
    if prefix is None and same is None and whole_label is None:
        raise _no_rows(here, node)
    if same is not None or (whole_label is not None and (prefix is None or prefix is here.table)):
        return _peers(here, node, same)
    assert prefix is not None
    if whole_label is not None:
        return _counted(here, prefix, (), prefix.max_rows, one=prefix.min_rows > 0)
    if prefix is here.table:
        if here.table.period is None:
            raise fault(
                "group-missing", node.at, f"统计“{prefix.name}”自己的各行，要写明范围。", f"Say which rows of {prefix.name} itself.",
                "例如“；同 部门”或“；同 全体”。", "For example ；同 部门.",
            )  # fmt: skip
        return _counted(here, prefix, tuple((name, name) for name in prefix.entity), prefix.max_rows, peers=True)
    return _children(here, node, prefix)


def _every_part_counts(here: Here, node: t.Call) -> None:
    """Nothing that is written may be passed over: a second argument is a 当 forgotten, 截至 wants 近, 按 a table that leads here."""
    if len(node.args) > 1:
        glued = {each.at.line for each in here.shop.scheme.faults if each.code == "glued-label" and isinstance(each.at, Place)}
        if node.args[1].at.line in glued:
            raise Echo
        raise fault(
            "argument-count", node.args[1].at, f"“{node.function.text}”只写一项；这里多出的一项前面是不是少了“当”？",
            f"{node.function.text} takes one argument; is 当 missing before this one?", "条件写“；当 …”。", "Write ；当 condition.",
        )  # fmt: skip
    until, by = node.field("until"), node.field("by")
    if until is not None and node.field("last") is None:
        raise fault("until-without-last", until.at, "写了“截至”，没有写“近”。", "截至 without 近.", "例如“；近 12个月；截至 2026-12”。", "Add 近.")
    if by is not None and not _ordered(node) and (node.field("same") is not None or node.field("whole") is not None):
        raise fault("label-not-here", by.at, "统计同一组或全体的时候不用“按”。", "按 has no place here.", "删去它。", "Remove it.")


def _counted(here: Here, source: TableDraft, on: tuple[tuple[str, str], ...], most: int, *, one: bool = False, peers: bool = False) -> Rows:
    inside = replace(here, counted=source, peers=peers, main=False)
    return Rows(source, on, inside, replace(inside, main=True), most, one)


def _peers(here: Here, node: t.Call, same: t.Field | None) -> Rows:
    names = partition(here, same)
    link = next((link for link in here.table.links.values() if set(link.columns) == set(names)), None)
    most = here.table.per_parent[link.name] if link is not None else here.table.max_rows
    return _counted(here, here.table, tuple((name, name) for name in names), most, one=same is not None, peers=True)


def partition(here: Here, same: t.Field | None) -> tuple[str, ...]:
    """`同 部门、月份` → own columns; `同 全体` → none."""
    if same is None or same.value is None:
        return ()
    assert isinstance(same.value, tuple)
    names = []
    for path in same.value:
        assert isinstance(path, t.Path)
        expr = read_path(here.mine(), path)
        plain(here, expr, path.at)
        names.append(column_of(here, expr))
    return tuple(names)


def _children(here: Here, node: t.Call, source: TableDraft) -> Rows:
    by = node.field("by") if not _ordered(node) else None
    named = by.value.text if by is not None and isinstance(by.value, t.Path) else ""
    if by is not None and not any(link.name == named and link.target == here.table.name for link in source.links.values()):
        raise fault(
            "by-no-link", by.at, f"“{source.name}”没有叫“{named or '…'}”、指到“{here.table.name}”的一列。", f"{source.name} has no such link.",
            "“按”后面写那一列的名称；只有一列时不用写。", "Name the link column.",
        )  # fmt: skip
    leads = [link for link in source.links.values() if link.target == here.table.name and (not named or link.name == named)]
    if len(leads) > 1:
        same_name = [link for link in leads if link.name == here.table.name]
        leads = same_name or leads
    if len(leads) == 1:
        link = leads[0]
        source.used_links.add(link.name)
        for column in link.columns:
            source.columns[column].used = True
        on = tuple(zip(link.columns, here.table.key, strict=True))
        most = source.per_parent[link.name]
        last = node.field("last")
        if last is not None and here.table.period is not None:
            # the months before count too: only the entity must be mine, the window says which months
            on = tuple(pair for pair in on if pair[1] != here.table.period)
            most = min(most * _months(here, last), source.max_rows)
        return _counted(here, source, on, most, one=link.name in source.at_least_one)
    if len(leads) > 1:
        raise fault(
            "several-links", node.at, f"“{source.name}”有几列指到“{here.table.name}”：{'、'.join(link.name for link in leads)}。",
            f"Several columns of {source.name} lead to {here.table.name}.", f"写明“；按 {leads[0].name}”。", f"Add ；按 {leads[0].name}.",
        )  # fmt: skip
    return _grandchildren(here, node, source)


def _grandchildren(here: Here, node: t.Call, source: TableDraft) -> Rows:
    """Rows that lead here over other tables: 班级.学生.成绩 — or a combined key reached part by part."""
    routes = [route for route in _routes(here, source, 3) if route]
    if not routes:
        days = [draft for draft in source.columns.values() if draft.type is not None and draft.type.kind is Kind.DAY and not draft.hidden]
        if here.table.period is not None and days and source.key != (ROW_KEY,):
            hint = f"“{source.name}”有自己的编号，不按日期自动归到各月：给它加一列月份，或者删去“不重复”。", "Give it a 月份 column, or remove 不重复."
            zh = f"“{source.name}”的各行不属于“{here.table.name}”。"
            raise fault("not-linked", node.at, zh, f"Rows of {source.name} do not lead to {here.table.name}.", *hint)
        raise fault(
            "not-linked", node.at, f"“{source.name}”的各行不属于“{here.table.name}”。", f"Rows of {source.name} do not lead to {here.table.name}.",
            f"在“{source.name}”里写一列“属于 {here.table.name}”；要统计整张表就写“；全体”。", f"Give {source.name} a link, or write ；全体.",
        )  # fmt: skip
    shortest = min(len(route) for route in routes)
    best = [route for route in routes if len(route) == shortest]
    if len(best) > 1:
        raise fault(
            "several-links", node.at, f"从“{source.name}”到“{here.table.name}”有几条路。", f"Several ways lead from {source.name} here.",
            "先在中间那张表上写一条规则。", "Write a rule on the table in between.",
        )  # fmt: skip
    route = best[0]
    at = node.at
    names = tuple(t.Name(at, link.name) for link in route)
    on, most = [], 1
    for key in here.table.key:
        column = chain(here, source, (*names, t.Name(at, key)))
        on.append((column.name, key))
    table = source
    for link in route:
        most = min(most * table.per_parent[link.name], source.max_rows)
        table = here.shop.tables[link.target]
    return _counted(here, source, tuple(on), most)


def _routes(here: Here, source: TableDraft, depth: int) -> Iterator[tuple[m.Link, ...]]:
    for link in source.links.values():
        if link.target == here.table.name:
            yield (link,)
        elif depth > 1 and link.target != source.name:
            for rest in _routes(here, here.shop.tables[link.target], depth - 1):
                yield (link, *rest)


def _prefix(here: Here, node: t.Call) -> TableDraft | None:
    """The table the first argument speaks of: `打分` or `打分.分值`."""
    if not node.args:
        return None
    found = {}
    for path in _paths(node.args[0]):
        name = path.names[0].text
        table = here.shop.tables.get(name)
        if table is None or table.single:
            continue
        if len(path.names) == 1 and path is not node.args[0]:
            continue
        is_up = link_named(here.table, name) is not None and name != here.table.name and not _leads_here(here, table)
        if is_up and node.field("whole") is None and len(path.names) > 1:
            continue
        found[name] = table
    if len(found) > 1:
        raise fault(
            "several-tables", node.args[0].at, f"一次只能统计一张表，这里有：{'、'.join(found)}。", "Only one table can be counted at a time.",
            "先在一张表上写规则，再统计。", "Write a rule first.",
        )  # fmt: skip
    return next(iter(found.values()), None)


def _leads_here(here: Here, table: TableDraft) -> bool:
    return any(link.target == here.table.name for link in table.links.values())


def _paths(node: t.Node) -> Iterator[t.Path]:
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, t.Path):
            yield each
        else:
            stack.extend(children(each))


def _no_rows(here: Here, node: t.Call) -> Exception:
    written = next((path.names[0].text for path in _paths(node.args[0])), "") if node.args else ""
    if written in here.shop.unread:
        return Echo()
    near = nearest(written, here.shop.tables) if written else ""
    return fault(
        "no-rows-named", node.at, f"“{node.function.text}”没有说统计哪张表的哪些行。", f"{node.function.text} does not say which rows.",
        f"是不是“{near}”？" if near else f"写“{node.function.text}(表.列)”；统计同一组的各行，加“；同 部门”或“；同 全体”。",
        "Name a table's column, or add ；同 ….",
    )  # fmt: skip


def _ordered(node: t.Call) -> bool:
    return node.function.text in ("最早", "最近", "first-of", "first_of", "latest")


def where_of(here: Here, node: t.Call, rows: Rows) -> tuple[m.Expr | None, Here]:
    """The conditions 当 and 近 of a call, and the place where they hold."""
    inside, parts = rows.inside, []
    when = node.field("when")
    if when is not None:
        assert isinstance(when.value, t.Node)
        parts.append(condition(inside, when.value))
        inside = assume(inside, parts[-1])
    last = node.field("last")
    if last is not None:
        parts.extend(_window(here.mine(), node, rows, last))
    flat: list[m.Expr] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, m.Logic) and part.op == "and" else (part,))
    return (b.logic("and", flat) if flat else None), inside


def _months(here: Here, last: t.Field) -> int:
    assert isinstance(last.value, t.Node)
    return whole(here, last.value, what="“近”后面")


def _window(here: Here, node: t.Call, rows: Rows, last: t.Field) -> list[m.Expr]:
    count = _months(here, last)
    period = _period_column(rows.source)
    if period is None:
        raise fault(
            "no-period", last.at, f"“{rows.source.name}”没有月份（期次），不能写“近”。", f"{rows.source.name} has no period.",
            "给它加“月份”列，或写成“对象 × 月份”的表。", "Give it a 月份 column.",
        )  # fmt: skip
    theirs = m.Col(rows.source.columns[period].ready, period, True)
    rows.source.columns[period].used = True
    until = _until(here, node, rows, period)
    earliest = b.arith("-", _index(until), b.const(Fraction(count)))
    return [b.compare("<=", _index(theirs), _index(until)), b.compare(">", _index(theirs), earliest)]


def _period_column(source: TableDraft) -> str | None:
    if source.period is not None:
        return source.period
    months = [name for name, draft in source.columns.items() if draft.type is not None and draft.type.kind is Kind.MONTH and not draft.type.optional]
    return months[0] if len(months) == 1 else None


def _index(expr: m.Expr) -> m.Expr:
    """A period as a plain whole number: months since year 0, or the period's own number."""
    if expr.type.kind is Kind.NUMBER:
        return expr
    year, month = b.date_part("year", expr), b.date_part("month", expr)
    return b.arith("+", b.arith("*", year, b.const(Fraction(12))), month)


def _until(here: Here, node: t.Call, rows: Rows, period: str) -> m.Expr:
    written = node.field("until")
    if written is not None:
        assert isinstance(written.value, t.Node)
        expr = here.lower(here, written.value)
        return b.date_part("as_month", expr) if expr.type.kind is Kind.DAY else plain(here, expr, written.at)
    if rows.source is here.table or here.table.period is not None:
        own = here.table.columns[here.table.period or period]
        own.used = True
        return m.Col(own.ready, own.name)
    latest = m.Agg("max", rows.source.name, (), m.Col(rows.source.columns[period].ready, period, True))
    found = hoist(here, latest, rows.source.columns[period].ready.maybe(), node)
    kind = found.type.kind
    return b.if_missing(found, b.const(0, kind=kind) if kind is Kind.MONTH else ZERO)


def parts_of(where: m.Expr) -> tuple[m.Expr, ...]:
    return where.parts if isinstance(where, m.Logic) and where.op == "and" else (where,)
