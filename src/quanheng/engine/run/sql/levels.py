"""When each column can be computed: the plan cut into levels, and for every level what it reads and what it must carry on.

A level of a table is one SELECT: everything that becomes computable there — aggregates and lookups as joins, positions and
splits as window functions, plain rows as further columns. Level 0 is the data. Levels are counted over the whole plan, so a
SELECT reads only SELECTs of lower levels and nothing goes in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from quanheng.engine.plan import model as m
from quanheng.engine.run.expression import columns_read, parts_of

Name = tuple[str, str]  # table, column
NEEDS_KEY: Final = ("rowno", "prev", "next", "cumsum", "run")  # positions that end their order with the table's key


@dataclass(frozen=True, slots=True)
class Mention:
    """The columns an operation reads: of its own row, of the row a period earlier, of another table's rows."""

    own: frozenset[str]
    theirs: frozenset[str] = frozenset()
    source: str | None = None
    before: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reads:
    """One join of a level: the aggregates or lookups that share it, and the columns of the source that it reads."""

    source: str
    columns: list[m.Column]
    wanted: set[str] = field(default_factory=set)
    at: int = 0  # index of the source's level that is read


def mentions(table: m.Table, op: m.Op) -> Mention:
    """What an operation reads."""
    match op:
        case m.Input():
            return Mention(frozenset())
        case m.Row(expr):
            return Mention(frozenset(node.name for node in columns_read(expr)))
        case m.Scanned(expr):
            nodes = list(columns_read(expr))
            here = frozenset(node.name for node in nodes if isinstance(node, m.Col))
            return Mention(here, before=frozenset(node.name for node in nodes if isinstance(node, m.Prev)))
        case m.Get():
            theirs = {column for column, _ in op.on} | {op.column}
            return Mention(frozenset(own for _, own in op.on), frozenset(theirs), op.target)
        case m.Agg():
            read = [node for part in (op.value, op.where) if part is not None for node in columns_read(part)]
            counted = {node.name for node in read if isinstance(node, m.Col) and node.theirs}
            own = {node.name for node in read if not (isinstance(node, m.Col) and node.theirs)}
            return Mention(
                frozenset(own | {own for _, own in op.on}),
                frozenset(counted | {theirs for theirs, _ in op.on}),
                op.source,
            )
        case m.Over():
            names = (*op.partition, *(key.column for key in op.order), op.only, op.value)
            key = table.key if op.kind in NEEDS_KEY else ()
        case m.Split():
            names = (*op.partition, *(key.column for key in op.order), op.only, op.pool, op.weight, op.cap)
            key = table.key
    return Mention(frozenset(name for name in (*names, *key) if name is not None))


def mine_in(op: m.Agg) -> frozenset[str]:
    """Columns of my own row that the aggregate's value or condition reads (beside `on`)."""
    read = [node for part in (op.value, op.where) if part is not None for node in columns_read(part)]
    return frozenset(node.name for node in read if not (isinstance(node, m.Col) and node.theirs))


