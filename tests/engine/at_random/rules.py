"""Whole rules: their lines, indicators, definitions, the document."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from quanheng.engine.formula.words import ROUNDINGS
from tests.engine.at_random.draft import Block, Column, Draft, Kind, Place, Said, Table, made
from tests.engine.at_random.words import NEVER_BELOW_0, WIDE


class Rules:
    """What stands on a line of its own."""

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

    def put(self, table: Table, brackets: str, said: Said, *, kind: Kind = "number", unit: str = "", digits: int = -1, finite: bool = False) -> str:
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
