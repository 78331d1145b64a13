"""Positions in a group as window functions: ranks, row numbers, neighbours, running sums, runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from quanheng.engine.plan import build
from quanheng.engine.plan import model as m
from quanheng.engine.plan.types import INT64
from quanheng.engine.run.sql.ints import Int, literal
from quanheng.engine.run.sql.layers import Sql, highest
from quanheng.engine.run.sql.stored import Segment
from quanheng.engine.run.sql.values import Frag, numerators
from quanheng.engine.values import Missing

UP_TO_ME = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
UP_TO_EQUALS = "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
FROM_ME_ON = "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"
BEFORE_ME = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"


@dataclass(frozen=True, slots=True)
class Window:
    """PARTITION BY and ORDER BY of one group."""

    partition: tuple[Sql, ...]
    order: tuple[tuple[Sql, bool], ...]  # with: descending?

    @property
    def layer(self) -> int:
        return highest(*self.partition, *(key for key, _ in self.order))

    def text(self, frame: str = "", *, ordered: bool = True) -> str:
        parts = []
        if self.partition:
            parts.append("PARTITION BY " + ", ".join(key.text for key in self.partition))
        if ordered and self.order:
            parts.append("ORDER BY " + ", ".join(key.text + (" DESC" if down else "") for key, down in self.order))
        if ordered and frame:
            parts.append(frame)
        return f"OVER ({' '.join(parts)})"


class Windows:
    """Window functions over one segment."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.values = segment.values
        self.ints = segment.ints
        self.layers = segment.layers
        self.dialect = segment.layers.dialect

    # -------------------------------------------------------------------------------------------------------- windows

    def group(self, partition: Sequence[str], only: str | None) -> tuple[Sql, ...]:
        """Rows outside `only` stand in groups of their own, so that they count nowhere."""
        keys: list[Sql] = [self.segment.read(only).value] if only is not None else []
        for name in partition:
            keys += [self.layers.once(key) for key in self.values.group_keys(self.segment.read(name))]
        return tuple(keys)

    def order(self, keys: Sequence[m.Key], *, total: bool) -> tuple[tuple[Sql, bool], ...]:
        """Sort keys; a total order ends with the table's key."""
        names = [(key.column, key.descending) for key in keys]
        if total:
            given = {name for name, _ in names}
            names += [(name, False) for name in self.segment.table.key if name not in given]
        return tuple((self.layers.once(key), down) for name, down in names for key in self.values.order_keys(self.segment.read(name)))

    def bind(self, text: str, layer: int, lo: int, hi: int, hint: str = "") -> Int:
        """A named whole-number window function."""
        wide = max(abs(lo), abs(hi)) > INT64
        text = f"CAST({text} AS {self.dialect.wide if wide else self.dialect.small})"
        bound = self.layers.bind(text, layer, hint)
        return self.ints.column(bound.text, bound.layer, lo, hi)

    def sum(self, x: Int, window: Window, frame: str, lo: int, hi: int) -> Int:
        """The sum over a frame, known to lie in [lo, hi]."""
        operand = summand(self, x, max(abs(lo), abs(hi)) > INT64)
        text = f"SUM({operand}) {window.text(frame, ordered=bool(frame))}"
        return self.bind(text, highest(x, Sql("", window.layer)), lo, hi, "sum")

    def row_number(self, window: Window, most: int) -> Int:
        return self.bind(f"ROW_NUMBER() {window.text()}", window.layer, 1, most, "nr")

    # ----------------------------------------------------------------------------------------------------- over

    def write(self, column: m.Column, op: m.Over) -> Frag:
        total = op.kind not in ("rank_high", "rank_low", "dense")
        window = Window(self.group(op.partition, op.only), self.order(op.order, total=total))
        ways: dict[str, Callable[[], Frag]] = {
            "rowno": lambda: self._number(column, self.row_number(window, self._most(column))),
            "rank_high": lambda: self._number(column, self._rank("RANK()", window, column)),
            "dense": lambda: self._number(column, self._rank("DENSE_RANK()", window, column)),
            "rank_low": lambda: self._number(column, self._rank_low(window, column)),
            "prev": lambda: self._neighbour(op, window, "LAG"),
            "next": lambda: self._neighbour(op, window, "LEAD"),
            "cumsum": lambda: self._running_sum(column, op, window),
            "run": lambda: self._number(column, self._run(column, op, window)),
        }
        return self.exempt_outside(ways[op.kind](), op.only)

    def exempt_outside(self, frag: Frag, only: str | None) -> Frag:
        """Rows outside `only` are exempt."""
        if only is None:
            return frag
        inside = self.segment.read(only).value
        exempt: Missing | Sql = Missing.EXEMPT
        if frag.why is not None:
            reason = self.values.reason(frag)
            assert reason is not None
            text = f"(CASE WHEN {inside.text} THEN {reason.text} ELSE {int(Missing.EXEMPT)} END)"
            exempt = Sql(text, highest(inside, reason))
        if isinstance(frag.value, Int):
            return replace(frag, value=self.ints.only_when(inside, frag.value), why=exempt)
        text = f"(CASE WHEN {inside.text} THEN {frag.value.text} END)"
        return replace(frag, value=Sql(text, highest(inside, frag.value)), why=exempt)

    def _most(self, column: m.Column) -> int:
        assert column.type.num is not None
        return max(numerators(column.type.num)[1], 1)

    def _number(self, column: m.Column, n: Int) -> Frag:
        return Frag(column.type, n)

    def _rank(self, function: str, window: Window, column: m.Column) -> Int:
        if not window.order:  # everybody is equal, and Spark wants an order
            return literal(1)
        return self.bind(f"{function} {window.text()}", window.layer, 1, self._most(column), "rank")

    def _rank_low(self, window: Window, column: m.Column) -> Int:
        text = f"COUNT(*) {window.text(UP_TO_EQUALS if window.order else '')}"
        return self.bind(text, window.layer, 1, self._most(column), "rank")

    def _running_sum(self, column: m.Column, op: m.Over, window: Window) -> Frag:
        assert op.value is not None and column.type.num is not None
        value = self.segment.read(op.value)
        lo, hi = numerators(column.type.num)
        total = self.sum(self.values.over_one_divisor(value), window, UP_TO_ME, lo, hi)
        return Frag(replace(value.type, num=build.common_divisor(value.num)), total)

    def _neighbour(self, op: m.Over, window: Window, function: str) -> Frag:
        assert op.value is not None
        value = self.segment.read(op.value)

        def at(sql: Sql) -> Sql:
            text = f"{function}({sql.text}) {window.text()}"
            return self.layers.bind(text, highest(sql, Sql("", window.layer)), "near")

        found = at(value.value)
        n = replace(value.n, text=found.text, layer=found.layer) if isinstance(value.value, Int) else found
        divisor = value.divisor
        if divisor is not None:
            by = at(divisor)
            divisor = replace(divisor, text=by.text, layer=by.layer)
        why: Missing | Sql = Missing.NOTHING
        if value.why not in (None, Missing.NOTHING):
            reason = self.values.reason(value)
            assert reason is not None
            reason, edge = at(reason), at(Sql("1"))
            text = f"(CASE WHEN {edge.text} IS NULL THEN {int(Missing.NOTHING)} ELSE {reason.text} END)"
            why = Sql(text, highest(reason, edge))
        return Frag(value.type, n, divisor, why, value.sure)

    def _run(self, column: m.Column, op: m.Over, window: Window) -> Int:
        """My place minus the place of the last row before me (or me) where the condition does not hold."""
        assert op.value is not None
        most = self._most(column)
        number, holds = self.row_number(window, most), self.segment.read(op.value).value
        broken = self.ints.only_when(Sql(f"NOT {holds.text}", holds.layer), number)
        text = f"COALESCE(MAX({broken.text}) {window.text(UP_TO_ME)}, 0)"
        last = self.bind(text, highest(broken, Sql("", window.layer)), 0, most, "last")
        return self.ints.tighten(self.ints.sub(number, last), 0, most)


def summand(where: Windows, x: Int, wide: bool) -> str:
    """What stands inside SUM: Spark adds up in the operand's own type, so the operand must be wide enough."""
    if wide and where.dialect.name == "spark":
        return f"CAST({x.text} AS {where.dialect.wide})"
    return where.ints.typed(x).text if x.literal else x.text
