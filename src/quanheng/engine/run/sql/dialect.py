"""The two dialects: how DuckDB and Spark spell the same exact step.

Only spelling lives here. Which widths are safe is proved in `ints`; these printers may assume it. What is *not* here is
deliberate: no DECIMAL arithmetic, no AVG, ROUND, FLOOR, SIGN or POWER, because each of them leaves the whole numbers on
at least one of the two engines without saying so.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

MARKS: Final = r"\p{M}"


class Dialect(ABC):
    """What both engines can do, spelled by the subclass."""

    name: str
    keeps_joins = False  # is a join that is read twice worth keeping, even if it only looks something up?
    small: Final = "BIGINT"
    tiny: Final = "TINYINT"
    date_number: Final = "INTEGER"  # days since 1970-01-01 and months since year 0
    wide: str
    text: str

    @abstractmethod
    def ident(self, name: str) -> str: ...

    @abstractmethod
    def string(self, text: str) -> str: ...

    @abstractmethod
    def relation(self, table: str, number: int, what: str) -> str:
        """The unquoted name of something known about a table: its data, or all up to a level of the computation."""

    @abstractmethod
    def divide(self, x: str, y: str, *, wide: bool) -> str:
        """Whole-number division towards zero. `x` and `y` are printed more than once when `wide`."""

    @abstractmethod
    def pair(self, first: str, second: str) -> str:
        """A value of two parts, so that an aggregate can pick both from the same row."""

    @abstractmethod
    def part(self, pair: str, first: bool) -> str: ...

    @abstractmethod
    def date(self, day: str) -> str:
        """A DATE from days since 1970-01-01."""

    @abstractmethod
    def day_number(self, date: str) -> str:
        """Days since 1970-01-01 of a DATE."""

    @abstractmethod
    def matches(self, text: str, pattern: str) -> str:
        """Does the pattern fit the whole text?"""

    @abstractmethod
    def unclean(self, text: str, invisible: str) -> str:
        """Is a text not in the one spelling that a table may hold: blanks around it, signs nobody sees, not NFC?"""

    @abstractmethod
    def series(self, first: str, last: str, step: int) -> str:
        """A row for each number from `first` to `last`, as an item of a SELECT."""

    @abstractmethod
    def materialise(self, name: str, select: str) -> str: ...

    @abstractmethod
    def view(self, name: str, select: str) -> str: ...

    @abstractmethod
    def drop(self, name: str, *, table: bool) -> str: ...


class DuckDB(Dialect):
    name = "duckdb"
    wide = "HUGEINT"
    text = "VARCHAR"

    def ident(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def string(self, text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    def relation(self, table: str, number: int, what: str) -> str:
        return f"{table} {what}"

    def divide(self, x: str, y: str, *, wide: bool) -> str:
        # exact on whole numbers only: on DECIMAL the same sign would divide in binary floating point
        return f"({x} // {y})"

    def pair(self, first: str, second: str) -> str:
        return f"struct_pack(a := {first}, b := {second})"

    def part(self, pair: str, first: bool) -> str:
        return f"struct_extract({pair}, '{'a' if first else 'b'}')"

    def date(self, day: str) -> str:
        return f"(DATE '1970-01-01' + {day})"

    def day_number(self, date: str) -> str:
        return f"CAST({date} - DATE '1970-01-01' AS {self.date_number})"

    def matches(self, text: str, pattern: str) -> str:
        return f"REGEXP_FULL_MATCH({text}, {self.string(pattern)})"

    def unclean(self, text: str, invisible: str) -> str:
        return f"{text} <> NFC_NORMALIZE({text}) OR REGEXP_MATCHES({text}, {self.string(invisible)})"

    def series(self, first: str, last: str, step: int) -> str:
        return f"UNNEST(GENERATE_SERIES({first}, {last}, {step}))"

    def materialise(self, name: str, select: str) -> str:
        return f"CREATE OR REPLACE TEMP TABLE {self.ident(name)} AS\n{select}"

    def view(self, name: str, select: str) -> str:
        return f"CREATE OR REPLACE TEMP VIEW {self.ident(name)} AS\n{select}"

    def drop(self, name: str, *, table: bool) -> str:
        return f"DROP {'TABLE' if table else 'VIEW'} IF EXISTS {self.ident(name)}"


class Spark(Dialect):
    """Spark SQL, ANSI mode on. It has no 128-bit integer: DECIMAL(38,0) stands for it."""

    name = "spark"
    keeps_joins = True  # planning the same join again and again takes Spark longer than the join
    wide = "DECIMAL(38,0)"
    text = "STRING"

    def ident(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def string(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def relation(self, table: str, number: int, what: str) -> str:
        # Spark's catalogue takes ASCII letters, digits and _ in names
        return f"t{number}_{what.replace(' ', '_')}"

    def divide(self, x: str, y: str, *, wide: bool) -> str:
        if not wide:
            return f"({x} div {y})"
        # `div` would wrap silently past 64 bits even in ANSI mode; x - x % y is divisible, so this `/` loses nothing
        # as long as the quotient stays below 10**32, which is proved in `ints`
        return f"CAST(({x} - {x} % {y}) / {y} AS {self.wide})"

    def pair(self, first: str, second: str) -> str:
        return f"named_struct('a', {first}, 'b', {second})"

    def part(self, pair: str, first: bool) -> str:
        return f"{pair}.{'a' if first else 'b'}"

    def date(self, day: str) -> str:
        return f"date_add(DATE '1970-01-01', {day})"

    def day_number(self, date: str) -> str:
        return f"DATEDIFF({date}, DATE '1970-01-01')"

    def matches(self, text: str, pattern: str) -> str:
        return f"({text} RLIKE {self.string(f'^(?:{pattern})$')})"

    def unclean(self, text: str, invisible: str) -> str:
        # Spark cannot normalise; a sign that is to be joined to another shows that a text is not in NFC
        return f"{text} RLIKE {self.string(invisible + '|' + MARKS)}"

    def series(self, first: str, last: str, step: int) -> str:
        return f"EXPLODE(SEQUENCE({first}, {last}, {step}))"

    def materialise(self, name: str, select: str) -> str:
        # for readers only: the engine keeps it by a checkpoint, which SQL cannot say
        return f"CREATE OR REPLACE TEMPORARY VIEW {self.ident(name)} AS -- kept\n{select}"

    def view(self, name: str, select: str) -> str:
        return f"CREATE OR REPLACE TEMPORARY VIEW {self.ident(name)} AS\n{select}"

    def drop(self, name: str, *, table: bool) -> str:
        return f"DROP VIEW IF EXISTS {self.ident(name)}"


DUCKDB: Final = DuckDB()
SPARK: Final = Spark()
