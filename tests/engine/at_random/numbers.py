"""Numbers: sums, products, steps, tiers, lookups, dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from tests.engine.at_random.draft import Column, Kind, Place, Said, made
from tests.engine.at_random.words import ABSENT, COUNTED, TEXTS, figure


class Numbers:
    """Numbers of a wanted unit."""

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
                drawn = self.one_way(place, unit, depth - 1)
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
