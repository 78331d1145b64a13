"""One scheme text → everything there is to say about it, and the plan when there are no faults."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from quanheng.engine.document.checks import check_document
from quanheng.engine.document.model import Scheme
from quanheng.engine.document.reader import read
from quanheng.engine.faults import Fault, Place, Severity
from quanheng.engine.plan import model as m
from quanheng.engine.plan.from_document import compile_scheme, in_order
from quanheng.engine.plan.uses import reads_of
from quanheng.engine.run.model import Results
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
    """The visible rule that a hidden column was made for: the nearest that stands on it (itself when it is visible)."""
    waiting, seen = [(table, name)], {(table, name)}
    while waiting:
        here = waiting.pop(0)
        column = plan.column(*here)
        if not column.hidden:
            return column
        for each in plan.tables.values():
            for user in each.columns:
                place = (each.name, user.name)
                if place not in seen and here in set(reads_of(each.name, user.op)):
                    seen.add(place)
                    waiting.append(place)
    return plan.column(table, name)


FEWEST_ROWS = 5  # below that, equal marks say nothing


def advise_on_results(plan: m.Plan, results: Results) -> tuple[Fault, ...]:
    """Advice from a past period: indicators on which nobody differs, or that everybody reached.

    Such an indicator no longer tells people apart; it has become stale and should be renewed."""
    found = []
    for table in plan.tables.values():
        for column in table.columns:
            full = getattr(column.origin, "full", None)
            at = getattr(column.origin, "at", None)
            values = [value for value in results.columns.get(table.name, {}).get(column.name, []) if isinstance(value, Fraction)]
            if full is None or not isinstance(at, Place) or len(values) < FEWEST_ROWS or len(set(values)) > 1:
                continue
            article = getattr(column.origin, "article", "")
            if values[0] == full.value:
                zh = f"“{column.name}”在这批数据里人人满分（{len(values)} 行），已经分不出高低。"
                en = f"Everybody reached the full mark of {column.name} ({len(values)} rows)."
                code, hint = "indicator-reached-by-all", ("提高标准，或换成下一阶段要抓的指标。", "Raise the standard or renew the indicator.")
            else:
                zh = f"“{column.name}”在这批数据里 {len(values)} 行都是同一个分，没有区别。"
                en = f"{column.name} is the same for all {len(values)} rows."
                code, hint = "indicator-no-variation", ("看看是不是没有认真评，或指标已经过时。", "Check whether it was really marked, or renew it.")
            found.append(Fault(code, at, zh, en, *hint, Severity.ADVICE, article))
    return tuple(found)
