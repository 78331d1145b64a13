"""Random small plans with data, for tests that compare executors: `random_plan(random.Random(seed))`.

A firm with departments, employees, keyless records, a month table, a standards table tables of distinct combinations.
Columns are drawn one after the other from everything a plan can say. What is drawn always has a meaning (no division by
zero, conditions never missing, pools whole and equal in their group) and stays narrow enough for 128 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor
from random import Random
from typing import Any

import pyarrow as pa

from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.plan.types import DAY, INT64, MONTH, TEXT, YESNO, Kind, Type
from quanheng.engine.run.model import REASON_SUFFIX, Dataset
from quanheng.engine.values import Missing, Rounding, Value

MAX_ROWS = 40
GRADES = ("差", "中", "良", "优")
NAMES = ("甲", "乙", "丙", "张三", "O'Brien", 'the "A" team', "a", "B", "b", "10", "9", "é", "😀", "﨑", "末", "ß")
FIRST_DAY, LAST_DAY = 20_000, 21_000  # 2024-10-04 to 2027-07-01
FIRST_MONTH = 2026 * 12


# ------------------------------------------------------------------------------------------------------------ datasets


def dataset(plan: m.Plan, tables: Mapping[str, Mapping[str, Sequence[Value]]]) -> Dataset:
    """Carry the values of input columns as a `Dataset` does; rows must be in key order."""
    return Dataset(
        {
            table.name: pa.table(
                dict(pair for column in table.columns if isinstance(column.op, m.Input) for pair in carried(column, tables[table.name][column.name]))
            )
            for table in plan.tables.values()
            if table.origin == "data"
        },
        fingerprint="made for a test",
    )


def carried(column: m.Column, values: Sequence[Value]) -> Iterable[tuple[str, pa.Array]]:
    kind = column.type
    present: list[Any] = [None if isinstance(value, Missing) else value for value in values]
    if kind.kind is Kind.NUMBER:
        assert kind.num is not None
        scaled = [None if value is None else value * 10**kind.num.scale for value in present]
        assert all(value is None or value.denominator == 1 for value in scaled)
        present = [None if value is None else int(value) for value in scaled]
        if kind.num.magnitude > INT64:
            wide = [None if value is None else Decimal(value) for value in present]
            yield column.name, pa.array(wide, pa.decimal128(38, 0))
        else:
            yield column.name, pa.array(present, pa.int64())
    else:
        types = {Kind.TEXT: pa.string(), Kind.YESNO: pa.bool_(), Kind.DAY: pa.int32(), Kind.MONTH: pa.int32()}
        yield column.name, pa.array(present, types[kind.kind])
    if kind.optional:
        reasons = [int(value) if isinstance(value, Missing) else None for value in values]
        yield column.name + REASON_SUFFIX, pa.array(reasons, pa.int8())
    else:
        assert None not in present, f"{column.table}.{column.name} is not optional"


def plan_of(tables: Iterable[m.Table], steps: Iterable[m.Step] | None = None, guards: Sequence[m.Guard] = (), subject: str = "") -> m.Plan:
    """A plan around tables; without steps, every computed column in the order in which the tables list them."""
    tables = list(tables)
    if steps is None:
        steps = [m.Step(table.name, (column.name,)) for table in tables for column in table.columns if not isinstance(column.op, m.Input)]
    return m.Plan(
        scheme_id="test",
        version="1",
        digest="0" * 64,
        tables={table.name: table for table in tables},
        steps=tuple(steps),
        guards=tuple(guards),
        subject=subject or tables[0].name,
    )


# --------------------------------------------------------------------------------------------------------- the firm


@dataclass
class Draft:
    """A plan in the making."""

    rng: Random
    refusing: bool = False  # may guards be broken?
    most: int = 10**15  # largest numerator
    widest: int = 10**6  # largest denominator
    tables: dict[str, m.Table] = field(default_factory=dict)
    columns: dict[str, list[m.Column]] = field(default_factory=dict)
    data: dict[str, dict[str, list[Value]]] = field(default_factory=dict)
    steps: list[m.Step] = field(default_factory=list)
    guards: list[m.Guard] = field(default_factory=list)
    named: int = 0

    def table(self, table: m.Table) -> None:
        self.tables[table.name] = table
        self.columns[table.name] = []

    def input(self, table: str, name: str, kind: Type) -> m.Column:
        column = m.Column(table, name, kind, m.Input(), hidden=name.startswith("·"))
        self.columns[table].append(column)
        return column

    def add(self, table: str, kind: Type, op: m.Op, *, step: bool = True) -> m.Column:
        name = self.new_name()
        column = m.Column(table, name, kind, op, hidden=self.rng.random() < 0.1)
        self.columns[table].append(column)
        if step:
            self.steps.append(m.Step(table, (name,)))
        return column

    def new_name(self) -> str:
        self.named += 1
        return f"列{self.named}"

    def some(self, table: str, test: Callable[[Type], bool]) -> m.Column | None:
        """Any column of the table whose type passes."""
        fitting = [column for column in self.columns[table] if test(column.type)]
        return self.rng.choice(fitting) if fitting else None

    def few(self, table: str, test: Callable[[Type], bool], most: int = 2) -> tuple[str, ...]:
        fitting = [column.name for column in self.columns[table] if test(column.type)]
        return tuple(self.rng.sample(fitting, min(len(fitting), self.rng.randint(0, most))))

    def fits(self, kind: Type) -> bool:
        num = kind.num
        return num is None or (num.magnitude <= self.most and num.den * num.div_hi <= self.widest and num.scale <= 9)

    def plan(self) -> m.Plan:
        tables = [replace(table, columns=tuple(self.columns[name])) for name, table in self.tables.items()]
        return plan_of(tables, self.steps, self.guards, subject="员工")


def plain(kind: Type) -> bool:
    return not kind.optional


def plain_number(kind: Type) -> bool:
    return kind.kind is Kind.NUMBER and not kind.optional


def plain_yesno(kind: Type) -> bool:
    return kind == YESNO


def finite(kind: Type) -> bool:
    """Not a ratio: what may stand in a key."""
    return kind.num is None or not kind.num.is_ratio


def random_type(rng: Random) -> Type:
    optional = rng.random() < 0.4
    match rng.choice(("number", "number", "number", "yesno", "choice", "grade", "text", "day", "month")):
        case "number":
            scale = rng.choice((0, 0, 1, 2, 3))
            lo, hi = rng.choice(((0, 1), (0, 5), (0, 100), (-5, 5), (-100, 20), (1, 9), (3, 7), (-9, -1), (0, 100_000)))
            if rng.random() < 0.03:
                lo, hi = -(10**17), 10**17  # with 3 decimals wider than 64 bits
            return b.number(lo, hi, scale, optional=optional)
        case "yesno":
            return YESNO.maybe(optional)
        case "choice":
            return Type(Kind.TEXT, optional, choices=("在岗", "待岗", "借调"))
        case "grade":
            return Type(Kind.TEXT, optional, choices=GRADES, ordered=True)
        case "text":
            return TEXT.maybe(optional)
        case "day":
            return DAY.maybe(optional)
        case _:
            return MONTH.maybe(optional)


def random_value(rng: Random, kind: Type) -> Value:
    """A value of the type; ties, ends of the range and every reason are frequent."""
    if kind.optional and rng.random() < 0.3:
        return rng.choice(list(Missing))
    match kind.kind:
        case Kind.NUMBER:
            assert kind.num is not None
            unit = 10**kind.num.scale
            lo, hi = ceil(kind.num.lo * unit), floor(kind.num.hi * unit)
            pick = rng.choice((lo, hi, min(max(0, lo), hi), rng.randint(lo, hi), rng.randint(lo, min(hi, lo + 3))))
            return Fraction(pick, unit)
        case Kind.TEXT:
            return rng.choice(kind.choices or NAMES)
        case Kind.YESNO:
            return rng.random() < 0.5
        case Kind.DAY:
            ends = (20_483, 20_512, 20_513, 20_148, 21_000, FIRST_DAY)  # among them ends of months
            return rng.choice((*ends, rng.randint(FIRST_DAY, LAST_DAY)))
        case Kind.MONTH:
            return FIRST_MONTH + rng.randint(0, 14)


def lay_tables(draft: Draft) -> None:
    """Tables with their inputs and rows."""
    rng = draft.rng
    departments = sorted(rng.sample(NAMES, rng.randint(1, 5)))
    employees = sorted(rng.sample([f"E{nr:02d}" for nr in range(30)], rng.choice((0, *range(1, 15), *range(1, 15)))))

    draft.table(m.Table("部门", "data", ("名称",), max_rows=MAX_ROWS))
    draft.input("部门", "名称", TEXT)
    fill(draft, "部门", {"名称": departments}, inputs=3)

    draft.table(m.Table("员工", "data", ("工号",), links=(m.Link("部门", ("部门",), "部门"),), max_rows=MAX_ROWS))
    draft.input("员工", "工号", TEXT)
    draft.input("员工", "部门", TEXT)
    fill(draft, "员工", {"工号": employees, "部门": [rng.choice(departments) for _ in employees]}, inputs=6)

    records = rng.randint(0, 25) if employees else 0
    draft.table(m.Table("记录", "data", (ROW_KEY,), links=(m.Link("员工", ("员工",), "员工"),), max_rows=MAX_ROWS))
    draft.input("记录", ROW_KEY, b.number(1, MAX_ROWS))
    led = TEXT.maybe(rng.random() < 0.3)
    draft.input("记录", "员工", led)
    owners = [rng.choice(list(Missing)) if led.optional and rng.random() < 0.2 else rng.choice(employees)
              for _ in range(records)]  # fmt: skip
    fill(draft, "记录", {ROW_KEY: [Fraction(nr + 1) for nr in range(records)], "员工": owners}, inputs=5)

    lay_months(draft, employees)
    lay_standards(draft)


def lay_months(draft: Draft, employees: Sequence[str]) -> None:
    """Persons × periods without gaps: mostly months, sometimes numbered periods; the period may stand first in the key."""
    rng = draft.rng
    numbered, period_first = rng.random() < 0.2, rng.random() < 0.3
    name, start = ("期次", 0) if numbered else ("月份", FIRST_MONTH)
    key = (name, "员工") if period_first else ("员工", name)
    link = m.Link("员工", ("员工",), "员工")
    draft.table(m.Table("月度", "data", key, links=(link,), period=name, max_rows=MAX_ROWS))
    for each in key:
        draft.input("月度", each, TEXT if each == "员工" else b.number(0, 9_999) if numbered else MONTH)
    rows: list[tuple[str, int]] = []
    for employee in employees:
        first, length = start + rng.randint(0, 4), rng.choice((0, 1, 3, 6))
        rows += [(employee, first + nr) for nr in range(length)]
    rows = sorted(rows[:MAX_ROWS], key=lambda row: row[::-1] if period_first else row)
    periods: list[Value] = [Fraction(row[1]) if numbered else row[1] for row in rows]
    fill(draft, "月度", {"员工": [row[0] for row in rows], name: periods}, inputs=4)


def fill(draft: Draft, table: str, given: dict[str, Sequence[Value]], inputs: int) -> None:
    values: dict[str, list[Value]] = {name: list(column) for name, column in given.items()}
    count = len(next(iter(values.values())))
    for nr in range(inputs):
        kind = b.number(0, 9, 1) if nr == 0 else random_type(draft.rng)
        column = draft.input(table, f"项{nr + 1}", kind)
        values[column.name] = [random_value(draft.rng, kind) for _ in range(count)]
    draft.data[table] = values


def lay_standards(draft: Draft) -> None:
    """A constant table: a class and a level lead to figures."""
    rng = draft.rng
    keys = [(grade, level) for grade, level in product(GRADES, range(-1, 6)) if rng.random() < 0.7]
    kinds = [
        Type(Kind.TEXT, choices=GRADES, ordered=True),
        b.number(-1, 5),
        b.number(-3, 12, 2),
        b.number(1, 8, 1, optional=True),
    ]
    rows = [(grade, Fraction(level), random_value(rng, kinds[2]), random_value(rng, kinds[3])) for grade, level in keys]
    rng.shuffle(rows)  # as the office wrote them down
    draft.table(m.Table("标准", "constant", ("类别", "档次"), rows=tuple(rows), max_rows=max(len(rows), 1)))
    for name, kind in zip(("类别", "档次", "分值", "倍数"), kinds, strict=True):
        draft.input("标准", name, kind)


# --------------------------------------------------------------------------------------------------------- expressions


@dataclass
class Words:
    """Draws expressions over the columns of one row (and, in an aggregate, of the counted row)."""

    draft: Draft
    mine: str
    theirs: str | None = None
    before: tuple[m.Column, ...] = ()  # columns that may be read one period earlier
    barred: frozenset[str] = frozenset()

    @property
    def rng(self) -> Random:
        return self.draft.rng

    def leaf(self, kind: Kind) -> m.Expr:
        rng, choices = self.rng, list[m.Expr]()
        choices += [b.col(column) for column in self.draft.columns[self.mine] if column.type.kind is kind]
        choices = [each for each in choices if isinstance(each, m.Col) and each.name not in self.barred]
        if self.theirs is not None:
            columns = self.draft.columns[self.theirs]
            choices += 2 * [b.col(column, theirs=True) for column in columns if column.type.kind is kind]
        choices += 3 * [b.prev(column) for column in self.before if column.type.kind is kind]
        if choices and rng.random() < 0.8:
            return rng.choice(choices)
        return self.literal(kind)

    def literal(self, kind: Kind) -> m.Expr:
        rng = self.rng
        if rng.random() < 0.05 and kind is not Kind.YESNO:
            return b.const(rng.choice(list(Missing)), kind=kind)
        match kind:
            case Kind.NUMBER:
                return b.const(Fraction(rng.choice(("0", "1", "2", "-1", "0.1", "2.5", "60", "1/3", "-0.25", "100"))))
            case Kind.TEXT:
                return b.const(rng.choice((*GRADES, "在岗", "甲")))
            case Kind.YESNO:
                return b.const(rng.random() < 0.5)
            case Kind.DAY:
                return b.const(rng.randint(FIRST_DAY, LAST_DAY), kind=kind)
            case Kind.MONTH:
                return b.const(FIRST_MONTH + rng.randint(0, 14), kind=kind)

    def draw(self, kind: Kind, depth: int) -> m.Expr:
        if depth <= 0:
            return self.leaf(kind)
        if kind is Kind.YESNO:
            return self.condition(depth)
        drawn = self.number(depth) if kind is Kind.NUMBER else self.other(kind, depth)
        return drawn if self.draft.fits(drawn.type) else self.leaf(kind)

    def there(self, kind: Kind, depth: int) -> m.Expr:
        """An expression that is never missing."""
        drawn = self.draw(kind, depth)
        while drawn.type.optional:
            drawn = b.if_missing(drawn, self.literal(kind))
        return drawn

    def number(self, depth: int) -> m.Expr:
        rng = self.rng
        match rng.choice(("+", "-", "*", "/", "/", "case", "extreme", "abs", "round", "if_missing", "date", "grade")):
            case "+" | "-" | "*" as op:
                return b.arith(op, self.draw(Kind.NUMBER, depth - 1), self.draw(Kind.NUMBER, depth - 1))
            case "/" | "case" | "date" as way:
                return {"/": self.quotient, "date": self.date_number}.get(way, self.numeric_case)(depth)
            case "extreme":
                parts = [self.draw(Kind.NUMBER, depth - 1) for _ in range(rng.randint(2, 3))]
                return b.extreme(rng.choice(("min", "max")), parts)
            case "abs":
                return b.absolute(self.draw(Kind.NUMBER, depth - 1))
            case "round":
                part = self.draw(Kind.NUMBER, depth - 1)
                return b.rounded(part, rng.choice((-1, 0, 0, 1, 2)), rng.choice(list(Rounding)))
            case "if_missing":
                return self.if_missing(Kind.NUMBER, depth)
            case _:
                grade = self.graded()
                return self.leaf(Kind.NUMBER) if grade is None else b.position(grade, GRADES)

    def quotient(self, depth: int) -> m.Expr:
        """By a constant, by what is above 0 anyhow, or by what a condition has found to be above (or below) 0."""
        rng, top = self.rng, self.draw(Kind.NUMBER, depth - 1)
        way = rng.choice(("constant", "raised", "tested", "tested"))
        if way == "constant":
            return b.arith("/", top, b.const(Fraction(rng.choice(("3", "7", "0.8", "-6", "100")))))
        bottom = self.draw(Kind.NUMBER, depth - 1)
        if way == "raised":
            return b.arith("/", top, b.extreme("max", [bottom, b.const(Fraction(1))]))
        bottom = self.leaf(Kind.NUMBER)
        if not isinstance(bottom, m.Col) or bottom.type.num is None:
            return top
        num = bottom.type.num
        step = Fraction(1, 10**num.scale * num.den * num.div_hi)
        zero = b.const(Fraction(0))
        present = replace(bottom, type=bottom.type.maybe(False))
        if num.hi >= step and (rng.random() < 0.6 or num.lo > -step):
            sign, narrow = b.compare(">", present, zero), replace(num, lo=max(num.lo, step))
        elif num.lo <= -step:
            sign, narrow = b.compare("<", present, zero), replace(num, hi=min(num.hi, -step))
        else:
            return top
        by = replace(present, type=replace(present.type, num=narrow))
        holds = b.logic("and", [b.known(bottom), sign]) if bottom.type.optional else sign
        return b.case([(holds, b.arith("/", top, by))], self.draw(Kind.NUMBER, depth - 1))

    def date_number(self, depth: int) -> m.Expr:
        rng, kind = self.rng, self.rng.choice((Kind.DAY, Kind.MONTH))
        if rng.random() < 0.5:
            parts = ("year", "month", "day") if kind is Kind.DAY else ("year", "month")
            return b.date_part(rng.choice(parts), self.draw(kind, depth - 1))
        ops = ("days", "months", "years") if kind is Kind.DAY else ("months", "years")
        return b.date_diff(rng.choice(ops), self.draw(kind, depth - 1), self.draw(kind, depth - 1))

    def graded(self) -> m.Expr | None:
        columns = [column for column in self.draft.columns[self.mine] if column.type.choices == GRADES]
        return b.col(self.rng.choice(columns)) if columns else None

    def other(self, kind: Kind, depth: int) -> m.Expr:
        rng = self.rng
        way = rng.choice(("case", "if_missing", "leaf", "extreme", "as_month"))
        if way == "case":
            return self.case(kind, depth)
        if way == "if_missing":
            return self.if_missing(kind, depth)
        if way == "extreme" and kind in (Kind.DAY, Kind.MONTH):
            return b.extreme(rng.choice(("min", "max")), [self.draw(kind, depth - 1), self.draw(kind, depth - 1)])
        if way == "as_month" and kind is Kind.MONTH:
            return b.date_part("as_month", self.draw(Kind.DAY, depth - 1))
        return self.leaf(kind)

    def if_missing(self, kind: Kind, depth: int) -> m.Expr:
        """缺则, or the other way round: a figure where the part is there, its reason where it is not."""
        part = self.draw(kind, depth - 1)
        if part.type.optional and self.rng.random() < 0.4:
            there = self.there(kind, 0)
            return b.case([(b.known(part), there)], b.absent(there.type, part))
        return b.if_missing(part, self.draw(kind, depth - 1))

    def numeric_case(self, depth: int) -> m.Expr:
        return self.case(Kind.NUMBER, depth)

    def case(self, kind: Kind, depth: int) -> m.Expr:
        branches = [(self.condition(depth - 1), self.draw(kind, depth - 1)) for _ in range(self.rng.randint(1, 3))]
        return b.case(branches, self.draw(kind, depth - 1))

    def condition(self, depth: int) -> m.Expr:
        """A yes or no that is never missing."""
        rng = self.rng
        way = rng.choice(("compare", "compare", "compare", "known", "narrow", "and", "or", "not", "leaf"))
        if depth <= 0 and way in ("and", "or", "not"):
            way = "compare"
        match way:
            case "compare":
                return self.comparison(depth)
            case "known":
                return b.known(self.draw(rng.choice(list(Kind)), depth - 1))
            case "narrow":  # 有(x) 且 x >= …
                part = self.leaf(Kind.NUMBER)
                present = replace(part, type=part.type.maybe(False))
                test = b.compare(rng.choice(("<", "<=", ">", ">=")), present, self.there(Kind.NUMBER, 0))
                return b.logic("and", [b.known(part), test]) if part.type.optional else test
            case "and" | "or" as op:
                return b.logic(op, [self.condition(depth - 1) for _ in range(rng.randint(2, 3))])
            case "not":
                return b.not_(self.condition(depth - 1))
            case _:
                return self.there(Kind.YESNO, 0)

    def comparison(self, depth: int) -> m.Expr:
        rng = self.rng
        kind = rng.choice((Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.TEXT, Kind.DAY, Kind.MONTH, Kind.YESNO))
        ops = ("=", "<>") if kind in (Kind.TEXT, Kind.YESNO) else ("=", "<>", "<", "<=", ">", ">=")
        return b.compare(rng.choice(ops), self.there(kind, depth - 1), self.there(kind, depth - 1))


# ---------------------------------------------------------------------------------------------------------- operations


def add_row(draft: Draft, table: str) -> None:
    kind = draft.rng.choice((Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.TEXT, Kind.YESNO, Kind.DAY, Kind.MONTH))
    expr = Words(draft, table).draw(kind, draft.rng.randint(1, 3))
    draft.add(table, expr.type, m.Row(expr))


def add_get(draft: Draft, table: str) -> None:
    """Along a link, or by a computed key in the standards table."""
    rng, links = draft.rng, draft.tables[table].links
    if links and rng.random() < 0.6:
        link = rng.choice(links)
        target = draft.tables[link.target]
        column = rng.choice(draft.columns[target.name])
        lost = any(each.type.optional for each in draft.columns[table] if each.name in link.columns)
        on = tuple(zip(target.key, link.columns, strict=True))
        draft.add(table, column.type.maybe(column.type.optional or lost), m.Get(target.name, on, column.name))
        return
    grade = draft.some(table, lambda kind: kind.kind is Kind.TEXT)
    level = draft.some(table, lambda kind: kind.kind is Kind.NUMBER and finite(kind))
    if grade and level and table != "标准":
        column = rng.choice(draft.columns["标准"])
        on = (("类别", grade.name), ("档次", level.name))
        draft.add(table, column.type.maybe(), m.Get("标准", on, column.name))


def pairs(draft: Draft, table: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Which rows an aggregate on `table` may look at: children, my own group, a whole table."""
    rng = draft.rng
    ways = [
        (child.name, tuple(zip(link.columns, draft.tables[table].key, strict=True)))
        for child in draft.tables.values()
        for link in child.links
        if link.target == table
    ] * 3
    own = draft.few(table, finite)
    ways.append((table, tuple((name, name) for name in own)))
    source = rng.choice(list(draft.tables))
    ways.append((source, ()))
    mine = draft.some(table, finite)
    theirs = draft.some(source, lambda kind: mine is not None and kind.kind is mine.type.kind and finite(kind))
    if mine is not None and theirs is not None:
        ways.append((source, ((theirs.name, mine.name),)))
    if draft.tables[table].origin == "distinct":
        source = draft.tables[table].source or ""
        ways += [(source, tuple((name, name) for name in draft.tables[table].key))] * 3
    return rng.choice(ways)