class Levels:
    """The whole plan, cut."""

    def __init__(self, plan: m.Plan, also: frozenset[Name] = frozenset()) -> None:
        """`also`: hidden columns that are wanted as well."""
        self.plan = plan
        self.also = also
        self.columns = {(table.name, column.name): column for table in plan.tables.values() for column in table.columns}
        self.scans = {(step.table, name): step.scan for step in plan.steps for name in step.columns if step.scan}
        self.order = {(step.table, name): nr for nr, step in enumerate(plan.steps) for name in step.columns}
        self.mentions = {name: mentions(plan.tables[name[0]], column.op) for name, column in self.columns.items()}
        self.live = self._find_live()
        self.level: dict[Name, int] = {}
        self.first: dict[str, int] = {}
        self._find_levels()
        self.levels = {table: self._levels_of(table) for table in plan.tables}
        self.joins = self._find_joins()
        self.last_use = self._find_last_uses()

    # ---------------------------------------------------------------------------------------------------------- what for

    def outputs(self, table: str) -> list[m.Column]:
        """What a table gives: its key, its visible columns, and the columns that guards look at."""
        definition = self.plan.tables[table]
        guards = {guard.column for guard in self.plan.guards if guard.table == table}
        return [
            column
            for column in definition.columns
            if not column.hidden or column.name in definition.key or column.name in guards or (table, column.name) in self.also
        ]

    def _find_live(self) -> set[Name]:
        """Columns that anything visible stands on; the others are never computed."""
        todo = [(table, column.name) for table in self.plan.tables for column in self.outputs(table)]
        live: set[Name] = set()
        while todo:
            name = todo.pop()
            if name not in live:
                live.add(name)
                todo.extend(self._below(name))
        return live

    def _below(self, name: Name) -> Iterator[Name]:
        table, mention = name[0], self.mentions[name]
        yield from ((table, own) for own in mention.own | mention.before)
        if mention.source is not None:
            yield from ((mention.source, theirs) for theirs in mention.theirs)
        definition = self.plan.tables[table]
        if definition.origin == "distinct" and name[1] in definition.key:
            assert definition.source is not None
            yield definition.source, name[1]
        yield from ((table, key) for key in definition.key)
        if (scan := self.scans.get(name)) is not None:
            yield from ((table, each) for each in (*scan.columns, *scan.entity, scan.period))

    # ------------------------------------------------------------------------------------------------------------- when

    def _find_levels(self) -> None:
        for table in self.plan.tables.values():
            if table.origin != "distinct":
                self.first[table.name] = 0
                for column in table.columns:
                    if isinstance(column.op, m.Input):
                        self.level[table.name, column.name] = 0
        for step in self.plan.steps:
            names = [(step.table, name) for name in step.columns if (step.table, name) in self.live]
            if not names or isinstance(self.columns[names[0]].op, m.Input):
                continue
            level = max(self._level_of(name, set(names)) for name in names)
            self.level.update(dict.fromkeys(names, level))
        for table in self.plan.tables.values():
            self._first_of(table.name)

    def _first_of(self, table: str) -> int:
        """The level at which the rows of a table are there."""
        if table not in self.first:
            definition = self.plan.tables[table]
            source = definition.source
            assert source is not None
            level = 1 + max(self._known(source, name) for name in definition.key)
            self.first[table] = level
            self.level.update({(table, name): level for name in definition.key})
        return self.first[table]

    def _known(self, table: str, name: str) -> int:
        return max(self._first_of(table), self.level[table, name])

    def _level_of(self, name: Name, together: set[Name]) -> int:
        table, mention = name[0], self.mentions[name]
        own = [(table, each) for each in (*mention.own, *mention.before) if (table, each) not in together]
        levels = [self._first_of(table), *(self._known(*each) for each in own)]
        if mention.source is not None:
            levels += [self._first_of(mention.source)]
            levels += [self._known(mention.source, each) for each in mention.theirs]
        return max(levels) + (0 if isinstance(self.columns[name].op, m.Row) else 1)

    def _levels_of(self, table: str) -> list[int]:
        """The levels of a table, its rows' own first."""
        levels = {level for name, level in self.level.items() if name[0] == table and name in self.live}
        return sorted(levels | {self.first[table]})

    def index(self, table: str, name: str) -> int:
        """Which of the table's levels brings the column."""
        return self.levels[table].index(self.level[table, name])

    def columns_at(self, table: str, level: int) -> list[m.Column]:
        """The computed columns of a level, in the order of the plan."""
        here = [
            (table, column.name)
            for column in self.plan.tables[table].columns
            if (table, column.name) in self.live and self.level[table, column.name] == level and not isinstance(column.op, m.Input)
        ]
        return [self.columns[name] for name in sorted(here, key=self.order.__getitem__)]

    # -------------------------------------------------------------------------------------------------- joins, carrying

    def _find_joins(self) -> dict[tuple[str, int], list[Reads]]:
        """For each level of each table its joins. Aggregates over the same rows share one, lookups of the same row too."""
        found: dict[tuple[str, int], dict[object, Reads]] = defaultdict(dict)
        for (table, name), level in self.level.items():
            column = self.columns[table, name]
            if (table, name) not in self.live or not isinstance(column.op, m.Get | m.Agg):
                continue
            mention = self.mentions[table, name]
            assert mention.source is not None
            mine = mine_in(column.op) if isinstance(column.op, m.Agg) else None
            signature = (type(column.op), mention.source, column.op.on, mine)
            reads = found[table, level].setdefault(signature, Reads(mention.source, []))
            reads.columns.append(column)
            reads.wanted |= mention.theirs
        for joins in found.values():
            for reads in joins.values():
                reads.columns.sort(key=lambda column: self.order[column.table, column.name])
                names = (*reads.wanted,)
                reads.at = max((self.index(reads.source, name) for name in names), default=0)
        return {at: list(joins.values()) for at, joins in found.items()}

    def _find_last_uses(self) -> dict[Name, int]:
        """For each column the last of its table's levels from which anything reads it."""
        last: dict[Name, int] = {}

        def use(table: str, names: Iterable[str], at: int) -> None:
            for name in names:
                last[table, name] = max(last.get((table, name), -1), at)

        for name in self.live:
            table, mention = name[0], self.mentions[name]
            at = self.index(*name)
            use(table, (own for own in mention.own if self.index(table, own) < at), at - 1)
            if scan := self.scans.get(name):
                use(table, {*scan.entity, scan.period}, at)
                use(table, mention.before, at)
        for joins in self.joins.values():
            for reads in joins:
                use(reads.source, reads.wanted, reads.at)
        for definition in self.plan.tables.values():
            if definition.origin == "distinct" and definition.source is not None:
                use(definition.source, definition.key, self.distinct_from(definition))
        for table in self.plan.tables:
            outputs = [column.name for column in self.outputs(table)]
            use(table, outputs, len(self.levels[table]) - 1)
        return last

    def distinct_from(self, table: m.Table) -> int:
        """The index of the level of its source from which a distinct table takes its rows."""
        assert table.source is not None
        return max(self.index(table.source, name) for name in table.key)

    def carried(self, table: str, index: int) -> list[m.Column]:
        """The columns that a level must hand on, in the order of the table."""
        return [
            column
            for column in self.plan.tables[table].columns
            if (table, column.name) in self.live and self.index(table, column.name) <= index <= self.last_use.get((table, column.name), -1)
        ]


def conjuncts(expr: m.Expr | None) -> list[m.Expr]:
    """The conditions that must all hold."""
    if expr is None:
        return []
    if isinstance(expr, m.Logic) and expr.op == "and":
        return [each for part in expr.parts for each in conjuncts(part)]
    return [expr]


def is_theirs(expr: m.Expr) -> bool:
    """Does the expression read nothing of my own row?"""
    if isinstance(expr, m.Col):
        return expr.theirs
    return all(is_theirs(part) for part in parts_of(expr))
