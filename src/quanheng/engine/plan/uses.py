"""Which columns stand on which, and where a figure goes: the visible columns that a visible column is used for."""

from __future__ import annotations

from collections.abc import Iterator

from quanheng.engine.plan import model as m
from quanheng.engine.plan.drafts import walk

Name = tuple[str, str]  # table, column


def reads_of(table: str, op: m.Op) -> Iterator[Name]:
    """The columns an operation of `table` stands on."""
    match op:
        case m.Row(expr) | m.Scanned(expr):
            yield from ((table, each.name) for each in walk(expr) if isinstance(each, m.Col | m.Prev))
        case m.Get(target, on, column):
            yield (target, column)
            yield from ((table, own) for _, own in on)
        case m.Agg(_, source, on, value, where):
            for part in (value, where):
                if part is not None:
                    yield from ((source if each.theirs else table, each.name) for each in walk(part) if isinstance(each, m.Col))
            yield from ((source, theirs) for theirs, _ in on)
        case m.Over(_, partition, order, only, value):
            yield from ((table, each) for each in (*partition, *(key.column for key in order), only, value) if each is not None)
        case m.Split(pool, weight, partition, order):
            yield from ((table, each) for each in (pool, weight, *partition, *(key.column for key in order), op.only, op.cap) if each is not None)


def used_by(plan: m.Plan, table: str, column: str) -> list[m.Column]:
    """The visible rules that read the column, directly or through columns the compiler made, in the order of computation."""
    readers: dict[Name, list[m.Column]] = {}
    for each in plan.tables.values():
        for user in each.columns:
            for name in set(reads_of(each.name, user.op)):
                readers.setdefault(name, []).append(user)
    found: dict[Name, m.Column] = {}
    waiting, seen = [(table, column)], {(table, column)}
    while waiting:
        for user in readers.get(waiting.pop(), ()):
            place = (user.table, user.name)
            if place in seen:
                continue
            seen.add(place)
            if user.hidden:
                waiting.append(place)
            else:
                found[place] = user
    order = {(step.table, name): nr for nr, step in enumerate(plan.steps) for name in step.columns}
    return sorted(found.values(), key=lambda user: order.get((user.table, user.name), -1))