def add_agg(draft: Draft, table: str) -> None:
    rng = draft.rng
    source, on = pairs(draft, table)
    words = Words(draft, table, source)
    kind = rng.choice(("sum", "sum", "count", "min", "max", "mean", "mean", "any", "all"))
    missing = rng.choice(("skip", "zero", "propagate"))
    where = words.condition(rng.randint(0, 2)) if rng.random() < 0.5 else None
    rows = draft.tables[source].max_rows
    if kind == "count":
        draft.add(table, b.agg_type(kind, None, rows), m.Agg(kind, source, on, None, where))
        return
    if kind in ("any", "all"):
        value = words.condition(1)
    elif kind in ("min", "max"):
        value = words.draw(rng.choice((Kind.NUMBER, Kind.NUMBER, Kind.DAY, Kind.MONTH)), rng.randint(0, 2))
    else:
        value = words.draw(Kind.NUMBER, rng.randint(0, 2))
    if value.type.kind in (Kind.DAY, Kind.MONTH) and missing == "zero":
        missing = "skip"
    if kind in ("min", "max") and missing == "zero" and value.type.num is not None:
        value = b.arith("+", value, b.arith("*", b.const(Fraction(0)), value))  # keeps the reason, spans 0
    kind_of = b.agg_type(kind, value.type, rows, missing)
    if kind in ("min", "max") and missing == "zero" and kind_of.num is not None:
        num = kind_of.num
        kind_of = replace(kind_of, num=replace(num, lo=min(num.lo, Fraction(0)), hi=max(num.hi, Fraction(0))))
    if draft.fits(kind_of):
        draft.add(table, kind_of, m.Agg(kind, source, on, value, where, missing))


