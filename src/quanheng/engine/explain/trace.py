"""From one cell down to the records: walk the rule as written, ask the reference for every value on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from quanheng.engine.explain.forms.at import At
from quanheng.engine.explain.model import Explanation, Record
from quanheng.engine.explain.speak import formula, spoken
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.parser import children
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Origin
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.run.present import key_text, text
from quanheng.engine.run.reference import Reference
from quanheng.engine.values import Missing, Rounding, Value

MOST_RECORDS: Final = 20
MOST_LEFT_OUT: Final = 5
DEEPEST: Final = 40


class NoSuchCell(LookupError):
    """No row of that key, or no column of that name; the text says which names there are."""


def explain(
    plan: m.Plan, reference: Reference, table: str, key: str, column: str, language: str = "zh", *, others: bool = True
) -> Explanation:
    """Why `column` of the row `key` (as `key_text` writes it) of `table` has its value, down to the records.

    `others`: may records of other subjects be listed? Without it they are counted, not shown. The root's `exact` is the
    value a run gives for the same cell. Raises `NoSuchCell`."""
    tracer = Tracer(plan, reference, language)
    if table not in plan.tables:
        raise NoSuchCell(table)
    row = tracer.row(table, key)
    if row is None:
        raise NoSuchCell(key)
    if column not in {each.name for each in plan.tables[table].columns if not each.hidden}:
        raise NoSuchCell(column)
    if not others:
        tracer.keep_to(table, row)
    return tracer.cell(table, row, column)


@dataclass
class Notes:
    """What one rule's formula yields besides its value."""

    steps: list[str] = field(default_factory=list)
    not_applied: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    more_records: int = 0
    stands_on: list[tuple[str, int, str]] = field(default_factory=list)
    mentions: list[tuple[str, int, str]] = field(default_factory=list)  # told by name and value only: the period before


