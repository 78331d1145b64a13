"""Values of other rows: aggregates over children and lookups, each group of them as one subquery joined by key.

Two child tables are never joined before grouping. Aggregates over the same rows share one GROUP BY; a condition they all
share becomes its WHERE. Where a condition or value looks at my own row as well, my rows (the different ones) are joined in
first, and the rest of the condition is left to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from quanheng.engine.plan import build
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import INT64, Kind, Num
from quanheng.engine.run.sql.expressions import Expressions
from quanheng.engine.run.sql.ints import Int, literal
from quanheng.engine.run.sql.layers import Layers, Sql, highest
from quanheng.engine.run.sql.levels import conjuncts, mine_in
from quanheng.engine.run.sql.stored import Segment
from quanheng.engine.run.sql.values import Frag, Values, numerators, ratio_keys, stored_range
from quanheng.engine.values import Missing


@dataclass(frozen=True, slots=True)
class Join:
    """A subquery and how my row finds its row in it. No condition: the subquery has exactly one row."""

    select: str
    on: tuple[str, ...]
    columns: dict[str, Callable[[Segment], Frag]]


def joint_keys(mine: Values, my: Frag, theirs: Values, their: Frag) -> list[tuple[Sql, Sql]]:
    """Pairs of SQL, one side each, that are equal exactly where the two values are."""
    if my.type.kind is not Kind.NUMBER:
        return [(my.value, their.value)]
    (_, _), scale, den = mine.common((my, replace(their, value=literal(0), divisor=None)))
    a, b = mine.scaled(my, scale, den), theirs.scaled(their, scale, den)
    if my.divisor is None and their.divisor is None:
        return [(a, b)]
    lo, hi = min(my.num.div_lo, their.num.div_lo), max(my.num.div_hi, their.num.div_hi)
    size = max(a.size, b.size)
    keys = [ratio_keys(values.ints, n, frag.divisor or literal(1), lo, hi, size) for values, n, frag in ((mine, a, my), (theirs, b, their))]
    return list(zip(*keys, strict=True))


class Lookups:
    """Columns of the row that a key leads to."""

    def __init__(self, segment: Segment, source: m.Table, relation: str) -> None:
        self.segment = segment
        self.below = Segment.over(source, segment.stored, segment.layers.names, relation)

    def write(self, columns: Sequence[m.Column]) -> Join:
        first = columns[0].op
        assert isinstance(first, m.Get)
        items, on, found = [], [], None
        for theirs, own in first.on:
            pairs = joint_keys(self.segment.values, self.segment.read(own), self.below.values, self.below.read(theirs))
            for mine, their in pairs:
                name = self._name("key")
                items.append((their, name))
                on.append(f"{mine.text} = {name}")
                found = found or name
        assert found is not None
        makers: dict[str, Callable[[Segment], Frag]] = {}
        for column in columns:
            assert isinstance(column.op, m.Get)
            value = self.below.read(column.op.column)
            named = {part: self._name(column.op.column) for part in value.parts}
            items += [(part, name) for part, name in named.items()]
            makers[column.name] = self._maker(column, value, named, found)
        texts = [f"{sql.text} AS {name}" for sql, name in items]
        return Join(self.below.layers.select(texts), tuple(on), makers)

    def _name(self, hint: str) -> str:
        return self.segment.layers.dialect.ident(self.segment.layers.names.fresh(hint))

    def _maker(self, column: m.Column, value: Frag, named: dict[Sql, str], found: str) -> Callable[[Segment], Frag]:
        def make(segment: Segment) -> Frag:
            def at(sql: Any) -> Any:
                return replace(sql, text=named[sql], layer=0, atom=True)

            assert isinstance(column.op, m.Get)
            why: Missing | Sql | None = at(value.why) if isinstance(value.why, Sql) else value.why
            frag = Frag(value.type, at(value.value), value.divisor and at(value.divisor), why, value.sure)
            if not column.type.optional:  # a link: it leads somewhere
                return frag
            own = [segment.read(name) for _, name in column.op.on]
            mine = segment.values.strongest(own)
            if mine in (None, Missing.NOTHING) and why in (None, Missing.NOTHING):
                return replace(frag, why=Missing.NOTHING)
            reason = segment.values.reason(frag)
            text = f"CASE WHEN {found} IS NULL THEN {int(Missing.NOTHING)} ELSE {reason.text if reason else 'NULL'} END"
            parts = [part for each in own if (part := segment.values.reason(each)) is not None]
            if parts:  # a part of the key that is missing says why
                least = f"LEAST({', '.join(part.text for part in parts)})" if len(parts) > 1 else parts[0].text
                text = f"COALESCE({least}, {text})"
            return replace(frag, why=Sql(f"({text})", highest(*parts)))

        return make


class Aggregates:
    """Aggregates over the same rows of one source."""

    def __init__(self, segment: Segment, source: m.Table, relation: str, me: str, columns: Sequence[m.Column]) -> None:
        self.segment = segment
        self.dialect = segment.layers.dialect
        self.names = segment.layers.names
        self.columns = columns
        self.writing = columns[0]  # which one to blame when a number gets too wide
        op = columns[0].op
        assert isinstance(op, m.Agg)
        self.op = op
        self.source = source
        self.my_names: dict[str, Frag] = {}
        looks_at_me = mine_in(op)
        if looks_at_me:
            relation = self._with_my_rows(relation, me, looks_at_me)
        self.below = Segment.over(source, segment.stored, self.names, relation)
        self.values, self.ints, self.layers = self.below.values, self.below.ints, self.below.layers
        self.expressions = Expressions(self.values, self._column)
        self.items: dict[str, str] = {}  # text of an aggregate → its name
        self.where = self._shared_condition()

    def _column(self, node: m.Col | m.Prev) -> Frag:
        assert isinstance(node, m.Col), "the period before is read in scans only"
        return self.below.read(node.name) if node.theirs else self.my_names[node.name]

    # ----------------------------------------------------------------------------------------------- my rows joined in

    def _with_my_rows(self, relation: str, me: str, looks_at_me: frozenset[str]) -> str:
        """FROM my rows, joined with the rows that `on` allows."""
        read = sorted(looks_at_me | {own for _, own in self.op.on})
        items = []
        for name in read:
            frag = self.segment.read(name)
            parts = {part: self.dialect.ident(self.names.fresh(name)) for part in frag.parts}
            items += [f"{part.text} AS {alias}" for part, alias in parts.items()]
            self.my_names[name] = _renamed(frag, parts)
        distinct = not set(self.segment.table.key) <= set(read)
        mine = Layers(self.dialect, self.names, me).select(items, distinct=distinct)
        pairs: list[str] = []
        plain = Segment.over(self.source, self.segment.stored, self.names, "")
        for theirs, own in self.op.on:
            keys = joint_keys(plain.values, self.my_names[own], plain.values, plain.read(theirs))
            pairs += [f"{my.text} = {their.text}" for my, their in keys]
        assert plain.layers.empty, "a key of several digits cannot stand in a join condition"
        how = "INNER JOIN" if pairs else "CROSS JOIN"
        condition = f" ON {' AND '.join(pairs)}" if pairs else ""
        return f"(\n{mine}) AS {self.dialect.ident(self.names.fresh('m'))} {how} {relation}{condition}"

    # --------------------------------------------------------------------------------------------------- the subquery

    def _shared_condition(self) -> frozenset[m.Expr]:
        """Conditions that every aggregate of the group has: they become the WHERE."""
        wheres = [frozenset(conjuncts(column.op.where)) for column in self.columns if isinstance(column.op, m.Agg)]
        return frozenset.intersection(*wheres)

    def write(self) -> Join:
        makers: dict[str, Callable[[Segment], Frag]] = {}
        for column in self.columns:
            self.writing = column
            makers[column.name] = self._maker(column)
        keys, on = self._keys()
        where = [self.expressions.condition(each) for each in self._in_order(self.where)]
        tail = "WHERE " + " AND ".join(each.text for each in where) if where else ""
        if keys:
            tail += ("\n" if tail else "") + "GROUP BY " + ", ".join(dict.fromkeys(sql.text for sql, _ in keys))
        items = [f"{sql.text} AS {name}" for sql, name in keys]
        items += [f"{text} AS {name}" for text, name in self.items.items()]
        return Join(self.layers.select(items, tail), tuple(on), makers)

    def _in_order(self, conditions: frozenset[m.Expr]) -> list[m.Expr]:
        assert isinstance(self.columns[0].op, m.Agg)
        return [each for each in dict.fromkeys(conjuncts(self.columns[0].op.where)) if each in conditions]

    def _keys(self) -> tuple[list[tuple[Sql, str]], list[str]]:
        """What is grouped by, and how my row finds its group."""
        keys: list[tuple[Sql, str]] = []
        on: list[str] = []
        if self.my_names:
            for name, frag in self.my_names.items():
                for mine, here in zip(self.segment.read(name).parts, frag.parts, strict=True):
                    alias = self._name(name)
                    keys.append((here, alias))
                    same = "IS NOT DISTINCT FROM" if frag.why is not None else "="
                    on.append(f"{mine.text} {same} {alias}")
            return keys, on
        for theirs, own in self.op.on:
            pairs = joint_keys(self.segment.values, self.segment.read(own), self.values, self.below.read(theirs))
            for mine, their in pairs:
                alias = self._name(theirs)
                keys.append((self.layers.once(their), alias))
                on.append(f"{mine.text} = {alias}")
        return keys, on

    def _name(self, hint: str) -> str:
        return self.dialect.ident(self.names.fresh(hint))

    def _aggregate(self, text: str) -> Sql:
        """One aggregate of the subquery, as my row sees it."""
        if text not in self.items:
            self.items[text] = self._name("agg")
        return Sql(self.items[text], 0, True)

    # ------------------------------------------------------------------------------------------------- one aggregate

    def _maker(self, column: m.Column) -> Callable[[Segment], Frag]:
        """Writes the aggregate into the subquery; gives what makes the column of its parts after the join."""
        op = column.op
        assert isinstance(op, m.Agg)
        rest = [each for each in conjuncts(op.where) if each not in self.where]
        holds = [self.expressions.condition(each) for each in rest]
        where = Sql(f"({' AND '.join(each.text for each in holds)})", highest(*holds)) if holds else None
        if where is not None:
            where = self.layers.once(where, "when")
        if op.kind == "count":
            n = self._aggregate(f"COUNT({'*' if where is None else f'CASE WHEN {where.text} THEN 1 END'})")
            hi = stored_range(column.type)[1]
            return lambda segment: Frag(column.type, Int(f"COALESCE({n.text}, 0)", 0, False, 0, hi))
        assert op.value is not None
        value = self.expressions.write(op.value)
        if op.kind in ("any", "all"):
            return self._truth(column, op.kind, value.value, where)
        reason = self._reason(value, where, op.missing)
        if op.missing == "zero" and value.why is not None:
            value = self._zero_where_missing(value)
        if op.kind in ("sum", "mean"):
            return self._total(column, value, where, reason)
        return self._pick(column, op.kind, value, where, reason)

    def _reason(self, value: Frag, where: Sql | None, policy: m.Policy) -> Sql | None:
        """The strongest reason among the rows, where one missing value makes the whole missing."""
        if value.why is None or policy != "propagate":
            return None
        reason = self.values.reason(value)
        assert reason is not None
        text = reason.text if where is None else f"CASE WHEN {where.text} THEN {reason.text} END"
        return self._aggregate(f"MIN({text})")

    def _zero_where_missing(self, value: Frag) -> Frag:
        n = replace(value.n, text=f"COALESCE({value.n.text}, 0)", atom=False, lo=min(value.n.lo, 0),
                    hi=max(value.n.hi, 0))  # fmt: skip
        divisor = value.divisor
        if divisor is not None:
            divisor = replace(divisor, text=f"COALESCE({divisor.text}, {value.num.div_lo})", atom=False)
        num = replace(value.num, lo=min(value.num.lo, Fraction(0)), hi=max(value.num.hi, Fraction(0)))
        return Frag(replace(value.type, optional=False, num=num), n, divisor, None, value.sure)

    def _when(self, where: Sql | None, value: Sql) -> str:
        if where is None:
            return f"CAST({value.text} AS {self.dialect.small})" if isinstance(value, Int) and value.literal else value.text
        return f"CASE WHEN {where.text} THEN {value.text} END"

    def _truth(self, column: m.Column, kind: str, value: Sql, where: Sql | None) -> Callable[[Segment], Frag]:
        if kind == "any":
            text = f"BOOL_OR({value.text})" if where is None else f"BOOL_OR({where.text} AND {value.text})"
            found, none = self._aggregate(text), "FALSE"
        else:
            text = f"BOOL_AND({value.text})" if where is None else f"BOOL_AND(NOT {where.text} OR {value.text})"
            found, none = self._aggregate(text), "TRUE"
        return lambda segment: Frag(column.type, Sql(f"COALESCE({found.text}, {none})", 0))

    def _total(self, column: m.Column, value: Frag, where: Sql | None, reason: Sql | None) -> Callable[[Segment], Frag]:
        op = column.op
        assert isinstance(op, m.Agg) and column.type.num is not None
        n = self.values.over_one_divisor(value)
        num = _at(column.type.num, build.common_divisor(value.num))
        most = 1 if op.kind == "sum" else column.type.num.div_hi  # of a mean the type tells the quotient; the sum is so many times it
        lo, hi = numerators(replace(num, div_hi=most))
        wide = max(abs(lo), abs(hi), n.size) > INT64
        if wide and self.dialect.name == "spark":
            n = replace(n, text=f"CAST({n.text} AS {self.dialect.wide})", wide=True, literal=False)
        sql_type = self.dialect.wide if max(abs(lo), abs(hi)) > INT64 else self.dialect.small
        total = self._aggregate(f"CAST(SUM({self._when(where, n)}) AS {sql_type})")
        if op.kind == "sum":

            def summed(segment: Segment) -> Frag:
                made = Int(f"COALESCE({total.text}, 0)", 0, False, min(lo, 0), max(hi, 0), wide=sql_type != "BIGINT")
                if reason is not None:
                    made = segment.ints.only_when(Sql(f"{reason.text} IS NULL"), made)
                return Frag(replace(column.type, num=num), made, None, reason)

            return summed
        rows = self._aggregate(f"COUNT({self._when(where, n)})")

        def mean(segment: Segment) -> Frag:
            made = Int(total.text, 0, True, lo, hi, wide=sql_type != "BIGINT")
            if reason is not None:
                made = segment.ints.only_when(Sql(f"{reason.text} IS NULL"), made)
            by = Int(f"NULLIF({rows.text}, 0)", 0, False, 1, most)
            kind = replace(column.type, num=replace(num, div_lo=1, div_hi=most))
            if most == 1:
                return Frag(kind, made, None, _or_nothing(made, reason))
            return Frag(kind, made, by, _or_nothing(made, reason))

        return mean

    def _pick(self, column: m.Column, kind: str, value: Frag, where: Sql | None, reason: Sql | None) -> Callable[[Segment], Frag]:
        """The smallest, the largest, or the only value."""
        if value.divisor is not None:
            pair = self._picked_ratio(kind, value, where)
            whole, by = self.ints.typed(value.n), self.ints.typed(value.divisor)

            def ratio(segment: Segment) -> Frag:
                n, d = (
                    replace(part, text=self.dialect.part(pair.text, first), layer=0, atom=False, literal=False) for part, first in ((whole, True), (by, False))
                )
                if reason is not None:
                    n = segment.ints.only_when(Sql(f"{reason.text} IS NULL"), n)
                return Frag(value.type, n, d, _or_nothing(n, reason), value.sure)

            return ratio
        function = {"min": "MIN", "max": "MAX", "one": "MIN"}[kind]
        if value.type.kind is Kind.YESNO:
            function = "BOOL_AND"
        typed = self.ints.typed(value.n) if isinstance(value.value, Int) else value.value
        found = self._aggregate(f"{function}({self._when(where, typed)})")

        def picked(segment: Segment) -> Frag:
            if isinstance(typed, Int):
                n: Sql = replace(typed, text=found.text, layer=0, atom=True, literal=False)
                if reason is not None and isinstance(n, Int):
                    n = segment.ints.only_when(Sql(f"{reason.text} IS NULL"), n)
            elif reason is not None:
                n = Sql(f"(CASE WHEN {reason.text} IS NULL THEN {found.text} END)")
            else:
                n = found
            return Frag(value.type, n, None, _or_nothing(n, reason), value.sure)

        return picked

    def _picked_ratio(self, kind: str, value: Frag, where: Sql | None) -> Sql:
        assert value.divisor is not None
        ints = self.ints
        pair = self.dialect.pair(ints.typed(value.n).text, ints.typed(value.divisor).text)
        keys = [self.layers.once(key) for key in self.values.order_keys(value)]
        order = keys[0].text if len(keys) == 1 else self._struct(keys)
        present = f"{value.n.text} IS NOT NULL" + (f" AND {where.text}" if where is not None else "")
        function = "MAX_BY" if kind == "max" else "MIN_BY"
        return self._aggregate(f"{function}({pair}, CASE WHEN {present} THEN {order} END)")

    def _struct(self, keys: Sequence[Sql]) -> str:
        """Several sort keys as one value that is compared part by part."""
        text = keys[-1].text
        for key in reversed(keys[:-1]):
            text = self.dialect.pair(key.text, text)
        return text


def _or_nothing(n: Sql, reason: Sql | None) -> Missing | Sql:
    """Without rows there is no value."""
    if reason is None:
        return Missing.NOTHING
    return Sql(f"COALESCE({reason.text}, CASE WHEN {n.text} IS NULL THEN {int(Missing.NOTHING)} END)", n.layer)


def _at(outer: Num, inner: Num) -> Num:
    """The range of `outer`, carried like `inner`."""
    return Num(outer.lo, outer.hi, inner.scale, inner.den, 1, 1)


def _renamed(frag: Frag, names: dict[Sql, str]) -> Frag:
    def at(sql: Any) -> Any:
        return replace(sql, text=names[sql], layer=0, atom=True)

    why = at(frag.why) if isinstance(frag.why, Sql) else frag.why
    return Frag(frag.type, at(frag.value), frag.divisor and at(frag.divisor), why, frag.sure)