def add_one(draft: Draft, table: str) -> None:
    """The one row of the month table, or of the standards, whose whole key I name."""
    rng = draft.rng
    if table == "员工":
        period = draft.tables["月度"].period or ""
        wanted = next(column.type.kind for column in draft.columns["月度"] if column.name == period)
        which = draft.some(table, lambda kind: kind.kind is wanted and finite(kind))
        if which is None:
            return
        source, on = "月度", (("员工", "工号"), (period, which.name))
    else:
        grade = draft.some(table, lambda kind: kind.kind is Kind.TEXT)
        level = draft.some(table, lambda kind: kind.kind is Kind.NUMBER and finite(kind))
        if grade is None or level is None:
            return
        source, on = "标准", (("类别", grade.name), ("档次", level.name))
    words = Words(draft, table, source)
    value = words.draw(rng.choice((Kind.NUMBER, Kind.NUMBER, Kind.TEXT, Kind.DAY)), 1)
    where = words.condition(1) if rng.random() < 0.3 else None
    missing = rng.choice(("skip", "propagate"))
    draft.add(table, b.agg_type("one", value.type, 1, missing), m.Agg("one", source, on, value, where, missing))


def order_of(draft: Draft, table: str) -> tuple[m.Key, ...]:
    return tuple(m.Key(name, draft.rng.random() < 0.5) for name in draft.few(table, plain))


