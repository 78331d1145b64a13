"""The vocabulary of a scheme document: frozen values, in the order of the text, each with its place and its article.

`Scheme.blocks` holds every line of the file exactly once, so that the writer can give the file back; the rest of the
engine reads the typed views (`rules`, `data_tables`, …).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeVar

from quanheng.engine.faults import Fault, Place
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.units import PURE, Unit
from quanheng.engine.values import Rounding


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the file. `at` spans its lines; `lines` are the lines as they stand (without line ends)."""

    at: Place
    lines: tuple[str, ...]
    article: str  # 第二条（二）: where it stands; "" before the first article


_B = TypeVar("_B", bound=Block)


@dataclass(frozen=True, slots=True)
class Blank(Block):
    pass


@dataclass(frozen=True, slots=True)
class Title(Block):
    text: str


@dataclass(frozen=True, slots=True)
class HeaderLine(Block):
    """`编号：college；版本：2026` → (("编号", "college", place of the value), …)"""

    entries: tuple[tuple[str, str, Place], ...]


@dataclass(frozen=True, slots=True)
class Heading(Block):
    """`## 第二条 专业数与学生数加分`; kind by its first word: 第…章 chapter, 第…条 article, 附… annex, else plain."""

    level: int
    kind: Literal["chapter", "article", "annex", "plain"]
    number: str  # 第二条, 附一; "" for plain
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph(Block):
    """Text of the regulation. `mark`: （一） or 1. when it begins with one."""

    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands in a rule's brackets: `（分，保留 2 位，教学组审核）`."""

    unit: Unit | None = None
    factor: Fraction = Fraction(1)  # of the written unit to its base unit: 万元 → 10000
    keep: int | None = None  # 保留 n 位, counted in the written unit (for % behind the printed figure)
    show: int | None = None  # 显示 n 位
    rounding: Rounding | None = None
    yesno: bool = False
    veto: bool = False
    reviewer: str = ""  # 教学组
    lo: Fraction | None = None  # declared range 0～12, in the written unit
    hi: Fraction | None = None
    at: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Rule(Block):
    """`- 每<对象>：名称（属性）= 式子`. `subject` is the text after 每 (`名护士`, `员工每月`), resolved by the compiler.

    `indicator`: the row of an indicator table this rule comes from."""

    subject: t.Name
    name: t.Name
    attributes: Attributes
    formula: t.Node | None  # None: marked directly by `raters`
    indicator: IndicatorRow | None = None


@dataclass(frozen=True, slots=True)
class Must(Block):
    """`- 每…：必须 条件`: the run is refused where it does not hold."""

    subject: t.Name
    condition: t.Node


@dataclass(frozen=True, slots=True)
class Reading(Block):
    """`- 口径：…`: what the regulation leaves open and what was chosen. Belongs to the rules above it in its paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class NotComputed(Block):
    """`- 不计算：理由`: this article has no rule, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class ParameterValue:
    since: int | None  # days since 1970-01-01, for dated values; None: always
    value: t.Node  # Number, Text, YesNo or Day


@dataclass(frozen=True, slots=True)
class Parameter(Block):
    """`- 参数 名（单位）= 值`, or dated: `= 2015-09-01 起 20000元；2016-09-01 起 21000元`."""

    name: t.Name
    attributes: Attributes
    values: tuple[ParameterValue, ...]


