"""One row, and one rule's formula on it: walk the formula and collect what each part has to say."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from quanheng.engine.explain.forms import row
from quanheng.engine.explain.forms.said import SAID
from quanheng.engine.explain.speak import formula
from quanheng.engine.formula import tree as t
from quanheng.engine.formula.functions import function_named
from quanheng.engine.formula.parser import children
from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import Origin, walk
from quanheng.engine.values import Missing, Value

if TYPE_CHECKING:
    from quanheng.engine.explain.trace import Notes, Tracer


class At:
    """Standing on one row with one rule's formula, collecting what it has to say."""

    def __init__(self, tracer: Tracer, table: str, row: int, origin: Origin, notes: Notes) -> None:
        self.tracer, self.table, self.row, self.origin, self.notes = tracer, table, row, origin, notes
        self.zh = tracer.zh

    # ------------------------------------------------------------------------------------------------------------- values

    def expr(self, node: t.Node) -> m.Expr | None:
        return self.origin.lowered.get(id(node))

    def value(self, node: t.Node) -> Value | None:
        """The value of a part of the formula on my row; None when it speaks of counted rows."""
        expr = self.expr(node)
        if expr is None or any(isinstance(each, m.Col) and each.theirs for each in walk(expr)):
            return None
        return self.tracer.eval(self.table, self.row, expr)

    def number(self, node: t.Node) -> Fraction | None:
        """The value when it is a number (or a day), None when it is missing or something else."""
        value = self.value(node)
        if value is None or isinstance(value, Missing | str | bool):
            return None
        return Fraction(value)

    def say(self, node: t.Node) -> str:
        if isinstance(node, t.Number):
            return formula(node, lambda _: None)
        expr = self.expr(node)
        if expr is None or any(isinstance(each, m.Col) and each.theirs for each in walk(expr)):
            return formula(node, lambda _: None)
        return self._say_expr(expr)

    def _say_expr(self, expr: m.Expr) -> str:
        source = self.tracer.source_of(self.table, self.row, expr)
        if source is not None and isinstance(expr, m.Col):
            return self.tracer.say(*source)
        return self.tracer.say_expr(self.table, self.row, expr)

    def value_in_formula(self, node: t.Node) -> str | None:
        expr = self.expr(node)
        if expr is None or any(isinstance(each, m.Col) and each.theirs for each in walk(expr)):
            return None
        if isinstance(node, t.Call):
            column = self.hidden(node)
            if column is None:
                return None
        return self._say_expr(expr)

    def hidden(self, node: t.Node, kinds: tuple[type, ...] = (m.Agg, m.Over, m.Split)) -> m.Column | None:
        """The hidden column a call was lowered to."""
        expr = self.expr(node)
        if expr is None:
            return None
        for each in walk(expr):
            if isinstance(each, m.Col) and not each.theirs:
                column = self.tracer.column(self.table, each.name)
                if column.hidden and isinstance(column.op, kinds):
                    return column
        return None

    def step(self, zh: str, en: str) -> None:
        self.notes.steps.append(zh if self.zh else en)

    def not_applied(self, zh: str, en: str) -> None:
        self.notes.not_applied.append(zh if self.zh else en)

    # ------------------------------------------------------------------------------------------------------------- walking

    def visit(self, node: t.Node) -> None:
        """Say what this part does on this row, then go on inside."""
        if isinstance(node, t.Path):
            self.stand_on(node)
            return
        if isinstance(node, t.Lookup):
            for key in node.keys:
                self.visit(key)
            self.step(f"查表 {formula(node, self.value_in_formula)}", f"looked up {formula(node, self.value_in_formula)}")
            return
        if isinstance(node, t.Binary) and node.op == "or":
            row.alternatives(self, node)
            return
        if isinstance(node, t.Call):
            function = function_named(node.function.text)
            said = SAID.get(function.zh) if function is not None else None
            if said is not None:
                said(self, node)
                return
        for child in children(node):
            self.visit(child)

    def stand_on(self, node: t.Path) -> None:
        expr = self.expr(node)
        if expr is None:
            return
        source = self.tracer.source_of(self.table, self.row, expr)
        if source is not None:
            self.notes.stands_on.append(source)

    def visit_all(self, node: t.Call) -> None:
        for child in (*node.args, *node.parts):
            self.visit(child)
