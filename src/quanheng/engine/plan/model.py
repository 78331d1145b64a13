"""The plan: what executors run. Tables, links, and computed columns in a handful of operations.

A plan holds no surface form and no scheme: a quota, a tier table or a rater blend has been lowered to these few
operations before. Executors must treat every column alike; explanations find the surface form in `Column.origin`.

Evaluation rules, binding for every executor
--------------------------------------------
* Missing: arithmetic, comparison, `Extreme`, `Abs`, `Round`, dates with a missing operand give missing, and the strongest
  reason (smallest `Missing`) among the operands wins. Conditions of `Case`, `And`/`Or`/`Not`, `Agg.where`, `only` columns
  are never missing (checked when compiled).  `Case` looks only at the branch that holds.
* `Agg` over no rows: sum and count 0, any False, all True, the rest `Missing.NOTHING`. `Agg.missing` says what an optional
  `value` does: "skip" leaves the row out, "zero" counts it as 0, "propagate" makes the whole result missing with the
  strongest reason among the rows. count counts the rows that satisfy `where` (it has no value).
* Rows outside `only` take no part in `Over` and `Split` and get `Missing.EXEMPT`.
* `Split` with all weights 0: "equal" shares as if all weights were 1, anything else gives everybody 0 (a guard may refuse).
* Division: compiled plans divide only by what is proved not to be 0; an executor that computes a branch which does not
  hold must not fail on a zero there.
* Everything is independent of the order in which rows arrive: orders end with the table's key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from quanheng.engine.faults import Place
from quanheng.engine.plan.types import Type
from quanheng.engine.values import Missing, Rounding

ROW_KEY = "·行"  # key of a data table for which the scheme declares none

# ---------------------------------------------------------------------------------------------- expressions of one row


@dataclass(frozen=True, slots=True)
class Expr:
    type: Type


@dataclass(frozen=True, slots=True)
class Const(Expr):
    """A literal: `Fraction`, `str`, `bool`, or `int` for days and months; or the `Missing` reason."""

    value: Fraction | str | bool | int | Missing


@dataclass(frozen=True, slots=True)
class Col(Expr):
    """A column of my own row, or (inside `Agg` only) of the counted row when `theirs`."""

    name: str
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class Prev(Expr):
    """The named column one period earlier for the same entity, `Missing.NOTHING` at the first. Only inside a `Scan`."""

    name: str


@dataclass(frozen=True, slots=True)
class Arith(Expr):
    op: Literal["+", "-", "*", "/"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """Numbers, days, months by value; texts and yes/no only with = and <>."""

    op: Literal["=", "<>", "<", "<=", ">", ">="]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Logic(Expr):
    """`and`/`or` left to right, operands never missing."""

    op: Literal["and", "or"]
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not(Expr):
    part: Expr


@dataclass(frozen=True, slots=True)
class Case(Expr):
    """The value of the first branch whose condition holds, else `other`."""

    branches: tuple[tuple[Expr, Expr], ...]
    other: Expr


@dataclass(frozen=True, slots=True)
class Extreme(Expr):
    op: Literal["min", "max"]
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Abs(Expr):
    part: Expr


@dataclass(frozen=True, slots=True)
class Round(Expr):
    part: Expr
    digits: int
    mode: Rounding


@dataclass(frozen=True, slots=True)
class Known(Expr):
    """Yes when the part is not missing."""

    part: Expr


@dataclass(frozen=True, slots=True)
class IfMissing(Expr):
    part: Expr
    other: Expr


@dataclass(frozen=True, slots=True)
class Absent(Expr):
    """A missing value of this node's type with the reason for which `part` is missing; only evaluated where it is."""

    part: Expr


@dataclass(frozen=True, slots=True)
class Position(Expr):
    """The 0-based place of a text in its closed, ordered list, as a number (so that 县级 < 市级 can be compared)."""

    part: Expr
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatePart(Expr):
    """year, month (1..12) or day (1..31) of a day; year or month of a month; `as_month`: the month a day lies in."""

    op: Literal["year", "month", "day", "as_month"]
    part: Expr


@dataclass(frozen=True, slots=True)
class DateDiff(Expr):
    """`days`: until - since. `months`: whole months passed (the day of month must be reached again; the last day of a
    shorter month counts as reached). `years`: whole months // 12 (floor). Negative when until < since, mirrored:
    diff(a, b) = -diff(b, a). Months as operands: difference of months."""

    op: Literal["days", "months", "years"]
    since: Expr
    until: Expr


# ---------------------------------------------------------------------------------------------------------- operations

