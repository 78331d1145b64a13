"""One scheme text → everything there is to say about it, and the plan when there are no faults."""

from __future__ import annotations

from dataclasses import dataclass

from quanheng.engine.document.checks import check_document
from quanheng.engine.document.model import Scheme
from quanheng.engine.document.reader import read
from quanheng.engine.faults import Fault, Place, Severity
from quanheng.engine.plan import model as m
from quanheng.engine.plan.from_document import compile_scheme, in_order
from quanheng.engine.run.sql.widths import check_widths


@dataclass(frozen=True, slots=True)
class Checked:
    """A scheme that has been read, checked and, without faults, compiled."""

    scheme: Scheme
    plan: m.Plan | None
    faults: tuple[Fault, ...]  # faults and advice in the order of the text

    @property
    def fit(self) -> bool:
        return self.plan is not None


def check(text: str, file: str = "scheme.md") -> Checked:
    """Read, check and compile one scheme. Never raises for what the text says."""
    scheme = read(text, file)
    compiled = compile_scheme(scheme)
    faults = [*compiled.faults, *check_document(scheme)]
    plan = compiled.plan
    if plan is not None:
        faults.extend(_too_wide(plan, file))
    if any(fault.severity is Severity.FAULT for fault in faults):
        plan = None
    return Checked(scheme, plan, in_order(faults, file))


def _too_wide(plan: m.Plan, file: str) -> list[Fault]:
    """Numbers that cannot be carried exactly in 128 bits."""
    found: dict[tuple[str, str], Fault] = {}
    for table, name, zh, en in check_widths(plan):
        owner = rule_of(plan, table, name)
        origin = owner.origin
        at = getattr(origin, "at", None) or Place(1, 1, 1, 1, file)
        found.setdefault(
            (owner.table, owner.name),
            Fault(
                "too-wide", at, f"“{owner.name}”：{zh}", f"{owner.name}: {en}",
                "写“保留 n 位”，缩小数据的范围，或写明每个对象至多几行。", "Round it (保留 n 位), narrow the ranges, or declare row limits.",
                article=getattr(origin, "article", ""),
            ),
        )  # fmt: skip
    return list(found.values())


def rule_of(plan: m.Plan, table: str, name: str) -> m.Column:
    """The visible rule that a hidden column was made for (the column itself when it is visible)."""
    column = plan.column(table, name)
    if not column.hidden:
        return column
    for each in plan.tables[table].columns:
        if each.hidden:
            continue
        for expr in getattr(each.origin, "lowered", {}).values():
            if isinstance(expr, m.Col) and expr.name == name:
                return each
    return column