class Tracer:
    """One explanation in the making."""

    def __init__(self, plan: m.Plan, reference: Reference, language: str) -> None:
        self.plan, self.reference, self.language = plan, reference, language
        self.zh = language != "en"
        self._columns = {name: {column.name: column for column in table.columns} for name, table in plan.tables.items()}
        self._seen: set[tuple[str, int, str]] = set()
        self._depth = 0
        self._own: tuple[str, Value] | None = None

    def keep_to(self, table: str, row: int) -> None:
        """List only records of this subject: the row's own entity (the person of a person's month)."""
        plan_table = self.plan.tables[table]
        key = self.reference.keys(table)[row]
        entity = next((link.target for link in plan_table.links if link.columns == plan_table.key[:1]), None)
        self._own = (entity or table, key[0])

    def may_list(self, table: str, row: int) -> bool:
        """Does the record speak of nobody but the subject?"""
        if self._own is None:
            return True
        entity, own = self._own
        plan_table = self.plan.tables[table]
        if table == entity:
            return self.reference.keys(table)[row][0] == own
        leads = [link.columns[0] for link in plan_table.links if link.target == entity and len(link.columns) == 1]
        return all(self.value(table, row, name) == own for name in leads)

    # ---------------------------------------------------------------------------------------------------------- looking up

    def column(self, table: str, name: str) -> m.Column:
        return self._columns[table][name]

    def key_text(self, table: str, row: int) -> str:
        """The row's key as people write it: `张三/2026-11`."""
        key = self.reference.keys(table)[row]
        return key_text(key, [self.column(table, name).type for name in self.plan.tables[table].key])

    def row(self, table: str, key: str) -> int | None:
        return next((row for row in self.reference.rows(table) if self.key_text(table, row) == key), None)

    def value(self, table: str, row: int, name: str) -> Value:
        return self.reference.cell(table, row, name)

    def say(self, table: str, row: int, name: str) -> str:
        column = self.column(table, name)
        return spoken(self.value(table, row, name), column.type, column.digits, column.rounding, self.language)

    def eval(self, table: str, row: int, expr: m.Expr, counted: tuple[str, int] | None = None) -> Value:
        return self.reference.evaluate(table, row, expr, counted)

    def say_expr(self, table: str, row: int, expr: m.Expr, counted: tuple[str, int] | None = None) -> str:
        digits, rounding = None, Rounding.HALF_UP
        if isinstance(expr, m.Col):
            owner = counted[0] if expr.theirs and counted is not None else table
            column = self.column(owner, expr.name)
            digits, rounding = column.digits, column.rounding
        value = self.eval(table, row, expr, counted)
        return spoken(value, expr.type, digits, rounding, self.language)

    def source_of(self, table: str, row: int, expr: m.Expr) -> tuple[str, int, str] | None:
        """The visible cell an expression reads: through links to the row they lead to."""
        if isinstance(expr, m.Arith) and isinstance(expr.right, m.Const):  # 万元 read in 元
            expr = expr.left
        if not isinstance(expr, m.Col) or expr.theirs:
            return None
        column = self.column(table, expr.name)
        if not column.hidden:
            return table, row, expr.name
        match column.op:
            case m.Get(target, _, name) as op:
                rows = self.reference.group_members(table, row, op).rows
                return self.source_of(target, rows[0], m.Col(self.column(target, name).type, name)) if rows else None
            case m.Agg("one", source, _, m.Col(_, name, True)) as op:
                rows = self.reference.group_members(table, row, op).rows
                return self.source_of(source, rows[0], m.Col(self.column(source, name).type, name)) if rows else None
        return None

    # ------------------------------------------------------------------------------------------------------------ one cell

    def cell(self, table: str, row: int, name: str) -> Explanation:
        column = self.column(table, name)
        origin = column.origin if isinstance(column.origin, Origin) else Origin("helper")
        value = self.value(table, row, name)
        exact = text(value, column)
        said = self.say(table, row, name)
        who = self.who(table, row)
        key, sentence = self.key_text(table, row), self._is(who, name, said)
        plain = Explanation(table, key, name, "input", said, exact, sentence, article=origin.article, source=origin.source)
        place = (table, row, name)
        if place in self._seen and origin.kind == "rule":
            again = f"（{'见上' if self.zh else 'see above'}）"
            return replace(plain, kind="repeated", sentence=plain.sentence + again)
        self._seen.add(place)
        if origin.kind == "input" or origin.is_mark or not isinstance(column.op, m.Row | m.Scanned):
            return self._entered(plain, column, origin, value)
        return self._rule(plain, column, origin, table, row)

    def mention(self, table: str, row: int, name: str) -> Explanation:
        """A cell by name and value, without going on below it."""
        column = self.column(table, name)
        said = self.say(table, row, name)
        sentence = self._is(self.who(table, row), name, said)
        exact = text(self.value(table, row, name), column)
        return Explanation(table, self.key_text(table, row), name, "repeated", said, exact, sentence)

    def period_before(self, table: str, row: int) -> int | None:
        """The row of the same entity one period earlier."""
        plan_table = self.plan.tables[table]
        key = self.reference.keys(table)[row]
        before = tuple(
            part - 1 if name == plan_table.period and isinstance(part, Fraction | int) else part
            for name, part in zip(plan_table.key, key, strict=True)
        )
        return self.reference.row_with_key(table, before)

    def who(self, table: str, row: int) -> str:
        key = self.plan.tables[table].key
        written = self.key_text(table, row)
        return f"{table} 第 {written} 行" if key == (ROW_KEY,) and self.zh else f"{table} {written}"

    def _is(self, who: str, name: str, said: str) -> str:
        return f"{who}：{name} = {said}" if self.zh else f"{who}: {name} = {said}"

    def _entered(self, plain: Explanation, column: m.Column, origin: Origin, value: Value) -> Explanation:
        mark = origin.is_mark
        by = (origin.reviewer or origin.source) if mark else origin.source
        if self.zh:
            how = f"（{by} 评分）" if mark and by else "（评分）" if mark else f"（填报，来源 {by}）" if by else "（填报）"
        else:
            how = f" (marked by {by})" if mark else f" (entered, source {by})" if by else " (entered)"
        if isinstance(value, Missing):
            how += "，没有数" if self.zh else ", no value"
        return replace(plain, kind="mark" if mark else "input", sentence=plain.sentence + how, source=by)

    def _rule(self, plain: Explanation, column: m.Column, origin: Origin, table: str, row: int) -> Explanation:
        if isinstance(column.op, m.Row):  # worked out once more for this row alone, it must come to what the run has
            assert self.eval(table, row, column.op.expr) == self.value(table, row, column.name), (table, row, column.name)
        notes = Notes()
        at = At(self, table, row, origin, notes)
        if origin.formula is not None:
            at.visit(origin.formula)
        written = formula(origin.formula, at.value_in_formula) if origin.formula is not None else ""
        parts: list[Explanation] = []
        self._depth += 1
        if self._depth <= DEEPEST:
            for place in dict.fromkeys(notes.stands_on):
                if place != (table, row, column.name):
                    parts.append(self.cell(*place))
        self._depth -= 1
        parts += [self.mention(*place) for place in dict.fromkeys(notes.mentions)]
        sentence = plain.sentence
        if column.digits is not None and not isinstance(self.value(table, row, column.name), Missing):
            sentence += self._rounded(column, origin, table, row)
        return replace(
            plain, kind="rule", sentence=sentence, formula=written, rule=origin.text, readings=origin.readings,
            steps=tuple(notes.steps), not_applied=tuple(notes.not_applied), records=tuple(notes.records),
            more_records=notes.more_records, parts=tuple(parts),
        )  # fmt: skip

    def _rounded(self, column: m.Column, origin: Origin, table: str, row: int) -> str:
        """Say so when rounding changed the figure."""
        lowered = origin.lowered.get(id(origin.formula)) if origin.formula is not None else None
        if lowered is None or lowered.type.num is None:
            return ""
        before, after = self.eval(table, row, lowered), self.value(table, row, column.name)
        if isinstance(before, Missing) or isinstance(after, Missing) or column.digits is None:
            return ""
        from quanheng.engine.formula.units import unit_named

        found = unit_named(column.type.unit.written) if column.type.unit.written not in ("", "%") else None
        exact = Fraction(before) / (found[1] if found else 1)
        shown = text(after, column)
        if exact == Fraction(shown):
            return ""
        places = column.digits - (2 if column.type.unit.written == "%" else 0)
        raw = spoken(exact, replace(column.type, num=None), None, column.rounding, self.language)
        word = column.rounding.value
        return f"（由 {raw} {word}到 {places} 位小数）" if self.zh else f" (from {raw}, rounded to {places} decimals)"

    # ----------------------------------------------------------------------------------------------------------- records

    def record(self, table: str, row: int, also: tuple[str, ...] = (), *, why_not: str = "", counted: bool = True) -> Record:
        """A row of data with what it says: its entered columns and the column that is counted."""
        names = [
            column.name
            for column in self.plan.tables[table].columns
            if not column.hidden and (isinstance(column.op, m.Input) or column.name in also)
        ]
        values = tuple((name, self.say(table, row, name)) for name in names[:10])
        return Record(table, self.key_text(table, row), values, counted, why_not)

    def names_inside(self, node: t.Node) -> list[t.Path]:
        found, stack = [], [node]
        while stack:
            each = stack.pop()
            if isinstance(each, t.Path):
                found.append(each)
            else:
                stack.extend(reversed(children(each)))
        return found