@dataclass(frozen=True, slots=True)
class Definition(Block):
    """`- 定义 f(a, b) = …`, expanded in place."""

    name: t.Name
    parameters: tuple[t.Name, ...]
    body: t.Node


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A row of an indicator table. Exactly one of `full` (满分) and `weight` (权重, as a plain number) is set.

    `scoring` None: 评分, marked directly by `raters`."""

    at: Place
    name: t.Name
    full: t.Number | None
    weight: Fraction | None
    scoring: t.Node | None
    attributes: Attributes  # 小数 cell: 保留 2 位
    source: str
    raters: tuple[str, ...]
    goal: str  # the goal or demand it serves (column 目标), ""
    table: str


@dataclass(frozen=True, slots=True)
class IndicatorTable(Block):
    """`指标表 名（每对象）：` and its pipe table. Each row is one rule (also listed in `Scheme.rules`)."""

    name: t.Name
    subject: t.Name
    rows: tuple[IndicatorRow, ...]


@dataclass(frozen=True, slots=True)
class StandardEntry:
    at: Place
    keys: tuple[str, ...]
    value: t.Node  # Number, Text


@dataclass(frozen=True, slots=True)
class StandardTable(Block):
    """`标准表 名（名目、名目）：名 数；名 数`, read as `名[名目]`."""

    name: t.Name
    keys: tuple[t.Name, ...]
    entries: tuple[StandardEntry, ...]


@dataclass(frozen=True, slots=True)
class DataColumn:
    """`0～100 分 1 位小数 可缺`, `是否`, `文字 不重复`, `日期`, `月份`, `属于 表`, `甲/乙/丙`, `低<中<高` and who supplies it."""

    at: Place
    name: t.Name
    kind: Literal["number", "yesno", "text", "day", "month", "link", "choice"]
    source: str = ""
    optional: bool = False
    unique: bool = False
    unit: Unit = PURE
    factor: Fraction = Fraction(1)
    lo: Fraction | None = None  # in the written unit; for % the printed figure / 100
    hi: Fraction | None = None
    decimals: int = 0  # in the written unit; for % behind the printed figure
    target: t.Name | None = None  # 属于
    choices: tuple[str, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class RowLimit:
    """`每张选票 至多 60 行` / `每名成员 至少 1 行`; `subject` None: the whole table (`至多 5000 行`)."""

    at: Place
    subject: t.Name | None
    most: int | None
    least: int | None


@dataclass(frozen=True, slots=True)
class DataTable(Block):
    """`数据表 名（甲 × 乙；每甲 至多 12 行）：列 内容（来源）；…`.

    `decided`: 外定表, results decided outside the scheme by a named body with its document. `single`: （一行）, one row for the
    whole organisation. `run_of`: 来自 办法 X, the table is read from a locked run of scheme X."""

    name: t.Name
    key: tuple[t.Name, ...]
    columns: tuple[DataColumn, ...]
    limits: tuple[RowLimit, ...] = ()
    decided: bool = False
    single: bool = False
    run_of: str = ""


@dataclass(frozen=True, slots=True)
class Annex(Block):
    """`附表 …：` and its pipe table, or a pipe table in the text: printed, not computed."""

    name: str


@dataclass(frozen=True, slots=True)
class Unread(Block):
    """Lines that could not be read: the faults of the scheme say why. Given back by the writer as they are."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a regulation. Header values are what the file says; `faults` what the reader found wrong."""

    file: str
    text: str
    digest: str  # SHA-256 of the text, line ends as \n
    title: str
    id: str
    version: str
    period: str  # 年 学年 学期 季 月 …
    in_force: str
    owner: str  # 归口
    basis: tuple[str, ...]  # 依据
    subject: str  # 对象: the table that is assessed; "" when the file does not say
    rounding: Rounding | None  # 舍入
    as_of: int | None  # 基准日
    units: frozenset[str]  # 计量单位
    weight_bound: int  # 权重上限, default 50
    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...] = field(default=())
    unread: frozenset[str] = field(default=frozenset())  # names that unread lines would have declared: known, of any type

    def of(self, kind: type[_B]) -> Iterator[_B]:
        return (block for block in self.blocks if isinstance(block, kind))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Rule lines and indicator rows, in the order of the text."""
        found: list[Rule] = []
        for block in self.blocks:
            if isinstance(block, Rule):
                found.append(block)
            elif isinstance(block, IndicatorTable):
                found.extend(Rule(row.at, (), block.article, block.subject, row.name, row.attributes, row.scoring, row) for row in block.rows)
        return tuple(found)
