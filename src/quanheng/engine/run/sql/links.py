"""Do the links of bulk data lead somewhere, and not too many to one row? Seen from the counts of the run itself.

A check of its own would have to group ten million rows by a text a second time. So the plan gets a hidden count of the
rows that lead to each row; where a link leads nowhere the counts do not add up, and where too many lead to one row its
count tells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from quanheng.engine.faults import Cell, Fault
from quanheng.engine.plan import build
from quanheng.engine.plan import model as m
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.sql.bulk import ParquetSource
from quanheng.engine.run.sql.entered import Entered


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How many rows of a bulk table lead to each row of another: counted in the same pass as everything else there."""

    source: str
    link: m.Link
    column: str  # the hidden column of the target that counts


def with_link_counts(plan: m.Plan, dataset: Dataset) -> tuple[m.Plan, list[LinkCount]]:
    """The plan with a hidden count of the rows that lead to each row, for every link from or to bulk data."""

    def is_bulk(name: str) -> bool:
        return isinstance(dataset.tables.get(name), ParquetSource)

    counts = [
        LinkCount(table.name, link, f"·行数~{nr}~{table.name}")
        for table in plan.tables.values()
        if table.origin == "data"
        for nr, link in enumerate(table.links)
        if plan.tables[link.target].origin != "distinct" and (is_bulk(table.name) or is_bulk(link.target))
    ]
    tables = dict(plan.tables)
    steps = list(plan.steps)
    for count in counts:
        target, source = tables[count.link.target], plan.tables[count.source]
        on = tuple(zip(count.link.columns, target.key, strict=True))
        op = m.Agg("count", source.name, on)
        column = m.Column(target.name, count.column, build.number(0, source.max_rows), op, hidden=True)
        tables[target.name] = replace(target, columns=(*target.columns, column))
        # after everything: the links of a row may be computed; where they are entered, it joins the first level all the same
        steps.append(m.Step(target.name, (count.column,)))
    return replace(plan, tables=tables, steps=tuple(steps)), counts


def check_link_counts(rows: Entered, count: LinkCount, counted: tuple[int, int], known: str) -> list[Fault]:
    """What the counts say: `counted` is their sum and their maximum; `known` the relation that has the target's keys."""
    total, most = counted
    faults: list[Fault] = []
    expected = rows.rows_that_lead(count.link)
    if expected is not None and total < expected:
        faults += rows.leads_nowhere(count.link, known) or [_lost(count, expected - total)]
    limit = rows.table.per_parent.get(count.link.name)
    if limit is not None and most > limit:
        faults += rows.crowded(count.link, limit)
    return faults


def _lost(count: LinkCount, lost: int) -> Fault:
    """A link that is computed from the row leads nowhere on some rows."""
    return Fault(
        "leads-nowhere",
        Cell(count.source, column=count.link.name),
        f"“{count.source}”有 {lost} 行在“{count.link.target}”里找不到对应的行。",
        f"{lost} rows of {count.source} lead to no row of {count.link.target}.",
        f"核对这些行，或在“{count.link.target}”里补上。",
        f"Check these rows, or add them to {count.link.target}.",
    )
