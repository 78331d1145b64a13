"""What is scored by people in a scheme: each item with who scores it, its bounds, and the article that says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quanheng.domain.bridge.plans import RATERS, compiled
from quanheng.domain.models import Part, SchemeVersion
from quanheng.engine.checking import Checked
from quanheng.engine.document.model import IndicatorTable
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import Type
from quanheng.engine.run.cells import Problem, cell_reader
from quanheng.engine.run.raw import exact
from quanheng.engine.values import decimal_text

_BRACKET = re.compile(r"（(.+)）$")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be scored. `group` names the review group when a committee scores it."""

    name: str
    table: str
    part: Part
    group: str
    type: Type
    article: str
    goal: str
    source: str

    @property
    def full(self) -> str:
        """The upper bound as text: what a full mark is."""
        return decimal_text(self.type.num.hi) if self.type.num is not None else ""

    @property
    def low(self) -> str:
        """The lower bound as text."""
        return decimal_text(self.type.num.lo) if self.type.num is not None else ""

    @property
    def digits(self) -> int:
        """How many decimals a mark may have."""
        return self.type.num.scale if self.type.num is not None else 0

    @property
    def unit(self) -> str:
        """Unit as written, such as 分."""
        return self.type.unit.written

    def reader(self) -> Callable[[str], str | Problem]:
        """How entered marks are read: the exact text of each, or what is wrong with it. Made once for a column of cells."""
        cell = cell_reader(self.type.maybe(), is_mark=True)

        def read(content: str) -> str | Problem:
            found = cell(content)
            if isinstance(found, Problem):
                return found
            value = exact(found, self.type)
            return decimal_text(value) if isinstance(value, Fraction) else content.strip()

        return read

    def read(self, content: str) -> str | Problem:
        """The exact text of one entered mark, or what is wrong with it."""
        return self.reader()(content)


def items_of(version: SchemeVersion) -> tuple[Item, ...]:
    """Everything that people score under this version, in the order of the scheme."""
    return tuple(_items(compiled(version)))


def _items(found: Checked) -> list[Item]:
    plan = found.plan
    assert plan is not None
    table = plan.tables[plan.subject]
    rows = {row.name.text: row for block in found.scheme.of(IndicatorTable) for row in block.rows if row.scoring is None}
    made = []
    for column in table.columns:
        if not isinstance(column.op, m.Input) or column.hidden or column.name in table.key:
            continue
        origin = column.origin
        row = rows.get(column.name)
        bracket = _BRACKET.search(column.name)
        source = str(getattr(origin, "source", "") or "")
        named = row.raters if row is not None else (bracket[1],) if bracket and getattr(origin, "is_mark", False) else (source,)
        part, group = _who(named, is_mark=bool(getattr(origin, "is_mark", False)))
        # what a superior counts (records, say) is no score: scores are points, or marked as such by the regulation
        scored = bool(getattr(origin, "is_mark", False)) or column.type.unit.written == "分"
        if part is not None and scored and column.type.num is not None:
            goal = row.goal if row is not None else ""
            made.append(Item(column.name, table.name, part, group, column.type, str(getattr(origin, "article", "")), goal, source))
    return made


def _who(named: tuple[str, ...], *, is_mark: bool) -> tuple[Part | None, str]:
    for name in named:
        if name in RATERS:
            return RATERS[name], ""
    return (Part.GROUP, named[0]) if is_mark and named and named[0] else (None, "")


def scaled(text: str, digits: int) -> int:
    """An exact decimal text as a whole number of its last digit.

    >>> scaled("87.40", 2)
    8740
    """
    return int(Decimal(text).scaleb(digits).to_integral_exact())
