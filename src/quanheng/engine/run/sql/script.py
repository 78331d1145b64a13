"""The whole plan as a script of few SELECTs: which are kept as tables, which are only views, and what is read at the end.

A SELECT is kept when it does real work (groups, windows) and more than one other reads it; everything else is a view that
the engine melts into its reader. So rows of ten million records are never stored only because they carry a hidden column.
"""

# ruff: noqa: S608  every name is quoted and every text escaped by the dialect; no value of the data is ever printed

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind, Type
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.sql.dialect import Dialect
from quanheng.engine.run.sql.ints import Int, Overflow
from quanheng.engine.run.sql.joins import Aggregates, Join, Lookups
from quanheng.engine.run.sql.layers import Names, Sql
from quanheng.engine.run.sql.levels import Levels, Name
from quanheng.engine.run.sql.scans import Scans, ScanStep
from quanheng.engine.run.sql.splits import Splits
from quanheng.engine.run.sql.stored import Segment, Stored
from quanheng.engine.run.sql.values import Frag, is_whole, needs_wide
from quanheng.engine.run.sql.windows import Windows
from quanheng.engine.values import Missing, Value

At = tuple[str, int]  # a table and one of its levels


class TooWide(Exception):
    """Columns whose numbers can get larger than any executor holds."""

    def __init__(self, columns: Sequence[tuple[str, str, int]]) -> None:
        self.columns = tuple(columns)
        super().__init__("; ".join(f"{table}.{column}: {bound:.3g}" for table, column, bound in self.columns))


@dataclass(slots=True)
class Relation:
    """What is known about a table after one level. `heavy`: it groups or sorts. `kept`: a table, not a view."""

    at: At
    name: str
    select: str
    heavy: bool
    reads: list[At]
    scans: list[ScanStep] = field(default_factory=list)
    kept: bool = False
    last: bool = False  # the last level of its table
    eager: bool = False  # the run itself asks for its rows, so they are kept; else only when somebody asks


@dataclass(frozen=True, slots=True)
class Script:
    """Relations in the order in which they can be made; for each table what reads its result."""

    dialect: Dialect
    relations: tuple[Relation, ...]
    entered: dict[str, str]  # data table → the name under which its rows are expected
    stored: Stored
    levels: Levels

    def final(self, table: str) -> Relation:
        return next(relation for relation in self.relations if relation.at[0] == table and relation.last)

    def text(self) -> str:
        """The whole script for a reader; a scan shows its step with the blanks not filled in."""
        parts = []
        for relation in self.relations:
            parts += [f"-- {scan.name}\n{scan.step}" for scan in relation.scans]
            make = self.dialect.materialise if relation.kept else self.dialect.view
            parts.append(make(relation.name, relation.select))
        return ";\n\n".join(parts) + ";\n"


def script(plan: m.Plan, dialect: Dialect, also: frozenset[Name] = frozenset()) -> Script:
    """The script of a plan whose widths have been checked. `also`: hidden columns that are wanted as well."""
    writer = Writer(plan, dialect, also)
    written = writer.write()
    if writer.too_wide:
        raise TooWide(writer.too_wide)
    return written


