"""The plan while it is being made: tables and columns that know where they were declared and whether they are compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from quanheng.engine.document import model as doc
from quanheng.engine.faults import Fault, InputRefused, Place
from quanheng.engine.formula import tree as t
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Type
from quanheng.engine.values import Rounding

DEFAULT_ROWS = 10**7  # most rows of a table that declares no limit
DEFAULT_PER_PARENT = 10**5  # most rows that lead to one row, where the scheme declares none


@dataclass(slots=True)
class Origin:
    """What the scheme says about a column; explanations read it, executors never look."""

    kind: Literal["rule", "input", "helper"]
    article: str = ""
    at: Place | None = None
    text: str = ""  # the rule as written, on one line
    source: str = ""  # who supplies an input
    readings: tuple[str, ...] = ()
    formula: t.Node | None = None
    lowered: dict[int, m.Expr] = field(default_factory=dict)  # id of a node of `formula` → what it was lowered to
    is_mark: bool = False
    is_veto: bool = False
    reviewer: str = ""
    decided: str = ""  # name of the table with decisions taken outside
    call: t.Call | None = None  # helper: the surface form it belongs to
    full: t.Number | None = None


@dataclass(slots=True)
class ColumnDraft:
    """A column on its way into the plan. `type` and `op` are set once it is compiled."""

    table: TableDraft
    name: str
    at: Place
    state: Literal["new", "busy", "done", "broken"] = "new"
    type: Type | None = None
    op: m.Op | None = None
    rule: doc.Rule | None = None
    data: doc.DataColumn | None = None
    hidden: bool = False
    digits: int | None = None
    rounding: Rounding = Rounding.HALF_UP
    origin: Origin = field(default_factory=lambda: Origin("helper"))
    used: bool = False

    @property
    def ready(self) -> Type:
        assert self.type is not None, (self.table.name, self.name)
        return self.type

    def column(self) -> m.Column:
        assert self.op is not None
        return m.Column(
            self.table.name, self.name, self.ready, self.op, self.digits, self.rounding, self.hidden, self.origin
        )


@dataclass(slots=True)
class TableDraft:
    name: str
    at: Place
    origin: Literal["data", "constant", "distinct"] = "data"
    key: tuple[str, ...] = ()
    columns: dict[str, ColumnDraft] = field(default_factory=dict)
    links: dict[str, m.Link] = field(default_factory=dict)
    per_parent: dict[str, int] = field(default_factory=dict)
    implied: set[str] = field(default_factory=set)  # links nobody declared; they hold only where a rule uses them
    used_links: set[str] = field(default_factory=set)
    at_least_one: set[str] = field(default_factory=set)  # links along which every parent has a row
    period: str | None = None
    single: bool = False
    source: str | None = None
    rows: tuple[tuple[object, ...], ...] = ()
    max_rows: int = DEFAULT_ROWS
    min_rows: int = 0
    dense: bool = False  # some rule goes from one period to the next: there must be no gaps
    data: doc.DataTable | None = None
    standard: doc.StandardTable | None = None
    hoisted: dict[m.Op, ColumnDraft] = field(default_factory=dict)

    @property
    def entity(self) -> tuple[str, ...]:
        return tuple(name for name in self.key if name != self.period)

    def table(self) -> m.Table:
        columns = tuple(draft.column() for draft in self.columns.values() if draft.state == "done")
        links = tuple(link for link in self.links.values() if link.name not in self.implied or link.name in self.used_links)
        return m.Table(
            self.name, self.origin, self.key, columns, links, self.period if self.dense else None, self.source,
            self.rows, self.max_rows, {link.name: self.per_parent[link.name] for link in links}, self.at, self.min_rows,  # type: ignore[arg-type]
        )  # fmt: skip


@dataclass(slots=True)
class Workshop:
    """Everything the compiler holds in its hands: tables, parameters, definitions, what was found wrong."""

    scheme: doc.Scheme
    tables: dict[str, TableDraft] = field(default_factory=dict)
    parameters: dict[str, doc.Parameter] = field(default_factory=dict)
    definitions: dict[str, doc.Definition] = field(default_factory=dict)
    indicators: dict[str, doc.IndicatorTable] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    steps: list[m.Step] = field(default_factory=list)
    guards: list[m.Guard] = field(default_factory=list)
    used_parameters: set[str] = field(default_factory=set)
    scans: list[ScanDraft] = field(default_factory=list)
    weights: dict[int, tuple[int, m.Expr]] = field(default_factory=dict)  # by identity; the expression is kept alive with it
    unread: frozenset[str] = frozenset()  # names that a broken line would have declared: no second fault for them

    def add(self, draft: ColumnDraft, kind: Type, op: m.Op) -> ColumnDraft:
        """The draft is compiled: give it type and operation and its place in the order."""
        draft.type, draft.op, draft.state = kind, op, "done"
        draft.table.columns[draft.name] = draft
        if not isinstance(op, m.Input):
            self.steps.append(m.Step(draft.table.name, (draft.name,)))
        return draft

    def weight(self, expr: m.Expr) -> int:
        """How many nodes the expression has when written out; parts that are shared count every time."""
        known = self.weights.get(id(expr))
        if known is None:
            known = (1 + sum(self.weight(part) for part in inside(expr)), expr)
            self.weights[id(expr)] = known
        return known[0]

    def hoist(self, table: TableDraft, op: m.Op, kind: Type, origin: Origin | None = None) -> ColumnDraft:
        """A hidden column for a part of a formula; the same part twice is one column."""
        found = table.hoisted.get(op)
        if found is not None:
            return found
        number = len(table.hoisted) + 1
        while f"·{number}" in table.columns:  # a table of groups brings hidden key columns of its own
            number += 1
        draft = ColumnDraft(table, f"·{number}", table.at, hidden=True, origin=origin or Origin("helper"))
        table.hoisted[op] = draft
        return self.add(draft, kind, op)

    def as_column(self, table: TableDraft, expr: m.Expr) -> str:
        """The name of the column of `table` that holds the expression."""
        if isinstance(expr, m.Col):
            assert not expr.theirs
            return expr.name
        return self.hoist(table, m.Row(expr), expr.type).name

    def guard(
        self, table: TableDraft, bad: m.Expr, says: tuple[str, str, str], at: Place, article: str = "",
        *, present: str | None = None, bounded: str | None = None,
    ) -> None:  # fmt: skip
        """Refuse the run where `bad` (a plain yes/no) holds. `says`: the fault's code, Chinese and English words; `present`
        and `bounded` as in the plan."""
        column = self.as_column(table, bad)
        at = replace(at, file=self.scheme.file)
        guard = m.Guard(table.name, column, *says, at, article, present, bounded)
        if guard not in self.guards:
            self.guards.append(guard)


@dataclass(slots=True)
class ScanDraft:
    """Rules of one period table that need each other's value of the period before."""

    table: TableDraft
    members: dict[str, ColumnDraft]
    order: list[str] = field(default_factory=list)


