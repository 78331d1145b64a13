"""The hand that draws: small choices, the tables, and what can be read where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

from quanheng.engine.formula.functions import BY_NAME
from tests.engine.at_random.draft import Block, Column, Place, Said, Table, made
from tests.engine.at_random.words import CHOICES, COUNTED, ENGLISH, MEASURES, SOURCES, WORDS


class Hand:
    """Draws one document; the other rooms add what it can write."""

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