def only_of(draft: Draft, table: str) -> str | None:
    only = draft.some(table, plain_yesno) if draft.rng.random() < 0.4 else None
    return only.name if only else None


def add_over(draft: Draft, table: str) -> None:
    rng = draft.rng
    kind = rng.choice(("rowno", "rank_high", "rank_low", "dense", "prev", "next", "cumsum", "run"))
    tests = {"prev": lambda _: True, "next": lambda _: True, "cumsum": plain_number, "run": plain_yesno}
    value = draft.some(table, tests[kind]) if kind in tests else None
    if kind in tests and value is None:
        return
    only = only_of(draft, table)
    kind_of = b.over_type(kind, value.type if value else None, draft.tables[table].max_rows, only=only is not None)
    if draft.fits(kind_of):
        op = m.Over(kind, draft.few(table, lambda _: True), order_of(draft, table), only, value.name if value else None)
        draft.add(table, kind_of, op)


def add_split(draft: Draft, table: str) -> None:
    """A pool, of the parent or of everybody, over rows of the table."""
    rng, links = draft.rng, [link for link in draft.tables[table].links if link.target != table]
    digits = rng.choice((0, 0, 2, 2, -1))
    partition: tuple[str, ...] = ()
    if links and rng.random() < 0.7:
        link = rng.choice(links)
        if any(column.type.optional for column in draft.columns[table] if column.name in link.columns):
            return
        amount = pool_of(draft, link.target, digits)
        on = tuple(zip(draft.tables[link.target].key, link.columns, strict=True))
        pool = draft.add(table, amount.type, m.Get(link.target, on, amount.name))
        partition = link.columns
    else:
        amount = b.const(Fraction(rng.choice((0, 10, 700, 12_340))))
        pool = draft.add(table, amount.type, m.Row(amount))
    partition = (*partition, *draft.few(table, lambda _: True, 1))
    weight = never_negative(draft, table)
    share = None if weight.type.num is None else b.common_divisor(weight.type.num)
    if share is None or share.den > draft.widest or share.magnitude > draft.most:
        return
    unit = Fraction(10) ** -digits
    cap = never_negative(draft, table) if rng.random() < 0.5 else None
    over_cap = rng.choice(("stays", "others")) if cap else None
    only = only_of(draft, table)
    op = m.Split(
        pool=pool.name,
        weight=weight.name,
        partition=tuple(dict.fromkeys(partition)),
        order=order_of(draft, table),
        unit=unit,
        remainder=rng.choice(("largest", "first", "cumulate", "rest", "stay")),
        all_zero=rng.choice(("refuse", "equal", "none")),
        only=only,
        cap=cap.name if cap else None,
        over_cap=over_cap,
    )
    draft.add(table, b.split_type(pool.type, unit, only=only is not None), op)