class Echo(InputRefused):
    """A name whose own line is broken: the fault was already reported there."""

    def __init__(self) -> None:
        super().__init__(())


def fault(code: str, at: Place, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> InputRefused:
    """One fault as the exception that stops the lowering of one rule."""
    return InputRefused([Fault(code, at, zh, en, hint_zh, hint_en)])


def walk(expr: m.Expr) -> Iterator[m.Expr]:
    """The expression and everything inside it."""
    stack = [expr]
    while stack:
        each = stack.pop()
        yield each
        stack.extend(inside(each))


def inside(expr: m.Expr) -> list[m.Expr]:
    match expr:
        case m.Arith(_, _, left, right) | m.Compare(_, _, left, right) | m.DateDiff(_, _, left, right):
            return [left, right]
        case m.Logic(_, _, parts) | m.Extreme(_, _, parts):
            return list(parts)
        case m.Case(_, branches, other):
            return [part for branch in branches for part in branch] + [other]
        case m.IfMissing(_, part, other):
            return [part, other]
        case m.Not(_, part) | m.Abs(_, part) | m.Known(_, part) | m.Absent(_, part):
            return [part]
        case m.Round(_, part) | m.Position(_, part):
            return [part]
        case m.DatePart(_, _, part):
            return [part]
    return []


def reads(expr: m.Expr, *, theirs: bool) -> set[str]:
    return {each.name for each in walk(expr) if isinstance(each, m.Col) and each.theirs is theirs}


def sides(expr: m.Expr) -> set[bool]:
    """Which rows an expression reads: True the counted row, False mine."""
    return {each.theirs for each in walk(expr) if isinstance(each, m.Col)}


def to_mine(expr: m.Expr) -> m.Expr:
    """The same expression seen from the counted row itself."""
    return rebuild(expr, lambda each: m.Col(each.type, each.name) if isinstance(each, m.Col) else each)


def rebuild(expr: m.Expr, change: Callable[[m.Expr], m.Expr]) -> m.Expr:
    """The expression with `change` applied to every node, innermost first."""
    changed: dict[str, Any] = {}
    for each in fields(expr):
        value = getattr(expr, each.name)
        if isinstance(value, m.Expr):
            changed[each.name] = rebuild(value, change)
        elif each.name == "parts":
            changed[each.name] = tuple(rebuild(part, change) for part in value)
        elif each.name == "branches":
            changed[each.name] = tuple((rebuild(c, change), rebuild(v, change)) for c, v in value)
    return change(replace(expr, **changed) if changed else expr)
