"""分配 in whole numbers: shares cut down to the unit, and what becomes of the left-over units, as window sums.

With n the pool in units, w the weight and W the weight of the whole group: the share is n*w div W and its remainder
n*w mod W. The formulas are those of kernel §8; the definitions they must agree with are in `run.money`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind, Num, Type
from quanheng.engine.run.sql.ints import Int, literal
from quanheng.engine.run.sql.layers import Sql, highest
from quanheng.engine.run.sql.rounding import rounded
from quanheng.engine.run.sql.values import Frag, ratio_keys
from quanheng.engine.run.sql.windows import BEFORE_ME, FROM_ME_ON, UP_TO_ME, Window, Windows
from quanheng.engine.values import Rounding, decimal_places


class Splits:
    """Writes one split into a segment."""

    def __init__(self, windows: Windows, op: m.Split) -> None:
        self.windows = windows
        self.segment = windows.segment
        self.ints = windows.ints
        self.layers = windows.layers
        self.op = op
        self.most = self.segment.table.max_rows
        self.order = windows.order(op.order, total=True)

    def write(self) -> Frag:
        ints, op = self.ints, self.op
        group = self.windows.group(op.partition, op.only)
        pool = ints.once(self._in_units(op.pool), "pool")
        weight, whole = self._weights(Window(group, self.order))
        if op.cap is None:
            units = self._apportion(pool, weight, whole, group)
        elif op.over_cap == "stays":
            cap = self._cap(pool)
            units = ints.least([self._apportion(pool, weight, whole, group), cap])
        else:
            units = self._fill(pool, weight, whole, group)
        return self.windows.exempt_outside(self._as_number(units), op.only)

    def _in_units(self, name: str) -> Int:
        """An amount cut down to whole units; below 0 nothing (a guard refuses the run)."""
        frag = self.segment.read(name)
        ratio = Fraction(1) / (self.op.unit * 10**frag.num.scale * frag.num.den)
        n = self.ints.times(frag.n, ratio.numerator)
        d = literal(ratio.denominator)
        if frag.divisor is not None:
            d = self.ints.mul(d, frag.divisor)
        n = self.ints.clamp(n, 0, max(n.hi, 0), nullable=False)
        return rounded(self.ints, n, d, Rounding.TRUNCATE)

    def _cap(self, pool: Int) -> Int:
        """The limit in units. Above the pool it limits nothing, so it is cut there to keep the numbers short."""
        return self.ints.once(self.ints.least([self._in_units(self.op.cap or ""), pool]), "cap")

    def _weights(self, window: Window) -> tuple[Int, Int]:
        """Everybody's weight over one common denominator, and the weight of the group."""
        ints = self.ints
        weight = self.windows.values.over_one_divisor(self.segment.read(self.op.weight))
        weight = ints.once(ints.clamp(weight, 0, max(weight.hi, 0), nullable=False), "w")
        whole = self._total(weight, window)
        if self.op.all_zero == "equal":
            none = self.layers.once(ints.compare("=", whole, literal(0)))
            rows = self.windows.bind(f"COUNT(*) {window.text(ordered=False)}", window.layer, 1, max(self.most, 1), "rows")
            weight = ints.once(ints.case([(none, literal(1))], weight), "w")
            whole = ints.once(ints.case([(none, rows)], whole), "all")
        return weight, whole

    def _total(self, x: Int, window: Window) -> Int:
        return self.windows.sum(x, window, "", 0, x.hi * self.most)

    def _nonzero(self, whole: Int) -> Int:
        """The weight of the group as a divisor: 1 where there is none (then every weight is 0 as well)."""
        if whole.lo >= 1:
            return whole
        made = self.ints.greatest([whole, literal(1)])
        return self.ints.once(made, "all")

    # ---------------------------------------------------------------------------------------------------- left-over units

    def _apportion(self, pool: Int, weight: Int, whole: Int, group: tuple[Sql, ...]) -> Int:
        ways: dict[str, Callable[[Int, Int, Int, Window], Int]] = {
            "largest": self._largest,
            "first": self._first,
            "cumulate": self._cumulate,
            "rest": self._rest,
            "stay": self._stay,
        }
        part = ways[self.op.remainder](pool, weight, self._nonzero(whole), Window(group, self.order))
        if whole.lo >= 1:
            return part
        # nobody has a claim where there is no weight at all
        none = self.ints.compare("=", whole, literal(0))
        return self.ints.case([(none, literal(0))], part)

    def _stay(self, pool: Int, weight: Int, whole: Int, window: Window) -> Int:
        # no weight is above the weight of all, so no share is above the pool
        return self.ints.divide(self.ints.mul(pool, weight), whole, pool.hi)

    def _left(self, pool: Int, share: Int, window: Window) -> Int:
        paid = self.windows.sum(share, window, "", 0, pool.hi)
        return self.ints.sub(pool, paid)

    def _largest(self, pool: Int, weight: Int, whole: Int, window: Window) -> Int:
        ints = self.ints
        product = ints.once(ints.mul(pool, weight), "pw")
        share = ints.once(ints.divide(product, whole, pool.hi), "share")
        remainder = ints.once(ints.remainder(product, whole), "rest")
        by_remainder = Window(window.partition, ((remainder, True), *window.order))
        number = self.windows.row_number(by_remainder, max(self.most, 1))
        return self._one_more(share, number, self._left(pool, share, window))

    def _first(self, pool: Int, weight: Int, whole: Int, window: Window) -> Int:
        share = self.ints.once(self._stay(pool, weight, whole, window), "share")
        number = self.windows.row_number(window, max(self.most, 1))
        return self._one_more(share, number, self._left(pool, share, window))

    def _one_more(self, share: Int, number: Int, left: Int) -> Int:
        more = self.ints.case([(self.ints.compare("<=", number, left), literal(1))], literal(0))
        return self.ints.add(share, more)

    def _cumulate(self, pool: Int, weight: Int, whole: Int, window: Window) -> Int:
        ints = self.ints
        whole = ints.once(whole)
        up_to_me = self.windows.sum(weight, window, UP_TO_ME, 0, weight.hi * self.most)
        before_me = ints.tighten(ints.sub(up_to_me, weight), 0, up_to_me.hi)
        upto, before = [ints.tighten(rounded(ints, ints.mul(pool, part), whole, Rounding.HALF_UP), 0, pool.hi) for part in (up_to_me, before_me)]
        return ints.tighten(ints.sub(upto, before), 0, pool.hi)

    def _rest(self, pool: Int, weight: Int, whole: Int, window: Window) -> Int:
        ints = self.ints
        mine = ints.once(rounded(ints, ints.mul(pool, weight), whole, Rounding.HALF_UP, pool.hi), "share")
        # each is at most half a unit above its exact share
        up_to_me = self.windows.sum(mine, window, UP_TO_ME, 0, pool.hi + self.most)
        before = ints.once(ints.least([pool, ints.tighten(ints.sub(up_to_me, mine), 0, up_to_me.hi)]), "before")
        following = self.layers.bind(f"LEAD(1) {window.text()}", window.layer, "next")
        last = Sql(f"({following.text} IS NULL)", following.layer)
        end = ints.case([(last, pool)], ints.least([pool, up_to_me]))
        return ints.tighten(ints.sub(end, before), 0, pool.hi)

    # -------------------------------------------------------------------------------------------------------- limits

    def _fill(self, pool: Int, weight: Int, whole: Int, group: tuple[Sql, ...]) -> Int:
        """Whoever reaches the limit gets it, and the rest is shared again: found in one pass, by limit per weight.

        In this order a row is full when what those before it leave would give it its limit or more. Without weight nobody
        reaches a limit, except one of 0, which is reached by definition."""
        ints = self.ints
        cap = self._cap(pool)
        window = Window(group, (*((key, False) for key in self._limit_per_weight(cap, weight)), *self.order))
        caps_before = self._before(cap, window)
        weight_from = self.windows.sum(weight, window, FROM_ME_ON, 0, weight.hi * self.most)
        left = ints.clamp(ints.sub(pool, caps_before), -1, pool.hi, nullable=False)  # how far below 0 does not matter
        reaches = ints.compare(">=", ints.mul(left, weight), ints.mul(cap, weight_from))
        zero = ints.compare("=", cap, literal(0))
        some, mine = ints.compare(">", whole, literal(0)), ints.compare(">", weight, literal(0))
        test = f"({some.text} AND ({zero.text} OR ({mine.text} AND {reaches.text})))"
        full = self.layers.bind(test, highest(zero, some, mine, reaches), "full")

        taken = self.windows.sum(ints.case([(full, cap)], literal(0)), Window(group, ()), "", 0, pool.hi)
        others = ints.once(ints.case([(full, literal(0))], weight), "w")
        apart = (*group, full)
        rest = ints.once(ints.tighten(ints.sub(pool, taken), 0, pool.hi), "pool")
        part = self._apportion(rest, others, self._total(others, Window(apart, ())), apart)
        return ints.tighten(ints.case([(full, cap)], ints.least([part, cap])), 0, pool.hi)

    def _before(self, cap: Int, window: Window) -> Int:
        operand = f"CAST({cap.text} AS {self.layers.dialect.wide})" if self.layers.dialect.name == "spark" else cap.text
        text = f"COALESCE(SUM({operand}) {window.text(BEFORE_ME)}, 0)"
        return self.windows.bind(text, highest(cap, Sql("", window.layer)), 0, cap.hi * self.most, "before")

    def _limit_per_weight(self, cap: Int, weight: Int) -> list[Int]:
        """Sort keys of cap / weight; a limit of 0 comes first, no weight last."""
        ints = self.ints
        never = self.layers.once(
            Sql(f"({weight.text} = 0 AND {cap.text} > 0)", highest(weight, cap)),
        )
        last = ints.case([(never, literal(1))], literal(0))
        divisor = ints.once(ints.greatest([weight, literal(1)]))
        return [ints.once(last), *map(ints.once, ratio_keys(ints, cap, divisor, 1, divisor.hi))]

    def _as_number(self, units: Int) -> Frag:
        """Units as the amount they are."""
        unit = self.op.unit
        places = decimal_places(unit)
        assert places is not None
        n = self.ints.times(units, (unit * 10**places).numerator)
        high = Fraction(n.hi, 10**places)
        return Frag(Type(Kind.NUMBER, num=Num(Fraction(0), high, places)), replace(n))