def pool_of(draft: Draft, table: str, digits: int) -> m.Column:
    """An amount of whole units, never negative."""
    drawn = Words(draft, table).there(Kind.NUMBER, 1)
    amount = b.extreme("max", [b.rounded(drawn, digits, Rounding.HALF_UP), b.const(Fraction(0))])
    if amount.type.num is None or amount.type.num.magnitude > 10**9:
        amount = b.const(Fraction(1230))
    return draft.add(table, amount.type, m.Row(amount))


def never_negative(draft: Draft, table: str) -> m.Column:
    drawn = Words(draft, table).there(Kind.NUMBER, draft.rng.choice((0, 0, 1)))
    amount = draft.rng.choice((b.absolute(drawn), b.extreme("max", [drawn, b.const(Fraction(0))])))
    return draft.add(table, amount.type, m.Row(amount))


def add_distinct(draft: Draft, source: str) -> None:
    name = f"{source}组{len(draft.tables)}"
    key = draft.few(source, lambda kind: plain(kind) and finite(kind), 3)
    if not key or draft.tables[source].origin != "data":
        return
    draft.table(m.Table(name, "distinct", key, source=source, max_rows=draft.tables[source].max_rows))
    for each in key:
        kind = next(column.type for column in draft.columns[source] if column.name == each)
        draft.input(name, each, kind)
    link = m.Link(name, key, name)
    draft.tables[source] = replace(draft.tables[source], links=(*draft.tables[source].links, link))


