"""Raw tables that fit a compiled scheme."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Final

from quanheng.engine.document import model as doc
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.parser import children
from quanheng.engine.formula.units import unit_named
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind as PlanKind
from quanheng.engine.plan.types import Type
from quanheng.engine.run.raw import RawTable, from_sheet
from tests.engine.at_random.words import EPOCH, TEXTS, figure


@dataclass(slots=True)
class Filler:
    """Fills the tables of a plan."""

    rng: Random
    plan: m.Plan
    scheme: doc.Scheme
    balanced: Mapping[str, tuple[str, str]]
    figures: list[Fraction] = field(default_factory=list)  # that occur in the formulas
    figures_in: dict[tuple[Fraction, int, int], list[int]] = field(default_factory=dict)  # the same as steps of a column between its ends
    values: dict[str, dict[str, list[str | None]]] = field(default_factory=dict)  # table → column → cells
    most: int = 14

    def fill(self) -> dict[str, RawTable]:
        self.figures = sorted(set(figures_of(self.scheme)))
        tables = [table for table in self.plan.tables.values() if table.origin == "data"]
        waiting, done = list(tables), set[str]()
        while waiting:
            ready = [table for table in waiting if all(link.target in done or link.target == table.name for link in self.links(table))]
            assert ready, "tables that are linked in a circle"
            for table in ready:
                self.fill_table(table)
                done.add(table.name)
            waiting = [table for table in waiting if table.name not in done]
        return {table.name: self.raw(table) for table in tables}

    def links(self, table: m.Table) -> list[m.Link]:
        return [link for link in table.links if self.plan.tables[link.target].origin == "data"]

    def raw(self, table: m.Table) -> RawTable:
        columns = list(self.values[table.name])
        self.rng.shuffle(columns)
        rows = [list(row) for row in zip(*(self.values[table.name][name] for name in columns), strict=True)]
        self.rng.shuffle(rows)
        return from_sheet(columns, rows, f"{table.name}.csv")

    def entered(self, table: m.Table) -> list[m.Column]:
        return [column for column in table.columns if isinstance(column.op, m.Input) and not column.hidden]

    def fill_table(self, table: m.Table) -> None:
        declared = next((each for each in self.scheme.of(doc.DataTable) if each.name.text == table.name), None)
        wanted = self.count(table, declared)
        rows = list[dict[str, str | None]]()
        if table.period is not None:
            rows = self.periods(table, wanted)
        elif table.name in self.balanced:
            rows = self.changes(table, *self.balanced[table.name])
        else:
            seen = set[tuple[str | None, ...]]()
            for parents in self.parents(table, declared, wanted):
                row = parents | {name: cell for name, cell in self.row(table, parents).items() if name not in parents}
                key = tuple(row.get(name) for name in table.key)
                if key not in seen or not any(name in row for name in table.key):  # or rows that nothing tells apart
                    seen.add(key)
                    rows.append(row)
        names = [column.name for column in self.entered(table)]
        self.values[table.name] = {name: [row.get(name) for row in rows] for name in names}

    def count(self, table: m.Table, declared: doc.DataTable | None) -> int:
        if declared is not None and declared.single:
            return 1
        if not self.links(table) and not table.period:
            return self.rng.choice((1, 2, 3, 4, 5))
        rows: int = self.rng.choice((0, 1, 2, *range(3, self.most), *range(3, self.most)))
        return rows

    def parents(self, table: m.Table, declared: doc.DataTable | None, wanted: int) -> Iterator[dict[str, str | None]]:
        """The linking cells of each row: spread unevenly, and nobody gets more rows than the scheme allows."""
        links, rng = [link for link in self.links(table) if link.target != table.name], self.rng
        owned = next((link for link in links if link.columns == table.key), None)
        if owned is not None:  # at most one row for each
            keys = self.keys(owned.target)
            yield from ({owned.columns[0]: key[0]} for key in rng.sample(keys, rng.randint(0, len(keys))))
            return
        counts = Counter[tuple[str, tuple[str | None, ...]]]()
        least = [self.keys(link.target) for link in links if self.promised(declared, link)]
        for nr in range(max([wanted, *map(len, least)])):
            for _ in range(4):  # until nobody has more rows than the scheme allows
                cells: dict[str, str | None] | None = {}
                for link in sorted(links, key=lambda link: -len(link.columns)):
                    keys = self.keys(link.target)
                    wish = keys[nr] if self.promised(declared, link) and nr < len(keys) else None
                    cells = self.lead(table, link, keys, cells, wish) if cells is not None else None
                if cells is None:
                    break
                found = cells
                taken = [(link.name, tuple(found.get(name) for name in link.columns)) for link in links if len(link.columns) == 1]
                if all(counts[each] < min(table.per_parent.get(each[0], 9), 9) for each in taken):
                    counts.update(taken)
                    yield cells
                    break

    def lead(
        self, table: m.Table, link: m.Link, keys: Sequence[tuple[str | None, ...]], cells: dict[str, str | None], wish: tuple[str | None, ...] | None
    ) -> dict[str, str | None] | None:
        """The cells with those of one more link; None when there is nothing to lead to."""
        if all(name in cells for name in link.columns):
            return cells
        optional = [name for name in link.columns if self.column(table, name).type.optional and name not in cells]
        if optional and (not keys or self.rng.random() < 0.25):
            others = dict(zip(link.columns, self.rng.choice(keys), strict=True)) if keys and len(link.columns) > 1 else {}
            return others | cells | {name: self.rng.choice((None, "无数据", "未评")) for name in optional}
        fitting = [key for key in keys if all(cells.get(name, part) == part for name, part in zip(link.columns, key, strict=True))]
        if not fitting:
            return None
        return cells | self.led(table, link, wish or self.rng.choice(fitting[: self.rng.choice((1, 2, len(fitting)))]))

    def promised(self, declared: doc.DataTable | None, link: m.Link) -> bool:
        """每… 至少 1 行"""
        subjects = [limit.subject.text for limit in declared.limits if limit.least and limit.subject] if declared is not None else []
        return any(subject.endswith(link.target) for subject in subjects)

    def led(self, table: m.Table, link: m.Link, key: tuple[str | None, ...]) -> dict[str, str | None]:
        """The cells that make a row lead to the key; a month is given by a day in it, where the row holds a day."""
        cells = dict[str, str | None]()
        for name, part in zip(link.columns, key, strict=True):
            column = self.column(table, name)
            if isinstance(column.op, m.Input):
                cells[name] = part
            else:
                day = next(each for each in self.entered(table) if each.type.kind is PlanKind.DAY)
                assert part is not None
                cells[day.name] = f"{part}-{self.rng.choice(('01', '15', '28'))}"
        return cells

    def column(self, table: m.Table, name: str) -> m.Column:
        return self.plan.column(table.name, name)

    def keys(self, table: str) -> list[tuple[str | None, ...]]:
        columns = self.values[table]
        return list(zip(*(columns[name] for name in self.plan.tables[table].key), strict=True))

    def row(self, table: m.Table, given: Mapping[str, str | None]) -> dict[str, str | None]:
        own = {link.columns[0]: link for link in table.links if link.target == table.name and len(link.columns) == 1}
        cells = dict[str, str | None]()
        for column in self.entered(table):
            if column.name in given:
                continue
            if column.name in table.key and column.type.kind is PlanKind.TEXT and not column.type.choices:
                cells[column.name] = self.rng.choice((self.rng.choice(TEXTS), f"{self.rng.choice('EaA')}{self.rng.randint(1, 60):02d}"))
            elif column.name in own:
                cells[column.name] = None  # the first of a chain; a circle of superiors would lead nowhere either
            else:
                cell = self.cell(table, column)
                cells[column.name] = usual(cell, column.type) if column.name in table.key else cell
        return cells

    def cell(self, table: m.Table, column: m.Column) -> str | None:
        rng, kind = self.rng, column.type
        if kind.optional and rng.random() < self.lack(table.name, column.name):
            return rng.choice((None, "未评", "无数据", "不适用", "免考", " "))
        match kind.kind:
            case PlanKind.NUMBER:
                return self.number(kind)
            case PlanKind.TEXT:
                return rng.choice(kind.choices or TEXTS)
            case PlanKind.YESNO:
                return rng.choice(("是", "否", "是", "否", "√", "Y", "0"))
            case PlanKind.DAY:
                ends = ("2024-02-29", "2025-01-31", "2026-02-28", "2026/6/30", "2026年3月1日", "20261231", "2026-12-31")
                return rng.choice((*ends, (EPOCH + datetime.timedelta(rng.randint(19_000, 21_000))).isoformat()))
            case PlanKind.MONTH:
                return rng.choice(("2026-01", "2026-02", "2026/3", "2025年12月", "2026-12"))

    def lack(self, table: str, column: str) -> float:
        """How often a column is empty: many are full, so that a scheme that refuses gaps has something to compute."""
        return (0.0, 0.0, 0.0, 0.15, 0.4)[Random(f"{table}.{column}.{self.most}").randrange(5)]  # noqa: S311

    def number(self, kind: Type) -> str:
        assert kind.num is not None
        rng, unit = self.rng, 10**kind.num.scale
        lo, hi = ceil(kind.num.lo * unit), floor(kind.num.hi * unit)
        scale = unit_named(kind.unit.written)
        factor = scale[1] if scale is not None and kind.unit.dims else Fraction(1)
        near = self.near(factor / unit, lo, hi)
        few = [rng.randint(lo, min(hi, lo + 3)), (lo + hi) // 2]
        picked = rng.choice((lo, hi, min(max(0, lo), hi), rng.choice(near or few), rng.choice(near or few), rng.choice(few), rng.randint(lo, hi)))
        value = Fraction(picked, unit)
        if kind.unit.written == "%":
            return f"{figure(value * 100)}{rng.choice(('', '%'))}"
        text = figure(value)
        return text.translate(FULL_WIDTH_DIGITS) if rng.random() < 0.05 else text

    def near(self, step: Fraction, lo: int, hi: int) -> list[int]:
        """The figures of the formulas that a column of such steps can hold, in steps."""
        if (step, lo, hi) not in self.figures_in:
            steps = (each / step for each in self.figures)
            self.figures_in[step, lo, hi] = [each.numerator for each in steps if each.denominator == 1 and lo <= each <= hi]
        return self.figures_in[step, lo, hi]

    def periods(self, table: m.Table, wanted: int) -> list[dict[str, str | None]]:
        """Runs of periods without gaps for some of the people; a gap where every column may be missing."""
        assert table.period is not None
        months = self.column(table, table.period).type.kind is PlanKind.MONTH
        link = next(link for link in self.links(table) if set(link.columns) <= set(table.key))
        others = [column for column in self.entered(table) if column.name not in table.key]
        gaps = all(column.type.optional for column in others) and not any("至少" in str(each) for each in others)
        rows = list[dict[str, str | None]]()
        for key in self.rng.sample(self.keys(link.target), len(self.keys(link.target))):
            most = min(table.per_parent.get(link.name, 12), 12)
            first, length = self.rng.randint(0, 4), min(self.rng.choice((0, 1, 2, 3, 4, 6)), most)
            for nr in range(first, first + length):
                if gaps and self.rng.random() < 0.15:
                    continue
                period = f"{2026 + nr // 12}-{nr % 12 + 1:02d}" if months else str(2015 + nr)
                given = {link.columns[0]: key[0], table.period: period}
                rows.append(given | {name: cell for name, cell in self.row(table, given).items() if name not in given})
            if len(rows) >= 3 * wanted:
                break
        return rows

    def changes(self, table: m.Table, grade: str, change: str) -> list[dict[str, str | None]]:
        """Approved changes: what one grade gains another loses, in the same group."""
        rows = list[dict[str, str | None]]()
        link = self.links(table)[0]
        grades = self.column(table, grade).type.choices or ()
        for key in self.keys(link.target):
            if self.rng.random() < 0.3 and len(grades) > 1:
                gains, loses = sorted(self.rng.sample(range(2), 2))
                for which, by in ((gains, "1"), (loses, "-1")):
                    rows.append({link.columns[0]: key[0], grade: grades[which], change: by})
        return rows


def usual(cell: str | None, kind: Type) -> str | None:
    """The one spelling of a cell by which rows are told apart."""
    if cell is None or kind.kind not in (PlanKind.NUMBER, PlanKind.MONTH):
        return cell
    plain = cell.translate(HALF_WIDTH_DIGITS)
    if kind.kind is PlanKind.NUMBER:
        return plain
    year, month = plain[:4], plain[4:].strip("-/年月")
    return f"{year}-{int(month):02d}"


HALF_WIDTH_DIGITS: Final = str.maketrans("０１２３４５６７８９", "0123456789")
FULL_WIDTH_DIGITS: Final = str.maketrans("0123456789", "０１２３４５６７８９")


def random_tables(rng: Random, plan: m.Plan, scheme: doc.Scheme, balanced: Mapping[str, tuple[str, str]] | None = None, most: int = 14) -> dict[str, RawTable]:
    """Raw tables that fit the plan. `balanced`: tables whose changes must add up to 0. `most`: rows of a table, about."""
    return Filler(rng, plan, scheme, balanced or {}, most=most).fill()


def figures_of(scheme: doc.Scheme) -> Iterator[Fraction]:
    """The figures in a scheme's formulas."""
    for node in nodes_of(scheme):
        if isinstance(node, t.Number):
            yield node.value


def nodes_of(scheme: doc.Scheme) -> Iterator[t.Node]:
    """Every node of every formula."""
    stack: list[t.Node] = [rule.formula for rule in scheme.rules if rule.formula is not None]
    stack += [must.condition for must in scheme.of(doc.Must)]
    stack += [definition.body for definition in scheme.of(doc.Definition)]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))
        if isinstance(node, t.Field) and isinstance(node.value, tuple):
            stack.extend(node.value)
