"""Random plans of large numbers: products, quotients and pools at the edge of 64 and of 128 bits.

What `check_widths` says is too wide is left out of the plan; the rest must be computed without a single overflow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from quanheng.engine.plan import build as b
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import TEXT, Kind, Type
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.sql.widths import check_widths
from quanheng.engine.values import Rounding, Value
from tests.engine.plans import dataset, plan_of

ROWS = 12


class Wide:
    """One table of groups and one of rows; columns are drawn one after the other."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        groups = ["甲", "乙"]
        self.columns: dict[str, list[m.Column]] = {"组": [], "行": []}
        self.data: dict[str, dict[str, list[Value]]] = {
            "组": {"名称": sorted(groups), "总额": [Fraction(rng.randint(0, 10**14), 100) for _ in groups]},
            "行": {"号": [f"r{nr:02d}" for nr in range(ROWS)], "组": [rng.choice(groups) for _ in range(ROWS)]},
        }
        self.enter("组", "名称", TEXT)
        self.enter("组", "总额", b.number(0, 10**12, 2))
        self.enter("行", "号", TEXT)
        self.enter("行", "组", TEXT)
        for nr in range(5):
            self.enter("行", f"数{nr}", self.number() if nr else b.number(1, 10**9, 1))
        pool = next(column for column in self.columns["组"] if column.name == "总额")
        self.add("行", "池", pool.type, m.Get("组", (("名称", "组"),), "总额"))

    def number(self) -> Type:
        rng = self.rng
        size, scale = 10 ** rng.randint(1, 13), rng.choice((0, 0, 2, 3))
        return b.number(rng.choice((1, 1, 0, -size)), size, scale)

    def enter(self, table: str, name: str, kind: Type) -> None:
        self.columns[table].append(m.Column(table, name, kind, m.Input()))
        if name not in self.data[table]:
            assert kind.num is not None
            self.data[table][name] = [self.figure(kind) for _ in range(ROWS)]

    def figure(self, kind: Type) -> Value:
        assert kind.num is not None
        unit, rng = 10**kind.num.scale, self.rng
        lo, hi = int(kind.num.lo * unit), int(kind.num.hi * unit)
        near = rng.randint(lo, min(hi, lo + 5))
        return Fraction(rng.choice((lo, hi, near, near, rng.randint(lo, hi), max(lo, hi - rng.randint(0, 3)))), unit)

    def add(self, table: str, name: str, kind: Type, op: m.Op) -> None:
        self.columns[table].append(m.Column(table, name, kind, op))

    def some(self, test: Any = lambda num: True) -> m.Expr:
        fitting = [
            column for column in self.columns["行"]
            if column.type.num is not None and not column.type.optional and test(column.type.num)
        ]  # fmt: skip
        return b.col(self.rng.choice(fitting))

    def draw(self, name: str) -> None:
        rng = self.rng
        way = rng.choice(("*", "/", "/", "+", "round", "round", "over", "over", "agg", "agg", "split", "split", "compare"))
        if way in ("*", "+"):
            expr: m.Expr = b.arith(way, self.some(), self.some())
        elif way == "/":
            expr = b.arith("/", self.some(), self.some(lambda num: num.lo > 0 or num.hi < 0))
        elif way == "round":
            expr = b.rounded(self.some(), rng.randint(-2, 4), rng.choice(list(Rounding)))
        elif way == "compare":
            yes, no = b.const(Fraction(1)), b.const(Fraction(0))
            expr = b.case([(b.compare(rng.choice(("<", "<=", "=")), self.some(), self.some()), yes)], no)
        else:
            {"over": self.over, "agg": self.agg, "split": self.split}[way](name)
            return
        self.add("行", name, expr.type, m.Row(expr))

    def over(self, name: str) -> None:
        rng = self.rng
        kind = rng.choice(("rank_high", "rank_low", "dense", "rowno", "prev", "cumsum"))
        value = self.some()
        assert isinstance(value, m.Col)
        order = tuple(m.Key(self.name_of(self.some()), rng.random() < 0.5) for _ in range(rng.randint(1, 2)))
        partition = rng.choice(((), ("组",), (self.name_of(self.some()),)))
        needs = value.name if kind in ("prev", "cumsum") else None
        self.add("行", name, b.over_type(kind, value.type, ROWS, only=False), m.Over(kind, partition, order, value=needs))

    def name_of(self, expr: m.Expr) -> str:
        assert isinstance(expr, m.Col)
        return expr.name

    def agg(self, name: str) -> None:
        kind = self.rng.choice(("sum", "mean", "min", "max"))
        value = self.some()
        assert isinstance(value, m.Col)
        theirs = b.col(next(column for column in self.columns["行"] if column.name == value.name), theirs=True)
        kind_of = b.agg_type(kind, value.type, ROWS, at_least_one=True)
        self.add("行", name, kind_of, m.Agg(kind, "行", (("组", "组"),), theirs))

    def split(self, name: str) -> None:
        rng = self.rng
        weight, cap = self.some(lambda num: num.lo >= 0), self.some(lambda num: num.lo >= 0)
        pool = next(column for column in self.columns["行"] if column.name == "池")
        over_cap = rng.choice((None, "stays", "others", "others"))
        op = m.Split(
            "池", self.name_of(weight), ("组",), (m.Key(self.name_of(self.some()), True),), Fraction(1, 100),
            rng.choice(("largest", "first", "cumulate", "rest", "stay")), rng.choice(("equal", "none")),
            cap=self.name_of(cap) if over_cap else None, over_cap=over_cap,
        )  # fmt: skip
        self.add("行", name, b.split_type(pool.type, op.unit, only=False), op)

    def plan(self, without: Sequence[tuple[str, str]] = ()) -> m.Plan:
        links = (m.Link("组", ("组",), "组"),)
        tables = [
            m.Table("组", "data", ("名称",), tuple(self.columns["组"]), max_rows=2),
            m.Table("行", "data", ("号",), tuple(self.columns["行"]), links, max_rows=ROWS),
        ]
        return plan_of(tables, subject="行")


def wide_plan(rng: Random, columns: int = 12) -> tuple[m.Plan, Dataset]:
    draft = Wide(rng)
    for nr in range(columns):
        draft.draw(f"列{nr}")
        drawn = draft.columns["行"][-1]
        if drawn.type.kind is Kind.NUMBER and (drawn.type.optional or check_widths(draft.plan())):
            draft.columns["行"].pop()
    plan = draft.plan()
    return replace(plan, subject="行"), dataset(plan, draft.data)