def add_scan(draft: Draft, table: str) -> None:
    """One to three columns of the month table that depend on each other and on the month before."""
    rng, count = draft.rng, draft.rng.randint(1, 3)
    names = [draft.new_name() for _ in range(count)]
    kinds = [rng.choice((Kind.NUMBER, Kind.NUMBER, Kind.YESNO, Kind.TEXT, Kind.DAY)) for _ in names]
    provisional = tuple(m.Column(table, name, scanned_type(rng, kind), m.Input()) for name, kind in zip(names, kinds, strict=True))
    others = rng.sample(draft.columns[table], 2)
    words = Words(draft, table, before=(*provisional, *others))
    for column in provisional:
        expr = scanned(words, column.type)
        draft.columns[table].append(replace(column, op=m.Scanned(expr)))
    period = draft.tables[table].period or ""
    entity = tuple(name for name in draft.tables[table].key if name != period)
    draft.steps.append(m.Step(table, tuple(names), m.Scan(table, entity, period, tuple(names))))


def scanned_type(rng: Random, kind: Kind) -> Type:
    optional = rng.random() < 0.4
    match kind:
        case Kind.NUMBER:
            lo, hi = rng.choice(((0, 12), (-20, 20), (0, 100)))
            return b.number(lo, hi, rng.choice((0, 1, 2)), optional=optional)
        case Kind.TEXT:
            return Type(kind, optional, choices=GRADES, ordered=True)
        case _:
            return Type(kind, optional)