class Writer:
    """Writes the script of one plan."""

    def __init__(self, plan: m.Plan, dialect: Dialect, also: frozenset[Name] = frozenset()) -> None:
        self.plan, self.dialect = plan, dialect
        self.levels = Levels(plan, also)
        self.stored = Stored(plan, dialect)
        self.names = Names()
        self.relations: dict[At, Relation] = {}
        self.too_wide: list[tuple[str, str, int]] = []
        self._broken: set[tuple[str, str]] = set()
        self._titles = self._unique_titles()

    def write(self) -> Script:
        order = sorted((level, nr, table, index) for nr, table in enumerate(self.plan.tables) for index, level in enumerate(self.levels.levels[table]))
        for _, _, table, index in order:
            self.relations[table, index] = self._relation(self.plan.tables[table], index)
        relations = tuple(self.relations[table, index] for _, _, table, index in order)
        for relation in relations:
            relation.last = relation.at[1] == len(self.levels.levels[relation.at[0]]) - 1
        _decide_what_is_kept(relations, self.plan, self.dialect)
        entered = {table.name: self._name(table.name, "data") for table in self.plan.tables.values() if table.origin == "data"}
        return Script(self.dialect, relations, entered, self.stored, self.levels)

    def _unique_titles(self) -> dict[str, str]:
        """Table names that differ in more than the case of their letters."""
        titles: dict[str, str] = {}
        for nr, table in enumerate(self.plan.tables):
            clash = any(table.casefold() == title.casefold() for title in titles.values())
            titles[table] = f"{table}~{nr}" if clash else table
        return titles

    def _name(self, table: str, what: str) -> str:
        return self.dialect.relation(self._titles[table], list(self.plan.tables).index(table), what)

    # --------------------------------------------------------------------------------------------------- one relation

    def _relation(self, table: m.Table, index: int) -> Relation:
        level = self.levels.levels[table.name][index]
        relation = Relation((table.name, index), self._name(table.name, str(level)), "", False, [])
        computed = self.levels.columns_at(table.name, level)
        source = self._rows(table, relation) if index == 0 else self._go_on(table, index, relation, computed)
        source, makers = self._join(table, relation, source)
        segment = Segment.over(table, self.stored, self.names, source)
        windows = Windows(segment)
        for column in computed:
            if isinstance(column.op, m.Scanned):
                continue
            relation.heavy |= isinstance(column.op, m.Over | m.Split)
            self._compute(segment, windows, column, makers)
        items = [self.dialect.ident(name) for column in self.levels.carried(table.name, index) for name in self.stored.names(column)]
        relation.select = segment.layers.select(items or ["1 AS " + self.dialect.ident("~")])
        return relation

    def _compute(self, segment: Segment, windows: Windows, column: m.Column, makers: dict[str, Callable[[Segment], Frag]]) -> None:
        def make() -> Frag:
            match column.op:
                case m.Row(expr):
                    return segment.expressions().write(expr)
                case m.Over():
                    return windows.write(column, column.op)
                case m.Split():
                    return Splits(windows, column.op).write()
                case _:
                    return makers[column.name](segment)

        self._attempt(column, lambda: segment.store(column, make()), lambda: self._stand_in(segment, column))

    def _attempt(self, column: m.Column, make: Callable[[], None], instead: Callable[[], None]) -> None:
        """What gets too wide is noted, and so that all of it is found at once, the column is then taken as empty."""
        name = (column.table, column.name)
        if not (self._below(column) | {name}) & self._broken:
            try:
                make()
            except Overflow as overflow:
                self.too_wide.append((column.table, column.name, overflow.bound))
            else:
                return
        self._broken.add(name)
        instead()

    def _stand_in(self, segment: Segment, column: m.Column) -> None:
        null = Int("CAST(NULL AS BIGINT)", 0, True) if is_whole(column.type) else Sql("NULL", 0, True)
        frag = Frag(column.type, null, None, Missing.NOTHING if column.type.optional else None)
        segment.local[column.name] = frag
        self.stored.keep(column, frag)

    # ------------------------------------------------------------------------------------------------ where rows come from

    def _rows(self, table: m.Table, relation: Relation) -> str:
        """The rows of a table before anything is computed on them."""
        if table.origin == "distinct":
            return self._distinct(table, relation)
        for column in table.columns:
            if isinstance(column.op, m.Input):
                self.stored.keep(column, self.stored.entered(column))
        if table.origin == "constant":
            return self._constant(table)
        return self.dialect.ident(self._name(table.name, "data"))

    def _distinct(self, table: m.Table, relation: Relation) -> str:
        assert table.source is not None
        source = self.relations[table.source, self.levels.distinct_from(table)]
        relation.reads.append(source.at)
        relation.heavy = True
        items, there = [], []
        by_name = {column.name: column for column in table.columns}
        for name in table.key:
            frag = self.stored.read(table.source, name)
            assert frag.divisor is None, "a key is never a ratio"
            here = self.dialect.ident(self.stored.physical(table.name, name))
            items.append(f"{frag.value.text} AS {here}")
            if frag.why is not None:  # a row that does not say where it belongs makes no group of its own
                there.append(f"{frag.value.text} IS NOT NULL")
            self.stored.keep(by_name[name], replace(frag, value=replace(frag.value, text=here), why=None))
        where = f" WHERE {' AND '.join(there)}" if there else ""
        rows = f"SELECT DISTINCT {', '.join(items)} FROM {self.dialect.ident(source.name)}{where}"
        return f"({rows}) AS {self.dialect.ident(self.names.fresh('d'))}"

    def _constant(self, table: m.Table) -> str:
        inputs = [column for column in table.columns if isinstance(column.op, m.Input)]
        rows = [[cell for pair in zip(inputs, row, strict=True) for cell in _cells(self.dialect, *pair)]
                for row in table.rows]  # fmt: skip
        heads: list[tuple[str, str]] = []
        for column in inputs:
            physical = self.stored.physical(table.name, column.name)
            heads.append((physical, _sql_type(self.dialect, column.type)))
            if column.type.optional:
                heads.append((physical + REASON_SUFFIX, self.dialect.tiny))
        if not rows:
            items = [f"CAST(NULL AS {kind}) AS {self.dialect.ident(name)}" for name, kind in heads]
            return f"(SELECT {', '.join(items)} WHERE FALSE) AS {self.dialect.ident(self.names.fresh('c'))}"
        plain = [self.dialect.ident(f"c{nr}") for nr in range(len(heads))]
        items = [f"CAST({old} AS {kind}) AS {self.dialect.ident(name)}" for old, (name, kind) in
                 zip(plain, heads, strict=True)]  # fmt: skip
        values = ",\n  ".join(f"({', '.join(cells)})" for cells in rows)
        alias = self.dialect.ident(self.names.fresh("v"))
        outer = self.dialect.ident(self.names.fresh("c"))
        return f"(SELECT {', '.join(items)} FROM (VALUES\n  {values}) AS {alias}({', '.join(plain)})) AS {outer}"

    def _go_on(self, table: m.Table, index: int, relation: Relation, computed: Sequence[m.Column]) -> str:
        """The rows of the level before; with a scan, after it."""
        before = self.relations[table.name, index - 1]
        relation.reads.append(before.at)
        source = before.name
        scans = dict.fromkeys(scan for column in computed if (scan := self.levels.scans.get((table.name, column.name))) is not None)
        kept = list(self.levels.carried(table.name, index - 1))
        for nr, scan in enumerate(scans):
            needed = self._still_needed(table, index, scan, computed, kept)
            name = self._name(table.name, f"{self.levels.levels[table.name][index]} scan {nr}")
            self._scan(table, scan, relation, name, source, needed)
            kept = [*needed, *(column for column in computed if column.name in scan.columns)]
            source = name
        return self.dialect.ident(source)

    def _still_needed(self, table: m.Table, index: int, scan: m.Scan, computed: Sequence[m.Column], kept: Sequence[m.Column]) -> list[m.Column]:
        """Columns that a scan hands on: its own key, what it reads a period earlier, what is read after it."""
        names = {*scan.entity, scan.period}
        for column in computed:
            mention = self.levels.mentions[table.name, column.name]
            names |= mention.before if column.name in scan.columns else mention.own | mention.before
        later = {column.name for column in self.levels.carried(table.name, index)}
        return [column for column in kept if column.name in names | later]

    def _scan(self, table: m.Table, scan: m.Scan, relation: Relation, name: str, base: str, kept: Sequence[m.Column]) -> None:
        writer = Scans(table, scan, self.stored, self.names)
        mentions = [self.levels.mentions[table.name, each].before for each in scan.columns]
        before = sorted(frozenset().union(*mentions))
        read = {name for each in scan.columns for name in self._below(self.plan.column(table.name, each))}
        if not read & self._broken:
            try:
                relation.scans.append(writer.write(name, base, kept, before))
            except Overflow as overflow:
                self.too_wide.append((table.name, writer.writing.name, overflow.bound))
            else:
                return
        self._broken.update((table.name, each) for each in scan.columns)

    def _below(self, column: m.Column) -> set[Name]:
        """The columns that a column reads."""
        mention = self.levels.mentions[column.table, column.name]
        own = {(column.table, name) for name in mention.own | mention.before}
        return own | {(mention.source or "", name) for name in mention.theirs}

    # ------------------------------------------------------------------------------------------------------------ joins

    def _join(self, table: m.Table, relation: Relation, source: str) -> tuple[str, dict[str, Callable[[Segment], Frag]]]:
        """The source with every aggregate and lookup of the level joined to it."""
        index = relation.at[1]
        level = self.levels.levels[table.name][index]
        keys = Segment.over(table, self.stored, self.names, source)
        joins: list[Join] = []
        for reads in self.levels.joins.get((table.name, level), []):
            below = self.relations[reads.source, reads.at]
            relation.reads.append(below.at)
            columns = self._without_broken(reads.columns)
            if not columns:
                continue
            origin, name = self.plan.tables[reads.source], self.dialect.ident(below.name)
            if isinstance(columns[0].op, m.Get):
                joins += self._lookups(keys, origin, name, columns)
            else:
                relation.heavy = True
                joins += self._aggregates(keys, origin, name, source, columns)
        if not keys.layers.empty:
            source = f"({keys.layers.select(['*'])}) AS {self.dialect.ident(self.names.fresh('k'))}"
        makers: dict[str, Callable[[Segment], Frag]] = {}
        for join in joins:
            alias = self.dialect.ident(self.names.fresh("j"))
            how = f"LEFT JOIN (\n{join.select}) AS {alias} ON {' AND '.join(join.on)}"
            source += "\n" + (how if join.on else f"CROSS JOIN (\n{join.select}) AS {alias}")
            makers |= join.columns
        return source, makers

    def _without_broken(self, columns: Sequence[m.Column]) -> list[m.Column]:
        return [column for column in columns if not self._below(column) & self._broken]

    def _lookups(self, keys: Segment, target: m.Table, relation: str, columns: Sequence[m.Column]) -> list[Join]:
        try:
            return [Lookups(keys, target, relation).write(columns)]
        except Overflow as overflow:
            self.too_wide += [(column.table, column.name, overflow.bound) for column in columns]
            self._broken |= {(column.table, column.name) for column in columns}
            return []

    def _aggregates(self, keys: Segment, source: m.Table, relation: str, me: str, columns: Sequence[m.Column]) -> list[Join]:
        """All aggregates of a group; when one gets too wide, the group without it."""
        while columns:
            group = Aggregates(keys, source, relation, me, columns)
            try:
                return [group.write()]
            except Overflow as overflow:
                wide = group.writing
                self.too_wide.append((wide.table, wide.name, overflow.bound))
                self._broken.add((wide.table, wide.name))
                columns = [column for column in columns if column is not wide]
        return []