Policy = Literal["skip", "zero", "propagate"]


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key: a column of the own table."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """Entered data: the dataset holds it."""


@dataclass(frozen=True, slots=True)
class Row:
    """Computed from the other columns of the same row."""

    expr: Expr


@dataclass(frozen=True, slots=True)
class Get:
    """The column of the one row of `target` whose key equals `keys`; no such row: `Missing.NOTHING`; a missing key part:
    its reason. `on` pairs a key column of the target with an own column; all key columns of the target are covered."""

    target: str
    on: tuple[tuple[str, str], ...]
    column: str


@dataclass(frozen=True, slots=True)
class Agg:
    """Down: over the rows of `source` whose columns equal mine (`on`: source column, own column; empty = every row) and for
    which `where` holds. `one`: the value of the single such row (compiled so that there is at most one).
    `value` and `where` may read `Col(theirs=True)` of the source and plain `Col` of my own row.
    `on` pairs where either side is missing never match."""

    kind: Literal["sum", "count", "min", "max", "mean", "any", "all", "one"]
    source: str
    on: tuple[tuple[str, str], ...]
    value: Expr | None = None  # the yes/no expression for any/all
    where: Expr | None = None
    missing: Policy = "propagate"


@dataclass(frozen=True, slots=True)
class Over:
    """Position in a group. The group: rows equal in `partition` (a missing partition value is a value of its own), rows
    where `only` holds. `order` is completed by the table's key where a total order is needed (rowno, prev, next, cumsum, run).

    rowno 1..n in order · rank_high 1 + rows strictly before me · rank_low rows before me or equal · dense 1 + distinct
    order values before me · prev/next the `value` of the neighbour (`Missing.NOTHING` at the edge) · cumsum sum of `value` up
    to me (value never missing) · run length of the unbroken run of rows up to me in which the yes/no `value` holds
    (0 where it does not hold for me)."""

    kind: Literal["rowno", "rank_high", "rank_low", "dense", "prev", "next", "cumsum", "run"]
    partition: tuple[str, ...]
    order: tuple[Key, ...]
    only: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Apportion `pool` (equal in the whole group, a whole number of `unit`) by `weight` >= 0 over the group.

    largest: each share cut down to the unit, left-over units one each to the largest remainders (ties by `order`, then key)
    first: cut down, left-over units one each in `order` · cumulate: difference of half-up rounded cumulated shares in
    `order` · rest: each half-up in `order`, never more than is left, the last row of the order takes what is left · stay: cut
    down, the left-over is not paid.
    `cap`: nobody gets more than this column (cut down to whole units); over_cap "stays": what is above is not paid;
    "others": it is shared among the others by weight, again and again, until nobody is above (water-filling), and then
    apportioned by `remainder` among the uncapped."""

    pool: str
    weight: str
    partition: tuple[str, ...]
    order: tuple[Key, ...]
    unit: Fraction
    remainder: Literal["largest", "first", "cumulate", "rest", "stay"]
    all_zero: Literal["refuse", "equal", "none"]
    only: str | None = None
    cap: str | None = None
    over_cap: Literal["stays", "others"] | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """Computed period by period from the same row and, through `Prev`, the row of the period before (see `Scan`)."""

    expr: Expr


Op = Input | Row | Get | Agg | Over | Split | Scanned


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is unique in its table; hidden columns are made by the compiler and start with `·`.

    `digits`: how many decimals people see (保留 or 显示); None: as many as the exact value has.
    `rounding`: how shown digits are rounded (only matters for 显示)."""

    table: str
    name: str
    type: Type
    op: Op
    digits: int | None = None
    rounding: Rounding = Rounding.HALF_UP
    hidden: bool = False
    origin: object | None = None  # what the scheme says about it; executors never look


@dataclass(frozen=True, slots=True)
class Link:
    """`columns` of this table hold the key of one row of `target` (same order as the target's key)."""

    name: str
    columns: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Table:
    """`origin`: "data" comes from the dataset; "constant" carries its rows here (standards tables); "distinct" has one row
    for every different combination of the `source` table's columns of the same names as the key.

    `key`: columns that identify a row. A data table without declared key has the single key column `·行`, a number that
    the binder gives in the order of the rows' content. `period`: the month column of the key, for tables entity × month."""

    name: str
    origin: Literal["data", "constant", "distinct"]
    key: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    links: tuple[Link, ...] = ()
    period: str | None = None
    source: str | None = None
    rows: tuple[tuple[Fraction | str | bool | int | Missing, ...], ...] = ()  # constant: one value per column, in order
    max_rows: int = 10**8
    per_parent: Mapping[str, int] = field(default_factory=dict)  # link name → most rows that lead to one row
    at: Place | None = None
    min_rows: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """Columns (all `Scanned`, listed in order of computation inside one period) that depend on each other through `Prev`.
    `entity`: the key columns other than the period. All other columns they read are computed before."""

    table: str
    entity: tuple[str, ...]
    period: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order of computation: a single column, or a whole scan."""

    table: str
    columns: tuple[str, ...]
    scan: Scan | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """The run is refused when the yes/no column is True on any row: the texts may hold {row} for the row's key.

    Others may rely on what a guard sees to: that a column which can be missing is `present`, that one is `bounded` by the
    range it declares. Both are columns of the guard's table."""

    table: str
    column: str
    code: str
    zh: str
    en: str
    at: Place | None = None
    article: str = ""
    present: str | None = None
    bounded: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled scheme. `tables` by name; `steps` in an order in which everything can be computed."""

    scheme_id: str
    version: str
    digest: str  # SHA-256 of the scheme text
    tables: Mapping[str, Table]
    steps: tuple[Step, ...]
    guards: tuple[Guard, ...]
    subject: str  # the table whose rows are assessed: results.csv has one row for each

    def column(self, table: str, name: str) -> Column:
        for column in self.tables[table].columns:
            if column.name == name:
                return column
        raise KeyError(f"{table}.{name}")
