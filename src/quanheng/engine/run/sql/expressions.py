"""Expressions of one row as SQL, each node carried exactly as `plan.build` says it is.

SQL computes every branch on every row, also where the branch does not hold. The compiler narrows types inside a branch
(`如果(目标 > 0, 实际/目标, …)`); here a narrowed operand is *held* inside its narrowed range, so that a branch that does
not hold computes nonsense of bounded size instead of failing. Where it holds, that changes nothing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from quanheng.engine.plan import build
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind, Num, Type
from quanheng.engine.run.sql.ints import Comparison, Int, literal
from quanheng.engine.run.sql.layers import Sql, highest
from quanheng.engine.run.sql.rounding import rounded
from quanheng.engine.run.sql.values import Frag, Values, is_whole, numerators
from quanheng.engine.values import Missing

Columns = Callable[[m.Col | m.Prev], Frag]  # where a column stands in the SELECT being written

LONGEST: Final = 400  # a longer text gets a name: DuckDB nests at most 1,000 deep, and people read less than that
REVERSED: Final[dict[Comparison, Comparison]] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Expressions:
    """Writes expressions into one stack of layers."""

    def __init__(self, values: Values, columns: Columns) -> None:
        self.values = values
        self.ints = values.ints
        self.layers = values.layers
        self.dialect = values.dialect
        self._columns = columns
        self._writers: dict[type[m.Expr], Callable[[Any], Frag]] = {
            m.Const: self._const,
            m.Col: self._column,
            m.Prev: self._column,
            m.Arith: self._arith,
            m.Compare: self._compare,
            m.Logic: self._logic,
            m.Not: lambda e: _truth(e.type, Sql(f"(NOT {self.condition(e.part).text})", self.condition(e.part).layer)),
            m.Case: self._case,
            m.Extreme: self._extreme,
            m.Abs: self._abs,
            m.Round: self._round,
            m.Known: self._known,
            m.IfMissing: self._if_missing,
            m.Absent: lambda e: self._missing(e.type, self.write(e.part).why or Missing.NOTHING),
            m.Position: self._position,
            m.DatePart: self._date_part,
            m.DateDiff: self._date_diff,
        }

    def write(self, expr: m.Expr) -> Frag:
        frag = self._writers[type(expr)](expr)
        return self.short(frag)

    def condition(self, expr: m.Expr) -> Sql:
        """A yes or no that is never missing (NULL only where it is not used)."""
        assert expr.type.kind is Kind.YESNO
        return self.write(expr).value

    def short(self, frag: Frag) -> Frag:
        """The same value with every long text named."""
        value = frag.value
        # whether a value is missing is asked again and again: then it had better have a name
        if not value.atom and len(value.text) > (LONGEST if frag.why is None else 0):
            named = self.ints.once(value) if isinstance(value, Int) else self.layers.once(value)
            frag = replace(frag, value=named)
        if frag.divisor is not None and not frag.divisor.atom and len(frag.divisor.text) > LONGEST:
            frag = replace(frag, divisor=self.ints.once(frag.divisor))
        if isinstance(frag.why, Sql) and not frag.why.atom and len(frag.why.text) > LONGEST:
            frag = replace(frag, why=self.layers.once(frag.why))
        return frag

    # --------------------------------------------------------------------------------------------------------- settling

    def _settle(self, frag: Frag, expected: Num | None, type_: Type) -> Frag:
        """Carry the number as its type says, and hold it inside the type's range where that is narrower than what the
        parts promise, or where a part broke its promise because its branch does not hold."""
        num = type_.num
        assert num is not None
        n, divisor = self.values.scaled(frag, num.scale, num.den), frag.divisor
        if num.lo > num.hi:  # nothing can be there: a branch that never holds
            return replace(frag, type=type_, value=n, sure=False)
        lo, hi = numerators(num)
        narrowed = expected is not None and (num.lo > expected.lo or num.hi < expected.hi)
        if frag.sure and not narrowed:
            n = self.ints.tighten(n, lo, hi)
            divisor = divisor and self.ints.tighten(divisor, num.div_lo, num.div_hi)
            return replace(frag, type=type_, value=n, divisor=divisor)
        if lo <= hi:
            n = self.ints.clamp(n, lo, hi, nullable=frag.why is not None)
        return replace(frag, type=type_, value=n, divisor=divisor, sure=divisor is None)

    # --------------------------------------------------------------------------------------------------------- leaves

    def _const(self, expr: m.Const) -> Frag:
        value, type_ = expr.value, expr.type
        if isinstance(value, Missing):
            return self._missing(type_, value)
        if isinstance(value, bool):
            return _truth(type_, Sql("TRUE" if value else "FALSE", atom=True))
        if isinstance(value, str):
            return Frag(type_, Sql(self.dialect.string(value), atom=True))
        if isinstance(value, int):
            return Frag(type_, literal(value))
        assert type_.num is not None
        n = value * 10**type_.num.scale * type_.num.den
        assert n.denominator == 1
        return Frag(type_, literal(n.numerator))

    def _missing(self, type_: Type, reason: Missing | Sql) -> Frag:
        sql_type = {Kind.TEXT: self.dialect.text, Kind.YESNO: "BOOLEAN"}.get(type_.kind, self.dialect.small)
        text = f"CAST(NULL AS {sql_type})"
        null = Int(text, 0, True) if is_whole(type_) else Sql(text, 0, True)
        return Frag(type_, null, why=reason)

    def _column(self, expr: m.Col | m.Prev) -> Frag:
        frag = self._columns(expr)
        if not expr.type.optional:
            frag = replace(frag, why=None)
        if expr.type.kind is not Kind.NUMBER:
            return replace(frag, type=expr.type)
        return self._settle(frag, frag.num, expr.type)

    # -------------------------------------------------------------------------------------------------------- numbers

    def _arith(self, expr: m.Arith) -> Frag:
        chain, start = [expr], expr.left
        while isinstance(start, m.Arith):  # a sum of hundreds of items is one chain to the left
            chain.append(start)
            start = start.left
        left = self.write(start)
        for node in reversed(chain):
            right = self.write(node.right)
            expected = build.arith(node.op, node.left, node.right).type.num
            made = self._divided(left, right) if node.op == "/" else self._combined(node.op, left, right)
            left = self.short(self._settle(made, expected, node.type))
        return left

    def _combined(self, op: str, a: Frag, b: Frag) -> Frag:
        why, sure = self.values.strongest((a, b)), a.sure and b.sure
        if op == "*":
            num = replace(a.num, scale=a.num.scale + b.num.scale, den=a.num.den * b.num.den)
            n, divisor = self.ints.mul(a.n, b.n), self._product(a.divisor, b.divisor)
        else:
            (left, right), scale, den = self.values.common((a, b))
            num = replace(a.num, scale=scale, den=den)
            a, b = self._with_short_divisors(a, b)
            left, right = self._crossed(left, b.divisor), self._crossed(right, a.divisor)
            n = self.ints.add(left, right) if op == "+" else self.ints.sub(left, right)
            divisor = self._product(a.divisor, b.divisor)
        return Frag(replace(a.type, num=num), n, divisor, why, sure)

    def _divided(self, a: Frag, b: Frag) -> Frag:
        why, sure = self.values.strongest((a, b)), a.sure and b.sure
        if b.num.lo == b.num.hi:  # by a figure: times its reciprocal
            other = build.const(1 / b.num.lo)
            assert other.type.num is not None
            factor = other.type.num.lo * 10**other.type.num.scale * other.type.num.den
            num = replace(a.num, scale=a.num.scale + other.type.num.scale, den=a.num.den * other.type.num.den)
            n = self._where_there(b, self.ints.times(a.n, factor.numerator))
            return Frag(replace(a.type, num=num), n, a.divisor, why, sure)
        shared = min(a.num.scale, b.num.scale)
        bottom = b.n if b.num.lo > 0 else self.ints.neg(b.n)
        factor = Fraction(10 ** (b.num.scale - shared) * b.num.den * (1 if b.num.lo > 0 else -1))
        a = self._with_short_divisors(a)[0]
        n = self._crossed(self.ints.times(a.n, factor.numerator), b.divisor)
        n = self._where_there(b, n)
        divisor = self._product(a.divisor, self.ints.tighten(bottom, 1, bottom.hi))
        return Frag(replace(a.type, num=replace(a.num, scale=a.num.scale - shared)), n, divisor, why, sure)

    def _where_there(self, b: Frag, n: Int) -> Int:
        """`n` where `b`, of which it is not made, is there: a value is missing where either side is, and `n` tells."""
        if b.why is None:
            return n
        null = self.values.is_null(b)
        return self.ints.only_when(Sql(f"NOT {null.text}", null.layer), n)

    def _with_short_divisors(self, *frags: Frag) -> list[Frag]:
        return [replace(frag, divisor=frag.divisor and self.ints.once(frag.divisor)) for frag in frags]

    def _crossed(self, n: Int, divisor: Int | None) -> Int:
        return n if divisor is None else self.ints.mul(n, divisor)

    def _product(self, a: Int | None, b: Int | None) -> Int | None:
        if a is None or b is None:
            return a or b
        return self.ints.mul(a, b)

    def _abs(self, expr: m.Abs) -> Frag:
        part = self.write(expr.part)
        made = replace(part, value=self.ints.abs(part.n))
        return self._settle(made, build.absolute(expr.part).type.num, expr.type)

    def _round(self, expr: m.Round) -> Frag:
        part, digits = self.write(expr.part), expr.digits
        ratio = Fraction(10**digits if digits >= 0 else Fraction(1, 10**-digits)) / (10**part.num.scale * part.num.den)
        n = self.ints.times(part.n, ratio.numerator)
        d = self._crossed(literal(ratio.denominator), part.divisor)
        # on rows where it is used the result is within the range of the part, give or take the rounding
        most = math.ceil(max(abs(part.num.lo), abs(part.num.hi)) * Fraction(10) ** digits) + 1
        whole = rounded(self.ints, n, d, expr.mode, most if part.sure else None)
        if digits < 0:
            whole = self.ints.times(whole, 10**-digits)
        num = Num(part.num.lo, part.num.hi, max(digits, 0))
        made = Frag(replace(part.type, num=num), whole, None, part.why, part.sure)
        return self._settle(made, build.rounded(expr.part, digits, expr.mode).type.num, expr.type)

    def _extreme(self, expr: m.Extreme) -> Frag:
        parts = [self.write(part) for part in expr.parts]
        if expr.type.kind is Kind.NUMBER:
            ns, scale, den = self.values.common(parts)
        else:
            ns, scale, den = [part.n for part in parts], 0, 1
        why, sure = self.values.strongest(parts), all(part.sure for part in parts)
        optional = [null.text for part in parts if part.why is not None for null in [self.values.is_null(part)]]
        divisors = [part.divisor for part in parts]
        if any(divisor is not None for divisor in divisors):
            n, divisor = self._extreme_ratio(expr.op, ns, divisors)
        else:
            n, divisor = (self.ints.least(ns) if expr.op == "min" else self.ints.greatest(ns)), None
        if optional:  # LEAST and GREATEST pass over NULL; a missing part makes the whole missing
            layer = highest(n, *(part.value for part in parts))
            n = self.ints.only_when(Sql(f"NOT ({' OR '.join(optional)})", layer), n)
        if expr.type.kind is not Kind.NUMBER:
            return Frag(expr.type, n, None, why, sure)
        made = Frag(replace(expr.type, num=replace(parts[0].num, scale=scale, den=den)), n, divisor, why, sure)
        return self._settle(made, build.extreme(expr.op, expr.parts).type.num, expr.type)

    def _extreme_ratio(self, op: str, ns: Sequence[Int], divisors: Sequence[Int | None]) -> tuple[Int, Int]:
        """The smallest or largest of several ratios, with the divisor of the one that is chosen."""

        def better(a: tuple[Int, Int], b: tuple[Int, Int]) -> tuple[Int, Int]:
            (n, d), (other, by) = [(self.ints.once(x), self.ints.once(y)) for x, y in (a, b)]
            holds = self.ints.compare("<" if op == "min" else ">", self.ints.mul(other, d), self.ints.mul(n, by))
            wins = self.layers.once(holds)
            return self.ints.case([(wins, other)], n), self.ints.case([(wins, by)], d)

        pairs = [(n, divisor or literal(1)) for n, divisor in zip(ns, divisors, strict=True)]
        return functools.reduce(better, pairs)

    # ------------------------------------------------------------------------------------------------ conditions, cases

    def _compare(self, expr: m.Compare) -> Frag:
        a, b = self.write(expr.left), self.write(expr.right)
        why = self.values.strongest((a, b))
        if expr.left.type.kind is Kind.NUMBER:
            (left, right), _, _ = self.values.common((a, b))
            holds = self.ints.compare(expr.op, self._crossed(left, b.divisor), self._crossed(right, a.divisor))
        else:
            holds = Sql(f"({a.value.text} {expr.op} {b.value.text})", highest(a.value, b.value))
        return Frag(expr.type, holds, None, why)

    def _logic(self, expr: m.Logic) -> Frag:
        parts = [self.condition(part) for part in expr.parts]
        text = f" {expr.op.upper()} ".join(part.text for part in parts)
        return _truth(expr.type, Sql(f"({text})", highest(*parts)))

    def _case(self, expr: m.Case) -> Frag:
        branches, other = list(expr.branches), expr.other
        while isinstance(other, m.Case):  # 否则如果 … 否则如果 …: one long CASE instead of a deep one
            branches += other.branches
            other = other.other
        tests = [(self.condition(test), self.write(value)) for test, value in branches]
        made = self.choose(tests, self.write(other), expr.type)
        if expr.type.kind is not Kind.NUMBER:
            return made
        return self._settle(made, build.union([*(value.type for _, value in branches), other.type]).num, expr.type)

    def choose(self, tests: Sequence[tuple[Sql, Frag]], other: Frag, type_: Type) -> Frag:
        """The value of the first test that holds, with its divisor and its reason."""
        frags = [*(frag for _, frag in tests), other]
        parts = 1 + any(frag.divisor is not None for frag in frags) + any(frag.why is not None for frag in frags)
        if parts > 1:
            tests = [(self.layers.once(test), frag) for test, frag in tests]
        why = self._chosen_reason(tests, other)
        sure = all(frag.sure for frag in frags)
        if not is_whole(type_):
            when = " ".join(f"WHEN {test.text} THEN {frag.value.text}" for test, frag in tests)
            layer = highest(*(test for test, _ in tests), *(frag.value for frag in frags))
            return Frag(type_, Sql(f"(CASE {when} ELSE {other.value.text} END)", layer), None, why, sure)
        scale, den = 0, 1
        ns = [frag.n for frag in frags]
        if type_.kind is Kind.NUMBER:
            ns, scale, den = self.values.common(frags)
            type_ = replace(type_, num=replace(other.num, scale=scale, den=den))
        conditions = [test for test, _ in tests]
        n = self.ints.case(list(zip(conditions, ns[:-1], strict=True)), ns[-1])
        divisor = None
        if any(frag.divisor is not None for frag in frags):
            ds = [frag.divisor or literal(1) for frag in frags]
            divisor = self.ints.case(list(zip(conditions, ds[:-1], strict=True)), ds[-1])
        return Frag(type_, n, divisor, why, sure)

    def _chosen_reason(self, tests: Sequence[tuple[Sql, Frag]], other: Frag) -> Missing | Sql | None:
        frags = [*(frag for _, frag in tests), other]
        whys = {frag.why for frag in frags if frag.why is not None}
        if not whys:
            return None
        if len(whys) == 1 and isinstance(only := next(iter(whys)), Missing):
            return only
        reasons = [self.values.reason(frag) for frag in frags]
        texts = ["NULL" if reason is None else reason.text for reason in reasons]
        when = " ".join(f"WHEN {test.text} THEN {text}" for (test, _), text in zip(tests, texts[:-1], strict=True))
        layer = highest(*(test for test, _ in tests), *reasons)
        return Sql(f"(CASE {when} ELSE {texts[-1]} END)", layer)

    def _known(self, expr: m.Known) -> Frag:
        part = self.write(expr.part)
        if part.why is None:
            return _truth(expr.type, Sql("TRUE", atom=True))
        value = self.layers.once(part.value)
        return _truth(expr.type, Sql(f"({value.text} IS NOT NULL)", value.layer))

    def _if_missing(self, expr: m.IfMissing) -> Frag:
        part, other = self.write(expr.part), self.write(expr.other)
        if part.why is None:
            made = self.values.convert(part, expr.type)
            return replace(made, type=expr.type)
        if is_whole(part.type):
            part = replace(part, value=self.ints.once(part.n))
        null = self.values.is_null(part)
        made = self.choose([(null, other)], replace(part, why=None), expr.type)
        if expr.type.kind is not Kind.NUMBER:
            return made
        return self._settle(made, build.if_missing(expr.part, expr.other).type.num, expr.type)

    # -------------------------------------------------------------------------------------------------- texts and dates

    def _position(self, expr: m.Position) -> Frag:
        part = self.write(expr.part)
        text = self.layers.once(part.value)
        places = [(Sql(f"{text.text} = {self.dialect.string(choice)}", text.layer), literal(nr)) for nr, choice in enumerate(expr.choices)]
        when = " ".join(f"WHEN {test.text} THEN {place.text}" for test, place in places) or "WHEN TRUE THEN 0"
        whole = f"CAST(CASE {when} END AS {self.dialect.small})"
        return Frag(expr.type, Int(whole, text.layer, False, 0, max(len(places) - 1, 0)), None, part.why)

    def _date_part(self, expr: m.DatePart) -> Frag:
        part = self.write(expr.part)
        month, day = expr.part.type.kind is Kind.MONTH, self.ints.once(part.n)
        made = {
            # months are stored in 32 bits: what is reckoned with them from here on may need more
            "year": lambda: self.ints.divide(self._whole(day), literal(12)) if month else self._of_date("year", day, 1, 9999),
            "month": lambda: self._month_of_year(self._whole(day)) if month else self._of_date("month", day, 1, 12),
            "day": lambda: self._of_date("day", day, 1, 31),
            "as_month": lambda: day if month else self._as_month(day),
        }[expr.op]()
        if expr.type.num is not None:
            made = self.ints.tighten(made, *numerators(expr.type.num))
        return Frag(expr.type, made, None, part.why)

    def _of_date(self, function: str, day: Int, lo: int, hi: int) -> Int:
        text = f"CAST({function}({self._date(day)}) AS {self.dialect.small})"
        return Int(text, day.layer, False, lo, hi)

    def _date(self, day: Int) -> str:
        return self.dialect.date(f"CAST({day.text} AS {self.dialect.date_number})")

    def _month_of_year(self, month: Int) -> Int:
        return self.ints.add(self.ints.remainder(month, literal(12)), literal(1))

    def _as_month(self, day: Int) -> Int:
        months = self.ints.times(self._of_date("year", day, 1, 9999), 12)
        return self.ints.add(months, self.ints.sub(self._of_date("month", day, 1, 12), literal(1)))

    def _date_diff(self, expr: m.DateDiff) -> Frag:
        since, until = self.write(expr.since), self.write(expr.until)
        why = self.values.strongest((since, until))
        assert expr.type.num is not None
        if expr.op == "days" or expr.since.type.kind is Kind.MONTH:
            # days and months are stored in 32 bits
            made = self.ints.sub(self._whole(until.n), self._whole(since.n))
        else:
            made = self._months_passed(since.n, until.n)
        if expr.op == "years":
            made = self.ints.divide(made, literal(12))
        return Frag(expr.type, self.ints.tighten(made, *numerators(expr.type.num)), None, why)

    def _whole(self, x: Int) -> Int:
        return replace(x, text=f"CAST({x.text} AS {self.dialect.small})", atom=False, literal=False)

    def _months_passed(self, since: Int, until: Int) -> Int:
        """Whole months from the earlier to the later day, with a minus when `until` is the earlier one."""
        backwards = self.layers.once(self.ints.compare("<", until, since))
        first = self.ints.once(self.ints.case([(backwards, self._whole(until))], self._whole(since)))
        last = self.ints.once(self.ints.case([(backwards, self._whole(since))], self._whole(until)))
        day, reached = self._of_date("day", first, 1, 31), self._of_date("day", last, 1, 31)
        # the last day of a month too short for the day counts as reached
        end = f"last_day({self._date(last)}) = {self._date(last)}"
        short = Sql(f"({reached.text} < {day.text} AND NOT ({end}))", highest(first, last))
        months = self.ints.sub(self._as_month(last), self._as_month(first))
        whole = self.ints.once(self.ints.sub(months, self.ints.case([(short, literal(1))], literal(0))))
        return self.ints.case([(backwards, self.ints.neg(whole))], whole)


def _truth(type_: Type, sql: Sql) -> Frag:
    return Frag(type_, sql)
