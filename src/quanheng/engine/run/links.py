"""Links between bound tables lead to an existing row, and to no row from more rows than the scheme allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from quanheng.engine.faults import Fault, nearest
from quanheng.engine.plan import model as m
from quanheng.engine.run.cells import Problem
from quanheng.engine.run.expression import Reader, columns_read
from quanheng.engine.run.raw import Bound, Findings, entry_value, values_text
from quanheng.engine.values import Missing, Value


def check_links(findings: Findings, plan: m.Plan, bound: Mapping[str, Bound], each: Bound) -> None:
    for link in each.table.links:
        keys = _link_keys(plan, bound, each, link)
        if keys is None:
            continue
        known = _known_keys(plan, bound, each, link)
        if known is not None:
            nearest = _Nearest(known)
            for row, key in zip(each.rows, keys, strict=True):
                if key is not None and key not in known:
                    findings.add(
                        each.nr, row or 0, _column_nr(each, link), _leads_nowhere(each, link, row, key, nearest)
                    )
        if link.name in each.table.per_parent:
            _check_per_parent(findings, each, link, keys)


def _column_nr(each: Bound, link: m.Link) -> int:
    names = [column.name for column in each.inputs]
    return names.index(link.columns[0]) + 1 if link.columns[0] in names else 0


def _link_keys(
    plan: m.Plan, bound: Mapping[str, Bound], each: Bound, link: m.Link
) -> list[tuple[Value, ...] | None] | None:
    """What a link's columns hold in every row; None for rows that lead nowhere on purpose or are faulty already. None
    altogether when the columns are not read, or depend on more than this table's input."""
    columns: list[list[Value | Problem]] = []
    for name in link.columns:
        column = plan.column(each.table.name, name)
        if isinstance(column.op, m.Input):
            if name not in each.values:
                return None
            columns.append([entry_value(value, column.type) for value in each.values[name]])
        else:
            computed = _computed(each, column)
            if computed is None:
                return None
            columns.append(computed)
    return [
        None if any(isinstance(part, Missing | Problem) for part in key) else cast("tuple[Value, ...]", key)
        for key in zip(*columns, strict=True)
    ]


def _computed(each: Bound, column: m.Column) -> list[Value | Problem] | None:
    """A link column that the plan derives from the row's own input (the month a day lies in)."""
    if not isinstance(column.op, m.Row):
        return None
    names = {node.name for node in columns_read(column.op.expr)}
    if not names <= {entered.name for entered in each.inputs} or not each.has(list(names)):
        return None
    values = {name: [entry_value(value, each.type_of(name)) for value in each.values[name]] for name in names}
    read = Reader(lambda name: cast("list[Value]", values[name])).read(column.op.expr)
    result: list[Value | Problem] = []
    for row in range(len(each.rows)):
        broken = next((value for column in values.values() if isinstance(value := column[row], Problem)), None)
        result.append(read(row, -1) if broken is None else broken)
    return result


def _known_keys(
    plan: m.Plan, bound: Mapping[str, Bound], each: Bound, link: m.Link
) -> dict[tuple[Value, ...], None] | None:
    """The keys a link can lead to; None when they are not known yet, or are made from this very data."""
    target = plan.tables[link.target]
    if target.origin == "distinct" or (target.origin == "data" and link.target not in bound):
        return None
    if target.origin == "constant":
        inputs = [column.name for column in target.columns if isinstance(column.op, m.Input)]
        places = [inputs.index(name) for name in target.key]
        return {tuple(row[place] for place in places): None for row in target.rows}
    there = bound[link.target]
    if not there.has(target.key):
        return None
    columns = [[entry_value(value, there.type_of(name)) for value in there.values[name]] for name in target.key]
    return {
        cast("tuple[Value, ...]", key): None
        for key in zip(*columns, strict=True)
        if not any(isinstance(part, Problem) for part in key)
    }


class _Nearest:
    """The known key that was probably meant. Among many keys only those are compared that share a half with the one
    written (a single slip of the finger leaves the other half as it was), and only for the first few faults."""

    MANY: Final = 2_000
    SEARCHES: Final = 20

    def __init__(self, known: Mapping[tuple[Value, ...], None]) -> None:
        self._known = known
        self._searches = 0

    def to(self, key: tuple[Value, ...]) -> str | None:
        if len(key) != 1 or not isinstance(key[0], str):
            return None
        written, half = key[0], len(key[0]) // 2
        texts = [known[0] for known in self._known if isinstance(known[0], str)]
        if len(texts) > self.MANY:
            self._searches += 1
            if self._searches > self.SEARCHES:
                return None
            head, tail = written[:half], written[half:]
            texts = [
                text
                for text in texts
                if abs(len(text) - len(written)) <= 1 and (text.startswith(head) or text.endswith(tail))
            ][: self.MANY]
        return nearest(written, texts) or None


def _leads_nowhere(
    each: Bound, link: m.Link, row: int | None, key: tuple[Value, ...], nearest: _Nearest
) -> Callable[[], Fault]:
    def make() -> Fault:
        text = values_text(each, link.columns, key)
        near = nearest.to(key)
        return Fault(
            "leads-nowhere",
            each.place(row, "、".join(name for name in link.columns if not name.startswith("·")), text),
            f"“{text}”在“{link.target}”里没有。",
            f"“{text}” does not occur in {link.target}.",
            f"是不是“{near}”？不是的话，在“{link.target}”里补上。"
            if near
            else f"核对这一格，或在“{link.target}”里补上。",
            f"Did you mean {near}? If not, add it to {link.target}."
            if near
            else f"Check the cell, or add it to {link.target}.",
        )

    return make


def _check_per_parent(findings: Findings, each: Bound, link: m.Link, keys: Sequence[tuple[Value, ...] | None]) -> None:
    most = each.table.per_parent[link.name]
    counts = Counter(key for key in keys if key is not None)
    crowded = {key: count for key, count in counts.items() if count > most}
    seen: Counter[tuple[Value, ...]] = Counter()
    for row, key in zip(each.rows, keys, strict=True) if crowded else ():
        if key is not None and key in crowded:
            seen[key] += 1
            if seen[key] == most + 1:  # the first row that is too many
                findings.add(each.nr, row or 0, _column_nr(each, link), _crowded(each, link, row, key, counts[key]))


def _crowded(each: Bound, link: m.Link, row: int | None, key: tuple[Value, ...], count: int) -> Callable[[], Fault]:
    most = each.table.per_parent[link.name]

    def make() -> Fault:
        text = values_text(each, link.columns, key)
        return Fault(
            "too-many-rows-for-one",
            each.place(row, "、".join(name for name in link.columns if not name.startswith("·")), text),
            f"“{text}”在“{each.table.name}”里有 {count} 行，最多 {most} 行。",
            f"“{text}” has {count} rows in {each.table.name}; at most {most} are allowed.",
            f"核对是不是重复；确实有这么多的，在办法的数据表里写“至多 {count} 行”。",
            f"Check for repetitions; if there are so many, declare 至多 {count} 行 in the scheme.",
        )

    return make