def scanned(words: Words, kind: Type) -> m.Expr:
    """An expression that stays inside the declared type of its column, whatever came before."""
    rng = words.rng
    if kind.kind is Kind.TEXT:
        grades = [b.const(grade) for grade in GRADES]
        earlier = [b.prev(column) for column in words.before if column.type.choices == GRADES]
        value: m.Expr = b.case([(words.condition(1), rng.choice(grades + earlier))], rng.choice(grades + earlier))
        value = replace(value, type=Type(Kind.TEXT, value.type.optional, choices=GRADES, ordered=True))
    else:
        value = words.draw(kind.kind, 2)
    if kind.num is not None:
        lo, hi = b.const(kind.num.lo), b.const(kind.num.hi)
        value = b.rounded(value, kind.num.scale, rng.choice(list(Rounding)))
        value = b.extreme("max", [b.extreme("min", [value, hi]), lo])
    if not kind.optional:
        while value.type.optional:
            inside = b.const(GRADES[0]) if kind.kind is Kind.TEXT else words.literal(kind.kind)
            value = b.if_missing(value, b.const(kind.num.lo) if kind.num is not None else inside)
    return value


def add_guard(draft: Draft, table: str) -> None:
    """A guard that never refuses, since most tests want results; or, where they want refusals, one that may."""
    column = draft.some(table, plain_number)
    if column and column.type.num is not None:
        broken = b.compare("<", b.col(column), b.const(column.type.num.lo))
        if draft.refusing and draft.rng.random() < 0.5:
            broken = Words(draft, table).condition(1)
        guard = draft.add(table, YESNO, m.Row(broken))
        draft.guards.append(m.Guard(table, guard.name, "test-guard", "{row} 不对", "{row} is wrong"))


