"""Conditions, cases, texts, days and months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from tests.engine.at_random.draft import Column, Place, Said, made, zip_blanks
from tests.engine.at_random.words import ABSENT, CHOICES, TEXTS, figure


class Conditions:
    """What is no number."""

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
        ways = self.ways_to_ask(depth)
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
