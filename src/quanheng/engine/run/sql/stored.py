"""Where values stand between two SELECTs: names of physical columns, and one SELECT in the making.

A column of the plan takes one to three physical columns: the value under its own name, `name/` for the divisor of a ratio,
`name?` for the reason why it is missing. A column that can be missing for one reason only has no reason column: NULL says
everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Kind
from quanheng.engine.run.model import REASON_SUFFIX
from quanheng.engine.run.sql.dialect import Dialect
from quanheng.engine.run.sql.expressions import Expressions
from quanheng.engine.run.sql.ints import Int, Ints
from quanheng.engine.run.sql.layers import Layers, Names, Sql
from quanheng.engine.run.sql.values import Frag, Values, is_whole, needs_wide, stored_range

DIVISOR_SUFFIX: Final = "/"


class Stored:
    """The physical columns of a whole plan."""

    def __init__(self, plan: m.Plan, dialect: Dialect) -> None:
        self.dialect = dialect
        self._physical: dict[tuple[str, str], str] = {}
        self._frags: dict[tuple[str, str], Frag] = {}
        for table in plan.tables.values():
            taken: set[str] = set()
            for column in table.columns:
                # DuckDB does not tell A from a
                name, nr = column.name, 1
                while name.casefold() in taken:
                    nr += 1
                    name = f"{column.name}~{nr}"
                taken.add(name.casefold())
                self._physical[table.name, column.name] = name

    def physical(self, table: str, name: str) -> str:
        return self._physical[table, name]

    def entered(self, column: m.Column) -> Frag:
        """An input column as the data carries it."""
        name, type_ = self._physical[column.table, column.name], column.type
        value = Sql(self.dialect.ident(name), 0, True)
        why = Sql(self.dialect.ident(name + REASON_SUFFIX), 0, True) if type_.optional else None
        if not is_whole(type_):
            return Frag(type_, value, None, why)
        lo, hi = stored_range(type_)
        assert type_.num is None or not type_.num.has_divisor, "entered numbers have a known number of decimals"
        return Frag(type_, Int(value.text, 0, True, lo, hi, needs_wide(type_)), None, why)

    def is_wide(self, column: m.Column) -> bool:
        """Does an input column take 128 bits?"""
        return column.type.kind is Kind.NUMBER and needs_wide(column.type)

    def read(self, table: str, name: str) -> Frag:
        return self._frags[table, name]

    def keep(self, column: m.Column, frag: Frag) -> None:
        self._frags[column.table, column.name] = frag

    def names(self, column: m.Column) -> list[str]:
        """The physical columns of a column, unquoted."""
        frag, name = self._frags[column.table, column.name], self._physical[column.table, column.name]
        found = [name]
        if frag.divisor is not None:
            found.append(name + DIVISOR_SUFFIX)
        if isinstance(frag.why, Sql):
            found.append(name + REASON_SUFFIX)
        return found


@dataclass(slots=True)
class Segment:
    """One SELECT over a table: columns read from below, new columns given their names."""

    table: m.Table
    stored: Stored
    layers: Layers
    values: Values
    local: dict[str, Frag]

    @classmethod
    def over(cls, table: m.Table, stored: Stored, names: Names, source: str) -> Segment:
        layers = Layers(stored.dialect, names, source)
        return cls(table, stored, layers, Values(Ints(layers)), {})

    @property
    def ints(self) -> Ints:
        return self.values.ints

    def read(self, name: str) -> Frag:
        return self.local[name] if name in self.local else self.stored.read(self.table.name, name)

    def expressions(self) -> Expressions:
        return Expressions(self.values, lambda node: self.read(node.name))

    def store(self, column: m.Column, frag: Frag, *, reason: bool = False) -> None:
        """Give the value the column's name, in exactly the form and type that the column has. `reason`: with a reason
        column whenever it can be missing."""
        ints, dialect, name = self.ints, self.layers.dialect, self.stored.physical(column.table, column.name)
        if column.type.kind is Kind.NUMBER:
            frag = self.values.convert(frag, column.type)
        if not column.type.optional:
            frag = replace(frag, why=None)
        value, divisor, why = frag.value, frag.divisor, frag.why
        if reason and column.type.optional and not isinstance(why, Sql):
            why = self.values.reason(frag) or Sql("NULL", 0, True)
        if column.type.kind is Kind.NUMBER:
            value = ints.typed(frag.n)
            if reason and needs_wide(column.type) and not value.wide:  # as it is read one period later
                value = replace(value, text=f"CAST({value.text} AS {dialect.wide})", atom=False, wide=True)
        elif is_whole(column.type):
            value = replace(frag.n, text=f"CAST({frag.n.text} AS {dialect.date_number})")
        bound = self.layers.bind(value.text, value.layer, name=name)
        if isinstance(value, Int):
            bound = replace(value, text=bound.text, layer=bound.layer, atom=True, literal=False)
        if divisor is not None:
            named = self.layers.bind(ints.typed(divisor).text, divisor.layer, name=name + DIVISOR_SUFFIX)
            divisor = replace(
                ints.typed(divisor), text=named.text, layer=named.layer, atom=True, literal=False,
                lo=max(divisor.lo, 1),
            )  # fmt: skip
        if isinstance(why, Sql):
            why = self.layers.bind(f"CAST({why.text} AS {dialect.tiny})", why.layer, name=name + REASON_SUFFIX)
        frag = Frag(column.type, bound, divisor, why, frag.sure)
        self.local[column.name] = frag
        self.stored.keep(column, at_bottom(frag))


def at_bottom(frag: Frag) -> Frag:
    """A stored value as the next SELECT sees it."""
    value = replace(frag.value, layer=0)
    divisor = frag.divisor and replace(frag.divisor, layer=0)
    why = replace(frag.why, layer=0) if isinstance(frag.why, Sql) else frag.why
    return Frag(frag.type, value, divisor, why, frag.sure)