OPERATIONS: dict[str, tuple[int, Callable[[Draft, str], None]]] = {
    "row": (8, add_row),
    "get": (4, add_get),
    "agg": (8, add_agg),
    "one": (1, add_one),
    "over": (6, add_over),
    "split": (4, add_split),
    "guard": (1, add_guard),
}


def random_plan(rng: Random, columns: int = 14, only: Sequence[str] = (), *, refusing: bool = False) -> tuple[m.Plan, Dataset]:
    """A plan with about `columns` computed columns, and data for it. `only`: names of `OPERATIONS` to draw from.
    `refusing`: some of its guards may be broken, so that the run is refused."""
    draft = Draft(rng, refusing)
    lay_tables(draft)
    names = list(only or OPERATIONS)
    weights = [OPERATIONS[name][0] * (6 if refusing and name == "guard" else 1) for name in names]
    for nr in range(columns):
        table = rng.choice([name for name in draft.tables if name != "标准"] + ["员工", "员工", "部门", "月度"])
        OPERATIONS[rng.choices(names, weights)[0]][1](draft, table)
        if nr in (columns // 3, 2 * columns // 3):
            add_scan(draft, "月度")
            add_distinct(draft, rng.choice(("员工", "记录", "月度")))
    plan = draft.plan()
    return plan, dataset(plan, draft.data)
