"""Functions over the rows that lead here, and over earlier periods."""

from __future__ import annotations

from dataclasses import replace

from quanheng.engine.formula.functions import BY_NAME
from tests.engine.at_random.draft import Place, Said, Table, made
from tests.engine.at_random.words import ABSENT


class Rows:
    """What counts rows."""

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
