"""Ranks, splits, prizes, quotas: functions of a whole group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.engine.at_random.draft import Column, Place, Said, Table, made
from tests.engine.at_random.words import REMAINDERS


class Groups:
    """What looks at the others."""

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
        self.ties(place, ("同名次", "末位名次", "密集", "再比"), parts, extra)
        lost = self.only(place, parts, extra)
        return made(f"{self.word('排名')}({order}；{'；'.join(parts)})", *said, *extra, optional=lost, ratio=False)

    def ties(self, place: Place, ways: Sequence[str], parts: list[str], extra: list[Said]) -> None:
        """并列, one of the ways; 再比 by a further order."""
        way = self.rng.choice(ways)
        if way == "再比":
            more, besides = self.orders(place)
            parts.append(f"{self.word('并列')} {self.word(way)} {more}")
            extra += besides
        else:
            parts.append(f"{self.word('并列')} {self.word(way)}")

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
        self.ties(place, ("全给", "都不给", "再比"), parts, extra)
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
