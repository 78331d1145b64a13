"""Random whole schemes: the text of a regulation as an office could have written it, and raw tables that fit it.

`random_scheme(rng)` draws the text: tables that are linked in every way the language knows, and under articles rules that
use every function with every policy. Formulas are drawn by kind and unit, so that most of them compile; what does not is
taken out again with everything that stands on it (`Draft.without`). `random_tables` then fills in the tables of any
compiled scheme: it reads links, ranges and kinds off the plan, and its values sit on the ends of ranges, on the bounds
written in the formulas, and on each other.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor
from random import Random
from typing import Final, Literal

from quanheng.engine.document import model as doc
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import BY_NAME
from quanheng.engine.formula.parser import children
from quanheng.engine.formula.units import unit_named
from quanheng.engine.formula.words import ROUNDINGS, ZH
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind as PlanKind
from quanheng.engine.plan.types import Type
from quanheng.engine.run.raw import RawTable, from_sheet
from quanheng.engine.values import Rounding, decimal_text

Kind = Literal["number", "yesno", "text", "day", "month"]

EPOCH: Final = datetime.date(1970, 1, 1)
# Names and texts that a computer confuses more easily than people do: letters of both cases, quotes, digits, rare signs.
TEXTS: Final = ("甲", "乙", "丙", "张三", "O'Brien", 'the "A" team', "a", "B", "b", "10", "9", "é", "﨑", "末", "ß", "或", "1e3", "-1", "%")
CHOICES: Final = (
    ("优秀", "良好", "合格", "不合格"),
    ("A", "B", "C", "D"),
    ("a", "A", "b"),
    ("在岗", "待岗", "借调"),
    ("一档", "二档", "三档"),
    ("甲类", "乙类"),
    ("10", "9", "100"),
    ("国家级", "省级", "市级", "县级", "单位"),
)
SOURCES: Final = ("人事处", "财务科", "考核组", "质检单", "考勤")
MEASURES: Final = ("分", "分", "元", "元", "")
COUNTED: Final = ("人", "次", "天", "件", "月", "年", "个")
WORDS: Final = (
    "得分", "奖金", "系数", "工作量", "完成率", "扣分", "当月数", "合计数", "或有数", "按揭数", "缺勤", "A档", "a档", "x", "X", "加减", "同比", "近况",
)  # fmt: skip
NUMBERS: Final = "一二三四五六七八九十"


# ------------------------------------------------------------------------------------------------------------- the tables


@dataclass(frozen=True, slots=True)
class Column:
    """What a formula can read. `unit`, `lo`, `hi` and `decimals` as written in the document."""

    name: str
    kind: Kind
    unit: str = ""
    lo: Fraction = Fraction(0)
    hi: Fraction = Fraction(0)
    decimals: int = 0
    optional: bool = False
    choices: tuple[str, ...] = ()
    ordered: bool = False
    ratio: bool = False
    id: str = ""  # of the rule that computes it; "" for entered data

    @property
    def base(self) -> str:
        """分, 元, a count, or "" for a plain number."""
        named = unit_named(self.unit) if self.unit else None
        return named[0].dims[0][0] if named and named[0].dims else "" if named or not self.unit else self.unit

    def declared(self, source: str) -> str:
        """As a column of a data table."""
        match self.kind:
            case "number":
                lo, hi = (figure(end * (100 if self.unit == "%" else 1)) for end in (self.lo, self.hi))
                ends = f"{lo}%～{hi}%" if self.unit == "%" else f"{lo}～{hi} {self.unit}".rstrip()
                content = f"{ends} {self.decimals} 位小数" if self.decimals else ends
            case "text":
                content = ("<" if self.ordered else "/").join(self.choices) if self.choices else "文字"
            case kind:
                content = {"yesno": "是否", "day": "日期", "month": "月份"}[kind]
        return f"{self.name} {content}{' 可缺' if self.optional else ''}（{source}）"


@dataclass(slots=True)
class Table:
    """A table of the document. `links`: column → table it points at."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  # links that may be missing
    unique: str = ""  # the column without repeats
    key: tuple[str, ...] = ()  # written in the brackets of the table
    head: str = ""  # what else stands in the brackets
    period: str = ""
    word: str = "数据表"
    single: bool = False
    own_row: bool = False  # its link is its key: at most one row for each of the target
    fixed: str = ""  # columns written by hand

    def text(self, source: Callable[[], str]) -> str:
        inside = [" × ".join(self.key)] if self.key else []
        inside += [self.head] if self.head else []
        brackets = f"（{'；'.join(inside)}）" if inside else ""
        columns = [self.fixed] if self.fixed else []
        for name, target in self.links.items():
            if name not in self.key and not self.fixed:
                unique = " 不重复" if name == self.unique else ""
                columns.append(f"{name} 属于 {target}{unique}{' 可缺' if name in self.lost else ''}（{source()}）")
        for name, column in self.columns.items():
            if column.id or name in self.key or self.fixed or name in self.links:
                continue
            columns.append(f"{name} 文字 不重复（{source()}）" if name == self.unique else column.declared(source()))
        return f"{self.word} {self.name}{brackets}：{'；'.join(columns)}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula stands: my table and, inside an aggregate, the table of the counted rows."""

    mine: Table
    counted: Table | None = None
    peers: bool = False  # the counted rows are of my own table, in a group
    main: bool = False  # in the first argument of such an aggregate: bare names are the counted row's

    @property
    def prefix(self) -> str:
        """What stands before a column of the counted row."""
        assert self.counted is not None
        return f"{self.counted.name}." if not self.peers else "" if self.main else "对方."


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a formula."""

    text: str
    optional: bool = False
    ratio: bool = False
    uses: frozenset[str] = frozenset()  # ids of rules, parameters and definitions
    choices: tuple[str, ...] = ()
    ordered: bool = False
    atom: bool = False
    column: Column | None = None  # the text is nothing but its name

    @property
    def part(self) -> str:
        """Fit to stand beside an operator."""
        return self.text if self.atom else f"({self.text})"


def made(pattern: str, *parts: Said, atom: bool = True, optional: bool | None = None, ratio: bool | None = None) -> Said:
    """The pattern with the parts put in for `{}`; what can be said of the parts holds for the whole."""
    return Said(
        pattern.format(*(part.text if atom else part.part for part in parts)),
        any(part.optional for part in parts) if optional is None else optional,
        any(part.ratio for part in parts) if ratio is None else ratio,
        frozenset().union(*(part.uses for part in parts)),
        atom=atom,
    )


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand or fall together. `ids`: what they define, `uses`: what they stand on."""

    text: str
    ids: frozenset[str]
    uses: frozenset[str]
    table: str = ""  # of an indicator row: the table it is a row of
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A document in the making: its header, its rules, its tables."""

    header: str
    blocks: tuple[Block, ...]
    tables: tuple[str, ...]
    heads: Mapping[str, str]  # indicator table → its first lines
    balanced: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # table of changes → its grade and change columns

    def lines(self) -> Iterator[tuple[str, Block | None]]:
        """Every line of the document with the block it belongs to."""
        yield from ((line, None) for line in self.header.split("\n"))
        groups: list[list[Block]] = []
        for block in self.blocks:
            if groups and block.table and groups[-1][0].table == block.table:
                groups[-1].append(block)
            else:
                groups.append([block])
        article = 0
        for nr, group in enumerate(groups):
            if nr % 6 == 0:
                article += 1
                yield from (("", None), (f"## 第{chinese(article)}条 规定", None), ("", None))
            if group[0].table:
                yield from ((line, None) for line in self.heads[group[0].table].split("\n"))
            for block in group:
                yield from ((line, block) for line in block.text.split("\n"))
            if group[0].table:
                yield "", None
        yield from (("", None), ("## 附一 数据", None), ("", None))
        for table in self.tables:
            yield from ((line, None) for line in table.split("\n"))

    def text(self) -> str:
        return "".join(f"{line}\n" for line, _ in self.lines())

    def without(self, lines: Iterable[int]) -> Draft | None:
        """The document without the blocks on these lines (from 1) and all that stands on them; None when a line is of no
        rule."""
        of_line = [block for _, block in self.lines()]
        struck = [block for line in lines if (block := of_line[line - 1]) is not None]
        return self.without_blocks(struck) if struck else None

    def without_blocks(self, struck: Sequence[Block]) -> Draft:
        """The document without these and what stands on them."""
        lost = frozenset[str]().union(*(block.ids for block in struck))
        kept = [block for block in self.blocks if not any(block is each for each in struck)]
        while more := [block for block in kept if block.uses & lost]:
            kept = [block for block in kept if not block.uses & lost]
            lost = lost.union(*(block.ids for block in more))
        return replace(self, blocks=tuple(kept))

    def only(self, wanted: Block) -> Draft:
        """One block, put last, and what it stands on."""
        needed, before = wanted.uses | wanted.ids, frozenset[str]()
        while needed != before:
            before = needed
            needed = needed.union(*(block.uses | block.ids for block in self.blocks if block.ids & needed))
        return replace(self, blocks=(*(block for block in self.blocks if block.ids & needed and block is not wanted), wanted))


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 34 → 三十四."""
    tens, ones = divmod(number, 10)
    return (NUMBERS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (NUMBERS[ones - 1] if ones else "")


def figure(value: Fraction) -> str:
    return decimal_text(value)


# -------------------------------------------------------------------------------------------------------------- the author


class Author:
    """Draws one document."""

    def __init__(self, rng: Random, rules: int) -> None:
        self.rng = rng
        self.rules = rules
        self.english = rng.random() < 0.12
        self.tables: dict[str, Table] = {}
        self.standards: dict[str, tuple[tuple[Column, ...], Column]] = {}  # name → keys and value
        self.lookups: dict[str, tuple[tuple[Column, ...], list[Column]]] = {}
        self.texts: list[str] = []  # of the standards tables
        self.parameters: list[Column] = []
        self.dated: set[str] = set()
        self.definitions: list[str] = []
        self.blocks: list[Block] = []
        self.heads: dict[str, str] = {}
        self.balanced: dict[str, tuple[str, str]] = {}
        self.units: tuple[str, ...] = rng.choice(((), (), ("锅",), ("趟", "锅")))
        self.as_of = rng.random() < 0.8
        self.named = 0

    # ------------------------------------------------------------------------------------------------------ small choices

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def word(self, zh: str) -> str:
        """A function or label, now and then in English."""
        if not self.english or self.chance(0.4):
            return zh
        if zh in BY_NAME:
            return self.rng.choice(BY_NAME[zh].en)
        return ENGLISH.get(zh, zh)

    def name(self) -> str:
        self.named += 1
        return f"{self.rng.choice(WORDS)}{self.named}"

    def source(self) -> str:
        return self.rng.choice(SOURCES)

    def unit(self) -> str:
        return self.rng.choice((*MEASURES, *MEASURES, *COUNTED, *self.units))

    # ------------------------------------------------------------------------------------------------------------- tables

    def lay_tables(self) -> None:
        root = self.add(Table("部门", unique="名称"))
        person = self.add(Table("员工", unique="工号", links={"部门": "部门"}))
        if self.chance(0.4):
            person.links["借调"] = "部门"
            person.lost.add("借调")
        if self.chance(0.4):
            person.links["上级"] = "员工"
            person.lost.add("上级")
        if self.chance(0.25):
            root.links["上级部门"] = "部门"
            root.lost.add("上级部门")
        self.lay_children()
        self.lay_periods()
        self.lay_singles()
        for table in list(self.tables.values()):
            if not table.fixed:
                for _ in range(self.rng.choice((1, 2, 3, 4)) + (2 if table.name in ("员工", "部门", "员工每月") else 0)):
                    self.add_column(table)
        self.lay_lookups()

    def add(self, table: Table) -> Table:
        self.tables[table.name] = table
        if table.unique and table.unique not in table.links:
            table.columns[table.unique] = Column(table.unique, "text")
        return table

    def limit(self, parent: str) -> str:
        """How many rows a parent has, as it stands in the brackets."""
        most = self.rng.choice((3, 6, 12, 20, 40))
        least = "、至少 1 行" if self.chance(0.15) else ""
        return self.rng.choice(("", f"每个{parent} 至多 {most} 行{least}", f"每个{parent} 至多 {most} 行{least}", f"至多 {most * 20} 行"))

    def lay_children(self) -> None:
        rng = self.rng
        if self.chance(0.8):
            table = self.add(Table("记录", links={"员工": "员工"}, head=self.limit("员工")))
            if self.chance(0.3):
                table.lost.add("员工")
                table.head = ""
        if self.chance(0.4):
            self.add(Table("项目", unique="编号", links={"员工": "员工"}, head=self.limit("员工")))
            if self.chance(0.7):
                self.add(Table("明细", links={"项目": "项目"}, head=self.limit("项目")))
        if self.chance(0.45):
            self.add(Table("选票", unique="票号", links={"部门": "部门"}))
            self.add(Table("打分", links={"选票": "选票", "员工": "员工"}, head=self.limit(rng.choice(("选票", "员工")))))
        if self.chance(0.4):
            self.add(Table("互评", links={"评价人": "员工", "被评人": "员工"}))
        if self.chance(0.15):
            self.add(Table("通知", head=rng.choice(("", "至多 50 行"))))

    def lay_periods(self) -> None:
        rng = self.rng
        limit = rng.choice((3, 6, 12))
        if self.chance(0.75):
            head = rng.choice(("", f"每名员工 至多 {limit} 行"))
            key = rng.choice((("员工", "月份"), ("员工", "月份"), ("月份", "员工")))
            self.add(Table("员工每月", links={"员工": "员工"}, key=key, period="月份" if key[-1] == "月份" else "", head=head))
            self.tables["员工每月"].columns["月份"] = Column("月份", "month")
            if self.chance(0.4):
                dated = rng.choice((Column("月份", "month"), Column("发生日", "day")))
                self.add(Table("流水", {dated.name: dated}, links={"员工": "员工"}, head=self.limit("员工")))
        if self.chance(0.4):
            self.add(Table("部门每月", {"月份": Column("月份", "month")}, links={"部门": "部门"}, key=("部门", "月份"), period="月份"))
        if self.chance(0.3):
            part = rng.choice(("年度", "期次"))
            number = Column(part, "number", hi=Fraction(9999))
            self.add(Table("员工历年", {part: number}, links={"员工": "员工"}, key=("员工", part), period=part, head=f"每名员工 至多 {limit} 行"))

    def lay_singles(self) -> None:
        if self.chance(0.5):
            self.add(Table("全院", single=True, head="一行"))
        if self.chance(0.4):
            self.add(Table("登记", unique="员工", links={"员工": "员工"}, own_row=True))
        if self.chance(0.4):
            decided = "员工 属于 员工 不重复（委员会）；等次 A/B/C/D 可缺（委员会）；金额 0～100000 元 2 位小数 可缺（委员会）"
            decided += "；机关 文字（委员会）；文件 文字（委员会）"
            table = self.add(Table("决定", unique="员工", links={"员工": "员工"}, word="外定表", own_row=True, fixed=decided))
            table.columns |= {
                "等次": Column("等次", "text", optional=True, choices=("A", "B", "C", "D")),
                "金额": Column("金额", "number", "元", hi=Fraction(100_000), decimals=2, optional=True),
                "文件": Column("文件", "text"),
            }
        if self.chance(0.4):
            self.add(Table("批准名额", links={"部门": "部门"}, fixed="部门 属于 部门（总经理）；等次 A/B/C/D（总经理）；增减 -2～2 人（总经理）"))
            self.balanced["批准名额"] = "等次", "增减"

    def add_column(self, table: Table) -> Column:
        """An entered column of any kind."""
        rng, name = self.rng, self.name()
        optional = self.chance(0.35) and not table.single
        match rng.choice(("number", "number", "number", "number", "yesno", "text", "choice", "ordered", "day", "month")):
            case "number":
                column = self.number_column(name, optional)
            case "choice" | "ordered" as kind:
                column = Column(name, "text", optional=optional, choices=rng.choice(CHOICES), ordered=kind == "ordered")
            case "month" if table.period or table.name == "流水":  # a second month would leave open which one counts
                column = Column(name, "yesno", optional=optional)
            case "day" if table.name == "流水":
                column = Column(name, "text", optional=optional)
            case "yesno" | "text" | "day" | "month" as plain:
                column = Column(name, plain, optional=optional)
        table.columns[name] = column
        if column.kind == "day":  # a single day would make of every row one of a month table that has the same links
            table.columns[f"{name}止"] = replace(column, name=f"{name}止")
        return column

    def number_column(self, name: str, optional: bool, unit: str | None = None) -> Column:
        """`unit`: drawn when not given; the ends of the range and the decimals fit it."""
        rng = self.rng
        if unit is None:
            unit = rng.choice((*MEASURES, *MEASURES, *COUNTED, "万元", "%", "%", *self.units))
        decimals = rng.choice((0, 0, 0, 1, 2, 2, 3))
        if unit == "%":
            lo, hi = rng.choice(((0, 100), (0, 100), (-50, 200), (90, 100)))
            return Column(name, "number", unit, Fraction(lo, 100), Fraction(hi, 100), rng.choice((0, 1, 2)), optional)
        if unit in ("元", "万元"):
            lo, hi = rng.choice(((0, 1000), (0, 100_000), (-500, 500), (100, 9_999), (0, 10_000_000)))
        else:
            lo, hi = rng.choice(((0, 1), (0, 10), (0, 100), (0, 100), (-20, 20), (1, 9), (5, 5), (-9, -1), (0, 2000)))
        return Column(name, "number", unit, Fraction(lo), Fraction(hi), decimals, optional)

    def lay_lookups(self) -> None:
        """Standards tables and price lists whose keys are what the choice columns can hold, mostly."""
        rng = self.rng
        lists = [column for table in self.tables.values() for column in table.columns.values() if column.choices]
        lists = lists or [Column("类别", "text", choices=CHOICES[0])]
        for nr in range(rng.choice((1, 2, 2))):
            keys = tuple(rng.sample(lists, min(len(lists), rng.choice((1, 1, 2)))))
            self.standard(f"标准{nr}", keys)
        if self.chance(0.5):
            listed = rng.choice(lists)
            price = self.number_column("单价", self.chance(0.3), "元")
            note = Column("备注", "text", optional=self.chance(0.3))
            step = Column("档", "number", lo=Fraction(0), hi=Fraction(5))
            extra = [note] if self.chance(0.5) else []
            columns = [Column("类别", "text", choices=listed.choices), step, price, *extra]
            self.lookups["费率"] = ((replace(listed, name="类别"), step), [price, *extra])
            fixed = "；".join(column.declared(self.source()) for column in columns)
            self.add(Table("费率", key=("类别", "档"), fixed=fixed, head="至多 60 行"))
            del self.tables["费率"].columns  # nobody links to it: it is looked up
            self.tables["费率"].columns = {}

    def standard(self, name: str, keys: tuple[Column, ...]) -> None:
        rng = self.rng
        rows = list(product(*(key.choices for key in keys)))
        rows = [row for row in rows if self.chance(0.85)] or rows[:1]
        unit = rng.choice(("", "分", "元"))
        if self.chance(0.2):
            column = Column(name, "text", choices=tuple(f"组{nr}" for nr in range(3)))
            values = [f"“{rng.choice(column.choices)}”" for _ in rows]
        else:
            column = Column(name, "number", unit, Fraction(-5), Fraction(20), 2)
            values = [f"{rng.choice(('0', '1', '1.2', '0.35', '20', '3', '-1', '-0.5', '12.05'))}{unit}" for _ in rows]
        self.standards[name] = keys, column
        heads = "、".join(key.name for key in keys)
        entries = [" ".join((*(f"“{each}”" for each in row), value)) for row, value in zip(rows, values, strict=True)]
        self.texts.append(f"标准表 {name}（{heads}）：{'；'.join(entries)}")

    # -------------------------------------------------------------------------------------------------- what can be read

    def reach(self, table: Table, prefix: str, depth: int = 2) -> Iterator[Said]:
        """Every column that a path from the table leads to."""
        for name, column in table.columns.items():
            uses = frozenset([column.id] if column.id else [])
            yield Said(prefix + name, column.optional, column.ratio, uses, column.choices, column.ordered, True, column)
        if depth > 0:
            ups = [(link, target, link in table.lost) for link, target in table.links.items()]
            ups += [(other.name, other.name, True) for other in self.tables.values() if other.own_row and table.name in other.links.values()]
            for link, target, lost in ups:
                for said in self.reach(self.tables[target], f"{prefix}{link}.", depth - 1):
                    yield replace(said, optional=said.optional or lost)

    def paths(self, place: Place) -> list[Said]:
        """What can be read at a place; the counted row's columns several times, since they are what one counts for."""
        mine = list(self.reach(place.mine, ""))
        if place.mine.period:  # of the person, on the table of the person's months
            for target in set(place.mine.links.values()):
                mine += [said for said in self.reach(self.tables[target], "", 0) if said.text not in place.mine.columns]
        for table in self.tables.values():
            if table.single:
                mine += self.reach(table, f"{table.name}.", 0)
        if place.counted is None:
            return mine
        theirs = list(self.reach(place.counted, place.prefix, 1))
        return theirs if place.peers and place.main else theirs * 3 + mine

    def pick(self, place: Place, test: Callable[[Said, Column], bool], *, theirs: bool = False) -> Said | None:
        """Any path whose column passes. `theirs`: of the counted row."""
        paths = self.paths(place)
        if theirs and place.counted is not None:
            paths = list(self.reach(place.counted, place.prefix, 1))
        fitting = [said for said in paths if said.column is not None and test(said, said.column)]
        return self.rng.choice(fitting) if fitting else None

    def plain(self, said: Said, other: Callable[[], Said]) -> Said:
        """The same, never missing."""
        if not said.optional:
            return said
        return made(f"{self.word('缺则')}({{}}, {{}})", said, other())

    # ------------------------------------------------------------------------------------------------------------ numbers

    def literal(self, unit: str) -> Said:
        rng = self.rng
        if self.chance(0.08):
            return Said("0", atom=True)
        parameters = [column for column in self.parameters if column.base == unit]
        if parameters and self.chance(0.3):
            column = rng.choice(parameters)
            day = f"[{self.day_literal().text}]" if column.name in self.dated and (not self.as_of or self.chance(0.5)) else ""
            return Said(column.name + day, bool(day), uses=frozenset([column.id]), atom=True)
        ends = [end for table in self.tables.values() for column in table.columns.values() if column.unit == unit for end in (column.lo, column.hi)]
        ends = [end for end in ends if end > 0] or [Fraction(1)]
        if unit == "元" and self.chance(0.2):
            return Said(rng.choice(("0.5万元", "1万元", "3 千元")), atom=True)
        if unit == "" and self.chance(0.5):
            return Said(rng.choice(("5%", "12.5%", "100%", "1个百分点", "33.3%", "2成", "1.5倍")), atom=True)
        value = rng.choice((rng.choice(ends), *map(Fraction, ("1", "2", "3", "0.5", "7", "10", "60", "0.25", "12.05"))))
        text = f"{figure(value)}{unit}"
        return Said(f"(-{text})" if self.chance(0.07) else text, atom=True)

    def positive(self, unit: str) -> Said:
        """A figure above 0."""
        value = self.rng.choice(("1", "2", "3", "5", "0.5", "7", "10", "30"))
        if unit == "" and self.chance(0.4):
            return Said(self.rng.choice(("5%", "10%", "2个百分点", "40%")), atom=True)
        return Said(f"{value}{unit}", atom=True)

    def rising(self, unit: str, count: int) -> list[Said]:
        """Different figures from low to high."""
        values = sorted(self.rng.sample([1, 2, 3, 5, 8, 10, 20, 50, 60, 75, 90, 100], count))
        if unit == "":
            return [Said(f"{value}%" if self.chance(0.7) else figure(Fraction(value, 100)), atom=True) for value in values]
        return [Said(f"{value}{unit}", atom=True) for value in values]

    def number(self, place: Place, unit: str, depth: int) -> Said:
        if depth > 0:
            for _ in range(6):
                drawn = self.rng.choice(WAYS)(self, place, unit, depth - 1)
                if drawn is not None and len(drawn.text) < 900:
                    return drawn
        return self.leaf(place, unit)

    def leaf(self, place: Place, unit: str) -> Said:
        if self.chance(0.85):
            plain = ("",) if unit not in ("分", "元") and self.chance(0.2) else ()  # counts and plain numbers may meet
            found = self.pick(place, lambda _, column: column.kind == "number" and column.base in (unit, *plain))
            if found is not None:
                return found
        return self.literal(unit)

    def present(self, place: Place, unit: str, depth: int = 0) -> Said:
        """A number that is never missing."""
        return self.plain(self.number(place, unit, depth), lambda: self.figure(unit))

    def figure(self, unit: str) -> Said:
        return Said(f"{self.rng.choice(('0', '1', '5', '60', '100'))}{unit}", atom=True)

    def sums(self, place: Place, unit: str, depth: int) -> Said | None:
        sign = self.rng.choice(("+", "-", "－", "＋"))
        return made(f"{{}} {sign} {{}}", self.number(place, unit, depth), self.number(place, unit, depth), atom=False)

    def negated(self, place: Place, unit: str, depth: int) -> Said | None:
        return made("-{}", self.number(place, unit, depth), atom=False)

    def times(self, place: Place, unit: str, depth: int) -> Said | None:
        counts = unit != "" and self.chance(0.3)
        by = self.number(place, self.rng.choice(COUNTED) if counts and unit in ("分", "元") else "", depth)
        return made(f"{{}} {self.rng.choice('×*＊')} {{}}", *self.either(self.number(place, unit, depth), by), atom=False)

    def either(self, one: Said, other: Said) -> tuple[Said, Said]:
        return (one, other) if self.chance(0.5) else (other, one)

    def quotient(self, place: Place, unit: str, depth: int) -> Said | None:
        """By a figure, by what lies above 0 anyhow, or by what a condition has found to be above 0."""
        below = self.rng.choice(("", "", *COUNTED)) if unit in ("分", "元") else self.unit()
        above = unit if unit in ("分", "元") else below
        top = self.number(place, above, depth)
        way = self.rng.choice(("figure", "column", "raised", "tested", "divide", "divide"))
        sign = self.rng.choice("/÷／")
        if way == "figure":
            return made(f"{{}} {sign} {{}}", top, self.positive(below), atom=False, ratio=True)
        if way == "raised":
            by = made(f"{self.word('保底')}({{}}, {{}})", self.number(place, below, depth), self.positive(below))
            return made(f"{{}} {sign} {{}}", top, by, atom=False, ratio=True)
        if way == "column":
            found = self.pick(place, lambda _, column: column.kind == "number" and column.base == below and (column.lo > 0 or column.hi < 0))
            return found and made(f"{{}} {sign} {{}}", top, found, atom=False, ratio=True)
        if way == "tested":
            found = self.pick(place, lambda said, column: column.kind == "number" and column.base == below and not said.optional)
            other = self.number(place, unit, 0)
            return found and made(f"{self.word('如果')}({{}} > 0, {{}} / {{}}, {{}})", found, replace(top, text=top.part), found, other, ratio=True)
        by = self.plain(self.number(place, below, depth), lambda: self.figure(below))
        return made(f"{self.word('相除')}({{}}, {{}}, {{}})", top, by, self.number(place, unit, 0), ratio=True)

    def bounded(self, place: Place, unit: str, depth: int) -> Said | None:
        one, other = self.number(place, unit, depth), self.number(place, unit, 0)
        function = self.rng.choice(("封顶", "保底", "较大", "较小", "超出", "限于", "绝对值"))
        match function:
            case "限于":
                low, high = self.rising(unit, 2)
                return made(f"{self.word(function)}({{}}, {{}}, {{}})", one, low, other if self.chance(0.2) else high)
            case "绝对值":
                return made(f"{self.word(function)}({{}})", one)
            case "较大" | "较小":
                more = [self.number(place, unit, 0) for _ in range(self.rng.randint(0, 2))]
                return made(f"{self.word(function)}({', '.join(['{}'] * (2 + len(more)))})", one, other, *more)
        return made(f"{self.word(function)}({{}}, {{}})", one, other)

    def rounded(self, place: Place, unit: str, depth: int) -> Said | None:
        function = self.rng.choice(("四舍五入", "五成双", "进一", "向下", "去尾", "取整"))
        part = self.number(place, unit, depth)
        digits = "" if function == "取整" or (function in ("进一", "向下", "去尾") and self.chance(0.5)) else f", {self.rng.choice((-1, 0, 1, 2))}"
        return made(f"{self.word(function)}({{}}{digits})", part, ratio=False)

    def chosen(self, place: Place, unit: str, depth: int) -> Said | None:
        return self.cases(place, lambda: self.number(place, unit, depth), depth)

    def steps(self, place: Place, unit: str, depth: int) -> Said | None:
        rng, other = self.rng, self.unit()
        amount, base = self.number(place, other, depth), self.literal(other)
        sides = rng.choice((("每多",), ("每少",), ("每多", "每少")))
        parts = [f"{self.word('起点')} {{}}"]
        said = [amount, replace(base, optional=False)]
        for side in sides:
            said += [self.positive(other), self.positive(unit) if self.chance(0.8) else self.number(place, unit, 0)]
            parts.append(f"{self.word(side)} {{}} {self.word(rng.choice(('加', '扣')))} {{}}")
        parts.append(f"{self.word('零头')} {self.word(rng.choice(('不计', '算一步', '按比例')))}")
        if self.chance(0.3):
            parts.append(f"{self.word('上限')} {{}}")
            said.append(self.positive(unit))
        if self.chance(0.3):
            parts.append(self.word("扣完为止"))
            parts.append(f"{self.word('满分')} {{}}")
            said.append(self.positive(unit))
        rest = parts[1:]
        rng.shuffle(rest)
        ordered = [parts[0], *rest]
        pieces = self.in_order(parts, ordered, said[1:])
        return made(f"{self.word('步进')}({{}}；{'；'.join(ordered)})", said[0], *pieces, ratio=True)

    @staticmethod
    def in_order(before: Sequence[str], after: Sequence[str], said: Sequence[Said]) -> list[Said]:
        """What belongs into the blanks of the parts, when the parts stand in another order."""
        taken, rest = dict[int, list[Said]](), list(said)
        for nr, part in enumerate(before):
            count = part.count("{}")
            taken[nr], rest = rest[:count], rest[count:]
        free = list(range(len(before)))
        found = list[Said]()
        for part in after:
            nr = next(nr for nr in free if before[nr] == part)
            free.remove(nr)
            found += taken[nr]
        return found

    def bands(self, place: Place, unit: str, depth: int) -> Said | None:
        """累进 and 内插."""
        count = self.rng.randint(1, 3)
        if self.chance(0.5):
            amount = self.number(place, unit, depth)
            bounds = self.rising(unit, count)
            rates = [Said(self.rng.choice(("1%", "2.5%", "3%", "0", "10%", "100%")), atom=True) for _ in range(count + 1)]
            pairs = [each for pair in zip(bounds, rates[:-1], strict=True) for each in pair]
            tiers = "；".join(f"{self.rng.choice(('<=', '不超过', '＜＝'))} {{}}：{{}}" for _ in bounds)
            return made(f"{self.word('累进')}({{}}；{tiers}；{self.word('其余')}：{{}})", amount, *pairs, rates[-1])
        other = self.unit()
        bounds = self.rising(other, count + 1)
        values = [Said(f"{self.rng.choice(('0', '3', '10', '100', '5', '1.5'))}{unit}", atom=True) for _ in bounds]
        pairs = [each for pair in zip(bounds, values, strict=True) for each in pair]
        points = "；".join("{}：{}" for _ in bounds)
        return made(f"{self.word('内插')}({{}}；{points})", self.number(place, other, depth), *pairs, ratio=True)

    def substituted(self, place: Place, unit: str, depth: int) -> Said | None:
        found = self.pick(place, lambda said, column: said.optional and column.kind == "number" and column.base == unit)
        return found and made(f"{self.word('缺则')}({{}}, {{}})", found, self.number(place, unit, depth), optional=False)

    def tested(self, place: Place, unit: str, depth: int) -> Said | None:
        """如果(有(x), … x …, …)"""
        found = self.pick(place, lambda said, column: said.optional and column.kind == "number" and column.base == unit)
        if found is None:
            return None
        inside = made("{} + {}", found, self.number(place, unit, depth), atom=False, optional=False)
        return made(f"{self.word('如果')}({self.word('有')}({{}}), {{}}, {{}})", found, inside, self.number(place, unit, 0), optional=False)

    def dates(self, place: Place, unit: str, depth: int) -> Said | None:
        if unit == "":
            part = self.rng.choice(("年份", "月号", "日号", "季度"))
            return made(f"{self.word(part)}({{}})", self.day(place, depth) if part == "日号" or self.chance(0.7) else self.month(place, depth))
        function = {"天": "天数", "月": "月数", "年": "年数"}.get(unit)
        if function is None:
            return None
        months = function != "天数" and self.chance(0.4)
        since = self.month(place, depth) if months else self.day(place, depth)
        until = self.month(place, depth) if months and self.chance(0.7) else self.day(place, depth)
        return made(f"{self.word(function)}({{}}, {{}})", *self.either(since, until))

    def looked_up(self, place: Place, unit: str, depth: int) -> Said | None:
        return self.lookup(place, "number", unit, depth)

    def lookup(self, place: Place, kind: Kind, unit: str, depth: int) -> Said | None:
        """标准[…], 费率[…].单价 and a row of the month table."""
        rng = self.rng
        options = list[tuple[str, list[Said], Column]]()
        for name, (keys, value) in self.standards.items():
            if value.kind == kind and (kind != "number" or value.base == unit):
                options.append((name, [self.key(place, key) for key in keys], value))
        for name, (keys, values) in self.lookups.items():
            for value in values:
                if value.kind == kind and (kind != "number" or value.base == unit):
                    options.append((name if len(values) == 1 else f"{name}.{value.name}", [self.key(place, key) for key in keys], value))
        for table in self.tables.values():
            if table.period and place.counted is None and self.chance(0.5):
                values = [column for column in table.columns.values() if column.kind == kind and (kind != "number" or column.base == unit)]
                who = next(iter(table.links.values()))
                path = self.pick(place, lambda _, column, who=who: column.name == self.tables[who].unique)  # type: ignore[misc]
                if values and path is not None:
                    value = rng.choice(values)
                    when = self.month(place, 0) if table.period == "月份" else self.number(place, "", 0)
                    options.append((f"{table.name}.{value.name}", [path, when], value))
        if not options:
            return None
        path_, said_keys, value = rng.choice(options)
        name, _, column = path_.partition(".")
        none, optional, ratio = "", True, False
        uses = frozenset([value.id] if value.id else [])
        if self.chance(0.6):
            other = self.other(place, kind, unit, value)
            none = f"；{self.word('无则')} {other.text}"
            optional, ratio, uses = other.optional or other.text in ABSENT, other.ratio, uses | other.uses
            if self.chance(0.12):
                none, optional = f"；{self.word('无则')} {self.word('停算')}", False
        said = made(f"{name}[{', '.join(['{}'] * len(said_keys))}{none.replace('{', '{{')}]{'.' if column else ''}{column}", *said_keys)
        return replace(said, optional=optional, uses=said.uses | uses, ratio=ratio or value.ratio, choices=value.choices, ordered=value.ordered)

    def other(self, place: Place, kind: Kind, unit: str, value: Column) -> Said:
        """What stands behind 无则."""
        if self.chance(0.15):
            return Said(self.word(self.rng.choice(ABSENT)), True, atom=True)
        if kind == "number":
            return self.number(replace(place, counted=None), unit, 0)
        return Said(f"“{self.rng.choice(value.choices or TEXTS[:4])}”", atom=True)

    def key(self, place: Place, key: Column) -> Said:
        if key.kind == "number":
            return self.number(place, "", 1 if self.chance(0.4) else 0)
        found = self.pick(place, lambda _, column: column.kind == "text" and bool(set(column.choices) & set(key.choices) or not column.choices))
        return found if found is not None and self.chance(0.85) else Said(f"“{self.rng.choice(key.choices)}”", atom=True)

    def called(self, place: Place, unit: str, depth: int) -> Said | None:
        """A definition of the document."""
        if not self.definitions:
            return None
        name = self.rng.choice(self.definitions)
        said = made(f"{name}({{}}, {{}})", self.number(place, unit, depth), self.number(place, unit, 0), ratio=True)
        return replace(said, uses=said.uses | {name})

    def blend(self, place: Place, unit: str, depth: int) -> Said | None:
        count = self.rng.randint(2, 4)
        parts = [self.number(place, unit, depth if nr == 0 else 0) for nr in range(count)]
        listed = "、".join(f"{{}} {self.word('占')} {share}" for share in self.shares(count))
        policy = self.rng.choice(("停算", "按零", "摊给其他", "摊给其他", "仍缺"))
        missing = any(part.optional for part in parts)
        tail = f"；{self.word('缺')} {self.word(policy)}" if missing or self.chance(0.2) else ""
        lost = missing and (policy == "仍缺" or (policy == "摊给其他" and all(part.optional for part in parts)))
        return made(f"{self.word('加权')}({listed}{tail})", *(replace(part, text=part.part) for part in parts), optional=lost, ratio=True)

    def shares(self, count: int) -> list[str]:
        """Percentages that add up to 100."""
        cuts = sorted(self.rng.choice((0, 5, 10, 12, 25, 30, 50, 60, 75, 90)) * 2 + self.rng.choice((0, 0, 0, 1)) for _ in range(count - 1))
        ends = [0, *(min(cut, 200) for cut in cuts), 200]
        return [f"{figure(Fraction(later - earlier, 2))}%" for earlier, later in pairwise(ends)]

    # --------------------------------------------------------------------------------------------------- rows that lead here

    def row_sets(self, mine: Table) -> list[tuple[Place, list[str], bool]]:
        """Which rows can be counted: where one stands then, the labels that say so, and whether 近 can be said."""
        found = list[tuple[Place, list[str], bool]]()
        for table in self.tables.values():
            if table.single or table.name in self.lookups:
                continue
            links = [link for link, target in table.links.items() if target == mine.name]
            if table is not mine:
                counted = Place(mine, table)
                for link in links:
                    found += [(counted, [f"{self.word('按')} {link}"] if len(links) > 1 else [], bool(table.period))] * (6 if table.period else 3)
                ways = [target for target in table.links.values() for up in self.tables[target].links.values() if up == mine.name]
                if not links and len(ways) == 1:
                    found += [(counted, [], bool(table.period))] * 2
                if not links and mine.period and table.name == "流水":
                    found += [(counted, [], False)] * 3
                if self.chance(0.15):
                    found.append((counted, [self.word("全体")], False))
            elif mine.period:
                found += [(Place(mine, mine), [], True)] * 2
        found += [(Place(mine, mine, True), [self.same(mine)], False)] * 3
        return found

    def same(self, mine: Table) -> str:
        """同 部门、月份; 同 全体."""
        names = [said.text for said in self.reach(mine, "", 1) if not said.optional and self.groups(said)]
        names += [link for link in mine.links if link not in mine.lost] * 3 + [mine.period] * 2 * bool(mine.period)
        chosen = self.rng.sample(names, min(len(names), self.rng.choice((0, 1, 1, 1, 2))))
        return f"{self.word('同')} {'、'.join(dict.fromkeys(chosen)) or self.word('全体')}"

    @staticmethod
    def groups(said: Said) -> bool:
        column = said.column
        return column is not None and not column.id and (bool(column.choices) or column.kind in ("yesno", "month"))

    def rows(self, place: Place, unit: str, depth: int) -> Said | None:
        """合计, 平均 … over rows, with their labels."""
        mine = place.mine
        inside, labels, dated = self.rng.choice(self.row_sets(mine))
        if unit not in ("分", "元") and self.chance(0.3):
            return self.count(inside, labels, dated)
        function = self.rng.choice(("合计", "平均", "最高", "最低", "中位数", "去高去低平均", "合计", "平均", "最近", "最早"))
        best = function in ("合计", "平均") and self.chance(0.3)
        theirs = best or function in ("中位数", "去高去低平均", "最近", "最早")
        value = self.counted_value(replace(inside, main=inside.peers), unit, depth, whole=theirs)
        if value is None:
            return None
        parts, extra = [*labels], list[Said]()
        if best:
            parts.append(f"{self.word(self.rng.choice(('取高', '取低', '去高', '去低')))} {self.rng.choice(('1个', '2个', '3'))}")
        if function == "去高去低平均":
            parts += [f"{self.word('去高')} {self.rng.choice(('1个', '2'))}", f"{self.word('去低')} 1个"]
        if function in ("最近", "最早"):
            order = self.order_value(replace(inside, main=inside.peers))
            if order is None or any(label.startswith(self.word("按")) for label in labels):
                return None
            way = self.rng.choice(("", "", f" {self.word('晚到早')}", f" {self.word('早到晚')}"))
            parts.append(f"{self.word('按')} {{}}{way}")
            extra.append(order)
        self.conditions(inside, dated, parts, extra, theirs=theirs)
        return self.with_missing(f"{self.word(function)}({{}}", value, parts, extra, unit, place)

    def with_missing(self, head: str, value: Said, parts: list[str], extra: list[Said], unit: str, place: Place) -> Said:
        """缺 and 无则, and what they mean for the result."""
        function = next(zh for zh in BY_NAME.values() if head.split("(", maxsplit=1)[0] in (zh.zh, *zh.en)).zh
        lost = False
        if value.optional and function not in ("最近", "最早"):
            policy = self.rng.choice(("按零", "略去", "略去", "仍缺", "停算") if function != "最近" else ("略去",))
            parts.append(f"{self.word('缺')} {self.word(policy)}")
            lost = policy == "仍缺"
        optional = lost or function != "合计"
        if self.chance(0.6 if function != "合计" else 0.1):
            other = self.number(Place(place.mine), unit, 0) if self.chance(0.85) else Said(self.word(self.rng.choice(ABSENT)), True, atom=True)
            word = other.text
            if self.chance(0.06):
                word, other = self.word("停算"), Said("", False)
            parts.append(f"{self.word('无则')} {word.replace('{', '{{')}")
            extra.append(replace(other, text=""))
            optional = lost or other.optional or (function in ("最近", "最早") and value.optional)
        ratio = value.ratio or function in ("平均", "中位数", "去高去低平均") or any(said.ratio for said in extra)
        blanks = [said for said in extra if said.text]
        said = made(f"{head}；{'；'.join(parts)})" if parts else f"{head})", value, *blanks, optional=optional, ratio=ratio)
        return replace(said, uses=said.uses.union(*(each.uses for each in extra)))

    def counted_value(self, place: Place, unit: str, depth: int, *, whole: bool) -> Said | None:
        """The number of a counted row: a column of it, or reckoned with my own row's."""
        found = self.pick(place, lambda _, column: column.kind == "number" and column.base == unit, theirs=True)
        if found is None or self.chance(0.6):
            return found
        other = self.pick(place, lambda _, column: column.kind == "number" and column.base == "", theirs=whole)
        if other is not None and self.chance(0.5):
            return made("{} × {}", found, other, atom=False)
        more = self.leaf(place, unit) if not whole else self.literal(unit)
        return made(self.rng.choice(("{} + {}", "{} - {}")), found, more, atom=False)

    def order_value(self, place: Place) -> Said | None:
        return self.pick(place, lambda said, column: not said.optional and column.kind in ("day", "month", "number"), theirs=True)

    def conditions(self, inside: Place, dated: bool, parts: list[str], extra: list[Said], *, theirs: bool) -> None:
        """当 and 近. `theirs`: the condition may look at the counted row only."""
        if self.chance(0.5):
            condition = self.their_condition(inside) if theirs else self.condition(inside, self.rng.choice((0, 0, 1)))
            if condition is not None:
                parts.append(f"{self.word('当')} {{}}")
                extra.append(condition)
        if dated and self.chance(0.5 if theirs else 0.7) and inside.counted is not None:
            period = inside.counted.period
            parts.append(f"{self.word('近')} {self.rng.choice((1, 2, 3, 12))}{'个月' if period == '月份' and self.chance(0.7) else ''}")
            if theirs or self.chance(0.6):
                mine = Place(inside.mine)
                if theirs:  # my own row's last period would be a column of mine
                    until = Said(self.rng.choice(("2016", "2018"))) if period != "月份" else self.day_literal()
                else:
                    until = self.number(mine, "", 0) if period != "月份" else self.any_day(mine)
                if not until.optional:
                    parts.append(f"{self.word('截至')} {{}}")
                    extra.append(until)

    def any_day(self, place: Place) -> Said:
        return self.day(place, 0) if self.chance(0.5) else self.month(place, 0)

    def their_condition(self, place: Place) -> Said | None:
        found = self.pick(place, lambda said, column: not said.optional and column.kind in ("yesno", "number"), theirs=True)
        if found is None or found.column is None or found.column.kind == "yesno":
            return found
        return made(f"{{}} {self.comparison()} {{}}", found, self.bound(found.column), atom=False)

    def count(self, inside: Place, labels: list[str], dated: bool) -> Said | None:
        assert inside.counted is not None
        parts, extra = [*labels], list[Said]()
        self.conditions(inside, dated, parts, extra, theirs=False)
        first = inside.counted.name
        if self.chance(0.25):
            column = self.pick(replace(inside, main=inside.peers), lambda said, _: said.optional, theirs=True)
            if column is not None and not inside.peers:
                first = column.text
                extra.insert(0, replace(column, text=""))
        said = made(f"{self.word('个数')}({'；'.join([first, *parts])})", *(each for each in extra if each.text), optional=False, ratio=False)
        return replace(said, uses=said.uses.union(*(each.uses for each in extra)))

    # ------------------------------------------------------------------------------------------------------------- history

    def history(self, place: Place, unit: str, depth: int) -> Said | None:
        place = Place(place.mine)
        if not place.mine.period:
            return None
        way = self.rng.choice(("上期", "上期", "累计", "连续"))
        if way == "连续":
            return None if unit in ("分", "元") else made(f"{self.word(way)}({{}})", self.condition(place, min(depth, 1)), optional=False)
        if way == "累计":
            return made(f"{self.word(way)}({{}})", self.present(place, unit, depth))
        value = self.number(place, unit, depth)
        if self.chance(0.3):
            return made(f"{self.word(way)}({{}})", value, optional=True)
        return made(f"{self.word(way)}({{}}；{self.word('无则')} {{}})", value, self.number(place, unit, 0))

    # --------------------------------------------------------------------------------------------------------- conditions

    def comparison(self) -> str:
        if self.english and self.chance(0.3):
            return self.rng.choice(("reaches", "exceeds", "below", "not-above"))
        return self.rng.choice((">=", ">", "<", "<=", "=", "<>", "≥", "≤", "≠", "＞＝", "达到", "超过", "不满", "不足", "低于", "高于", "不低于", "不超过"))

    def bound(self, column: Column) -> Said:
        """A figure where the column's values like to lie."""
        value = self.rng.choice((column.lo, column.hi, (column.lo + column.hi) / 2, Fraction(0), Fraction(60), Fraction(1)))
        if column.unit == "%":
            return Said(f"{figure(value * 100)}%" if value >= 0 else f"-{figure(-value * 100)}%", atom=True)
        return Said(f"{figure(value)}{column.unit}" if value >= 0 else f"(-{figure(-value)}{column.unit})", atom=True)

    def condition(self, place: Place, depth: int) -> Said:
        """A yes or no that is never missing."""
        ways: tuple[Callable[[Author, Place, int], Said | None], ...] = CONDITIONS if depth > 0 else SIMPLE_CONDITIONS
        for _ in range(6):
            found = self.rng.choice(ways)(self, place, depth - 1)
            if found is not None:
                return found
        return Said(f"1 {self.comparison()} 2", atom=False)

    def compared(self, place: Place, depth: int) -> Said | None:
        found = self.pick(place, lambda said, column: column.kind == "number" and not said.optional)
        if found is None or found.column is None:
            return None
        if self.chance(0.3):
            return made(f"{{}} {self.comparison()} {{}}", found, self.present(place, found.column.base), atom=False)
        return made(f"{{}} {self.comparison()} {{}}", found, self.bound(found.column), atom=False)

    def reckoned(self, place: Place, depth: int) -> Said | None:
        unit = self.unit()
        return made(f"{{}} {self.comparison()} {{}}", self.present(place, unit, max(depth, 0)), self.present(place, unit), atom=False)

    def known_and(self, place: Place, depth: int) -> Said | None:
        found = self.pick(place, lambda said, column: column.kind == "number" and said.optional)
        if found is None or found.column is None:
            return None
        known = f"{self.word('有')}({{}})"
        if self.chance(0.3):
            return made(known, found, optional=False)
        if self.chance(0.3):
            pattern = f"{self.word('非')} {known} {self.word('或')} {{}} {self.comparison()} {{}}"
        else:
            pattern = f"{known} {self.word('且')} {{}} {self.comparison()} {{}}"
        return replace(made(pattern, found, found, self.bound(found.column), optional=False), atom=False)

    def worded(self, place: Place, depth: int) -> Said | None:
        """Texts: equal, one of several, above another."""
        found = self.text_path(place)
        if found is None:
            return None
        if found.optional:
            if not found.choices:
                return made(f"{self.word('有')}({{}})", found, optional=False)
            found = replace(
                made(f"{self.word('缺则')}({{}}, “{self.rng.choice(found.choices)}”)", found, optional=False), choices=found.choices, ordered=found.ordered
            )
        texts = found.choices or TEXTS
        first = f"“{self.rng.choice(texts)}”"
        if '"' in first or "”" in first[1:-1]:
            first = "“甲”"
        if found.ordered and self.chance(0.6):
            return made(f"{{}} {self.comparison()} {first}", found, atom=False)
        way = self.rng.choice(("=", "<>", "为", "不为"))
        more = [each for each in self.rng.sample(texts, min(2, len(texts))) if '"' not in each]
        listed = "、".join(f"“{each}”" for each in more) if way in ("为", "不为") and more else first
        return made(f"{{}} {self.word(way)} {listed}", found, atom=False)

    def marked(self, place: Place, depth: int) -> Said | None:
        found = self.pick(place, lambda _, column: column.kind == "yesno")
        if found is None:
            return None
        if found.optional:
            return made(f"{self.word('缺则')}({{}}, {self.word(self.rng.choice(('是', '否')))})", found, optional=False)
        return made(f"{{}} = {self.word('是')}", found, atom=False) if self.chance(0.2) else found

    def dated_condition(self, place: Place, depth: int) -> Said | None:
        months = self.chance(0.5)
        first = self.month(place, 0) if months else self.day(place, 0)
        second = self.month(place, 0) if months else self.day(place, 0)
        if first.optional or second.optional:
            return None
        return made(f"{{}} {self.rng.choice(('>=', '<', '=', '<>', '<=', '>'))} {{}}", first, second, atom=False)

    def joined(self, place: Place, depth: int) -> Said | None:
        way = self.rng.choice(("且", "或", "非"))
        one = self.condition(place, depth)
        if way == "非":
            return made(f"{self.word('非')} {{}}", replace(one, text=one.part), atom=False)
        return made(f"{{}} {self.word(way)} {{}}", one, self.condition(place, depth), atom=False)

    def exists(self, place: Place, depth: int) -> Said | None:
        mine = Place(place.mine)
        inside, labels, dated = self.rng.choice(self.row_sets(mine.mine))
        assert inside.counted is not None
        parts, extra = [*labels], list[Said]()
        every = self.chance(0.5)
        if every:
            parts.append(f"{self.word('都')} {{}}")
            extra.append(self.condition(inside, 0))
        self.conditions(inside, dated, parts, extra, theirs=False)
        if self.chance(0.3):
            self.rng.shuffle(both := list(zip_blanks(parts, extra)))
            parts = [part for part, _ in both]
            extra = [said for _, group in both for said in group]
        return made(f"{self.word('全部' if every else '存在')}({'；'.join([inside.counted.name, *parts])})", *extra, optional=False)

    # --------------------------------------------------------------------------------------- cases, texts, days and months

    def cases(self, place: Place, value: Callable[[], Said], depth: int) -> Said:
        """如果, 分情况, 分档."""
        rng, other = self.rng, self.word("其余")
        way = rng.choice(("如果", "分情况", "分档", "分档"))
        if way == "如果":
            return made(f"{self.word(way)}({{}}, {{}}, {{}})", *self.branch(place, value, depth), value())
        count = rng.randint(1, 3)
        if way == "分情况":
            said = [each for _ in range(count) for each in self.branch(place, value, depth)]
            return made(f"{self.word(way)}({'；'.join(['{}：{}'] * count)}；{other}：{{}})", *said, value())
        return self.tiers(place, value, count)

    def branch(self, place: Place, value: Callable[[], Said], depth: int) -> tuple[Said, Said]:
        return self.condition(place, min(depth, 1)), value()

    def tiers(self, place: Place, value: Callable[[], Said], count: int) -> Said:
        rng, unit = self.rng, self.unit()
        subject = self.number(place, unit, 1 if self.chance(0.3) else 0)
        bounds = self.rising(unit, count)
        if subject.column is not None and self.chance(0.3) and count == 1:
            bounds = [self.bound(subject.column)]
        if self.chance(0.2):
            found = self.text_path(place)
            if found is not None and len(found.choices) >= count:
                subject, bounds = found, [Said(f"“{each}”", atom=True) for each in rng.sample(found.choices, count)]
                said = [each for bound in bounds for each in (bound, value())]
                return made(f"{self.word('分档')}({{}}；{'；'.join(['= {}：{}'] * count)}；{self.word('其余')}：{{}})", subject, *said, value())
        if self.chance(0.5):
            patterns = [rng.choice(("<= {}：{}", "< {}：{}", "{} 以下：{}", "不超过 {}：{}", "不满 {}：{}")) for _ in bounds]
        else:
            bounds = bounds[::-1]
            patterns = [rng.choice((">= {}：{}", "> {}：{}", "{} 以上：{}", "达到 {}：{}", "超过 {}：{}")) for _ in bounds]
        said = [each for bound in bounds for each in (bound, value())]
        return made(f"{self.word('分档')}({{}}；{'；'.join(patterns)}；{self.word('其余')}：{{}})", subject, *said, value())

    def text_path(self, place: Place) -> Said | None:
        return self.pick(place, lambda _, column: column.kind == "text")

    def text(self, place: Place, depth: int) -> Said:
        """A text, and from which list."""
        rng = self.rng
        way = rng.choice(("path", "cases", "cases", "lookup", "missing", "latest", "before")) if depth > 0 else "path"
        if way == "cases":
            choices = rng.choice(CHOICES)
            said = self.cases(place, lambda: self.text_or(place, choices), depth - 1)
            return replace(said, choices=choices)
        if way == "lookup" and (found := self.lookup(place, "text", "", depth - 1)) is not None:
            return found
        if way == "latest" and place.counted is None:
            inside, labels, _ = rng.choice(self.row_sets(place.mine))
            value = self.pick(replace(inside, main=inside.peers), lambda _, column: column.kind in ("text", "yesno"), theirs=True)
            order = self.order_value(replace(inside, main=inside.peers))
            if value is not None and order is not None and value.column is not None and value.column.kind == "text" and "按" not in "".join(labels):
                parts = "；".join([*labels, f"{self.word('按')} {{}}"])
                said = made(f"{self.word(rng.choice(('最近', '最早')))}({{}}；{parts})", value, order, optional=True)
                return replace(said, choices=value.choices, ordered=value.ordered)
        found = self.text_path(place)
        if found is None or (depth > 0 and self.chance(0.1)):
            return Said("“甲”", choices=("甲",), atom=True)
        if way == "missing" and found.optional:
            other = f"“{rng.choice(found.choices or ('甲',))}”"
            return replace(made(f"{self.word('缺则')}({{}}, {other})", found, optional=False), choices=found.choices, ordered=found.ordered)
        if way == "before" and place.mine.period and place.counted is None:
            return replace(made(f"{self.word('上期')}({{}})", found, optional=True), choices=found.choices)
        return found

    def text_or(self, place: Place, choices: tuple[str, ...]) -> Said:
        if self.chance(0.1):
            return Said(self.word(self.rng.choice(ABSENT)), True, atom=True)
        return Said(f"“{self.rng.choice(choices)}”", atom=True)

    def day_literal(self) -> Said:
        return Said(self.rng.choice(("2026-12-31", "2024-02-29", "2026年2月28日", "2025-01-31", "2026-06-30", "2026-3-1")), atom=True)

    def day(self, place: Place, depth: int) -> Said:
        rng = self.rng
        if depth > 0 and self.chance(0.4):
            if self.chance(0.4) and place.counted is None:
                inside, labels, _ = rng.choice(self.row_sets(place.mine))
                value = self.pick(replace(inside, main=inside.peers), lambda said, column: column.kind == "day" and not said.optional, theirs=True)
                if value is not None:
                    parts = "；".join(["{}", *labels, f"{self.word('无则')} {self.day_literal().text}"])
                    return made(f"{self.word(rng.choice(('最高', '最低')))}({parts})", value, optional=False)
            return made(f"{self.word('如果')}({{}}, {{}}, {{}})", self.condition(place, 0), self.day(place, 0), self.day(place, 0))
        found = self.pick(place, lambda _, column: column.kind == "day")
        if found is None or self.chance(0.2):
            return Said("基准日", atom=True) if self.as_of and self.chance(0.5) else self.day_literal()
        return found

    def month(self, place: Place, depth: int) -> Said:
        found = self.pick(place, lambda _, column: column.kind == "month")
        if found is not None and self.chance(0.7):
            return found
        if self.chance(0.5):
            return made(f"{self.word('月份')}({{}})", self.day(place, depth))
        return Said(self.rng.choice(("2026年1月", "2026年12月", "2025年3月")), atom=True)

    # ---------------------------------------------------------------------------------------------------------- the group

    def orders(self, place: Place, *, most: int = 2) -> tuple[str, list[Said]]:
        """得分 高到低、工号 低到高."""
        said, parts = list[Said](), list[str]()
        for _ in range(self.rng.randint(1, most)):
            if self.chance(0.2):
                found = self.pick(place, lambda each, column: column.kind in ("text", "day", "month", "yesno") and not each.optional)
                said.append(found or self.present(place, self.unit()))
            else:
                said.append(self.present(place, self.unit(), 1 if self.chance(0.4) else 0))
            parts.append(f"{{}} {self.word(self.rng.choice(('高到低', '低到高', '多到少', '早到晚')))}")
        return "、".join(parts), [replace(each, text=each.part) for each in said]

    def only(self, place: Place, parts: list[str], extra: list[Said]) -> bool:
        if not self.chance(0.35):
            return False
        parts.append(f"{self.word('仅')} {{}}")
        extra.append(self.condition(place, 0))
        return True

    def rank(self, place: Place, unit: str, depth: int) -> Said | None:
        place = Place(place.mine)
        if unit in ("分", "元"):
            return None
        order, said = self.orders(place)
        parts, extra = [self.same(place.mine)], list[Said]()
        ties = self.rng.choice(("同名次", "末位名次", "密集", "再比"))
        if ties == "再比":
            more, besides = self.orders(place)
            parts.append(f"{self.word('并列')} {self.word(ties)} {more}")
            extra += besides
        else:
            parts.append(f"{self.word('并列')} {self.word(ties)}")
        lost = self.only(place, parts, extra)
        return made(f"{self.word('排名')}({order}；{'；'.join(parts)})", *said, *extra, optional=lost, ratio=False)

    def quota(self, place: Place) -> Said:
        """名额: always a rule of its own."""
        rng = self.rng
        order, said = self.orders(place)
        grades = rng.choice((("A", "B", "C", "D"), ("A", "B"), ("优秀", "良好", "合格"), ("A", "B", "C")))
        listed = "、".join(f"“{grade}” {self.word('占')} {share}" for grade, share in zip(grades, self.shares(len(grades)), strict=True))
        parts, extra = [self.same(place.mine)], list[Said]()
        plus = "批准名额" in self.tables and "部门" in place.mine.links and self.chance(0.7)
        if plus:
            grades = ("A", "B", "C", "D")[: rng.choice((2, 4))]
            listed = "、".join(f"“{grade}” {self.word('占')} {share}" for grade, share in zip(grades, self.shares(len(grades)), strict=True))
            parts = [f"{self.word('同')} 部门"]
        parts.append(listed)
        parts.append(f"{self.word('零头')} {self.word(rng.choice(REMAINDERS))}")
        ties = rng.choice(("全给", "都不给", "再比"))
        if ties == "再比":
            more, besides = self.orders(place)
            parts.append(f"{self.word('并列')} {self.word(ties)} {more}")
            extra += besides
        else:
            parts.append(f"{self.word('并列')} {self.word(ties)}")
        lost = self.only(place, parts, extra)
        if plus:
            parts.append(f"{self.word('另加')} 批准名额.增减")
        return replace(made(f"{self.word('名额')}({order}；{'；'.join(parts)})", *said, *extra, optional=lost), choices=grades)

    def prizes(self, place: Place, unit: str, depth: int) -> Said | None:
        """名次奖."""
        place, rng = Place(place.mine), self.rng
        order, said = self.orders(place)
        worth = sorted(rng.choices((0, 1, 2, 3, 7, 10, 100, 1000), k=rng.randint(1, 4)), reverse=True)
        slots = [Said(f"{each}{unit}", atom=True) for each in worth]
        if self.chance(0.3):
            slots[0] = self.present(place, unit)
        ties = rng.choice(("平分", "平分", "全给", "都不给"))
        parts, extra = [self.same(place.mine), f"{self.word('各名')} {'、'.join('{}' for _ in slots)}", f"{self.word('并列')} {self.word(ties)}"], list[Said]()
        if ties == "平分":
            parts.append(f"{self.word('零头')} {self.word(rng.choice(REMAINDERS))}")
        lost = self.only(place, parts, extra)
        return made(f"{self.word('名次奖')}({order}；{'；'.join(parts)})", *said, *slots, *extra, optional=lost, ratio=False)

    def split(self, place: Place, unit: str, depth: int) -> Said | None:
        place = Place(place.mine)
        if unit not in ("元", "分", "人", "个"):
            return None
        same, pool = self.pool(place.mine, unit)
        if pool is None:
            return None
        weight = made(f"{self.word('保底')}({{}}, 0)", self.present(place, weighed := self.unit(), 1 if self.chance(0.3) else 0))
        if self.chance(0.5):
            found = self.pick(place, lambda said, column: column.kind == "number" and not said.optional and column.lo >= 0 and column.base == weighed)
            weight = found or weight
        parts, extra = [f"{self.word('按')} {{}}", same], [weight]
        lost = self.only(place, parts, extra)
        parts.append(f"{self.word('零头')} {self.word(self.rng.choice(REMAINDERS))}")
        parts.append(f"{self.word('全零')} {self.word(self.rng.choice(('停算', '平分', '平分', '不发', '不发')))}")
        if self.chance(0.5):
            parts += [f"{self.word('上限')} {{}}", f"{self.word('多出')} {self.word(self.rng.choice(('归公', '分给其他')))}"]
            limit = self.pick(place, lambda said, column: column.kind == "number" and not said.optional and column.lo >= 0 and column.base == unit)
            extra.append(limit if limit is not None and self.chance(0.6) else self.positive(unit))
        if self.chance(0.4):
            more, besides = self.orders(place)
            parts.append(f"{self.word('并列')} {self.word('再比')} {more}")
            extra += besides
        return made(f"{self.word('分配')}({{}}；{'；'.join(parts)})", pool, *extra, optional=lost, ratio=False)

    def pool(self, mine: Table, unit: str) -> tuple[str, Said | None]:
        """A group and an amount that is equal in it: of the parent, of everybody, the group's own sum."""
        rng = self.rng

        def fits(column: Column) -> bool:
            fine = column.decimals <= (2 if unit in ("元", "分") else 0) and column.unit in (unit, "万元") and not (column.id and column.decimals < 0)
            return column.kind == "number" and column.base == unit and fine and column.lo >= 0

        links = [link for link in mine.links if link not in mine.lost]
        if links and self.chance(0.7):
            link = rng.choice(links)
            found = [said for said in self.reach(self.tables[mine.links[link]], f"{link}.", 1) if not said.optional and said.column and fits(said.column)]
            more = f"、{mine.period}" if mine.period and self.chance(0.5) else ""
            if found:
                return f"{self.word('同')} {link}{more}", rng.choice(found)
        same = self.same(mine)
        if self.chance(0.5):
            return same, Said(rng.choice((f"1000{unit}", f"7{unit}", f"0{unit}", "1万元" if unit == "元" else f"100{unit}")), atom=True)
        own = [said for said in self.reach(mine, "", 0) if not said.optional and said.column and fits(said.column)]
        if not own:
            return same, None
        return same, made(f"{self.word('合计')}({{}}；{same})", rng.choice(own))

    # --------------------------------------------------------------------------------------------------------- the rules

    def write(self) -> Draft:
        self.lay_tables()
        self.lay_words()
        people = [name for name in ("员工", "员工", "部门", "员工每月", "员工每月", "部门每月", "员工历年") if name in self.tables]
        others = [name for name, table in self.tables.items() if not table.single and not table.fixed and name not in self.lookups]
        self.indicators("员工")
        for nr in range(self.rules):
            table = self.tables[self.rng.choice(people + others)]
            if nr % 14 == 4:
                self.loop()
            self.rule(table)
        for _ in range(self.rng.randint(0, 2)):
            self.must(self.tables[self.rng.choice(people)])
        tables = [table.text(self.source) for table in self.tables.values()]
        return Draft(self.header(), tuple(self.blocks), (*self.texts, *tables), self.heads, self.balanced)

    def header(self) -> str:
        entries = ["编号：random", "版本：1", "周期：年", f"舍入：{self.rng.choice(list(ROUNDINGS))}", "对象：员工"]
        entries += ["基准日：2026-12-31"] if self.as_of else []
        entries += [f"计量单位：{'、'.join(self.units)}"] if self.units else []
        return f"# 随机办法\n\n{'；'.join(entries)}"

    def lay_words(self) -> None:
        """Parameters and definitions."""
        for nr in range(self.rng.randint(0, 4)):
            unit = self.rng.choice(("元", "分", "", "%", "人"))
            column = Column(f"参数{nr}", "number", unit, id=f"参数{nr}")
            values = [self.rng.choice(("1", "2.5", "60", "100", "12")) for _ in range(3)]
            written = values[0]
            if self.chance(0.4):
                self.dated.add(column.name)
                written = f"2020-01-01 起 {values[0]}；2026-01-01 起 {values[1]}"
            if column.name in self.dated and not self.as_of:
                written = f"2000-01-01 起 {values[0]}；2026-07-01 起 {values[1]}"
            brackets = f"（{unit}）" if unit else ""
            self.parameters.append(column)
            self.blocks.append(Block(f"- 参数 {column.name}{brackets}= {written}", frozenset([column.id]), frozenset()))
        bodies = ("较大(甲, 乙) - 较小(甲, 乙)", "保底(甲 - 乙, 0)", "如果(甲 > 乙, 甲, 乙)", "四舍五入(甲 / 3, 2) + 乙", "缺则(甲, 乙)", "(甲 + 乙) / 2")
        for nr in range(self.rng.randint(0, 3)):
            body = self.rng.choice(bodies)
            uses = frozenset[str]()
            if self.definitions and self.chance(0.4):
                body, uses = f"{self.definitions[-1]}(甲, 乙) + 甲", frozenset([self.definitions[-1]])
            name = f"折算{nr}"
            self.blocks.append(Block(f"- 定义 {name}(甲, 乙) = {body}", frozenset([name]), uses))
            self.definitions.append(name)

    def rule(self, table: Table) -> None:
        """One rule of any kind."""
        place, rng = Place(table), self.rng
        kind = rng.choice(("number",) * 9 + ("group", "group", "group", "quota", "yesno", "yesno", "text", "date", "rated", "decided"))
        depth = rng.choice((1, 1, 2, 2, 3))
        match kind:
            case "quota":
                self.put(table, "", self.quota(place), kind="text")
            case "yesno":
                self.put(table, rng.choice(("", "是否", "否决")), self.condition(place, depth), kind="yesno")
            case "text":
                self.put(table, "", self.text(place, depth), kind="text")
            case "date":
                part: Kind = "day" if self.chance(0.6) else "month"
                self.put(table, "", self.day(place, depth) if part == "day" else self.month(place, depth), kind=part)
            case "rated":
                self.rating(table)
            case "decided" if table.name == "员工" and "决定" in self.tables:
                self.decided(table)
            case "group":
                draw = rng.choice((self.rank, self.split, self.split, self.split, self.prizes))
                said = draw(place, unit := rng.choice(("元", "分", "人")) if draw != self.rank else "", depth)
                if said is not None and said.text.startswith((self.word("排名"), "rank", "排名")):
                    self.put(table, rng.choice(("", "名")), said, unit="名")
                elif said is not None:
                    self.put(table, unit if self.chance(0.8) else f"{unit}，保留 {2 if unit == '元' else 0} 位", said, unit=unit, finite=True)
            case _:
                self.number_rule(table, depth)

    def number_rule(self, table: Table, depth: int) -> None:
        rng, unit = self.rng, self.unit()
        said = self.number(Place(table), unit, depth)
        if self.chance(0.12):
            said = made(f"{self.word('限于')}({{}}, {{}}, {{}})", said, Said(f"0{unit}", atom=True), Said(f"100{unit}", atom=True))
        written, shift = unit, 0
        if unit == "元" and self.chance(0.15):
            written, shift = "万元", 4
        elif unit == "" and self.chance(0.4):
            written = "%"
        digits = rng.choice((0, 1, 2, 2, 2, 3)) + shift
        word = f" {rng.choice(list(ROUNDINGS))}" if self.chance(0.35) else ""
        keep = rng.choice((f"保留 {digits} 位{word}",) * 3 + (f"显示 {digits} 位{word}",)) if said.ratio or written != unit or self.chance(0.5) else ""
        if not written and not keep and self.chance(0.5):
            keep = "保留 4 位"
        brackets = "，".join(part for part in (written if self.chance(0.9) else "", keep) if part)
        self.put(table, brackets, said, unit=written if written in brackets else unit, digits=digits if "保留" in keep else -1)

    def put(
        self, table: Table, brackets: str, said: Said, *, kind: Kind = "number", unit: str = "", digits: int = -1, finite: bool = False
    ) -> str:
        """The rule line; later rules may read it."""
        name = self.name()
        id_ = f"{table.name}.{name}"
        inside = f"（{brackets}）" if brackets else ""
        each = f"each {table.name}" if self.english and self.chance(0.3) else f"每{self.rng.choice(('名', '个', '', '条'))}{table.name}"
        formula = self.spell(said.text)
        self.blocks.append(Block(f"- {each}：{name}{inside}= {formula}{self.rng.choice(('', '', '。'))}", frozenset([id_]), said.uses))
        known = self.lo_of(said) if kind == "number" else Fraction(-1)
        decimals = digits if digits >= 0 else 2 if finite else 9
        shown = kind == "number" and digits < 0 and said.ratio
        table.columns[name] = Column(name, kind, unit, known, Fraction(10**6), decimals, said.optional, said.choices, said.ordered, shown, id_)
        return name

    @staticmethod
    def lo_of(said: Said) -> Fraction:
        """A lower bound that one sees at once."""
        return Fraction(0) if said.text.startswith(NEVER_BELOW_0) else Fraction(-1)

    def spell(self, text: str) -> str:
        """The same formula with other signs: full width, broken lines."""
        if self.chance(0.5):
            text = "".join(WIDE.get(sign, sign) for sign in text) if '"' not in text else text
        if self.chance(0.3):
            text = text.replace("；", "；\n    ")
        return text

    def rating(self, table: Table) -> None:
        raters = self.rng.sample(("本人", "上级", "部长", "同事"), self.rng.randint(1, 3))
        listed = "、".join(f"{rater} {self.word('占')} {share}" for rater, share in zip(raters, self.shares(len(raters)), strict=True))
        policy = self.rng.choice(("停算", "按零", "摊给其他", "摊给其他", "仍缺"))
        full = f"；{self.word('满分')} {self.rng.choice(('30分', '10分'))}" if self.chance(0.3) else ""
        text = f"{self.word('评分')}({listed}；{self.word('缺')} {self.word(policy)}{full})"
        self.put(table, "分，保留 2 位", Said(text, policy in ("仍缺", "摊给其他"), True), unit="分", digits=2)

    def decided(self, table: Table) -> None:
        if self.chance(0.5):
            said = replace(made(f"{self.word('外定')}(决定.等次, {{}})", self.text_or(Place(table), ("A", "B", "C", "D"))), choices=("A", "B", "C", "D"))
            self.put(table, "", said, kind="text")
        else:
            self.put(table, "元，保留 2 位", made(f"{self.word('外定')}(决定.金额, {{}})", self.number(Place(table), "元", 1)), unit="元", digits=2)

    def loop(self) -> None:
        """One or two rules that read their own past."""
        tables = [table for table in self.tables.values() if table.period]
        if not tables:
            return
        table = self.rng.choice(tables)
        place, unit = Place(table), self.rng.choice(("分", "元", "次", ""))
        low, high = self.rng.choice(((0, 12), (-20, 20), (0, 1000), (-1000, 100_000)))
        digits = self.rng.choice((0, 1, 2))
        name, id_ = self.name(), ""
        id_ = f"{table.name}.{name}"
        past = f"{self.word('上期')}({name}；{self.word('无则')} {self.rng.choice(('0', str(high)))}{unit})"
        change = self.present(place, unit, 1)
        body = made(f"{past} {self.rng.choice('+-')} {{}}", replace(change, text=change.part), atom=False)
        second = self.chance(0.4)
        flag = f"{name}停"
        uses = body.uses
        if second:
            test = self.condition(place, 0)
            uses |= test.uses
            past_flag = f"{self.word('上期')}({flag}；{self.word('无则')} {self.word('否')})"
            stop = f"{past_flag} {self.word('或')} {test.part}"
            if low >= 0:
                stop = f"{name} = {low}{unit} {self.word('或')} ({past_flag} {self.word('且')} {test.part})"
            ids = frozenset([f"{table.name}.{flag}"])
            self.blocks.append(Block(f"- 每个{table.name}：{flag}（是否）= {self.spell(stop)}", ids, uses | {id_}))
            body = made(f"{self.word('如果')}({past_flag}, {past}, {{}})", body)
        if self.chance(0.9):
            low_text = f"{low}{unit}" if low >= 0 else f"(-{-low}{unit})"
            body = made(f"{self.word('限于')}({{}}, {low_text}, {high}{unit})", body)
        ids = frozenset([id_])
        more = frozenset([f"{table.name}.{flag}"]) if second else frozenset[str]()
        ends = f"{low}～{high}"
        brackets = f"（{unit + '，' if unit else ''}保留 {digits} 位，{ends}）"
        self.blocks.append(Block(f"- 每个{table.name}：{name}{brackets}= {self.spell(body.text)}", ids, uses | more))
        table.columns[name] = Column(name, "number", unit, Fraction(low), Fraction(high), digits, id=id_)
        if second:
            table.columns[flag] = Column(flag, "yesno", id=f"{table.name}.{flag}")

    def must(self, table: Table) -> None:
        """A condition that holds whatever the data, or (seldom) one that may refuse them."""
        if self.chance(0.25):
            said = self.condition(Place(table), 1)
        else:
            found = self.pick(Place(table), lambda each, column: column.kind == "number" and not each.optional and not column.id)
            if found is None or found.column is None:
                return
            said = made("{} >= {}", found, self.bound(replace(found.column, hi=found.column.lo)), atom=False)
            if found.column.lo > 0:
                said = made("{} >= 0", found, atom=False)
            said = made(f"{{}} {self.word('或')} {{}}", said, self.condition(Place(table), 0), atom=False)
        self.blocks.append(Block(f"- 每个{table.name}：必须 {self.spell(said.text)}", frozenset(), said.uses))

    def indicators(self, subject: str) -> None:
        """指标表, by full marks or by weights, and the rule that adds it up."""
        rng, table = self.rng, self.tables[subject]
        weighted = self.chance(0.4)
        for nr in range(rng.choice((0, 1, 1))):
            name = f"考核{nr}"
            count = rng.randint(2, 4)
            marks = [share for share in self.shares(count)] if weighted else [rng.choice(("10", "20", "30", "15")) for _ in range(count)]
            heading = f"| 指标 | {'权重' if weighted else '满分'} | 计分 | 小数 | 来源 | 评分人 |"
            self.heads[name] = f"指标表 {name}（每名{subject}）：\n{heading}\n|---|---|---|---|---|---|"
            items, optional = [self.name() for _ in marks], False
            ids = frozenset(f"{subject}.{item}" for item in items)
            for item, mark in zip(items, marks, strict=True):
                id_ = f"{subject}.{item}"
                scoring, uses, keep, lost = self.scoring(Place(table), "100" if weighted else mark, weighted=weighted)
                row = f"| {item} | {mark} | {scoring} | {keep} | 台账 | 考核组 |"
                self.blocks.append(Block(row, frozenset([id_]), uses | (ids if weighted else set()), name))  # weights need each other
                full = Fraction(100) if weighted else Fraction(mark)
                table.columns[item] = Column(item, "number", "分", Fraction(0), full, 2, lost, id=id_)
                optional = optional or lost
            policy = rng.choice(("停算", "按零", "仍缺", "摊给其他") if weighted else ("停算", "按零", "仍缺"))
            missing = f"；{self.word('缺')} {self.word(policy)}" if optional or self.chance(0.2) else ""
            said = Said(f"{self.word('合计')}({name}{missing})", optional and policy in ("仍缺", "摊给其他"), True, ids)
            self.put(table, "分，保留 2 位", said, unit="分", digits=2)

    def scoring(self, place: Place, full: str, *, weighted: bool) -> tuple[str, frozenset[str], str, bool]:
        """The cell 计分, what it uses, the cell 小数, and whether it can be missing."""
        if self.chance(0.3):
            return "rated" if self.english else "评分", frozenset(), self.rng.choice(("", "保留 1 位")), False
        if self.chance(0.3):
            amount = self.number(place, unit := self.unit(), 0)
            part = self.word(self.rng.choice(("不计", "算一步", "按比例")))
            step, base = self.positive(unit), self.positive(unit)
            steps = f"{self.word('起点')} {{}}；{self.word('每少')} {{}} {self.word('扣')} 1分；{self.word('零头')} {part}；{self.word('扣完为止')}"
            said = made(f"{self.word('步进')}({{}}；{steps}{'；满分 100分' if weighted else ''})", amount, base, step)
            return said.text, said.uses, "保留 2 位", said.optional
        said = made(f"{self.word('限于')}({{}}, 0分, {full}分)", self.number(place, "分", 1))
        return said.text, said.uses, self.rng.choice(("保留 2 位", "显示 2 位", "保留 1 位")), said.optional


def zip_blanks(parts: Sequence[str], said: Sequence[Said]) -> Iterator[tuple[str, list[Said]]]:
    """Each part with what belongs into its blanks."""
    rest = list(said)
    for part in parts:
        count = part.count("{}")
        taken, rest = rest[:count], rest[count:]
        yield part, taken


NEVER_BELOW_0: Final = (
    "分配", "split", "名次奖", "rank-prizes", "rank_prizes", "限于", "clamp", "个数", "count", "超出", "excess", "绝对值", "abs",
)  # fmt: skip
ABSENT: Final = ("无数据", "未评", "不适用")
REMAINDERS: Final = ("大者先得", "依次先得", "累计取整", "差额归末位", "不分")
WIDE: Final = {"(": "（", ")": "）", ",": "，", ":": "：", ";": "；"}
ENGLISH: Final = {
    "缺": "missing", "无则": "when-none", "同": "within", "全体": "everyone", "仅": "only", "按": "by", "零头": "part", "并列": "ties", "再比": "then-by",
    "近": "last", "截至": "until", "起点": "from", "每多": "every-above", "每少": "every-below", "加": "add", "扣": "take", "扣完为止": "floor-zero",
    "满分": "full-mark", "上限": "cap", "多出": "over-cap", "全零": "all-zero", "另加": "plus", "去高": "drop-high", "去低": "drop-low", "取高": "take-high",
    "取低": "take-low", "都": "each", "其余": "else", "占": "share", "当": "when", "高到低": "descending", "低到高": "ascending", "且": "and", "或": "or",
    "非": "not", "是": "yes", "否": "no", "为": "is-one-of", "不为": "is-none-of", "无数据": "no-data", "未评": "not-rated", "不适用": "not-applicable",
    "停算": "refuse", "按零": "zero", "略去": "skip", "摊给其他": "spread", "仍缺": "propagate", "平分": "equal", "不发": "none", "不计": "full",
    "算一步": "started", "按比例": "proportional", "大者先得": "largest", "依次先得": "first", "累计取整": "cumulate", "差额归末位": "rest", "不分": "stay",
    "归公": "stays", "分给其他": "to-others", "同名次": "shared-rank", "末位名次": "last-rank", "密集": "dense", "全给": "all-get", "都不给": "none-get",
    "各名": "prizes",
}  # fmt: skip

Way = Callable[[Author, Place, str, int], Said | None]
# Drawn evenly; what stands here several times needs it, because it does not fit everywhere.
WAYS: Final[tuple[Way, ...]] = (
    Author.sums, Author.sums, Author.negated, Author.times, Author.times, Author.quotient, Author.quotient, Author.bounded, Author.bounded, Author.bounded,
    Author.rounded, Author.rounded, Author.chosen, Author.chosen, Author.steps, Author.bands, Author.substituted, Author.tested, Author.rows, Author.rows,
    Author.dates, Author.dates, Author.dates, Author.dates,
    Author.looked_up, Author.looked_up, Author.called, Author.blend, Author.rows, Author.rows, Author.rows, Author.rows, Author.rows, Author.rows,
    Author.history, Author.history, Author.history, Author.rank, Author.split, Author.prizes,
)  # fmt: skip
SIMPLE_CONDITIONS: Final[tuple[Callable[[Author, Place, int], Said | None], ...]] = (
    Author.compared, Author.compared, Author.known_and, Author.worded, Author.marked, Author.dated_condition,
)  # fmt: skip
CONDITIONS: Final = (*SIMPLE_CONDITIONS, Author.reckoned, Author.joined, Author.joined, Author.exists, Author.exists, Author.exists)


def random_scheme(rng: Random, rules: int = 40) -> Draft:
    """A document with about as many rules. Some of them will be refused: see `Draft.without`."""
    return Author(rng, rules).write()


# ---------------------------------------------------------------------------------------------------------------- the data


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


# -------------------------------------------------------------------------------------------------------- what has occurred


def covered(scheme: doc.Scheme) -> Iterator[str]:
    """The functions, labels, policies and forms that the rules of a scheme use, each as often as it occurs."""
    for rule in scheme.rules:
        attributes = rule.attributes
        if attributes.keep is not None or attributes.show is not None:
            mode = attributes.rounding or scheme.rounding or Rounding.HALF_UP
            yield f"{'保留' if attributes.keep is not None else '显示'} {mode.value}"
        if rule.indicator is not None:
            yield f"指标 {'权重' if rule.indicator.weight is not None else '满分'}{' 评分' if rule.formula is None else ''}"
        if attributes.veto:
            yield "否决"
        if attributes.lo is not None:
            yield "写明范围"
    for block, word in ((doc.Must, "必须"), (doc.Parameter, "参数"), (doc.Definition, "定义"), (doc.Reading, "口径")):
        yield from (word for _ in scheme.of(block))
    definitions = {each.name.text for each in scheme.of(doc.Definition)}
    for node in nodes_of(scheme):
        yield from _covered(node, definitions)


def _covered(node: t.Node, definitions: set[str]) -> Iterator[str]:
    match node:
        case t.Call():
            yield from _called(node, definitions)
        case t.Lookup():
            yield "查表"
            if node.when_none is not None:
                yield f"查表 无则 {'停算' if node.when_none == 'refuse' else '值'}"
        case t.Binary():
            yield f"运算 {node.op}"
        case t.OneOf():
            yield "不为" if node.negated else "为"
        case t.Unary():
            yield f"运算 {'非' if node.op == 'not' else '负'}"
        case t.Absent():
            yield f"缺的原因 {node.reason}"
        case t.Number(word=word) if word:
            yield f"单位 {word}"


def _called(node: t.Call, definitions: set[str]) -> Iterator[str]:
    function = BY_NAME.get(node.function.text) or BY_NAME.get(node.function.text.lower())
    if function is None:
        yield "用定义" if node.function.text in definitions else node.function.text
        return
    yield function.zh
    for part in node.parts:
        if isinstance(part, t.Field):
            yield f"{function.zh} {ZH_LABELS[part.label]}{_policy(part)}"
        elif isinstance(part, t.Every):
            yield f"{function.zh} {'每少' if part.below else '每多'} {'扣' if part.take else '加'}"
        elif isinstance(part, t.Tier):
            yield f"{function.zh} {part.op}"


def _policy(part: t.Field) -> str:
    if isinstance(part.value, str):
        return f" {ZH['POLICY', part.value]}"
    if part.label == "ties":
        return " 再比"
    if part.label == "same":
        return " 列" if part.value is not None else " 全体"
    return ""


ZH_LABELS: Final = {label.lower(): zh for (label, value), zh in ZH.items() if not value}
