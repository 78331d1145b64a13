"""What is said when a guard refuses a run: which guards, in which order, and with which rows. Shared by both executors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, cast

from quanheng.engine.faults import Fault, Place
from quanheng.engine.plan.model import ROW_KEY, Guard, Table
from quanheng.engine.run.model import Dataset
from quanheng.engine.run.present import key_text
from quanheng.engine.values import Value

ROWS_TOLD: Final = 20  # of the rows that refuse a run, how many a message lists


def refusal(guard: Guard, told: Sequence[str], total: int) -> Fault:
    """The fault of one broken guard; `told`: the keys of the first rows that break it, of `total`.

    >>> refusal(Guard("人员", "·1", "no-post", "{row} 没有岗位。", "{row} has no post."), ["张三", "李四"], 2).zh
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


def names(dataset: Dataset, table: Table, keys: Sequence[Sequence[Value]]) -> list[str]:
    """How people find rows: by their keys; where there is none, by file, sheet and row, for nobody knows our numbers."""
    if table.key == (ROW_KEY,) and (place := dataset.places.get(table.name)) is not None:
        return [str(place(int(cast(Fraction, number)))) for (number,) in keys]
    types = {column.name: column.type for column in table.columns}
    return [key_text(key, [types[name] for name in table.key]) for key in keys]


def refusals(
    guards: Sequence[Guard],
    splits: Callable[[Guard], frozenset[tuple[str, str]]],
    broken: Callable[[Guard], Fault | None],
) -> list[Fault]:
    """The faults of all broken guards, in the order of the plan.

    `splits`: the splits a guard stands on. A guard may be what keeps a negative pool out of a split: so guards that stand
    on fewer splits are asked first, and once one is broken, those that stand on a split not yet made are left for the next
    attempt — their rows would be rows of nonsense.
    """
    faults: dict[int, Fault] = {}
    made: set[tuple[str, str]] = set()
    for nr, guard in sorted(enumerate(guards), key=lambda each: len(splits(each[1]))):
        if faults and not splits(guard) <= made:
            continue
        made |= splits(guard)
        if (fault := broken(guard)) is not None:
            faults[nr] = fault
    return [faults[nr] for nr in sorted(faults)]
