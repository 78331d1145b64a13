"""A desk to lay out a few tables on, compute some columns by hand and look at the figures: for tests in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import TEXT, Kind, Type
from quanheng.engine.run.reference import Reference
from quanheng.engine.values import Missing, Value
from tests.engine.plans import dataset, plan_of

Given = Value | float  # a float in a test is a figure as one writes it down: 2.5

POINTS = b.number(-1_000, 1_000, 2)
POINTS_MAYBE = POINTS.maybe()
AMOUNT = b.number(0, 10**9, 2)
COUNT = b.number(0, 10_000)


def exact(value: Given, kind: Type) -> Value:
    if isinstance(value, str | bool | Missing):
        return value
    return Fraction(str(value)) if kind.kind is Kind.NUMBER else int(value)


def plain(value: Value) -> Given:
    """A figure as one writes it down, for comparing with what a test expects."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else value
    return value


@dataclass
class Desk:
    tables: dict[str, m.Table] = field(default_factory=dict)
    data: dict[str, dict[str, list[Value]]] = field(default_factory=dict)
    steps: list[m.Step] = field(default_factory=list)
    guards: list[m.Guard] = field(default_factory=list)

    def enter(self, table: m.Table | str, **columns: tuple[Type, Sequence[Given]]) -> None:
        """A data table with its rows, in the order of its key (the first column, if the table says nothing else)."""
        name = table if isinstance(table, str) else table.name
        definition = m.Table(name, "data", (next(iter(columns)),)) if isinstance(table, str) else table
        if definition.key == (ROW_KEY,):
            count = len(next(iter(columns.values()))[1])
            columns = {ROW_KEY: (b.number(1, 10**6), range(1, count + 1)), **columns}
        self.data[name] = {each: [exact(value, kind) for value in values] for each, (kind, values) in columns.items()}
        inputs = tuple(m.Column(name, each, kind, m.Input()) for each, (kind, _) in columns.items())
        self.tables[name] = replace(definition, columns=inputs)

    def add(self, table: m.Table) -> None:
        self.tables[table.name] = table

    def col(self, table: str, name: str, *, theirs: bool = False) -> m.Col:
        return b.col(self.column(table, name), theirs=theirs)

    def column(self, table: str, name: str) -> m.Column:
        return next(column for column in self.tables[table].columns if column.name == name)

    def compute(self, table: str, name: str, op: m.Op | m.Expr, kind: Type = POINTS_MAYBE, *, step: bool = True) -> None:
        if isinstance(op, m.Expr):
            op, kind = m.Row(op), op.type
        definition = self.tables[table]
        column = m.Column(table, name, kind, op)
        self.tables[table] = replace(definition, columns=(*definition.columns, column))
        if step:
            self.steps.append(m.Step(table, (name,)))

    def scan(self, table: str, *names: str) -> None:
        definition = self.tables[table]
        assert definition.period is not None
        entity = tuple(name for name in definition.key if name != definition.period)
        self.steps.append(m.Step(table, names, m.Scan(table, entity, definition.period, names)))

    def refuse_where(self, table: str, column: str, zh: str = "{row} 不对。", en: str = "{row} is wrong.") -> None:
        self.guards.append(m.Guard(table, column, "test", zh, en))

    def plan(self) -> m.Plan:
        return plan_of(self.tables.values(), self.steps, self.guards)

    def reference(self) -> Reference:
        plan = self.plan()
        return Reference(plan, dataset(plan, self.data))

    def figures(self, table: str, column: str) -> list[Given]:
        return [plain(value) for value in self.reference().column(table, column)]


def staff(**columns: tuple[Type, Sequence[Given]]) -> Desk:
    """A desk with one table 员工 whose rows are numbered 1, 2, 3 …, or 01, 02 … when they are many."""
    count = len(next(iter(columns.values()))[1])
    desk = Desk()
    width = len(str(count))
    desk.enter("员工", 工号=(TEXT, [str(nr).rjust(width, "0") for nr in range(1, count + 1)]), **columns)
    return desk