def _decide_what_is_kept(relations: Sequence[Relation], plan: m.Plan, dialect: Dialect) -> None:
    """Count how often each relation would be computed as a view, from the last to the first."""
    guarded = {guard.table for guard in plan.guards}
    worked = {relation.at[0] for relation in relations if relation.heavy or relation.scans}
    times: dict[At, int] = dict.fromkeys((relation.at for relation in relations), 0)
    scanned = {relation.reads[0] for relation in relations if relation.scans}
    for relation in reversed(relations):
        table = relation.at[0]
        times[relation.at] += relation.last and (1 if table in worked else table in guarded)
        work = relation.heavy or (dialect.keeps_joins and len(relation.reads) > 1)
        relation.kept = relation.at in scanned or (work and times[relation.at] > 1)
        relation.eager = relation.last and table in worked
        for below in relation.reads:
            times[below] += 1 if relation.kept else times[relation.at]


def _cells(dialect: Dialect, column: m.Column, value: Value) -> list[str]:
    """One cell of a constant table as literals: the value and, where it can be missing, the reason."""
    reason = ["NULL"] if column.type.optional else []
    if isinstance(value, Missing):
        return ["NULL", str(int(value))]
    if isinstance(value, bool):
        return ["TRUE" if value else "FALSE", *reason]
    if isinstance(value, str):
        return [dialect.string(value), *reason]
    if isinstance(value, int):
        return [str(value), *reason]
    assert column.type.num is not None
    n = value * 10**column.type.num.scale
    return [str(n.numerator), *reason]


def _sql_type(dialect: Dialect, type_: Type) -> str:
    kinds = {Kind.TEXT: dialect.text, Kind.YESNO: "BOOLEAN", Kind.DAY: dialect.date_number,
             Kind.MONTH: dialect.date_number}  # fmt: skip
    if type_.kind in kinds:
        return kinds[type_.kind]
    return dialect.wide if needs_wide(type_) else dialect.small
