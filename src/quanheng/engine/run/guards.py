"""What is said when a guard refuses a run: which guards, in which order, and with which rows. Shared by both executors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, cast

from quanheng.engine.faults import Fault, Place
from quanheng.engine.plan import model as m
from quanheng.engine.plan.model import ROW_KEY
from quanheng.engine.run.expression import columns_read
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.present import key_text
from quanheng.engine.values import Value

Name = tuple[str, str]  # table, column
ROWS_TOLD: Final = 20  # of the rows that refuse a run, how many a message lists


def refusal(guard: m.Guard, told: Sequence[str], total: int) -> Fault:
    """The fault of one broken guard; `told`: the keys of the first rows that break it, of `total`.

    >>> refusal(m.Guard("人员", "·1", "no-post", "{row} 没有岗位。", "{row} has no post."), ["张三", "李四"], 2).zh
    '张三、李四 没有岗位。'
    """
    assert total >= len(told) > 0
    told = told[:ROWS_TOLD]
    zh, en = "、".join(told), ", ".join(told)
    if more := total - len(told):
        zh, en = f"{zh} 等 {total} 行", f"{en} and {more} more"
    return Fault(
        code=guard.code,
        at=guard.at or Place(),
        zh=guard.zh.replace("{row}", zh),
        en=guard.en.replace("{row}", en),
        article=guard.article,
    )


def names(dataset: Dataset, table: m.Table, keys: Sequence[Sequence[Value]]) -> list[str]:
    """How people find rows: by their keys; where there is none, by file, sheet and row, for nobody knows our numbers."""
    if table.key == (ROW_KEY,) and (place := dataset.places.get(table.name)) is not None:
        return [str(place(int(cast(Fraction, number)))) for (number,) in keys]
    types = {column.name: column.type for column in table.columns}
    return [key_text(key, [types[name] for name in table.key]) for key in keys]


def refusals(plan: m.Plan, broken: Callable[[m.Guard], Fault | None]) -> list[Fault]:
    """The faults of all broken guards, in the order of the plan.

    A guard may be what keeps a negative pool out of a split, a missing mark out of a condition, a bonus inside its range.
    What a broken guard lets through is computed on as nonsense, by each executor in its own way; so guards that stand on it
    are left for the next attempt. Those that stand on fewer splits are asked first.
    """
    standing = [Standing.of(plan, guard) for guard in plan.guards]
    faults: dict[int, Fault] = {}
    made, absent, beyond = set[Name](), set[Name](), set[Name]()
    for nr in sorted(range(len(plan.guards)), key=lambda nr: len(standing[nr].splits)):
        guard, on = plan.guards[nr], standing[nr]
        waits = bool((faults and not on.splits <= made) or on.relied & absent or on.read & beyond)
        if not waits:
            made |= on.splits
            if (fault := broken(guard)) is not None:
                faults[nr] = fault
        if waits or nr in faults:
            absent |= {(guard.table, guard.present)} if guard.present else set()
            beyond |= {(guard.table, guard.bounded)} if guard.bounded else set()
    return [faults[nr] for nr in sorted(faults)]


@dataclass(frozen=True, slots=True)
class Standing:
    """The columns that a guard stands on: those that are read, those of them that are read as never missing, the splits."""

    read: frozenset[Name]
    relied: frozenset[Name]
    splits: frozenset[Name]

    @classmethod
    def of(cls, plan: m.Plan, guard: m.Guard) -> Standing:
        columns = {(table.name, column.name): column for table in plan.tables.values() for column in table.columns}
        todo, read, relied = [(guard.table, guard.column)], set[Name](), set[Name]()
        while todo:
            name = todo.pop()
            if name in read:
                continue
            read.add(name)
            for below, sure in _reads(plan.tables[name[0]], columns[name].op):
                todo.append(below)
                relied |= {below} if sure else set()
        return cls(frozenset(read), frozenset(relied), frozenset(name for name in read if isinstance(columns[name].op, m.Split)))


def _reads(table: m.Table, op: m.Op) -> Iterator[tuple[Name, bool]]:
    """The columns that an operation reads, each with whether it is taken as never missing."""
    me = table.name
    if table.origin == "distinct":
        assert table.source is not None
        yield from (((table.source, name), False) for name in table.key)
    match op:
        case m.Row(expr) | m.Scanned(expr):
            yield from (((me, node.name), not node.type.optional) for node in columns_read(expr))
        case m.Get(target, on, column):
            yield (target, column), False
            yield from (pair for theirs, own in on for pair in (((target, theirs), False), ((me, own), False)))
        case m.Agg(_, source, on, value, where):
            for node in (node for part in (value, where) if part is not None for node in columns_read(part)):
                yield (source if isinstance(node, m.Col) and node.theirs else me, node.name), not node.type.optional
            yield from (pair for theirs, own in on for pair in (((source, theirs), False), ((me, own), False)))
        case m.Over(_, partition, order, only, value):
            yield from (((me, name), False) for name in partition)
            yield from (((me, name), True) for name in (*(key.column for key in order), only, value) if name is not None)
        case m.Split(pool, weight, partition, order):
            yield from (((me, name), False) for name in partition)
            yield from (((me, name), True) for name in (pool, weight, *(key.column for key in order), op.only, op.cap) if name is not None)
